//! Reading a mail and what it carries; all of it blocks, and is bounded by what it is given.

use congvu_documents::form::MAX_PDF;
use congvu_documents::sheet::MAX_BYTES;
use congvu_governance::request::{Attached, Enclosed};
use congvu_papers::{DocumentError, requests};
use congvu_regulation::requests::RequestKind;
use congvu_regulation::{Date, Profile};
use mail_parser::{Address, Message, MessageParser, MimeHeaders};

/// So many attachments are looked at.
const FILES: usize = 8;
/// So many addresses of To and Cc.
const ADDRESSES: usize = 50;
/// So many octets of text.
const TEXT: usize = 256 << 10;

/// A mail as far as a request needs it.
#[derive(Debug, Default)]
pub(super) struct Mail {
    pub(super) from: Vec<String>,
    pub(super) to: Vec<String>,
    pub(super) subject: String,
    pub(super) text: String,
    /// A machine sent it, or a mailing list.
    pub(super) is_automatic: bool,
    /// Attachments that may be lists or forms.
    pub(super) files: Vec<Attached>,
}

impl Mail {
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let message = MessageParser::default().parse(bytes)?;
        let mut to = addresses(message.to());
        to.extend(addresses(message.cc()));
        to.truncate(ADDRESSES);
        let text = message.body_text(0).unwrap_or_default();
        let files = message
            .attachments()
            .filter_map(|part| {
                let name = part.attachment_name().unwrap_or_default();
                let media_type = part.content_type().map(|kind| match kind.subtype() {
                    Some(subtype) => format!("{}/{subtype}", kind.ctype()),
                    None => kind.ctype().to_owned(),
                });
                let media_type = media_type.unwrap_or_default().to_lowercase();
                may_be_paper(name, &media_type).then(|| Attached {
                    name: plain(name),
                    media_type,
                    data: part.contents().to_vec(),
                })
            })
            .take(FILES)
            .collect();
        Some(Self {
            from: addresses(message.from()),
            to,
            subject: plain(message.subject().unwrap_or_default()),
            text: cut(&text),
            is_automatic: is_automatic(&message),
            files,
        })
    }
}

fn addresses(field: Option<&Address<'_>>) -> Vec<String> {
    let all = field.into_iter().flat_map(|field| field.iter());
    let all = all.filter_map(|one| one.address());
    all.take(ADDRESSES).map(str::to_owned).collect()
}

/// RFC 3834 §5; RFC 2919; what older programs write instead.
fn is_automatic(message: &Message<'_>) -> bool {
    let says = |name: &str| {
        message
            .header_raw(name)
            .map(|value| value.trim().to_lowercase())
    };
    says("Auto-Submitted").is_some_and(|value| !value.starts_with("no"))
        || says("Precedence")
            .is_some_and(|value| ["bulk", "junk", "list"].contains(&value.as_str()))
        || says("List-Id").is_some()
        || says("X-Auto-Response-Suppress").is_some()
}

fn may_be_paper(name: &str, media_type: &str) -> bool {
    let name = name.to_lowercase();
    [".pdf", ".xlsx", ".csv"]
        .iter()
        .any(|end| name.ends_with(end))
        || media_type == "application/pdf"
        || media_type == "text/csv"
        || media_type == congvu_papers::XLSX
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(300).collect()
}

fn cut(text: &str) -> String {
    let mut end = TEXT.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().to_owned()
}

/// What the attachments are.
#[derive(Debug, Default)]
pub(super) struct Papers {
    pub(super) form: Option<RequestKind>,
    pub(super) document: (String, Option<Date>),
    pub(super) enclosed: Enclosed,
    pub(super) files: Vec<Attached>,
}

impl Papers {
    pub(super) fn unreadable(why: &str) -> Self {
        Self {
            enclosed: Enclosed::Unreadable(why.to_owned()),
            ..Self::default()
        }
    }

