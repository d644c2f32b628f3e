//! Signing in.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use congvu_store::account::{self, Account, MustChange};
use congvu_store::activity::Kind;
use congvu_store::{AccountId, MailboxId, Store, StoreError, identity};
use subtle::ConstantTimeEq;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::activity::ActivityBook;
use crate::first::FirstBook;
use crate::record::{Outcome, SignInBook};
use crate::sasl::Mechanism;
use crate::session::{Session, Sessions};
use crate::throttle::{Place, Throttle};
use crate::verified::Verified;
use crate::{AppSecret, PasswordHasher};

/// So often may one address ask in 15 minutes for a way to choose a new password for one account.
const RESETS: u32 = 5;

/// What somebody proved who they are with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// The password that they chose.
    Own,
    /// The app password of this row.
    App(i64),
    /// Two factors.
    Whole,
}

/// The number of no account.
pub(crate) const NOBODY: AccountId = AccountId(0);

/// Settings of sign-in.
#[derive(Clone, Debug)]
pub struct AccessConfig {
    /// Failures one address may have with one account in 15 minutes; ten times as many for all
    /// accounts of an address, and for one account from everywhere it is not known from. 0 for no
    /// limit.
    pub failures: u32,
    /// Appended to a sign-in name without a domain.
    pub default_domain: Option<String>,
    /// Announce SCRAM-SHA-256. It works for app passwords alone, and some mail programs (mutt,
    /// mbsync) take the strongest mechanism announced and try no other: announced, it locks out
    /// people who sign in with their own password. Not announced, it is taken all the same.
    pub announce_scram: bool,
}

/// How somebody comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// Submission.
    Submission,
    /// IMAP.
    Imap,
    /// POP3.
    Pop3,
    /// A browser.
    Web,
}

impl Protocol {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Submission => "submission",
            Self::Imap => "imap",
            Self::Pop3 => "pop3",
            Self::Web => "web",
        }
    }
}

/// Where an attempt comes from.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// The protocol.
    pub protocol: Protocol,
    /// The peer.
    pub peer: IpAddr,
}

/// Somebody signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// The account.
    pub account: AccountId,
    /// The mailbox it opens.
    pub mailbox: MailboxId,
    /// That mailbox is a unit's: looks into it are counted.
    pub unit: bool,
    /// Its primary address.
    pub login: String,
    /// Role.
    pub role: String,
    /// The account's epoch, under which this lasts.
    pub epoch: i64,
    /// The password must be changed before anything else; on the web alone.
    pub must_change: Option<MustChange>,
    /// Ends when the account does.
    pub session: Session,
}

/// By what another system that is believed vouches for somebody (TQ.10.1.b, QN.5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Vouched {
    /// Their account of the e-government platform: never an address, whosever that may be.
    Account(String),
    /// An address of theirs, with its domain.
    Address(String),
}

/// Why somebody is not let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Name or password is wrong; which, is not told.
    Wrong,
    /// Too many failures; wait so long.
    Throttled(Duration),
    /// The account is disabled.
    Disabled,
    /// Its mailbox is locked, taken back or deleted.
    Locked(AccountId),
    /// The password must be changed on the web first (TQ.6.1, SL.6.1, HCM.8.3.b).
    MustChange,
    /// The account has no mailbox to open.
    NoMailbox,
    /// The password is right; on the web a code of the second factor is asked for as well ([`Access::finish`]).
    SecondFactor {
        /// Whose.
        account: AccountId,
        /// The epoch under which the password was right.
        epoch: i64,
    },
    /// A second factor is on: mail programs cannot ask for it, so they use app passwords.
    AppPassword,
    /// The SASL exchange is malformed.
    Malformed,
    /// The store cannot be asked now.
    Unavailable,
}

