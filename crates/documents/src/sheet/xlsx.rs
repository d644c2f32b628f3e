//! Reading XLSX.

use std::io::{Cursor, Read};

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx, XlsxError};

use super::{Budget, Cell, Collector, Grid, MAX_INFLATED, MAX_SHEETS, MB, cell};
use crate::DocumentError;

/// The files inside, at most. A list has about ten.
const MAX_FILES: usize = 1_000;
/// The tags of a file inside that is no sheet, at most: the reader keeps something for each text, style and name there. A list of 10,000 rows and
/// 20 columns whose texts all differ has 800,000.
const MAX_TAGS: usize = 2_000_000;

pub(super) fn grids(bytes: &[u8]) -> Result<Vec<Grid>, DocumentError> {
    inflates_within(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let names: Vec<String> = book.sheet_names().into_iter().take(MAX_SHEETS).collect();
    let mut grids = Vec::new();
    let mut budget = Budget::default();
    for name in names {
        // A chart's sheet has no cells.
        let Ok(mut reader) = book.worksheet_cells_reader(&name) else {
            continue;
        };
        let mut rows = Collector::new(&mut budget);
        // One cell after the other, never as a rectangle: a file with nothing but A1 and XFD1048576 has one of 17 thousand million.
        while let Some(found) = reader.next_cell().map_err(damaged)? {
            let (row, column) = found.get_position();
            let column = usize::try_from(column).unwrap_or(usize::MAX);
            rows.add(row, column, shown(found.get_value()))?;
        }
        grids.push(Grid {
            name,
            rows: rows.rows,
        });
    }
    Ok(grids)
}

/// What the file says of its sizes is not believed: all of it is inflated once, into nothing, before anything keeps it.
fn inflates_within(bytes: &[u8]) -> Result<(), DocumentError> {
    let too_far = DocumentError::InflatesTooFar {
        limit: MAX_INFLATED / MB,
    };
    let broken = |error: &dyn std::fmt::Display| DocumentError::DamagedXlsx(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    if archive.len() > MAX_FILES {
        return Err(too_far);
    }
    let mut left = u64::try_from(MAX_INFLATED).unwrap_or(u64::MAX);
    for at in 0..archive.len() {
        let file = archive.by_index(at).map_err(|error| broken(&error))?;
        let mut tags = Tags {
            left: match file.name() {
                Ok(name) if name.contains("worksheets/") => usize::MAX,
                _ => MAX_TAGS,
            },
            over: false,
        };
        let read = std::io::copy(&mut file.take(left + 1), &mut tags);
        if tags.over {
            return Err(too_far);
        }
        let read = read.map_err(|error| broken(&error))?;
        left = left.checked_sub(read).ok_or(too_far.clone())?;
    }
    Ok(())
}

/// Counts tags and keeps nothing.
struct Tags {
    left: usize,
    over: bool,
}

impl std::io::Write for Tags {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let tags = memchr::memchr_iter(b'<', bytes).count();
        match self.left.checked_sub(tags) {
            Some(left) => self.left = left,
            None => {
                self.over = true;
                return Err(std::io::ErrorKind::FileTooLarge.into());
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn damaged(error: XlsxError) -> DocumentError {
    DocumentError::DamagedXlsx(error.to_string())
}

fn shown(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            bounded(text)
        }
        DataRef::SharedString(text) => bounded(text),
        DataRef::Int(number) => Cell::Text(number.to_string()),
        DataRef::Float(number) => Cell::Text(number.to_string()),
        DataRef::Bool(true) => Cell::Text("TRUE".to_owned()),
        DataRef::Bool(false) => Cell::Text("FALSE".to_owned()),
        DataRef::DateTime(moment) => Cell::Text(written(moment)),
        DataRef::Error(error) => Cell::Error(error.to_string()),
    }
}

/// What is far too long is kept as it is: whoever collects the cells refuses it.
fn bounded(text: &str) -> Cell {
    if text.len() > 8 * super::MAX_CELL {
        return Cell::Text(text.to_owned());
    }
    cell(text)
}

/// `05/02/2027`, with the time where there is one; only the time where there is no day.
fn written(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, _, _) = moment.to_ymd_hms_milli();
    let value = moment.as_f64();
    let time = format!("{hour:02}:{minute:02}");
    if moment.is_duration() || (0.0..1.0).contains(&value) {
        return time;
    }
    let date = format!("{day:02}/{month:02}/{year:04}");
    if value.fract() == 0.0 {
        date
    } else {
        format!("{date} {time}")
    }
}
