//! The state of a mailbox.

use super::rules::Rules;
use super::{Cause, Facts};
use crate::{ClauseId, Date, LockMode, Moment};

/// What state a mailbox is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Issued; nobody has signed in with the default password yet.
    Issued,
    /// The password must be changed before anything else.
    MustChange(Cause),
    /// In use.
    Active,
    /// The password expired on this day: it opens only the page where it is changed.
    PasswordExpired(Date),
    /// Sign-in is shut off for safety; not the regulation's lock.
    SignInDisabled(Moment),
    /// Locked.
    Locked {
        /// What becomes of mail that arrives.
        mode: LockMode,
        /// Since when.
        since: Moment,
        /// The clause it was made by.
        clause: Option<ClauseId>,
    },
    /// Taken back, but kept.
    Revoked(Moment),
    /// Gone for good; only the record is left.
    Deleted(Moment),
}

impl Rules {
    /// The state of a mailbox now.
    #[must_use]
    pub fn state(&self, facts: &Facts, now: Moment) -> State {
        if let Some(at) = facts.deleted {
            return State::Deleted(at);
        }
        if let Some(at) = facts.revoked {
            return State::Revoked(at);
        }
        if let Some(lock) = &facts.lock {
            return State::Locked {
                mode: self.lock_mode.value,
                since: lock.since,
                clause: lock.clause.clone(),
            };
        }
        if let Some(at) = facts.sign_in_disabled {
            return State::SignInDisabled(at);
        }
        if facts.own_password {
            if let Some(change) = facts.must_change {
                let unused = facts.first_session.is_none() && facts.activity.is_empty();
                return match change.cause {
                    Cause::Issue if unused => State::Issued,
                    cause => State::MustChange(cause),
                };
            }
            let last_day = facts
                .password_changed
                .and_then(|changed| self.password.expires_at(changed.date()));
            if let Some(day) = last_day.filter(|day| *day < now.date()) {
                return State::PasswordExpired(day.plus_days(1));
            }
        }
        State::Active
    }
}
