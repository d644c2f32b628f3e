//! From plain to TLS.

use super::Conn;
use crate::stream::Stream;
use crate::{TlsError, TlsInfo, WireError};
use bytes::BytesMut;
use std::future::poll_fn;
use std::time::Duration;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

impl Conn {
    /// Does the server's side of a TLS handshake. What was put is sent before it; what was received
    /// and not consumed is thrown away, because somebody on the way may have put it there
    /// (RFC 3207 §6, RFC 9051 §6.2.1, CVE-2011-0411). Says how many octets were thrown away, for
    /// the log. `wait` bounds the time for all of it. Not cancel-safe.
    ///
    /// # Errors
    /// [`WireError::Tls`] if the endpoint has no certificate, or TLS or compression is active already: the
    /// connection stays as it was. After any other error it can only be closed.
    pub async fn start_tls(&mut self, wait: Duration) -> Result<usize, WireError> {
        let tls = match (&self.stream, &self.tls) {
            // TLS goes below compression (RFC 4978 §3); it cannot be put there any more.
            (Stream::Tls(_) | Stream::Deflated(_), _) => {
                return Err(WireError::Tls(TlsError::AlreadyActive));
            }
            (Stream::Gone, _) => return Err(WireError::Closed),
            (Stream::Plain(_), None) => return Err(WireError::Tls(TlsError::NotConfigured)),
            (Stream::Plain(_), Some(tls)) => tls.clone(),
        };
        let acceptor = TlsAcceptor::from(tls.current());
        // On the heap, so that the state of a handshake is not part of every task for its life.
        let handshake = Box::pin(timeout(wait, self.handshake(acceptor)));
        let result = handshake.await.unwrap_or(Err(WireError::TimedOut));
        if let Err(error) = &result {
            metrics::counter!("congvu_tls_handshakes_failed_total", "endpoint" => self.endpoint)
                .increment(1);
            tracing::debug!(endpoint = self.endpoint, conn = self.id, %error, "TLS handshake failed");
        }
        result
    }

    async fn handshake(&mut self, acceptor: TlsAcceptor) -> Result<usize, WireError> {
        poll_fn(|cx| self.poll_send(cx)).await?;
        let discarded = self.input.len();
        self.input = BytesMut::new();
        let Stream::Plain(raw) = std::mem::replace(&mut self.stream, Stream::Gone) else {
            return Err(WireError::Closed);
        };
        let stream = acceptor.accept(raw).await?;
        self.tls_info = Some(TlsInfo::of(stream.get_ref().1));
        self.stream = Stream::Tls(Box::new(stream));
        Ok(discarded)
    }
}
