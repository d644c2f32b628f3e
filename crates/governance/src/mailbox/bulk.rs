//! One act on several mailboxes: looked at before it is done, then carried out one by one, each in a transaction of its own with its record.
//! What became of each stays, so that whoever began it finds it again, and what ended before its end goes on.

use congvu_regulation::lifecycle::NotRestored;
use congvu_regulation::violations::Effect;
use congvu_regulation::{Date, LockMode};
use congvu_store::bulk::{self as rows, Bulk};
use congvu_store::{BulkId, MailboxId, Store, Tx};
use serde::{Deserialize, Serialize};

use super::{Because, Subject};
use crate::{Actor, Law, Refused, Role, now, today};

/// The most mailboxes of one.
pub const MOST: usize = 500;

/// What is done to each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Work {
    /// Tạm khóa.
    Lock {
        /// The violation, by its name in the profile; empty: it is asked for.
        violation: String,
        /// Why, or what was found.
        reason: String,
        /// What orders it.
        document: String,
    },
    /// Khôi phục.
    Restore {
        /// What asks for it.
        document: String,
    },
    /// A reason for not using them.
    Exempt {
        /// The reason.
        reason: String,
        /// The last day on which it counts: `2026-12-31`.
        until: String,
        /// What says so.
        document: String,
    },
    /// How much they hold.
    Quota {
        /// In bytes.
        bytes: u64,
        /// What approves more than the maximum.
        document: String,
    },
}

fn told(document: &str) -> Option<&str> {
    Some(document.trim()).filter(|document| !document.is_empty())
}

fn day(text: &str) -> Result<Date, Refused> {
    text.parse()
        .map_err(|_| Refused::bad("Ngày hết hiệu lực của lý do chưa đúng."))
}

impl Work {
    /// What will become of a mailbox, in words; nothing is done.
    ///
    /// # Errors
    /// Why it will not be done to this one.
    pub fn look(
        &self,
        tx: &mut Tx<'_>,
        law: Law,
        actor: &Actor,
        id: MailboxId,
    ) -> Result<String, Refused> {
        let subject = Subject::load(tx, law, id)?;
        subject.must_exist()?;
        let roles: &[Role] = match self {
            Self::Restore { .. } => &[Role::Decide],
            _ => &[Role::Decide, Role::Operate],
        };
        subject.need(tx, actor, roles)?;
        match self {
            Self::Lock { violation, .. } => {
                if subject.life.lock.is_some() || subject.life.revoked_at.is_some() {
                    return Err(Refused::state("Đang bị tạm khóa hoặc đã thu hồi."));
                }
                if !violation.is_empty() {
                    let known = subject.profile.violation(violation);
                    let known = known.ok_or_else(|| {
                        Refused::bad("Quy chế áp dụng tại đây không có hành vi vi phạm này.")
                    })?;
                    if matches!(known.effect(), Effect::Record) {
                        return Err(Refused::state(
                            "Quy chế không cho tạm khóa vì hành vi này: chỉ ghi nhận.",
                        ));
                    }
                }
                Ok(match subject.profile.lock_mode().value {
                    LockMode::Receives => "Tạm khóa ngay; vẫn nhận thư",
                    LockMode::Closed => "Tạm khóa ngay; không nhận thư",
                }
                .to_owned())
            }
            Self::Restore { .. } => {
                let rules = subject.profile.lifecycle();
                let may = rules.may_restore(&subject.facts(), law.calendar(), now(tx));
                may.map_err(|why| {
                    Refused::state(match why {
                        NotRestored::Nothing => "Không bị khóa hay thu hồi.".to_owned(),
                        NotRestored::Gone(_) => "Đã xóa, không khôi phục được.".to_owned(),
                        NotRestored::Waits(due) => format!(
                            "Đề nghị khôi phục chỉ được xử lý từ {}.",
                            due.at.date().vietnamese()
                        ),
                    })
                })?;
                Ok(match rules.restore_must_change().value {
                    true => "Khôi phục ngay; phải đổi mật khẩu ở lần đăng nhập đầu",
                    false => "Khôi phục ngay",
                }
                .to_owned())
            }
            Self::Exempt { until, .. } => {
                let until = day(until)?;
                if until < today(tx) {
                    return Err(Refused::bad("Ngày hết hiệu lực của lý do đã qua."));
                }
                Ok(format!("Ghi lý do đến hết {}", until.vietnamese()))
            }
            Self::Quota { bytes, document } => {
                let approved = told(document).is_some();
                subject
                    .profile
                    .check_quota(subject.kind(), *bytes, approved)?;
                let mb = |bytes: u64| bytes / congvu_regulation::MB;
                Ok(format!("{} MB → {} MB", mb(subject.life.quota), mb(*bytes)))
            }
        }
    }

