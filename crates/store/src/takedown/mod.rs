//! Taking messages down (QN.13.9): a case finds every copy of a message, seals it, and gives it back or destroys it.
//!
//! A sealed copy leaves its folder as if it were expunged, so that every protocol and program sees it go; a notice lies in its
//! place, and the case keeps what is needed to put the copy back (`takedown_copy`). What comes in later is compared with the
//! sealed cases in the transaction that stores it ([`notice`]) and is born as its notice ([`stub_of`], [`arrived`]); where no
//! case is sealed this costs a look at one number ([`crate::Hub::watches_takedowns`]). Everything goes in chunks that can be
//! cut off anywhere: what is left to do is what still lies in a folder or in the queue.

mod arriving;
mod chunks;
mod look;
mod report;

pub use arriving::{Stub, notice};
pub(crate) use arriving::{arrived, stub_of};
pub use chunks::{Left, Step, left, purge_chunk, release_chunk, seal_chunk};
#[cfg(test)]
pub(crate) use look::{BY_CONTENT, BY_NAME, BY_TIME};
pub use look::{
    Candidate, add_found, bytes_of, candidates, found, known, mark_found, scanned, set_sha256,
};
pub use report::{
    Answer, Answers, Copy, CopyState, Found, Outgoing, Place, REMOVED, Tally, answers, copies,
    outgoing, places, seen_by_case, tally,
};

use crate::message::Marks;
use crate::sql::params;
use crate::{Change, IncidentId, MessageId, Row, StoreError, StoreResult, TakedownId, Tx};

/// What a case looks for: all that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Criteria {
    /// Message-ID, with its angle brackets.
    pub message_id: Option<String>,
    /// The keyed hash of a message's bytes.
    pub content: Option<[u8; 32]>,
    /// SHA-256 of an attachment as it is decoded, or of a message that was sent along in another.
    pub attachment: Option<[u8; 32]>,
    /// Who wrote it (From or Sender), in lower case.
    pub sender: Option<String>,
    /// It came at this time (ms) or later.
    pub from_at: Option<i64>,
    /// It came before this time (ms).
    pub until_at: Option<i64>,
}

impl Criteria {
    /// Whether what can be told without its bytes and its writers holds.
    pub(crate) fn fits_row(&self, id: Option<&str>, content: &[u8], came_at: i64) -> bool {
        self.message_id
            .as_deref()
            .is_none_or(|want| id == Some(want))
            && self.content.is_none_or(|want| want == *content)
            && self.from_at.is_none_or(|from| came_at >= from)
            && self.until_at.is_none_or(|until| came_at < until)
    }

    /// Whether the rest holds; `None` where somebody must look who can read the message.
    #[must_use]
    pub fn fits_marks(&self, marks: Option<&Marks>) -> Option<bool> {
        if self.sender.is_none() && self.attachment.is_none() {
            return Some(true);
        }
        let marks = marks?;
        let sender = self
            .sender
            .as_ref()
            .is_none_or(|want| marks.senders.contains(want));
        let part = self
            .attachment
            .is_none_or(|want| marks.parts.contains(&want));
        Some(sender && part)
    }
}

macro_rules! states {
    ($($(#[$doc:meta])* $name:ident $text:literal $label:literal),* $(,)?) => {
        /// How far a case is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum State { $($(#[$doc])* $name),* }

        impl State {
            /// As the table has it: never changes.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// For people.
            #[must_use]
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label),* }
            }

            fn parse(text: &str) -> StoreResult<Self> {
                match text {
                    $($text => Ok(Self::$name),)*
                    other => Err(StoreError::Corrupt(format!("a takedown in the state {other}"))),
                }
            }
        }
    };
}

states! {
    /// Copies are looked for, nothing is touched.
    Open "open" "mới lập",
    /// Copies are sealed, those that come too.
    Sealed "sealed" "niêm phong",
    /// They are being given back.
    Releasing "releasing" "đang trả lại",
    /// They were given back.
    Released "released" "đã trả lại",
    /// They are being destroyed.
    Purging "purging" "đang hủy",
    /// They were destroyed.
    Purged "purged" "đã hủy",
}

/// A case to open.
#[derive(Clone, Debug)]
pub struct NewCase<'a> {
    /// What it looks for.
    pub criteria: &'a Criteria,
    /// Number and date of the document that orders it.
    pub document: &'a str,
    /// Clause id.
    pub clause: &'a str,
    /// Why; readers of the notice do not see it.
    pub reason: &'a str,
    /// Whom readers of the notice may ask.
    pub contact: &'a str,
    /// The report it follows.
    pub incident: Option<IncidentId>,
    /// Who opens it.
    pub opened_by: &'a str,
}

/// A case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its number.
    pub id: TakedownId,
    /// How far it is.
    pub state: State,
    /// Number and date of the document.
    pub document: String,
    /// Clause id.
    pub clause: String,
    /// Why.
    pub reason: String,
    /// Whom readers may ask.
    pub contact: String,
    /// The report it follows.
    pub incident: Option<IncidentId>,
    /// What it looks for.
    pub criteria: Criteria,
    /// Up to which message (time, row) was looked.
    pub scanned: (i64, MessageId),
    /// When all there was had been looked at (ms).
    pub found_at: Option<i64>,
    /// The notice in the place of its copies.
    pub stub: Option<MessageId>,
    /// Who opened it.
    pub opened_by: String,
    /// When (ms).
    pub opened_at: i64,
    /// When it was sealed (ms).
    pub sealed_at: Option<i64>,
    /// When its copies were given back or destroyed (ms).
    pub closed_at: Option<i64>,
}

