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

/// Lines between two times, the newest first; by the index of times.
pub(crate) const BETWEEN: &str =
    "SELECT id, at, direction, trace, sender, recipient, client_ip, size, code, result
         FROM mail_log WHERE at >= $1 AND (at, id) < ($2, $3) ORDER BY at DESC, id DESC LIMIT $4";

/// Lines of one recipient between two times, the newest first; by the index of recipients.
pub(crate) const TO: &str =
    "SELECT id, at, direction, trace, sender, recipient, client_ip, size, code, result
         FROM mail_log WHERE lower(recipient) = lower($5) AND at >= $1 AND (at, id) < ($2, $3) ORDER BY at DESC, id DESC LIMIT $4";

/// The same of one sender; by the index of senders.
pub(crate) const FROM: &str =
    "SELECT id, at, direction, trace, sender, recipient, client_ip, size, code, result
         FROM mail_log WHERE lower(sender) = lower($5) AND at >= $1 AND (at, id) < ($2, $3) ORDER BY at DESC, id DESC LIMIT $4";

/// What was taken in under a Message-ID, the newest first; by the index of names.
pub(crate) const NAMED: &str =
    "SELECT trace FROM mail_name WHERE name = $1 ORDER BY trace DESC LIMIT $2";

/// The oldest names: trace ids begin with the time.
pub(crate) const OLD_NAMES: &str = "SELECT trace, at FROM mail_name ORDER BY trace LIMIT $1";

/// The oldest lines; by the index of times.
pub(crate) const OLD: &str = "SELECT id FROM mail_log WHERE at < $1 ORDER BY at LIMIT $2";

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

/// How many deliveries into mailboxes and how many submissions were logged from one time to before another (ms): each recipient
/// of a message is one. Reads every line between them.
pub fn volume(tx: &mut Tx<'_>, from: i64, end: i64) -> StoreResult<(u64, u64)> {
    let found = tx.one(
        "SELECT COALESCE(SUM(CASE WHEN direction = 'local' THEN 1 ELSE 0 END), 0),
                COALESCE(SUM(CASE WHEN direction = 'submit' THEN 1 ELSE 0 END), 0)
         FROM mail_log WHERE at >= $1 AND at < $2 AND code < 300",
        params![from, end],
        |row| Ok((row.u64(0)?, row.u64(1)?)),
    )?;
    Ok(found.unwrap_or_default())
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

/// Notes the Message-ID of what is taken in, so that it is found by it as long as the log is kept.
pub fn name(tx: &mut Tx<'_>, trace: &str, message_id: &str) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO mail_name (trace, at, name) VALUES ($1, $2, $3) ON CONFLICT (trace) DO NOTHING",
        params![trace, tx.now(), message_id],
    )?;
    Ok(())
}

/// The trace ids of what was taken in under a Message-ID (`<…@…>`), the newest first, at most `limit`.
pub fn named(tx: &mut Tx<'_>, message_id: &str, limit: i64) -> StoreResult<Vec<String>> {
    tx.all(NAMED, params![message_id, limit], |row| row.text(0))
}

/// The Message-ID of a message; `None` where it had none, or it is no longer kept.
pub fn name_of(tx: &mut Tx<'_>, trace: &str) -> StoreResult<Option<String>> {
    tx.one(
        "SELECT name FROM mail_name WHERE trace = $1",
        params![trace],
        |row| row.text(0),
    )
}

/// The account that submitted a message, and from where; `None` where nobody signed in sent it, or its lines are gone.
pub fn submitter(tx: &mut Tx<'_>, trace: &str) -> StoreResult<Option<(AccountId, String)>> {
    let found = tx.one(
        "SELECT account_id, client_ip FROM mail_log
         WHERE trace = $1 AND direction = 'submit' AND account_id IS NOT NULL ORDER BY id LIMIT 1",
        params![trace],
        |row| Ok((AccountId(row.int(0)?), row.text(1)?)),
    )?;
    Ok(found)
}

