//! Profiles in the tree of organisations.
//!
//! A profile binds to a place; the places under it have the same unless they have their own: Bỉm Sơn (BS) is a town of a
//! province, the department of HCM one of a city, and each governs only its part of the domain. A child's profile stands
//! in the place of its parent's as a whole; it should be no looser where the parent sets a bound, which
//! [`Profile::looser_than`] tells. Who manages, how addresses are named and by what way requests come are its own.

use crate::calendar::Term;
use crate::{MailboxKind, Profile};

/// The profile in force at the end of a path through the tree, given the profiles bound to its places from the root on;
/// `None` where a place has none of its own.
#[must_use]
pub fn in_force<'p>(path: &[Option<&'p str>]) -> Option<&'p str> {
    path.iter().rev().find_map(|bound| *bound)
}

impl Profile {
    /// In what this profile of a child place is looser than its parent's: the keys of the values, as
    /// [`Profile::sections`] has them. Only what the parent's own text sets is compared, not its local settings.
    #[must_use]
    pub fn looser_than(&self, parent: &Self) -> Vec<&'static str> {
        let mut looser = Vec::new();
        let mut compare = |key, set: bool, is_looser: bool| {
            if set && is_looser {
                looser.push(key);
            }
        };
        let (mine, theirs) = (self.password(), parent.password());
        compare(
            "password.minimum_length",
            theirs.minimum_length().origin.clause().is_some(),
            mine.minimum_length().value < theirs.minimum_length().value,
        );
        compare(
            "password.expires",
            theirs.expires().origin.clause().is_some(),
            match (mine.expires().value, theirs.expires().value) {
                (_, None) => false,
                (None, Some(_)) => true,
                (Some(mine), Some(theirs)) => days(mine) > days(theirs),
            },
        );
        compare(
            "log_retention_months",
            parent.log_retention_months().clause().is_some(),
            self.log_retention_months().value < parent.log_retention_months().value,
        );
        for (key, kind) in [
            ("attachment.personal", MailboxKind::Personal),
            ("attachment.unit", MailboxKind::Unit),
        ] {
            let (mine, theirs) = (self.attachment_limit(kind), parent.attachment_limit(kind));
            compare(key, theirs.clause().is_some(), mine.value > theirs.value);
        }
        looser
    }
}

/// About how many days a term has, to compare terms.
fn days(term: Term) -> u32 {
    match term {
        Term::WorkingDays(number) => u32::from(number) * 7 / 5,
        Term::Days(number) => number.into(),
        Term::Months(number) => u32::from(number) * 30,
        Term::Years(number) => u32::from(number) * 365,
    }
}
