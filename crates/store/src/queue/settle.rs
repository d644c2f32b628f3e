//! The outcomes of one attempt, in one transaction with their lines in the mail log (TQ.9.1,
//! SL.11.1).

use super::withdraw::taken_back;
use super::{QUEUED, Queued, queued};
use crate::mail_log::{self, Line};
use crate::sql::params;
use crate::{QueueId, QueueRecipientId, Row, StoreResult, Tx, entry};

/// How an attempt ended: the far server's words, or ours where it said nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastReply {
    /// When (ms).
    pub at: i64,
    /// SMTP code.
    pub code: u16,
    /// Enhanced status code: `4.4.1`.
    pub status: String,
    /// Words.
    pub text: String,
    /// The server that was spoken to, if any was.
    pub host: Option<String>,
    /// How the way to it was secured: for the mail log, the queue does not keep it.
    pub security: Option<String>,
}

impl LastReply {
    pub(super) fn read(row: &Row<'_>, first: usize) -> StoreResult<Option<Self>> {
        let Some(at) = row.opt_int(first)? else {
            return Ok(None);
        };
        Ok(Some(Self {
            at,
            code: u16::try_from(row.opt_int(first + 1)?.unwrap_or(0)).unwrap_or(0),
            status: row.opt_text(first + 2)?.unwrap_or_default(),
            text: row.opt_text(first + 3)?.unwrap_or_default(),
            host: row.opt_text(first + 4)?,
            security: None,
        }))
    }

    /// The line's words: who said what.
    fn words(&self, what: &str) -> String {
        let host = self.host.as_deref().unwrap_or("-");
        format!("{what}: {host}: {} {}", self.status, self.text)
    }

    /// As [`Self::words`], with what was between us: what was handed over under which protection is
    /// asked for afterwards.
    fn words_of_sent(&self) -> String {
        let host = self.host.as_deref().unwrap_or("-");
        let security = self.security.as_ref();
        let security = security.map_or_else(String::new, |security| format!(" ({security})"));
        format!("sent: {host}{security}: {} {}", self.status, self.text)
    }
}

/// What becomes of a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The far server has it: it leaves the queue.
    Delivered,
    /// It is tried again.
    Deferred {
        /// When (ms).
        next_at: i64,
        /// When its sender must be told something next (ms).
        notice_at: i64,
        /// The sender is told of the delay now.
        told: bool,
        /// The far server may have taken it: it may come twice.
        in_flight: bool,
    },
    /// It is given up and leaves the queue.
    Failed,
    /// It is given up, for it waited too long.
    Expired,
    /// Only a notice: nothing was tried.
    Told {
        /// When it is tried (ms): as it was to be before.
        next_at: i64,
        /// When its sender must be told something next (ms).
        notice_at: i64,
    },
}

/// One recipient's outcome.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// The recipient.
    pub recipient: QueueRecipientId,
    /// What the far server said; for [`Verdict::Told`] and for what expired untried, `None`.
    pub reply: Option<LastReply>,
    /// What becomes of it.
    pub verdict: Verdict,
}

/// Settles recipients of one message that `holder` has claimed; at (ms). Returns how many of them
/// were still its: another may have claimed what it held too long.
pub fn settle(
    tx: &mut Tx<'_>,
    queue: QueueId,
    holder: i64,
    at: i64,
    settlements: &[Settlement],
) -> StoreResult<usize> {
    let Some(queued) = lock(tx, queue)? else {
        return Ok(0);
    };
    let mut settled = 0;
    for settlement in settlements {
        settled += usize::from(one(tx, &queued, holder, at, settlement)?);
    }
    close(tx, &queued)?;
    Ok(settled)
}

/// The message's row, locked: of two that settle its last two recipients at once, one sees that none
/// is left.
pub(super) fn lock(tx: &mut Tx<'_>, queue: QueueId) -> StoreResult<Option<Queued>> {
    if tx.is_postgres() {
        tx.one(
            "SELECT 1 FROM queue WHERE id = $1 FOR UPDATE",
            params![queue],
            |_| Ok(()),
        )?;
    }
    tx.one(QUEUED, params![queue], queued)
}

/// Lets the message go where no recipient is left.
pub(super) fn close(tx: &mut Tx<'_>, queued: &Queued) -> StoreResult<()> {
    let gone = tx.execute(
        "DELETE FROM queue WHERE id = $1
         AND NOT EXISTS (SELECT 1 FROM queue_recipient WHERE queue_id = $1)",
        params![queued.id],
    )?;
    if gone > 0 {
        entry::loosen(tx, vec![queued.message.0])?;
    }
    Ok(())
}

