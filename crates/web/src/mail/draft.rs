//! A message being written: what its form holds, and how it becomes a message.

use axum::extract::multipart::{Field, Multipart, MultipartError};
use congvu_message::AddressSpec;
use congvu_message::{header, written};
use congvu_store::{FolderId, MailboxId, random};
use mail_builder::MessageBuilder;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::mime::MimePart;

use crate::site::{Fields, Oops, User};

/// The longest text, in bytes.
const TEXT: usize = 4 << 20;
/// A message that goes along as a file.
pub(super) const MESSAGE: &str = "message/rfc822";
/// Lines of a draft alone: what its message has to do with when it goes.
pub(super) const ANSWERS: &str = "X-Congvu-Answers";
pub(super) const FORWARDS: &str = "X-Congvu-Forwards";
pub(super) const REMIND: &str = "X-Congvu-Remind";
/// So many days may somebody wait for an answer.
pub(super) const LONGEST_WAIT: u16 = 90;
/// So many files.
const FILES: usize = 50;

/// Where a message lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) mailbox: MailboxId,
    pub(super) folder: FolderId,
    pub(super) uid: u32,
}

impl Place {
    /// As forms and addresses have it: `1/2/3`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('/');
        let place = Self {
            mailbox: MailboxId(parts.next()?.parse().ok()?),
            folder: FolderId(parts.next()?.parse().ok()?),
            uid: parts.next()?.parse().ok()?,
        };
        parts.next().is_none().then_some(place)
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.mailbox, self.folder, self.uid)
    }
}

/// A file that goes with a message.
#[derive(Clone, Debug)]
pub(super) struct Attached {
    pub(super) name: String,
    pub(super) media: String,
    pub(super) bytes: Vec<u8>,
    /// Where it was taken from: `1/2/3/1.2`; of one that was just chosen nothing.
    pub(super) from: Option<String>,
}

/// A picture within the text.
#[derive(Clone, Debug)]
pub(super) struct Picture {
    /// What the text calls it: its Content-ID.
    pub(super) cid: String,
    pub(super) name: String,
    pub(super) media: &'static str,
    pub(super) bytes: Vec<u8>,
    /// The address under which it stood on the form.
    pub(super) from: String,
}

/// A message being written.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) cc: String,
    pub(super) bcc: String,
    pub(super) subject: String,
    pub(super) text: String,
    /// The text with formats, where it is written so; from a form as it came, until [`super::send::Sending::dress`] made it fit
    /// to be sent.
    pub(super) html: Option<String>,
    /// The pictures in it.
    pub(super) pictures: Vec<Picture>,
    /// Files to be taken from messages that lie in the store.
    pub(super) keep: Vec<String>,
    pub(super) files: Vec<Attached>,
    /// The draft whose place it takes.
    pub(super) replaces: Option<Place>,
    /// What it answers.
    pub(super) answers: Option<Place>,
    /// What it passes on.
    pub(super) forwards: Option<Place>,
    /// The kind of document (HCM.7.1), or nothing.
    pub(super) category: String,
    /// Its writer asks to be told that it was read (RFC 8098).
    pub(super) receipt: bool,
    /// So many days without an answer, and its writer is reminded; 0 for never.
    pub(super) remind: u16,
    pub(super) in_reply_to: String,
    pub(super) references: String,
    /// The left side of its Message-ID: the same however often the form is sent.
    pub(super) id: String,
}

impl Attached {
    /// RFC 2046 §5.2.1: a message goes as it is, in no other encoding; what would not pass so goes as bytes.
    fn part(&self) -> MimePart<'_> {
        if !self.media.eq_ignore_ascii_case(MESSAGE) {
            return MimePart::new(self.media.as_str(), self.bytes.as_slice());
        }
        let passes = !self.bytes.contains(&0)
            && self
                .bytes
                .split(|byte| *byte == b'\n')
                .all(|line| line.len() < 999);
        if passes {
            MimePart::new(MESSAGE, self.bytes.as_slice()).transfer_encoding("8bit")
        } else {
            MimePart::new("application/octet-stream", self.bytes.as_slice())
        }
    }
}

