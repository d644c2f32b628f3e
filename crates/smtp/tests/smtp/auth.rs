//! Signing in (RFC 4954).

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use congvu_smtp::Role;
use congvu_store::{StoreError, account, ending, mailbox};
use ring::{digest, hmac, pbkdf2};
use tokio::io::DuplexStream;

use crate::support::{Client, PASSWORD, World, base64, message, plain};

#[tokio::test]
async fn plain_at_once_and_after_a_challenge() {
    let world = World::new().await;
    let mut client = world.submission().greeted().await;
    client
        .say(&plain("an@tinh.example", PASSWORD), "235 2.7.0")
        .await;
    client.say(&plain("an", PASSWORD), "503 5.5.1").await;
    let mut client = world.submission().greeted().await;
    client.say("AUTH plain", "334 ").await;
    client
        .say(&base64(&format!("\0an\0{PASSWORD}")), "235 2.7.0")
        .await;
    let mut client = world.submission().greeted().await;
    let secret = world.an_app_password.reveal();
    client.say(&plain("an", secret), "235 2.7.0").await;
}

#[tokio::test]
async fn login() {
    let world = World::new().await;
    let mut client = world.submission().greeted().await;
    client.say("AUTH LOGIN", "334 VXNlcm5hbWU6").await;
    client.say(&base64("an"), "334 UGFzc3dvcmQ6").await;
    client.say(&base64(PASSWORD), "235 2.7.0").await;
    let mut client = world.submission().greeted().await;
    client
        .say(&format!("AUTH LOGIN {}", base64("an")), "334 UGFzc3dvcmQ6")
        .await;
    client.say(&base64("sai"), "535 5.7.8").await;
}

/// RFC 5802 §3, the client's side.
async fn scram(client: &mut Client<DuplexStream>, password: &str) -> String {
    let bare = "n=an@tinh.example,r=fyko+d2lbbFgONRv9qkxdawL";
    let challenge = client
        .say(
            &format!("AUTH SCRAM-SHA-256 {}", base64(&format!("n,,{bare}"))),
            "334 ",
        )
        .await;
    let server = BASE64.decode(&challenge[4..]).expect("base64");
    let server = String::from_utf8(server).expect("text");
    let field = |name: &str| {
        let found = server.split(',').find_map(|field| field.strip_prefix(name));
        found.expect("a field").to_owned()
    };
    let (nonce, salt) = (field("r="), BASE64.decode(field("s=")).expect("salt"));
    let rounds = field("i=").parse().expect("a number");
    let mut salted = [0; 32];
    pbkdf2::derive(
        pbkdf2::PBKDF2_HMAC_SHA256,
        rounds,
        &salt,
        password.as_bytes(),
        &mut salted,
    );
    let sign = |key: &[u8], data: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data);
    let client_key = sign(&salted, b"Client Key");
    let stored = digest::digest(&digest::SHA256, client_key.as_ref());
    let last = format!("c=biws,r={nonce}");
    let auth = format!("{bare},{server},{last}");
    let signature = sign(stored.as_ref(), auth.as_bytes());
    let pairs = client_key.as_ref().iter().zip(signature.as_ref());
    let proof: Vec<u8> = pairs.map(|(a, b)| a ^ b).collect();
    let last = format!("{last},p={}", BASE64.encode(proof));
    client
        .send(format!("{}\r\n", base64(&last)).as_bytes())
        .await;
    let reply = client.reply().await;
    if let Some(challenge) = reply.strip_prefix("334 ") {
        let server_key = sign(&salted, b"Server Key");
        let expected = BASE64.encode(sign(server_key.as_ref(), auth.as_bytes()));
        let said = BASE64.decode(challenge).expect("base64");
        assert_eq!(String::from_utf8_lossy(&said), format!("v={expected}"));
        client.send(b"\r\n").await;
        return client.reply().await;
    }
    reply
}

