//! A file of a message, shown in place: pictures, texts, tables, messages. What is dangerous by its content never is.

use askama::Template;
use axum::extract::{Path, State};
use congvu_delivery::content;
use congvu_message::search::envelope::{self, Field};
use congvu_message::{Kind, Part, charset};
use congvu_regulation::content::RealType;

use super::part::{self, Stored};
use super::read::{self, Body, File};
use super::{bytes, files, open, text};
use crate::site::{Frame, Lang, Oops, Page, Site, User, html};

/// So much of a text is shown, in bytes as it is encoded.
const TEXT: u64 = 256 << 10;
/// So many lines of a table …
const LINES: usize = 200;
/// … and so many of its columns.
const COLUMNS: usize = 40;

/// How a file is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    /// A picture that browsers draw.
    Picture,
    /// Letters.
    Text,
    /// Lines of fields (RFC 4180).
    Table,
    /// HTML, cleaned as that of messages is.
    Html,
    /// Another message.
    Message,
    /// A PDF, which browsers show by themselves.
    Document,
}

impl View {
    /// How a file of this name can be shown, by what it says of itself.
    pub(super) fn of(part: &Part, name: &str) -> Option<Self> {
        if matches!(part.kind, Kind::Message { .. }) {
            return Some(Self::Message);
        }
        if part.kind != Kind::Leaf {
            return None;
        }
        if part::is_picture(part) {
            return Some(Self::Picture);
        }
        let is_text = part.type_.eq_ignore_ascii_case("text");
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let ending = ending.to_ascii_lowercase();
        let subtype = part.subtype.to_ascii_lowercase();
        match (subtype.as_str(), ending.as_str()) {
            ("pdf", _) | (_, "pdf") => Some(Self::Document),
            ("csv" | "tab-separated-values", _) | (_, "csv" | "tsv") => Some(Self::Table),
            ("html", _) if is_text => Some(Self::Html),
            (_, "txt" | "log" | "md" | "json" | "xml" | "ini" | "ics" | "vcf") => Some(Self::Text),
            _ if is_text => Some(Self::Text),
            _ => None,
        }
    }
}

/// What a file really is where that is another thing than it says, or a program: in words.
pub(super) struct Concern {
    pub(super) words: String,
    /// Opening it may do harm.
    pub(super) bad: bool,
}

/// What is to be said of a file of this name that begins so.
pub(super) fn concern(name: &str, beginning: &[u8], lang: Lang) -> Option<Concern> {
    let real = content::of(beginning);
    let claimed = name
        .rsplit_once('.')
        .and_then(|(_, ending)| RealType::of_ending(ending));
    let called = |kind: RealType| match lang {
        Lang::Vietnamese => kind.to_string(),
        Lang::English => kind.name().to_owned(),
    };
    if real.is_program() {
        let words = match claimed {
            Some(claimed) if !claimed.is_program() => format!(
                "{} {}, {} {}. {}",
                lang.t("Tên ghi là"),
                called(claimed),
                lang.t("thật ra là"),
                called(real),
                lang.t("Đừng mở tệp này.")
            ),
            _ => format!(
                "{} {}. {}",
                lang.t("Đây là"),
                called(real),
                lang.t("Mở ra là chạy trên máy của bạn; đừng mở nếu bạn không chờ tệp này.")
            ),
        };
        return Some(Concern { words, bad: true });
    }
    let claimed = claimed.filter(|claimed| *claimed != real && real != RealType::Unknown)?;
    let is_picture = (RealType::Png..=RealType::Webp).contains(&claimed);
    if is_picture && content::picture(beginning).is_some() {
        return None;
    }
    // What these are lies deeper in them than is looked at here.
    let is_zip = [
        RealType::OfficeXml,
        RealType::OpenDocument,
        RealType::Jar,
        RealType::Apk,
    ];
    if (real == RealType::Zip && is_zip.contains(&claimed))
        || (real == RealType::OfficeBinary && claimed == RealType::Msi)
    {
        return None;
    }
    Some(Concern {
        words: format!(
            "{} {}, {} {}.",
            lang.t("Tên ghi là"),
            called(claimed),
            lang.t("thật ra là"),
            called(real)
        ),
        bad: false,
    })
}

