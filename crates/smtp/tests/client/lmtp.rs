//! LMTP (RFC 2033): a reply for each recipient behind the message.

use congvu_delivery::outbound::{Hop, Protocol};

use crate::fake::Fake;
use crate::peer::{config, hasty, hop, parcel, refused, send};

const GREETED: &str = "
    S: 220 far LMTP
    C: LHLO mx.tinh.example
    S: 250-far
    S: 250 PIPELINING
    C: MAIL FROM:<an@tinh.example>
    C: RCPT TO:<a@x.vn>
    C: RCPT TO:<b@x.vn>
    C: RCPT TO:<c@x.vn>
    S: 250 ok
    S: 250 a
";
const TO: [&str; 3] = ["a@x.vn", "b@x.vn", "c@x.vn"];

fn lmtp(fake: &Fake) -> Hop {
    Hop {
        protocol: Protocol::Lmtp,
        ..hop(fake.address)
    }
}

async fn outcomes(script: &str) -> (Vec<String>, bool) {
    let script = format!("{GREETED}{script}");
    let mut fake = Fake::start(&[&script]);
    let found = send(hasty(), &lmtp(&fake), &parcel(&TO)).await;
    assert_eq!(fake.seen().await.wrong, None);
    found
}

/// The replies come in the order of the recipients that were accepted (RFC 2033 §4.2).
#[tokio::test]
async fn a_reply_for_each_that_was_accepted() {
    let script = "
        S: 550 5.1.1 no b
        S: 250 c
        C: DATA
        S: 354 go on
        DATA
        S: 452-4.2.2 full
        S: 452 4.2.2 really
        S: 250 2.1.5 stored
        C: QUIT
        S: 221 bye";
    let (found, usable) = outcomes(script).await;
    let expected = [
        "deferred 452 4.2.2 full really",
        "failed 550 5.1.1 no b",
        "delivered 250 2.1.5 stored",
    ];
    assert_eq!(
        (found, usable),
        (expected.map(str::to_owned).to_vec(), true)
    );
}

/// Nobody is left: there is no message, and no reply to wait for.
#[tokio::test]
async fn no_reply_for_nobody() {
    let script = GREETED.replace("S: 250 a", "S: 550 5.1.1 no a");
    let script = format!("{script}S: 550 5.1.1 no b\nS: 450 4.2.0 later\nC: QUIT\nS: 221 bye");
    let mut fake = Fake::start(&[&script]);
    let (found, _) = send(config(), &lmtp(&fake), &parcel(&TO)).await;
    let expected = [
        "failed 550 5.1.1 no a",
        "failed 550 5.1.1 no b",
        "deferred 450 4.2.0 later",
    ];
    assert_eq!(found, expected);
    fake.followed().await;
}

#[tokio::test]
async fn those_that_were_not_answered_may_come_twice() {
    for (end, why) in [
        ("DROP", "the server closed the connection"),
        ("S: 354 more?", "the server answered 354 out of place"),
        (
            "S: nonsense",
            "the server sent something that is no SMTP reply",
        ),
        ("HANG", "the server did not answer in time"),
    ] {
        let script =
            format!("S: 250 b\nS: 250 c\nC: DATA\nS: 354 go\nDATA\nS: 250 2.1.5 stored\n{end}");
        let (found, usable) = outcomes(&script).await;
        assert_eq!(found[0], "delivered 250 2.1.5 stored", "{end}");
        for one in &found[1..] {
            assert!(one.starts_with("in flight 421 "), "{end}: {one}");
            assert!(one.contains(why), "{end}: {one}");
        }
        assert!(!usable, "{end}");
    }
}

/// A server that leaves in the middle of its answers: each that came counts.
#[tokio::test]
async fn leaving_is_an_answer_to_one() {
    let script = "
        S: 250 b
        S: 250 c
        C: DATA
        S: 354 go on
        DATA
        S: 250 2.1.5 stored
        S: 421 4.3.2 going down
        DROP";
    let (found, usable) = outcomes(script).await;
    assert_eq!(found[0], "delivered 250 2.1.5 stored");
    assert_eq!(found[1], "deferred 421 4.3.2 going down");
    assert!(found[2].starts_with("in flight "), "{found:?}");
    assert!(!usable);
}

/// An SMTP server in its place is a slip in the settings: mail waits, and is not returned.
#[tokio::test]
async fn a_server_of_smtp_is_not_greeted_otherwise() {
    let fake = Fake::start(&["S: 220 mx\nC: LHLO mx.tinh.example\nS: 500 5.5.1 what?\nHANG"]);
    let said = refused(config(), &lmtp(&fake)).await;
    assert_eq!(said, "421 4.5.1 the server does not speak LMTP: what?");
}
