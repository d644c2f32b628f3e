//! Which locks a clock is for: those of some sweeps, or all but those.

use congvu_regulation::lifecycle::{Act, Facts, Lock, Locks, Notice, Rules, What};
use congvu_regulation::{Fault, Profile};

use super::{at, settled, sixth, when};

const SIXTH: &str = include_str!("../sixth/sixth.toml");

/// A mailbox that this sweep locked on 17 March 2026, and whose agency got the notice two days later.
fn locked(sweep: Option<&str>) -> Facts {
    Facts {
        lock: Some(Lock {
            since: at("2026-03-17"),
            sweep: sweep.map(str::to_owned),
            clause: None,
            notice: Some(Notice {
                sent: at("2026-03-17"),
                received: Some(at("2026-03-19")),
            }),
        }),
        ..settled("2026-01-05")
    }
}

fn revoked(rules: &Rules, sweep: Option<&str>) -> Option<String> {
    when(rules, &locked(sweep), What::Propose(Act::Revoke))
}

fn deleted(rules: &Rules, sweep: Option<&str>) -> Option<String> {
    when(rules, &locked(sweep), What::Propose(Act::Delete))
}

/// The sixth profile with another key in the place of `not_locked_by`.
fn with(key: &str) -> Result<Profile, Vec<Fault>> {
    let old = "not_locked_by = \"default-password\"";
    assert_eq!(SIXTH.matches(old).count(), 1);
    Profile::parse(&SIXTH.replace(old, key))
}

/// Twenty working days from Thursday 19 March end on 16 April.
#[test]
fn sau_6_4_all_locks_but_those_of_a_sweep_and_those_of_a_person_too() {
    let rules = sixth();
    let day = Some("2026-04-17 SAU.6.4".to_owned());
    assert_eq!(revoked(&rules, Some("unused-personal")), day);
    assert_eq!(revoked(&rules, None), day);
    assert_eq!(revoked(&rules, Some("default-password")), None);
    let day = Some("2026-09-18 SAU.6.4".to_owned());
    assert_eq!(deleted(&rules, Some("default-password")), day);
    assert_eq!(deleted(&rules, Some("unused-personal")), None);
    assert_eq!(deleted(&rules, None), None);
}

#[test]
fn a_list_of_sweeps() {
    let profile = with("locked_by = [\"unused-unit\", \"default-password\"]").expect("a profile");
    let rules = profile.lifecycle();
    let day = Some("2026-04-17 SAU.6.4".to_owned());
    assert_eq!(revoked(rules, Some("unused-unit")), day);
    assert_eq!(revoked(rules, Some("default-password")), day);
    assert_eq!(revoked(rules, Some("unused-personal")), None);
    assert_eq!(revoked(rules, None), None);
    let sweep = rules.sweep("no-restore-request").expect("a sweep");
    assert!(
        sweep.sentence().starts_with(
            "cơ quan đã nhận thông báo tạm khóa theo «unused-unit», «default-password»,"
        ),
        "{}",
        sweep.sentence()
    );
    let all = with("").expect("a profile");
    assert_eq!(revoked(all.lifecycle(), Some("default-password")), day);
    assert!(Locks::All.has(None) && Locks::All.named().is_empty());
}

#[test]
fn sweeps_that_are_not_there_or_do_not_lock() {
    let told = |key: &str| -> Vec<String> {
        let faults = with(key).expect_err(key);
        faults
            .iter()
            .map(|fault| format!("{}: {}", fault.key, fault.text))
            .collect()
    };
    let locks = "cần id của một [[sweep]] có act = \"lock\"";
    let ids = "cần id của một [[sweep]], hoặc danh sách các id";
    for (key, text) in [
        (
            "locked_by = [\"unused-unit\", \"nothing\"]",
            format!("locked_by: {locks}"),
        ),
        (
            "not_locked_by = \"default-password-long\"",
            format!("not_locked_by: {locks}"),
        ),
        ("locked_by = []", format!("locked_by: {ids}")),
        ("not_locked_by = 7", format!("not_locked_by: {ids}")),
        (
            "locked_by = \"unused-unit\"\nnot_locked_by = \"default-password\"",
            "not_locked_by: không đi cùng locked_by".to_owned(),
        ),
        (
            "lockedby = \"unused-unit\"",
            "lockedby: không có khóa này; có phải là «locked_by»?".to_owned(),
        ),
    ] {
        assert_eq!(told(key), [format!("sweep[4].{text}")], "{key}");
    }
}
