//! How people see a message: which parts are its text and which are files.

use crate::{Kind, Part};

/// So many parts are looked at; a message of more shows the first.
const MOST: usize = 1_000;
/// Multiparts within multiparts, so deep.
const DEEPEST: usize = 50;

/// A part with its IMAP section number (RFC 9051 §6.4.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<'p> {
    /// The number, as a path.
    pub path: Vec<u32>,
    /// The part.
    pub part: &'p Part,
}

impl Located<'_> {
    /// The number as it is written: `2.1`.
    pub fn section(&self) -> String {
        let numbers: Vec<String> = self.path.iter().map(u32::to_string).collect();
        numbers.join(".")
    }
}

/// What a message shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown<'p> {
    /// Its texts, `text/html` or `text/plain`, in reading order.
    pub texts: Vec<Located<'p>>,
    /// Its files, nested messages among them.
    pub files: Vec<Located<'p>>,
    /// Parts that an HTML text shows within it (RFC 2392 `cid:`): each has a Content-ID.
    pub related: Vec<Located<'p>>,
}

impl Part {
    /// Which parts a person reads and which are files, seen from the top of a message.
    pub fn shown(&self) -> Shown<'_> {
        let mut shown = Shown::default();
        let path = match self.kind {
            Kind::Multipart(_) => Vec::new(),
            Kind::Leaf | Kind::Message { .. } => vec![1],
        };
        shown.take(self, path, 0, false);
        shown
    }

    /// The names of its files, as they are shown; nothing of a file without one.
    pub fn file_names(&self) -> Vec<String> {
        let shown = self.shown();
        let names = shown.files.iter().map(|file| file.part.file_name());
        names
            .map(|name| name.unwrap_or_default().to_owned())
            .collect()
    }

    /// A text that is meant to be read in place.
    pub fn is_readable(&self) -> bool {
        let attached = self
            .disposition
            .as_ref()
            .is_some_and(|(kind, _)| kind.eq_ignore_ascii_case("attachment"));
        self.kind == Kind::Leaf
            && !attached
            && self.is_type("text")
            && (self.is_subtype("html") || (self.is_subtype("plain") && self.name.is_none()))
    }

    fn has_html(&self, depth: usize) -> bool {
        match &self.kind {
            Kind::Leaf => self.is_readable() && self.is_subtype("html"),
            Kind::Multipart(parts) if depth < DEEPEST => {
                parts.iter().any(|part| part.has_html(depth + 1))
            }
            Kind::Multipart(_) | Kind::Message { .. } => false,
        }
    }
}

impl<'p> Shown<'p> {
    /// What is offered as a file: its files, and the pictures that no HTML text of it can show.
    pub fn attached(&self) -> impl Iterator<Item = &Located<'p>> {
        let has_html = self.texts.iter().any(|text| text.part.is_subtype("html"));
        let loose = self.related.iter().filter(move |_| !has_html);
        self.files.iter().chain(loose)
    }

    fn take(&mut self, part: &'p Part, path: Vec<u32>, depth: usize, related: bool) {
        if self.texts.len() + self.files.len() + self.related.len() >= MOST {
            return;
        }
        match &part.kind {
            Kind::Multipart(parts) if depth < DEEPEST => {
                if part.is_subtype("alternative") {
                    self.choose(parts, &path, depth);
                    return;
                }
                let within = part.is_subtype("related");
                for (at, inner) in parts.iter().enumerate() {
                    // RFC 2387 §3.2: the first is the root where none is named; the others belong to it.
                    self.take(inner, below(&path, at), depth + 1, within && at > 0);
                }
            }
            _ if part.is_readable() && !related => self.texts.push(Located { path, part }),
            Kind::Leaf if part.id.is_some() && (related || part.is_type("image")) => {
                self.related.push(Located { path, part });
            }
            _ => self.files.push(Located { path, part }),
        }
    }

    /// RFC 2046 §5.1.4: the same in several forms, the richest last. HTML is taken, or else plain text; what no person reads
    /// (an invitation for the calendar) is a file.
    fn choose(&mut self, parts: &'p [Part], path: &[u32], depth: usize) {
        let html = parts.iter().rposition(|part| part.has_html(depth + 1));
        let chosen = html.or_else(|| parts.iter().rposition(Part::is_readable));
        for (at, part) in parts.iter().enumerate() {
            if Some(at) == chosen || chosen.is_none() || !part.is_readable() {
                self.take(part, below(path, at), depth + 1, false);
            }
        }
    }
}

fn below(path: &[u32], at: usize) -> Vec<u32> {
    let mut path = path.to_vec();
    path.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Analyzer;

    fn sections(message: &str) -> (Vec<String>, Vec<String>, Vec<String>) {
        let mut analyzer = Analyzer::new();
        analyzer.feed(message.replace('\n', "\r\n").as_bytes());
        let top = analyzer.finish().structure;
        let shown = top.shown();
        for located in shown.texts.iter().chain(&shown.files).chain(&shown.related) {
            assert_eq!(
                top.section(&located.path),
                Some(located.part),
                "{located:?}"
            );
        }
        let names = |list: &[Located<'_>]| list.iter().map(Located::section).collect();
        (
            names(&shown.texts),
            names(&shown.files),
            names(&shown.related),
        )
    }

    #[test]
    fn a_plain_message() {
        assert_eq!(
            sections("Subject: a\n\nchào"),
            (vec!["1".into()], vec![], vec![])
        );
    }

    #[test]
    fn alternatives_images_and_files() {
        let message = "Content-Type: multipart/mixed; boundary=m\n\n--m\n\
            Content-Type: multipart/related; boundary=r\n\n--r\n\
            Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\nchữ\n--a\n\
            Content-Type: text/html\n\n<p>chữ</p>\n--a--\n--r\n\
            Content-Type: image/png\nContent-ID: <x@y>\n\nAAAA\n--r--\n--m\n\
            Content-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment\n\nAAAA\n--m\n\
            Content-Type: message/rfc822\n\nSubject: b\n\nbên trong\n--m--\n";
        assert_eq!(
            sections(message),
            (
                vec!["1.1.2".into()],
                vec!["2".into(), "3".into()],
                vec!["1.2".into()]
            )
        );
    }

    #[test]
    fn an_invitation_beside_its_words_is_a_file() {
        let message = "Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\nmời họp\n--a\n\
            Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--a--\n";
        assert_eq!(
            sections(message),
            (vec!["1".into()], vec!["2".into()], vec![])
        );
    }

    #[test]
    fn a_named_text_is_a_file() {
        let message = "Content-Type: multipart/mixed; boundary=m\n\n--m\n\nđọc\n--m\n\
            Content-Type: text/plain; name=ghi-chu.txt\n\nghi\n--m--\n";
        assert_eq!(
            sections(message),
            (vec!["1".into()], vec!["2".into()], vec![])
        );
    }
}
