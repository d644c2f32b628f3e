//! Passkeys at the gate: one is two factors, for its device asks who is there.

use congvu_store::account::{self, Account};
use congvu_store::passkey::{self, Passkey};
use congvu_store::{AccountId, StoreError, StoreResult, Tx};
use ring::hmac;

use crate::record::Outcome;
use crate::sign_in::{NOBODY, Proof, unavailable};
use crate::webauthn::{self, Assertion, Expected, Made, Registration, RelyingParty};
use crate::{Access, Attempt, Refusal, SignedIn};

impl Access {
    /// What a passkey signs that this account adds.
    #[must_use]
    pub fn challenge_to_add(&self, account: AccountId) -> String {
        webauthn::challenge(self.store().factor_key(), account, self.store().now())
    }

    /// What a passkey signs with which somebody comes in.
    #[must_use]
    pub fn challenge_to_enter(&self) -> String {
        self.challenge_to_add(NOBODY)
    }

    /// What a device knows an account by: it tells nothing of it.
    #[must_use]
    pub fn passkey_user(&self, account: AccountId) -> [u8; 16] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.store().factor_key());
        let text = format!("passkey user {account}");
        let mut user = [0; 16];
        user.copy_from_slice(&hmac::sign(&key, text.as_bytes()).as_ref()[..16]);
        user
    }

    /// A passkey that an account adds, verified; `None` where it is not as it must be. The challenge is used up by [`use_up`].
    #[must_use]
    pub fn verify_made(
        &self,
        account: AccountId,
        party: &RelyingParty,
        given: &Registration,
    ) -> Option<Made> {
        self.expected(account, party).made(given)
    }

    fn expected<'a>(&'a self, account: AccountId, party: &'a RelyingParty) -> Expected<'a> {
        Expected {
            party,
            key: self.store().factor_key(),
            account,
            now: self.store().now(),
        }
    }

    /// Lets in whoever holds a passkey of an account.
    ///
    /// # Errors
    /// [`Refusal::Wrong`] where it is nobody's, not rightly signed, signed before, or copied; else as [`Access::sign_in`].
    pub async fn enter_with_passkey(
        &self,
        attempt: Attempt,
        party: &RelyingParty,
        given: &Assertion,
    ) -> Result<SignedIn, Refusal> {
        let credential = given.credential.clone();
        let found: Option<(Passkey, Account)> = self
            .store()
            .read(move |tx| {
                let Some(key) = passkey::by_credential(tx, &credential)? else {
                    return Ok::<_, StoreError>(None);
                };
                Ok(account::get(tx, key.account)?.map(|account| (key, account)))
            })
            .await
            .map_err(unavailable)?;
        let wrong = |account: Option<&Account>| {
            self.record(attempt, account, Outcome::Wrong);
            Refusal::Wrong
        };
        let Some((key, account)) = found else {
            return Err(wrong(None));
        };
        let signed = self.expected(NOBODY, party).signed(given, &key.public_key);
        let Some((counter, answered)) = signed else {
            return Err(wrong(Some(&account)));
        };
        let from = attempt.peer.to_string();
        let taken = self.store().write(move |tx| {
            Ok::<_, StoreError>(
                use_up(tx, &answered)? && passkey::note_use(tx, key.id, counter, &from)?,
            )
        });
        if !taken.await.map_err(unavailable)? {
            return Err(wrong(Some(&account)));
        }
        self.admit(attempt, account, Proof::Whole).await
    }
}

/// Uses a challenge up; false where it was used before.
///
/// # Errors
/// What the store answers.
pub fn use_up(tx: &mut Tx<'_>, (challenge, until): &(Vec<u8>, i64)) -> StoreResult<bool> {
    passkey::answer(tx, challenge, *until)
}
