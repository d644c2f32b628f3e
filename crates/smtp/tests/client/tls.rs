//! TLS as it is asked for, and as servers have it.

use congvu_delivery::outbound::{Hop, Tls};
use congvu_smtp::client::ClientConfig;
use congvu_wire::{SelfSigned, self_signed};

use crate::fake::Fake;
use crate::peer::{config, connect, hasty, hop, parcel, refused, send};

const MESSAGE: &str = "
    C: MAIL FROM:<an@tinh.example>
    S: 250 ok
    C: RCPT TO:<a@x.vn>
    S: 250 ok
    C: DATA
    S: 354 go on
    DATA
    S: 250 taken";
const OFFERED: &str = "
    S: 220 mx
    C: EHLO mx.tinh.example
    S: 250-mx
    S: 250 STARTTLS
    C: STARTTLS
";
const AGAIN: &str = "
    C: EHLO mx.tinh.example
    S: 250 mx
";
const CLEAR: &str = "
    S: 220 mx
    C: EHLO mx.tinh.example
    S: 250-mx
    S: 250 STARTTLS
";

fn certificates(name: &str) -> SelfSigned {
    self_signed(&[name.into()]).expect("certificates")
}

fn with_tls(fake: &Fake, tls: Tls) -> Hop {
    Hop {
        tls,
        ..hop(fake.address)
    }
}

/// A client that trusts whoever made these.
fn trusting(made: &SelfSigned) -> ClientConfig {
    ClientConfig {
        extra_roots_pem: made.ca_pem.clone().into_bytes(),
        ..config()
    }
}

async fn delivers(config: ClientConfig, hop: &Hop) {
    let (outcomes, _) = send(config, hop, &parcel(&["a@x.vn"])).await;
    assert_eq!(outcomes, ["delivered 250 2.0.0 taken"]);
}

#[tokio::test]
async fn any_certificate_is_better_than_none() {
    let made = certificates("somebody.else");
    let script = format!("{OFFERED}S: 220 go\nTLS\n{AGAIN}{MESSAGE}");
    let mut fake = Fake::with_tls(&[&script], &made, false);
    let hop = with_tls(&fake, Tls::Opportunistic);
    let mut connection = connect(config(), &hop).await.expect("connects");
    let security = connection.security().expect("TLS");
    assert!(security.starts_with("TLSv1.3 TLS_"), "{security}");
    connection.send(&parcel(&["a@x.vn"])).await;
    drop(connection);
    fake.followed().await;
}

#[tokio::test]
async fn in_clear_where_tls_is_not_offered_or_refused() {
    for script in [
        format!("S: 220 mx\n{AGAIN}{MESSAGE}"),
        format!("{OFFERED}S: 454 4.7.0 not now\n{MESSAGE}"),
        format!("{OFFERED}S: 502 5.5.1 not at all\n{MESSAGE}"),
    ] {
        let mut fake = Fake::start(&[&script]);
        delivers(config(), &with_tls(&fake, Tls::Opportunistic)).await;
        fake.followed().await;
    }
}

#[tokio::test]
async fn in_clear_again_where_tls_breaks() {
    let made = certificates("mx.ngoai.example");
    for bad in [
        "S: 220 go\nRAW this is no TLS at all, and a long line of it",
        "S: 220 go",
        "S: 220 go\nDROP",
        "S: 220 go\nHANG",
        "DROP",
        "S: 421 4.3.2 leaving",
        "S: 250 odd",
        "S: nonsense",
        "S: 220 go\nTLS",
        "S: 220 go\nTLS\nC: EHLO mx.tinh.example\nRAW \u{1}\u{2}\\r\\n",
    ] {
        let first = format!("{OFFERED}{bad}");
        let second = format!("{CLEAR}{MESSAGE}");
        let mut fake = Fake::with_tls(&[&first, &second], &made, false);
        delivers(hasty_to_hear(), &with_tls(&fake, Tls::Opportunistic)).await;
        fake.seen().await;
        fake.followed().await;
    }
}

/// Gives up on handshakes soon, on nothing else.
fn hasty_to_hear() -> ClientConfig {
    let mut patient = config();
    patient.timeouts.tls = hasty().timeouts.tls;
    patient
}

