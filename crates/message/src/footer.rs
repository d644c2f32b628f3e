//! A text that a server sets below what somebody wrote: a unit's signature below all that goes out in its name. Nothing that is signed
//! or enciphered is touched, nor what cannot be read with certainty.

use std::collections::HashMap;

use crate::charset;
use crate::encoding::Decoder;
use crate::header;
use crate::safe_html::written;
use crate::{Kind, Part};

/// Longer texts are left as they are, in bytes as they are encoded.
pub const LONGEST: u64 = 1 << 20;
/// Multiparts within multiparts, so deep.
const DEEPEST: usize = 20;
/// A line of base64 (RFC 2045 §6.8), in bytes of what it encodes.
const LINE: usize = 57;

/// What is set below a text, in both forms.
#[derive(Clone, Copy, Debug)]
pub struct Footer<'f> {
    /// Cleaned HTML.
    pub html: &'f str,
    /// The same in plain text, with LF.
    pub text: &'f str,
}

/// The texts of a message below which a footer belongs: what a reader sees first, in each of its forms. None where the message is
/// signed or enciphered (RFC 1847, RFC 8551 §3, RFC 3156), is no letter (RFC 6522), or is built so that it cannot be told.
#[must_use]
pub fn places(top: &Part) -> Vec<&Part> {
    let mut found = Vec::new();
    if find(top, 0, &mut found) {
        found
    } else {
        Vec::new()
    }
}

/// False where the message must be left alone.
fn find<'p>(part: &'p Part, depth: usize, found: &mut Vec<&'p Part>) -> bool {
    let Kind::Multipart(parts) = &part.kind else {
        let sealed = part.is_type("application")
            && ["pkcs7-mime", "x-pkcs7-mime", "pgp-encrypted"]
                .iter()
                .any(|subtype| part.is_subtype(subtype));
        if is_text(part) {
            found.push(part);
        }
        return !sealed;
    };
    if depth >= DEEPEST {
        return false;
    }
    match () {
        () if part.is_subtype("alternative") => {
            parts.iter().all(|part| find(part, depth + 1, found))
        }
        // RFC 2387 §3.2: the root is the first, where none is named otherwise.
        () if part.is_subtype("related") && part.param("start").is_some() => {
            let named = part.param("start").map(|id| id.trim_matches(['<', '>']));
            let root = parts.iter().find(|part| {
                part.id
                    .as_deref()
                    .map(|id| id.trim().trim_matches(['<', '>']))
                    == named
            });
            root.is_some_and(|root| find(root, depth + 1, found))
        }
        () if part.is_subtype("mixed") || part.is_subtype("related") => parts
            .first()
            .is_none_or(|first| find(first, depth + 1, found)),
        // Signed, enciphered, a report, a digest, or nothing that is known.
        () => false,
    }
}

fn is_text(part: &Part) -> bool {
    let attached = part
        .disposition
        .as_ref()
        .is_some_and(|(kind, _)| !kind.eq_ignore_ascii_case("inline"));
    part.kind == Kind::Leaf
        && part.is_type("text")
        && (part.is_subtype("plain") || part.is_subtype("html"))
        && !attached
        && part.name.is_none()
        && part.body_end - part.body_start <= LONGEST
}

/// The part with the footer below its text, header and all, for the octets from its header's first to its body's last; `None` where it
/// has the footer at its end already, or cannot be read with certainty.
#[must_use]
pub fn below(part: &Part, octets: &[u8], footer: Footer<'_>) -> Option<Vec<u8>> {
    let body_at = usize::try_from(part.body_start.checked_sub(part.header_start)?).ok()?;
    let (head, body) = octets.split_at_checked(body_at)?;
    let is_top = part.header_start == 0;
    let is_whole =
        matches!(head, b"\r\n" | b"\n") || head.ends_with(b"\n\r\n") || head.ends_with(b"\n\n");
    // Where a boundary follows without an empty line, nothing says where the header ends.
    if !is_top && !is_whole {
        return None;
    }
    let encoding = part.encoding.trim().to_ascii_lowercase();
    let known = ["7bit", "8bit", "binary", "base64", "quoted-printable"];
    if !known.contains(&encoding.as_str()) {
        return None;
    }
    let mut text = Vec::with_capacity(body.len());
    let mut decoder = Decoder::new(&encoding);
    decoder.push(body, &mut text);
    decoder.finish(&mut text);
    let charset = part
        .param("charset")
        .unwrap_or("us-ascii")
        .to_ascii_lowercase();
    // Letters that are no ASCII where they look so, or nobody knows.
    if !charset::is_known(&charset)
        || [
            "utf-16", "utf-32", "utf-7", "iso-2022", "hz-gb", "cp037", "ibm",
        ]
        .iter()
        .any(|odd| charset.starts_with(odd))
    {
        return None;
    }
    // Inline PGP (RFC 4880 §6.2, §7): what is signed or enciphered within a text.
    if text.windows(15).any(|window| window == b"-----BEGIN PGP ") {
        return None;
    }
    let is_html = part.is_subtype("html");
    let (text, charset) = if is_html {
        (in_html(&text, &charset, footer)?, None)
    } else {
        (in_plain(text, &charset, footer)?, Some("utf-8"))
    };
    let mut made = rewritten(head, part, charset);
    base64(&text, &mut made);
    // The line end before a boundary belongs to the boundary (RFC 2046 §5.1.1): as it was.
    if !is_top && !body.is_empty() && !body.ends_with(b"\n") {
        let end = made.len() - 2;
        made.truncate(end);
    }
    Some(made)
}