    fn carry_out(
        &self,
        tx: &mut Tx<'_>,
        law: Law,
        actor: &Actor,
        id: MailboxId,
    ) -> Result<(), Refused> {
        match self {
            Self::Lock {
                violation,
                reason,
                document,
            } => {
                let document = told(document);
                let because = match violation.as_str() {
                    "" => Because::Asked {
                        reason,
                        clause: None,
                        document,
                    },
                    violation => Because::Violation {
                        id: violation,
                        found: reason,
                        document,
                    },
                };
                super::lock(tx, law, actor, id, because)
            }
            Self::Restore { document } => super::restore(tx, law, actor, id, told(document)),
            Self::Exempt {
                reason,
                until,
                document,
            } => super::exempt(tx, law, actor, id, (reason, day(until)?), told(document)),
            Self::Quota { bytes, document } => {
                super::set_quota(tx, law, actor, id, *bytes, told(document))
            }
        }
    }
}

/// What somebody began, with what is done to each.
///
/// # Errors
/// There is none, or it is somebody else's.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: BulkId) -> Result<(Bulk, Work), Refused> {
    let missing = || Refused::missing("Không có việc này.");
    let bulk = rows::get(tx, id)?.filter(|bulk| Some(bulk.account) == actor.account);
    let bulk = bulk.ok_or_else(missing)?;
    let work = serde_json::from_str(&bulk.work).map_err(|_| missing())?;
    Ok((bulk, work))
}

/// Writes down what is to be done to which mailboxes; [`run`] does it.
///
/// # Errors
/// It is nobody's who is signed in; there are none, or too many.
pub fn begin(
    tx: &mut Tx<'_>,
    actor: &Actor,
    work: &Work,
    mailboxes: &[MailboxId],
) -> Result<BulkId, Refused> {
    let account = actor
        .account
        .ok_or_else(|| Refused::forbidden("Việc này cần người đã đăng nhập."))?;
    if mailboxes.is_empty() || mailboxes.len() > MOST {
        return Err(Refused::bad(format!(
            "Chọn từ 1 đến {MOST} hộp thư cho một lần."
        )));
    }
    let empty = match work {
        Work::Lock {
            violation, reason, ..
        } => violation.is_empty() && reason.trim().is_empty(),
        Work::Exempt { reason, .. } => reason.trim().is_empty(),
        Work::Restore { .. } | Work::Quota { .. } => false,
    };
    if empty {
        return Err(Refused::bad("Cần nêu lý do."));
    }
    let work = serde_json::to_string(work).map_err(|_| Refused::bad("Không ghi được việc này."))?;
    Ok(rows::add(tx, account, &work, mailboxes)?)
}

/// Carries out what waits, one mailbox after the other, until nothing does. What a rule refuses is told with its line; others go on.
///
/// # Errors
/// What the store answers: the rest waits for another run.
pub async fn run(store: &Store, law: Law, actor: &Actor, id: BulkId) -> Result<(), Refused> {
    loop {
        let next = store.read(move |tx| rows::next(tx, id)).await;
        let Some((number, mailbox)) = next.map_err(Refused::Store)? else {
            return store.write(move |tx| Ok(rows::close(tx, id)?)).await;
        };
        let acting = actor.clone();
        let done = store.write(move |tx| {
            let (_, work) = get(tx, &acting, id)?;
            // Another run may be at it.
            if rows::settle(tx, id, number, ("done", ""))? {
                work.carry_out(tx, law, &acting, mailbox)?;
            }
            Ok(())
        });
        match done.await {
            Ok(()) => {}
            Err(Refused::Store(error)) => return Err(error.into()),
            Err(refused) => {
                let said = refused.to_string();
                let settled = store.write(move |tx| {
                    Ok::<_, Refused>(rows::settle(tx, id, number, ("refused", &said))?)
                });
                settled.await?;
            }
        }
    }
}
