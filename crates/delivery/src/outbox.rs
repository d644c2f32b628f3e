//! The outbox: what governance has to tell people becomes mail.
//!
//! A notice is delivered and marked as sent in one transaction, so none is sent twice, whatever is killed when. One to
//! all goes on by mailbox ids, a chunk a transaction, and its position moves in the transaction that delivers. One
//! node does it at a time (a lease, said again in each write).

mod letter;

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use congvu_message::address::Address;
use congvu_store::notice::places::{self, Place};
use congvu_store::notice::{self, Audience, Notice};
use congvu_store::{Change, NoticeId, Store, StoreError, Tx, lease, random};
use tokio::sync::broadcast::error::RecvError;

use crate::accept::Delivering;
use crate::outbound::Notify;
use crate::recipient::{Goal, Recipient};
use crate::{
    AcceptError, Client, Delivery, Direction, Envelope, EnvelopeDsn, Incoming, Intake, IntakeError,
    TraceId,
};

/// Looked at without being woken too: another node may have stopped in the middle.
const EVERY: Duration = Duration::from_secs(5);
/// Notices in a list.
const PAGE: i64 = 50;
/// Mailboxes served in one transaction: mail from persons waits no longer than this takes.
const CHUNK: i64 = 100;
const LEASE: &str = "outbox";
const LEASE_MS: i64 = 30_000;
/// One that failed for a reason of its own does not hold the others up.
const LATER: Duration = Duration::from_secs(60);
/// Another node has the lease.
const NOT_OURS: StoreError = StoreError::Conflict("outbox");

pub(crate) async fn run(delivery: &Delivery) {
    let mut changes = delivery.store().hub().subscribe();
    let mut outbox = Outbox {
        delivery,
        holder: i64::from_ne_bytes(random::<8>()),
        put_off: HashMap::new(),
    };
    loop {
        match outbox.drain().await {
            Ok(()) | Err(StoreError::Conflict("outbox")) => {}
            Err(error) => tracing::warn!(%error, "notices wait"),
        }
        let woken = async {
            loop {
                match changes.recv().await {
                    Ok(Change::Notice) | Err(RecvError::Lagged(_)) => return,
                    Ok(_) => {}
                    Err(RecvError::Closed) => std::future::pending::<()>().await,
                }
            }
        };
        drop(tokio::time::timeout(EVERY, woken).await);
    }
}

struct Outbox<'d> {
    delivery: &'d Delivery,
    holder: i64,
    put_off: HashMap<NoticeId, Instant>,
}

/// What a write did with a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Done {
    /// It is where it belongs.
    Sent,
    /// There are more mailboxes.
    Further,
    /// Nobody takes it.
    Failed(String),
    /// Another was faster.
    Gone,
}

impl Outbox<'_> {
    fn store(&self) -> &Store {
        self.delivery.store()
    }

    async fn drain(&mut self) -> Result<(), StoreError> {
        let now = Instant::now();
        self.put_off.retain(|_, until| *until > now);
        let mut after = NoticeId(0);
        loop {
            let page = self
                .store()
                .read(move |tx| notice::unsent(tx, after, PAGE))
                .await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = last.id;
            for one in page {
                if self.put_off.contains_key(&one.id) {
                    continue;
                }
                let id = one.id;
                match self.send(one).await {
                    Ok(()) => {}
                    Err(
                        error @ (StoreError::Unavailable(_)
                        | StoreError::DiskFull
                        | StoreError::Conflict("outbox")),
                    ) => return Err(error),
                    Err(error) => {
                        tracing::warn!(%error, notice = id.0, "a notice waits");
                        self.put_off.insert(id, now + LATER);
                    }
                }
            }
        }
    }

    async fn send(&self, notice: Notice) -> Result<(), StoreError> {
        let id = notice.id;
        let letter = Arc::new(self.letter(notice).await?);
        let mut used = false;
        let done = loop {
            let (task, holder) = (Arc::clone(&letter), self.holder);
            let written = self.store().write_bulk(move |tx| {
                if !lease::take(tx, LEASE, holder, LEASE_MS)? {
                    return Err(NOT_OURS);
                }
                task.carry_out(tx)
            });
            match written.await {
                Ok((done, fresh)) => {
                    used |= fresh;
                    if done != Done::Further {
                        break Ok(done);
                    }
                }
                Err(error) => break Err(error),
            }
        };
        if let Some(letter) = Arc::into_inner(letter)
            && !used
        {
            let blobs = self.store().blobs();
            blobs.discard(letter.delivering.incoming.staged).await;
        }
        match done? {
            Done::Sent => tracing::info!(notice = id.0, "notice sent"),
            Done::Failed(why) => tracing::error!(notice = id.0, why, "nobody can take a notice"),
            Done::Gone | Done::Further => {}
        }
        Ok(())
    }

    /// Writes the letter and stores its bytes.
    async fn letter(&self, notice: Notice) -> Result<Letter, StoreError> {
        let config = self.delivery.config();
        let domain = config.primary_domain.as_deref();
        let domain = domain.unwrap_or(&config.hostname).to_owned();
        let (audience, id) = (notice.audience.clone(), notice.id);
        let read = self
            .store()
            .read(move |tx| Ok((addressee(tx, &audience)?, notice::files(tx, id)?)));
        let read: Result<_, StoreError> = read.await;
        let (to, files) = read?;
        let sender = config.notice_sender.clone();
        let sender = sender.unwrap_or_else(|| format!("postmaster@{domain}"));
        let bytes = letter::write(&notice, &files, &sender, to.as_deref(), &domain);
        let mut intake = Intake::new(self.store(), u64::MAX, None);
        let incoming = async {
            intake.write(&bytes).await?;
            intake.finish().await
        };
        let incoming: Incoming = incoming.await.map_err(|error| match error {
            IntakeError::Store(error) => error,
            IntakeError::TooLarge => StoreError::Blob("a notice is too large".into()),
        })?;
        let recipients = match &notice.audience {
            Audience::Address(address) => Address::parse(address).ok().map(|address| Recipient {
                address: address.to_string(),
                key: address.lookup_key(),
                goal: Goal::Elsewhere,
                notify: Some(Notify {
                    never: true,
                    ..Notify::default()
                }),
                original: None,
            }),
            _ => None,
        };
        let envelope = Envelope {
            // Nobody answers a notice, and no server shall (RFC 3834 §3.3).
            sender: String::new(),
            account: None,
            recipients: recipients.into_iter().collect(),
            client: Client {
                ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
                helo: config.hostname.clone(),
                with: "local",
                tls: None,
            },
            direction: Direction::System,
            trace: TraceId::new(),
            dsn: EnvelopeDsn::default(),
        };
        Ok(Letter {
            notice: notice.id,
            delivering: Delivering::new(self.delivery, envelope, incoming),
        })
    }
}

