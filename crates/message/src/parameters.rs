//! Structured MIME values: a token and its parameters (RFC 2045 §5.1, RFC 2183, RFC 2231).

use std::borrow::Cow;

use crate::charset;
use crate::header::decode_text;
use crate::header::scan::Scan;

/// Parameters of one field that are kept.
const MAX: usize = 256;

/// The value of a parameter by its name, any case.
pub(crate) fn find<'a>(params: &'a [(String, String)], name: &str) -> Option<&'a str> {
    params
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

/// Reads `token; name=value; ...`: the bytes of the token, and the parameters as written.
pub(crate) fn read(value: &[u8]) -> (Vec<u8>, Vec<(String, String)>) {
    let mut scan = Scan::new(value);
    let mut comment = Vec::new();
    let mut token = Vec::new();
    loop {
        let spaced = scan.skip_space(&mut comment);
        match scan.peek() {
            None | Some(b';') => break,
            // Another word: perhaps a parameter whose semicolon was forgotten.
            Some(next) if spaced && next != b'/' && !token.is_empty() && !token.ends_with(b"/") => {
                break;
            }
            _ => token.extend_from_slice(scan.atom()),
        }
    }
    let mut params = Vec::new();
    while let Some(next) = scan.peek().filter(|_| params.len() < MAX) {
        if next == b';' {
            scan.step();
        }
        params.extend(parameter(&mut scan, &mut comment));
    }
    (token, params)
}

/// One parameter; leaves the cursor at its semicolon or at the end.
fn parameter(scan: &mut Scan<'_>, comment: &mut Vec<u8>) -> Option<(String, String)> {
    scan.skip_space(comment);
    let name = scan.until(b"=;").trim_ascii();
    if scan.peek() != Some(b'=') {
        return None;
    }
    scan.step();
    scan.skip_space(comment);
    let mut value = Vec::new();
    if scan.peek() == Some(b'"') {
        scan.step();
        scan.quoted(&mut value);
        scan.until(b";");
    } else {
        let written = scan.until(b";").trim_ascii();
        let is_name = name
            .get(..4)
            .is_some_and(|head| head.eq_ignore_ascii_case(b"name"))
            || name
                .get(..8)
                .is_some_and(|head| head.eq_ignore_ascii_case(b"filename"));
        // Names of files are often written bare, spaces and all; other values end at a space or a comment.
        let end = if is_name {
            written.len()
        } else {
            written
                .iter()
                .position(|byte| byte.is_ascii_whitespace() || *byte == b'(')
                .unwrap_or(written.len())
        };
        value.extend(
            written[..end]
                .iter()
                .filter(|byte| !matches!(byte, b'\r' | b'\n')),
        );
    }
    (!name.is_empty()).then(|| (charset::text(name), charset::text(&value)))
}

/// The decoded value of a parameter: the extended form (RFC 2231 §3, §4) before the plain one, in which encoded
/// words (RFC 2047), forbidden there but usual, are decoded.
pub(crate) fn decoded(params: &[(String, String)], name: &str) -> Option<String> {
    if let Some(value) = suffixed(params, name, "*") {
        let (label, text) = split_charset(value);
        return Some(charset::to_utf8(label, &percent(text)));
    }
    continued(params, name)
        .or_else(|| find(params, name).map(|value| decode_text(value.as_bytes())))
}

/// `name*0`, `name*1*`, ... joined.
fn continued(params: &[(String, String)], name: &str) -> Option<String> {
    let pieces = Pieces::of(params, name)?;
    Some(match pieces.label {
        Some(label) => charset::to_utf8(Some(label), &pieces.bytes),
        None => decode_text(&pieces.bytes),
    })
}

/// A value in pieces (RFC 2231 §3).
struct Pieces<'a> {
    /// The charset that the first one names.
    label: Option<&'a str>,
    bytes: Vec<u8>,
    count: usize,
}

