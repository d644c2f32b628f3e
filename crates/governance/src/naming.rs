//! The naming rules asked about the addresses that the store has.

use std::cell::RefCell;

use congvu_regulation::naming::{
    Context, Holder, Kind as NamingKind, Name, NamingError, PersonName, Proposal, Request, Taken,
    is_local_part, is_reserved,
};
use congvu_regulation::{MailboxKind, Profile};
use congvu_store::organisation::Organisation;
use congvu_store::{
    DomainId, MailboxId, OrganisationId, StoreError, StoreResult, Tx, address, identity,
};

use crate::Refused;
use crate::organisation::{Kind, View, kind_of};

pub(crate) use congvu_regulation::naming::Holder as Had;

/// Where an address is made, by what the naming rules ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agency {
    /// The short name of the organisation.
    pub unit: Option<String>,
    /// Its suffix, where that differs.
    pub suffix: Option<String>,
    /// The suffix of the place above.
    pub parent: Option<String>,
}

impl Agency {
    /// As the rules take it.
    #[must_use]
    pub fn context(&self) -> Context<'_> {
        Context {
            unit: self.unit.as_deref(),
            suffix: self.suffix.as_deref(),
            parent: self.parent.as_deref(),
            ..Context::default()
        }
    }

    fn of(tx: &mut Tx<'_>, view: &View, place: &Organisation) -> StoreResult<Self> {
        let above = match place.parent {
            Some(above) => view.get(tx, above)?,
            None => None,
        };
        Ok(Self {
            unit: Some(place.short_name.clone()),
            suffix: place.suffix.clone(),
            parent: above.and_then(|above| above.suffix),
        })
    }
}

/// The agency of those who work at a place: the place itself, or that above a sub-unit.
///
/// # Errors
/// The place does not exist.
pub fn agency(tx: &mut Tx<'_>, place: OrganisationId) -> Result<Agency, Refused> {
    agency_in(tx, &View::Stored, place)
}

fn agency_in(tx: &mut Tx<'_>, view: &View, place: OrganisationId) -> Result<Agency, Refused> {
    let mut at = place;
    loop {
        let found = view
            .get(tx, at)?
            .ok_or_else(|| Refused::missing("Không có cơ quan, đơn vị này."))?;
        match (kind_of(&found), found.parent) {
            (Kind::Subunit, Some(above)) => at = above,
            _ => return Ok(Agency::of(tx, view, &found)?),
        }
    }
}

/// The address of an organisation of this kind and name below a parent, proposed by the rules.
///
/// # Errors
/// What the rules cannot name.
pub(crate) fn of_organisation(
    tx: &mut Tx<'_>,
    (view, parent): (&View, Option<OrganisationId>),
    profile: &Profile,
    domain: DomainId,
    (kind, name): (Kind, &str),
) -> Result<Proposal, Refused> {
    let above = above(tx, (view, parent), kind)?;
    let name = Name::Words(name.to_owned());
    let ask = |tx: &mut Tx<'_>, kind| {
        let question = Question {
            kind,
            name: &name,
            context: above.context(),
            domain,
            own: None,
        };
        propose(tx, profile, &question, |_, _| Ok(None))
    };
    match kind {
        Kind::Subunit | Kind::Attached => ask(tx, NamingKind::Subunit),
        // Some name communes under a district; 2025 ended the districts.
        Kind::Commune => match ask(tx, NamingKind::Commune) {
            Err(Refused::Naming(NamingError::NoPattern(_) | NamingError::NoParent)) => {
                ask(tx, NamingKind::Unit)
            }
            proposal => proposal,
        },
        _ => ask(tx, NamingKind::Unit),
    }
}

/// Where an organisation of a kind is named.
fn above(
    tx: &mut Tx<'_>,
    (view, parent): (&View, Option<OrganisationId>),
    kind: Kind,
) -> Result<Agency, Refused> {
    Ok(match parent {
        Some(parent) if kind.is_part() => agency_in(tx, view, parent)?,
        Some(parent) => Agency {
            parent: view.get(tx, parent)?.and_then(|above| above.suffix),
            ..Agency::default()
        },
        None => Agency::default(),
    })
}

/// Whether an address that people chose has the form that the rules give those at a place (HCM.4.1, BS.5). The place to which a
/// regulation is bound is no part of itself.
///
/// # Errors
/// It has not.
pub(crate) fn check_form(
    tx: &mut Tx<'_>,
    profile: &Profile,
    place: &Organisation,
    of: MailboxKind,
    local_part: &str,
) -> Result<(), Refused> {
    let (kind, agency) = match (of, kind_of(place)) {
        (MailboxKind::Personal, _) => (NamingKind::Person, agency(tx, place.id)?),
        (MailboxKind::Unit, _) if place.profile.is_some() => return Ok(()),
        (MailboxKind::Unit, kind) => {
            let above = above(tx, (&View::Stored, place.parent), kind)?;
            let kind = match kind {
                Kind::Subunit | Kind::Attached => NamingKind::Subunit,
                Kind::Commune => NamingKind::Commune,
                _ => NamingKind::Unit,
            };
            (kind, above)
        }
    };
    Ok(profile.check_ending(kind, &agency.context(), local_part)?)
}

