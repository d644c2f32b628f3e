//! Sends the answers that are owed.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use congvu_message::address::Address;
use congvu_store::vacation;
use congvu_store::{Change, StoreError, Tx, mailbox};
use tokio::sync::broadcast::error::RecvError;

use super::letter;
use crate::accept::Delivering;
use crate::outbound::Notify;
use crate::recipient::{Goal, Recipient};
use crate::{
    AcceptError, Client, Delivery, Direction, Envelope, EnvelopeDsn, Intake, IntakeError, TraceId,
};

/// Looked at without being woken too: another node may have stopped in the middle.
const EVERY: Duration = Duration::from_secs(10);
/// Answers in a list.
const PAGE: i64 = 100;
/// One that failed for a reason of its own does not hold the others up.
const LATER: Duration = Duration::from_secs(60);

/// Until the future is dropped. Several nodes may do it: what one takes the others pass over.
pub(crate) async fn run(delivery: &Delivery) {
    let mut changes = delivery.store().hub().subscribe();
    let mut put_off = HashMap::new();
    loop {
        if let Err(error) = drain(delivery, &mut put_off).await {
            tracing::warn!(%error, "answers for absence wait");
        }
        let woken = async {
            loop {
                match changes.recv().await {
                    Ok(Change::Notice) | Err(RecvError::Lagged(_)) => return,
                    Ok(_) => {}
                    Err(RecvError::Closed) => std::future::pending::<()>().await,
                }
            }
        };
        drop(tokio::time::timeout(EVERY, woken).await);
    }
}

async fn drain(delivery: &Delivery, put_off: &mut HashMap<i64, Instant>) -> Result<(), StoreError> {
    let now = Instant::now();
    put_off.retain(|_, until| *until > now);
    let mut after = 0;
    loop {
        let page = delivery
            .store()
            .read(move |tx| vacation::due(tx, after, PAGE))
            .await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = *last;
        for id in page {
            if put_off.contains_key(&id) {
                continue;
            }
            match send(delivery, id).await {
                Ok(()) => {}
                Err(error @ (StoreError::Unavailable(_) | StoreError::DiskFull)) => {
                    return Err(error);
                }
                Err(error) => {
                    tracing::warn!(%error, answer = id, "an answer for absence waits");
                    put_off.insert(id, now + LATER);
                }
            }
        }
    }
}

/// Sends one: its bytes are stored first, and refer to nothing until the transaction that takes and marks it.
async fn send(delivery: &Delivery, id: i64) -> Result<(), StoreError> {
    let store = delivery.store();
    let found = store
        .read(move |tx| {
            let Some(answer) = vacation::peek(tx, id)? else {
                return Ok::<_, StoreError>(None);
            };
            let vacation = vacation::get(tx, answer.mailbox)?;
            let name = mailbox::name(tx, answer.mailbox)?.unwrap_or_default();
            Ok(vacation.map(|vacation| (answer, vacation.body, name)))
        })
        .await?;
    let Some((answer, body, name)) = found else {
        return Ok(());
    };
    let Ok(to) = Address::parse(&answer.address) else {
        return store.write(move |tx| vacation::sent(tx, id)).await;
    };
    let bytes = letter::write(&answer, &name, &body, store.now());
    let mut intake = Intake::new(store, u64::MAX, None);
    let taken = async {
        intake.write(&bytes).await?;
        intake.finish().await
    };
    let incoming = taken.await.map_err(|error| match error {
        IntakeError::Store(error) => error,
        IntakeError::TooLarge => StoreError::Blob("an answer is too large".into()),
    })?;
    let envelope = Envelope {
        // RFC 3834 §3.3: no server answers an answer.
        sender: String::new(),
        account: None,
        recipients: vec![Recipient {
            address: to.to_string(),
            key: to.lookup_key(),
            goal: Goal::Elsewhere,
            notify: Some(Notify {
                never: true,
                ..Notify::default()
            }),
            original: None,
        }],
        client: Client {
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            helo: delivery.config().hostname.clone(),
            with: "local",
            tls: None,
        },
        direction: Direction::Notice,
        trace: TraceId::new(),
        dsn: EnvelopeDsn::default(),
    };
    let delivering = Arc::new(Delivering::new(delivery, envelope, incoming));
    let task = Arc::clone(&delivering);
    let done = store.write_bulk(move |tx| carry_out(tx, &task, id)).await;
    if !matches!(done, Ok(true))
        && let Some(delivering) = Arc::into_inner(delivering)
    {
        store.blobs().discard(delivering.incoming.staged).await;
    }
    done.map(drop)
}

/// Whether the staged bytes are in use now.
fn carry_out(tx: &mut Tx<'_>, delivering: &Delivering, id: i64) -> Result<bool, StoreError> {
    if vacation::take(tx, id)?.is_none() {
        return Ok(false);
    }
    vacation::sent(tx, id)?;
    match delivering.carry_out(tx) {
        Ok((_, fresh)) => Ok(fresh),
        Err(AcceptError::Store(error)) => Err(error),
        // Told before anything is written: nobody takes mail at the sender's address.
        Err(_) => Ok(false),
    }
}
