//! Reports are made: each once for its place and period, with its notice, in one transaction.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::Arc;

use congvu_regulation::reports::{DueReport, Every};
use congvu_regulation::{Date, Moment, Origin};
use congvu_store::report::{self as kept, Kept, NewReport};
use congvu_store::{MailboxId, OrganisationId, ReportId, Store, StoreError, Tx, census};
use ring::digest::{SHA256, digest};
use serde_json::json;

use super::lists::{self, About};
use super::shape::Tree;
use super::survey::Survey;
use super::{Content, Made, Scope};
use crate::notice::{self, Notice};
use crate::{Act, Action, Actor, Law, Refused, Role, record, rights, today};

/// Reports whose last day is past by more than so many days are not made any more.
const FORGIVEN: i64 = 40;
/// How far ahead due days are looked at: reminders reach back 60 days at most.
const AHEAD: i64 = 70;

/// What a run made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MadeNow {
    /// Reports that were made.
    pub made: u32,
    /// Those who were reminded of one.
    pub reminded: u32,
    /// Reports that could not be made; the next day's run tries again.
    pub failed: u32,
}

impl MadeNow {
    /// Notes what could not be made; the others go on, unless the store itself is away.
    fn fail(&mut self, error: Refused) -> Result<(), Refused> {
        match error {
            Refused::Store(error) if error.is_outage() => Err(error.into()),
            error => {
                tracing::warn!(%error, "a report was not made");
                self.failed += 1;
                Ok(())
            }
        }
    }
}

/// A report made again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remade {
    /// What stands in it now.
    pub made: Made,
    /// Whether it is what was kept, to the last byte.
    pub same: bool,
}

/// A report to make.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) about: About,
    /// The first and the last day of its data.
    pub(super) days: (Date, Date),
    pub(super) due: Option<Date>,
}

/// The day from which a report is made: the one after its period, or, where it is due within it, the first reminder's.
fn from_day(due: &DueReport<'_>) -> Date {
    if due.due.value > due.period.last() {
        return due.period.last().plus_days(1);
    }
    due.reminders().first().copied().unwrap_or(due.due.value)
}

/// Whose a report is, of the places under a regulation.
pub(super) fn targets(
    places: &HashMap<OrganisationId, census::Place>,
    bound: OrganisationId,
    scope: Scope,
) -> Vec<OrganisationId> {
    let mut all: Vec<OrganisationId> = places
        .values()
        .filter(|place| place.ended_at.is_none() && places.bound(place.id) == Some(bound))
        .filter(|place| match scope {
            Scope::Agencies => places.agency(place.id) == Some(place.id),
            Scope::Units => place.parent == Some(bound),
            Scope::Whole => place.id == bound,
        })
        .map(|place| place.id)
        .collect();
    all.sort_unstable();
    all
}

