//! DATA (RFC 5321 §4.1.1.4): the message, line by line, up to CR LF . CR LF.

use std::time::Instant;

use congvu_wire::WireError;

use crate::data::EndOfData;
use crate::reply::{BAD_SEQUENCE, HELLO_FIRST, Reply};
use crate::session::Session;
use crate::transaction::{Body, Failure, Transaction};

/// Octets of a message that wait in memory at most.
pub(super) const BLOCK: usize = 64 << 10;

const MAIL_FIRST: Reply = Reply::new(503, "5.5.1", "Send MAIL and RCPT first");
const NO_RECIPIENTS: Reply = Reply::new(554, "5.5.1", "No valid recipients");
const GO_AHEAD: Reply = Reply::new(354, "", "End the message with <CR><LF>.<CR><LF>");

impl Session {
    pub(crate) async fn data(&mut self) -> Result<Reply, WireError> {
        if let Some(refusal) = self.not_ready() {
            return Ok(refusal);
        }
        let Some(transaction) = self.transaction.take() else {
            return Ok(MAIL_FIRST);
        };
        if transaction.chunks.is_some() {
            // RFC 3030 §2: DATA and BDAT do not mix in one transaction.
            self.transaction = Some(transaction);
            return Ok(BAD_SEQUENCE);
        }
        let mut body = match self.body(&transaction) {
            Ok(body) => body,
            Err(busy) => return Ok(busy),
        };
        self.send(&GO_AHEAD).await?;
        if let Err(error) = self.read_data(&mut body).await {
            self.cut_off(&transaction, &body, &error);
            return Err(error);
        }
        Ok(self.take_message(transaction, body).await)
    }

    /// Why no message can come now.
    pub(super) fn not_ready(&self) -> Option<Reply> {
        if self.hello.is_none() {
            return Some(HELLO_FIRST);
        }
        match &self.transaction {
            None => Some(MAIL_FIRST),
            Some(transaction) if transaction.recipients.is_empty() => Some(NO_RECIPIENTS),
            Some(_) => None,
        }
    }

    /// Reads the message to its true end, whatever becomes of it: what is behind a wrong end must
    /// never be taken for commands.
    async fn read_data(&mut self, body: &mut Body) -> Result<(), WireError> {
        let config = &self.server.config;
        let deadline = body.deadline();
        let mut machine = EndOfData::new();
        loop {
            while !self.conn.buffered().is_empty() {
                let piece = machine.next(self.conn.buffered());
                if machine.is_bare() {
                    body.fail(Failure::BareLineEnd);
                }
                if !piece.data.is_empty() {
                    body.take(&self.conn.buffered()[piece.data]).await;
                }
                self.conn.consume(piece.consumed);
                if piece.end {
                    return Ok(());
                }
            }
            let left = deadline.saturating_duration_since(Instant::now());
            self.conn.fill(BLOCK, left.min(config.data_timeout)).await?;
        }
    }

    /// The client went away or fell silent in the middle of a message: nothing of it stays.
    pub(super) fn cut_off(&self, transaction: &Transaction, body: &Body, error: &WireError) {
        self.server.count_message("aborted");
        let reply = match error {
            WireError::TimedOut => crate::reply::TIMED_OUT,
            _ => Reply::new(421, "4.4.2", "Connection lost in the middle of the message"),
        };
        for recipient in &transaction.recipients {
            self.log(transaction, &recipient.address, body.size(), &reply);
        }
    }
}
