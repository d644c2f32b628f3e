//! Reports: what a regulation asks to be told, made from the data of all mailboxes as they stood at the end of a day, so that
//! a report of a past time can be made again and comes out the same.
//!
//! What was made is kept and is the truth from then on; [`remake`] compares. What a profile asks for and when is its
//! `[[report]]`; what stands in a report follows from its id there ([`Content`]).

mod ask;
mod content;
mod due;
mod duties;
mod hand_in;
mod lists;
mod make;
mod numbers;
mod shape;
mod statistics;
mod survey;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use ask::{Known, ask, known};
pub use content::{Content, Scope};
pub use due::{DueReport, due, remind};
pub use duties::{categories, checking};
pub use hand_in::{Report, accept, get, hand_back, of_place, submit, sum_up, to_send};
pub use make::{MadeNow, Remade, make_due, refresh, remake};
pub use statistics::{Statistic, measure, overdue, statistics};

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name, which never changes.
    pub id: String,
    /// Its heading.
    pub label: String,
    /// It holds numbers.
    pub number: bool,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name, which never changes.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows: as many cells as columns; days as people write them, numbers in decimal.
    pub rows: Vec<Vec<String>>,
    /// Its last row is the sum of those before it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub total: bool,
}

impl Table {
    /// An empty table: columns by name and heading, those that hold numbers with `#` before the heading.
    fn new(id: &str, title: &str, columns: &[(&str, &str)]) -> Self {
        let columns = columns.iter().map(|(id, label)| Column {
            id: (*id).to_owned(),
            label: label.trim_start_matches('#').to_owned(),
            number: label.starts_with('#'),
        });
        Self {
            id: id.to_owned(),
            title: title.to_owned(),
            columns: columns.collect(),
            rows: Vec::new(),
            total: false,
        }
    }

    /// Adds the sums of its columns of numbers, where there are several rows.
    fn sum_up(&mut self) {
        if self.rows.len() < 2 || self.total {
            return;
        }
        let sum = |at: usize| -> i64 {
            let cells = self.rows.iter().filter_map(|row| row.get(at));
            cells.filter_map(|cell| cell.parse::<i64>().ok()).sum()
        };
        let cells = self
            .columns
            .iter()
            .enumerate()
            .map(|(at, column)| match (at, column.number) {
                (0, _) => "Tổng cộng".to_owned(),
                (_, true) => sum(at).to_string(),
                (_, false) => String::new(),
            });
        self.rows.push(cells.collect());
        self.total = true;
    }

    /// The cells of a column, by its name.
    #[must_use]
    pub fn column(&self, id: &str) -> Vec<&str> {
        let Some(at) = self.columns.iter().position(|column| column.id == id) else {
            return Vec::new();
        };
        let cells = self.rows.iter().filter_map(|row| row.get(at));
        cells.map(String::as_str).collect()
    }
}

/// One number of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// Its name, which never changes.
    pub id: String,
    /// What it counts.
    pub label: String,
    /// How many.
    pub value: i64,
}

/// What stands in a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Its name in the profile.
    pub report: String,
    /// What it is called.
    pub title: String,
    /// The profile that asks for it.
    pub profile: String,
    /// The clause that does; empty where nobody's does.
    pub clause: String,
    /// Whose it is.
    pub organisation: String,
    /// Whom it goes to.
    pub to: String,
    /// What it is about: "quý I/2026".
    pub period: String,
    /// The first day of its data, `2026-01-01`.
    pub from: String,
    /// The last day of its data.
    pub until: String,
    /// The form it is printed on.
    pub form: Option<String>,
    /// What is filled in on that form, by the ids of its fields.
    pub fields: BTreeMap<String, String>,
    /// Its numbers.
    pub sums: Vec<Sum>,
    /// Its tables.
    pub tables: Vec<Table>,
}

impl Made {
    /// A number by its name.
    #[must_use]
    pub fn sum(&self, id: &str) -> Option<i64> {
        let sum = self.sums.iter().find(|sum| sum.id == id)?;
        Some(sum.value)
    }

    /// A table by its name.
    #[must_use]
    pub fn table(&self, id: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.id == id)
    }
}
