//! Taking messages down (QN.13.9, QN.14.10, BS.III.10.2, TQ.12.5, SL.17.4): every copy of a message is found over all mailboxes,
//! sealed, and given back or destroyed. Nobody who does so is shown what the message says.
//!
//! [`open`] → [`find`] → [`preview`] → [`seal`] → [`release`], or [`propose_purge`] by one person and [`confirm`] by another.
//! What runs long goes in chunks, each a transaction; whatever is killed when, [`follow`] on a server goes on where it stopped, and
//! so does who runs the same command again.

mod evidence;
mod finding;
mod follow;
mod stub;

use congvu_store::joint_order::Order;
use congvu_store::takedown::{self, Case, Criteria, NewCase, State};
use congvu_store::{
    IncidentId, JointOrderId, MessageId, OrganisationId, Store, StoreError, TakedownId, Tx,
    message, organisation,
};
use serde_json::json;

pub use evidence::{Package, evidence};
pub use finding::find;
pub(crate) use finding::writers;
pub use follow::{Follower, carry_on, follow};

use crate::joint::{self, Kind, Proposed};
use crate::{Act, Action, Actor, Refused, Role, record, rights};

/// Copies sealed, given back or destroyed in one transaction.
const CHUNK: i64 = 50;

/// What is to be taken down.
#[derive(Clone, Debug, Default)]
pub struct NewTakedown {
    /// What is looked for.
    pub criteria: Criteria,
    /// Number and date of the document that orders it.
    pub document: String,
    /// Clause id.
    pub clause: String,
    /// Why.
    pub reason: String,
    /// Whom readers of the notice may ask.
    pub contact: String,
    /// The report it follows.
    pub incident: Option<IncidentId>,
}

/// The place at which a case is decided: a message lies anywhere in the system, so the top.
fn top(tx: &mut Tx<'_>) -> Result<OrganisationId, Refused> {
    let root = organisation::root(tx)?;
    root.map(|root| root.id)
        .ok_or_else(|| Refused::state("Hệ thống chưa có cơ quan nào."))
}

fn subject(id: TakedownId) -> String {
    format!("takedown/{id}")
}

fn missing(id: TakedownId) -> Refused {
    Refused::missing(format!("Không có hồ sơ gỡ bỏ số {id}."))
}

fn act(action: Action, case: &Case, place: OrganisationId) -> Act {
    Act::new(
        action,
        subject(case.id),
        &format!("Hồ sơ gỡ bỏ số {}", case.id),
    )
    .at(place)
    .by_clause(&case.clause)
    .by_document(Some(&case.document))
}

/// Opens a case; nothing is touched yet.
///
/// # Errors
/// Whoever opens it may not; what is looked for is not told well enough; there is no document, clause or reason.
pub fn open(tx: &mut Tx<'_>, actor: &Actor, new: &NewTakedown) -> Result<TakedownId, Refused> {
    let place = top(tx)?;
    rights::need(tx, actor, &[Role::Decide, Role::Operate], place)?;
    let criteria = checked(&new.criteria)?;
    for (text, what) in [
        (&new.document, "số, ngày văn bản yêu cầu gỡ bỏ"),
        (&new.clause, "điều khoản làm căn cứ"),
        (&new.reason, "lý do gỡ bỏ"),
        (&new.contact, "nơi người dùng liên hệ để hỏi"),
    ] {
        if text.trim().is_empty() {
            return Err(Refused::bad(format!("Thiếu {what}.")));
        }
    }
    let id = takedown::create(
        tx,
        &NewCase {
            criteria: &criteria,
            document: &new.document,
            clause: &new.clause,
            reason: &new.reason,
            contact: &new.contact,
            incident: new.incident,
            opened_by: &actor.name,
        },
    )?;
    let case = takedown::get(tx, id)?.ok_or_else(|| missing(id))?;
    let act = act(Action::TakedownOpen, &case, place).with(json!({
        "message_id": criteria.message_id,
        "content": criteria.content.map(hex),
        "attachment": criteria.attachment.map(hex),
        "sender": criteria.sender,
        "from_at": criteria.from_at,
        "until_at": criteria.until_at,
        "reason": new.reason,
        "incident": new.incident.map(|id| id.0),
    }));
    record(tx, actor, &act)?;
    Ok(id)
}

