//! The clock of requests: those that are due soon or late are told to who decides, once a day at most.

use congvu_regulation::{Date, Origin};
use congvu_store::request::{self, Request};
use congvu_store::{RequestId, Store, Tx};

use super::kind_of;
use crate::notice::{self, Notice};
use crate::{Law, Refused, today};

/// Requests read at once.
const PAGE: i64 = 500;

/// Open requests whose last day is today or past, and those whose last day comes within so many working days.
///
/// # Errors
/// What the store answers.
pub fn overdue_and_due(
    tx: &mut Tx<'_>,
    law: Law,
    working_days: u16,
) -> Result<Vec<Request>, Refused> {
    let today = today(tx);
    let term = congvu_regulation::calendar::Term::WorkingDays(working_days);
    let horizon = law
        .calendar()
        .deadline(
            today,
            term,
            congvu_regulation::calendar::DayOff::NextWorkingDay,
        )
        .value
        .epoch_day();
    let mut found = Vec::new();
    let mut after = RequestId(0);
    loop {
        let page = request::page(tx, after, "open", PAGE)?;
        let Some(last) = page.last() else {
            found.sort_by_key(|request: &Request| (request.due_day, request.id));
            return Ok(found);
        };
        after = last.id;
        found.extend(
            page.into_iter()
                .filter(|request| request.due_day.is_some_and(|due| due <= horizon)),
        );
    }
}

/// Tells who decides of requests that are to be done by the next working day, once, and of late ones, once a day. How many
/// were told.
///
/// # Errors
/// The store cannot do it now.
pub async fn remind(store: &Store, law: Law) -> Result<u32, Refused> {
    let due = store.read(move |tx| overdue_and_due(tx, law, 1)).await?;
    let mut told = 0;
    for request in due {
        let id = request.id;
        let sent = store.write_bulk(move |tx| remind_of(tx, law, id)).await;
        match sent {
            Ok(true) => told += 1,
            Ok(false) => {}
            Err(Refused::Store(error)) => return Err(error.into()),
            Err(error) => tracing::warn!(%error, request = id.0, "nobody is told that it is due"),
        }
    }
    Ok(told)
}

fn remind_of(tx: &mut Tx<'_>, law: Law, id: RequestId) -> Result<bool, Refused> {
    let today = today(tx);
    let Some(request) = request::get(tx, id)?.filter(|request| request.state == "open") else {
        return Ok(false);
    };
    let (Some(due), Some(profile)) = (
        request.due_day.map(Date::from_epoch_day),
        law.profile(&request.profile),
    ) else {
        return Ok(false);
    };
    let (kind, key) = if due < today {
        (Notice::RequestOverdue, format!("request/{id} {today}"))
    } else {
        (Notice::RequestDue, format!("request/{id}"))
    };
    let rule = kind_of(&request.kind).and_then(|kind| profile.request(kind));
    let origin = rule
        .and_then(|rule| rule.deadline())
        .map_or(Origin::System, |deadline| Origin::Profile {
            code: profile.code().to_owned(),
            source: deadline.source.clone(),
        });
    let title = rule.map_or("", |rule| rule.kind().value.title());
    let values = [
        ("organisation", request.organisation_name.clone()),
        ("what", title.to_owned()),
        ("number", id.to_string()),
        (
            "since",
            notice::day(congvu_regulation::Moment(request.received_at).date()),
        ),
        ("on", notice::day(due)),
        ("waiting", request.waiting.to_string()),
    ];
    let to = notice::deciders(tx, request.organisation)?;
    notice::send(tx, profile, kind, &key, to, &origin, &values)
}
