//! Messages that cannot be read as they should, and large ones.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use congvu_delivery::outbound::{Body, Content, Parcel};
use futures_util::future::BoxFuture;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf};

use crate::fake::Fake;
use crate::peer::{config, connect, hop, parcel, send, told};

/// Octets that are made as they are read: so many lines, and then perhaps an error.
struct Lines {
    lines: usize,
    error: bool,
}

struct Reading {
    left: usize,
    error: bool,
    /// How much of a line is read.
    at: usize,
}

const LINE: &[u8] =
    b".0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\r\n";

impl AsyncRead for Reading {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.left > 0 && out.remaining() > 0 {
            let count = out.remaining().min(LINE.len() - self.at);
            out.put_slice(&LINE[self.at..self.at + count]);
            self.at += count;
            if self.at == LINE.len() {
                (self.at, self.left) = (0, self.left - 1);
            }
        }
        if self.left == 0 && self.error && out.filled().is_empty() {
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        Poll::Ready(Ok(()))
    }
}

impl Content for Lines {
    fn open(&self) -> BoxFuture<'_, io::Result<Body>> {
        let body: Body = Box::pin(Reading {
            left: self.lines,
            error: self.error,
            at: 0,
        });
        Box::pin(async move { Ok(body) })
    }
}

struct Gone;

impl Content for Gone {
    fn open(&self) -> BoxFuture<'_, io::Result<Body>> {
        Box::pin(async { Err(io::ErrorKind::NotFound.into()) })
    }
}

fn lines(lines: usize) -> Parcel {
    let mut parcel = parcel(&["a@x.vn"]);
    parcel.size = (lines * LINE.len()) as u64;
    parcel.content = Box::new(Lines {
        lines,
        error: false,
    });
    parcel
}

const ENVELOPE: &str = "
    S: 220 mx
    C: EHLO mx.tinh.example
    S: 250 mx
    C: MAIL FROM:<an@tinh.example>
    S: 250 ok
    C: RCPT TO:<a@x.vn>
    S: 250 ok
";

#[tokio::test]
async fn a_message_that_is_not_there() {
    let mut fake = Fake::start(&[&format!("{ENVELOPE}C: RSET\nS: 250 ok\nC: QUIT")]);
    let mut connection = connect(config(), &hop(fake.address))
        .await
        .expect("connects");
    let mut gone = parcel(&["a@x.vn"]);
    gone.content = Box::new(Gone);
    let outcomes = told(&connection.send(&gone).await);
    assert!(
        outcomes[0].starts_with("deferred 451 4.3.0"),
        "{outcomes:?}"
    );
    // The server is well: RSET, and it may have the next message, which here has nobody to go to.
    let mut none = parcel(&["bad address"]);
    none.sender = "an@tinh.example".into();
    assert!(told(&connection.send(&none).await)[0].starts_with("failed 553"));
    connection.quit().await;
    fake.followed().await;
}

/// What is not read whole is not ended: the server throws it away.
#[tokio::test]
async fn a_message_that_breaks_off_never_gets_its_dot() {
    for (size, error) in [(1000, true), (1001, false), (999, false)] {
        let mut fake = Fake::start(&[&format!("{ENVELOPE}C: DATA\nS: 354 go\nDATA")]);
        let mut broken = lines(1000);
        broken.size = (size * LINE.len()) as u64;
        broken.content = Box::new(Lines { lines: 1000, error });
        let (outcomes, usable) = send(config(), &hop(fake.address), &broken).await;
        assert!(
            outcomes[0].starts_with("deferred 451 4.3.0"),
            "{outcomes:?}"
        );
        assert!(!usable);
        let seen = fake.seen().await;
        assert_eq!(seen.data, Vec::<Vec<u8>>::new());
        assert_eq!(
            seen.wrong.as_deref(),
            Some("DATA: connection closed by the peer")
        );
    }
}

/// Resident memory of this process, in octets.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/statm").expect("Linux");
    let pages: usize = status
        .split(' ')
        .nth(1)
        .expect("a field")
        .parse()
        .expect("a number");
    pages * 4096
}

/// 50 MB come and go without being anywhere whole. A server that counts and keeps nothing.
#[tokio::test]
async fn fifty_megabytes_in_constant_memory() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("bound");
    let count = (50 << 20) / LINE.len();
    let server = tokio::spawn(async move {
        let (mut tcp, _) = listener.accept().await.expect("a client");
        tcp.write_all(b"220 mx\r\n").await.expect("sent");
        let mut buffer = vec![0; 64 << 10];
        for reply in ["250 mx\r\n", "250 ok\r\n", "250 ok\r\n", "354 go\r\n"] {
            assert!(tcp.read(&mut buffer).await.expect("a command") > 0);
            tcp.write_all(reply.as_bytes()).await.expect("sent");
        }
        let (mut total, mut most, mut last) = (0, 0, [0; 5]);
        while last != *b"\r\n.\r\n" {
            let got = tcp.read(&mut buffer).await.expect("octets");
            assert!(got > 0, "it closed");
            total += got;
            most = most.max(resident());
            let mut tail = last.to_vec();
            tail.extend_from_slice(&buffer[..got]);
            last.copy_from_slice(&tail[tail.len() - 5..]);
        }
        tcp.write_all(b"250 taken\r\n").await.expect("sent");
        (total, most)
    });
    let before = resident();
    let (outcomes, _) = send(config(), &hop(address), &lines(count)).await;
    assert_eq!(outcomes, ["delivered 250 2.0.0 taken"]);
    let (total, most) = server.await.expect("served");
    // One dot more on each line, and the last.
    assert_eq!(total, count * (LINE.len() + 1) + 3);
    let grown = most.saturating_sub(before);
    // Other tests of this process have their memory as well.
    assert!(grown < 24 << 20, "{} kB more", grown >> 10);
}