    /// Reads what came: one form of ours, else one list. A PDF without data (a scan of the signed letter) is kept and says nothing.
    pub(super) fn read(
        profile: &Profile,
        asked: Option<RequestKind>,
        organisation: &str,
        files: Vec<Attached>,
    ) -> Self {
        let mut forms = Vec::new();
        let mut lists = Vec::new();
        let mut wrong = None;
        for file in &files {
            if !requests::is_pdf(&file.data) {
                lists.push(file);
                continue;
            }
            if file.data.len() > MAX_PDF {
                continue;
            }
            match requests::form_in(profile, &file.data) {
                Ok((_, Some(kind))) => forms.push((file, kind)),
                // A report's form, or another regulation's.
                Ok((_, None)) | Err(DocumentError::NoData | DocumentError::NotAPdf) => {}
                Err(error) => wrong = Some(error),
            }
        }
        let mut papers = Self::default();
        let found = match (forms.as_slice(), lists.as_slice(), asked) {
            ([], [], _) => {
                papers.enclosed = match wrong.filter(|_| asked.is_some()) {
                    Some(error) => Enclosed::Unreadable(error.to_string()),
                    None => Enclosed::None,
                };
                None
            }
            ([(file, kind)], _, _) => {
                papers.form = Some(*kind);
                Some((*file, *kind))
            }
            ([], [file], Some(kind)) => Some((*file, kind)),
            // Nobody asks for anything: whatever it is, it is no request.
            ([], _, None) => None,
            _ => {
                papers.enclosed = Enclosed::Unreadable(
                    "thư kèm nhiều danh sách hoặc biểu mẫu; xin gửi mỗi đề nghị một thư."
                        .to_owned(),
                );
                None
            }
        };
        if let Some((file, kind)) = found {
            papers.enclosed = match file.data.len() > MAX_BYTES && papers.form.is_none() {
                true => Enclosed::Unreadable(
                    DocumentError::TooLarge {
                        limit: MAX_BYTES >> 20,
                    }
                    .to_string(),
                ),
                false => match requests::read(profile, kind, organisation, &file.data) {
                    Ok(sent) => {
                        papers.document = (sent.number, sent.day);
                        Enclosed::Rows(sent.list.rows, sent.list.faults)
                    }
                    Err(error) => Enclosed::Unreadable(error.to_string()),
                },
            };
            papers.files = files;
        }
        papers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(head: &str, parts: &str) -> Mail {
        let text = format!(
            "From: A <chicuc@x.vn>\r\nTo: <so@x.vn>\r\nCc: <b@x.vn>\r\nSubject: =?utf-8?q?=C4=90=E1=BB=81_ngh=E1=BB=8B?=\r\n\
             {head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
             Lý do: mới\r\n{parts}--x--\r\n"
        );
        Mail::read(text.as_bytes()).expect("a mail")
    }

    #[test]
    fn hcm_6_1_a_mail_with_its_list() {
        let list = "--x\r\nContent-Type: text/csv; name=ds.csv\r\nContent-Disposition: attachment; filename=\"ds.csv\"\r\n\r\n\
                    Họ và tên\r\nLê Văn B\r\n--x\r\nContent-Type: image/png; name=dau.png\r\n\r\nx\r\n";
        let read = mail("", list);
        assert_eq!(read.from, ["chicuc@x.vn"]);
        assert_eq!(read.to, ["so@x.vn", "b@x.vn"]);
        assert_eq!(read.subject, "Đề nghị");
        assert!(read.text.contains("Lý do: mới") && !read.is_automatic);
        let names: Vec<&str> = read.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["ds.csv"]);
        assert!(read.files[0].data.starts_with("Họ và tên".as_bytes()));
    }

    #[test]
    fn hcm_6_2_machines_are_not_answered() {
        for head in [
            "Auto-Submitted: auto-replied\r\n",
            "Precedence: bulk\r\n",
            "List-Id: <a.b>\r\n",
        ] {
            assert!(mail(head, "").is_automatic, "{head}");
        }
        assert!(!mail("Auto-Submitted: no\r\n", "").is_automatic);
    }

    #[test]
    fn what_is_enclosed_is_told_apart() {
        let profile = congvu_regulation::profile("hcm-donre").expect("a profile");
        let file = |name: &str, data: &[u8]| Attached {
            name: name.to_owned(),
            media_type: String::new(),
            data: data.to_vec(),
        };
        let read = |kind, files| Papers::read(profile, kind, "Chi cục", files).enclosed;
        let issue = Some(RequestKind::Issue);
        let list = file("a.csv", "Họ và tên\nLê Văn B\n".as_bytes());
        assert!(
            matches!(read(issue, vec![list.clone()]), Enclosed::Rows(rows, faults) if rows.len() == 1 && faults.is_empty())
        );
        assert_eq!(read(None, vec![list.clone()]), Enclosed::None);
        assert_eq!(read(issue, vec![]), Enclosed::None);
        let scan = file("a.pdf", b"%PDF-1.7 scan");
        assert_eq!(read(issue, vec![scan.clone()]), Enclosed::None);
        assert!(matches!(
            read(issue, vec![scan, list.clone()]),
            Enclosed::Rows(..)
        ));
        for files in [
            vec![list.clone(), list],
            vec![file("a.xlsx", b"PK\x03\x04zip")],
        ] {
            assert!(matches!(read(issue, files), Enclosed::Unreadable(_)));
        }
    }
}
