//! Replies (RFC 5321 §4.2) with enhanced status codes (RFC 2034, RFC 3463).

use std::borrow::Cow;

use congvu_message::fold;

/// Octets of a reply line without its end (RFC 5321 §4.5.3.1.5 allows 512 with it).
const LINE: usize = 500;

/// A reply to one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    code: u16,
    /// Enhanced status code; empty where RFC 2034 §4 has none (greeting, EHLO, 3xx).
    status: &'static str,
    /// Lines, separated by LF; never from a peer.
    text: Cow<'static, str>,
}

impl Reply {
    /// A reply with fixed words.
    pub(crate) const fn new(code: u16, status: &'static str, text: &'static str) -> Self {
        Self {
            code,
            status,
            text: Cow::Borrowed(text),
        }
    }

    /// A reply of one line, whatever the text holds.
    pub(crate) fn with(code: u16, status: &'static str, text: &str) -> Self {
        let text = text
            .chars()
            .map(|c| if c.is_control() { '?' } else { c })
            .collect::<String>();
        Self {
            code,
            status,
            text: text.into(),
        }
    }

    /// A reply of several lines, separated by LF.
    pub(crate) fn lines(code: u16, text: String) -> Self {
        Self {
            code,
            status: "",
            text: text.into(),
        }
    }

    pub(crate) fn code(&self) -> u16 {
        self.code
    }

    /// The words, for the mail log.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// 4xx and 5xx.
    pub(crate) fn is_refusal(&self) -> bool {
        self.code >= 400
    }

    /// 5xx.
    pub(crate) fn is_permanent(&self) -> bool {
        self.code >= 500
    }

    /// Whether the connection ends after it: RFC 5321 §3.8, §4.1.1.10.
    pub(crate) fn closes(&self) -> bool {
        matches!(self.code, 221 | 421)
    }

    /// Appends the reply as it goes over the wire. UTF-8 only where the client said it takes it
    /// (RFC 6531 §3.7.4.2).
    pub(crate) fn put(&self, out: &mut Vec<u8>, utf8: bool) {
        let mut lines = self.text.split('\n').peekable();
        while let Some(line) = lines.next() {
            let mark = if lines.peek().is_some() { '-' } else { ' ' };
            let start = out.len();
            out.extend_from_slice(&digits(self.code));
            out.push(mark as u8);
            if !self.status.is_empty() {
                out.extend_from_slice(self.status.as_bytes());
                out.push(b' ');
            }
            let room = LINE - (out.len() - start);
            if utf8 || line.is_ascii() {
                out.extend_from_slice(&line.as_bytes()[..line.floor_char_boundary(room)]);
            } else {
                // Vietnamese can be read without its marks; an address would be another's.
                let plain = match line.contains('<') {
                    true => Cow::Borrowed(line),
                    false => Cow::Owned(fold::without_marks(line)),
                };
                let plain = plain
                    .chars()
                    .map(|c| u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(b'?'));
                out.extend(plain.take(room));
            }
            out.extend_from_slice(b"\r\n");
        }
    }
}

fn digits(code: u16) -> [u8; 3] {
    [code / 100, code / 10, code].map(|n| b'0' + u8::try_from(n % 10).unwrap_or_default())
}

/// The order of commands (RFC 5321 §4.1.4).
pub(crate) const BAD_SEQUENCE: Reply = Reply::new(503, "5.5.1", "Bad sequence of commands");
/// Before HELO or EHLO.
pub(crate) const HELLO_FIRST: Reply = Reply::new(503, "5.5.1", "Send HELO or EHLO first");
/// A command with what it does not take.
pub(crate) const NO_ARGUMENTS: Reply = Reply::new(501, "5.5.4", "This command takes no parameters");
/// The server stops (RFC 5321 §3.8).
pub(crate) const STOPPING: Reply =
    Reply::new(421, "4.3.2", "The server is stopping, try again later");
/// RFC 5321 §4.5.3.2.
pub(crate) const TIMED_OUT: Reply = Reply::new(421, "4.4.2", "Timeout, closing the connection");
/// The store cannot be asked.
pub(crate) const UNAVAILABLE: Reply =
    Reply::new(451, "4.3.0", "Temporarily unavailable, try again later");
/// Lock, password change, revocation.
pub(crate) const SESSION_ENDED: Reply =
    Reply::new(421, "4.7.0", "Your session was ended, sign in again");

#[cfg(test)]
mod tests {
    use super::*;

    fn written(reply: &Reply, utf8: bool) -> String {
        let mut out = Vec::new();
        reply.put(&mut out, utf8);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn one_line_and_several() {
        let reply = Reply::new(250, "2.0.0", "OK");
        assert_eq!(written(&reply, false), "250 2.0.0 OK\r\n");
        let reply = Reply::lines(250, "mx\nSIZE 5\nHELP".into());
        assert_eq!(
            written(&reply, false),
            "250-mx\r\n250-SIZE 5\r\n250 HELP\r\n"
        );
    }

    #[test]
    fn what_a_peer_says_cannot_break_out_of_the_line() {
        let reply = Reply::with(550, "5.7.1", "<a\r\n250 OK@b> is not yours");
        assert_eq!(
            written(&reply, false),
            "550 5.7.1 <a??250 OK@b> is not yours\r\n"
        );
        let long = Reply::with(550, "5.7.1", &"ă".repeat(2000));
        for utf8 in [false, true] {
            assert!(written(&long, utf8).len() <= 512);
        }
    }

    #[test]
    fn utf_8_only_for_those_who_take_it() {
        let reply = Reply::with(550, "5.1.1", "<thủ@x>");
        assert_eq!(written(&reply, true), "550 5.1.1 <thủ@x>\r\n");
        assert_eq!(written(&reply, false), "550 5.1.1 <th?@x>\r\n");
    }
}
