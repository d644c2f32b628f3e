//! USER and PASS, AUTH, and what refusals look like.

use std::num::NonZeroU32;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use congvu_access::AppSecret;
use congvu_store::{StoreError, account};
use ring::{digest, hmac, pbkdf2};

use crate::support::{LOGIN, PASSWORD, Peer, World};

const WRONG: &str = "S: -ERR [AUTH] Wrong user name or password";

#[tokio::test]
async fn three_wrong_passwords_end_the_connection() {
    let world = World::new().await;
    let mut peer = world.connect().await;
    for name in [LOGIN, "nobody@so.example", LOGIN] {
        peer.talk(&format!(
            "C: USER {name}\nS: +OK Send PASS\nC: PASS no\n{WRONG}"
        ))
        .await;
    }
    peer.talk("S: EOF").await;
}

#[tokio::test]
async fn pass_follows_user_at_once() {
    let world = World::new().await;
    let mut peer = world.connect().await;
    peer.talk(&format!(
        "C: USER {LOGIN}
         S: +OK Send PASS
         C: NOOP
         S: -ERR Sign in first
         C: PASS {PASSWORD}
         S: -ERR Send USER first
         C: USER lan
         S: +OK Send PASS
         C: PASS wrong
         {WRONG}
         C: PASS {PASSWORD}
         S: -ERR Send USER first"
    ))
    .await;
    peer.sign_in().await;
}

/// Passwords go over TLS, or stay on the machine where the operator allowed it.
#[tokio::test]
async fn no_password_in_the_clear() {
    let mut world = World::new().await;
    let refused = format!(
        "C: USER {LOGIN}
         S: -ERR Use STLS first
         C: PASS {PASSWORD}
         S: -ERR Use STLS first
         C: AUTH PLAIN AGEAYg==
         S: -ERR Use STLS first"
    );
    world.connect_from_afar().await.talk(&refused).await;
    world.config.cleartext_login = false;
    world.connect().await.talk(&refused).await;
}

#[tokio::test]
async fn who_may_not_come_in_is_told_why() {
    let world = World::new().await;
    let account = world.account;
    let phc = congvu_access::hash_password(PASSWORD);
    let must_change = world.store.write(move |tx| {
        account::set_password(
            tx,
            account,
            &phc,
            Some(congvu_store::account::MustChange::Reset),
        )
    });
    must_change.await.unwrap();
    let sign_in = format!("C: USER {LOGIN}\nS: +OK Send PASS\nC: PASS {PASSWORD}");
    let mut peer = world.connect().await;
    peer.talk(&format!("{sign_in}\nS: -ERR [AUTH] Change your password *"))
        .await;
    let disabled = world
        .store
        .write(move |tx| account::set_disabled(tx, account, true));
    disabled.await.unwrap();
    peer.talk(&format!(
        "{sign_in}\nS: -ERR [AUTH] This account is disabled*"
    ))
    .await;
    // Four failures are allowed.
    for guesses in [3, 1] {
        let mut guess = world.connect().await;
        for _ in 0..guesses {
            guess
                .talk("C: USER lan\nS: +OK Send PASS\nC: PASS no\nS: -ERR [AUTH] *")
                .await;
        }
    }
    peer.talk(&format!(
        "{sign_in}\nS: -ERR [SYS/TEMP] Too many failed attempts*\nS: EOF"
    ))
    .await;
}

#[tokio::test]
async fn sasl_plain_and_login() {
    let world = World::new().await;
    let plain = BASE64.encode(format!("\0{LOGIN}\0{PASSWORD}"));
    let (name, password) = (BASE64.encode(LOGIN), BASE64.encode(PASSWORD));
    let end = "S: +OK Maildrop has 0 messages (0 octets)\nC: QUIT\nS: +OK Bye\nS: EOF";
    for exchange in [
        format!("C: AUTH PLAIN {plain}"),
        format!("C: auth plain\nS: +\x20\nC: {plain}"),
        format!("C: AUTH LOGIN\nS: + VXNlcm5hbWU6\nC: {name}\nS: + UGFzc3dvcmQ6\nC: {password}"),
        format!("C: AUTH LOGIN {name}\nS: + UGFzc3dvcmQ6\nC: {password}"),
    ] {
        world
            .connect()
            .await
            .talk(&format!("{exchange}\n{end}"))
            .await;
    }
}