/// What of a file is shown.
enum Shown {
    Picture(String),
    Text(String),
    Table(Vec<Vec<String>>),
    Html(String),
    Message(Box<Inner>),
    Document(String),
    /// Why nothing is.
    Not(&'static str),
}

/// A message within a message.
struct Inner {
    subject: String,
    from: String,
    /// As one line; or nothing.
    to: String,
    bodies: Vec<Body>,
    files: Vec<File>,
}

#[derive(Template)]
#[template(path = "mail/look.html")]
struct LookPage {
    frame: Frame,
    name: String,
    size: String,
    concern: Option<Concern>,
    shown: Shown,
    /// Only the beginning is shown.
    cut: bool,
    href: String,
    back: String,
}

/// `/thu/…/xem/{section}`
pub(super) async fn page(
    State(site): State<Site>,
    user: User,
    Path((mailbox, folder, uid, section)): Path<(i64, i64, u32, String)>,
) -> Page {
    let base = format!("/thu/{mailbox}/{folder}/{uid}");
    let stored = files::inside(&site, user.clone(), (mailbox, folder, uid)).await?;
    let part = stored.part(&section).ok_or_else(open::gone)?;
    let name = part::file_name(part, &section);
    let view = View::of(part, &name).ok_or_else(open::gone)?;
    let beginning = stored
        .beginnings(&site.store, &[part], read::TELLING)
        .await?
        .remove(0);
    let concern = match view {
        View::Message => None,
        _ => concern(&name, &beginning, user.lang),
    };
    let file = format!("{base}/tep/{section}");
    let lang = user.lang;
    let shown = match view {
        _ if concern.as_ref().is_some_and(|concern| concern.bad) => {
            Shown::Not(lang.t("Nội dung tệp này nguy hiểm nên không hiển thị ở đây."))
        }
        View::Picture if content::picture(&beginning).is_some() => {
            Shown::Picture(format!("{file}?xem=1"))
        }
        View::Document if content::of(&beginning) == RealType::Pdf => {
            Shown::Document(format!("{file}?xem=1"))
        }
        View::Picture | View::Document => Shown::Not(
            lang.t("Tệp này hỏng, hoặc không phải loại mà tên nó ghi, nên không hiển thị được."),
        ),
        View::Html => Shown::Html(format!("{base}/noi-dung/{section}")),
        View::Text => Shown::Text(letters(&site, &stored, part).await?),
        View::Table => Shown::Table(table(&letters(&site, &stored, part).await?, &name)),
        View::Message => Shown::Message(Box::new(
            inner(&site, &stored, part, (&section, &base), lang).await?,
        )),
    };
    let cut = match &shown {
        Shown::Text(_) => part.body_len() > TEXT,
        Shown::Table(lines) => part.body_len() > TEXT || lines.len() == LINES,
        _ => false,
    };
    let place = site.place().await?;
    Ok(html(&LookPage {
        frame: Frame::of(&user, &place, &name),
        size: bytes(read::size(part)),
        name,
        concern,
        shown,
        cut,
        href: file,
        back: base,
    }))
}

async fn letters(site: &Site, stored: &Stored, part: &Part) -> Result<String, Oops> {
    let content = stored.content(&site.store, part, TEXT).await?;
    Ok(charset::to_utf8(part.charset(), &content))
}

/// The lines of a table, divided by what divides its first line most often.
fn table(letters: &str, name: &str) -> Vec<Vec<String>> {
    let letters = letters.trim_start_matches('\u{feff}');
    let first = letters.lines().next().unwrap_or_default();
    let divider = if name.to_ascii_lowercase().ends_with(".tsv") {
        b'\t'
    } else {
        let dividers = [b'\t', b';', b','];
        let count = |divider: &u8| first.bytes().filter(|byte| byte == divider).count();
        dividers.into_iter().max_by_key(count).unwrap_or(b',')
    };
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(divider)
        .from_reader(letters.as_bytes())
        .records()
        .filter_map(Result::ok)
        .take(LINES)
        .map(|line| line.iter().take(COLUMNS).map(str::to_owned).collect())
        .collect()
}

async fn inner(
    site: &Site,
    stored: &Stored,
    part: &Part,
    (section, base): (&str, &str),
    lang: Lang,
) -> Result<Inner, Oops> {
    let Kind::Message {
        envelope,
        part: top,
    } = &part.kind
    else {
        return Err(open::gone());
    };
    let mut shown = top.shown();
    let all = shown
        .texts
        .iter_mut()
        .chain(&mut shown.files)
        .chain(&mut shown.related);
    let outer: Vec<u32> = section
        .split('.')
        .filter_map(|one| one.parse().ok())
        .collect();
    for located in all {
        let within = std::mem::replace(&mut located.path, outer.clone());
        located.path.extend(within);
    }
    let bodies = read::bodies(site, stored, &shown, base).await?;
    let attached: Vec<_> = shown.attached().collect();
    let files = read::files(site, stored, &attached, base, lang).await?;
    let subject = envelope::subject(envelope).unwrap_or_default();
    Ok(Inner {
        subject: if subject.trim().is_empty() {
            lang.t("(không có tiêu đề)").to_owned()
        } else {
            subject
        },
        from: read::people(envelope, Field::From),
        to: read::people(envelope, Field::To),
        bodies,
        files,
    })
}

impl LookPage {
    /// A text, as safe HTML.
    #[expect(
        clippy::unused_self,
        reason = "templates ask the page for all they need"
    )]
    fn letters(&self, letters: &str) -> String {
        text::to_html(letters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables() {
        let read = |letters: &str| table(letters, "a.csv");
        assert_eq!(
            read("\u{feff}xã;số\r\n\"Tân; \"\"Thịnh\"\"\nhai\";5\r\n"),
            [vec!["xã", "số"], vec!["Tân; \"Thịnh\"\nhai", "5"]]
        );
        assert_eq!(read(""), Vec::<Vec<String>>::new());
        assert_eq!(read(&"a\n".repeat(1000)).len(), LINES);
        assert_eq!(read(&",".repeat(1000))[0].len(), COLUMNS);
    }

    #[test]
    fn qn_15_6_a_file_that_is_not_what_it_says() {
        let said = |name: &str, bytes: &[u8]| {
            concern(name, bytes, Lang::Vietnamese).map(|concern| (concern.words, concern.bad))
        };
        let program = b"MZ\x90\0 and so on";
        assert_eq!(
            said("ke-khai.PDF", program),
            Some((
                "Tên ghi là PDF, thật ra là chương trình DOS. Đừng mở tệp này.".into(),
                true
            ))
        );
        let (words, bad) = said("cai-dat.exe", program).unwrap();
        assert!(words.starts_with("Đây là chương trình DOS.") && bad);
        assert!(said("khong-ten", program).is_some_and(|said| said.1));
        let (_, bad) = said("bao-cao.pdf", b"PK\x03\x04").unwrap();
        assert!(!bad);
        for (name, bytes) in [
            ("a.pdf", b"%PDF-1.7".as_slice()),
            ("a.docx", b"PK\x03\x04"),
            ("a.csv", b"1,2"),
            ("a.jpg", b""),
            ("a.jpg", b"GIF89a"),
            ("a.khong-biet", b"%PDF-1.7"),
        ] {
            assert_eq!(said(name, bytes), None, "{name}");
        }
    }
}
