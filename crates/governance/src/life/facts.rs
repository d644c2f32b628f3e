//! What the store knows of a mailbox, as the rules read it.

use std::collections::BTreeMap;

use congvu_regulation::lifecycle::{
    Activity, Cause, Exemption, Facts, FirstSession, Lock, MustChange, Notice, Request, RequestKind,
};
use congvu_regulation::{Date, MailboxKind, Moment};
use congvu_store::account;
use congvu_store::activity::Kind;
use congvu_store::life::{Life, Opener};

/// The kind of a mailbox, by its name in the store.
#[must_use]
pub fn kind(name: &str) -> MailboxKind {
    match name {
        "unit" => MailboxKind::Unit,
        _ => MailboxKind::Personal,
    }
}

/// The facts of a mailbox.
#[must_use]
pub fn facts(life: &Life) -> Facts {
    let opener = life.opener.as_ref();
    let shut = opener.filter(|_| life.lock.is_none());
    Facts {
        mailbox: life.address.clone(),
        kind: kind(&life.kind),
        issued: Moment(life.created_at),
        own_password: opener.is_some(),
        password_changed: opener.and_then(|opener| opener.chosen_at).map(Moment),
        must_change: opener.and_then(must_change),
        first_session: opener
            .and_then(|opener| opener.first_session)
            .map(|(began, ended)| FirstSession {
                began: Moment(began),
                ended: ended.map(Moment),
            }),
        activity: activity(life),
        lock: life.lock.as_ref().map(|lock| Lock {
            since: Moment(lock.at),
            sweep: Some(lock.sweep.clone()).filter(|sweep| !sweep.is_empty()),
            clause: lock.clause.parse().ok(),
            notice: lock.notice_at.map(|sent| Notice {
                sent: Moment(sent),
                received: lock.received_at.map(Moment),
            }),
        }),
        restored: life.restored_at.map(Moment),
        sign_in_disabled: shut.and_then(|opener| opener.disabled_at).map(Moment),
        sign_in_enabled: opener.and_then(|opener| opener.enabled_at).map(Moment),
        exempt: life
            .exempt
            .iter()
            .map(|(until, reason)| Exemption {
                until: Date::from_epoch_day(*until),
                reason: reason.clone(),
            })
            .collect(),
        requests: life
            .requests
            .iter()
            .map(|request| Request {
                kind: match request.kind.as_str() {
                    "restore" => RequestKind::Restore,
                    _ => RequestKind::Other,
                },
                received: Moment(request.received_at),
                decided: None,
            })
            .collect(),
        revoked: life.revoked_at.map(Moment),
        deleted: life.deleted_at.map(Moment),
    }
}

/// An expired password is not among the causes: the rules know it from the day it was chosen.
fn must_change(opener: &Opener) -> Option<MustChange> {
    let (cause, since) = opener.must_change?;
    let cause = match cause {
        account::MustChange::Issued => Cause::Issue,
        account::MustChange::Restored => Cause::Restore,
        account::MustChange::Reset => Cause::Reset,
        account::MustChange::Expired => return None,
    };
    Some(MustChange {
        since: Moment(since),
        cause,
    })
}

fn activity(life: &Life) -> BTreeMap<Activity, Moment> {
    let named = |kind: &Kind| match kind {
        Kind::Interactive => Activity::SignIn,
        Kind::App => Activity::AppSignIn,
        Kind::Fetched => Activity::Read,
        Kind::Sent => Activity::Sent,
    };
    life.used_at
        .iter()
        .map(|(kind, at)| (named(kind), Moment(*at)))
        .collect()
}
