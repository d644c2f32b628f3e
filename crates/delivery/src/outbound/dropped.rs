//! Taking messages out of the queue and telling their senders: an administrator decided that they are
//! not sent.

use std::sync::Arc;

use congvu_store::queue::{self, LastReply, Listed, ListedRecipient, Selection, Stretch, notify};
use congvu_store::{QueueRecipientId, StoreError, Tx};

use super::dsn::{Action, Told};
use super::{OutboundConfig, dsn, settle, wants};
use crate::Delivery;

/// What was done with a chunk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Recipients that are gone.
    pub done: u64,
    /// Recipients that are being sent to just now and were left alone.
    pub busy: u64,
    /// Notices that were written: one a message, where its sender wants to hear of failures.
    pub notices: u64,
    /// Where the next chunk goes on; `None` at the end.
    pub after: Option<QueueRecipientId>,
}

/// One of them is being sent to.
const BUSY: &str = "recipient";

impl Delivery {
    /// Drops up to `limit` recipients of the stretch from the queue, in the order in which they came, and tells each
    /// sender that its message failed (RFC 3464), in one transaction a message. Nobody is told of mail of
    /// the null sender, nor who asked not to be (RFC 3461 §4.1). At `now` (ms).
    ///
    /// # Errors
    /// The store fails; what was done before stays done.
    pub async fn drop_queued(
        &self,
        selection: &Selection,
        now: i64,
        stretch: Stretch,
        limit: i64,
    ) -> Result<Dropped, StoreError> {
        let chosen = selection.clone();
        let page = self
            .store()
            .read(move |tx| queue::page(tx, &chosen, now, stretch, limit))
            .await?;
        let mut dropped = Dropped::default();
        for listed in &page {
            let ids = listed.recipients.iter().map(|recipient| recipient.id);
            dropped.after = dropped.after.max(ids.max());
            let free = listed.recipients.iter().filter(|one| !one.busy);
            let free: Vec<ListedRecipient> = free.cloned().collect();
            dropped.busy += (listed.recipients.len() - free.len()) as u64;
            if free.is_empty() {
                continue;
            }
            let groups: Vec<&[ListedRecipient]> = match self.together(listed, &free, now).await? {
                Some(notices) => {
                    dropped.done += free.len() as u64;
                    dropped.notices += notices;
                    continue;
                }
                None => free.chunks(1).collect(),
            };
            // One is being sent to by now; the others are dropped all the same.
            for one in groups {
                match self.together(listed, one, now).await? {
                    Some(notices) => {
                        dropped.done += 1;
                        dropped.notices += notices;
                    }
                    None => dropped.busy += 1,
                }
            }
        }
        Ok(dropped)
    }

    /// All or none; the number of notices, `None` where one of them is being sent to.
    async fn together(
        &self,
        listed: &Listed,
        recipients: &[ListedRecipient],
        now: i64,
    ) -> Result<Option<u64>, StoreError> {
        let sender = &listed.queued.sender;
        let recipients: Vec<(ListedRecipient, bool)> = recipients
            .iter()
            .map(|one| (one.clone(), wants(sender, one.notify, notify::FAILURE)))
            .collect();
        let told: Vec<Told> = recipients
            .iter()
            .filter(|(_, wants)| *wants)
            .map(|(one, _)| told(one, now))
            .collect();
        let full = self.0.outbound.as_ref().map_or_else(
            || OutboundConfig::default().return_full,
            |config| config.return_full,
        );
        let notice = if told.is_empty() {
            None
        } else {
            settle::prepare(self, (full, now), &listed.queued, &told, true).await?
        };
        let work = Arc::new((notice, recipients));
        let (task, queue) = (Arc::clone(&work), listed.queued.id);
        let done = self
            .store()
            .write(move |tx: &mut Tx<'_>| {
                if !queue::drop_told(tx, queue, &task.1, now)? {
                    return Err(StoreError::Conflict(BUSY));
                }
                match &task.0 {
                    Some(notice) => notice.carry_out(tx),
                    None => Ok(false),
                }
            })
            .await;
        let notices = u64::from(work.0.is_some());
        if !matches!(done, Ok(true))
            && let Some((Some(notice), _)) = Arc::into_inner(work)
        {
            notice.discard(self).await;
        }
        match done {
            Ok(_) => Ok(Some(notices)),
            Err(StoreError::Conflict(BUSY)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn told(recipient: &ListedRecipient, now: i64) -> Told {
    let said = recipient.last.as_ref().map_or_else(String::new, |last| {
        let host = last.host.as_deref().unwrap_or("-");
        format!(
            "; last: {host}: {} {} {}",
            last.code, last.status, last.text
        )
    });
    Told {
        address: recipient.address.clone(),
        original: recipient.original.clone(),
        action: Action::Failed,
        status: dsn::DROPPED.into(),
        last: Some(LastReply {
            at: now,
            code: 554,
            status: dsn::DROPPED.into(),
            text: format!("not sent any more by order of an administrator{said}"),
            host: None,
            security: None,
        }),
        retry_until: None,
    }
}