#[tokio::test]
async fn sasl_that_fails() {
    let world = World::new().await;
    let mut peer = world.connect().await;
    let wrong = BASE64.encode(format!("\0{LOGIN}\0no"));
    peer.talk(&format!(
        "C: AUTH
         S: -ERR Usage: AUTH mechanism [response]
         C: AUTH CRAM-MD5
         S: -ERR Unknown mechanism
         C: AUTH PLAIN
         S: +\x20
         C: *
         S: -ERR Authentication cancelled
         C: AUTH PLAIN {wrong}
         {WRONG}
         C: AUTH PLAIN =
         S: -ERR Malformed authentication exchange
         C: AUTH PLAIN ***
         S: -ERR Malformed authentication exchange
         S: EOF"
    ))
    .await;
    let mut peer = world.connect().await;
    peer.talk("C: AUTH PLAIN\nS: +\x20").await;
    peer.send(format!("{}\r\n", "A".repeat(9000))).await;
    peer.talk("S: -ERR Malformed authentication exchange").await;
}

/// RFC 7677, with an app password.
#[tokio::test]
async fn sasl_scram() {
    let world = World::new().await;
    let secret = AppSecret::generate();
    let (account, stored) = (world.account, secret.clone());
    let added = world.store.write(move |tx| {
        let known = account::by_login(tx, LOGIN)?.unwrap();
        stored.store(tx, account, &known.scram_salt, "phone")?;
        Ok::<_, StoreError>(())
    });
    added.await.unwrap();
    for initial in [true, false] {
        let mut peer = world.connect().await;
        scram(&mut peer, secret.reveal(), initial).await;
        peer.talk("S: +OK Maildrop has 0 messages (0 octets)\nC: QUIT\nS: +OK Bye")
            .await;
    }
    let mut peer = world.connect().await;
    let first = BASE64.encode(format!("n,,n={LOGIN},r=abc"));
    peer.talk(&format!(
        "C: AUTH SCRAM-SHA-256 {first}\nS: + *\nC: Yz1iaXdzLHI9YWJj\n{WRONG}"
    ))
    .await;
}

/// The client's side (RFC 5802 §3), up to the answer to the server's signature.
async fn scram(peer: &mut Peer, password: &str, initial: bool) {
    let bare = format!("n={LOGIN},r=clientnonce");
    let first = BASE64.encode(format!("n,,{bare}"));
    if initial {
        peer.talk(&format!("C: AUTH SCRAM-SHA-256 {first}")).await;
    } else {
        peer.talk(&format!("C: AUTH SCRAM-SHA-256\nS: +\x20\nC: {first}"))
            .await;
    }
    let challenge = challenge(peer).await;
    let field = |n: usize| challenge.split(',').nth(n).unwrap()[2..].to_owned();
    let (nonce, salt) = (field(0), BASE64.decode(field(1)).unwrap());
    let rounds: NonZeroU32 = field(2).parse().unwrap();
    assert!(nonce.starts_with("clientnonce"));
    let mut salted = [0; 32];
    let sha256 = pbkdf2::PBKDF2_HMAC_SHA256;
    pbkdf2::derive(sha256, rounds, &salt, password.as_bytes(), &mut salted);
    let client_key = sign(&salted, b"Client Key");
    let stored_key = digest::digest(&digest::SHA256, &client_key);
    let last = format!("c=biws,r={nonce}");
    let auth = format!("{bare},{challenge},{last}");
    let signature = sign(stored_key.as_ref(), auth.as_bytes());
    let proof: Vec<u8> = client_key
        .iter()
        .zip(signature)
        .map(|(a, b)| a ^ b)
        .collect();
    let last = BASE64.encode(format!("{last},p={}", BASE64.encode(proof)));
    peer.send(format!("{last}\r\n")).await;
    let verifier = sign(&sign(&salted, b"Server Key"), auth.as_bytes());
    let expected = format!("v={}", BASE64.encode(verifier));
    assert_eq!(
        self::challenge(peer).await,
        expected,
        "the server knows the keys"
    );
    peer.send("\r\n").await;
}

async fn challenge(peer: &mut Peer) -> String {
    let line = peer.line().await;
    let text = line.strip_prefix("+ ").expect("a challenge");
    String::from_utf8(BASE64.decode(text).unwrap()).unwrap()
}

fn sign(key: &[u8], data: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data)
        .as_ref()
        .to_vec()
}
