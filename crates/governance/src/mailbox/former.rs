//! Whose a mailbox is that was taken back and kept (BS.7.đ4 "chính người này").

use congvu_store::organisation::Organisation;
use congvu_store::{DomainId, MailboxId, Tx, address, mailbox, person};

use super::{Holder, Issue, Person, Subject};
use crate::{Law, Refused};

/// The mailbox that had the former address which is asked for again; none where none is asked for, or only the address was
/// ever known.
///
/// # Errors
/// A unit asks for an address that no mailbox had: only a person's address is given again by itself.
pub(super) fn mailbox(
    tx: &mut Tx<'_>,
    domain: DomainId,
    issue: &Issue,
) -> Result<Option<MailboxId>, Refused> {
    let Some(former) = issue.former.as_deref() else {
        return Ok(None);
    };
    let local_part = former.split('@').next().unwrap_or_default().trim();
    let found = address::mailbox_of(tx, domain, &local_part.to_lowercase())?;
    match (&issue.holder, found) {
        (Holder::Unit { .. }, None) => Err(Refused::missing(format!(
            "Không có hộp thư đã thu hồi nào có địa chỉ {former}."
        ))),
        (_, found) => Ok(found),
    }
}

/// Checks that a kept mailbox is given again to whom it was taken from, at the place it belongs to. A name alone tells nobody
/// who somebody is: where both sides tell a code, it decides; else the year of birth; where neither is known, the
/// names must be the same letter by letter.
///
/// # Errors
/// It was another's, or lies elsewhere.
pub(super) fn check(
    tx: &mut Tx<'_>,
    law: Law,
    id: MailboxId,
    place: &Organisation,
    holder: &Holder,
) -> Result<(), Refused> {
    let subject = Subject::hold(tx, law, id)?;
    let address = &subject.life.address;
    if subject.organisation.id != place.id {
        return Err(Refused::state(format!(
            "Hộp thư {address} thuộc {}: cơ quan ấy đề nghị cấp lại, sau đó đề nghị chuyển.",
            subject.organisation.name
        )));
    }
    let kept = mailbox::person(tx, id)?;
    let kept = kept.map(|id| person::get(tx, id)).transpose()?.flatten();
    let same = match (holder, &kept) {
        (Holder::Person(asked), Some(kept)) => is_same(asked, kept),
        (Holder::Unit { .. }, None) => subject.life.kind == "unit",
        _ => false,
    };
    match same {
        true => Ok(()),
        false => Err(Refused::state(format!(
            "Hộp thư {address} không phải của chính người được đề nghị (họ tên, năm sinh hoặc số định danh khác)."
        ))),
    }
}

/// Whether a person that a request tells of is the one we know.
pub(super) fn is_same(asked: &Person, known: &person::Person) -> bool {
    let code = |code: &Option<String>| {
        let code = code.as_deref().map(str::trim).unwrap_or_default();
        (!code.is_empty()).then(|| code.to_owned())
    };
    if let (Some(asked), Some(known)) = (code(&asked.code), code(&known.code)) {
        return asked == known;
    }
    let names = [
        (&asked.family, &known.family),
        (&asked.middle, &known.middle),
        (&asked.given, &known.given),
    ];
    let same_name = names
        .iter()
        .all(|(asked, known)| asked.trim().to_lowercase() == known.trim().to_lowercase());
    let same_year = match (asked.born, known.born) {
        (Some(asked), Some(known)) => i64::from(asked) == known,
        _ => true,
    };
    same_name && same_year
}
