//! The messages that one APPEND or REPLACE brings: kept out of memory while they
//! come, and made entries in one transaction, all or none (RFC 3502).

use std::sync::Arc;

use congvu_delivery::Incoming;
use congvu_store::blob::StagedBlob;
use congvu_store::entry::{self, NewEntry, Want};
use congvu_store::folder::{self, Folder};
use congvu_store::message::{self, NewMessage, Stored};
use congvu_store::{FolderId, Store, StoreError, Tx, mailbox, now_ms};

use super::names::{self, Who};
use crate::command::AppendMessage;
use crate::response::Code;
use crate::session::Failure;
use crate::session::flags::bits;
use crate::types::MailboxName;

/// The most messages one command may bring.
pub(super) const MOST: usize = 1_000;
/// Small messages wait in memory up to so many bytes; then they are parked in
/// the database.
const HELD: usize = 1 << 20;
/// More messages than this are made entries behind everything interactive.
const MANY: usize = 100;

/// Where the messages go, and which one they take the place of.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) who: Who,
    pub(super) name: MailboxName,
    /// The folder and the UID of the message that goes (RFC 8508).
    pub(super) replaces: Option<(FolderId, u32)>,
}

impl Target {
    /// Whether `more` bytes may come. Of a replaced message the net is counted
    /// (RFC 8508 §3.4).
    pub(super) fn check(&self, tx: &mut Tx<'_>, more: u64) -> Result<Folder, Failure> {
        let folder = names::target(tx, self.who, &self.name)?.0;
        let mut freed = 0;
        if let Some((from, uid)) = self.replaces {
            let mut found = None;
            entry::scan(tx, from, (uid, uid), Want::Entry, |row| {
                found = Some(row.size()?);
                Ok(false)
            })?;
            let gone = Failure::no(Code::NonExistent, "The message is gone");
            let size = found.ok_or(gone)?;
            // What goes from elsewhere makes no room here.
            if folder::get(tx, from)?.is_some_and(|from| from.mailbox == folder.mailbox) {
                freed = size;
            }
        }
        let usage = mailbox::usage(tx, folder.mailbox)?.ok_or(StoreError::NotFound("mailbox"))?;
        let after = usage.used_bytes.saturating_sub(freed).saturating_add(more);
        // Who is over the quota already may still make a message smaller.
        if after > usage.quota_bytes && more > freed {
            return Err(Failure::no(Code::OverQuota, "The mailbox is full"));
        }
        Ok(folder)
    }
}

/// A message that came.
enum Body {
    Staged(Box<(StagedBlob, NewMessage)>),
    Parked(Stored),
}

/// It and what was said of it.
struct Waiting {
    said: AppendMessage,
    internal_at: i64,
    body: Body,
}

/// The messages so far.
#[derive(Default)]
pub(super) struct Batch {
    waiting: Vec<Waiting>,
    held: usize,
    pub(super) bytes: u64,
}

/// Where they came to lie.
pub(super) struct Kept {
    pub(super) folder: FolderId,
    pub(super) uid_validity: u32,
    pub(super) uids: Vec<(u32, u32)>,
}

/// How much memory a message's row takes while it waits.
fn weight(message: &NewMessage) -> usize {
    message.structure.len()
        + message.envelope.len()
        + message.subject.len()
        + message.preview.len()
        + message.references.len()
}

impl Batch {
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Takes a message; where many wait, what lies in memory is parked.
    pub(super) async fn push(
        &mut self,
        store: &Store,
        said: AppendMessage,
        incoming: Incoming,
    ) -> Result<(), Failure> {
        let message = incoming.new_message();
        // What else is known of it, only delivery asks for.
        let staged = incoming.staged;
        self.bytes = self.bytes.saturating_add(staged.size());
        self.held += staged.held() + weight(&message);
        let internal_at = said
            .date
            .map_or_else(now_ms, |date| date.unix_timestamp().saturating_mul(1000));
        self.waiting.push(Waiting {
            said,
            internal_at,
            body: Body::Staged(Box::new((staged, message))),
        });
        if self.held > HELD && self.waiting.len() > 1 {
            self.park(store).await?;
        }
        Ok(())
    }

