//! Profiles in the tree of organisations.
//!
//! A profile binds to a place; the places under it have the same unless they have their own: Bỉm Sơn (BS) is a town of a
//! province, the department of HCM one of a city, and each governs only its part of the domain. A child's profile stands
//! in the place of its parent's as a whole; it should be no looser where the parent sets a bound, which
//! [`Profile::looser_than`] tells. Who manages, how addresses are named and by what way requests come are its own.

mod life;

use crate::calendar::Term;
use crate::{Cited, MailboxKind, Profile, Value};

/// The profile in force at the end of a path through the tree, given the profiles bound to its places from the root on;
/// `None` where a place has none of its own.
#[must_use]
pub fn in_force<'p>(path: &[Option<&'p str>]) -> Option<&'p str> {
    path.iter().rev().find_map(|bound| *bound)
}

impl Profile {
    /// In what this profile of a child place is looser than its parent's: the keys of the values, as
    /// [`Profile::sections`] has them; of a sweep that the child has none for, the parent's key. Only what the parent's
    /// own text sets is compared, not its local settings.
    #[must_use]
    pub fn looser_than(&self, parent: &Self) -> Vec<String> {
        let mut looser = Looser(Vec::new());
        self.password().looser_than(parent.password(), &mut looser);
        let (mine, theirs) = (self.log_retention_months(), parent.log_retention_months());
        looser.add("log_retention_months", theirs, mine.value < theirs.value);
        for (key, kind) in [
            ("attachment.personal", MailboxKind::Personal),
            ("attachment.unit", MailboxKind::Unit),
        ] {
            let (mine, theirs) = (self.attachment_limit(kind), parent.attachment_limit(kind));
            looser.add(key, theirs, mine.value > theirs.value);
        }
        life::compare(self.lifecycle(), parent.lifecycle(), &mut looser);
        self.content().looser_than(parent.content(), &mut looser);
        self.forwarding()
            .looser_than(parent.forwarding(), &mut looser);
        looser.0
    }
}

/// The keys of what is looser, each once.
pub(crate) struct Looser(Vec<String>);

impl Looser {
    /// Adds a key, where the parent's text sets the value and the child's is looser.
    fn add<T>(&mut self, key: &str, parents: &Cited<T>, is_looser: bool) {
        self.add_if(key, parents.clause().is_some() && is_looser);
    }

    /// The same for a value with its origin.
    pub(crate) fn compare<T>(&mut self, key: &str, parents: &Value<T>, is_looser: bool) {
        self.add_if(key, parents.origin.clause().is_some() && is_looser);
    }

    /// Adds a key where it is looser.
    fn add_if(&mut self, key: &str, is_looser: bool) {
        if is_looser && !self.0.iter().any(|known| known == key) {
            self.0.push(key.to_owned());
        }
    }
}

/// About how many days a term has, to compare terms; a week has five working days.
pub(crate) fn days(term: Term) -> u32 {
    match term {
        Term::WorkingDays(number) => u32::from(number) * 7 / 5,
        Term::Days(number) => number.into(),
        Term::Months(number) => u32::from(number) * 365 / 12,
        Term::Years(number) => u32::from(number) * 365,
    }
}