impl Refusal {
    /// For the person, in English (mail programs show it; most protocols carry no Vietnamese).
    #[must_use]
    pub fn text(&self) -> &'static str {
        match self {
            Self::Wrong => "Wrong user name or password",
            Self::Throttled(_) => "Too many failed attempts, wait 15 minutes",
            Self::Disabled => "This account is disabled, ask your operating centre",
            Self::Locked(_) => "This mailbox is locked, ask your agency's contact person",
            Self::MustChange => "Change your password on the web page first",
            Self::NoMailbox => "This account has no mailbox",
            Self::SecondFactor { .. } => "A code of the second factor is needed",
            Self::AppPassword => {
                "Two-step sign-in is on: make an app password on the web page (my account) and use it here"
            }
            Self::Malformed => "Malformed authentication exchange",
            Self::Unavailable => "Temporarily unavailable, try again later",
        }
    }

    /// True where trying again later may help without a person doing anything.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Unavailable | Self::Throttled(_))
    }
}

/// Tells addresses apart behind which many people sit.
type Exempt = Box<dyn Fn(IpAddr) -> bool + Send + Sync>;

struct Inner {
    store: Store,
    config: AccessConfig,
    hasher: PasswordHasher,
    throttle: Throttle,
    /// Counts who asks for a way to choose a new password.
    resets: Throttle,
    exempt: Exempt,
    verified: Verified,
    sessions: Sessions,
    activity: ActivityBook,
    sign_ins: SignInBook,
    first: FirstBook,
    /// Makes salts for accounts that do not exist, the same each time and on every node.
    decoy_salt: ring::hmac::Key,
    following: parking_lot::Mutex<Option<JoinHandle<()>>>,
    /// What ends the writing, and its end.
    writing: parking_lot::Mutex<Option<(oneshot::Sender<()>, JoinHandle<()>)>>,
}

/// The gate. Cheap to clone.
#[derive(Clone)]
pub struct Access(Arc<Inner>);

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Access")
    }
}

impl Access {
    /// Starts to follow locks and to write activity; needs a tokio runtime.
    #[must_use]
    pub fn start(store: &Store, config: AccessConfig) -> Self {
        Self::start_exempting(store, config, |_| false)
    }

    /// As [`Self::start`]; failures are not counted together for the addresses that are `exempt`.
    #[must_use]
    pub fn start_exempting(
        store: &Store,
        config: AccessConfig,
        exempt: impl Fn(IpAddr) -> bool + Send + Sync + 'static,
    ) -> Self {
        let access = Self(Arc::new(Inner {
            store: store.clone(),
            throttle: Throttle::new(config.failures),
            resets: Throttle::new(RESETS.min(config.failures)),
            exempt: Box::new(exempt),
            config,
            hasher: PasswordHasher::default(),
            verified: Verified::default(),
            sessions: Sessions::default(),
            activity: ActivityBook::default(),
            sign_ins: SignInBook::default(),
            first: FirstBook::default(),
            decoy_salt: ring::hmac::Key::new(ring::hmac::HMAC_SHA256, store.decoy_key()),
            following: parking_lot::Mutex::default(),
            writing: parking_lot::Mutex::default(),
        }));
        let inner = Arc::downgrade(&access.0);
        let forget = move |id| {
            if let Some(inner) = inner.upgrade() {
                inner.verified.forget(id);
            }
        };
        let follow = access.0.sessions.clone().follow(store.clone(), forget);
        let books = (access.0.sign_ins.clone(), access.0.first.clone());
        let (end, ended) = oneshot::channel();
        let write = access.0.activity.clone().run(books, store.clone(), ended);
        *access.0.following.lock() = Some(tokio::spawn(follow));
        *access.0.writing.lock() = Some((end, tokio::spawn(write)));
        access
    }

    /// Stops following and writes what activity is left.
    pub async fn stop(&self) {
        if let Some(following) = self.0.following.lock().take() {
            following.abort();
        }
        let writing = self.0.writing.lock().take();
        if let Some((end, written)) = writing {
            // Never in the middle of it: what it took out of the books would be lost.
            drop(end);
            drop(written.await);
        }
        self.0.activity.flush(&self.0.store).await;
        self.0.sign_ins.flush(&self.0.store).await;
        self.0.first.flush(&self.0.store).await;
    }

    /// Ends a session because its holder signs out; one that is dropped ends too, within two seconds.
    pub async fn sign_out(&self, session: Session) {
        drop(session);
        self.0.first.flush(&self.0.store).await;
    }

