//! The tree brought in line with a list. All of it is checked before anything is done: the checks of single acts, held against
//! the tree as the rows before would have made it. Then it is carried out in chunks; until that is done nobody else changes
//! the tree, so what was checked holds, and who finds it unfinished goes on ([`resume`]).

mod carry_out;
mod plan;
mod read;

use std::sync::Arc;

use congvu_store::{Store, place};

use carry_out::{all, begin};
pub use carry_out::{import_step, resume};
use plan::plan;

use crate::lists::{Fault, Row};
use crate::{Actor, Law, Refused, directory};

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imported {
    /// A place was added.
    Added,
    /// It was changed.
    Changed,
    /// It is as the row says.
    Unchanged,
}

/// What came of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Everything that is wrong, by row; where there is anything, nothing was done.
    pub faults: Vec<Fault>,
    /// Each row: its number, its name, what became of it (or would, where it was only tried).
    pub rows: Vec<(u32, String, Imported)>,
    /// Places that the list does not name; they stay as they are.
    pub missing: Vec<String>,
    /// What whoever decides should know.
    pub told: Vec<String>,
}

impl Outcome {
    /// How many rows came to this.
    #[must_use]
    pub fn count(&self, what: Imported) -> usize {
        self.rows
            .iter()
            .filter(|(_, _, came)| *came == what)
            .count()
    }
}

/// How often it is checked anew where somebody changed the tree meanwhile.
const TRIES: usize = 5;

/// Brings the tree in line with a list. A row is the place with its code, else the one of its name below its parent; else a new
/// one. An empty cell leaves what is there. `dry`: only says what would come of it.
///
/// # Errors
/// Somebody changes the tree again and again; what the store answers. What is wrong with the list is in the outcome.
pub async fn import(
    store: &Store,
    law: Law,
    actor: &Actor,
    rows: Vec<Row>,
    document: Option<&str>,
    dry: bool,
) -> Result<Outcome, Refused> {
    if dry {
        let actor = actor.clone();
        let checked = store.read(move |tx| {
            let seen = place::every(tx)?;
            plan(tx, law, &actor, &rows, &seen)
        });
        return Ok(checked.await?.outcome);
    }
    resume(store).await?;
    let (outcome, list) = begin_import(store, law, actor, rows, document).await?;
    if let Some(list) = list {
        all(store, list).await?;
        directory::catch_up(store).await?;
    }
    Ok(outcome)
}

/// Checks a list, and where nothing is wrong and there is something to do begins to carry it out: its number, for
/// [`import_step`].
///
/// # Errors
/// As for [`import`]; another list is being carried out.
pub async fn begin_import(
    store: &Store,
    law: Law,
    actor: &Actor,
    rows: Vec<Row>,
    document: Option<&str>,
) -> Result<(Outcome, Option<i64>), Refused> {
    let rows = Arc::new(rows);
    for _ in 0..TRIES {
        let (listed, who) = (Arc::clone(&rows), actor.clone());
        let planned = store.read(move |tx| {
            let seen = place::every(tx)?;
            let planned = plan(tx, law, &who, &listed, &seen)?;
            Ok::<_, Refused>((planned, seen))
        });
        let (planned, seen) = planned.await?;
        let outcome = planned.outcome.clone();
        if !outcome.faults.is_empty() || planned.steps.is_empty() {
            return Ok((outcome, None));
        }
        let (who, document) = (actor.clone(), document.map(str::to_owned));
        let begun = store
            .write_bulk(move |tx| begin(tx, &who, &planned, &seen, document.as_deref()))
            .await?;
        if begun.is_some() {
            return Ok((outcome, begun));
        }
    }
    Err(Refused::state(
        "Cây cơ quan, đơn vị đang được người khác thay đổi; hãy thử lại.",
    ))
}