#[tokio::test]
async fn scram_with_an_app_password() {
    let world = World::new().await;
    let mut client = world.submission().greeted().await;
    let secret = world.an_app_password.reveal();
    assert!(scram(&mut client, secret).await.starts_with("235 2.7.0"));
    let reply = client
        .mail("an@tinh.example", "binh@tinh.example", &message_of_an())
        .await;
    assert!(reply.starts_with("250 2.0.0"), "{reply}");
    let mut client = world.submission().greeted().await;
    assert!(scram(&mut client, "wrong").await.starts_with("535 5.7.8"));
}

fn message_of_an() -> Vec<u8> {
    b"From: an@tinh.example\r\nSubject: x\r\n\r\nx\r\n.\r\n".to_vec()
}

#[tokio::test]
async fn what_goes_wrong() {
    let world = World::new().await;
    let server = world.server(Role::Submission, |config| config.max_errors = 0);
    let mut client = server.connect().await;
    client.say(&plain("an", PASSWORD), "503 5.5.1").await;
    client
        .talk(
            "C: EHLO x
             S: 250
             C: AUTH
             S: 501 5.5.4
             C: AUTH CRAM-MD5
             S: 504 5.5.4
             C: AUTH PLAIN !!!
             S: 501 5.5.2
             C: AUTH PLAIN
             S: 334
             C: *
             S: 501 5.7.0
             C: AUTH PLAIN
             S: 334
             C: no base64
             S: 501 5.5.2
             C: NOOP
             S: 250
             C: AUTH PLAIN AGE=
             S: 421 4.7.0",
        )
        .await;
    client.closed().await;
    let mut client = server.greeted().await;
    client.say(&plain("khoa", PASSWORD), "535 5.7.13").await;
    client
        .say(&plain("moi", PASSWORD), "535 5.7.8 Change your password")
        .await;
    let mut client = server.greeted().await;
    let begun = Instant::now();
    client.say(&plain("an", "sai"), "535 5.7.8").await;
    assert!(
        begun.elapsed() >= Duration::from_millis(400),
        "wrong answers wait"
    );
    client.say(&plain("khongco", "sai"), "535 5.7.8").await;
    client.say(&plain("an", "sai"), "421 4.7.0").await;
    client.closed().await;
}

#[tokio::test]
async fn guesses_are_throttled() {
    let world = World::new().await;
    for _ in 0..5 {
        let mut client = world.submission().greeted().await;
        client.say(&plain("an", "sai"), "535").await;
    }
    let mut client = world.submission().greeted().await;
    client.say(&plain("an", PASSWORD), "454 4.7.0").await;
}

#[tokio::test]
async fn long_lines_are_for_auth_alone() {
    let world = World::new().await;
    let mut client = world.submission().greeted().await;
    client.say("AUTH PLAIN", "334").await;
    client.say(&"A".repeat(12_000), "501 5.5.2").await;
    client.say("AUTH PLAIN", "334").await;
    client
        .say(&"A".repeat(13_000), "500 5.5.2 Line too long")
        .await;
    client.say("NOOP", "250").await;
}

#[tokio::test]
async fn no_password_over_the_net_without_tls() {
    let world = World::new().await;
    let mut client = world.submission().connect_from("192.0.2.9:99").await;
    client.say("EHLO x", "250").await;
    client.say(&plain("an", PASSWORD), "538 5.7.11").await;
    let strict = world.server(Role::Submission, |config| config.cleartext_login = false);
    let mut client = strict.greeted().await;
    client.say(&plain("an", PASSWORD), "538 5.7.11").await;
    let mut client = world.mx().greeted().await;
    client.say(&plain("an", PASSWORD), "502 5.5.1").await;
}

/// A locked account is out at once, idle or not.
#[tokio::test]
async fn a_lock_ends_the_session() {
    let world = World::new().await;
    let mut idle = world.submission().signed_in().await;
    let mut busy = world.submission().signed_in().await;
    busy.say("MAIL FROM:<an@tinh.example>", "250").await;
    busy.say("RCPT TO:<binh@tinh.example>", "250").await;
    busy.say("DATA", "354").await;
    busy.send(b"Subject: x\r\n").await;
    let an = world.an;
    let locked = world
        .store
        .write(move |tx| account::set_disabled(tx, an, true));
    locked
        .await
        .map_err(|error: StoreError| error)
        .expect("locked");
    idle.expect("421 4.7.0").await;
    idle.closed().await;
    busy.send(b"\r\nx\r\n.\r\n").await;
    busy.expect("421 4.7.0").await;
    busy.closed().await;
    assert!(world.inbox("binh").await.is_empty());
    let mut client = world.submission().greeted().await;
    client.say(&plain("an", PASSWORD), "535 5.7.13").await;
}

