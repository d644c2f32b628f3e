//! One mail transaction: from MAIL to the end of the data (RFC 5321 §3.3).

use std::time::{Duration, Instant};

use congvu_delivery::{EnvelopeDsn, Intake, IntakeError, Recipient, TraceId};
use congvu_message::address::Address;
use congvu_store::StoreError;

use crate::data::LineEnds;
use crate::slots::Slot;

/// A reverse path and what was gathered since.
#[derive(Debug)]
pub(crate) struct Transaction {
    /// `None` for the null sender (RFC 5321 §4.5.5).
    pub(crate) sender: Option<Address>,
    /// Octets announced (RFC 1870), 0 where nothing was.
    pub(crate) declared: u64,
    /// The client asked for RFC 6531.
    pub(crate) utf8: bool,
    pub(crate) recipients: Vec<Recipient>,
    pub(crate) trace: TraceId,
    /// What the sender wants of notices (RFC 3461).
    pub(crate) dsn: EnvelopeDsn,
    /// The message as far as BDAT brought it (RFC 3030).
    pub(crate) chunks: Option<(Body, LineEnds)>,
}

impl Transaction {
    /// The sender as the log writes it.
    pub(crate) fn sender_text(&self) -> String {
        self.sender
            .as_ref()
            .map_or_else(String::new, Address::to_string)
    }
}

/// Why a message that is read to its end is not taken.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A CR or LF stands alone in it (RFC 5321 §2.3.8).
    BareLineEnd,
    /// It is longer than it may be (RFC 1870 §6.3).
    TooLarge,
    /// The store failed.
    Store(StoreError),
}

/// A message on its way into the store. Once it failed, the rest of it is thrown away.
#[derive(Debug)]
pub(crate) struct Body {
    intake: Result<Intake, Failure>,
    size: u64,
    limit: u64,
    deadline: Instant,
    slot: Slot,
}

impl Body {
    /// A message of at most `limit` octets into `intake`, all of it within `time`.
    pub(crate) fn new(slot: Slot, intake: Intake, limit: u64, time: Duration) -> Self {
        Self {
            intake: Ok(intake),
            size: 0,
            limit,
            deadline: Instant::now() + time,
            slot,
        }
    }

    /// When all of it must have come.
    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Octets that came, also after a failure.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Takes the next octets.
    pub(crate) async fn take(&mut self, octets: &[u8]) {
        self.size = self.size.saturating_add(octets.len() as u64);
        let Ok(intake) = &mut self.intake else {
            return;
        };
        let failure = if self.size > self.limit {
            Failure::TooLarge
        } else {
            match intake.write(octets).await {
                Ok(()) => return,
                Err(IntakeError::TooLarge) => Failure::TooLarge,
                Err(IntakeError::Store(error)) => Failure::Store(error),
            }
        };
        self.intake = Err(failure);
    }

    /// Gives the message up, unless it failed already.
    pub(crate) fn fail(&mut self, failure: Failure) {
        if self.intake.is_ok() {
            self.intake = Err(failure);
        }
    }

    /// The message, all of whose octets came, and its place.
    pub(crate) fn end(self) -> (Result<Intake, Failure>, Slot) {
        (self.intake, self.slot)
    }
}
