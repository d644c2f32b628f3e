//! What somebody wants done to the mail of a mailbox: filters, and the answer for absence. One's own mailbox is one's own; in a unit
//! mailbox it is for keepers who may organise it, and stands in the record under their name. Mail goes on by itself only where the
//! regulation lets it (QN.14.8), whoever sets it and in whatever way.

pub mod clean_up;
pub mod export;
pub mod label;

use congvu_message::address::Address;
use congvu_message::filter::{Action as Does, Rule, Target};
use congvu_regulation::content::Effect;
use congvu_regulation::forwarding::Decision;
use congvu_store::address::{self, Lookup, Target as Leads};
use congvu_store::delegation::{self, Rights};
use congvu_store::filter::{self, Filter, NewFilter};
use congvu_store::vacation::{self, Vacation};
use congvu_store::{
    FilterId, FolderId, MailboxId, OrganisationId, StoreError, StoreResult, Tx, folder, keyword,
    mailbox,
};
use serde_json::json;

use crate::mailbox::Subject;
use crate::{Act, Action, Actor, Law, Refused, record};

/// Addresses that the filters of one mailbox send mail on to, at most.
const FORWARDS: usize = 5;
/// The longest name of a filter, in letters.
const NAME: usize = 60;
/// The longest text of an answer, in bytes.
const ANSWER: usize = 10_000;
/// The longest absence, in days: who is away longer hands the mailbox over.
const LONGEST: i64 = 366;
const DAY: i64 = 86_400_000;

/// Who arranges a mailbox.
struct Arranger {
    own: bool,
    rights: Rights,
    address: String,
    place: Option<OrganisationId>,
}

impl Arranger {
    fn load(tx: &mut Tx<'_>, actor: &Actor, id: MailboxId) -> Result<Self, Refused> {
        let missing = || Refused::missing("Không có hộp thư này.");
        let account = actor.account.ok_or_else(missing)?;
        let own = mailbox::of_account(tx, account)? == Some(id);
        let rights = if own {
            Rights::ALL
        } else {
            let kept = delegation::open(tx, account, id)?;
            let kept = kept.filter(|kept| kept.rights.has(Rights::READ));
            kept.ok_or_else(missing)?.rights
        };
        if !rights.has(Rights::ORGANISE) {
            return Err(Refused::forbidden(
                "Bạn được đọc hộp thư này, chưa được giao sắp xếp thư trong đó.",
            ));
        }
        Ok(Self {
            own,
            rights,
            address: address::primary(tx, id)?.unwrap_or_default(),
            place: mailbox::organisation(tx, id)?,
        })
    }

    fn act(&self, action: Action, id: MailboxId) -> Act {
        Act {
            organisation: self.place,
            ..Act::new(action, format!("mailbox/{id}"), &self.address)
        }
    }
}

/// Whether the actor may say what is done to the mail of a mailbox.
///
/// # Errors
/// They may not; who may not open it is not told whether it is there.
pub fn may_arrange(tx: &mut Tx<'_>, actor: &Actor, mailbox: MailboxId) -> Result<(), Refused> {
    Arranger::load(tx, actor, mailbox).map(drop)
}

/// What the regulation at the mailbox's place says to mail that goes on by itself to a domain.
///
/// # Errors
/// No regulation is known there.
pub fn decide_forward(
    tx: &mut Tx<'_>,
    law: Law,
    mailbox: MailboxId,
    domain: &str,
) -> Result<Decision, Refused> {
    let subject = Subject::load(tx, law, mailbox)?;
    Ok(subject.profile.forwarding().decide(domain))
}

/// The same as yes or no, for whoever delivers: where no regulation is known, no.
///
/// # Errors
/// What the store answers.
pub fn may_forward(
    tx: &mut Tx<'_>,
    law: Law,
    mailbox: MailboxId,
    domain: &str,
) -> StoreResult<bool> {
    match decide_forward(tx, law, mailbox, domain) {
        Ok(decision) => Ok(decision.effect < Effect::Hold),
        Err(Refused::Store(error)) => Err(error),
        Err(_) => Ok(false),
    }
}

/// A filter as somebody writes it.
#[derive(Clone, Debug)]
pub struct Written {
    /// What they call it.
    pub name: String,
    /// What it says.
    pub rule: Rule,
    /// It is on.
    pub enabled: bool,
}

