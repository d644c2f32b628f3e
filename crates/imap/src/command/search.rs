//! SEARCH (RFC 9051 §6.4.4) and what SORT and THREAD share with it; its keys
//! are read in [`search_key`](super::search_key).

use super::search_key::Keys;
use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Fault};
use crate::types::{PartialRange, SearchKey};

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

/// Return options (RFC 9051 §6.4.4.1, RFC 9394 §3.1).
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
    /// `PARTIAL`: some of them; never with `ALL`.
    pub partial: Option<PartialRange>,
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
        let returns = SearchReturn::parse(c)?;
        let mut charset = Charset::Utf8;
        if c.take_word("CHARSET ") {
            if c.options().no_charset {
                return Err(Fault::bad("CHARSET has no place beside UTF8=ACCEPT"));
            }
            charset = Charset::parse(c, SearchReturn::saves(returns))?;
            c.sp()?;
        }
        let key = Keys::new(charset).program(c)?;
        Ok(Self { uid, returns, key })
    }
}

impl Charset {
    /// Reads a charset's name; `save` tells whether the result was to be saved.
    pub(super) fn parse(c: &mut Cursor<'_>, save: bool) -> Parsed<Self> {
        let name = c.astring()?;
        if name.eq_ignore_ascii_case(b"UTF-8") {
            Ok(Self::Utf8)
        } else if name.eq_ignore_ascii_case(b"US-ASCII") {
            Ok(Self::Ascii)
        } else {
            Err(Fault::BadCharset { save })
        }
    }
}

/// Charset and keys of SORT and THREAD (RFC 5256 §5, `search-criteria`).
pub(super) fn criteria(c: &mut Cursor<'_>, save: bool) -> Parsed<SearchKey> {
    let charset = Charset::parse(c, save)?;
    c.sp()?;
    Keys::new(charset).program(c)
}

impl SearchReturn {
    /// Reads `RETURN (…)` and the space after it, if it is next.
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Option<Self>> {
        if !c.take_word("RETURN (") {
            return Ok(None);
        }
        let mut options = Self::default();
        if c.take(b')') {
            options.all = true;
        } else {
            loop {
                options.option(c)?;
                if c.take(b')') {
                    break;
                }
                c.sp()?;
            }
        }
        if options.all && options.partial.is_some() {
            return Err(Fault::bad("ALL and PARTIAL cannot stand together"));
        }
        c.sp()?;
        Ok(Some(options))
    }

    fn option(&mut self, c: &mut Cursor<'_>) -> Parsed<()> {
        let option = match c.atom()?.to_ascii_uppercase().as_str() {
            "MIN" => &mut self.min,
            "MAX" => &mut self.max,
            "ALL" => &mut self.all,
            "COUNT" => &mut self.count,
            "SAVE" => &mut self.save,
            "PARTIAL" if self.partial.is_none() => {
                c.sp()?;
                self.partial = Some(c.partial_range()?);
                return Ok(());
            }
            "PARTIAL" => return Err(Fault::bad("PARTIAL stands twice")),
            _ => return Err(Fault::bad("unknown return option")),
        };
        *option = true;
        Ok(())
    }

    /// Whether the result is to be saved.
    #[must_use]
    pub fn saves(returns: Option<Self>) -> bool {
        returns.is_some_and(|returns| returns.save)
    }

    /// Whether only the lowest, the highest and a window are wanted, so that
    /// `$` and the mod-sequence are of these alone (RFC 4731 §3.2, RFC 5182
    /// §2.4, RFC 9394 §3.2).
    #[must_use]
    pub fn some_only(&self) -> bool {
        (self.min || self.max || self.partial.is_some()) && !self.all && !self.count
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
        let returns = |text: &str| search(text).returns.unwrap();
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
        // RFC 9394 §3.1
        let range = |from_end, first: u32, last: u32| PartialRange {
            from_end,
            first: first.try_into().unwrap(),
            last: last.try_into().unwrap(),
        };
        for (text, partial) in [
            ("PARTIAL -1:-100", range(true, 1, 100)),
            ("MIN partial 500:1 COUNT", range(false, 500, 1)),
        ] {
            let text = format!("UID SEARCH RETURN ({text}) UNDELETED");
            assert_eq!(returns(&text).partial, Some(partial), "{text}");
        }
        all_bad(&[
            "SEARCH",
            "SEARCH ",
            "SEARCH RETURN (FOO) ALL",
            "SEARCH RETURN (MIN)",
            "SEARCH RETURN (MIN ) ALL",
            "SEARCH RETURN ALL",
            "SEARCH RETURN (PARTIAL) ALL",
            "SEARCH RETURN (PARTIAL 1) ALL",
            "SEARCH RETURN (PARTIAL 0:1) ALL",
            "SEARCH RETURN (PARTIAL 1:-1) ALL",
            "SEARCH RETURN (PARTIAL -1:1) ALL",
            "SEARCH RETURN (PARTIAL 1:*) ALL",
            "SEARCH RETURN (PARTIAL 1:2 PARTIAL 1:2) ALL",
            "SEARCH RETURN (ALL PARTIAL 1:2) ALL",
            "SEARCH RETURN (PARTIAL 1:2 ALL) ALL",
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
            Err(Fault::BadCharset { save: false })
        );
        assert_eq!(
            read("SEARCH RETURN (SAVE) CHARSET ISO-8859-1 TEXT a"),
            Err(Fault::BadCharset { save: true })
        );
        all_bad(&["SEARCH CHARSET US-ASCII TEXT \"đ\"", "SEARCH CHARSET UTF-8"]);
    }
}
