//! What becomes of mail that is held: it is let go, given back, or its time is over. Whoever decides does so in one transaction with
//! what follows: a copy in each mailbox and the decision are both there, or neither is, whatever is killed when.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use congvu_message::address::Address;
use congvu_store::held::{self, Held, Recipient as Waiting};
use congvu_store::queue::{self, notify};
use congvu_store::{HeldId, HeldRecipientId, StoreError, Tx, lease, random};

use crate::accept::{Delivering, refused};
use crate::outbound::dsn::{Returned, Told};
use crate::outbound::notice::{About, Notice};
use crate::outbound::{Notify, Return, wants};
use crate::{
    AcceptError, Accepted, Client, Delivery, Direction, Envelope, EnvelopeDsn, Goal, Incoming,
    Intake, IntakeError, Recipient, TraceId,
};

/// Looked at without being woken.
const EVERY: Duration = Duration::from_secs(60);
/// Held messages in a list.
const PAGE: i64 = 50;
/// Header bytes that a notice gives back at most.
const HEADER: u64 = 32 << 10;
const LEASE: &str = "held";
const LEASE_MS: i64 = 120_000;
/// The protocols that a message can have come by.
const PROTOCOLS: [&str; 9] = [
    "SMTP",
    "ESMTP",
    "ESMTPS",
    "ESMTPA",
    "ESMTPSA",
    "UTF8SMTP",
    "UTF8SMTPS",
    "UTF8SMTPA",
    "UTF8SMTPSA",
];

/// A held message on its way to those for whom it is let go. Its bytes were read again before the transaction.
pub struct Release {
    delivering: Delivering,
}

impl std::fmt::Debug for Release {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Release")
    }
}

impl Release {
    /// Delivers it, in the transaction that decides so; and whether the bytes read are in use now ([`Self::end`]). It is filed,
    /// answered and sent on as mail that just came.
    ///
    /// # Errors
    /// A mailbox takes no mail any more, or all of them are full: then nothing was decided either.
    pub fn carry_out(&self, tx: &mut Tx<'_>) -> Result<(Accepted, bool), AcceptError> {
        self.delivering.carry_out(tx)
    }

    /// Lets the bytes go where nothing refers to them.
    pub async fn end(self, delivery: &Delivery, used: bool) {
        if !used {
            let blobs = delivery.store().blobs();
            blobs.discard(self.delivering.incoming.staged).await;
        }
    }
}

/// What a sender is told of a held message that was not let go.
pub struct GiveBack(Option<Notice>);

impl std::fmt::Debug for GiveBack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GiveBack")
    }
}

impl GiveBack {
    /// Whether anybody is told.
    #[must_use]
    pub fn tells(&self) -> bool {
        self.0.is_some()
    }

    /// Sends it, in the transaction that decides; whether its bytes are in use now ([`Self::end`]).
    ///
    /// # Errors
    /// What the store answers.
    pub fn carry_out(&self, tx: &mut Tx<'_>) -> Result<bool, StoreError> {
        match &self.0 {
            Some(notice) => notice.carry_out(tx),
            None => Ok(false),
        }
    }

    /// Lets the bytes go where nothing refers to them.
    pub async fn end(self, delivery: &Delivery, used: bool) {
        if let Some(notice) = self.0.filter(|_| !used) {
            notice.discard(delivery).await;
        }
    }
}

/// A held message with those of its recipients that are meant.
type Meant = (Held, Vec<Waiting>);

impl Delivery {
    async fn meant(&self, id: HeldId, chosen: Vec<HeldRecipientId>) -> Result<Meant, StoreError> {
        self.ask(move |tx| {
            let found = held::get(tx, id)?.ok_or(StoreError::NotFound("held"))?;
            let mut recipients = held::recipients(tx, id)?;
            recipients.retain(|one| chosen.contains(&one.id));
            Ok((found, recipients))
        })
        .await
    }

    /// Reads a held message again, to be let go for these of its recipients.
    ///
    /// # Errors
    /// There is none, or the store cannot be read now.
    pub async fn prepare_release(
        &self,
        id: HeldId,
        chosen: &[HeldRecipientId],
    ) -> Result<Release, StoreError> {
        let (found, recipients) = self.meant(id, chosen.to_vec()).await?;
        let message = found.message;
        let content = self.ask(move |tx| queue::content(tx, message)).await?;
        let (blob, _) = content.ok_or(StoreError::NotFound("message"))?;
        let mut intake = Intake::new(self.store(), u64::MAX, None);
        let mut reader = self.store().blobs().open_blob(&blob).await?;
        let incoming = async {
            while let Some(chunk) = reader.next().await? {
                intake.write(&chunk).await?;
            }
            intake.finish().await
        };
        let incoming: Incoming = incoming.await.map_err(|error| match error {
            IntakeError::Store(error) => error,
            IntakeError::TooLarge => StoreError::Blob("a held message is too large".into()),
        })?;
        let envelope = Envelope {
            sender: found.sender,
            account: None,
            recipients: recipients.into_iter().filter_map(recipient).collect(),
            client: Client {
                ip: found
                    .client_ip
                    .parse()
                    .unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
                helo: found.helo,
                with: protocol(&found.protocol),
                tls: found.tls,
            },
            direction: Direction::In,
            trace: TraceId::known(&found.trace),
            dsn: EnvelopeDsn {
                ret: found.ret.and_then(Return::from_code),
                envelope_id: found.envelope_id,
            },
        };
        Ok(Release {
            delivering: Delivering::new(self, envelope, incoming),
        })
    }

