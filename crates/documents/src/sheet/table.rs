//! A table to be written: as XLSX, as CSV, in a PDF.

use serde::{Deserialize, Serialize};

/// Where the text of a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Align {
    /// Texts.
    #[default]
    Left,
    /// Dates, short codes, "STT".
    Center,
    /// Numbers.
    Right,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableColumn {
    /// Its name as printed.
    pub label: String,
    /// Where its text stands.
    #[serde(default)]
    pub align: Align,
    /// Its share of the page's width against the other columns'; from the texts where it is `None`.
    #[serde(default)]
    pub width: Option<u16>,
}

impl TableColumn {
    /// A column of texts.
    #[must_use]
    pub fn left(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            align: Align::Left,
            width: None,
        }
    }

    /// A column of short texts of one length.
    #[must_use]
    pub fn center(label: &str) -> Self {
        Self {
            align: Align::Center,
            ..Self::left(label)
        }
    }

    /// A column of numbers.
    #[must_use]
    pub fn right(label: &str) -> Self {
        Self {
            align: Align::Right,
            ..Self::left(label)
        }
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Table {
    /// What stands above it; the sheet's name in XLSX.
    pub title: String,
    /// A line above its title, as some forms print one.
    #[serde(default)]
    pub heading: Option<String>,
    /// Whether the first column is "STT", counted from 1, not among `columns`.
    #[serde(default)]
    pub numbered: bool,
    /// Its columns.
    pub columns: Vec<TableColumn>,
    /// Its rows; a short row is filled with empty cells, what is too long is left out.
    pub rows: Vec<Vec<String>>,
    /// The last row, in bold: sums.
    #[serde(default)]
    pub total: Option<Vec<String>>,
}

/// The first column's name.
pub(crate) const NUMBER: &str = "STT";

impl Table {
    /// The columns with "STT", where the table is numbered.
    pub(crate) fn all_columns(&self) -> Vec<TableColumn> {
        let number = self.numbered.then(|| TableColumn::center(NUMBER));
        number
            .into_iter()
            .chain(self.columns.iter().cloned())
            .collect()
    }

    /// The rows as long as the columns, with their numbers; then the total.
    pub(crate) fn all_rows(&self) -> impl Iterator<Item = Vec<&str>> {
        let numbers = std::iter::repeat_n("", usize::from(self.numbered));
        let total = self.total.iter();
        self.rows.iter().chain(total).map(move |row| {
            let cells = row.iter().map(String::as_str).chain(std::iter::repeat(""));
            numbers
                .clone()
                .chain(cells.take(self.columns.len()))
                .collect()
        })
    }

    /// The number in "STT" of the row at this place.
    pub(crate) fn number(&self, at: usize) -> Option<String> {
        (self.numbered && at < self.rows.len()).then(|| (at + 1).to_string())
    }

    /// For each column how many characters its texts and its label's words are long: what the widths are made from.
    pub(crate) fn lengths(&self) -> Vec<Length> {
        let mut lengths: Vec<Length> = self
            .all_columns()
            .iter()
            .map(|column| Length {
                label: column.label.chars().count(),
                word: column
                    .label
                    .split_whitespace()
                    .map(|word| word.chars().count())
                    .max()
                    .unwrap_or(1),
                ..Length::default()
            })
            .collect();
        for (at, row) in self.all_rows().enumerate() {
            let number = self.number(at).map_or(0, |number| number.len());
            for (place, (length, text)) in lengths.iter_mut().zip(&row).enumerate() {
                let first = if place == 0 { number } else { 0 };
                let longest = text.lines().map(|line| line.chars().count()).max();
                length.text = length.text.max(longest.unwrap_or(0)).max(first);
                let word = text
                    .split_whitespace()
                    .map(|word| word.chars().count())
                    .max();
                length.word = length.word.max(word.unwrap_or(0)).max(first);
            }
        }
        lengths
    }
}

/// How long a column's texts are, in characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Length {
    /// Its label.
    pub(crate) label: usize,
    /// The longest line of its cells.
    pub(crate) text: usize,
    /// The longest word, of its label too.
    pub(crate) word: usize,
}
