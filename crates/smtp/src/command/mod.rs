//! The commands, one a file: what they take, how it is read, and how they are carried out.

pub(crate) mod auth;
pub(crate) mod bdat;
pub(crate) mod data;
pub(crate) mod dsn;
pub(crate) mod ehlo;
pub(crate) mod helo;
pub(crate) mod help;
pub(crate) mod mail;
pub(crate) mod noop;
pub(crate) mod parameters;
pub(crate) mod path;
pub(crate) mod quit;
pub(crate) mod rcpt;
pub(crate) mod rset;
pub(crate) mod starttls;
pub(crate) mod vrfy;

use auth::Auth;
use bdat::Bdat;
use ehlo::Ehlo;
use helo::Helo;
use mail::Mail;
use rcpt::Rcpt;

use crate::reply::{NO_ARGUMENTS, Reply};

const UNKNOWN: Reply = Reply::new(500, "5.5.1", "Command not recognized");
const NOT_IMPLEMENTED: Reply = Reply::new(502, "5.5.1", "Command not implemented");
const NOT_UTF8: Reply = Reply::new(500, "5.5.2", "Command is not UTF-8");
const HTTP: Reply = Reply::new(421, "4.7.0", "This is SMTP, closing the connection");

/// A command as it was given.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Ehlo(Ehlo),
    Helo(Helo),
    Mail(Mail),
    Rcpt(Rcpt),
    Data,
    Bdat(Bdat),
    Auth(Auth),
    StartTls,
    Rset,
    Noop,
    Vrfy,
    Help,
    Quit,
}

/// Reads a line without its end; the error is the reply to it.
pub(crate) fn parse(line: &[u8]) -> Result<Command, Reply> {
    let line = std::str::from_utf8(line).map_err(|_| NOT_UTF8)?;
    let (verb, arguments) = match line.find(' ') {
        Some(at) => (&line[..at], &line[at + 1..]),
        None => (line, ""),
    };
    let mut letters = [0; 8];
    let Some(upper) = letters.get_mut(..verb.len()) else {
        return Err(UNKNOWN);
    };
    upper.copy_from_slice(verb.as_bytes());
    upper.make_ascii_uppercase();
    let bare = |command| {
        if arguments.trim().is_empty() {
            Ok(command)
        } else {
            Err(NO_ARGUMENTS)
        }
    };
    match &*upper {
        b"EHLO" => Ehlo::parse(arguments).map(Command::Ehlo),
        b"HELO" => Helo::parse(arguments).map(Command::Helo),
        b"MAIL" => Mail::parse(arguments).map(Command::Mail),
        b"RCPT" => Rcpt::parse(arguments).map(Command::Rcpt),
        b"DATA" => bare(Command::Data),
        b"BDAT" => Bdat::parse(arguments).map(Command::Bdat),
        b"AUTH" => Auth::parse(arguments).map(Command::Auth),
        b"STARTTLS" => bare(Command::StartTls),
        b"RSET" => bare(Command::Rset),
        b"NOOP" => Ok(Command::Noop),
        b"VRFY" => vrfy::parse(arguments).map(|()| Command::Vrfy),
        b"HELP" => Ok(Command::Help),
        b"QUIT" => bare(Command::Quit),
        b"EXPN" | b"SEND" | b"SOML" | b"SAML" | b"TURN" | b"ETRN" | b"ATRN" => Err(NOT_IMPLEMENTED),
        // A browser that somebody's page sent here: the rest of its request is not looked at.
        b"GET" | b"POST" | b"PUT" | b"HEAD" | b"OPTIONS" | b"CONNECT" => Err(HTTP),
        _ => Err(UNKNOWN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(line: &str) -> u16 {
        parse(line.as_bytes())
            .err()
            .map_or(250, |reply| reply.code())
    }

    #[test]
    fn verbs_in_any_case() {
        assert_eq!(parse(b"quit"), Ok(Command::Quit));
        assert_eq!(parse(b"RsEt  "), Ok(Command::Rset));
        assert_eq!(parse(b"StartTLS"), Ok(Command::StartTls));
        assert_eq!(parse(b"DATA"), Ok(Command::Data));
        assert_eq!(parse(b"noop whatever"), Ok(Command::Noop));
        assert_eq!(parse(b"HELP MAIL"), Ok(Command::Help));
        assert_eq!(parse(b"VRFY someone"), Ok(Command::Vrfy));
    }

    #[test]
    fn what_is_no_command() {
        for (line, expected) in [
            ("", 500),
            ("FOO", 500),
            ("MAILFROM:<a@b>", 500),
            ("EXPN list", 502),
            ("DATA now", 501),
            ("QUIT please", 501),
            ("VRFY", 501),
            ("GET / HTTP/1.1", 421),
            ("Subject: hello", 500),
            ("MẠIL FROM:<a@b>", 500),
        ] {
            assert_eq!(code(line), expected, "{line}");
        }
        assert_eq!(parse(b"NOOP \xff").err().map(|r| r.code()), Some(500));
    }
}
