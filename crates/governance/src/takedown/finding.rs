//! Looking for messages, page by page: what the database can tell first, then who wrote it, then what it carries.

use congvu_message::Part;
use congvu_message::digest::PartDigests;
use congvu_message::search::envelope::{Field, addresses};
use congvu_store::blob::BlobRef;
use congvu_store::message::Marks;
use congvu_store::takedown::{self, Candidate, Case, State};
use congvu_store::{MessageId, Store, StoreError, TakedownId};
use ring::digest::{Context, SHA256};

use super::missing;
use crate::Refused;

/// Messages looked at in one transaction: each may bring 64 KiB along.
const PAGE: i64 = 50;
/// A message that was being stored while others were looked at may have an earlier time: the last minute is looked at again (ms).
const AGAIN_MS: i64 = 60_000;

/// Looks for the messages of a case from where it stopped; gives how many it found now.
///
/// # Errors
/// What the store answers; a message whose bytes are damaged cannot be ruled out and stops the search.
pub async fn find(store: &Store, id: TakedownId) -> Result<u64, Refused> {
    let case = store
        .read(move |tx| takedown::get(tx, id)?.ok_or_else(|| missing(id)))
        .await?;
    if !matches!(case.state, State::Open | State::Sealed) {
        return Ok(0);
    }
    let criteria = case.criteria.clone();
    let by_time = criteria.message_id.is_none() && criteria.content.is_none();
    // What is found by its name or content is few: all of it, each time.
    let mut at = if by_time {
        case.scanned
    } else {
        (0, MessageId(0))
    };
    let mut found = 0;
    loop {
        let wanted = criteria.clone();
        let page = store
            .read(move |tx| takedown::candidates(tx, &wanted, at, PAGE))
            .await?;
        let Some(last) = page.last() else { break };
        at = (last.came_at, last.message);
        let full = i64::try_from(page.len()) == Ok(PAGE);
        let mut matching = Vec::new();
        for candidate in page.into_iter().filter(|candidate| candidate.fits) {
            if matches(store, &case, &candidate).await? {
                matching.push(candidate.message);
            }
        }
        let upto = (at.0.min(store.now() - AGAIN_MS), at.1);
        let upto = if upto.0 < at.0 {
            (upto.0, MessageId(0))
        } else {
            upto
        };
        let added = store.write_bulk(move |tx| {
            let mut added = 0;
            for message in &matching {
                added += u64::from(takedown::add_found(tx, id, *message)?);
            }
            if by_time && upto > case.scanned {
                takedown::scanned(tx, id, upto)?;
            }
            Ok::<_, StoreError>(added)
        });
        found += added.await?;
        if !full {
            break;
        }
    }
    digest(store, id).await?;
    if case.found_at.is_none() {
        store
            .write_bulk(move |tx| takedown::mark_found(tx, id))
            .await?;
    }
    Ok(found)
}

async fn matches(store: &Store, case: &Case, candidate: &Candidate) -> Result<bool, StoreError> {
    let criteria = &case.criteria;
    if let Some(sure) = criteria.fits_marks(None) {
        return Ok(sure);
    }
    let mut marks = Marks {
        senders: writers(&candidate.envelope),
        parts: Vec::new(),
    };
    if criteria
        .sender
        .as_ref()
        .is_some_and(|who| !marks.senders.contains(who))
    {
        return Ok(false);
    }
    if criteria.attachment.is_some() {
        let structure = Part::from_bytes(&candidate.structure)
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let mut digests = PartDigests::new(&structure);
        let mut reader = store.blobs().open_blob(&candidate.blob).await?;
        while let Some(chunk) = reader.next().await? {
            digests.push(&chunk);
        }
        marks.parts = digests.finish();
    }
    Ok(criteria.fits_marks(Some(&marks)) == Some(true))
}

/// The addresses of From and Sender, in lower case.
pub(crate) fn writers(envelope: &[u8]) -> Vec<String> {
    let all = [Field::From, Field::Sender].map(|field| addresses(envelope, field));
    let bare = |text: &String| {
        let (_, address) = text.rsplit_once('<')?;
        Some(address.trim_end_matches('>').to_lowercase())
    };
    all.iter().flatten().filter_map(bare).collect()
}

/// The SHA-256 of each message of a case that has none yet: what others can compare it with.
async fn digest(store: &Store, id: TakedownId) -> Result<(), StoreError> {
    while let Some((message, blob)) = store.read(move |tx| takedown::found(tx, id)).await? {
        let sum = sha256(store, &blob).await?;
        let noted = store.write_bulk(move |tx| takedown::set_sha256(tx, id, message, &sum));
        noted.await?;
    }
    Ok(())
}

async fn sha256(store: &Store, blob: &BlobRef) -> Result<[u8; 32], StoreError> {
    let mut digest = Context::new(&SHA256);
    let mut reader = store.blobs().open_blob(blob).await?;
    while let Some(chunk) = reader.next().await? {
        digest.update(&chunk);
    }
    let mut sum = [0; 32];
    sum.copy_from_slice(digest.finish().as_ref());
    Ok(sum)
}
