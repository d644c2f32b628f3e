//! Which regulation is in force where, and on which days offices work.

use std::sync::LazyLock;

use congvu_regulation::calendar::Calendar;
use congvu_regulation::{Catalogue, Date, Moment, Profile};
use congvu_store::{OrganisationId, Tx, organisation};

use crate::Refused;

static OF_THE_PROGRAM: LazyLock<Catalogue> = LazyLock::new(Catalogue::default);

/// The regulations an installation knows, and its calendar. Cheap to copy.
#[derive(Clone, Copy, Debug)]
pub struct Law {
    catalogue: &'static Catalogue,
    calendar: &'static Calendar,
}

impl Default for Law {
    /// The regulations of the program.
    fn default() -> Self {
        Self::new(&OF_THE_PROGRAM)
    }
}

impl Law {
    /// The regulations of an installation.
    #[must_use]
    pub fn new(catalogue: &'static Catalogue) -> Self {
        Self {
            catalogue,
            calendar: Calendar::viet_nam(),
        }
    }

    /// The calendar of working days.
    #[must_use]
    pub fn calendar(self) -> &'static Calendar {
        self.calendar
    }

    /// The profile with this id.
    #[must_use]
    pub fn profile(self, id: &str) -> Option<&'static Profile> {
        self.catalogue.profile(id)
    }

    /// All regulations that the installation knows.
    pub fn profiles(self) -> impl Iterator<Item = &'static Profile> {
        self.catalogue.profiles()
    }

    /// The profile in force at a place: its own or the nearest above.
    ///
    /// # Errors
    /// No profile is bound there, or one that this installation does not know.
    pub fn at(self, tx: &mut Tx<'_>, place: OrganisationId) -> Result<&'static Profile, Refused> {
        let id = organisation::profile(tx, place)?;
        id.as_deref()
            .and_then(|id| self.profile(id))
            .ok_or_else(|| Refused::no_profile(id.as_deref()))
    }
}

/// The time of a transaction as rules see it.
#[must_use]
pub fn now(tx: &Tx<'_>) -> Moment {
    Moment(tx.now())
}

/// The day of a transaction in Vietnam.
#[must_use]
pub fn today(tx: &Tx<'_>) -> Date {
    now(tx).date()
}
