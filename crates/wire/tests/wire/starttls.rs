//! From plain to TLS, and TLS from the first octet.

use crate::support::{LONG, SHORT, Server, Settings, certificates, client, handshake, line, rest};
use congvu_wire::{Conn, Shutdown, Tls, TlsError, WireError, self_signed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A small protocol: `STARTTLS`, `INFO`, `QUIT`; anything else is echoed.
async fn talk(mut conn: Conn, _: Shutdown) {
    while let Ok(line) = conn.read_line(1000, LONG).await {
        match line.bytes.as_slice() {
            b"STARTTLS" if conn.can_start_tls() => {
                conn.put(b"OK begin\r\n");
                match conn.start_tls(LONG).await {
                    Ok(discarded) => conn.put(format!("DISCARDED {discarded}\r\n").as_bytes()),
                    Err(_) => return,
                }
            }
            b"STARTTLS" => conn.put(b"NO\r\n"),
            b"INFO" => {
                let info = match conn.tls() {
                    Some(tls) => format!("{} {}\r\n", tls.version, tls.cipher),
                    None => "plain\r\n".into(),
                };
                conn.put(info.as_bytes());
            }
            b"QUIT" => {
                conn.put(b"BYE\r\n");
                return conn.close().await;
            }
            other => {
                let echo = [other, b"\r\n"].concat();
                conn.put(&echo);
            }
        }
        if conn.flush(LONG).await.is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn implicit_tls_with_a_trusted_ca() {
    let (made, tls) = certificates();
    let server = Server::start(
        Settings {
            tls: Some(tls),
            implicit_tls: true,
            ..Settings::default()
        },
        talk,
    );
    for name in ["mail.example", "localhost", "127.0.0.1"] {
        let mut peer = handshake(&client(&made.ca_pem), name, server.connect().await)
            .await
            .expect("trusted");
        peer.write_all(b"INFO\r\nSTARTTLS\r\nQUIT\r\n")
            .await
            .expect("taken");
        let info = line(&mut peer).await;
        assert!(info.starts_with("TLSv1.3 TLS_"), "{info}");
        assert_eq!(line(&mut peer).await, "NO\r\n");
        // The end is orderly: close_notify, or this would fail.
        assert_eq!(rest(&mut peer).await, "BYE\r\n");
    }
    server.stop().await;
}

#[tokio::test]
async fn strangers_are_not_trusted() {
    let (made, tls) = certificates();
    let other = self_signed(&[]).expect("certificates");
    let server = Server::start(
        Settings {
            tls: Some(tls),
            implicit_tls: true,
            ..Settings::default()
        },
        talk,
    );
    let wrong_ca = handshake(&client(&other.ca_pem), "localhost", server.connect().await).await;
    assert!(wrong_ca.is_err());
    let wrong_name = handshake(
        &client(&made.ca_pem),
        "other.example",
        server.connect().await,
    )
    .await;
    assert!(wrong_name.is_err());
    server.stop().await;
}

#[tokio::test]
async fn starttls_discards_what_came_in_plain() {
    let (made, tls) = certificates();
    let server = Server::start(
        Settings {
            tls: Some(tls),
            ..Settings::default()
        },
        talk,
    );
    let mut plain = server.connect().await;
    plain.write_all(b"INFO\r\n").await.expect("taken");
    assert_eq!(line(&mut plain).await, "plain\r\n");
    plain
        .write_all(b"STARTTLS\r\nINJECTED\r\n")
        .await
        .expect("taken");
    assert_eq!(line(&mut plain).await, "OK begin\r\n");
    let mut peer = handshake(&client(&made.ca_pem), "mail.example", plain)
        .await
        .expect("TLS");
    assert_eq!(line(&mut peer).await, "DISCARDED 10\r\n");
    peer.write_all(b"WITHIN\r\nSTARTTLS\r\nQUIT\r\n")
        .await
        .expect("taken");
    assert_eq!(rest(&mut peer).await, "WITHIN\r\nNO\r\nBYE\r\n");
    server.stop().await;
}

#[tokio::test]
async fn plain_text_instead_of_a_handshake_ends_the_connection() {
    let (_, tls) = certificates();
    let server = Server::start(
        Settings {
            tls: Some(tls),
            ..Settings::default()
        },
        talk,
    );
    let mut plain = server.connect().await;
    plain.write_all(b"STARTTLS\r\n").await.expect("taken");
    assert_eq!(line(&mut plain).await, "OK begin\r\n");
    plain
        .write_all(b"QUIT\r\nQUIT\r\nQUIT\r\n")
        .await
        .expect("taken");
    let mut end = Vec::new();
    let _ = plain.read_to_end(&mut end).await;
    assert!(!end.starts_with(b"BYE"));
    server.stop().await;
}

#[tokio::test]
async fn without_a_certificate_there_is_no_tls() {
    let (ours, _theirs) = tokio::io::duplex(100);
    let mut conn = Conn::from_duplex(ours, ([192, 0, 2, 1], 1).into());
    assert!(!conn.can_start_tls());
    let refused = conn.start_tls(LONG).await;
    assert!(
        matches!(refused, Err(WireError::Tls(TlsError::NotConfigured))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_handshake_that_never_comes_times_out() {
    let (_, tls) = certificates();
    let (ours, _theirs) = tokio::io::duplex(100);
    let mut conn = Conn::from_duplex(ours, ([192, 0, 2, 1], 1).into()).with_tls(tls);
    assert!(conn.can_start_tls());
    assert!(matches!(
        conn.start_tls(SHORT).await,
        Err(WireError::TimedOut)
    ));
    assert!(!conn.can_start_tls());
    assert!(matches!(conn.fill(10, LONG).await, Err(WireError::Closed)));
    conn.close().await;
}

#[tokio::test]
async fn much_data_both_ways() {
    let (made, tls) = certificates();
    let server = Server::start(
        Settings {
            tls: Some(tls),
            implicit_tls: true,
            ..Settings::default()
        },
        talk,
    );
    let tcp = server.connect().await;
    let peer = handshake(&client(&made.ca_pem), "localhost", tcp)
        .await
        .expect("TLS");
    let (mut reader, mut writer) = tokio::io::split(peer);
    let sender = tokio::spawn(async move {
        let text = format!("{}\r\n", "x".repeat(900)).repeat(2000);
        writer.write_all(text.as_bytes()).await.expect("taken");
        writer.write_all(b"QUIT\r\n").await.expect("taken");
        writer.flush().await.expect("taken");
        writer
    });
    let echo = rest(&mut reader).await;
    assert_eq!(echo.len(), 2000 * 902 + 5);
    sender.await.expect("sender ends");
    server.stop().await;
}

/// Two connections of one client: the second one resumes the session of the first.
#[tokio::test]
async fn sessions_resume() {
    let (made, tls) = certificates();
    let server = Server::start(
        Settings {
            tls: Some(tls),
            implicit_tls: true,
            ..Settings::default()
        },
        talk,
    );
    let client = client(&made.ca_pem);
    let mut kinds = Vec::new();
    for _ in 0..2 {
        let mut peer = handshake(&client, "localhost", server.connect().await)
            .await
            .expect("TLS");
        peer.write_all(b"QUIT\r\n").await.expect("taken");
        assert_eq!(rest(&mut peer).await, "BYE\r\n");
        kinds.push(peer.get_ref().1.handshake_kind());
    }
    assert_eq!(
        kinds,
        [
            Some(rustls::HandshakeKind::Full),
            Some(rustls::HandshakeKind::Resumed)
        ]
    );
    server.stop().await;
}

#[tokio::test]
async fn a_renewed_certificate_is_used_after_reload() {
    let dir = tempfile::tempdir().expect("a directory");
    let (cert, key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
    let write = |cert_pem: &str, key_pem: &str| {
        std::fs::write(&cert, cert_pem).expect("written");
        std::fs::write(&key, key_pem).expect("written");
    };
    let (old, new) = (
        self_signed(&[]).expect("old"),
        self_signed(&[]).expect("new"),
    );
    assert!(matches!(
        Tls::from_files(&cert, &key),
        Err(TlsError::File { .. })
    ));
    write(&old.cert_pem, &old.key_pem);
    let tls = Tls::from_files(&cert, &key).expect("read");
    let settings = Settings {
        tls: Some(tls.clone()),
        implicit_tls: true,
        ..Settings::default()
    };
    let server = Server::start(settings, talk);
    let trusts =
        async |ca: &str, tcp: TcpStream| handshake(&client(ca), "localhost", tcp).await.is_ok();
    assert!(trusts(&old.ca_pem, server.connect().await).await);

    write(&new.cert_pem, &old.key_pem);
    assert!(tls.reload().is_err());
    assert!(trusts(&old.ca_pem, server.connect().await).await);

    write(&new.cert_pem, &new.key_pem);
    tls.reload().expect("fits");
    assert!(trusts(&new.ca_pem, server.connect().await).await);
    assert!(!trusts(&old.ca_pem, server.connect().await).await);
    server.stop().await;
}
