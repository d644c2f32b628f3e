//! Carrying out what was ordered, and going on with it after whatever came between.

use std::time::Duration;

use congvu_store::takedown::{self, State, Step};
use congvu_store::{Change, Store, TakedownId};
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

use super::{CHUNK, find, missing, top};
use crate::{Action, Actor, Refused, record};

/// While a case is sealed it is looked so often whether something slipped through: what another node stored before it heard of the
/// case, what came back from a server it was being sent to.
const EVERY: Duration = Duration::from_secs(5);
/// Where none is, so often whether one was left by another node.
const SELDOM: Duration = Duration::from_secs(60);

/// Carries out what a case has to do now; gives how many copies and recipients it dealt with.
///
/// # Errors
/// What the store answers: then it is asked again later.
pub async fn carry_on(store: &Store, id: TakedownId) -> Result<u64, Refused> {
    let case = store
        .read(move |tx| takedown::get(tx, id)?.ok_or_else(|| missing(id)))
        .await?;
    if case.state == State::Sealed {
        find(store, id).await?;
    }
    let mut all = 0;
    loop {
        let case = case.clone();
        let step = store.write_bulk(move |tx| match case.state {
            State::Sealed => Ok(takedown::seal_chunk(tx, &case, CHUNK)?),
            State::Releasing => {
                let step = takedown::release_chunk(tx, &case, CHUNK)?;
                close(tx, &case, State::Released, step)
            }
            State::Purging => {
                let step = takedown::purge_chunk(tx, &case, CHUNK)?;
                close(tx, &case, State::Purged, step)
            }
            State::Open | State::Released | State::Purged => Ok::<_, Refused>(0),
        });
        match step.await? {
            0 => return Ok(all),
            done => all += done,
        }
    }
}

/// Records the end of a case in the transaction that ends it; gives what that transaction dealt with.
fn close(
    tx: &mut congvu_store::Tx<'_>,
    before: &takedown::Case,
    end: State,
    step: Step,
) -> Result<u64, Refused> {
    if step.closed {
        let place = top(tx)?;
        let detail = json!({ "state": end.name() });
        let act = super::act(Action::TakedownClose, before, place).with(detail);
        record(tx, &Actor::system(), &act)?;
    }
    Ok(step.done)
}

/// Follows the cases of a server.
#[derive(Debug)]
pub struct Follower {
    store: Store,
}

impl Follower {
    /// For a server, or for a test that goes round by round.
    #[must_use]
    pub fn new(store: &Store) -> Self {
        Self {
            store: store.clone(),
        }
    }

    /// Does what there is to do now; true where some case is sealed or under way.
    ///
    /// # Errors
    /// What the store answers; one case's trouble does not keep the others waiting.
    pub async fn round(&self) -> Result<bool, Refused> {
        let seen = self.store.hub().takedowns_seen();
        let live = self.store.read(takedown::live).await?;
        if live.iter().all(|case| case.state != State::Sealed) {
            self.store.hub().watch_no_takedowns(seen);
        } else if !self.store.hub().watches_takedowns() {
            self.store.hub().watch_takedowns();
        }
        let mut failed = None;
        for case in &live {
            if let Err(error) = carry_on(&self.store, case.id).await {
                tracing::warn!(%error, takedown = case.id.0, "a takedown goes on later");
                failed = Some(error);
            }
        }
        match failed {
            Some(error) => Err(error),
            None => Ok(!live.is_empty()),
        }
    }
}

/// Follows the cases until the future is dropped.
pub async fn follow(store: &Store) {
    let follower = Follower::new(store);
    let mut changes = store.hub().subscribe();
    loop {
        let busy = follower.round().await.unwrap_or(true);
        let woken = async {
            loop {
                match changes.recv().await {
                    Ok(Change::Takedown) | Err(RecvError::Lagged(_)) => return,
                    Ok(_) => {}
                    Err(RecvError::Closed) => std::future::pending::<()>().await,
                }
            }
        };
        let pause = if busy { EVERY } else { SELDOM };
        drop(tokio::time::timeout(pause, woken).await);
    }
}
