//! Servers that hang, close, refuse or talk nonsense, at each step. `InFlight` only behind the final
//! dot.

use crate::fake::Fake;
use crate::peer::{Octets, config, connect, hasty, hop, parcel, refused, send, told};

/// A dialogue by steps: what the client says, what a good server answers. DATA stands for the message.
const STEPS: [(&str, &str); 6] = [
    ("", "220 mx"),
    ("EHLO mx.tinh.example", "250 mx"),
    ("MAIL FROM:<an@tinh.example>", "250 ok"),
    ("RCPT TO:<a@x.vn>", "250 ok"),
    ("DATA", "354 go on"),
    ("DOT", "250 taken"),
];
/// The steps from here on are part of a message.
const MAIL: usize = 2;
const DOT: usize = 5;

/// A script in which a server does `last` instead of answering step `bad`.
fn script(bad: usize, last: &str) -> String {
    let mut script = String::new();
    for (n, (command, reply)) in STEPS.iter().enumerate().take(bad + 1) {
        script += &match *command {
            "" => String::new(),
            "DOT" => "DATA\n".into(),
            command => format!("C: {command}\n"),
        };
        script += &if n == bad {
            format!("{last}\n")
        } else {
            format!("S: {reply}\n")
        };
    }
    script
}

/// What becomes of a message where step `bad` goes like this.
async fn outcome(bad: usize, last: &str) -> (String, bool) {
    let mut fake = Fake::start(&[&script(bad, last)]);
    let found = if bad < MAIL {
        (refused(hasty(), &hop(fake.address)).await, false)
    } else {
        let (outcomes, usable) = send(hasty(), &hop(fake.address), &parcel(&["a@x.vn"])).await;
        (outcomes[0].clone(), usable)
    };
    drop(fake.seen().await);
    found
}

#[tokio::test]
async fn closing_hanging_and_nonsense() {
    for bad in 0..STEPS.len() {
        for (last, why) in [
            ("", "4.4.2 the server closed"),
            ("DROP", "4.4.2 the server closed"),
            ("HANG", "4.4.2 the server did not answer in time"),
            ("RAW 250-half\\r\\n", "4.4.2 the server closed"),
            ("RAW 250 ok", "4.4.2 the server closed"),
            ("S: hello", "4.5.0 the server sent something"),
            ("S: 250-a\nS: 550 b", "4.5.0 the server sent something"),
            ("S: 299999 x", "4.5.0 the server sent something"),
        ] {
            let (found, usable) = outcome(bad, last).await;
            let expected = match bad {
                _ if bad < MAIL => format!("421 {why}"),
                DOT => format!("in flight 421 {why}"),
                _ => format!("deferred 421 {why}"),
            };
            assert!(found.starts_with(&expected), "{bad} {last}: {found}");
            assert!(!usable, "{bad} {last}");
        }
    }
}

#[tokio::test]
async fn giant_replies() {
    for bad in 0..STEPS.len() {
        for last in [
            format!("RAW 250-{}\\r\\n\nHANG", "x".repeat(10_000)),
            format!("RAW {}\nHANG", "250-line\\r\\n".repeat(20_000)),
            format!("RAW {}\nHANG", "250".repeat(20_000)),
        ] {
            let (found, usable) = outcome(bad, &last).await;
            let expected = match bad {
                DOT => "in flight 421 4.5.0 the server sent",
                MAIL.. => "deferred 421 4.5.0 the server sent",
                _ => "421 4.5.0 the server sent",
            };
            assert!(found.starts_with(expected), "{bad}: {found}");
            assert!(!usable);
        }
    }
}

#[tokio::test]
async fn refusals_of_a_message() {
    for bad in MAIL..STEPS.len() {
        for (last, expected, stays) in [
            ("S: 450 4.7.1 later", "deferred 450 4.7.1 later", true),
            ("S: 554 5.7.1 never", "failed 554 5.7.1 never", true),
            ("S: 421 4.3.2 leaving", "deferred 421 4.3.2 leaving", false),
        ] {
            // The server stays for what comes next.
            let last = format!("{last}\nHANG");
            let (found, usable) = outcome(bad, &last).await;
            assert_eq!(found, expected, "{bad} {last}");
            assert_eq!(usable, stays, "{bad} {last}");
        }
    }
}

#[tokio::test]
async fn replies_that_make_no_sense_in_their_place() {
    for (bad, last, expected) in [
        (
            2,
            "S: 354 go on",
            "deferred 421 4.5.0 the server answered 354",
        ),
        (
            3,
            "S: 354 go on",
            "deferred 421 4.5.0 the server answered 354",
        ),
        (4, "S: 250 ok", "deferred 421 4.5.0 the server answered 250"),
        (
            5,
            "S: 354 go on",
            "in flight 421 4.5.0 the server answered 354",
        ),
    ] {
        let (found, usable) = outcome(bad, &format!("{last}\nHANG")).await;
        assert!(found.starts_with(expected), "{found}");
        assert!(!usable);
    }
}

