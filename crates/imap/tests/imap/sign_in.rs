use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use congvu_access::{AppSecret, hash_password};
use congvu_store::{account, mailbox};
use congvu_wire::{Tls, self_signed};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use crate::support::{Client, World};

fn elsewhere() -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 7], 4000))
}

#[tokio::test]
async fn sasl() {
    let world = World::new().await;
    for transcript in [
        "C: a AUTHENTICATE PLAIN AGFuAE1hdC1raGF1IDFA\nS: a OK …",
        "C: a AUTHENTICATE PLAIN\nS: + \nC: AGFuAE1hdC1raGF1IDFA\nS: a OK …",
        "C: a AUTHENTICATE LOGIN\nS: + VXNlcm5hbWU6\nC: YW4=\nS: + UGFzc3dvcmQ6\nC: TWF0LWtoYXUgMUA=\nS: a OK …",
        "C: a AUTHENTICATE PLAIN\nS: + \nC: *\nS: a BAD Cancelled\nC: b NOOP\nS: b OK …",
        "C: a AUTHENTICATE GSSAPI\nS: a NO [CANNOT] …",
    ] {
        let mut client = world.connect();
        client.line().await;
        client.check(transcript).await;
    }
}

/// RFC 7677 and RFC 5802 §3, the client's half computed here.
#[tokio::test]
async fn scram_sha_256() {
    use ring::{digest, hmac, pbkdf2};
    let world = World::new().await;
    let (app, id) = (AppSecret::generate(), world.account);
    let stored = app.clone();
    let made = world.store.write(move |tx| {
        let salt = account::by_login(tx, "an@sonla.gov.vn")?
            .unwrap()
            .scram_salt;
        stored.store(tx, id, &salt, "Thunderbird")
    });
    made.await.unwrap();
    let sign = |key: &[u8], data: &str| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        hmac::sign(&key, data.as_bytes()).as_ref().to_vec()
    };
    for (password, right) in [(app.reveal(), true), ("abcdefghijkmnpqrstuvwxyz23", false)] {
        let mut client = world.connect();
        client.line().await;
        let bare = "n=an,r=rOprNGfwEbeRWgbNEkqO";
        let begin = STANDARD.encode(format!("n,,{bare}"));
        client
            .send(format!("a AUTHENTICATE SCRAM-SHA-256 {begin}\r\n"))
            .await;
        let challenge = client.line().await;
        let challenge = STANDARD.decode(challenge.strip_prefix("+ ").unwrap());
        let challenge = String::from_utf8(challenge.unwrap()).unwrap();
        let fields: Vec<&str> = challenge.split(',').map(|field| &field[2..]).collect();
        let [nonce, salt, iterations] = fields[..] else {
            panic!("{challenge}");
        };
        let mut salted = [0; 32];
        pbkdf2::derive(
            pbkdf2::PBKDF2_HMAC_SHA256,
            iterations.parse().unwrap(),
            &STANDARD.decode(salt).unwrap(),
            password.as_bytes(),
            &mut salted,
        );
        let key = sign(&salted, "Client Key");
        let last = format!("c=biws,r={nonce}");
        let whole = format!("{bare},{challenge},{last}");
        let signature = sign(digest::digest(&digest::SHA256, &key).as_ref(), &whole);
        let proof: Vec<u8> = key.iter().zip(&signature).map(|(a, b)| a ^ b).collect();
        let answer = format!("{last},p={}", STANDARD.encode(proof));
        client
            .send(format!("{}\r\n", STANDARD.encode(answer)))
            .await;
        if right {
            let server = sign(&sign(&salted, "Server Key"), &whole);
            let expected = STANDARD.encode(format!("v={}", STANDARD.encode(server)));
            client
                .check(&format!(
                    "S: + {expected}\nC:\nS: a OK [CAPABILITY …\nC: b SELECT INBOX"
                ))
                .await;
        } else {
            client.check("S: a NO [AUTHENTICATIONFAILED] …").await;
        }
    }
}

#[tokio::test]
async fn wrong_passwords() {
    let world = World::new().await;
    let mut client = world.connect();
    client.line().await;
    client
        .check(
            r"C: a LOGIN an wrong
            S: a NO [AUTHENTICATIONFAILED] Wrong user name or password
            C: b LOGIN nobody wrong
            S: b NO [AUTHENTICATIONFAILED] Wrong user name or password
            C: c LOGIN an wrong
            S: * BYE [AUTHENTICATIONFAILED] Too many failed sign-ins",
        )
        .await;
    client.closed().await;
}

