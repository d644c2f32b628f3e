//! AUTHENTICATE (RFC 9051 §6.2.2), with an initial response (RFC 4959).

use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Fault, ParseOptions};
use crate::types::Secret;

/// The longest mechanism name (RFC 4422 §3.1).
const MAX_MECHANISM: usize = 20;

/// The arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticate {
    /// The mechanism's name in capitals.
    pub mechanism: String,
    /// What the client sends at once; `=` is an empty response.
    pub initial: Option<Secret>,
}

impl Authenticate {
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        let mechanism = c.atom()?.to_ascii_uppercase();
        let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        if mechanism.len() > MAX_MECHANISM || !mechanism.bytes().all(known) {
            return Err(Fault::bad("invalid mechanism name"));
        }
        if !c.take(b' ') {
            return Ok(Self {
                mechanism,
                initial: None,
            });
        }
        let initial = if c.take(b'=') {
            Vec::new()
        } else if c.at_end() {
            // RFC 4959 §3: empty is `=`.
            return Err(Fault::bad("expected base64 or ="));
        } else {
            c.base64()?
        };
        Ok(Self {
            mechanism,
            initial: Some(Secret::new(initial)),
        })
    }
}

/// A line the client sends in answer to `+`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaslLine {
    /// `*`: it gives up; the answer is BAD (RFC 9051 §6.2.2).
    Cancel,
    /// A response, without its base64.
    Response(Secret),
}

/// Reads such a line, with its CRLF.
///
/// # Errors
/// [`Fault::Bad`] when it is neither `*` nor base64.
pub fn parse_line(line: &[u8]) -> Result<SaslLine, Fault> {
    if line == b"*\r\n" {
        return Ok(SaslLine::Cancel);
    }
    let mut c = Cursor::new(line, ParseOptions::default());
    let response = c.base64()?;
    c.end()?;
    Ok(SaslLine::Response(Secret::new(response)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};

    fn made(mechanism: &str, initial: Option<&[u8]>) -> Result<CommandBody, Fault> {
        let initial = initial.map(|i| Secret::new(i.to_vec()));
        Ok(CommandBody::Authenticate(Authenticate {
            mechanism: mechanism.into(),
            initial,
        }))
    }

    #[test]
    fn grammar() {
        assert_eq!(read("AUTHENTICATE GSSAPI"), made("GSSAPI", None));
        // RFC 4959 §4
        assert_eq!(
            read("AUTHENTICATE plain dGVzdAB0ZXN0AHRlc3Q="),
            made("PLAIN", Some(b"test\0test\0test"))
        );
        assert_eq!(read("AUTHENTICATE EXTERNAL ="), made("EXTERNAL", Some(b"")));
        all_bad(&[
            "AUTHENTICATE",
            "AUTHENTICATE PLAIN ",
            "AUTHENTICATE PLAIN a",
            "AUTHENTICATE PLAIN ==",
            "AUTHENTICATE PLAIN YQ== x",
            "AUTHENTICATE PLA/IN",
            "AUTHENTICATE AAAAAAAAAAAAAAAAAAAAA",
        ]);
    }

    #[test]
    fn lines() {
        assert_eq!(parse_line(b"*\r\n"), Ok(SaslLine::Cancel));
        assert_eq!(
            parse_line(b"YQ==\r\n"),
            Ok(SaslLine::Response(Secret::new(b"a".to_vec())))
        );
        assert_eq!(
            parse_line(b"\r\n"),
            Ok(SaslLine::Response(Secret::new(vec![])))
        );
        for bad in ["YQ", "YQ==", "YQ==\n", "* \r\n", "YQ== \r\n", "{3}\r\n"] {
            assert!(parse_line(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
