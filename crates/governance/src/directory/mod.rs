//! The directory (danh bạ, QN.2.6): addresses of all organisations, persons and groups, found without regard to marks, handed out
//! as lists, and what changed in it (BS.7, HCM.10).
//!
//! Whoever changes a person, a place, a mailbox or a group calls [`refresh`], [`refresh_group`], [`refresh_place`] or
//! [`refresh_all`] in the same transaction, so that what it says goes with what was done. Where that concerns more than some
//! hundred entries, they are noted in the transaction, and [`catch_up`] follows in chunks; changes have the time of the act
//! either way.

mod changes;
mod export;
mod vcard;
mod words;

pub use changes::{CHANGE_COLUMNS, Changed, change_rows, changes};
pub use export::{COLUMNS, Published, check_published, feed, listed, published, rows};
pub use vcard::vcards;

use congvu_store::address::Holder;
use congvu_store::directory::{self as kept, Beginning, Entry, Facts};
use congvu_store::place::{self, Child};
use congvu_store::{GroupId, MailboxId, OrganisationId, Store, Tx};
use serde_json::json;

use crate::Refused;

/// So many holders are looked at in one transaction.
const PAGE: i64 = 200;
/// The same, where they are counted in memory.
const AT_ONCE: usize = 200;

/// Makes the entry of a mailbox say what the mailbox is now: locked ones stay, those that were taken back or destroyed go.
///
/// # Errors
/// What the store answers.
pub fn refresh(tx: &mut Tx<'_>, mailbox: MailboxId) -> Result<(), Refused> {
    look(tx, Holder::Mailbox(mailbox), true).map(drop)
}

/// Makes the entry of a group say what the group is now.
///
/// # Errors
/// What the store answers.
pub fn refresh_group(tx: &mut Tx<'_>, group: GroupId) -> Result<(), Refused> {
    look(tx, Holder::Group(group), true).map(drop)
}

/// Makes the entries at a place, and at the parts of it that carry its name, say what is now.
///
/// # Errors
/// What the store answers.
pub fn refresh_place(tx: &mut Tx<'_>, id: OrganisationId) -> Result<(), Refused> {
    let holders = named_by(tx, id)?;
    refresh_all(tx, &holders)
}

/// The mailboxes and groups whose entries carry the name of a place: those at it, and at parts of it.
pub(crate) fn named_by(tx: &mut Tx<'_>, id: OrganisationId) -> Result<Vec<Holder>, Refused> {
    let mut holders = at(tx, id)?;
    for part in place::parts(tx, id)? {
        holders.extend(at(tx, part)?);
    }
    Ok(holders)
}

/// The mailboxes and groups that belong to a place itself.
pub(crate) fn at(tx: &mut Tx<'_>, id: OrganisationId) -> Result<Vec<Holder>, Refused> {
    let mut holders: Vec<Holder> = place::mailboxes(tx, id)?
        .into_iter()
        .map(Holder::Mailbox)
        .collect();
    holders.extend(place::groups(tx, id)?.into_iter().map(Holder::Group));
    Ok(holders)
}

/// Makes these entries say what is now: at once where they are few, else [`catch_up`] does.
///
/// # Errors
/// What the store answers.
pub(crate) fn refresh_all(tx: &mut Tx<'_>, holders: &[Holder]) -> Result<(), Refused> {
    if holders.len() > AT_ONCE {
        return refresh_behind(tx, holders);
    }
    for holder in holders {
        look(tx, *holder, true)?;
    }
    Ok(())
}

/// Leaves these entries to [`catch_up`].
///
/// # Errors
/// What the store answers.
pub(crate) fn refresh_behind(tx: &mut Tx<'_>, holders: &[Holder]) -> Result<(), Refused> {
    for holder in holders {
        kept::set_due(tx, *holder)?;
    }
    Ok(())
}

/// Looks at the entries that were left to it, in chunks; how many.
///
/// # Errors
/// What the store answers.
pub async fn catch_up(store: &Store) -> Result<u64, Refused> {
    let mut looked = 0;
    loop {
        let step = store.write_bulk(catch_up_step).await?;
        if step == 0 {
            return Ok(looked);
        }
        looked += step;
    }
}

/// The next of them, at most some hundred; how many.
///
/// # Errors
/// What the store answers.
pub fn catch_up_step(tx: &mut Tx<'_>) -> Result<u64, Refused> {
    let due = kept::take_due(tx, PAGE)?;
    let mut looked = 0;
    for (holder, at) in due {
        look_as_of(tx, holder, true, at)?;
        looked += 1;
    }
    Ok(looked)
}

/// Looks at an entry, and where `write` says so writes what differs, and what changed; whether it did.
fn look(tx: &mut Tx<'_>, holder: Holder, write: bool) -> Result<bool, Refused> {
    let now = tx.now();
    look_as_of(tx, holder, write, now)
}

