//! STORE (RFC 9051 §6.4.6), with UNCHANGEDSINCE (RFC 7162 §3.1.3). Many
//! messages are changed in chunks, so that no mail waits for them; others hear
//! of each. Where one fails, the FETCH responses tell what was done.

use congvu_store::entry::{self, FlagChange, FlagsStored};
use congvu_store::{MailboxId, Tx};

use crate::command::Store;
use crate::fetch::Plan;
use crate::response::Code;
use crate::session::flags::bits;
use crate::session::selected::{chunks, holds, minus};
use crate::session::{Done, Failure, Selected, Session};
use crate::types::{FetchItem, StoreAction, StoreMode, merge};

/// So many UIDs are changed in one transaction.
const CHUNK: u32 = 2_000;

impl Session {
    /// The selected mailbox.
    pub(crate) fn open(&mut self) -> Result<&mut Selected, Failure> {
        let selected = self.selected.as_deref_mut();
        selected.ok_or(Failure::Bad("Select a mailbox first"))
    }

    /// The selected mailbox, if it may be changed.
    pub(super) fn writable(&mut self) -> Result<&mut Selected, Failure> {
        let selected = self.open()?;
        if selected.read_only {
            return Err(Failure::no(Code::NoPerm, "The mailbox is read-only"));
        }
        Ok(selected)
    }

    pub(super) async fn store(&mut self, store: Store) -> Result<Done, Failure> {
        let selected = self.writable()?;
        let ranges = selected.resolve(&store.messages)?;
        if store.unchanged_since.is_some() {
            self.enable_condstore();
        }
        let (mut refused, mut changed) = (Vec::new(), Vec::new());
        let by_uid = store.messages.is_uid();
        let chunks = chunks(&ranges, CHUNK);
        for (n, chunk) in chunks.iter().enumerate() {
            if n > 0 {
                self.check_alive()?;
                self.catch_up(by_uid).await?;
            }
            match self.store_chunk(&store, chunk, chunks.len() > 1).await {
                Ok(stored) => {
                    refused.extend(stored.refused);
                    changed.extend(stored.changed.iter().map(|(uid, _)| *uid));
                }
                Err(failure @ Failure::End(_)) => return Err(failure),
                Err(failure) => {
                    // Who asked for silence hears what was done after all.
                    if store.action.silent && !changed.is_empty() {
                        let items = vec![FetchItem::Uid, FetchItem::Flags];
                        let plan = Plan::new(self.open()?, &entry::ranges(&changed), items);
                        self.send_pages(plan).await?;
                    }
                    return Err(failure);
                }
            }
        }
        if refused.is_empty() {
            return Ok(Done::plain("STORE completed"));
        }
        let refused = entry::ranges(&refused);
        let numbers = if by_uid {
            refused
        } else {
            self.open()?.view.seqs_of(&refused)
        };
        Ok(Done::with(
            &Code::Modified(&merge(numbers)),
            "Some messages were changed by somebody else",
        ))
    }

    /// Changes some messages in one transaction and tells their flags.
    async fn store_chunk(
        &mut self,
        store: &Store,
        ranges: &[(u32, u32)],
        bulk: bool,
    ) -> Result<FlagsStored, Failure> {
        let witness = self.witness_here();
        let selected = self.open()?;
        let (folder, mailbox) = (selected.folder, selected.mailbox);
        let known = selected.modseq;
        let since = store
            .unchanged_since
            .map(|since| i64::try_from(since).unwrap_or(i64::MAX));
        let (action, wanted) = (store.action.clone(), ranges.to_vec());
        let work = move |tx: &mut Tx<'_>| {
            let change = change(tx, mailbox, &action)?;
            let others = entry::changed_since(tx, folder, known)?;
            let stored = entry::store_flags(tx, folder, &wanted, change, since)?;
            if let (Some(witness), FlagChange::Add(set) | FlagChange::Replace(set)) =
                (&witness, change)
            {
                witness.marked(tx, folder, &stored.changed, set)?;
            }
            Ok::<_, Failure>((stored, others))
        };
        let (stored, others) = if bulk {
            self.server.store.write_bulk(work).await?
        } else {
            self.server.store.write(work).await?
        };
        let changed: Vec<u32> = stored.changed.iter().map(|(uid, _)| *uid).collect();
        let changed = entry::ranges(&changed);
        let both = others.iter().any(|other| holds(&changed, other.uid));
        let selected = self.open()?;
        // What somebody else changed just before is under our modseq now: the
        // client hears of it when the session catches up, silent or not.
        if !changed.is_empty() && !both {
            selected.own.push(stored.modseq);
        }
        // RFC 7162 §3.1.3: the new mod-sequence is told even to who is silent.
        let told = if store.action.silent {
            changed
        } else {
            let there = selected.view.intersect(ranges);
            minus(&there, &entry::ranges(&stored.refused))
        };
        if !store.action.silent || self.condstore {
            let mut items = Vec::new();
            if store.messages.is_uid() || self.condstore {
                items.push(FetchItem::Uid);
            }
            if !store.action.silent {
                items.push(FetchItem::Flags);
            }
            if self.condstore {
                items.push(FetchItem::ModSeq);
            }
            let plan = Plan::new(self.open()?, &told, items);
            self.send_pages(plan).await?;
        }
        Ok(stored)
    }
}

fn change(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    action: &StoreAction,
) -> Result<FlagChange, Failure> {
    let make = action.mode != StoreMode::Remove;
    let bits = bits(tx, mailbox, &action.flags, make)?;
    Ok(match action.mode {
        StoreMode::Replace => FlagChange::Replace(bits),
        StoreMode::Add => FlagChange::Add(bits),
        StoreMode::Remove => FlagChange::Remove(bits),
    })
}
