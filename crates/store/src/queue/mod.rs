//! Mail on its way to other servers: durable, claimed under a lease, settled in one transaction.
//!
//! A row of `queue` is a message, a row of `queue_recipient` one recipient of it. Whoever sends
//! claims recipients of one destination for a while ([`claim`](claim()), [`renew`]); what was claimed is due again
//! once the claim ends, so nothing is lost with the one who claimed it, and nobody else sends it
//! meanwhile. [`settle`](settle()) takes the outcomes of one attempt. While a message is here its bytes stay
//! ([`crate::blob::sweep`]).

mod admin;
mod claim;
mod groups;
mod held;
mod sealed;
mod settle;
mod withdraw;

use crate::blob::{self, BlobRef};
use crate::sql::params;
use crate::{
    AccountId, Change, MessageId, QueueId, QueueRecipientId, Row, StoreError, StoreResult, Tx,
    takedown,
};

pub use admin::{
    Chosen, Counted, Depth, Listed, ListedRecipient, Selection, Stretch, count, depth, drop_chunk,
    drop_told, hold_chunk, page, retry_chunk, show,
};
pub use claim::{
    Claim, Due, claim, claim_ripe, due, forget_claims, give_back, next_notice, release, renew,
};
pub use groups::{Group, groups, of_trace};
pub use held::{drop_of_account, hold_account, release_account};
pub(crate) use sealed::{destroy, seal, unseal};
pub use settle::{LastReply, Settlement, Verdict, settle};
pub use withdraw::WITHDRAWN;
pub(crate) use withdraw::withdraw;

#[cfg(test)]
pub(crate) use claim::{DUE, PICK, RIPE};
#[cfg(test)]
pub(crate) use groups::OF_TRACE;

/// A person's mail goes first.
pub const PERSON: i64 = 0;
/// A broadcast's copies go behind it.
pub const BROADCAST: i64 = 1;

/// When a sender wants a notice, as it is stored (RFC 3461 §4.1).
pub mod notify {
    /// On delivery.
    pub const SUCCESS: i64 = 1;
    /// On failure.
    pub const FAILURE: i64 = 2;
    /// On delay.
    pub const DELAY: i64 = 4;
}

/// A message for other servers.
#[derive(Clone, Debug)]
pub struct NewQueued<'a> {
    /// What is sent.
    pub message: MessageId,
    /// Trace id, for the mail log.
    pub trace: &'a str,
    /// Reverse path; empty for the null sender.
    pub sender: &'a str,
    /// Who sent it, if signed in.
    pub account: Option<AccountId>,
    /// Where it came from.
    pub client_ip: &'a str,
    /// Our own header lines.
    pub prefix: &'a [u8],
    /// Bytes of the message, `prefix` not among them.
    pub size: u64,
    /// ENVID, in xtext.
    pub envelope_id: Option<&'a str>,
    /// RET: 1 FULL, 2 HDRS.
    pub ret: Option<i64>,
    /// Octets above 127 in it.
    pub eight_bit: bool,
    /// It needs SMTPUTF8.
    pub utf8: bool,
    /// [`PERSON`] or [`BROADCAST`].
    pub priority: i64,
    /// Now (ms).
    pub at: i64,
    /// When it is given up (ms).
    pub expires_at: i64,
    /// Whom it goes to; at least one.
    pub recipients: &'a [NewRecipient],
}

/// A recipient at another server.
#[derive(Clone, Debug)]
pub struct NewRecipient {
    /// What it is routed by, in lower case.
    pub destination: String,
    /// Its address.
    pub address: String,
    /// ORCPT, in xtext.
    pub original: Option<String>,
    /// NOTIFY as bits of [`notify`]; 0 is NEVER.
    pub notify: Option<i64>,
    /// When its sender must be told of a delay, or of the end (ms).
    pub notice_at: i64,
}

