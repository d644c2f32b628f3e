//! BDAT (RFC 3030): the message in chunks of a length that is said before.

use std::time::Instant;

use congvu_wire::WireError;

use super::data::BLOCK;
use crate::data::LineEnds;
use crate::message::{BARE_LINE_END, TOO_LARGE};
use crate::reply::Reply;
use crate::session::Session;
use crate::transaction::{Body, Failure, Transaction};

/// What follows may be a message: nothing of it may be taken for commands.
const NO_LENGTH: Reply = Reply::new(421, "4.5.4", "BDAT without a readable length");

/// A chunk that follows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Bdat {
    octets: u64,
    last: bool,
}

impl Bdat {
    pub(crate) fn parse(arguments: &str) -> Result<Self, Reply> {
        let mut words = arguments.split(' ').filter(|word| !word.is_empty());
        let octets = words
            .next()
            .filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|word| word.parse().ok())
            .ok_or(NO_LENGTH)?;
        let last = match words.next() {
            None => false,
            Some(word) if word.eq_ignore_ascii_case("LAST") => true,
            Some(_) => return Err(NO_LENGTH),
        };
        match words.next() {
            None => Ok(Self { octets, last }),
            Some(_) => Err(NO_LENGTH),
        }
    }
}

impl Bdat {
    /// Brings nothing of a message.
    pub(crate) fn is_empty(&self) -> bool {
        self.octets == 0
    }
}

impl Session {
    /// Reads the chunk even where it is not wanted (RFC 3030 §2): it was sent already.
    pub(crate) async fn bdat(&mut self, bdat: Bdat) -> Result<Reply, WireError> {
        if let Some(refusal) = self.not_ready() {
            self.read_chunk(bdat.octets, None).await?;
            return Ok(refusal);
        }
        let Some(mut transaction) = self.transaction.take() else {
            return Ok(crate::reply::BAD_SEQUENCE);
        };
        let chunks = transaction.chunks.take();
        let begun = match chunks {
            Some(begun) => Ok(begun),
            None => self
                .body(&transaction)
                .map(|body| (body, LineEnds::default())),
        };
        let (mut body, mut ends) = match begun {
            Ok(begun) => begun,
            Err(busy) => {
                self.read_chunk(bdat.octets, None).await?;
                return Ok(busy);
            }
        };
        let read = self.read_chunk(bdat.octets, Some((&mut body, &mut ends)));
        if let Err(error) = read.await {
            self.cut_off(&transaction, &body, &error);
            return Err(error);
        }
        if bdat.last {
            if ends.is_bare_at_end() {
                body.fail(Failure::BareLineEnd);
            }
            return Ok(self.take_message(transaction, body).await);
        }
        if ends.is_bare() {
            return Ok(self.give_up(&transaction, &body, BARE_LINE_END));
        }
        if body.size() > self.server.config.max_message_size {
            return Ok(self.give_up(&transaction, &body, TOO_LARGE));
        }
        transaction.chunks = Some((body, ends));
        self.transaction = Some(transaction);
        let octets = bdat.octets;
        Ok(Reply::with(
            250,
            "2.0.0",
            &format!("{octets} octets received"),
        ))
    }

    /// Ends the transaction before its last chunk; further chunks are out of sequence.
    fn give_up(&mut self, transaction: &Transaction, body: &Body, reply: Reply) -> Reply {
        self.reset();
        self.server.count_message("refused");
        for recipient in &transaction.recipients {
            self.log(transaction, &recipient.address, body.size(), &reply);
        }
        reply
    }

    async fn read_chunk(
        &mut self,
        octets: u64,
        mut into: Option<(&mut Body, &mut LineEnds)>,
    ) -> Result<(), WireError> {
        let config = &self.server.config;
        let deadline = match &into {
            Some((body, _)) => body.deadline(),
            None => Instant::now() + config.message_timeout,
        };
        let mut left = octets;
        loop {
            let buffered = self.conn.buffered();
            let here = buffered
                .len()
                .min(usize::try_from(left).unwrap_or(usize::MAX));
            if let Some((body, ends)) = &mut into {
                let chunk = &buffered[..here];
                ends.feed(chunk);
                if ends.is_bare() {
                    body.fail(Failure::BareLineEnd);
                }
                body.take(chunk).await;
            }
            self.conn.consume(here);
            left -= here as u64;
            if left == 0 {
                return Ok(());
            }
            // The replies to what was pipelined before must not wait for the chunk.
            self.conn.flush(config.write_timeout).await?;
            let time = deadline.saturating_duration_since(Instant::now());
            self.conn.fill(BLOCK, time.min(config.data_timeout)).await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        let bdat = |octets, last| Ok(Bdat { octets, last });
        assert_eq!(Bdat::parse("0 LAST"), bdat(0, true));
        assert_eq!(Bdat::parse("1000  last"), bdat(1000, true));
        assert_eq!(Bdat::parse("86"), bdat(86, false));
        for odd in [
            "",
            "x",
            "-1",
            "+1",
            "1 2",
            "1 LAST x",
            "99999999999999999999999",
        ] {
            assert_eq!(Bdat::parse(odd), Err(NO_LENGTH), "{odd}");
        }
    }
}
