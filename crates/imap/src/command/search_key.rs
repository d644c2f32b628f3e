//! How the keys of SEARCH are read (RFC 9051 §9, `search-key`).

use super::search::Charset;
use super::section::header_field;
use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Fault};
use crate::types::{AddressField, Date, DateTest, Flag, Keyword, SearchKey, parse_date};

/// The deepest nesting taken, counting NOT, OR and parentheses.
pub const MAX_DEPTH: usize = 100;
/// The most keys taken.
pub const MAX_KEYS: usize = 1000;
/// The most of them that look for a text.
pub const MAX_TEXTS: usize = 100;

/// Reads the keys of one command and counts them.
pub(super) struct Keys {
    charset: Charset,
    left: usize,
    texts_left: usize,
}

impl Keys {
    pub(super) fn new(charset: Charset) -> Self {
        Self {
            charset,
            left: MAX_KEYS,
            texts_left: MAX_TEXTS,
        }
    }

    /// All keys up to the end of the command.
    pub(super) fn program(&mut self, c: &mut Cursor<'_>) -> Parsed<SearchKey> {
        self.several(c, 0)
    }

    /// One key or more, with spaces between.
    fn several(&mut self, c: &mut Cursor<'_>, depth: usize) -> Parsed<SearchKey> {
        let first = self.key(c, depth)?;
        if c.peek() != Some(b' ') {
            return Ok(first);
        }
        let mut keys = vec![first];
        while c.take(b' ') {
            keys.push(self.key(c, depth)?);
        }
        Ok(SearchKey::And(keys))
    }

    fn key(&mut self, c: &mut Cursor<'_>, depth: usize) -> Parsed<SearchKey> {
        if depth >= MAX_DEPTH {
            return Err(Fault::bad("search is nested too deeply"));
        }
        self.left = self
            .left
            .checked_sub(1)
            .ok_or(Fault::bad("search has too many keys"))?;
        match c.peek() {
            Some(b'(') => {
                c.skip();
                let key = self.several(c, depth + 1)?;
                c.expect(b')', "expected a closing parenthesis")?;
                Ok(key)
            }
            Some(b'0'..=b'9' | b'*' | b'$') => Ok(SearchKey::Messages(c.message_set(false)?)),
            _ => {
                let name = c.word()?.to_ascii_uppercase();
                self.named(c, &name, depth)
            }
        }
    }

    fn named(&mut self, c: &mut Cursor<'_>, name: &str, depth: usize) -> Parsed<SearchKey> {
        use SearchKey as K;
        if let Some(key) = without_argument(name) {
            return Ok(key);
        }
        if let Some(read) = dated(name) {
            c.sp()?;
            return Ok(read(date(c)?));
        }
        if !WITH_ARGUMENT.contains(&name) {
            return Err(Fault::bad("unknown search key"));
        }
        c.sp()?;
        Ok(match name {
            "NOT" => K::Not(Box::new(self.key(c, depth + 1)?)),
            "OR" => {
                let one = self.key(c, depth + 1)?;
                c.sp()?;
                K::Or(Box::new(one), Box::new(self.key(c, depth + 1)?))
            }
            "UID" => K::Messages(c.message_set(true)?),
            "KEYWORD" => K::Has(keyword(c)?),
            "UNKEYWORD" => K::Lacks(keyword(c)?),
            "BCC" => K::Address(AddressField::Bcc, self.text(c)?),
            "CC" => K::Address(AddressField::Cc, self.text(c)?),
            "FROM" => K::Address(AddressField::From, self.text(c)?),
            "TO" => K::Address(AddressField::To, self.text(c)?),
            "SUBJECT" => K::Subject(self.text(c)?),
            "BODY" => K::Body(self.text(c)?),
            "TEXT" => K::Text(self.text(c)?),
            "HEADER" => {
                let field = header_field(c)?;
                c.sp()?;
                K::Header(field, self.text(c)?)
            }
            "LARGER" => K::Larger(c.number64()?),
            "SMALLER" => K::Smaller(c.number64()?),
            "OLDER" => K::Older(c.nz_number()?.get()),
            "YOUNGER" => K::Younger(c.nz_number()?.get()),
            "MODSEQ" => K::ModSeq(mod_seq(c)?),
            "EMAILID" => K::EmailId(object_id(c)?),
            "THREADID" => K::ThreadId(object_id(c)?),
            _ => return Err(Fault::bad("unknown search key")),
        })
    }

