//! LOGIN and AUTHENTICATE (RFC 9051 §6.2.2, §6.2.3).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use congvu_access::sasl::{Exchanger, Mechanism, Step};
use congvu_access::{Attempt, Protocol, Refusal, SignedIn};

use crate::command::authenticate::{SaslLine, parse_line};
use crate::command::{Authenticate, Login};
use crate::response::{Code, continuation};
use crate::session::{Done, End, Failure, Session, User};
use crate::types::Secret;

/// The longest line of an exchange (RFC 4616 allows names and passwords of 255 characters
/// each).
const LINE: usize = 8 << 10;
/// Failures before the connection is closed.
const FAILURES: u32 = 3;
/// How long the answer to the first failure waits; each further one waits longer.
const DELAY: Duration = Duration::from_millis(500);

impl Session {
    /// Whether passwords may come over this connection.
    pub(crate) fn may_sign_in(&self) -> bool {
        let here = self.conn.peer().ip().is_loopback();
        self.conn.tls().is_some() || self.server.config.cleartext_login && here
    }

    fn attempt(&self) -> Result<Attempt, Failure> {
        if !self.may_sign_in() {
            let text = "Use TLS to sign in";
            return Err(Failure::no(Code::PrivacyRequired, text));
        }
        Ok(Attempt {
            protocol: Protocol::Imap,
            peer: self.conn.peer().ip(),
        })
    }

    pub(super) async fn login(&mut self, login: Login) -> Result<Done, Failure> {
        let attempt = self.attempt()?;
        let Ok(password) = std::str::from_utf8(login.password.expose()) else {
            return self.refused(Refusal::Wrong).await;
        };
        let access = self.server.access.clone();
        match access.sign_in(attempt, &login.user, password).await {
            Ok(signed_in) => Ok(self.signed_in(signed_in)),
            Err(refusal) => self.refused(refusal).await,
        }
    }

    pub(super) async fn authenticate(&mut self, command: Authenticate) -> Result<Done, Failure> {
        let attempt = self.attempt()?;
        let Some(mechanism) = Mechanism::parse(&command.mechanism) else {
            return Err(Failure::no(Code::Cannot, "Mechanism not supported"));
        };
        let mut exchange = Exchanger::new(&self.server.access, attempt, mechanism);
        let initial = command.initial.as_ref().map(Secret::expose);
        let mut step = exchange.start(initial).await;
        loop {
            let challenge = match step {
                Step::Done(signed_in) => return Ok(self.signed_in(*signed_in)),
                Step::Failed(refusal) => return self.refused(refusal).await,
                Step::Challenge(challenge) => challenge,
            };
            continuation(self.conn.out(), &STANDARD.encode(challenge));
            let line = self.line(LINE).await?;
            step = match parse_line(&line) {
                Ok(SaslLine::Response(response)) => exchange.step(response.expose()).await,
                Ok(SaslLine::Cancel) => return Err(Failure::Bad("Cancelled")),
                Err(_) => return Err(Failure::Bad("Malformed response")),
            };
        }
    }

    fn signed_in(&mut self, signed_in: SignedIn) -> Done {
        tracing::debug!(
            conn = self.conn.id(),
            account = signed_in.account.0,
            "IMAP session"
        );
        self.admit(User {
            account: signed_in.account,
            login: signed_in.login,
            mailbox: signed_in.mailbox,
            session: signed_in.session,
        });
        Done {
            code: Some(self.capability_code().into_bytes()),
            ..Done::plain("Signed in")
        }
    }

    async fn refused(&mut self, refusal: Refusal) -> Result<Done, Failure> {
        self.failures += 1;
        let code = match refusal {
            Refusal::Malformed => None,
            Refusal::Wrong | Refusal::AppPassword | Refusal::SecondFactor { .. } => {
                Some(Code::AuthenticationFailed)
            }
            Refusal::Throttled(_) | Refusal::Unavailable => Some(Code::Unavailable),
            Refusal::Disabled | Refusal::Locked(_) | Refusal::NoMailbox => Some(Code::ContactAdmin),
            Refusal::MustChange => Some(Code::Expired),
        };
        let delay = tokio::time::sleep(DELAY * self.failures);
        tokio::select! {
            () = self.shutdown.stopping() => {}
            () = delay => {}
        }
        if self.failures >= FAILURES {
            return Err(End::Bye(code, "Too many failed sign-ins").into());
        }
        Err(match code {
            Some(code) => Failure::no(code, refusal.text()),
            None => Failure::Bad(refusal.text()),
        })
    }
}