/// Who stands behind `To`; `None`: nobody by name.
fn addressee(tx: &mut Tx<'_>, audience: &Audience) -> Result<Option<String>, StoreError> {
    let place = match audience {
        Audience::Mailbox(id) => places::of_mailbox(tx, *id)?,
        Audience::Organisation(id) => places::of_organisation(tx, *id)?.into_iter().next(),
        Audience::All => None,
        Audience::Address(address) => return Ok(Some(address.clone())),
    };
    let address = place.map(|place| place.address);
    Ok(address.filter(|address| !address.is_empty()))
}

/// A notice as a mail whose bytes are stored, though nothing refers to them yet.
struct Letter {
    notice: NoticeId,
    delivering: Delivering,
}

impl Letter {
    /// Delivers it and says so, or gives it up; and whether the staged bytes are in use now.
    fn carry_out(&self, tx: &mut Tx<'_>) -> Result<(Done, bool), StoreError> {
        let Some(notice) = notice::take(tx, self.notice)? else {
            return Ok((Done::Gone, false));
        };
        let places = match &notice.audience {
            Audience::Mailbox(id) => match places::of_mailbox(tx, *id)? {
                Some(place) => vec![place],
                None => return self.give_up(tx, "hộp thư đã đóng, đã thu hồi hoặc đã xóa"),
            },
            Audience::Organisation(id) => {
                let places = places::of_organisation(tx, *id)?;
                if places.is_empty() {
                    let why = "cơ quan không có hộp thư nào nhận được: chưa có hộp thư chung, đầu mối và người đứng đầu cũng không có hộp thư đang dùng";
                    return self.give_up(tx, why);
                }
                places
            }
            Audience::All => return self.to_all(tx, &notice),
            Audience::Address(_) => return self.to_address(tx),
        };
        let fresh = self.put(tx, &places)?;
        notice::sent(tx, self.notice)?;
        Ok((Done::Sent, fresh))
    }

    fn put(&self, tx: &mut Tx<'_>, places: &[Place]) -> Result<bool, StoreError> {
        self.delivering.put_into(tx, places).map_err(store_error)
    }

    fn to_all(&self, tx: &mut Tx<'_>, notice: &Notice) -> Result<(Done, bool), StoreError> {
        let places = places::after(tx, notice.after, CHUNK)?;
        let Some(last) = places.last() else {
            notice::sent(tx, self.notice)?;
            return Ok((Done::Sent, false));
        };
        let fresh = self.put(tx, &places)?;
        notice::reached(tx, self.notice, last.mailbox)?;
        Ok((Done::Further, fresh))
    }

    fn to_address(&self, tx: &mut Tx<'_>) -> Result<(Done, bool), StoreError> {
        if self.delivering.envelope.recipients.is_empty() {
            return self.give_up(tx, "không phải địa chỉ thư");
        }
        match self.delivering.carry_out(tx) {
            Ok((_, fresh)) => {
                notice::sent(tx, self.notice)?;
                Ok((Done::Sent, fresh))
            }
            // Told before anything is written.
            Err(AcceptError::NoRecipient | AcceptError::Changed) => {
                self.give_up(tx, "không ai nhận thư ở địa chỉ này")
            }
            Err(error) => Err(store_error(error)),
        }
    }

    fn give_up(&self, tx: &mut Tx<'_>, why: &str) -> Result<(Done, bool), StoreError> {
        notice::fail(tx, self.notice, why)?;
        Ok((Done::Failed(why.to_owned()), false))
    }
}

fn store_error(error: AcceptError) -> StoreError {
    match error {
        AcceptError::Store(error) => error,
        // A mailbox went in this moment; it is looked at again.
        _ => StoreError::NotFound("mailbox"),
    }
}
