//! Mailboxes that are not one's own and may be opened nevertheless: a unit's that one keeps (TQ.11.2), and another's that its
//! owner or two persons let one read for a while (BS.III.9). There is no other way into another's mail.

use congvu_store::delegation::{self, Rights};
use congvu_store::{AccessGrantId, AccountId, MailboxId, StoreResult, Tx, access_grant};

/// One that may be read at least.
#[derive(Debug, Clone)]
pub(crate) struct Other {
    pub(crate) mailbox: MailboxId,
    pub(crate) rights: Rights,
    /// When that ends by itself (ms).
    pub(crate) until_at: Option<i64>,
    /// Its primary address.
    pub(crate) address: String,
    /// What lets one read it where one does not keep it: then each use is recorded.
    pub(crate) grant: Option<AccessGrantId>,
}

/// All that the account may open now. Whoever keeps a mailbox opens it as its keeper.
pub(crate) fn all(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<Other>> {
    let kept = delegation::kept(tx, account)?;
    let kept = kept
        .into_iter()
        .filter(|kept| kept.rights.has(Rights::READ));
    let mut others: Vec<Other> = kept
        .map(|kept| Other {
            mailbox: kept.mailbox,
            rights: kept.rights,
            until_at: kept.until_at,
            address: kept.address,
            grant: None,
        })
        .collect();
    for read in access_grant::readable(tx, account)? {
        if others.iter().all(|kept| kept.mailbox != read.mailbox) {
            others.push(Other {
                mailbox: read.mailbox,
                rights: Rights::READ,
                until_at: Some(read.until_at),
                address: read.address,
                grant: Some(read.grant),
            });
        }
    }
    Ok(others)
}

/// The same of one mailbox; `None` where the account may not open it.
pub(crate) fn one(
    tx: &mut Tx<'_>,
    account: AccountId,
    mailbox: MailboxId,
) -> StoreResult<Option<Other>> {
    let others = all(tx, account)?;
    Ok(others.into_iter().find(|other| other.mailbox == mailbox))
}
