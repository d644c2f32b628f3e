//! The steps that write an address, one a file.

mod dot;
mod from;
mod lead;
mod of;
mod parts;
mod rest;
mod tail;
mod words;

use super::draft::{Draft, sentence};
use super::pattern::Write;
use super::{Context, Name, NamingError, Step};
use crate::Cited;

/// Carries out one step; tells what it did, if it did anything.
pub(super) fn apply(
    step: &Cited<Write>,
    draft: &mut Draft,
    name: &Name,
    context: &Context<'_>,
) -> Result<Option<Step>, NamingError> {
    let told = match &step.value {
        Write::Lead {
            phrases,
            alone,
            mark,
        } => lead::apply(draft, phrases, *alone, *mark),
        Write::From {
            phrases,
            except,
            before,
            kind,
            name,
        } => from::apply(
            draft,
            &from::Wanted { phrases, except },
            &from::Marks {
                before: *before,
                kind: *kind,
                name: *name,
            },
        ),
        Write::Of { phrases, owners } => of::apply(draft, phrases, owners),
        Write::Tail { phrases, mark } => tail::apply(draft, phrases, *mark),
        Write::Words { phrases, mark } => words::apply(draft, phrases, *mark),
        Write::Rest(mark) => rest::apply(draft, *mark),
        Write::Parts { parts, mark } => parts::apply(draft, name, parts, *mark),
        Write::Dot { to, unless_same } => dot::apply(draft, context, to, *unless_same)?,
    };
    Ok(told.map(|told| Step {
        what: sentence(&told),
        source: Some(step.source.clone()),
    }))
}

pub(super) use dot::unit as dot_unit;
pub(super) use from::has_place;