/// TQ.8.1: a mailbox that is locked closed neither sends nor receives, from inside and outside, through groups too;
/// SL.8.1: one that is locked otherwise still receives. Unlocking undoes it.
#[tokio::test]
async fn tq_8_1_sl_8_1_locks() {
    let world = World::new().await;
    let lock = async |mode| {
        let locked = world.store.write(move |tx| {
            let account = account::by_login(tx, "an@tinh.example")?.expect("an account");
            let id = account.mailbox.expect("a mailbox");
            match mode {
                Some(closed) => mailbox::set_locked(tx, id, closed),
                None => mailbox::set_unlocked(tx, id),
            }
        });
        locked
            .await
            .map_err(|error: StoreError| error)
            .expect("written");
    };
    let rcpt = async |expected: &str| {
        let mut outside = world.mx().greeted().await;
        outside.say("MAIL FROM:<x@example.com>", "250").await;
        outside.say("RCPT TO:<an@tinh.example>", expected).await;
        let mut inside = world.submission().greeted().await;
        inside.say(&plain("binh", PASSWORD), "235").await;
        inside.say("MAIL FROM:<binh@tinh.example>", "250").await;
        inside.say("RCPT TO:<an@tinh.example>", expected).await;
    };
    let mut idle = world.submission().signed_in().await;
    lock(Some(false)).await;
    idle.expect("421 4.7.0").await;
    idle.closed().await;
    let mut client = world.submission().greeted().await;
    client.say(&plain("an", PASSWORD), "535").await;
    rcpt("250").await;
    lock(Some(true)).await;
    rcpt("550 5.2.1").await;
    let mut group = world.mx().greeted().await;
    let text = message("x");
    let to_a_group = group.mail("x@example.com", "moinguoi@tinh.example", &text);
    to_a_group.await;
    assert!(world.inbox("an").await.is_empty());
    lock(None).await;
    rcpt("250").await;
    let mut client = world.submission().greeted().await;
    client.say(&plain("an", PASSWORD), "235").await;
}

/// BS.7.đ4, TQ.7.2: mail for a mailbox that was taken back or deleted is refused as for nobody.
#[tokio::test]
async fn bs_7_đ4_tq_7_2_nobody_is_there_any_more() {
    let world = World::new().await;
    let of = |name: &str| format!("{name}@tinh.example");
    for (name, destroyed) in [("an", false), ("binh", true)] {
        let login = of(name);
        let ended = world.store.write(move |tx| {
            let account = account::by_login(tx, &login)?.expect("an account");
            let mailbox = account.mailbox.expect("a mailbox");
            if destroyed {
                ending::destroy(tx, mailbox)
            } else {
                ending::revoke(tx, mailbox)
            }
        });
        ended
            .await
            .map_err(|error: StoreError| error)
            .expect("written");
        let mut client = world.mx().greeted().await;
        client.say("MAIL FROM:<x@example.com>", "250").await;
        client
            .say(&format!("RCPT TO:<{}>", of(name)), "550 5.1.1")
            .await;
        let mut client = world.submission().greeted().await;
        client.say(&plain(name, PASSWORD), "535").await;
    }
}

#[tokio::test]
async fn a_message_between_two_who_sign_in() {
    let world = World::new().await;
    let mut client = world.submission().signed_in().await;
    let reply = client
        .mail("an@tinh.example", "binh@tinh.example", &message_of_an())
        .await;
    assert!(reply.starts_with("250 2.0.0"), "{reply}");
    assert!(world.inbox("binh").await[0].contains(" with ESMTPA id "));
    // Nobody else's.
    let reply = client
        .mail("an@tinh.example", "binh@tinh.example", &message("x"))
        .await;
    assert!(reply.starts_with("550 5.7.1"), "{reply}");
}
