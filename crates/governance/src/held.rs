//! Mail that arrived and is held because the regulation at its recipients' places limits what it carries (QN.15.6, QN.2.8): who is told,
//! who may let it go or send it back, and the record of it. Who decides sees names and types of files, never the text (BS.III.9).

use std::collections::HashSet;

use congvu_regulation::content::{Concern, Description, Direction, Verdict};
use congvu_regulation::{Date, MailboxKind, Origin, Profile};
use congvu_store::held::{self, Fate, Held, Recipient};
use congvu_store::notice::Audience;
use congvu_store::{
    GroupId, HeldId, HeldRecipientId, MailboxId, OrganisationId, StoreError, StoreResult, Tx,
    group, queue,
};
use serde_json::json;

use crate::mailbox::{Subject, attachment_limit};
use crate::notice::{self, Notice};
use crate::{Act, Action, Actor, Law, Refused, Role, record, rights, today};

/// How many working days mail is held at most: no regulation sets a term, so this is a local setting. As long as an agency may take to
/// answer a letter of no importance, and no longer: senders wait.
pub const WORKING_DAYS: u16 = 5;
const DAY_MS: i64 = 86_400_000;
const VIETNAM_MS: i64 = 7 * 3_600_000;
/// Who lets go and sends back.
const DECIDE: &[Role] = &[Role::Operate, Role::Decide];

/// What the rules at a recipient's place say to a message that arrives.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// What they say.
    pub verdict: Verdict,
    /// The place.
    pub place: OrganisationId,
    /// How long a message may be held there (ms).
    pub until_at: i64,
}

/// Judges a message for a mailbox. Nothing where no regulation is known.
///
/// # Errors
/// What the store answers.
pub fn judge(
    tx: &mut Tx<'_>,
    law: Law,
    to: MailboxId,
    mut message: Description,
) -> StoreResult<Option<Judgement>> {
    let judged = Subject::load(tx, law, to).and_then(|subject| {
        message.mailbox(subject.kind());
        message.limit(attachment_limit(tx, &subject)?);
        let place = subject.organisation.id;
        Ok(judgement(tx, law, subject.profile, place, &message))
    });
    known(judged)
}

/// The same for the members of a group, by the rules at its place.
///
/// # Errors
/// What the store answers.
pub fn judge_for_group(
    tx: &mut Tx<'_>,
    law: Law,
    to: GroupId,
    mut message: Description,
) -> StoreResult<Option<Judgement>> {
    let place = group::place(tx, to)?;
    message.mailbox(MailboxKind::Unit);
    let judged = law
        .at(tx, place)
        .map(|profile| judgement(tx, law, profile, place, &message));
    known(judged)
}

fn judgement(
    tx: &Tx<'_>,
    law: Law,
    profile: &Profile,
    place: OrganisationId,
    message: &Description,
) -> Judgement {
    let last = law
        .calendar()
        .add_working_days(today(tx), WORKING_DAYS)
        .value;
    Judgement {
        verdict: profile.content().decide(message),
        place,
        // To the end of that day in Vietnam.
        until_at: (last.epoch_day() + 1) * DAY_MS - VIETNAM_MS,
    }
}

fn known(judged: Result<Judgement, Refused>) -> StoreResult<Option<Judgement>> {
    match judged {
        Ok(judged) => Ok(Some(judged)),
        Err(Refused::Store(error)) => Err(error),
        // Where no regulation is known, none says no.
        Err(_) => Ok(None),
    }
}

fn subject(id: HeldId) -> String {
    format!("held/{id}")
}

/// How people know it.
fn name(found: &Held) -> String {
    match found.sender.as_str() {
        "" => "thư không có người gửi".to_owned(),
        sender => format!("thư của {sender}"),
    }
}

/// The last day on which it is held.
#[must_use]
pub fn last_day(found: &Held) -> Date {
    Date::from_epoch_day((found.until_at + VIETNAM_MS).div_euclid(DAY_MS) - 1)
}

