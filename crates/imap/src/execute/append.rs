//! APPEND (RFC 9051 §6.3.12): the message goes to the store as it comes.

use std::sync::Arc;

use congvu_delivery::{Incoming, Intake, IntakeError};
use congvu_store::entry::{self, Appended, NewEntry};
use congvu_store::message::{self, NewMessage};
use congvu_store::{MailboxId, StoreError, Tx, mailbox, now_ms};

use super::list;
use super::names;
use crate::command::Append;
use crate::response::Code;
use crate::session::flags::bits;
use crate::session::{Done, End, Failure, Session};

/// How much of the message is in memory at a time.
const CHUNK: usize = 64 << 10;
/// What may follow the message on its line.
const LINE: usize = 1 << 10;

/// What the transaction needs; it may run more than once.
struct Work {
    mailbox: MailboxId,
    append: Append,
    incoming: Incoming,
    message: NewMessage,
    internal_at: i64,
}

const TOO_BIG: Failure = Failure::No(Some(Code::TooBig), "The message is too big");

impl Session {
    pub(super) async fn append(&mut self, append: Append) -> Result<Done, Failure> {
        let mailbox = self.mailbox()?;
        let literal = append.message;
        if let Err(failure) = self.may_append(mailbox, &append).await {
            // Who waits for our word will not send the message.
            if !literal.sync {
                self.discard_message(literal.size).await?;
            }
            return Err(failure);
        }
        if literal.sync {
            self.conn.put(b"+ OK\r\n");
        }
        let taken = self.take_message(literal.size, literal.binary).await?;
        let rest = self.line(LINE).await?;
        let incoming = taken?;
        let end: &[u8] = if append.utf8 { b")\r\n" } else { b"\r\n" };
        if rest != end {
            self.server.store.blobs().discard(incoming.staged).await;
            return Err(Failure::Bad("Expected the end of the command"));
        }
        self.keep(mailbox, append, incoming).await
    }

    /// Whether the message is worth sending.
    async fn may_append(&self, mailbox: MailboxId, append: &Append) -> Result<(), Failure> {
        let size = append.message.size;
        if append.utf8 && !self.enabled.unicode() {
            return Err(Failure::no(Code::Cannot, "Enable UTF8=ACCEPT first"));
        }
        if size > self.server.config.append_limit {
            return Err(TOO_BIG);
        }
        let name = append.mailbox.clone();
        let look = move |tx: &mut Tx<'_>| {
            names::target(tx, mailbox, &name)?;
            check_quota(tx, mailbox, size)
        };
        self.server.store.read(look).await
    }

    async fn discard_message(&mut self, size: u64) -> Result<(), End> {
        if size > self.server.config.append_limit.saturating_mul(2) {
            return Err(End::Bye(Some(Code::TooBig), "Message too big"));
        }
        self.discard(size).await
    }

    /// Takes all bytes of the message, whatever becomes of them: the outer
    /// error ends the session, the inner one the command.
    async fn take_message(
        &mut self,
        size: u64,
        binary: bool,
    ) -> Result<Result<Incoming, Failure>, End> {
        let limit = self.server.config.append_limit;
        let mut intake = Ok(Intake::new(&self.server.store, limit, None));
        let mut left = size;
        while left > 0 {
            if self.conn.buffered().is_empty() {
                self.receive(CHUNK).await?;
            }
            let some = usize::try_from(left).unwrap_or(usize::MAX);
            let chunk = self.conn.buffered();
            let chunk = &chunk[..some.min(chunk.len())];
            let count = chunk.len();
            if let Ok(taking) = &mut intake {
                if !binary && chunk.contains(&0) {
                    intake = Err(Failure::Bad("A literal may not hold NUL"));
                } else if let Err(error) = taking.write(chunk).await {
                    intake = Err(of_intake(error));
                }
            }
            self.conn.consume(count);
            left -= count as u64;
        }
        Ok(match intake {
            Ok(intake) => intake.finish().await.map_err(of_intake),
            Err(failure) => Err(failure),
        })
    }

    /// Makes the message an entry of the folder.
    async fn keep(
        &mut self,
        mailbox: MailboxId,
        append: Append,
        incoming: Incoming,
    ) -> Result<Done, Failure> {
        let internal_at = append
            .date
            .map_or_else(now_ms, |date| date.unix_timestamp().saturating_mul(1000));
        let work = Arc::new(Work {
            mailbox,
            message: incoming.new_message(),
            append,
            incoming,
            internal_at,
        });
        let task = Arc::clone(&work);
        let written = self.server.store.write(move |tx| task.carry_out(tx)).await;
        let unused = !matches!(written, Ok((_, true)));
        if unused && let Some(work) = Arc::into_inner(work) {
            self.server
                .store
                .blobs()
                .discard(work.incoming.staged)
                .await;
        }
        let (appended, _) = written?;
        if let Some(given) = self.denormalized.pop().filter(|_| self.enabled.rev2) {
            // RFC 9051 §6.3.12
            list::named(self.conn.out(), &[], &given.name, Some(&given.given));
        }
        Ok(Done::with(
            &Code::AppendUid {
                uid_validity: appended.uid_validity,
                uids: &[(appended.uid, appended.uid)],
            },
            "APPEND completed",
        ))
    }
}

impl Work {
    /// Where the message lies, and whether the staged bytes are in use now.
    fn carry_out(&self, tx: &mut Tx<'_>) -> Result<(Appended, bool), Failure> {
        let folder = names::target(tx, self.mailbox, &self.append.mailbox)?;
        check_quota(tx, self.mailbox, self.incoming.staged.size())?;
        let flags = bits(tx, self.mailbox, &self.append.flags, true)?;
        let stored = message::put(tx, &self.incoming.staged, &self.message)?;
        let new = NewEntry {
            folder: folder.id,
            message: stored.id,
            message_size: stored.size,
            flags,
            internal_at: self.internal_at,
            prefix: b"",
        };
        Ok((entry::append(tx, &new)?, stored.fresh))
    }
}

fn check_quota(tx: &mut Tx<'_>, id: MailboxId, more: u64) -> Result<(), Failure> {
    let usage = mailbox::usage(tx, id)?.ok_or(StoreError::NotFound("mailbox"))?;
    if usage.used_bytes.saturating_add(more) > usage.quota_bytes {
        return Err(Failure::no(Code::OverQuota, "The mailbox is full"));
    }
    Ok(())
}

fn of_intake(error: IntakeError) -> Failure {
    match error {
        IntakeError::TooLarge => TOO_BIG,
        IntakeError::Store(error) => error.into(),
    }
}
