//! COMPRESS=DEFLATE (RFC 4978).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::support::{Client, Pipe, World, message};

/// The client's side: every write is flushed.
struct Squeezed {
    below: Box<dyn Pipe>,
    deflate: Compress,
    inflate: Decompress,
    /// Compressed, not yet sent.
    waiting: Vec<u8>,
    /// Inflated, not yet read.
    read: Vec<u8>,
}

impl AsyncRead for Squeezed {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while this.read.is_empty() {
            let mut raw = [0; 512];
            let mut room = ReadBuf::new(&mut raw);
            ready!(Pin::new(&mut this.below).poll_read(cx, &mut room))?;
            let mut raw = room.filled();
            if raw.is_empty() {
                return Poll::Ready(Ok(()));
            }
            loop {
                let mut out = [0; 4096];
                let (used, made) = (this.inflate.total_in(), this.inflate.total_out());
                let done = this
                    .inflate
                    .decompress(raw, &mut out, FlushDecompress::Sync);
                done.map_err(io::Error::other)?;
                raw = &raw[(this.inflate.total_in() - used) as usize..];
                let made = (this.inflate.total_out() - made) as usize;
                this.read.extend_from_slice(&out[..made]);
                if made < out.len() && raw.is_empty() {
                    break;
                }
            }
        }
        let count = this.read.len().min(buffer.remaining());
        buffer.put_slice(&this.read[..count]);
        this.read.drain(..count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Squeezed {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.waiting.is_empty() {
            this.waiting.reserve(bytes.len() + 1024);
            let flushed = this
                .deflate
                .compress_vec(bytes, &mut this.waiting, FlushCompress::Sync);
            flushed.map_err(io::Error::other)?;
        }
        while !this.waiting.is_empty() {
            let sent = ready!(Pin::new(&mut this.below).poll_write(cx, &this.waiting))?;
            this.waiting.drain(..sent);
        }
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().below).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().below).poll_shutdown(cx)
    }
}

/// Goes on compressed.
pub(crate) fn squeezed(client: Client) -> Client {
    Client::over(Box::new(Squeezed {
        below: client.stream,
        deflate: Compress::new(Compression::default(), false),
        inflate: Decompress::new(false),
        waiting: Vec::new(),
        read: Vec::new(),
    }))
}

pub(crate) async fn compressed(world: &World) -> Client {
    let mut client = world.client().await;
    client
        .check("C: c COMPRESS DEFLATE\nS: c OK DEFLATE active")
        .await;
    squeezed(client)
}