/// All places, and those to which a regulation is bound that this installation knows.
pub(super) type Bound = (
    HashMap<OrganisationId, census::Place>,
    Vec<(OrganisationId, &'static congvu_regulation::Profile)>,
);

pub(super) fn bound(tx: &mut Tx<'_>, law: Law) -> Result<Bound, Refused> {
    let places = census::places(tx)?;
    let bound = places
        .iter()
        .filter(|place| place.ended_at.is_none())
        .filter_map(|place| {
            let profile = law.profile(place.profile.as_deref()?)?;
            Some((place.id, profile))
        });
    let bound = bound.collect();
    Ok((
        places.into_iter().map(|place| (place.id, place)).collect(),
        bound,
    ))
}

/// What is to be made by today and is not.
fn plans(tx: &mut Tx<'_>, law: Law) -> Result<Vec<Plan>, Refused> {
    let today = today(tx);
    let yesterday = today.plus_days(-1);
    let (places, all) = bound(tx, law)?;
    let began = |place| {
        places.get(&place).map_or(today, |place: &census::Place| {
            congvu_regulation::Moment(place.created_at).date()
        })
    };
    let mut plans = Vec::new();
    for (top, profile) in all {
        let (from, to) = (today.plus_days(-FORGIVEN), today.plus_days(AHEAD));
        for due in profile.reports_due(from, to, law.calendar()) {
            let content = Content::of(due.report.id());
            if from_day(&due) > today || due.period.last() < began(top) {
                continue;
            }
            let period = (due.period.first(), due.period.last());
            let first = period.0.epoch_day();
            let told: HashMap<_, _> = kept::told_until(tx, due.report.id(), first)?
                .into_iter()
                .collect();
            let made: HashSet<_> = kept::of_period(tx, due.report.id(), first)?
                .into_iter()
                .map(|kept| kept.organisation)
                .collect();
            let until = period.1.min(yesterday);
            for place in targets(&places, top, content.scope(due.report)) {
                if made.contains(&place) || began(place) > until {
                    continue;
                }
                // What one report told last the next one goes on from: no day is in none.
                let since = told
                    .get(&place)
                    .map_or(period.0, |day| Date::from_epoch_day(day + 1));
                plans.push(Plan {
                    about: About {
                        profile,
                        report: due.report,
                        place,
                        period,
                    },
                    days: (since, until),
                    due: content.is_submitted().then_some(due.due.value),
                });
            }
        }
        for report in profile.reports() {
            if report.every().value != Every::Change
                || Content::of(report.id()) != Content::ChangeList
            {
                continue;
            }
            let told = kept::told_until(tx, report.id(), today.epoch_day())?;
            let told = told.iter().find(|(place, _)| *place == top);
            let since = told.map_or(began(top), |(_, day)| Date::from_epoch_day(day + 1));
            let period = (since, yesterday);
            if since <= yesterday && !lists::changed(tx, period, top)?.rows.is_empty() {
                let about = About {
                    profile,
                    report,
                    place: top,
                    period,
                };
                plans.push(Plan {
                    about,
                    days: period,
                    due: None,
                });
            }
        }
    }
    Ok(plans)
}

/// What stands in a report, as it is kept, and its hash.
fn sealed(made: &Made) -> Result<(String, String), Refused> {
    let data = serde_json::to_string(made)
        .map_err(|error| StoreError::Corrupt(format!("a report cannot be written: {error}")))?;
    let mut hash = String::with_capacity(64);
    for byte in digest(&SHA256, data.as_bytes()).as_ref() {
        // Writing to a string cannot fail.
        let _ = write!(hash, "{byte:02x}");
    }
    Ok((data, hash))
}

/// Makes all reports that are to be made by today, each with the notice to its agency, and reminds of those that nobody has
/// submitted. What was made before is not made again, whoever runs this how often, and wherever it was killed.
///
/// # Errors
/// The store cannot do it now.
pub async fn make_due(store: &Store, law: Law) -> Result<MadeNow, Refused> {
    let plans = store.read(move |tx| plans(tx, law)).await?;
    let mut by_days: BTreeMap<(Date, Date), Vec<Plan>> = BTreeMap::new();
    for plan in plans {
        by_days.entry(plan.days).or_default().push(plan);
    }
    let mut now = MadeNow::default();
    for (days, plans) in by_days {
        note_storage(store, days.1).await?;
        let survey = match Survey::gather(store, days, None).await {
            Ok(survey) => Arc::new(survey),
            Err(error) => {
                now.fail(error)?;
                continue;
            }
        };
        for plan in plans {
            let survey = Arc::clone(&survey);
            // Each by itself: one that cannot be made keeps no other from being made.
            let made = store.read(move |tx| lists::make(tx, &survey, &plan.about));
            let kept = match made.await {
                Ok(made) => store.write_bulk(move |tx| keep(tx, &Actor::system(), &plan, &made)),
                Err(error) => {
                    now.fail(error)?;
                    continue;
                }
            };
            match kept.await {
                Ok(kept) => now.made += u32::from(kept.is_some()),
                Err(error) => now.fail(error)?,
            }
        }
    }
    now.reminded = super::remind(store, law).await?;
    Ok(now)
}

/// Makes one report; of its place and below alone.
pub(super) async fn one(store: &Store, plan: &Plan) -> Result<Made, Refused> {
    let about = plan.about;
    let survey = Survey::gather(store, plan.days, Some(about.place)).await?;
    store.read(move |tx| lists::make(tx, &survey, &about)).await
}

/// Mailboxes whose storage one transaction notes.
const NOTED: i64 = 1_000;

/// What mailboxes hold is noted for yesterday alone: for older days it is too late.
pub(super) async fn note_storage(store: &Store, day: Date) -> Result<(), Refused> {
    let yesterday = Moment(store.now()).date().plus_days(-1);
    let day = day.epoch_day();
    if day != yesterday.epoch_day() {
        return Ok(());
    }
    let noted: Result<_, StoreError> = store
        .read(move |tx| census::is_storage_noted(tx, day))
        .await;
    if noted? {
        return Ok(());
    }
    let mut after = MailboxId(0);
    loop {
        let step: Result<_, StoreError> = store
            .write_bulk(move |tx| census::note_storage(tx, day, after, NOTED))
            .await;
        match step? {
            Some(last) => after = last,
            None => break,
        }
    }
    loop {
        let step: Result<_, StoreError> = store
            .write_bulk(move |tx| census::forget_storage(tx, day, NOTED))
            .await;
        if step? == 0 {
            return Ok(());
        }
    }
}

/// Keeps a report with its record and its notice; nothing where there is one already.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    actor: &Actor,
    plan: &Plan,
    made: &Made,
) -> Result<Option<ReportId>, Refused> {
    let About {
        profile,
        report,
        place,
        period,
    } = plan.about;
    let (data, hash) = sealed(made)?;
    let new = NewReport {
        profile: profile.id(),
        report: report.id(),
        organisation: place,
        period: (period.0.epoch_day(), period.1.epoch_day()),
        days: (plan.days.0.epoch_day(), plan.days.1.epoch_day()),
        due_day: plan.due.map(Date::epoch_day),
        data: &data,
        hash: &hash,
    };
    let Some(id) = kept::add(tx, &new)? else {
        return Ok(None);
    };
    note(tx, actor, Action::ReportMake, (id, place), made, &hash)?;
    if is_empty(plan.about, made) {
        return Ok(Some(id));
    }
    let next = match plan.due {
        Some(due) => format!(
            "Đề nghị xem, bổ sung và nộp trước hết ngày {}.",
            due.vietnamese()
        ),
        None => "Danh sách chi tiết có trên hệ thống, mục Báo cáo.".to_owned(),
    };
    let mut values = values(made);
    values.push(("next", next));
    let to = whom(tx, plan.about)?;
    // The files are set behind this: that takes seconds.
    notice::send_with(
        tx,
        profile,
        (Notice::ReportMade, &format!("report/{id}")),
        &id.to_string(),
        to,
        &origin(plan.about),
        &values,
    )?;
    Ok(Some(id))
}

