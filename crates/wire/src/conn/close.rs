//! The orderly end of a connection.

use super::Conn;
use crate::WireError;
use std::future::poll_fn;
use std::time::Duration;
use tokio::time::timeout;

/// For the peer to take the last words.
const FLUSH: Duration = Duration::from_secs(5);
/// For close_notify and FIN.
const SHUTDOWN: Duration = Duration::from_secs(2);
/// For the peer to end its side. Closing while it still sends would reset the connection, and a
/// reset may destroy our last words on their way (RFC 1122 §4.2.2.13).
const LINGER: Duration = Duration::from_millis(500);
/// How much of what the peer still sends is taken, in octets.
const LINGER_OCTETS: usize = 64 * 1024;

impl Conn {
    /// Sends what was put, says the end to the peer (with TLS, close_notify), and closes. Every step
    /// has a short time-out, seconds in all; failures are of no matter any more.
    pub async fn close(self) {
        Box::pin(self.end()).await;
    }

    async fn end(mut self) {
        if self.flush(FLUSH).await.is_err() {
            return;
        }
        let shutdown = timeout(SHUTDOWN, poll_fn(|cx| self.stream.poll_shutdown(cx))).await;
        if !matches!(shutdown, Ok(Ok(()))) {
            return;
        }
        if self.stream.is_tcp() {
            let _ = timeout(LINGER, self.drain()).await;
        }
    }

    async fn drain(&mut self) -> Result<(), WireError> {
        let mut taken = 0;
        while taken < LINGER_OCTETS {
            self.input.clear();
            taken += self.receive(LINGER_OCTETS).await?;
        }
        Ok(())
    }
}