impl Picture {
    fn part(&self) -> MimePart<'_> {
        let ending = self.media.rsplit('/').next().unwrap_or_default();
        let name = if self.name.is_empty() {
            format!(
                "{}.{ending}",
                self.cid.split('.').next().unwrap_or_default()
            )
        } else {
            self.name.clone()
        };
        MimePart::new(self.media, self.bytes.as_slice())
            .cid(self.cid.as_str())
            .header(
                "Content-Disposition",
                ContentType::new("inline").attribute("filename", name),
            )
    }
}

/// Letters that nobody guesses.
pub(super) fn new_id() -> String {
    random::<12>()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

impl Draft {
    /// Reads a form, and what is to be done with it.
    pub(super) async fn read(user: &User, mut form: Multipart) -> Result<(Self, Fields), Oops> {
        let mut fields = Fields::default();
        let mut draft = Self::default();
        while let Some(field) = form
            .next_field()
            .await
            .map_err(|error| unreadable(&error))?
        {
            let name = field.name().unwrap_or_default().to_owned();
            if name == "tep" {
                // A field for files in which none was chosen has no name.
                if field.file_name().is_some_and(|name| !name.is_empty()) {
                    draft.files.push(file(field).await?);
                }
                if draft.files.len() > FILES {
                    return Err(Oops::Bad(
                        user.lang.t("Quá nhiều tệp trong một thư.").to_owned(),
                    ));
                }
                continue;
            }
            let text = field
                .text()
                .await
                .map_err(|error| unreadable(&error))?
                .replace('\0', "");
            if text.len() > TEXT {
                return Err(Oops::Bad(user.lang.t("Thư quá dài.").to_owned()));
            }
            fields.push(name, text);
        }
        user.check(&fields)?;
        let get = |name: &str| fields.get(name).trim().to_owned();
        draft.from = get("tu");
        draft.to = get("den");
        draft.cc = get("cc");
        draft.bcc = get("bcc");
        draft.subject = one_line(fields.get("tieu-de"));
        draft.text = fields.get("noi-dung").replace("\r\n", "\n");
        // The script of the editor says so; without it the plain text is what was written.
        if fields.get("dang") == "html" {
            draft.html = Some(fields.get("noi-dung-html").to_owned());
        }
        draft.keep = fields.all("giu").map(str::to_owned).take(FILES).collect();
        draft.replaces = Place::parse(fields.get("nhap"));
        draft.answers = Place::parse(fields.get("tra-loi"));
        draft.forwards = Place::parse(fields.get("chuyen-tiep"));
        draft.category = one_line(fields.get("loai"));
        draft.receipt = fields.has("bao-doc");
        draft.remind = days(fields.get("nhac"));
        draft.in_reply_to = one_line(fields.get("in-reply-to"));
        draft.references = one_line(fields.get("references"));
        let id = fields.get("ma");
        let is_ours = id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        draft.id = if is_ours { id.to_owned() } else { new_id() };
        Ok((draft, fields))
    }

    /// Everybody in a line of recipients, and what is no address.
    pub(super) fn people(line: &str) -> (Vec<AddressSpec>, Vec<String>) {
        let line = one_line(line).replace(';', ",");
        let mut wrong = Vec::new();
        let mut people = Vec::new();
        for person in header::addresses(line.as_bytes()) {
            if person.local.is_empty() && person.domain.is_empty() {
                wrong.push(person.name.clone());
            } else if person.local.is_empty() || person.domain.is_empty() {
                wrong.push(person.addr());
            } else {
                people.push(person);
            }
        }
        (people, wrong)
    }

    /// The message, with Bcc where it is kept as a draft.
    pub(super) fn message(
        &self,
        (name, address): (&str, &str),
        hostname: &str,
        with_bcc: bool,
    ) -> Vec<u8> {
        let list = |line: &str| {
            let (people, _) = Self::people(line);
            let people: Vec<String> = people
                .iter()
                .map(|person| written::person(&person.name, &person.addr()))
                .collect();
            Raw::new(people.join(", "))
        };
        let mut builder = MessageBuilder::new()
            .header("From", Raw::new(written::person(name, address)))
            .subject(self.subject.clone())
            .message_id(format!("{}@{hostname}", self.id));
        for (field, line) in [("To", &self.to), ("Cc", &self.cc)] {
            if !line.is_empty() {
                builder = builder.header(field, list(line));
            }
        }
        if with_bcc && !self.bcc.is_empty() {
            builder = builder.header("Bcc", list(&self.bcc));
        }
        if with_bcc {
            for (field, place) in [(ANSWERS, self.answers), (FORWARDS, self.forwards)] {
                if let Some(place) = place {
                    builder = builder.header(field, Raw::new(place.to_string()));
                }
            }
            if self.remind > 0 {
                builder = builder.header(REMIND, Raw::new(self.remind.to_string()));
            }
        }
        if !self.category.is_empty() {
            builder = builder.header("Congvu-Category", Text::new(self.category.as_str()));
        }
        if self.receipt {
            let to = Raw::new(written::person("", address));
            builder = builder.header("Disposition-Notification-To", to);
        }
        for (field, ids) in [
            ("In-Reply-To", &self.in_reply_to),
            ("References", &self.references),
        ] {
            let ids = message_ids(ids);
            if !ids.is_empty() {
                builder = builder.header(field, Raw::new(ids));
            }
        }
        builder.body(self.body()).write_to_vec().unwrap_or_default()
    }

    fn body(&self) -> MimePart<'_> {
        let mut body = MimePart::new("text/plain", self.text.as_str());
        if let Some(html) = &self.html {
            let html = format!(
                "<!doctype html><html><head><meta charset=\"utf-8\"></head><body>{html}</body></html>"
            );
            let mut shown = MimePart::new("text/html", html);
            if !self.pictures.is_empty() {
                let mut parts = vec![shown];
                parts.extend(self.pictures.iter().map(Picture::part));
                shown = MimePart::new("multipart/related", parts);
            }
            body = MimePart::new("multipart/alternative", vec![body, shown]);
        }
        if self.files.is_empty() {
            return body;
        }
        let mut parts = vec![body];
        for file in &self.files {
            parts.push(file.part().attachment(file.name.as_str()));
        }
        MimePart::new("multipart/mixed", parts)
    }

    /// The text with formats as the form shows it, or nothing.
    pub(super) fn html(&self) -> &str {
        self.html.as_deref().unwrap_or_default()
    }

    /// The bytes of all that goes along.
    pub(super) fn attached(&self) -> u64 {
        let files = self.files.iter().map(|file| file.bytes.len() as u64);
        let pictures = self.pictures.iter().map(|file| file.bytes.len() as u64);
        files.chain(pictures).sum()
    }
}

