//! AUTH (RFC 4954): signing in.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use congvu_access::sasl::{Exchanger, Mechanism, Step};
use congvu_access::{Access, Attempt, Protocol, Refusal};
use congvu_wire::WireError;

use crate::input::{AUTH_LINE, Input};
use crate::reply::{BAD_SEQUENCE, HELLO_FIRST, Reply};
use crate::session::Session;

/// How long the answer to a wrong password waits.
const WRONG_DELAY: Duration = Duration::from_millis(500);
/// Failed sign-ins before the connection ends.
const FAILURES: u32 = 3;

const SYNTAX: Reply = Reply::new(501, "5.5.4", "Syntax: AUTH mechanism [initial-response]");
const MECHANISM: Reply = Reply::new(504, "5.5.4", "Unknown authentication mechanism");
const NOT_HERE: Reply = Reply::new(502, "5.5.1", "Signing in is not possible here");
const NEEDS_TLS: Reply = Reply::new(538, "5.7.11", "Signing in needs TLS");
const CANCELLED: Reply = Reply::new(501, "5.7.0", "Authentication cancelled");
const NOT_BASE64: Reply = Reply::new(501, "5.5.2", "Not base64");
const DONE: Reply = Reply::new(235, "2.7.0", "Signed in");
const TOO_MANY_FAILURES: Reply = Reply::new(421, "4.7.0", "Too many failed sign-ins");

/// What AUTH says.
#[derive(PartialEq, Eq)]
pub(crate) struct Auth {
    mechanism: Mechanism,
    /// The initial response, decoded.
    initial: Option<Vec<u8>>,
}

impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Auth")
            .field("mechanism", &self.mechanism)
            .finish_non_exhaustive()
    }
}

impl Auth {
    pub(crate) fn parse(arguments: &str) -> Result<Self, Reply> {
        let mut words = arguments.split(' ').filter(|word| !word.is_empty());
        let name = words.next().ok_or(SYNTAX)?;
        let initial = words.next();
        if words.next().is_some() {
            return Err(SYNTAX);
        }
        let mechanism = Mechanism::parse(name).ok_or(MECHANISM)?;
        let initial = match initial {
            None => None,
            // RFC 4954 §4: an empty initial response.
            Some("=") => Some(Vec::new()),
            Some(text) => Some(decode(text.as_bytes())?),
        };
        Ok(Self { mechanism, initial })
    }
}

fn decode(text: &[u8]) -> Result<Vec<u8>, Reply> {
    BASE64.decode(text).map_err(|_| NOT_BASE64)
}

impl Session {
    /// Whether AUTH makes sense on this connection; passwords go over TLS only, or stay on this
    /// machine.
    pub(crate) fn may_authenticate(&self) -> Result<Access, Reply> {
        let access = self.server.access.clone().ok_or(NOT_HERE)?;
        let here = self.server.config.cleartext_login && self.conn.peer().ip().is_loopback();
        if self.conn.tls().is_some() || here {
            Ok(access)
        } else {
            Err(NEEDS_TLS)
        }
    }

    pub(crate) async fn auth(&mut self, auth: Auth) -> Result<Reply, WireError> {
        let access = match self.may_authenticate() {
            Ok(access) => access,
            Err(refusal) => return Ok(refusal),
        };
        if self.hello.is_none() {
            return Ok(HELLO_FIRST);
        }
        if self.signed_in.is_some() || self.transaction.is_some() {
            return Ok(BAD_SEQUENCE);
        }
        let attempt = Attempt {
            protocol: Protocol::Submission,
            peer: self.conn.peer().ip(),
        };
        let mut exchange = Exchanger::new(&access, attempt, auth.mechanism);
        let mut step = exchange.start(auth.initial.as_deref()).await;
        loop {
            match step {
                Step::Challenge(challenge) => {
                    self.send(&Reply::lines(334, BASE64.encode(challenge)))
                        .await?;
                    let answer = match self.next_line(AUTH_LINE).await? {
                        Input::Line(line) if line == b"*" => return Ok(self.failed(CANCELLED)),
                        Input::Line(line) => decode(&line),
                        Input::Reply(reply) => Err(reply),
                    };
                    step = match answer {
                        Ok(answer) => exchange.step(&answer).await,
                        Err(reply) => return Ok(self.failed(reply)),
                    };
                }
                Step::Done(signed_in) => {
                    self.signed_in = Some(signed_in);
                    self.bore_fruit();
                    return Ok(DONE);
                }
                Step::Failed(refusal) => {
                    if refusal == Refusal::Wrong {
                        self.delay(WRONG_DELAY).await;
                    }
                    return Ok(self.failed(refused(&refusal)));
                }
            }
        }
    }

    /// Counts a failure; after the last one the connection ends.
    fn failed(&mut self, reply: Reply) -> Reply {
        self.failures += 1;
        if self.failures < FAILURES {
            reply
        } else {
            TOO_MANY_FAILURES
        }
    }
}

fn refused(refusal: &Refusal) -> Reply {
    let (code, status) = match refusal {
        Refusal::Wrong | Refusal::MustChange | Refusal::NoMailbox => (535, "5.7.8"),
        // RFC 5248: a stronger way to sign in is needed.
        Refusal::AppPassword | Refusal::SecondFactor { .. } => (534, "5.7.9"),
        Refusal::Disabled | Refusal::Locked(_) => (535, "5.7.13"),
        Refusal::Throttled(_) | Refusal::Unavailable => (454, "4.7.0"),
        Refusal::Malformed => (501, "5.5.2"),
    };
    Reply::new(code, status, refusal.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initial_responses() {
        let auth = Auth::parse("plain AGEAYg==").expect("reads");
        assert_eq!(auth.mechanism, Mechanism::Plain);
        assert_eq!(auth.initial.as_deref(), Some(&b"\0a\0b"[..]));
        assert_eq!(format!("{auth:?}"), "Auth { mechanism: Plain, .. }");
        let initial = |text| Auth::parse(text).expect("reads").initial;
        assert_eq!(initial("SCRAM-SHA-256"), None);
        assert_eq!(initial("LOGIN ="), Some(Vec::new()));
    }

    #[test]
    fn refusals() {
        for (arguments, expected) in [
            ("", 501),
            ("PLAIN a b", 501),
            ("PLAIN !!!", 501),
            ("CRAM-MD5", 504),
            ("GSSAPI =", 504),
        ] {
            let code = Auth::parse(arguments).err().map(|reply| reply.code());
            assert_eq!(code, Some(expected), "{arguments}");
        }
    }
}
