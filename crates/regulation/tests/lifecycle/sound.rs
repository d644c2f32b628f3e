//! Facts that cannot be are told, and not simulated.

use congvu_regulation::lifecycle::Case;
use congvu_regulation::profile;

fn faults(id: &str, case: &str) -> Vec<String> {
    let case: Case = serde_json::from_str(case).expect("a case");
    let profile = profile(id).expect(id);
    case.faults(profile, profile.lifecycle())
}

#[test]
fn each_fact_that_cannot_be_is_told() {
    for (facts, events, expected) in [
        (
            r#""mailbox": "a@tphcm.gov.vn""#,
            "",
            "mailbox: a@tphcm.gov.vn không thuộc tên miền sonla.gov.vn của quy chế",
        ),
        (
            r#""mailbox": "a@sonla.gov.vn", "lock": {"since": "2026-02-01", "sweep": "nosuch"}"#,
            "",
            "lock.sweep: quy chế không có quy tắc khóa nào tên «nosuch»",
        ),
        (
            r#""mailbox": "a@sonla.gov.vn", "lock": {"since": "2026-02-01", "sweep": "locked"}"#,
            "",
            "lock.sweep: quy chế không có quy tắc khóa nào tên «locked»",
        ),
        (
            r#""mailbox": "a@sonla.gov.vn", "lock": {"since": "2026-02-01", "notice": {"sent": "2026-02-03", "received": "2026-02-02"}}"#,
            "",
            "lock.notice.received (2026-02-02) đứng trước lock.notice.sent (2026-02-03)",
        ),
        (
            r#""mailbox": "a@sonla.gov.vn", "activity": {"read": "2026-01-04"}"#,
            "",
            "activity (2026-01-04) đứng trước issued (2026-01-05)",
        ),
        (
            r#""mailbox": "a@sonla.gov.vn", "requests": [{"kind": "other", "received": "2026-02-03", "decided": "2026-02-01"}]"#,
            "",
            "requests.decided (2026-02-01) đứng trước requests.received (2026-02-03)",
        ),
        (
            r#""mailbox": "a@sonla.gov.vn""#,
            r#"{"at": "2026-02-02", "what": "locked", "clause": "SL.NONE"}"#,
            "clause: SL không có điều khoản SL.NONE",
        ),
        (
            r#""mailbox": "a@sonla.gov.vn""#,
            r#"{"at": "2026-02-02", "what": "locked", "clause": "QN.14.5"}"#,
            "clause: SL không có điều khoản QN.14.5",
        ),
        (
            r#""mailbox": "a@sonla.gov.vn""#,
            r#"{"at": "2026-01-02", "what": "sign-in"}"#,
            "events.at (2026-01-02) đứng trước issued (2026-01-05)",
        ),
    ] {
        let case = format!(
            r#"{{"facts": {{"kind": "personal", "issued": "2026-01-05", {facts}}}, "events": [{events}]}}"#
        );
        // No clause of that text, and none of the index, which this file is held against.
        let (case, expected) = (case.replace("NONE", "99"), expected.replace("NONE", "99"));
        assert_eq!(faults("son-la", &case), [expected]);
    }
}

/// BS.5.2, HCM.4.1: a part of a domain, and the department's own address in it.
#[test]
fn bs_5_2_hcm_4_1_a_mailbox_has_the_ending_of_its_profile() {
    let asked = |id, mailbox: &str| {
        let case = format!(
            r#"{{"facts": {{"mailbox": "{mailbox}", "kind": "unit", "issued": "2026-01-05"}}}}"#
        );
        faults(id, &case).len()
    };
    assert_eq!(asked("bim-son", "hungbh.bimson@thanhhoa.gov.vn"), 0);
    assert_eq!(asked("bim-son", "hungbh@thanhhoa.gov.vn"), 1);
    assert_eq!(asked("hcm-donre", "stnmt@tphcm.gov.vn"), 0);
    assert_eq!(asked("hcm-donre", "stnmt"), 1);
}

/// What the golden timelines begin with can be.
#[test]
fn the_golden_facts_can_be() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lifecycle/golden");
    let mut read = 0;
    for profile in congvu_regulation::profiles() {
        for entry in std::fs::read_dir(folder).expect(folder) {
            let path = entry.expect("an entry").path();
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            if !name.starts_with(profile.id())
                || !name.ends_with(".json")
                || name.contains("level-3")
            {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a file");
            assert_eq!(faults(profile.id(), &text), Vec::<String>::new(), "{name}");
            read += 1;
        }
    }
    assert!(read > 15, "{read}");
}