/// Letters alone: how lines are broken tells nothing.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn in_plain(mut text: Vec<u8>, charset: &str, footer: Footer<'_>) -> Option<Vec<u8>> {
    let is_ascii = matches!(charset, "us-ascii" | "ascii") && std::str::from_utf8(&text).is_ok();
    if !is_ascii && !matches!(charset, "utf-8" | "utf8") {
        text = charset::to_utf8(Some(charset), &text).into_bytes();
    }
    if folded(&String::from_utf8_lossy(&text)).ends_with(&folded(footer.text)) {
        return None;
    }
    let end = text.trim_ascii_end().len();
    text.truncate(end);
    if !text.is_empty() {
        text.extend_from_slice(b"\r\n\r\n");
    }
    for line in footer.text.lines() {
        text.extend_from_slice(line.as_bytes());
        text.extend_from_slice(b"\r\n");
    }
    Some(text)
}

fn in_html(text: &[u8], charset: &str, footer: Footer<'_>) -> Option<Vec<u8>> {
    let words = folded(footer.text);
    let bears = |html: &[u8]| {
        let letters = charset::to_utf8(Some(charset), html);
        let shown = written::clean(&letters, HashMap::new())?;
        Some(folded(&written::to_text(&shown)).ends_with(&words))
    };
    if bears(text)? {
        return None;
    }
    // In ASCII, it is the same in whatever charset the text is (HTML Standard §13.1.4).
    let mut mark = String::from("<br>\r\n<div>");
    for letter in footer.html.chars() {
        if letter.is_ascii() {
            mark.push(letter);
        } else {
            mark.push_str(&format!("&#{};", u32::from(letter)));
        }
    }
    mark.push_str("</div>\r\n");
    let lower = text.to_ascii_lowercase();
    let last = |tag: &[u8]| lower.windows(tag.len()).rposition(|window| window == tag);
    let end = last(b"</body")
        .or_else(|| last(b"</html"))
        .unwrap_or(text.len());
    // Where it would not be seen at its end, in a comment or before more text, it stands behind all of it, or nowhere.
    [end, text.len()].into_iter().find_map(|at| {
        let made = [&text[..at], mark.as_bytes(), &text[at..]].concat();
        bears(&made)?.then_some(made)
    })
}

/// The part's header for a body in base64, and of another charset where one is given; its other fields as they are.
fn rewritten(head: &[u8], part: &Part, charset: Option<&str>) -> Vec<u8> {
    let mut made = Vec::with_capacity(head.len() + 128);
    let (is_top, mut has_version) = (part.header_start == 0, false);
    for field in header::fields(head) {
        has_version |= field.is("MIME-Version");
        let is_type = charset.is_some() && field.is("Content-Type");
        if !is_type && !field.is("Content-Transfer-Encoding") && !field.is("Content-MD5") {
            made.extend_from_slice(field.raw);
        }
    }
    if !made.is_empty() && !made.ends_with(b"\n") {
        made.extend_from_slice(b"\r\n");
    }
    if is_top && !has_version {
        made.extend_from_slice(b"MIME-Version: 1.0\r\n");
    }
    if let Some(charset) = charset {
        let mut line = format!("Content-Type: text/plain; charset={charset}");
        for name in ["format", "delsp"] {
            let value = part.param(name).unwrap_or_default();
            if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                line.push_str(&format!("; {name}={value}"));
            }
        }
        made.extend_from_slice(line.as_bytes());
        made.extend_from_slice(b"\r\n");
    }
    made.extend_from_slice(b"Content-Transfer-Encoding: base64\r\n\r\n");
    made
}

fn base64(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for line in bytes.chunks(LINE) {
        for three in line.chunks(3) {
            let mut bits = 0_u32;
            for at in 0..3 {
                bits = bits << 8 | u32::from(three.get(at).copied().unwrap_or(0));
            }
            for digit in 0..4 {
                let value = bits >> (18 - 6 * digit) & 63;
                out.push(if digit <= three.len() {
                    DIGITS[value as usize]
                } else {
                    b'='
                });
            }
        }
        out.extend_from_slice(b"\r\n");
    }
}