/// Puts a message into the queue; in the transaction that accepts it.
pub fn enqueue(tx: &mut Tx<'_>, new: &NewQueued<'_>) -> StoreResult<QueueId> {
    let size = i64::try_from(new.size).unwrap_or(i64::MAX) + new.prefix.len() as i64;
    let id = tx
        .one(
            "INSERT INTO queue (message_id, trace, sender, account_id, client_ip, prefix, size, envelope_id,
                                ret, eight_bit, utf8, priority, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id",
            params![
                new.message,
                new.trace,
                new.sender,
                new.account,
                new.client_ip,
                new.prefix,
                size,
                new.envelope_id,
                new.ret,
                new.eight_bit,
                new.utf8,
                new.priority,
                new.at,
                new.expires_at
            ],
            |row| Ok(QueueId(row.int(0)?)),
        )?
        .ok_or(StoreError::NotFound("queue"))?;
    for to in new.recipients {
        tx.execute(
            "INSERT INTO queue_recipient (queue_id, destination, address, original, notify, priority, next_at, notice_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            params![
                id,
                &to.destination,
                &to.address,
                to.original.as_ref(),
                to.notify,
                new.priority,
                new.at,
                to.notice_at
            ],
        )?;
    }
    if tx.is_watched() && takedown::stub_of(tx, new.message)?.is_some() {
        seal(tx, id)?;
    }
    tx.tell(Change::Queue);
    Ok(id)
}

/// A queued message, as its sending needs it.
#[derive(Clone, Debug)]
pub struct Queued {
    /// Its row.
    pub id: QueueId,
    /// The message.
    pub message: MessageId,
    /// Trace id.
    pub trace: String,
    /// Reverse path; empty for the null sender.
    pub sender: String,
    /// Who sent it.
    pub account: Option<AccountId>,
    /// Where it came from.
    pub client_ip: String,
    /// Our own header lines.
    pub prefix: Vec<u8>,
    /// Bytes, `prefix` among them.
    pub size: u64,
    /// ENVID, in xtext.
    pub envelope_id: Option<String>,
    /// RET: 1 FULL, 2 HDRS.
    pub ret: Option<i64>,
    /// Octets above 127 in it.
    pub eight_bit: bool,
    /// It needs SMTPUTF8.
    pub utf8: bool,
    /// [`PERSON`] or [`BROADCAST`].
    pub priority: i64,
    /// When it was accepted (ms).
    pub created_at: i64,
    /// When it is given up (ms).
    pub expires_at: i64,
}

const QUEUED: &str =
    "SELECT id, message_id, trace, sender, account_id, client_ip, prefix, size, envelope_id, ret,
        eight_bit, utf8, priority, created_at, expires_at FROM queue WHERE id = $1";

/// A queued message.
pub fn get(tx: &mut Tx<'_>, id: QueueId) -> StoreResult<Option<Queued>> {
    tx.one(QUEUED, params![id], queued)
}

fn queued(row: &Row<'_>) -> StoreResult<Queued> {
    Ok(Queued {
        id: QueueId(row.int(0)?),
        message: MessageId(row.int(1)?),
        trace: row.text(2)?,
        sender: row.text(3)?,
        account: row.opt_int(4)?.map(AccountId),
        client_ip: row.text(5)?,
        prefix: row.bytes(6)?.to_vec(),
        size: row.u64(7)?,
        envelope_id: row.opt_text(8)?,
        ret: row.opt_int(9)?,
        eight_bit: row.int(10)? != 0,
        utf8: row.int(11)? != 0,
        priority: row.int(12)?,
        created_at: row.int(13)?,
        expires_at: row.int(14)?,
    })
}

/// A recipient that its claimer sends to now.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// Its row.
    pub id: QueueRecipientId,
    /// What it is routed by.
    pub destination: String,
    /// Its address.
    pub address: String,
    /// ORCPT, in xtext.
    pub original: Option<String>,
    /// NOTIFY as bits of [`notify`].
    pub notify: Option<i64>,
    /// Attempts so far.
    pub attempts: u32,
    /// The sender was told of the delay.
    pub told: bool,
    /// When it was or is to be tried (ms).
    pub due_at: i64,
    /// How the last attempt ended.
    pub last: Option<LastReply>,
}

/// A message with those of its recipients that were claimed together.
#[derive(Clone, Debug)]
pub struct Job {
    /// The message.
    pub queued: Queued,
    /// The recipients; at least one.
    pub recipients: Vec<Claimed>,
}

/// Where a queued message's bytes are, and how long its header is.
pub fn content(tx: &mut Tx<'_>, message: MessageId) -> StoreResult<Option<(BlobRef, u64)>> {
    tx.one(
        "SELECT b.id, b.size, b.codec, b.object, b.data, b.hash, b.stored, m.header_len
         FROM message m JOIN blob b ON b.id = m.blob_id WHERE m.id = $1",
        params![message],
        |row| Ok((blob::from_row(row, 0)?, row.u64(7)?)),
    )
}

/// A message's subject.
pub fn subject(tx: &mut Tx<'_>, message: MessageId) -> StoreResult<Option<String>> {
    tx.one(
        "SELECT subject FROM message WHERE id = $1",
        params![message],
        |row| row.text(0),
    )
}
