//! When the clock of a sweep began to run, and when it is over.

use super::rules::{Act, Clock, Stop, Sweep};
use super::{Cause, Facts};
use crate::Moment;
use crate::calendar::{Answer, Calendar};

/// A clock that runs.
pub(super) struct Run {
    /// The event it began with.
    pub(super) since: Moment,
    /// When its act falls due.
    pub(super) at: Answer<Moment>,
    /// What a person who decides should know.
    pub(super) note: Option<String>,
}

/// The clock of a sweep for a mailbox; `None` where it does not run, or is stopped with no end in sight.
pub(super) fn run(sweep: &Sweep, facts: &Facts, calendar: &Calendar) -> Option<Run> {
    if facts.is_over() || !sweep.kinds().contains(&facts.kind) {
        return None;
    }
    let since = since(sweep, facts)?;
    let mut at = match (sweep.clock(), sweep.after()) {
        (Clock::FirstSession(hours), _) => {
            let latest = since.plus_hours(*hours);
            let ended = facts.first_session.and_then(|session| session.ended);
            Answer {
                value: ended.map_or(latest, |ended| ended.min(latest)),
                undecided: None,
            }
        }
        (_, Some(term)) => calendar
            .first_day_after(since.date(), term, sweep.day_off())
            .map(crate::Date::start),
        (_, None) => return None,
    };
    let mut notes = Vec::new();
    for exemption in &facts.exempt {
        let end = exemption.until.plus_days(1).start();
        if sweep.stopped_by().contains(&Stop::Reason) {
            at.value = at.value.max(end);
        } else if end > at.value {
            notes.push(format!(
                "có lý do đã ghi nhận đến hết ngày {}: {}",
                vietnamese(exemption.until),
                exemption.reason
            ));
        }
    }
    for request in &facts.requests {
        let stops = sweep.stopped_by().contains(&Stop::Request);
        match request.decided {
            None if stops => return None,
            None => notes.push(format!(
                "có đề nghị nhận ngày {} chưa giải quyết",
                vietnamese(request.received.date())
            )),
            Some(decided) if stops && request.received >= since => {
                at.value = at.value.max(decided);
            }
            Some(_) => {}
        }
    }
    Some(Run {
        since,
        at,
        note: (!notes.is_empty()).then(|| notes.join("; ")),
    })
}

/// The event a clock begins with.
fn since(sweep: &Sweep, facts: &Facts) -> Option<Moment> {
    let default_password = || {
        facts
            .must_change
            .filter(|change| facts.own_password && change.cause == Cause::Issue)
    };
    match sweep.clock() {
        Clock::Unused(kinds) => {
            let used = kinds.iter().filter_map(|kind| facts.activity.get(kind));
            let enabled = facts
                .sign_in_enabled
                .filter(|_| sweep.act() == Act::DisableSignIn);
            used.chain(&facts.restored)
                .copied()
                .chain(enabled)
                .max()
                .or(Some(facts.issued))
        }
        Clock::DefaultPassword => default_password().map(|change| change.since),
        Clock::FirstSession(_) => {
            default_password()?;
            facts.first_session.map(|session| session.began)
        }
        Clock::Locked(locks) => {
            let lock = facts.lock.as_ref()?;
            locks.has(lock.sweep.as_deref()).then_some(lock.since)
        }
        Clock::NoticeReceived(locks) => {
            let lock = facts.lock.as_ref()?;
            let notice = lock.notice.filter(|_| locks.has(lock.sweep.as_deref()));
            notice?.received
        }
    }
}

/// A day as people write it: `02/04/2026`.
pub(super) fn vietnamese(date: crate::Date) -> String {
    format!("{:02}/{:02}/{}", date.day(), date.month(), date.year())
}
