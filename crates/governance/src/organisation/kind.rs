//! The kinds of organisations, and which of them a regulation covers.

use congvu_regulation::access::OrganisationKind;
use congvu_regulation::{Origin, Profile};
use congvu_store::organisation::Organisation;
use congvu_store::{OrganisationId, Tx};

use super::View;
use crate::Refused;

/// A kind of organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The top of the tree: the province, the town, the department whose system it is.
    Province,
    /// Cơ quan, đơn vị of the province: sở, ban, ngành.
    Provincial,
    /// Cơ quan, đơn vị of a commune (xã, phường, đặc khu).
    Commune,
    /// Phòng, ban within an organisation.
    Subunit,
    /// Đơn vị trực thuộc: under an organisation, with a head and mailboxes of its own.
    Attached,
    /// Tổ chức đảng.
    Party,
    /// Đoàn thể.
    Mass,
    /// Cơ quan, đơn vị khác có nhu cầu.
    Other,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Province,
        Self::Provincial,
        Self::Commune,
        Self::Subunit,
        Self::Attached,
        Self::Party,
        Self::Mass,
        Self::Other,
    ];

    /// As the store and lists have it: never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Province => "province",
            Self::Provincial => "provincial",
            Self::Commune => "commune",
            Self::Subunit => "subunit",
            Self::Attached => "attached",
            Self::Party => "party",
            Self::Mass => "mass",
            Self::Other => "other",
        }
    }

    /// For people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Province => "Cấp cao nhất",
            Self::Provincial => "Cấp tỉnh",
            Self::Commune => "Cấp xã",
            Self::Subunit => "Phòng, ban",
            Self::Attached => "Đơn vị trực thuộc",
            Self::Party => "Tổ chức đảng",
            Self::Mass => "Đoàn thể",
            Self::Other => "Khác",
        }
    }

    /// The kind of this name, or this label with or without marks and capitals.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let wanted = congvu_regulation::naming::fold(text);
        Self::ALL.into_iter().find(|kind| {
            kind.name() == text || congvu_regulation::naming::fold(kind.label()) == wanted
        })
    }

    /// Whether it is a part of the organisation above: covered as that one is, and named under it.
    #[must_use]
    pub fn is_part(self) -> bool {
        matches!(self, Self::Subunit | Self::Attached)
    }

    /// What a regulation calls it; nothing for a part of another.
    fn covered_as(self) -> Option<OrganisationKind> {
        match self {
            Self::Province | Self::Provincial | Self::Commune => Some(OrganisationKind::State),
            Self::Party => Some(OrganisationKind::Party),
            Self::Mass => Some(OrganisationKind::Mass),
            Self::Other => Some(OrganisationKind::Other),
            Self::Subunit | Self::Attached => None,
        }
    }
}

/// The kind of a place. One written by another program counts as [`Kind::Other`].
#[must_use]
pub fn of(place: &Organisation) -> Kind {
    Kind::parse(&place.kind).unwrap_or(Kind::Other)
}

/// Whether the regulation covers a kind of organisation below a parent (TQ.2, SL.1.2.a): none without has mailboxes.
///
/// # Errors
/// It does not; with the clause.
pub(super) fn check_covered(
    tx: &mut Tx<'_>,
    view: &View,
    profile: &Profile,
    kind: Kind,
    parent: Option<OrganisationId>,
) -> Result<(), Refused> {
    let mut covered = kind.covered_as();
    let mut above = parent;
    while let (None, Some(id)) = (covered, above) {
        let Some(place) = view.get(tx, id)? else {
            break;
        };
        covered = of(&place).covered_as();
        above = place.parent;
    }
    let covers = &profile.access().covers;
    let covered = covered.unwrap_or(OrganisationKind::State);
    // "Các cơ quan, đơn vị khác có nhu cầu" (SL.1.2.a) are all others, party bodies and mass organisations too.
    if covers.value.contains(&covered) || covers.value.contains(&OrganisationKind::Other) {
        return Ok(());
    }
    Err(Refused::rule(
        format!(
            "Quy chế này không áp dụng cho loại cơ quan “{}”.",
            kind.label()
        ),
        Origin::Profile {
            code: profile.code().to_owned(),
            source: covers.source.clone(),
        },
    ))
}