    /// Writes what the sender of a held message is told, where they want to hear of failures: that it was not let go for these
    /// recipients, and why it was held.
    ///
    /// # Errors
    /// There is none, or the store cannot be read now.
    pub async fn prepare_give_back(
        &self,
        id: HeldId,
        chosen: &[HeldRecipientId],
    ) -> Result<GiveBack, StoreError> {
        let (found, recipients) = self.meant(id, chosen.to_vec()).await?;
        let at = self.store().now();
        let told: Vec<Told> = recipients
            .iter()
            .filter(|one| wants(&found.sender, one.notify, notify::FAILURE))
            .map(|one| refused(&one.address, one.original.clone(), &why(one), at))
            .collect();
        if told.is_empty() {
            return Ok(GiveBack(None));
        }
        let message = found.message;
        let read = self.ask(move |tx| {
            let content = queue::content(tx, message)?;
            Ok((content, queue::subject(tx, message)?))
        });
        let (content, subject) = read.await?;
        let mut header = Vec::new();
        if let Some((blob, header_len)) = content {
            let mut reader = self.store().blobs().open_blob(&blob).await?;
            let most = usize::try_from(header_len.min(HEADER)).unwrap_or(usize::MAX);
            while header.len() < most
                && let Some(chunk) = reader.next().await?
            {
                header.extend_from_slice(&chunk);
            }
            header.truncate(most);
        }
        let about = About {
            sender: &found.sender,
            account: None,
            arrival: found.held_at,
            trace: &found.trace,
            envelope_id: found.envelope_id.as_deref(),
            subject: subject.as_deref().unwrap_or_default(),
            utf8: !found.sender.is_ascii() || !header.is_ascii(),
            told: &told,
            returned: Returned::Headers(header),
            at,
        };
        Ok(GiveBack(Notice::prepare(self, about).await?))
    }

    /// Gives back what was held as long as it may be; how many messages.
    async fn lapse(&self, holder: i64) -> Result<u64, StoreError> {
        let Some(arrivals) = self.0.arrivals.get().cloned() else {
            return Ok(0);
        };
        let now = self.store().now();
        let mut lapsed = 0;
        for id in self.ask(move |tx| held::due(tx, now, PAGE)).await? {
            let waiting = self
                .ask(move |tx| {
                    let mut all = held::recipients(tx, id)?;
                    all.retain(|one| one.fate == held::Fate::Waits);
                    Ok(all.into_iter().map(|one| one.id).collect::<Vec<_>>())
                })
                .await?;
            let back = Arc::new(self.prepare_give_back(id, &waiting).await?);
            let (task, arrivals) = (Arc::clone(&back), Arc::clone(&arrivals));
            let done = self.store().write_bulk(move |tx| {
                if !lease::take(tx, LEASE, holder, LEASE_MS)? {
                    return Err(StoreError::Conflict(LEASE));
                }
                arrivals.lapsed(tx, id, &waiting)?;
                task.carry_out(tx)
            });
            let done: Result<bool, StoreError> = done.await;
            if let Some(back) = Arc::into_inner(back) {
                back.end(self, matches!(done, Ok(true))).await;
            }
            match done {
                Ok(_) => lapsed += 1,
                // Another node does it, or somebody decided just now.
                Err(StoreError::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(lapsed)
    }

    /// Gives back what is due now, for tests and for who does not wait for [`Delivery::run`].
    ///
    /// # Errors
    /// What the store answers.
    pub async fn lapse_held(&self) -> Result<u64, StoreError> {
        self.lapse(i64::from_ne_bytes(random::<8>())).await
    }
}

/// Gives back what is due, until dropped.
pub(crate) async fn run(delivery: &Delivery) {
    let holder = i64::from_ne_bytes(random::<8>());
    let mut every = tokio::time::interval(EVERY);
    loop {
        every.tick().await;
        match delivery.lapse(holder).await {
            Ok(0) => {}
            Ok(messages) => tracing::info!(messages, "held mail was given back"),
            Err(error) => tracing::warn!(%error, "held mail waits for the store"),
        }
    }
}

fn recipient(waiting: Waiting) -> Option<Recipient> {
    let address = Address::parse(&waiting.address).ok()?;
    Some(Recipient {
        key: address.lookup_key(),
        address: waiting.address,
        // It is looked up again where it is delivered.
        goal: Goal::Elsewhere,
        notify: waiting.notify.map(Notify::from_bits),
        original: waiting.original,
    })
}

fn protocol(name: &str) -> &'static str {
    let known = PROTOCOLS.iter().find(|known| **known == name);
    known.copied().unwrap_or("ESMTP")
}

/// Why it was held, as its sender is told.
fn why(waiting: &Waiting) -> String {
    match waiting.findings.first() {
        Some(finding) if finding.clause.is_empty() => finding.says.clone(),
        Some(finding) => format!("{} ({})", finding.says, finding.clause),
        None => String::new(),
    }
}