/// The same; what changed did at a time (ms).
fn look_as_of(tx: &mut Tx<'_>, holder: Holder, write: bool, at: i64) -> Result<bool, Refused> {
    if write {
        kept::lock(tx, holder)?;
    }
    let facts: Option<Facts> = match holder {
        Holder::Mailbox(id) => kept::of_mailbox(tx, id)?,
        Holder::Group(id) => kept::of_group(tx, id)?,
    };
    let was = kept::get(tx, holder)?;
    let made = facts.map(|facts| (words::key(&facts.entry), words::of(&facts), facts.entry));
    let is_same = match (&was, &made) {
        (Some(was), Some((key, words, entry))) => {
            was.entry == *entry && was.key == *key && was.words == *words
        }
        (None, None) => true,
        _ => false,
    };
    if is_same || !write {
        return Ok(!is_same);
    }
    let former = was
        .as_ref()
        .map_or_else(String::new, |was| told(&was.entry));
    match made {
        Some((key, words, entry)) => {
            kept::put(tx, &entry, &key, &words, was.as_ref())?;
            let latter = told(&entry);
            let what = if was.is_some() { "changed" } else { "added" };
            let left = was.as_ref().map(|was| was.entry.organisation);
            if let Some(left) = left.filter(|left| *left != entry.organisation) {
                // The list of the place that was left tells of it, too (BS.7, HCM.10).
                kept::note(tx, holder, left, (what, at), (&former, &latter))?;
            }
            if former != latter {
                kept::note(
                    tx,
                    holder,
                    entry.organisation,
                    (what, at),
                    (&former, &latter),
                )?;
            }
        }
        None => {
            if let Some(was) = &was {
                kept::remove(tx, was.id)?;
                kept::note(
                    tx,
                    holder,
                    was.entry.organisation,
                    ("removed", at),
                    (&former, ""),
                )?;
            }
        }
    }
    Ok(true)
}

/// An entry as the list of changes keeps it.
fn told(entry: &Entry) -> String {
    json!({
        "kind": entry.kind, "name": name(entry), "title": entry.title, "organisation": entry.place,
        "address": entry.address, "phone": entry.phone,
    })
    .to_string()
}

/// A person's whole name, or what a mailbox or group is called.
#[must_use]
pub fn name(entry: &Entry) -> String {
    let [family, middle, given] = &entry.names;
    if given.is_empty() {
        return entry.display.clone();
    }
    [family, middle, given]
        .into_iter()
        .filter(|part| !part.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join(" ")
}

/// What was found wrong with the directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Mailboxes and groups looked at.
    pub looked: u64,
    /// Entries that were missing, too many, or said something else.
    pub wrong: u64,
}

/// Compares the directory with what it is made from, and where `write` says so sets it right.
///
/// # Errors
/// What the store answers.
pub async fn rebuild(store: &Store, write: bool) -> Result<Rebuilt, Refused> {
    let mut rebuilt = Rebuilt::default();
    let mut after = (MailboxId(0), GroupId(0));
    loop {
        let step = store.write_bulk(move |tx| page(tx, after, write)).await?;
        let Some((next, looked, wrong)) = step else {
            return Ok(rebuilt);
        };
        after = next;
        rebuilt.looked += looked;
        rebuilt.wrong += wrong;
    }
}

type Page = ((MailboxId, GroupId), u64, u64);

fn page(
    tx: &mut Tx<'_>,
    after: (MailboxId, GroupId),
    write: bool,
) -> Result<Option<Page>, Refused> {
    let (mailboxes, groups) = kept::holders(tx, after, PAGE)?;
    let (mut looked, mut wrong, mut next) = (0, 0, after);
    for mailbox in mailboxes {
        wrong += u64::from(look(tx, Holder::Mailbox(mailbox), write)?);
        looked += 1;
        next.0 = mailbox;
    }
    for group in groups {
        wrong += u64::from(look(tx, Holder::Group(group), write)?);
        looked += 1;
        next.1 = group;
    }
    Ok((looked > 0).then_some((next, looked, wrong)))
}

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Beginnings of words: of names, titles, organisations, addresses; all must be there, marks and capitals do not matter.
    pub text: String,
    /// Only there and below.
    pub place: Option<OrganisationId>,
    /// So many are passed over.
    pub after: i64,
    /// At most so many.
    pub limit: i64,
    /// Telephone numbers are shown and found (`directory.phones`).
    pub phones: bool,
}

/// A page of what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Those with more whole words first; persons before units before groups.
    pub entries: Vec<Entry>,
    /// There is more.
    pub more: bool,
}

/// The beginnings of words that a text asks for; `None` where it has no letter at all: that is no search for everything.
#[must_use]
pub fn beginnings(text: &str, phones: bool) -> Option<Vec<Beginning>> {
    let asked: Vec<Beginning> = words::asked(text, phones)
        .iter()
        .map(|word| Beginning::new(word))
        .collect();
    (!asked.is_empty() || text.trim().is_empty()).then_some(asked)
}

/// Looks in the directory; without a word, all entries in order.
///
/// # Errors
/// What the store answers.
pub fn search(tx: &mut Tx<'_>, asked: &Search) -> Result<Found, Refused> {
    let Some(beginnings) = beginnings(&asked.text, asked.phones) else {
        return Ok(Found::default());
    };
    let limit = asked.limit.clamp(1, 1_000);
    let window = (asked.after.max(0), limit + 1);
    let found = kept::search(tx, &beginnings, asked.place, window)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(Found {
        more: found.len() > limit,
        entries: found
            .into_iter()
            .take(limit)
            .map(|found| shown(found.entry, asked.phones))
            .collect(),
    })
}

/// An entry as those may see it who ask.
fn shown(entry: Entry, phones: bool) -> Entry {
    match phones {
        true => entry,
        false => Entry {
            phone: String::new(),
            ..entry
        },
    }
}

/// The places right below one (`None`: the top) with how much lies in them.
///
/// # Errors
/// What the store answers.
pub fn tree(tx: &mut Tx<'_>, parent: Option<OrganisationId>) -> Result<Vec<Child>, Refused> {
    Ok(place::children(tx, parent)?)
}
