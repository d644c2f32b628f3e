//! SMTP smuggling: only CR LF . CR LF ends a message (RFC 5321 §4.1.1.4, §2.3.8).

use congvu_smtp::Role;

use crate::support::World;

const ODD_ENDS: [&[u8]; 22] = [
    b"\n.\n",
    b"\n.\r",
    b"\n.\r\n",
    b"\n.\r\r\n",
    b"\r.\r",
    b"\r.\n",
    b"\r.\r\n",
    b"\r.\r\r\n",
    b"\r\n.\n",
    b"\r\n.\r",
    b"\r\n.\r\r\n",
    b"\r\n.\n\r\n",
    b"\r\r\n.\n",
    b"\r\r\n.\r\r\n",
    b"\r\r.\r\r",
    b"\n\n.\n\n",
    b"\n\r.\n\r",
    b"\n\r\n.\n",
    b"\r\n\x00.\r\n",
    b"\r\n.\x00\r\n",
    b"\r\n.\r\x00\n",
    b"\r\n .\r\n",
];

const SMUGGLED: &[u8] = b"MAIL FROM:<chutich@tinh.example>\r\nRCPT TO:<binh@tinh.example>\r\nDATA\r\nSubject: gia mao\r\n\r\ngia mao\r\n.\r\n";

/// A second message hides behind `odd` in the first, which comes in pieces of `piece` octets. At
/// most one message arrives, and the session goes on with the right command.
async fn check(odd: &[u8], piece: usize) {
    let world = World::new().await;
    let server = world.server(Role::Mx, |config| config.max_errors = 0);
    let mut client = server.greeted().await;
    client.say("MAIL FROM:<a@b.example>", "250").await;
    client.say("RCPT TO:<an@tinh.example>", "250").await;
    client.say("DATA", "354").await;
    let data = [b"Subject: mot\r\n\r\nmot", odd, SMUGGLED].concat();
    for chunk in data.chunks(piece) {
        client.send(chunk).await;
        tokio::task::yield_now().await;
    }
    let bare = !matches!(odd, b"\r\n\x00.\r\n" | b"\r\n.\x00\r\n" | b"\r\n .\r\n");
    let expected = if bare { "550 5.6.11" } else { "250 2.0.0" };
    client.expect(expected).await;
    client.say("NOOP", "250 2.0.0").await;
    assert_eq!(world.inbox("an").await.len(), usize::from(!bare), "{odd:?}");
    assert_eq!(world.inbox("binh").await.len(), 0, "{odd:?}");
    if !bare {
        // Kept as data, NUL and all.
        assert!(world.inbox("an").await[0].contains("MAIL FROM:<chutich@"));
    }
}

#[tokio::test]
async fn in_one_piece() {
    for odd in ODD_ENDS {
        check(odd, usize::MAX).await;
    }
}

#[tokio::test]
async fn octet_by_octet() {
    for odd in ODD_ENDS {
        check(odd, 1).await;
    }
}

#[tokio::test]
async fn a_bare_end_alone_waits_for_the_true_end() {
    let world = World::new().await;
    let mut client = world.mx().greeted().await;
    client.say("MAIL FROM:<a@b.example>", "250").await;
    client.say("RCPT TO:<an@tinh.example>", "250").await;
    client.say("DATA", "354").await;
    client.send(b"Subject: x\r\n\r\nx\n.\nNOOP\r\n.\r").await;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    client.send(b"\nNOOP\r\n").await;
    client.expect("550 5.6.11").await;
    client.expect("250 2.0.0").await;
    assert!(world.inbox("an").await.is_empty());
}
