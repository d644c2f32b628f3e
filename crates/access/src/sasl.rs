//! SASL (RFC 4422): PLAIN, LOGIN and SCRAM-SHA-256, one exchange for every protocol.

use congvu_store::random;

use crate::record::Outcome;
use crate::scram::{self, ClientFirst, Exchange};
use crate::sign_in::{NOBODY, Proof, typed};
use crate::{Access, Attempt, Refusal, SignedIn};

/// A mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// RFC 4616.
    Plain,
    /// draft-murchison-sasl-login; old programs need it.
    Login,
    /// RFC 7677; for app passwords.
    ScramSha256,
}

impl Mechanism {
    /// All, strongest first, as they are announced.
    pub const ALL: [Self; 3] = [Self::ScramSha256, Self::Plain, Self::Login];

    /// Its registered name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
            Self::ScramSha256 => "SCRAM-SHA-256",
        }
    }

    /// The mechanism of this name, in any case.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|m| m.name().eq_ignore_ascii_case(name))
    }
}

/// What the server does next.
#[derive(Debug)]
pub enum Step {
    /// Send this (base64 on the wire) and wait for the answer.
    Challenge(Vec<u8>),
    /// Signed in.
    Done(Box<SignedIn>),
    /// Not signed in.
    Failed(Refusal),
}

enum State {
    Start,
    LoginName,
    LoginPassword { name: String },
    ScramProof { exchange: Exchange },
    ScramDone(Box<SignedIn>),
    Over,
}

/// One exchange. Give it the initial response, if any, then each answer, decoded from base64.
pub struct Exchanger {
    access: Access,
    attempt: Attempt,
    mechanism: Mechanism,
    state: State,
}

impl std::fmt::Debug for Exchanger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exchanger")
            .field("mechanism", &self.mechanism)
            .finish_non_exhaustive()
    }
}

impl Exchanger {
    /// Begins an exchange.
    #[must_use]
    pub fn new(access: &Access, attempt: Attempt, mechanism: Mechanism) -> Self {
        Self {
            access: access.clone(),
            attempt,
            mechanism,
            state: State::Start,
        }
    }

    /// The first step, with the client's initial response where it sent one.
    pub async fn start(&mut self, initial: Option<&[u8]>) -> Step {
        match (initial, self.mechanism) {
            (Some(response), Mechanism::Login) => {
                self.state = State::LoginName;
                self.step(response).await
            }
            (Some(response), _) => self.step(response).await,
            (None, Mechanism::Login) => {
                self.state = State::LoginName;
                Step::Challenge(b"Username:".to_vec())
            }
            (None, _) => Step::Challenge(Vec::new()),
        }
    }

    /// The next step with the client's answer.
    pub async fn step(&mut self, response: &[u8]) -> Step {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Start if self.mechanism == Mechanism::Plain => self.plain(response).await,
            State::Start => self.scram_first(response).await,
            State::LoginName => match text(response) {
                Some(name) => {
                    self.state = State::LoginPassword { name };
                    Step::Challenge(b"Password:".to_vec())
                }
                None => Step::Failed(Refusal::Malformed),
            },
            State::LoginPassword { name } => match text(response) {
                Some(password) => self.sign_in(&name, &password).await,
                None => Step::Failed(Refusal::Malformed),
            },
            State::ScramProof { exchange } => self.scram_proof(&exchange, response).await,
            // RFC 5802 §5: the client acknowledges the server's signature with an empty answer.
            State::ScramDone(signed_in) if response.is_empty() => Step::Done(signed_in),
            State::ScramDone(_) | State::Over => Step::Failed(Refusal::Malformed),
        }
    }

    async fn sign_in(&self, name: &str, password: &str) -> Step {
        match self.access.sign_in(self.attempt, name, password).await {
            Ok(signed_in) => Step::Done(Box::new(signed_in)),
            Err(refusal) => Step::Failed(refusal),
        }
    }

    /// RFC 4616: authorization identity, NUL, name, NUL, password.
    async fn plain(&self, response: &[u8]) -> Step {
        let mut parts = response.split(|byte| *byte == 0);
        let (Some(authzid), Some(name), Some(password), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Step::Failed(Refusal::Malformed);
        };
        let (Some(authzid), Some(name), Some(password)) =
            (text(authzid), text(name), text(password))
        else {
            return Step::Failed(Refusal::Malformed);
        };
        // Acting for another is delegation's matter, not a password's.
        match self.is_oneself(&authzid, &name).await {
            Ok(true) => {}
            Ok(false) => {
                self.access.record(self.attempt, None, Outcome::Wrong);
                return Step::Failed(Refusal::Wrong);
            }
            Err(refusal) => return Step::Failed(refusal),
        }
        self.sign_in(&name, &password).await
    }

    /// Whether an authorization identity is the name's own: none, the same, or another name of the same account.
    async fn is_oneself(&self, authzid: &str, name: &str) -> Result<bool, Refusal> {
        if authzid.is_empty() || typed(authzid) == typed(name) {
            return Ok(true);
        }
        let (_, one) = self.access.who(self.attempt, authzid).await?;
        let (_, other) = self.access.who(self.attempt, name).await?;
        Ok(one.is_some_and(|one| other.is_some_and(|other| one.id == other.id)))
    }

    async fn scram_first(&mut self, response: &[u8]) -> Step {
        let Some(first) = scram::client_first(response) else {
            return Step::Failed(Refusal::Malformed);
        };
        match self.scram_begin(first).await {
            Ok(challenge) => Step::Challenge(challenge),
            Err(refusal) => Step::Failed(refusal),
        }
    }

    async fn scram_begin(&mut self, first: ClientFirst) -> Result<Vec<u8>, Refusal> {
        let (login, account) = self.access.who(self.attempt, &first.user).await?;
        let salt = match account {
            Some(account) => account.scram_salt,
            None => self.access.decoy_salt(&login),
        };
        let exchange = Exchange::begin(first, &random::<18>(), &salt);
        let challenge = exchange.server_first().as_bytes().to_vec();
        self.state = State::ScramProof { exchange };
        Ok(challenge)
    }

    async fn scram_proof(&mut self, exchange: &Exchange, response: &[u8]) -> Step {
        match self.scram_check(exchange, response).await {
            Ok((signed_in, signature)) => {
                self.state = State::ScramDone(Box::new(signed_in));
                Step::Challenge(signature.into_bytes())
            }
            Err(refusal) => Step::Failed(refusal),
        }
    }

    async fn scram_check(
        &self,
        exchange: &Exchange,
        response: &[u8],
    ) -> Result<(SignedIn, String), Refusal> {
        let (login, account) = self.access.who(self.attempt, exchange.user()).await?;
        let id = account.as_ref().map_or(NOBODY, |account| account.id);
        // Asked for nobody too: it takes as long.
        let known = self.access.app_passwords(id).await?;
        let keys = known
            .iter()
            .map(|app| (&app.stored_key[..], &app.server_key[..]));
        match (exchange.finish(response, keys), account) {
            (Some((at, signature)), Some(account)) => {
                let proof = Proof::App(known[at].id);
                Ok((
                    self.access.admit(self.attempt, account, proof).await?,
                    signature,
                ))
            }
            (_, account) => Err(self.access.refuse(self.attempt, &login, account.as_ref())),
        }
    }
}

fn text(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    (text.len() <= 1024 && !text.contains('\0')).then(|| text.to_owned())
}
