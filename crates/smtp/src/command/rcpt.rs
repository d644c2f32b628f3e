//! RCPT (RFC 5321 §4.1.1.3): who is to get the message.

use std::time::Duration;

use congvu_delivery::outbound::Notify;
use congvu_delivery::{Recipient, RecipientRefusal, Writer};
use congvu_message::address::Address;

use super::dsn;
use super::mail::{NEEDS_UTF8, is_ascii};
use super::parameters::{self, parameters};
use super::path::{Path, PathError, after_keyword};
use crate::Role;
use crate::message::mailbox_full;
use crate::reply::{self, BAD_SEQUENCE, Reply};
use crate::session::Session;
use crate::transaction::Transaction;

/// Unknown recipients that are answered at once; whoever names more may be guessing.
const UNKNOWN_FREE: u32 = 5;
/// How long each further one waits.
const UNKNOWN_DELAY: Duration = Duration::from_millis(400);

const SYNTAX: Reply = Reply::new(501, "5.5.4", "Syntax: RCPT TO:<address>");
const ADDRESS: Reply = Reply::new(501, "5.1.3", "Malformed recipient address");
const MAIL_FIRST: Reply = Reply::new(503, "5.5.1", "Send MAIL first");
const OK: Reply = Reply::new(250, "2.1.5", "Recipient OK");
const TOO_MANY: Reply = Reply::new(452, "4.5.3", "Too many recipients, send the rest again");
const TOO_MANY_TODAY: Reply =
    Reply::new(451, "4.7.1", "Too many recipients from this account today");
const NO_POSTMASTER: Reply = Reply::new(550, "5.1.1", "No postmaster without a domain here");

const BAD_VALUE: Reply = Reply::new(501, "5.5.4", "Malformed parameter value");

/// What RCPT says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rcpt {
    /// `None` for `<postmaster>`.
    address: Option<Address>,
    /// RFC 3461 §4.1.
    notify: Option<Notify>,
    /// RFC 3461 §4.2.
    original: Option<String>,
}

impl Rcpt {
    pub(crate) fn parse(arguments: &str) -> Result<Self, Reply> {
        let (path, rest) = after_keyword("TO", arguments).map_err(|error| match error {
            PathError::Syntax => SYNTAX,
            PathError::Address => ADDRESS,
        })?;
        let mut rcpt = Self {
            address: match path {
                Path::Null => return Err(ADDRESS),
                Path::Postmaster => None,
                Path::Mailbox(address) => Some(address),
            },
            notify: None,
            original: None,
        };
        for parameter in parameters(rest) {
            let (keyword, value) = parameter?;
            rcpt.parameter(&keyword.to_ascii_uppercase(), value)?;
        }
        Ok(rcpt)
    }

    fn parameter(&mut self, keyword: &str, value: Option<&str>) -> Result<(), Reply> {
        match (keyword, value) {
            ("NOTIFY", Some(value)) if self.notify.is_none() => {
                self.notify = Some(dsn::notify(value).ok_or(BAD_VALUE)?);
            }
            ("ORCPT", Some(value)) if self.original.is_none() => {
                self.original = Some(dsn::original(value).ok_or(BAD_VALUE)?.to_owned());
            }
            ("NOTIFY" | "ORCPT", _) => return Err(BAD_VALUE),
            _ => return Err(parameters::UNKNOWN),
        }
        Ok(())
    }
}

impl Session {
    pub(crate) async fn rcpt(&mut self, rcpt: Rcpt) -> Reply {
        let Some(transaction) = self.transaction.take() else {
            return MAIL_FIRST;
        };
        let (reply, transaction) = self.add(rcpt, transaction).await;
        self.transaction = Some(transaction);
        reply
    }

    async fn add(
        &mut self,
        rcpt: Rcpt,
        mut transaction: Box<Transaction>,
    ) -> (Reply, Box<Transaction>) {
        if transaction.chunks.is_some() {
            return (BAD_SEQUENCE, transaction);
        }
        if (rcpt.notify.is_some() || rcpt.original.is_some()) && !self.speaks_dsn() {
            return (parameters::UNKNOWN, transaction);
        }
        let Some(address) = rcpt.address.or_else(|| self.postmaster()) else {
            return (NO_POSTMASTER, transaction);
        };
        let reply = match self.check_recipient(&address, &transaction).await {
            Ok(Some(mut recipient)) => {
                recipient.notify = rcpt.notify;
                recipient.original = rcpt.original;
                transaction.recipients.push(recipient);
                OK
            }
            Ok(None) => OK,
            Err(refusal) => {
                let text = address.to_string();
                self.log(&transaction, &text, transaction.declared, &refusal);
                refusal
            }
        };
        (reply, transaction)
    }

