//! Reading another's mailbox (BS.III.9). Nobody may by role. The owner may consent, for a while, and take it back at once; two
//! persons may order it, with a document, a purpose and a period. Each use is recorded. The owner sees who may, who did and when,
//! and is told; an order may put that off to a set day, on which it is told by itself.

use congvu_store::access_grant::{self, Grant, NewGrant, Use};
use congvu_store::audit::Record;
use congvu_store::joint_order::{self, Order};
use congvu_store::notice::Audience;
use congvu_store::{
    AccessGrantId, AccountId, JointOrderId, MailboxId, OrganisationId, Tx, address, delegation,
};
use serde_json::{Value, json};

use crate::joint::{self, Kind, Proposed};
use crate::notice::{self, Notice};
use crate::{Act, Action, Actor, Refused, Role, record, rights};

/// The clause all of this stands on.
pub(crate) const CLAUSE: &str = "BS.III.9";
/// No access lasts longer than this (ms): whoever needs it longer asks again.
pub const LONGEST_MS: i64 = 90 * 86_400_000;
/// It begins at the latest so long after it is given (ms): an order for some day to come is given when that comes near.
pub const AHEAD_MS: i64 = 30 * 86_400_000;
/// The owner is told of it at the latest so long after its end (ms).
pub const PUT_OFF_MS: i64 = 180 * 86_400_000;

/// Access to give.
#[derive(Clone, Debug)]
pub struct NewAccess {
    /// The mailbox.
    pub mailbox: MailboxId,
    /// Whom.
    pub to: AccountId,
    /// What for.
    pub purpose: String,
    /// From when (ms).
    pub from_at: i64,
    /// Until when (ms).
    pub until_at: i64,
    /// When the owner is told (ms), where an order puts that off.
    pub tell_at: Option<i64>,
}

impl NewAccess {
    /// What both persons order: the same words for both.
    fn to_json(&self) -> Value {
        json!({
            "mailbox": self.mailbox.0, "to": self.to.0, "purpose": self.purpose,
            "from_at": self.from_at, "until_at": self.until_at, "tell_at": self.tell_at,
        })
    }

    /// What an order says that somebody proposed.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let data: Value = serde_json::from_str(text).ok()?;
        Some(Self {
            mailbox: MailboxId(data["mailbox"].as_i64()?),
            to: AccountId(data["to"].as_i64()?),
            purpose: data["purpose"].as_str()?.to_owned(),
            from_at: data["from_at"].as_i64()?,
            until_at: data["until_at"].as_i64()?,
            tell_at: data["tell_at"].as_i64(),
        })
    }
}

fn subject(mailbox: MailboxId) -> String {
    format!("mailbox/{mailbox}")
}

fn owner(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
) -> Result<(Option<AccountId>, OrganisationId), Refused> {
    access_grant::owner(tx, mailbox)?.ok_or_else(|| Refused::missing("Không có hộp thư này."))
}

fn check(tx: &mut Tx<'_>, new: &NewAccess) -> Result<(), Refused> {
    if new.purpose.trim().is_empty() {
        return Err(Refused::bad("Phải nêu mục đích truy cập (BS.III.9)."));
    }
    if new.until_at <= new.from_at || new.until_at <= tx.now() {
        return Err(Refused::bad(
            "Thời hạn truy cập phải kết thúc sau lúc bắt đầu và sau lúc này.",
        ));
    }
    if new.from_at > tx.now() + AHEAD_MS {
        return Err(Refused::bad(
            "Thời hạn truy cập phải bắt đầu trong vòng 30 ngày tới.",
        ));
    }
    if new.until_at - new.from_at > LONGEST_MS {
        return Err(Refused::bad(
            "Mỗi lần cho phép truy cập không quá 90 ngày (BS.III.9).",
        ));
    }
    // What is read is recorded under a name.
    if !delegation::keeper(tx, new.to)?.is_some_and(|reader| reader.person) {
        return Err(Refused::bad(
            "Người được truy cập phải có tài khoản cá nhân đang dùng: mỗi lần truy cập được ghi theo tên người (BS.III.9).",
        ));
    }
    Ok(())
}