/// An agency without mailboxes of its own is told nothing.
fn is_empty(about: About, made: &Made) -> bool {
    let scope = Content::of(about.report.id()).scope(about.report);
    scope == Scope::Agencies && made.sums.iter().all(|sum| sum.value == 0)
}

pub(super) fn note(
    tx: &mut Tx<'_>,
    actor: &Actor,
    action: Action,
    (id, place): (ReportId, OrganisationId),
    made: &Made,
    hash: &str,
) -> Result<(), Refused> {
    let mut act = Act::new(action, format!("report/{id}"), &made.title)
        .at(place)
        .with(
            json!({ "period": made.period, "from": made.from, "until": made.until, "hash": hash }),
        );
    act.clause = (!made.clause.is_empty()).then(|| made.clause.clone());
    Ok(record(tx, actor, &act)?)
}

/// What asks for it.
pub(super) fn origin(about: About) -> Origin {
    Origin::Profile {
        code: about.profile.code().to_owned(),
        source: about.report.every().source.clone(),
    }
}

/// Whom notices about it go to: the agency whose it is; who decides, where it is about all.
pub(super) fn whom(
    tx: &mut Tx<'_>,
    about: About,
) -> Result<congvu_store::notice::Audience, Refused> {
    match Content::of(about.report.id()).scope(about.report) {
        Scope::Whole => notice::deciders(tx, about.place),
        Scope::Agencies | Scope::Units => notice::agency(tx, about.place),
    }
}

