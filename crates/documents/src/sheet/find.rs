//! Where a list begins in what people send.

use super::{Columns, Grid, Sheet, grids};
use crate::DocumentError;

/// Reads a file and finds the list in it.
///
/// # Errors
/// As [`grids`], and where no row of any sheet names a column.
pub fn open(bytes: &[u8], columns: &Columns) -> Result<Sheet, DocumentError> {
    find(&grids(bytes)?, columns)
}

/// The list with these columns: below the row, of all sheets, that names most of them; of two such rows the first. A title above it
/// is left out.
///
/// # Errors
/// Where no row names a column.
pub fn find(grids: &[Grid], columns: &Columns) -> Result<Sheet, DocumentError> {
    let mut best: Option<(usize, &Grid, usize)> = None;
    for grid in grids {
        for (at, row) in grid.rows.iter().enumerate() {
            let named = columns.named_in(&row.cells);
            if named > best.map_or(0, |(most, _, _)| most) {
                best = Some((named, grid, at));
            }
        }
    }
    let no_header = || DocumentError::NoHeader {
        columns: columns
            .columns
            .iter()
            .map(|column| column.label.clone())
            .collect(),
    };
    let (_, grid, at) = best.ok_or_else(no_header)?;
    let mut rows = grid.rows.iter().skip(at);
    let header = rows.next().ok_or_else(no_header)?;
    Ok(Sheet {
        name: grid.name.clone(),
        header: header.cells.clone(),
        rows: rows.cloned().collect(),
    })
}

/// How many of the columns the list has.
pub(crate) fn named(list: &Sheet, columns: &Columns) -> usize {
    columns.named_in(&list.header)
}
