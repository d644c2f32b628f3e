//! What all sessions share.

use std::sync::Arc;

use congvu_access::Access;
use congvu_store::Store;
use congvu_wire::{Conn, Shutdown};

use crate::Pop3Config;
use crate::session::Session;

/// What a connection over a limit is told.
pub const BUSY: &[u8] = b"-ERR [SYS/TEMP] Too many connections, try again later\r\n";

/// The POP3 server. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pop3Server(Arc<Shared>);

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) config: Pop3Config,
    pub(crate) access: Access,
    pub(crate) store: Store,
}

impl Pop3Server {
    /// A server that lets people in through `access` to what lies in `store`.
    #[must_use]
    pub fn new(config: Pop3Config, access: &Access, store: &Store) -> Self {
        Self(Arc::new(Shared {
            config,
            access: access.clone(),
            store: store.clone(),
        }))
    }

    /// Serves one connection from its greeting to its end. Returns soon after `shutdown`; a
    /// message that is just being sent is sent to its end first.
    pub async fn handle(&self, conn: Conn, shutdown: Shutdown) {
        Session::new(Arc::clone(&self.0), conn, shutdown)
            .run()
            .await;
    }
}
