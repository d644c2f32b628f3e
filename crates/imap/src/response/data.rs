//! The values responses are made of.

use super::{number, quoted, string_utf8};
use crate::types::{DateTime, Flag, MailboxName, month_name};

/// Writes a mailbox name, always as a string: some clients stumble over
/// atoms with `&`.
pub fn mailbox(out: &mut Vec<u8>, name: &MailboxName, utf8: bool) {
    string_utf8(out, &name.to_wire(utf8));
}

/// Writes flags in parentheses.
pub fn flag_list<'a>(out: &mut Vec<u8>, flags: impl IntoIterator<Item = &'a Flag>) {
    word_list(out, flags.into_iter().map(Flag::as_str));
}

/// Writes words in parentheses: for `\Recent`, `\*` and LIST attributes,
/// which are no [`Flag`]s. The words must be atoms, with `\` before some.
pub fn word_list<'a>(out: &mut Vec<u8>, words: impl IntoIterator<Item = &'a str>) {
    out.push(b'(');
    separated(out, words);
    out.push(b')');
}

/// Writes `CAPABILITY` and the names after it.
pub fn capabilities<'a>(out: &mut Vec<u8>, names: impl IntoIterator<Item = &'a str>) {
    out.extend_from_slice(b"CAPABILITY ");
    separated(out, names);
}

pub(super) fn separated<'a>(out: &mut Vec<u8>, words: impl IntoIterator<Item = &'a str>) {
    for (i, word) in words.into_iter().enumerate() {
        if i > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word.as_bytes());
    }
}

/// Writes ranges of UIDs or message numbers, ends included: `1:5,7`.
/// Neighbours are joined where they stand next to each other in order.
pub fn uid_set(out: &mut Vec<u8>, ranges: &[(u32, u32)]) {
    let mut ranges = ranges.iter().copied().peekable();
    let mut first_written = false;
    while let Some((first, mut last)) = ranges.next() {
        while let Some((_, end)) = ranges.next_if(|&(next, _)| last.checked_add(1) == Some(next)) {
            last = end;
        }
        if first_written {
            out.push(b',');
        }
        first_written = true;
        number(out, first.into());
        if last != first {
            out.push(b':');
            number(out, last.into());
        }
    }
}

/// Writes a quoted date and time as INTERNALDATE has it
/// (RFC 9051 §9, `date-time`), in the zone the value carries.
pub fn internal_date(out: &mut Vec<u8>, moment: DateTime) {
    let (sign, (h, m)) = match moment.offset() {
        z if z.is_negative() => ('-', (-z.whole_hours(), -z.minutes_past_hour())),
        z => ('+', (z.whole_hours(), z.minutes_past_hour())),
    };
    let text = format!(
        "{:2}-{}-{:04} {:02}:{:02}:{:02} {sign}{h:02}{m:02}",
        moment.day(),
        month_name(moment.month()),
        moment.year(),
        moment.hour(),
        moment.minute(),
        moment.second(),
    );
    quoted(out, text.as_bytes());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;
    use crate::types::{SequenceSet, merge, parse_date_time};

    fn written(f: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        f(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn names_and_flags() {
        let name = MailboxName::new("Đến \"1\"").unwrap();
        assert_eq!(
            written(|o| mailbox(o, &name, false)),
            "\"&ARAevw-n \\\"1\\\"\""
        );
        assert_eq!(written(|o| mailbox(o, &name, true)), "\"Đến \\\"1\\\"\"");
        let keyword = Flag::parse("$Junk").unwrap();
        assert_eq!(
            written(|o| flag_list(o, &[Flag::Seen, keyword])),
            "(\\Seen $Junk)"
        );
        assert_eq!(written(|o| flag_list(o, &[])), "()");
        assert_eq!(
            written(|o| capabilities(o, ["IMAP4rev1", "IDLE"])),
            "CAPABILITY IMAP4rev1 IDLE"
        );
    }

    #[test]
    fn dates() {
        for (moment, text) in [
            (
                datetime!(1996-07-17 02:44:25 -7),
                "\"17-Jul-1996 02:44:25 -0700\"",
            ),
            (
                datetime!(2024-02-07 09:05:06 +7),
                "\" 7-Feb-2024 09:05:06 +0700\"",
            ),
            (
                datetime!(2024-02-07 09:05:06 -3:30),
                "\" 7-Feb-2024 09:05:06 -0330\"",
            ),
        ] {
            assert_eq!(written(|o| internal_date(o, moment)), text);
            assert_eq!(
                parse_date_time(text.trim_matches('"').as_bytes()),
                Some(moment)
            );
        }
    }

    #[test]
    fn sets() {
        for (ranges, text) in [
            (&[][..], ""),
            (&[(1, 5), (7, 7)], "1:5,7"),
            (&[(1, 1), (2, 2), (3, 9)], "1:9"),
            (&[(9, 9), (1, 1)], "9,1"),
            (&[(u32::MAX, u32::MAX), (1, 1)], "4294967295,1"),
        ] {
            assert_eq!(written(|o| uid_set(o, ranges)), text);
        }
    }

    proptest! {
        #[test]
        fn sets_round_trip(ranges in prop::collection::vec((1u32..99, 0u32..9), 1..9)) {
            let ranges = merge(ranges.into_iter().map(|(a, n)| (a, a + n)).collect());
            let text = written(|o| uid_set(o, &ranges));
            prop_assert_eq!(SequenceSet::parse(text.as_bytes()).unwrap().resolve(1), ranges);
        }
    }
}