/// So many days as a form or a draft has them.
pub(super) fn days(text: &str) -> u16 {
    text.trim().parse().unwrap_or(0).min(LONGEST_WAIT)
}

/// Only what has the form of message ids: it becomes a header line as it is.
fn message_ids(text: &str) -> String {
    let ids: Vec<&str> = text
        .split_whitespace()
        .filter(|id| {
            id.len() <= 250
                && id.starts_with('<')
                && id.ends_with('>')
                && id.bytes().all(|byte| byte.is_ascii_graphic())
        })
        .collect();
    // RFC 5322 §3.6.4: the first and the last are those that matter.
    let from = ids.len().saturating_sub(20);
    let mut kept: Vec<&str> = ids
        .first()
        .copied()
        .filter(|_| from > 0)
        .into_iter()
        .collect();
    kept.extend(&ids[from..]);
    // What is written folds it.
    kept.join(" ")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) async fn file(field: Field<'_>) -> Result<Attached, Oops> {
    let name = field.file_name().unwrap_or_default();
    // Old browsers give the whole path.
    let name = name
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .to_owned();
    let media = field.content_type().unwrap_or_default().to_owned();
    let is_media = media.split_once('/').is_some_and(|(kind, rest)| {
        !kind.is_empty()
            && !rest.is_empty()
            && media
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"/.+-_".contains(&byte))
    });
    let bytes = field.bytes().await.map_err(|error| unreadable(&error))?;
    Ok(Attached {
        name,
        media: if is_media {
            media
        } else {
            "application/octet-stream".to_owned()
        },
        bytes: bytes.to_vec(),
        from: None,
    })
}

