//! Opening a request: checked as a whole, all faults told at once, nothing kept of one that has any.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use congvu_regulation::access::HandedOver;
use congvu_regulation::lifecycle::NotRestored;
use congvu_regulation::requests::{RequestKind, RequestRule, Way};
use congvu_regulation::{Date, MailboxKind, Origin, Profile};
use congvu_store::account;
use congvu_store::organisation::Organisation;
use congvu_store::{
    AccountId, MailboxId, OrganisationId, RequestId, Tx, mailbox, organisation, request,
};
use ring::digest::{SHA256, digest};
use serde_json::json;

use super::{Ask, way, way_name};
use crate::lists::Fault;
use crate::mailbox::{Holder, Subject};
use crate::notice::{self, Notice};
use crate::{Act, Action, Actor, Law, Refused, Role, now, record, rights, texts, today};

/// The most lines of one request.
const MOST_LINES: usize = 1_000;
/// The largest file that is kept with one, in bytes.
const LARGEST_FILE: usize = 8 << 20;

/// A file that comes with a request.
#[derive(Clone, Debug)]
pub struct Attached {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes.
    pub data: Vec<u8>,
}

/// A request as it comes in.
#[derive(Clone, Debug)]
pub struct NewRequest {
    /// What tells the same request sent again: chosen by who sends it.
    pub key: String,
    /// What is asked for; all lines ask for that.
    pub kind: RequestKind,
    /// Who asks.
    pub organisation: OrganisationId,
    /// By what way it came.
    pub way: Way,
    /// Number of the official document.
    pub document: String,
    /// Its day.
    pub document_day: Option<Date>,
    /// Why.
    pub reason: String,
    /// The lines; the number of each in the list it came from.
    pub lines: Vec<(u32, Ask)>,
    /// Files that came along.
    pub files: Vec<Attached>,
}

/// An opened request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Its number.
    pub id: RequestId,
    /// False where it was opened before.
    pub is_new: bool,
}

/// What was looked at before a request is opened: in a read, so that whoever writes waits for none of it.
#[derive(Clone, Debug)]
pub struct Checked {
    profile: &'static str,
    /// Of each line the mailbox it is about, and where that belongs.
    mailboxes: Vec<Option<(MailboxId, OrganisationId)>>,
}

