//! What is sent arrives as it is, whatever its octets and however it is cut: read by our own server's
//! data machine, through a socket.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use congvu_delivery::outbound::{Body, Content};
use futures_util::future::BoxFuture;
use proptest::prelude::*;
use tokio::io::{AsyncRead, ReadBuf};

use crate::fake::Fake;
use crate::peer::{config, connect, hop, parcel};

/// A message that comes in pieces of these lengths.
struct Pieces(Vec<u8>, Vec<usize>);

struct Reading {
    left: Vec<u8>,
    pieces: std::vec::IntoIter<usize>,
}

impl AsyncRead for Reading {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let wanted = self.pieces.next().unwrap_or(usize::MAX).max(1);
        let count = wanted.min(out.remaining()).min(self.left.len());
        out.put_slice(&self.left[..count]);
        self.left.drain(..count);
        Poll::Ready(Ok(()))
    }
}

impl Content for Pieces {
    fn open(&self) -> BoxFuture<'_, io::Result<Body>> {
        let body: Body = Box::pin(Reading {
            left: self.0.clone(),
            pieces: self.1.clone().into_iter(),
        });
        Box::pin(async move { Ok(body) })
    }
}

const SCRIPT: &str = "
    S: 220 mx
    C: EHLO mx.tinh.example
    S: 250 mx
    C: MAIL FROM:<an@tinh.example>
    S: 250 ok
    C: RCPT TO:<a@x.vn>
    S: 250 ok
    C: DATA
    S: 354 go on
    DATA
    S: 250 taken
    C: QUIT
    S: 221 bye";

/// Lines with CR LF, many of them odd.
fn message() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        Just(b".".to_vec()),
        Just(b"..".to_vec()),
        Just(Vec::new()),
        Just(b".MAIL FROM:<x@y>".to_vec()),
        proptest::collection::vec(
            any::<u8>().prop_filter("no line end", |byte| !b"\r\n".contains(byte)),
            0..100
        ),
    ];
    proptest::collection::vec(line, 0..40).prop_map(|lines| {
        lines
            .into_iter()
            .flat_map(|line| [line, b"\r\n".to_vec()].concat())
            .collect()
    })
}

/// Sends it; the octets as they came, with the dots in.
fn sent(message: Vec<u8>, pieces: Vec<usize>) -> Vec<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mut fake = Fake::start(&[SCRIPT]);
        let mut parcel = parcel(&["a@x.vn"]);
        parcel.size = message.len() as u64;
        parcel.content = Box::new(Pieces(message, pieces));
        let mut connection = connect(config(), &hop(fake.address))
            .await
            .expect("connects");
        connection.send(&parcel).await;
        connection.quit().await;
        fake.followed().await.remove(0)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn messages_arrive_as_they_are(message in message(), pieces in proptest::collection::vec(1_usize..60, 0..40)) {
        let wire = [sent(message.clone(), pieces), b".\r\n".to_vec()].concat();
        prop_assert_eq!(congvu_smtp::fuzzing::received(&wire), Some(message));
    }
}

#[test]
fn dots_on_the_borders_of_blocks() {
    // The client reads and writes 32 KiB at once.
    for shift in 0..6 {
        let mut message = b"x".repeat((32 << 10) - 5 + shift);
        message.extend_from_slice(b"\r\n.\r\n..\r\n");
        let wire = [sent(message.clone(), Vec::new()), b".\r\n".to_vec()].concat();
        assert_eq!(
            congvu_smtp::fuzzing::received(&wire),
            Some(message),
            "{shift}"
        );
    }
}
