//! Conversations: messages of a mailbox that answer one another.
//!
//! A message says by itself to which one it belongs (RFC 5322 §3.6.4: the oldest that its `References` name), so no delivery looks
//! for others. Entries of messages that answer something carry it (`entry.thread_id`) and stand in an index; the one that
//! began it is found by its Message-ID. So what begins nothing and answers nothing, most of the mail, costs no index.

use super::EntryView;
use super::newest::Towards;
use crate::sql::params;
use crate::{FolderId, MailboxId, MessageId, StoreResult, Tx};

/// Entries looked at in one statement.
const CHUNK: u32 = 64;
/// So many entries are looked at for one page: a folder of one endless conversation has short pages.
const LOOKED_AT: u32 = 2_048;

/// A conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversation {
    thread: i64,
    /// The Message-ID of the message that began it.
    began: String,
}

/// A message of a conversation, in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Where it lies.
    pub folder: FolderId,
    /// Its UID there.
    pub uid: u32,
    /// Flag bits.
    pub flags: i64,
    /// INTERNALDATE (ms).
    pub internal_at: i64,
}

/// The conversation a message belongs to; none where it has no Message-ID and answers nothing.
pub fn of_message(tx: &mut Tx<'_>, message: MessageId) -> StoreResult<Option<Conversation>> {
    let found = tx.one(
        "SELECT thread_id, refs, message_id FROM message WHERE id = $1 AND thread_id IS NOT NULL",
        params![message],
        |row| Ok((row.int(0)?, row.text(1)?, row.opt_text(2)?)),
    )?;
    Ok(found.map(|(thread, answers, own)| {
        let oldest = answers.split(' ').find(|id| !id.is_empty());
        let began = oldest.map(str::to_owned).or(own).unwrap_or_default();
        Conversation { thread, began }
    }))
}

// Without statistics SQLite would walk through the folder rather than take these indices.
/// Those of a mailbox that answer something.
pub(crate) const OF_MAILBOX: &str =
    "SELECT folder_id, uid, flags, internal_at FROM entry /*sqlite INDEXED BY entry_thread*/
     WHERE mailbox_id = $1 AND thread_id = $2 LIMIT $3";
/// What began it: many may have it, so it is looked for in the mailbox's own folders.
pub(crate) const BEGAN: &str = "SELECT e.folder_id, e.uid, e.flags, e.internal_at
     FROM message m CROSS JOIN folder f CROSS JOIN entry e /*sqlite INDEXED BY entry_message*/
     WHERE m.message_id = $2 AND m.refs = '' AND f.mailbox_id = $1 AND e.message_id = m.id AND e.folder_id = f.id LIMIT $3";
/// Those of a folder that answer something.
pub(crate) const OF_FOLDER: &str =
    "SELECT folder_id, uid, flags, internal_at FROM entry /*sqlite INDEXED BY entry_thread*/
     WHERE mailbox_id = $1 AND thread_id = $2 AND folder_id = $3 ORDER BY uid LIMIT $4";
/// What began it, in a folder.
pub(crate) const BEGAN_THERE: &str = "SELECT e.folder_id, e.uid, e.flags, e.internal_at
     FROM message m CROSS JOIN entry e /*sqlite INDEXED BY entry_message*/
     WHERE m.message_id = $2 AND m.refs = '' AND e.message_id = m.id AND e.folder_id = $1 LIMIT $3";

/// Its messages in a mailbox, at most so many, the oldest first.
pub fn in_mailbox(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    conversation: &Conversation,
    most: u32,
) -> StoreResult<Vec<Member>> {
    let of = params![mailbox, conversation.thread, most];
    let mut members = tx.all(OF_MAILBOX, of, member)?;
    let of = params![mailbox, conversation.began.as_str(), most];
    members.extend(tx.all(BEGAN, of, member)?);
    members.sort_by_key(|member| (member.internal_at, member.folder.0, member.uid));
    members.truncate(most as usize);
    Ok(members)
}

