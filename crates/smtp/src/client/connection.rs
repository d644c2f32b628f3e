//! An open connection.

use std::sync::Arc;

use congvu_delivery::outbound::{Connection, Outcome, Parcel, Protocol};
use futures_util::future::BoxFuture;
use tokio::time::timeout;

use super::channel::Channel;
use super::config::ClientConfig;
use super::connect::Greeted;
use super::extensions::Extensions;
use super::transaction::Transaction;

/// A server that was greeted and takes messages.
pub(super) struct SmtpConnection {
    pub(super) config: Arc<ClientConfig>,
    pub(super) channel: Channel,
    pub(super) extensions: Extensions,
    pub(super) protocol: Protocol,
    /// Replies answer what was asked, and nothing is half sent.
    pub(super) usable: bool,
    /// A transaction was begun that no message ended: RSET comes before the next.
    pub(super) open: bool,
}

impl SmtpConnection {
    pub(super) fn new(config: Arc<ClientConfig>, greeted: Greeted) -> Self {
        Self {
            config,
            usable: !greeted.channel.has_more(),
            channel: greeted.channel,
            extensions: greeted.extensions,
            protocol: greeted.protocol,
            open: false,
        }
    }
}

impl Connection for SmtpConnection {
    fn send<'a>(&'a mut self, parcel: &'a Parcel) -> BoxFuture<'a, Vec<Outcome>> {
        Box::pin(Transaction::new(self, parcel).run())
    }

    fn is_usable(&self) -> bool {
        self.usable && !self.channel.is_stale()
    }

    fn security(&self) -> Option<String> {
        self.channel.security()
    }

    fn quit(mut self: Box<Self>) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            // In the middle of a message QUIT would be a line of it.
            if !self.usable {
                return;
            }
            let wait = self.config.timeouts.quit;
            let goodbye = async {
                // It ends either way.
                drop(self.channel.ask("QUIT", wait).await);
                self.channel.close(wait).await;
            };
            drop(timeout(wait, goodbye).await);
        })
    }
}
