//! Mail that arrived and is held: accepted and durable, but in no mailbox until somebody lets it go, sends it back, or its time is over
//! (QN.15.6). Each recipient is decided about once; whoever decides second finds that it is so.

use crate::mail_log::{self, Line};
use crate::sql::params;
use crate::{
    HeldId, HeldRecipientId, MailboxId, MessageId, OrganisationId, Row, StoreError, StoreResult,
    TakedownId, Tx, entry,
};

/// What waits, the newest first; by the index of what waits.
pub(crate) const WAITING: &str = "SELECT id, message_id, trace, sender, client_ip, helo, protocol, tls, envelope_id, ret, size, held_at, until_at, waits
     FROM held WHERE waits > 0 AND id < $1 ORDER BY id DESC LIMIT $2";

/// What is decided, the newest first; by the index of that.
pub(crate) const OVER: &str = "SELECT id, message_id, trace, sender, client_ip, helo, protocol, tls, envelope_id, ret, size, held_at, until_at, waits
     FROM held WHERE waits = 0 AND id < $1 ORDER BY id DESC LIMIT $2";

/// What was held as long as it may be; by the index of terms.
pub(crate) const DUE: &str =
    "SELECT id FROM held WHERE waits > 0 AND until_at <= $1 ORDER BY until_at, id LIMIT $2";

/// What becomes of a recipient's copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nobody has decided.
    Waits,
    /// It is delivered, in the transaction that says so.
    Released,
    /// Its sender is told that it was not let go.
    SentBack,
    /// Nobody is told: who sent it is doubtful.
    Dropped,
    /// Nobody decided in time; its sender is told.
    Lapsed,
}

impl Fate {
    fn code(self) -> i64 {
        match self {
            Self::Waits => 0,
            Self::Released => 1,
            Self::SentBack => 2,
            Self::Dropped => 3,
            Self::Lapsed => 4,
        }
    }

    fn of(code: i64) -> Self {
        match code {
            0 => Self::Waits,
            1 => Self::Released,
            2 => Self::SentBack,
            3 => Self::Dropped,
            _ => Self::Lapsed,
        }
    }

    /// Code and words in the mail log.
    fn logged(self) -> (u16, &'static str) {
        match self {
            Self::Waits | Self::Released => (250, "released"),
            Self::SentBack => (550, "sent back after being held"),
            Self::Dropped => (550, "dropped after being held"),
            Self::Lapsed => (554, "held too long"),
        }
    }
}

/// Why it is held for a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about, as regulations name it.
    pub concern: String,
    /// The clause; empty where a local setting holds it.
    pub clause: String,
    /// Sentences for people.
    pub says: String,
}

/// A part of a held message: never its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name, with its way through archives; empty for texts.
    pub name: String,
    /// The declared media type.
    pub declared: String,
    /// What it is by its content, for people.
    pub kind: String,
    /// Bytes, decoded.
    pub size: u64,
    /// `locked`, `unseen`, or empty where its inside was seen.
    pub inside: String,
}

/// A recipient for whom it is held.
#[derive(Clone, Debug)]
pub struct NewRecipient {
    /// Its address.
    pub address: String,
    /// ORCPT, in xtext.
    pub original: Option<String>,
    /// NOTIFY as bits of [`crate::queue::notify`].
    pub notify: Option<i64>,
    /// Whose it is; none for a group.
    pub mailbox: Option<MailboxId>,
    /// The place whose rules hold it.
    pub organisation: OrganisationId,
    /// Why.
    pub findings: Vec<Finding>,
}

