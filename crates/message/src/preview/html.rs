//! HTML as the text that a reader sees: for a preview, so roughly.

use mail_parser::decoders::html::add_html_token;

/// Elements whose content nobody sees.
const HIDDEN: [&str; 7] = [
    "head", "style", "script", "title", "template", "noscript", "svg",
];
/// Elements that part no words.
const INLINE: [&str; 20] = [
    "a", "abbr", "b", "bdi", "bdo", "big", "code", "em", "font", "i", "ins", "label", "mark", "s",
    "small", "span", "strong", "sub", "sup", "u",
];
/// Longest character reference.
const REFERENCE: usize = 32;

/// The text of `html`, which may end anywhere.
pub(super) fn to_text(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    let mut hidden: Option<&'static str> = None;
    while let Some(open) = rest.find(['<', '&']) {
        let (text, at) = rest.split_at(open);
        if hidden.is_none() {
            out.push_str(text);
        }
        if at.starts_with('&') {
            let len = reference(at);
            if hidden.is_none() {
                add_html_token(&mut out, &at.as_bytes()[..len], false);
            }
            rest = &at[len..];
            continue;
        }
        let tag = Tag::read(at);
        rest = &at[tag.len..];
        match hidden {
            Some(name) if tag.closes && tag.is(name) => hidden = None,
            // A head that nobody closed.
            Some("head") if tag.is("body") => hidden = None,
            Some(_) => {}
            None => {
                if !tag.closes {
                    hidden = HIDDEN.into_iter().find(|name| tag.is(name));
                }
                if tag.name.is_empty() {
                    // No tag, or a comment, which parts nothing.
                    out.push_str(&at[..tag.text]);
                } else if !INLINE.iter().any(|name| tag.is(name)) {
                    out.push(' ');
                }
            }
        }
    }
    if hidden.is_none() {
        out.push_str(rest);
    }
    out
}

/// The length of the character reference that `text` begins with, at least that of the `&`.
fn reference(text: &str) -> usize {
    let end = text
        .bytes()
        .skip(1)
        .take(REFERENCE)
        .position(|byte| !(byte.is_ascii_alphanumeric() || byte == b'#'));
    match end.map(|end| end + 1) {
        Some(end) if end > 1 && text.as_bytes()[end] == b';' => end + 1,
        _ => 1,
    }
}

/// What a `<` begins.
struct Tag<'a> {
    name: &'a str,
    closes: bool,
    /// All of it.
    len: usize,
    /// So much of it is text after all.
    text: usize,
}

impl<'a> Tag<'a> {
    fn read(at: &'a str) -> Self {
        let whole = |found: Option<usize>, more: usize| found.map_or(at.len(), |end| end + more);
        let nothing = |len, text| Self {
            name: "",
            closes: false,
            len,
            text,
        };
        if at.starts_with("<!--") {
            return nothing(whole(at.find("-->"), 3), 0);
        }
        if at.starts_with("<!") || at.starts_with("<?") {
            return nothing(whole(at.find('>'), 1), 0);
        }
        let closes = at.starts_with("</");
        let start = 1 + usize::from(closes);
        let name = &at[start..];
        let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != ':');
        let name = &name[..end.unwrap_or(name.len())];
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            // A lone `<`, as in `1 < 2`.
            return nothing(1, 1);
        }
        Self {
            name,
            closes,
            len: whole(end_of_tag(at), 1),
            text: 0,
        }
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// Where the `>` is; one in a quoted value is none.
fn end_of_tag(at: &str) -> Option<usize> {
    let mut quote = None;
    for (place, byte) in at.bytes().enumerate() {
        match quote {
            Some(open) if byte == open => quote = None,
            None if byte == b'>' => return Some(place),
            None if matches!(byte, b'"' | b'\'') => quote = Some(byte),
            Some(_) | None => {}
        }
    }
    // A quote that is not closed: the first `>` then.
    at.find('>')
}
