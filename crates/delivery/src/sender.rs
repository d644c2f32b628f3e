//! A signed-in sender uses only addresses that are theirs (TQ.4).

use congvu_message::AddressSpec;
use congvu_message::address::Address;
use congvu_store::{AccountId, address};

use crate::{Authors, Delivery};

/// Writers looked at, each a question to the store.
const MOST: usize = 50;

/// Why a sender is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SenderRefusal {
    /// The address is not theirs.
    NotTheirs(String),
    /// The message names nobody as its author.
    NoAuthor,
    /// It names more than anybody looks at.
    ManyAuthors,
    /// Two mail programs may read two different authors.
    Unclear,
    /// The store cannot be asked now.
    Unavailable,
}

impl Delivery {
    /// Whether `account` may write as `address` (TQ.4: forging a sender is prohibited).
    pub async fn may_send_as(
        &self,
        account: AccountId,
        address: &Address,
    ) -> Result<(), SenderRefusal> {
        let (local, domain) = address.lookup_key();
        let found = self
            .ask(move |tx| address::may_send_as(tx, account, &local, &domain))
            .await;
        match found {
            Ok(true) => Ok(()),
            Ok(false) => Err(SenderRefusal::NotTheirs(address.to_string())),
            Err(error) => {
                tracing::warn!(%error, "cannot check a sender");
                Err(SenderRefusal::Unavailable)
            }
        }
    }

    /// Whether everybody whom a message names as its writer is the account's own (TQ.4).
    pub async fn check_authors(
        &self,
        account: AccountId,
        authors: &Authors,
    ) -> Result<(), SenderRefusal> {
        if authors.authors == 0 {
            return Err(SenderRefusal::NoAuthor);
        }
        if authors.named.len() > MOST {
            return Err(SenderRefusal::ManyAuthors);
        }
        for author in &authors.named {
            let AddressSpec { local, domain, .. } = author;
            let address = Address::parse(&format!("{local}@{domain}"))
                .map_err(|_| SenderRefusal::NotTheirs(author.addr()))?;
            self.may_send_as(account, &address).await?;
        }
        if authors.unclear {
            return Err(SenderRefusal::Unclear);
        }
        Ok(())
    }
}
