//! Bodies for fuzzing: each takes any bytes and must come back.

use crate::command;
use crate::parse::{Framer, Limits, Need, ParseOptions, frame_line};
use crate::types::{ListPattern, MailboxName};

/// Cuts `bytes` into commands as a session would, with the bytes arriving in
/// pieces, and reads each. Whatever the pieces, the commands are the same.
pub fn command(bytes: &[u8]) {
    let limits = Limits {
        line: 512,
        total: 2048,
    };
    let whole = frames(bytes, limits, bytes.len().max(1));
    for piece in [1, 7] {
        assert_eq!(
            frames(bytes, limits, piece),
            whole,
            "pieces change the commands"
        );
    }
    for utf8 in [false, true] {
        let options = ParseOptions {
            utf8,
            no_charset: utf8,
        };
        for (start, end) in &whole {
            if let Err(e) = command::parse(&bytes[*start..*end], options) {
                let mut out = Vec::new();
                e.write(&mut out);
                let one_line = out.iter().filter(|&&b| b == b'\n').count() == 1;
                assert!(one_line && out.ends_with(b"\r\n"), "an answer is one line");
            }
        }
        let _ = command::parse(bytes, options);
    }
    let _ = frame_line(bytes, 64);
    let _ = command::authenticate::parse_line(bytes);
}

/// Where each command begins and ends, up to the first that cannot be told.
fn frames(bytes: &[u8], limits: Limits, piece: usize) -> Vec<(usize, usize)> {
    let mut framer = Framer::new(limits);
    let mut found = Vec::new();
    let (mut start, mut arrived) = (0, 0);
    loop {
        match framer.next(&bytes[start..arrived]) {
            Need::More | Need::NonSync { .. } if arrived == bytes.len() => return found,
            Need::More | Need::NonSync { .. } => arrived = (arrived + piece).min(bytes.len()),
            Need::Continuation { .. } => {}
            Need::Complete(len) => {
                found.push((start, start + len));
                start += len;
            }
            Need::AppendLiteral { consumed, size, .. } => {
                found.push((start, start + consumed));
                let size = usize::try_from(size).unwrap_or(usize::MAX);
                start = start.saturating_add(consumed).saturating_add(size);
                if start > bytes.len() {
                    return found;
                }
                arrived = arrived.max(start);
            }
            Need::TooLong { skip: Some(skip) } => start += skip,
            Need::TooLong { skip: None } => return found,
        }
    }
}

/// Reads `bytes` as a mailbox name in both wire forms; what is taken is
/// written so that it reads as the same name.
pub fn mailbox_name(bytes: &[u8]) {
    for utf8 in [false, true] {
        if let Ok(name) = MailboxName::from_wire(bytes, utf8) {
            let again = MailboxName::from_wire(name.to_wire(utf8).as_bytes(), utf8);
            assert_eq!(again.as_ref(), Ok(&name), "a name reads as it was written");
            let reparsed = MailboxName::new(name.as_str());
            assert_eq!(reparsed.as_ref(), Ok(&name), "a name is in its one form");
        }
        if let Ok(pattern) = ListPattern::from_wire(b"", bytes, utf8) {
            let _ = pattern.matches("INBOX/a");
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CORPUS: &[&str] = &[
        "a CAPABILITY\r\nb NOOP\r\n",
        "a LOGIN {5}\r\nhello {3+}\r\nabc\r\n",
        "a LOGIN {5000+}\r\n",
        "a LOGIN {5000}\r\nb NOOP\r\n",
        "a APPEND INBOX (\\Seen) \" 7-Feb-1994 21:52:25 -0800\" {4+}\r\nabcd\r\nb NOOP\r\n",
        "a APPEND {5}\r\nINBOX {99999999999}\r\n",
        "a FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (DATE)]<0.10>)\r\n",
        "a UID SEARCH RETURN (MIN) CHARSET UTF-8 OR (NOT 1) MODSEQ \"/flags/a\" all 4\r\n",
        "a LIST (SUBSCRIBED) \"\" (\"%\" \"&AREevw-*\") RETURN (STATUS (MESSAGES))\r\n",
        "a SELECT \"&U,BTFw-\" (CONDSTORE)\r\n",
        "a SELECT INBOX (QRESYNC (67890007 90060115194045000 41:211 (1,5 41,60)))\r\n",
        "a UID FETCH 300:500 (FLAGS) (CHANGEDSINCE 12345 VANISHED)\r\n",
        "a APPEND \"\u{110}e\u{302}\u{301}n\" (\\Seen) UTF8 (~{4+}\r\nabcd)\r\nb UNAUTHENTICATE\r\n",
        "a APPEND INBOX UTF8 (~{4}\r\nabcd)\r\nb COMPRESS DEFLATE\r\n",
        "a STORE 1 (UNCHANGEDSINCE 3) +FLAGS.SILENT \\Seen $x\r\n",
        "a ID (\"name\" NIL)\r\n",
        "\n\r\n\r\r\n{1}\r\n{0+}\r\n",
        "a X {18446744073709551615}\r\n",
        "a X {9223372036854775807+}\r\n",
        "a AUTHENTICATE PLAIN =\r\n",
    ];

    #[test]
    fn corpus() {
        for text in CORPUS {
            command(text.as_bytes());
            mailbox_name(text.as_bytes());
            for end in 0..text.len() {
                command(&text.as_bytes()[..end]);
            }
        }
    }

    /// A corpus text with some bytes changed, moved or doubled.
    fn mutated() -> impl Strategy<Value = Vec<u8>> {
        let edit = (any::<prop::sample::Index>(), any::<u8>(), 0u8..4);
        (
            prop::sample::select(CORPUS),
            prop::collection::vec(edit, 0..6),
        )
            .prop_map(|(text, edits)| {
                let mut bytes = text.as_bytes().to_vec();
                for (at, byte, kind) in edits {
                    let at = at.index(bytes.len());
                    match kind {
                        0 => bytes[at] = byte,
                        1 => bytes.insert(at, byte),
                        2 if bytes.len() > 1 => {
                            bytes.remove(at);
                        }
                        _ => bytes.extend_from_within(at..),
                    }
                }
                bytes
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            command(&bytes);
            mailbox_name(&bytes);
        }

        #[test]
        fn nearly_commands(bytes in mutated()) {
            command(&bytes);
        }

        #[test]
        fn nearly_names(text in "[&A-Za-z0-9,+/ -]{0,30}|\\PC{0,30}") {
            mailbox_name(text.as_bytes());
        }
    }
}
