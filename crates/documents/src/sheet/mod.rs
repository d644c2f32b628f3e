//! Lists: read from XLSX and CSV, all faults told at once by row; tables written as XLSX and CSV.

mod blank;
mod columns;
mod csv;
mod find;
mod table;
mod write;
mod xlsx;

pub use blank::blank;
pub use columns::{Column, Columns, Record, read};
pub(crate) use find::named;
pub use find::{find, open};
pub use table::{Align, Table, TableColumn};
pub(crate) use write::same_name;
pub use write::{csv_line, write, write_csv};

use crate::DocumentError;

/// The bytes of a file, at most.
pub const MAX_BYTES: usize = 10 * MB;
/// The bytes that an XLSX inflates to, at most: a sheet of 10,000 rows and 20 columns inflates to about 15 MB.
pub const MAX_INFLATED: usize = 64 * MB;
/// The rows of a sheet, at most, with those above the header.
pub const MAX_ROWS: usize = 10_000;
/// The columns of a sheet, at most.
pub const MAX_COLUMNS: usize = 100;
/// The characters of a cell, at most.
pub const MAX_CELL: usize = 2_000;
/// The sheets of a file, at most; what is behind is not read.
pub const MAX_SHEETS: usize = 20;
const MB: usize = 1024 * 1024;

/// What stands in a cell, as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Cell {
    /// Nothing, or only spaces.
    #[default]
    Empty,
    /// A text, number or date, as shown: dates as `05/02/2027`, numbers without an exponent; NFC, trimmed.
    Text(String),
    /// A formula's error: `#REF!`.
    Error(String),
}

impl Cell {
    /// The text; nothing for an empty cell and an error.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Empty | Self::Error(_) => "",
        }
    }
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// As Excel numbers it, from 1.
    pub number: u32,
    /// From the first column on; a short row ends early.
    pub cells: Vec<Cell>,
}

/// The rows of a sheet that are not empty, as they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// The sheet's name; empty for CSV.
    pub name: String,
    /// Only rows with something in them.
    pub rows: Vec<SheetRow>,
}

/// A list: what stands below the row that names the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The sheet's name; empty for CSV.
    pub name: String,
    /// The names of the columns.
    pub header: Vec<Cell>,
    /// Only rows with something in them.
    pub rows: Vec<SheetRow>,
}

/// Reads all sheets of an XLSX file, or the one of a CSV file.
///
/// # Errors
/// When it is neither, damaged, or beyond one of the bounds of this module.
pub fn grids(bytes: &[u8]) -> Result<Vec<Grid>, DocumentError> {
    if bytes.len() > MAX_BYTES {
        return Err(DocumentError::TooLarge {
            limit: MAX_BYTES / MB,
        });
    }
    // The local header of a ZIP; the compound file of old Office, PDF, images: no list.
    if bytes.starts_with(b"PK\x03\x04") {
        return xlsx::grids(bytes);
    }
    if [
        &b"\xd0\xcf\x11\xe0"[..],
        b"%PDF",
        b"\x89PNG",
        b"{\\rtf",
        b"\x1f\x8b",
    ]
    .iter()
    .any(|magic| bytes.starts_with(magic))
    {
        return Err(DocumentError::NotASheet);
    }
    Ok(vec![csv::grid(bytes)?])
}

/// What all sheets of a file together may take up in memory: a small file may name one long text in each of a million cells.
#[derive(Debug, Default)]
struct Budget {
    characters: usize,
    cells: usize,
}

/// Collects the cells of one sheet into rows within the bounds.
struct Collector<'b> {
    rows: Vec<SheetRow>,
    budget: &'b mut Budget,
}

impl<'b> Collector<'b> {
    fn new(budget: &'b mut Budget) -> Self {
        Self {
            rows: Vec::new(),
            budget,
        }
    }

    /// Rows come in order; both positions count from 0.
    fn add(&mut self, row: u32, column: usize, cell: Cell) -> Result<(), DocumentError> {
        let length = match &cell {
            Cell::Empty => return Ok(()),
            // Bytes first: counting the characters of what is far too long is not worth it.
            Cell::Text(text) | Cell::Error(text) if text.len() > 4 * MAX_CELL => usize::MAX,
            Cell::Text(text) | Cell::Error(text) => text.chars().count(),
        };
        let number = row.saturating_add(1);
        if column >= MAX_COLUMNS {
            return Err(DocumentError::TooManyColumns { limit: MAX_COLUMNS });
        }
        if length > MAX_CELL {
            return Err(DocumentError::CellTooLong {
                row: number,
                column: letters(column),
                limit: MAX_CELL,
            });
        }
        self.budget.characters = self.budget.characters.saturating_add(length);
        if self.rows.last().is_none_or(|last| last.number != number) {
            if self.rows.len() >= MAX_ROWS {
                return Err(DocumentError::TooManyRows { limit: MAX_ROWS });
            }
            self.rows.push(SheetRow {
                number,
                cells: Vec::new(),
            });
        }
        if let Some(last) = self.rows.last_mut() {
            if last.cells.len() <= column {
                self.budget.cells += column + 1 - last.cells.len();
                last.cells.resize(column + 1, Cell::Empty);
            }
            if let Some(place) = last.cells.get_mut(column) {
                *place = cell;
            }
        }
        if self.budget.characters > MAX_INFLATED / 4 || self.budget.cells > MAX_ROWS * MAX_COLUMNS {
            return Err(DocumentError::InflatesTooFar {
                limit: MAX_INFLATED / MB,
            });
        }
        Ok(())
    }
}

/// A text as a cell: NFC, without the spaces around it, the characters that steer a screen taken out.
fn cell(text: &str) -> Cell {
    use unicode_normalization::UnicodeNormalization;
    let text: String = text
        .chars()
        .map(|c| if c == '\u{a0}' || c == '\t' { ' ' } else { c })
        .filter(|&c| c == '\n' || !(c.is_control() || matches!(c, '\u{feff}' | '\u{200b}')))
        .nfc()
        .collect();
    let text = text.trim();
    if text.is_empty() {
        Cell::Empty
    } else {
        Cell::Text(text.to_owned())
    }
}

/// The column as Excel names it: 0 is `A`, 26 is `AA`.
fn letters(mut column: usize) -> String {
    let mut name = Vec::new();
    loop {
        name.push(b'A' + u8::try_from(column % 26).unwrap_or(0));
        if column < 26 {
            break;
        }
        column = column / 26 - 1;
    }
    name.iter().rev().map(|&byte| char::from(byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn columns_have_the_names_that_excel_shows() {
        let names = [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (702, "AAA")];
        for (column, name) in names {
            assert_eq!(letters(column), name);
        }
    }
}
