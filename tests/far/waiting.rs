//! Servers that say "later", or nothing for a long time.

use super::{Far, Wanted, far};
use crate::harness::{Database, own_address};

far!(
    greylisted,
    slow_ones_keep_nobody_else_waiting,
    a_restart_opens_one_connection
);

const POLICY: &str = "smtpd_recipient_restrictions = reject_unauth_destination, check_policy_service unix:private/policy";

/// Put off at first, taken the second time, once.
fn greylisted(database: Option<Database>) {
    let far = Far::start(
        database,
        &Wanted {
            postfix: &[POLICY],
            ..Wanted::default()
        },
    );
    std::fs::write(far.postfix.policy("greylist"), "").unwrap();
    far.submit(0, &["a@far.example", "b@far.example"], "cham lai");
    far.postfix.wait_for("a", 1);
    far.postfix.wait_for("b", 1);
    far.drained();
    for to in ["a@far.example", "b@far.example"] {
        let left = far.left(to);
        let [waits, sent] = &left[..] else {
            panic!("{left:#?}");
        };
        assert!(
            waits.contains(" 450 waits: mx.far.example: 4.2.0 "),
            "{waits}"
        );
        assert!(waits.contains("Greylisted"), "{waits}");
        assert!(sent.contains(" 250 sent: "), "{sent}");
    }
    assert_eq!(
        far.postfix.times(&["NOQUEUE: reject: RCPT", "450 4.2.0"]),
        2
    );
    // They waited together and went together.
    assert_eq!(far.postfix.times(&["message-id="]), 1);
}

/// What a server takes longer than its time for is put off; one that is only slow gets its mail, and neither
/// holds others up.
fn slow_ones_keep_nobody_else_waiting(database: Option<Database>) {
    let (deaf, mild) = (own_address(), own_address());
    let zones = [
        ("deaf.example", format!("@ MX 10 mx\nmx A {deaf}\n")),
        ("mild.example", format!("@ MX 10 mx\nmx A {mild}\n")),
    ];
    let zones: Vec<(&str, &str)> = zones.iter().map(|(n, text)| (*n, text.as_str())).collect();
    let far = Far::start(
        database,
        &Wanted {
            postfix: &[
                "virtual_mailbox_domains = far.example deaf.example mild.example",
                "virtual_mailbox_maps = inline:{ a@far.example=a/ b@mild.example=b/ c@deaf.example=c/ }",
                &format!(
                    "master:{deaf}:25 inet n - n - - smtpd -o smtpd_delay_reject=no -o {{smtpd_client_restrictions=sleep 600}}"
                ),
                &format!(
                    "master:{mild}:25 inet n - n - - smtpd -o smtpd_delay_reject=no -o {{smtpd_client_restrictions=sleep 1}}"
                ),
            ],
            outbound: &[("TIMEOUT", "4s"), ("CONNECTIONS", "2")],
            zones: &zones,
            ..Wanted::default()
        },
    );
    far.submit(0, &["c@deaf.example"], "khong nghe");
    far.submit(0, &["b@mild.example"], "cham");
    for n in 0..3 {
        far.submit(0, &["a@far.example"], &format!("nhanh {n}"));
    }
    far.postfix.wait_for("a", 3);
    far.postfix.wait_for("b", 1);
    let waits = far.put_off("c@deaf.example", "4.4.2");
    assert_eq!(waits["last"]["host"], "mx.deaf.example");
    let text = waits["last"]["text"].as_str().unwrap();
    assert!(text.contains("did not answer in time (greeting)"), "{text}");
}

/// A server that was down for long is not met by all connections at once when congvu starts anew with much
/// mail for it: one asks, the others come once it has answered.
fn a_restart_opens_one_connection(database: Option<Database>) {
    let mut far = Far::start(
        database,
        &Wanted {
            postfix: &[
                POLICY,
                "virtual_mailbox_domains = far.example other.example",
                "virtual_mailbox_maps = inline:{ a@far.example=a/ b@other.example=b/ }",
            ],
            outbound: &[
                ("RETRIES", "1h"),
                ("BACKOFF", "10m"),
                ("BACKOFF_MOST", "10m"),
            ],
            zones: &[("other.example", "@ MX 10 mx\nmx A {postfix}\n")],
            ..Wanted::default()
        },
    );
    far.postfix.stop();
    for n in 0..20 {
        far.submit(0, &["a@far.example"], &format!("cho {n}"));
    }
    far.put_off("a@far.example", "4.4.1");
    far.demo.server.stop();
    // Everything is due, as after a long time in which nothing ran.
    far.queue(&["retry", "--all", "--confirm", "20"]);
    far.postfix.hold("RCPT", "a@far.example");
    far.postfix.go_on();
    far.restart();
    far.postfix.wait_held("RCPT");
    // What is sent behind it has been dispatched behind it.
    far.submit(0, &["b@other.example"], "sau cung");
    far.postfix.wait_for("b", 1);
    assert_eq!(far.postfix.held("RCPT"), 1);
    far.postfix.let_go("RCPT");
    far.postfix.wait_for("a", 20);
    far.drained();
}
