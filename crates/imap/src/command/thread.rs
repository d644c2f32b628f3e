//! THREAD (RFC 5256).

use super::search::criteria;
use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Fault};
use crate::types::{SearchKey, ThreadAlgorithm};

/// The arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// Whether the answer names UIDs.
    pub uid: bool,
    /// How to thread.
    pub algorithm: ThreadAlgorithm,
    /// What to look for.
    pub key: SearchKey,
}

impl Thread {
    pub(super) fn parse(c: &mut Cursor<'_>, uid: bool) -> Parsed<Self> {
        let algorithm = match c.atom()?.to_ascii_uppercase().as_str() {
            "ORDEREDSUBJECT" => ThreadAlgorithm::OrderedSubject,
            "REFERENCES" => ThreadAlgorithm::References,
            _ => return Err(Fault::bad("unknown threading algorithm")),
        };
        c.sp()?;
        Ok(Self {
            uid,
            algorithm,
            key: criteria(c, false)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};
    use crate::types::DateTest;

    #[test]
    fn grammar() {
        // RFC 5256, the examples of THREAD
        let since = SearchKey::Internal(DateTest::Since, date!(2000 - 03 - 05));
        for (text, uid, algorithm, key) in [
            (
                "THREAD ORDEREDSUBJECT UTF-8 SINCE 5-MAR-2000",
                false,
                ThreadAlgorithm::OrderedSubject,
                since.clone(),
            ),
            (
                "THREAD ORDEREDSUBJECT US-ASCII TEXT \"gewp\"",
                false,
                ThreadAlgorithm::OrderedSubject,
                SearchKey::Text("gewp".into()),
            ),
            (
                "uid thread references utf-8 since 5-mar-2000",
                true,
                ThreadAlgorithm::References,
                since,
            ),
        ] {
            let thread = Thread {
                uid,
                algorithm,
                key,
            };
            assert_eq!(read(text), Ok(CommandBody::Thread(thread)), "{text}");
        }
        let wrong = read("THREAD REFERENCES KOI8-R ALL");
        assert_eq!(wrong, Err(Fault::BadCharset { save: false }));
        all_bad(&[
            "THREAD",
            "THREAD ",
            "THREAD REFERENCES",
            "THREAD REFERENCES UTF-8",
            "THREAD REFS UTF-8 ALL",
            "THREAD RETURN (ALL) REFERENCES UTF-8 ALL",
        ]);
    }
}
