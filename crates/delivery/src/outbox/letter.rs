//! A notice as a mail.

use congvu_message::date;
use congvu_store::notice::Notice;
use mail_builder::headers::Header;
use mail_builder::headers::address::Address;
use mail_builder::headers::text::Text;
use mail_builder::mime::MimePart;

const SENDER: &str = "Hệ thống thư điện tử công vụ";
const VIETNAM_MINUTES: i16 = 7 * 60;

/// The mail, with CR LF line ends: the same bytes each time, so that all who get it share them. `to`: whom it names.
pub(super) fn write(notice: &Notice, sender: &str, to: Option<&str>, domain: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(2048 + notice.body.len() * 2);
    let mut line = |name: &str, value: &str| {
        out.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    };
    let seconds = notice.created_at.div_euclid(1000);
    line("Date", &date::rfc5322(seconds, VIETNAM_MINUTES));
    let id = notice.id;
    line("Message-ID", &format!("<thong-bao.{id}@{domain}>"));
    match to {
        Some(to) => line("To", &format!("<{}>", plain(to))),
        None => line("To", "undisclosed-recipients:;"),
    }
    line("Auto-Submitted", "auto-generated");
    line("MIME-Version", "1.0");
    // Writing into memory cannot fail.
    out.extend_from_slice(b"From: ");
    let sender = plain(sender);
    drop(Address::new_address(Some(SENDER), sender).write_header(&mut out, 6));
    out.extend_from_slice(b"Subject: ");
    drop(Text::new(plain(&notice.subject)).write_header(&mut out, 9));
    let body = notice.body.replace("\r\n", "\n").replace('\n', "\r\n");
    drop(MimePart::new("text/plain", body).write_part(&mut out));
    out
}

/// Keeps a value from breaking out of its line.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use congvu_store::notice::Audience;
    use congvu_store::{MailboxId, NoticeId};
    use mail_parser::MessageParser;

    use super::*;

    fn notice() -> Notice {
        Notice {
            id: NoticeId(7),
            key: "k".into(),
            kind: "lock".into(),
            audience: Audience::All,
            subject: "Hộp thư của ông Nguyễn Văn A bị tạm khóa từ ngày 22 tháng 11\r\nBcc: x@y"
                .into(),
            body: "Kính gửi quý cơ quan,\n\nCăn cứ khoản 2 Điều 8 …\n.\nTừ nay\n".into(),
            clause: "TQ.8.2".into(),
            created_at: 1_795_338_000_000,
            after: MailboxId(0),
            sent_at: None,
            failed: String::new(),
            received_at: None,
        }
    }

    #[test]
    fn a_letter_reads_as_it_was_written() {
        let bytes = write(
            &notice(),
            "postmaster@tinh.vn",
            Some("so@tinh.vn"),
            "tinh.vn",
        );
        let text = String::from_utf8(bytes.clone()).expect("7 bits");
        assert!(
            text.is_ascii() && text.lines().all(|line| line.len() <= 78),
            "{text}"
        );
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
        let read = MessageParser::default().parse(&bytes).expect("a message");
        assert_eq!(read.message_id(), Some("thong-bao.7@tinh.vn"));
        let from = read.from().and_then(|from| from.first()).expect("From");
        assert_eq!(from.name(), Some(SENDER));
        assert_eq!(from.address(), Some("postmaster@tinh.vn"));
        assert_eq!(
            read.subject(),
            Some("Hộp thư của ông Nguyễn Văn A bị tạm khóa từ ngày 22 tháng 11Bcc: x@y")
        );
        assert!(read.bcc().is_none());
        let body = read.body_text(0).expect("a text").replace("\r\n", "\n");
        assert_eq!(body.trim_end(), notice().body.trim_end());
        assert_eq!(
            read.header_raw("Auto-Submitted").map(str::trim),
            Some("auto-generated")
        );
    }

    #[test]
    fn it_is_the_same_each_time() {
        let one = write(&notice(), "a@b", None, "tinh.vn");
        assert_eq!(one, write(&notice(), "a@b", None, "tinh.vn"));
        assert!(String::from_utf8_lossy(&one).contains("\r\nTo: undisclosed-recipients:;\r\n"));
    }
}
