//! A sixth, invented province is a file: it stands alone, and no naming pattern, term or rule of it needs code.
//!
//! How it names is in `tests/naming/sixth.rs`, what messages may carry in `tests/content/sixth.rs`, what becomes of its
//! mailboxes day by day in `tests/lifecycle/golden/sixth-*`.

mod life;
mod passwords;
mod rest;

use std::sync::LazyLock;

use congvu_regulation::{Date, Profile, profiles};

fn sixth() -> &'static Profile {
    static SIXTH: LazyLock<Profile> = LazyLock::new(|| {
        let text = include_str!("sixth.toml");
        Profile::parse(text).unwrap_or_else(|faults| panic!("{faults:#?}"))
    });
    &SIXTH
}

fn day(text: &str) -> Date {
    text.parse().expect(text)
}

/// The row of `congvu profile show` with this key, as a person reads it: its value, and its clause or "local".
fn row(key: &str) -> (String, String) {
    let sections = sixth().sections();
    let mut rows = sections.iter().flat_map(|section| &section.rows);
    let row = rows.find(|row| row.key == key).expect(key);
    let clause = row.origin.clause().map(ToString::to_string);
    (
        row.value.clone(),
        clause.unwrap_or_else(|| "local".to_owned()),
    )
}

#[track_caller]
fn shows(key: &str, value: &str, clause: &str) {
    assert_eq!(row(key), (value.to_owned(), clause.to_owned()), "{key}");
}

#[test]
fn it_stands_alone_and_every_clause_is_its_own() {
    let sixth = sixth();
    assert_eq!((sixth.id(), sixth.code()), ("sau", "SAU"));
    assert!(profiles().all(|other| other.id() != "sau" && other.code() != "SAU"));
    for section in sixth.sections() {
        assert!(!section.rows.is_empty(), "{}", section.title);
        for row in &section.rows {
            let clause = row.origin.clause();
            assert!(
                clause.is_none_or(|clause| clause.regulation() == "SAU"),
                "{}",
                row.key
            );
        }
    }
}

/// What it has is not what one of the five has under another name.
#[test]
fn none_of_the_five_has_its_rules() {
    let sixth = sixth().lifecycle();
    for five in profiles() {
        let theirs = five.lifecycle();
        for sweep in sixth.sweeps() {
            let rule = |sweep: &congvu_regulation::lifecycle::Sweep| {
                (sweep.clock().clone(), sweep.after(), sweep.act())
            };
            let same = theirs
                .sweeps()
                .iter()
                .any(|other| rule(other) == rule(sweep));
            assert!(!same, "{}: {}", five.id(), sweep.id());
        }
        assert_ne!(
            theirs.password().minimum_length().value,
            sixth.password().minimum_length().value
        );
        assert_ne!(
            theirs.password().expires().value,
            sixth.password().expires().value
        );
    }
}
