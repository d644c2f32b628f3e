//! The exclusive-access lock on a maildrop (RFC 1939 §4): a lease in the store, so that it holds
//! on every node and outlives no crash for long.

use std::time::Duration;

use congvu_store::{MailboxId, Store, StoreError, StoreResult, Tx, lease, random};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// How long the lease lasts when nobody renews it (ms).
const LEASE_MS: i64 = 30_000;
const RENEW: Duration = Duration::from_secs(10);

/// Who holds which lease.
#[derive(Clone, Debug)]
pub(crate) struct Holding {
    name: String,
    holder: i64,
}

impl Holding {
    /// Takes or renews the lease; false where another session has it.
    pub(crate) fn renew(&self, tx: &mut Tx<'_>) -> StoreResult<bool> {
        lease::take(tx, &self.name, self.holder, LEASE_MS)
    }
}

/// The lock. A task of its own renews it, however slowly the peer takes a message, and gives it
/// back when this is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    holding: Holding,
    lost: watch::Receiver<bool>,
    stop: oneshot::Sender<()>,
    keeper: JoinHandle<()>,
}

impl Lock {
    /// Takes the lock of a mailbox; `None` where another session holds it.
    pub(crate) async fn take(store: &Store, mailbox: MailboxId) -> StoreResult<Option<Self>> {
        let holding = Holding {
            name: format!("pop3:{mailbox}"),
            holder: i64::from_ne_bytes(random::<8>()),
        };
        if !renew(store, &holding).await? {
            return Ok(None);
        }
        let (losing, lost) = watch::channel(false);
        let (stop, stopped) = oneshot::channel();
        let keeper = tokio::spawn(keep(store.clone(), holding.clone(), losing, stopped));
        Ok(Some(Self {
            holding,
            lost,
            stop,
            keeper,
        }))
    }

    /// What a transaction needs to see whether the lock is still held.
    pub(crate) fn holding(&self) -> Holding {
        self.holding.clone()
    }

    /// Waits until another session has the lock: the store could not be reached for too long.
    /// Cancel-safe.
    pub(crate) async fn until_lost(&mut self) {
        // An error means that the keeper is gone, which is as bad.
        let _ = self.lost.wait_for(|lost| *lost).await;
    }

    /// Gives the lock back; once this returns, another session can take it.
    pub(crate) async fn release(self) {
        drop(self.stop);
        let _ = self.keeper.await;
    }
}

async fn renew(store: &Store, holding: &Holding) -> StoreResult<bool> {
    let holding = holding.clone();
    store.write(move |tx| holding.renew(tx)).await
}

async fn keep(
    store: Store,
    holding: Holding,
    losing: watch::Sender<bool>,
    mut stopped: oneshot::Receiver<()>,
) {
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            () = sleep(RENEW) => {}
        }
        match renew(&store, &holding).await {
            Ok(true) => {}
            Ok(false) => {
                losing.send_replace(true);
                return;
            }
            // Whether it is lost shows once the store answers again.
            Err(error) => tracing::warn!(%error, "cannot renew the lock of a maildrop"),
        }
    }
    let released = store
        .write(move |tx| lease::release(tx, &holding.name, holding.holder))
        .await;
    if let Err(error) = released {
        let error: StoreError = error;
        tracing::warn!(%error, "cannot give back the lock of a maildrop; it will lapse");
    }
}

#[cfg(test)]
mod tests {
    use congvu_store::{BlobPlace, Engine, StoreConfig};

    use super::*;

    /// A session whose lease lapsed and was taken by another removes nothing, and its end does not
    /// take the lease from the other.
    #[tokio::test]
    async fn a_lock_that_another_took() {
        let dir = tempfile::tempdir().expect("a folder");
        let config = StoreConfig {
            engine: Engine::Sqlite {
                path: dir.path().join("congvu.db"),
            },
            readers: 1,
            blobs: BlobPlace::Folder(dir.path().join("blobs")),
            inline_max: 0,
            server: false,
            clock: congvu_store::Clock::default(),
            undelete: std::time::Duration::from_secs(30 * 86_400),
        };
        let opened = tokio::task::spawn_blocking(move || Store::open(&config));
        let store = opened.await.expect("no panic").expect("opens");
        let mailbox = MailboxId(5);
        let first = Lock::take(&store, mailbox)
            .await
            .expect("store")
            .expect("free");
        assert!(Lock::take(&store, mailbox).await.expect("store").is_none());
        let lapsed = first.holding();
        store
            .write(move |tx| lease::release(tx, &lapsed.name, lapsed.holder))
            .await
            .expect("store");
        let second = Lock::take(&store, mailbox)
            .await
            .expect("store")
            .expect("free");
        assert!(!renew(&store, &first.holding).await.expect("store"));
        first.release().await;
        assert!(renew(&store, &second.holding).await.expect("store"));
        second.release().await;
        assert!(Lock::take(&store, mailbox).await.expect("store").is_some());
    }
}
