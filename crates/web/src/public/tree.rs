//! The agencies, grouped as people look for them.

use congvu_governance::Law;
use congvu_governance::organisation::{Kind, kind_of};
use congvu_store::{OrganisationId, Tx, place};

use super::{href, is_public};
use crate::site::{Lang, Oops};

/// Agencies of a sort.
pub(super) struct Branch {
    pub(super) label: &'static str,
    pub(super) leaves: Vec<Leaf>,
    /// The one that is read is among them.
    pub(super) is_open: bool,
}

/// An agency.
pub(super) struct Leaf {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) is_here: bool,
}

/// The agencies below the top whose directory is public; `path`: the places above the one that is read, and itself.
pub(super) fn read(
    tx: &mut Tx<'_>,
    (law, lang): (Law, Lang),
    top: OrganisationId,
    path: &[OrganisationId],
) -> Result<Vec<Branch>, Oops> {
    let mut branches = [
        lang.t("Sở, ban, ngành"),
        lang.t("Phường, xã"),
        lang.t("Cơ quan Đảng, đoàn thể"),
        lang.t("Cơ quan, đơn vị khác"),
    ]
    .map(|label| Branch {
        label,
        leaves: Vec::new(),
        is_open: false,
    });
    let top_is_public = is_public(tx, law, top)?;
    for child in place::children(tx, Some(top))? {
        let place = child.place;
        // Most have the regulation of the top.
        let shown = match place.profile {
            None => top_is_public,
            Some(_) => is_public(tx, law, place.id)?,
        };
        if !shown || place.ended_at.is_some() {
            continue;
        }
        let branch = match kind_of(&place) {
            Kind::Provincial => 0,
            Kind::Commune => 1,
            Kind::Party | Kind::Mass => 2,
            Kind::Province | Kind::Subunit | Kind::Attached | Kind::Other => 3,
        };
        let is_here = path.contains(&place.id);
        branches[branch].is_open |= is_here;
        branches[branch].leaves.push(Leaf {
            name: place.name,
            href: href(place.id),
            is_here,
        });
    }
    let mut branches: Vec<Branch> = branches
        .into_iter()
        .filter(|branch| !branch.leaves.is_empty())
        .collect();
    if !branches.iter().any(|branch| branch.is_open)
        && let Some(first) = branches.first_mut()
    {
        first.is_open = true;
    }
    Ok(branches)
}
