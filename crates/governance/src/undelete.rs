//! What was removed from a mailbox and can be had back, for who is asked to bring it back. They choose by time and size: what
//! the mail is about, and how its owner named the folders, is not theirs to read (BS.III.9). Each look and each return is
//! recorded.

use congvu_store::removed::{self, RemovedId};
use congvu_store::{FolderId, MailboxId, OrganisationId, Tx, address, folder, mailbox};
use serde_json::json;

use crate::access_order::CLAUSE;
use crate::{Act, Action, Actor, Refused, Role, record, rights};

/// Deleted folders in a list.
const FOLDERS: i64 = 1000;

/// A message that can be had back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// What [`messages`] takes.
    pub id: RemovedId,
    /// The folder it lay in.
    pub folder: FolderId,
    /// That folder was deleted.
    pub folder_gone: bool,
    /// When it was removed (ms).
    pub removed_at: i64,
    /// When it came (ms).
    pub received_at: i64,
    /// Bytes.
    pub size: u64,
}

/// A deleted folder that can be had back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Folder {
    /// What [`folder_step`] takes.
    pub id: FolderId,
    /// How many messages lay in it.
    pub messages: u64,
    /// When it was deleted (ms).
    pub removed_at: i64,
}

/// What a mailbox can have back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// How many messages there are in all.
    pub count: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Deleted folders, the last deleted first; on the first page alone.
    pub folders: Vec<Folder>,
    /// A page of the messages, the last removed first.
    pub messages: Vec<Message>,
}

/// Who asks may, and where the mailbox belongs.
fn allowed(tx: &mut Tx<'_>, actor: &Actor, mailbox: MailboxId) -> Result<OrganisationId, Refused> {
    let place = mailbox::organisation(tx, mailbox)?
        .ok_or_else(|| Refused::missing("Không có hộp thư này."))?;
    rights::need(tx, actor, &[Role::Operate, Role::Decide], place)?;
    Ok(place)
}

fn act(
    tx: &mut Tx<'_>,
    action: Action,
    (mailbox, place): (MailboxId, OrganisationId),
) -> Result<Act, Refused> {
    let name = address::primary(tx, mailbox)?.unwrap_or_default();
    let act = Act::new(action, format!("mailbox/{mailbox}"), &name);
    Ok(act.at(place).by_clause(CLAUSE))
}

/// Looks at what a mailbox can have back, before `before` (`None`: from the last); that somebody looked is recorded.
///
/// # Errors
/// Whoever looks neither operates nor decides there.
pub fn look(
    tx: &mut Tx<'_>,
    actor: &Actor,
    mailbox: MailboxId,
    before: Option<RemovedId>,
    limit: i64,
) -> Result<Listing, Refused> {
    let place = allowed(tx, actor, mailbox)?;
    let folders = match before {
        None => removed::folders(tx, mailbox, FOLDERS)?,
        Some(_) => Vec::new(),
    };
    let messages = removed::page(tx, mailbox, before, limit)?;
    let (count, bytes) = removed::total(tx, mailbox)?;
    let act = act(tx, Action::MailRemovedLook, (mailbox, place))?;
    let detail = json!({ "count": count, "shown": messages.len(), "folders": folders.len() });
    record(tx, actor, &act.with(detail))?;
    Ok(Listing {
        count,
        bytes,
        folders: folders
            .iter()
            .map(|gone| Folder {
                id: gone.id,
                messages: gone.messages,
                removed_at: gone.removed_at,
            })
            .collect(),
        messages: messages
            .iter()
            .map(|kept| Message {
                id: kept.id,
                folder: kept.id.folder(),
                folder_gone: kept.folder_gone,
                removed_at: kept.removed_at,
                received_at: kept.internal_at,
                size: kept.size,
            })
            .collect(),
    })
}

/// Brings messages back into a folder; how many were there to bring back.
///
/// # Errors
/// Whoever does it neither operates nor decides there; the mailbox has no such folder.
pub fn messages(
    tx: &mut Tx<'_>,
    actor: &Actor,
    mailbox: MailboxId,
    ids: &[RemovedId],
    into: &str,
) -> Result<u64, Refused> {
    let place = allowed(tx, actor, mailbox)?;
    let folder = folder::find(tx, mailbox, into)?
        .ok_or_else(|| Refused::missing(format!("Hộp thư không có thư mục «{into}».")))?;
    let back = removed::restore(tx, mailbox, ids, folder.id)?.len() as u64;
    if back > 0 {
        let act = act(tx, Action::MailRestore, (mailbox, place))?;
        let detail = json!({ "folder": into, "messages": back });
        record(tx, actor, &act.with(detail))?;
    }
    Ok(back)
}

/// The deleted folder that the owner tells of by its name, or the list by its number.
///
/// # Errors
/// Whoever asks neither operates nor decides there; there is none that can be had back.
pub fn folder_called(
    tx: &mut Tx<'_>,
    actor: &Actor,
    mailbox: MailboxId,
    called: &str,
) -> Result<FolderId, Refused> {
    allowed(tx, actor, mailbox)?;
    let gone = removed::folders(tx, mailbox, FOLDERS)?;
    let mut by_name = gone.iter().filter(|one| one.name == called);
    let by_number = || gone.iter().find(|one| one.id.to_string() == called);
    let found = by_name.next().or_else(by_number);
    found.map(|one| one.id).ok_or_else(|| {
        Refused::missing(format!(
            "Hộp thư không có thư mục đã xóa nào là «{called}» còn lấy lại được."
        ))
    })
}

/// Brings a deleted folder back, up to `limit` messages in one step; how many came, and whether there are more.
///
/// # Errors
/// Whoever does it neither operates nor decides there; there is no such folder any more.
pub fn folder_step(
    tx: &mut Tx<'_>,
    actor: &Actor,
    mailbox: MailboxId,
    id: FolderId,
    limit: i64,
) -> Result<(u64, bool), Refused> {
    let place = allowed(tx, actor, mailbox)?;
    let step = removed::restore_folder(tx, mailbox, id, limit)?;
    if !step.more || step.restored > 0 {
        let act = act(tx, Action::MailRestore, (mailbox, place))?;
        let detail = json!({ "removed_folder": id.0, "messages": step.restored });
        record(tx, actor, &act.with(detail))?;
    }
    Ok((step.restored, step.more))
}
