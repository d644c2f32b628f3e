//! How commands are written (RFC 1939 §3, §9).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

/// A password or a SASL response: never printed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(pub(crate) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Capa,
    User(String),
    Pass(Secret),
    Auth {
        mechanism: String,
        /// Still in base64 (RFC 5034 §4).
        initial: Option<Secret>,
    },
    Stls,
    Stat,
    List(Option<u32>),
    Uidl(Option<u32>),
    Retr(u32),
    Top {
        number: u32,
        lines: u32,
    },
    Dele(u32),
    Noop,
    Rset,
    Quit,
}

/// Why a line is no command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// CR, NUL or octets that are not UTF-8.
    Octets,
    /// No such command.
    Unknown,
    /// The command is known, its arguments are not as they must be.
    Arguments(&'static str),
}

impl Fault {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Octets => "Line with octets that no command has",
            Self::Unknown => "Unknown command",
            Self::Arguments(usage) => usage,
        }
    }
}

impl Command {
    /// Reads a line without its ending. Blanks at its end do not count, except in a password.
    pub(crate) fn parse(line: &[u8]) -> Result<Self, Fault> {
        if line.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
            return Err(Fault::Octets);
        }
        let line = std::str::from_utf8(line).map_err(|_| Fault::Octets)?;
        let (keyword, rest) = match line.split_once(' ') {
            Some((keyword, rest)) => (keyword, Some(rest)),
            None => (line, None),
        };
        let words = || rest.unwrap_or("").split_ascii_whitespace();
        let none = |command: Self, usage| match words().next() {
            None => Ok(command),
            Some(_) => Err(Fault::Arguments(usage)),
        };
        match keyword.to_ascii_uppercase().as_str() {
            "CAPA" => none(Self::Capa, "Usage: CAPA"),
            "STLS" => none(Self::Stls, "Usage: STLS"),
            "STAT" => none(Self::Stat, "Usage: STAT"),
            "NOOP" => none(Self::Noop, "Usage: NOOP"),
            "RSET" => none(Self::Rset, "Usage: RSET"),
            "QUIT" => none(Self::Quit, "Usage: QUIT"),
            "USER" => match rest.map(str::trim) {
                Some(name) if !name.is_empty() => Ok(Self::User(name.to_owned())),
                _ => Err(Fault::Arguments("Usage: USER name")),
            },
            // RFC 1939 §7: a blank may be part of a password.
            "PASS" => match rest {
                Some(password) if !password.is_empty() => {
                    Ok(Self::Pass(Secret(password.to_owned())))
                }
                _ => Err(Fault::Arguments("Usage: PASS password")),
            },
            "AUTH" => auth(&mut words()),
            "LIST" => optional(&mut words(), "Usage: LIST [message]").map(Self::List),
            "UIDL" => optional(&mut words(), "Usage: UIDL [message]").map(Self::Uidl),
            "RETR" => one(&mut words(), "Usage: RETR message").map(Self::Retr),
            "DELE" => one(&mut words(), "Usage: DELE message").map(Self::Dele),
            "TOP" => top(&mut words()),
            _ => Err(Fault::Unknown),
        }
    }
}

/// RFC 5034 §4: mechanism and, where the client has one, its first response.
fn auth<'a>(words: &mut impl Iterator<Item = &'a str>) -> Result<Command, Fault> {
    match (words.next(), words.next(), words.next()) {
        (Some(mechanism), initial, None) => Ok(Command::Auth {
            mechanism: mechanism.to_owned(),
            initial: initial.map(|text| Secret(text.to_owned())),
        }),
        _ => Err(Fault::Arguments("Usage: AUTH mechanism [response]")),
    }
}

fn top<'a>(words: &mut impl Iterator<Item = &'a str>) -> Result<Command, Fault> {
    match (
        words.next().and_then(number),
        words.next().and_then(number),
        words.next(),
    ) {
        (Some(number), Some(lines), None) => Ok(Command::Top { number, lines }),
        _ => Err(Fault::Arguments("Usage: TOP message lines")),
    }
}