impl<'a> Pieces<'a> {
    fn of(params: &'a [(String, String)], name: &str) -> Option<Self> {
        let mut pieces = Self {
            label: None,
            bytes: Vec::new(),
            count: 0,
        };
        for number in 0..MAX {
            if let Some(value) = suffixed(params, name, &format!("*{number}*")) {
                let mut text = value;
                if number == 0 {
                    (pieces.label, text) = split_charset(value);
                }
                pieces.bytes.extend(percent(text));
            } else if let Some(value) = suffixed(params, name, &format!("*{number}")) {
                pieces.bytes.extend_from_slice(value.as_bytes());
            } else {
                break;
            }
            pieces.count += 1;
        }
        (pieces.count > 0).then_some(pieces)
    }
}

/// The parameters with their pieces put together, in the place of the first, as RFC 2231 §6 and RFC 9051 §7.5.2
/// want them shown. Those with a charset become one of the extended form in UTF-8, as their name says.
pub(crate) fn joined(params: &[(String, String)]) -> Cow<'_, [(String, String)]> {
    if !params.iter().any(|(key, _)| key.contains('*')) {
        return Cow::Borrowed(params);
    }
    // Each is put together once, however many pieces name it.
    let begins = params.iter().filter_map(|(key, _)| match piece(key) {
        Some((name, 0, _)) => Some((name, Pieces::of(params, name)?)),
        _ => None,
    });
    let begun: Vec<(&str, Pieces<'_>)> = begins.collect();
    let mut out = Vec::with_capacity(params.len());
    for (key, value) in params {
        let of = piece(key).and_then(|(name, number, extended)| {
            let (_, pieces) = begun
                .iter()
                .find(|(begun, _)| begun.eq_ignore_ascii_case(name))?;
            (number < pieces.count).then_some((name, number, extended, pieces))
        });
        match of {
            Some((name, 0, true, pieces)) => {
                let text = charset::to_utf8(pieces.label, &pieces.bytes);
                out.push((format!("{name}*"), format!("utf-8''{}", escaped(&text))));
            }
            Some((name, 0, false, pieces)) => {
                out.push((name.to_owned(), charset::text(&pieces.bytes)));
            }
            Some(_) => {}
            // No piece, or of nothing.
            None => out.push((key.clone(), value.clone())),
        }
    }
    Cow::Owned(out)
}

/// `name*3*`: the name, the number, whether it is extended.
fn piece(key: &str) -> Option<(&str, usize, bool)> {
    let (rest, extended) = match key.strip_suffix('*') {
        Some(rest) => (rest, true),
        None => (key, false),
    };
    let (name, number) = rest.rsplit_once('*')?;
    let plain = number == "0" || !number.starts_with('0');
    if name.is_empty() || !plain || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((name, number.parse().ok()?, extended))
}

/// With `%XX` for what an extended value may not hold (RFC 2231 §7, `attribute-char`).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`{|}~".contains(&byte) {
            out.push(byte.into());
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn suffixed<'a>(params: &'a [(String, String)], name: &str, suffix: &str) -> Option<&'a str> {
    let matches = |key: &str| {
        let (head, tail) = key.as_bytes().split_at(name.len().min(key.len()));
        head.eq_ignore_ascii_case(name.as_bytes()) && tail == suffix.as_bytes()
    };
    params
        .iter()
        .find(|(key, _)| matches(key))
        .map(|(_, value)| value.as_str())
}

/// `charset'language'text`; without the quotes all of it is text.
fn split_charset(value: &str) -> (Option<&str>, &str) {
    let mut pieces = value.splitn(3, '\'');
    match (pieces.next(), pieces.next(), pieces.next()) {
        (Some(label), Some(_), Some(text)) => (Some(label).filter(|label| !label.is_empty()), text),
        _ => (None, value),
    }
}

/// Undoes `%XX`.
fn percent(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first == b'%'
            && let [high, low, after @ ..] = tail
            && let Some(byte) = crate::encoding::hex(*high, *low)
        {
            out.push(byte);
            rest = after;
        } else {
            out.push(*first);
        }
    }
    out
}