/// §3, and everything goes on as before.
#[tokio::test]
async fn a_session() {
    let world = World::new().await;
    let mut client = world.connect();
    client
        .check(
            r#"S: * OK …
            C: a COMPRESS DEFLATE
            S: a BAD Sign in first
            C: b LOGIN an "Mat-khau 1@"
            S: b OK [CAPABILITY …COMPRESS=DEFLATE…] Signed in
            C: c COMPRESS GZIP
            S: c BAD unknown compression algorithm
            C: d COMPRESS DEFLATE
            S: d OK DEFLATE active"#,
        )
        .await;
    let mut client = squeezed(client);
    client
        .check(
            r#"C: e COMPRESS DEFLATE
            S: e BAD [COMPRESSIONACTIVE] DEFLATE is active already
            C: f STARTTLS
            S: f BAD Already signed in
            C: g CREATE {3}
            S: + OK
            C: abc
            S: g OK [MAILBOXID (F…)] CREATE completed
            C: h SELECT INBOX
            S: * FLAGS …
            S: * 0 EXISTS
            S: * 0 RECENT
            S: * OK [UIDVALIDITY …
            S: * OK [UIDNEXT …
            S: * OK [HIGHESTMODSEQ …
            S: * OK [MAILBOXID (F…)] Mailbox
            S: * OK [PERMANENTFLAGS …
            S: h OK [READ-WRITE] SELECT completed
            C: i IDLE
            S: + idling"#,
        )
        .await;
    let mut other = world.client().await;
    for n in 1..=3 {
        other.append("INBOX", "", &message("x")).await;
        client
            .check(&format!("S: * {n} EXISTS\nS: * {n} RECENT"))
            .await;
    }
    client
        .check("C: DONE\nS: i OK IDLE completed\nC: j LOGOUT\nS: * BYE Logging out\nS: j OK LOGOUT completed")
        .await;
    client.closed().await;
}

/// A large message both ways, whole.
#[tokio::test]
async fn large_messages() {
    let world = World::new().await;
    let mut client = compressed(&world).await;
    let mut text = b"Subject: x\r\n\r\n".to_vec();
    let mut seed = 7_u32;
    for n in 0..300_000_u32 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // Some of it repeats and some does not.
        text.push(if n % 3 == 0 {
            b'a'
        } else {
            32 + (seed >> 25) as u8 % 90
        });
    }
    client.append("INBOX", "", &text).await;
    client.ok("SELECT INBOX").await;
    client.send("a FETCH 1 BODY.PEEK[]\r\n").await;
    let head = client.line().await;
    assert_eq!(head, format!("* 1 FETCH (BODY[] {{{}}}", text.len()));
    assert!(client.octets(text.len()).await == text);
    client.check("S: )\nS: a OK FETCH completed").await;
}

/// The limits are those of what was inflated, and what is no DEFLATE ends the session.
#[tokio::test]
async fn bombs_and_noise() {
    let world = World::new().await;
    let mut client = compressed(&world).await;
    // 200 kB of one letter are some hundred bytes.
    client.send("a".repeat(200_000)).await;
    client.check("S: * BYE Command too long").await;
    client.closed().await;

    let mut client = world.client().await;
    client
        .check("C: c COMPRESS DEFLATE\nS: c OK DEFLATE active")
        .await;
    client.send(b"\xff\xff\xff\xffNOOP\r\n").await;
    client.closed().await;
}

/// RFC 8437 §4.1: compression ends behind the command and behind the answer; what was sent behind the
/// command without it is understood.
#[tokio::test]
async fn unauthenticate_ends_it() {
    let world = World::new().await;
    let mut client = world.client().await;
    client
        .check("C: c COMPRESS DEFLATE\nS: c OK DEFLATE active")
        .await;
    let mut deflate = Compress::new(Compression::default(), false);
    let mut sent = Vec::with_capacity(1024);
    deflate
        .compress_vec(
            b"a NOOP\r\nb UNAUTHENTICATE\r\n",
            &mut sent,
            FlushCompress::Sync,
        )
        .unwrap();
    sent.extend_from_slice(b"d LOGIN an \"Mat-khau 1@\"\r\n");
    client.send(sent).await;
    // The two answers are compressed, the third is not.
    let mut inflate = Decompress::new(false);
    let mut plain = Vec::with_capacity(4096);
    let mut used = 0;
    while !plain.ends_with(b"] Signed out\r\n") {
        let more = client.octets(1).await;
        inflate
            .decompress_vec(&more, &mut plain, FlushDecompress::Sync)
            .unwrap();
        used += 1;
    }
    let plain = String::from_utf8(plain).unwrap();
    assert!(
        plain.starts_with("a OK NOOP completed\r\nb OK [CAPABILITY "),
        "{plain}"
    );
    assert!(used < plain.len());
    // What is left of the flush.
    let mut end = Vec::new();
    while !end.ends_with(&[0, 0, 0xff, 0xff]) {
        end.extend(client.octets(1).await);
    }
    assert!(end.len() <= 6, "{end:?}");
    client.check("S: d OK [CAPABILITY …COMPRESS=DEFLATE…] Signed in\nC: e COMPRESS DEFLATE\nS: e OK DEFLATE active").await;
    let mut client = squeezed(client);
    client.check("C: f NOOP\nS: f OK NOOP completed").await;
}
