//! The ways out of a clash, one a file.

mod birth_year;
mod letters;
mod number;
mod unit;

use super::draft::{Draft, sentence};
use super::local_part::Standing;
use super::pattern::{Offer, Way};
use super::{Context, NamingError, PersonName, Step, Taken};
use crate::{Cited, Source};

/// What the ways may know.
pub(super) struct Situation<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) taken: &'a dyn Taken,
    /// The name of whom the address is for, if a person.
    pub(super) person: Option<&'a PersonName>,
}

impl Situation<'_> {
    fn standing(&self, draft: &Draft) -> Standing {
        Standing::of(&draft.text(), self.taken)
    }

    /// The address of a draft, where it is retired and its holder had wholly the same name.
    pub(super) fn former(&self, draft: &Draft) -> Option<String> {
        let standing = self.standing(draft);
        let is_retired = matches!(&standing, Standing::Taken(holder) if holder.retired);
        (is_retired && self.is_same_name(&standing)).then(|| draft.text())
    }

    /// Whether a holder is known to have wholly the same name without marks.
    fn is_same_name(&self, standing: &Standing) -> bool {
        let Standing::Taken(holder) = standing else {
            return false;
        };
        let names = self.person.zip(holder.name.as_ref());
        names.is_some_and(|(mine, theirs)| mine.is_same_without_marks(theirs))
    }
}

/// What the ways came to.
pub(super) enum Outcome {
    /// The draft may be given.
    Free,
    /// People must agree; this is asked of them, and this style is offered first.
    Agree {
        source: Option<Source>,
        offer: Offer,
    },
}

/// What a way did to the draft, as told to a person.
pub(super) struct Tried(Vec<String>);

/// Goes the ways in their order until the draft is free.
pub(super) fn resolve(
    ways: &[Cited<Way>],
    draft: &mut Draft,
    situation: &Situation<'_>,
    why: &mut Vec<Step>,
) -> Result<Outcome, NamingError> {
    for way in ways {
        if situation.standing(draft) == Standing::Free {
            return Ok(Outcome::Free);
        }
        let tried = match way.value {
            Way::Unit => unit::apply(draft, situation)?,
            Way::Number { from } => number::apply(draft, situation, from),
            Way::Letters {
                from,
                unless_same_name,
            } => letters::apply(draft, situation, from, unless_same_name),
            Way::BirthYear { digits } => birth_year::apply(draft, situation, digits)?,
            Way::Agree { offer } => {
                why.push(Step {
                    what: sentence(&blocked(draft, &situation.standing(draft))),
                    source: None,
                });
                return Ok(Outcome::Agree {
                    source: Some(way.source.clone()),
                    offer,
                });
            }
        };
        why.extend(tried.0.iter().map(|told| Step {
            what: sentence(told),
            source: Some(way.source.clone()),
        }));
    }
    if situation.standing(draft) == Standing::Free {
        return Ok(Outcome::Free);
    }
    Ok(Outcome::Agree {
        source: None,
        offer: Offer::Letters,
    })
}

/// Tells that what the draft says cannot be given.
fn blocked(draft: &Draft, standing: &Standing) -> String {
    format!("địa chỉ {} {}", draft.text(), standing.told())
}
