//! Notices to senders, accepted as any other mail in the transaction that settles what they tell of.

use std::net::{IpAddr, Ipv4Addr};

use congvu_message::address::Address;
use congvu_store::address::Target;
use congvu_store::mail_log::{self, Line};
use congvu_store::queue::notify;
use congvu_store::{AccountId, StoreError, Tx};

use super::dsn::{self, Action, Report, Returned, Told};
use super::{Notify, wants};
use crate::accept::Delivering;
use crate::recipient::{Goal, Recipient};
use crate::{
    AcceptError, Client, Delivery, Direction, Envelope, EnvelopeDsn, Incoming, Intake, IntakeError,
    TraceId,
};

/// A notice whose bytes are stored, though nothing refers to them yet.
pub(crate) struct Notice(Delivering);

/// What a notice tells of.
pub(crate) struct About<'a> {
    /// Whom it goes to: the reverse path.
    pub(crate) sender: &'a str,
    /// Who sent the message, if signed in.
    pub(crate) account: Option<AccountId>,
    /// When the message was accepted (ms).
    pub(crate) arrival: i64,
    /// Its trace id.
    pub(crate) trace: &'a str,
    /// ENVID, in xtext.
    pub(crate) envelope_id: Option<&'a str>,
    /// Its subject.
    pub(crate) subject: &'a str,
    /// Its addresses or header are UTF-8.
    pub(crate) utf8: bool,
    /// What became of whom.
    pub(crate) told: &'a [Told],
    /// What of it goes back.
    pub(crate) returned: Returned,
    /// Now (ms).
    pub(crate) at: i64,
}

impl Notice {
    /// Writes the notice and stores its bytes. `None` where the sender's address is none.
    pub(crate) async fn prepare(
        delivery: &Delivery,
        about: About<'_>,
    ) -> Result<Option<Self>, StoreError> {
        let Ok(address) = Address::parse(about.sender) else {
            tracing::warn!(trace = about.trace, "a sender that cannot be told anything");
            return Ok(None);
        };
        let trace = TraceId::new();
        let config = delivery.config();
        let bytes = dsn::build(&Report {
            hostname: &config.hostname,
            domain: config.primary_domain.as_deref().unwrap_or(&config.hostname),
            id: trace.as_str(),
            about: &about,
        });
        let mut intake = Intake::new(delivery.store(), u64::MAX, None);
        let incoming = async {
            intake.write(&bytes).await?;
            intake.finish().await
        };
        let incoming = incoming.await.map_err(|error| match error {
            IntakeError::Store(error) => error,
            IntakeError::TooLarge => StoreError::Blob("a notice is too large".into()),
        })?;
        let envelope = Envelope {
            sender: String::new(),
            account: None,
            recipients: vec![Recipient {
                address: address.to_string(),
                key: address.lookup_key(),
                goal: Goal::Elsewhere,
                notify: Some(Notify {
                    never: true,
                    ..Notify::default()
                }),
                original: None,
            }],
            client: Client {
                ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
                helo: config.hostname.clone(),
                with: "local",
                tls: None,
            },
            direction: Direction::Notice,
            trace,
            dsn: EnvelopeDsn::default(),
        };
        let account = about.account;
        let notice = Delivering::notice(delivery, envelope, incoming, account);
        Ok(Some(Self(notice)))
    }

    /// The notice that a message of somebody who asked for one was delivered (RFC 3461 §5.2.3): into
    /// mailboxes here; what goes elsewhere is told of later.
    pub(crate) async fn of_delivery(
        delivery: &Delivery,
        envelope: &Envelope,
        incoming: &Incoming,
    ) -> Result<Option<Self>, StoreError> {
        let told: Vec<Told> = envelope
            .recipients
            .iter()
            .filter_map(|recipient| {
                let asked = recipient.notify.map(Notify::bits);
                let action = match &recipient.goal {
                    Goal::Here(Target::Mailbox(_)) => Action::Delivered,
                    Goal::Here(Target::Group { .. }) => Action::Expanded,
                    Goal::Elsewhere => return None,
                };
                wants(&envelope.sender, asked, notify::SUCCESS).then(|| Told {
                    address: recipient.address.clone(),
                    original: recipient.original.clone(),
                    action,
                    status: "2.1.5".into(),
                    last: None,
                    retry_until: None,
                })
            })
            .collect();
        if told.is_empty() {
            return Ok(None);
        }
        let at = delivery.store().now();
        let about = About {
            sender: &envelope.sender,
            account: envelope.account,
            arrival: at,
            trace: envelope.trace.as_str(),
            envelope_id: envelope.dsn.envelope_id.as_deref(),
            subject: &incoming.analysis.facts.subject,
            utf8: incoming.utf8_header || !envelope.sender.is_ascii(),
            told: &told,
            returned: Returned::Headers(incoming.header.clone()),
            at,
        };
        Self::prepare(delivery, about).await
    }

    /// Delivers or queues the notice; whether its staged bytes are in use now. One that nobody takes
    /// is a line in the mail log: there is no notice of a notice (RFC 5321 §4.5.5).
    pub(crate) fn carry_out(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        match self.0.carry_out(tx) {
            Ok((_, fresh)) => {
                metrics::counter!("congvu_outbound_notices_total").increment(1);
                Ok(fresh)
            }
            Err(AcceptError::Store(error)) => Err(error),
            Err(AcceptError::Changed) => Err(StoreError::Unavailable("a mailbox went".into())),
            Err(
                AcceptError::NoRecipient
                | AcceptError::OverQuota
                | AcceptError::Loop
                | AcceptError::Content(_)
                | AcceptError::DraftGone
                | AcceptError::SentAlready,
            ) => {
                let envelope = &self.0.envelope;
                for recipient in &envelope.recipients {
                    mail_log::add(
                        tx,
                        &Line {
                            at: tx.now(),
                            direction: "notice",
                            trace: envelope.trace.as_str(),
                            sender: "",
                            recipient: &recipient.address,
                            client_ip: &envelope.client.ip.to_string(),
                            size: self.0.incoming.staged.size(),
                            code: 550,
                            result: "the sender takes no notices",
                            account: None,
                        },
                    )?;
                }
                Ok(false)
            }
        }
    }

    /// The notice's own trace id.
    pub(crate) fn trace(&self) -> &TraceId {
        &self.0.envelope.trace
    }

    /// Lets the staged bytes go.
    pub(crate) async fn discard(self, delivery: &Delivery) {
        let blobs = delivery.store().blobs();
        blobs.discard(self.0.incoming.staged).await;
    }
}
