//! Command lines: cut out of what was received, with everything odd in them found.

use congvu_wire::Conn;
use memchr::{memchr, memchr2};

use crate::reply::Reply;

/// Octets of a command line with its end: the 512 of RFC 5321 §4.5.3.1.4 and what the extensions
/// add, with room to spare.
pub(crate) const LINE: usize = 2048;
/// Octets of an AUTH command or answer (RFC 4954 §4).
pub(crate) const AUTH_LINE: usize = 12_288;
/// Octets of commands that wait at most.
pub(crate) const BUFFER: usize = 16 << 10;

const BARE: Reply = Reply::new(500, "5.5.2", "Lines end with CR LF (RFC 5321 2.3.8)");
const TOO_LONG: Reply = Reply::new(500, "5.5.2", "Line too long");

/// A line that came. It may hold a password, so it has no `Debug`.
pub(crate) enum Input {
    /// A command or an answer, without its CR LF.
    Line(Vec<u8>),
    /// No command: this is the reply to it.
    Reply(Reply),
}

/// What the front of the buffer holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Front {
    /// Octets of a line with its end.
    Line(usize),
    /// More must come.
    Part,
    /// A line longer than allowed, its end not seen yet.
    TooLong,
}

/// Looks for a line. `limit` is for lines that are no AUTH command.
pub(crate) fn front(buffered: &[u8], limit: usize) -> Front {
    match memchr(b'\n', buffered) {
        Some(at) => Front::Line(at + 1),
        None if buffered.len() >= limit_of(buffered, limit) => Front::TooLong,
        None => Front::Part,
    }
}

fn limit_of(line: &[u8], limit: usize) -> usize {
    match line.get(..5) {
        Some(verb) if verb.eq_ignore_ascii_case(b"AUTH ") => limit.max(AUTH_LINE),
        _ => limit,
    }
}

/// Reads a line with its end.
pub(crate) fn read(line: &[u8], limit: usize) -> Input {
    if line.len() > limit_of(line, limit) {
        return Input::Reply(TOO_LONG);
    }
    match line.strip_suffix(b"\r\n") {
        Some(line) if memchr2(b'\r', 0, line).is_none() => Input::Line(line.to_vec()),
        _ => Input::Reply(BARE),
    }
}

/// Takes the line at the front, if it is there.
pub(crate) fn take(conn: &mut Conn, limit: usize) -> Option<Input> {
    match front(conn.buffered(), limit) {
        Front::Line(length) => {
            let input = read(&conn.buffered()[..length], limit);
            conn.consume(length);
            Some(input)
        }
        Front::Part | Front::TooLong => None,
    }
}

/// The reply to a line whose end was skipped to.
pub(crate) fn too_long() -> Input {
    Input::Reply(TOO_LONG)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &[u8]) -> Option<Vec<u8>> {
        match read(text, LINE) {
            Input::Line(line) => Some(line),
            Input::Reply(reply) => {
                assert_eq!(reply.code(), 500);
                None
            }
        }
    }

    #[test]
    fn a_line_ends_with_cr_lf_and_nothing_else() {
        assert_eq!(line(b"NOOP\r\n").as_deref(), Some(&b"NOOP"[..]));
        assert_eq!(line(b"\r\n").as_deref(), Some(&b""[..]));
        for odd in [
            &b"NOOP\n"[..],
            b"NO\rOP\r\n",
            b"NOOP\r\r\n",
            b"NO\0OP\r\n",
            b"\n",
        ] {
            assert_eq!(line(odd), None, "{odd:?}");
        }
    }

    #[test]
    fn lines_are_bounded_and_auth_lines_wider() {
        let long = vec![b'x'; LINE];
        assert_eq!(front(&long, LINE), Front::TooLong);
        assert_eq!(front(&long[1..], LINE), Front::Part);
        let mut auth = b"auth PLAIN ".to_vec();
        auth.resize(AUTH_LINE - 2, b'x');
        assert_eq!(front(&auth, LINE), Front::Part);
        auth.extend_from_slice(b"\r\n");
        assert!(line(&auth).is_some());
        auth.insert(12, b'x');
        assert_eq!(line(&auth), None);
    }
}
