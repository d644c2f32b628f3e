//! What is known of a mailbox.

use std::collections::BTreeMap;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::{ClauseId, MailboxKind, Moment};

/// A kind of use, as the store counts it by day. Use of a unit mailbox by its keepers is use of the mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activity {
    /// Somebody signed in on the web.
    SignIn,
    /// A mail program signed in: IMAP, POP3, submission, a token or an app password.
    AppSignIn,
    /// A message was opened, or its body fetched.
    Read,
    /// A message was sent.
    Sent,
}

/// Why a password must be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// It is the default password of a new mailbox.
    Issue,
    /// The mailbox was locked and restored.
    Restore,
    /// It was lost or leaked, and a new one given.
    Reset,
}

/// A password that must be changed before anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MustChange {
    /// Since when.
    pub since: Moment,
    /// Why.
    pub cause: Cause,
}

/// The first session of a new mailbox, on the default password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstSession {
    /// When its holder signed in.
    pub began: Moment,
    /// When it ended, once it has.
    #[serde(default)]
    pub ended: Option<Moment>,
}

/// The written notice of a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// When it was sent to the agency.
    pub sent: Moment,
    /// When the agency got it, as recorded.
    #[serde(default)]
    pub received: Option<Moment>,
}

/// A lock in force.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Since when, without a break.
    pub since: Moment,
    /// The sweep that made it; none where a person did.
    #[serde(default)]
    pub sweep: Option<String>,
    /// The clause it was made by.
    #[serde(default, deserialize_with = "clause")]
    pub clause: Option<ClauseId>,
    /// The notice to the agency.
    #[serde(default)]
    pub notice: Option<Notice>,
}

/// A recorded reason for not using the mailbox: leave, a posting.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    /// The last day on which it counts.
    #[serde(deserialize_with = "date")]
    pub until: crate::Date,
    /// The reason.
    pub reason: String,
}

/// What a request about a mailbox asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestKind {
    /// Khôi phục.
    Restore,
    /// Anything else about this mailbox.
    Other,
}

/// An official request that the department has received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// What it asks for.
    pub kind: RequestKind,
    /// When the department received it.
    pub received: Moment,
    /// When it was decided, once it is.
    #[serde(default)]
    pub decided: Option<Moment>,
}

/// What is known of a mailbox at some time. `docs/SIMULATE.md` has the form as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Its address, to tell it from others.
    pub mailbox: String,
    /// Personal or unit.
    pub kind: MailboxKind,
    /// When it was issued.
    pub issued: Moment,
    /// Whether it has a password of its own: a unit mailbox that its keepers open by delegation has none, and rules
    /// about passwords pass it by.
    #[serde(default = "yes")]
    pub own_password: bool,
    /// When the password was last changed by its holder; none while it is the default one.
    #[serde(default)]
    pub password_changed: Option<Moment>,
    /// The password must be changed first.
    #[serde(default)]
    pub must_change: Option<MustChange>,
    /// The first session on the default password.
    #[serde(default)]
    pub first_session: Option<FirstSession>,
    /// The last use of each kind.
    #[serde(default)]
    pub activity: BTreeMap<Activity, Moment>,
    /// The lock in force.
    #[serde(default)]
    pub lock: Option<Lock>,
    /// When it was last restored.
    #[serde(default)]
    pub restored: Option<Moment>,
    /// Since when sign-in is shut off for safety.
    #[serde(default)]
    pub sign_in_disabled: Option<Moment>,
    /// When it was last switched on again.
    #[serde(default)]
    pub sign_in_enabled: Option<Moment>,
    /// Recorded reasons.
    #[serde(default)]
    pub exempt: Vec<Exemption>,
    /// Requests, decided ones too.
    #[serde(default)]
    pub requests: Vec<Request>,
    /// When it was revoked.
    #[serde(default)]
    pub revoked: Option<Moment>,
    /// When it was deleted for good.
    #[serde(default)]
    pub deleted: Option<Moment>,
}

impl Facts {
    /// A mailbox just issued with a default password, never used.
    #[must_use]
    pub fn issued(mailbox: &str, kind: MailboxKind, at: Moment) -> Self {
        Self {
            mailbox: mailbox.to_owned(),
            kind,
            issued: at,
            own_password: true,
            password_changed: None,
            must_change: Some(MustChange {
                since: at,
                cause: Cause::Issue,
            }),
            first_session: None,
            activity: BTreeMap::new(),
            lock: None,
            restored: None,
            sign_in_disabled: None,
            sign_in_enabled: None,
            exempt: Vec::new(),
            requests: Vec::new(),
            revoked: None,
            deleted: None,
        }
    }

    /// Whether nothing more happens to it.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.revoked.is_some() || self.deleted.is_some()
    }

    /// The restore request that waits for an answer, if there is one.
    #[must_use]
    pub fn open_restore(&self) -> Option<&Request> {
        let mut requests = self.requests.iter();
        requests.find(|request| request.kind == RequestKind::Restore && request.decided.is_none())
    }
}

fn yes() -> bool {
    true
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<crate::Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(D::Error::custom)
}

fn clause<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ClauseId>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| text.parse().map_err(D::Error::custom))
        .transpose()
}

/// A clause that must be there.
pub(super) fn a_clause<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ClauseId, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(D::Error::custom)
}