    /// Stores what waits in memory, as messages that nobody has yet.
    async fn park(&mut self, store: &Store) -> Result<(), Failure> {
        let mut places = Vec::new();
        let mut staged = Vec::new();
        for (at, waiting) in self.waiting.iter_mut().enumerate() {
            let nothing = Body::Parked(Stored {
                id: congvu_store::MessageId(0),
                size: 0,
                fresh: false,
            });
            match std::mem::replace(&mut waiting.body, nothing) {
                Body::Staged(both) => {
                    places.push(at);
                    staged.push(both);
                }
                parked @ Body::Parked(_) => waiting.body = parked,
            }
        }
        self.held = 0;
        let staged = Arc::new(staged);
        let work = Arc::clone(&staged);
        let parked = store
            .write(move |tx| {
                let mut stored = Vec::with_capacity(work.len());
                for both in work.iter() {
                    stored.push(message::park(tx, &both.0, &both.1)?);
                }
                Ok::<_, Failure>(stored)
            })
            .await;
        let used = parked.as_ref().ok();
        if let Some(staged) = Arc::into_inner(staged) {
            for (n, both) in staged.into_iter().enumerate() {
                if !used.is_some_and(|stored| stored[n].fresh) {
                    store.blobs().discard(both.0).await;
                }
            }
        }
        match parked {
            Ok(parked) => {
                for (at, stored) in places.into_iter().zip(parked) {
                    self.waiting[at].body = Body::Parked(stored);
                }
                Ok(())
            }
            Err(failure) => {
                // The command is over, and what it refers to is gone.
                self.waiting.clear();
                Err(failure)
            }
        }
    }

    /// Lets go of everything.
    pub(super) async fn discard(self, store: &Store) {
        for waiting in self.waiting {
            // What was parked is taken by the sweeper.
            if let Body::Staged(both) = waiting.body {
                store.blobs().discard(both.0).await;
            }
        }
    }

    /// Makes all of it entries of the target, in one transaction.
    pub(super) async fn keep(self, store: &Store, target: &Target) -> Result<Kept, Failure> {
        let many = self.waiting.len() > MANY;
        let batch = Arc::new((self, target.clone()));
        let task = Arc::clone(&batch);
        let work = move |tx: &mut Tx<'_>| task.0.carry_out(tx, &task.1);
        let written = if many {
            store.write_bulk(work).await
        } else {
            store.write(work).await
        };
        let fresh = written.as_ref().map_or(&[][..], |(_, fresh)| fresh);
        if let Some((batch, _)) = Arc::into_inner(batch) {
            for (n, waiting) in batch.waiting.into_iter().enumerate() {
                if let Body::Staged(both) = waiting.body
                    && !fresh.get(n).is_some_and(|fresh| *fresh)
                {
                    store.blobs().discard(both.0).await;
                }
            }
        }
        written.map(|(kept, _)| kept)
    }

    /// Where the messages lie, and of each whether its staged bytes are in use.
    fn carry_out(&self, tx: &mut Tx<'_>, target: &Target) -> Result<(Kept, Vec<bool>), Failure> {
        let place = target.check(tx, self.bytes)?;
        let to = place.id;
        if let Some((from, _)) = target.replaces {
            folder::lock(tx, &mut [from, to])?;
        }
        let mut kept = Kept {
            folder: to,
            uid_validity: 0,
            uids: Vec::new(),
        };
        let mut fresh = Vec::with_capacity(self.waiting.len());
        for waiting in &self.waiting {
            let flags = bits(tx, place.mailbox, &waiting.said.flags, true)?;
            let stored = match &waiting.body {
                Body::Staged(both) => message::put(tx, &both.0, &both.1)?,
                Body::Parked(stored) => {
                    if !message::hold(tx, stored.id)? {
                        let text = "This took too long, append fewer messages at a time";
                        return Err(Failure::no(Code::Unavailable, text));
                    }
                    *stored
                }
            };
            let new = NewEntry {
                folder: to,
                message: stored.id,
                message_size: stored.size,
                flags,
                internal_at: waiting.internal_at,
                prefix: b"",
            };
            let appended = entry::append(tx, &new)?;
            kept.uid_validity = appended.uid_validity;
            crate::session::selected::push(&mut kept.uids, appended.uid);
            fresh.push(stored.fresh);
        }
        if let Some((from, uid)) = target.replaces {
            // RFC 8508: the older version of a draft, saved again each minute; nobody wants those back.
            entry::discard(tx, from, &[(uid, uid)])?;
        }
        Ok((kept, fresh))
    }
}
