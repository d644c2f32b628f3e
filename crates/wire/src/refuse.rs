//! Turning away a connection that is over a limit.

use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// How many connections are told at the same time that we are busy; further ones are just closed.
const TOLD_AT_ONCE: usize = 64;
/// How long telling one may take.
const WAIT: Duration = Duration::from_secs(2);
/// How much of what the peer sends meanwhile is taken, in octets, before we close.
const TAKEN: u64 = 1024;

/// Tells peers that we are busy, a bounded number at a time.
pub(crate) struct Refuser {
    line: &'static [u8],
    places: Arc<Semaphore>,
}

impl Refuser {
    /// With the words of the protocol. Empty words close without a word, as must be on an endpoint
    /// that begins with TLS: the peer would not understand plain text there.
    pub(crate) fn new(line: &'static [u8]) -> Self {
        Self {
            line,
            places: Arc::new(Semaphore::new(TOLD_AT_ONCE)),
        }
    }

    /// Tells and closes in a task of its own, if a place is free; closes at once if not.
    pub(crate) fn refuse(&self, mut tcp: TcpStream) {
        if self.line.is_empty() {
            return;
        }
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            return;
        };
        let line = self.line;
        tokio::spawn(async move {
            let _ = timeout(WAIT, async {
                tcp.write_all(line).await?;
                tcp.shutdown().await?;
                // A reset because of unread octets would destroy the line on its way.
                tokio::io::copy(&mut (&mut tcp).take(TAKEN), &mut tokio::io::sink()).await
            })
            .await;
            drop(place);
        });
    }
}
