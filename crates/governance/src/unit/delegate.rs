//! Giving a unit mailbox into hands, changing that, and taking it back.

use congvu_regulation::access::Keepers;
use congvu_regulation::{ClauseId, Profile};
use congvu_store::activity::day;
use congvu_store::delegation::{self, Delegation, NewDelegation, Rights};
use congvu_store::{AccountId, DelegationId, MailboxId, Tx};
use serde_json::{Value, json};

use super::{Manager, Refused, Unit, is_within};
use crate::{Action, Actor, Law, record};

/// How a mailbox is given: what for, how long, by which document.
#[derive(Clone, Debug, Default)]
pub struct Terms<'a> {
    /// What the keeper may do.
    pub rights: Rights,
    /// From when (ms); `None`: from now on.
    pub from_at: Option<i64>,
    /// Until when (ms), not included; `None`: until it is ended.
    pub until_at: Option<i64>,
    /// Number of the document that says so.
    pub document: Option<&'a str>,
    /// Its day, as days since 1970.
    pub document_day: Option<i64>,
}

/// Who is to keep which mailbox.
#[derive(Clone, Debug)]
pub struct NewKeeper<'a> {
    /// The unit mailbox.
    pub mailbox: MailboxId,
    /// The person's account.
    pub account: AccountId,
    /// How.
    pub terms: Terms<'a>,
}

/// Gives a unit mailbox into a person's hands (TQ.11.2, HCM.12.1, SL.9.2).
///
/// # Errors
/// [`Refused`], with the clause.
pub fn delegate(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    new: &NewKeeper<'_>,
) -> Result<DelegationId, Refused> {
    let (unit, manager) = Unit::managed(tx, actor, new.mailbox)?;
    let profile = unit.profile(tx, law)?;
    let keeper = delegation::keeper(tx, new.account)?.ok_or(Refused::NotAPerson)?;
    if !keeper.person || unit.subject.account == Some(new.account) {
        return Err(Refused::NotAPerson);
    }
    if !is_within(tx, keeper.organisation, unit.subject.organisation)? {
        return Err(Refused::Elsewhere(keeper.login));
    }
    let now = tx.now();
    let others = clear(tx, new.mailbox, now)?;
    if others.iter().any(|other| other.account == new.account) {
        return Err(Refused::Already(keeper.login));
    }
    let from_at = period(now, &new.terms)?;
    check(&new.terms, manager, Rights::NONE, profile)?;
    check_number(tx, profile, &others, new, from_at)?;
    let terms = &new.terms;
    let id = give(tx, actor, (new.mailbox, new.account), terms, from_at)?;
    let detail = json!({ "delegation": id.0, "keeper": keeper.login, "account": new.account.0, "after": shown(terms, from_at) });
    let act = unit.act(Action::UnitDelegate).with(detail);
    let act = crate::Act {
        clause: clause(profile).map(ToString::to_string),
        document: terms.document.map(str::to_owned),
        ..act
    };
    record(tx, actor, &act)?;
    Ok(id)
}

/// Changes what a keeper may do, or for how long: the delegation ends and another takes its place. Gives that one.
///
/// # Errors
/// [`Refused`], with the clause.
pub fn change(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: DelegationId,
    terms: &Terms<'_>,
) -> Result<DelegationId, Refused> {
    let before = delegation::get(tx, id)?.ok_or(Refused::Ended)?;
    let (unit, manager) = Unit::managed(tx, actor, before.mailbox)?;
    let now = tx.now();
    if before.is_over(now) {
        return Err(Refused::Ended);
    }
    let profile = unit.profile(tx, law)?;
    // What had begun goes on.
    let terms = &Terms {
        from_at: terms.from_at.or(Some(before.from_at.max(now))),
        ..terms.clone()
    };
    let from_at = period(now, terms)?;
    check(terms, manager, before.rights, profile)?;
    let others: Vec<Delegation> = clear(tx, before.mailbox, now)?
        .into_iter()
        .filter(|other| other.id != id)
        .collect();
    let new = NewKeeper {
        mailbox: before.mailbox,
        account: before.account,
        terms: terms.clone(),
    };
    check_number(tx, profile, &others, &new, from_at)?;
    delegation::end(tx, id, "changed")?;
    let new_id = give(tx, actor, (before.mailbox, before.account), terms, from_at)?;
    let detail = json!({
        "delegation": new_id.0, "replaces": id.0, "keeper": before.login, "account": before.account.0,
        "before": facts(before.rights, before.from_at, before.until_at, &before.document, before.document_day),
        "after": shown(terms, from_at),
    });
    let act = unit.act(Action::UnitDelegationChange).with(detail);
    let act = crate::Act {
        clause: clause(profile).map(ToString::to_string),
        document: terms.document.map(str::to_owned),
        ..act
    };
    record(tx, actor, &act)?;
    Ok(new_id)
}

