//! A notice as a mail.

use congvu_message::{date, written};
use congvu_store::notice::{File, Notice};
use mail_builder::headers::Header;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::text::Text;
use mail_builder::mime::MimePart;

const SENDER: &str = "Hệ thống thư điện tử công vụ";
const VIETNAM_MINUTES: i16 = 7 * 60;

/// The mail, with CR LF line ends: the same bytes each time, so that all who get it share them. `to`: whom it names.
pub(super) fn write(
    notice: &Notice,
    files: &[File],
    sender: &str,
    to: Option<&str>,
    domain: &str,
) -> Vec<u8> {
    let bytes: usize = files.iter().map(|file| file.data.len()).sum();
    let mut out = Vec::with_capacity(2048 + notice.body.len() * 2 + bytes * 3 / 2);
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
    line(
        "From",
        &written::person(SENDER, sender).replace(' ', "\r\n "),
    );
    // Writing into memory cannot fail.
    out.extend_from_slice(b"Subject: ");
    drop(Text::new(plain(&notice.subject)).write_header(&mut out, 9));
    let body = notice.body.replace("\r\n", "\n").replace('\n', "\r\n");
    let text = MimePart::new("text/plain", body);
    if files.is_empty() {
        drop(text.write_part(&mut out));
        return out;
    }
    let mut parts = vec![text];
    parts.extend(files.iter().map(|file| {
        MimePart::new(file.media_type.as_str(), file.data.as_slice()).attachment(plain(&file.name))
    }));
    // One of its own each time it is written would make other bytes; no text has it, for its lines are encoded.
    let boundary = format!("=_thong-bao.{id}");
    let kind = ContentType::new("multipart/mixed").attribute("boundary", boundary);
    drop(MimePart::new(kind, parts).write_part(&mut out));
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
    use mail_parser::{MessageParser, MimeHeaders};

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
            &[],
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
        let file = File {
            name: "Báo cáo tháng 10.xlsx".into(),
            media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".into(),
            data: (0..=255).collect(),
        };
        for files in [vec![], vec![file]] {
            let one = write(&notice(), &files, "a@b", None, "tinh.vn");
            assert_eq!(one, write(&notice(), &files, "a@b", None, "tinh.vn"));
            assert!(String::from_utf8_lossy(&one).contains("\r\nTo: undisclosed-recipients:;\r\n"));
        }
    }

    /// QN.9.1.e
    #[test]
    fn qn_9_1_e_files_come_along_as_they_are() {
        let file = |name: &str, media: &str| File {
            name: name.into(),
            media_type: media.into(),
            data: (0..=255).cycle().take(3000).collect(),
        };
        let files = [
            file("Báo cáo \"quý\"\r\nI.pdf", "application/pdf"),
            file("so-lieu.xlsx", "application/octet-stream"),
        ];
        let bytes = write(&notice(), &files, "a@b", Some("so@tinh.vn"), "tinh.vn");
        assert!(bytes.is_ascii());
        let read = MessageParser::default().parse(&bytes).expect("a message");
        let body = read.body_text(0).expect("a text").replace("\r\n", "\n");
        assert_eq!(body.trim_end(), notice().body.trim_end());
        let names: Vec<_> = read
            .attachments()
            .map(|part| part.attachment_name())
            .collect();
        assert_eq!(names, [Some("Báo cáo \"quý\"I.pdf"), Some("so-lieu.xlsx")]);
        for part in read.attachments() {
            assert_eq!(part.contents(), files[0].data);
        }
    }
}
