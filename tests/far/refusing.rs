//! A server that says no: its sender is told once, nobody is told of a notice.

use serde_json::Value;

use super::{Far, Wanted, far};
use crate::harness::{Database, wait_until};

far!(
    one_failed_notice_in_two_languages,
    nobody_is_told_of_a_null_sender,
    what_an_administrator_drops,
);

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    let found = value[key].as_str();
    found.unwrap_or_else(|| panic!("no {key} in {value:#}"))
}

/// Two unknown recipients beside one that is known: one notice about both, and nothing comes twice.
fn one_failed_notice_in_two_languages(database: Option<Database>) {
    let far = Far::start(database, &Wanted::default());
    let to = [
        "khong@far.example",
        "a@far.example",
        "cung-khong@far.example",
    ];
    far.submit(0, &to, "Bao cao thang 11");
    far.postfix.wait_for("a", 1);
    let reports = far.reports(0, 1);
    let [report] = &reports[..] else {
        panic!("{reports:#?}");
    };
    assert!(
        text(report, "subject").starts_with("Không gửi được thư"),
        "{report:#}"
    );
    assert_eq!(text(report, "return_path"), "<>");
    assert_eq!(text(report, "auto"), "auto-replied");
    assert_eq!(text(report, "status_type"), "message/delivery-status");
    assert_eq!(text(report, "returned_type"), "text/rfc822-headers");
    assert!(text(report, "returned").contains("Subject: Bao cao thang 11"));
    let words = text(report, "text");
    for needed in [
        "KHÔNG gửi được đến: khong@far.example",
        "NOT delivered to: khong@far.example",
        "cung-khong@far.example",
        "User unknown",
    ] {
        assert!(words.contains(needed), "no “{needed}” in {words}");
    }
    assert!(!words.contains(" a@far.example"), "{words}");
    let message = &report["message"];
    assert_eq!(text(message, "reporting-mta"), "dns; mail.sonminh.gov.vn");
    let recipients = report["recipients"].as_array().unwrap();
    assert_eq!(recipients.len(), 2);
    for (recipient, address) in recipients.iter().zip([to[0], to[2]]) {
        assert_eq!(
            text(recipient, "final-recipient"),
            format!("rfc822; {address}")
        );
        assert_eq!(text(recipient, "action"), "failed");
        assert_eq!(text(recipient, "status"), "5.1.1");
        assert_eq!(text(recipient, "remote-mta"), "dns; mx.far.example");
        assert!(text(recipient, "diagnostic-code").starts_with("smtp; 550 5.1.1 "));
    }
    far.drained();
    far.reports(0, 1);
}

/// Mail of the null sender that is refused, and a notice that is refused, end in the mail log
/// (RFC 5321 §4.5.5).
fn nobody_is_told_of_a_null_sender(database: Option<Database>) {
    // The domain is shared (BS.2): what congvu does not know goes on to Postfix, which knows it no better.
    let far = Far::start(
        database,
        &Wanted {
            postfix: &["virtual_mailbox_domains = far.example sonminh.gov.vn"],
            outbound: &[("HOMES", "sonminh.gov.vn={postfix}:25")],
            ..Wanted::default()
        },
    );
    let stranger = "khong.co@sonminh.gov.vn";
    let give = |from: &str| {
        let place = far.demo.address("smtp").to_owned();
        let script = far.demo.script("give.py", &[&place, from, stranger]);
        script.input(far.letter(0, "x", "x\r\n")).run().ok();
    };
    let failed = |recipient: &str| {
        wait_until(30, &format!("{recipient} failed"), || {
            let left = far.left(recipient);
            left.into_iter().find(|line| line.contains(" failed: "))
        })
    };
    give("");
    failed(stranger);
    far.drained();
    // From somebody who is told, and does not exist either.
    give("ma@far.example");
    let notice = failed("ma@far.example");
    assert!(notice.contains("từ <>"), "{notice}");
    far.drained();
    let log = far.demo.tool("mail-log", &["--lines", "500"]).ok();
    assert_eq!(log.matches("  notice  ").count(), 1, "{log}");
}

/// `congvu queue drop` tells the senders; `--silent` does not.
fn what_an_administrator_drops(database: Option<Database>) {
    let far = Far::start(
        database,
        &Wanted {
            outbound: &[
                ("RETRIES", "1h"),
                ("BACKOFF", "10m"),
                ("BACKOFF_MOST", "10m"),
            ],
            ..Wanted::default()
        },
    );
    far.postfix.stop();
    far.submit(0, &["a@far.example", "b@far.example"], "bo di");
    far.put_off("a@far.example", "4.4.1");
    far.submit_octets(
        1,
        &["a@far.example"],
        &far.letter(1, "khong bao", "x\r\n"),
        &[],
        &["NOTIFY=NEVER"],
    );
    far.submit(2, &["a@far.example"], "lang le");
    let by = |n: usize| ["--sender", far.demo.person(n)];
    let quiet = far.queue(&[&["drop", "--silent", "--confirm", "1"][..], &by(2)].concat());
    assert!(
        quiet.contains("1 người nhận") && !quiet.contains("thông báo"),
        "{quiet}"
    );
    let never = far.queue(&[&["drop", "--confirm", "1"][..], &by(1)].concat());
    assert!(
        never.contains("1 người nhận") && !never.contains("thông báo"),
        "{never}"
    );
    let told = far.queue(&[&["drop", "--confirm", "2"][..], &by(0)].concat());
    assert!(
        told.contains("2 người nhận") && told.contains("1 thông báo"),
        "{told}"
    );
    assert_eq!(far.queued().len(), 0);

    let reports = far.reports(0, 1);
    let recipients = reports[0]["recipients"].as_array().unwrap();
    assert_eq!(recipients.len(), 2);
    assert_eq!(text(&recipients[0], "action"), "failed");
    assert_eq!(text(&recipients[0], "status"), "5.0.0");
    let said = text(&recipients[0], "diagnostic-code");
    assert!(said.contains("order of an administrator"), "{said}");
    let words = text(&reports[0], "text");
    assert!(words.contains("Quản trị thư của hệ thống này"), "{words}");
    assert!(words.contains("An administrator of this system"), "{words}");
    for n in [1, 2] {
        assert_eq!(far.demo.letters(far.demo.person(n), "INBOX", "").len(), 0);
    }
    let log = far.demo.tool("mail-log", &["--lines", "500"]).ok();
    let told = "dropped by an administrator, the sender is told";
    assert_eq!(log.matches(told).count(), 2, "{log}");
    assert_eq!(
        log.matches("dropped by an administrator\n").count(),
        2,
        "{log}"
    );
    far.demo.verify();
}
