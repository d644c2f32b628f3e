//! Two profiles side by side.

use std::collections::BTreeMap;

use crate::{Row, Section};

/// One value of two profiles; one of them may have none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair<'r> {
    /// The section it stands in.
    pub section: &'static str,
    /// The key in the file.
    pub key: &'r str,
    /// What it is called.
    pub label: &'r str,
    /// The first one's.
    pub one: Option<&'r Row>,
    /// The other one's.
    pub other: Option<&'r Row>,
}

impl Pair<'_> {
    /// Whether they differ in what they say.
    #[must_use]
    pub fn differs(&self) -> bool {
        let value = |row: Option<&Row>| row.map(|row| row.value.clone());
        value(self.one) != value(self.other)
    }
}

fn by_key(sections: &[Section]) -> BTreeMap<&str, &Row> {
    sections
        .iter()
        .flat_map(|section| &section.rows)
        .map(|row| (row.key.as_str(), row))
        .collect()
}

/// All values of two profiles, section by section: in the order of the first; what only the other has stands in the section it
/// stands in there.
#[must_use]
pub fn compare<'r>(first: &'r [Section], second: &'r [Section]) -> Vec<Pair<'r>> {
    let (mine, theirs) = (by_key(first), by_key(second));
    let mut pairs = Vec::new();
    let mut push = |section, one: Option<&'r Row>, other: Option<&'r Row>| {
        if let Some(row) = one.or(other) {
            pairs.push(Pair {
                section,
                key: &row.key,
                label: &row.label,
                one,
                other,
            });
        }
    };
    let only = |section: &'r Section| {
        let rows = section.rows.iter();
        rows.filter(|row| !mine.contains_key(row.key.as_str()))
    };
    for section in first {
        for row in &section.rows {
            push(
                section.title,
                Some(row),
                theirs.get(row.key.as_str()).copied(),
            );
        }
        let same = second.iter().filter(|other| other.title == section.title);
        for row in same.flat_map(only) {
            push(section.title, None, Some(row));
        }
    }
    for section in second {
        if first.iter().all(|own| own.title != section.title) {
            for row in only(section) {
                push(section.title, None, Some(row));
            }
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_both_stands_once() {
        let sections = |id| crate::profile(id).unwrap().sections();
        let (first, second) = (sections("quang-ninh"), sections("son-la"));
        let pairs = compare(&first, &second);
        for (sections, which) in [(&first, 0), (&second, 1)] {
            for row in sections.iter().flat_map(|section| &section.rows) {
                let found = pairs.iter().filter(|pair| pair.key == row.key);
                let found = found.filter(|pair| [pair.one, pair.other][which].is_some());
                assert_eq!(found.count(), 1, "{}", row.key);
            }
        }
        assert!(pairs.iter().any(|pair| !pair.differs()) && pairs.iter().any(Pair::differs));
        assert!(compare(&first, &first).iter().all(|pair| !pair.differs()));
    }
}