/// What sets that mail is held for a concern, by the rules at a place.
fn origin(profile: &Profile, concern: &str) -> Origin {
    let known = Concern::ALL.into_iter().find(|one| one.label() == concern);
    known.map_or(Origin::System, |concern| {
        let effects = profile.content().effects(concern);
        effects.of(Direction::Received).origin.clone()
    })
}

/// Records that a message is held and tells those who were to get it, each once; in the transaction that accepts it.
///
/// # Errors
/// What the store answers.
pub fn tell(tx: &mut Tx<'_>, law: Law, id: HeldId) -> StoreResult<()> {
    match told(tx, law, id) {
        Ok(()) => Ok(()),
        Err(Refused::Store(error)) => Err(error),
        Err(refused) => Err(StoreError::Corrupt(refused.to_string())),
    }
}

fn told(tx: &mut Tx<'_>, law: Law, id: HeldId) -> Result<(), Refused> {
    let found = held::get(tx, id)?.ok_or(StoreError::NotFound("held"))?;
    let recipients = held::recipients(tx, id)?;
    let letter = queue::subject(tx, found.message)?.unwrap_or_default();
    by_place(
        tx,
        &Actor::system(),
        Action::MailHold,
        &found,
        &recipients,
        json!({ "until_at": found.until_at }),
    )?;
    for to in &recipients {
        let (Some(mailbox), Some(finding)) = (to.mailbox, to.findings.first()) else {
            continue;
        };
        let about = match Subject::load(tx, law, mailbox) {
            Ok(about) => about,
            Err(Refused::Store(error)) => return Err(error.into()),
            // Without rules it was not held.
            Err(_) => continue,
        };
        let mut values = about.values();
        values.push(("address", to.address.clone()));
        values.push(("sender", sender(&found)));
        values.push(("letter", letter.clone()));
        values.push(("reason", finding.says.clone()));
        values.push(("until", last_day(&found).vietnamese()));
        let origin = origin(about.profile, &finding.concern);
        let key = format!("held/{id} {}", to.id);
        let audience = Audience::Mailbox(mailbox);
        notice::send(
            tx,
            about.profile,
            Notice::Held,
            &key,
            audience,
            &origin,
            &values,
        )?;
    }
    Ok(())
}

fn sender(found: &Held) -> String {
    match found.sender.as_str() {
        "" => "(máy chủ báo lại, không có người gửi)".to_owned(),
        sender => sender.to_owned(),
    }
}

/// One record a place: who watches a place sees what was done for its mailboxes.
fn by_place(
    tx: &mut Tx<'_>,
    actor: &Actor,
    action: Action,
    found: &Held,
    recipients: &[Recipient],
    detail: serde_json::Value,
) -> Result<(), Refused> {
    let mut done = HashSet::new();
    for first in recipients {
        if !done.insert(first.organisation) {
            continue;
        }
        let here: Vec<&Recipient> = recipients
            .iter()
            .filter(|one| one.organisation == first.organisation)
            .collect();
        let finding = first.findings.first();
        let mut detail = detail.clone();
        detail["recipients"] = json!(here.iter().map(|one| &one.address).collect::<Vec<_>>());
        if let Some(finding) = finding {
            detail["held_for"] = json!(finding.concern);
        }
        let mut act = Act::new(action, subject(found.id), &name(found))
            .at(first.organisation)
            .with(detail);
        act.clause = finding
            .map(|finding| finding.clause.clone())
            .filter(|clause| !clause.is_empty());
        record(tx, actor, &act)?;
    }
    Ok(())
}

/// Whether the actor sees what is held for this recipient: who runs or watches their place.
///
/// # Errors
/// What the store answers.
pub fn sees(tx: &mut Tx<'_>, actor: &Actor, to: &Recipient) -> Result<bool, Refused> {
    let roles = [Role::Operate, Role::Decide, Role::Audit];
    rights::has(tx, actor, &roles, to.organisation)
}

/// Whether the actor decides about this recipient.
///
/// # Errors
/// What the store answers.
pub fn decides(tx: &mut Tx<'_>, actor: &Actor, to: &Recipient) -> Result<bool, Refused> {
    rights::has(tx, actor, DECIDE, to.organisation)
}

