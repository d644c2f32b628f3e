//! Lists with columns, whatever file they came from: rows of values, and what is wrong with them.

use std::collections::BTreeMap;

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// What values are kept under; never changes.
    pub id: &'static str,
    /// Its heading.
    pub label: &'static str,
    /// Other headings that are read as this one; capitals and marks do not matter.
    pub accepts: &'static [&'static str],
    /// Each row needs a value.
    pub required: bool,
}

impl Column {
    /// Whether a heading is this column's, without regard to capitals, marks and spaces.
    #[must_use]
    pub fn is(&self, heading: &str) -> bool {
        let fold = congvu_regulation::naming::fold;
        let wanted = fold(heading);
        self.id == heading.trim()
            || std::iter::once(&self.label)
                .chain(self.accepts)
                .any(|label| fold(label) == wanted)
    }
}

/// A row; empty cells are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Its number as people see it in their file.
    pub number: u32,
    /// Values by the ids of the columns.
    pub values: BTreeMap<&'static str, String>,
}

impl Row {
    /// A value without white space around it; `None` where the cell is empty.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&str> {
        let value = self.values.get(id)?.trim();
        (!value.is_empty()).then_some(value)
    }

    /// Sets a value; an empty one is left out.
    #[must_use]
    pub fn with(mut self, id: &'static str, value: impl AsRef<str>) -> Self {
        let value = value.as_ref().trim();
        if !value.is_empty() {
            self.values.insert(id, value.to_owned());
        }
        self
    }
}

/// Something wrong with a list, for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The number of the row; 0 for the list as a whole.
    pub row: u32,
    /// The heading of the column, or empty for the row as a whole.
    pub column: &'static str,
    /// What is wrong, as a Vietnamese sentence.
    pub what: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.row, self.column) {
            (0, _) => f.write_str(&self.what),
            (row, "") => write!(f, "Dòng {row}: {}", self.what),
            (row, column) => write!(f, "Dòng {row}, cột “{column}”: {}", self.what),
        }
    }
}
