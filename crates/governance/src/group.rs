//! Groups of mailboxes: registered under a name, whose address the rules make (QN.4.3).

use congvu_regulation::naming::{Kind, Name, Proposal};
use congvu_store::group::{self, Member, NewGroup};
use congvu_store::group_list::{self, Group};
use congvu_store::{DomainId, GroupId, OrganisationId, StoreError, Tx, organisation};
use serde_json::json;

use crate::naming::{self, Question};
use crate::{Act, Action, Actor, Law, Refused, Role, directory, record, rights};

/// Who may write to a group, as it is kept.
pub const POSTING: [&str; 3] = ["members", "inside", "anyone"];

/// A group to register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Where it belongs.
    pub organisation: OrganisationId,
    /// Its name as it is registered.
    pub name: String,
    /// Who may write to it: `anyone`, `inside` (signed-in senders), `members`.
    pub posting: String,
    /// The domain and the address before the @ that people agreed on; none: the one the rules propose, in the domain of its place.
    pub address: Option<(DomainId, String)>,
}

/// The address that the rules propose for a group of this name.
///
/// # Errors
/// The place or its profile is missing, or the name makes no sense.
pub fn propose(
    tx: &mut Tx<'_>,
    law: Law,
    place: OrganisationId,
    name: &str,
) -> Result<Proposal, Refused> {
    let profile = law.at(tx, place)?;
    let (domain, _) = domain(tx, place)?;
    let agency = naming::agency(tx, place)?;
    let name = Name::Words(name.to_owned());
    let question = Question {
        kind: Kind::Group,
        name: &name,
        context: agency.context(),
        domain,
        own: None,
    };
    naming::propose(tx, profile, &question, |_, _| Ok(None))
}

fn domain(tx: &mut Tx<'_>, place: OrganisationId) -> Result<(DomainId, String), Refused> {
    organisation::domain_of(tx, place)?
        .ok_or_else(|| Refused::state("Hệ thống chưa có tên miền thư nào."))
}

/// Registers a group; the local part of its address.
///
/// # Errors
/// Whoever asks may not (QN.6.1); people must agree on an address first: the candidates are told; the address is taken, was
/// another's, or has not the form that addresses have there.
pub fn register(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    new: &Registration,
    document: Option<&str>,
) -> Result<(GroupId, String), Refused> {
    let place = organisation::get(tx, new.organisation)?.filter(|place| place.ended_at.is_none());
    let place = place.ok_or_else(|| Refused::missing("Không có cơ quan, đơn vị này."))?;
    rights::need(tx, actor, &[Role::Decide], place.id)?;
    check(&new.name, &new.posting)?;
    let mut clause = None;
    let (domain, local_part) = match &new.address {
        Some((domain, chosen)) => {
            let chosen = chosen.trim().to_lowercase();
            naming::check_free(tx, *domain, &chosen, None)?;
            let agency = naming::agency(tx, place.id)?;
            let profile = law.at(tx, place.id)?;
            profile.check_ending(Kind::Group, &agency.context(), &chosen)?;
            (*domain, chosen)
        }
        None => {
            let (domain, _) = domain(tx, place.id)?;
            let proposal = propose(tx, law, place.id, &new.name)?;
            let said = proposal.why.iter().rev().find_map(|step| step.clause());
            clause = said.map(ToString::to_string);
            let own = proposal.local_part.filter(|_| !proposal.agree);
            let local_part = own.ok_or_else(|| {
                Refused::bad(format!(
                    "Cần chọn địa chỉ của nhóm; có thể chọn: {}.",
                    proposal.candidates.join(", ")
                ))
            })?;
            (domain, local_part)
        }
    };
    let made = group::create(
        tx,
        &NewGroup {
            organisation: place.id,
            name: new.name.trim(),
            posting: &new.posting,
            local_part: &local_part,
            domain,
        },
    )
    .map_err(|error| match error {
        StoreError::Conflict(_) => {
            Refused::state(format!("Địa chỉ “{local_part}” đã có người dùng."))
        }
        error => error.into(),
    })?;
    directory::refresh_group(tx, made)?;
    let mut act = Act::new(Action::GroupAdd, format!("group/{made}"), &local_part)
        .at(place.id)
        .by_document(document)
        .with(json!({ "name": new.name, "posting": new.posting }));
    act.clause = clause;
    record(tx, actor, &act)?;
    Ok((made, local_part))
}

