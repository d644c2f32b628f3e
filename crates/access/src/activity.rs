//! Use of mailboxes, gathered in memory and written every two seconds: inactivity rules count
//! days, so a phone that polls must not cost a write each time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use congvu_store::activity::{self, Kind};
use congvu_store::{MailboxId, Store, StoreError};
use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::first::FirstBook;
use crate::record::SignInBook;

const EVERY: Duration = Duration::from_secs(2);

#[derive(Clone, Default)]
pub(crate) struct ActivityBook(Arc<Mutex<HashMap<(MailboxId, Kind), i64>>>);

impl ActivityBook {
    pub(crate) fn note(&self, mailbox: MailboxId, kind: Kind) {
        *self.0.lock().entry((mailbox, kind)).or_default() += 1;
    }

    /// Writes what was gathered.
    pub(crate) async fn flush(&self, store: &Store) {
        let mut gathered: Vec<_> = std::mem::take(&mut *self.0.lock()).into_iter().collect();
        if gathered.is_empty() {
            return;
        }
        // One order everywhere, so that two nodes do not lock each other out.
        gathered.sort_unstable_by_key(|((mailbox, kind), _)| (*mailbox, *kind));
        let at = store.now();
        for chunk in gathered.chunks(500) {
            let chunk = chunk.to_vec();
            let rows = chunk.clone();
            let written = store
                .write_bulk(move |tx| {
                    for ((mailbox, kind), count) in &rows {
                        activity::add(tx, *mailbox, *kind, at, *count)?;
                    }
                    Ok::<_, StoreError>(())
                })
                .await;
            if let Err(error) = written {
                tracing::warn!(%error, "activity could not be written; kept for the next time");
                let mut book = self.0.lock();
                for (key, count) in chunk {
                    *book.entry(key).or_default() += count;
                }
            }
        }
    }

    /// Writes it each two seconds, and the sign-ins.
    pub(crate) async fn run(
        self,
        (sign_ins, first): (SignInBook, FirstBook),
        store: Store,
        mut ended: oneshot::Receiver<()>,
    ) {
        let mut tick = tokio::time::interval(EVERY);
        loop {
            tokio::select! {
                _ = tick.tick() => {}
                _ = &mut ended => return,
            }
            self.flush(&store).await;
            sign_ins.flush(&store).await;
            first.flush(&store).await;
        }
    }
}