/// What is looked for, in the form in which it is compared.
fn checked(given: &Criteria) -> Result<Criteria, Refused> {
    let mut criteria = given.clone();
    criteria.message_id = given.message_id.as_deref().map(|id| {
        let id = id.trim();
        let bare = id.strip_prefix('<').unwrap_or(id);
        format!("<{}>", bare.strip_suffix('>').unwrap_or(bare))
    });
    criteria.sender = given.sender.as_deref().map(|who| who.trim().to_lowercase());
    let exact = criteria.message_id.is_some() || criteria.content.is_some();
    if !exact && criteria.attachment.is_none() && criteria.sender.is_none() {
        return Err(Refused::bad(
            "Phải nêu ít nhất một dấu hiệu: Message-ID, mã băm của thư, mã băm của tệp đính kèm, hoặc người gửi.",
        ));
    }
    if !exact && criteria.from_at.is_none() {
        return Err(Refused::bad(
            "Tìm theo tệp đính kèm hoặc người gửi thì phải nêu thời điểm bắt đầu.",
        ));
    }
    if let (Some(from), Some(until)) = (criteria.from_at, criteria.until_at)
        && from >= until
    {
        return Err(Refused::bad(
            "Thời điểm kết thúc phải sau thời điểm bắt đầu.",
        ));
    }
    Ok(criteria)
}

