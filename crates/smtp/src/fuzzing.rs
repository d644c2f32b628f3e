//! Bodies for fuzzing: each takes any bytes and must come back.

use crate::client::reply::{self, ReplyError, ReplyReader, ServerReply};
use crate::client::stuffing::Stuffing;
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

/// Reads any bytes as a server's replies, in pieces of several sizes: what is read does not depend on
/// the pieces, and what is told of it is one bounded line.
pub fn replies(bytes: &[u8]) {
    let whole = read_replies(bytes, bytes.len().max(1));
    for piece in [1, 2, 3, 7, 600] {
        assert_eq!(read_replies(bytes, piece), whole, "in pieces of {piece}");
    }
    for reply in &whole.0 {
        assert!((200..600).contains(&reply.code) && !reply.lines.is_empty());
        let told = reply.told();
        assert_eq!(told.code, reply.code);
        assert!(told.status.starts_with(['2', '3', '4', '5']) && told.status.len() <= 9);
        assert!(told.text.chars().count() <= 1000 && !told.text.contains(char::is_control));
    }
}

fn read_replies(bytes: &[u8], piece: usize) -> (Vec<ServerReply>, Option<ReplyError>) {
    let mut replies = Vec::new();
    let (mut reader, mut buffer) = (ReplyReader::default(), Vec::new());
    for chunk in bytes.chunks(piece) {
        buffer.extend_from_slice(chunk);
        loop {
            match reader.read(&buffer) {
                Ok(reply::Found::Part(used)) => {
                    buffer.drain(..used);
                    break;
                }
                Ok(reply::Found::Whole(reply, used)) => {
                    buffer.drain(..used);
                    replies.push(reply);
                }
                Err(error) => return (replies, Some(error)),
            }
        }
    }
    (replies, None)
}

/// Sends any bytes as a message and reads them as our own server does: the end is where it is to be,
/// no CR or LF stands alone, and lines without one arrive as they were.
pub fn stuffing(bytes: &[u8]) {
    let mut wire = Vec::new();
    let mut stuffing = Stuffing::new();
    for chunk in bytes.chunks(7) {
        stuffing.feed(chunk, &mut wire);
    }
    stuffing.finish(&mut wire);
    let (message, end, bare) = stream(&wire, 11);
    assert_eq!((end, bare), (Some(wire.len()), false));
    if !is_bare(bytes) && (bytes.is_empty() || bytes.ends_with(b"\r\n")) {
        assert_eq!(message.as_deref(), Some(bytes));
    }
}

/// The message that our own server reads from what a client sent behind DATA, its dot included; `None`
/// if it does not end with the last octet, or if a CR or LF stands alone in it.
#[must_use]
pub fn received(wire: &[u8]) -> Option<Vec<u8>> {
    let (message, end, _) = stream(wire, 4096);
    message.filter(|_| end == Some(wire.len()))
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
            super::replies(bytes);
            super::stuffing(bytes);
        }
    }

    const REPLIES: [&[u8]; 7] = [
        b"220 mx.example ESMTP\r\n250-mx.example\r\n250-SIZE 1000\r\n250 DSN\r\n",
        b"550-5.1.1 a\r\n550 5.1.1 b\r\n421 4.3.2 leaving\r\n",
        b"250 bare\n250\n250\r\n",
        b"250-a\r\n251 b\r\n",
        b"25",
        b"550 5.1.1\xff\x1b[2J\xe2\x80\xae\r\r\n",
        b"354 go\0on\r\n",
    ];

    #[test]
    fn replies_of_servers() {
        REPLIES.into_iter().for_each(super::replies);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            super::command(&bytes);
            super::data(&bytes);
            super::chunks(&bytes);
            super::replies(&bytes);
            super::stuffing(&bytes);
        }

        #[test]
        fn random_replies(text in "([2-5][0-9]{2}[ -]?[a-z0-9. ]{0,12}\r?\n?){0,8}") {
            super::replies(text.as_bytes());
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
            super::stuffing(&bytes);
        }
    }
}
