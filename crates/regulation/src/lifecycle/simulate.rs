//! A mailbox's future, day by day, before it happens.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::rules::{Act, Rules};
use super::{
    Activity, Cause, Due, Exemption, Facts, FirstSession, Lock, MustChange, NotRestored, Notice,
    Request, RequestKind, State, What,
};
use crate::calendar::Calendar;
use crate::{ClauseId, Moment};

/// What people do meanwhile, as a script says it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Event {
    /// Signs in on the web.
    SignIn,
    /// A mail program signs in.
    AppSignIn,
    /// Opens a message.
    Read,
    /// Sends a message.
    Sent,
    /// The session on the default password ends.
    SessionEnded,
    /// The holder changes the password.
    PasswordChanged,
    /// The department gives a new one-time password.
    PasswordReset,
    /// The receipt of the notice is recorded.
    NoticeReceived,
    /// A request reaches the department.
    Requested {
        /// What it asks for.
        request: RequestKind,
    },
    /// The department grants the open request.
    Granted,
    /// The department refuses the open request.
    Refused,
    /// A reason is recorded.
    Reason(Exemption),
    /// An administrator switches sign-in on again.
    SignInEnabled,
    /// The department locks the mailbox for a violation, or on request.
    Locked {
        /// The clause.
        #[serde(deserialize_with = "super::facts::a_clause")]
        clause: ClauseId,
    },
    /// The department confirms what was proposed first.
    Confirmed,
}

/// An event of a script and when it happens.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Script {
    /// When.
    pub at: Moment,
    /// What.
    #[serde(flatten)]
    pub event: Event,
}

/// A mailbox and what people do with it: what `congvu simulate` reads.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What is known of it at the beginning.
    pub facts: Facts,
    /// What people do; nothing where it is left out.
    #[serde(default)]
    pub events: Vec<Script>,
}

/// Something that happens to the mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// Somebody does something; it is refused where the mailbox does not allow it.
    Event {
        /// What.
        event: Event,
        /// Whether the mailbox did not allow it.
        refused: bool,
        /// Of a request to restore, or of granting one: the later day from which on it is handled, and by which clause.
        handled_from: Option<Due>,
        /// By when it is to be answered, and by which clause.
        answer_by: Option<Due>,
    },
    /// Something falls due.
    Due(Due),
}

/// One line of a mailbox's future.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// When it happens: for what was due before the beginning, the beginning.
    pub at: Moment,
    /// What happens.
    pub happening: Happening,
    /// The state afterwards.
    pub state: State,
}

/// More lines than any mailbox has; a script that makes more is cut.
const MOST: usize = 10_000;

/// What happens to a mailbox from `from` to the end of the day of `to`, given what people do meanwhile. Acts of the
/// system happen when they are due; what is proposed waits for [`Event::Confirmed`].
#[must_use]
pub fn simulate(
    rules: &Rules,
    calendar: &Calendar,
    facts: Facts,
    script: &[Script],
    (from, to): (Moment, Moment),
) -> Vec<Row> {
    let end = to.date().plus_days(1).start();
    let mut script: Vec<&Script> = script.iter().collect();
    script.sort_by_key(|event| event.at);
    let mut life = Life {
        rules,
        calendar,
        facts,
        told: BTreeSet::new(),
        proposed: Vec::new(),
        rows: Vec::new(),
    };
    let mut script = script.into_iter().peekable();
    let mut now = from;
    while now < end && life.rows.len() < MOST {
        // What people did before the beginning changes the facts and is not told.
        while let Some(event) = script.next_if(|event| event.at <= now) {
            life.event(event, from);
        }
        life.settle(now);
        let coming = life.rules.coming(&life.facts, calendar);
        let due = coming.iter().map(|due| due.at).find(|at| *at > now);
        let Some(next) = due
            .into_iter()
            .chain(script.peek().map(|event| event.at))
            .min()
        else {
            break;
        };
        now = next;
    }
    life.rows
}

struct Life<'r> {
    rules: &'r Rules,
    calendar: &'r Calendar,
    facts: Facts,
    told: BTreeSet<String>,
    /// What waits for the department.
    proposed: Vec<Due>,
    rows: Vec<Row>,
}

