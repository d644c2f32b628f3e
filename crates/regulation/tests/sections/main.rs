//! The sections of the profiles beside naming and passwords: each test names its clauses.

mod access;
mod head;
mod looser;
mod quotas;
mod reports;
mod requests;
mod show;
mod stops;
mod violations;

use std::fmt::Debug;

use congvu_regulation::{Cited, ClauseId, Date, Profile, profile};

const PROFILES: [&str; 5] = [
    "quang-ninh",
    "bim-son",
    "tuyen-quang",
    "hcm-donre",
    "son-la",
];

fn the(id: &str) -> &'static Profile {
    profile(id).expect(id)
}

fn day(text: &str) -> Date {
    text.parse().expect(text)
}

/// The clause as text, or "local".
fn clause<T>(cited: &Cited<T>) -> &str {
    cited.clause().map_or("local", ClauseId::as_str)
}

#[track_caller]
#[allow(clippy::needless_pass_by_value)]
fn check<T: PartialEq + Debug>(cited: &Cited<T>, value: T, source: &str) {
    assert_eq!(cited.value, value);
    assert_eq!(clause(cited), source);
}

/// The invented sixth province.
fn sixth() -> Profile {
    let text = include_str!("../sixth/sixth.toml");
    Profile::parse(text).unwrap_or_else(|faults| panic!("{faults:#?}"))
}