/// A message to hold.
#[derive(Clone, Debug)]
pub struct NewHeld<'a> {
    /// What came.
    pub message: MessageId,
    /// Trace id.
    pub trace: &'a str,
    /// Reverse path; empty for the null sender.
    pub sender: &'a str,
    /// Where it came from.
    pub client_ip: &'a str,
    /// What that called itself.
    pub helo: &'a str,
    /// `ESMTPS` …
    pub protocol: &'a str,
    /// TLS version and cipher.
    pub tls: Option<&'a str>,
    /// ENVID, in xtext.
    pub envelope_id: Option<&'a str>,
    /// RET: 1 FULL, 2 HDRS.
    pub ret: Option<i64>,
    /// Bytes.
    pub size: u64,
    /// How long it may be held (ms).
    pub until_at: i64,
    /// For whom; at least one.
    pub recipients: &'a [NewRecipient],
    /// What it consists of.
    pub parts: &'a [Part],
}

/// A held message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its row.
    pub id: HeldId,
    /// The message; it may be gone once nobody waits for it.
    pub message: MessageId,
    /// Trace id.
    pub trace: String,
    /// Reverse path; empty for the null sender.
    pub sender: String,
    /// Where it came from.
    pub client_ip: String,
    /// What that called itself.
    pub helo: String,
    /// `ESMTPS` …
    pub protocol: String,
    /// TLS version and cipher.
    pub tls: Option<String>,
    /// ENVID, in xtext.
    pub envelope_id: Option<String>,
    /// RET.
    pub ret: Option<i64>,
    /// Bytes.
    pub size: u64,
    /// Since when (ms).
    pub held_at: i64,
    /// Until when (ms).
    pub until_at: i64,
    /// Recipients that wait.
    pub waits: i64,
}

/// A recipient of a held message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Its row.
    pub id: HeldRecipientId,
    /// Its address.
    pub address: String,
    /// ORCPT, in xtext.
    pub original: Option<String>,
    /// NOTIFY.
    pub notify: Option<i64>,
    /// Whose it is; none for a group.
    pub mailbox: Option<MailboxId>,
    /// The place whose rules hold it.
    pub organisation: OrganisationId,
    /// What became of it.
    pub fate: Fate,
    /// When that was decided (ms).
    pub decided_at: Option<i64>,
    /// By whom.
    pub decided_by: String,
    /// Why, in their words.
    pub reason: String,
    /// Why it is held.
    pub findings: Vec<Finding>,
}

fn held(row: &Row<'_>) -> StoreResult<Held> {
    Ok(Held {
        id: HeldId(row.int(0)?),
        message: MessageId(row.int(1)?),
        trace: row.text(2)?,
        sender: row.text(3)?,
        client_ip: row.text(4)?,
        helo: row.text(5)?,
        protocol: row.text(6)?,
        tls: row.opt_text(7)?,
        envelope_id: row.opt_text(8)?,
        ret: row.opt_int(9)?,
        size: row.u64(10)?,
        held_at: row.int(11)?,
        until_at: row.int(12)?,
        waits: row.int(13)?,
    })
}

/// Holds a message; in the transaction that accepts it.
pub fn put(tx: &mut Tx<'_>, new: &NewHeld<'_>) -> StoreResult<HeldId> {
    let waits = i64::try_from(new.recipients.len()).unwrap_or(i64::MAX);
    let id = tx
        .one(
            "INSERT INTO held (message_id, trace, sender, client_ip, helo, protocol, tls, envelope_id, ret, size, held_at, until_at, waits)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id",
            params![
                new.message,
                new.trace,
                new.sender,
                new.client_ip,
                new.helo,
                new.protocol,
                new.tls,
                new.envelope_id,
                new.ret,
                i64::try_from(new.size).unwrap_or(i64::MAX),
                tx.now(),
                new.until_at,
                waits
            ],
            |row| Ok(HeldId(row.int(0)?)),
        )?
        .ok_or(StoreError::NotFound("held"))?;
    for to in new.recipients {
        let recipient = tx
            .one(
                "INSERT INTO held_recipient (held_id, address, original, notify, mailbox_id, organisation_id)
                 VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
                params![
                    id,
                    &to.address,
                    to.original.as_ref(),
                    to.notify,
                    to.mailbox,
                    to.organisation
                ],
                |row| row.int(0),
            )?
            .ok_or(StoreError::NotFound("held"))?;
        for (n, finding) in (0_i64..).zip(&to.findings) {
            tx.execute(
                "INSERT INTO held_finding (recipient_id, n, concern, clause, says) VALUES ($1, $2, $3, $4, $5)",
                params![
                    recipient,
                    n,
                    &finding.concern,
                    &finding.clause,
                    &finding.says
                ],
            )?;
        }
    }
    for (n, part) in (0_i64..).zip(new.parts) {
        tx.execute(
            "INSERT INTO held_part (held_id, n, name, declared, kind, size, inside) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            params![
                id,
                n,
                &part.name,
                &part.declared,
                &part.kind,
                i64::try_from(part.size).unwrap_or(i64::MAX),
                &part.inside
            ],
        )?;
    }
    Ok(id)
}

