//! From the AUTHORIZATION to the TRANSACTION state (RFC 1939 §4): what PASS and AUTH share.

use std::time::Duration;

use congvu_access::{Attempt, Protocol, Refusal, SignedIn};
use congvu_store::{Store, StoreResult};
use tokio::time::sleep;

use crate::input::End;
use crate::lock::Lock;
use crate::maildrop::Maildrop;
use crate::reply::{self, Code};
use crate::session::{Flow, Outcome, Session, Transaction};

/// After so many sign-ins that come to nothing, the connection is closed.
const MAX_FAILURES: u32 = 3;
/// What each of them costs the peer.
const DELAY: Duration = Duration::from_millis(500);

/// Where the sign-in comes from.
pub(crate) fn attempt(session: &Session) -> Attempt {
    Attempt {
        protocol: Protocol::Pop3,
        peer: session.conn.peer().ip(),
    }
}

/// Answers a sign-in that was refused.
pub(crate) async fn refused(session: &mut Session, refusal: &Refusal) -> Outcome {
    let text = refusal.text();
    match code(refusal) {
        Some(code) => reply::err_code(&mut session.conn, code, text),
        None => reply::err(&mut session.conn, text),
    }
    if matches!(refusal, Refusal::Unavailable) {
        return Ok(Flow::Continue);
    }
    came_to_nothing(session).await
}

fn code(refusal: &Refusal) -> Option<Code> {
    match refusal {
        Refusal::Wrong
        | Refusal::Disabled
        | Refusal::Locked(_)
        | Refusal::MustChange
        | Refusal::AppPassword
        | Refusal::SecondFactor { .. } => Some(Code::Auth),
        Refusal::Throttled(_) | Refusal::Unavailable => Some(Code::SysTemp),
        Refusal::NoMailbox => Some(Code::SysPerm),
        Refusal::Malformed => None,
    }
}

/// Counts and delays.
async fn came_to_nothing(session: &mut Session) -> Outcome {
    session.failures += 1;
    tokio::select! {
        biased;
        () = session.shutdown.stopping() => return Err(End::Stopping),
        () = sleep(DELAY) => {}
    }
    Ok(if session.failures < MAX_FAILURES {
        Flow::Continue
    } else {
        Flow::Close
    })
}

/// Locks and reads the maildrop of somebody who proved who they are.
pub(crate) async fn admitted(session: &mut Session, signed_in: SignedIn) -> Outcome {
    let account = signed_in.account;
    match open(&session.shared.store, signed_in).await {
        Ok(Some(open)) => {
            tracing::debug!(
                conn = session.conn.id(),
                account = account.0,
                "maildrop opened"
            );
            let (count, octets) = (open.maildrop.count(), open.maildrop.octets());
            session.open = Some(Box::new(open));
            reply::ok(
                &mut session.conn,
                format_args!("Maildrop has {count} messages ({octets} octets)"),
            );
            Ok(Flow::Continue)
        }
        Ok(None) => {
            reply::err_code(
                &mut session.conn,
                Code::InUse,
                "Maildrop is in use by another session",
            );
            came_to_nothing(session).await
        }
        Err(error) => {
            reply::trouble(&mut session.conn, &error);
            Ok(Flow::Continue)
        }
    }
}

/// `None` where another session holds the lock.
async fn open(store: &Store, signed_in: SignedIn) -> StoreResult<Option<Transaction>> {
    let mailbox = signed_in.mailbox;
    let Some(lock) = Lock::take(store, mailbox).await? else {
        return Ok(None);
    };
    // After the lock, so that no other session's removals are missed (RFC 1939 §4).
    let maildrop = Maildrop::load(store, mailbox).await?;
    Ok(Some(Transaction {
        account: signed_in.account,
        mailbox,
        session: signed_in.session,
        lock,
        maildrop,
    }))
}
