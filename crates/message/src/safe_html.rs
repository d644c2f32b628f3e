//! HTML that somebody sent, made fit to be shown: no script, no form, nothing fetched that the reader did not ask for.
//!
//! What comes out still belongs into a frame of its own, without script and network: two walls, not one.

pub mod written;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ammonia::{Builder, UrlRelative};

/// Styles that place and colour a text. Not among them: whatever fetches (`background-image`) and whatever leaves its place
/// (`position`).
const STYLES: &[&str] = &[
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-radius",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-style",
    "border-top-width",
    "border-width",
    "clear",
    "color",
    "direction",
    "display",
    "float",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-height",
    "max-width",
    "min-height",
    "min-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "table-layout",
    "text-align",
    "text-decoration",
    "text-indent",
    "text-transform",
    "vertical-align",
    "white-space",
    "width",
    "word-break",
    "word-spacing",
    "word-wrap",
];
const ATTRIBUTES: &[&str] = &[
    "align",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "color",
    "dir",
    "face",
    "height",
    "lang",
    "nowrap",
    "size",
    "style",
    "title",
    "valign",
    "width",
];

/// HTML that may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Safe {
    /// The HTML, without `html` and `body`.
    pub html: String,
    /// It shows pictures from elsewhere; left out unless they were asked for.
    pub has_remote: bool,
}

/// What the pictures of a message stand for.
#[derive(Clone, Debug, Default)]
pub struct Pictures {
    /// Content-ID without its brackets, and where the picture is fetched from.
    pub by_content_id: HashMap<String, String>,
    /// The reader asked for those that lie elsewhere.
    pub remote: bool,
}

/// The longest HTML that is shown, in bytes.
pub const LONGEST: usize = 2 << 20;
/// Elements within elements: the parser's work grows with the square of it, and no person's mail comes near.
const DEEPEST: usize = 250;
/// What has no end tag, or is closed by the next of its kind.
const NOT_COUNTED: &[&str] = &[
    "!doctype", "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li",
    "link", "meta", "option", "p", "param", "source", "tbody", "td", "tfoot", "th", "thead", "tr",
    "track", "wbr",
];

/// Makes HTML fit to be shown; `None` where it is longer or more deeply nested than a page can be.
#[must_use]
pub fn clean(html: &str, pictures: Pictures) -> Option<Safe> {
    if html.len() > LONGEST || is_too_deep(html) {
        return None;
    }
    let has_remote = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&has_remote);
    let mut builder = allowed();
    builder
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .attribute_filter(move |element, attribute, value| {
            match (element, attribute) {
                ("img", "src") => picture(value, &pictures, &seen).map(Cow::Owned),
                // Whatever else names an address names one to go to, which is a link's alone.
                ("a", "href") => goes_somewhere(value).then_some(Cow::Borrowed(value)),
                (_, "src" | "href" | "cite" | "action" | "background") => None,
                // `filter_style_properties` looks at names; a value that fetches is dropped with its style.
                (_, "style") if fetches(value) => None,
                _ => Some(Cow::Borrowed(value)),
            }
        });
    let html = builder.clean(html).to_string();
    Some(Safe {
        html,
        has_remote: has_remote.load(Ordering::Relaxed),
    })
}

/// What a message may be made of.
fn allowed() -> Builder<'static> {
    let mut builder = Builder::default();
    builder
        .add_tags(["font", "big", "tt", "colgroup", "col", "u", "s"])
        .add_generic_attributes(ATTRIBUTES)
        .add_tag_attributes("img", ["src", "alt"])
        // `cite`: mail programs know by it what is quoted.
        .add_tag_attributes("blockquote", ["type"])
        .rm_tags(["map", "area"])
        .url_schemes(HashSet::from([
            "http", "https", "mailto", "tel", "cid", "data",
        ]))
        // Told apart by the filters.
        .url_relative(UrlRelative::PassThrough)
        .filter_style_properties(STYLES.iter().copied().collect());
    builder
}

/// Whether elements may lie in each other more deeply than [`DEEPEST`]: an end tag counts where an element of its name is
/// open, so that the count is never below what the parser will hold.
fn is_too_deep(html: &str) -> bool {
    let mut open: HashMap<String, usize> = HashMap::new();
    let mut depth = 0;
    for tag in html.split('<').skip(1) {
        let (is_end, tag) = tag
            .strip_prefix('/')
            .map_or((false, tag), |tag| (true, tag));
        let end = tag
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(tag.len());
        let name = tag[..end.min(tag.len())].to_ascii_lowercase();
        if name.is_empty() || NOT_COUNTED.contains(&name.as_str()) {
            continue;
        }
        let count = open.entry(name).or_default();
        if !is_end {
            *count += 1;
            depth += 1;
        } else if *count > 0 {
            *count -= 1;
            depth -= 1;
        }
        if depth > DEEPEST {
            return true;
        }
    }
    false
}

/// HTML as plain text, with its line breaks: to be quoted in an answer.
#[must_use]
pub fn to_text(html: &str) -> String {
    mail_parser::decoders::html::html_to_text(html)
}

fn scheme(value: &str) -> String {
    let end = value.find(':').unwrap_or(0);
    value[..end].trim().to_ascii_lowercase()
}

