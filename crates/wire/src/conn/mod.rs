//! One connection: a stream, what was received and not consumed, what is to be sent.

mod close;
mod compress;
mod input;
mod io;
mod output;
mod secure;

pub use input::{Ending, Line};
pub use io::ConnIo;

use crate::limiter::Permit;
use crate::stream::{Raw, Stream};
use crate::{Tls, TlsInfo};
use bytes::BytesMut;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

/// A connection with a peer, plain or with TLS. It owns its buffers; none is allocated before
/// there are bytes for it.
pub struct Conn {
    id: u64,
    endpoint: &'static str,
    stream: Stream,
    input: BytesMut,
    /// How much to read at once; grows while a peer sends much.
    chunk: usize,
    output: Vec<u8>,
    /// How many bytes of `output` are sent already, when a flush was given up halfway.
    sent: usize,
    peer: SocketAddr,
    local: SocketAddr,
    tls: Option<Tls>,
    tls_info: Option<TlsInfo>,
    _open: Option<Open>,
}

/// A connection let in by a limiter and shown in the gauge of open connections.
pub(crate) struct Open {
    endpoint: &'static str,
    _permit: Permit,
}

impl Open {
    pub(crate) fn new(endpoint: &'static str, permit: Permit) -> Self {
        metrics::counter!("congvu_connections_total", "endpoint" => endpoint).increment(1);
        metrics::gauge!("congvu_connections", "endpoint" => endpoint).increment(1);
        Self {
            endpoint,
            _permit: permit,
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        metrics::gauge!("congvu_connections", "endpoint" => self.endpoint).decrement(1);
    }
}

fn next_id() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// An IPv4 address mapped into IPv6 by a socket that takes both is the IPv4 address.
fn canonical(addr: SocketAddr) -> SocketAddr {
    SocketAddr::new(addr.ip().to_canonical(), addr.port())
}

impl Conn {
    pub(crate) fn accepted(
        tcp: TcpStream,
        peer: SocketAddr,
        local: SocketAddr,
        tls: Option<Tls>,
        open: Open,
    ) -> Self {
        Self {
            endpoint: open.endpoint,
            _open: Some(open),
            tls,
            ..Self::over(Raw::Tcp(tcp), peer, local)
        }
    }

    /// A connection over any stream, for tests in one process. It has no limits, no metrics of
    /// its own, and no TLS unless [`Conn::with_tls`] gives it.
    pub fn from_duplex<S>(stream: S, peer: SocketAddr) -> Self
    where
        S: AsyncRead + AsyncWrite + Send + Sync + Unpin + 'static,
    {
        let local = SocketAddr::from(([127, 0, 0, 1], 0));
        Self::over(Raw::Pipe(Box::new(stream)), peer, local)
    }

    /// Lets [`Conn::start_tls`] work on a connection made by [`Conn::from_duplex`].
    #[must_use]
    pub fn with_tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    fn over(raw: Raw, peer: SocketAddr, local: SocketAddr) -> Self {
        Self {
            id: next_id(),
            endpoint: "test",
            stream: Stream::Plain(raw),
            input: BytesMut::new(),
            chunk: input::CHUNK_MIN,
            output: Vec::new(),
            sent: 0,
            peer: canonical(peer),
            local: canonical(local),
            tls: None,
            tls_info: None,
            _open: None,
        }
    }

    /// A number for logs, unlike that of any other connection of this process.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The peer's address and port; an IPv4 address is never shown mapped into IPv6.
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Our address and port.
    pub fn local(&self) -> SocketAddr {
        self.local
    }

    /// What the TLS handshake agreed; `None` on a plain connection.
    pub fn tls(&self) -> Option<&TlsInfo> {
        self.tls_info.as_ref()
    }

    /// Whether [`Conn::start_tls`] makes sense: the connection is plain and a certificate is there.
    pub fn can_start_tls(&self) -> bool {
        self.tls.is_some() && matches!(self.stream, Stream::Plain(_))
    }

    /// Gives buffers back that hold nothing, for a long time without input or output, and the tables of a
    /// compressor. Waiting for input gives the buffers back by itself.
    pub fn shrink(&mut self) {
        self.chunk = input::CHUNK_MIN;
        self.give_back();
        if let Stream::Deflated(deflated) = &mut self.stream {
            deflated.rest();
        }
    }

    fn give_back(&mut self) {
        if self.input.is_empty() && self.input.capacity() != 0 {
            self.input = BytesMut::new();
        }
        if self.output.is_empty() && self.output.capacity() != 0 {
            self.output = Vec::new();
        }
    }
}
