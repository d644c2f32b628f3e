//! Messages one after the other in one file: mboxrd, lines ending with LF (RFC 4155; every line `>*From ` gets one more `>`, so nothing
//! is lost and every reader finds the beginnings).

use time::OffsetDateTime;
use time::macros::format_description;

/// The beginning of a message: who it is from, and when it was received (ms), in UTC.
pub(super) fn begin(from: &str, at: i64, out: &mut Vec<u8>) {
    let is_plain = |c: char| c.is_ascii_graphic();
    let from = if from.is_empty() || !from.chars().all(is_plain) {
        "MAILER-DAEMON"
    } else {
        from
    };
    let form = format_description!(
        "[weekday repr:short] [month repr:short] [day padding:space] [hour]:[minute]:[second] [year]"
    );
    let when = OffsetDateTime::from_unix_timestamp(at.div_euclid(1_000));
    let when = when.ok().and_then(|when| when.format(form).ok());
    let when = when.unwrap_or_else(|| "Thu Jan  1 00:00:00 1970".to_owned());
    out.extend_from_slice(format!("From {from} {when}\n").as_bytes());
}

const FROM: &[u8] = b"From ";

/// Where in a line the quoting is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    /// Only `>` stood there so far, and so many letters of `From `, which are held back.
    Begin(usize),
    Inside,
}

/// Quotes a message that comes in pieces.
#[derive(Debug)]
pub(super) struct Quoting {
    at: At,
    /// A CR is held back: LF may follow.
    cr: bool,
    /// The last line has its end.
    ended: bool,
}

impl Quoting {
    pub(super) fn new() -> Self {
        Self {
            at: At::Begin(0),
            cr: false,
            ended: true,
        }
    }

    pub(super) fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        for &byte in piece {
            if std::mem::take(&mut self.cr) && byte != b'\n' {
                self.letter(b'\r', out);
            }
            match byte {
                b'\r' => self.cr = true,
                b'\n' => {
                    self.give_back(out);
                    out.push(b'\n');
                    self.at = At::Begin(0);
                    self.ended = true;
                }
                byte => self.letter(byte, out),
            }
        }
    }

    fn letter(&mut self, byte: u8, out: &mut Vec<u8>) {
        self.ended = false;
        match self.at {
            // One `>` more anywhere among them is the same.
            At::Begin(0) if byte == b'>' => out.push(b'>'),
            At::Begin(held) if FROM[held] == byte => {
                if held + 1 == FROM.len() {
                    out.push(b'>');
                    out.extend_from_slice(FROM);
                    self.at = At::Inside;
                } else {
                    self.at = At::Begin(held + 1);
                }
            }
            _ => {
                self.give_back(out);
                self.at = At::Inside;
                out.push(byte);
            }
        }
    }

    fn give_back(&mut self, out: &mut Vec<u8>) {
        if let At::Begin(held) = self.at {
            out.extend_from_slice(&FROM[..held]);
            self.at = At::Begin(0);
        }
    }

    /// The end of the message, and the empty line behind it.
    pub(super) fn finish(mut self, out: &mut Vec<u8>) {
        if self.cr {
            self.letter(b'\r', out);
        }
        self.give_back(out);
        out.extend_from_slice(if self.ended { b"\n" } else { b"\n\n" });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(text: &str) -> String {
        let whole = in_pieces(text, text.len().max(1));
        // However it is cut.
        for length in 1..text.len() {
            assert_eq!(in_pieces(text, length), whole, "{length}");
        }
        whole
    }

    fn in_pieces(text: &str, length: usize) -> String {
        let mut out = Vec::new();
        let mut quoting = Quoting::new();
        for piece in text.as_bytes().chunks(length) {
            quoting.push(piece, &mut out);
        }
        quoting.finish(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines_that_look_like_a_beginning_are_quoted() {
        for (text, expected) in [
            ("", "\n"),
            ("a", "a\n\n"),
            ("a\r\n", "a\n\n"),
            ("a\r\nFrom b\r\n", "a\n>From b\n\n"),
            ("From b", ">From b\n\n"),
            (">From b\r\n>>From c\r\n", ">>From b\n>>>From c\n\n"),
            ("> From b\r\nFrom\r\nFro\r\n", "> From b\nFrom\nFro\n\n"),
            ("xFrom b\r\n\r\nFrom:\r\n", "xFrom b\n\nFrom:\n\n"),
            ("a\rb\r\r\nFrom x\r", "a\rb\r\n>From x\r\n\n"),
            (">\r\nF>rom \r\n", ">\nF>rom \n\n"),
            ("FFrom a\n", "FFrom a\n\n"),
            ("x\r\nFro", "x\nFro\n\n"),
            (">", ">\n\n"),
        ] {
            assert_eq!(quoted(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_beginning_says_who_and_when() {
        let line = |from| {
            let mut out = Vec::new();
            begin(from, 1_795_136_400_000, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(line("a@b.vn"), "From a@b.vn Fri Nov 20 01:00:00 2026\n");
        for odd in ["", "a b", "hà@b.vn"] {
            assert!(line(odd).starts_with("From MAILER-DAEMON Fri "), "{odd}");
        }
    }
}
