//! The other messages of a conversation, around the one that is read.

use congvu_message::search::envelope::{self, Field};
use congvu_store::entry::{self, Want, conversation};
use congvu_store::folder::Folder;
use congvu_store::keyword::flag;
use congvu_store::{FolderId, StoreResult, Tx};

use super::tree::{self, Use};
use crate::site::{User, short};

/// So many messages of a conversation are shown.
const MOST: u32 = 100;

/// A message of the conversation, folded.
pub(super) struct Folded {
    pub(super) href: String,
    pub(super) who: String,
    pub(super) preview: String,
    pub(super) when: String,
    pub(super) unseen: bool,
    /// The folder, where it lies elsewhere.
    pub(super) folder: Option<String>,
}

/// A conversation around one of its messages.
#[derive(Default)]
pub(super) struct Together {
    pub(super) before: Vec<Folded>,
    pub(super) after: Vec<Folded>,
    /// Those of it that lie in the folder whose list is shown.
    pub(super) listed: Vec<u32>,
}

/// The conversation of the message `uid` in `folder`, as far as it lies in the mailbox's `folders`; what was thrown away, is
/// no mail or not yet sent stays out, but where one reads there. `beside`: the folder whose list is shown.
pub(super) fn read(
    tx: &mut Tx<'_>,
    user: &User,
    folders: &[Folder],
    (folder, uid): (&Folder, u32),
    (beside, suffix): (&Folder, &str),
) -> StoreResult<Together> {
    let mut together = Together::default();
    let mut message = None;
    entry::scan(tx, folder.id, (uid, uid), Want::Entry, |entry| {
        message = Some(entry.message()?);
        Ok(false)
    })?;
    let Some(message) = message else {
        return Ok(together);
    };
    let Some(found) = conversation::of_message(tx, message)? else {
        return Ok(together);
    };
    let now = tx.now();
    let mut passed = false;
    let mut seen = Vec::new();
    for member in conversation::in_mailbox(tx, folder.mailbox, &found, MOST)? {
        if member.folder == beside.id {
            together.listed.push(member.uid);
        }
        if (member.folder, member.uid) == (folder.id, uid) {
            passed = true;
            continue;
        }
        let Some(place) = folders.iter().find(|place| place.id == member.folder) else {
            continue;
        };
        let is_aside = matches!(
            Use::of(place),
            Use::Trash | Use::Junk | Use::Drafts | Use::Scheduled
        );
        if is_aside && place.id != folder.id {
            continue;
        }
        entry::scan(
            tx,
            place.id,
            (member.uid, member.uid),
            Want::Message,
            |entry| {
                // What one sent to oneself, or to a group one is in, lies here twice.
                if entry.message()? == message || seen.contains(&entry.message()?) {
                    return Ok(false);
                }
                seen.push(entry.message()?);
                let from = envelope::first(entry.envelope()?, Field::From).unwrap_or_default();
                let name = from.name.trim();
                let folded = Folded {
                    href: href(place.id, beside, member.uid, suffix),
                    who: if name.is_empty() {
                        format!("{}@{}", from.mailbox, from.host)
                    } else {
                        name.to_owned()
                    },
                    preview: entry.preview()?,
                    when: short(entry.internal_at()?, now, user.lang),
                    unseen: entry.flags()? & flag::SEEN == 0,
                    folder: (place.id != beside.id).then(|| tree::label(place, user.lang)),
                };
                if passed {
                    together.after.push(folded);
                } else {
                    together.before.push(folded);
                }
                Ok(false)
            },
        )?;
    }
    Ok(together)
}

/// The page of a message with the list of the folder `beside`, which begins where `suffix` says.
fn href(folder: FolderId, beside: &Folder, uid: u32, suffix: &str) -> String {
    let mailbox = beside.mailbox;
    if folder == beside.id {
        return format!("/thu/{mailbox}/{folder}/{uid}{suffix}");
    }
    let mark = if suffix.is_empty() { '?' } else { '&' };
    format!(
        "/thu/{mailbox}/{folder}/{uid}{suffix}{mark}ds={}",
        beside.id
    )
}