struct Before {
    address: String,
    attempts: i64,
    last: Option<LastReply>,
}

fn one(
    tx: &mut Tx<'_>,
    queued: &Queued,
    holder: i64,
    at: i64,
    settlement: &Settlement,
) -> StoreResult<bool> {
    let id = settlement.recipient;
    let before = tx.one(
        "SELECT address, attempts, last_at, last_code, last_status, last_text, last_host
         FROM queue_recipient WHERE id = $1 AND queue_id = $3 AND claimed_by = $2",
        params![id, holder, queued.id],
        |row| {
            Ok(Before {
                address: row.text(0)?,
                attempts: row.int(1)?,
                last: LastReply::read(row, 2)?,
            })
        },
    )?;
    let Some(before) = before else {
        return Ok(false);
    };
    if let Some(words) = taken_back(tx, queued, &settlement.verdict)? {
        tx.execute("DELETE FROM queue_recipient WHERE id = $1", params![id])?;
        log(tx, queued, &before.address, at, 550, words)?;
        return Ok(true);
    }
    let reply = settlement.reply.as_ref();
    let (code, words) = match &settlement.verdict {
        Verdict::Delivered => {
            let words = reply.map_or_else(|| "sent".to_owned(), LastReply::words_of_sent);
            (reply.map_or(250, |r| r.code), words)
        }
        Verdict::Failed => (reply.map_or(550, |r| r.code), said(reply, "failed")),
        Verdict::Expired => {
            let last = reply.or(before.last.as_ref());
            (554, said(last, "given up after waiting too long"))
        }
        Verdict::Told { next_at, notice_at } => {
            tx.execute(
                "UPDATE queue_recipient SET claimed_by = NULL, next_at = $4, notice_at = $2, told_at = $3 WHERE id = $1",
                params![id, *notice_at, at, *next_at],
            )?;
            return Ok(true);
        }
        Verdict::Deferred {
            next_at,
            notice_at,
            told,
            in_flight,
        } => {
            tx.execute(
                "UPDATE queue_recipient SET claimed_by = NULL, attempts = attempts + 1, next_at = $2, notice_at = $3,
                        told_at = COALESCE($4, told_at), last_at = $5, last_code = $6, last_status = $7,
                        last_text = $8, last_host = $9 WHERE id = $1",
                params![
                    id,
                    *next_at,
                    *notice_at,
                    told.then_some(at),
                    at,
                    reply.map(|r| i64::from(r.code)),
                    reply.map(|r| &r.status),
                    reply.map(|r| &r.text),
                    reply.and_then(|r| r.host.as_ref())
                ],
            )?;
            if *in_flight {
                (
                    reply.map_or(451, |r| r.code),
                    said(reply, "tried again, may come twice (có thể gửi lặp)"),
                )
            } else if before.attempts > 0 && same(before.last.as_ref(), reply) {
                // The log says once that a server answers so, not every two hours for five days.
                return Ok(true);
            } else {
                (reply.map_or(451, |r| r.code), said(reply, "waits"))
            }
        }
    };
    if !matches!(settlement.verdict, Verdict::Deferred { .. }) {
        tx.execute("DELETE FROM queue_recipient WHERE id = $1", params![id])?;
    }
    log(tx, queued, &before.address, at, code, &words)?;
    Ok(true)
}

fn said(reply: Option<&LastReply>, what: &str) -> String {
    reply.map_or_else(|| what.to_owned(), |reply| reply.words(what))
}

fn same(before: Option<&LastReply>, now: Option<&LastReply>) -> bool {
    match (before, now) {
        (Some(before), Some(now)) => {
            before.code == now.code && before.text == now.text && before.host == now.host
        }
        (None, None) => true,
        _ => false,
    }
}

pub(super) fn log(
    tx: &mut Tx<'_>,
    queued: &Queued,
    recipient: &str,
    at: i64,
    code: u16,
    result: &str,
) -> StoreResult<()> {
    mail_log::add(
        tx,
        &Line {
            at,
            direction: "out",
            trace: &queued.trace,
            sender: &queued.sender,
            recipient,
            client_ip: &queued.client_ip,
            size: queued.size,
            code,
            result,
            account: queued.account,
        },
    )
}