pub(crate) fn logged(row: &Row<'_>) -> StoreResult<Logged> {
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

/// What lines are sought by: the fields of TQ.9.1 and SL.11.1. Each that is set must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// From this time on (ms).
    pub from: Option<i64>,
    /// Before this time (ms).
    pub until: Option<i64>,
    /// Part of the envelope sender, whatever its case; empty: the null sender.
    pub sender: Option<String>,
    /// Part of the envelope recipient, whatever its case.
    pub recipient: Option<String>,
    /// Where it came from.
    pub client_ip: Option<String>,
    /// Bytes at the least.
    pub size_least: Option<u64>,
    /// Bytes at the most.
    pub size_most: Option<u64>,
    /// The outcome's code, or how it begins: 5 is every 5xx.
    pub code: Option<u16>,
    /// Part of the outcome in words, whatever its case.
    pub result: Option<String>,
    /// `in`, `submit`, `local`, `out`, `notice`.
    pub direction: Option<String>,
    /// The whole envelope sender, whatever its case: found by its index.
    pub sender_is: Option<String>,
    /// The whole envelope recipient, whatever its case: found by its index, before the sender.
    pub recipient_is: Option<String>,
}

impl Filter {
    fn fits(&self, line: &Logged) -> bool {
        let part = |wanted: &Option<String>, text: &str| {
            let lower = |text: &str| text.to_lowercase();
            wanted
                .as_ref()
                .is_none_or(|wanted| lower(text).contains(&lower(wanted)))
        };
        let same = |wanted: &Option<String>, text: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == text)
        };
        let is = |wanted: &Option<String>, text: &str| {
            let lower = |text: &str| text.to_lowercase();
            wanted
                .as_ref()
                .is_none_or(|wanted| lower(wanted) == lower(text))
        };
        let sender = match self.sender.as_deref() {
            Some("") => line.sender.is_empty(),
            _ => part(&self.sender, &line.sender),
        };
        let code = self.code.is_none_or(|code| {
            let begins = line.code.to_string().starts_with(&code.to_string());
            i64::from(code) == line.code || code < 100 && begins
        });
        sender
            && code
            && is(&self.sender_is, &line.sender)
            && is(&self.recipient_is, &line.recipient)
            && part(&self.recipient, &line.recipient)
            && part(&self.result, &line.result)
            && same(&self.client_ip, &line.client_ip)
            && same(&self.direction, &line.direction)
            && self.size_least.is_none_or(|least| line.size >= least)
            && self.size_most.is_none_or(|most| line.size <= most)
    }
}

/// What a piece of a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Lines that fit, the newest first.
    pub lines: Vec<Logged>,
    /// Where the next piece goes on ([`search`]'s `before`); `None` at the end.
    pub next: Option<(i64, i64)>,
}

/// The newest lines that fit, before the line with this time and id (`None`: from the newest), at most `limit`. So many as
/// `look` lines are looked at in one transaction, whether they fit or not: a day of a province is a million lines, and no
/// delivery pays for an index of its own for each field. Ask for a short time.
pub fn search(
    tx: &mut Tx<'_>,
    filter: &Filter,
    before: Option<(i64, i64)>,
    limit: usize,
    look: i64,
) -> StoreResult<Found> {
    let end = (filter.until.unwrap_or(i64::MAX), 0);
    let (at, id) = before.map_or(end, |before| before.min(end));
    let mut found = Found {
        lines: Vec::new(),
        next: None,
    };
    let mut looked = 0;
    let from = filter.from.unwrap_or(i64::MIN);
    let mut take = |row: &Row<'_>| {
        let line = logged(row)?;
        looked += 1;
        let last = (line.at, line.id);
        if filter.fits(&line) {
            found.lines.push(line);
        }
        if found.lines.len() >= limit || looked == look {
            found.next = Some(last);
            return Ok(false);
        }
        Ok(true)
    };
    match (&filter.recipient_is, &filter.sender_is) {
        (Some(recipient), _) => tx.each(TO, params![from, at, id, look, recipient], &mut take)?,
        (None, Some(sender)) => tx.each(FROM, params![from, at, id, look, sender], &mut take)?,
        (None, None) => tx.each(BETWEEN, params![from, at, id, look], &mut take)?,
    }
    Ok(found)
}

/// Removes up to `limit` lines from before `before` (ms); how many. How long they must be kept, who calls it knows.
pub fn prune(tx: &mut Tx<'_>, before: i64, limit: i64) -> StoreResult<u64> {
    let old = tx.all(OLD, params![before, limit], |row| row.int(0))?;
    for id in &old {
        tx.execute("DELETE FROM mail_log WHERE id = $1", params![*id])?;
    }
    let names = tx.all(OLD_NAMES, params![limit], |row| {
        Ok((row.text(0)?, row.int(1)?))
    })?;
    for (trace, _) in names.iter().take_while(|(_, at)| *at < before) {
        tx.execute("DELETE FROM mail_name WHERE trace = $1", params![trace])?;
    }
    Ok(old.len() as u64)
}
