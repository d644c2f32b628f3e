//! The answer as a mail.

use congvu_message::{date, written};
use congvu_store::vacation::Answer;
use mail_builder::headers::Header;
use mail_builder::headers::text::Text;
use mail_builder::mime::MimePart;

/// What stands before the sender's own subject.
const BEFORE: &str = "Trả lời tự động:";
const VIETNAM_MINUTES: i16 = 7 * 60;

/// Writes it, with CR LF line ends. `name`: who is away; `at`: now (ms).
pub(super) fn write(answer: &Answer, name: &str, body: &str, at: i64) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024 + body.len() * 2);
    let domain = answer.own.rsplit_once('@').map_or("", |(_, domain)| domain);
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            out.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
    };
    line("Date", &date::rfc5322(at.div_euclid(1000), VIETNAM_MINUTES));
    let id = answer.id;
    let mailbox = answer.mailbox;
    line(
        "Message-ID",
        &format!("<vang-mat.{mailbox}.{id}@{}>", plain(domain)),
    );
    line("To", &format!("<{}>", plain(&answer.address)));
    // RFC 3834 §3.1.5, §3.1.7
    line("In-Reply-To", &plain(&answer.message_id));
    line(
        "References",
        &plain(&answer.references).replace(' ', "\r\n "),
    );
    line("Auto-Submitted", "auto-replied");
    line("X-Auto-Response-Suppress", "All");
    line("MIME-Version", "1.0");
    line(
        "From",
        &written::person(name, &answer.own).replace(' ', "\r\n "),
    );
    // Writing into memory cannot fail.
    out.extend_from_slice(b"Subject: ");
    let subject = format!("{BEFORE} {}", plain(&answer.subject));
    drop(Text::new(subject.trim().to_owned()).write_header(&mut out, 9));
    let body = body.replace("\r\n", "\n").replace('\n', "\r\n");
    drop(MimePart::new("text/plain", body).write_part(&mut out));
    out
}

/// Keeps a value from breaking out of its line.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use congvu_store::MailboxId;
    use mail_parser::MessageParser;

    use super::*;

    /// RFC 3834 §3.1
    #[test]
    fn an_answer_says_that_a_program_wrote_it() {
        let answer = Answer {
            id: 7,
            mailbox: MailboxId(3),
            period: 0,
            address: "an@x.vn\r\nBcc: b@x.vn".into(),
            own: "binh@tinh.vn".into(),
            subject: "Họp giao ban tháng mười hai, đề nghị đồng chí cho ý kiến trước ngày 20\r\nBcc: c@x.vn".into(),
            message_id: "<m@x>".into(),
            references: "<a@x> <m@x>".into(),
            at: 0,
        };
        let bytes = write(
            &answer,
            "Trần Thị Bình",
            "Tôi đi công tác.\n.\nKính báo",
            1_795_338_000_000,
        );
        let text = String::from_utf8(bytes.clone()).expect("7 bits");
        assert!(
            text.is_ascii() && text.lines().all(|line| line.len() <= 78),
            "{text}"
        );
        let read = MessageParser::default().parse(&bytes).expect("a message");
        assert!(read.bcc().is_none());
        assert!(
            read.subject()
                .expect("a subject")
                .starts_with("Trả lời tự động: Họp giao ban")
        );
        for (name, value) in [
            ("Auto-Submitted", "auto-replied"),
            ("In-Reply-To", "<m@x>"),
            ("References", "<a@x>\r\n <m@x>"),
        ] {
            assert_eq!(read.header_raw(name).map(str::trim), Some(value));
        }
        let from = read.from().and_then(|from| from.first()).expect("From");
        assert_eq!(
            (from.name(), from.address()),
            (Some("Trần Thị Bình"), Some("binh@tinh.vn"))
        );
        let body = read.body_text(0).expect("a text").replace("\r\n", "\n");
        assert_eq!(body.trim_end(), "Tôi đi công tác.\n.\nKính báo");
    }
}
