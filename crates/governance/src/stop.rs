//! Stops of the service. One that is planned is announced in time and tells when the service is back (QN.9.1.c, TQ.10.2.a, SL.14.6.a):
//! one that does not is refused, which means that it is neither recorded nor announced; nobody is told of a stop that the
//! regulation does not allow. What cannot wait is an emergency, which is an incident.

use congvu_regulation::Moment;
use congvu_store::incident::{self, NewIncident};
use congvu_store::notice::Audience;
use congvu_store::stop::{self, NewStop, Stop};
use congvu_store::{OrganisationId, StopId, Tx, organisation};
use serde_json::json;

use crate::incident::Kind;
use crate::notice::{self, Notice};
use crate::{Act, Action, Actor, Law, Refused, Role, now, record, rights, today};

/// A stop to announce.
#[derive(Clone, Debug)]
pub struct NewPlan<'a> {
    /// Whose service: what holds there holds for the stop.
    pub place: OrganisationId,
    /// What is done and what does not work meanwhile.
    pub what: &'a str,
    /// Number and date of the document.
    pub document: &'a str,
    /// When it begins (ms).
    pub from_at: i64,
    /// When the service is back (ms).
    pub until_at: Option<i64>,
}

/// A time as people write it in Vietnam.
#[must_use]
pub fn vietnamese(at: i64) -> String {
    let moment = Moment(at);
    let minute = moment.minute_of_day();
    format!(
        "{:02} giờ {:02} ngày {}",
        minute / 60,
        minute % 60,
        moment.date().vietnamese()
    )
}

fn check(new: &NewPlan<'_>) -> Result<(), Refused> {
    if new.what.trim().is_empty() {
        return Err(Refused::bad("Phải nêu việc làm và dịch vụ bị ngừng."));
    }
    if new.until_at.is_some_and(|until| until <= new.from_at) {
        return Err(Refused::bad(
            "Thời gian phục hồi phải sau lúc bắt đầu ngừng.",
        ));
    }
    Ok(())
}

/// The service is one: who stops it, and tells everybody, operates or decides for all of it, under the regulation there.
fn for_all(tx: &mut Tx<'_>, actor: &Actor, place: OrganisationId) -> Result<(), Refused> {
    if organisation::root(tx)?.is_none_or(|root| root.id != place) {
        return Err(Refused::bad(
            "Ngừng dịch vụ được thông báo cho toàn hệ thống, tại cơ quan cao nhất.",
        ));
    }
    rights::need(tx, actor, &[Role::Operate, Role::Decide], place)
}

/// Announces a planned stop to all.
///
/// # Errors
/// Whoever announces it neither operates nor decides there; it begins too early after its notice, or does not tell when the
/// service is back: each with its clause.
pub fn plan(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    new: &NewPlan<'_>,
) -> Result<StopId, Refused> {
    for_all(tx, actor, new.place)?;
    check(new)?;
    if new.from_at <= tx.now() {
        return Err(Refused::bad(
            "Ngừng dịch vụ có kế hoạch phải bắt đầu sau lúc này; nếu đã phải ngừng ngay thì báo ngừng khẩn cấp.",
        ));
    }
    let profile = law.at(tx, new.place)?;
    let begins = Moment(new.from_at).date();
    profile
        .check_planned_stop(today(tx), begins, new.until_at.is_some(), law.calendar())
        .map_err(Refused::Rules)?;
    let rule = profile.planned_stop();
    let clause = rule
        .notice()
        .and_then(|notice| notice.source.clause())
        .or_else(|| rule.recovery_time().source.clause());
    let clause = clause.map(ToString::to_string).unwrap_or_default();
    let stop = add(tx, actor, new, false, None, &clause)?;
    let mut act = act(Action::StopPlan, stop, new, &clause);
    act.detail = json!({ "from_at": new.from_at, "until_at": new.until_at, "what": new.what });
    record(tx, actor, &act)?;
    let (kind, values) = (Notice::StopPlanned, values(new));
    announce(tx, (stop, new.place), kind, &clause, &values)?;
    Ok(stop)
}

/// Tells all of a stop that cannot wait or has begun; it becomes an incident.
///
/// # Errors
/// Whoever does it neither operates nor decides there.
pub fn emergency(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    new: &NewPlan<'_>,
) -> Result<StopId, Refused> {
    for_all(tx, actor, new.place)?;
    check(new)?;
    let code = law.at(tx, new.place)?.code();
    let clause = if code == "QN" { "QN.9.1.a" } else { "" };
    let told = NewIncident {
        key: None,
        kind: Kind::EmergencyStop.name(),
        clause,
        organisation: Some(new.place),
        mailbox: None,
        told_by: &actor.name,
        description: new.what,
        data: "",
        happened_at: new.from_at.min(now(tx).0),
    };
    let incident = incident::add(tx, &told)?;
    let stop = add(tx, actor, new, true, incident, clause)?;
    let mut act = act(Action::StopEmergency, stop, new, clause);
    act.detail = json!({ "incident": incident.map(|id| id.0), "from_at": new.from_at, "until_at": new.until_at, "what": new.what });
    record(tx, actor, &act)?;
    let (kind, values) = (Notice::StopEmergency, values(new));
    announce(tx, (stop, new.place), kind, clause, &values)?;
    Ok(stop)
}