fn give(
    tx: &mut Tx<'_>,
    actor: &Actor,
    new: &NewAccess,
    (way, order, document): (&str, Option<JointOrderId>, &str),
) -> Result<AccessGrantId, Refused> {
    let (_, place) = owner(tx, new.mailbox)?;
    let tell_at = order.map(|_| new.tell_at.unwrap_or_else(|| tx.now()));
    let grant = NewGrant {
        mailbox: new.mailbox,
        account: new.to,
        way,
        order,
        document,
        purpose: &new.purpose,
        from_at: new.from_at,
        until_at: new.until_at,
        granted_by: &actor.name,
        tell_at,
    };
    let id = access_grant::add(tx, &grant)?;
    let name = address::primary(tx, new.mailbox)?.unwrap_or_default();
    let act = Act::new(Action::AccessGive, subject(new.mailbox), &name)
        .at(place)
        .by_clause(CLAUSE)
        .by_document((!document.is_empty()).then_some(document))
        .with(json!({
            "grant": id.0, "way": way, "to": new.to.0, "purpose": new.purpose,
            "from_at": new.from_at, "until_at": new.until_at, "tell_at": tell_at,
        }));
    record(tx, actor, &act)?;
    if tell_at.is_some() {
        due_owner_notices(tx)?;
    }
    Ok(id)
}

/// The owner lets somebody read their mailbox for a while.
///
/// # Errors
/// It is not the owner's account; the period is too long or over; there is no purpose.
pub fn consent(tx: &mut Tx<'_>, actor: &Actor, new: &NewAccess) -> Result<AccessGrantId, Refused> {
    check(tx, new)?;
    let (owner, _) = owner(tx, new.mailbox)?;
    if owner.is_none() || actor.account != owner || actor.is_anothers_token() {
        return Err(Refused::forbidden(
            "Chỉ chủ hộp thư được đồng ý cho người khác truy cập, bằng chính tài khoản của mình (BS.III.9).",
        ));
    }
    let kind = delegation::subject(tx, new.mailbox)?.map(|subject| subject.kind);
    if kind.is_some_and(|kind| kind == "unit") {
        return Err(Refused::bad(
            "Hộp thư cơ quan, đơn vị thì giao cho người quản lý, không cho phép truy cập kiểu này (congvu unit delegate).",
        ));
    }
    if owner == Some(new.to) {
        return Err(Refused::bad("Chủ hộp thư không cần cho phép chính mình."));
    }
    let own = NewAccess {
        tell_at: None,
        ..new.clone()
    };
    give(tx, actor, &own, ("consent", None, ""))
}

/// The first of two persons orders that somebody reads another's mailbox.
///
/// # Errors
/// As [`joint::propose`]; the period is too long or over; the owner would be told too late.
pub fn propose(
    tx: &mut Tx<'_>,
    actor: &Actor,
    new: &NewAccess,
    document: &str,
) -> Result<JointOrderId, Refused> {
    check(tx, new)?;
    if new.tell_at.is_some_and(|at| at > new.until_at + PUT_OFF_MS) {
        return Err(Refused::bad(
            "Chủ hộp thư phải được báo chậm nhất 180 ngày sau khi hết thời hạn truy cập (BS.III.9).",
        ));
    }
    let (_, place) = owner(tx, new.mailbox)?;
    if is_one(tx, actor.account, new.to)? {
        return Err(Refused::forbidden(TO_ONESELF));
    }
    let data = new.to_json().to_string();
    joint::propose(
        tx,
        actor,
        &Proposed {
            kind: Kind::Access,
            subject: &subject(new.mailbox),
            document,
            reason: &new.purpose,
            data: &data,
            place,
            clause: CLAUSE,
        },
    )
}

/// The second confirms it: the access is given.
///
/// # Errors
/// As [`joint::confirm`]; the order is about something else; its period is over.
pub fn confirm(
    tx: &mut Tx<'_>,
    actor: &Actor,
    order: JointOrderId,
) -> Result<AccessGrantId, Refused> {
    let confirmed = joint::confirm(tx, actor, order, CLAUSE)?;
    if confirmed.kind != Kind::Access.name() {
        return Err(Refused::bad("Lệnh này không về truy cập hộp thư."));
    }
    let new =
        NewAccess::read(&confirmed.data).ok_or_else(|| Refused::bad("Lệnh này không đọc được."))?;
    check(tx, &new)?;
    for who in [Some(confirmed.proposed_by), confirmed.confirmed_by] {
        if is_one(tx, who, new.to)? {
            return Err(Refused::forbidden(TO_ONESELF));
        }
    }
    give(tx, actor, &new, ("order", Some(order), &confirmed.document))
}

