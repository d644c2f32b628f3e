//! The life of a mailbox: golden timelines of each profile, states, stops, whose locks count, faults, and what holds for any mailbox.

mod faults;
mod golden;
mod locks;
mod properties;
mod sound;
mod stops;

use congvu_regulation::calendar::Calendar;
use congvu_regulation::lifecycle::{Act, Due, Facts, Rules, What};
use congvu_regulation::{MailboxKind, Moment, Profile, profile};

fn rules(id: &str) -> &'static Rules {
    profile(id).expect(id).lifecycle()
}

/// The rules of the invented sixth province.
fn sixth() -> Rules {
    let profile = Profile::parse(include_str!("../sixth/sixth.toml"));
    profile.expect("the sixth profile").lifecycle().clone()
}

fn at(text: &str) -> Moment {
    text.parse().expect(text)
}

fn issued(day: &str) -> Facts {
    Facts::issued("a@b.gov.vn", MailboxKind::Personal, at(day))
}

/// A mailbox whose holder changed the password on the day of its issue.
fn settled(day: &str) -> Facts {
    Facts {
        must_change: None,
        password_changed: Some(at(day)),
        ..issued(day)
    }
}

/// When this falls due for the first time, and by which clause.
fn when(rules: &Rules, facts: &Facts, what: What) -> Option<String> {
    let coming: Vec<Due> = rules.coming(facts, Calendar::viet_nam());
    let due = coming.into_iter().find(|due| due.what == what)?;
    Some(format!("{} {}", due.at, due.origin))
}

fn lock_day(rules: &Rules, facts: &Facts) -> Option<String> {
    when(rules, facts, What::Do(Act::Lock))
}