fn add(
    tx: &mut Tx<'_>,
    actor: &Actor,
    new: &NewPlan<'_>,
    emergency: bool,
    incident: Option<congvu_store::IncidentId>,
    clause: &str,
) -> Result<StopId, Refused> {
    Ok(stop::add(
        tx,
        &NewStop {
            emergency,
            organisation: new.place,
            what: new.what,
            document: new.document,
            clause,
            from_at: new.from_at,
            until_at: new.until_at,
            by: &actor.name,
            incident,
        },
    )?)
}

fn act(action: Action, stop: StopId, new: &NewPlan<'_>, clause: &str) -> Act {
    let document = (!new.document.is_empty()).then_some(new.document);
    let act = Act::new(action, format!("stop/{stop}"), new.what)
        .at(new.place)
        .by_document(document);
    if clause.is_empty() {
        act
    } else {
        act.by_clause(clause)
    }
}

fn values(new: &NewPlan<'_>) -> [(&'static str, String); 3] {
    let until = new.until_at.map_or_else(
        || "Thời gian phục hồi sẽ được thông báo tiếp.".to_owned(),
        |until| format!("Dịch vụ phục hồi lúc {}.", vietnamese(until)),
    );
    [
        ("from", vietnamese(new.from_at)),
        ("until", until),
        ("what", new.what.to_owned()),
    ]
}

/// A notice to all, once for each thing that becomes of a stop.
fn announce(
    tx: &mut Tx<'_>,
    (stop, place): (StopId, OrganisationId),
    kind: Notice,
    clause: &str,
    values: &notice::Values<'_>,
) -> Result<(), Refused> {
    let key = format!("stop/{stop}");
    notice::write(tx, place, (kind, &key), Audience::All, clause, values)?;
    Ok(())
}

fn get(tx: &mut Tx<'_>, id: StopId) -> Result<Stop, Refused> {
    stop::get(tx, id)?
        .ok_or_else(|| Refused::missing(format!("Không có lần ngừng dịch vụ số {id}.")))
}

/// The service is back; all are told. An emergency's incident is fixed.
///
/// # Errors
/// Whoever says so neither operates nor decides there; it is over or cancelled.
pub fn done(tx: &mut Tx<'_>, actor: &Actor, id: StopId) -> Result<(), Refused> {
    let stop = get(tx, id)?;
    rights::need(tx, actor, &[Role::Operate, Role::Decide], stop.organisation)?;
    if !stop::done(tx, id)? {
        return Err(Refused::state(
            "Lần ngừng dịch vụ này đã kết thúc hoặc đã hủy.",
        ));
    }
    if let Some(incident) = stop.incident {
        let fixed = crate::incident::State::Fixed;
        let before = crate::incident::get(tx, incident)?;
        if crate::incident::State::parse(&before.state).is_some_and(|from| from.may_become(fixed)) {
            crate::incident::advance(tx, actor, incident, fixed, "Dịch vụ hoạt động trở lại.")?;
        }
    }
    let at = tx.now();
    ended(tx, actor, &stop, Action::StopDone, json!({ "done_at": at }))?;
    let (at, kind) = ((id, stop.organisation), Notice::StopDone);
    let values = [("since", vietnamese(tx.now()))];
    announce(tx, at, kind, &stop.clause, &values)
}

/// A planned stop does not take place; all are told.
///
/// # Errors
/// Whoever says so neither operates nor decides there; it is over or cancelled, or an emergency.
pub fn cancel(tx: &mut Tx<'_>, actor: &Actor, id: StopId, reason: &str) -> Result<(), Refused> {
    let stop = get(tx, id)?;
    rights::need(tx, actor, &[Role::Operate, Role::Decide], stop.organisation)?;
    if stop.emergency || !stop::cancel(tx, id, reason)? {
        return Err(Refused::state(
            "Chỉ hủy được kế hoạch ngừng dịch vụ còn hiệu lực; ngừng khẩn cấp thì báo khi hoạt động trở lại.",
        ));
    }
    ended(
        tx,
        actor,
        &stop,
        Action::StopCancel,
        json!({ "reason": reason }),
    )?;
    let (at, kind) = ((id, stop.organisation), Notice::StopCancelled);
    let values = [
        ("from", vietnamese(stop.from_at)),
        ("reason", reason.to_owned()),
    ];
    announce(tx, at, kind, &stop.clause, &values)
}

fn ended(
    tx: &mut Tx<'_>,
    actor: &Actor,
    stop: &Stop,
    action: Action,
    detail: serde_json::Value,
) -> Result<(), Refused> {
    let mut act = Act::new(action, format!("stop/{}", stop.id), &stop.what)
        .at(stop.organisation)
        .with(detail);
    if !stop.clause.is_empty() {
        act = act.by_clause(&stop.clause);
    }
    Ok(record(tx, actor, &act)?)
}
