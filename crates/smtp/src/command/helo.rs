//! HELO (RFC 5321 §4.1.1.1): who the client is.

use crate::reply::Reply;
use crate::session::{Hello, Session};

const NAME: Reply = Reply::new(501, "5.5.4", "A host name is needed");
/// Octets of a name (RFC 5321 §4.5.3.1.2).
const LONGEST: usize = 255;

/// The client's name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Helo(pub(crate) String);

impl Helo {
    pub(crate) fn parse(arguments: &str) -> Result<Self, Reply> {
        name(arguments).map(Self)
    }
}

/// A name or address literal. Many clients do not know their name, so any word will do.
pub(super) fn name(arguments: &str) -> Result<String, Reply> {
    let name = arguments.trim_matches(' ');
    let odd = |c: char| c.is_control() || c.is_whitespace();
    if name.is_empty() || name.len() > LONGEST || name.contains(odd) {
        return Err(NAME);
    }
    Ok(name.to_owned())
}

impl Session {
    pub(crate) fn helo(&mut self, helo: Helo) -> Reply {
        self.reset();
        self.hello = Some(Hello {
            name: helo.0,
            extended: false,
        });
        Reply::lines(250, self.server.config.hostname.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for good in ["mail.example.vn", " [192.0.2.1] ", "may_tinh-01", "x"] {
            assert!(name(good).is_ok(), "{good}");
        }
        for bad in ["", "  ", "a b", "a\tb", "a\u{1b}[0m", &"x".repeat(256)] {
            assert_eq!(name(bad), Err(NAME), "{bad}");
        }
    }
}
