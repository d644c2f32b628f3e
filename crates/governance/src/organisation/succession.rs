//! What becomes of places: merged, split, renamed, dissolved. Persons and mailboxes go to the successor with all they hold;
//! the old place ends and stays in the record, with the document that orders it.

use congvu_store::address::Holder;
use congvu_store::organisation::{self, Organisation};
use congvu_store::succession::{self as history_of, Succession as Step};
use congvu_store::{
    MailboxId, OrganisationId, PersonId, Tx, person, place, rename as mailboxes, role,
};
use serde_json::json;

use super::details::{self, Added, Details, hold, live, need};
use super::left::{left, left_behind};
use super::view::Planned;
use super::{View, kind_of};
use crate::{Act, Action, Actor, Law, Refused, directory, record};

/// So much goes to a successor of its own by one order.
const MOST_MOVES: usize = 1_000;

/// How places are succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Sáp nhập, hợp nhất.
    Merged,
    /// Chia, tách.
    Split,
}

impl How {
    fn name(self) -> &'static str {
        match self {
            Self::Merged => "merged",
            Self::Split => "split",
        }
    }
}

/// Who takes the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Successor {
    /// One that is there.
    Existing(OrganisationId),
    /// One that is made; it may have the name and the short name of one that ends.
    New(Details),
}

/// What goes to a successor of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// A person, with their mailboxes.
    Person(PersonId),
    /// A mailbox.
    Mailbox(MailboxId),
    /// A place below the old one, with all that lies in it.
    Place(OrganisationId),
}

/// What is ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Succession {
    /// The places whose place is taken.
    pub from: Vec<OrganisationId>,
    /// By whom; whatever `moves` does not name goes to the first.
    pub to: Vec<Successor>,
    /// How.
    pub how: How,
    /// What goes to which successor, by its position in `to`.
    pub moves: Vec<(Moved, usize)>,
    /// Only what `moves` names leaves, and the old places go on (tách).
    pub goes_on: bool,
    /// Number and date of the document that orders it.
    pub document: String,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Succeeded {
    /// The successors, in the order of the order.
    pub to: Vec<OrganisationId>,
    /// What whoever decides should know, for people.
    pub told: Vec<String>,
}

/// Carries it out, in one transaction. What the directory says of many is looked at behind it ([`directory::catch_up`]).
///
/// # Errors
/// Whoever orders it may not, at each of the places; no document; what is not there or has ended; a successor below a
/// place that ends; what [`details::add`] refuses.
pub fn succeed(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    order: &Succession,
) -> Result<Succeeded, Refused> {
    let document = needed(&order.document)?;
    hold(tx)?;
    let from = check(tx, actor, order)?;
    let mut moved_holders = Vec::new();
    // A new place may have the name of one that ends.
    if !order.goes_on {
        for old in &from {
            place::end(tx, old.id)?;
        }
    }
    let mut done = Succeeded::default();
    for successor in &order.to {
        done.to.push(match successor {
            Successor::Existing(id) => *id,
            Successor::New(new) => {
                let added = details::add(tx, law, actor, new, Some(document))?;
                done.told.extend(added.told);
                added.id
            }
        });
    }
    for (moved, at) in &order.moves {
        let to = done
            .to
            .get(*at)
            .copied()
            .ok_or_else(|| Refused::bad("Không có cơ quan kế thừa thứ tự này."))?;
        carry(tx, &from, *moved, to, document, &mut moved_holders)?;
    }
    let first = done
        .to
        .first()
        .copied()
        .ok_or_else(|| Refused::bad("Cần cơ quan kế thừa."))?;
    for old in &from {
        if !order.goes_on {
            absorb(tx, old.id, first, document, &mut moved_holders)?;
        }
        for to in &done.to {
            history_of::add(tx, old.id, Some(*to), order.how.name(), document)?;
        }
    }
    for (moved, _) in &order.moves {
        match moved {
            Moved::Person(id) => left(tx, actor, *id, Some(document))?,
            Moved::Mailbox(id) => left_behind(tx, actor, *id, Some(document))?,
            Moved::Place(_) => {}
        }
    }
    for to in &done.to {
        settle(tx, actor, *to, &from, document)?;
    }
    directory::refresh_all(tx, &moved_holders)?;
    tell_clashes(tx, &done.to, &mut done.told)?;
    let roles = role::all(tx)?;
    for old in &from {
        if !order.goes_on && roles.iter().any(|grant| grant.organisation == old.id) {
            done.told.push(format!(
                "Vai trò đã giao tại “{}” không đi theo: giao lại tại cơ quan kế thừa nếu cần.",
                old.name
            ));
        }
        let detail = json!({
            "how": order.how.name(), "to": done.to.iter().map(|id| id.0).collect::<Vec<_>>(),
            "goes_on": order.goes_on, "told": done.told,
        });
        let act = Act::new(
            Action::OrganisationSucceed,
            format!("organisation/{}", old.id),
            &old.name,
        )
        .at(old.id)
        .by_document(Some(document))
        .with(detail);
        record(tx, actor, &act)?;
    }
    Ok(done)
}

