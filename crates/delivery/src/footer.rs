//! The unit's signature below what a mail program sends in the unit's name, where the unit says that all of it bears it. What a
//! browser sends has it before it comes here.

use std::collections::BTreeSet;

use congvu_message::address::Address;
use congvu_message::footer::{self, Footer};
use congvu_message::safe_html::written;
use congvu_message::{Part, header};
use congvu_store::address::{Lookup, Target};
use congvu_store::{AccountId, StoreError, StoreResult, Tx, address, delegation, mailbox, writing};

use crate::{Authors, Delivery, Incoming, Intake, IntakeError};

/// Octets of the message to be replaced, from its first to before its last, and what takes their place.
type Edit = (u64, u64, Vec<u8>);

impl Delivery {
    /// Sets the signature of the unit in whose name a submission is written, in each of its texts, once. A message that is signed,
    /// enciphered, or cannot be read with certainty stays as it is. Where it fails nothing is left of the message.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn set_footer(
        &self,
        account: AccountId,
        incoming: Incoming,
    ) -> Result<Incoming, StoreError> {
        let done = self.signed(account, &incoming).await;
        let instead = match done {
            Ok(None) => return Ok(incoming),
            Ok(Some(instead)) => Ok(Incoming {
                authors: incoming.authors,
                ..instead
            }),
            Err(error) => Err(error),
        };
        self.0.store.blobs().discard(incoming.staged).await;
        instead
    }

    async fn signed(
        &self,
        account: AccountId,
        incoming: &Incoming,
    ) -> Result<Option<Incoming>, StoreError> {
        let Some(authors) = incoming.authors.clone().filter(|one| one.authors == 1) else {
            return Ok(None);
        };
        // A change would break it.
        if header::fields(&incoming.header).any(|field| field.is("DKIM-Signature")) {
            return Ok(None);
        }
        let html = self
            .0
            .store
            .read(move |tx| enforced(tx, account, &authors))
            .await?;
        let Some(html) = html else {
            return Ok(None);
        };
        let text = written::to_text(&html);
        let footer = Footer {
            html: &html,
            text: &text,
        };
        let places = footer::places(&incoming.analysis.structure);
        let edits = self.edits(incoming, &places, footer).await?;
        if edits.is_empty() {
            return Ok(None);
        }
        self.spliced(incoming, &edits).await.map(Some)
    }

    /// What becomes of the texts of a message; one pass over it.
    async fn edits(
        &self,
        incoming: &Incoming,
        places: &[&Part],
        footer: Footer<'_>,
    ) -> Result<Vec<Edit>, StoreError> {
        let mut octets: Vec<Vec<u8>> = vec![Vec::new(); places.len()];
        let blob = incoming.staged.as_blob();
        let mut reader = self.0.store.blobs().open_blob(&blob).await?;
        let mut at = 0_u64;
        while let Some(chunk) = reader.next().await? {
            for (part, octets) in places.iter().zip(&mut octets) {
                let from = part.header_start.saturating_sub(at).min(chunk.len() as u64);
                let to = part.body_end.saturating_sub(at).min(chunk.len() as u64);
                // Both are within the chunk.
                octets.extend_from_slice(&chunk[from as usize..to as usize]);
            }
            at += chunk.len() as u64;
        }
        let mut edits: Vec<Edit> = places
            .iter()
            .zip(&octets)
            .filter_map(|(part, octets)| {
                let made = footer::below(part, octets, footer)?;
                Some((part.header_start, part.body_end, made))
            })
            .collect();
        edits.sort_unstable_by_key(|(start, ..)| *start);
        Ok(edits)
    }

    /// The message with what takes the place of its texts, taken in anew.
    async fn spliced(&self, incoming: &Incoming, edits: &[Edit]) -> Result<Incoming, StoreError> {
        let store = &self.0.store;
        let mut intake = Intake::new(store, u64::MAX, None);
        let blob = incoming.staged.as_blob();
        let mut reader = store.blobs().open_blob(&blob).await?;
        let mut rest = edits.iter().peekable();
        let mut at = 0_u64;
        while let Some(chunk) = reader.next().await? {
            let end = at + chunk.len() as u64;
            let mut from = at;
            while from < end {
                let Some((start, over, made)) = rest.peek() else {
                    intake
                        .write(&chunk[(from - at) as usize..])
                        .await
                        .map_err(kept)?;
                    break;
                };
                if from < *start {
                    let to = end.min(*start);
                    let piece = &chunk[(from - at) as usize..(to - at) as usize];
                    intake.write(piece).await.map_err(kept)?;
                    from = to;
                } else if end < *over {
                    break;
                } else {
                    intake.write(made).await.map_err(kept)?;
                    from = *over;
                    rest.next();
                }
            }
            at = end;
        }
        intake.finish().await.map_err(kept)
    }
}

fn kept(error: IntakeError) -> StoreError {
    match error {
        IntakeError::Store(error) => error,
        // There is no limit here.
        IntakeError::TooLarge => StoreError::Unavailable("the message is too large".to_owned()),
    }
}

/// The signature of the unit in whose name these authors write, where it is enforced and the account may write in it.
fn enforced(tx: &mut Tx<'_>, account: AccountId, authors: &Authors) -> StoreResult<Option<String>> {
    let mut mine: BTreeSet<_> = delegation::kept(tx, account)?
        .into_iter()
        .map(|kept| kept.mailbox)
        .collect();
    mine.extend(mailbox::of_account(tx, account)?);
    let mut found = None;
    for author in &authors.named {
        let Ok(address) = Address::parse(&author.addr()) else {
            continue;
        };
        let (local, domain) = address.lookup_key();
        if let Lookup::Found(Target::Mailbox(target)) = address::lookup(tx, &local, &domain)?
            && mine.contains(&target.mailbox)
            && let Some(sign) = writing::of_unit(tx, target.mailbox)?.filter(|sign| sign.enforced)
        {
            found = Some(sign.html);
        }
    }
    Ok(found)
}
