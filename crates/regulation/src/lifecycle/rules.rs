//! What a profile says about the life of a mailbox.

use std::collections::BTreeSet;

use super::Activity;
use crate::calendar::{DayOff, Term};
use crate::password::Rule;
use crate::{LockMode, MailboxKind, Origin, Overlay, Value};

/// What is done to a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// Tạm khóa: nobody signs in; mail as the profile's lock mode says.
    Lock,
    /// Sign-in is shut off for safety; not the regulation's lock.
    DisableSignIn,
    /// Thu hồi: the mailbox is taken back; kept or destroyed as the profile says.
    Revoke,
    /// Xóa vĩnh viễn: mail, keys and index are destroyed, the record stays.
    Delete,
}

/// Who carries out what falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// The system, by itself.
    System,
    /// The managing department confirms it, once it is proposed.
    Department,
}

/// What a sweep watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clock {
    /// Time without use, from the last use of these kinds, from the issue where there was none, or from the last
    /// restoring.
    Unused(BTreeSet<Activity>),
    /// Time with the default password, from the issue.
    DefaultPassword,
    /// From the first sign-in with the default password until that session ends, but no longer than so many hours.
    FirstSession(u16),
    /// Time locked without a break, for these locks.
    Locked(Locks),
    /// From the day on which the agency received the notice of the lock, for these locks; it never runs without a
    /// receipt.
    NoticeReceived(Locks),
}

/// Which locks a clock is for, by the sweep that made them. A lock that a person made is made by none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Locks {
    /// All of them.
    All,
    /// Only those by a sweep of one of these names.
    By(Vec<String>),
    /// All but those by a sweep of one of these names.
    NotBy(Vec<String>),
}

impl Locks {
    /// Whether a lock that this sweep made is meant.
    #[must_use]
    pub fn has(&self, sweep: Option<&str>) -> bool {
        let is_named =
            |names: &[String]| sweep.is_some_and(|id| names.iter().any(|name| name == id));
        match self {
            Self::All => true,
            Self::By(names) => is_named(names),
            Self::NotBy(names) => !is_named(names),
        }
    }

    /// The sweeps that are named.
    #[must_use]
    pub fn named(&self) -> &[String] {
        match self {
            Self::All => &[],
            Self::By(names) | Self::NotBy(names) => names,
        }
    }
}

/// What stops a sweep while it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stop {
    /// A recorded reason, until its end.
    Reason,
    /// A request about the mailbox that is not decided yet.
    Request,
}

/// One rule about what falls due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sweep {
    pub(super) id: String,
    pub(super) clock: Clock,
    pub(super) after: Option<Term>,
    pub(super) day_off: DayOff,
    pub(super) act: Act,
    pub(super) by: By,
    pub(super) stopped_by: BTreeSet<Stop>,
    pub(super) kinds: Vec<MailboxKind>,
    pub(super) remind: Vec<u16>,
    pub(super) ask_receipt: Option<Term>,
    pub(super) origin: Origin,
}

impl Sweep {
    /// Its name within its file: `unused`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it watches.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// How long; none for the first session, whose clock has its own end.
    #[must_use]
    pub fn after(&self) -> Option<Term> {
        self.after
    }

    /// What becomes of a term that ends on a day off.
    #[must_use]
    pub fn day_off(&self) -> DayOff {
        self.day_off
    }

    /// What is done then.
    #[must_use]
    pub fn act(&self) -> Act {
        self.act
    }

    /// Who does it.
    #[must_use]
    pub fn by(&self) -> By {
        self.by
    }

    /// What stops it while it lasts.
    #[must_use]
    pub fn stopped_by(&self) -> &BTreeSet<Stop> {
        &self.stopped_by
    }

    /// The kinds of mailboxes it is for.
    #[must_use]
    pub fn kinds(&self) -> &[MailboxKind] {
        &self.kinds
    }

    /// How many days before it a reminder is sent, from the first reminder on.
    #[must_use]
    pub fn remind(&self) -> &[u16] {
        &self.remind
    }

    /// When the department is asked for the receipt of a notice that none is recorded for.
    #[must_use]
    pub fn ask_receipt(&self) -> Option<Term> {
        self.ask_receipt
    }

    /// What set it.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }
}

/// A request to restore a mailbox locked by this sweep is handled only after so long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wait {
    pub(super) sweep: String,
    pub(super) term: Term,
    pub(super) day_off: DayOff,
    pub(super) origin: Origin,
}

/// All that is said about the life of a mailbox ([`crate::Profile::lifecycle`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    pub(super) sweeps: Vec<Sweep>,
    pub(super) lock_mode: Value<LockMode>,
    pub(super) password: Rule,
    pub(super) password_remind: Value<Vec<u16>>,
    pub(super) restore_within: Option<Value<Term>>,
    pub(super) restore_must_change: Value<bool>,
    pub(super) waits: Vec<Wait>,
    pub(super) revoke_destroys: Value<bool>,
}

impl Rules {
    /// All sweeps: the profile's, then those of the standards laid on it.
    #[must_use]
    pub fn sweeps(&self) -> &[Sweep] {
        &self.sweeps
    }

    /// What becomes of mail that arrives at a locked mailbox.
    #[must_use]
    pub fn lock_mode(&self) -> &Value<LockMode> {
        &self.lock_mode
    }

    /// What passwords must be like, and how long they hold.
    #[must_use]
    pub fn password(&self) -> &Rule {
        &self.password
    }

    /// How many days before a password expires its holder is reminded.
    #[must_use]
    pub fn password_remind(&self) -> &Value<Vec<u16>> {
        &self.password_remind
    }

    /// How long the department has to answer a request for restoring, from the day it received it: the deadline of that
    /// request ([`crate::Profile::request`]).
    #[must_use]
    pub fn restore_within(&self) -> Option<&Value<Term>> {
        self.restore_within.as_ref()
    }

    /// Whether the password is changed at the first access after restoring.
    #[must_use]
    pub fn restore_must_change(&self) -> &Value<bool> {
        &self.restore_must_change
    }

    /// Whether revoking destroys the mailbox, or keeps it so that the same person can have it again.
    #[must_use]
    pub fn revoke_destroys(&self) -> &Value<bool> {
        &self.revoke_destroys
    }

    /// The sweep of this name.
    #[must_use]
    pub fn sweep(&self, id: &str) -> Option<&Sweep> {
        self.sweeps.iter().find(|sweep| sweep.id == id)
    }

    /// The same with a stricter standard laid on it, for somebody who signs in with a second factor or without.
    #[must_use]
    pub fn with(mut self, overlay: &Overlay, second_factor: bool) -> Self {
        self.password = overlay.on(&self.password, second_factor);
        for sweep in overlay.sweeps() {
            let mut sweep = sweep.clone();
            // Both are to be told apart.
            while self.sweep(&sweep.id).is_some() {
                sweep.id.push('+');
            }
            self.sweeps.push(sweep);
        }
        self
    }
}
