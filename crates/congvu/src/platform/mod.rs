//! Telling the e-government platform of its accounts (QN.5.1, QN.5.2), by SCIM. What it is to be told lies in the store, written by the
//! very transaction that changed it: a version that it has not taken yet. Told is how a person stands, not each change, so an
//! order cannot be mixed up, and what was told twice says the same: whatever is killed when, nothing is lost and nothing is done twice.

mod client;
mod http;

use std::time::Duration;

use anyhow::Result;
use congvu_store::{PersonId, Store, StoreError, identity, lease, random};
use tokio::task::JoinSet;

pub(crate) use client::{Answered, Platform};
pub(crate) use http::client as http_client;

/// How often it is looked whether somebody is to be told of.
const EVERY: Duration = Duration::from_secs(2);
/// So many at a time.
const PAGE: i64 = 50;
/// One node tells: two would tell the same in an order that nobody knows.
const LEASE: &str = "platform";
/// Longer than one person takes; so long nobody is told of after a node was killed.
const LEASE_MS: i64 = 60_000;
/// With all that is asked for one person.
const PERSON: Duration = Duration::from_secs(40);
/// After the first failure (ms); doubled by each …
const FIRST_MS: i64 = 30_000;
/// … up to this.
const LAST_MS: i64 = 6 * 3_600_000;

/// Runs until it is aborted, whatever becomes of one round of it.
pub(crate) async fn keep_telling(store: Store, platform: Platform) {
    let holder = i64::from_ne_bytes(random::<8>());
    loop {
        let (store, platform) = (store.clone(), platform.clone());
        // Aborted with this task.
        let mut work = JoinSet::new();
        work.spawn(async move { round(&store, &platform, holder).await });
        match work.join_next().await {
            Some(Ok(Err(error))) => tracing::warn!(%error, "the platform is told later"),
            Some(Err(error)) => tracing::error!(%error, "telling the platform failed"),
            _ => {}
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn round(store: &Store, platform: &Platform, holder: i64) -> Result<(), StoreError> {
    loop {
        let due = store.read(|tx| identity::due(tx, PAGE)).await?;
        if due.is_empty() {
            return Ok(());
        }
        for person in due {
            let ours = store.write(move |tx| lease::take(tx, LEASE, holder, LEASE_MS));
            if !ours.await? {
                return Ok(());
            }
            tell(store, platform, person).await?;
        }
    }
}

/// Tells of one person, and notes what came of it.
async fn tell(store: &Store, platform: &Platform, person: PersonId) -> Result<(), StoreError> {
    let Some(found) = store.read(move |tx| identity::get(tx, person)).await? else {
        return Ok(());
    };
    let (version, attempts) = (found.version, found.push.attempts);
    let answered = match tokio::time::timeout(PERSON, platform.tell(&found)).await {
        Ok(answered) => answered,
        Err(_) => Answered::Later {
            why: "nền tảng trả lời quá chậm".to_owned(),
            after: None,
            remote: None,
        },
    };
    let outcome = match &answered {
        Answered::Taken { .. } => "taken",
        Answered::Later { .. } => "later",
        Answered::Refused(_) => "refused",
    };
    metrics::counter!("congvu_platform_told_total", "result" => outcome).increment(1);
    let now = store.now();
    store
        .write(move |tx| match &answered {
            Answered::Taken { id, tag } => {
                identity::told(tx, person, version, (Some(id), tag.as_deref()))
            }
            Answered::Later { why, after, remote } => {
                if let Some((id, tag)) = remote {
                    identity::set_remote(tx, person, (id.as_deref(), tag.as_deref()))?;
                }
                let waits = after.map_or_else(|| backoff(attempts), |after| after.max(FIRST_MS));
                identity::not_told(tx, person, version, why, Some(now + waits.min(LAST_MS)))
            }
            Answered::Refused(why) => identity::not_told(tx, person, version, why, None),
        })
        .await
}

/// How long to wait after so many failures (ms).
fn backoff(attempts: u32) -> i64 {
    FIRST_MS
        .saturating_mul(1_i64.checked_shl(attempts.min(20)).unwrap_or(i64::MAX))
        .min(LAST_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_longer_each_time_but_never_for_ever() {
        let waits: Vec<i64> = [0, 1, 2, 9, 10, 40, u32::MAX].map(backoff).into();
        assert_eq!(
            waits,
            [
                30_000, 60_000, 120_000, 15_360_000, LAST_MS, LAST_MS, LAST_MS
            ]
        );
    }
}
