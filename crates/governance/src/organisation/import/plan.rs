//! What a list would make of the tree, row by row, and all that is wrong with it.

use std::collections::HashSet;

use congvu_store::organisation::Organisation;
use congvu_store::{MailboxId, OrganisationId, Tx, rename};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::details::{Details, check_change, check_new};
use super::super::spokesmen::check_mailbox;
use super::super::view::Planned as Tree;
use super::super::{View, kind_of};
use super::read::{Asked, Known, Parent, fault, order, read, twice};
use super::{Imported, Outcome};
use crate::lists::{Fault, Row};
use crate::{Actor, Law, Refused};

/// So many rows are taken.
const MOST: usize = 5_000;

/// What becomes of one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Step {
    /// The place; nothing where it is added.
    pub(super) place: Option<i64>,
    /// What it is made; nothing where that stays. A parent below 0 is the place of a step before: -1 that of the first.
    pub(super) details: Option<Map<String, Value>>,
    /// Its new main mailbox.
    pub(super) mailbox: Option<i64>,
    /// What was told about it.
    pub(super) told: Vec<String>,
}

/// What is to be done, in that order.
#[derive(Clone, Debug, Default)]
pub(super) struct Planned {
    pub(super) outcome: Outcome,
    pub(super) steps: Vec<Step>,
}

/// Checks a list against the tree as it is (`seen`).
pub(super) fn plan(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    rows: &[Row],
    seen: &[Organisation],
) -> Result<Planned, Refused> {
    let mut planned = Planned::default();
    let faults = &mut planned.outcome.faults;
    if rows.len() > MOST || rows.is_empty() {
        faults.push(Fault {
            row: 0,
            column: "",
            what: match rows.len() {
                0 => "Danh sách không có dòng nào.".to_owned(),
                count => format!("Danh sách có {count} dòng, nhiều hơn {MOST}."),
            },
        });
        return Ok(planned);
    }
    let known = Known::new(seen, rows);
    let mut asked = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        asked.push(read(tx, law, &known, (at, row), faults)?);
    }
    twice(rows, &asked, faults);
    let order = order(rows, &asked, faults);
    let mut bad: HashSet<u32> = faults.iter().map(|fault| fault.row).collect();
    let mut places: Vec<Option<OrganisationId>> = vec![None; rows.len()];
    let mut view = View::Planned(Box::new(Tree::new(tx, seen)?));
    for at in order {
        let (Some(row), Some(Some(asked))) = (rows.get(at), asked.get(at)) else {
            continue;
        };
        let parent = match asked.parent {
            Parent::Top => None,
            Parent::Place(id) => Some(id),
            Parent::Row(above) => match places.get(above).copied().flatten() {
                Some(id) => Some(id),
                None => {
                    let above = rows.get(above).map_or(0, |row| row.number);
                    let what = format!("Chưa kiểm tra được: cấp trên ở dòng {above} còn sai.");
                    planned.outcome.faults.push(fault(row, "", what));
                    bad.insert(row.number);
                    continue;
                }
            },
        };
        if bad.contains(&row.number) {
            continue;
        }
        match one(
            tx,
            law,
            actor,
            (row, asked, parent),
            &mut view,
            &mut planned.steps,
        ) {
            Ok((id, came, told)) => {
                if let Some(slot) = places.get_mut(at) {
                    *slot = Some(id);
                }
                let name = row.get("name").unwrap_or_default().to_owned();
                planned.outcome.rows.push((row.number, name, came));
                planned.outcome.told.extend(told);
            }
            Err(Refused::Store(error)) => return Err(error.into()),
            Err(refused) => {
                planned
                    .outcome
                    .faults
                    .push(fault(row, "", refused.to_string()));
                bad.insert(row.number);
            }
        }
    }
    planned.outcome.faults.sort();
    planned.outcome.rows.sort_by_key(|(number, _, _)| *number);
    let listed: HashSet<OrganisationId> = places.into_iter().flatten().collect();
    let stays = |place: &&Organisation| {
        place.ended_at.is_none() && place.parent.is_some() && !listed.contains(&place.id)
    };
    planned.outcome.missing = seen
        .iter()
        .filter(stays)
        .map(|place| place.name.clone())
        .collect();
    Ok(planned)
}

