//! Bodies of the fuzz targets; the tests run them on random input too.

use crate::form::read_form;
use crate::sheet::{Cell, Column, Columns, MAX_CELL, MAX_COLUMNS, MAX_ROWS, find, grids, read};

/// Reads bytes as a list: an answer within the bounds, the same again, with no fault of a row that is not there.
pub fn list(data: &[u8]) {
    let columns = Columns {
        columns: vec![
            Column::required("full-name", "Họ và tên"),
            Column::optional("telephone", "Số ĐT"),
        ],
    };
    let Ok(read_grids) = grids(data) else { return };
    assert_eq!(
        grids(data).as_ref(),
        Ok(&read_grids),
        "reading is not a function of the bytes"
    );
    for grid in &read_grids {
        assert!(grid.rows.len() <= MAX_ROWS);
        for row in &grid.rows {
            assert!(row.cells.len() <= MAX_COLUMNS);
            assert!(
                row.cells.iter().any(|cell| *cell != Cell::Empty),
                "an empty row"
            );
            assert!(
                row.cells
                    .iter()
                    .all(|cell| cell.text().chars().count() <= MAX_CELL)
            );
        }
        let numbers: Vec<u32> = grid.rows.iter().map(|row| row.number).collect();
        assert!(numbers.is_sorted(), "rows out of order");
    }
    let Ok(sheet) = find(&read_grids, &columns) else {
        return;
    };
    let (records, faults) = read(&sheet, &columns);
    for row in records
        .iter()
        .map(|record| record.row)
        .chain(faults.iter().filter_map(|fault| fault.row))
    {
        assert!(
            sheet.rows.iter().any(|read| read.number == row),
            "a row that is not there"
        );
    }
}

/// Reads bytes as a PDF that came back.
pub fn pdf(data: &[u8]) {
    let read = read_form(data);
    assert_eq!(read_form(data), read);
    let mut pdf = b"%PDF-1.7\n1 0 obj <</Type /EmbeddedFile ".to_vec();
    pdf.extend_from_slice(data);
    let _ = read_form(&pdf);
}
