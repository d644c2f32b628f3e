//! The clock of requests: those that are due soon or late are told to who has them in hand, once a day at most; late ones that
//! have not reached who decides are told to them too.

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
    let mut found: Vec<Request> = Vec::new();
    loop {
        let last = found
            .last()
            .map(|last| (last.due_day.unwrap_or(i64::MIN), last.id));
        let page = request::due(tx, horizon, last.unwrap_or((i64::MIN, RequestId(0))), PAGE)?;
        if page.is_empty() {
            return Ok(found);
        }
        found.extend(page);
    }
}

/// Tells who has a request in hand (HCM.3: the office, until it passes it on) of what is to be done by the next working day, once, and of
/// what is late, once a day. How many were told.
///
/// # Errors
/// The store cannot do it now.
pub async fn remind(store: &Store, law: Law) -> Result<u32, Refused> {
    // Most were told of before: that is found by reading.
    let due = store.read(move |tx| {
        let mut due = overdue_and_due(tx, law, 1)?;
        let today = today(tx);
        let mut untold = Vec::new();
        for request in due.drain(..) {
            if let Some((kind, key)) = told_as(&request, today)
                && !notice::is_sent(tx, kind, &key)?
            {
                untold.push(request);
            }
        }
        Ok::<_, Refused>(untold)
    });
    let due = due.await?;
    let mut told = 0;
    for request in due {
        let id = request.id;
        let sent = store.write_bulk(move |tx| remind_of(tx, law, id)).await;
        match sent {
            Ok(true) => told += 1,
            Ok(false) => {}
            Err(Refused::Store(error)) if error.is_outage() => return Err(error.into()),
            Err(error) => tracing::warn!(%error, request = id.0, "nobody is told that it is due"),
        }
    }
    Ok(told)
}

/// What is told today of a request that is due or late, and the key of that notice.
fn told_as(request: &Request, today: Date) -> Option<(Notice, String)> {
    let (id, due) = (request.id, Date::from_epoch_day(request.due_day?));
    // Whoever gets it in hand is told, too.
    let step = match request.step {
        0 | 1 => String::new(),
        step => format!("/{step}"),
    };
    Some(if due < today {
        (
            Notice::RequestOverdue,
            format!("request/{id}{step} {today}"),
        )
    } else {
        (Notice::RequestDue, format!("request/{id}{step}"))
    })
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
    let Some((kind, key)) = told_as(&request, today) else {
        return Ok(false);
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
    let decides = notice::deciders(tx, request.organisation)?;
    let steps = rule.map_or(&[][..], |rule| rule.steps());
    let holds = steps.get(request.step as usize);
    if request.step as usize + 1 >= steps.len().max(2) {
        return notice::send(tx, profile, kind, &key, decides, &origin, &values);
    }
    let to = notice::forwarders(tx, request.organisation)?;
    let mut theirs = values.to_vec();
    theirs.extend(holds.map(|step| ("managing", step.value.clone())));
    let others = decides != to;
    let sent = notice::send(tx, profile, kind, &key, to, &origin, &theirs)?;
    if kind == Notice::RequestOverdue && others {
        let key = format!("{key} decides");
        notice::send(tx, profile, kind, &key, decides, &origin, &values)?;
    }
    Ok(sent)
}
