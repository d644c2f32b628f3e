//! Bodies for fuzzing: each takes any bytes and must come back.

use crate::command::{Command, Fault, initial_response};
use crate::stuffing::Stuffing;
use crate::top::Top;

/// Reads `bytes` as command lines.
pub fn command(bytes: &[u8]) {
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let parsed = Command::parse(line);
        if line.iter().any(|byte| matches!(byte, b'\r' | 0)) {
            assert_eq!(parsed, Err(Fault::Octets), "CR and NUL are in no command");
        }
        if let Err(fault) = parsed {
            let text = fault.text();
            assert!(
                text.bytes().all(|byte| matches!(byte, b' '..=b'~')),
                "{text}"
            );
        }
        let _ = initial_response(line);
    }
    let _ = Command::parse(bytes);
}

/// Sends `bytes` as a message in pieces of any size: what the peer takes for the message is the
/// message, and nothing is left over. Its top is a beginning of it.
pub fn message(bytes: &[u8]) {
    let whole = sent(bytes, bytes.len().max(1));
    for piece in [1, 2, 7] {
        assert_eq!(sent(bytes, piece), whole, "pieces change what is sent");
    }
    assert_eq!(received(&whole), lines(bytes), "the peer gets the message");
    for count in [0, 1, 3] {
        let end = top(bytes, bytes.len().max(1), count);
        assert_eq!(top(bytes, 1, count), end, "pieces change the top");
        assert!(end <= bytes.len());
    }
}

fn sent(bytes: &[u8], piece: usize) -> Vec<u8> {
    let (mut stuffing, mut out) = (Stuffing::new(), Vec::new());
    for bytes in bytes.chunks(piece) {
        stuffing.push(bytes, &mut out);
    }
    stuffing.finish(&mut out);
    out
}

fn top(bytes: &[u8], piece: usize, count: u32) -> usize {
    let (mut top, mut taken) = (Top::new(count), 0);
    for bytes in bytes.chunks(piece) {
        match top.end(bytes) {
            Some(end) => return taken + end,
            None => taken += bytes.len(),
        }
    }
    taken
}

/// The message's lines with CR LF.
fn lines(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        out.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        out.extend_from_slice(b"\r\n");
    }
    out
}

/// A peer that ends the answer at the first line that is a dot, whatever ends its lines.
fn received(sent: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut left = sent;
    loop {
        let end = left.iter().position(|byte| *byte == b'\n');
        let (line, rest) = left.split_at(end.expect("the answer is ended") + 1);
        left = rest;
        assert!(line.ends_with(b"\r\n"), "lines end in CR LF");
        if line == b".\r\n" {
            assert!(left.is_empty(), "nothing follows the end");
            return out;
        }
        out.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CORPUS: &[&str] = &[
        "USER lan@so.gov.vn\r\nPASS a b c\r\nSTAT\r\nQUIT\r\n",
        "AUTH PLAIN AGxhbgBwdw==\r\nAUTH LOGIN\r\nAUTH SCRAM-SHA-256 =\r\n*\r\n",
        "LIST\nLIST 1\nUIDL 4294967296\nTOP 1 99999999999999999999\n",
        "DELE 0\rRSET\0\r\nNOOP x\r\nSTLS\r\nCAPA\r\n",
        "A: b\r\n\r\n.\r\n..\r\nend",
        "A: b\n\n.\n.\r.\r\n\r\r\n",
    ];

    #[test]
    fn corpus() {
        for text in CORPUS {
            for end in 0..=text.len() {
                command(&text.as_bytes()[..end]);
                message(&text.as_bytes()[..end]);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            command(&bytes);
            message(&bytes);
        }

        #[test]
        fn nearly_commands(line in "(?i)(list|top|auth|pass|user|retr) ?[0-9 =+a-z]{0,12}") {
            command(line.as_bytes());
        }

        #[test]
        fn nearly_lines(text in "[\\r\\n.a]{0,40}") {
            message(text.as_bytes());
        }
    }
}
