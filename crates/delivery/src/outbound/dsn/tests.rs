//! Notices as they go out, whole.

use congvu_store::queue::LastReply;

use super::*;

/// 2026-11-22 13:00 in Vietnam.
const AT: i64 = 1_795_327_200_000;

fn told(action: Action, status: &str) -> Told {
    Told {
        address: "x@xa.example".into(),
        original: None,
        action,
        status: status.into(),
        last: Some(LastReply {
            at: AT,
            code: 550,
            status: "5.1.1".into(),
            text: "No such user\r\nAction: delivered".into(),
            host: Some("mx.xa.example".into()),
            security: None,
        }),
        retry_until: Some(AT + 86_400_000),
    }
}

fn write(told: &[Told], utf8: bool, returned: Returned) -> String {
    let bytes = build(&Report {
        hostname: "mail.tinh.example",
        domain: "tinh.example",
        id: "0abc",
        about: &About {
            sender: "an@tinh.example",
            account: None,
            arrival: AT - 60_000,
            trace: "t1",
            envelope_id: None,
            subject: "Giấy mời",
            utf8,
            told,
            returned,
            at: AT,
        },
    });
    String::from_utf8(bytes).expect("text")
}

fn headers(text: &str) -> Returned {
    Returned::Headers(text.as_bytes().to_vec())
}

#[test]
fn a_failure_whole() {
    let notice = write(
        &[told(Action::Failed, "5.1.1")],
        false,
        headers("A: b\r\nC: d\r\n\r\n"),
    );
    let begin = "Date: Sun, 22 Nov 2026 13:00:00 +0700\r\n\
                 Message-ID: <0abc.dsn@mail.tinh.example>\r\n\
                 From: =?utf-8?B?SOG7hyB0aOG7kW5nIHRoxrAgxJFp4buHbiB04but?= <postmaster@tinh.example>\r\n\
                 To: <an@tinh.example>\r\n\
                 Auto-Submitted: auto-replied\r\n\
                 MIME-Version: 1.0\r\n\
                 Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"=0abc=\"\r\n\
                 Subject: =?utf-8?";
    assert!(notice.starts_with(begin), "{notice}");
    let end = "\r\n--=0abc=\r\n\
               Content-Type: message/delivery-status\r\n\r\n\
               Reporting-MTA: dns; mail.tinh.example\r\n\
               Arrival-Date: Sun, 22 Nov 2026 12:59:00 +0700\r\n\r\n\
               Final-Recipient: rfc822; x@xa.example\r\n\
               Action: failed\r\n\
               Status: 5.1.1\r\n\
               Remote-MTA: dns; mx.xa.example\r\n\
               Diagnostic-Code: smtp; 550 5.1.1 No such userAction: delivered\r\n\
               Last-Attempt-Date: Sun, 22 Nov 2026 13:00:00 +0700\r\n\
               \r\n--=0abc=\r\n\
               Content-Type: text/rfc822-headers\r\n\
               Content-Transfer-Encoding: 7bit\r\n\r\n\
               A: b\r\nC: d\r\n\
               \r\n--=0abc=--\r\n";
    assert!(notice.ends_with(end), "{notice}");
    assert!(notice.is_ascii(), "it goes through any server");
    assert!(
        notice
            .split("\r\n")
            .all(|line| line.len() < 998 && !line.contains('\n'))
    );
}

