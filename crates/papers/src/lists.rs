//! Lists of governance read from XLSX and CSV, and written.

use congvu_documents::DocumentError;
use congvu_documents::sheet::{self, Columns, Table, TableColumn};
use congvu_governance::lists::{Column, Fault, Row};

/// A list that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// Its rows.
    pub rows: Vec<Row>,
    /// What is wrong with it already; rows may be looked at all the same, to tell everything at once.
    pub faults: Vec<Fault>,
}

/// The columns as documents know them. A column is also found by its id.
pub(crate) fn columns_of(columns: &[Column]) -> Columns {
    let columns = columns.iter().map(|column| {
        let made = match column.required {
            true => sheet::Column::required(column.id, column.label),
            false => sheet::Column::optional(column.id, column.label),
        };
        made.also(column.accepts).also(&[column.id])
    });
    Columns {
        columns: columns.collect(),
    }
}

/// Reads a list, XLSX or CSV.
///
/// # Errors
/// It is neither, damaged, too large, or has no row that names the columns.
pub fn read(bytes: &[u8], columns: &[Column]) -> Result<List, DocumentError> {
    let wanted = columns_of(columns);
    let (records, faults) = sheet::read(&sheet::open(bytes, &wanted)?, &wanted);
    let rows = records.into_iter().map(|record| {
        let empty = Row {
            number: record.row,
            ..Row::default()
        };
        columns
            .iter()
            .filter_map(|column| Some((column.id, record.values.get(column.id)?)))
            .fold(empty, |row, (id, value)| row.with(id, value))
    });
    Ok(List {
        rows: rows.collect(),
        faults: faults.iter().map(|fault| told(fault, columns)).collect(),
    })
}

/// A fault of a document as governance tells it.
pub(crate) fn told(fault: &congvu_documents::Fault, columns: &[Column]) -> Fault {
    let label = fault.label.as_deref();
    let column = label.and_then(|label| columns.iter().find(|column| column.label == label));
    let known = column.is_some() && fault.row.is_some();
    let what = match (label, &fault.table) {
        (Some(label), _) if !known => format!("Cột “{label}”: {}", fault.what),
        (None, Some(table)) => format!("Bảng “{table}”: {}", fault.what),
        _ => fault.what.clone(),
    };
    Fault {
        row: fault.row.unwrap_or(0),
        column: column.filter(|_| known).map_or("", |column| column.label),
        what,
    }
}

fn table(title: &str, rows: &[Row], columns: &[Column]) -> Table {
    let cells = |row: &Row| {
        let cells = columns.iter();
        let cells = cells.map(|column| row.get(column.id).unwrap_or_default().to_owned());
        cells.collect()
    };
    Table {
        title: title.to_owned(),
        columns: columns
            .iter()
            .map(|column| TableColumn::left(column.label))
            .collect(),
        rows: rows.iter().map(cells).collect(),
        ..Table::default()
    }
}

/// A list as CSV, with a byte order mark, for else spreadsheets take it for another character set.
#[must_use]
pub fn to_csv(rows: &[Row], columns: &[Column]) -> Vec<u8> {
    sheet::write_csv(&table("", rows, columns))
}

/// A list as XLSX.
///
/// # Errors
/// The file cannot be made: our own fault.
pub fn to_xlsx(title: &str, rows: &[Row], columns: &[Column]) -> Result<Vec<u8>, DocumentError> {
    sheet::write(&[table(title, rows, columns)])
}

/// An empty list to fill in, XLSX.
///
/// # Errors
/// The file cannot be made: our own fault.
pub fn blank(title: &str, columns: &[Column]) -> Result<Vec<u8>, DocumentError> {
    sheet::blank(title, &columns_of(columns))
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
            let row = Row {
                number,
                ..Row::default()
            };
            row.with("name", name).with("phone", phone)
        };
        let rows = [
            row(2, "Sở \"Nội vụ\", tỉnh", "+84 912"),
            row(3, "=cmd()", ""),
        ];
        let xlsx = to_xlsx("Cơ quan", &rows, &COLUMNS).expect("a file");
        for file in [to_csv(&rows, &COLUMNS), xlsx] {
            let list = read(&file, &COLUMNS).expect("a list");
            assert_eq!((list.rows.as_slice(), list.faults.len()), (&rows[..], 0));
        }
    }

    #[test]
    fn faults_name_row_and_column() {
        let file = "Báo cáo;;\nten;Ghi chú;phone\nSở Nội vụ;;1\n;x;2\n";
        let list = read(file.as_bytes(), &COLUMNS).expect("a list");
        let told: Vec<String> = list.faults.iter().map(ToString::to_string).collect();
        let wanted = [
            "Cột “Ghi chú”: Không biết cột này.",
            "Dòng 4, cột “Tên cơ quan”: Chưa điền.",
        ];
        assert_eq!(told, wanted);
        assert_eq!(list.rows.len(), 2);
        let missing = read("Điện thoại\n1\n".as_bytes(), &COLUMNS).expect("a list");
        assert_eq!(
            missing.faults[0].to_string(),
            "Cột “Tên cơ quan”: Thiếu cột này."
        );
    }
}
