//! The agencies, grouped as people look for them.

use congvu_governance::organisation::{Kind, kind_of};
use congvu_store::organisation::Organisation;
use congvu_store::{OrganisationId, Tx, place};

use crate::site::{Lang, Oops};

/// Agencies of a sort.
pub(crate) struct Branch {
    pub(crate) label: &'static str,
    pub(crate) leaves: Vec<Leaf>,
    /// The one that is read is among them.
    pub(crate) is_open: bool,
}

/// An agency.
pub(crate) struct Leaf {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) is_here: bool,
}

/// The agencies right below the top that `shown` lets through, each with its page; `path`: the places above the one that is read, and
/// itself.
pub(crate) fn read(
    tx: &mut Tx<'_>,
    lang: Lang,
    (top, path): (OrganisationId, &[OrganisationId]),
    mut shown: impl FnMut(&mut Tx<'_>, &Organisation) -> Result<bool, Oops>,
    href: impl Fn(OrganisationId) -> String,
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
    for child in place::children(tx, Some(top))? {
        let place = child.place;
        if !shown(tx, &place)? {
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
