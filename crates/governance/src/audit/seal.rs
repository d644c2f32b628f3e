//! Sealing: committed records become segments.

use std::time::Duration;

use congvu_store::audit::{self, Chain, Segment};
use congvu_store::{Store, StoreError, StoreResult, Tx};

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
    // In this order: a segment that another node commits between the two collides with ours.
    let before = audit::last_segment(tx, chain)?;
    let records = audit::unsealed(tx, chain, MOST)?;
    let Some(last) = records.last() else {
        return Ok(None);
    };
    let number = before
        .as_ref()
        .map_or(Some(1), |last| last.number.checked_add(1));
    let times = || records.iter().map(|recorded| recorded.record.at);
    let mut segment = Segment {
        number: number.ok_or_else(|| StoreError::Corrupt("the record's segments".into()))?,
        records: records.len() as i64,
        first_at: times().min().unwrap_or_default(),
        last_at: times().max().unwrap_or_default(),
        sealed_at: tx.now(),
        previous: before.map(|segment| segment.hash).unwrap_or_default(),
        hash: Vec::new(),
    };
    segment.hash = hash(chain, &segment, &records);
    audit::seal(tx, chain, &segment, last.id)?;
    Ok(Some(segment))
}

/// Seals each minute, and writes a checkpoint of each segment. Every node does it: who comes second finds nothing
/// open.
pub async fn run(store: &Store, checkpoints: &Checkpoints) {
    let mut every = tokio::time::interval(EVERY);
    let mut written = Chain::ALL.map(|chain| (chain, checkpoints.written(chain)));
    loop {
        every.tick().await;
        if let Err(error) = seal(store).await {
            tracing::warn!(%error, "records are sealed later");
        }
        for (chain, written) in &mut written {
            if let Err(error) = write(store, checkpoints, *chain, written).await {
                tracing::error!(%error, "a checkpoint of the record is written later");
            }
        }
    }
}

/// Writes the checkpoints of all segments above `written`, whoever sealed them.
async fn write(
    store: &Store,
    checkpoints: &Checkpoints,
    chain: Chain,
    written: &mut i64,
) -> StoreResult<()> {
    loop {
        let after = *written;
        let segments = store
            .read(move |tx| audit::segments(tx, chain, after, MOST))
            .await?;
        if segments.is_empty() {
            return Ok(());
        }
        for segment in &segments {
            checkpoints
                .write(&Checkpoint::of(chain, segment))
                .map_err(|error| StoreError::Unavailable(error.to_string()))?;
            *written = segment.number;
        }
    }
}