const CASE: &str = "SELECT id, state, document, clause, reason, contact, incident_id, message_id, content, attachment, sender,
            from_at, until_at, scan_at, scan_id, found_at, stub_id, opened_by, opened_at, sealed_at, closed_at
     FROM takedown WHERE id = $1";
const CASES: &str = "SELECT id, state, document, clause, reason, contact, incident_id, message_id, content, attachment, sender,
            from_at, until_at, scan_at, scan_id, found_at, stub_id, opened_by, opened_at, sealed_at, closed_at
     FROM takedown WHERE id < $1 ORDER BY id DESC LIMIT $2";
const LIVE: &str = "SELECT id, state, document, clause, reason, contact, incident_id, message_id, content, attachment, sender,
            from_at, until_at, scan_at, scan_id, found_at, stub_id, opened_by, opened_at, sealed_at, closed_at
     FROM takedown WHERE state IN ('sealed', 'releasing', 'purging') ORDER BY id";

fn hash(bytes: Option<&[u8]>) -> StoreResult<Option<[u8; 32]>> {
    let wrong = |_| StoreError::Corrupt("a takedown's hash is not 32 bytes".into());
    bytes
        .map(|bytes| bytes.try_into().map_err(wrong))
        .transpose()
}

fn case(row: &Row<'_>) -> StoreResult<Case> {
    Ok(Case {
        id: TakedownId(row.int(0)?),
        state: State::parse(&row.text(1)?)?,
        document: row.text(2)?,
        clause: row.text(3)?,
        reason: row.text(4)?,
        contact: row.text(5)?,
        incident: row.opt_int(6)?.map(IncidentId),
        criteria: Criteria {
            message_id: row.opt_text(7)?,
            content: hash(row.opt_bytes(8)?)?,
            attachment: hash(row.opt_bytes(9)?)?,
            sender: row.opt_text(10)?,
            from_at: row.opt_int(11)?,
            until_at: row.opt_int(12)?,
        },
        scanned: (row.int(13)?, MessageId(row.int(14)?)),
        found_at: row.opt_int(15)?,
        stub: row.opt_int(16)?.map(MessageId),
        opened_by: row.text(17)?,
        opened_at: row.int(18)?,
        sealed_at: row.opt_int(19)?,
        closed_at: row.opt_int(20)?,
    })
}

/// Opens a case.
pub fn create(tx: &mut Tx<'_>, new: &NewCase<'_>) -> StoreResult<TakedownId> {
    let criteria = new.criteria;
    tx.one(
        "INSERT INTO takedown (state, document, clause, reason, contact, incident_id, message_id, content, attachment, sender,
                               from_at, until_at, scan_at, opened_by, opened_at)
         VALUES ('open', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id",
        params![
            new.document,
            new.clause,
            new.reason,
            new.contact,
            new.incident,
            criteria.message_id.as_ref(),
            criteria.content.as_ref().map(<[u8; 32]>::as_slice),
            criteria.attachment.as_ref().map(<[u8; 32]>::as_slice),
            criteria.sender.as_ref(),
            criteria.from_at,
            criteria.until_at,
            criteria.from_at.map_or(0, |from| from - 1),
            new.opened_by,
            tx.now()
        ],
        |row| Ok(TakedownId(row.int(0)?)),
    )?
    .ok_or(StoreError::NotFound("takedown"))
}

/// A case by its number.
pub fn get(tx: &mut Tx<'_>, id: TakedownId) -> StoreResult<Option<Case>> {
    tx.one(CASE, params![id], case)
}

/// A case by its number, locked until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, id: TakedownId) -> StoreResult<Option<Case>> {
    if tx.is_postgres() {
        tx.one(
            "SELECT id FROM takedown WHERE id = $1 FOR UPDATE",
            params![id],
            |_| Ok(()),
        )?;
    }
    get(tx, id)
}

/// The newest cases before a number.
pub fn page(tx: &mut Tx<'_>, before: TakedownId, limit: i64) -> StoreResult<Vec<Case>> {
    tx.all(CASES, params![before, limit], case)
}

/// The cases for which something is or may be to do: sealed, being given back, being destroyed.
pub fn live(tx: &mut Tx<'_>) -> StoreResult<Vec<Case>> {
    tx.all(LIVE, params![], case)
}

/// Whether a case is sealed.
pub(crate) fn any_sealed(tx: &mut Tx<'_>) -> StoreResult<bool> {
    let found = tx.one(
        "SELECT 1 FROM takedown WHERE state IN ('sealed', 'releasing', 'purging') AND state = 'sealed' LIMIT 1",
        params![],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}

/// Takes a case from one state to the next; false where it is not in the first any more.
pub fn advance(tx: &mut Tx<'_>, id: TakedownId, from: State, to: State) -> StoreResult<bool> {
    let now = tx.now();
    let sealed = (to == State::Sealed).then_some(now);
    let closed = matches!(to, State::Released | State::Purged).then_some(now);
    let rows = tx.execute(
        "UPDATE takedown SET state = $3, sealed_at = COALESCE($4, sealed_at), closed_at = $5 WHERE id = $1 AND state = $2",
        params![id, from.name(), to.name(), sealed, closed],
    )?;
    tx.tell(Change::Takedown);
    Ok(rows == 1)
}

/// Says which notice lies in the place of a case's copies; it stays as long as the case needs it.
pub fn set_stub(tx: &mut Tx<'_>, id: TakedownId, stub: MessageId) -> StoreResult<()> {
    tx.execute(
        "UPDATE takedown SET stub_id = $2 WHERE id = $1",
        params![id, stub],
    )?;
    Ok(())
}
