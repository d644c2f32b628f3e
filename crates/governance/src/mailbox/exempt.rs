//! A recorded reason for not using a mailbox: it stops the sweeps that say so, to its last day.

use congvu_regulation::Date;
use congvu_store::{MailboxId, Tx, exemption};
use serde_json::{Value, json};

use super::Subject;
use crate::{Action, Actor, Law, Refused, Role, record, today};

/// The longest that one reason counts, in days: two years; a longer posting is told anew.
const LONGEST: i64 = 731;

/// Records a reason, such as leave or a posting, that counts until the end of a day (QN.7.1, TQ.8.2.a, HCM.8.1, SL.8.2.a,
/// BS.7.đ4 "không có lý do").
///
/// # Errors
/// Whoever asks may not; there is no reason; the day is past or too far ahead.
pub fn exempt(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: MailboxId,
    (reason, until): (&str, Date),
    document: Option<&str>,
) -> Result<(), Refused> {
    let subject = Subject::hold(tx, law, id)?;
    subject.must_exist()?;
    subject.need(tx, actor, &[Role::Decide, Role::Operate])?;
    if reason.trim().is_empty() {
        return Err(Refused::bad("Cần nêu lý do chưa sử dụng hộp thư."));
    }
    let today = today(tx);
    if until < today || until > today.plus_days(LONGEST) {
        return Err(Refused::bad(
            "Ngày hết hiệu lực của lý do phải từ hôm nay đến không quá hai năm.",
        ));
    }
    exemption::add(
        tx,
        id,
        until.epoch_day(),
        reason.trim(),
        document.unwrap_or_default(),
    )?;
    let act = subject
        .act(Action::Exempt)
        .by_document(document)
        .with(json!({ "reason": reason.trim(), "until": until.to_string() }));
    Ok(record(tx, actor, &act)?)
}

/// Ends all reasons that are recorded for a mailbox.
///
/// # Errors
/// Whoever asks may not, or there is none.
pub fn end_exemption(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: MailboxId,
) -> Result<(), Refused> {
    let subject = Subject::hold(tx, law, id)?;
    subject.need(tx, actor, &[Role::Decide, Role::Operate])?;
    if exemption::end(tx, id)? == 0 {
        return Err(Refused::missing("Không có lý do nào đang được ghi nhận."));
    }
    let ended = subject.life.exempt.iter().map(|(until, reason)| {
        let until = Date::from_epoch_day(*until).to_string();
        json!({ "reason": reason, "until": until })
    });
    let ended: Vec<Value> = ended.collect();
    let act = subject
        .act(Action::ExemptEnd)
        .with(json!({ "exempt": { "before": ended, "after": [] } }));
    Ok(record(tx, actor, &act)?)
}