impl Life<'_> {
    /// Carries out all that is due.
    fn settle(&mut self, now: Moment) {
        while let Some(due) = self
            .rules
            .due(&self.facts, self.calendar, now)
            .into_iter()
            .find(|due| !self.told.contains(&due.key()))
        {
            self.told.insert(due.key());
            match due.what {
                What::Do(act) => self.carry_out(act, &due, now),
                What::Propose(_) => self.proposed.push(due.clone()),
                _ => {}
            }
            self.push(now, Happening::Due(due));
        }
    }

    fn push(&mut self, at: Moment, happening: Happening) {
        let state = self.rules.state(&self.facts, at);
        self.rows.push(Row {
            at,
            happening,
            state,
        });
    }

    fn carry_out(&mut self, act: Act, due: &Due, now: Moment) {
        let facts = &mut self.facts;
        match act {
            Act::Lock => {
                facts.lock = Some(Lock {
                    since: now,
                    sweep: due.sweep.clone(),
                    clause: due.origin.clause().cloned(),
                    notice: Some(Notice {
                        sent: now,
                        received: None,
                    }),
                });
            }
            Act::DisableSignIn => facts.sign_in_disabled = Some(now),
            Act::Revoke if !self.rules.revoke_destroys().value => facts.revoked = Some(now),
            Act::Revoke | Act::Delete => facts.deleted = Some(now),
        }
        if facts.is_over() {
            self.proposed.clear();
        }
    }

    fn event(&mut self, script: &Script, from: Moment) {
        let is_request = matches!(script.event, Event::Requested { .. });
        let is_about_restoring = is_request || script.event == Event::Granted;
        let handled_from = self
            .rules
            .handled_from(&self.facts, self.calendar)
            .filter(|due| is_about_restoring && script.at < due.at);
        let refused = !self.happens(&script.event, script.at);
        let answer_by = is_request
            .then(|| self.rules.coming(&self.facts, self.calendar))
            .and_then(|coming| {
                let mut coming = coming.into_iter();
                coming.find(|due| due.what == What::AnswerRestore)
            });
        // Another request does not wait.
        let waits = match &script.event {
            Event::Requested { request } => *request == RequestKind::Restore,
            _ => refused,
        };
        if script.at >= from {
            self.push(
                script.at,
                Happening::Event {
                    event: script.event.clone(),
                    refused,
                    handled_from: handled_from.filter(|_| waits),
                    answer_by,
                },
            );
        }
    }

    /// Changes the facts as the event does; false where it cannot happen.
    fn happens(&mut self, event: &Event, at: Moment) -> bool {
        let state = self.rules.state(&self.facts, at);
        // A mailbox that was taken back and kept can be asked for again (BS.7.đ4).
        let is_about_a_request = matches!(
            event,
            Event::Requested {
                request: RequestKind::Restore
            } | Event::Granted
                | Event::Refused
        );
        let facts = &mut self.facts;
        if facts.is_over() && (!is_about_a_request || self.rules.is_gone(facts)) {
            return false;
        }
        let signs_in = !matches!(state, State::Locked { .. } | State::SignInDisabled(_));
        // A password that must be changed opens only the page where that is done.
        let works = matches!(state, State::Active);
        match event {
            Event::SignIn if signs_in => {
                // One that opens only the page where the password is changed has not come into the system yet.
                if works {
                    facts.activity.insert(Activity::SignIn, at);
                }
                let first = facts
                    .must_change
                    .is_some_and(|change| change.cause == Cause::Issue);
                if first && facts.first_session.is_none() {
                    facts.first_session = Some(FirstSession {
                        began: at,
                        ended: None,
                    });
                }
            }
            Event::AppSignIn if works => drop(facts.activity.insert(Activity::AppSignIn, at)),
            Event::Read if works => drop(facts.activity.insert(Activity::Read, at)),
            Event::Sent if works => drop(facts.activity.insert(Activity::Sent, at)),
            Event::SessionEnded => match &mut facts.first_session {
                Some(session) if session.ended.is_none() => session.ended = Some(at),
                _ => return false,
            },
            Event::PasswordChanged if signs_in && facts.own_password => {
                facts.password_changed = Some(at);
                facts.must_change = None;
                facts.activity.insert(Activity::SignIn, at);
            }
            Event::PasswordReset if facts.own_password => {
                facts.must_change = Some(MustChange {
                    since: at,
                    cause: Cause::Reset,
                });
            }
            Event::NoticeReceived => {
                match facts.lock.as_mut().and_then(|lock| lock.notice.as_mut()) {
                    Some(notice) if notice.received.is_none() => notice.received = Some(at),
                    _ => return false,
                }
            }
            Event::Requested { request } => facts.requests.push(Request {
                kind: *request,
                received: at,
                decided: None,
            }),
            Event::Granted => return self.decide(at, true),
            Event::Refused => return self.decide(at, false),
            Event::Reason(exemption) => facts.exempt.push(exemption.clone()),
            Event::Locked { clause } if facts.lock.is_none() => {
                facts.lock = Some(Lock {
                    since: at,
                    sweep: None,
                    clause: Some(clause.clone()),
                    notice: Some(Notice {
                        sent: at,
                        received: None,
                    }),
                });
            }
            Event::SignInEnabled if facts.sign_in_disabled.is_some() => {
                facts.sign_in_disabled = None;
                facts.sign_in_enabled = Some(at);
            }
            Event::Confirmed => {
                // What was proposed stands only while it is still due.
                let due = self.rules.due(&self.facts, self.calendar, at);
                self.proposed.retain(|proposed| due.contains(proposed));
                let Some(due) = self.proposed.first().cloned() else {
                    return false;
                };
                if let What::Propose(act) = due.what {
                    self.carry_out(act, &due, at);
                }
            }
            _ => return false,
        }
        true
    }

    /// Decides the oldest open request; a restore that is granted opens the mailbox again, where it may be yet.
    fn decide(&mut self, at: Moment, granted: bool) -> bool {
        let may_restore = self.rules.may_restore(&self.facts, self.calendar, at);
        let facts = &mut self.facts;
        let mut open = facts.requests.iter_mut();
        let Some(request) = open.find(|request| request.decided.is_none()) else {
            return false;
        };
        let restores = granted && request.kind == RequestKind::Restore;
        match may_restore {
            Err(NotRestored::Waits(_) | NotRestored::Gone(_)) if restores => return false,
            // What was opened otherwise meanwhile is left as it is.
            Err(_) => request.decided = Some(at),
            Ok(()) => {
                request.decided = Some(at);
                if restores {
                    self.restore(at);
                }
            }
        }
        true
    }

    fn restore(&mut self, at: Moment) {
        let facts = &mut self.facts;
        facts.lock = None;
        facts.sign_in_disabled = None;
        facts.revoked = None;
        facts.restored = Some(at);
        if self.rules.restore_must_change().value && facts.own_password {
            facts.must_change = Some(MustChange {
                since: at,
                cause: Cause::Restore,
            });
        }
    }
}