fn goes_somewhere(value: &str) -> bool {
    matches!(scheme(value).as_str(), "http" | "https" | "mailto" | "tel")
}

fn fetches(style: &str) -> bool {
    let style = style.to_ascii_lowercase();
    // An escape (`\75rl(`) can spell anything.
    [
        "url(",
        "image(",
        "image-set(",
        "expression(",
        "@import",
        "\\",
    ]
    .iter()
    .any(|word| style.contains(word))
}

/// Where a picture is fetched from; nothing for one that is not.
fn picture(source: &str, pictures: &Pictures, has_remote: &AtomicBool) -> Option<String> {
    let source = source.trim();
    match scheme(source).as_str() {
        "cid" => {
            let id = source.get(4..)?;
            pictures.by_content_id.get(id).cloned()
        }
        "data" => {
            // SVG is a document of its own.
            let head = source.get(..32).unwrap_or(source).to_ascii_lowercase();
            ["png", "jpeg", "jpg", "gif", "webp"]
                .iter()
                .any(|kind| head.starts_with(&format!("data:image/{kind};base64,")))
                .then(|| source.to_owned())
        }
        "http" | "https" => {
            has_remote.store(true, Ordering::Relaxed);
            // In the clear anybody on the way would read along what is opened.
            (pictures.remote && source.to_ascii_lowercase().starts_with("https:"))
                .then(|| source.to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(html: &str) -> String {
        clean(html, Pictures::default()).unwrap().html
    }

    #[test]
    fn scripts_forms_and_frames_go() {
        for html in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<a href='javascript:alert(1)'>x</a>",
            "<a href='JaVaScRiPt:alert(1)'>x</a>",
            "<a href='java\tscript:alert(1)'>x</a>",
            "<iframe src='https://e.vn'></iframe>",
            "<form action='https://e.vn'><input name=p></form>",
            "<object data='https://e.vn'></object><embed src='https://e.vn'>",
            "<meta http-equiv=refresh content='0;url=https://e.vn'>",
            "<link rel=stylesheet href='https://e.vn'><base href='https://e.vn'>",
            "<svg><script>alert(1)</script></svg>",
            "<math><mtext><style><img src=x onerror=alert(1)>",
            "<div style='background:url(https://e.vn)'>x</div>",
            "<div style='width:expression(alert(1))'>x</div>",
            "<div style='background-color:u\\72l(https://e.vn)'>x</div>",
            "<table background='https://e.vn'><tr><td>x</table>",
            "<video src='https://e.vn' poster='https://e.vn'></video>",
            "<style>@import 'https://e.vn';</style>",
            "<img srcset='https://e.vn 2x'>",
            "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
            "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
            "<div style='position:fixed;top:0'>x</div>",
        ] {
            let out = shown(html).to_ascii_lowercase();
            for bad in [
                "script",
                "alert",
                "onerror",
                "e.vn",
                "<form",
                "<input",
                "<iframe",
                "svg",
                "position",
                "data:text",
                "<style",
                "<meta",
                "<base",
                "<link",
            ] {
                assert!(!out.contains(bad), "{html} -> {out}");
            }
        }
    }

    #[test]
    fn what_people_write_stays() {
        let out = shown(
            "<p style='color: red; position: fixed'><b>Chào</b> <font color=\"#0000ff\">anh</font></p>\
             <table border=1><tr><td width=20>1</td></tr></table><a href='https://a.vn/x?y=1'>đây</a>",
        );
        assert!(out.contains("color:red"), "{out}");
        assert!(out.contains("<b>Chào</b>"), "{out}");
        assert!(out.contains("<font color=\"#0000ff\">"), "{out}");
        assert!(out.contains("<td width=\"20\">"), "{out}");
        assert!(
            out.contains("href=\"https://a.vn/x?y=1\"") && out.contains("target=\"_blank\""),
            "{out}"
        );
        assert!(out.contains("noreferrer"), "{out}");
    }

    #[test]
    fn pictures() {
        let html = "<img src='cid:a@b'><img src='https://e.vn/p.gif'><img src='http://e.vn/q.gif'>";
        let mut of = Pictures::default();
        of.by_content_id.insert("a@b".into(), "/phan/2".into());
        let safe = clean(html, of.clone()).unwrap();
        assert!(safe.has_remote && safe.html.contains("/phan/2") && !safe.html.contains("e.vn"));
        of.remote = true;
        let safe = clean(html, of).unwrap();
        assert!(safe.html.contains("https://e.vn/p.gif") && !safe.html.contains("http://e.vn"));
        assert!(!clean("<p>x</p>", Pictures::default()).unwrap().has_remote);
    }

    #[test]
    fn what_would_take_long_is_not_shown() {
        assert_eq!(clean(&"<div>".repeat(20_000), Pictures::default()), None);
        assert_eq!(
            clean(&"<div></i>".repeat(20_000), Pictures::default()),
            None
        );
        assert_eq!(clean(&"x".repeat(LONGEST + 1), Pictures::default()), None);
        // A long list is not a deep one.
        let rows = "<p>a<br><b>b</b><li>c<div>d</div>".repeat(5_000);
        assert!(clean(&rows, Pictures::default()).is_some());
    }
}
