//! Violations and the text that users accept.

use congvu_regulation::violations::{Act, Effect};
use congvu_regulation::{Profile, profiles};

use super::{PROFILES, clause, sixth, the};

/// The clauses of the violations that may lock, with the clause that lets them; then those of the others.
fn effects(id: &str) -> (Vec<(String, String)>, Vec<String>) {
    let (mut lock, mut record) = (Vec::new(), Vec::new());
    for violation in the(id).violations() {
        let clause = violation.clause().expect("a clause").to_string();
        match violation.effect() {
            Effect::MayLock(by) => lock.push((clause, by.to_string())),
            Effect::Record => record.push(clause),
        }
    }
    (lock, record)
}

#[track_caller]
fn check(id: &str, may_lock: &[(&str, &str)], recorded: &[&str]) {
    let (lock, record) = effects(id);
    let lock: Vec<(&str, &str)> = lock
        .iter()
        .map(|(of, by)| (of.as_str(), by.as_str()))
        .collect();
    assert_eq!(lock, may_lock);
    assert_eq!(record, recorded);
}

/// Each by its own number: QN.14.6, QN.14.7 and QN.14.9, too.
#[test]
fn qn_7_1_names_qn_13_4_qn_14_4_to_9_qn_14_12_and_qn_15_6() {
    let named = [
        "QN.13.4", "QN.14.4", "QN.14.5", "QN.14.6", "QN.14.7", "QN.14.8", "QN.14.9", "QN.14.12",
        "QN.15.6",
    ];
    let named: Vec<(&str, &str)> = named.into_iter().map(|clause| (clause, "QN.7.1")).collect();
    check("quang-ninh", &named, &["QN.14.3", "QN.11.2"]);
}

#[test]
fn qn_14_12_is_the_second_paragraph_11() {
    let violation = the("quang-ninh")
        .violation("other-rules")
        .expect("a violation");
    assert!(
        violation
            .words()
            .starts_with("Chấp hành các quy định của pháp luật")
    );
    assert!(
        violation
            .note()
            .is_some_and(|note| note.contains("khoản 11 thứ hai"))
    );
}

#[test]
fn tq_8_2_c_means_tq_4_and_tq_12_7_is_recorded() {
    check(
        "tuyen-quang",
        &[
            ("TQ.4.1", "TQ.8.2.c"),
            ("TQ.4.2", "TQ.8.2.c"),
            ("TQ.4.3", "TQ.8.2.c"),
            ("TQ.4.4", "TQ.8.2.c"),
            ("TQ.8.2.b", "TQ.8.2.b"),
        ],
        &["TQ.12.7", "TQ.12.8"],
    );
}

#[test]
fn sl_8_2_c_names_sl_4_2_alone_and_sl_4_3_is_recorded() {
    check(
        "son-la",
        &[
            ("SL.4.2.a", "SL.8.2.c"),
            ("SL.4.2.b", "SL.8.2.c"),
            ("SL.4.2.c", "SL.8.2.c"),
            ("SL.4.2.d", "SL.8.2.c"),
            ("SL.4.2.đ", "SL.8.2.c"),
            ("SL.4.2.e", "SL.8.2.c"),
            ("SL.8.2.b", "SL.8.2.b"),
        ],
        &["SL.4.3", "SL.17.5"],
    );
}

#[test]
fn bs_4_bs_iii_10_1_bs_iii_11_hcm_7_2_hcm_11_4_hcm_12_9_never_lock() {
    check(
        "bim-son",
        &[],
        &[
            "BS.4",
            "BS.4",
            "BS.III.10.1",
            "BS.III.10.1",
            "BS.III.11",
            "BS.III.11",
        ],
    );
    check(
        "hcm-donre",
        &[],
        &["HCM.7.2", "HCM.11.2", "HCM.11.4", "HCM.12.9"],
    );
}

#[test]
fn qn_15_6_an_attempt_that_was_refused_is_no_violation() {
    for violation in profiles().flat_map(Profile::violations) {
        assert!(violation.is_met_by(Act::Done));
        assert!(!violation.is_met_by(Act::Refused));
        assert!(
            violation.label().chars().count() < 80,
            "{}",
            violation.label()
        );
    }
}

#[test]
fn sl_4_3_stands_in_the_text_that_users_accept() {
    let shown = the("son-la").acceptable_use();
    assert!(
        shown
            .sentences()
            .iter()
            .any(|one| clause(one) == "SL.4.3" && one.value.contains("chatbot AI"))
    );
    for id in PROFILES {
        let shown = the(id).acceptable_use();
        assert!((5..=8).contains(&shown.sentences().len()), "{id}");
        assert!(shown.sentences().iter().all(|one| one.clause().is_some()));
    }
}

#[test]
fn an_acceptance_is_bound_to_what_was_shown() {
    let mut versions: Vec<&str> = PROFILES
        .iter()
        .map(|id| the(id).acceptable_use().version().as_str())
        .collect();
    assert!(versions.iter().all(|version| version.len() == 32));
    let shown = the("son-la").acceptable_use();
    assert!(shown.is_accepted_by(shown.version().as_str()));
    assert!(!shown.is_accepted_by(versions[0]));
    versions.sort_unstable();
    versions.dedup();
    assert_eq!(versions.len(), 5);
    // Kept acceptances stay good as long as the text does: the same letters in every build.
    assert_eq!(
        sixth().acceptable_use().version().as_str(),
        "abfe1fdd6a02a666daed961eb07ba6d6"
    );
}
