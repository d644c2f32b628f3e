//! Mail from outside, sorted by what the rules at its recipients' places say: some get it, for some it waits until somebody looks at it
//! (QN.15.6), for some it is refused. What is held is durable before the reply, like what is delivered.

use std::sync::Arc;

use congvu_regulation::content::{Description, Direction, Effect, Finding, Verdict};
use congvu_store::address::Target;
use congvu_store::held::{self, NewHeld, NewRecipient};
use congvu_store::mail_log::{self, Line};
use congvu_store::message::Stored;
use congvu_store::queue::{LastReply, notify};
use congvu_store::{
    GroupId, HeldId, HeldRecipientId, MailboxId, OrganisationId, StoreError, StoreResult, Tx,
};

use super::{AcceptError, Accepted, Delivering, Envelope};
use crate::outbound::dsn::{Action, Returned, Told};
use crate::outbound::notice::{About, Notice};
use crate::outbound::{Notify, Return, wants};
use crate::{Delivery, Goal, Incoming, Recipient};

/// Status of what a rule of ours refuses (RFC 3463 §3.8).
pub(crate) const BY_RULE: &str = "5.7.1";

/// Whom a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// A mailbox.
    Mailbox(MailboxId),
    /// The members of a group.
    Group(GroupId),
}

/// What the rules at a recipient's place say.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What they say.
    pub verdict: Verdict,
    /// The place.
    pub place: OrganisationId,
    /// How long a message may be held there (ms).
    pub until_at: i64,
}

