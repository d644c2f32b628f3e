//! APPEND (RFC 9051 §6.3.12), of one message or of several (RFC 3502): each
//! goes to the store as it comes.

use congvu_delivery::{Incoming, Intake, IntakeError};
use congvu_message::binary::{BinaryToBase64, StrayNul};
use congvu_store::Tx;

use super::batch::{Batch, Kept, MOST, Target};
use super::list;
use crate::command::append::parse_next;
use crate::command::{Append, AppendMessage};
use crate::parse::cursor::LiteralHeader;
use crate::parse::{Limits, announced};
use crate::response::Code;
use crate::session::{Done, End, Failure, Session};

/// How much of the message is in memory at a time.
const CHUNK: usize = 64 << 10;
/// What may follow a message on its line: the arguments of the next.
const LINE: usize = 16 << 10;

const TOO_BIG: Failure = Failure::No(Some(Code::TooBig), "The message is too big");
/// RFC 3516 §4.4: parts marked as binary are kept as base64, so that every
/// program can read them; NUL elsewhere could not be kept without loss.
const STRAY: Failure = Failure::No(
    Some(Code::UnknownCte),
    "NUL outside a part whose Content-Transfer-Encoding is binary",
);
const TOO_MANY: Failure = Failure::No(Some(Code::Limit), "Too many messages in one command");

impl Session {
    pub(super) async fn append(&mut self, append: Append) -> Result<Done, Failure> {
        let target = Target {
            who: self.who()?,
            name: append.mailbox,
            replaces: None,
        };
        let kept = self.take_messages(&target, append.message).await?;
        Ok(Done::with(
            &Code::AppendUid {
                uid_validity: kept.uid_validity,
                uids: &kept.uids,
            },
            "APPEND completed",
        ))
    }

    /// Takes the messages of a command up to its end and makes them entries.
    pub(super) async fn take_messages(
        &mut self,
        target: &Target,
        first: AppendMessage,
    ) -> Result<Kept, Failure> {
        let mut batch = Batch::default();
        let gathered = self.take_each(target, first, &mut batch).await;
        let store = self.server.store.clone();
        if let Err(failure) = gathered {
            batch.discard(&store).await;
            return Err(failure);
        }
        let kept = batch.keep(&store, target).await?;
        self.brought(kept.folder, &kept.uids);
        if let Some((_, uid)) = target.replaces {
            self.removed(&[(uid, uid)]);
        }
        if let Some(given) = self.denormalized.pop().filter(|_| self.enabled.rev2) {
            // RFC 9051 §6.3.12
            list::named(self.conn.out(), &[], &given.name, Some(&given.given));
        }
        Ok(kept)
    }

    async fn take_each(
        &mut self,
        target: &Target,
        first: AppendMessage,
        batch: &mut Batch,
    ) -> Result<(), Failure> {
        let mut arguments = 0;
        let mut next = Some(first);
        while let Some(said) = next.take() {
            let (literal, utf8) = (said.literal, said.utf8);
            if let Err(failure) = self.may_take(target, batch, &said).await {
                return self.refuse(literal, failure).await;
            }
            if literal.sync {
                self.conn.put(b"+ OK\r\n");
            }
            let taken = self.take_message(literal.size, literal.binary).await?;
            let line = self.line(LINE).await?;
            arguments += line.len();
            let following = match taken {
                Ok(incoming) => {
                    let store = self.server.store.clone();
                    let pushed = batch.push(&store, said, incoming).await;
                    pushed.and_then(|()| following(&line, utf8, arguments, target))
                }
                Err(failure) => Err(failure),
            };
            match following {
                Ok(following) => next = following,
                Err(failure) => {
                    return match announced(&line) {
                        Some(literal) => self.refuse(literal, failure).await,
                        None => Err(failure),
                    };
                }
            }
        }
        Ok(())
    }

    /// Ends the command. Who waits for our word will not send the message.
    async fn refuse(&mut self, literal: LiteralHeader, failure: Failure) -> Result<(), Failure> {
        if !literal.sync {
            self.discard(literal.size).await?;
        }
        Err(failure)
    }

    /// Whether the message is worth sending.
    async fn may_take(
        &self,
        target: &Target,
        batch: &Batch,
        said: &AppendMessage,
    ) -> Result<(), Failure> {
        let literal = said.literal;
        if said.utf8 && !self.enabled.unicode() {
            return Err(Failure::no(Code::Cannot, "Enable UTF8=ACCEPT first"));
        }
        if literal.size == 0 {
            // RFC 3502 §6.3.11: also how a client gives up.
            return Err(Failure::No(
                None,
                "A message of no length, nothing is appended",
            ));
        }
        if literal.size > self.server.config.append_limit {
            return Err(TOO_BIG);
        }
        if batch.len() >= MOST {
            return Err(TOO_MANY);
        }
        let (target, more) = (target.clone(), batch.bytes.saturating_add(literal.size));
        let look = move |tx: &mut Tx<'_>| target.check(tx, more).map(drop);
        self.server.store.read(look).await
    }

    /// Takes all bytes of the message, whatever becomes of them: the outer
    /// error ends the session, the inner one the command.
    async fn take_message(
        &mut self,
        size: u64,
        binary: bool,
    ) -> Result<Result<Incoming, Failure>, End> {
        let limit = self.server.config.append_limit;
        // Base64 is longer than what it stands for.
        let limit = if binary {
            limit.saturating_mul(2)
        } else {
            limit
        };
        let mut intake = Ok(Intake::new(&self.server.store, limit, None));
        let mut rewriter = binary.then(BinaryToBase64::new);
        let mut rewritten = Vec::new();
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
                let taken = if let Some(rewriter) = &mut rewriter {
                    rewritten.clear();
                    match rewriter.push(chunk, &mut rewritten) {
                        Ok(()) => taking.write(&rewritten).await.map_err(of_intake),
                        Err(StrayNul) => Err(STRAY),
                    }
                } else if chunk.contains(&0) {
                    Err(Failure::Bad("A literal may not hold NUL"))
                } else {
                    taking.write(chunk).await.map_err(of_intake)
                };
                if let Err(failure) = taken {
                    intake = Err(failure);
                }
            }
            self.conn.consume(count);
            left -= count as u64;
        }
        if let (Ok(taking), Some(rewriter)) = (&mut intake, rewriter) {
            rewritten.clear();
            let ended = match rewriter.finish(&mut rewritten) {
                Ok(()) => taking.write(&rewritten).await.map_err(of_intake),
                Err(StrayNul) => Err(STRAY),
            };
            if let Err(failure) = ended {
                intake = Err(failure);
            }
        }
        Ok(match intake {
            Ok(intake) => intake.finish().await.map_err(of_intake),
            Err(failure) => Err(failure),
        })
    }
}

/// What a message is followed by. `arguments` counts all such lines: together
/// they are held to what any command may be.
fn following(
    line: &[u8],
    utf8: bool,
    arguments: usize,
    target: &Target,
) -> Result<Option<AppendMessage>, Failure> {
    let next =
        parse_next(line, utf8).map_err(|_| Failure::Bad("Expected the end of the command"))?;
    if next.is_some() && target.replaces.is_some() {
        // RFC 8508 §4.7.
        return Err(Failure::Bad("One message replaces one"));
    }
    if arguments > Limits::AFTER_SIGN_IN.total {
        return Err(TOO_MANY);
    }
    Ok(next)
}

fn of_intake(error: IntakeError) -> Failure {
    match error {
        IntakeError::TooLarge => TOO_BIG,
        IntakeError::Store(error) => error.into(),
    }
}
