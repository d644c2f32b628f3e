//! How much the mailboxes of a place hold and their messages carry (TQ.9.2.a–c, SL.11.2): what the managing department sets there,
//! within what the regulation allows; else what the regulation gives.

use congvu_regulation::{MailboxKind, Profile};
pub use congvu_store::place_limit::Measure;
use congvu_store::{OrganisationId, Store, Tx, organisation, place_limit};
use serde_json::json;

use super::details::live;
use crate::{Act, Action, Actor, Law, Refused, Role, mailbox, record, rights};

/// So many mailboxes are raised in one transaction.
const PAGE: i64 = 100;

fn name(kind: MailboxKind) -> &'static str {
    match kind {
        MailboxKind::Personal => "personal",
        MailboxKind::Unit => "unit",
    }
}

/// How much (bytes) a new mailbox of a kind gets at a place, and whether more than the regulation's maximum was approved there.
///
/// # Errors
/// What the store answers.
pub fn quota_given(
    tx: &mut Tx<'_>,
    profile: &Profile,
    place: OrganisationId,
    kind: MailboxKind,
) -> Result<(u64, bool), Refused> {
    Ok(
        match place_limit::at(tx, place, (name(kind), Measure::Quota))? {
            Some(set) => (set.bytes, !set.document.is_empty()),
            None => (profile.quota_bounds(kind).default.value, false),
        },
    )
}

/// How much a message from a mailbox of a kind may carry at a place, where somebody set that there or above.
pub(crate) fn attachment_given(
    tx: &mut Tx<'_>,
    place: OrganisationId,
    kind: MailboxKind,
) -> Result<Option<u64>, Refused> {
    let set = place_limit::at(tx, place, (name(kind), Measure::Attachment))?;
    Ok(set.map(|set| set.bytes))
}

/// Sets how much the mailboxes of a place and below hold from now on, or how much their messages carry at once; `None`: as the
/// place above, or the regulation, gives. More than the regulation's maximum needs the document that approves it.
///
/// # Errors
/// Whoever asks may not; the bound that refuses it.
pub fn set_limit(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    (id, kind, measure): (OrganisationId, MailboxKind, Measure),
    bytes: Option<u64>,
    document: Option<&str>,
) -> Result<(), Refused> {
    let place = live(tx, id)?;
    rights::need(tx, actor, &[Role::Decide, Role::Operate], id)?;
    let profile = law.at(tx, id)?;
    let document = document.map(str::trim).filter(|text| !text.is_empty());
    let (check, action) = match measure {
        Measure::Quota => (
            bytes.map(|bytes| profile.check_quota(kind, bytes, document.is_some())),
            Action::OrganisationQuota,
        ),
        Measure::Attachment => (
            bytes.map(|bytes| profile.check_attachment(kind, bytes, document.is_some())),
            Action::OrganisationAttachment,
        ),
    };
    check.transpose()?;
    let of = (name(kind), measure);
    let before = place_limit::at(tx, id, of)?.filter(|set| set.place == id);
    let new = bytes.map(|bytes| (bytes, document.unwrap_or_default()));
    place_limit::set(tx, id, of, new)?;
    let act = Act::new(action, format!("organisation/{id}"), &place.name)
        .at(id)
        .by_document(document)
        .with(json!({
            "kind": name(kind), "before": before.map(|set| set.bytes), "after": bytes,
        }));
    Ok(record(tx, actor, &act)?)
}

/// Gives the mailboxes at a place and below that hold less as much as is set there; each by an act of its own, in chunks. Where
/// something else is set further down, that holds. How many were raised; whoever is interrupted begins again, and those that
/// were raised are not smaller any more.
///
/// # Errors
/// Whoever asks may not; nothing is set there; what the store answers.
pub async fn raise_quotas(
    store: &Store,
    law: Law,
    actor: &Actor,
    (id, kind): (OrganisationId, MailboxKind),
) -> Result<u64, Refused> {
    let who = actor.clone();
    let places = store.read(move |tx| {
        rights::need(tx, &who, &[Role::Decide, Role::Operate], id)?;
        let mut places = Vec::new();
        for place in organisation::subtree(tx, id)? {
            let set = place_limit::at(tx, place.id, (name(kind), Measure::Quota))?;
            places.extend(set.filter(|set| set.place == id).map(|set| (place.id, set)));
        }
        Ok::<_, Refused>(places)
    });
    let places = places.await?;
    if places.is_empty() {
        return Err(Refused::state(
            "Cơ quan này chưa được đặt dung lượng riêng.",
        ));
    }
    let mut raised = 0;
    for (place, set) in places {
        loop {
            let (who, set) = (actor.clone(), set.clone());
            let step = store.write_bulk(move |tx| {
                let smaller = place_limit::smaller(tx, place, name(kind), set.bytes, PAGE)?;
                let approved = Some(set.document.as_str());
                for mailbox in &smaller {
                    mailbox::set_quota(tx, law, &who, *mailbox, set.bytes, approved)?;
                }
                Ok::<_, Refused>(smaller.len())
            });
            match u64::try_from(step.await?).unwrap_or(u64::MAX) {
                0 => break,
                count => raised += count,
            }
        }
    }
    Ok(raised)
}
