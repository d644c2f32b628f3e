//! Lets go of what nobody has any more.

use std::time::Duration;

use congvu_store::blob::sweep;
use congvu_store::{Store, StoreError, ending, folder, form_sent, label, removed, upload};

const EVERY: Duration = Duration::from_secs(60);
/// Uploads that a crash cut off are looked for this often.
const ORPHANS_EVERY: u32 = 60;
/// Entries of deleted folders removed in one transaction.
const CHUNK: i64 = 500;
/// Messages that lose a deleted label in one transaction.
const LABELLED: usize = 500;
/// Messages of mailboxes deleted for good, or rows of their search index, removed in one transaction.
const ENDING: i64 = 100;
/// A form that was sent is remembered for so long (ms): longer than any session in which it can stand open.
const FORMS_MS: i64 = 8 * 24 * 3_600_000;

pub(crate) async fn run(store: &Store) {
    // What a stop or a kill cut off goes on at once.
    if let Err(error) = remove(store).await {
        tracing::warn!(%error, "housekeeping goes on later");
    }
    let mut round = 0_u32;
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = tidy(store, round.is_multiple_of(ORPHANS_EVERY)).await {
            tracing::warn!(%error, "housekeeping goes on later");
        }
        round = round.wrapping_add(1);
    }
}

/// What nobody can reach any more: folders and labels that were deleted, mailboxes deleted for good.
async fn remove(store: &Store) -> Result<(), StoreError> {
    while store.write_bulk(|tx| folder::purge(tx, CHUNK)).await? {}
    while store.write_bulk(|tx| label::take_off(tx, LABELLED)).await? {}
    while store.write_bulk(|tx| ending::step(tx, ENDING)).await? {}
    Ok(())
}

async fn tidy(store: &Store, orphans: bool) -> Result<(), StoreError> {
    remove(store).await?;
    let kept = i64::try_from(store.undelete().as_millis()).unwrap_or(i64::MAX);
    let before = store.now().saturating_sub(kept);
    while store
        .write_bulk(move |tx| removed::prune(tx, before, CHUNK))
        .await?
    {}
    let forms = store.now().saturating_sub(FORMS_MS);
    while store
        .write_bulk(move |tx| form_sent::prune(tx, forms, CHUNK))
        .await?
    {}
    let now = store.now();
    while store
        .write_bulk(move |tx| upload::prune(tx, now, CHUNK))
        .await?
    {}
    let swept = sweep::sweep(store, store.now()).await?;
    if swept.blobs > 0 || swept.messages > 0 {
        tracing::info!(messages = swept.messages, blobs = swept.blobs, "swept");
    }
    if orphans {
        let removed = sweep::sweep_orphans(store, store.now()).await?;
        if removed > 0 {
            tracing::info!(removed, "removed uploads that were cut off");
        }
    }
    Ok(())
}