/// Takes a mailbox out of somebody's hands: what they have open of it is closed at once. A keeper may give it up.
///
/// # Errors
/// [`Refused`].
pub fn end(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: DelegationId,
    document: Option<&str>,
) -> Result<(), Refused> {
    let before = delegation::get(tx, id)?.ok_or(Refused::Ended)?;
    let unit = Unit::reached(tx, actor, before.mailbox)?;
    if actor.account != Some(before.account) {
        super::may_manage(tx, actor, before.mailbox)?.ok_or(Refused::NotYours)?;
    }
    if !delegation::end(tx, id, "taken back")? {
        return Err(Refused::Ended);
    }
    let detail = json!({
        "delegation": id.0, "keeper": before.login, "account": before.account.0,
        "before": facts(before.rights, before.from_at, before.until_at, &before.document, before.document_day),
    });
    let act = unit.act(Action::UnitDelegationEnd);
    record(tx, actor, &act.by_document(document).with(detail))?;
    Ok(())
}

/// The delegations of a mailbox that are in force or still to come; those whose time is over are ended as such.
fn clear(tx: &mut Tx<'_>, mailbox: MailboxId, now: i64) -> Result<Vec<Delegation>, Refused> {
    let mut open = delegation::of_mailbox(tx, mailbox, false)?;
    for over in open.iter().filter(|one| one.is_over(now)) {
        delegation::end(tx, over.id, "expired")?;
    }
    open.retain(|one| !one.is_over(now));
    Ok(open)
}

fn give(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (mailbox, account): (MailboxId, AccountId),
    terms: &Terms<'_>,
    from_at: i64,
) -> Result<DelegationId, Refused> {
    let new = NewDelegation {
        mailbox,
        account,
        rights: terms.rights,
        from_at,
        until_at: terms.until_at,
        document: terms.document.unwrap_or_default().trim(),
        document_day: terms.document_day,
        granted_by: &actor.name,
    };
    Ok(delegation::grant(tx, &new)?)
}

/// When it begins. It may have begun today, and must not be over.
fn period(now: i64, terms: &Terms<'_>) -> Result<i64, Refused> {
    let from = terms.from_at.unwrap_or(now);
    let past = day(from) < day(now);
    let over = terms
        .until_at
        .is_some_and(|until| until <= now || until <= from);
    if past || over {
        return Err(Refused::Past);
    }
    Ok(from)
}

/// Rights that make sense, that this manager may give, and the document where one is needed.
fn check(
    terms: &Terms<'_>,
    manager: Manager,
    before: Rights,
    profile: Option<&Profile>,
) -> Result<(), Refused> {
    let rights = terms.rights;
    let needs_reading = !rights.without(Rights::READ.with(Rights::SEND)).is_empty();
    if rights.is_empty() || needs_reading && !rights.has(Rights::READ) {
        return Err(Refused::NoRights);
    }
    let manages_anew = rights.has(Rights::MANAGE) && !before.has(Rights::MANAGE);
    if manages_anew && manager == Manager::Keeper {
        return Err(Refused::ManageIsTheHeads);
    }
    let number = terms.document.unwrap_or_default().trim();
    match profile {
        Some(profile) if profile.access().delegation_needs_document() && number.is_empty() => {
            let clause = profile.access().delegation.clause();
            Err(Refused::NeedsDocument(cited(clause, profile)))
        }
        _ => Ok(()),
    }
}

/// Where one person keeps a mailbox beside its head, nobody else does at the same time.
fn check_number(
    tx: &mut Tx<'_>,
    profile: Option<&Profile>,
    others: &[Delegation],
    new: &NewKeeper<'_>,
    from_at: i64,
) -> Result<(), Refused> {
    let Some(profile) = profile.filter(|profile| profile.access().keepers.value == Keepers::One)
    else {
        return Ok(());
    };
    if delegation::office(tx, new.account, new.mailbox)?.head {
        return Ok(());
    }
    for other in others {
        let meets = other.until_at.is_none_or(|until| from_at < until)
            && new.terms.until_at.is_none_or(|until| other.from_at < until);
        if meets && !delegation::office(tx, other.account, new.mailbox)?.head {
            return Err(Refused::OneKeeper {
                keeper: other.login.clone(),
                clause: cited(profile.access().keepers.clause(), profile),
            });
        }
    }
    Ok(())
}

fn clause(profile: Option<&Profile>) -> Option<&ClauseId> {
    profile.and_then(|profile| profile.access().delegation.clause())
}

fn cited(clause: Option<&ClauseId>, profile: &Profile) -> String {
    clause.map_or_else(|| profile.code().to_owned(), ToString::to_string)
}

fn shown(terms: &Terms<'_>, from_at: i64) -> Value {
    let document = terms.document.unwrap_or_default();
    facts(
        terms.rights,
        from_at,
        terms.until_at,
        document,
        terms.document_day,
    )
}

fn facts(
    rights: Rights,
    from_at: i64,
    until_at: Option<i64>,
    document: &str,
    document_day: Option<i64>,
) -> Value {
    let names = [
        (Rights::READ, "read"),
        (Rights::ORGANISE, "organise"),
        (Rights::SEND, "send"),
        (Rights::MANAGE, "manage"),
    ];
    let rights: Vec<&str> = names
        .into_iter()
        .filter(|(right, _)| rights.has(*right))
        .map(|(_, name)| name)
        .collect();
    json!({
        "rights": rights, "from_at": from_at, "until_at": until_at, "document": document, "document_day": document_day,
    })
}
