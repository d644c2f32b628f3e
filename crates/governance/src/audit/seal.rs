//! Sealing: committed records become segments.

use std::time::Duration;

use congvu_store::audit::{self, Chain, Segment};
use congvu_store::{Store, StoreError, StoreResult, Tx, now_ms};

use super::checkpoint::{Checkpoint, Checkpoints};
use super::hash::hash;

/// How often what was recorded is sealed.
pub const EVERY: Duration = Duration::from_secs(60);
/// Records of a segment at most: it is sealed in one transaction.
const MOST: i64 = 2_000;

/// Seals all there is to seal now; gives the new segments, oldest first.
///
/// # Errors
/// What the store answers.
pub async fn seal(store: &Store) -> StoreResult<Vec<(Chain, Segment)>> {
    let mut sealed = Vec::new();
    for chain in Chain::ALL {
        loop {
            match store.write_bulk(move |tx| next(tx, chain)).await {
                Ok(Some(segment)) => sealed.push((chain, segment)),
                Ok(None) => break,
                // Another node sealed, or somebody committed in between: once more.
                Err(StoreError::Conflict(_)) => tokio::time::sleep(Duration::from_millis(50)).await,
                Err(error) => return Err(error),
            }
        }
    }
    Ok(sealed)
}

/// Seals one segment; `None` where nothing is open.
fn next(tx: &mut Tx<'_>, chain: Chain) -> StoreResult<Option<Segment>> {
    let records = audit::unsealed(tx, chain, MOST)?;
    let Some(last) = records.last() else {
        return Ok(None);
    };
    let before = audit::last_segment(tx, chain)?;
    let times = || records.iter().map(|recorded| recorded.record.at);
    let mut segment = Segment {
        number: before.as_ref().map_or(1, |segment| segment.number + 1),
        records: records.len() as i64,
        first_at: times().min().unwrap_or_default(),
        last_at: times().max().unwrap_or_default(),
        sealed_at: now_ms(),
        previous: before.map(|segment| segment.hash).unwrap_or_default(),
        hash: Vec::new(),
        pruned_at: None,
    };
    segment.hash = hash(chain, &segment, &records);
    audit::seal(tx, chain, &segment, last.id)?;
    Ok(Some(segment))
}

/// Seals each minute, and writes a checkpoint of each segment. Every node does it: who comes second finds nothing
/// open.
pub async fn run(store: &Store, checkpoints: &Checkpoints) {
    let mut every = tokio::time::interval(EVERY);
    loop {
        every.tick().await;
        match seal(store).await {
            Ok(sealed) => {
                for (chain, segment) in &sealed {
                    let checkpoint = Checkpoint::of(*chain, segment);
                    if let Err(error) = checkpoints.write(&checkpoint) {
                        tracing::error!(%error, "a checkpoint of the record could not be written");
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "records are sealed later"),
        }
    }
}
