//! An administration, its delivery with a clock that can be put forward, and runners.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use congvu_delivery::outbound::{Limits, Notify, OutboundConfig, Runner, Schedule};
use congvu_delivery::{
    AcceptError, Accepted, Client, Delivery, DeliveryConfig, Direction, Envelope, EnvelopeDsn,
    Intake, Recipient, RecipientRefusal, TraceId, Writer,
};
use congvu_message::address::Address;
use congvu_store::account::{self, NewAccount};
use congvu_store::entry::{self, Want};
use congvu_store::mail_log::{self, Logged};
use congvu_store::mailbox::{self, NewMailbox};
use congvu_store::organisation::{self, NewOrganisation};
use congvu_store::{
    AccountId, Change, FolderId, MailboxId, Store, StoreError, address, folder, now_ms, queue,
};
use tokio::task::JoinHandle;

use crate::net::Net;
use congvu_testing::Ground;

pub const DOMAIN: &str = "bimson.example";
pub const HOUR: i64 = 3_600_000;

pub struct World {
    pub store: Store,
    pub delivery: Delivery,
    pub net: Net,
    pub account: AccountId,
    pub inbox: FolderId,
    clock: Arc<AtomicI64>,
}

pub fn config() -> OutboundConfig {
    OutboundConfig {
        homes: HashSet::from([DOMAIN.to_owned()]),
        limits: Limits {
            idle: Duration::from_millis(30),
            poll: Duration::from_millis(20),
            ..Limits::default()
        },
        ..OutboundConfig::default()
    }
}

impl World {
    pub async fn new(ground: &Ground) -> Self {
        Self::with(ground, config()).await
    }

    pub async fn with(ground: &Ground, outbound: OutboundConfig) -> Self {
        let (account, inbox) = ground
            .store
            .write(|tx| {
                let organisation = organisation::create(
                    tx,
                    &NewOrganisation {
                        parent: None,
                        kind: "district",
                        name: "Thị xã",
                        short_name: "bimson",
                        profile: None,
                    },
                )?;
                let domain = organisation::create_domain(tx, DOMAIN)?;
                let account = account::create(
                    tx,
                    &NewAccount {
                        login: &format!("an@{DOMAIN}"),
                        organisation,
                        person: None,
                        role: "user",
                        password: None,
                        must_change: None,
                    },
                )?;
                let mailbox = mailbox::create(
                    tx,
                    &NewMailbox {
                        kind: "personal",
                        organisation,
                        account: Some(account),
                        person: None,
                        name: "an",
                        quota: 1 << 30,
                        local_part: "an",
                        domain,
                    },
                )?;
                address::create(tx, domain, "cu", "alias", address::Holder::Mailbox(mailbox))?;
                address::retire(tx, domain, "cu")?;
                let inbox = folder::find(tx, mailbox, "INBOX")?.unwrap().id;
                Ok::<_, StoreError>((account, inbox))
            })
            .await
            .unwrap();
        Self {
            store: ground.store.clone(),
            delivery: delivery(&ground.store, Some(outbound)),
            net: Net::new(),
            account,
            inbox,
            clock: Arc::default(),
        }
    }

    /// The same on another node.
    pub fn on(&self, store: &Store) -> Self {
        Self {
            store: store.clone(),
            delivery: delivery(store, Some(config())),
            net: self.net.clone(),
            account: self.account,
            inbox: self.inbox,
            clock: Arc::clone(&self.clock),
        }
    }

    /// Puts the runners' clock forward.
    pub fn forward(&self, ms: i64) {
        self.clock.fetch_add(ms, Ordering::Relaxed);
    }

    pub fn now(&self) -> i64 {
        now_ms() + self.clock.load(Ordering::Relaxed)
    }

    fn runner_on(&self, delivery: &Delivery) -> Runner {
        let clock = Arc::clone(&self.clock);
        Runner::with_clock(
            delivery,
            Arc::new(self.net.clone()),
            Arc::new(self.net.clone()),
            Arc::new(move || now_ms() + clock.load(Ordering::Relaxed)),
        )
        .unwrap()
    }