/// Adds a filter, or writes one anew.
///
/// # Errors
/// Whoever writes it may not; the folder is not there; mail would go on to where it may not (QN.14.8); there are too many.
pub fn put_filter(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    (mailbox, id): (MailboxId, Option<FilterId>),
    written: &Written,
) -> Result<FilterId, Refused> {
    let arranger = Arranger::load(tx, actor, mailbox)?;
    let name = written.name.trim();
    if name.is_empty() || name.chars().count() > NAME || name.contains(char::is_control) {
        return Err(Refused::bad("Đặt tên ngắn cho bộ lọc."));
    }
    let others = filter::list(tx, mailbox)?;
    let before = match id {
        Some(id) => {
            let found = others.iter().find(|one| one.id == id);
            Some(found.cloned().ok_or_else(gone)?)
        }
        None => None,
    };
    for action in written.rule.actions() {
        match action {
            Does::Move(to) => {
                let found = folder::get(tx, FolderId(*to))?;
                if found.is_none_or(|found| found.mailbox != mailbox) {
                    return Err(Refused::bad(
                        "Thư mục của bộ lọc không còn. Chọn thư mục khác.",
                    ));
                }
            }
            Does::Label(label) => {
                let made = keyword::ensure(tx, mailbox, label.as_str())?;
                made.ok_or_else(|| Refused::state("Hộp thư đã có quá nhiều nhãn."))?;
            }
            Does::Star | Does::Read | Does::Forward(_) | Does::Stop => {}
        }
    }
    let forwards_before = before.as_ref().and_then(forward_of);
    let forward = written.rule.forward();
    let mut clause = None;
    if let Some(to) = forward {
        if !arranger.rights.has(Rights::MANAGE) {
            return Err(Refused::forbidden(
                "Chỉ người được giao quản lý hộp thư cơ quan mới được đặt chuyển thư tự động.",
            ));
        }
        let others = others.iter().filter(|one| Some(one.id) != id);
        if others.filter_map(forward_of).count() >= FORWARDS {
            return Err(Refused::state("Đã có quá nhiều bộ lọc chuyển thư tự động."));
        }
        clause = check_forward(tx, law, mailbox, to)?;
    }
    let new = NewFilter {
        name,
        rule: &written.rule.to_bytes(),
        enabled: written.enabled,
        by: &actor.name,
    };
    let put = filter::put(tx, mailbox, id, &new).map_err(|error| match error {
        StoreError::Conflict(_) => Refused::state(format!(
            "Mỗi hộp thư có nhiều nhất {} bộ lọc.",
            filter::MOST
        )),
        error => error.into(),
    })?;
    let forward = forward.map(|to| to.as_str().to_owned());
    note_forward(
        tx,
        actor,
        &arranger,
        mailbox,
        (forwards_before, forward, clause),
    )?;
    note_unit(tx, actor, &arranger, mailbox, ("filter", name, Some(put)))?;
    Ok(put)
}

fn gone() -> Refused {
    Refused::missing("Bộ lọc này không còn. Có thể đã bị xóa ở nơi khác.")
}

/// Where a stored filter sends mail on to.
fn forward_of(filter: &Filter) -> Option<String> {
    let rule = Rule::from_bytes(&filter.rule).ok()?;
    rule.forward().map(|to| to.as_str().to_owned())
}

/// QN.14.8: whether mail may go on to an address. The clause that lets it, where there is one.
fn check_forward(
    tx: &mut Tx<'_>,
    law: Law,
    mailbox: MailboxId,
    to: &Target,
) -> Result<Option<String>, Refused> {
    let to = Address::parse(to.as_str()).map_err(|_| Refused::bad("Chưa phải địa chỉ thư."))?;
    let decision = decide_forward(tx, law, mailbox, to.domain())?;
    if decision.effect >= Effect::Hold {
        return Err(Refused::rule(decision.text, decision.origin));
    }
    let (local, domain) = to.lookup_key();
    match address::lookup(tx, &local, &domain)? {
        Lookup::Found(Leads::Mailbox(target)) if target.mailbox == mailbox => {
            return Err(Refused::bad(
                "Thư đã ở trong hộp thư này; ghi một địa chỉ khác.",
            ));
        }
        Lookup::Found(Leads::Group { .. }) => {
            return Err(Refused::bad(
                "Không chuyển thư tự động tới nhóm thư: thành viên nhóm không đặt việc này. Ghi địa chỉ một hộp thư.",
            ));
        }
        Lookup::Unknown => {
            return Err(Refused::bad(format!(
                "Không có địa chỉ {to} trong hệ thống."
            )));
        }
        Lookup::Found(Leads::Mailbox(_)) | Lookup::NotOurs => {}
    }
    Ok(decision.origin.clause().map(ToString::to_string))
}

