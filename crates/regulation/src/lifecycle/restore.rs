//! Restoring: what may be restored, from which day a request is handled, by when it is answered.

use super::rules::{Rules, Wait};
use super::{Due, Facts, Lock, Request, What};
use crate::calendar::{Calendar, DayOff};
use crate::{Moment, Origin};

/// Why a mailbox may not be restored now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRestored {
    /// It is neither locked, nor revoked, nor is its sign-in shut off.
    Nothing,
    /// It is gone for good, by what sets that.
    Gone(Origin),
    /// Such a request is handled only from a later day on (HCM.8.3.b): [`Due::at`], by [`Due::origin`].
    Waits(Box<Due>),
}

impl Rules {
    /// Whether a mailbox may be restored now. Whoever grants a request asks this first.
    ///
    /// # Errors
    /// Why not: nothing to restore, nothing left, or a later day from which on it may.
    pub fn may_restore(
        &self,
        facts: &Facts,
        calendar: &Calendar,
        now: Moment,
    ) -> Result<(), NotRestored> {
        if self.is_gone(facts) {
            return Err(NotRestored::Gone(self.revoke_destroys().origin.clone()));
        }
        if facts.lock.is_none() && facts.sign_in_disabled.is_none() && facts.revoked.is_none() {
            return Err(NotRestored::Nothing);
        }
        match self.handled_from(facts, calendar) {
            Some(due) if now < due.at => Err(NotRestored::Waits(Box::new(due))),
            _ => Ok(()),
        }
    }

    /// From when on a request to open this mailbox again is handled, whether there is one or not; nothing where that is
    /// at once.
    #[must_use]
    pub fn handled_from(&self, facts: &Facts, calendar: &Calendar) -> Option<Due> {
        let lock = facts.lock.as_ref()?;
        let wait = self.waits.iter().find(|wait| wait.is_for(lock))?;
        let first = calendar.first_day_after(lock.since.date(), wait.term, wait.day_off);
        Some(Due {
            at: first.value.start(),
            what: What::HandleRestore,
            sweep: None,
            since: lock.since,
            term: Some(wait.term),
            origin: wait.origin.clone(),
            note: None,
            undecided: first.undecided,
        })
    }

    /// Whether nothing of it is left: deleted, or revoked where that destroys.
    #[must_use]
    pub fn is_gone(&self, facts: &Facts) -> bool {
        facts.deleted.is_some() || (facts.revoked.is_some() && self.revoke_destroys().value)
    }

    /// What falls due for an open request to restore.
    pub(super) fn restoring(&self, facts: &Facts, calendar: &Calendar, coming: &mut Vec<Due>) {
        let locked = facts.lock.as_ref().map(|lock| lock.since);
        let Some(since) = facts.revoked.or(locked).filter(|_| !self.is_gone(facts)) else {
            return;
        };
        // One from before is not about it.
        let about_it = |request: &&Request| request.received.date() >= since.date();
        let Some(request) = facts.open_restore().filter(about_it) else {
            return;
        };
        let mut from = request.received.date();
        if let Some(due) = self.handled_from(facts, calendar) {
            from = from.max(due.at.date());
            coming.push(Due {
                at: due.at.max(request.received),
                ..due
            });
        }
        if let Some(within) = &self.restore_within {
            let last = calendar.deadline(from, within.value, DayOff::NextWorkingDay);
            coming.push(Due {
                at: last.value.start(),
                what: What::AnswerRestore,
                sweep: None,
                since: request.received,
                term: Some(within.value),
                origin: within.origin.clone(),
                note: None,
                undecided: last.undecided,
            });
        }
    }
}

impl Wait {
    /// Whether this lock is meant: made by the sweep, or by a person under the clause that makes it wait.
    fn is_for(&self, lock: &Lock) -> bool {
        match &lock.sweep {
            Some(sweep) => *sweep == self.sweep,
            None => lock.clause.is_some() && lock.clause.as_ref() == self.origin.clause(),
        }
    }
}
