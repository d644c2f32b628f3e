//! Cleaning up a mailbox (HCM.12.7): the keeper deletes what is not needed, spam, advertising and mail over 06 months. What is meant
//! is said by age, size and folder, looked at before anything is done, and then carried out in steps, each in a transaction of its own:
//! whatever is killed between them, what is left still lies there and is found again.

use congvu_regulation::Date;
use congvu_store::entry::{self, Sieve};
use congvu_store::{FolderId, MailboxId, StoreError, Tx, folder};
use serde_json::json;

use super::Arranger;
use crate::mailbox::Subject;
use crate::{Action, Actor, Law, Refused, record, today};

/// Where the regulation names no age: mail of half a year.
const MONTHS: u32 = 6;

/// From which age on the regulation calls mail old.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Age {
    /// Over so many months.
    pub months: u32,
    /// The clause that says so, where one does.
    pub clause: Option<String>,
    /// Mail received before this day (in Vietnam) is over them.
    pub before: Date,
}

/// The first day whose mail is not over so many calendar months today.
fn first_kept(today: Date, months: u32) -> Date {
    let mut day = today.plus_days(-(i64::from(months) * 31 + 3));
    while day.plus_months(months) < today {
        day = day.plus_days(1);
    }
    day
}

/// What mail of a mailbox is old by the regulation at its place.
///
/// # Errors
/// Whoever asks may not arrange it.
pub fn age(tx: &mut Tx<'_>, law: Law, actor: &Actor, mailbox: MailboxId) -> Result<Age, Refused> {
    Arranger::load(tx, actor, mailbox)?;
    let cited = match Subject::load(tx, law, mailbox) {
        Ok(subject) => subject.profile.access().clean_up_months.clone(),
        Err(Refused::Store(error)) => return Err(error.into()),
        Err(_) => None,
    };
    let months = cited.as_ref().map_or(MONTHS, |cited| cited.value);
    Ok(Age {
        months,
        clause: cited.and_then(|cited| cited.clause().map(ToString::to_string)),
        before: first_kept(today(tx), months),
    })
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It goes to the folder of what was thrown away.
    Move(FolderId),
    /// It is deleted; for as long as the store keeps what people remove it can be brought back.
    Remove,
}

/// What a step did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Messages that are gone from the folder.
    pub done: u64,
    /// The next step begins behind this; `None` where the folder has no more.
    pub next: Option<(i64, i64)>,
}

/// Carries it out on at most `most` messages of one folder, those behind `after` (INTERNALDATE in ms, and UID), the oldest first.
/// Of a unit's mailbox it is recorded who deleted how much (TQ.11.3: what is handed over is counted).
///
/// # Errors
/// Whoever asks may not arrange the mailbox, or a folder is gone.
pub fn step(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (mailbox, from): (MailboxId, FolderId),
    (sieve, way): (&Sieve, Way),
    (after, most): ((i64, i64), u32),
) -> Result<Step, Refused> {
    let arranger = Arranger::load(tx, actor, mailbox)?;
    let own = |tx: &mut Tx<'_>, id| {
        let found = folder::get(tx, id)?.filter(|folder| folder.mailbox == mailbox);
        found.ok_or(StoreError::NotFound("folder"))
    };
    let source = own(tx, from)?;
    let mut held = vec![from];
    if let Way::Move(to) = way {
        own(tx, to)?;
        held.push(to);
    }
    folder::lock(tx, &mut held)?;
    let found = entry::sifted(tx, from, sieve, after, most)?;
    let full = u32::try_from(found.len()) == Ok(most);
    let last = found.last().map(|(at, uid)| (*at, i64::from(*uid)));
    let mut uids: Vec<u32> = found.iter().map(|(_, uid)| *uid).collect();
    uids.sort_unstable();
    let ranges = entry::ranges(&uids);
    match way {
        Way::Move(to) if to == from => {}
        Way::Move(to) => drop(entry::move_to(tx, from, &ranges, to)?),
        Way::Remove => {
            entry::remove(tx, from, &ranges)?;
            if !arranger.own && !uids.is_empty() {
                let act = arranger
                    .act(Action::UnitExpunge, mailbox)
                    .with(json!({ "folder": source.name, "messages": uids.len() }));
                record(tx, actor, &act)?;
            }
        }
    }
    Ok(Step {
        done: uids.len() as u64,
        next: last.filter(|_| full),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hcm_12_7_over_six_months_are_calendar_months() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        for (today, kept) in [
            ("2026-11-23", "2026-05-23"),
            ("2027-02-28", "2026-08-28"),
            ("2027-03-01", "2026-09-01"),
            // Of February no day is six months before 31 August or later.
            ("2027-08-31", "2027-03-01"),
            ("2028-02-29", "2027-08-29"),
        ] {
            assert_eq!(first_kept(day(today), 6), day(kept), "{today}");
        }
        assert_eq!(first_kept(day("2026-11-23"), 0), day("2026-11-23"));
    }
}