/// What a notice tells of it, with its main numbers.
pub(super) fn values(made: &Made) -> Vec<(&'static str, String)> {
    let numbers: Vec<String> = made
        .sums
        .iter()
        .map(|sum| format!("- {}: {}", sum.label, sum.value))
        .collect();
    let written = |day: &str| day.parse::<Date>().map_or(day.to_owned(), Date::vietnamese);
    vec![
        ("organisation", made.organisation.clone()),
        ("what", made.title.clone()),
        ("period", made.period.clone()),
        ("from", written(&made.from)),
        ("until", written(&made.until)),
        ("numbers", numbers.join("\n")),
    ]
}

/// What a report that was kept is about.
pub(super) fn about(law: Law, kept: &Kept) -> Result<About, Refused> {
    let profile = law
        .profile(&kept.profile)
        .ok_or_else(|| Refused::no_profile(Some(&kept.profile)))?;
    let Some(report) = profile.report(&kept.report) else {
        return Err(Refused::missing("Quy chế không còn báo cáo này."));
    };
    let day = Date::from_epoch_day;
    Ok(About {
        profile,
        report,
        place: kept.organisation,
        period: (day(kept.period.0), day(kept.period.1)),
    })
}

/// Makes a report again from the data and compares it with what was kept, which is not touched.
///
/// # Errors
/// There is none; whoever asks may not see it.
pub async fn remake(
    store: &Store,
    law: Law,
    actor: &Actor,
    id: ReportId,
) -> Result<Remade, Refused> {
    let actor = actor.clone();
    let found = store.read(move |tx| {
        let found = super::get(tx, &actor, id)?.kept;
        let about = about(law, &found)?;
        Ok::<_, Refused>((found, about))
    });
    let (found, about) = found.await?;
    let days = (
        Date::from_epoch_day(found.days.0),
        Date::from_epoch_day(found.days.1),
    );
    let due = None;
    let made = one(store, &Plan { about, days, due }).await?;
    let (_, hash) = sealed(&made)?;
    Ok(Remade {
        made,
        same: hash == found.hash,
    })
}

/// Brings a report that nobody has submitted up to yesterday, or to the end of its period.
///
/// # Errors
/// There is none in that state; whoever asks may not.
pub async fn refresh(
    store: &Store,
    law: Law,
    actor: &Actor,
    id: ReportId,
) -> Result<Made, Refused> {
    let who = actor.clone();
    let (about, days) = store.read(move |tx| refreshed(tx, law, &who, id)).await?;
    let due = None;
    let made = one(store, &Plan { about, days, due }).await?;
    let (data, hash) = sealed(&made)?;
    let who = actor.clone();
    let kept = made.clone();
    store
        .write(move |tx| {
            // It may have been submitted meanwhile.
            refreshed(tx, law, &who, id)?;
            kept::replace(tx, id, days.1.epoch_day(), (&data, &hash))?;
            note(
                tx,
                &who,
                Action::ReportMake,
                (id, about.place),
                &kept,
                &hash,
            )
        })
        .await?;
    Ok(made)
}

/// What a report that may be brought up to date is about, and the days it would be of.
fn refreshed(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: ReportId,
) -> Result<(About, (Date, Date)), Refused> {
    let found = super::get(tx, actor, id)?.kept;
    rights::need(
        tx,
        actor,
        &[Role::Ask, Role::Decide, Role::Operate],
        found.organisation,
    )?;
    let about = about(law, &found)?;
    if found.state != "made" || !Content::of(&found.report).is_submitted() {
        return Err(Refused::state(
            "Báo cáo đã nộp hoặc đã gửi thì không cập nhật số liệu nữa.",
        ));
    }
    let first = Date::from_epoch_day(found.days.0);
    let last = about.period.1.min(today(tx).plus_days(-1)).max(first);
    Ok((about, (first, last)))
}
