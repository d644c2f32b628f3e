//! Reports that somebody asks for: about any days that are over, or for a period whose report was never made.

use congvu_regulation::Date;
use congvu_regulation::reports::Every;
use congvu_store::report as kept;
use congvu_store::{OrganisationId, ReportId, Store, Tx};

use super::lists::About;
use super::make::{Plan, bound, keep, note_storage, one, targets};
use super::{Content, Scope};
use crate::{Actor, Law, Refused, Role, rights, today};

/// A report that the regulation at a place knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its name there.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// How often.
    pub every: Every,
    /// Who makes it.
    pub by: String,
    /// Whom it goes to.
    pub to: String,
    /// The form it is printed on.
    pub form: Option<String>,
    /// Whose it is.
    pub scope: Scope,
    /// Whether it is handed in.
    pub is_submitted: bool,
    /// The clause that asks for it; empty where nobody's does.
    pub clause: String,
}

/// The reports that the regulation at a place knows.
///
/// # Errors
/// No regulation is in force there.
pub fn known(tx: &mut Tx<'_>, law: Law, place: OrganisationId) -> Result<Vec<Known>, Refused> {
    let profile = law.at(tx, place)?;
    let known = profile.reports().iter().map(|report| {
        let content = Content::of(report.id());
        let clause = report.every().clause();
        Known {
            id: report.id().to_owned(),
            title: report.title().to_owned(),
            every: report.every().value,
            by: report.made_by().to_owned(),
            to: report.to().to_owned(),
            form: report.form().map(str::to_owned),
            scope: content.scope(report),
            is_submitted: content.is_submitted(),
            clause: clause.map(ToString::to_string).unwrap_or_default(),
        }
    });
    Ok(known.collect())
}

/// The days of a report that somebody asks for.
fn plan(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    (place, name): (OrganisationId, &str),
    days: (Date, Date),
) -> Result<Plan, Refused> {
    let roles = [Role::Ask, Role::Decide, Role::Operate];
    rights::need(tx, actor, &roles, place)?;
    let yesterday = today(tx).plus_days(-1);
    if days.1 < days.0 || days.1 > yesterday {
        return Err(Refused::bad("Kỳ báo cáo phải gồm những ngày đã qua."));
    }
    if days.0.plus_days(366) < days.1 {
        return Err(Refused::bad("Kỳ báo cáo không quá một năm."));
    }
    let profile = law.at(tx, place)?;
    let missing = || Refused::missing(format!("Quy chế không có báo cáo “{name}”."));
    let report = profile.report(name).ok_or_else(missing)?;
    let about = |period| About {
        profile,
        report,
        place,
        period,
    };
    match report.every().value {
        Every::Request => Ok(Plan {
            about: about(days),
            days,
            due: None,
        }),
        Every::Change => Err(Refused::bad(
            "Danh sách này tự lập khi có thay đổi; xem congvu directory changes.",
        )),
        Every::Months(_) => {
            let named = report.period_of(days.0).ok_or_else(missing)?;
            let period = (named.first(), named.last());
            if days.1 > period.1 || period.1 > yesterday {
                return Err(Refused::bad(format!(
                    "Báo cáo này lập cho từng kỳ đã qua; kỳ có ngày {} là từ ngày {} đến ngày {}.",
                    days.0.vietnamese(),
                    period.0.vietnamese(),
                    period.1.vietnamese()
                )));
            }
            let (places, all) = bound(tx, law)?;
            let content = Content::of(report.id());
            let scope = content.scope(report);
            let of = all.into_iter().any(|(top, bound)| {
                bound.id() == profile.id() && targets(&places, top, scope).contains(&place)
            });
            if !of {
                return Err(Refused::bad("Cơ quan này không lập báo cáo đó."));
            }
            let due = report.due(named, law.calendar());
            Ok(Plan {
                about: about(period),
                days: period,
                due: due
                    .filter(|_| content.is_submitted())
                    .map(|due| due.due.value),
            })
        }
    }
}

/// Makes a report that somebody asks for (TQ.11.6, SL.16.3) about any days that are over, or the report of a past period that has none;
/// where there is one, that is it.
///
/// # Errors
/// Whoever asks may not; the regulation knows no such report there; the days are not over.
pub async fn ask(
    store: &Store,
    law: Law,
    actor: &Actor,
    (place, report): (OrganisationId, &str),
    days: (Date, Date),
) -> Result<ReportId, Refused> {
    let (name, asked_by) = (report.to_owned(), actor.clone());
    let planned = store.read(move |tx| {
        let plan = plan(tx, law, &asked_by, (place, &name), days)?;
        Ok::<_, Refused>((plan, made_before(tx, &plan)?))
    });
    let (plan, before) = planned.await?;
    if let Some(id) = before {
        return Ok(id);
    }
    note_storage(store, plan.days.1).await?;
    let made = one(store, &plan).await?;
    let actor = actor.clone();
    store
        .write(move |tx| {
            if let Some(id) = keep(tx, &actor, &plan, &made)? {
                return Ok(id);
            }
            made_before(tx, &plan)?.ok_or_else(|| Refused::missing("Không có báo cáo này."))
        })
        .await
}

fn made_before(tx: &mut Tx<'_>, plan: &Plan) -> Result<Option<ReportId>, Refused> {
    let period = plan.about.period;
    let first = period.0.epoch_day();
    let same = kept::of_period(tx, plan.about.report.id(), first)?
        .into_iter()
        .find(|kept| {
            kept.organisation == plan.about.place && kept.period.1 == period.1.epoch_day()
        });
    Ok(same.map(|kept| kept.id))
}