/// Gives a place another name, with a document: the same place goes on under it.
///
/// # Errors
/// As for [`details::change`]; no document.
pub fn rename(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: OrganisationId,
    new: &Details,
    document: &str,
) -> Result<Added, Refused> {
    let document = needed(document)?;
    let done = details::change(tx, law, actor, id, new, Some(document))?;
    history_of::add(tx, id, Some(id), "renamed", document)?;
    Ok(done)
}

/// Ends a place without a successor: its mailboxes must have been revoked or moved before.
///
/// # Errors
/// As for [`details::end`]; no document.
pub fn dissolve(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: OrganisationId,
    document: &str,
) -> Result<(), Refused> {
    let document = needed(document)?;
    details::end(tx, actor, id, Some(document))?;
    Ok(history_of::add(tx, id, None, "dissolved", document)?)
}

/// The history of a place, as it came.
///
/// # Errors
/// What the store answers.
pub fn history(tx: &mut Tx<'_>, id: OrganisationId) -> Result<Vec<Step>, Refused> {
    Ok(history_of::of(tx, id)?)
}

fn needed(document: &str) -> Result<&str, Refused> {
    match document.trim() {
        "" => Err(Refused::bad(
            "Cần số, ngày của văn bản sáp nhập, chia tách, đổi tên hoặc giải thể.",
        )),
        document => Ok(document),
    }
}

/// The places that are succeeded: each once, without one that takes over itself.
fn check(tx: &mut Tx<'_>, actor: &Actor, order: &Succession) -> Result<Vec<Organisation>, Refused> {
    if order.moves.len() > MOST_MOVES {
        return Err(Refused::bad(format!(
            "Một lệnh chuyển không quá {MOST_MOVES} người, hộp thư, đơn vị nêu riêng; hãy chia thành nhiều lệnh."
        )));
    }
    let existing: Vec<OrganisationId> = order
        .to
        .iter()
        .filter_map(|to| match to {
            Successor::Existing(id) => Some(*id),
            Successor::New(_) => None,
        })
        .collect();
    let mut from: Vec<Organisation> = Vec::new();
    for id in &order.from {
        if existing.contains(id) || from.iter().any(|old| old.id == *id) {
            continue;
        }
        let old = live(tx, *id)?;
        need(tx, actor, old.parent)?;
        from.push(old);
    }
    if from.is_empty() {
        return Err(Refused::bad("Cần cơ quan được kế thừa."));
    }
    for to in existing {
        live(tx, to)?;
        need(tx, actor, Some(to))?;
        let path = organisation::path(tx, to)?;
        if let Some(old) = from.iter().find(|old| path.contains(&old.id)) {
            return Err(Refused::bad(format!(
                "Cơ quan kế thừa nằm dưới chính “{}” sẽ kết thúc.",
                old.name
            )));
        }
    }
    Ok(from)
}

/// Moves what an order names one by one; it must lie at one of the old places or below.
fn carry(
    tx: &mut Tx<'_>,
    from: &[Organisation],
    moved: Moved,
    to: OrganisationId,
    document: &str,
    holders: &mut Vec<Holder>,
) -> Result<(), Refused> {
    let at = match moved {
        Moved::Person(id) => person::get(tx, id)?.map(|person| person.organisation),
        Moved::Mailbox(id) => mailboxes::subject(tx, id)?.map(|found| found.organisation),
        Moved::Place(id) => organisation::get(tx, id)?.map(|place| place.id),
    };
    let at = at.ok_or_else(|| {
        Refused::missing("Danh sách chuyển có người, hộp thư hoặc đơn vị không tồn tại.")
    })?;
    let path = organisation::path(tx, at)?;
    if !from.iter().any(|old| path.contains(&old.id)) {
        return Err(Refused::bad(
            "Danh sách chuyển có người, hộp thư hoặc đơn vị không thuộc cơ quan được kế thừa.",
        ));
    }
    match moved {
        Moved::Person(id) => {
            holders.extend(place::of_person(tx, id)?.into_iter().map(Holder::Mailbox));
            place::move_person(tx, id, to)?;
        }
        Moved::Mailbox(id) => {
            holders.push(Holder::Mailbox(id));
            place::move_mailbox(tx, id, to)?;
        }
        Moved::Place(id) => hang(tx, id, to, document, holders)?,
    }
    Ok(())
}

