//! App passwords: 128 random bits for one mail program, kept as SHA-256 and SCRAM keys.

use congvu_store::{AccountId, StoreResult, Tx, account};

use crate::letters::Letters;
use crate::scram;

/// A new app password, shown once: 26 letters of 5 bits hold 130 bits.
#[derive(Clone)]
pub struct AppSecret(Letters<26>);

impl std::fmt::Debug for AppSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AppSecret(…)")
    }
}

impl AppSecret {
    /// A fresh one.
    #[must_use]
    pub fn generate() -> Self {
        Self(Letters::generate())
    }

    /// What a person typed, if it has the form of an app password; dashes, blanks and capitals
    /// do not count.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        Letters::parse(typed).map(Self)
    }

    /// The form mail programs are given: what they compute SCRAM over, so without dashes.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// The same in fours, to be read.
    #[must_use]
    pub fn groups(&self) -> Vec<String> {
        self.0.groups()
    }

    pub(crate) fn digest(&self) -> Vec<u8> {
        self.0.digest()
    }

    /// Stores it for an account.
    pub fn store(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        salt: &[u8],
        label: &str,
    ) -> StoreResult<()> {
        let keys = scram::Keys::derive(self.reveal(), salt);
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
