//! Tạm khóa and khôi phục.

use congvu_regulation::lifecycle::{Due, NotRestored};
use congvu_regulation::violations::Effect;
use congvu_regulation::{ClauseId, LockMode, Origin, Profile, Source};
use congvu_store::account::{self, MustChange};
use congvu_store::lock::{self, NewLock};
use congvu_store::notice::Audience;
use congvu_store::{MailboxId, StoreError, Tx, mailbox};
use serde_json::json;

use super::Subject;
use crate::notice::{self, Notice};
use crate::{Action, Actor, Law, Refused, Role, directory, now, record};

/// Why a mailbox is locked.
#[derive(Clone, Copy, Debug)]
pub enum Because<'a> {
    /// A rule fell due; the program does it.
    Due(&'a Due),
    /// Its holder did what the profile's text forbids.
    Violation {
        /// The violation, by its name in the profile.
        id: &'a str,
        /// What was found, for the record.
        found: &'a str,
        /// What orders it.
        document: Option<&'a str>,
    },
    /// The agency asks for it, or safety does.
    Asked {
        /// Why.
        reason: &'a str,
        /// The clause that allows it, where the profile has one (TQ.8.1).
        clause: Option<&'a ClauseId>,
        /// What asks for it.
        document: Option<&'a str>,
    },
}

/// Locks a mailbox: nobody opens it, and mail as the profile's lock mode says (SL.8.1, TQ.8.1). Its agency is told.
///
/// # Errors
/// Whoever asks may not; it is locked or gone already; the violation is unknown, or one that the text has no lock for
/// (SL.4.3).
pub fn lock(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: MailboxId,
    because: Because<'_>,
) -> Result<(), Refused> {
    let subject = Subject::hold(tx, law, id)?;
    subject.must_exist()?;
    if !matches!(because, Because::Due(_)) {
        subject.need(tx, actor, &[Role::Decide, Role::Operate])?;
    }
    if subject.life.lock.is_some() {
        return Err(Refused::state(format!(
            "Hộp thư {} đang bị tạm khóa.",
            subject.life.address
        )));
    }
    let profile = subject.profile;
    let local = || Origin::Profile {
        code: profile.code().to_owned(),
        source: Source::Local,
    };
    let (reason, origin, sweep, violation, document) = match because {
        Because::Due(due) => {
            let sweep = due.sweep.as_deref().unwrap_or_default();
            (
                super::why(profile, due),
                due.origin.clone(),
                sweep,
                "",
                None,
            )
        }
        Because::Violation {
            id,
            found,
            document,
        } => {
            let known = profile.violations().iter().find(|known| known.id() == id);
            let known = known
                .ok_or_else(|| Refused::bad(format!("Quy chế không có hành vi vi phạm “{id}”.")))?;
            let Effect::MayLock(clause) = known.effect() else {
                let text = format!(
                    "Quy chế không cho tạm khóa hộp thư vì hành vi “{}”: chỉ ghi nhận.",
                    known.label()
                );
                let origin = Origin::Profile {
                    code: profile.code().to_owned(),
                    source: known_source(known.clause(), known.words()),
                };
                return Err(Refused::rule(text, origin));
            };
            let origin = Origin::Profile {
                code: profile.code().to_owned(),
                source: known_source(Some(clause), known.words()),
            };
            let reason = match found {
                "" => known.label().to_owned(),
                found => format!("{} ({found})", known.label()),
            };
            (reason, origin, "", id, document)
        }
        Because::Asked {
            reason,
            clause,
            document,
        } => {
            if reason.trim().is_empty() {
                return Err(Refused::bad("Cần nêu lý do tạm khóa."));
            }
            let origin = match clause {
                None => local(),
                Some(clause) => Origin::Profile {
                    code: profile.code().to_owned(),
                    source: cited_here(profile, clause)?,
                },
            };
            (reason.to_owned(), origin, "", "", document)
        }
    };
    let clause = origin.clause().map(ToString::to_string).unwrap_or_default();
    let mode = profile.lock_mode().value;
    let written = lock::begin(
        tx,
        &NewLock {
            mailbox: id,
            sweep,
            clause: &clause,
            violation,
            reason: &reason,
            document: document.unwrap_or_default(),
            mode: match mode {
                LockMode::Receives => "receives",
                LockMode::Closed => "closed",
            },
        },
    )?;
    mailbox::set_locked(tx, id, mode == LockMode::Closed)?;
    let mut act = subject
        .act(Action::MailboxLock)
        .by_document(document)
        .with(json!({
            "reason": reason, "sweep": sweep, "violation": violation,
            "receives": mode == LockMode::Receives,
        }));
    act.clause = Some(clause).filter(|clause| !clause.is_empty());
    record(tx, actor, &act)?;
    let mut values = subject.values();
    values.push(("reason", reason));
    values.push((
        "mode",
        match mode {
            LockMode::Receives => "Trong thời gian tạm khóa, hộp thư vẫn nhận thư, nhưng không đăng nhập và không gửi thư được.",
            LockMode::Closed => "Trong thời gian tạm khóa, hộp thư không đăng nhập, không gửi và không nhận thư được; người gửi đến được báo lại.",
        }
        .to_owned(),
    ));
    let restore_by = match super::end_day(tx, law, &subject)? {
        Some(until) => format!(" trước ngày {until}"),
        None => String::new(),
    };
    values.push(("restore_by", restore_by));
    let audience = notice::agency(tx, subject.organisation.id)?;
    let key = format!("lock/{written}");
    notice::send(tx, profile, Notice::Lock, &key, audience, &origin, &values)?;
    Ok(())
}

