//! SORT (RFC 5256), with return options (RFC 5267 §3).

use super::search::{SearchReturn, criteria};
use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Fault};
use crate::types::{SearchKey, SortCriterion, SortKey};

/// The most criteria of one command; there are nine keys.
const MAX_CRITERIA: usize = 20;

/// The arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// Whether the answer names UIDs.
    pub uid: bool,
    /// What to answer, when the command says; `None` asks for the plain
    /// `SORT` response.
    pub returns: Option<SearchReturn>,
    /// What to order by; at least one.
    pub criteria: Vec<SortCriterion>,
    /// What to look for.
    pub key: SearchKey,
}

impl Sort {
    pub(super) fn parse(c: &mut Cursor<'_>, uid: bool) -> Parsed<Self> {
        let returns = SearchReturn::parse(c)?;
        let order = c.list(criterion)?;
        if order.is_empty() || order.len() > MAX_CRITERIA {
            return Err(Fault::bad("expected some sort criteria"));
        }
        c.sp()?;
        Ok(Self {
            uid,
            returns,
            criteria: order,
            key: criteria(c, SearchReturn::saves(returns))?,
        })
    }
}

fn criterion(c: &mut Cursor<'_>) -> Parsed<SortCriterion> {
    let reverse = c.take_word("REVERSE ");
    let key = match c.atom()?.to_ascii_uppercase().as_str() {
        "ARRIVAL" => SortKey::Arrival,
        "CC" => SortKey::Cc,
        "DATE" => SortKey::Date,
        "DISPLAYFROM" => SortKey::DisplayFrom,
        "DISPLAYTO" => SortKey::DisplayTo,
        "FROM" => SortKey::From,
        "SIZE" => SortKey::Size,
        "SUBJECT" => SortKey::Subject,
        "TO" => SortKey::To,
        _ => return Err(Fault::bad("unknown sort criterion")),
    };
    Ok(SortCriterion { key, reverse })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};

    fn sort(text: &str) -> Sort {
        match read(text) {
            Ok(CommandBody::Sort(sort)) => sort,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn grammar() {
        // RFC 5256, the examples of SORT
        let got = sort("SORT (SUBJECT REVERSE DATE) UTF-8 ALL");
        let by = |key, reverse| SortCriterion { key, reverse };
        assert_eq!(
            got,
            Sort {
                uid: false,
                returns: None,
                criteria: vec![by(SortKey::Subject, false), by(SortKey::Date, true)],
                key: SearchKey::All,
            }
        );
        let got = sort("SORT (SUBJECT) US-ASCII TEXT \"not in mailbox\"");
        assert_eq!(got.key, SearchKey::Text("not in mailbox".into()));
        let got = sort(
            "uid sort (arrival cc date from reverse size to displayfrom reverse displayto) \"utf-8\" all",
        );
        assert!(got.uid);
        assert_eq!(got.criteria.len(), 8);
        assert_eq!(got.criteria[4], by(SortKey::Size, true));
        // RFC 5267 §3.3
        let got = sort("UID SORT RETURN () (REVERSE DATE) UTF-8 UNDELETED UNKEYWORD $Junk");
        assert!(got.returns.unwrap().all);
        let got = sort("SORT RETURN (SAVE COUNT PARTIAL 1:50) (DATE) UTF-8 ALL");
        assert!(got.returns.unwrap().save);
        for (text, save) in [
            ("SORT (DATE) KOI8-R ALL", false),
            ("SORT RETURN (SAVE) (DATE) KOI8-R ALL", true),
        ] {
            assert_eq!(read(text), Err(Fault::BadCharset { save }), "{text}");
        }
        let many = ["DATE"; 21].join(" ");
        all_bad(&[
            "SORT",
            "SORT ",
            "SORT (DATE)",
            "SORT (DATE) UTF-8",
            "SORT () UTF-8 ALL",
            "SORT DATE UTF-8 ALL",
            "SORT (REVERSE) UTF-8 ALL",
            "SORT (REVERSE REVERSE DATE) UTF-8 ALL",
            "SORT (BCC) UTF-8 ALL",
            "SORT (DATE ) UTF-8 ALL",
            "SORT RETURN (ALL) UTF-8 ALL",
            &format!("SORT ({many}) UTF-8 ALL"),
        ]);
    }
}
