//! STORE (RFC 9051 §6.4.6), with UNCHANGEDSINCE (RFC 7162 §3.1.3).

use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Fault};
use crate::types::{FlagList, MessageSet, StoreAction, StoreMode};

/// The arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// Which messages.
    pub messages: MessageSet,
    /// Only those whose mod-sequence is at most this.
    pub unchanged_since: Option<u64>,
    /// What to do.
    pub action: StoreAction,
}

impl Store {
    pub(super) fn parse(c: &mut Cursor<'_>, uid: bool) -> Parsed<Self> {
        let messages = c.message_set(uid)?;
        c.sp()?;
        let mut unchanged_since = None;
        if c.take(b'(') {
            if !c.take_word("UNCHANGEDSINCE ") {
                return Err(Fault::bad("unknown modifier of STORE"));
            }
            unchanged_since = Some(c.number64()?);
            c.expect(b')', "expected a closing parenthesis")?;
            c.sp()?;
        }
        let mode = if c.take(b'+') {
            StoreMode::Add
        } else if c.take(b'-') {
            StoreMode::Remove
        } else {
            StoreMode::Replace
        };
        if !c.take_word("FLAGS") {
            return Err(Fault::bad("expected FLAGS"));
        }
        let silent = c.take_word(".SILENT");
        c.sp()?;
        let flags = if c.peek() == Some(b'(') {
            c.flag_list()?
        } else {
            bare_flags(c)?
        };
        Ok(Self {
            messages,
            unchanged_since,
            action: StoreAction {
                mode,
                silent,
                flags,
            },
        })
    }
}

/// Flags without parentheses, at least one.
fn bare_flags(c: &mut Cursor<'_>) -> Parsed<FlagList> {
    let mut flags = FlagList::default();
    loop {
        if let Some(flag) = c.flag()? {
            flags.push(flag)?;
        }
        if !c.take(b' ') {
            return Ok(flags);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};
    use crate::types::{Flag, SequenceSet};

    #[test]
    fn grammar() {
        use StoreMode::*;
        let keyword = Flag::parse("$MDNSent").unwrap();
        for (text, set, uid, unchanged_since, mode, silent, flags) in [
            (
                "STORE 2:4 +FLAGS (\\Deleted)",
                "2:4",
                false,
                None,
                Add,
                false,
                vec![Flag::Deleted],
            ),
            ("STORE 1 FLAGS ()", "1", false, None, Replace, false, vec![]),
            (
                "UID STORE * -flags.silent \\Seen $mdnsent",
                "*",
                true,
                None,
                Remove,
                true,
                vec![Flag::Seen, keyword.clone()],
            ),
            // RFC 7162 §3.1.3
            (
                "UID STORE 6,4,8 (UNCHANGEDSINCE 12121230045) +FLAGS.SILENT (\\Deleted)",
                "6,4,8",
                true,
                Some(12_121_230_045),
                Add,
                true,
                vec![Flag::Deleted],
            ),
            (
                "STORE 7 (UNCHANGEDSINCE 0) FLAGS (\\Recent $MDNSent)",
                "7",
                false,
                Some(0),
                Replace,
                false,
                vec![keyword],
            ),
        ] {
            let set = SequenceSet::parse(set.as_bytes()).unwrap();
            let messages = if uid {
                MessageSet::Uid(set)
            } else {
                MessageSet::Seq(set)
            };
            let action = StoreAction {
                mode,
                silent,
                flags: FlagList::new(flags).unwrap(),
            };
            let store = Store {
                messages,
                unchanged_since,
                action,
            };
            assert_eq!(read(text), Ok(CommandBody::Store(store)), "{text}");
        }
        all_bad(&[
            "STORE",
            "STORE 1",
            "STORE 1 FLAGS",
            "STORE 1 FLAGS ",
            "STORE 1 *FLAGS ()",
            "STORE 1 FLAGS.LOUD ()",
            "STORE 1 FLAGS (\\Foo)",
            "STORE 1 FLAGS (\\*)",
            "STORE 1 (UNCHANGEDSINCE) FLAGS ()",
            "STORE 1 () FLAGS ()",
            "STORE 1 FLAGS (a) b",
            "STORE 1 FLAGS a (b)",
            "STORE 1 FLAGS a ",
        ]);
    }
}
