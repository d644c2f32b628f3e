//! Notices that a message was read (RFC 8098): who asks for one, and what one says.

use crate::automatic::{Answerable, is_robot};
use crate::header::{addresses, decode_text, fields};
use crate::{AddressSpec, Kind, Part, charset};

/// Somebody asks to be told that their message was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Whom to tell.
    pub to: AddressSpec,
    /// `Message-ID`, with angle brackets; or nothing.
    pub message_id: String,
    /// `References` of the notice (RFC 5322 §3.6.4).
    pub references: String,
    /// Its subject, decoded.
    pub subject: String,
    /// The address as its first server had it (RFC 8098 §3.2.3), as it is written.
    pub original_recipient: Option<String>,
    /// It goes back to where the message came from: RFC 8098 §2.1 lets a standing order answer no other.
    pub is_certain: bool,
}

/// Who asks, by the lines that this server put before a message and by the message's own header. Nobody where a program or a list
/// wrote it, where it is such a notice itself, where more than one address is to be told, or where something is demanded that
/// nobody here knows (RFC 8098 §2.1, §2.2).
pub fn asked(own_lines: &[u8], block: &[u8]) -> Option<Request> {
    let mut to: Option<AddressSpec> = None;
    let mut original_recipient = None;
    for field in fields(block) {
        if field.is("Disposition-Notification-To") {
            for address in addresses(field.value) {
                match &to {
                    Some(before) if !same(&before.addr(), &address.addr()) => return None,
                    _ => to = Some(address),
                }
            }
        } else if field.is("Disposition-Notification-Options") {
            let text = charset::text(field.value).to_ascii_lowercase();
            if text.contains("required") {
                return None;
            }
        } else if field.is("Content-Type") {
            let text = charset::text(field.value).to_ascii_lowercase();
            if text.trim_start().starts_with("multipart/report") {
                return None;
            }
        } else if field.is("Original-Recipient") {
            let text = one_line(field.value);
            original_recipient = (!text.is_empty()).then_some(text);
        }
    }
    let to = to.filter(|to| !to.local.is_empty() && !to.domain.is_empty())?;
    let about = Answerable::new(block);
    if about.automatic {
        return None;
    }
    let path = fields(own_lines)
        .chain(fields(block))
        .find(|field| field.is("Return-Path"));
    let path = path.map(|field| one_line(field.value));
    let path = path.as_deref().unwrap_or_default();
    let path = path.trim_start_matches('<').trim_end_matches('>');
    Some(Request {
        is_certain: same(path, &to.addr()) && !is_robot(path),
        to,
        message_id: about.message_id,
        references: about.references,
        subject: about.subject,
        original_recipient,
    })
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// A value on one line, of plain signs.
fn one_line(value: &[u8]) -> String {
    let text = charset::text(value);
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    text.trim().chars().take(500).collect()
}

/// What a notice says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Whose program speaks.
    pub recipient: String,
    /// `Message-ID` of the message, with angle brackets; or nothing.
    pub message_id: String,
    /// The message was shown to somebody; otherwise it was thrown away unread, or something else became of it.
    pub displayed: bool,
}

impl Part {
    /// The part of a notice that programs read (RFC 8098 §3.1), seen from the top of a message.
    pub fn disposition_report(&self) -> Option<&Part> {
        let is_report = self.is_type("multipart")
            && self.is_subtype("report")
            && self
                .param("report-type")
                .is_some_and(|kind| kind.eq_ignore_ascii_case("disposition-notification"));
        let Kind::Multipart(parts) = &self.kind else {
            return None;
        };
        parts.iter().filter(|_| is_report).find(|part| {
            part.is_type("message")
                && (part.is_subtype("disposition-notification")
                    || part.is_subtype("global-disposition-notification"))
        })
    }
}

