//! The columns that a list has, and its rows read by them.

use std::collections::BTreeMap;

use congvu_regulation::requests::Field;

use super::{Cell, Sheet};
use crate::Fault;
use crate::fold::fold;

/// A column of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name in data: `full-name`.
    pub id: String,
    /// Its name as printed.
    pub label: String,
    /// Other names that people give it.
    pub also: Vec<String>,
    /// Whether it may not be left out.
    pub required: bool,
    /// What goes into it, for the second sheet of an empty list.
    pub help: Option<String>,
}

impl Column {
    /// A column that must be filled in.
    #[must_use]
    pub fn required(id: &str, label: &str) -> Self {
        Self {
            id: id.to_owned(),
            label: label.to_owned(),
            also: Vec::new(),
            required: true,
            help: None,
        }
    }

    /// A column that may be left out.
    #[must_use]
    pub fn optional(id: &str, label: &str) -> Self {
        Self {
            required: false,
            ..Self::required(id, label)
        }
    }

    /// With further names.
    #[must_use]
    pub fn also(mut self, labels: &[&str]) -> Self {
        self.also
            .extend(labels.iter().map(|&label| label.to_owned()));
        self
    }

    /// With a line that says what goes into it.
    #[must_use]
    pub fn help(mut self, text: &str) -> Self {
        self.help = Some(text.to_owned());
        self
    }

    fn is_called(&self, folded: &str) -> bool {
        fold(&self.label) == folded || self.also.iter().any(|label| fold(label) == folded)
    }
}

/// The columns of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// In the order in which they are written.
    pub columns: Vec<Column>,
}

/// Other names for columns of the forms, by the id that the regulations give them.
const ALSO: &[(&str, &[&str])] = &[
    ("full-name", &["Họ tên", "Họ và tên", "Họ tên đầy đủ"]),
    ("title", &["Chức danh", "Chức vụ, chức danh"]),
    (
        "telephone",
        &[
            "Số ĐT",
            "SĐT",
            "Điện thoại",
            "Số điện thoại",
            "ĐT",
            "Di động",
        ],
    ),
    (
        "address",
        &[
            "Địa chỉ thư điện tử",
            "Địa chỉ thư",
            "Thư điện tử",
            "Email",
            "Địa chỉ email",
            "Hộp thư",
        ],
    ),
    (
        "organisation",
        &[
            "Cơ quan, đơn vị",
            "Tên cơ quan, đơn vị",
            "Đơn vị",
            "Cơ quan",
        ],
    ),
    ("subunit", &["Phòng ban", "Phòng, ban", "Phòng", "Bộ phận"]),
    ("account", &["Tài khoản công chức", "Tài khoản"]),
];

impl Columns {
    /// The columns of a table of a form, or the fields of a request.
    #[must_use]
    pub fn of(fields: &[Field]) -> Self {
        let also = |id: &str| {
            ALSO.iter()
                .find(|(of, _)| *of == id)
                .map_or(&[][..], |(_, also)| also)
        };
        let columns = fields.iter().map(|field| Column {
            id: field.id.clone(),
            label: field.label.trim_end_matches(':').to_owned(),
            also: also(&field.id)
                .iter()
                .map(|&label| label.to_owned())
                .collect(),
            required: field.required,
            help: None,
        });
        Self {
            columns: columns.collect(),
        }
    }

    /// How many of these columns the row names.
    pub(super) fn named_in(&self, row: &[Cell]) -> usize {
        let folded: Vec<String> = row.iter().map(|cell| fold(cell.text())).collect();
        self.columns
            .iter()
            .filter(|column| folded.iter().any(|label| column.is_called(label)))
            .count()
    }
}

/// A row of a list, by the ids of its columns; empty cells are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// As Excel numbers it, from 1.
    pub row: u32,
    /// What stands in it.
    pub values: BTreeMap<String, String>,
}

/// Columns that number the rows and say nothing.
const NUMBERS: &[&str] = &["stt", "tt", "sott", "sothutu", "no"];

/// Reads the rows by their columns. All faults are told at once: of the header first, then by row.
#[must_use]
pub fn read(sheet: &Sheet, columns: &Columns) -> (Vec<Record>, Vec<Fault>) {
    let mut faults = Vec::new();
    let mut at: Vec<Option<&Column>> = Vec::new();
    for (place, cell) in sheet.header.iter().enumerate() {
        let label = cell.text();
        let folded = fold(label);
        let column = columns
            .columns
            .iter()
            .find(|column| column.is_called(&folded));
        let known = column.is_some() || NUMBERS.contains(&folded.as_str());
        if let Some(twice) = column.filter(|column| at.contains(&Some(column))) {
            faults.push(Fault::of(&twice.label, "Cột này có hai lần."));
            at.push(None);
            continue;
        }
        if !known && (!folded.is_empty() || has_text(sheet, place)) {
            let name = if label.is_empty() {
                super::letters(place)
            } else {
                label.to_owned()
            };
            faults.push(Fault::of(&name, "Không biết cột này."));
        }
        at.push(column);
    }
    for column in columns.columns.iter().filter(|column| column.required) {
        if !at.contains(&Some(column)) {
            faults.push(Fault::of(&column.label, "Thiếu cột này."));
        }
    }
    let mut records = Vec::new();
    for row in &sheet.rows {
        let mut values = BTreeMap::new();
        let mut wrong = Vec::new();
        let mut broken = false;
        let mut cells = row.cells.iter();
        for column in &at {
            let cell = cells.next().unwrap_or(&Cell::Empty);
            let Some(column) = column else { continue };
            match cell {
                Cell::Empty if column.required => {
                    wrong.push(Fault::at(row.number, &column.label, "Chưa điền."));
                }
                Cell::Empty => {}
                Cell::Error(error) => {
                    broken = true;
                    let what = format!("Công thức trong ô bị lỗi ({error}).");
                    wrong.push(Fault::at(row.number, &column.label, what));
                }
                Cell::Text(text) => {
                    values.insert(column.id.clone(), text.clone());
                }
            }
        }
        // Numbered beforehand and not filled in, or a note outside the columns.
        if values.is_empty() && !broken {
            continue;
        }
        faults.append(&mut wrong);
        records.push(Record {
            row: row.number,
            values,
        });
    }
    if records.is_empty() {
        faults.push(Fault::whole("Danh sách không có dòng nào."));
    }
    (records, faults)
}

fn has_text(sheet: &Sheet, place: usize) -> bool {
    sheet.rows.iter().any(|row| {
        row.cells
            .get(place)
            .is_some_and(|cell| *cell != Cell::Empty)
    })
}