    /// A runner until it is aborted.
    pub fn run(&self) -> JoinHandle<()> {
        tokio::spawn(self.runner_on(&self.delivery).run(std::future::pending()))
    }

    pub fn run_until(&self, stop: tokio::sync::oneshot::Receiver<()>) -> JoinHandle<()> {
        let stopping = async move { drop(stop.await) };
        tokio::spawn(self.runner_on(&self.delivery).run(stopping))
    }

    /// A runner on another node.
    pub fn run_on(&self, store: &Store, outbound: OutboundConfig) -> JoinHandle<()> {
        let delivery = delivery(store, Some(outbound));
        tokio::spawn(self.runner_on(&delivery).run(std::future::pending()))
    }

    pub async fn recipient(&self, to: &str, writer: Writer) -> Result<Recipient, RecipientRefusal> {
        let address = Address::parse(to).unwrap();
        self.delivery.recipient(&address, writer, 100).await
    }

    /// Sends as the account `an`.
    pub async fn submit(&self, to: &[&str], subject: &str) -> TraceId {
        self.submit_with(to, subject, |_| {}).await
    }

    pub async fn submit_with(
        &self,
        to: &[&str],
        subject: &str,
        change: impl FnOnce(&mut Envelope),
    ) -> TraceId {
        let sender = format!("an@{DOMAIN}");
        let mut envelope = self
            .envelope(&sender, Writer::Account(self.account), to)
            .await
            .unwrap();
        change(&mut envelope);
        let trace = envelope.trace.clone();
        self.accept(envelope, subject).await.unwrap();
        trace
    }

    pub async fn envelope(
        &self,
        sender: &str,
        writer: Writer,
        to: &[&str],
    ) -> Result<Envelope, RecipientRefusal> {
        let mut recipients = Vec::new();
        for to in to {
            recipients.push(self.recipient(to, writer).await?);
        }
        let account = match writer {
            Writer::Account(account) => Some(account),
            Writer::Outside => None,
        };
        Ok(Envelope {
            sender: sender.to_owned(),
            account,
            recipients,
            client: Client {
                ip: [192, 0, 2, 7].into(),
                helo: "may-tinh".into(),
                with: "ESMTPSA",
                tls: None,
            },
            direction: if account.is_some() {
                Direction::Submit
            } else {
                Direction::In
            },
            trace: TraceId::new(),
            dsn: EnvelopeDsn::default(),
        })
    }

    /// Another mailbox here.
    pub async fn other(&self, local_part: &'static str) -> (MailboxId, FolderId) {
        self.store
            .write(move |tx| {
                let organisation = organisation::root(tx)?.unwrap().id;
                let domain = organisation::domain(tx, DOMAIN)?.unwrap();
                let mailbox = mailbox::create(
                    tx,
                    &NewMailbox {
                        kind: "unit",
                        organisation,
                        account: None,
                        person: None,
                        name: local_part,
                        quota: 1 << 30,
                        local_part,
                        domain,
                    },
                )?;
                let inbox = folder::find(tx, mailbox, "INBOX")?.unwrap().id;
                Ok::<_, StoreError>((mailbox, inbox))
            })
            .await
            .unwrap()
    }

    /// an's mailbox.
    pub async fn mailbox(&self) -> MailboxId {
        let account = self.account;
        let found = self
            .store
            .read(move |tx| mailbox::of_account(tx, account))
            .await;
        found.map_err(|error: StoreError| error).unwrap().unwrap()
    }

    /// A message from outside, as it stands.
    pub async fn receive(&self, sender: &str, to: &[&str], raw: &str) -> Accepted {
        let envelope = self.envelope(sender, Writer::Outside, to).await.unwrap();
        let mut intake = Intake::new(&self.store, 1 << 20, None);
        intake.write(raw.as_bytes()).await.unwrap();
        let incoming = intake.finish().await.unwrap();
        self.delivery.accept(envelope, incoming).await.unwrap()
    }

