//! The tree as whoever checks a change sees it: as it is, or with what a list would make of it, before anything is written.

use std::collections::HashMap;

use congvu_regulation::Profile;
use congvu_store::organisation::{self, Organisation};
use congvu_store::{DomainId, OrganisationId, StoreResult, Tx, place};

use crate::{Law, Refused};

/// The highest tree that there is.
const DEEPEST: usize = 64;

/// A tree.
#[derive(Debug)]
pub(crate) enum View {
    /// As the store has it.
    Stored,
    /// As it would be.
    Planned(Box<Planned>),
}

/// A tree as it would be. Places that there are not yet have rows below 0.
#[derive(Debug, Default)]
pub(crate) struct Planned {
    places: HashMap<OrganisationId, Organisation>,
    names: HashMap<(Option<OrganisationId>, String), Vec<OrganisationId>>,
    codes: HashMap<String, OrganisationId>,
    short_names: HashMap<String, Vec<OrganisationId>>,
    root: Option<OrganisationId>,
    domain: Option<DomainId>,
}

impl Planned {
    /// The tree as it is.
    pub(super) fn new(tx: &mut Tx<'_>, places: &[Organisation]) -> StoreResult<Self> {
        let domain = match organisation::domains(tx)?.first() {
            Some(first) => organisation::domain(tx, first)?,
            None => None,
        };
        let mut planned = Self {
            domain,
            ..Self::default()
        };
        for place in places {
            planned.put(place.clone());
        }
        Ok(planned)
    }

    /// Has a place as it would be.
    pub(super) fn put(&mut self, place: Organisation) {
        if let Some(was) = self.places.remove(&place.id) {
            let name = (was.parent, was.name);
            forget(self.names.get_mut(&name), was.id);
            forget(self.short_names.get_mut(&was.short_name), was.id);
            if let Some(code) = was.code {
                self.codes.remove(&code);
            }
        }
        if let Some(code) = &place.code {
            self.codes.insert(code.clone(), place.id);
        }
        if place.parent.is_none() {
            self.root.get_or_insert(place.id);
        }
        if place.ended_at.is_none() {
            let name = (place.parent, place.name.clone());
            self.names.entry(name).or_default().push(place.id);
            let short = place.short_name.clone();
            self.short_names.entry(short).or_default().push(place.id);
        }
        self.places.insert(place.id, place);
    }

    fn above(&self, id: OrganisationId) -> impl Iterator<Item = &Organisation> {
        let mut at = Some(id);
        std::iter::from_fn(move || {
            let here = self.places.get(&at?)?;
            at = here.parent;
            Some(here)
        })
        .take(DEEPEST)
    }
}

fn forget(ids: Option<&mut Vec<OrganisationId>>, id: OrganisationId) {
    if let Some(ids) = ids {
        ids.retain(|known| *known != id);
    }
}

impl View {
    pub(crate) fn get(
        &self,
        tx: &mut Tx<'_>,
        id: OrganisationId,
    ) -> StoreResult<Option<Organisation>> {
        match self {
            Self::Stored => organisation::get(tx, id),
            Self::Planned(planned) => Ok(planned.places.get(&id).cloned()),
        }
    }

    /// The place, if it has not ended.
    pub(super) fn live(
        &self,
        tx: &mut Tx<'_>,
        id: OrganisationId,
    ) -> Result<Organisation, Refused> {
        let place = self
            .get(tx, id)?
            .ok_or_else(|| Refused::missing("Không có cơ quan, đơn vị này."))?;
        if place.ended_at.is_some() {
            return Err(Refused::state(format!(
                "“{}” đã kết thúc hoạt động.",
                place.name
            )));
        }
        Ok(place)
    }

    /// The places from this one up to the root, itself first.
    pub(super) fn path(
        &self,
        tx: &mut Tx<'_>,
        id: OrganisationId,
    ) -> StoreResult<Vec<OrganisationId>> {
        match self {
            Self::Stored => organisation::path(tx, id),
            Self::Planned(planned) => Ok(planned.above(id).map(|place| place.id).collect()),
        }
    }

    /// The top of the tree.
    pub(super) fn root(&self, tx: &mut Tx<'_>) -> StoreResult<Option<OrganisationId>> {
        match self {
            Self::Stored => Ok(organisation::root(tx)?.map(|root| root.id)),
            Self::Planned(planned) => Ok(planned.root),
        }
    }

    /// The place of this name right below another, that has not ended.
    pub(super) fn by_name(
        &self,
        tx: &mut Tx<'_>,
        parent: Option<OrganisationId>,
        name: &str,
    ) -> StoreResult<Option<Organisation>> {
        match self {
            Self::Stored => place::by_name(tx, parent, name),
            Self::Planned(planned) => {
                let ids = planned.names.get(&(parent, name.to_owned()));
                let first = ids.and_then(|ids| ids.first());
                Ok(first.and_then(|id| planned.places.get(id)).cloned())
            }
        }
    }

    /// The place with this identifier on paper, also one that ended.
    pub(super) fn by_code(&self, tx: &mut Tx<'_>, code: &str) -> StoreResult<Option<Organisation>> {
        match self {
            Self::Stored => place::by_code(tx, code),
            Self::Planned(planned) => {
                let id = planned.codes.get(code);
                Ok(id.and_then(|id| planned.places.get(id)).cloned())
            }
        }
    }

    /// The places with this short name that have not ended, in whatever domain.
    pub(super) fn by_short_name(
        &self,
        tx: &mut Tx<'_>,
        short_name: &str,
    ) -> StoreResult<Vec<OrganisationId>> {
        match self {
            Self::Stored => place::by_short_name(tx, short_name),
            Self::Planned(planned) => Ok(planned
                .short_names
                .get(short_name)
                .cloned()
                .unwrap_or_default()),
        }
    }

    /// The domain in which a place's addresses lie: its own, or the nearest above; else the system's first.
    pub(super) fn domain_of(
        &self,
        tx: &mut Tx<'_>,
        id: OrganisationId,
    ) -> StoreResult<Option<DomainId>> {
        match self {
            Self::Stored => Ok(organisation::domain_of(tx, id)?.map(|(id, _)| id)),
            Self::Planned(planned) => Ok(planned
                .above(id)
                .find_map(|place| place.domain)
                .or(planned.domain)),
        }
    }

    /// The profile in force at a place: its own or the nearest above.
    pub(super) fn profile(
        &self,
        tx: &mut Tx<'_>,
        law: Law,
        id: OrganisationId,
    ) -> Result<&'static Profile, Refused> {
        match self {
            Self::Stored => law.at(tx, id),
            Self::Planned(planned) => {
                let id = planned.above(id).find_map(|place| place.profile.as_deref());
                id.and_then(|id| law.profile(id))
                    .ok_or_else(|| Refused::no_profile(id))
            }
        }
    }

    /// The place that whoever has a right at a place must have it at: itself, or the nearest above that there is already.
    pub(super) fn standing(&self, place: Option<OrganisationId>) -> Option<OrganisationId> {
        match self {
            Self::Stored => place,
            Self::Planned(planned) => planned
                .above(place?)
                .map(|place| place.id)
                .find(|id| id.0 >= 0),
        }
    }
}
