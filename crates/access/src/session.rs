//! Live sessions, ended at once when the account's epoch rises.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use congvu_store::{AccountId, Change, Store, StoreError, account};
use parking_lot::Mutex;
use tokio::sync::{broadcast, watch};

use crate::first::FirstBook;

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    /// The account was locked, its password changed, or a credential revoked.
    Revoked,
    /// This node cannot see whether that happened.
    Blind,
}

/// A session as its account sees it.
struct Held {
    id: u64,
    /// What it was signed in under.
    epoch: i64,
    signal: watch::Sender<Option<EndReason>>,
}

#[derive(Default)]
struct Live {
    next: AtomicU64,
    sessions: Mutex<HashMap<AccountId, Vec<Held>>>,
}

/// The sessions of this node.
#[derive(Clone, Default)]
pub(crate) struct Sessions(Arc<Live>);

/// One signed-in session; counted until it is dropped.
pub struct Session {
    live: Sessions,
    id: u64,
    account: AccountId,
    ended: watch::Receiver<Option<EndReason>>,
    /// What hears of its end, where it is the first on a one-time password.
    first: Option<FirstBook>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// Whether the session has been ended: to be asked before each command.
    #[must_use]
    pub fn ended(&self) -> Option<EndReason> {
        *self.ended.borrow()
    }

    /// Lets it go on as a session of the store ([`congvu_store::web_session`]): what ends that one ends the first session on
    /// a one-time password, not the end of this object.
    pub fn hand_on(mut self) {
        self.first = None;
    }

    pub(crate) fn tell_end(&mut self, first: FirstBook) {
        self.first = Some(first);
    }

    /// Waits until the session is ended. Cancel-safe.
    pub async fn until_ended(&mut self) -> EndReason {
        loop {
            if let Some(reason) = *self.ended.borrow_and_update() {
                return reason;
            }
            if self.ended.changed().await.is_err() {
                return EndReason::Revoked;
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let mut sessions = self.live.0.sessions.lock();
        if let Some(list) = sessions.get_mut(&self.account) {
            list.retain(|held| held.id != self.id);
            if list.is_empty() {
                sessions.remove(&self.account);
            }
        }
        if let Some(first) = self.first.take() {
            first.ended(self.account);
        }
    }
}

impl Sessions {
    pub(crate) fn add(&self, account: AccountId, epoch: i64) -> Session {
        let (signal, ended) = watch::channel(None);
        let id = self.0.next.fetch_add(1, Ordering::Relaxed);
        self.0
            .sessions
            .lock()
            .entry(account)
            .or_default()
            .push(Held { id, epoch, signal });
        Session {
            live: self.clone(),
            id,
            account,
            ended,
            first: None,
        }
    }

    /// Ends the sessions of `account` that were signed in under another epoch than `epoch`.
    fn end_stale(&self, account: AccountId, epoch: Option<i64>) {
        if let Some(list) = self.0.sessions.lock().get(&account) {
            for held in list {
                if Some(held.epoch) != epoch {
                    held.signal.send_replace(Some(EndReason::Revoked));
                }
            }
        }
    }

    fn end_all(&self, reason: EndReason) {
        for held in self.0.sessions.lock().values().flatten() {
            held.signal.send_replace(Some(reason));
        }
    }

    fn accounts(&self) -> Vec<AccountId> {
        self.0.sessions.lock().keys().copied().collect()
    }

    /// Follows the store's changes until it stops. `forget` hears of each account whose epoch
    /// rose.
    pub(crate) async fn follow(self, store: Store, forget: impl Fn(AccountId)) {
        let mut changes = store.hub().subscribe();
        let mut tick = tokio::time::interval(Duration::from_millis(500));
        loop {
            tokio::select! {
                change = changes.recv() => match change {
                    Ok(Change::Account(id)) => {
                        forget(id);
                        self.check(&store, id).await;
                    }
                    Ok(_) => {}
                    Err(broadcast::error::RecvError::Lagged(_)) => {
                        for id in self.accounts() {
                            forget(id);
                            self.check(&store, id).await;
                        }
                    }
                    Err(broadcast::error::RecvError::Closed) => return,
                },
                _ = tick.tick() => {
                    if !store.is_fresh() {
                        self.end_all(EndReason::Blind);
                    }
                }
            }
        }
    }

    async fn check(&self, store: &Store, id: AccountId) {
        let epoch = store
            .read(move |tx| account::epoch(tx, id))
            .await
            .map(|found| {
                found
                    .filter(|(_, enabled)| *enabled)
                    .map(|(epoch, _)| epoch)
            });
        match epoch {
            Ok(epoch) => self.end_stale(id, epoch),
            Err(error) => {
                let error: StoreError = error;
                tracing::warn!(%error, account = id.0, "cannot read the epoch: ending its sessions");
                self.end_stale(id, None);
            }
        }
    }
}