/// Puts a member into a group, or takes one out. `address` and `member_address` say in the record whose.
///
/// # Errors
/// Whoever asks may not.
pub fn set_member(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (id, address): (GroupId, &str),
    (member, member_address): (Member, &str),
    is_in: bool,
) -> Result<(), Refused> {
    let place = live(tx, id)?.organisation;
    rights::need(tx, actor, &[Role::Decide, Role::Operate], place)?;
    let action = if is_in {
        group::add(tx, id, member)?;
        Action::GroupJoin
    } else {
        group::remove(tx, id, member)?;
        Action::GroupLeave
    };
    let act = Act::new(action, format!("group/{id}"), address)
        .at(place)
        .with(json!({ "member": member_address }));
    Ok(record(tx, actor, &act)?)
}

fn check(name: &str, posting: &str) -> Result<(), Refused> {
    if name.trim().is_empty() {
        return Err(Refused::bad("Nhóm thư cần có tên."));
    }
    if !POSTING.contains(&posting) {
        return Err(Refused::bad(format!(
            "Không có cách gửi vào nhóm “{posting}”."
        )));
    }
    Ok(())
}

/// The group, if it goes on.
fn live(tx: &mut Tx<'_>, id: GroupId) -> Result<Group, Refused> {
    let found =
        group_list::get(tx, id)?.ok_or_else(|| Refused::missing("Không có nhóm thư này."))?;
    match found.ended_at {
        None => Ok(found),
        Some(_) => Err(Refused::state(format!(
            "Nhóm thư “{}” đã chấm dứt.",
            found.name
        ))),
    }
}

/// Changes what a group is called and who may write to it; its address stays. Nothing is recorded where nothing differs.
///
/// # Errors
/// Whoever asks may not; it was ended; no name.
pub fn change(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: GroupId,
    (name, posting): (&str, &str),
    document: Option<&str>,
) -> Result<(), Refused> {
    let was = live(tx, id)?;
    rights::need(tx, actor, &[Role::Decide], was.organisation)?;
    check(name, posting)?;
    let name = name.trim();
    if (was.name.as_str(), was.posting.as_str()) == (name, posting) {
        return Ok(());
    }
    group_list::set(tx, id, name, posting)?;
    directory::refresh_group(tx, id)?;
    let act = Act::new(Action::GroupChange, format!("group/{id}"), &was.address)
        .at(was.organisation)
        .by_document(document)
        .with(json!({
            "before": { "name": was.name, "posting": was.posting }, "after": { "name": name, "posting": posting },
        }));
    Ok(record(tx, actor, &act)?)
}

/// Ends a group. Its address is given to nobody else (TQ.5), and mail to it is refused from now on.
///
/// # Errors
/// Whoever asks may not; it was ended before.
pub fn end(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: GroupId,
    document: Option<&str>,
) -> Result<(), Refused> {
    let was = live(tx, id)?;
    rights::need(tx, actor, &[Role::Decide], was.organisation)?;
    group_list::end(tx, id)?;
    directory::refresh_group(tx, id)?;
    let act = Act::new(Action::GroupEnd, format!("group/{id}"), &was.address)
        .at(was.organisation)
        .by_document(document)
        .with(json!({ "name": was.name, "members": was.members }));
    Ok(record(tx, actor, &act)?)
}

/// The groups of a place and those below whose words begin as a text says, by name, after one (its key and row); each with its
/// key. At most `limit`.
///
/// # Errors
/// What the store answers.
pub fn listed(
    tx: &mut Tx<'_>,
    place: OrganisationId,
    text: &str,
    after: (&str, GroupId),
    limit: i64,
) -> Result<Vec<(String, Group)>, Refused> {
    let Some(words) = directory::beginnings(text, false) else {
        return Ok(Vec::new());
    };
    Ok(group_list::below(tx, place, &words, after, limit)?)
}
