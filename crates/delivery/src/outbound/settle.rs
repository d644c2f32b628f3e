//! Writing down what became of a message's recipients, and telling its sender.

use std::sync::Arc;
use std::time::Duration;

use congvu_store::queue::{self, Job, Queued};
use congvu_store::{Store, StoreError, Tx};

use super::Return;
use super::content;
use super::dsn::{Action, Returned, Told};
use super::lease::Lease;
use super::notice::{About, Notice};
use super::outcome::Decided;
use super::runner::Sending;
use crate::Delivery;

/// Header bytes that a notice gives back at most.
const HEADER: u64 = 64 << 10;
/// A store that does not answer is asked again so often.
const AGAIN: Duration = Duration::from_secs(1);

/// A notice goes without the message's own words once they could not be read so often.
const PATIENCE: u32 = 10;
/// Some of what was to be settled is another's by now.
const ANOTHERS: &str = "claim";

/// Settles the outcomes of one attempt in one transaction, the notice to the sender with them. Tries
/// until the store takes them or says that another has them by now: then what was sent may be sent again.
pub(super) async fn settle(sending: &Sending, lease: &Lease, job: &Job, decided: &[Decided]) {
    if decided.is_empty() || together(sending, lease, job, decided).await {
        return;
    }
    // Those that are still ours are settled all the same, each with its own notice.
    for one in decided {
        if !together(sending, lease, job, std::slice::from_ref(one)).await {
            tracing::warn!(
                queue = job.queued.id.0,
                "a recipient was another's by the time it was settled"
            );
        }
    }
}

/// All or none; false where not all of them are ours any more.
async fn together(sending: &Sending, lease: &Lease, job: &Job, decided: &[Decided]) -> bool {
    for tries in 0_u32.. {
        let words = tries < PATIENCE;
        match once(sending, lease.holder, &job.queued, decided, words).await {
            Ok(()) => {
                for one in decided {
                    metrics::counter!("congvu_outbound_outcomes_total", "outcome" => one.name)
                        .increment(1);
                }
                return true;
            }
            Err(StoreError::Conflict(ANOTHERS)) => return false,
            Err(error) => {
                tracing::warn!(%error, queue = job.queued.id.0, "an outcome waits for the store");
            }
        }
        // A claim that lapsed is ours until another has taken it, and the store says so (a conflict). Only a
        // process that ends does not wait for longer than that.
        if sending.is_stopping() && lease.has_lapsed() {
            break;
        }
        tokio::time::sleep(AGAIN).await;
    }
    tracing::error!(
        queue = job.queued.id.0,
        "an outcome is lost at the end of this process: what was sent may be sent again"
    );
    true
}

async fn once(
    sending: &Sending,
    holder: i64,
    queued: &Queued,
    decided: &[Decided],
    words: bool,
) -> Result<(), StoreError> {
    let told: Vec<Told> = decided.iter().filter_map(|one| one.told.clone()).collect();
    let notice = if told.is_empty() {
        None
    } else {
        let full = sending.config.return_full;
        prepare(
            &sending.delivery,
            (full, sending.now()),
            queued,
            &told,
            words,
        )
        .await?
    };
    let settlements: Vec<_> = decided.iter().map(|one| one.settlement.clone()).collect();
    let (id, at) = (queued.id, sending.now());
    let work = Arc::new((notice, settlements));
    let task = Arc::clone(&work);
    let done = sending
        .delivery
        .store()
        .write(move |tx: &mut Tx<'_>| {
            if queue::settle(tx, id, holder, at, &task.1)? < task.1.len() {
                return Err(StoreError::Conflict(ANOTHERS));
            }
            match &task.0 {
                Some(notice) => notice.carry_out(tx),
                None => Ok(false),
            }
        })
        .await;
    let used = matches!(done, Ok(true));
    if let Some((Some(notice), _)) = Arc::into_inner(work) {
        if used {
            let (about, trace) = (queued.trace.as_str(), notice.trace().as_str());
            tracing::debug!(about, trace, "a sender was told");
        } else {
            notice.discard(&sending.delivery).await;
        }
    }
    done.map(drop)
}

/// A notice of what became of a message's recipients at `at` (ms). `words`: it may read the message.
pub(super) async fn prepare(
    delivery: &Delivery,
    (return_full, at): (u64, i64),
    queued: &Queued,
    told: &[Told],
    words: bool,
) -> Result<Option<Notice>, StoreError> {
    let store = delivery.store();
    let failed = told.iter().any(|told| told.action == Action::Failed);
    // RFC 3461 §4.3: RET is about failures; anything else gives back the header alone.
    let full = failed
        && queued.ret.and_then(Return::from_code) == Some(Return::Full)
        && queued.size <= return_full;
    let (bytes, subject) = if words {
        read(store, queued, full).await?
    } else {
        (queued.prefix.clone(), String::new())
    };
    let full = full && words;
    let about = About {
        sender: &queued.sender,
        account: queued.account,
        arrival: queued.created_at,
        trace: &queued.trace,
        envelope_id: queued.envelope_id.as_deref(),
        subject: &subject,
        utf8: queued.utf8,
        told,
        returned: if full {
            Returned::Full(bytes)
        } else {
            Returned::Headers(bytes)
        },
        at,
    };
    Notice::prepare(delivery, about).await
}

/// The message's header, or all of it; and its subject.
async fn read(store: &Store, queued: &Queued, full: bool) -> Result<(Vec<u8>, String), StoreError> {
    let message = queued.message;
    let subject = store
        .read(move |tx| queue::subject(tx, message))
        .await?
        .unwrap_or_default();
    let mut bytes = queued.prefix.clone();
    match content::open(store, message).await {
        Ok((mut reader, header)) => {
            let most = if full { u64::MAX } else { header.min(HEADER) };
            let mut left = most;
            while left > 0
                && let Some(chunk) = reader.next().await?
            {
                let take = chunk.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                bytes.extend_from_slice(&chunk[..take]);
                left = left.saturating_sub(take as u64);
            }
        }
        // Damaged bytes must not keep the sender from being told.
        Err(error @ (StoreError::Corrupt(_) | StoreError::NotFound(_))) => {
            tracing::error!(%error, queue = queued.id.0, "a queued message cannot be read");
        }
        Err(error) => return Err(error),
    }
    Ok((bytes, subject))
}