/// A question to the naming rules.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Whose address.
    pub kind: NamingKind,
    /// The name.
    pub name: &'a Name,
    /// Where it belongs.
    pub context: Context<'a>,
    /// The domain it is made in.
    pub domain: DomainId,
    /// The mailbox it is for: its own addresses are free to it.
    pub own: Option<MailboxId>,
}

/// Asks the rules for an address. `also` tells of what else is taken: within a batch, what others of it get.
///
/// # Errors
/// What the rules cannot name, what the store answers.
pub fn propose(
    tx: &mut Tx<'_>,
    profile: &Profile,
    question: &Question<'_>,
    also: impl Fn(&mut Tx<'_>, &str) -> StoreResult<Option<Holder>>,
) -> Result<Proposal, Refused> {
    propose_telling(tx, profile, question, also, |_| {})
}

/// As [`propose`]; `told` hears of each address that the rules would have given and somebody has or had.
pub(crate) fn propose_telling(
    tx: &mut Tx<'_>,
    profile: &Profile,
    question: &Question<'_>,
    also: impl Fn(&mut Tx<'_>, &str) -> StoreResult<Option<Holder>>,
    told: impl Fn(&str),
) -> Result<Proposal, Refused> {
    let (domain, own) = (question.domain, question.own);
    ask(
        tx,
        profile,
        (question.kind, question.name, question.context),
        |tx, local_part| {
            let found = match address::held(tx, domain, local_part)? {
                Some(held) if held.retired || held.mailbox.is_none() || held.mailbox != own => {
                    Some(Holder {
                        name: held.person.map(person_name),
                        retired: held.retired,
                    })
                }
                _ => also(tx, local_part)?,
            };
            if found.is_some() {
                told(local_part);
            }
            Ok(found)
        },
    )
}

fn person_name([family, middle, given]: [String; 3]) -> PersonName {
    PersonName {
        family,
        middle,
        given,
    }
}

/// An account of the e-government platform for a person (QN.5.1): those of all persons are known, also of those who left.
pub(crate) fn of_account(
    tx: &mut Tx<'_>,
    profile: &Profile,
    name: &Name,
) -> Result<Proposal, Refused> {
    let asked = (NamingKind::Account, name, Context::default());
    ask(tx, profile, asked, |tx, account| {
        let holder = identity::holder_of(tx, account)?;
        Ok(holder.map(|names| Holder {
            name: Some(person_name(names)),
            retired: false,
        }))
    })
}

/// Asks the rules, which ask back what is taken.
fn ask(
    tx: &mut Tx<'_>,
    profile: &Profile,
    (kind, name, context): (NamingKind, &Name, Context<'_>),
    look: impl Fn(&mut Tx<'_>, &str) -> StoreResult<Option<Holder>>,
) -> Result<Proposal, Refused> {
    let taken = Register {
        tx: RefCell::new(tx),
        look,
        failed: RefCell::new(None),
    };
    let proposal = profile.propose(&Request {
        kind,
        name,
        context,
        taken: &taken,
    });
    if let Some(error) = taken.failed.into_inner() {
        return Err(error.into());
    }
    Ok(proposal?)
}

/// Whether an address may be given to a mailbox (`None`: a new one), as somebody chose it.
///
/// # Errors
/// Why not.
pub fn check_free(
    tx: &mut Tx<'_>,
    domain: DomainId,
    local_part: &str,
    own: Option<MailboxId>,
) -> Result<(), Refused> {
    if !is_local_part(local_part) {
        return Err(Refused::bad(format!(
            "“{local_part}” không dùng được trong địa chỉ: cần chữ thường a–z, chữ số, các phần cách nhau bằng dấu chấm."
        )));
    }
    if is_reserved(local_part) {
        return Err(Refused::bad(format!(
            "“{local_part}” là tên dành riêng cho hệ thống."
        )));
    }
    match address::held(tx, domain, local_part)? {
        None => Ok(()),
        Some(held) if own.is_some() && held.mailbox == own && !held.retired => Ok(()),
        Some(held) if held.retired => Err(Refused::state(format!(
            "Địa chỉ “{local_part}” đã ngừng dùng và không cấp lại cho người khác."
        ))),
        Some(_) => Err(Refused::state(format!(
            "Địa chỉ “{local_part}” đã có người dùng."
        ))),
    }
}

/// What the store has, as the rules ask for it.
struct Register<'t, 'x, F> {
    tx: RefCell<&'t mut Tx<'x>>,
    look: F,
    /// The rules cannot be told of an error while they ask.
    failed: RefCell<Option<StoreError>>,
}

impl<F> Taken for Register<'_, '_, F>
where
    F: Fn(&mut Tx<'_>, &str) -> StoreResult<Option<Holder>>,
{
    fn holder(&self, local_part: &str) -> Option<Holder> {
        // Nothing is given while nobody knows.
        if self.failed.borrow().is_some() {
            return Some(Holder::default());
        }
        (self.look)(&mut self.tx.borrow_mut(), local_part).unwrap_or_else(|error| {
            self.failed.replace(Some(error));
            Some(Holder::default())
        })
    }
}