const TO_ONESELF: &str = "Người ra lệnh không được là người được đọc: lệnh này cần hai người khác với người ấy (BS.III.9).";

/// Whether two accounts are the same, or of the same person.
fn is_one(tx: &mut Tx<'_>, one: Option<AccountId>, other: AccountId) -> Result<bool, Refused> {
    let Some(one) = one else {
        return Ok(false);
    };
    if one == other {
        return Ok(true);
    }
    let mut person = |account| -> Result<Option<i64>, Refused> {
        Ok(joint_order::person(tx, account)?.and_then(|(person, _)| person))
    };
    let of = person(one)?;
    Ok(of.is_some() && of == person(other)?)
}

/// Whether a record of acts is kept from whoever asks, for now: it tells of an order about their own mailbox that they are to
/// hear of later, whatever else they may see by their roles.
///
/// # Errors
/// What the store answers.
pub fn hides(tx: &mut Tx<'_>, own: Option<MailboxId>, record: &Record) -> Result<bool, Refused> {
    if own.is_none_or(|own| record.subject != subject(own)) {
        return Ok(false);
    }
    let detail: Value = serde_json::from_str(&record.detail).unwrap_or_default();
    let id = |key: &str| detail[key].as_i64();
    let is = |actions: &[Action]| actions.iter().any(|action| action.name() == record.action);
    let grant = if is(&[Action::AccessGive, Action::AccessEnd, Action::AccessUse]) {
        match id("grant") {
            Some(grant) => access_grant::get(tx, AccessGrantId(grant))?,
            None => None,
        }
    } else if is(&[
        Action::JointPropose,
        Action::JointConfirm,
        Action::JointWithdraw,
    ]) {
        match id("order") {
            Some(order) => access_grant::of_order(tx, JointOrderId(order))?,
            None => None,
        }
    } else {
        return Ok(false);
    };
    // What was never given is never told.
    Ok(grant.is_none_or(|grant| grant.tell_at.is_some()))
}

/// Whether an order is about reading a mailbox.
///
/// # Errors
/// It is not; there is none.
pub fn check_kind(tx: &mut Tx<'_>, id: JointOrderId) -> Result<(), Refused> {
    let order = joint_order::lock(tx, id)?;
    match order {
        Some(order) if order.kind == Kind::Access.name() => Ok(()),
        Some(_) => Err(Refused::bad("Lệnh này không về truy cập hộp thư.")),
        None => Err(Refused::missing(format!("Không có lệnh số {id}."))),
    }
}

/// Ends it at once: the owner what they consented to, who decides there what was ordered.
///
/// # Errors
/// Whoever ends it may not, or it is over.
pub fn end(tx: &mut Tx<'_>, actor: &Actor, id: AccessGrantId) -> Result<(), Refused> {
    let grant = access_grant::get(tx, id)?
        .ok_or_else(|| Refused::missing(format!("Không có lần cho phép số {id}.")))?;
    let (owner, place) = owner(tx, grant.mailbox)?;
    let own = grant.way == "consent" && owner.is_some() && actor.account == owner;
    if !own {
        rights::need(tx, actor, &[Role::Decide], place)?;
    }
    if !access_grant::end(tx, id, &actor.name)? {
        return Err(Refused::state("Lần cho phép này đã kết thúc."));
    }
    let name = address::primary(tx, grant.mailbox)?.unwrap_or_default();
    let act = Act::new(Action::AccessEnd, subject(grant.mailbox), &name)
        .at(place)
        .by_clause(CLAUSE)
        .with(json!({ "grant": id.0 }));
    Ok(record(tx, actor, &act)?)
}

/// What allows an account to read a mailbox that is not its own, now.
///
/// # Errors
/// Nothing does.
pub fn allowed(tx: &mut Tx<'_>, account: AccountId, mailbox: MailboxId) -> Result<Grant, Refused> {
    let live = access_grant::live(tx, account)?;
    live.into_iter()
        .find(|grant| grant.mailbox == mailbox)
        .ok_or_else(|| {
            Refused::forbidden(
                "Không ai được đọc hộp thư của người khác nếu chủ hộp thư không đồng ý hoặc không có lệnh của hai người (BS.III.9).",
            )
        })
}

