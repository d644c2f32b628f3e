//! A connection as a stream of octets, for protocols whose framing is somebody else's (HTTP).

use super::Conn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The octets of a connection. It goes on counting in its endpoint's limits until it is dropped.
pub struct ConnIo(Conn);

impl Conn {
    /// The connection as a stream. What was received and not consumed is read first; what was put and not sent is lost.
    #[must_use]
    pub fn into_io(self) -> ConnIo {
        ConnIo(self)
    }
}

impl AsyncRead for ConnIo {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let conn = &mut self.get_mut().0;
        if buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        if conn.input.is_empty() {
            ready!(
                conn.stream
                    .poll_fill(cx, &mut conn.input, buffer.remaining())
            )?;
        }
        let count = conn.input.len().min(buffer.remaining());
        buffer.put_slice(&conn.input.split_to(count));
        conn.give_back();
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for ConnIo {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().0.stream.poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().0.stream.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().0.stream.poll_shutdown(cx)
    }
}
