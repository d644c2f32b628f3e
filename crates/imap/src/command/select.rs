//! SELECT and EXAMINE (RFC 9051 §6.3.2, §6.3.3), with CONDSTORE
//! (RFC 7162 §3.1.8) and QRESYNC (RFC 7162 §3.2.5).

use std::num::NonZeroU32;

use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Fault};
use crate::types::{MailboxName, SequenceSet};
use crate::view::View;

/// The arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Select {
    /// Which mailbox.
    pub mailbox: MailboxName,
    /// Whether it is EXAMINE.
    pub read_only: bool,
    /// Whether the client asked for CONDSTORE.
    pub condstore: bool,
    /// What the client knew when it was last here.
    pub resync: Option<Resync>,
}

/// The parameter QRESYNC. No set in it has a `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resync {
    /// The UIDVALIDITY it knew.
    pub uid_validity: NonZeroU32,
    /// The HIGHESTMODSEQ it knew, above zero.
    pub modseq: u64,
    /// The UIDs it knew; all, if it does not say.
    pub known: Option<SequenceSet>,
    /// Some message numbers and the UIDs they had, both ascending.
    pub matches: Option<(SequenceSet, SequenceSet)>,
}

impl Select {
    pub(super) fn parse(c: &mut Cursor<'_>, read_only: bool) -> Parsed<Self> {
        let mailbox = c.mailbox()?;
        let mut condstore = false;
        let mut resync = None;
        if c.take(b' ') {
            let names = c.list(|c| {
                match c.atom()?.to_ascii_uppercase().as_str() {
                    "CONDSTORE" => condstore = true,
                    "QRESYNC" if resync.is_none() => resync = Some(Resync::parse(c)?),
                    _ => return Err(Fault::bad("unknown parameter of SELECT")),
                }
                Ok(())
            })?;
            if names.is_empty() {
                return Err(Fault::bad("expected parameters of SELECT"));
            }
        }
        Ok(Self {
            mailbox,
            read_only,
            condstore,
            resync,
        })
    }
}

impl Resync {
    /// Reads `SP (uidvalidity modseq [uids] [(seqs uids)])`.
    fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        c.sp()?;
        c.expect(b'(', "expected a list in parentheses")?;
        let uid_validity = c.nz_number()?;
        c.sp()?;
        let modseq = c.number64()?;
        if modseq == 0 {
            return Err(Fault::bad("number must not be zero"));
        }
        let mut known = None;
        let mut matches = None;
        let mut more = c.take(b' ');
        if more && c.peek() != Some(b'(') {
            known = Some(exact(c)?);
            more = c.take(b' ');
        }
        if more {
            c.expect(b'(', "expected a list in parentheses")?;
            let seqs = ascending(c)?;
            c.sp()?;
            matches = Some((seqs, ascending(c)?));
            c.expect(b')', "expected a closing parenthesis")?;
        }
        c.expect(b')', "expected a closing parenthesis")?;
        Ok(Self {
            uid_validity,
            modseq,
            known,
            matches,
        })
    }

    /// The highest UID that still has the number it had for the client: of what left up to there the client
    /// knows (RFC 7162 §3.2.5.2).
    #[must_use]
    pub fn last_match(&self, view: &View) -> Option<u32> {
        let (seqs, uids) = self.matches.as_ref()?;
        let (seqs, uids) = (seqs.resolve(0), uids.resolve(0));
        let (mut seqs, mut uids) = (seqs.into_iter(), uids.into_iter());
        let (mut seq, mut uid) = (seqs.next(), uids.next());
        let mut found = None;
        // Stretches in which numbers and UIDs both rise by one.
        while let (Some((s1, s2)), Some((u1, u2))) = (seq, uid) {
            let steps = (s2 - s1).min(u2 - u1);
            let count = steps.saturating_add(1);
            found = view.last_match(s1, u1, count).or(found);
            let rest =
                |first: u32, last: u32| (last - first > steps).then(|| (first + count, last));
            seq = rest(s1, s2).or_else(|| seqs.next());
            uid = rest(u1, u2).or_else(|| uids.next());
        }
        found
    }
}

/// A set without `*`.
fn exact(c: &mut Cursor<'_>) -> Parsed<SequenceSet> {
    let set = c.sequence_set()?;
    if set.has_star() {
        return Err(Fault::bad("* has no place here"));
    }
    Ok(set)
}