    pub async fn accept(&self, envelope: Envelope, subject: &str) -> Result<Accepted, AcceptError> {
        let subject = match subject.strip_prefix("raw:") {
            Some(raw) => raw.to_owned(),
            None if subject.is_ascii() => subject.to_owned(),
            None => {
                let coded: Vec<String> = subject.bytes().map(|b| format!("={b:02X}")).collect();
                format!("=?utf-8?Q?{}?=", coded.concat())
            }
        };
        let text = format!(
            "From: <{}>\r\nSubject: {subject}\r\nMessage-ID: <{}@x>\r\n\r\nKính gửi.\r\n",
            envelope.sender,
            envelope.trace.as_str()
        );
        let mut intake = Intake::new(&self.store, 1 << 20, None);
        intake.write(text.as_bytes()).await.unwrap();
        let incoming = intake.finish().await.unwrap();
        self.delivery.accept(envelope, incoming).await
    }

    /// Recipients that are in the queue.
    pub async fn queued(&self) -> u64 {
        let depth = self.store.read(queue::depth).await.unwrap();
        depth.waiting + depth.held
    }

    /// Waits until the queue is empty.
    pub async fn drained(&self) {
        self.until("the queue is empty", async || self.queued().await == 0)
            .await;
    }

    pub async fn until(&self, what: &str, mut is_so: impl AsyncFnMut() -> bool) {
        let begun = Instant::now();
        while !is_so().await {
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "waited for: {what}"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// What lies in an's INBOX, oldest first.
    pub async fn inbox(&self) -> Vec<String> {
        self.lies_in(self.inbox).await
    }

    /// What lies in a folder, oldest first.
    pub async fn lies_in(&self, inbox: FolderId) -> Vec<String> {
        let found = self
            .store
            .read(move |tx| {
                let mut found = Vec::new();
                entry::scan(tx, inbox, (1, u32::MAX), Want::Blob, |view| {
                    found.push((view.prefix()?.to_vec(), view.blob()?));
                    Ok(true)
                })?;
                Ok::<_, StoreError>(found)
            })
            .await
            .unwrap();
        let mut messages = Vec::new();
        for (mut message, blob) in found {
            let mut reader = self.store.blobs().open_blob(&blob).await.unwrap();
            while let Some(chunk) = reader.next().await.unwrap() {
                message.extend_from_slice(&chunk);
            }
            messages.push(String::from_utf8(message).unwrap());
        }
        messages
    }

    /// One message's lines in the mail log: direction, code, words.
    pub async fn log(&self, trace: &TraceId) -> Vec<(String, i64, String)> {
        let trace = trace.as_str().to_owned();
        let lines: Vec<Logged> = self
            .store
            .read(move |tx| mail_log::of_trace(tx, &trace, 0, 1000))
            .await
            .map_err(|error: StoreError| error)
            .unwrap();
        lines
            .into_iter()
            .map(|line| (line.direction, line.code, line.result))
            .collect()
    }

    /// Wakes the runners.
    pub async fn wake(&self) {
        self.store
            .write(|tx| {
                tx.tell(Change::Queue);
                Ok::<_, StoreError>(())
            })
            .await
            .unwrap();
    }
}

pub fn delivery(store: &Store, outbound: Option<OutboundConfig>) -> Delivery {
    let config = DeliveryConfig {
        hostname: format!("mail.{DOMAIN}"),
        max_received: 5,
        primary_domain: Some(DOMAIN.into()),
        notice_sender: None,
        bursts: congvu_delivery::BurstLimits::default(),
        sending: congvu_delivery::SendingLimits::default(),
    };
    match outbound {
        Some(outbound) => Delivery::with_outbound(store, config, outbound),
        None => Delivery::new(store, config),
    }
}

pub fn asked(success: bool, failure: bool, delay: bool) -> Option<Notify> {
    Some(Notify {
        never: !(success || failure || delay),
        success,
        failure,
        delay,
    })
}

/// Retries that take no time.
pub fn quick() -> Schedule {
    Schedule {
        retries: vec![Duration::from_millis(20)],
        backoff: Duration::from_millis(10),
        backoff_most: Duration::from_millis(40),
        ..Schedule::default()
    }
}