    /// RFC 5321 §4.5.1.
    fn postmaster(&self) -> Option<Address> {
        let domain = self.server.delivery.config().primary_domain.as_ref()?;
        Address::parse(&format!("postmaster@{domain}")).ok()
    }

    /// The recipient to add; `None` where it is there already.
    async fn check_recipient(
        &mut self,
        address: &Address,
        transaction: &Transaction,
    ) -> Result<Option<Recipient>, Reply> {
        if !transaction.utf8 && !is_ascii(address) {
            return Err(NEEDS_UTF8);
        }
        let server = &self.server;
        let text = address.to_string();
        let known = |r: &Recipient| r.address.eq_ignore_ascii_case(&text);
        if transaction.recipients.iter().any(known) {
            return Ok(None);
        }
        if transaction.recipients.len() >= server.config.max_recipients {
            return Err(TOO_MANY);
        }
        let account = self.account();
        let writer = account.map_or(Writer::Outside, Writer::Account);
        let size = transaction.declared;
        match server.delivery.recipient(address, writer, size).await {
            Ok(recipient) => {
                if let Some(account) = account {
                    let counted = server.delivery.count_recipients(account, 1);
                    counted.map_err(|_| TOO_MANY_TODAY)?;
                }
                Ok(Some(recipient))
            }
            Err(refusal) => {
                let reply = refused(refusal, server.config.role);
                if refusal == RecipientRefusal::Unknown {
                    self.slow_down().await;
                }
                Err(reply)
            }
        }
    }

    async fn slow_down(&mut self) {
        self.unknown = self.unknown.saturating_add(1);
        if self.unknown > UNKNOWN_FREE {
            self.delay(UNKNOWN_DELAY).await;
        }
    }
}

fn refused(refusal: RecipientRefusal, role: Role) -> Reply {
    match (refusal, role) {
        (RecipientRefusal::Unknown, _) => Reply::new(550, "5.1.1", "No such recipient here"),
        (RecipientRefusal::NotOurs, Role::Mx) => Reply::new(550, "5.7.1", "Relaying denied"),
        (RecipientRefusal::NotOurs, Role::Submission) => Reply::new(
            550,
            "5.1.2",
            "This system does not send to other domains yet",
        ),
        (RecipientRefusal::Closed, _) => Reply::new(
            550,
            "5.2.1",
            "This mailbox is closed and takes no mail (TQ.8.1)",
        ),
        (RecipientRefusal::OverQuota, role) => mailbox_full(role),
        (RecipientRefusal::NotAllowed, _) => {
            Reply::new(550, "5.7.2", "You may not write to this group")
        }
        (RecipientRefusal::Unavailable, _) => reply::UNAVAILABLE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_refuses() {
        for (arguments, expected) in [
            ("TO:<a@b.vn>", None),
            ("to:<Postmaster>", None),
            ("TO:<@relay.vn:a@b.vn>", None),
            ("TO:<>", Some(501)),
            ("TO:<a>", Some(501)),
            ("TO:a@b.vn", Some(501)),
            ("FROM:<a@b.vn>", Some(501)),
            ("TO:<a@b.vn> NOTIFY=NEVER", None),
            (
                "TO:<a@b.vn> notify=success,delay ORCPT=rfc822;a+2Bb@c.vn",
                None,
            ),
            ("TO:<a@b.vn> NOTIFY=NEVER,DELAY", Some(501)),
            ("TO:<a@b.vn> NOTIFY", Some(501)),
            ("TO:<a@b.vn> NOTIFY=DELAY NOTIFY=DELAY", Some(501)),
            ("TO:<a@b.vn> ORCPT=a@b.vn", Some(501)),
            ("TO:<a@b.vn> RET=FULL", Some(555)),
            ("TO:<a@b.vn> =", Some(501)),
        ] {
            let code = Rcpt::parse(arguments).err().map(|reply| reply.code());
            assert_eq!(code, expected, "{arguments}");
        }
    }
}
