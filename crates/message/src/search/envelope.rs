//! Reading the stored ENVELOPE (RFC 9051 §7.5.2): most searches for people
//! and dates need nothing else.

use std::borrow::Cow;

use crate::{charset, date, header};

const DAY: i64 = 86_400;

/// The fields of an envelope, by their place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Date
    Date = 0,
    /// From
    From = 2,
    /// Sender
    Sender = 3,
    /// To
    To = 5,
    /// Cc
    Cc = 6,
    /// Bcc
    Bcc = 7,
    /// In-Reply-To
    InReplyTo = 8,
    /// Message-ID
    MessageId = 9,
}

enum Token<'a> {
    Open,
    Close,
    Nil,
    Text(Cow<'a, [u8]>),
}

struct Tokens<'a>(&'a [u8]);

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let (&first, rest) = self.0.trim_ascii_start().split_first()?;
        self.0 = rest;
        match first {
            b'(' => Some(Token::Open),
            b')' => Some(Token::Close),
            b'N' => {
                self.0 = rest.strip_prefix(b"IL")?;
                Some(Token::Nil)
            }
            b'"' => self.quoted(),
            b'{' => {
                let end = rest.iter().position(|&byte| byte == b'}')?;
                let size: usize = std::str::from_utf8(&rest[..end]).ok()?.parse().ok()?;
                let text = rest[end + 1..].strip_prefix(b"\r\n")?;
                let (text, rest) = text.split_at_checked(size)?;
                self.0 = rest;
                Some(Token::Text(Cow::Borrowed(text)))
            }
            _ => None,
        }
    }
}

impl<'a> Tokens<'a> {
    fn quoted(&mut self) -> Option<Token<'a>> {
        let bytes = self.0;
        let stop = bytes.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
        if bytes[stop] == b'"' {
            self.0 = &bytes[stop + 1..];
            return Some(Token::Text(Cow::Borrowed(&bytes[..stop])));
        }
        let mut text = bytes[..stop].to_vec();
        let mut at = stop;
        loop {
            match *bytes.get(at)? {
                b'"' => break,
                b'\\' => {
                    text.push(*bytes.get(at + 1)?);
                    at += 2;
                }
                byte => {
                    text.push(byte);
                    at += 1;
                }
            }
        }
        self.0 = &bytes[at + 1..];
        Some(Token::Text(Cow::Owned(text)))
    }

    /// Steps over one value, whatever it is.
    fn pass(&mut self) -> Option<()> {
        let mut depth = 0_u32;
        loop {
            match self.next()? {
                Token::Open => depth += 1,
                Token::Close => depth = depth.checked_sub(1)?,
                Token::Nil | Token::Text(_) => {}
            }
            if depth == 0 {
                return Some(());
            }
        }
    }
}

/// At the beginning of a field.
fn at(envelope: &[u8], field: Field) -> Option<Tokens<'_>> {
    nth(envelope, field as usize)
}

/// The second field: its words are searched elsewhere, so it is none of [`Field`].
const SUBJECT: usize = 1;

/// The subject, decoded, where there is one.
pub fn subject(envelope: &[u8]) -> Option<String> {
    match nth(envelope, SUBJECT)?.next()? {
        Token::Text(text) => Some(header::decode_text(&text)),
        _ => None,
    }
}

fn nth(envelope: &[u8], field: usize) -> Option<Tokens<'_>> {
    let mut tokens = Tokens(envelope);
    let Token::Open = tokens.next()? else {
        return None;
    };
    for _ in 0..field {
        tokens.pass()?;
    }
    Some(tokens)
}

/// The field's value, decoded, where it stands there.
pub fn written(envelope: &[u8], field: Field) -> Option<String> {
    match at(envelope, field)?.next()? {
        Token::Text(text) => Some(header::decode_text(&text)),
        _ => None,
    }
}

/// The day of the Date field as its writer saw it, since 1970: time and zone
/// do not count (RFC 9051 §6.4.4).
pub fn sent_day(envelope: &[u8]) -> Option<i64> {
    let (unix, minutes) = date::parse_rfc5322_zoned(&written(envelope, Field::Date)?)?;
    Some((unix + i64::from(minutes) * 60).div_euclid(DAY))
}

/// An address as the envelope has it; a group's name stands in the place of a mailbox (RFC 9051 §7.5.2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct First {
    /// Display name, decoded.
    pub name: String,
    /// Local part.
    pub mailbox: String,
    /// Domain; empty where there is none.
    pub host: String,
}

