//! Carries broadcasts out, a chunk at a time, behind everything interactive.

use std::time::Duration;

use congvu_store::{Change, Store, StoreError, fanout};
use tokio::sync::broadcast::error::RecvError;

use crate::filter;

/// Mailboxes served in one transaction: mail from persons waits no longer than this takes.
const CHUNK: i64 = 100;

pub(crate) async fn run(store: &Store) {
    let mut changes = store.hub().subscribe();
    loop {
        drain(store).await;
        let woken = async {
            loop {
                match changes.recv().await {
                    Ok(Change::Fanout) | Err(RecvError::Lagged(_)) => return,
                    Ok(_) => {}
                    Err(RecvError::Closed) => std::future::pending::<()>().await,
                }
            }
        };
        // Looked at without being woken too: another node may have stopped in the middle.
        drop(tokio::time::timeout(Duration::from_secs(5), woken).await);
    }
}

async fn drain(store: &Store) {
    loop {
        let step = store
            .write_bulk(|tx| fanout::step(tx, CHUNK, filter::place))
            .await;
        match step {
            Ok(Some(chunk)) => {
                metrics::counter!("congvu_copies_delivered_total").increment(chunk.delivered);
                if chunk.done {
                    tracing::info!(fanout = chunk.id.0, "broadcast carried out");
                }
            }
            Ok(None) => return,
            Err(error) => {
                let error: StoreError = error;
                tracing::warn!(%error, "a broadcast waits");
                if !matches!(error, StoreError::Unavailable(_) | StoreError::DiskFull) {
                    let put_off = store.write_bulk(fanout::put_off).await;
                    put_off.unwrap_or_else(|error: StoreError| {
                        tracing::warn!(%error, "a broadcast cannot be put off");
                    });
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
                return;
            }
        }
    }
}