#[test]
fn the_words_for_people() {
    let all = [
        told(Action::Failed, "5.1.1"),
        told(Action::Delayed, "4.4.1"),
        told(Action::Relayed, "2.0.0"),
        told(Action::Delivered, "2.1.5"),
    ];
    let notice = write(&all, false, headers(""));
    let parsed = mail_parser::MessageParser::default()
        .parse(notice.as_bytes())
        .expect("a message");
    assert_eq!(parsed.subject(), Some("Không gửi được thư: Giấy mời"));
    let from = parsed.from().and_then(|from| from.first()).expect("From");
    assert_eq!(from.name(), Some("Hệ thống thư điện tử"));
    let text = parsed.body_text(0).expect("text").replace("\r\n", "\n");
    assert_eq!(
        text.trim_end(),
        "Đây là thông báo tự động của hệ thống thư mail.tinh.example.
Về thư «Giấy mời» gửi lúc 12:59 ngày 22/11/2026.

KHÔNG gửi được đến: x@xa.example
  Máy chủ mx.xa.example trả lời: 550 5.1.1 No such userAction: delivered
  Địa chỉ này không có hoặc không còn dùng. Xin kiểm tra lại từng chữ của địa chỉ rồi gửi lại.

CHƯA gửi được đến: x@xa.example
  Máy chủ mx.xa.example trả lời: 550 5.1.1 No such userAction: delivered
  Hệ thống còn tự thử lại đến 13:00 ngày 23/11/2026. Chưa cần gửi lại thư này.

Đã chuyển đến máy chủ của: x@xa.example
  Máy chủ đó không báo tiếp; hệ thống không biết thư đã được đọc hay chưa.

Đã đến hộp thư: x@xa.example

----------------------------------------

This is an automatic notice of the mail system mail.tinh.example.
It is about your message “Giấy mời” of 2026-11-22 12:59 (UTC+7).

NOT delivered to: x@xa.example
  The server mx.xa.example said: 550 5.1.1 No such userAction: delivered
  There is no such address, or it is used no more. Check it letter by letter, then send again.

NOT YET delivered to: x@xa.example
  The server mx.xa.example said: 550 5.1.1 No such userAction: delivered
  The system keeps trying until 2026-11-23 13:00 (UTC+7). There is no need to send it again yet.

Passed on to the server of: x@xa.example
  That server tells nothing further: whether it was read is not known.

Delivered to: x@xa.example"
    );
}

/// RFC 6533.
#[test]
fn addresses_in_utf_8() {
    let one = Told {
        address: "thủ@xa.example".into(),
        original: Some("utf-8;thủ@xa.example".into()),
        ..told(Action::Failed, "5.1.1")
    };
    let notice = write(&[one], false, Returned::Full(b"A: b\r\n\r\nx\r\n".to_vec()));
    for line in [
        "Content-Type: message/global-delivery-status",
        "Original-Recipient: utf-8; thủ@xa.example",
        "Final-Recipient: utf-8; thủ@xa.example",
        "Content-Type: message/global",
    ] {
        assert!(
            notice.contains(&format!("\r\n{line}\r\n")),
            "{line}: {notice}"
        );
    }
}

/// Python's own reader of mail finds the same parts and fields.
#[test]
fn python_reads_it() {
    use std::io::Write as _;
    let program = "import email, email.policy, sys
m = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
assert m.get_content_type() == 'multipart/report' and not m.defects, m.defects
text, status, returned = m.iter_parts()
assert 'KHÔNG gửi được đến' in text.get_content()
whole, one = status.get_payload()
assert one['Action'] == 'failed' and one['Status'] == '5.1.1'
assert returned.get_content_type() == 'text/rfc822-headers'";
    let child = std::process::Command::new("python3")
        .args(["-c", program])
        .stdin(std::process::Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        return eprintln!("note: no python3 here");
    };
    let notice = write(&[told(Action::Failed, "5.1.1")], false, headers("A: b\r\n"));
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(notice.as_bytes()).expect("written");
    drop(stdin);
    assert!(child.wait().expect("ended").success());
}

#[test]
fn a_cut_header_ends_with_a_whole_line() {
    for (bytes, kept) in [
        ("A: b\r\nC: d", "A: b\r\n"),
        ("A: b\r\n\r\n", "A: b\r\n"),
        ("A: b\r\n", "A: b\r\n"),
        ("A", ""),
        ("", ""),
    ] {
        assert_eq!(whole_lines(bytes.as_bytes()), kept.as_bytes(), "{bytes:?}");
    }
}

#[test]
fn xtext_is_read() {
    assert_eq!(status::xtext("a+2Bb+3Dc+"), "a+b=c+");
    assert_eq!(status::xtext("+C3+ZZ"), "\u{fffd}+ZZ");
}