/// What becomes of a row: its place, what came of it, what is told.
fn one(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    (row, asked, parent): (&Row, &Asked, Option<OrganisationId>),
    view: &mut View,
    steps: &mut Vec<Step>,
) -> Result<(OrganisationId, Imported, Vec<String>), Refused> {
    let name = row.get("name").unwrap_or_default();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut found = match row.get("code") {
        Some(code) => view.by_code(tx, code)?,
        None => None,
    };
    if found.is_none() {
        // One that has another code is another place.
        found = view
            .by_name(tx, parent, &name)?
            .filter(|found| found.code.is_none() || row.get("code").is_none());
    }
    let was = found.as_ref().map(Details::of);
    let text = |id: &str| row.get(id).map(str::to_owned);
    let kept = |new: Option<String>, old: fn(&Details) -> Option<String>| {
        new.or_else(|| was.as_ref().and_then(old))
    };
    let wanted = Details {
        parent,
        kind: asked.kind,
        name,
        short_name: kept(text("short_name"), |was| Some(was.short_name.clone()))
            .unwrap_or_default(),
        suffix: kept(text("suffix"), |was| was.suffix.clone()),
        profile: kept(
            text("profile")
                .and_then(|id| law.profile(&id))
                .map(|profile| profile.id().to_owned()),
            |was| was.profile.clone(),
        ),
        domain: asked.domain.or(was.as_ref().and_then(|was| was.domain)),
        code: kept(text("code"), |was| was.code.clone()),
    };
    let added = OrganisationId(-1 - i64::try_from(steps.len()).unwrap_or(i64::MAX - 1));
    let id = found.as_ref().map_or(added, |place| place.id);
    let (mut came, details, told) = match &found {
        Some(_) if was.as_ref() == Some(&wanted) => (Imported::Unchanged, None, Vec::new()),
        Some(place) => {
            let (before, details, told) = check_change(tx, view, law, actor, place.id, &wanted)?;
            let changed = (before != details).then_some(details);
            (Imported::Changed, changed, told)
        }
        None => {
            let (details, told) = check_new(tx, view, law, actor, &wanted)?;
            (Imported::Added, Some(details), told)
        }
    };
    let main = found.as_ref().and_then(|place| place.mailbox);
    let mailbox = asked.mailbox.filter(|mailbox| main != Some(*mailbox));
    if let Some(mailbox) = mailbox {
        check_main(tx, view, (id, &wanted.name), mailbox, actor)?;
        if came == Imported::Unchanged {
            came = Imported::Changed;
        }
    }
    if let (Some(details), View::Planned(tree)) = (&details, &mut *view) {
        tree.put(placed(id, found, details));
    }
    if details.is_some() || mailbox.is_some() {
        steps.push(Step {
            place: (id != added).then_some(id.0),
            details: details.as_ref().map(Details::value),
            mailbox: mailbox.map(|id| id.0),
            told: told.clone(),
        });
    }
    Ok((id, came, told))
}

/// Whether a mailbox may be a place's main one, and whoever asks may say so.
fn check_main(
    tx: &mut Tx<'_>,
    view: &View,
    (id, name): (OrganisationId, &str),
    mailbox: MailboxId,
    actor: &Actor,
) -> Result<(), Refused> {
    super::super::details::need(tx, actor, view.standing(Some(id)))?;
    let found = rename::subject(tx, mailbox)?;
    check_mailbox(found.as_ref(), id, name)
}

/// A place as it would be.
fn placed(id: OrganisationId, found: Option<Organisation>, details: &Details) -> Organisation {
    let (mailbox, head, contact) = found.map_or((None, None, None), |found| {
        (found.mailbox, found.head, found.contact)
    });
    let place = Organisation {
        id,
        parent: details.parent,
        kind: details.kind.name().to_owned(),
        name: details.name.clone(),
        short_name: details.short_name.clone(),
        profile: details.profile.clone(),
        code: details.code.clone(),
        suffix: details.suffix.clone(),
        domain: details.domain,
        mailbox,
        head,
        contact,
        ended_at: None,
    };
    debug_assert_eq!(kind_of(&place), details.kind);
    place
}
