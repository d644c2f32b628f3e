//! What happens to a message: intake, recipients, local delivery, groups, broadcasts.
//!
//! The way in: a protocol crate asks [`Delivery::recipient`] for each recipient, streams the
//! message into an [`Intake`], and gives both to [`Delivery::accept`]. When that returns `Ok`,
//! the message is committed and synced: only then may the protocol say `250`.

mod accept;
mod authors;
mod broadcast;
mod bursts;
mod completion;
pub mod content;
mod filter;
mod footer;
pub mod held;
mod housekeeping;
pub mod indexing;
mod intake;
pub mod limits;
pub mod outbound;
mod outbox;
mod recipient;
mod refusal;
mod sender;
mod trace;
mod vacation;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use congvu_store::{Store, StoreError, Tx};
use outbound::OutboundConfig;

pub use accept::{
    AcceptError, Accepted, Arrivals, Direction, Envelope, EnvelopeDsn, Judged, Mark, SentCopy, To,
};
pub use authors::Authors;
pub use bursts::BurstLimits;
pub use completion::Completion;
pub use content::Judge;
pub use filter::Gate;
pub use intake::{Incoming, Intake, IntakeError};
pub use limits::{SendingLimits, TooMany};
pub use recipient::{Goal, Recipient, RecipientRefusal, Writer};
pub use refusal::Refused;
pub use sender::SenderRefusal;
pub use trace::{Client, TraceId};

/// How long a question to the store may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Settings of delivery.
#[derive(Clone, Debug)]
pub struct DeliveryConfig {
    /// This server's name in trace lines and Message-IDs.
    pub hostname: String,
    /// Received lines before a message is taken for a loop (RFC 5321 §6.3).
    pub max_received: u32,
    /// The domain that `<postmaster>` without a domain belongs to (RFC 5321 §4.5.1).
    pub primary_domain: Option<String>,
    /// Whom the system's notices are from; `None`: postmaster of the first domain.
    pub notice_sender: Option<String>,
    /// From how many recipients on an account's sending is told as an incident.
    pub bursts: BurstLimits,
    /// How much one account may send.
    pub sending: SendingLimits,
}

struct Inner {
    store: Store,
    config: DeliveryConfig,
    directory: recipient::Directory,
    refusals: refusal::Refusals,
    bursts: bursts::Bursts,
    sent: limits::Sent,
    outbound: Option<Arc<OutboundConfig>>,
    gate: OnceLock<Arc<Gate>>,
    judge: OnceLock<Arc<Judge>>,
    arrivals: OnceLock<Arc<dyn Arrivals>>,
}

/// Delivery. Cheap to clone.
#[derive(Clone)]
pub struct Delivery(Arc<Inner>);

impl std::fmt::Debug for Delivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Delivery")
    }
}

impl Delivery {
    /// Delivery into `store`, and nowhere else. Background work starts with [`Delivery::run`].
    #[must_use]
    pub fn new(store: &Store, config: DeliveryConfig) -> Self {
        Self::with(store, config, None)
    }

    /// Delivery into `store` and to other servers: whoever makes it runs an [`outbound::Runner`] too, or
    /// what is accepted for them waits for ever.
    #[must_use]
    pub fn with_outbound(store: &Store, config: DeliveryConfig, outbound: OutboundConfig) -> Self {
        Self::with(store, config, Some(Arc::new(outbound)))
    }

    fn with(store: &Store, config: DeliveryConfig, outbound: Option<Arc<OutboundConfig>>) -> Self {
        Self(Arc::new(Inner {
            store: store.clone(),
            directory: recipient::Directory::new(store),
            refusals: refusal::Refusals::default(),
            bursts: bursts::Bursts::new(config.bursts),
            sent: limits::Sent::new(config.sending),
            config,
            outbound,
            gate: OnceLock::new(),
            judge: OnceLock::new(),
            arrivals: OnceLock::new(),
        }))
    }

    /// Lets filters send mail on to where `gate` says that it may go (QN.14.8); until then it goes nowhere. The first gate stays.
    pub fn forward_by(&self, gate: Arc<Gate>) {
        drop(self.0.gate.set(gate));
    }

    /// Lets `judge` say what becomes of what somebody signed in hands in; until then all of it goes. The first one stays.
    pub fn judge_by(&self, judge: Arc<Judge>) {
        drop(self.0.judge.set(judge));
    }

    /// Lets `arrivals` say what becomes of mail from outside; until then all of it is taken. The first one stays.
    pub fn arrivals_by(&self, arrivals: Arc<dyn Arrivals>) {
        drop(self.0.arrivals.set(arrivals));
    }

    /// The store delivered into.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// Reads from the store, unless it is known not to answer; waits for it no longer than whoever
    /// asked us does.
    pub(crate) async fn ask<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        self.check_fresh()?;
        let answer = tokio::time::timeout(PATIENCE, self.0.store.read(work)).await;
        answer.unwrap_or_else(|_| Err(StoreError::Unavailable("it does not answer".into())))
    }

    /// Refuses to wait in line for a store that has not answered for seconds: the line would only
    /// grow.
    pub(crate) fn check_fresh(&self) -> Result<(), StoreError> {
        if self.0.store.is_fresh() {
            Ok(())
        } else {
            Err(StoreError::Unavailable(
                "it has not answered for seconds".into(),
            ))
        }
    }

    /// Settings.
    #[must_use]
    pub fn config(&self) -> &DeliveryConfig {
        &self.0.config
    }

    /// Carries out broadcasts, notices, answers for absence, the end of what is held, housekeeping, indexing and the log of refusals until the future is dropped.
    pub async fn run(&self) {
        tokio::join!(
            broadcast::run(&self.0.store),
            outbox::run(self),
            vacation::run(self),
            held::run(self),
            housekeeping::run(&self.0.store),
            indexing::run(&self.0.store),
            self.0.refusals.run(&self.0.store)
        );
    }
}
