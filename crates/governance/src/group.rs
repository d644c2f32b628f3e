//! Groups of mailboxes: registered under a name, whose address the rules make (QN.4.3).

use congvu_regulation::naming::{Kind, Name, Proposal};
use congvu_store::group::{self, Member, NewGroup};
use congvu_store::{DomainId, GroupId, OrganisationId, StoreError, Tx, organisation};
use serde_json::json;

use crate::naming::{self, Question};
use crate::{Act, Action, Actor, Law, Refused, Role, directory, record, rights};

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
    if new.name.trim().is_empty() {
        return Err(Refused::bad("Nhóm thư cần có tên."));
    }
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
    let place = group::place(tx, id)?;
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