pub(crate) fn hex(bytes: impl AsRef<[u8]>) -> String {
    use std::fmt::Write as _;
    bytes.as_ref().iter().fold(String::new(), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What a case found so far. Nothing of what the messages say is in it.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The case.
    pub case: Case,
    /// The messages, each once.
    pub messages: Vec<takedown::Found>,
    /// Where copies lie that are not sealed.
    pub places: Vec<takedown::Place>,
    /// What is still on its way to other servers.
    pub outgoing: Vec<takedown::Outgoing>,
}

impl Preview {
    /// Copies by organisation.
    #[must_use]
    pub fn by_organisation(&self) -> Vec<(&str, u64)> {
        let mut sums: Vec<(&str, u64)> = Vec::new();
        for place in &self.places {
            match sums
                .last_mut()
                .filter(|sum| sum.0 == place.organisation_name)
            {
                Some(sum) => sum.1 += place.copies,
                None => sums.push((&place.organisation_name, place.copies)),
            }
        }
        sums
    }
}

/// Tells where copies lie; recorded, for it tells who has what.
///
/// # Errors
/// Whoever asks may not, or there is no such case.
pub fn preview(tx: &mut Tx<'_>, actor: &Actor, id: TakedownId) -> Result<Preview, Refused> {
    let place = top(tx)?;
    rights::need(tx, actor, &[Role::Decide, Role::Operate], place)?;
    let case = takedown::get(tx, id)?.ok_or_else(|| missing(id))?;
    let preview = Preview {
        messages: takedown::seen_by_case(tx, id)?,
        places: takedown::places(tx, id)?,
        outgoing: takedown::outgoing(tx, id)?,
        case,
    };
    let detail = json!({ "messages": preview.messages.len(), "places": preview.places.len() });
    record(
        tx,
        actor,
        &act(Action::TakedownPreview, &preview.case, place).with(detail),
    )?;
    Ok(preview)
}

/// Orders that every copy be sealed, those that come later too. [`carry_on`] does it.
///
/// # Errors
/// Whoever orders it may not, or the case is not open.
pub async fn seal(store: &Store, actor: &Actor, id: TakedownId) -> Result<(), Refused> {
    let (case, domain) = store
        .read(move |tx| {
            let case = takedown::get(tx, id)?.ok_or_else(|| missing(id))?;
            let domains = organisation::domains(tx)?;
            Ok::<_, Refused>((case, domains.into_iter().next().unwrap_or_default()))
        })
        .await?;
    if case.state != State::Open {
        return Err(not_open(&case));
    }
    let (bytes, new) = stub::build(&case, &domain);
    let staged = std::sync::Arc::new((store.blobs().stage(&bytes).await?, new));
    let (actor, work) = (actor.clone(), std::sync::Arc::clone(&staged));
    let sealed = store.write(move |tx| {
        let place = top(tx)?;
        rights::need(tx, &actor, &[Role::Decide, Role::Operate], place)?;
        let case = takedown::lock(tx, id)?.ok_or_else(|| missing(id))?;
        let stub = message::put(tx, &work.0, &work.1)?;
        takedown::set_stub(tx, id, stub.id)?;
        if !takedown::advance(tx, id, State::Open, State::Sealed)? {
            return Err(not_open(&case));
        }
        let messages = takedown::seen_by_case(tx, id)?.len();
        let detail = json!({ "messages": messages });
        record(
            tx,
            &actor,
            &act(Action::TakedownSeal, &case, place).with(detail),
        )?;
        Ok::<_, Refused>(stub.fresh)
    });
    let sealed = sealed.await;
    if let Some((blob, _)) = std::sync::Arc::into_inner(staged)
        && !matches!(sealed, Ok(true))
    {
        store.blobs().discard(blob).await;
    }
    sealed.map(drop)
}

fn not_open(case: &Case) -> Refused {
    Refused::state(format!(
        "Hồ sơ gỡ bỏ số {} đang ở trạng thái “{}”.",
        case.id,
        case.state.label()
    ))
}

/// Orders that everything be given back; also closes a case that was never sealed. [`carry_on`] does it.
///
/// # Errors
/// Whoever orders it may not, or the case is neither open nor sealed.
pub fn release(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: TakedownId,
    reason: &str,
) -> Result<(), Refused> {
    let place = top(tx)?;
    rights::need(tx, actor, &[Role::Decide], place)?;
    let case = takedown::lock(tx, id)?.ok_or_else(|| missing(id))?;
    if !matches!(case.state, State::Open | State::Sealed) {
        return Err(not_open(&case));
    }
    takedown::advance(tx, id, case.state, State::Releasing)?;
    let detail = json!({ "reason": reason });
    Ok(record(
        tx,
        actor,
        &act(Action::TakedownRelease, &case, place).with(detail),
    )?)
}

/// The first of two persons orders that the sealed copies be destroyed for good.
///
/// # Errors
/// Whoever orders it may not, or the case is not sealed.
pub fn propose_purge(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: TakedownId,
    document: &str,
    reason: &str,
) -> Result<JointOrderId, Refused> {
    let case = takedown::lock(tx, id)?.ok_or_else(|| missing(id))?;
    if case.state != State::Sealed {
        return Err(not_open(&case));
    }
    propose(tx, actor, Kind::Purge, &case, document, reason)
}

/// The first of two persons orders that the evidence be taken out with what the messages say.
///
/// # Errors
/// Whoever orders it may not, or the case keeps no message any more.
pub fn propose_content(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: TakedownId,
    document: &str,
    reason: &str,
) -> Result<JointOrderId, Refused> {
    let case = takedown::get(tx, id)?.ok_or_else(|| missing(id))?;
    if case.state != State::Sealed {
        return Err(not_open(&case));
    }
    propose(tx, actor, Kind::Content, &case, document, reason)
}

fn propose(
    tx: &mut Tx<'_>,
    actor: &Actor,
    kind: Kind,
    case: &Case,
    document: &str,
    reason: &str,
) -> Result<JointOrderId, Refused> {
    let place = top(tx)?;
    joint::propose(
        tx,
        actor,
        &Proposed {
            kind,
            subject: &subject(case.id),
            document,
            reason,
            data: "",
            place,
            clause: &case.clause,
        },
    )
}

/// The second person confirms an order about a case. What is to be destroyed is from then on; nobody can take that back.
/// [`carry_on`] does it.
///
/// # Errors
/// As [`joint::confirm`]; the order is about something else; the case is not sealed any more.
pub fn confirm(tx: &mut Tx<'_>, actor: &Actor, order: JointOrderId) -> Result<Order, Refused> {
    let place = top(tx)?;
    let about = congvu_store::joint_order::lock(tx, order)?
        .ok_or_else(|| Refused::missing(format!("Không có lệnh số {order}.")))?;
    let id = about
        .subject
        .strip_prefix("takedown/")
        .and_then(|id| id.parse().ok())
        .map(TakedownId)
        .ok_or_else(|| Refused::bad("Lệnh này không về một hồ sơ gỡ bỏ."))?;
    let case = takedown::lock(tx, id)?.ok_or_else(|| missing(id))?;
    if case.state != State::Sealed {
        return Err(not_open(&case));
    }
    let confirmed = joint::confirm(tx, actor, order, &case.clause)?;
    if confirmed.kind == Kind::Purge.name() {
        takedown::advance(tx, id, State::Sealed, State::Purging)?;
        let detail = json!({ "order": order.0, "proposed_by": confirmed.proposed_by.0 });
        let done = act(Action::TakedownPurge, &case, place)
            .by_document(Some(&confirmed.document))
            .with(detail);
        record(tx, actor, &done)?;
    }
    Ok(confirmed)
}

/// A message of a folder, for a case that looks for it: its Message-ID and the hash of its content.
///
/// # Errors
/// What the store answers.
pub fn content_of(
    tx: &mut Tx<'_>,
    mailbox: congvu_store::MailboxId,
    folder: congvu_store::FolderId,
    uid: u32,
) -> Result<Option<(MessageId, [u8; 32])>, StoreError> {
    let found = congvu_store::incident::message(tx, mailbox, folder, uid)?;
    Ok(found.and_then(|found| Some((found.id, found.content.try_into().ok()?))))
}