    fn text(&mut self, c: &mut Cursor<'_>) -> Parsed<String> {
        self.texts_left = self
            .texts_left
            .checked_sub(1)
            .ok_or(Fault::bad("search has too many texts"))?;
        let text = c.text()?;
        if self.charset == Charset::Ascii && !text.is_ascii() {
            return Err(Fault::bad("text is not valid US-ASCII"));
        }
        Ok(text)
    }
}

/// The names that [`Keys::named`] reads an argument for; kept so that an
/// unknown name is called unknown rather than short of an argument.
const WITH_ARGUMENT: [&str; 20] = [
    "NOT",
    "OR",
    "UID",
    "KEYWORD",
    "UNKEYWORD",
    "BCC",
    "CC",
    "FROM",
    "TO",
    "SUBJECT",
    "BODY",
    "TEXT",
    "HEADER",
    "LARGER",
    "SMALLER",
    "OLDER",
    "YOUNGER",
    "MODSEQ",
    "EMAILID",
    "THREADID",
];

fn without_argument(name: &str) -> Option<SearchKey> {
    use SearchKey as K;
    Some(match name {
        // Every folder has save dates (RFC 8514 §4.3).
        "ALL" | "SAVEDATESUPPORTED" => K::All,
        "ANSWERED" => K::Has(Flag::Answered),
        "DELETED" => K::Has(Flag::Deleted),
        "DRAFT" => K::Has(Flag::Draft),
        "FLAGGED" => K::Has(Flag::Flagged),
        "SEEN" => K::Has(Flag::Seen),
        "UNANSWERED" => K::Lacks(Flag::Answered),
        "UNDELETED" => K::Lacks(Flag::Deleted),
        "UNDRAFT" => K::Lacks(Flag::Draft),
        "UNFLAGGED" => K::Lacks(Flag::Flagged),
        "UNSEEN" => K::Lacks(Flag::Seen),
        "RECENT" => K::Recent,
        "NEW" => K::New,
        "OLD" => K::Old,
        _ => return None,
    })
}

fn dated(name: &str) -> Option<fn(Date) -> SearchKey> {
    use SearchKey as K;
    Some(match name {
        "BEFORE" => |d| K::Internal(DateTest::Before, d),
        "ON" => |d| K::Internal(DateTest::On, d),
        "SINCE" => |d| K::Internal(DateTest::Since, d),
        "SENTBEFORE" => |d| K::Sent(DateTest::Before, d),
        "SENTON" => |d| K::Sent(DateTest::On, d),
        "SENTSINCE" => |d| K::Sent(DateTest::Since, d),
        "SAVEDBEFORE" => |d| K::Saved(DateTest::Before, d),
        "SAVEDON" => |d| K::Saved(DateTest::On, d),
        "SAVEDSINCE" => |d| K::Saved(DateTest::Since, d),
        _ => return None,
    })
}

/// A date, with or without quotes.
fn date(c: &mut Cursor<'_>) -> Parsed<Date> {
    if c.peek() == Some(b'{') {
        return Err(Fault::bad("invalid date"));
    }
    parse_date(&c.astring()?).ok_or(Fault::bad("invalid date"))
}

fn keyword(c: &mut Cursor<'_>) -> Parsed<Flag> {
    Ok(Flag::Keyword(Keyword::new(c.flag_text()?)?))
}

/// `["entry" type] mod-sequence` (RFC 7162 §3.1.5).
fn mod_seq(c: &mut Cursor<'_>) -> Parsed<u64> {
    if c.peek() == Some(b'"') {
        c.string()?;
        c.sp()?;
        if !matches!(
            c.atom()?.to_ascii_lowercase().as_str(),
            "priv" | "shared" | "all"
        ) {
            return Err(Fault::bad("expected priv, shared or all"));
        }
        c.sp()?;
    }
    c.number64()
}

/// RFC 8474 §7, `objectid`; its case counts.
fn object_id(c: &mut Cursor<'_>) -> Parsed<String> {
    const LONGEST: usize = 255;
    let text = c.atom()?;
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    if text.len() > LONGEST || !text.bytes().all(fits) {
        return Err(Fault::bad("invalid object identifier"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
#[path = "search_key_tests.rs"]
mod tests;