/// A set without `*` whose numbers rise.
fn ascending(c: &mut Cursor<'_>) -> Parsed<SequenceSet> {
    let set = exact(c)?;
    let mut last = 0;
    for range in set.ranges() {
        let (first, end) = range.ends(0);
        if first <= last || end < first {
            return Err(Fault::bad("numbers must ascend"));
        }
        last = end;
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};

    #[test]
    fn grammar() {
        for (text, mailbox, read_only, condstore) in [
            ("SELECT INBOX", "INBOX", false, false),
            ("EXAMINE blurdybloop", "blurdybloop", true, false),
            ("SELECT \"C&APQ-ng v&AQM-n\"", "Công văn", false, false),
            // RFC 7162 §3.1.8
            ("SELECT INBOX (CONDSTORE)", "INBOX", false, true),
            ("EXAMINE {5}\r\ninbox (condstore)", "INBOX", true, true),
        ] {
            let mailbox = MailboxName::new(mailbox).unwrap();
            let select = Select {
                mailbox,
                read_only,
                condstore,
                resync: None,
            };
            assert_eq!(read(text), Ok(CommandBody::Select(select)), "{text}");
        }
        all_bad(&[
            "SELECT",
            "SELECT ",
            "SELECT a b",
            "SELECT a ()",
            "SELECT a (FOO)",
            "SELECT a ",
            "SELECT a (QRESYNC)",
            "SELECT a (QRESYNC (0 1))",
            "SELECT a (QRESYNC (1))",
        ]);
    }

    fn resync(text: &str) -> Resync {
        match read(&format!("SELECT INBOX (QRESYNC ({text}))")) {
            Ok(CommandBody::Select(select)) => select.resync.unwrap(),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn what_a_client_knew() {
        // RFC 7162 §3.2.5
        let got = resync("67890007 20050715194045000 41,43:211,214:541");
        assert_eq!(got.uid_validity.get(), 67_890_007);
        assert_eq!(got.modseq, 20_050_715_194_045_000);
        let known = got.known.unwrap().resolve(0);
        assert_eq!(known, [(41, 41), (43, 211), (214, 541)]);
        assert_eq!(got.matches, None);
        let got = resync("67890007 90060115194045000 41:211 (1,5 41,60)");
        assert_eq!(got.matches.unwrap().1.to_string(), "41,60");
        let got = resync("67890007 90060115194045000 (1 41)");
        assert!(got.known.is_none() && got.matches.is_some());
        assert_eq!(resync("67890007 90060115194045000").known, None);
        for bad in [
            "",
            "1",
            "0 1",
            "1 0",
            "1 1 ",
            "1 1 *",
            "1 1 1:*",
            "1 1 1 1",
            "1 1 (1)",
            "1 1 (1 *)",
            "1 1 (2,1 1,2)",
            "1 1 (2:1 1:2)",
            "1 1 1 (1 1) 1",
            "1 1 1(1 1)",
            "1 9223372036854775808",
        ] {
            all_bad(&[&format!("SELECT INBOX (QRESYNC ({bad}))")]);
        }
        assert!(read("SELECT INBOX (QRESYNC (1 1 $))").is_err());
        all_bad(&["SELECT INBOX (QRESYNC (1 1) QRESYNC (1 1))"]);
    }

    /// RFC 7162 §3.2.5.2: only every third UID is there.
    #[test]
    fn numbers_that_still_match() {
        let there: Vec<_> = (1..=10_003).map(|n| (n * 3, n * 3)).collect();
        let view = View::from_ranges(&there);
        let last = |text: &str| {
            resync(&format!("67890007 90060115194045000 1:29997 {text}")).last_match(&view)
        };
        assert_eq!(
            last(
                "(5000,7500,9000,9990:9999 15000,22500,27000,29970,29973,29976,29979,29982,29985,29988,29991,29994,29997)"
            ),
            Some(29_997)
        );
        assert_eq!(last("(4,12 12,37)"), Some(12));
        assert_eq!(last("(4,12 13,37)"), None);
        assert_eq!(last("(1:4294967295 3:4294967295)"), Some(3));
        assert_eq!(last("(5:9 1:2)"), None);
        let view = View::from_ranges(&[(1, 4), (6, 9)]);
        let last = |text: &str| resync(&format!("1 1 {text}")).last_match(&view);
        assert_eq!(last("(1:9 1:9)"), Some(4));
        assert_eq!(last("(1:3,5:9 1:3,6:10)"), Some(9));
        assert_eq!(last("(1:3,7 1:3,8)"), Some(8));
        assert_eq!(last("(4 6)"), None);
    }
}