/// The chosen recipients, all of whom wait and are the actor's to decide about.
fn chosen(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: HeldId,
    ids: &[HeldRecipientId],
) -> Result<(Held, Vec<Recipient>), Refused> {
    let missing = || Refused::missing("Không có thư đang giữ này.");
    let found = held::get(tx, id)?.ok_or_else(missing)?;
    let mut recipients = held::recipients(tx, id)?;
    recipients.retain(|one| ids.contains(&one.id));
    if recipients.is_empty() {
        return Err(Refused::bad("Chưa chọn người nhận nào."));
    }
    for to in &recipients {
        rights::need(tx, actor, DECIDE, to.organisation)?;
    }
    if recipients.iter().any(|one| one.fate != Fate::Waits) || recipients.len() != ids.len() {
        return Err(decided());
    }
    Ok((found, recipients))
}

fn decided() -> Refused {
    Refused::state(
        "Thư này vừa được người khác xử lý cho người nhận đã chọn. Tải lại trang để xem.",
    )
}

fn decide(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: HeldId,
    ids: &[HeldRecipientId],
    fate: Fate,
    reason: &str,
) -> Result<(), Refused> {
    match held::decide(tx, id, ids, fate, (&actor.name, reason)) {
        Ok(()) => Ok(()),
        Err(StoreError::Conflict("held")) => Err(decided()),
        Err(error) => Err(error.into()),
    }
}

/// Lets a held message go for these of its recipients. Whoever calls it delivers it in the same transaction
/// (`congvu_delivery::held::Release`): neither is done without the other.
///
/// # Errors
/// Whoever asks may not; it is decided already.
pub fn release(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: HeldId,
    ids: &[HeldRecipientId],
    reason: &str,
) -> Result<(), Refused> {
    let (found, recipients) = chosen(tx, actor, id, ids)?;
    decide(tx, actor, id, ids, Fate::Released, reason)?;
    let detail = match reason {
        "" => json!({}),
        reason => json!({ "reason": reason }),
    };
    by_place(tx, actor, Action::MailRelease, &found, &recipients, detail)
}

/// Does not let it go for these of its recipients. `tells`: its sender is told, by whoever calls it and in the same transaction
/// (`congvu_delivery::held::GiveBack`); else nobody is, since the sender's address is doubtful.
///
/// # Errors
/// Whoever asks may not, or says no reason; it is decided already.
pub fn reject(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: HeldId,
    ids: &[HeldRecipientId],
    (tells, reason): (bool, &str),
) -> Result<(), Refused> {
    let (found, recipients) = chosen(tx, actor, id, ids)?;
    if reason.trim().is_empty() {
        return Err(Refused::bad(
            "Ghi lý do không cho qua: lý do được lưu trong nhật ký quản trị.",
        ));
    }
    let fate = match tells {
        true => Fate::SentBack,
        false => Fate::Dropped,
    };
    decide(tx, actor, id, ids, fate, reason)?;
    let detail = json!({ "reason": reason, "tells_senders": tells });
    by_place(tx, actor, Action::MailReject, &found, &recipients, detail)
}

/// Nobody decided in time: the program gives it back for these recipients.
///
/// # Errors
/// What the store answers; a conflict where somebody decided just now.
pub fn lapse(tx: &mut Tx<'_>, id: HeldId, ids: &[HeldRecipientId]) -> StoreResult<()> {
    let found = held::get(tx, id)?.ok_or(StoreError::NotFound("held"))?;
    let mut recipients = held::recipients(tx, id)?;
    recipients.retain(|one| ids.contains(&one.id));
    let actor = Actor::system();
    held::decide(tx, id, ids, Fate::Lapsed, (&actor.name, ""))?;
    let detail = json!({ "until_at": found.until_at });
    match by_place(tx, &actor, Action::MailLapse, &found, &recipients, detail) {
        Ok(()) => Ok(()),
        Err(Refused::Store(error)) => Err(error),
        Err(refused) => Err(StoreError::Corrupt(refused.to_string())),
    }
}
