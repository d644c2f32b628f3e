//! App passwords: 128 random bits for one mail program, kept as SHA-256 and SCRAM keys.

use congvu_store::{AccountId, StoreResult, Tx, account, random};
use ring::digest;

use crate::scram;

/// Letters of an app password: no 0, 1, l, o, so that it can be copied by hand.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// 26 letters of 5 bits hold 130 bits.
const LENGTH: usize = 26;

/// A new app password, shown once.
#[derive(Clone)]
pub struct AppSecret(String);

impl std::fmt::Debug for AppSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AppSecret(…)")
    }
}

impl AppSecret {
    /// A fresh one.
    #[must_use]
    pub fn generate() -> Self {
        let bytes = random::<LENGTH>();
        Self(
            bytes
                .iter()
                .map(|byte| char::from(LETTERS[usize::from(byte & 31)]))
                .collect(),
        )
    }

    /// What a person typed, if it has the form of an app password; dashes, blanks and capitals
    /// do not count.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let plain: String = typed
            .chars()
            .filter(|c| *c != '-' && *c != ' ')
            .flat_map(char::to_lowercase)
            .collect();
        let fits = plain.len() == LENGTH && plain.bytes().all(|b| LETTERS.contains(&b));
        fits.then_some(Self(plain))
    }

    /// The form mail programs are given: what they compute SCRAM over, so without dashes.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// SHA-256. The password is random, so a slow hash would protect nothing.
    pub(crate) fn digest(&self) -> Vec<u8> {
        digest::digest(&digest::SHA256, self.0.as_bytes())
            .as_ref()
            .to_vec()
    }

    /// Stores it for an account.
    pub fn store(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        salt: &[u8],
        label: &str,
    ) -> StoreResult<()> {
        let keys = scram::Keys::derive(&self.0, salt);
        account::add_app_password(
            tx,
            account,
            label,
            &self.digest(),
            &keys.stored,
            &keys.server,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_found_again() {
        let secret = AppSecret::generate();
        let typed = secret.reveal().to_uppercase();
        let dashed = format!("{}-{} {}", &typed[..6], &typed[6..20], &typed[20..]);
        assert_eq!(
            AppSecret::parse(&dashed).map(|s| s.digest()),
            Some(secret.digest())
        );
        assert!(AppSecret::parse("Matkhau@1").is_none());
    }
}