    /// Hears of the end of what somebody was let in for under this epoch: of a session that does not begin here.
    #[must_use]
    pub fn attend(&self, account: AccountId, epoch: i64) -> Session {
        self.0.sessions.add(account, epoch)
    }

    /// Notes use of a mailbox; written within two seconds.
    pub fn note(&self, mailbox: MailboxId, kind: Kind) {
        self.0.activity.note(mailbox, kind);
    }

    /// Notes that a person looked into a unit mailbox (HCM.8.2.a) or their own (BS.III.11): with a browser, or with a mail program that
    /// fetched something. Written within two seconds.
    pub fn note_look(&self, mailbox: MailboxId, account: AccountId) {
        self.0
            .activity
            .note_look(mailbox, account, self.0.store.now());
    }

    /// The mechanisms to announce, strongest first.
    pub fn announced(&self) -> impl Iterator<Item = Mechanism> {
        let scram = self.0.config.announce_scram;
        Mechanism::ALL
            .into_iter()
            .filter(move |mechanism| scram || *mechanism != Mechanism::ScramSha256)
    }

    /// A name as somebody typed it to sign in, and the domain that goes with one that has none: what
    /// [`congvu_store::account::by_sign_in`] takes.
    #[must_use]
    pub fn named(&self, name: &str) -> (String, Option<String>) {
        (typed(name), self.0.config.default_domain.clone())
    }

    /// What a name is counted under that nobody has: lower case, with a domain, as an address of ours is.
    pub(crate) fn login_name(&self, name: &str) -> String {
        self.key_of(&typed(name))
    }

    fn key_of(&self, name: &str) -> String {
        match &self.0.config.default_domain {
            Some(domain) if !name.contains('@') => format!("{name}@{domain}"),
            _ => name.to_owned(),
        }
    }

    /// A salt that looks like any other, for a name that nobody has.
    pub(crate) fn decoy_salt(&self, login: &str) -> Vec<u8> {
        ring::hmac::sign(&self.0.decoy_salt, login.as_bytes()).as_ref()[..16].to_vec()
    }

