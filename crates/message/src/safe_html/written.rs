//! HTML that somebody wrote in the browser: made fit to be sent, and told as plain text for those who read that.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{LONGEST, allowed, fetches, goes_somewhere, is_too_deep};

/// The addresses of all pictures in it, each once, in their order; nothing where it is longer or more deeply nested than
/// can be sent.
#[must_use]
pub fn pictures(html: &str) -> Option<Vec<String>> {
    let found = Arc::new(Mutex::new(Vec::<String>::new()));
    let seen = Arc::clone(&found);
    filtered(html, move |source| {
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        if !seen.iter().any(|known| known == source) {
            seen.push(source.to_owned());
        }
        None
    })?;
    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
    Some(std::mem::take(&mut *found))
}

/// The HTML as it may be sent: no script, no form, and of pictures only those in `instead`, under the addresses that stand there
/// (`cid:…`). `None` where it is longer or more deeply nested than can be sent.
#[must_use]
pub fn clean(html: &str, instead: HashMap<String, String>) -> Option<String> {
    let html = filtered(html, move |source| instead.get(source).cloned())?;
    Some(without_empty_pictures(&html))
}

/// Without pictures that lead nowhere: mail programs would show a broken one.
fn without_empty_pictures(html: &str) -> String {
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("<img") {
        kept.push_str(&rest[..at]);
        let end = at + tag_end(&rest[at..]);
        if attribute(&rest[at..end], "src").is_some() {
            kept.push_str(rest.get(at..=end).unwrap_or_default());
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    kept.push_str(rest);
    kept
}

fn filtered(
    html: &str,
    picture: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
) -> Option<String> {
    if html.len() > LONGEST || is_too_deep(html) {
        return None;
    }
    let mut builder = allowed();
    builder
        .link_rel(None)
        .attribute_filter(
            move |element, attribute, value| match (element, attribute) {
                ("img", "src") => picture(value.trim()).map(Cow::Owned),
                ("a", "href") => goes_somewhere(value).then_some(Cow::Borrowed(value)),
                (_, "src" | "href" | "cite" | "action" | "background") => None,
                (_, "style") if fetches(value) => None,
                _ => Some(Cow::Borrowed(value)),
            },
        );
    Some(builder.clean(html).to_string())
}

/// Cleaned HTML as plain text: paragraphs as lines, lists with their marks, what is quoted behind `> ` (RFC 3676 §4.5), links with
/// where they lead.
#[must_use]
pub fn to_text(clean: &str) -> String {
    let mut text = Text::default();
    let mut rest = clean;
    while let Some(at) = rest.find('<') {
        text.letters(&rest[..at]);
        let end = tag_end(&rest[at..]);
        text.tag(&rest[at + 1..at + end]);
        rest = rest.get(at + end + 1..).unwrap_or_default();
    }
    text.letters(rest);
    text.end_line();
    let end = text.out.trim_end().len();
    text.out.truncate(end);
    text.out
}

/// Where a tag ends: at the first `>` outside of quotes.
fn tag_end(tag: &str) -> usize {
    let mut quoted = false;
    for (at, byte) in tag.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at,
            _ => {}
        }
    }
    tag.len()
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let at = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let value = &tag[at..];
    Some(&value[..value.find('"')?])
}