type Change = (Option<String>, Option<String>, Option<String>);

/// That mail goes on by itself from a mailbox, or no longer does, is on record whosever it is.
fn note_forward(
    tx: &mut Tx<'_>,
    actor: &Actor,
    arranger: &Arranger,
    mailbox: MailboxId,
    (before, after, clause): Change,
) -> Result<(), Refused> {
    if before == after {
        return Ok(());
    }
    let action = if after.is_some() {
        Action::ForwardSet
    } else {
        Action::ForwardEnd
    };
    let act = arranger
        .act(action, mailbox)
        .with(json!({ "before": before, "after": after }));
    Ok(record(tx, actor, &Act { clause, ..act })?)
}

/// What a keeper arranges in a unit mailbox is on record under their name.
fn note_unit(
    tx: &mut Tx<'_>,
    actor: &Actor,
    arranger: &Arranger,
    mailbox: MailboxId,
    (what, name, id): (&str, &str, Option<FilterId>),
) -> Result<(), Refused> {
    if arranger.own {
        return Ok(());
    }
    let act = arranger
        .act(Action::UnitArrange, mailbox)
        .with(json!({ "what": what, "name": name, "id": id.map(|id| id.0) }));
    Ok(record(tx, actor, &act)?)
}

/// Removes a filter.
///
/// # Errors
/// Whoever removes it may not, or it is gone.
pub fn remove_filter(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (mailbox, id): (MailboxId, FilterId),
) -> Result<(), Refused> {
    let arranger = Arranger::load(tx, actor, mailbox)?;
    let before = filter::get(tx, mailbox, id)?.ok_or_else(gone)?;
    filter::remove(tx, mailbox, id)?;
    note_forward(
        tx,
        actor,
        &arranger,
        mailbox,
        (forward_of(&before), None, None),
    )?;
    note_unit(
        tx,
        actor,
        &arranger,
        mailbox,
        ("filter-removed", &before.name, Some(id)),
    )
}

/// Moves a filter one up or down.
///
/// # Errors
/// Whoever does it may not, or it is gone.
pub fn shift_filter(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (mailbox, id): (MailboxId, FilterId),
    up: bool,
) -> Result<(), Refused> {
    let arranger = Arranger::load(tx, actor, mailbox)?;
    let found = filter::get(tx, mailbox, id)?.ok_or_else(gone)?;
    filter::shift(tx, mailbox, id, up)?;
    note_unit(
        tx,
        actor,
        &arranger,
        mailbox,
        ("filter-moved", &found.name, Some(id)),
    )
}

/// Sets the answer that senders get while the mailbox's owner is away.
///
/// # Errors
/// Whoever sets it may not; the dates make no sense; there is no text, or too much.
pub fn set_vacation(
    tx: &mut Tx<'_>,
    actor: &Actor,
    mailbox: MailboxId,
    new: &Vacation,
) -> Result<(), Refused> {
    let arranger = Arranger::load(tx, actor, mailbox)?;
    if !arranger.rights.has(Rights::SEND) {
        return Err(Refused::forbidden(
            "Thư trả lời tự động gửi với tên hộp thư này; bạn chưa được giao gửi thư với tên đó (TQ.4).",
        ));
    }
    let body = new.body.trim();
    if body.is_empty() || body.len() > ANSWER {
        return Err(Refused::bad("Ghi nội dung trả lời, không quá 10.000 byte."));
    }
    if new.until_at <= new.from_at || new.until_at <= tx.now() {
        return Err(Refused::bad(
            "Ngày cuối phải từ ngày đầu trở đi, và chưa qua.",
        ));
    }
    if new.until_at - new.from_at > LONGEST * DAY {
        return Err(Refused::bad(
            "Vắng mặt quá một năm: hãy bàn giao hộp thư thay vì trả lời tự động.",
        ));
    }
    let new = Vacation {
        body: body.to_owned(),
        ..new.clone()
    };
    vacation::set(tx, mailbox, &new, &actor.name)?;
    note_unit(tx, actor, &arranger, mailbox, ("vacation", "", None))
}

/// Ends it.
///
/// # Errors
/// Whoever ends it may not.
pub fn end_vacation(tx: &mut Tx<'_>, actor: &Actor, mailbox: MailboxId) -> Result<(), Refused> {
    let arranger = Arranger::load(tx, actor, mailbox)?;
    if vacation::remove(tx, mailbox)? {
        note_unit(tx, actor, &arranger, mailbox, ("vacation-ended", "", None))?;
    }
    Ok(())
}
