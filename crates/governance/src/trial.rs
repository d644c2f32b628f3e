//! What an act would come to, before anybody decides on it: it is carried out and taken back in one breath, so that what is
//! shown is what the act itself says, and what would refuse it refuses it now.

use congvu_store::{Store, StoreError, Tx};

use crate::Refused;

/// How a trial ends: never with a commit.
enum Ended<T> {
    Tried(T),
    Refused(Refused),
}

impl<T> From<StoreError> for Ended<T> {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

/// Carries an act out and takes it back; nothing of it is kept, and nobody hears of it.
///
/// # Errors
/// As the act.
pub async fn trial<T, F>(store: &Store, mut act: F) -> Result<T, Refused>
where
    T: Send + 'static,
    F: FnMut(&mut Tx<'_>) -> Result<T, Refused> + Send + 'static,
{
    let tried = store.write(move |tx| match act(tx) {
        Ok(came) => Err::<(), _>(Ended::Tried(came)),
        Err(refused) => Err(Ended::Refused(refused)),
    });
    match tried.await {
        Err(Ended::Tried(came)) => Ok(came),
        Err(Ended::Refused(refused)) => Err(refused),
        Ok(()) => Err(Refused::state("Chưa thử được việc này; hãy làm lại.")),
    }
}