fn decoded(letters: &str) -> String {
    letters
        .replace("&nbsp;", " ")
        .replace('\u{a0}', " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

#[derive(Default)]
struct Text {
    out: String,
    line: String,
    quoted: usize,
    /// Lists that are open: the number of the next entry, or none where they have marks.
    lists: Vec<Option<u32>>,
    verbatim: usize,
    /// Where the link that is open leads, and where in the line its words begin.
    link: Option<(String, usize)>,
}

impl Text {
    fn letters(&mut self, letters: &str) {
        if letters.is_empty() {
            return;
        }
        let letters = decoded(letters);
        if self.verbatim > 0 {
            let mut lines = letters.split('\n');
            self.line.push_str(lines.next().unwrap_or_default());
            for line in lines {
                self.break_line();
                self.line.push_str(line);
            }
            return;
        }
        for c in letters.chars() {
            if !c.is_whitespace() {
                self.line.push(c);
            } else if !self.line.is_empty() && !self.line.ends_with(' ') {
                self.line.push(' ');
            }
        }
    }

    /// The line is done, empty or not.
    fn break_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let quoting = "> ".repeat(self.quoted);
        let whole = format!("{quoting}{line}");
        self.out.push_str(whole.trim_end());
        self.out.push('\n');
        self.link = self.link.take().map(|(to, _)| (to, 0));
    }

    /// Whatever stood in the line is done.
    fn end_line(&mut self) {
        if !self.line.trim().is_empty() {
            self.break_line();
        }
        self.line.clear();
    }

    /// An empty line, unless there is one.
    fn gap(&mut self) {
        self.end_line();
        let last = self.out.trim_end_matches('\n').len();
        if last > 0 && self.out.len() - last < 2 {
            self.break_line();
        }
    }

    fn tag(&mut self, tag: &str) {
        let (ends, tag) = tag
            .strip_prefix('/')
            .map_or((false, tag), |tag| (true, tag));
        let end = tag
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(tag.len());
        match (&tag[..end], ends) {
            ("br", _) => self.break_line(),
            ("hr", false) => {
                self.end_line();
                self.line.push_str("----------");
                self.break_line();
            }
            ("p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6", true) => self.gap(),
            ("blockquote", false) => {
                self.end_line();
                self.quoted += 1;
            }
            ("blockquote", true) => {
                self.end_line();
                self.quoted = self.quoted.saturating_sub(1);
            }
            ("ul", false) => {
                self.end_line();
                self.lists.push(None);
            }
            ("ol", false) => {
                self.end_line();
                self.lists.push(Some(1));
            }
            ("ul" | "ol", true) => {
                self.end_line();
                self.lists.pop();
            }
            ("li", false) => self.entry(),
            ("pre", false) => {
                self.end_line();
                self.verbatim += 1;
            }
            ("pre", true) => {
                self.end_line();
                self.verbatim = self.verbatim.saturating_sub(1);
            }
            ("td" | "th", true) => self.line.push_str(" | "),
            ("tr", true) => {
                let kept = self.line.trim_end_matches([' ', '|']).len();
                self.line.truncate(kept);
                self.end_line();
            }
            (
                "div" | "p" | "li" | "table" | "tr" | "dl" | "dt" | "dd" | "h1" | "h2" | "h3"
                | "h4" | "h5" | "h6" | "center",
                _,
            ) => self.end_line(),
            ("a", false) => {
                let to = attribute(tag, "href").map(decoded).unwrap_or_default();
                self.link = Some((to, self.line.len()));
            }
            ("a", true) => self.end_link(),
            ("img", _) => {
                if let Some(words) = attribute(tag, "alt").filter(|words| !words.is_empty()) {
                    self.line.push_str(&format!("[{}]", decoded(words)));
                }
            }
            _ => {}
        }
    }

    fn entry(&mut self) {
        self.end_line();
        let indent = "  ".repeat(self.lists.len().saturating_sub(1));
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{indent}{}. ", *number - 1)
            }
            _ => format!("{indent}- "),
        };
        self.line.push_str(&mark);
    }

    fn end_link(&mut self) {
        let Some((to, from)) = self.link.take() else {
            return;
        };
        let words = self.line.get(from..).unwrap_or_default().trim();
        let plain = to.strip_prefix("mailto:").unwrap_or(&to);
        if !to.is_empty() && words != plain && words != to {
            self.line.push_str(&format!(" <{plain}>"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_plain_text() {
        for (html, text) in [
            (
                "<div>Kính gửi,</div><div><br></div><div>a &amp; b&nbsp;&lt;c&gt;</div>",
                "Kính gửi,\n\na & b <c>",
            ),
            ("<p>Một</p><p>Hai</p>", "Một\n\nHai"),
            (
                "<ul><li>x</li><li>y<ol><li>1</li><li>2</li></ol></li></ul>z",
                "- x\n- y\n  1. 1\n  2. 2\nz",
            ),
            (
                "<div>Lúc đó:</div><blockquote type=\"cite\"><div>cũ<blockquote>cũ nữa</blockquote></div></blockquote>",
                "Lúc đó:\n> cũ\n> > cũ nữa",
            ),
            (
                "<a href=\"https://a.vn/x\">đây</a> <a href=\"https://b.vn\">https://b.vn</a> <a href=\"mailto:c@d.vn\">c@d.vn</a>",
                "đây <https://a.vn/x> https://b.vn c@d.vn",
            ),
            (
                "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
                "a | b\nc",
            ),
            ("<pre>a\n  b</pre>", "a\n  b"),
            ("<div title=\"a > b\">x</div>", "x"),
            ("<img src=\"cid:x\" alt=\"Sơ đồ\">", "[Sơ đồ]"),
            ("a\n b", "a b"),
            ("<", ""),
        ] {
            assert_eq!(to_text(html), text, "{html}");
        }
    }

    #[test]
    fn pictures_are_named_and_stand_for_parts() {
        let html = "<img src=\"/soan/tep/1\"><img src='https://e.vn/p.gif'><img src=\"/soan/tep/1\"><script>x</script><p onclick=x>y</p>\
             <blockquote type=\"cite\">z</blockquote><a href=\"javascript:x\">a</a><a href=\"https://a.vn\">b</a>";
        assert_eq!(
            pictures(html).unwrap(),
            ["/soan/tep/1", "https://e.vn/p.gif"]
        );
        let instead = HashMap::from([("/soan/tep/1".to_owned(), "cid:a@b".to_owned())]);
        assert_eq!(
            clean(html, instead).unwrap(),
            "<img src=\"cid:a@b\"><img src=\"cid:a@b\"><p>y</p><blockquote type=\"cite\">z</blockquote><a>a</a><a href=\"https://a.vn\">b</a>"
        );
        assert_eq!(pictures(&"<div>".repeat(20_000)), None);
    }

    #[test]
    fn what_was_cleaned_stays_as_it_is() {
        let html = "<div style=\"text-align:center\"><b>Đậm</b> <a href=\"https://a.vn/?x=1&amp;y=2\">b</a></div><ol><li>1</li></ol>";
        let once = clean(html, HashMap::new()).unwrap();
        assert_eq!(once, html);
        assert_eq!(clean(&once, HashMap::new()).unwrap(), once);
    }
}
