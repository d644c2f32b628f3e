//! What happens to a message once all of it came.

use congvu_delivery::{
    AcceptError, Completion, Envelope, Incoming, Intake, IntakeError, SenderRefusal,
};
use congvu_regulation::content::{Concern, Effect, Finding, Verdict};
use congvu_store::{StoreError, now_ms};

use crate::Role;
use crate::reply::{self, Reply};
use crate::session::Session;
use crate::transaction::{Body, Failure, Transaction};

/// Room for the fields that are added to a submission (RFC 6409 §8).
const ADDED: u64 = 4096;

pub(crate) const BARE_LINE_END: Reply = Reply::new(
    550,
    "5.6.11",
    "Bare CR or LF in the message, lines end with CR LF (RFC 5321 2.3.8)",
);
pub(crate) const TOO_LARGE: Reply = Reply::new(552, "5.3.4", "Message too large");
const DISK_FULL: Reply = Reply::new(452, "4.3.1", "Insufficient storage, try again later");
const BUSY: Reply = Reply::new(451, "4.3.2", "Too many messages at once, try again later");
const LOOP: Reply = Reply::new(554, "5.4.6", "Too many hops, the message loops");
const NO_RECIPIENT: Reply = Reply::new(550, "5.1.1", "None of the recipients takes mail any more");
const CHANGED: Reply = Reply::new(
    451,
    "4.2.1",
    "A recipient takes no mail any more, send again",
);
const NUL: Reply = Reply::new(550, "5.6.0", "NUL octet in the message (RFC 5322 2.2)");
const UNCLEAR: Reply = Reply::new(
    550,
    "5.7.1",
    "From and Sender can be read in several ways (TQ.4)",
);
const NO_AUTHOR: Reply = Reply::new(550, "5.7.1", "The From field names no valid author (TQ.4)");
const MANY_AUTHORS: Reply = Reply::new(550, "5.7.1", "Too many authors in the From field (TQ.4)");
const LONG_HEADER: Reply = Reply::new(552, "5.3.4", "Message header too large");

impl Session {
    /// Opens the way in for the message of a transaction, if there is a place for it.
    pub(crate) fn body(&self, transaction: &Transaction) -> Result<Body, Reply> {
        let config = &self.server.config;
        let ip = self.conn.peer().ip();
        let slot = self.server.slots.take(ip, self.server.is_exempt(ip));
        let Some(slot) = slot else {
            for recipient in &transaction.recipients {
                self.log(transaction, &recipient.address, transaction.declared, &BUSY);
            }
            return Err(BUSY);
        };
        let limit = config.max_message_size;
        let delivery = &self.server.delivery;
        let completion = self.signed_in.as_ref().map(|_| Completion {
            hostname: delivery.config().hostname.clone(),
            trace: transaction.trace.clone(),
            at_ms: now_ms(),
            sender: transaction.sender_text(),
        });
        let intake = Intake::new(delivery.store(), limit.saturating_add(ADDED), completion);
        Ok(Body::new(slot, intake, limit, config.message_timeout))
    }

    /// Checks and accepts a message whose end came; logs a refusal for each recipient. `250` only
    /// after it is committed and synced.
    pub(crate) async fn take_message(
        &mut self,
        transaction: Box<Transaction>,
        body: Body,
    ) -> Reply {
        self.reset();
        self.utf8 = transaction.utf8;
        let size = body.size();
        let (intake, _slot) = body.end();
        let reply = match self.incoming(&transaction, intake).await {
            Ok(incoming) => self.accept(&transaction, incoming).await,
            Err(reply) => reply,
        };
        let result = match reply.code() {
            250 => "accepted",
            500.. => "refused",
            _ => "deferred",
        };
        self.server.count_message(result);
        if reply.is_refusal() {
            for recipient in &transaction.recipients {
                self.log(&transaction, &recipient.address, size, &reply);
            }
        } else {
            self.errors = 0;
            self.bore_fruit();
        }
        reply
    }

    async fn incoming(
        &self,
        transaction: &Transaction,
        intake: Result<Intake, Failure>,
    ) -> Result<Incoming, Reply> {
        let intake = intake.map_err(|failure| match failure {
            Failure::BareLineEnd => BARE_LINE_END,
            Failure::TooLarge => TOO_LARGE,
            Failure::Store(error) => store_reply(&error),
        })?;
        let incoming = intake.finish().await.map_err(|error| match error {
            IntakeError::TooLarge => TOO_LARGE,
            IntakeError::Store(error) => store_reply(&error),
        })?;
        if let Some(refusal) = self.check_submission(transaction, &incoming).await {
            let blobs = self.server.delivery.store().blobs();
            blobs.discard(incoming.staged).await;
            return Err(refusal);
        }
        match self.account() {
            Some(account) => {
                let signed = self.server.delivery.set_footer(account, incoming).await;
                signed.map_err(|error| store_reply(&error))
            }
            None => Ok(incoming),
        }
    }

