//! The octets to and from a server: commands out, replies in, each with its time.

use std::future::poll_fn;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::client::TlsStream;

use super::fault::Fault;
use super::reply::{Found, ReplyReader, ServerReply};

/// How much is read at once; a reply is rarely longer.
const CHUNK: usize = 4 * 1024;

pub(super) enum Stream {
    Plain(TcpStream),
    /// And whether the server showed a certificate that is valid for its name.
    Tls(Box<TlsStream<TcpStream>>, bool),
}

impl Stream {
    fn tcp(&self) -> &TcpStream {
        match self {
            Self::Plain(tcp) => tcp,
            Self::Tls(tls, _) => tls.get_ref().0,
        }
    }
}

trait Both: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Both for T {}

pub(super) struct Channel {
    stream: Stream,
    input: BytesMut,
}

impl Channel {
    pub(super) fn new(stream: Stream) -> Self {
        Self {
            stream,
            input: BytesMut::new(),
        }
    }

    fn both(&mut self) -> &mut dyn Both {
        match &mut self.stream {
            Stream::Plain(tcp) => tcp,
            Stream::Tls(tls, _) => tls.as_mut(),
        }
    }

    /// The socket, for a handshake. What was received and not read is thrown away: somebody on the
    /// way may have put it there, to be taken for said under TLS (RFC 3207 §6, CVE-2011-0411).
    pub(super) fn into_plain(self) -> Option<TcpStream> {
        match self.stream {
            Stream::Plain(tcp) => Some(tcp),
            Stream::Tls(..) => None,
        }
    }

    /// TLS version, cipher, whether the certificate is valid.
    pub(super) fn security(&self) -> Option<String> {
        match &self.stream {
            Stream::Plain(_) => None,
            Stream::Tls(tls, verified) => Some(super::tls::described(tls.get_ref().1, *verified)),
        }
    }

    /// Hands octets over and sees them off. Where it fails, the last of them was not handed to the
    /// system, so the server cannot have received it.
    pub(super) async fn write(&mut self, bytes: &[u8], wait: Duration) -> Result<(), Fault> {
        match timeout(wait, self.both().write_all(bytes)).await {
            Ok(done) => done.map_err(Fault::from),
            Err(_) => Err(Fault::TimedOut),
        }
    }

    /// Sees off what TLS may still hold.
    pub(super) async fn flush(&mut self, wait: Duration) -> Result<(), Fault> {
        match timeout(wait, self.both().flush()).await {
            Ok(done) => done.map_err(Fault::from),
            Err(_) => Err(Fault::TimedOut),
        }
    }

    /// Sends commands.
    pub(super) async fn say(&mut self, commands: &[u8], wait: Duration) -> Result<(), Fault> {
        self.write(commands, wait).await?;
        self.flush(wait).await
    }

    /// The next reply; `wait` bounds the time for all of it.
    pub(super) async fn reply(&mut self, wait: Duration) -> Result<ServerReply, Fault> {
        match timeout(wait, self.whole_reply()).await {
            Ok(reply) => reply,
            Err(_) => Err(Fault::TimedOut),
        }
    }

    async fn whole_reply(&mut self) -> Result<ServerReply, Fault> {
        let mut reader = ReplyReader::default();
        loop {
            match reader.read(&self.input).map_err(Fault::Reply)? {
                Found::Whole(reply, used) => {
                    self.input.advance(used);
                    return Ok(reply);
                }
                Found::Part(used) => self.input.advance(used),
            }
            let mut chunk = [0; CHUNK];
            let count = self.both().read(&mut chunk).await?;
            if count == 0 {
                return Err(Fault::Closed);
            }
            self.input.extend_from_slice(&chunk[..count]);
        }
    }

    /// Says something and waits for the reply.
    pub(super) async fn ask(
        &mut self,
        command: &str,
        wait: Duration,
    ) -> Result<ServerReply, Fault> {
        let line = format!("{command}\r\n");
        // A server that closes while it is written to may have said why (421) before.
        let said = self.say(line.as_bytes(), wait).await;
        match (self.reply(wait).await, said) {
            (Err(Fault::Closed), Err(fault)) => Err(fault),
            (reply, _) => reply,
        }
    }

    /// Takes what has come already, without waiting; says whether a reply, or a part of one, lies
    /// there unasked.
    pub(super) async fn early(&mut self) -> Result<bool, Fault> {
        let mut chunk = [0; CHUNK];
        let mut buffer = ReadBuf::new(&mut chunk);
        let both = self.both();
        let read = poll_fn(|cx| Poll::Ready(Pin::new(&mut *both).poll_read(cx, &mut buffer))).await;
        match read {
            Poll::Pending => {}
            Poll::Ready(Ok(())) if buffer.filled().is_empty() => return Err(Fault::Closed),
            Poll::Ready(Ok(())) => self.input.extend_from_slice(buffer.filled()),
            Poll::Ready(Err(error)) => return Err(error.into()),
        }
        Ok(self.has_more())
    }

    /// Whether something was received that nobody asked for.
    pub(super) fn has_more(&self) -> bool {
        !self.input.is_empty()
    }

    /// Whether the server has closed, or said something unasked, as far as the system knows.
    pub(super) fn is_stale(&self) -> bool {
        let mut octet = [MaybeUninit::uninit(); 1];
        match SockRef::from(self.stream.tcp()).peek(&mut octet) {
            // Over TLS this may be a session ticket.
            Ok(1..) => matches!(self.stream, Stream::Plain(_)),
            Ok(0) => true,
            Err(error) => error.kind() != io::ErrorKind::WouldBlock,
        }
    }

    /// Ends it orderly: close_notify with TLS, then FIN.
    pub(super) async fn close(&mut self, wait: Duration) {
        // It ends either way.
        drop(timeout(wait, self.both().shutdown()).await);
    }
}
