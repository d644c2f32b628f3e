//! The server: what all sessions share.

use std::sync::Arc;
use std::time::Duration;

use congvu_access::Access;
use congvu_delivery::Delivery;
use congvu_store::Store;
use congvu_wire::{Conn, Shutdown};
use tokio::sync::Semaphore;

use crate::keepers::Keepers;
use crate::session::Session;

/// What a connection over a limit is told.
pub const BUSY: &[u8] = b"* BYE [UNAVAILABLE] Too many connections, try again later\r\n";

/// So many large messages are looked through at the same time.
const READERS: usize = 4;
/// So many sessions sort or thread at the same time.
const ORDERERS: usize = 4;

/// Settings of the IMAP server.
#[derive(Clone, Debug)]
pub struct ImapConfig {
    /// This server's name in the greeting.
    pub hostname: String,
    /// How long a connection may take until it is signed in.
    pub login_timeout: Duration,
    /// How long a signed-in client may be silent; at least 30 minutes
    /// (RFC 9051 §5.4).
    pub idle_timeout: Duration,
    /// How long a client may take to accept what is sent.
    pub write_timeout: Duration,
    /// Whether passwords are taken without TLS. Only ever from this machine.
    pub cleartext_login: bool,
    /// The longest message APPEND takes, in bytes.
    pub append_limit: u64,
    /// How often a client hears that a long command goes on (RFC 9585).
    pub progress_interval: Duration,
    /// How to reach whoever runs the server, a URI (RFC 5464 §3.2.1.1,
    /// `/shared/admin`).
    pub admin: Option<String>,
}

impl Default for ImapConfig {
    fn default() -> Self {
        Self {
            hostname: "localhost".to_owned(),
            login_timeout: Duration::from_secs(60),
            idle_timeout: Duration::from_secs(30 * 60),
            write_timeout: Duration::from_secs(60),
            cleartext_login: false,
            append_limit: 50 << 20,
            progress_interval: Duration::from_secs(10),
            admin: None,
        }
    }
}

/// What sessions need of the rest of the program.
pub(crate) struct Shared {
    pub(crate) config: ImapConfig,
    pub(crate) access: Access,
    pub(crate) store: Store,
    /// What governance does about unit mailboxes.
    pub(crate) keepers: Option<Arc<dyn Keepers>>,
    /// Searches that may hold a large message's texts at the same time.
    pub(crate) readers: Semaphore,
    /// Sessions that may sort or thread at the same time.
    pub(crate) orderers: Arc<Semaphore>,
}

/// The IMAP server. Cheap to clone.
#[derive(Clone)]
pub struct ImapServer(Arc<Shared>);

impl std::fmt::Debug for ImapServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ImapServer")
    }
}

impl ImapServer {
    /// A server on the store that `delivery` delivers into.
    #[must_use]
    pub fn new(config: ImapConfig, access: &Access, delivery: &Delivery) -> Self {
        Self(Arc::new(Shared {
            config,
            access: access.clone(),
            store: delivery.store().clone(),
            keepers: None,
            readers: Semaphore::new(READERS),
            orderers: Arc::new(Semaphore::new(ORDERERS)),
        }))
    }

    /// With governance to ask about unit mailboxes; before the first connection. Without, nobody changes who keeps one.
    #[must_use]
    pub fn with_keepers(mut self, keepers: Arc<dyn Keepers>) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.0) {
            shared.keepers = Some(keepers);
        }
        self
    }

    /// Serves one connection until it ends. `shutdown` ends it with BYE.
    pub async fn handle(&self, conn: Conn, shutdown: Shutdown) {
        Session::new(Arc::clone(&self.0), conn, shutdown)
            .run()
            .await;
    }
}