    /// Signs in with a chosen password or an app password.
    pub async fn sign_in(
        &self,
        attempt: Attempt,
        name: &str,
        password: &str,
    ) -> Result<SignedIn, Refusal> {
        let (login, account) = self.who(attempt, name).await?;
        let matches = self
            .matches(attempt, &login, account.as_ref(), password)
            .await?;
        match (account, matches) {
            (Some(account), Some(proof)) => self.admit(attempt, account, proof).await,
            (account, _) => Err(self.refuse(attempt, &login, account.as_ref())),
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    pub(crate) fn throttle(&self) -> &Throttle {
        &self.0.throttle
    }

    pub(crate) fn resets(&self) -> &Throttle {
        &self.0.resets
    }

    /// Lets in whom another system vouches for, which has asked for their password. Whatever else holds for signing in holds:
    /// locks, disabling, a password of this system that must be changed. An account that serves the synchronisation alone
    /// (QN.5.2) signs nobody in.
    ///
    /// # Errors
    /// [`Refusal::Wrong`] where nobody is known by that; else why they may not.
    pub async fn vouched(&self, attempt: Attempt, who: &Vouched) -> Result<SignedIn, Refusal> {
        if !self.0.store.is_fresh() {
            return Err(Refusal::Unavailable);
        }
        let who = who.clone();
        let found = self.0.store.read(move |tx| match &who {
            Vouched::Account(name) => {
                let Some(person) = identity::by_account(tx, name)? else {
                    return Ok(None);
                };
                match identity::account_of(tx, person)? {
                    Some((_, true)) => account::of_person(tx, person),
                    _ => Ok(None),
                }
            }
            Vouched::Address(address) => account::by_login(tx, address),
        });
        // A unit's own account is nobody's (HCM.12.1).
        match found.await.map_err(unavailable)? {
            Some(account) if !account.unit => {
                // Its factors are that system's to ask for.
                self.admit(attempt, account, Proof::Whole).await
            }
            account => {
                self.record(attempt, account.as_ref(), Outcome::Wrong);
                Err(Refusal::Wrong)
            }
        }
    }

    /// Whether this is the account's own password, for somebody who is signed in already and is about to change it. Failures
    /// count as those of sign-ins do.
    ///
    /// # Errors
    /// [`Refusal::Wrong`], or why it cannot be said now.
    pub async fn prove(&self, attempt: Attempt, name: &str, password: &str) -> Result<(), Refusal> {
        let (login, account) = self.who(attempt, name).await?;
        let matches = self
            .matches(attempt, &login, account.as_ref(), password)
            .await?;
        if matches.is_some() {
            Ok(())
        } else {
            Err(self.refuse(attempt, &login, account.as_ref()))
        }
    }

    /// Whose name this is, and what its failures are counted under: one count for an account,
    /// whichever of its names is typed. All ways in ask here, and here alone: an account of the e-government
    /// platform may be another person's address before the @ (QN.5.1).
    pub(crate) async fn who(
        &self,
        attempt: Attempt,
        name: &str,
    ) -> Result<(String, Option<Account>), Refusal> {
        let typed = typed(name);
        // Who waits costs no question to the store. A name without a domain may be anybody's: it has no count of its own.
        self.check_throttle(attempt, &typed, None)?;
        let account = self.account(&typed).await?;
        let login = match &account {
            Some(account) => account.login.clone(),
            None => self.key_of(&typed),
        };
        self.check_throttle(attempt, &login, account.as_ref())?;
        Ok((login, account))
    }

    pub(crate) fn place(&self, attempt: Attempt) -> Place {
        Place::new(attempt.peer, (self.0.exempt)(attempt.peer))
    }

    pub(crate) fn check_throttle(
        &self,
        attempt: Attempt,
        login: &str,
        account: Option<&Account>,
    ) -> Result<(), Refusal> {
        let place = self.place(attempt);
        match self.0.throttle.wait(place, login, Instant::now()) {
            Some(wait) => {
                self.record(attempt, account, Outcome::Throttled);
                Err(Refusal::Throttled(wait))
            }
            None => Ok(()),
        }
    }

    async fn account(&self, name: &str) -> Result<Option<Account>, Refusal> {
        if !self.0.store.is_fresh() {
            return Err(Refusal::Unavailable);
        }
        let name = name.to_owned();
        let domain = self.0.config.default_domain.clone();
        self.0
            .store
            .read(move |tx| account::by_sign_in(tx, &name, domain.as_deref()))
            .await
            .map_err(unavailable)
    }

    pub(crate) async fn app_passwords(
        &self,
        id: AccountId,
    ) -> Result<Vec<account::AppPassword>, Refusal> {
        self.0
            .store
            .read(move |tx| account::app_passwords(tx, id))
            .await
            .map_err(unavailable)
    }

    async fn matches(
        &self,
        attempt: Attempt,
        login: &str,
        account: Option<&Account>,
        password: &str,
    ) -> Result<Option<Proof>, Refusal> {
        if let Some(account) = account
            && self.0.verified.knows(account.id, account.epoch, password)
        {
            return Ok(Some(Proof::Own));
        }
        // Those are for mail programs: on the web one would be a way round whatever else is asked there.
        if attempt.protocol != Protocol::Web
            && let Some(secret) = AppSecret::parse(password)
        {
            let digest = secret.digest();
            // Asked for nobody too: it takes as long.
            let id = account.map_or(NOBODY, |account| account.id);
            let known = self.app_passwords(id).await?;
            let mut fitting = known
                .iter()
                .filter(|app| bool::from(app.digest.ct_eq(&digest)));
            if let Some(app) = fitting.next() {
                return Ok(Some(Proof::App(app.id)));
            }
        }
        let Some(turn) = self.0.hasher.turn().await else {
            return Err(Refusal::Unavailable);
        };
        // Guesses that came together waited for their turns together.
        self.check_throttle(attempt, login, account)?;
        let phc = account.and_then(|account| account.password.as_deref());
        let matches = turn.verify(phc, password).await;
        if let (true, Some(account)) = (matches, account) {
            self.0
                .verified
                .remember(account.id, account.epoch, password);
        }
        Ok(matches.then_some(Proof::Own))
    }

    /// Counts how an attempt ended, and puts it on record.
    pub(crate) fn record(&self, attempt: Attempt, account: Option<&Account>, outcome: Outcome) {
        let protocol = attempt.protocol.name();
        metrics::counter!("congvu_sign_ins_total", "protocol" => protocol, "result" => outcome.name())
            .increment(1);
        let who = account.map(|account| (account.id, account.login.as_str()));
        self.0.sign_ins.note(attempt, who, outcome);
    }

    /// Counts a failure and says nothing more than that it was one.
    pub(crate) fn refuse(
        &self,
        attempt: Attempt,
        login: &str,
        account: Option<&Account>,
    ) -> Refusal {
        let place = self.place(attempt);
        self.0.throttle.failed(place, login, Instant::now());
        self.record(attempt, account, Outcome::Wrong);
        tracing::info!(protocol = attempt.protocol.name(), peer = %attempt.peer, "sign-in refused");
        Refusal::Wrong
    }

    /// Lets a proven account in, if it may.
    pub(crate) async fn admit(
        &self,
        attempt: Attempt,
        account: Account,
        proof: Proof,
    ) -> Result<SignedIn, Refusal> {
        let protocol = attempt.protocol.name();
        let id = account.id;
        let count = |outcome| self.record(attempt, Some(&account), outcome);
        if account.disabled_at.is_some() {
            count(Outcome::Disabled);
            return Err(Refusal::Disabled);
        }
        if account.locked {
            count(Outcome::Locked);
            return Err(Refusal::Locked(id));
        }
        if account.must_change.is_some() && attempt.protocol != Protocol::Web {
            count(Outcome::MustChange);
            return Err(Refusal::MustChange);
        }
        if account.second_factor && proof == Proof::Own {
            if attempt.protocol != Protocol::Web {
                count(Outcome::OwnPassword);
                return Err(Refusal::AppPassword);
            }
            count(Outcome::Halfway);
            return Err(Refusal::SecondFactor {
                account: id,
                epoch: account.epoch,
            });
        }
        let Some(mailbox) = account.mailbox else {
            count(Outcome::NoMailbox);
            return Err(Refusal::NoMailbox);
        };
        // Known to the sessions first, then looked at again: a lock between the two is seen.
        let session = self.0.sessions.add(account.id, account.epoch);
        let now = self
            .0
            .store
            .read(move |tx| account::epoch(tx, id))
            .await
            .map_err(unavailable)?;
        if now != Some((account.epoch, true)) {
            count(Outcome::Wrong);
            return Err(Refusal::Wrong);
        }
        let mut session = session;
        if attempt.protocol == Protocol::Web && account.must_change == Some(MustChange::Issued) {
            // HCM.8.3.b: from here on it runs.
            let begun = self
                .0
                .store
                .write(move |tx| account::begin_first_session(tx, id));
            begun.await.map_err(unavailable)?;
            session.tell_end(self.0.first.clone());
        }
        let place = self.place(attempt);
        self.0
            .throttle
            .succeeded(place, &account.login, Instant::now());
        let kind = match attempt.protocol {
            Protocol::Web => Kind::Interactive,
            Protocol::Submission | Protocol::Imap | Protocol::Pop3 => Kind::App,
        };
        self.note(mailbox, kind);
        if let Proof::App(app) = proof {
            self.0
                .activity
                .note_program(app, self.0.store.now(), (attempt.peer, protocol));
        }
        count(Outcome::Ok);
        tracing::debug!(protocol, account = account.id.0, "signed in");
        Ok(SignedIn {
            account: account.id,
            mailbox,
            unit: account.unit,
            login: account.login,
            role: account.role,
            epoch: account.epoch,
            must_change: account.must_change,
            session,
        })
    }
}

/// A name as it is looked up. ASCII alone: Unicode folds the Kelvin sign to k, and a name must not be reached by another.
pub(crate) fn typed(name: &str) -> String {
    name.trim().to_ascii_lowercase()
}

#[expect(clippy::needless_pass_by_value, reason = "used in map_err")]
pub(crate) fn unavailable(error: StoreError) -> Refusal {
    tracing::warn!(%error, "sign-in cannot ask the store");
    Refusal::Unavailable
}
