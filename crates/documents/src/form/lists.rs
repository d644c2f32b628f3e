//! A form's tables as lists: from XLSX or CSV, to XLSX.

use congvu_regulation::forms::{Form, FormTable};

use super::pdf::{columns_of, filled_table};
use super::{FormData, FormRow};
use crate::sheet::{self, Grid, Sheet};
use crate::{DocumentError, Fault};

/// Reads the rows of one table of a form from a list (XLSX, CSV). The faults name Excel's rows.
///
/// # Errors
/// When the file cannot be read, or has no header with the table's columns.
pub fn from_list(
    table: &FormTable,
    bytes: &[u8],
) -> Result<(Vec<FormRow>, Vec<Fault>), DocumentError> {
    let columns = columns_of(table);
    Ok(rows(table, &sheet::open(bytes, &columns)?))
}

/// Reads all tables of a form into `data` from one file: a sheet each, found by its name ([`to_xlsx`] writes `Bảng 1`) or else by its columns. A table that
/// the file does not have gets no rows. All faults of all tables are told, each with its table.
///
/// # Errors
/// When the file cannot be read, or has none of the tables.
pub fn from_lists(
    form: &Form,
    bytes: &[u8],
    data: &mut FormData,
) -> Result<Vec<Fault>, DocumentError> {
    let mut grids = sheet::grids(bytes)?;
    let mut faults = Vec::new();
    let mut found = 0;
    let mut none = DocumentError::NoHeader {
        columns: Vec::new(),
    };
    // Tables whose sheet has their name first, so that no other takes it.
    let mut order: Vec<(usize, &FormTable)> = form.tables().iter().enumerate().collect();
    order.sort_by_key(|(at, _)| {
        !grids
            .iter()
            .any(|grid| sheet::same_name(&grid.name, &sheet_name(*at)))
    });
    for (at, table) in order {
        let own = sheet_name(at);
        let place = grids
            .iter()
            .position(|grid| sheet::same_name(&grid.name, &own))
            .or_else(|| likeliest(table, &grids));
        let Some(place) = place else { continue };
        let grid = grids.remove(place);
        match sheet::find(std::slice::from_ref(&grid), &columns_of(table)) {
            Ok(list) => {
                found += 1;
                let (read, wrong) = rows(table, &list);
                // An empty list beside a full one is no fault: most requests fill in one table.
                let wrong = wrong
                    .into_iter()
                    .filter(|fault| !read.is_empty() || fault.row.is_some());
                faults.extend(wrong.map(|fault| fault.in_table(&table.title)));
                data.tables.insert(table.id.clone(), read);
            }
            Err(error) => none = error,
        }
    }
    if found == 0 {
        return Err(none);
    }
    if form
        .tables()
        .iter()
        .all(|table| data.rows(&table.id).is_empty())
        && faults.is_empty()
    {
        faults.push(Fault::whole("Danh sách không có dòng nào."));
    }
    Ok(faults)
}

/// The sheet that has all columns that the table needs; of several the one with most of its columns.
fn likeliest(table: &FormTable, grids: &[Grid]) -> Option<usize> {
    let columns = columns_of(table);
    let score = |grid: &Grid| {
        let needed = columns.columns.iter().filter(|column| column.required);
        let needed = sheet::Columns {
            columns: needed.cloned().collect(),
        };
        let list = sheet::find(std::slice::from_ref(grid), &columns).ok()?;
        let named = sheet::named(&list, &needed);
        (named == needed.columns.len()).then(|| sheet::named(&list, &columns))
    };
    let scores = grids
        .iter()
        .enumerate()
        .filter_map(|(at, grid)| Some((score(grid)?, at)));
    scores
        .max_by_key(|(score, at)| (*score, std::cmp::Reverse(*at)))
        .map(|(_, at)| at)
}

fn rows(table: &FormTable, list: &Sheet) -> (Vec<FormRow>, Vec<Fault>) {
    let (records, faults) = sheet::read(list, &columns_of(table));
    (
        records.into_iter().map(|record| record.values).collect(),
        faults,
    )
}

fn sheet_name(at: usize) -> String {
    format!("Bảng {}", at + 1)
}

/// Writes the tables as XLSX, a sheet each: what [`from_lists`] reads.
///
/// # Errors
/// When the file cannot be made: our own fault.
pub fn to_xlsx(form: &Form, data: &FormData) -> Result<Vec<u8>, DocumentError> {
    let tables = form
        .tables()
        .iter()
        .enumerate()
        .map(|(at, table)| sheet::Table {
            title: sheet_name(at),
            ..filled_table(table, data)
        });
    sheet::write(&tables.collect::<Vec<_>>())
}

/// An empty list to fill in for one table of a form.
///
/// # Errors
/// When the file cannot be made: our own fault.
pub fn blank_lists(form: &Form, table: &FormTable) -> Result<Vec<u8>, DocumentError> {
    sheet::blank(
        &format!("{}: {}", form.name(), table.title),
        &columns_of(table),
    )
}
