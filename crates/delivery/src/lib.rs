//! What happens to a message: intake, recipients, local delivery, groups, broadcasts.
//!
//! The way in: a protocol crate asks [`Delivery::recipient`] for each recipient, streams the
//! message into an [`Intake`], and gives both to [`Delivery::accept`]. When that returns `Ok`,
//! the message is committed and synced: only then may the protocol say `250`.

mod accept;
mod authors;
mod broadcast;
mod completion;
mod housekeeping;
mod intake;
mod recipient;
mod refusal;
mod sender;
mod trace;

use std::sync::Arc;

use congvu_store::Store;

pub use accept::{AcceptError, Accepted, Direction, Envelope};
pub use authors::Authors;
pub use completion::Completion;
pub use intake::{Incoming, Intake, IntakeError};
pub use recipient::{Recipient, RecipientRefusal, Writer};
pub use refusal::Refused;
pub use sender::SenderRefusal;
pub use trace::{Client, TraceId};

/// Settings of delivery.
#[derive(Clone, Debug)]
pub struct DeliveryConfig {
    /// This server's name in trace lines and Message-IDs.
    pub hostname: String,
    /// Received lines before a message is taken for a loop (RFC 5321 §6.3).
    pub max_received: u32,
    /// The domain that `<postmaster>` without a domain belongs to (RFC 5321 §4.5.1).
    pub primary_domain: Option<String>,
}

struct Inner {
    store: Store,
    config: DeliveryConfig,
    directory: recipient::Directory,
    refusals: refusal::Refusals,
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
    /// Delivery into `store`. Background work starts with [`Delivery::run`].
    #[must_use]
    pub fn new(store: &Store, config: DeliveryConfig) -> Self {
        Self(Arc::new(Inner {
            store: store.clone(),
            directory: recipient::Directory::new(store),
            refusals: refusal::Refusals::default(),
            config,
        }))
    }

    /// The store delivered into.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// Settings.
    #[must_use]
    pub fn config(&self) -> &DeliveryConfig {
        &self.0.config
    }

    /// Carries out broadcasts, housekeeping and the log of refusals until the future is dropped.
    pub async fn run(&self) {
        tokio::join!(
            broadcast::run(&self.0.store),
            housekeeping::run(&self.0.store),
            self.0.refusals.run(&self.0.store)
        );
    }
}