/// Reads the fields of a notice (RFC 8098 §3.2), without their transfer encoding.
pub fn report(content: &[u8]) -> Option<Report> {
    let mut report = Report {
        recipient: String::new(),
        message_id: String::new(),
        displayed: false,
    };
    let mut says = false;
    for field in fields(content) {
        let value = decode_text(field.value);
        if field.is("Final-Recipient") {
            let address = value
                .split_once(';')
                .map_or(value.as_str(), |(_, address)| address);
            report.recipient = one_line(address.as_bytes());
        } else if field.is("Original-Message-ID") {
            report.message_id = one_line(field.value);
        } else if field.is("Disposition") {
            let (_, kind) = value.split_once(';')?;
            let kind = kind.trim().to_ascii_lowercase();
            report.displayed = kind.split(['/', ',', ' ']).next() == Some("displayed");
            says = true;
        }
    }
    says.then_some(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "Delivered-To: an@tinh.vn\r\nReturn-Path: <Binh@tinh.vn>\r\n";

    fn of(lines: &str) -> Option<Request> {
        let block = format!("From: binh@tinh.vn\r\nMessage-ID: <m@x>\r\nSubject: S\r\n{lines}\r\n");
        asked(OWN.as_bytes(), block.as_bytes())
    }

    #[test]
    fn who_asks() {
        let asked =
            of("Disposition-Notification-To: B =?utf-8?q?=C3=ACnh?= <binh@tinh.vn>\r\n").unwrap();
        assert_eq!(
            (asked.to.addr().as_str(), asked.is_certain),
            ("binh@tinh.vn", true)
        );
        assert_eq!(
            (asked.message_id.as_str(), asked.subject.as_str()),
            ("<m@x>", "S")
        );
        let other = of("Disposition-Notification-To: khac@ngoai.example\r\nOriginal-Recipient: rfc822;nhom@tinh.vn\r\n").unwrap();
        assert!(!other.is_certain);
        assert_eq!(
            other.original_recipient.as_deref(),
            Some("rfc822;nhom@tinh.vn")
        );
        // Said twice, it is one address.
        assert!(of("Disposition-Notification-To: a@b.vn, A@B.vn\r\n").is_some());
    }

    #[test]
    fn who_is_not_told() {
        let asks = "Disposition-Notification-To: binh@tinh.vn\r\n";
        for lines in [
            "",
            "Disposition-Notification-To: \r\n",
            "Disposition-Notification-To: khong-phai-dia-chi\r\n",
            "Disposition-Notification-To: a@b.vn, c@d.vn\r\n",
            &format!("{asks}Disposition-Notification-To: c@d.vn\r\n"),
            &format!("{asks}Disposition-Notification-Options: la=required,x\r\n"),
            &format!("{asks}List-Id: <ds.tinh.vn>\r\n"),
            &format!("{asks}Precedence: bulk\r\n"),
            &format!("{asks}Auto-Submitted: auto-replied\r\n"),
            &format!(
                "{asks}Content-Type: multipart/report; report-type=disposition-notification\r\n"
            ),
        ] {
            assert_eq!(of(lines), None, "{lines}");
        }
        // Whom nobody answers by a standing order: no way back is told, or it is a program's.
        let block = format!("From: b@tinh.vn\r\n{asks}\r\n");
        for own in ["", "Return-Path: <>\r\n"] {
            assert!(!asked(own.as_bytes(), block.as_bytes()).unwrap().is_certain);
        }
    }

    #[test]
    fn what_a_notice_says() {
        let fields = b"Reporting-UA: may; Thunderbird\r\nFinal-Recipient: rfc822; an@tinh.vn\r\nOriginal-Message-ID: <m@x>\r\n\
Disposition: manual-action/MDN-sent-manually;\r\n displayed\r\n";
        let told = Report {
            recipient: "an@tinh.vn".into(),
            message_id: "<m@x>".into(),
            displayed: true,
        };
        assert_eq!(report(fields), Some(told));
        assert!(!report(b"Disposition: a/b; deleted\r\n").unwrap().displayed);
        assert_eq!(report(b"Disposition: displayed"), None);
        assert_eq!(report(b""), None);
    }
}
