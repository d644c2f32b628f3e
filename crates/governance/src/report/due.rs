//! Which reports are due, and who is reminded of them.

use congvu_regulation::Date;
use congvu_regulation::reports::Every;
use congvu_store::report::{self as kept, Kept};
use congvu_store::{OrganisationId, ReportId, Store, Tx};

use super::make::{about, bound, origin, targets, values, whom};
use super::shape::Tree;
use super::{Content, Made};
use crate::notice::{self, Notice};
use crate::{Actor, Law, Refused, Role, rights, today};

/// Days beyond which nobody is reminded any more, either way.
const LONG: i64 = 62;

/// A report that a place owes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueReport {
    /// Who owes it.
    pub organisation: OrganisationId,
    /// Their name.
    pub organisation_name: String,
    /// Its name in the profile.
    pub report: String,
    /// What it is called.
    pub title: String,
    /// What it is about: "quý I/2026".
    pub period: String,
    /// The first day of that.
    pub first: Date,
    /// The day that the text names.
    pub named: Date,
    /// The day that counts.
    pub due: Date,
    /// When its makers are reminded.
    pub reminders: Vec<Date>,
    /// What is made of it.
    pub kept: Option<ReportId>,
    /// It is past its day, and not submitted.
    pub late: bool,
}

/// The reports that places at and below one owe from a month ago to two months ahead, by day; those that are submitted are
/// left out.
///
/// # Errors
/// Whoever asks may not see them.
pub fn due(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    place: OrganisationId,
) -> Result<Vec<DueReport>, Refused> {
    rights::need(tx, actor, &SEEN_BY, place)?;
    let today = today(tx);
    let (places, all) = bound(tx, law)?;
    let mut owed = Vec::new();
    for (top, profile) in all {
        let span = (today.plus_days(-31), today.plus_days(LONG));
        for due in profile.reports_due(span.0, span.1, law.calendar()) {
            let content = Content::of(due.report.id());
            if !content.is_submitted() || due.report.every().value == Every::Change {
                continue;
            }
            let first = due.period.first().epoch_day();
            let made = kept::of_period(tx, due.report.id(), first)?;
            for target in targets(&places, top, content.scope(due.report)) {
                let own = made.iter().find(|kept| kept.organisation == target);
                let submitted = own.is_some_and(|kept| kept.state != "made");
                if submitted || !places.is_below(target, place) {
                    continue;
                }
                let name = places.get(&target).map(|place| place.name.clone());
                owed.push(DueReport {
                    organisation: target,
                    organisation_name: name.unwrap_or_default(),
                    report: due.report.id().to_owned(),
                    title: due.report.title().to_owned(),
                    period: due.period.to_string(),
                    first: due.period.first(),
                    named: due.named,
                    due: due.due.value,
                    reminders: due.reminders(),
                    kept: own.map(|kept| kept.id),
                    late: due.due.value < today,
                });
            }
        }
    }
    owed.sort_by_key(|owed| (owed.due, owed.organisation));
    Ok(owed)
}

/// Reminds of reports that were made and that nobody has submitted: on the days that the profile names, and once when the
/// day is past. How many were told.
///
/// # Errors
/// The store cannot do it now.
pub async fn remind(store: &Store, law: Law) -> Result<u32, Refused> {
    let waiting = store.read(move |tx| {
        let today = today(tx);
        let mut waiting = kept::late(tx, today.epoch_day() + LONG)?;
        waiting.retain(|kept| {
            let fresh = kept
                .due_day
                .is_some_and(|due| due + LONG >= today.epoch_day());
            let remind = about(law, kept).map(|about| about.report.remind());
            fresh && remind.is_ok_and(|remind| step(kept, remind, today).is_some())
        });
        Ok::<_, Refused>(waiting)
    });
    let mut told = 0;
    for one in waiting.await? {
        let told_now = store.write_bulk(move |tx| remind_of(tx, law, one.id)).await;
        match told_now {
            Ok(told_now) => told += u32::from(told_now),
            Err(Refused::Store(error)) if error.is_outage() => return Err(error.into()),
            Err(error) => tracing::warn!(%error, report = one.id.0, "nobody is reminded of it"),
        }
    }
    Ok(told)
}

/// The day on which somebody is to be told, the latest that has come; the day after the last where it is past.
fn step(kept: &Kept, remind: &[u16], today: Date) -> Option<(Date, Date)> {
    let due = Date::from_epoch_day(kept.due_day?);
    if due < today {
        return Some((due, due.plus_days(1)));
    }
    let days = remind
        .iter()
        .map(|before| due.plus_days(-i64::from(*before)));
    let reached = days.filter(|day| *day <= today).max()?;
    // Who was told today that it is made needs no second word.
    let made = congvu_regulation::Moment(kept.made_at).date();
    (reached > made).then_some((due, reached))
}

fn remind_of(tx: &mut Tx<'_>, law: Law, id: ReportId) -> Result<bool, Refused> {
    let today = today(tx);
    let Some(found) = kept::get(tx, id)?.filter(|kept| kept.state == "made") else {
        return Ok(false);
    };
    let Ok(about) = about(law, &found) else {
        return Ok(false);
    };
    let Some((due, on)) = step(&found, about.report.remind(), today) else {
        return Ok(false);
    };
    let Some(made) = read(tx, id)? else {
        return Ok(false);
    };
    let mut values = values(&made);
    values.push(("on", notice::day(due)));
    let state = if due < today {
        "Báo cáo đã quá hạn nộp"
    } else {
        "Báo cáo sắp đến hạn nộp"
    };
    values.push(("state", state.to_owned()));
    let to = whom(tx, about)?;
    let key = format!("{id} {on}");
    notice::send(
        tx,
        about.profile,
        Notice::ReportDue,
        &key,
        to,
        &origin(about),
        &values,
    )
}

/// What stands in a report that was kept.
pub(super) fn read(tx: &mut Tx<'_>, id: ReportId) -> Result<Option<Made>, Refused> {
    let Some(data) = kept::data(tx, id)? else {
        return Ok(None);
    };
    let made = serde_json::from_str(&data).map_err(|error| {
        congvu_store::StoreError::Corrupt(format!("report {id} cannot be read: {error}"))
    })?;
    Ok(Some(made))
}

/// Who may see an agency's reports: itself, and who has a charge there or above.
pub(super) const SEEN_BY: [Role; 5] = [
    Role::Ask,
    Role::Forward,
    Role::Decide,
    Role::Operate,
    Role::Audit,
];