impl Checked {
    /// Whether all of it is still so. Nothing falls due for the mailboxes until this transaction ends.
    fn holds(&self, tx: &mut Tx<'_>, profile: &Profile, new: &NewRequest) -> Result<bool, Refused> {
        if self.profile != profile.id() || self.mailboxes.len() != new.lines.len() {
            return Ok(false);
        }
        let about: BTreeMap<MailboxId, OrganisationId> =
            self.mailboxes.iter().flatten().copied().collect();
        for (id, place) in about {
            mailbox::hold(tx, id)?;
            if mailbox::standing(tx, id)? != Some(place) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Checks a request that is to be opened, and does nothing; for [`open_checked`].
///
/// # Errors
/// As for [`open`].
pub fn check(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    new: &NewRequest,
) -> Result<Checked, Refused> {
    let Begun {
        place, profile, id, ..
    } = begun(tx, law, actor, new)?;
    if id.is_some() {
        return Ok(Checked {
            profile: profile.id(),
            mailboxes: Vec::new(),
        });
    }
    let mailboxes = check_lines(tx, law, profile, new, false)?;
    let ids: Vec<Option<MailboxId>> = mailboxes.iter().map(|of| of.map(|(id, _)| id)).collect();
    way::check(tx, actor, &place, new.way, &ids)?;
    Ok(Checked {
        profile: profile.id(),
        mailboxes,
    })
}

/// A request that may be opened, as far as it is known without its lines.
struct Begun {
    key: String,
    place: Organisation,
    profile: &'static Profile,
    rule: &'static RequestRule,
    /// It was opened before.
    id: Option<RequestId>,
}

fn begun(tx: &mut Tx<'_>, law: Law, actor: &Actor, new: &NewRequest) -> Result<Begun, Refused> {
    let asks = [Role::Ask, Role::Forward, Role::Operate, Role::Decide];
    rights::need(tx, actor, &asks, new.organisation)?;
    check_texts(new)?;
    if new.key.trim().is_empty() {
        return Err(Refused::bad("Thiếu mã nhận biết của đề nghị."));
    }
    let key = format!("{}/{}", new.organisation, new.key.trim());
    let id = request::by_key(tx, &key)?;
    let place = organisation::get(tx, new.organisation)?
        .ok_or_else(|| Refused::missing("Không có cơ quan này."))?;
    let profile = law.at(tx, place.id)?;
    let rule = profile
        .request(new.kind)
        .ok_or_else(|| Refused::bad(format!("Quy chế không có yêu cầu {}.", new.kind.title())))?;
    Ok(Begun {
        key,
        place,
        profile,
        rule,
        id,
    })
}

/// Opens a request, all in one transaction; where many lines come, [`check`] before.
///
/// # Errors
/// Whoever asks may not ask for that place; the way is not open (HCM.6.2); a document's number or day is missing; or all faults of
/// its lines.
pub fn open(tx: &mut Tx<'_>, law: Law, actor: &Actor, new: &NewRequest) -> Result<Opened, Refused> {
    open_checked(tx, law, actor, new, None)
}

/// Opens a request. What was checked before is not looked at again, unless it is not so any more.
///
/// # Errors
/// As for [`open`].
pub fn open_checked(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    new: &NewRequest,
    checked: Option<&Checked>,
) -> Result<Opened, Refused> {
    let Begun {
        key,
        place,
        profile,
        rule,
        id,
    } = begun(tx, law, actor, new)?;
    if let Some(id) = id {
        return Ok(Opened { id, is_new: false });
    }
    let written = matches!(new.way, Way::Documents | Way::Letter);
    if written && new.document.trim().is_empty() {
        return Err(Refused::bad("Thiếu số văn bản đề nghị."));
    }
    if written && new.document_day.is_none() {
        return Err(Refused::bad(format!(
            "Thiếu ngày của văn bản đề nghị {}: đề nghị bằng văn bản được ghi theo cả số và ngày.",
            new.document.trim()
        )));
    }
    let asks_reason = rule
        .fields()
        .iter()
        .any(|field| field.required && field.id == "reason");
    if asks_reason && new.reason.trim().is_empty() {
        let origin = Origin::Profile {
            code: profile.code().to_owned(),
            source: rule.kind().source.clone(),
        };
        return Err(Refused::rule("Đề nghị phải nêu rõ lý do.", origin));
    }
    let known = match checked {
        Some(checked) if checked.holds(tx, profile, new)? => Some(checked.mailboxes.clone()),
        _ => None,
    };
    let mailboxes = match known {
        Some(known) => known,
        None => check_lines(tx, law, profile, new, true)?,
    };
    let mailboxes: Vec<Option<MailboxId>> =
        mailboxes.iter().map(|of| of.map(|(id, _)| id)).collect();
    way::check(tx, actor, &place, new.way, &mailboxes)?;
    for file in &new.files {
        if file.data.len() > LARGEST_FILE {
            return Err(Refused::bad(format!("Tệp {} lớn hơn 8 MB.", file.name)));
        }
    }
    let begins = clock_day(tx, law, new.kind, &mailboxes)?;
    let due = rule.due(begins, law.calendar());
    let due_clause = rule
        .deadline()
        .and_then(|deadline| deadline.clause())
        .map(ToString::to_string)
        .unwrap_or_default();
    let id = request::add(
        tx,
        &request::NewRequest {
            key: &key,
            kind: new.kind.id(),
            organisation: place.id,
            profile: profile.id(),
            way: way_name(new.way),
            asked_by: &actor.name,
            asked_by_id: actor.account,
            document: new.document.trim(),
            document_day: new.document_day.map(Date::epoch_day),
            reason: new.reason.trim(),
            data: "",
            clock_day: begins.epoch_day(),
            due_day: due.as_ref().map(|due| due.value.epoch_day()),
            due_clause: &due_clause,
            // The first of the steps was to ask.
            step: 1,
            lines: u32::try_from(new.lines.len()).unwrap_or(u32::MAX),
        },
    )?;
    let Some(id) = id else {
        // Somebody else was quicker with the same key.
        let id =
            request::by_key(tx, &key)?.ok_or_else(|| Refused::state("Đề nghị đang được mở."))?;
        return Ok(Opened { id, is_new: false });
    };
    for (position, ((_, ask), mailbox)) in new.lines.iter().zip(&mailboxes).enumerate() {
        let number = u32::try_from(position + 1).unwrap_or(u32::MAX);
        let data = serde_json::to_string(ask).map_err(|error| Refused::bad(error.to_string()))?;
        request::add_line(tx, id, number, *mailbox, &data)?;
    }
    for file in &new.files {
        let hash = digest(&SHA256, &file.data);
        let named = (file.name.as_str(), file.media_type.as_str());
        request::add_file(tx, id, named, hash.as_ref(), &file.data)?;
    }
    let origin = Origin::Profile {
        code: profile.code().to_owned(),
        source: rule.kind().source.clone(),
    };
    let mut act = Act::new(
        Action::RequestOpen,
        format!("request/{id}"),
        new.kind.title(),
    )
    .at(place.id)
    .by_document(Some(new.document.trim()).filter(|document| !document.is_empty()))
    .with(json!({
        "lines": new.lines.len(), "way": way_name(new.way), "reason": new.reason.trim(),
        "files": new.files.iter().map(|file| &file.name).collect::<Vec<_>>(),
    }));
    act.clause = origin.clause().map(ToString::to_string);
    record(tx, actor, &act)?;
    let told_due = due.map_or_else(String::new, |due| {
        let by = match due_clause.as_str() {
            "" => "thiết lập tại chỗ",
            clause => clause,
        };
        format!(
            "Hạn giải quyết: hết ngày {} ({by}).",
            notice::day(due.value)
        )
    });
    let values = [
        ("organisation", place.name.clone()),
        ("what", new.kind.title().to_owned()),
        ("number", id.to_string()),
        ("lines", new.lines.len().to_string()),
        ("document", document_text(&new.document, new.document_day)),
        ("due", told_due),
    ];
    let to = notice::agency(tx, place.id)?;
    let key = format!("request/{id}");
    notice::send(
        tx,
        profile,
        Notice::RequestReceived,
        &key,
        to,
        &origin,
        &values,
    )?;
    Ok(Opened { id, is_new: true })
}

/// The day from which the time for a request counts: today; for one to restore the day from which it may be handled at all, where
/// that comes later (HCM.8.3.b).
fn clock_day(
    tx: &mut Tx<'_>,
    law: Law,
    kind: RequestKind,
    mailboxes: &[Option<MailboxId>],
) -> Result<Date, Refused> {
    let mut begins = today(tx);
    if kind != RequestKind::Restore {
        return Ok(begins);
    }
    for mailbox in mailboxes.iter().flatten() {
        let subject = Subject::load(tx, law, *mailbox)?;
        let rules = subject.profile.lifecycle();
        let may = rules.may_restore(&subject.facts(), law.calendar(), now(tx));
        if let Err(NotRestored::Waits(due)) = may {
            begins = begins.max(due.at.date());
        }
    }
    Ok(begins)
}

pub(super) fn document_text(number: &str, day: Option<Date>) -> String {
    match (number.trim(), day) {
        ("", _) => "(không có số)".to_owned(),
        (number, None) => number.to_owned(),
        (number, Some(day)) => format!("{number} ngày {}", notice::day(day)),
    }
}

/// No text holds what no keyboard writes.
fn check_texts(new: &NewRequest) -> Result<(), Refused> {
    texts::check("Mã nhận biết", &new.key)?;
    texts::check("Số văn bản", &new.document)?;
    texts::check("Lý do", &new.reason)?;
    for file in &new.files {
        texts::check("Tên tệp", &file.name)?;
        texts::check("Loại tệp", &file.media_type)?;
    }
    Ok(())
}

/// The mailboxes the lines are about; all faults otherwise.
fn check_lines(
    tx: &mut Tx<'_>,
    law: Law,
    profile: &Profile,
    new: &NewRequest,
    holds: bool,
) -> Result<Vec<Option<(MailboxId, OrganisationId)>>, Refused> {
    if new.lines.is_empty() {
        return Err(Refused::bad("Đề nghị không có dòng nào."));
    }
    if new.lines.len() > MOST_LINES {
        return Err(Refused::bad(format!(
            "Đề nghị có {} dòng; một đề nghị không quá {MOST_LINES} dòng. Hãy chia danh sách thành nhiều đề nghị.",
            new.lines.len()
        )));
    }
    let below: HashSet<OrganisationId> = organisation::subtree(tx, new.organisation)?
        .into_iter()
        .map(|place| place.id)
        .collect();
    let mut found = Vec::with_capacity(new.lines.len());
    for (_, ask) in &new.lines {
        found.push(match ask.address() {
            None => Ok(None),
            Some(address) => match find(tx, address) {
                Err(Refused::Store(error)) => return Err(error.into()),
                other => other.map(Some),
            },
        });
    }
    // Nothing falls due for a mailbox while a request about it is being opened; a read holds nothing.
    let held: BTreeSet<MailboxId> = found.iter().flatten().flatten().copied().collect();
    for id in held.iter().filter(|_| holds) {
        mailbox::hold(tx, *id)?;
    }
    let mut faults = Vec::new();
    let mut twice = HashSet::new();
    let mut mailboxes = Vec::with_capacity(new.lines.len());
    for ((row, ask), found) in new.lines.iter().zip(found) {
        let looked =
            found.and_then(|found| check_line(tx, law, profile, new, &below, (ask, found)));
        match looked {
            Ok(mailbox) => {
                if mailbox.is_some_and(|(mailbox, _)| !twice.insert(mailbox)) {
                    faults.push(fault(
                        *row,
                        format!("{} có hai dòng trong một đề nghị.", ask.about()),
                    ));
                }
                mailboxes.push(mailbox);
            }
            Err(Refused::Store(error)) => return Err(error.into()),
            Err(refused) => faults.push(fault(*row, refused.to_string())),
        }
    }
    if faults.is_empty() {
        return Ok(mailboxes);
    }
    Err(Refused::Lines(faults))
}

fn fault(row: u32, what: String) -> Fault {
    Fault {
        row,
        column: "",
        what,
    }
}

fn check_line(
    tx: &mut Tx<'_>,
    law: Law,
    profile: &Profile,
    new: &NewRequest,
    below: &HashSet<OrganisationId>,
    (ask, found): (&Ask, Option<MailboxId>),
) -> Result<Option<(MailboxId, OrganisationId)>, Refused> {
    if !ask.serves(new.kind) {
        return Err(Refused::bad(format!(
            "Dòng này là đề nghị {}, không phải {}.",
            ask.kind().title(),
            new.kind.title()
        )));
    }
    if let Some(fault) = ask.fault() {
        return Err(Refused::bad(fault));
    }
    if let Ask::Change {
        organisation: Some(to),
        ..
    } = ask
    {
        let to = organisation::get(tx, OrganisationId(*to))?;
        if to.is_none_or(|to| to.ended_at.is_some()) {
            return Err(Refused::missing("Không có cơ quan, đơn vị chuyển đến."));
        }
    }
    if let Ask::Issue(issue) = ask {
        if !below.contains(&OrganisationId(issue.organisation)) {
            return Err(Refused::forbidden(
                "Cơ quan, đơn vị này không thuộc cơ quan đề nghị.",
            ));
        }
        let access = profile.access();
        let wants_account = access.hand_over.value.contains(&HandedOver::Account);
        if issue.holder == (Holder::Unit { own_account: true }) && !wants_account {
            return Err(Refused::bad(
                "Quy chế này không cấp tài khoản riêng cho hộp thư cơ quan, đơn vị: người giữ hộp thư dùng tài khoản của mình.",
            ));
        }
        let kind = match issue.holder {
            Holder::Person(_) => MailboxKind::Personal,
            Holder::Unit { .. } => MailboxKind::Unit,
        };
        profile.check_channel(new.kind, new.way, kind)?;
        // A name that no address can be made from is told now, not when it is carried out.
        crate::mailbox::propose(tx, law, issue)?;
        return Ok(None);
    }
    let (Some(address), Some(mailbox)) = (ask.address(), found) else {
        profile.check_channel(new.kind, new.way, MailboxKind::Personal)?;
        return Ok(None);
    };
    let subject = Subject::load(tx, law, mailbox)?;
    if !below.contains(&subject.organisation.id) {
        return Err(Refused::forbidden(format!(
            "Hộp thư {address} không thuộc cơ quan đề nghị."
        )));
    }
    profile.check_channel(new.kind, new.way, subject.kind())?;
    subject.must_exist()?;
    Ok(Some((mailbox, subject.organisation.id)))
}

/// The mailbox with an address: one in use, or one that was taken back and is kept.
pub fn find(tx: &mut Tx<'_>, address: &str) -> Result<MailboxId, Refused> {
    let missing = || Refused::missing(format!("Không có hộp thư {address}."));
    let (local, domain) = address
        .trim()
        .rsplit_once('@')
        .ok_or_else(|| Refused::bad(format!("“{address}” không phải địa chỉ thư.")))?;
    let domain = organisation::domain(tx, &domain.to_ascii_lowercase())?.ok_or_else(missing)?;
    congvu_store::address::mailbox_of(tx, domain, &local.to_lowercase())?.ok_or_else(missing)
}

/// The account that a mailbox of this address has.
pub(crate) fn account_of(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
) -> Result<Option<AccountId>, Refused> {
    Ok(account::of_mailbox(tx, mailbox)?)
}
