//! The first session on a one-time password (HCM.8.3.b: the password is changed in it, or the mailbox is locked).
//!
//! A sign-in on the web with the password that was handed over begins it; it ends when its holder signs out, when the
//! session is gone, or when the password is changed.

use std::sync::Arc;

use congvu_store::{AccountId, Store, StoreError, account};
use parking_lot::Mutex;

/// Accounts whose first session ended and is not written yet.
#[derive(Clone, Default)]
pub(crate) struct FirstBook(Arc<Mutex<Vec<AccountId>>>);

impl FirstBook {
    pub(crate) fn ended(&self, account: AccountId) {
        self.0.lock().push(account);
    }

    /// Writes what was gathered.
    pub(crate) async fn flush(&self, store: &Store) {
        let ended = std::mem::take(&mut *self.0.lock());
        if ended.is_empty() {
            return;
        }
        let rows = ended.clone();
        let written = store.write_bulk(move |tx| {
            for id in &rows {
                account::end_first_session(tx, *id)?;
            }
            Ok::<_, StoreError>(())
        });
        if let Err(error) = written.await {
            tracing::warn!(%error, "the end of a first session could not be written; kept for the next time");
            self.0.lock().extend(ended);
        }
    }
}
