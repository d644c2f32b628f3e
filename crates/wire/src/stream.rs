//! The bytes below a connection: TCP or, in tests, anything like it; plain or with TLS, compressed or not.

use crate::deflate::Deflated;
use bytes::{BufMut, BytesMut};
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncBufRead, AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// What can stand in for TCP in tests.
pub(crate) trait Pipe: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Pipe for T {}

/// A stream before TLS.
pub(crate) enum Raw {
    Tcp(TcpStream),
    Pipe(Box<dyn Pipe>),
}

/// A stream as the connection uses it.
pub(crate) enum Stream {
    Plain(Raw),
    Tls(Box<TlsStream<Raw>>),
    Deflated(Box<Deflated>),
    /// A handshake failed or was given up; there is nothing left to talk over.
    Gone,
}

impl Stream {
    /// Whether TCP is below, and not something that stands in for it.
    pub(crate) fn is_tcp(&self) -> bool {
        match self {
            Self::Plain(raw) => matches!(raw, Raw::Tcp(_)),
            Self::Tls(tls) => matches!(tls.get_ref().0, Raw::Tcp(_)),
            Self::Deflated(deflated) => deflated.below().is_tcp(),
            Self::Gone => false,
        }
    }

    /// Waits for bytes and appends at most `want` (not 0) to `input`; 0 means the end. Room in
    /// `input` is made only when bytes are there. Losing a pending poll loses no bytes.
    pub(crate) fn poll_fill(
        &mut self,
        cx: &mut Context<'_>,
        input: &mut BytesMut,
        want: usize,
    ) -> Poll<io::Result<usize>> {
        match self {
            Self::Plain(Raw::Tcp(tcp)) => loop {
                ready!(tcp.poll_read_ready(cx))?;
                input.reserve(want);
                match tcp.try_read_buf(&mut (&mut *input).limit(want)) {
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    result => return Poll::Ready(result),
                }
            },
            Self::Plain(Raw::Pipe(pipe)) => {
                let mut bytes = [0; 1024];
                let room = want.min(bytes.len());
                let mut buffer = ReadBuf::new(&mut bytes[..room]);
                ready!(Pin::new(pipe).poll_read(cx, &mut buffer))?;
                input.extend_from_slice(buffer.filled());
                Poll::Ready(Ok(buffer.filled().len()))
            }
            Self::Tls(tls) => {
                let bytes = ready!(Pin::new(&mut **tls).poll_fill_buf(cx))?;
                let count = want.min(bytes.len());
                input.extend_from_slice(&bytes[..count]);
                Pin::new(&mut **tls).consume(count);
                Poll::Ready(Ok(count))
            }
            Self::Deflated(deflated) => deflated.poll_fill(cx, input, want),
            Self::Gone => Poll::Ready(Ok(0)),
        }
    }

    pub(crate) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self {
            Self::Plain(raw) => Pin::new(raw).poll_write(cx, bytes),
            Self::Tls(tls) => Pin::new(&mut **tls).poll_write(cx, bytes),
            Self::Deflated(deflated) => deflated.poll_write(cx, bytes),
            Self::Gone => Poll::Ready(Err(ErrorKind::BrokenPipe.into())),
        }
    }

    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Plain(raw) => Pin::new(raw).poll_flush(cx),
            Self::Tls(tls) => Pin::new(&mut **tls).poll_flush(cx),
            Self::Deflated(deflated) => deflated.poll_flush(cx),
            Self::Gone => Poll::Ready(Err(ErrorKind::BrokenPipe.into())),
        }
    }

    /// Says the end to the peer: close_notify with TLS (RFC 8446 §6.1, RFC 8314 §3.4), then FIN.
    pub(crate) fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Plain(raw) => Pin::new(raw).poll_shutdown(cx),
            Self::Tls(tls) => Pin::new(&mut **tls).poll_shutdown(cx),
            Self::Deflated(deflated) => deflated.poll_shutdown(cx),
            Self::Gone => Poll::Ready(Ok(())),
        }
    }
}

impl AsyncRead for Raw {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_read(cx, buffer),
            Self::Pipe(pipe) => Pin::new(pipe).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Raw {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_write(cx, bytes),
            Self::Pipe(pipe) => Pin::new(pipe).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_write_vectored(cx, slices),
            Self::Pipe(pipe) => Pin::new(pipe).poll_write_vectored(cx, slices),
        }
    }

    // rustls hands over several records at once where this is true.
    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Tcp(tcp) => tcp.is_write_vectored(),
            Self::Pipe(pipe) => pipe.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_flush(cx),
            Self::Pipe(pipe) => Pin::new(pipe).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Self::Pipe(pipe) => Pin::new(pipe).poll_shutdown(cx),
        }
    }
}
