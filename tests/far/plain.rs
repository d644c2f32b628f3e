//! Mail that simply goes, octet for octet, both ways.

use super::{Far, Wanted, far, lf, own_part};
use crate::harness::Database;

far!(
    there_and_back,
    many_recipients_and_messages_go_once_each,
    large,
);

/// TQ.9.1, SL.11.1: the mail log tells the way to Postfix and its last word.
fn there_and_back(database: Option<Database>) {
    let far = Far::start(database, &Wanted::default());
    let odd = ".\r\n..\r\nKính gửi: Ủy ban.\r\nFrom here\r\n.\r\nQUIT\r\n\r\n  \r\n";
    let letter = far.letter(0, "di", odd);
    far.submit_octets(0, &["a@far.example"], &letter, &[], &[]);
    far.postfix.wait_for("a", 1);
    let came = far.postfix.mailbox("a").remove(0);
    let text = String::from_utf8_lossy(&own_part(&came)).into_owned();
    // A submission without Date and Message-ID gets them.
    let (head, body) = text.split_once("\n\n").unwrap();
    assert_eq!(body, odd.replace("\r\n", "\n"));
    assert!(head.starts_with("From: <"), "{head}");
    let sent = far.sent("a@far.example");
    assert!(
        sent.contains(" 250 sent: mx.far.example (in clear): 2.0.0 Ok: queued as "),
        "{sent}"
    );
    far.drained();

    let back = far.letter(0, "ve", odd);
    far.give_postfix("a@far.example", &[far.demo.person(1)], &back);
    let found = far.demo.letter(far.demo.person(1), "ve");
    assert_eq!(own_part(&found.raw), back);
    let taken = far
        .postfix
        .logged(&["status=sent (250 2.0.0 ", " accepted"]);
    assert!(taken.contains(far.demo.person(1)), "{taken}");
    assert_eq!(far.postfix.times(&["status=deferred"]), 0, "no greylisting");
}

/// One connection carries several messages; nobody gets one twice.
fn many_recipients_and_messages_go_once_each(database: Option<Database>) {
    let far = Far::start(database, &Wanted::default());
    let everybody = ["a@far.example", "b@far.example", "c@far.example"];
    for n in 0..12 {
        far.submit(0, &everybody, &format!("so {n}"));
    }
    for name in ["a", "b", "c"] {
        let found = far.postfix.wait_for(name, 12);
        for n in 0..12 {
            let mark = format!("Subject: so {n}\n");
            let count = found.iter().filter(|text| text.contains(&mark)).count();
            assert_eq!(count, 1, "{mark}");
        }
    }
    far.drained();
    // Three recipients of one message are one transfer.
    assert_eq!(far.postfix.times(&["message-id="]), 12);
}

/// A large message, in parts that neither side has whole in memory.
fn large(database: Option<Database>) {
    let far = Far::start(database, &Wanted::default());
    let line = ".0123456789 0123456789 0123456789 0123456789 0123456789\r\n";
    let letter = far.letter(0, "lon", &line.repeat(300_000));
    far.submit_octets(0, &["a@far.example"], &letter, &[], &[]);
    far.postfix.wait_for("a", 1);
    let came = far.postfix.mailbox("a").remove(0);
    let body = lf(line.repeat(300_000).as_bytes());
    assert!(came.ends_with(&body), "it has changed");
    far.give_postfix("a@far.example", &[far.demo.person(1)], &letter);
    let found = far.demo.letter(far.demo.person(1), "lon");
    assert!(own_part(&found.raw) == letter, "it has changed");
}
