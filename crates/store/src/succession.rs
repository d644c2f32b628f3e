//! What became of organisations: mergers, splits, renamings, dissolutions.

use crate::sql::params;
use crate::{OrganisationId, StoreResult, Tx};

/// One step in the history of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Succession {
    /// Whose place is taken.
    pub from: OrganisationId,
    /// By whom; nobody where it was dissolved.
    pub to: Option<OrganisationId>,
    /// `merged`, `split`, `renamed`, `dissolved`.
    pub how: String,
    /// When (ms).
    pub at: i64,
    /// Number and date of the document that orders it.
    pub document: String,
}

/// Notes a step.
pub fn add(
    tx: &mut Tx<'_>,
    from: OrganisationId,
    to: Option<OrganisationId>,
    how: &str,
    document: &str,
) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO succession (from_id, to_id, how, at, document) VALUES ($1, $2, $3, $4, $5)",
        params![from, to, how, tx.now(), document],
    )?;
    Ok(())
}

/// The steps that a place had a part in, as they came.
pub fn of(tx: &mut Tx<'_>, id: OrganisationId) -> StoreResult<Vec<Succession>> {
    tx.all(
        "SELECT from_id, to_id, how, at, document FROM succession WHERE from_id = $1 OR to_id = $1 ORDER BY id",
        params![id],
        |row| {
            Ok(Succession {
                from: OrganisationId(row.int(0)?),
                to: row.opt_int(1)?.map(OrganisationId),
                how: row.text(2)?,
                at: row.int(3)?,
                document: row.text(4)?,
            })
        },
    )
}