/// A clause that somebody names: of the regulation in force at the place, with the text's own words.
fn cited_here(profile: &Profile, clause: &ClauseId) -> Result<Source, Refused> {
    let is_ours = clause.regulation() == profile.code()
        && congvu_regulation::clauses::known().any(|known| known == clause);
    if !is_ours {
        return Err(Refused::bad(format!(
            "Điều khoản {clause} không có trong quy chế áp dụng cho hộp thư này."
        )));
    }
    let words = profile.words_of(clause).unwrap_or_default();
    Ok(known_source(Some(clause), &words))
}

pub(super) fn known_source(clause: Option<&ClauseId>, quote: &str) -> Source {
    match clause {
        Some(id) => Source::Clause {
            id: id.clone(),
            quote: quote.to_owned(),
        },
        None => Source::Local,
    }
}

/// Records a violation for which nobody is locked, or not yet; nothing else follows (SL.4.3).
///
/// # Errors
/// Whoever asks may not; the violation is unknown.
pub fn note_violation(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: MailboxId,
    (violation, found): (&str, &str),
) -> Result<(), Refused> {
    let subject = Subject::hold(tx, law, id)?;
    subject.need(tx, actor, &[Role::Decide, Role::Operate])?;
    let mut known = subject.profile.violations().iter();
    let known = known
        .find(|known| known.id() == violation)
        .ok_or_else(|| Refused::bad(format!("Quy chế không có hành vi vi phạm “{violation}”.")))?;
    let mut act = subject
        .act(Action::Violation)
        .with(json!({ "violation": violation, "found": found }));
    act.clause = known.clause().map(ToString::to_string);
    Ok(record(tx, actor, &act)?)
}

/// Records that the agency received the notice of the lock in force: its term runs from then (QN.7.1.đ, QN.7.2).
///
/// # Errors
/// Whoever records it may not, no such notice waits for its receipt, or the day lies before the notice or ahead.
pub fn note_receipt(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: MailboxId,
    at: congvu_regulation::Moment,
) -> Result<(), Refused> {
    let subject = Subject::hold(tx, law, id)?;
    subject.need(tx, actor, &[Role::Decide, Role::Operate, Role::Ask])?;
    let sent = subject.life.lock.as_ref().and_then(|lock| lock.notice_at);
    let Some(sent) = sent else {
        return Err(Refused::state("Hộp thư này không bị tạm khóa."));
    };
    if at.date() < congvu_regulation::Moment(sent).date() || at > now(tx) {
        return Err(Refused::bad(
            "Ngày nhận thông báo không thể trước ngày gửi hoặc sau hôm nay.",
        ));
    }
    lock::received(tx, id, at.0, &actor.name).map_err(|error| match error {
        StoreError::NotFound(_) => {
            Refused::state("Đã ghi nhận ngày nhận thông báo; ngày này không sửa được.")
        }
        error => error.into(),
    })?;
    let act = subject.act(Action::LockReceipt).with(json!({
        "received": at.to_string(), "lock": subject.life.lock.as_ref().map(|lock| &lock.clause),
    }));
    Ok(record(tx, actor, &act)?)
}