/// A server that says more than it was asked is not asked again: its next reply would be to another
/// question.
#[tokio::test]
async fn replies_too_many() {
    for (bad, (_, good)) in STEPS.iter().enumerate().skip(MAIL) {
        let last =
            format!("RAW {good}\\r\\n250 and more\\r\\n250 and more\\r\\n250 and more\\r\\n\nHANG");
        let (found, usable) = outcome(bad, &last).await;
        assert!(!usable, "{bad}: {found}");
        let in_flight = found.starts_with("in flight");
        assert!(!in_flight || bad == DOT, "{bad}: {found}");
        // Only a reply that came after the message was sent may say that it was taken; one that lay
        // there before was to something else.
        if bad < DOT {
            assert!(!found.starts_with("delivered"), "{bad}: {found}");
        }
    }
}

#[tokio::test]
async fn a_server_that_closes_with_a_reason_is_heard() {
    for (last, expected) in [
        ("S: 421 4.7.0 too fast", "deferred 421 4.7.0 too fast"),
        ("S: 550 5.7.1 blocked", "failed 550 5.7.1 blocked"),
    ] {
        let script = format!(
            "S: 220 mx\nC: EHLO mx.tinh.example\nS: 250-mx\nS: 250 PIPELINING\nC: MAIL FROM:<an@tinh.example>\n{last}"
        );
        let fake = Fake::start(&[&script]);
        let (outcomes, usable) =
            send(config(), &hop(fake.address), &parcel(&["a@x.vn"; 120])).await;
        assert!(
            outcomes.iter().all(|one| one == expected),
            "{:?}",
            outcomes[0]
        );
        assert!(!usable);
    }
}

#[tokio::test]
async fn a_server_that_leaves_among_the_recipients() {
    let fake = Fake::start(&["
        S: 220 mx
        C: EHLO mx.tinh.example
        S: 250-mx
        S: 250 PIPELINING
        C: MAIL FROM:<an@tinh.example>
        S: 250 ok
        S: 250 ok
        S: 550 5.1.1 no
        S: 421 4.3.2 leaving"]);
    let parcel = parcel(&["a@x.vn", "b@x.vn", "c@x.vn", "d@x.vn"]);
    let (outcomes, _) = send(config(), &hop(fake.address), &parcel).await;
    let left = "deferred 421 4.3.2 leaving";
    assert_eq!(outcomes, [left, "failed 550 5.1.1 no", left, left]);
}

/// A large message, so that its end cannot have been handed over when the server goes.
fn large(recipients: &[&str]) -> congvu_delivery::outbound::Parcel {
    let text = b"Subject: x\r\n\r\n"
        .iter()
        .copied()
        .chain(b"0123456789\r\n".repeat(40_000_000 / 12));
    let text: Vec<u8> = text.collect();
    let mut parcel = parcel(recipients);
    parcel.size = text.len() as u64;
    parcel.content = Box::new(Octets(text));
    parcel
}

#[tokio::test]
async fn a_server_that_goes_in_the_middle_of_a_message() {
    for (last, expected) in [
        ("PAUSE\nDROP", "deferred 421 4.4.2 the server closed"),
        ("SLEEP", "deferred 421 4.4.2 the server did not answer"),
    ] {
        let script = format!("{}{last}", script(4, "S: 354 go on"));
        let fake = Fake::start(&[&script]);
        let (outcomes, usable) = send(hasty(), &hop(fake.address), &large(&["a@x.vn"])).await;
        assert!(outcomes[0].starts_with(expected), "{outcomes:?}");
        assert!(!usable);
    }
}

#[tokio::test]
async fn a_server_that_refuses_in_the_middle_of_a_message() {
    let script = format!("{}S: 552 5.3.4 too large\nSLEEP", script(4, "S: 354 go on"));
    let fake = Fake::start(&[&script]);
    let (outcomes, usable) = send(hasty(), &hop(fake.address), &large(&["a@x.vn"])).await;
    assert_eq!(outcomes, ["failed 552 5.3.4 too large"]);
    assert!(!usable);
}

#[tokio::test]
async fn whoever_gives_up_halfway_leaves_nothing_to_use() {
    let fake = Fake::start(&[&script(3, "HANG")]);
    let mut connection = connect(config(), &hop(fake.address))
        .await
        .expect("connects");
    let wait = std::time::Duration::from_millis(100);
    let parcel = parcel(&["a@x.vn"]);
    assert!(
        tokio::time::timeout(wait, connection.send(&parcel))
            .await
            .is_err()
    );
    assert!(!connection.is_usable());
    let again = told(&connection.send(&parcel).await);
    assert!(again[0].starts_with("deferred 421"), "{again:?}");
}