/// Takes in all that a place has: persons, accounts, mailboxes, groups, and the places below it.
fn absorb(
    tx: &mut Tx<'_>,
    from: OrganisationId,
    to: OrganisationId,
    document: &str,
    holders: &mut Vec<Holder>,
) -> Result<(), Refused> {
    holders.extend(directory::at(tx, from)?);
    place::move_all(tx, from, to)?;
    for child in place::children(tx, Some(from))? {
        hang(tx, child.place.id, to, document, holders)?;
    }
    Ok(())
}

/// Hangs a place below another; where that has one of the same name (each has its "Văn phòng"), they become one.
fn hang(
    tx: &mut Tx<'_>,
    id: OrganisationId,
    below: OrganisationId,
    document: &str,
    holders: &mut Vec<Holder>,
) -> Result<(), Refused> {
    let child = live(tx, id)?;
    match place::by_name(tx, Some(below), &child.name)? {
        Some(same) if same.id != id => {
            place::end(tx, id)?;
            absorb(tx, id, same.id, document, holders)?;
            Ok(history_of::add(
                tx,
                id,
                Some(same.id),
                How::Merged.name(),
                document,
            )?)
        }
        _ => {
            if kind_of(&child).is_part() {
                // Their entries carry the name of the place above.
                holders.extend(directory::at(tx, id)?);
            }
            let parent = Some(below);
            Ok(place::update(tx, &Organisation { parent, ..child })?)
        }
    }
}

/// A successor without a main mailbox has that of the first place it takes over; who no longer belongs speaks for it no more.
fn settle(
    tx: &mut Tx<'_>,
    actor: &Actor,
    to: OrganisationId,
    from: &[Organisation],
    document: &str,
) -> Result<(), Refused> {
    for id in from.iter().map(|old| old.id).chain([to]) {
        let Some(now) = organisation::get(tx, id)? else {
            continue;
        };
        let mut mailbox = stays(tx, now.mailbox, id)?;
        if id == to && mailbox.is_none() {
            for old in from {
                mailbox = mailbox.or(stays(tx, old.mailbox, to)?);
            }
        }
        let (mut head, mut contact) = (now.head, now.contact);
        // An ended place keeps who spoke for it last, for the record.
        if now.ended_at.is_none() {
            for spokesman in [&mut head, &mut contact] {
                if let Some(person) = *spokesman
                    && let Some(person) = person::get(tx, person)?
                    && !organisation::path(tx, person.organisation)?.contains(&id)
                {
                    *spokesman = None;
                }
            }
        } else {
            mailbox = now.mailbox;
        }
        if (head, contact, mailbox) != (now.head, now.contact, now.mailbox) {
            organisation::set_spokesmen(tx, id, head, contact, mailbox)?;
            let ids = |head: Option<PersonId>,
                       contact: Option<PersonId>,
                       mailbox: Option<MailboxId>| {
                json!({
                    "head": head.map(|id| id.0), "contact": contact.map(|id| id.0), "mailbox": mailbox.map(|id| id.0),
                })
            };
            let detail = json!({
                "before": ids(now.head, now.contact, now.mailbox), "after": ids(head, contact, mailbox),
            });
            let act = Act::new(
                Action::OrganisationSpokesmen,
                format!("organisation/{id}"),
                &now.name,
            )
            .at(id)
            .by_document(Some(document))
            .with(detail);
            record(tx, actor, &act)?;
        }
    }
    Ok(())
}

fn stays(
    tx: &mut Tx<'_>,
    mailbox: Option<MailboxId>,
    place: OrganisationId,
) -> Result<Option<MailboxId>, Refused> {
    let Some(id) = mailbox else { return Ok(None) };
    let found = mailboxes::subject(tx, id)?;
    Ok(found
        .filter(|found| found.organisation == place)
        .map(|found| found.mailbox))
}

/// Places that came together in one domain may have the same short name: one of them needs another.
fn tell_clashes(
    tx: &mut Tx<'_>,
    to: &[OrganisationId],
    told: &mut Vec<String>,
) -> Result<(), Refused> {
    let places = place::every(tx)?;
    let view = View::Planned(Box::new(Planned::new(tx, &places)?));
    for place in places.iter().filter(|place| place.ended_at.is_none()) {
        let same = view.by_short_name(tx, &place.short_name)?;
        if same.len() < 2
            || !view
                .path(tx, place.id)?
                .iter()
                .any(|above| to.contains(above))
        {
            continue;
        }
        let domain = view.domain_of(tx, place.id)?;
        let line = format!(
            "Tên viết tắt “{}” nay có ở hai nơi trong một tên miền: đặt lại cho một nơi.",
            place.short_name
        );
        for other in same.into_iter().filter(|other| *other != place.id) {
            if view.domain_of(tx, other)? == domain && !told.contains(&line) {
                told.push(line.clone());
            }
        }
    }
    Ok(())
}
