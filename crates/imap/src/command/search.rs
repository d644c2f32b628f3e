//! SEARCH (RFC 9051 §6.4.4); its keys are read in
//! [`search_key`](super::search_key).

use super::search_key::Keys;
use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Fault};
use crate::types::SearchKey;

/// The arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// Whether the answer names UIDs.
    pub uid: bool,
    /// What to answer, when the command says; `None` asks for the plain
    /// `SEARCH` response.
    pub returns: Option<SearchReturn>,
    /// What to look for.
    pub key: SearchKey,
}

/// Return options (RFC 9051 §6.4.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SearchReturn {
    /// `MIN`: the lowest.
    pub min: bool,
    /// `MAX`: the highest.
    pub max: bool,
    /// `ALL`: all as a set; also when no option is given.
    pub all: bool,
    /// `COUNT`: how many.
    pub count: bool,
    /// `SAVE`: keep for `$` (RFC 5182).
    pub save: bool,
}

/// How the texts of a search are encoded; both are read as UTF-8.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// None given, or UTF-8. RFC 3501 would take none for US-ASCII, RFC 9051
    /// for UTF-8, of which US-ASCII is a part.
    Utf8,
    /// US-ASCII.
    Ascii,
}

impl Search {
    pub(super) fn parse(c: &mut Cursor<'_>, uid: bool) -> Parsed<Self> {
        let mut returns = None;
        if c.take_word("RETURN (") {
            returns = Some(SearchReturn::parse(c)?);
            c.sp()?;
        }
        let mut charset = Charset::Utf8;
        if c.take_word("CHARSET ") {
            if c.options().no_charset {
                return Err(Fault::bad("CHARSET has no place beside UTF8=ACCEPT"));
            }
            let name = c.astring()?;
            charset = if name.eq_ignore_ascii_case(b"UTF-8") {
                Charset::Utf8
            } else if name.eq_ignore_ascii_case(b"US-ASCII") {
                Charset::Ascii
            } else {
                return Err(Fault::BadCharset);
            };
            c.sp()?;
        }
        let key = Keys::new(charset).program(c)?;
        Ok(Self { uid, returns, key })
    }
}

impl SearchReturn {
    /// Reads the options after `(`, with the `)`.
    fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        let mut options = Self::default();
        if c.take(b')') {
            return Ok(Self {
                all: true,
                ..options
            });
        }
        loop {
            let option = match c.atom()?.to_ascii_uppercase().as_str() {
                "MIN" => &mut options.min,
                "MAX" => &mut options.max,
                "ALL" => &mut options.all,
                "COUNT" => &mut options.count,
                "SAVE" => &mut options.save,
                _ => return Err(Fault::bad("unknown return option")),
            };
            *option = true;
            if c.take(b')') {
                return Ok(options);
            }
            c.sp()?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};

    fn search(text: &str) -> Search {
        match read(text) {
            Ok(CommandBody::Search(search)) => search,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn options() {
        let plain = search("SEARCH ALL");
        assert_eq!(
            plain,
            Search {
                uid: false,
                returns: None,
                key: SearchKey::All
            }
        );
        assert!(search("UID SEARCH ALL").uid);
        let returns = |text| search(text).returns.unwrap();
        let none = SearchReturn::default();
        assert_eq!(
            returns("SEARCH RETURN () ALL"),
            SearchReturn { all: true, ..none }
        );
        // RFC 9051 §6.4.4.4
        assert_eq!(
            returns("SEARCH RETURN (MIN COUNT) FLAGGED SINCE 1-Feb-1994 NOT FROM \"Smith\""),
            SearchReturn {
                min: true,
                count: true,
                ..none
            }
        );
        assert!(returns("uid search return (save max) all").save);
        all_bad(&[
            "SEARCH",
            "SEARCH ",
            "SEARCH RETURN (FOO) ALL",
            "SEARCH RETURN (MIN)",
            "SEARCH RETURN (MIN ) ALL",
            "SEARCH RETURN ALL",
        ]);
    }

    #[test]
    fn charsets() {
        // RFC 3501 §6.4.4
        let found = search("SEARCH CHARSET UTF-8 TEXT {6}\r\nđến").key;
        assert_eq!(found, SearchKey::Text("đến".into()));
        assert_eq!(search("SEARCH TEXT \"đến\"").key, found);
        assert_eq!(
            search("SEARCH CHARSET us-ascii TEXT a").key,
            SearchKey::Text("a".into())
        );
        assert_eq!(
            read("SEARCH CHARSET ISO-8859-1 TEXT a"),
            Err(Fault::BadCharset)
        );
        all_bad(&["SEARCH CHARSET US-ASCII TEXT \"đ\"", "SEARCH CHARSET UTF-8"]);
    }
}
