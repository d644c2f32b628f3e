//! SMTP client: mail to other servers (RFC 5321), as `congvu_delivery` asks for it.
//!
//! * A message leaves with CR LF line ends and one dot alone on a line, at its end.
//! * Each recipient has an outcome of its own. It is `InFlight` only where all of the message was
//!   handed to the system and the reply did not come, or was none.
//! * What a server may use of memory and time is bounded, by [`ClientConfig`] and by what a reply may
//!   be.
//! * After anything that is not understood the connection is given up: the next reply would be taken
//!   for the answer to another question.

mod auth;
mod body;
mod channel;
mod config;
mod connect;
mod connection;
mod envelope;
mod extensions;
mod fault;
pub(crate) mod reply;
pub(crate) mod stuffing;
mod tls;
mod transaction;

use std::fmt;
use std::sync::Arc;

use congvu_delivery::outbound::{Connection, Hop, Transport, TransportError};
use futures_util::future::BoxFuture;

pub use config::{ClientConfig, Timeouts};
pub use tls::ClientError;

/// Speaks SMTP to other servers. Cheap to clone.
#[derive(Clone)]
pub struct SmtpClient {
    config: Arc<ClientConfig>,
    tls: Arc<tls::TlsClient>,
}

impl SmtpClient {
    /// A client. Reads the system's certificate authorities, so it blocks for a moment.
    ///
    /// # Errors
    /// What is to be trusted besides them is no certificate.
    pub fn new(config: ClientConfig) -> Result<Self, ClientError> {
        let tls = tls::TlsClient::new(&config.extra_roots_pem)?;
        Ok(Self {
            config: Arc::new(config),
            tls: Arc::new(tls),
        })
    }
}

impl fmt::Debug for SmtpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpClient")
            .field("hostname", &self.config.hostname)
            .finish_non_exhaustive()
    }
}

impl Transport for SmtpClient {
    fn connect<'a>(
        &'a self,
        hop: &'a Hop,
    ) -> BoxFuture<'a, Result<Box<dyn Connection>, TransportError>> {
        Box::pin(async move {
            let greeted = connect::connect(&self.config, &self.tls, hop).await?;
            let connection = connection::SmtpConnection::new(Arc::clone(&self.config), greeted);
            Ok(Box::new(connection) as Box<dyn Connection>)
        })
    }
}