/// What the regulation says to mail that arrives, and what follows when some is held. Whoever wires the server gives one.
pub trait Arrivals: Send + Sync {
    /// What the rules at the place of `to` say; nothing where no regulation is known.
    ///
    /// # Errors
    /// What the store answers.
    fn judge(&self, tx: &mut Tx<'_>, to: To, message: Description) -> StoreResult<Option<Judged>>;

    /// A message is held: its recipients are told and it is recorded, in the transaction that accepts it.
    ///
    /// # Errors
    /// What the store answers.
    fn held(&self, tx: &mut Tx<'_>, id: HeldId) -> StoreResult<()>;

    /// A message was held as long as it may be for these recipients: it is given back and that is recorded, in this transaction.
    ///
    /// # Errors
    /// What the store answers; a conflict where somebody decides just now.
    fn lapsed(
        &self,
        tx: &mut Tx<'_>,
        id: HeldId,
        recipients: &[HeldRecipientId],
    ) -> StoreResult<()>;
}

/// Recipients who do not simply get it.
#[derive(Clone, Default)]
pub(crate) struct Sorted {
    pub(super) held: Vec<NewRecipient>,
    /// Until when (ms).
    until_at: i64,
    parts: Vec<held::Part>,
    refused: Vec<(Recipient, String)>,
    arrivals: Option<Arc<dyn Arrivals>>,
}

impl Sorted {
    pub(super) fn is_any(&self) -> bool {
        !self.held.is_empty() || !self.refused.is_empty()
    }
}

impl Delivery {
    /// Accepts a message from outside as [`Self::accept`] does, where the rules at its recipients' places let it. Where all of them
    /// refuse it, nothing is kept; where some do, the sender is told of those by a notice (RFC 5321 §4.2.5: one reply is for all).
    ///
    /// # Errors
    /// As [`Self::accept`]; and what was refused.
    pub async fn accept_arriving(
        &self,
        mut envelope: Envelope,
        incoming: Incoming,
    ) -> Result<Accepted, AcceptError> {
        let Some(arrivals) = self.0.arrivals.get().cloned() else {
            return self.accept(envelope, incoming).await;
        };
        let sorted = match self.sort(&mut envelope, &incoming, arrivals).await {
            Ok(sorted) => sorted,
            Err(error) => {
                self.0.store.blobs().discard(incoming.staged).await;
                return Err(error);
            }
        };
        if !sorted.is_any() {
            return self.accept(envelope, incoming).await;
        }
        if incoming.analysis.facts.received_count > self.0.config.max_received {
            self.0.store.blobs().discard(incoming.staged).await;
            return Err(AcceptError::Loop);
        }
        self.take(envelope, incoming, (None, None), sorted).await
    }

    /// Leaves in the envelope who gets it.
    async fn sort(
        &self,
        envelope: &mut Envelope,
        incoming: &Incoming,
        arrivals: Arc<dyn Arrivals>,
    ) -> Result<Sorted, AcceptError> {
        let mut message = Description::new(Direction::Received);
        let parts = self.look(incoming, &mut message).await?;
        let goals: Vec<Option<To>> = envelope.recipients.iter().map(whom).collect();
        let judge = Arc::clone(&arrivals);
        let judged = self
            .ask(move |tx| {
                let mut judged = Vec::new();
                for to in &goals {
                    judged.push(match to {
                        Some(to) => judge.judge(tx, *to, message.clone())?,
                        None => None,
                    });
                }
                Ok(judged)
            })
            .await?;
        let mut sorted = Sorted {
            parts,
            arrivals: Some(arrivals),
            ..Sorted::default()
        };
        let mut taken = Vec::new();
        let mut first = None;
        for (recipient, judged) in std::mem::take(&mut envelope.recipients)
            .into_iter()
            .zip(judged)
        {
            match judged {
                Some(judged) if judged.verdict.effect() == Effect::Refuse => {
                    let words = said(&judged.verdict, Effect::Refuse);
                    sorted.refused.push((recipient, words));
                    first.get_or_insert(judged.verdict);
                }
                Some(judged) if judged.verdict.effect() == Effect::Hold => {
                    sorted.until_at = match sorted.until_at {
                        0 => judged.until_at,
                        known => known.min(judged.until_at),
                    };
                    sorted.held.push(held_for(recipient, &judged));
                }
                _ => taken.push(recipient),
            }
        }
        if let Some(verdict) = first
            && taken.is_empty()
            && sorted.held.is_empty()
        {
            return Err(AcceptError::Content(Box::new(verdict)));
        }
        envelope.recipients = taken;
        Ok(sorted)
    }

    /// What senders are told of a message as it is taken: that it was delivered, where they asked; that the rules refuse it for some.
    pub(super) async fn notices(
        &self,
        envelope: &Envelope,
        incoming: &Incoming,
        sorted: &Sorted,
    ) -> StoreResult<Vec<Notice>> {
        let mut notices: Vec<Notice> = Notice::of_delivery(self, envelope, incoming)
            .await?
            .into_iter()
            .collect();
        let at = self.store().now();
        let told: Vec<Told> = sorted
            .refused
            .iter()
            .filter(|(to, _)| {
                wants(
                    &envelope.sender,
                    to.notify.map(Notify::bits),
                    notify::FAILURE,
                )
            })
            .map(|(to, words)| refused(&to.address, to.original.clone(), words, at))
            .collect();
        if told.is_empty() {
            return Ok(notices);
        }
        let about = About {
            sender: &envelope.sender,
            account: None,
            arrival: at,
            trace: envelope.trace.as_str(),
            envelope_id: envelope.dsn.envelope_id.as_deref(),
            subject: &incoming.analysis.facts.subject,
            utf8: incoming.utf8_header || !envelope.sender.is_ascii(),
            told: &told,
            returned: Returned::Headers(incoming.header.clone()),
            at,
        };
        notices.extend(Notice::prepare(self, about).await?);
        Ok(notices)
    }
}

fn whom(recipient: &Recipient) -> Option<To> {
    match &recipient.goal {
        Goal::Here(Target::Mailbox(target)) => Some(To::Mailbox(target.mailbox)),
        Goal::Here(Target::Group { id, .. }) => Some(To::Group(*id)),
        Goal::Elsewhere => None,
    }
}

/// A recipient whom the rules refuse it, or to whom it was not let go, as the sender is told.
pub(crate) fn refused(address: &str, original: Option<String>, words: &str, at: i64) -> Told {
    Told {
        address: address.to_owned(),
        original,
        action: Action::Failed,
        status: BY_RULE.into(),
        last: Some(LastReply {
            at,
            code: 550,
            status: BY_RULE.into(),
            text: words.to_owned(),
            host: None,
            security: None,
        }),
        retry_until: None,
    }
}

fn of_effect(verdict: &Verdict, effect: Effect) -> impl Iterator<Item = &Finding> {
    let findings = verdict.findings().iter();
    findings.filter(move |finding| finding.effect == effect)
}

fn said(verdict: &Verdict, effect: Effect) -> String {
    let finding = of_effect(verdict, effect).next();
    finding.map_or_else(String::new, ToString::to_string)
}

fn held_for(recipient: Recipient, judged: &Judged) -> NewRecipient {
    NewRecipient {
        mailbox: match whom(&recipient) {
            Some(To::Mailbox(mailbox)) => Some(mailbox),
            _ => None,
        },
        notify: recipient.notify.map(Notify::bits),
        address: recipient.address,
        original: recipient.original,
        organisation: judged.place,
        findings: of_effect(&judged.verdict, Effect::Hold)
            .map(|finding| held::Finding {
                concern: finding.concern.label().to_owned(),
                clause: finding
                    .origin
                    .clause()
                    .map_or_else(String::new, ToString::to_string),
                says: finding.text.clone(),
            })
            .collect(),
    }
}

impl Delivering {
    /// Writes down for whom it is held, and for whom it is refused.
    pub(super) fn set_aside(
        &self,
        tx: &mut Tx<'_>,
        stored: &Stored,
        at: i64,
    ) -> Result<(), StoreError> {
        let (envelope, sorted) = (&self.envelope, &self.sorted);
        let client_ip = envelope.client.ip.to_string();
        for (recipient, words) in &sorted.refused {
            mail_log::add(
                tx,
                &Line {
                    at,
                    direction: envelope.direction.name(),
                    trace: envelope.trace.as_str(),
                    sender: &envelope.sender,
                    recipient: &recipient.address,
                    client_ip: &client_ip,
                    size: stored.size,
                    code: 550,
                    result: words,
                    account: None,
                },
            )?;
        }
        if sorted.held.is_empty() {
            return Ok(());
        }
        let id = held::put(
            tx,
            &NewHeld {
                message: stored.id,
                trace: envelope.trace.as_str(),
                sender: &envelope.sender,
                client_ip: &client_ip,
                helo: &envelope.client.helo,
                protocol: envelope.client.with,
                tls: envelope.client.tls.as_deref(),
                envelope_id: envelope.dsn.envelope_id.as_deref(),
                ret: envelope.dsn.ret.map(Return::code),
                size: stored.size,
                until_at: sorted.until_at,
                recipients: &sorted.held,
                parts: &sorted.parts,
            },
        )?;
        for recipient in &sorted.held {
            let finding = recipient.findings.first();
            let why = finding.map_or("", |finding| match finding.clause.as_str() {
                "" => finding.concern.as_str(),
                clause => clause,
            });
            let words = format!("held: {why}");
            self.log(tx, &recipient.address, stored.size, at, &words)?;
        }
        match &sorted.arrivals {
            Some(arrivals) => arrivals.held(tx, id),
            None => Ok(()),
        }
    }
}