/// Opens a mailbox again that is locked, shut off or taken back; its password is changed first where the text says so
/// (QN.7.1.đ, TQ.8.3, SL.8.3). Whoever grants the request for it calls this.
///
/// # Errors
/// There is nothing to restore, nothing left of it (TQ.7.2, SL.7.2), or the day on which such a request is handled has
/// not come (HCM.8.3.b).
pub fn restore(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: MailboxId,
    document: Option<&str>,
) -> Result<(), Refused> {
    let subject = Subject::hold(tx, law, id)?;
    subject.need(tx, actor, &[Role::Decide])?;
    let rules = subject.profile.lifecycle();
    rules
        .may_restore(&subject.facts(), law.calendar(), now(tx))
        .map_err(|why| not_restored(&subject, why))?;
    let change = rules.restore_must_change();
    if subject.life.revoked_at.is_some() {
        mailbox::bring_back(tx, id)?;
    }
    lock::end(tx, id, "restored")?;
    mailbox::set_unlocked(tx, id)?;
    directory::refresh(tx, id)?;
    if let Some(opener) = &subject.life.opener {
        // What an administrator shut for another reason stays shut until they open it.
        if opener.disabled_at.is_some() && opener.disabled_by_rule {
            account::set_disabled(tx, opener.account, false)?;
        }
        match opener.must_change {
            // A one-time password that nobody has changed stays one; its terms begin anew.
            Some((MustChange::Issued, _)) => account::begin_anew(tx, opener.account)?,
            _ if change.value => {
                account::require_change(tx, opener.account, MustChange::Restored)?;
            }
            _ => {}
        }
    }
    let asked = subject
        .profile
        .request(congvu_regulation::requests::RequestKind::Restore)
        .map(|rule| rule.kind().source.clone());
    let origin = Origin::Profile {
        code: subject.profile.code().to_owned(),
        source: asked.unwrap_or(Source::Local),
    };
    let locked = subject.life.lock.as_ref();
    let locked =
        locked.map(|lock| json!({ "at": lock.at, "sweep": lock.sweep, "clause": lock.clause }));
    let mut act = subject
        .act(Action::MailboxRestore)
        .by_document(document)
        .with(json!({
            "must_change": change.value,
            "lock": { "before": locked, "after": null },
            "revoked_at": { "before": subject.life.revoked_at, "after": null },
        }));
    act.clause = origin.clause().map(ToString::to_string);
    record(tx, actor, &act)?;
    let mut values = subject.values();
    let told = if change.value {
        "Người dùng phải đổi mật khẩu trong lần đăng nhập đầu tiên.\n"
    } else {
        ""
    };
    values.push(("change", told.to_owned()));
    let key = format!("mailbox/{id} {}", tx.now());
    let audience = notice::agency(tx, subject.organisation.id)?;
    let profile = subject.profile;
    notice::send(
        tx,
        profile,
        Notice::Restored,
        &key,
        audience,
        &origin,
        &values,
    )?;
    let own = format!("{key} own");
    let holder = Audience::Mailbox(id);
    notice::send(
        tx,
        profile,
        Notice::Restored,
        &own,
        holder,
        &origin,
        &values,
    )?;
    Ok(())
}

fn not_restored(subject: &Subject, why: NotRestored) -> Refused {
    let address = &subject.life.address;
    match why {
        NotRestored::Nothing => {
            Refused::state(format!("Hộp thư {address} không bị khóa hay thu hồi."))
        }
        NotRestored::Gone(origin) => Refused::rule(
            format!("Hộp thư {address} đã xóa, không còn khả năng khôi phục."),
            origin,
        ),
        NotRestored::Waits(due) => Refused::rule(
            format!(
                "Đề nghị khôi phục hộp thư {address} chỉ được xử lý từ ngày {}.",
                notice::day(due.at.date())
            ),
            due.origin,
        ),
    }
}
