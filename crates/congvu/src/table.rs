//! Lists from and to CSV files (RFC 4180, UTF-8).

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use congvu_governance::lists::{Column, Fault, Row};

/// The longest file that is read, in bytes.
const LONGEST: u64 = 16 << 20;
/// So many rows are read.
const MOST: usize = 10_000;

/// Reads a list: what its columns say, and what is wrong with them. Headings are read without regard to capitals and marks.
///
/// # Errors
/// A file that cannot be read, or is no CSV.
pub(crate) fn read(path: &Path, columns: &[Column]) -> Result<(Vec<Row>, Vec<Fault>)> {
    let shown = path.display();
    let length = fs::metadata(path)
        .with_context(|| format!("không đọc được {shown}"))?
        .len();
    if length > LONGEST {
        bail!("{shown} dài quá {LONGEST} byte");
    }
    let text = fs::read_to_string(path)
        .with_context(|| format!("không đọc được {shown}: cần tệp CSV mã UTF-8"))?;
    parse(&text, columns).with_context(|| format!("không đọc được {shown}"))
}

fn parse(text: &str, columns: &[Column]) -> Result<(Vec<Row>, Vec<Fault>)> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let count = |mark: char| first.matches(mark).count();
    let delimiter = if count(';') > count(',') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut faults = Vec::new();
    let mut places = Vec::new();
    for heading in reader.headers()? {
        let column = columns.iter().find(|column| column.is(heading));
        if column.is_none() && !heading.trim().is_empty() {
            faults.push(Fault {
                row: 0,
                column: "",
                what: format!("Không hiểu cột “{}”.", heading.trim()),
            });
        }
        places.push(column);
    }
    for column in columns.iter().filter(|column| column.required) {
        if !places.iter().flatten().any(|found| found.id == column.id) {
            faults.push(Fault {
                row: 0,
                column: "",
                what: format!("Thiếu cột “{}”.", column.label),
            });
        }
    }
    let mut rows = Vec::new();
    for (at, record) in reader.records().enumerate() {
        let record = record?;
        if rows.len() == MOST {
            bail!("danh sách dài quá {MOST} dòng");
        }
        let mut row = Row {
            number: u32::try_from(at + 2).unwrap_or(u32::MAX),
            ..Row::default()
        };
        for (column, value) in places.iter().zip(&record) {
            if let Some(column) = column {
                row = row.with(column.id, unguarded(value));
            }
        }
        if !row.values.is_empty() {
            rows.push(row);
        }
    }
    Ok((rows, faults))
}

/// A list as a file for spreadsheets: with a byte order mark, for else they take it for another character set.
pub(crate) fn write(rows: &[Row], columns: &[Column]) -> String {
    let mut out = String::from("\u{feff}");
    let headings: Vec<String> = columns.iter().map(|column| cell(column.label)).collect();
    out.push_str(&headings.join(","));
    out.push_str("\r\n");
    for row in rows {
        let cells: Vec<String> = columns
            .iter()
            .map(|column| cell(row.get(column.id).unwrap_or_default()))
            .collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

/// A cell that no spreadsheet takes for a formula, and no reader for two.
pub(crate) fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// What [`cell`] put before a formula is no part of the value.
fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 2] = [
        Column {
            id: "name",
            label: "Tên cơ quan",
            accepts: &["Tên"],
            required: true,
        },
        Column {
            id: "phone",
            label: "Điện thoại",
            accepts: &[],
            required: false,
        },
    ];

    #[test]
    fn what_is_written_is_read() {
        let row = |number, name: &str, phone: &str| {
            Row {
                number,
                ..Row::default()
            }
            .with("name", name)
            .with("phone", phone)
        };
        let rows = [
            row(2, "Sở \"Nội vụ\", tỉnh", "+84 912"),
            row(3, "=cmd()", ""),
        ];
        let text = write(&rows, &COLUMNS);
        assert!(text.contains("\"'=cmd()\"") && text.contains("\"'+84 912\""));
        let (read, faults) = parse(&text, &COLUMNS).expect("a list");
        assert_eq!((read.as_slice(), faults.len()), (&rows[..], 0));
    }

    #[test]
    fn a_cell_is_one_cell_and_no_formula() {
        assert_eq!(cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(cell("=cmd()"), "\"'=cmd()\"");
        assert_eq!(cell(""), "\"\"");
    }

    #[test]
    fn headings_are_read_as_people_write_them() {
        let (rows, faults) = parse("ten;Ghi chú\nSở Nội vụ;x\n;\n", &COLUMNS).expect("a list");
        assert_eq!(rows.len(), 1);
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(told, ["Không hiểu cột “Ghi chú”."]);
        let (_, faults) = parse("Điện thoại\n1\n", &COLUMNS).expect("a list");
        assert_eq!(faults[0].to_string(), "Thiếu cột “Tên cơ quan”.");
    }
}
