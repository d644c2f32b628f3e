//! A form becomes an act.

use congvu_governance::life;
use congvu_governance::mailbox::{self, Because, Change};
use congvu_governance::{Actor, Law, Refused, request};
use congvu_regulation::{ClauseId, Date, MB};
use congvu_store::{MailboxId, Tx};

use super::deed::Deed;
use crate::site::Fields;

/// What was to be confirmed was not due any more.
pub(super) const LAPSED: &str = "qua-han";

/// What the text of a field says, where it says anything.
fn said<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    Some(fields.get(name).trim()).filter(|text| !text.is_empty())
}

fn day(fields: &Fields, name: &str) -> Result<Date, Refused> {
    fields
        .get(name)
        .trim()
        .parse()
        .map_err(|_| Refused::bad("Ngày chưa đúng; chọn một ngày trong lịch."))
}

fn megabytes(text: &str) -> Result<u64, Refused> {
    let number: u64 = text
        .parse()
        .map_err(|_| Refused::bad("Dung lượng là một số MB, ví dụ 1000."))?;
    number
        .checked_mul(MB)
        .ok_or_else(|| Refused::bad("Dung lượng này quá lớn."))
}

/// Does to a mailbox what a form says; `proposal`: what is proposed for it and waits. By what name that is told of.
///
/// # Errors
/// Why it is not done.
pub(super) fn out(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    (deed, id, proposal): (Deed, MailboxId, Option<i64>),
    fields: &Fields,
) -> Result<&'static str, Refused> {
    let document = said(fields, "van-ban");
    let reason = fields.get("ly-do").trim();
    let waiting = || proposal.ok_or_else(|| Refused::state("Không còn đề xuất nào đang chờ."));
    match deed {
        Deed::Restore => mailbox::restore(tx, law, actor, id, document)?,
        Deed::Confirm => {
            let confirmed = life::confirm(tx, law, actor, waiting()?, document)?;
            if confirmed == life::Confirmed::Lapsed {
                return Ok(LAPSED);
            }
        }
        Deed::PutOff => {
            let until = day(fields, "den-ngay")?;
            life::put_off(tx, law, actor, waiting()?, (reason, until), document)?;
        }
        Deed::Receipt => {
            let on = day(fields, "ngay")?;
            mailbox::note_receipt(tx, law, actor, id, on.start())?;
        }
        Deed::Lock => {
            let clause = said(fields, "dieu-khoan");
            let clause: Option<ClauseId> = clause
                .map(|text| text.parse())
                .transpose()
                .map_err(|_| Refused::bad("Mã điều khoản chưa đúng."))?;
            let because = match said(fields, "vi-pham") {
                Some(violation) => Because::Violation {
                    id: violation,
                    found: reason,
                    document,
                },
                None => Because::Asked {
                    reason,
                    clause: clause.as_ref(),
                    document,
                },
            };
            mailbox::lock(tx, law, actor, id, because)?;
        }
        Deed::Exempt => {
            let until = day(fields, "den-ngay")?;
            mailbox::exempt(tx, law, actor, id, (reason, until), document)?;
        }
        Deed::EndExemption => mailbox::end_exemption(tx, law, actor, id)?,
        Deed::Enable => mailbox::enable(tx, law, actor, id)?,
        Deed::Factor => mailbox::remove_factor(tx, law, actor, id, document)?,
        Deed::Quota => {
            let bytes = megabytes(fields.get("mb").trim())?;
            mailbox::set_quota(tx, law, actor, id, bytes, document)?;
        }
        Deed::Attachment => {
            let bytes = said(fields, "mb").map(megabytes).transpose()?;
            mailbox::set_attachment(tx, law, actor, id, bytes, document)?;
        }
        Deed::Change => change(tx, law, actor, id, fields)?,
        Deed::Violation => {
            mailbox::note_violation(tx, law, actor, id, (fields.get("vi-pham"), reason))?;
        }
        Deed::Revoke => {
            let typed = fields.get("dia-chi").trim();
            if request::find(tx, typed).ok() != Some(id) {
                return Err(Refused::bad(
                    "Địa chỉ gõ lại không đúng với hộp thư này: chưa làm gì.",
                ));
            }
            mailbox::revoke(tx, law, actor, id, None, document)?;
        }
        Deed::HandOver | Deed::Reset => {
            return Err(Refused::bad("Việc này cần mật khẩu mới."));
        }
    }
    Ok(deed.slug())
}

/// What differs from what is set now is changed; what is left as it is, is not.
fn change(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: MailboxId,
    fields: &Fields,
) -> Result<(), Refused> {
    let subject = mailbox::Subject::load(tx, law, id)?;
    let holder = match congvu_store::mailbox::person(tx, id)? {
        Some(holder) => congvu_store::person::get(tx, holder)?,
        None => None,
    };
    let mut wanted = Change::default();
    if let Some(holder) = holder {
        let text = |name: &str| fields.get(name).trim().to_owned();
        let (title, phone) = (text("chuc-vu"), text("dien-thoai"));
        wanted.title = (title != holder.title).then_some(title);
        wanted.phone = (phone != holder.phone).then_some(phone);
        let name = (text("ho"), text("dem"), text("ten"));
        let now = (holder.family, holder.middle, holder.given);
        wanted.name = (name != now).then_some(name);
    }
    let local = subject.life.address.split('@').next().unwrap_or_default();
    wanted.local_part = said(fields, "dia-chi")
        .filter(|typed| !typed.eq_ignore_ascii_case(local))
        .map(str::to_owned);
    if wanted == Change::default() {
        return Err(Refused::bad("Chưa có gì thay đổi."));
    }
    mailbox::change(tx, law, actor, id, &wanted, said(fields, "van-ban"))?;
    Ok(())
}