/// Notes and records a use of access; whoever opens the mailbox calls it in the transaction that opens it.
///
/// # Errors
/// The access is over, or is somebody else's.
pub fn note_use(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: AccessGrantId,
    what: &str,
) -> Result<(), Refused> {
    let grant = access_grant::get(tx, id)?
        .ok_or_else(|| Refused::missing(format!("Không có lần cho phép số {id}.")))?;
    let now = tx.now();
    let lives = grant.ended_at.is_none() && grant.from_at <= now && now < grant.until_at;
    if !lives || actor.account != Some(grant.account) {
        return Err(Refused::forbidden(
            "Lần cho phép truy cập này đã hết hoặc không dành cho tài khoản này (BS.III.9).",
        ));
    }
    access_grant::note_use(tx, id, &actor.client_ip, what)?;
    let (_, place) = owner(tx, grant.mailbox)?;
    let name = address::primary(tx, grant.mailbox)?.unwrap_or_default();
    let act = Act::new(Action::AccessUse, subject(grant.mailbox), &name)
        .at(place)
        .by_clause(CLAUSE)
        .by_document((!grant.document.is_empty()).then_some(grant.document.as_str()))
        .with(json!({ "grant": id.0, "what": what }));
    Ok(record(tx, actor, &act)?)
}

/// What the owner sees: who may read the mailbox, or might, and each use. An order whose notice is put off is seen once it is told.
///
/// # Errors
/// It is not the owner's account, nor one that decides or audits there.
pub fn seen_by_owner(
    tx: &mut Tx<'_>,
    actor: &Actor,
    mailbox: MailboxId,
) -> Result<Vec<(Grant, Vec<Use>)>, Refused> {
    let (owner, place) = owner(tx, mailbox)?;
    let own = owner.is_some() && actor.account == owner;
    if !own {
        rights::need(tx, actor, &[Role::Decide, Role::Audit], place)?;
    }
    let mut seen = Vec::new();
    for grant in access_grant::of_mailbox(tx, mailbox)? {
        if own && grant.tell_at.is_some() {
            continue;
        }
        let uses = access_grant::uses(tx, grant.id)?;
        seen.push((grant, uses));
    }
    Ok(seen)
}

/// Orders about a mailbox that wait for the second person, the newest first; its owner sees none of them.
///
/// # Errors
/// Whoever asks neither decides nor audits there.
pub fn waiting(tx: &mut Tx<'_>, actor: &Actor, mailbox: MailboxId) -> Result<Vec<Order>, Refused> {
    let (owner, place) = owner(tx, mailbox)?;
    if owner.is_some() && actor.account == owner {
        return Ok(Vec::new());
    }
    rights::need(tx, actor, &[Role::Decide, Role::Audit], place)?;
    let now = tx.now();
    let orders = joint_order::of_subject(tx, &subject(mailbox))?;
    let open = |order: &Order| {
        let over = order.confirmed_at.or(order.withdrawn_at).is_some() || order.lapses_at <= now;
        order.kind == Kind::Access.name() && !over
    };
    Ok(orders.into_iter().filter(open).collect())
}

/// Tells the owners of what was put off until now; how many. For the scheduler, and called where access is given.
///
/// # Errors
/// What the store answers.
pub fn due_owner_notices(tx: &mut Tx<'_>) -> Result<u64, Refused> {
    let due = access_grant::untold(tx, 100)?;
    let mut told = 0;
    for grant in &due {
        let day = |at: i64| congvu_regulation::Moment(at).date().vietnamese();
        let values = [
            ("reader", grant.login.clone()),
            ("from", day(grant.from_at)),
            ("until", day(grant.until_at)),
            ("document", grant.document.clone()),
            ("purpose", grant.purpose.clone()),
        ];
        let (_, place) = owner(tx, grant.mailbox)?;
        let (key, to) = (
            format!("access/{}", grant.id),
            Audience::Mailbox(grant.mailbox),
        );
        notice::write(tx, place, (Notice::Access, &key), to, CLAUSE, &values)?;
        access_grant::told(tx, grant.id)?;
        told += 1;
    }
    Ok(told)
}
