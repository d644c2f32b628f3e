//! Shortening the record of sign-ins at its beginning, by whole segments, with a word about it in the record of acts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use congvu_store::audit::{self, Chain, Recorded};
use congvu_store::{Store, StoreError, StoreResult, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Act, Action, Actor, record};

/// Records removed in one transaction, as far as segments are not larger.
const CHUNK: u64 = 2_000;

/// Up to where a chain was shortened, as the record of acts has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pruned {
    /// Name of the chain.
    pub chain: String,
    /// The last segment that went.
    pub segment: i64,
    /// Its hash, base64: what is left goes on from it.
    pub hash: String,
    /// What was older than this went (ms).
    pub before: i64,
}

impl Pruned {
    /// What a record of acts says of a shortening, if it is one.
    #[must_use]
    pub fn of(recorded: &Recorded) -> Option<Self> {
        if recorded.record.action != Action::RecordPrune.name() {
            return None;
        }
        serde_json::from_str(&recorded.record.detail).ok()
    }
}

fn subject(chain: Chain) -> String {
    format!("audit/{}", chain.name())
}

/// Removes the segments of sign-ins whose records are all from before `before` (ms); the last segment always stays. First
/// the record of acts says so, then they go, in chunks: where that is interrupted, the next call goes on. How many
/// records went.
///
/// # Errors
/// What the store answers.
pub async fn prune(store: &Store, before: i64) -> StoreResult<u64> {
    let chain = Chain::SignIns;
    let last = store.write_bulk(move |tx| say(tx, chain, before)).await?;
    let Some(last) = last else { return Ok(0) };
    let mut gone = 0;
    loop {
        let chunk = store
            .write_bulk(move |tx| {
                let mut records = 0;
                while records < CHUNK {
                    match audit::drop_first(tx, chain, last)? {
                        Some(more) => records += more.max(1),
                        None => return Ok((records, false)),
                    }
                }
                Ok::<_, StoreError>((records, true))
            })
            .await?;
        gone += chunk.0;
        if !chunk.1 {
            return Ok(gone);
        }
    }
}

/// Says in the record of acts up to where the chain is shortened, where that is further than it was; the last segment to
/// go.
fn say(tx: &mut Tx<'_>, chain: Chain, before: i64) -> StoreResult<Option<i64>> {
    let subject = subject(chain);
    let said = audit::of_subject(tx, Chain::Acts, &subject, i64::MAX, 1)?;
    let said = said.first().and_then(Pruned::of);
    let known = said.map(|pruned| pruned.segment);
    let newest = audit::last_segment(tx, chain)?.map_or(0, |segment| segment.number);
    let young = audit::first_since(tx, chain, before)?.unwrap_or(newest);
    let last = young.min(newest) - 1;
    if known.is_some_and(|known| known >= last) {
        return Ok(known);
    }
    let Some(segment) = audit::get_segment(tx, chain, last)? else {
        return Ok(known);
    };
    let pruned = Pruned {
        chain: chain.name().to_owned(),
        segment: last,
        hash: BASE64.encode(&segment.hash),
        before,
    };
    let act = Act::new(Action::RecordPrune, subject, chain.name()).with(json!(pruned));
    record(tx, &Actor::system(), &act)?;
    Ok(Some(last))
}