pub(super) fn unreadable(error: &MultipartError) -> Oops {
    tracing::debug!(%error, "a form cannot be read");
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        Oops::Bad(
            "Thư và tệp kèm lớn quá mức máy chủ nhận. Hãy bớt tệp, hoặc gửi địa chỉ tải."
                .to_owned(),
        )
    } else {
        Oops::Bad(
            "Không nhận được hết biểu mẫu, có thể do đường truyền bị ngắt. Hãy gửi lại.".to_owned(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipients() {
        let (people, wrong) =
            Draft::people("Nguyễn Văn An <an@a.vn>; binh@b.vn, \"Sở, Y tế\" <syt@a.vn>, khongmien");
        let shown: Vec<String> = people.iter().map(AddressSpec::addr).collect();
        assert_eq!(shown, ["an@a.vn", "binh@b.vn", "syt@a.vn"]);
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert_eq!(people[0].name, "Nguyễn Văn An");
    }

    #[test]
    fn hcm_7_1_the_kind_of_document_and_a_receipt_are_asked_for_in_the_header() {
        let draft = Draft {
            category: "Công văn".to_owned(),
            receipt: true,
            id: new_id(),
            ..Draft::default()
        };
        let message = draft.message(("An", "an@a.vn"), "thu.vn", false);
        let category = header::fields(&message)
            .find(|field| field.is("Congvu-Category"))
            .map(|field| header::decode_text(field.value));
        assert_eq!(category.as_deref(), Some("Công văn"));
        let text = String::from_utf8_lossy(&message).into_owned();
        assert!(
            text.contains("Disposition-Notification-To: an@a.vn\r\n"),
            "{text}"
        );
    }

    #[test]
    fn a_message_goes_along_as_it_is() {
        let inner = b"Subject: =?utf-8?q?a?=\r\n\r\nd\xe1\xbb\xaf li\xe1\xbb\x87u\r\n";
        let file = |bytes: &[u8]| Attached {
            name: "thư.eml".to_owned(),
            media: MESSAGE.to_owned(),
            bytes: bytes.to_vec(),
            from: None,
        };
        let mut draft = Draft {
            files: vec![file(inner)],
            ..Draft::default()
        };
        let message = draft.message(("An", "an@a.vn"), "thu.vn", false);
        assert!(message.windows(inner.len()).any(|part| part == inner));
        // A line that no server takes.
        let long = [b"A: b\r\n\r\n".as_slice(), &[b'x'; 1000]].concat();
        draft.files = vec![file(&long)];
        let message = draft.message(("An", "an@a.vn"), "thu.vn", false);
        let text = String::from_utf8_lossy(&message);
        assert!(
            text.contains("application/octet-stream") && !text.contains(MESSAGE),
            "{text}"
        );
    }

    #[test]
    fn no_header_line_is_smuggled_in() {
        let draft = Draft {
            to: "an@a.vn\r\nBcc: x@y.vn".to_owned(),
            subject: one_line("a\r\nX-Evil: 1"),
            in_reply_to: "<a@b>\r\nX-Evil: 2".to_owned(),
            category: one_line("b\r\nX-Evil: 3"),
            text: "chào\n.\nhết".to_owned(),
            id: new_id(),
            ..Draft::default()
        };
        let message = draft.message(("An", "an@a.vn"), "thu.vn", false);
        let text = String::from_utf8(message).expect("quoted-printable is ASCII");
        let names: Vec<String> = header::fields(text.as_bytes())
            .map(|field| String::from_utf8_lossy(field.name).to_lowercase())
            .collect();
        assert!(
            !names.iter().any(|name| name == "x-evil" || name == "bcc"),
            "{text}"
        );
        assert!(names.iter().any(|name| name == "in-reply-to"), "{text}");
    }
}
