//! What falls due for a mailbox, and when.

use super::clock::{self, Run};
use super::rules::{Act, By, Rules, Sweep};
use super::{Clock, Facts};
use crate::calendar::{Answer, Calendar, Term};
use crate::{Date, Moment, Origin};

/// What falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    /// The holder and the agency are reminded of this act.
    Remind {
        /// The act.
        act: Act,
        /// When it falls due.
        on: Moment,
    },
    /// The system does it.
    Do(Act),
    /// It is proposed to the managing department, which confirms it.
    Propose(Act),
    /// The holder is reminded that the password expires.
    RemindPassword {
        /// When it does.
        on: Moment,
    },
    /// The password expires: it opens only the page where it is changed.
    ExpirePassword,
    /// The department is asked for the receipt of its notice: the agency's term does not run without one.
    AskReceipt,
    /// From now on a request for restoring is handled.
    HandleRestore,
    /// The last day on which the department answers a request for restoring.
    AnswerRestore,
}

/// Something that falls due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// When.
    pub at: Moment,
    /// What.
    pub what: What,
    /// The sweep it comes from.
    pub sweep: Option<String>,
    /// The event that its term began with.
    pub since: Moment,
    /// The term.
    pub term: Option<Term>,
    /// The clause, or the stricter standard, that sets it.
    pub origin: Origin,
    /// What a person who decides should know besides.
    pub note: Option<String>,
    /// The first year that the day rests on and whose days off are not decided yet.
    pub undecided: Option<u16>,
}

impl Due {
    /// A name for this very thing: what was carried out or sent under it is not done again.
    #[must_use]
    pub fn key(&self) -> String {
        let sweep = self.sweep.as_deref().unwrap_or_default();
        format!("{:?} {sweep} {}", self.what, self.at)
    }
}

impl Rules {
    /// All that falls due for a mailbox if nothing else happens, by time: reminders, acts, answers.
    #[must_use]
    pub fn coming(&self, facts: &Facts, calendar: &Calendar) -> Vec<Due> {
        let mut coming = Vec::new();
        if facts.is_over() {
            self.restoring(facts, calendar, &mut coming);
            return coming;
        }
        for sweep in self.sweeps() {
            if !is_done(sweep.act(), facts)
                && let Some(run) = clock::run(sweep, facts, calendar)
            {
                act(sweep, &run, &mut coming);
            }
            ask_receipt(sweep, facts, calendar, &mut coming);
        }
        if facts.lock.is_none() {
            self.password_expiry(facts, &mut coming);
        }
        self.restoring(facts, calendar, &mut coming);
        coming.sort_by_key(|due| due.at);
        coming
    }

    /// What has fallen due by `now`. Of several reminders of one act only the last is left, and none once the act
    /// itself is due; what was done before is told by its [`Due::key`].
    #[must_use]
    pub fn due(&self, facts: &Facts, calendar: &Calendar, now: Moment) -> Vec<Due> {
        let coming = self.coming(facts, calendar);
        let mut due: Vec<Due> = Vec::new();
        for item in coming {
            if item.at > now {
                break;
            }
            due.retain(|earlier| !supersedes(&item, earlier));
            due.push(item);
        }
        due
    }

    fn password_expiry(&self, facts: &Facts, coming: &mut Vec<Due>) {
        let changed = facts
            .password_changed
            .filter(|_| facts.own_password && facts.must_change.is_none());
        let Some((changed, last_day)) =
            changed.and_then(|changed| Some((changed, self.password.expires_at(changed.date())?)))
        else {
            return;
        };
        let at = last_day.plus_days(1);
        let expires = self.password.expires();
        let due = |at: Date, what| Due {
            at: at.start(),
            what,
            sweep: None,
            since: changed,
            term: expires.value,
            origin: expires.origin.clone(),
            note: None,
            undecided: None,
        };
        for days in self.password_remind.value.iter().copied() {
            let day = at.plus_days(-i64::from(days));
            if day > changed.date() {
                coming.push(due(day, What::RemindPassword { on: at.start() }));
            }
        }
        coming.push(due(at, What::ExpirePassword));
    }
}

/// The act of a sweep, and the reminders before it.
fn act(sweep: &Sweep, run: &Run, coming: &mut Vec<Due>) {
    let Answer {
        value: at,
        undecided,
    } = run.at;
    let due = |at, what, note| Due {
        at,
        what,
        sweep: Some(sweep.id().to_owned()),
        since: run.since,
        term: sweep.after(),
        origin: sweep.origin().clone(),
        note,
        undecided,
    };
    for days in sweep.remind().iter().copied() {
        let day = at.date().plus_days(-i64::from(days)).start();
        if day > run.since {
            let what = What::Remind {
                act: sweep.act(),
                on: at,
            };
            coming.push(due(day, what, None));
        }
    }
    let what = match sweep.by() {
        By::System => What::Do(sweep.act()),
        By::Department => What::Propose(sweep.act()),
    };
    coming.push(due(at, what, run.note.clone()));
}

/// Asks for a receipt that is not recorded some time after the notice was sent.
fn ask_receipt(sweep: &Sweep, facts: &Facts, calendar: &Calendar, coming: &mut Vec<Due>) {
    let Clock::NoticeReceived(locks) = sweep.clock() else {
        return;
    };
    let lock = facts.lock.as_ref();
    let lock = lock.filter(|lock| locks.has(lock.sweep.as_deref()));
    if let (Some(notice), Some(term)) = (lock.and_then(|lock| lock.notice), sweep.ask_receipt())
        && notice.received.is_none()
        && sweep.kinds().contains(&facts.kind)
    {
        let day = calendar.first_day_after(notice.sent.date(), term, sweep.day_off());
        coming.push(Due {
            at: day.value.start(),
            what: What::AskReceipt,
            sweep: Some(sweep.id().to_owned()),
            since: notice.sent,
            term: Some(term),
            origin: sweep.origin().clone(),
            note: None,
            undecided: day.undecided,
        });
    }
}

/// Whether a mailbox is already where this act would bring it.
fn is_done(act: Act, facts: &Facts) -> bool {
    match act {
        Act::Lock => facts.lock.is_some(),
        Act::DisableSignIn => facts.lock.is_some() || facts.sign_in_disabled.is_some(),
        Act::Revoke | Act::Delete => facts.is_over(),
    }
}

/// Whether a later item makes a reminder idle.
fn supersedes(later: &Due, earlier: &Due) -> bool {
    let password =
        |due: &Due| matches!(due.what, What::RemindPassword { .. } | What::ExpirePassword);
    match earlier.what {
        What::Remind { .. } => later.sweep == earlier.sweep && later.what != What::AskReceipt,
        What::RemindPassword { .. } => password(later),
        _ => false,
    }
}
