//! STORE (RFC 9051 §6.4.6), with UNCHANGEDSINCE (RFC 7162 §3.1.3).

use congvu_store::entry::{self, FlagChange};
use congvu_store::{MailboxId, Tx};

use crate::command::Store;
use crate::fetch::Plan;
use crate::response::Code;
use crate::session::flags::bits;
use crate::session::selected::holds;
use crate::session::{Done, Failure, Selected, Session};
use crate::types::{FetchItem, StoreAction, StoreMode, merge};

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
        let (folder, mailbox) = (selected.folder, selected.mailbox);
        if store.unchanged_since.is_some() {
            self.enable_condstore();
        }
        if ranges.is_empty() {
            return Ok(Done::plain("STORE completed"));
        }
        let since = store
            .unchanged_since
            .map(|since| i64::try_from(since).unwrap_or(i64::MAX));
        let action = store.action.clone();
        let wanted = ranges.clone();
        let write = self.server.store.write(move |tx| {
            let change = change(tx, mailbox, &action)?;
            Ok::<_, Failure>(entry::store_flags(tx, folder, &wanted, change, since)?)
        });
        let stored = write.await?;
        let selected = self.open()?;
        selected.own.push(stored.modseq);
        // RFC 7162 §3.1.3: the new mod-sequence is told even to who is silent.
        let by_uid = store.messages.is_uid();
        let told = if store.action.silent {
            entry::ranges(
                &stored
                    .changed
                    .iter()
                    .map(|(uid, _)| *uid)
                    .collect::<Vec<_>>(),
            )
        } else {
            without(&selected.view.intersect(&ranges), &stored.refused)
        };
        if !store.action.silent || self.condstore {
            let mut items = Vec::new();
            if by_uid || self.condstore {
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
        if stored.refused.is_empty() {
            return Ok(Done::plain("STORE completed"));
        }
        let refused = entry::ranges(&stored.refused);
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

/// The ranges but for `left_out`, ascending.
fn without(ranges: &[(u32, u32)], left_out: &[u32]) -> Vec<(u32, u32)> {
    let left_out = entry::ranges(left_out);
    let mut kept = Vec::new();
    for &(first, last) in ranges {
        let mut from = first;
        for &(a, b) in left_out.iter().filter(|&&(a, b)| b >= first && a <= last) {
            if a > from {
                kept.push((from, a - 1));
            }
            from = b.saturating_add(1);
        }
        if from <= last && !holds(&left_out, from) {
            kept.push((from, last));
        }
    }
    kept
}
