//! Which mailboxes somebody may open, and what they may do in each.

use congvu_store::delegation::{self, Kept, Rights};
use congvu_store::folder::{self, Folder};
use congvu_store::mailbox::{self, Usage};
use congvu_store::{AccessGrantId, FolderId, MailboxId, StoreResult, Tx, address};

use crate::site::{Oops, User};

/// A mailbox that is open to somebody.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub(crate) mailbox: MailboxId,
    /// Its primary address.
    pub(crate) address: String,
    /// What they may do in it.
    pub(crate) rights: Rights,
    /// It is their own account's.
    pub(super) own: bool,
    /// What lets them read it where it is another's ([`super::granted`]).
    pub(super) grant: Option<AccessGrantId>,
}

fn own(tx: &mut Tx<'_>, user: &User) -> StoreResult<Opened> {
    Ok(Opened {
        mailbox: user.mailbox,
        address: address::primary(tx, user.mailbox)?.unwrap_or_else(|| user.login.clone()),
        rights: Rights::ALL,
        own: true,
        grant: None,
    })
}

impl From<Kept> for Opened {
    fn from(kept: Kept) -> Self {
        Self {
            mailbox: kept.mailbox,
            address: kept.address,
            rights: kept.rights,
            own: false,
            grant: None,
        }
    }
}

/// All that are open to somebody: their own, then the units'.
pub(crate) fn all(tx: &mut Tx<'_>, user: &User) -> StoreResult<Vec<Opened>> {
    let mut opened = vec![own(tx, user)?];
    let kept = delegation::kept(tx, user.account)?.into_iter();
    opened.extend(
        kept.filter(|kept| kept.rights.has(Rights::READ))
            .map(Opened::from),
    );
    Ok(opened)
}

/// One that is open to them, or none: who may not open it is not told whether it exists.
pub(crate) fn one(tx: &mut Tx<'_>, user: &User, mailbox: MailboxId) -> Result<Opened, Oops> {
    if mailbox == user.mailbox {
        return Ok(own(tx, user)?);
    }
    delegation::open(tx, user.account, mailbox)?
        .filter(|kept| kept.rights.has(Rights::READ))
        .map(Opened::from)
        .ok_or_else(gone)
}

/// A folder of a mailbox that is open to them.
pub(super) fn folder(
    tx: &mut Tx<'_>,
    user: &User,
    mailbox: MailboxId,
    id: FolderId,
) -> Result<(Opened, Folder), Oops> {
    let opened = one(tx, user, mailbox)?;
    let found = folder::get(tx, id)?.filter(|folder| folder.mailbox == mailbox);
    Ok((opened, found.ok_or_else(gone)?))
}

/// How full it is.
pub(super) fn usage(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Usage> {
    Ok(mailbox::usage(tx, mailbox)?.unwrap_or(Usage {
        used_bytes: 0,
        used_messages: 0,
        quota_bytes: 0,
    }))
}

pub(crate) fn gone() -> Oops {
    Oops::missing("Không thấy thư hoặc thư mục này. Có thể đã được chuyển đi hoặc xóa ở nơi khác.")
}
