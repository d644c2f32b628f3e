//! The second factor at the gate: a code from a telephone, or one of those written down for when that is lost. Guesses count as those of
//! passwords do; each is counted before it is looked at, so that many at once are no way round.

use std::time::{Duration, Instant};

use congvu_store::account::{self, Account};
use congvu_store::halfway::Halfway;
use congvu_store::{AccountId, StoreError, StoreResult, Tx, second_factor};

use crate::record::Outcome;
use crate::sign_in::{NOBODY, Proof, unavailable};
use crate::{Access, Attempt, RecoveryCode, Refusal, SignedIn, TotpSecret};

impl Access {
    /// A secret for an account that sets its second factor up: as its telephone gets it, and sealed, as it is kept.
    #[must_use]
    pub fn new_factor(&self, account: AccountId) -> (TotpSecret, Vec<u8>) {
        let secret = TotpSecret::generate();
        let sealed = secret.seal(self.store().factor_key(), account);
        (secret, sealed)
    }

    /// A secret that is kept.
    #[must_use]
    pub fn unsealed(&self, account: AccountId, sealed: &[u8]) -> Option<TotpSecret> {
        TotpSecret::open(self.store().factor_key(), account, sealed)
    }

    /// The time step of which this is the code now; `None` where it is none. Whether it was used before is the store's to say.
    #[must_use]
    pub fn step_of(&self, account: AccountId, sealed: &[u8], code: &str) -> Option<i64> {
        let secret = self.unsealed(account, sealed)?;
        secret.step_of(code, self.store().now())
    }

    /// Lets in whoever gave the right password before, and the right code now.
    ///
    /// # Errors
    /// [`Refusal::Wrong`] where the code is not right, was used before, or what it goes with has ended; else as [`Access::sign_in`].
    pub async fn finish(
        &self,
        attempt: Attempt,
        half: &Halfway,
        code: &str,
    ) -> Result<SignedIn, Refusal> {
        let account = self.prove_code(attempt, half.account, code).await?;
        if account.epoch != half.epoch {
            return Err(Refusal::Wrong);
        }
        self.admit(attempt, account, Proof::Whole).await
    }

    /// Whether this is a code of the account's second factor now, from the telephone or of those written down; either is used up by it.
    ///
    /// # Errors
    /// As [`Access::finish`].
    pub async fn prove_code(
        &self,
        attempt: Attempt,
        id: AccountId,
        code: &str,
    ) -> Result<Account, Refusal> {
        let found = self
            .store()
            .read(move |tx| {
                let account = account::get(tx, id)?;
                Ok::<_, StoreError>(account.zip(second_factor::get(tx, id)?))
            })
            .await
            .map_err(unavailable)?;
        let Some((account, factor)) = found.filter(|(account, _)| account.second_factor) else {
            return Err(Refusal::Wrong);
        };
        self.count_try(attempt, &account.login, Some(&account))?;
        let step = self.step_of(id, &factor.sealed, code);
        let written = RecoveryCode::parse(code).map(|code| code.digest());
        let taken = self.store().write(move |tx| match (step, &written) {
            (Some(step), _) => second_factor::take_step(tx, id, step),
            (None, Some(digest)) => second_factor::take_code(tx, id, digest),
            (None, None) => Ok(false),
        });
        if taken.await.map_err(unavailable)? {
            self.forgive_try(attempt, &account.login);
            return Ok(account);
        }
        self.record(attempt, Some(&account), Outcome::WrongCode);
        Err(Refusal::Wrong)
    }

    /// Takes a code that was written down from somebody who is not signed in; with it, in one transaction, whatever `then` does. What is
    /// wrong, name or code, is told by nothing, neither by how long it takes.
    ///
    /// # Errors
    /// As [`Access::finish`].
    pub async fn take_recovery_code(
        &self,
        attempt: Attempt,
        (name, code): (&str, &str),
        then: impl Fn(&mut Tx<'_>, AccountId) -> StoreResult<()> + Send + 'static,
    ) -> Result<(), Refusal> {
        let (login, account) = self.who(attempt, name).await?;
        self.count_try(attempt, &login, account.as_ref())?;
        let id = account.as_ref().map_or(NOBODY, |account| account.id);
        let digest = RecoveryCode::parse(code).map_or_else(Vec::new, |code| code.digest());
        let taken = self.store().write(move |tx| {
            let taken = second_factor::take_code(tx, id, &digest)?;
            if taken {
                then(tx, id)?;
            }
            Ok::<_, StoreError>(taken)
        });
        if taken.await.map_err(unavailable)? {
            self.forgive_try(attempt, &login);
            return Ok(());
        }
        self.record(attempt, account.as_ref(), Outcome::WrongCode);
        Err(Refusal::Wrong)
    }

    /// Whether somebody may ask once more for a way to choose a new password, for an account of this name or for none.
    ///
    /// # Errors
    /// How long to wait.
    pub fn may_ask_reset(&self, attempt: Attempt, name: &str) -> Result<(), Duration> {
        let (place, name) = (self.place(attempt), self.login_name(name));
        self.resets().count(place, &name, Instant::now())
    }

    /// Counts a guess before it is looked at.
    fn count_try(
        &self,
        attempt: Attempt,
        login: &str,
        account: Option<&Account>,
    ) -> Result<(), Refusal> {
        let counted = self
            .throttle()
            .count(self.place(attempt), login, Instant::now());
        counted.map_err(|wait| {
            self.record(attempt, account, Outcome::Throttled);
            Refusal::Throttled(wait)
        })
    }

    fn forgive_try(&self, attempt: Attempt, login: &str) {
        self.throttle().uncount(self.place(attempt), login);
    }
}