    /// TQ.4: From and Sender of a submission are the account's own. What it carries
    /// is what the regulation lets go (QN.15.6, QN.11.2, QN.8.1, TQ.9.2.b).
    async fn check_submission(
        &self,
        transaction: &Transaction,
        incoming: &Incoming,
    ) -> Option<Reply> {
        let account = self.account()?;
        let facts = &incoming.analysis.facts;
        // What was not read could name another author.
        let Some(authors) = incoming.authors.as_ref().filter(|_| !facts.long_header) else {
            return Some(LONG_HEADER);
        };
        if facts.has_nul {
            return Some(NUL);
        }
        let checked = self.server.delivery.check_authors(account, authors).await;
        if let Err(refusal) = checked {
            return Some(not_theirs(&refusal));
        }
        let delivery = &self.server.delivery;
        let (sender, recipients) = (transaction.sender.as_ref(), &transaction.recipients);
        let judged = delivery.judge(account, sender, recipients, incoming);
        match judged.await {
            Ok(verdict) => {
                let refusal = verdict.as_ref().and_then(refused_content);
                if refusal.is_some() {
                    return refusal;
                }
            }
            Err(error) => return Some(store_reply(&error)),
        }
        // Locked while the message came: nothing of it is taken.
        let ended = self.signed_in.as_ref()?.session.ended();
        ended.map(|_| reply::SESSION_ENDED)
    }

    async fn accept(&self, transaction: &Transaction, incoming: Incoming) -> Reply {
        let envelope = Envelope {
            sender: transaction.sender_text(),
            account: self.account(),
            recipients: transaction.recipients.clone(),
            client: self.client(transaction.utf8),
            direction: self.server.direction(),
            trace: transaction.trace.clone(),
            dsn: transaction.dsn.clone(),
        };
        let trace = transaction.trace.as_str();
        let delivery = &self.server.delivery;
        let done = match envelope.account {
            Some(_) => delivery.accept(envelope, incoming).await,
            None => delivery.accept_arriving(envelope, incoming).await,
        };
        match done {
            Ok(accepted) => {
                let copies = accepted.delivered;
                tracing::debug!(conn = self.conn.id(), trace, copies, "message accepted");
                Reply::with(250, "2.0.0", &format!("{trace} accepted"))
            }
            Err(AcceptError::Loop) => LOOP,
            // Only who writes in a browser here hears of the last two.
            Err(AcceptError::NoRecipient | AcceptError::DraftGone | AcceptError::SentAlready) => {
                NO_RECIPIENT
            }
            Err(AcceptError::Content(verdict)) => refused_content(&verdict).unwrap_or(NO_RECIPIENT),
            Err(AcceptError::Changed) => CHANGED,
            Err(AcceptError::OverQuota) => mailbox_full(self.server.config.role),
            Err(AcceptError::Store(error)) => store_reply(&error),
        }
    }
}

/// What the regulation refuses, in its words and with its clause. What it would hold back for somebody to look at is not taken from one
/// of ours either: the sender is there and can mend it.
fn refused_content(verdict: &Verdict) -> Option<Reply> {
    let refused = |finding: &&Finding| matches!(finding.effect, Effect::Hold | Effect::Refuse);
    let finding = verdict.findings().iter().find(refused)?;
    let (code, status) = match finding.concern {
        Concern::Size => (552, "5.3.4"),
        _ => (550, "5.7.1"),
    };
    Some(Reply::with(code, status, &finding.to_string()))
}

/// A sender that is not the account's own.
pub(crate) fn not_theirs(refusal: &SenderRefusal) -> Reply {
    match refusal {
        SenderRefusal::NotTheirs(address) => Reply::with(
            550,
            "5.7.1",
            &format!("<{address}> is not an address of this account (TQ.4)"),
        ),
        SenderRefusal::NoAuthor => NO_AUTHOR,
        SenderRefusal::ManyAuthors => MANY_AUTHORS,
        SenderRefusal::Unclear => UNCLEAR,
        SenderRefusal::Unavailable => reply::UNAVAILABLE,
    }
}

/// Another server tries again, and perhaps somebody made room; a person is told at once.
pub(crate) fn mailbox_full(role: Role) -> Reply {
    match role {
        Role::Mx => Reply::new(452, "4.2.2", "Mailbox full"),
        Role::Submission => Reply::new(552, "5.2.2", "Mailbox full"),
    }
}

fn store_reply(error: &StoreError) -> Reply {
    tracing::warn!(%error, "a message is not taken");
    match error {
        StoreError::DiskFull => DISK_FULL,
        _ => reply::UNAVAILABLE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_store_says() {
        let reply = store_reply(&StoreError::DiskFull);
        assert_eq!((reply.code(), reply.is_permanent()), (452, false));
        let reply = store_reply(&StoreError::Unavailable("gone".into()));
        assert_eq!(reply, reply::UNAVAILABLE);
    }
}
