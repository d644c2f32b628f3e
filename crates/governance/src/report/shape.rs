//! The tree as reports see it: which agency a place belongs to, and under which regulation it stands.

use std::collections::{HashMap, HashSet};

use congvu_store::{OrganisationId, census};

use super::Scope;

/// A place as it was.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) parent: Option<OrganisationId>,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) profile: Option<String>,
}

/// The tree, for whose report something is.
pub(super) trait Tree {
    fn of(&self, place: OrganisationId) -> Option<(Option<OrganisationId>, &str, Option<&str>)>;

    /// The place that the regulation in force at a place is bound to.
    fn bound(&self, place: OrganisationId) -> Option<OrganisationId> {
        self.up(place, |_, profile| profile.is_some())
    }

    /// The agency that a place belongs to: itself, or the nearest above that is no room (phòng, ban).
    fn agency(&self, place: OrganisationId) -> Option<OrganisationId> {
        self.up(place, |kind, _| kind != "subunit").or(Some(place))
    }

    fn up(
        &self,
        place: OrganisationId,
        is_it: impl Fn(&str, Option<&str>) -> bool,
    ) -> Option<OrganisationId> {
        let mut at = Some(place);
        for _ in 0..64 {
            let here = at?;
            let (parent, kind, profile) = self.of(here)?;
            if is_it(kind, profile) {
                return Some(here);
            }
            at = parent;
        }
        None
    }

    fn is_below(&self, place: OrganisationId, top: OrganisationId) -> bool {
        let mut at = Some(place);
        for _ in 0..64 {
            match at {
                Some(here) if here == top => return true,
                Some(here) => at = self.of(here).and_then(|(parent, ..)| parent),
                None => return false,
            }
        }
        false
    }
}

impl Tree for HashMap<OrganisationId, Place> {
    fn of(&self, place: OrganisationId) -> Option<(Option<OrganisationId>, &str, Option<&str>)> {
        let place = self.get(&place)?;
        Some((place.parent, &place.kind, place.profile.as_deref()))
    }
}

impl Tree for HashMap<OrganisationId, census::Place> {
    fn of(&self, place: OrganisationId) -> Option<(Option<OrganisationId>, &str, Option<&str>)> {
        let place = self.get(&place)?;
        Some((place.parent, &place.kind, place.profile.as_deref()))
    }
}

/// The places of a tree by what reports ask of them, looked at once.
#[derive(Debug, Default)]
pub(super) struct Shape {
    below: HashMap<OrganisationId, Vec<OrganisationId>>,
    of_agency: HashMap<OrganisationId, Vec<OrganisationId>>,
    bound: HashMap<OrganisationId, Option<OrganisationId>>,
}

impl Shape {
    pub(super) fn of(places: &HashMap<OrganisationId, Place>) -> Self {
        let mut shape = Self::default();
        for (id, place) in places {
            if let Some(parent) = place.parent {
                shape.below.entry(parent).or_default().push(*id);
            }
            if let Some(agency) = places.agency(*id) {
                shape.of_agency.entry(agency).or_default().push(*id);
            }
            shape.bound.insert(*id, places.bound(*id));
        }
        shape
    }

    /// The place and all below it.
    fn subtree(&self, top: OrganisationId) -> HashSet<OrganisationId> {
        let mut found = HashSet::from([top]);
        let mut waiting = vec![top];
        while let Some(at) = waiting.pop() {
            for child in self.below.get(&at).into_iter().flatten() {
                if found.insert(*child) {
                    waiting.push(*child);
                }
            }
        }
        found
    }

    /// Which places a report of a place is about.
    pub(super) fn members(&self, place: OrganisationId, scope: Scope) -> HashSet<OrganisationId> {
        let bound = |id: &OrganisationId| self.bound.get(id).copied().flatten();
        let same = |other: &OrganisationId| bound(other) == bound(&place);
        match scope {
            Scope::Agencies => {
                let all = self.of_agency.get(&place).into_iter().flatten();
                all.copied().filter(same).collect()
            }
            Scope::Units => self.subtree(place),
            Scope::Whole => self.subtree(place).into_iter().filter(same).collect(),
        }
    }
}
