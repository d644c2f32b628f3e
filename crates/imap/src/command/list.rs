//! LIST (RFC 9051 §6.3.9), basic and extended (RFC 5258), with STATUS
//! (RFC 5819) and SPECIAL-USE (RFC 6154).

use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Fault};
use crate::types::{ListPattern, MailboxNameError, StatusItem};

/// The most patterns one command may have.
const MAX_PATTERNS: usize = 100;

/// The arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// Whether any of the extended syntax was used.
    pub extended: bool,
    /// Which mailboxes.
    pub selection: ListSelection,
    /// Which names; the reference stands before each. At least one.
    pub patterns: Vec<ListPattern>,
    /// Whether the mailbox argument was the empty string: the client asks for
    /// the separator and the root (RFC 9051 §6.3.9).
    pub separator_only: bool,
    /// What to tell of each.
    pub returns: ListReturn,
}

/// Selection options (RFC 5258 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ListSelection {
    /// `SUBSCRIBED`
    pub subscribed: bool,
    /// `REMOTE`
    pub remote: bool,
    /// `RECURSIVEMATCH`
    pub recursive_match: bool,
    /// `SPECIAL-USE` (RFC 6154 §2)
    pub special_use: bool,
}

/// Return options (RFC 5258 §3.2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListReturn {
    /// `SUBSCRIBED`
    pub subscribed: bool,
    /// `CHILDREN`
    pub children: bool,
    /// `SPECIAL-USE` (RFC 6154 §2)
    pub special_use: bool,
    /// `STATUS (…)` (RFC 5819); empty for none.
    pub status: Vec<StatusItem>,
}

impl List {
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        let mut extended = false;
        let mut selection = ListSelection::default();
        if c.peek() == Some(b'(') {
            extended = true;
            selection = ListSelection::parse(c)?;
            c.sp()?;
        }
        let reference = c.astring()?;
        c.sp()?;
        let utf8 = c.options().utf8;
        let mut separator_only = false;
        let patterns = if c.peek() == Some(b'(') {
            extended = true;
            c.list(|c| pattern(&reference, &c.list_mailbox()?, utf8))?
        } else {
            let text = c.list_mailbox()?;
            separator_only = text.is_empty();
            vec![pattern(&reference, &text, utf8)?]
        };
        if patterns.is_empty() || patterns.len() > MAX_PATTERNS {
            return Err(Fault::bad("expected 1 to 100 patterns"));
        }
        let mut returns = ListReturn::default();
        if c.take(b' ') {
            extended = true;
            returns = ListReturn::parse(c)?;
        }
        // An extended LIST treats the empty pattern like any other
        // (RFC 5258 §3).
        separator_only &= !extended;
        Ok(Self {
            extended,
            selection,
            patterns,
            separator_only,
            returns,
        })
    }
}

/// A pattern. One that is longer than we take finds nothing, as RFC 9051
/// §6.3.9 wants of those that a server does not accept.
fn pattern(reference: &[u8], text: &[u8], utf8: bool) -> Parsed<ListPattern> {
    match ListPattern::from_wire(reference, text, utf8) {
        Err(MailboxNameError::TooLong) => Ok(ListPattern::new("")?),
        other => Ok(other?),
    }
}

impl ListSelection {
    fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        let mut options = Self::default();
        c.list(|c| {
            let option = match c.atom()?.to_ascii_uppercase().as_str() {
                "SUBSCRIBED" => &mut options.subscribed,
                "REMOTE" => &mut options.remote,
                "RECURSIVEMATCH" => &mut options.recursive_match,
                "SPECIAL-USE" => &mut options.special_use,
                _ => return Err(Fault::bad("unknown selection option")),
            };
            *option = true;
            Ok(())
        })?;
        // RFC 5258 §3.1: it changes another option and means nothing alone or
        // with REMOTE alone.
        if options.recursive_match && !options.subscribed && !options.special_use {
            return Err(Fault::bad("RECURSIVEMATCH needs another selection option"));
        }
        Ok(options)
    }
}