#[tokio::test]
async fn nothing_is_sent_where_tls_is_required_and_not_had() {
    let made = certificates("mx.ngoai.example");
    for (script, expected) in [
        (
            "S: 220 mx\nC: EHLO mx.tinh.example\nS: 250 mx".into(),
            "421 4.7.4",
        ),
        (format!("{OFFERED}S: 454 4.7.0 not now"), "454 4.7.0"),
        (format!("{OFFERED}S: 502 5.5.1 no"), "502 5.5.1"),
        (format!("{OFFERED}DROP"), "421 4.7.5"),
        (
            format!("{OFFERED}S: 220 go\nRAW nonsense nonsense"),
            "421 4.7.5",
        ),
        // Nobody signed this one that is known.
        (format!("{OFFERED}S: 220 go\nTLS"), "421 4.7.5"),
    ] {
        let mut fake = Fake::with_tls(&[&script], &made, false);
        let found = refused(config(), &with_tls(&fake, Tls::Required)).await;
        assert!(found.starts_with(expected), "{script}: {found}");
        assert!(!found.ends_with("for good"), "{found}");
        assert_eq!(fake.seen().await.data, Vec::<Vec<u8>>::new());
    }
}

#[tokio::test]
async fn a_valid_certificate() {
    let made = certificates("mx.ngoai.example");
    let script = format!("{OFFERED}S: 220 go\nTLS\n{AGAIN}{MESSAGE}");
    let mut fake = Fake::with_tls(&[&script], &made, false);
    delivers(trusting(&made), &with_tls(&fake, Tls::Required)).await;
    fake.followed().await;
    // Signed by the same, for another name.
    let other = certificates("mx.khac.example");
    let fake = Fake::with_tls(&[&script], &other, false);
    let found = refused(trusting(&other), &with_tls(&fake, Tls::Required)).await;
    assert!(found.starts_with("421 4.7.5"), "{found}");
}

#[tokio::test]
async fn tls_from_the_first_octet() {
    let made = certificates("mx.ngoai.example");
    let script = format!("S: 220 mx\n{AGAIN}{MESSAGE}");
    let mut fake = Fake::with_tls(&[&script], &made, true);
    delivers(trusting(&made), &with_tls(&fake, Tls::Implicit)).await;
    fake.followed().await;
    let fake = Fake::with_tls(&[&script], &made, true);
    let found = refused(config(), &with_tls(&fake, Tls::Implicit)).await;
    assert!(found.starts_with("421 4.7.5"), "{found}");
}

#[tokio::test]
async fn tls_is_left_alone_where_it_is_switched_off() {
    let mut fake = Fake::start(&[&format!("{CLEAR}{MESSAGE}")]);
    delivers(config(), &with_tls(&fake, Tls::Never)).await;
    fake.followed().await;
}

/// What somebody on the way puts behind the reply to STARTTLS is not taken for said under TLS
/// (CVE-2011-0411): neither the extensions nor the replies that it tells.
#[tokio::test]
async fn replies_from_before_the_handshake_are_dropped() {
    let made = certificates("mx.ngoai.example");
    let script = format!(
        "{OFFERED}RAW 220 go\\r\\n250-evil\\r\\n250 PIPELINING\\r\\n\nTLS\n{AGAIN}{MESSAGE}"
    );
    let mut fake = Fake::with_tls(&[&script], &made, false);
    delivers(trusting(&made), &with_tls(&fake, Tls::Required)).await;
    fake.followed().await;
}

#[tokio::test]
async fn extensions_from_before_the_handshake_are_forgotten() {
    let made = certificates("mx.ngoai.example");
    let script = "
        S: 220 mx
        C: EHLO mx.tinh.example
        S: 250-mx
        S: 250-SIZE 1
        S: 250-DSN
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go
        TLS";
    let mut fake = Fake::with_tls(&[&format!("{script}\n{AGAIN}{MESSAGE}")], &made, false);
    delivers(config(), &with_tls(&fake, Tls::Opportunistic)).await;
    fake.followed().await;
}

/// What any would do for is noted: whether it would have done where a valid one is demanded.
#[tokio::test]
async fn the_log_tells_whether_a_certificate_was_valid() {
    let made = certificates("mx.ngoai.example");
    let script = format!("{OFFERED}S: 220 go\nTLS\n{AGAIN}{MESSAGE}");
    for (shown, config, word) in [
        (&made, trusting(&made), "verified"),
        (&made, config(), "unverified"),
        (
            &certificates("somebody.else"),
            trusting(&made),
            "unverified",
        ),
    ] {
        let fake = Fake::with_tls(&[&script], shown, false);
        let hop = with_tls(&fake, Tls::Opportunistic);
        let connection = connect(config, &hop).await.expect("connects");
        let security = connection.security().expect("TLS");
        assert_eq!(security.rsplit(", ").next(), Some(word), "{security}");
    }
    // The authority is the right one, the name is not.
    let other = certificates("somebody.else");
    let fake = Fake::with_tls(&[&script], &other, false);
    let hop = with_tls(&fake, Tls::Opportunistic);
    let connection = connect(trusting(&other), &hop).await.expect("connects");
    assert!(
        connection
            .security()
            .expect("TLS")
            .ends_with(", unverified")
    );
}