#[tokio::test]
async fn refusals_have_codes() {
    let world = World::new().await;
    let id = world.account;
    let phc = hash_password(crate::support::PASSWORD);
    let set = world.store.write(move |tx| {
        account::set_password(tx, id, &phc, Some(congvu_store::account::MustChange::Reset))
    });
    set.await.unwrap();
    let mut client = world.connect();
    client.line().await;
    client
        .check("C: a LOGIN an \"Mat-khau 1@\"\nS: a NO [EXPIRED] …")
        .await;
    let set = world
        .store
        .write(move |tx| account::set_disabled(tx, id, true));
    set.await.unwrap();
    client
        .check("C: b LOGIN an \"Mat-khau 1@\"\nS: b NO [CONTACTADMIN] …")
        .await;
}

/// TQ.8.1, SL.8.1: a locked mailbox is opened by nobody, in either mode; who idles is out at once.
#[tokio::test]
async fn tq_8_1_sl_8_1_a_locked_mailbox() {
    for closed in [false, true] {
        let world = World::new().await;
        let mut idle = world.selected("INBOX").await;
        idle.check("C: b IDLE\nS: + idling").await;
        let id = world.account;
        let locked = world.store.write(move |tx| {
            let mailbox = mailbox::of_account(tx, id)?.unwrap();
            mailbox::set_locked(tx, mailbox, closed)
        });
        locked.await.unwrap();
        let bye = idle.line().await;
        assert!(bye.starts_with("* BYE"), "{bye}");
        idle.closed().await;
        let mut client = world.connect();
        client.line().await;
        client
            .check("C: a LOGIN an \"Mat-khau 1@\"\nS: a NO [CONTACTADMIN] …")
            .await;
    }
}

#[tokio::test]
async fn passwords_only_under_tls() {
    congvu_wire_crypto();
    let mut world = World::new().await;
    let made = self_signed(&["imap.sonla.gov.vn".to_owned()]).unwrap();
    world.tls = Some(Tls::from_pem(made.cert_pem.as_bytes(), made.key_pem.as_bytes()).unwrap());
    let mut client = world.connect_from(elsewhere());
    client
        .check(
            r"S: * OK [CAPABILITY …SASL-IR STARTTLS LOGINDISABLED] …
            C: a LOGIN an x
            S: a NO [PRIVACYREQUIRED] Use TLS to sign in
            C: b AUTHENTICATE PLAIN AGFuAHg=
            S: b NO [PRIVACYREQUIRED] Use TLS to sign in",
        )
        .await;
    // What is put behind STARTTLS in the clear is dropped.
    client.send("c STARTTLS\r\nd NOOP\r\n").await;
    client.check("S: c OK Begin TLS now").await;
    assert!(client.buffer.is_empty());
    let mut roots = RootCertStore::empty();
    for ca in CertificateDer::pem_slice_iter(made.ca_pem.as_bytes()) {
        roots.add(ca.unwrap()).unwrap();
    }
    let provider = Arc::new(crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("imap.sonla.gov.vn").unwrap();
    let connector = TlsConnector::from(Arc::new(config));
    let stream = connector.connect(name, client.stream).await.unwrap();
    let mut client = Client::over(Box::new(stream));
    client
        .check(
            r#"C: e CAPABILITY
            S: * CAPABILITY …SASL-IR AUTH=SCRAM-SHA-256 AUTH=PLAIN AUTH=LOGIN
            S: e OK CAPABILITY completed
            C: f STARTTLS
            S: f BAD TLS is not available here
            C: g LOGIN an "Mat-khau 1@"
            S: g OK …"#,
        )
        .await;
}

fn congvu_wire_crypto() {
    // A second test of this process may have done so already.
    drop(crypto::ring::default_provider().install_default());
}

#[tokio::test]
async fn a_changed_password_ends_sessions_at_once() {
    let world = World::new().await;
    let mut idle = world.selected("INBOX").await;
    idle.check("C: i IDLE\nS: + idling").await;
    let mut quiet = world.client().await;
    let id = world.account;
    let set = world
        .store
        .write(move |tx| account::set_password(tx, id, "$argon2id$", None));
    set.await.unwrap();
    let changed = Instant::now();
    idle.check("S: * BYE [UNAVAILABLE] This session was ended, sign in again")
        .await;
    quiet
        .check("S: * BYE [UNAVAILABLE] This session was ended, sign in again")
        .await;
    idle.closed().await;
    assert!(changed.elapsed() < Duration::from_secs(2));
}