impl ListReturn {
    fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        if !c.take_word("RETURN ") {
            return Err(Fault::bad("expected RETURN"));
        }
        let mut options = Self::default();
        c.list(|c| {
            match c.atom()?.to_ascii_uppercase().as_str() {
                "SUBSCRIBED" => options.subscribed = true,
                "CHILDREN" => options.children = true,
                "SPECIAL-USE" => options.special_use = true,
                "STATUS" => {
                    c.sp()?;
                    options.status = c.status_items()?;
                }
                _ => return Err(Fault::bad("unknown return option")),
            }
            Ok(())
        })?;
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};

    fn list(text: &str) -> List {
        match read(text) {
            Ok(CommandBody::List(list)) => list,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn patterns(texts: &[&str]) -> Vec<ListPattern> {
        texts.iter().map(|p| ListPattern::new(p).unwrap()).collect()
    }

    #[test]
    fn basic() {
        // RFC 9051 §6.3.9.8
        for (text, pattern) in [
            ("LIST \"\" \"*\"", "*"),
            ("LIST /usr/staff/jones \"\"", "/usr/staff/jones"),
            ("LIST ~/Mail/ %", "~/Mail/%"),
            ("LIST \"\" C&APQ-ng*", "Công*"),
            ("LIST {0+}\r\n {1+}\r\n*", "*"),
        ] {
            let list = list(text);
            assert_eq!(list.patterns, patterns(&[pattern]), "{text}");
            assert!(!list.extended);
            assert_eq!(list.separator_only, text.ends_with("\"\""), "{text}");
        }
    }

    #[test]
    fn extended() {
        // RFC 5258 §5
        let got = list("LIST (SUBSCRIBED) \"\" \"*\"");
        assert_eq!(
            got.selection,
            ListSelection {
                subscribed: true,
                ..Default::default()
            }
        );
        let got = list("LIST (SUBSCRIBED RECURSIVEMATCH) \"\" \"%\"");
        assert!(got.selection.recursive_match && got.extended);
        let got = list("LIST () \"\" (\"INBOX\" \"Drafts\" \"Sent/%\")");
        assert_eq!(got.patterns, patterns(&["INBOX", "Drafts", "Sent/%"]));
        let got = list("LIST (REMOTE) \"\" \"%\" RETURN (CHILDREN SUBSCRIBED)");
        assert!(got.returns.children && got.returns.subscribed && got.selection.remote);
        let got = list("LIST \"\" \"%\" RETURN ()");
        assert_eq!((got.returns, got.extended), (ListReturn::default(), true));
        // RFC 5819 §3
        let got = list("LIST \"\" % RETURN (STATUS (MESSAGES UNSEEN))");
        assert_eq!(
            got.returns.status,
            [StatusItem::Messages, StatusItem::Unseen]
        );
        // RFC 6154 §5.3
        let got = list("LIST (special-use) \"\" \"*\" return (special-use)");
        assert!(got.selection.special_use && got.returns.special_use);
        assert!(!list("LIST () \"\" \"\"").separator_only);
        let long = list(&format!("LIST \"\" ({})", "a%".repeat(600)));
        assert_eq!(long.patterns, patterns(&[""]));
    }

    #[test]
    fn faults() {
        all_bad(&[
            "LIST",
            "LIST \"\"",
            "LIST \"\" ()",
            "LIST (FOO) \"\" *",
            "LIST (RECURSIVEMATCH) \"\" *",
            "LIST (REMOTE RECURSIVEMATCH) \"\" *",
            "LIST \"\" * RETURN",
            "LIST \"\" * RETURN (FOO)",
            "LIST \"\" * RETURN (STATUS ())",
            "LIST \"\" * RETURN (STATUS)",
            "LIST \"\" * FOO ()",
            "LIST % *",
            "LIST(SUBSCRIBED) \"\" *",
        ]);
        assert!(matches!(read("LIST \"\" &"), Err(Fault::Name(_))));
    }
}
