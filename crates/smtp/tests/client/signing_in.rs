//! AUTH at a smart host.

use congvu_delivery::outbound::{Credentials, Hop, Tls};
use congvu_smtp::client::ClientConfig;
use congvu_wire::{SelfSigned, self_signed};

use crate::fake::Fake;
use crate::peer::{config, connect, hop, refused};

fn made() -> SelfSigned {
    self_signed(&["mx.ngoai.example".into()]).expect("certificates")
}

fn trusting(made: &SelfSigned) -> ClientConfig {
    ClientConfig {
        extra_roots_pem: made.ca_pem.clone().into_bytes(),
        ..config()
    }
}

fn signed(fake: &Fake, tls: Tls, password: &str) -> Hop {
    Hop {
        tls,
        credentials: Some(Credentials {
            user: "relay".into(),
            password: password.into(),
        }),
        ..hop(fake.address)
    }
}

const GREETED: &str = "S: 220 mx\nC: EHLO mx.tinh.example\nS: 250-mx\n";

#[tokio::test]
async fn plain_and_login() {
    let made = made();
    let long = "x".repeat(600);
    for (password, script) in [
        ("mat khau", "S: 250 AUTH LOGIN PLAIN\nC: AUTH PLAIN AHJlbGF5AG1hdCBraGF1\nS: 235 2.7.0 ok".to_owned()),
        (
            "mat khau",
            "S: 250 AUTH LOGIN\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: cmVsYXk=\nS: 334 UGFzc3dvcmQ6\nC: bWF0IGtoYXU=\n\
             S: 235 2.7.0 ok"
                .to_owned(),
        ),
        (
            &long,
            format!("S: 250 AUTH PLAIN\nC: AUTH PLAIN\nS: 334\nC: AHJlbGF5A{}\nS: 235 ok", "Hh4e".repeat(200)[1..].to_owned()),
        ),
    ] {
        let script = if password.len() > 100 {
            // What it answers is looked at by no one: only that it is asked for in two steps.
            script.split("\nC: AHJ").next().expect("a part").to_owned() + "\nHANG"
        } else {
            format!("{script}\nC: QUIT\nS: 221 bye")
        };
        let mut fake = Fake::with_tls(&[&format!("{GREETED}{script}")], &made, true);
        let mut client = trusting(&made);
        if password.len() > 100 {
            client.timeouts.hello = std::time::Duration::from_millis(300);
            let found = refused(client, &signed(&fake, Tls::Implicit, password)).await;
            assert!(found.starts_with("421 4.4.2"), "{found}");
        } else {
            let connection = connect(client, &signed(&fake, Tls::Implicit, password)).await;
            connection.expect("signs in").quit().await;
        }
        fake.followed().await;
    }
}

/// A password that is not taken, or that cannot be given, is our own fault: mail waits.
#[tokio::test]
async fn refusals_are_temporary() {
    let made = made();
    for (script, expected) in [
        (
            "S: 250 AUTH PLAIN\nC: AUTH PLAIN AHJlbGF5AHg=\nS: 535 5.7.8 wrong",
            "535 5.7.8 wrong",
        ),
        (
            "S: 250 AUTH LOGIN\nC: AUTH LOGIN\nS: 504 5.5.4 no",
            "504 5.5.4 no",
        ),
        (
            "S: 250 AUTH PLAIN\nC: AUTH PLAIN AHJlbGF5AHg=\nS: 250 odd",
            "421 4.5.0",
        ),
        ("S: 250 AUTH GSSAPI", "421 4.7.0"),
        ("S: 250 SIZE", "421 4.7.0"),
    ] {
        let mut fake = Fake::with_tls(&[&format!("{GREETED}{script}")], &made, true);
        let found = refused(trusting(&made), &signed(&fake, Tls::Implicit, "x")).await;
        assert!(
            found.starts_with(expected) && !found.ends_with("for good"),
            "{found}"
        );
        fake.followed().await;
    }
}

#[tokio::test]
async fn a_password_goes_to_nobody_who_cannot_show_a_certificate() {
    let made = made();
    // In clear.
    let fake = Fake::start(&[&format!("{GREETED}S: 250 AUTH PLAIN")]);
    let found = refused(config(), &signed(&fake, Tls::Never, "x")).await;
    assert!(found.starts_with("421 4.7.11"), "{found}");
    // TLS as it comes is TLS with a certificate as soon as there is a password.
    let fake = Fake::start(&[&format!("{GREETED}S: 250 AUTH PLAIN")]);
    let found = refused(config(), &signed(&fake, Tls::Opportunistic, "x")).await;
    assert!(found.starts_with("421 4.7.4"), "{found}");
    let script =
        format!("{GREETED}S: 250-AUTH PLAIN\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nTLS");
    let fake = Fake::with_tls(&[&script], &made, false);
    let found = refused(config(), &signed(&fake, Tls::Opportunistic, "x")).await;
    assert!(found.starts_with("421 4.7.5"), "{found}");
}
