//! What one side offers and the other asks for: 8BITMIME, SMTPUTF8, DSN, SIZE.

use super::{Far, Wanted, far, lf, own_part};
use crate::harness::Database;

far!(
    eight_bits_with_and_without_leave,
    addresses_with_marks,
    wishes_about_notices_go_along,
    too_large_is_known_beforehand,
);

fn eight_bits_with_and_without_leave(database: Option<Database>) {
    let far = Far::start(database, &Wanted::default());
    let letter = far.letter(0, "tam bit", "Kính gửi: Ủy ban nhân dân xã Tả Phìn.\r\n");
    let body = |octets: &[u8]| {
        let own = String::from_utf8(own_part(octets)).unwrap();
        own.split_once("\n\n").unwrap().1.to_owned()
    };
    far.submit_octets(0, &["a@far.example"], &letter, &[], &[]);
    far.postfix.wait_for("a", 1);
    far.postfix.set("smtpd_discard_ehlo_keywords = 8bitmime");
    far.submit_octets(0, &["b@far.example"], &letter, &[], &[]);
    far.postfix.wait_for("b", 1);
    let expected = body(&lf(&letter));
    for name in ["a", "b"] {
        assert_eq!(body(&far.postfix.mailbox(name)[0]), expected, "{name}");
    }
}

/// RFC 6531: to a server that offers SMTPUTF8, and back to the sender from one that does not.
fn addresses_with_marks(database: Option<Database>) {
    let map = "virtual_mailbox_maps = inline:{ thủ@far.example=a/ }";
    let far = Far::start(
        database,
        &Wanted {
            postfix: &[map],
            ..Wanted::default()
        },
    );
    let letter = far.letter(0, "Thư có dấu", "x\r\n");
    let utf8 = ["SMTPUTF8", "BODY=8BITMIME"];
    far.submit_octets(0, &["thủ@far.example"], &letter, &utf8, &[]);
    let found = far.postfix.wait_for("a", 1);
    assert!(found[0].contains("Subject: Thư có dấu\n"), "{}", found[0]);
    assert!(found[0].contains("with UTF8SMTP"), "{}", found[0]);

    far.postfix.set("smtputf8_enable = no");
    far.submit_octets(0, &["thủ@far.example"], &letter, &utf8, &[]);
    let reports = far.reports(0, 1);
    assert_eq!(reports[0]["status_type"], "message/global-delivery-status");
    let recipient = &reports[0]["recipients"][0];
    assert_eq!(recipient["status"], "5.6.7");
    assert_eq!(recipient["final-recipient"], "utf-8; thủ@far.example");
    let words = reports[0]["text"].as_str().unwrap();
    assert!(
        words.contains("không nhận địa chỉ hoặc tiêu đề có dấu"),
        "{words}"
    );
    far.drained();
}

/// Taken, and refused only by the server that it is passed on to: the notice is Postfix's own.
const BOUNCES: &str = "virtual_alias_maps = inline:{ late@far.example=khong.ai@sonminh.gov.vn }";

/// RFC 3461: NOTIFY, ORCPT, RET and ENVID reach Postfix, which sends the notices; we send none besides.
fn wishes_about_notices_go_along(database: Option<Database>) {
    let far = Far::start(
        database,
        &Wanted {
            postfix: &[BOUNCES],
            ..Wanted::default()
        },
    );
    let letter = |n| far.letter(n, "bao lai", "Noi dung rieng.\r\n");
    let original = "ORCPT=rfc822;goc+2Bx@far.example";
    let ask = |n: usize, to: &str, ret: &str, notify: &str| {
        let mail = [ret, "ENVID=Ma-0123+2B", "BODY=8BITMIME"];
        far.submit_octets(n, &[to], &letter(n), &mail, &[notify, original]);
    };
    ask(0, "a@far.example", "RET=HDRS", "NOTIFY=SUCCESS,FAILURE");
    ask(1, "late@far.example", "RET=FULL", "NOTIFY=FAILURE");
    ask(2, "late@far.example", "RET=HDRS", "NOTIFY=FAILURE");
    let never = "NOTIFY=NEVER";
    far.submit_octets(3, &["late@far.example"], &letter(3), &[], &[never]);
    far.submit(4, &["late@far.example"], "khong dan");

    for (n, action, status) in [
        (0, "delivered", "2.0.0"),
        (1, "failed", "5.1.1"),
        (2, "failed", "5.1.1"),
    ] {
        let reports = far.reports(n, 1);
        let report = &reports[0];
        assert!(
            report["from"].as_str().unwrap().contains("far.example"),
            "{report:#}"
        );
        assert_eq!(
            report["message"]["original-envelope-id"], "Ma-0123+",
            "{report:#}"
        );
        let recipient = &report["recipients"][0];
        assert_eq!(recipient["original-recipient"], "rfc822;goc+x@far.example");
        assert_eq!(recipient["action"], action);
        assert_eq!(recipient["status"], status);
        let whole = report["returned"]
            .as_str()
            .unwrap()
            .contains("Noi dung rieng.");
        assert_eq!(whole, n == 1, "RET: {report:#}");
    }
    // Who says nothing is told of a failure (RFC 3461 §4.1), who says NEVER is not.
    far.reports(4, 1);
    far.drained();
    assert_eq!(far.demo.letters(far.demo.person(3), "INBOX", "").len(), 0);
}

/// RFC 1870: what a server will not take is not sent to it.
fn too_large_is_known_beforehand(database: Option<Database>) {
    let far = Far::start(
        database,
        &Wanted {
            postfix: &["message_size_limit = 20000"],
            ..Wanted::default()
        },
    );
    let large = far.letter(0, "qua lon", &"0123456789\r\n".repeat(3000));
    far.submit_octets(0, &["a@far.example"], &large, &[], &[]);
    let reports = far.reports(0, 1);
    let recipient = &reports[0]["recipients"][0];
    assert_eq!(recipient["status"], "5.3.4");
    let words = reports[0]["text"].as_str().unwrap();
    assert!(words.contains("tệp đính kèm nhỏ hơn"), "{words}");
    let spoken = far.postfix.logged(&["disconnect from", "ehlo="]);
    assert!(!spoken.contains("mail="), "{spoken}");
}