fn one<'a>(words: &mut impl Iterator<Item = &'a str>, usage: &'static str) -> Result<u32, Fault> {
    optional(words, usage)?.ok_or(Fault::Arguments(usage))
}

fn optional<'a>(
    words: &mut impl Iterator<Item = &'a str>,
    usage: &'static str,
) -> Result<Option<u32>, Fault> {
    match (words.next(), words.next()) {
        (None, _) => Ok(None),
        (Some(word), None) => number(word).map(Some).ok_or(Fault::Arguments(usage)),
        (Some(_), Some(_)) => Err(Fault::Arguments(usage)),
    }
}

/// Digits only; what is larger than any message number or line count stands for the largest.
fn number(word: &str) -> Option<u32> {
    let digits = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| word.parse().unwrap_or(u32::MAX))
}

/// Decodes a response of a SASL exchange; `=` alone is the empty initial one (RFC 5034 §4).
pub(crate) fn initial_response(text: &[u8]) -> Option<Vec<u8>> {
    if text == b"=" {
        return Some(Vec::new());
    }
    BASE64.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &Result<Command, Fault>) {
        assert_eq!(&Command::parse(line.as_bytes()), expected, "{line:?}");
    }

    #[test]
    fn commands_in_any_case() {
        check("quit", &Ok(Command::Quit));
        check("StAt  ", &Ok(Command::Stat));
        check("LIST", &Ok(Command::List(None)));
        check("list 007", &Ok(Command::List(Some(7))));
        check("UIDL  2 ", &Ok(Command::Uidl(Some(2))));
        check("RETR 1", &Ok(Command::Retr(1)));
        let top = Command::Top {
            number: 1,
            lines: 10,
        };
        check("TOP 1 10", &Ok(top));
        check("DELE 99999999999", &Ok(Command::Dele(u32::MAX)));
        let auth = Command::Auth {
            mechanism: "PLAIN".into(),
            initial: Some(Secret("=".into())),
        };
        check("AUTH PLAIN =", &Ok(auth));
    }

    #[test]
    fn names_and_passwords() {
        check("USER  lan@x.vn ", &Ok(Command::User("lan@x.vn".into())));
        let pass = |text: &str| Ok(Command::Pass(Secret(text.into())));
        check("PASS a b ", &pass("a b "));
        check("pass  a", &pass(" a"));
        check("PASS Mật khẩu", &pass("Mật khẩu"));
        assert!(!format!("{:?}", Command::parse(b"PASS hidden")).contains("hidden"));
    }

    #[test]
    fn what_is_no_command() {
        check("", &Err(Fault::Unknown));
        check(" STAT", &Err(Fault::Unknown));
        check("LAST", &Err(Fault::Unknown));
        check(
            "APOP lan c4c9334bac560ecc979e58001b3e22fb",
            &Err(Fault::Unknown),
        );
        check("STAT 1", &Err(Fault::Arguments("Usage: STAT")));
        check("RETR", &Err(Fault::Arguments("Usage: RETR message")));
        check("RETR 1 2", &Err(Fault::Arguments("Usage: RETR message")));
        check("RETR +1", &Err(Fault::Arguments("Usage: RETR message")));
        check("RETR -1", &Err(Fault::Arguments("Usage: RETR message")));
        check("LIST ١", &Err(Fault::Arguments("Usage: LIST [message]")));
        check("TOP 1", &Err(Fault::Arguments("Usage: TOP message lines")));
        check("USER ", &Err(Fault::Arguments("Usage: USER name")));
        check("PASS", &Err(Fault::Arguments("Usage: PASS password")));
        check("QUIT\rNOOP", &Err(Fault::Octets));
        check("PASS a\0b", &Err(Fault::Octets));
        assert_eq!(Command::parse(b"USER \xff"), Err(Fault::Octets));
    }
}