/// A held message.
pub fn get(tx: &mut Tx<'_>, id: HeldId) -> StoreResult<Option<Held>> {
    tx.one(
        "SELECT id, message_id, trace, sender, client_ip, helo, protocol, tls, envelope_id, ret, size, held_at, until_at, waits
         FROM held WHERE id = $1",
        params![id],
        held,
    )
}

/// What is held, or was, of a trace id.
pub fn of_trace(tx: &mut Tx<'_>, trace: &str) -> StoreResult<Option<HeldId>> {
    tx.one(
        "SELECT id FROM held WHERE trace = $1 ORDER BY id LIMIT 1",
        params![trace],
        |row| Ok(HeldId(row.int(0)?)),
    )
}

/// What waits, or what is decided, the newest first, before this row, at most `limit`.
pub fn page(tx: &mut Tx<'_>, waits: bool, before: HeldId, limit: i64) -> StoreResult<Vec<Held>> {
    let sql = if waits { WAITING } else { OVER };
    tx.all(sql, params![before, limit], held)
}

/// How many wait, up to `most`.
pub fn waiting(tx: &mut Tx<'_>, most: i64) -> StoreResult<usize> {
    Ok(page(tx, true, HeldId(i64::MAX), most)?.len())
}

/// What was held as long as it may be, at most `limit`.
pub fn due(tx: &mut Tx<'_>, now: i64, limit: i64) -> StoreResult<Vec<HeldId>> {
    tx.all(DUE, params![now, limit], |row| Ok(HeldId(row.int(0)?)))
}

/// The recipients of a held message, in the order of the envelope.
pub fn recipients(tx: &mut Tx<'_>, id: HeldId) -> StoreResult<Vec<Recipient>> {
    let mut all = tx.all(
        "SELECT id, address, original, notify, mailbox_id, organisation_id, state, decided_at, decided_by, reason
         FROM held_recipient WHERE held_id = $1 ORDER BY id",
        params![id],
        |row| {
            Ok(Recipient {
                id: HeldRecipientId(row.int(0)?),
                address: row.text(1)?,
                original: row.opt_text(2)?,
                notify: row.opt_int(3)?,
                mailbox: row.opt_int(4)?.map(MailboxId),
                organisation: OrganisationId(row.int(5)?),
                fate: Fate::of(row.int(6)?),
                decided_at: row.opt_int(7)?,
                decided_by: row.text(8)?,
                reason: row.text(9)?,
                findings: Vec::new(),
            })
        },
    )?;
    for one in &mut all {
        one.findings = tx.all(
            "SELECT concern, clause, says FROM held_finding WHERE recipient_id = $1 ORDER BY n",
            params![one.id],
            |row| {
                Ok(Finding {
                    concern: row.text(0)?,
                    clause: row.text(1)?,
                    says: row.text(2)?,
                })
            },
        )?;
    }
    Ok(all)
}

/// What a held message consists of.
pub fn parts(tx: &mut Tx<'_>, id: HeldId) -> StoreResult<Vec<Part>> {
    tx.all(
        "SELECT name, declared, kind, size, inside FROM held_part WHERE held_id = $1 ORDER BY n",
        params![id],
        |row| {
            Ok(Part {
                name: row.text(0)?,
                declared: row.text(1)?,
                kind: row.text(2)?,
                size: row.u64(3)?,
                inside: row.text(4)?,
            })
        },
    )
}

