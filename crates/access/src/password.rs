//! Chosen passwords: argon2id, at most as many at once as there are cores.

use std::sync::Arc;
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier, SaltString};
use congvu_store::random;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// The form in which a password is hashed and compared: RFC 4013 where that allows it, so that
/// the same Vietnamese letters typed as NFC or NFD are the same password.
pub(crate) fn prepare(password: &str) -> String {
    stringprep::saslprep(password)
        .map_or_else(|_| password.to_owned(), std::borrow::Cow::into_owned)
}

/// Hashes a chosen password (argon2id, PHC form). Costs some 20 ms and 19 MiB.
#[must_use]
pub fn hash_password(password: &str) -> String {
    let salt = SaltString::encode_b64(&random::<16>()).expect("16 bytes make a valid salt");
    Argon2::default()
        .hash_password(prepare(password).as_bytes(), &salt)
        .expect("the default parameters are valid")
        .to_string()
}

/// Whether this is the password of a hash (PHC form). Costs what [`hash_password`] costs: for tools; a server asks a
/// [`PasswordHasher`].
#[must_use]
pub fn verify_password(phc: &str, password: &str) -> bool {
    verify(phc, password)
}

fn verify(phc: &str, password: &str) -> bool {
    PasswordHash::new(phc).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(prepare(password).as_bytes(), &hash)
            .is_ok()
    })
}

/// Verifies passwords off the async threads.
#[derive(Clone, Debug)]
pub struct PasswordHasher {
    permits: Arc<Semaphore>,
    /// Verified where no account is, so that a guess costs the same whether it exists.
    decoy: Arc<str>,
}

impl Default for PasswordHasher {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            permits: Arc::new(Semaphore::new(cores)),
            decoy: hash_password(&String::from_utf8_lossy(&random::<16>())).into(),
        }
    }
}

/// How long somebody waits for a turn to have a password looked at; a longer queue than this is no
/// help to those at its end.
const PATIENCE: Duration = Duration::from_secs(10);

/// The turn to verify one password.
#[derive(Debug)]
pub(crate) struct Turn<'h> {
    hasher: &'h PasswordHasher,
    _permit: SemaphorePermit<'h>,
}

impl Turn<'_> {
    /// True where `password` is the one `phc` was made from. `None` costs as much and is false.
    pub(crate) async fn verify(self, phc: Option<&str>, password: &str) -> bool {
        let known = phc.is_some();
        let phc = phc.unwrap_or(&self.hasher.decoy).to_owned();
        let password = password.to_owned();
        let matches = tokio::task::spawn_blocking(move || verify(&phc, &password)).await;
        known && matches.unwrap_or(false)
    }
}

impl PasswordHasher {
    /// Waits for a turn; `None` where too many others wait.
    pub(crate) async fn turn(&self) -> Option<Turn<'_>> {
        let permit = timeout(PATIENCE, self.permits.acquire()).await.ok()?.ok()?;
        Some(Turn {
            hasher: self,
            _permit: permit,
        })
    }

    /// True where `password` is the one `phc` was made from. `None` costs as much and is false, as
    /// is what gets no turn.
    pub async fn verify(&self, phc: Option<&str>, password: &str) -> bool {
        match self.turn().await {
            Some(turn) => turn.verify(phc, password).await,
            None => false,
        }
    }

    /// Hashes a password off the async threads.
    pub async fn hash(&self, password: String) -> Option<String> {
        let _permit = self.permits.acquire().await.ok()?;
        tokio::task::spawn_blocking(move || hash_password(&password))
            .await
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn verifies_in_both_unicode_forms() {
        let hasher = PasswordHasher::default();
        let phc = hash_password("Mật khẩu 1@");
        assert!(phc.starts_with("$argon2id$"));
        let nfd = "Ma\u{323}\u{302}t kha\u{302}\u{309}u 1@";
        assert!(hasher.verify(Some(&phc), nfd).await);
        assert!(!hasher.verify(Some(&phc), "Mat khau 1@").await);
        assert!(!hasher.verify(None, "Mật khẩu 1@").await);
    }
}