/// Its messages in one folder, at most so many, by UID.
pub fn in_folder(
    tx: &mut Tx<'_>,
    (mailbox, folder): (MailboxId, FolderId),
    conversation: &Conversation,
    most: u32,
) -> StoreResult<Vec<Member>> {
    let of = params![mailbox, conversation.thread, folder, most];
    let mut members = tx.all(OF_FOLDER, of, member)?;
    let of = params![folder, conversation.began.as_str(), most];
    members.extend(tx.all(BEGAN_THERE, of, member)?);
    members.sort_by_key(|member| member.uid);
    members.truncate(most as usize);
    Ok(members)
}

fn member(row: &crate::Row<'_>) -> StoreResult<Member> {
    Ok(Member {
        folder: FolderId(row.int(0)?),
        uid: row.u32(1)?,
        flags: row.int(2)?,
        internal_at: row.int(3)?,
    })
}

macro_rules! page {
    ($which:literal, $order:literal) => {
        concat!(
            "SELECT e.uid, e.flags, e.modseq, e.internal_at, e.saved_at, e.size, e.message_id, e.prefix,
                    COALESCE(e.object_id, e.folder_id * 4294967296 + e.uid),
                    m.envelope, m.structure, m.header_len, m.subject, m.sent_at, m.preview, m.thread_id,
                    CAST(CASE WHEN EXISTS (SELECT 1 FROM entry n /*sqlite INDEXED BY entry_thread*/ WHERE n.mailbox_id = e.mailbox_id AND n.thread_id = m.thread_id
                                           AND n.folder_id = e.folder_id AND n.uid > e.uid) THEN 1 ELSE 0 END AS BIGINT),
                    CAST(CASE WHEN e.thread_id IS NULL THEN 0 ELSE 1 END AS BIGINT)
             FROM entry e JOIN message m ON m.id = e.message_id WHERE e.folder_id = $1 AND ",
            $which,
            $order,
            " LIMIT $3"
        )
    };
}

pub(crate) const OLDER: &str = page!("e.uid < $2", " ORDER BY e.uid DESC");
pub(crate) const NEWER: &str = page!("e.uid > $2", " ORDER BY e.uid");

/// What [`page`] found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paged {
    /// The last UID that was looked at.
    pub last: Option<u32>,
    /// There is more behind it.
    pub more: bool,
}

/// As [`super::page`], each conversation once, where its last message in the folder lies: `f` hears of at most `most`, and of each
/// whether it answers something, so that others may belong to it.
pub fn page(
    tx: &mut Tx<'_>,
    folder: FolderId,
    mut towards: Towards,
    most: u32,
    mut f: impl FnMut(&EntryView<'_>, bool) -> StoreResult<()>,
) -> StoreResult<Paged> {
    let (mut shown, mut looked_at) = (0, 0);
    let mut paged = Paged::default();
    loop {
        let (sql, from) = match towards {
            Towards::Older(from) => (OLDER, from),
            Towards::Newer(from) => (NEWER, from),
        };
        let mut seen = 0;
        tx.each(sql, params![folder, from, CHUNK], |row| {
            let entry = EntryView::of(row);
            let is_last = row.int(16)? == 0;
            if is_last && shown == most {
                paged.more = true;
                return Ok(false);
            }
            paged.last = Some(entry.uid()?);
            seen += 1;
            if is_last {
                shown += 1;
                f(&entry, row.int(17)? != 0)?;
            }
            Ok(true)
        })?;
        looked_at += seen;
        let Some(last) = paged.last.filter(|_| seen == CHUNK && !paged.more) else {
            return Ok(paged);
        };
        if looked_at >= LOOKED_AT {
            paged.more = true;
            return Ok(paged);
        }
        towards = match towards {
            Towards::Older(_) => Towards::Older(last),
            Towards::Newer(_) => Towards::Newer(last),
        };
    }
}