/// The first address of a field.
pub fn first(envelope: &[u8], field: Field) -> Option<First> {
    let mut tokens = at(envelope, field)?;
    let (Token::Open, Token::Open) = (tokens.next()?, tokens.next()?) else {
        return None;
    };
    let mut parts = [const { None }; 4];
    for part in &mut parts {
        match tokens.next()? {
            Token::Text(text) => *part = Some(text),
            Token::Nil => {}
            Token::Open | Token::Close => return None,
        }
    }
    let [name, _, mailbox, host] = parts;
    let plain = |bytes: Option<Cow<'_, [u8]>>| {
        bytes.map_or_else(String::new, |bytes| charset::to_utf8(None, &bytes))
    };
    Some(First {
        name: name.map_or_else(String::new, |name| header::decode_text(&name)),
        mailbox: plain(mailbox),
        host: plain(host),
    })
}

/// The addresses of a field as people write them: `name <local@domain>`.
pub fn addresses(envelope: &[u8], field: Field) -> Vec<String> {
    let mut found = Vec::new();
    let Some(mut tokens) = at(envelope, field) else {
        return found;
    };
    let Some(Token::Open) = tokens.next() else {
        return found;
    };
    while let Some(Token::Open) = tokens.next() {
        let mut parts = [const { None }; 4];
        let mut n = 0;
        loop {
            match tokens.next() {
                Some(Token::Text(text)) if n < 4 => parts[n] = Some(text),
                Some(Token::Nil) => {}
                _ => break,
            }
            n += 1;
        }
        let [name, _, local, domain] = parts;
        let mut text = name.map_or_else(String::new, |name| header::decode_text(&name));
        let plain = |bytes: Cow<'_, [u8]>| charset::to_utf8(None, &bytes);
        if let Some(local) = local {
            text.push_str(" <");
            text.push_str(&plain(local));
            if let Some(domain) = domain {
                text.push('@');
                text.push_str(&plain(domain));
            }
            text.push('>');
        }
        found.push(text);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENVELOPE: &[u8] = b"(\"Sun, 22 Nov 2026 23:30:00 -0800\" {2}\r\nab \
        ((\"=?utf-8?B?xJDhu6lj?=\" NIL \"duc\" \"a.vn\")(\"B \\\"C\\\"\" NIL \"b\" \"c.vn\")) NIL NIL \
        ((NIL NIL \"x\" \"y.vn\")) NIL NIL NIL \"<1@a.vn>\")";

    #[test]
    fn fields_are_found() {
        assert_eq!(
            addresses(ENVELOPE, Field::From),
            ["Đức <duc@a.vn>", "B \"C\" <b@c.vn>"]
        );
        assert_eq!(addresses(ENVELOPE, Field::To), [" <x@y.vn>"]);
        let address = |name: &str, mailbox: &str, host: &str| First {
            name: name.into(),
            mailbox: mailbox.into(),
            host: host.into(),
        };
        assert_eq!(
            first(ENVELOPE, Field::From),
            Some(address("Đức", "duc", "a.vn"))
        );
        assert_eq!(first(ENVELOPE, Field::To), Some(address("", "x", "y.vn")));
        assert_eq!(first(ENVELOPE, Field::Cc), None);
        let group = b"(NIL NIL NIL NIL NIL ((NIL NIL \"g\" NIL)(NIL NIL NIL NIL)) NIL NIL NIL NIL)";
        assert_eq!(first(group, Field::To), Some(address("", "g", "")));
        assert!(addresses(ENVELOPE, Field::Cc).is_empty());
        let id = written(ENVELOPE, Field::MessageId);
        assert_eq!(id.as_deref(), Some("<1@a.vn>"));
        assert_eq!(written(ENVELOPE, Field::InReplyTo), None);
        // 22 November 2026 where it was written, the 23rd elsewhere.
        assert_eq!(sent_day(ENVELOPE), Some(20_779));
    }

    #[test]
    fn damage_ends_quietly() {
        for end in 0..ENVELOPE.len() {
            let cut = &ENVELOPE[..end];
            assert!(addresses(cut, Field::From).len() <= 2);
            assert_eq!(written(cut, Field::InReplyTo), None);
            assert!(sent_day(cut).is_none_or(|day| day == 20_779));
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_come_back(bytes in proptest::collection::vec(
            proptest::sample::select(&b"()\"\\{}19NIL \r\n\xc4x"[..]), 0..60,
        )) {
            for field in [Field::Date, Field::From, Field::MessageId] {
                let _ = (addresses(&bytes, field), written(&bytes, field), sent_day(&bytes));
                let _ = first(&bytes, field);
            }
        }
    }
}
