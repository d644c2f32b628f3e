//! Lists of tables, keys that may be missing, and values that several sections have.

use toml::de::DeValue;

use super::{Reader, Reading, Table, say};
use crate::calendar::{DayOff, Term};
use crate::{Cited, Source};

impl<'t> Reader<'t> {
    /// Reads every table of `[[key]]` with `reading`, which takes out what it knows; none where the key is missing. Two
    /// tables with the same `unique` key are a fault, and so is what `reading` leaves.
    pub(crate) fn each<T>(
        &mut self,
        parent: &mut Table<'t>,
        key: &str,
        unique: Option<&str>,
        mut reading: impl FnMut(&mut Self, &mut Table<'t>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let path = parent.name(key);
        let Some(value) = parent.take(key) else {
            return Some(Vec::new());
        };
        let line = self.line(value.span().start);
        let DeValue::Array(items) = value.into_inner() else {
            let what = say::tables(&path);
            self.needs(line, path, &what);
            return None;
        };
        let mut all = Vec::new();
        let mut seen: Vec<(String, usize)> = Vec::new();
        let mut sound = true;
        for (at, item) in items.into_iter().enumerate() {
            let line = self.line(item.span().start);
            let path = format!("{path}[{}]", at + 1);
            let DeValue::Table(entries) = item.into_inner() else {
                self.needs(line, path, say::TABLE);
                sound = false;
                continue;
            };
            let mut table = Table::new(path, line, entries);
            if let Some(unique) = unique {
                self.unique(&table, unique, &mut seen);
            }
            let one = reading(self, &mut table);
            self.close(&table);
            match one {
                Some(one) => all.push(one),
                None => sound = false,
            }
        }
        sound.then_some(all)
    }

    /// The same, with at least one table.
    pub(crate) fn each_of_some<T>(
        &mut self,
        parent: &mut Table<'t>,
        key: &str,
        unique: Option<&str>,
        reading: impl FnMut(&mut Self, &mut Table<'t>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let (line, path) = (parent.line, parent.name(key));
        let all = self.each(parent, key, unique, reading)?;
        if all.is_empty() {
            let what = say::at_least_one(&path);
            self.needs(line, path, &what);
            return None;
        }
        Some(all)
    }

    fn unique(&mut self, table: &Table<'t>, key: &str, seen: &mut Vec<(String, usize)>) {
        let Some(value) = table.entries.get(key) else {
            return;
        };
        let Some(text) = value.get_ref().as_str() else {
            return;
        };
        let line = self.line(value.span().start);
        match seen.iter().find(|(known, _)| known == text) {
            Some((_, first)) => {
                self.fault(line, table.name(key), say::twice(text, *first));
            }
            None => seen.push((text.to_owned(), line)),
        }
    }

    /// A value with its source, where the key is there.
    #[expect(clippy::option_option, reason = "outer: readable; inner: there")]
    pub(crate) fn optional_cited<T>(
        &mut self,
        parent: &mut Table<'t>,
        key: &str,
        reading: Reading<T>,
    ) -> Option<Option<Cited<T>>> {
        if parent.has(key) {
            self.cited(parent, key, reading).map(Some)
        } else {
            Some(None)
        }
    }

    /// A value, where the key is there.
    #[expect(clippy::option_option, reason = "outer: readable; inner: there")]
    pub(crate) fn optional<T>(
        &mut self,
        table: &mut Table<'t>,
        key: &str,
        reading: Reading<T>,
    ) -> Option<Option<T>> {
        if table.has(key) {
            self.plain(table, key, reading).map(Some)
        } else {
            Some(None)
        }
    }

    /// The line of a key of a table, or the table's own.
    pub(crate) fn line_of(&self, table: &Table<'t>, key: &str) -> usize {
        table
            .entries
            .get(key)
            .map_or(table.line, |value| self.line(value.span().start))
    }

    /// The words of a text and where they come from; where there is no `text`, the quotation is the text.
    pub(crate) fn saying(&mut self, table: &mut Table<'t>) -> Option<Cited<String>> {
        let text = self.optional(table, "text", super::words);
        let source = self.source(table)?;
        let value = match (text?, &source) {
            (Some(text), _) => text,
            (None, Source::Clause { quote, .. }) => quote.clone(),
            (None, Source::Local) => {
                self.fault(table.line, table.name("text"), say::MISSING);
                return None;
            }
        };
        Some(Cited { value, source })
    }
}

/// A whole number.
pub(crate) fn number(value: &DeValue<'_>) -> Option<u32> {
    let number = value.as_integer()?;
    u32::from_str_radix(number.as_str(), number.radix()).ok()
}

pub(crate) fn yes_or_no(value: &DeValue<'_>) -> Result<bool, &'static str> {
    value.as_bool().ok_or("true hoặc false")
}

/// What becomes of a term that ends on a day off.
pub(crate) fn day_off(value: &DeValue<'_>) -> Result<DayOff, &'static str> {
    match value.as_str() {
        Some("stays") => Ok(DayOff::Stays),
        Some("next working day") => Ok(DayOff::NextWorkingDay),
        _ => Err("\"stays\" hoặc \"next working day\""),
    }
}

/// A term; what is wrong with one is told: nothing to count, too much, or a unit that is none.
pub(crate) fn term(value: &DeValue<'_>) -> Result<Term, &'static str> {
    let what =
        "một thời hạn ít nhất là 1 (\"3 working days\", \"30 days\", \"6 months\", \"1 year\")";
    let text = value.as_str().ok_or(what)?;
    if let Ok(term) = text.parse() {
        return Ok(term);
    }
    let (number, _) = text.trim().split_once(' ').ok_or(what)?;
    match number.parse::<u64>() {
        Ok(0) | Err(_) => Err(what),
        Ok(1..=3660) => Err("một thời hạn tính bằng working days, days, months hoặc years"),
        Ok(_) => Err("một thời hạn nhiều nhất là 3660 (\"30 days\")"),
    }
}

/// A list of texts, none of them empty; at least one.
pub(crate) fn texts(value: &DeValue<'_>) -> Result<Vec<String>, &'static str> {
    let what = "danh sách các chuỗi không rỗng";
    let texts: Result<Vec<String>, _> = value
        .as_array()
        .ok_or(what)?
        .iter()
        .map(|text| super::words(text.get_ref()).map_err(|_| what))
        .collect();
    texts.and_then(|texts| {
        if texts.is_empty() {
            Err(what)
        } else {
            Ok(texts)
        }
    })
}
