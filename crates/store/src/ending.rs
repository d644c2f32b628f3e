//! The end of a mailbox: taken back but kept, or deleted for good.
//!
//! **Taken back** ([`revoke`], BS.7.đ4): nobody opens it, its addresses are nobody's, its mail stays; [`bring_back`] gives
//! the same mailbox, addresses and mail to the same person.
//!
//! **Deleted for good** ([`destroy`], QN.7.2, TQ.7.2, TQ.8.4, SL.7.2): from the commit on nobody can open, reach or restore
//! anything of it; chunks behind ([`step`]) remove messages, search index, keywords, annotations and what could have been
//! brought back, and go on after a kill. A message that others have too stays for them. Bytes that nobody else has go
//! five minutes after their message, for a reader may be at them. What stays is the record: the mailbox's row with its
//! name, its addresses (retired for ever), the account's row without any credential, the logs.
//!
//! SQLite overwrites what is deleted (`secure_delete`); its log of writes and PostgreSQL's pages hold old bytes until they are
//! written over (checkpoint, VACUUM), and a backup until it is replaced.

use crate::sql::params;
use crate::{
    AccountId, Change, FolderId, MailboxId, StoreError, StoreResult, Tx, account, folder, former,
    identity, queue, removed, upload,
};

/// Takes a mailbox back and keeps it: sign-in is off, its addresses are retired, what its account has in the queue is held.
/// A second time does nothing.
pub fn revoke(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<()> {
    let now = tx.now();
    let (account, before) = holder(tx, id)?;
    if before.is_some() {
        return Ok(());
    }
    tx.execute(
        "UPDATE mailbox SET revoked_at = $2 WHERE id = $1",
        params![id, now],
    )?;
    retire_addresses(tx, id)?;
    if let Some(account) = account {
        queue::hold_account(tx, account)?;
        account::raise_epoch(tx, account)?;
    }
    tx.tell(Change::Directory);
    tx.tell(Change::Keepers(id));
    identity::touch_mailbox(tx, id)
}

/// Gives a mailbox that was taken back to the person it was taken from, with the addresses it had then. A lock that was
/// in force before is in force again. A conflict where it was deleted since.
pub fn bring_back(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<()> {
    let found = tx.one(
        "SELECT account_id, revoked_at, deleted_at, lock_closed FROM mailbox WHERE id = $1",
        params![id],
        |row| {
            let account = row.opt_int(0)?.map(AccountId);
            Ok((account, row.opt_int(1)?, row.opt_int(2)?, row.int(3)?))
        },
    )?;
    let (account, revoked_at, deleted_at, lock_closed) =
        found.ok_or(StoreError::NotFound("mailbox"))?;
    if deleted_at.is_some() {
        return Err(StoreError::Conflict("deleted mailbox"));
    }
    let Some(revoked_at) = revoked_at else {
        return Ok(());
    };
    former::keep_revoked(tx, id)?;
    tx.execute(
        "UPDATE mailbox SET revoked_at = NULL, restored_at = $2 WHERE id = $1",
        params![id, tx.now()],
    )?;
    tx.execute(
        "UPDATE address SET retired_at = NULL WHERE mailbox_id = $1 AND retired_at = $2",
        params![id, revoked_at],
    )?;
    if let Some(account) = account {
        if lock_closed == 0 {
            queue::release_account(tx, account)?;
        }
        account::raise_epoch(tx, account)?;
    }
    tx.tell(Change::Directory);
    tx.tell(Change::Keepers(id));
    identity::touch_mailbox(tx, id)
}

/// The account of a mailbox, and since when it is taken back or deleted (ms).
fn holder(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<(Option<AccountId>, Option<i64>)> {
    tx.one(
        "SELECT account_id, COALESCE(deleted_at, revoked_at) FROM mailbox WHERE id = $1",
        params![id],
        |row| Ok((row.opt_int(0)?.map(AccountId), row.opt_int(1)?)),
    )?
    .ok_or(StoreError::NotFound("mailbox"))
}

fn retire_addresses(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<()> {
    tx.execute(
        "UPDATE address SET retired_at = $2 WHERE mailbox_id = $1 AND retired_at IS NULL",
        params![id, tx.now()],
    )?;
    Ok(())
}

/// Deletes a mailbox for good. From the commit on nothing of it can be opened, reached or brought back; [`step`] removes
/// what is left. A second time does nothing.
pub fn destroy(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<()> {
    let now = tx.now();
    let marked = tx.execute(
        "UPDATE mailbox SET deleted_at = $2, closed_at = COALESCE(closed_at, $2), quota_level = 0
         WHERE id = $1 AND deleted_at IS NULL",
        params![id, now],
    )?;
    let (account, _) = holder(tx, id)?;
    if marked == 0 {
        return Ok(());
    }
    tx.execute(
        "INSERT INTO destruction (mailbox_id, begun_at) VALUES ($1, $2)",
        params![id, now],
    )?;
    retire_addresses(tx, id)?;
    clear(tx, id)?;
    hide(tx, id)?;
    tx.execute(
        "UPDATE delegation SET ended_at = $2, ended_how = 'deleted' WHERE ended_at IS NULL
         AND (mailbox_id = $1 OR account_id = (SELECT account_id FROM mailbox WHERE id = $1))",
        params![id, now],
    )?;
    if let Some(account) = account {
        wipe(tx, account)?;
        queue::hold_account(tx, account)?;
        account::raise_epoch(tx, account)?;
    }
    tx.tell(Change::Mailbox(id));
    tx.tell(Change::Directory);
    tx.tell(Change::Keepers(id));
    identity::touch_mailbox(tx, id)
}

/// Removes what is little: names, annotations, memberships.
fn clear(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<()> {
    for sql in [
        "DELETE FROM group_member WHERE member_kind = 0 AND member_id = $1",
        "DELETE FROM subscription WHERE mailbox_id = $1",
        "DELETE FROM metadata WHERE mailbox_id = $1",
        "DELETE FROM keyword WHERE mailbox_id = $1",
        "DELETE FROM removed_folder WHERE mailbox_id = $1",
        "DELETE FROM assignment WHERE mailbox_id = $1",
        "DELETE FROM unit_opened WHERE mailbox_id = $1",
        "DELETE FROM unit_note WHERE mailbox_id = $1",
        "DELETE FROM filter WHERE mailbox_id = $1",
        "DELETE FROM vacation_answer WHERE mailbox_id = $1",
        "DELETE FROM vacation WHERE mailbox_id = $1",
        "DELETE FROM later WHERE mailbox_id = $1",
        "DELETE FROM saved_search WHERE mailbox_id = $1",
        "DELETE FROM push_subscription WHERE mailbox_id = $1",
        "DELETE FROM unit_signature WHERE mailbox_id = $1",
        "UPDATE organisation SET mailbox_id = NULL WHERE mailbox_id = $1",
    ] {
        tx.execute(sql, params![id])?;
    }
    Ok(())
}

/// Takes the names of its folders away; their entries follow.
fn hide(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<()> {
    let folders = folder::list(tx, id)?;
    if !folders.is_empty() {
        tx.execute(
            "UPDATE mailbox SET used_bytes = 0, used_messages = 0 WHERE id = $1",
            params![id],
        )?;
    }
    for folder in folders {
        let hidden = format!("\u{1}{}", folder.id.0);
        tx.execute(
            "UPDATE folder SET name = $2, special_use = NULL, gone_at = $3 WHERE id = $1",
            params![folder.id, &hidden, tx.now()],
        )?;
        tx.execute(
            "DELETE FROM search_due WHERE folder_id = $1",
            params![folder.id],
        )?;
        tx.tell(Change::Folder(folder.id));
    }
    Ok(())
}

/// Nobody signs in with it any more, whatever they know.
fn wipe(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<()> {
    tx.execute(
        "UPDATE account SET password = NULL, must_change = 0, disabled_at = COALESCE(disabled_at, $2) WHERE id = $1",
        params![account, tx.now()],
    )?;
    for sql in [
        "DELETE FROM app_password WHERE account_id = $1",
        "DELETE FROM former_password WHERE account_id = $1",
        "DELETE FROM second_factor WHERE account_id = $1",
        "DELETE FROM recovery_code WHERE account_id = $1",
        "DELETE FROM halfway WHERE account_id = $1",
        "DELETE FROM recovery_address WHERE account_id = $1",
        "DELETE FROM password_reset WHERE account_id = $1",
        "DELETE FROM passkey WHERE account_id = $1",
        "DELETE FROM saved_search WHERE account_id = $1",
        "DELETE FROM writing WHERE account_id = $1",
        "DELETE FROM reading WHERE account_id = $1",
        "DELETE FROM letter_template WHERE account_id = $1",
        "DELETE FROM contact_listed WHERE list_id IN (SELECT id FROM contact_list WHERE account_id = $1)",
        "DELETE FROM contact_list WHERE account_id = $1",
        "DELETE FROM contact WHERE account_id = $1",
        "DELETE FROM later WHERE account_id = $1",
    ] {
        tx.execute(sql, params![account])?;
    }
    upload::clear(tx, account)
}

/// So many mailboxes are looked at for one piece of work.
const LOOKED_AT: i64 = 20;

/// Does a bounded piece of what final deletions have left, up to `limit` messages or rows of a search index; false when
/// there is nothing to do now (bytes may still wait for their time).
pub fn step(tx: &mut Tx<'_>, limit: i64) -> StoreResult<bool> {
    let open = tx.all(
        "SELECT mailbox_id FROM destruction WHERE done_at IS NULL ORDER BY looked_at, mailbox_id LIMIT $1",
        params![LOOKED_AT],
        |row| Ok(MailboxId(row.int(0)?)),
    )?;
    for mailbox in open {
        if work(tx, mailbox, limit)? {
            return Ok(true);
        }
        if is_destroyed(tx, mailbox)? {
            tx.execute(
                "UPDATE destruction SET done_at = $2 WHERE mailbox_id = $1",
                params![mailbox, tx.now()],
            )?;
            return Ok(true);
        }
        // Its bytes wait for their time: others come first.
        tx.execute(
            "UPDATE destruction SET looked_at = $2 WHERE mailbox_id = $1",
            params![mailbox, tx.now()],
        )?;
    }
    Ok(false)
}

fn work(tx: &mut Tx<'_>, mailbox: MailboxId, limit: i64) -> StoreResult<bool> {
    // A command that was under way may have made something since.
    clear(tx, mailbox)?;
    hide(tx, mailbox)?;
    if removed::end(tx, mailbox, limit)? > 0 {
        return Ok(true);
    }
    let folder = tx.one(
        "SELECT id FROM folder WHERE mailbox_id = $1 ORDER BY id LIMIT 1",
        params![mailbox],
        |row| Ok(FolderId(row.int(0)?)),
    )?;
    if let Some(folder) = folder {
        return Ok(unindex(tx, folder, limit)? || folder::purge_one(tx, folder, limit)?);
    }
    let (account, _) = holder(tx, mailbox)?;
    match account {
        Some(account) => {
            Ok(queue::drop_of_account(tx, account)?.is_some_and(|chosen| chosen.done > 0))
        }
        None => Ok(false),
    }
}

/// Removes rows of a folder's search index: its terms are words of the mail.
fn unindex(tx: &mut Tx<'_>, folder: FolderId, limit: i64) -> StoreResult<bool> {
    // Nothing that was begun can go live once its rows go.
    tx.execute(
        "UPDATE segment SET state = 2 WHERE folder_id = $1 AND state <> 2",
        params![folder],
    )?;
    let mut rows = 0;
    for sql in [
        "DELETE FROM term_block WHERE folder_id = $1 AND (segment_id, first) IN
         (SELECT segment_id, first FROM term_block WHERE folder_id = $1 LIMIT $2)",
        "DELETE FROM posting_block WHERE folder_id = $1 AND (segment_id, seq) IN
         (SELECT segment_id, seq FROM posting_block WHERE folder_id = $1 LIMIT $2)",
    ] {
        rows += tx.execute(sql, params![folder, limit])?;
    }
    if rows == 0 {
        tx.execute("DELETE FROM segment WHERE folder_id = $1", params![folder])?;
    }
    Ok(rows > 0)
}

/// Whether nothing is left of a mailbox deleted for good: no message, no byte of one, no word of an index, no credential.
/// False for one that is not deleted.
pub fn is_destroyed(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<bool> {
    let left = tx.one(
        "SELECT CAST(CASE WHEN m.deleted_at IS NULL
            OR EXISTS (SELECT 1 FROM folder WHERE mailbox_id = m.id)
            OR EXISTS (SELECT 1 FROM removed WHERE mailbox_id = m.id)
            OR EXISTS (SELECT 1 FROM removed_folder WHERE mailbox_id = m.id)
            OR EXISTS (SELECT 1 FROM blob WHERE ending = m.id)
            OR EXISTS (SELECT 1 FROM subscription WHERE mailbox_id = m.id)
            OR EXISTS (SELECT 1 FROM metadata WHERE mailbox_id = m.id)
            OR EXISTS (SELECT 1 FROM keyword WHERE mailbox_id = m.id)
            OR EXISTS (SELECT 1 FROM assignment WHERE mailbox_id = m.id)
            OR EXISTS (SELECT 1 FROM filter WHERE mailbox_id = m.id)
            OR EXISTS (SELECT 1 FROM vacation_answer WHERE mailbox_id = m.id)
            OR EXISTS (SELECT 1 FROM vacation WHERE mailbox_id = m.id)
            OR EXISTS (SELECT 1 FROM address WHERE mailbox_id = m.id AND retired_at IS NULL)
            OR EXISTS (SELECT 1 FROM group_member WHERE member_kind = 0 AND member_id = m.id)
            OR EXISTS (SELECT 1 FROM app_password WHERE account_id = m.account_id)
            OR EXISTS (SELECT 1 FROM former_password WHERE account_id = m.account_id)
            OR EXISTS (SELECT 1 FROM second_factor WHERE account_id = m.account_id)
            OR EXISTS (SELECT 1 FROM recovery_code WHERE account_id = m.account_id)
            OR EXISTS (SELECT 1 FROM recovery_address WHERE account_id = m.account_id)
            OR EXISTS (SELECT 1 FROM passkey WHERE account_id = m.account_id)
            OR EXISTS (SELECT 1 FROM saved_search WHERE mailbox_id = m.id OR account_id = m.account_id)
            OR EXISTS (SELECT 1 FROM contact WHERE account_id = m.account_id)
            OR EXISTS (SELECT 1 FROM contact_list WHERE account_id = m.account_id)
            OR EXISTS (SELECT 1 FROM account WHERE id = m.account_id AND password IS NOT NULL)
            OR EXISTS (SELECT 1 FROM queue WHERE account_id = m.account_id)
            THEN 1 ELSE 0 END AS BIGINT)
         FROM mailbox m WHERE m.id = $1",
        params![id],
        |row| row.int(0),
    )?;
    Ok(left == Some(0))
}

/// Mailboxes of which nothing is left and of which the record of acts does not say so yet, at most `limit`.
pub fn finished(tx: &mut Tx<'_>, limit: i64) -> StoreResult<Vec<MailboxId>> {
    tx.all(
        "SELECT mailbox_id FROM destruction WHERE done_at IS NOT NULL AND recorded_at IS NULL ORDER BY mailbox_id LIMIT $1",
        params![limit],
        |row| Ok(MailboxId(row.int(0)?)),
    )
}

/// Notes that the record of acts says so, in the transaction that writes it; false where it did already.
pub fn recorded(tx: &mut Tx<'_>, id: MailboxId) -> StoreResult<bool> {
    let rows = tx.execute(
        "UPDATE destruction SET recorded_at = $2 WHERE mailbox_id = $1 AND done_at IS NOT NULL AND recorded_at IS NULL",
        params![id, tx.now()],
    )?;
    Ok(rows == 1)
}
