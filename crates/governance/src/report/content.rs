//! What stands in a report and about whom it is, by its id in the profile.

use congvu_regulation::reports::{Every, Report};

/// What stands in a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Content {
    /// `monthly-list`: the mailboxes of an agency, active, not signed in, not used, unchanged, locked (QN.9.1.e).
    MonthlyList,
    /// `yearly`: who uses mailboxes, on Mẫu 04, filled up and submitted by the agency (QN.13.10).
    Yearly,
    /// `office`: how many mailboxes there are and how they are used (HCM.14.1).
    Office,
    /// `units`: a unit's mailboxes and what changed in them (HCM.14.2).
    Units,
    /// `summary`: requests and what became of them (SL.7.3).
    Summary,
    /// `change-list`: what changed in the directory (BS.7, HCM.10).
    ChangeList,
    /// Any other: statistics by organisation (TQ.11.6, SL.16.3).
    Statistics,
}

/// Whose report it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Each agency's, with its rooms (phòng, ban).
    Agencies,
    /// Each unit's right below the place that the regulation is bound to, with all below it.
    Units,
    /// The place's that the regulation is bound to, over all that it governs.
    Whole,
}

impl Content {
    /// What a report with this id holds.
    #[must_use]
    pub fn of(id: &str) -> Self {
        match id {
            "monthly-list" => Self::MonthlyList,
            "yearly" => Self::Yearly,
            "office" => Self::Office,
            "units" => Self::Units,
            "summary" => Self::Summary,
            "change-list" => Self::ChangeList,
            _ => Self::Statistics,
        }
    }

    /// Whose it is.
    #[must_use]
    pub fn scope(self, report: &Report) -> Scope {
        match self {
            Self::MonthlyList | Self::Yearly => Scope::Agencies,
            Self::Units => Scope::Units,
            // A part of a system tells once what changed (BS.7); units each for themselves (HCM.10).
            Self::ChangeList if matches!(report.every().value, Every::Months(_)) => Scope::Units,
            Self::ChangeList | Self::Office | Self::Summary | Self::Statistics => Scope::Whole,
        }
    }

    /// Whether somebody looks at it and submits it; the monthly list is told to the agency and that is all.
    #[must_use]
    pub fn is_submitted(self) -> bool {
        self != Self::MonthlyList
    }
}
