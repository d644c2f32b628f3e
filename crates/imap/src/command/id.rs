//! ID (RFC 2971): what program the client says it is.

use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Fault};

/// RFC 2971 §3.3: at most 30 pairs, fields of 30 bytes, values of 1024.
const MAX_PAIRS: usize = 30;
const MAX_FIELD: usize = 30;
const MAX_VALUE: usize = 1024;

/// What the client says of itself; nothing when it says `NIL`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Id {
    /// Field and value, as given. Not to be trusted, nor logged whole.
    pub pairs: Vec<(String, Option<String>)>,
}

impl Id {
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        if c.take_word("NIL") {
            return Ok(Self::default());
        }
        let pairs = c.list(|c| {
            let field = utf8(c.string()?.into_owned(), MAX_FIELD)?;
            c.sp()?;
            let value = c
                .nstring()?
                .map(|v| utf8(v.into_owned(), MAX_VALUE))
                .transpose()?;
            Ok((field, value))
        })?;
        if pairs.len() > MAX_PAIRS {
            return Err(Fault::bad("too many ID fields"));
        }
        Ok(Self { pairs })
    }

    /// The value of a field, whose name has no case.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&str> {
        let found = self
            .pairs
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(field));
        found.and_then(|(_, value)| value.as_deref())
    }
}

fn utf8(bytes: Vec<u8>, max: usize) -> Parsed<String> {
    if bytes.len() > max {
        return Err(Fault::bad("ID field is too long"));
    }
    String::from_utf8(bytes).map_err(|_| Fault::bad("text is not valid UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};

    #[test]
    fn grammar() {
        assert_eq!(read("ID NIL"), Ok(CommandBody::Id(Id::default())));
        assert_eq!(read("ID ()"), Ok(CommandBody::Id(Id::default())));
        // RFC 2971 §3.1
        let Ok(CommandBody::Id(id)) =
            read(r#"ID ("name" "sodr" "version" "19.34" "support-url" NIL)"#)
        else {
            panic!()
        };
        assert_eq!(id.get("NAME"), Some("sodr"));
        assert_eq!((id.get("support-url"), id.pairs.len()), (None, 3));
        all_bad(&[
            "ID",
            "ID (\"name\")",
            "ID (name \"x\")",
            "ID \"x\"",
            "ID (\"a\" \"b\"",
        ]);
        let many = format!("ID ({})", ["\"a\" NIL"; 31].join(" "));
        let long = format!("ID (\"a\" \"{}\")", "x".repeat(1025));
        all_bad(&[&many, &long]);
    }
}