/// Decides about recipients that wait, all of them or none; the mail log says so (TQ.9.1, SL.11.1). A conflict where one of them is
/// decided already: whoever calls it gives the transaction up.
pub fn decide(
    tx: &mut Tx<'_>,
    id: HeldId,
    recipients: &[HeldRecipientId],
    fate: Fate,
    (by, reason): (&str, &str),
) -> StoreResult<()> {
    let count = i64::try_from(recipients.len()).unwrap_or(i64::MAX);
    // Its row is locked first: two who decide at once do so one after the other.
    let taken = tx.execute(
        "UPDATE held SET waits = waits - $2 WHERE id = $1 AND waits >= $2",
        params![id, count],
    )?;
    let found = get(tx, id)?.ok_or(StoreError::NotFound("held"))?;
    if taken == 0 || recipients.is_empty() {
        return Err(StoreError::Conflict("held"));
    }
    let at = tx.now();
    for recipient in recipients {
        let address = tx.one(
            "UPDATE held_recipient SET state = $3, decided_at = $4, decided_by = $5, reason = $6
             WHERE id = $1 AND held_id = $2 AND state = 0 RETURNING address",
            params![*recipient, id, fate.code(), at, by, reason],
            |row| row.text(0),
        )?;
        let address = address.ok_or(StoreError::Conflict("held"))?;
        let (code, result) = fate.logged();
        mail_log::add(
            tx,
            &Line {
                at,
                direction: "in",
                trace: &found.trace,
                sender: &found.sender,
                recipient: &address,
                client_ip: &found.client_ip,
                size: found.size,
                code,
                result,
                account: None,
            },
        )?;
    }
    if found.waits == 0 {
        entry::loosen(tx, vec![found.message.0])?;
    }
    Ok(())
}

/// Drops what is held of the messages of a case of takedown that destroys them; how many messages.
pub(crate) fn destroy(tx: &mut Tx<'_>, case: TakedownId, limit: i64) -> StoreResult<u64> {
    let held = tx.all(
        "SELECT h.id FROM takedown_message c JOIN held h ON h.message_id = c.message_id
         WHERE c.takedown_id = $1 AND h.waits > 0 ORDER BY h.id LIMIT $2",
        params![case, limit],
        |row| Ok(HeldId(row.int(0)?)),
    )?;
    for id in &held {
        let mut waiting = recipients(tx, *id)?;
        waiting.retain(|one| one.fate == Fate::Waits);
        let waiting: Vec<HeldRecipientId> = waiting.iter().map(|one| one.id).collect();
        let why = format!("hồ sơ gỡ bỏ thư số {case}");
        decide(tx, *id, &waiting, Fate::Dropped, ("system", &why))?;
    }
    Ok(held.len() as u64)
}

/// Forgets up to `limit` messages that were held before `before` (ms) and are decided; how many. How long they are kept, who calls it
/// knows.
pub fn prune(tx: &mut Tx<'_>, before: i64, limit: i64) -> StoreResult<u64> {
    let old = tx.all(
        "SELECT id, held_at FROM held WHERE waits = 0 ORDER BY id LIMIT $1",
        params![limit],
        |row| Ok((row.int(0)?, row.int(1)?)),
    )?;
    let mut gone = 0;
    for (id, _) in old.iter().take_while(|(_, at)| *at < before) {
        tx.execute(
            "DELETE FROM held_finding WHERE recipient_id IN (SELECT id FROM held_recipient WHERE held_id = $1)",
            params![*id],
        )?;
        tx.execute(
            "DELETE FROM held_recipient WHERE held_id = $1",
            params![*id],
        )?;
        tx.execute("DELETE FROM held_part WHERE held_id = $1", params![*id])?;
        gone += tx.execute("DELETE FROM held WHERE id = $1", params![*id])?;
    }
    Ok(gone)
}
