//! Bodies for fuzzing: each takes any bytes and must come back.

use crate::command;
use crate::data::{EndOfData, LineEnds};
use crate::input::{self, Front, Input};

/// Cuts any bytes into lines as a session would, and reads each as a command. Every refusal is
/// whole reply lines.
pub fn command(bytes: &[u8]) {
    let mut rest = bytes;
    while let Front::Line(length) = input::front(rest, input::LINE) {
        let (line, behind) = rest.split_at(length);
        rest = behind;
        let refusal = match input::read(line, input::LINE) {
            Input::Line(line) => {
                assert!(!line.contains(&b'\r') && !line.contains(&b'\n'));
                command::parse(&line).err()
            }
            Input::Reply(reply) => Some(reply),
        };
        if let Some(reply) = refusal {
            let mut out = Vec::new();
            reply.put(&mut out, false);
            assert!(out.is_ascii() && out.ends_with(b"\r\n") && out.len() <= 512);
            assert!(reply.is_refusal());
        }
    }
    let _ = command::parse(bytes).map(drop);
}

/// Looks for the end of the data in any bytes, in pieces of several sizes. It is where CR LF . CR LF
/// first stands and nowhere else, what lies before is found whole, and no bare CR or LF is missed.
pub fn data(bytes: &[u8]) {
    let expected = reference(bytes);
    for piece in [bytes.len().max(1), 1, 2, 3, 7] {
        assert_eq!(stream(bytes, piece), expected, "in pieces of {piece}");
    }
}

/// What is known of some bytes: the message, the octets up to its end if it is there, a bare CR or
/// LF. A message with one is refused, so its text does not count.
type Found = (Option<Vec<u8>>, Option<usize>, bool);

fn stream(bytes: &[u8], piece: usize) -> Found {
    let mut machine = EndOfData::new();
    let (mut message, mut used, mut end) = (Vec::new(), 0, None);
    'pieces: for chunk in bytes.chunks(piece) {
        let mut rest = chunk;
        while !rest.is_empty() {
            let found = machine.next(rest);
            assert!(found.consumed > 0, "no progress");
            message.extend_from_slice(&rest[found.data.clone()]);
            used += found.consumed;
            rest = &rest[found.consumed..];
            if found.end {
                end = Some(used);
                break 'pieces;
            }
        }
    }
    let whole = end.is_some() && !machine.is_bare();
    (
        whole.then_some(message),
        end,
        end.is_some() && machine.is_bare(),
    )
}

/// The same, the slow and plain way, with the CR LF of the DATA command before it.
fn reference(bytes: &[u8]) -> Found {
    let all = [b"\r\n", bytes].concat();
    let Some(at) = all.windows(5).position(|five| five == b"\r\n.\r\n") else {
        return (None, None, false);
    };
    let body = &all[2..(at + 2).max(2)];
    let bare = is_bare(body);
    let mut message = Vec::new();
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        message.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
    }
    ((!bare).then_some(message), Some(at + 3), bare)
}

fn is_bare(bytes: &[u8]) -> bool {
    (0..bytes.len()).any(|at| match bytes[at] {
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        b'\n' => at == 0 || bytes[at - 1] != b'\r',
        _ => false,
    })
}

/// Looks for a bare CR or LF in a message that comes by BDAT, in pieces of several sizes.
pub fn chunks(bytes: &[u8]) {
    for piece in [bytes.len().max(1), 1, 2, 5] {
        let mut ends = LineEnds::default();
        bytes.chunks(piece).for_each(|chunk| ends.feed(chunk));
        assert_eq!(
            ends.is_bare_at_end(),
            is_bare(bytes),
            "in pieces of {piece}"
        );
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    const CORPUS: [&[u8]; 8] = [
        b"EHLO x\r\nMAIL FROM:<a@b> SIZE=1\r\nRCPT TO:<c@d>\r\nDATA\r\n.\r\nQUIT\r\n",
        b"AUTH PLAIN AGEAYg==\r\nBDAT 5 LAST\r\nhello",
        b"MAIL FROM:<\"a\\\"b\"@c> SMTPUTF8 BODY=8BITMIME AUTH=<>\r\n",
        b"a\r\n..\r\n.\r\nQUIT\r\n",
        b"\n.\n\r.\r\r\n.\n\r\n.\r\n",
        b"\r\r\n.\r\n",
        b".\r\r\n.\r\n",
        b"\0\xff\r\n\xc3\r\n",
    ];

    /// Letters of which odd endings are made, more often than others.
    fn odd_text() -> impl Strategy<Value = Vec<u8>> {
        let letter = prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'.'), Just(b'x'), Just(0)];
        proptest::collection::vec(letter, 0..40)
    }

    #[test]
    fn corpus() {
        for bytes in CORPUS {
            super::command(bytes);
            super::data(bytes);
            super::chunks(bytes);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            super::command(&bytes);
            super::data(&bytes);
            super::chunks(&bytes);
        }

        #[test]
        fn random_commands(
            verb in proptest::sample::select(vec!["EHLO ", "MAIL FROM:<", "RCPT TO:<", "BDAT ", "AUTH PLAIN ", "MAIL FROM:<a@b> "]),
            rest in "[a-zA-Z0-9@<>\"\\\\=. :\\[\\]\u{0}-\u{20}\u{1ea0}-\u{1ef0}]{0,60}",
        ) {
            super::command(format!("{verb}{rest}\r\n").as_bytes());
        }

        #[test]
        fn odd_ends(bytes in odd_text()) {
            super::data(&bytes);
            super::data(&[&bytes[..], b"\r\n.\r\nMAIL FROM:<x@y>\r\n"].concat());
            super::chunks(&bytes);
        }
    }
}
