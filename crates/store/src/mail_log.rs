//! The mail log: time, from, to, the sender's IP, size, result or error (TQ.9.1, SL.11.1).

use crate::sql::params;
use crate::{AccountId, Row, StoreResult, Tx};

/// A page of the mail log; by the index of times.
pub(crate) const PAGE: &str =
    "SELECT id, at, direction, trace, sender, recipient, client_ip, size, code, result
         FROM mail_log WHERE (at, id) < ($1, $2) ORDER BY at DESC, id DESC LIMIT $3";

/// One message's lines; by the index of traces.
pub(crate) const OF_TRACE: &str =
    "SELECT id, at, direction, trace, sender, recipient, client_ip, size, code, result
         FROM mail_log WHERE trace = $1 AND id > $2 ORDER BY id LIMIT $3";

/// One line: what happened to one message for one recipient.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    /// When (ms).
    pub at: i64,
    /// `in`, `submit`, `local`, `out`, `notice`.
    pub direction: &'a str,
    /// The trace id, as in the Received line.
    pub trace: &'a str,
    /// Envelope sender; empty for the null sender.
    pub sender: &'a str,
    /// Envelope recipient.
    pub recipient: &'a str,
    /// Where it came from.
    pub client_ip: &'a str,
    /// Bytes.
    pub size: u64,
    /// SMTP code of the outcome.
    pub code: u16,
    /// What happened, in words.
    pub result: &'a str,
    /// The account that sent it, if signed in.
    pub account: Option<AccountId>,
}

/// Writes a line.
pub fn add(tx: &mut Tx<'_>, line: &Line<'_>) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO mail_log (at, direction, trace, sender, recipient, client_ip, size, code, result, account_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            line.at,
            line.direction,
            line.trace,
            line.sender,
            line.recipient,
            line.client_ip,
            i64::try_from(line.size).unwrap_or(i64::MAX),
            i64::from(line.code),
            line.result,
            line.account
        ],
    )?;
    Ok(())
}

/// A line as read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Its row: where the next page goes on, see [`page_before`].
    pub id: i64,
    /// When (ms).
    pub at: i64,
    /// Direction.
    pub direction: String,
    /// Trace id.
    pub trace: String,
    /// Envelope sender.
    pub sender: String,
    /// Envelope recipient.
    pub recipient: String,
    /// Client.
    pub client_ip: String,
    /// Bytes.
    pub size: u64,
    /// Code.
    pub code: i64,
    /// Words.
    pub result: String,
}

/// The newest lines before `before` (ms), at most `limit`.
pub fn page(tx: &mut Tx<'_>, before: i64, limit: i64) -> StoreResult<Vec<Logged>> {
    page_before(tx, (before, 0), limit)
}

/// The newest lines before the line with this time and id, at most `limit`: the page after the one
/// that ended there. Many lines share a millisecond, so the time alone would leave some out.
pub fn page_before(tx: &mut Tx<'_>, (at, id): (i64, i64), limit: i64) -> StoreResult<Vec<Logged>> {
    tx.all(PAGE, params![at, id, limit], logged)
}

/// Every line of one message, oldest first: its whole way from acceptance to the far server's reply.
/// At most `limit`, after the line with the id `after`.
pub fn of_trace(tx: &mut Tx<'_>, trace: &str, after: i64, limit: i64) -> StoreResult<Vec<Logged>> {
    tx.all(OF_TRACE, params![trace, after, limit], logged)
}

fn logged(row: &Row<'_>) -> StoreResult<Logged> {
    Ok(Logged {
        id: row.int(0)?,
        at: row.int(1)?,
        direction: row.text(2)?,
        trace: row.text(3)?,
        sender: row.text(4)?,
        recipient: row.text(5)?,
        client_ip: row.text(6)?,
        size: row.u64(7)?,
        code: row.int(8)?,
        result: row.text(9)?,
    })
}
