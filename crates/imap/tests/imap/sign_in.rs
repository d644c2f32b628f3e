use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use congvu_access::hash_password;
use congvu_store::account;
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
    let set = world
        .store
        .write(move |tx| account::set_password(tx, id, &phc, true));
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
        .write(move |tx| account::set_password(tx, id, "$argon2id$", false));
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
