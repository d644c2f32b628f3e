//! How often a unit mailbox was looked into (HCM.8.2.a, BS.III.11), day by day.

use std::collections::{BTreeMap, BTreeSet};

use congvu_regulation::{Date, MailboxKind};
use congvu_store::{AccountId, MailboxId, Tx, delegation, unit_check};

use super::{Refused, Unit};
use crate::Law;

/// What became of one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedDay {
    /// The day.
    pub date: Date,
    /// Offices work on it; only then something is missed.
    pub working: bool,
    /// Minutes in which somebody looked.
    pub checks: u16,
    /// Each part of the day that is asked for, with its hours, and whether somebody looked in it.
    pub windows: Vec<(String, bool)>,
    /// As often as the text asks, in each part of the day.
    pub enough: bool,
    /// Who looked.
    pub by: Vec<String>,
}

/// How often a mailbox was looked into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checks {
    /// The mailbox's address.
    pub mailbox: String,
    /// The least number of looks a day, where the text counts them.
    pub per_day: Option<u16>,
    /// The clause that asks for it.
    pub clause: Option<String>,
    /// Every day of the period.
    pub days: Vec<CheckedDay>,
}

impl Checks {
    /// Working days on which it was not looked into as the text asks.
    pub fn missed(&self) -> impl Iterator<Item = &CheckedDay> {
        self.days.iter().filter(|day| day.working && !day.enough)
    }
}

/// How often a unit mailbox was looked into from `first` to `last`, both included; a period of more than a year is cut.
///
/// # Errors
/// [`Refused`].
pub fn checks(
    tx: &mut Tx<'_>,
    law: Law,
    mailbox: MailboxId,
    (first, last): (Date, Date),
) -> Result<Checks, Refused> {
    let unit = Unit::load(tx, mailbox)?;
    let profile = unit.profile(tx, law)?;
    let rule = profile
        .map(congvu_regulation::Profile::checks)
        .filter(|rule| rule.mailboxes().contains(&MailboxKind::Unit));
    let last = last.min(first.plus_days(366));
    let mut looks: BTreeMap<i64, (Vec<u16>, BTreeSet<AccountId>)> = BTreeMap::new();
    for look in unit_check::of_days(tx, mailbox, first.epoch_day(), last.epoch_day())? {
        let (minutes, accounts) = looks.entry(look.day).or_default();
        minutes.push(look.minute);
        accounts.insert(look.account);
    }
    let mut days = Vec::new();
    let mut date = first;
    while date <= last {
        let (mut minutes, accounts) = looks.remove(&date.epoch_day()).unwrap_or_default();
        minutes.dedup();
        let mut by = Vec::new();
        for account in accounts {
            by.extend(delegation::keeper(tx, account)?.map(|keeper| keeper.login));
        }
        let met = rule.map(|rule| rule.met(&minutes));
        days.push(CheckedDay {
            date,
            working: law.calendar().is_working_day(date).value,
            checks: u16::try_from(minutes.len()).unwrap_or(u16::MAX),
            enough: met.as_ref().is_none_or(|met| met.enough),
            windows: met.map_or_else(Vec::new, |met| {
                let window = |(window, met): &(&congvu_regulation::checks::Window, bool)| {
                    (format!("{} {window}", window.label), *met)
                };
                met.windows.iter().map(window).collect()
            }),
            by,
        });
        date = date.plus_days(1);
    }
    let per_day = rule.and_then(|rule| rule.per_day());
    let clause = match per_day {
        Some(per_day) => per_day.clause(),
        None => rule.and_then(|rule| rule.duty().clause()),
    };
    Ok(Checks {
        mailbox: unit.address,
        per_day: per_day.map(|per_day| per_day.value),
        clause: clause.map(ToString::to_string),
        days,
    })
}
