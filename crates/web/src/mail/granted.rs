//! Another's mailbox that its owner, or two persons, let one read for a while (BS.III.9): it is read and never changed, and each opening is
//! recorded before anything of it is told. What knows nothing of this opens no such mailbox ([`open::folder`]).

use congvu_governance::{Refused, access_order};
use congvu_store::access_grant::{self, Grant, Readable};
use congvu_store::delegation::{self, Rights};
use congvu_store::folder::{self, Folder};
use congvu_store::{FolderId, MailboxId, StoreResult, Tx};

use super::open::{self, Opened};
use super::tree::{self, Trunk};
use crate::site::{Oops, Site, User, full};

/// What lets one read, as the page says it.
pub(super) struct Shown {
    pub(super) address: String,
    /// The owner consented; else it was ordered.
    pub(super) consent: bool,
    pub(super) document: String,
    pub(super) purpose: String,
    pub(super) from: String,
    pub(super) until: String,
}

/// Those that one may read now and does not keep: whoever keeps a mailbox opens it as its keeper.
fn readable(tx: &mut Tx<'_>, user: &User) -> StoreResult<Vec<Readable>> {
    let mut found = access_grant::readable(tx, user.account)?;
    if found.is_empty() {
        return Ok(found);
    }
    let kept = delegation::kept(tx, user.account)?;
    let keeps = |mailbox| {
        kept.iter()
            .any(|kept| kept.mailbox == mailbox && kept.rights.has(Rights::READ))
    };
    found.retain(|one| one.mailbox != user.mailbox && !keeps(one.mailbox));
    Ok(found)
}

fn one(tx: &mut Tx<'_>, user: &User, mailbox: MailboxId) -> StoreResult<Option<Readable>> {
    let all = readable(tx, user)?;
    Ok(all.into_iter().find(|one| one.mailbox == mailbox))
}

/// A folder that one may look into: of a mailbox that is open to one, or of one that one was let read.
pub(super) fn folder(
    tx: &mut Tx<'_>,
    user: &User,
    mailbox: MailboxId,
    id: FolderId,
) -> Result<(Opened, Folder), Oops> {
    let Some(found) = one(tx, user, mailbox)? else {
        return open::folder(tx, user, mailbox, id);
    };
    let folder = folder::get(tx, id)?.filter(|folder| folder.mailbox == mailbox);
    let opened = Opened {
        mailbox,
        address: found.address,
        rights: Rights::READ,
        own: false,
        grant: Some(found.grant),
    };
    Ok((opened, folder.ok_or_else(open::gone)?))
}

/// Has it recorded what one is about to open in a folder, where that is another's and one was let read it. `what` comes before the folder's name.
pub(super) async fn witness(
    site: &Site,
    user: &User,
    (mailbox, id): (MailboxId, FolderId),
    what: String,
) -> Result<(), Oops> {
    if mailbox == user.mailbox {
        return Ok(());
    }
    let reader = user.clone();
    let granted = site.store.read(move |tx| one(tx, &reader, mailbox)).await?;
    let Some(granted) = granted else {
        return Ok(());
    };
    let actor = user.actor();
    let noted = site.store.write(move |tx| {
        let folder = folder::get(tx, id)?.filter(|folder| folder.mailbox == mailbox);
        let Some(folder) = folder else {
            return Ok(());
        };
        let what = format!("{what} {}", folder.name);
        access_order::note_use(tx, &actor, granted.grant, &what)
    });
    Ok(noted.await.map_err(|refused: Refused| refused)?)
}

/// What is told above the list and the message.
pub(super) fn shown(tx: &mut Tx<'_>, user: &User, opened: &Opened) -> StoreResult<Option<Shown>> {
    let Some(grant) = opened.grant else {
        return Ok(None);
    };
    let grant: Option<Grant> = access_grant::get(tx, grant)?;
    Ok(grant.map(|grant| Shown {
        address: opened.address.clone(),
        consent: grant.way == "consent",
        document: grant.document,
        purpose: grant.purpose,
        from: full(grant.from_at, user.lang),
        until: full(grant.until_at, user.lang),
    }))
}

/// Those mailboxes in the tree. Nothing of one is told, not even its folders, before one opens it.
pub(super) fn trunks(tx: &mut Tx<'_>, user: &User, here: FolderId) -> StoreResult<Vec<Trunk>> {
    let mut trunks = Vec::new();
    for found in readable(tx, user)? {
        let opened = Opened {
            mailbox: found.mailbox,
            address: found.address,
            rights: Rights::READ,
            own: false,
            grant: Some(found.grant),
        };
        let mut folders = folder::list(tx, found.mailbox)?;
        if folders.iter().all(|folder| folder.id != here) {
            folders.retain(|folder| folder.name == "INBOX");
        }
        let mut trunk = tree::trunk(&opened, &folders, here, user.lang);
        for branch in trunk.main.iter_mut().chain(&mut trunk.others) {
            branch.counts = false;
            branch.unseen = 0;
        }
        trunk.label = format!("{} ({})", trunk.label, user.lang.t("chỉ đọc"));
        trunks.push(trunk);
    }
    Ok(trunks)
}
