//! From a file of `regulations/clauses/` to its rows, with every fault at once.

use std::collections::BTreeMap;
use std::str::FromStr;

use toml::de::DeValue;

use super::entry::{Clause, Kind, State};
use crate::read::{Reader, Table, parse_file, words};
use crate::{ClauseId, Fault};

/// What a file holds.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) clauses: Vec<Clause>,
    /// Clauses that are cited and have no row.
    pub(super) also: Vec<ClauseId>,
}

/// Reads the file of the regulation with this code.
pub(super) fn rows(text: &str, code: &str) -> Result<Rows, Vec<Fault>> {
    parse_file(text, |reader, top| {
        let also = texts(reader, top, "also", false);
        let also = ids(reader, "also", also, code);
        let shared = texts(reader, top, "shared", false);
        let shared = ids(reader, "shared", shared, code);
        let mut clauses = Vec::new();
        for mut table in tables(reader, top) {
            clauses.extend(one(reader, &mut table, code));
            reader.close(&table);
        }
        once(reader, &clauses, &also, &shared);
        Some(Rows { clauses, also })
    })
}

/// The tables `[[clause]]`.
fn tables<'t>(reader: &mut Reader<'t>, top: &mut Table<'t>) -> Vec<Table<'t>> {
    let expected = "at least one [[clause]]";
    let Some(value) = top.take("clause") else {
        reader.fault(1, "clause".to_owned(), expected);
        return Vec::new();
    };
    let line = reader.line(value.span().start);
    let DeValue::Array(items) = value.into_inner() else {
        reader.fault(line, "clause".to_owned(), expected);
        return Vec::new();
    };
    let mut tables = Vec::new();
    for (at, item) in items.into_iter().enumerate() {
        let line = reader.line(item.span().start);
        let path = format!("clause[{}]", at + 1);
        match item.into_inner() {
            DeValue::Table(entries) => tables.push(Table {
                path,
                line,
                entries,
            }),
            _ => reader.fault(line, path, "a table"),
        }
    }
    tables
}

fn one<'t>(reader: &mut Reader<'t>, table: &mut Table<'t>, code: &str) -> Option<Clause> {
    let line = table.line;
    let named = texts(reader, table, "ids", true);
    let ids = ids(reader, &table.name("ids"), named, code);
    let kind = reader.plain(table, "kind", kind);
    let says = reader.plain(table, "says", sentence);
    let does = reader.plain(table, "does", sentence);
    let state = reader.plain(table, "state", state);
    let places = texts(reader, table, "code", false);
    let tests = texts(reader, table, "tests", false);
    let note = if table.entries.contains_key("note") {
        Some(reader.plain(table, "note", sentence)?)
    } else {
        None
    };
    for (line, test) in &tests {
        if !test.contains(".rs::") {
            reader.fault(
                *line,
                table.name("tests"),
                "path::function (\"tests/large.rs::too_large\")",
            );
        }
    }
    let (kind, state) = (kind?, state?);
    if state == State::Planned && !(places.is_empty() && tests.is_empty()) {
        reader.fault(
            line,
            table.name("state"),
            "\"partly\": what is planned has no code and no tests",
        );
    }
    if state != State::Planned && places.is_empty() {
        reader.fault(line, table.name("code"), "where it is done");
    }
    if state == State::Yes && kind.needs_test() && tests.is_empty() {
        reader.fault(
            line,
            table.name("tests"),
            "at least one test, or \"partly\"",
        );
    }
    if state == State::Partly && note.is_none() {
        reader.fault(line, table.name("note"), "what is missing");
    }
    Some(Clause {
        line,
        ids,
        kind,
        says: says?,
        does: does?,
        state,
        code: places.into_iter().map(|(_, text)| text).collect(),
        tests: tests.into_iter().map(|(_, text)| text).collect(),
        note,
    })
}

/// A list of texts with their lines.
fn texts<'t>(
    reader: &mut Reader<'t>,
    table: &mut Table<'t>,
    key: &str,
    needed: bool,
) -> Vec<(usize, String)> {
    let path = table.name(key);
    let expected = "a list of texts";
    let Some(value) = table.take(key) else {
        if needed {
            reader.fault(table.line, path, expected);
        }
        return Vec::new();
    };
    let line = reader.line(value.span().start);
    let DeValue::Array(items) = value.into_inner() else {
        reader.fault(line, path, expected);
        return Vec::new();
    };
    if items.is_empty() && needed {
        reader.fault(line, path.clone(), "at least one");
    }
    let mut texts = Vec::new();
    for item in items {
        let line = reader.line(item.span().start);
        match words(item.get_ref()) {
            Ok(text) => texts.push((line, text)),
            Err(expected) => reader.fault(line, path.clone(), expected),
        }
    }
    texts
}

fn ids(
    reader: &mut Reader<'_>,
    path: &str,
    texts: Vec<(usize, String)>,
    code: &str,
) -> Vec<ClauseId> {
    let mut ids: Vec<ClauseId> = Vec::new();
    for (line, text) in texts {
        match ClauseId::from_str(&text) {
            Ok(id) if id.regulation() == code && !ids.contains(&id) => ids.push(id),
            Ok(_) => reader.fault(
                line,
                path.to_owned(),
                format!("clauses of {code}, each once"),
            ),
            Err(bad) => reader.fault(line, path.to_owned(), bad.to_string()),
        }
    }
    ids
}

/// A clause has one row, those that are `shared` have several, those in `also` none.
fn once(reader: &mut Reader<'_>, clauses: &[Clause], also: &[ClauseId], shared: &[ClauseId]) {
    let mut rows: BTreeMap<&ClauseId, Vec<usize>> = BTreeMap::new();
    for clause in clauses {
        for id in &clause.ids {
            rows.entry(id).or_default().push(clause.line);
        }
    }
    for (id, lines) in &rows {
        let line = lines.last().copied().unwrap_or(1);
        if lines.len() > 1 && !shared.contains(id) {
            let expected = format!("{id} once; it has a row already (or name it in `shared`)");
            reader.fault(line, "clause".to_owned(), expected);
        }
        if also.contains(id) {
            reader.fault(1, "also".to_owned(), format!("no {id}: it has a row"));
        }
    }
    for id in shared {
        if rows.get(id).is_none_or(|lines| lines.len() < 2) {
            let expected = format!("no {id}: it has not several rows");
            reader.fault(1, "shared".to_owned(), expected);
        }
    }
}

fn sentence(value: &DeValue<'_>) -> Result<String, &'static str> {
    words(value).and_then(|text| {
        if text.contains(['\n', '\r']) {
            Err("a text of one line")
        } else {
            Ok(text)
        }
    })
}

fn kind(value: &DeValue<'_>) -> Result<Kind, &'static str> {
    let text = value.as_str();
    let found = Kind::ALL.into_iter().find(|kind| text == Some(kind.code()));
    found.ok_or("\"E\", \"T\", \"E/T\", \"G/E\" or \"G\"")
}

fn state(value: &DeValue<'_>) -> Result<State, &'static str> {
    let text = value.as_str();
    let found = State::ALL
        .into_iter()
        .find(|state| text == Some(state.code()));
    found.ok_or("\"yes\", \"partly\" or \"planned\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let faults = rows(text, "SL").map(drop).expect_err(text);
        let shown: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn all_faults_by_line() {
        check(
            "[[clause]]\nids = [\"SL.5.1\", \"QN.1\",\n  \"SL.x\"]\nkind = \"X\"\nsays = \"\"\nstate = \"yes\"\nmore = 1\n",
            &[
                "line 1: clause[1].does: expected this key",
                "line 2: clause[1].ids: expected clauses of SL, each once",
                "line 3: clause[1].ids: expected `SL.x` is not the name of a clause (such as QN.7.1.đ)",
                "line 4: clause[1].kind: expected \"E\", \"T\", \"E/T\", \"G/E\" or \"G\"",
                "line 5: clause[1].says: expected a text that is not empty",
                "line 7: clause[1].more: expected no such key",
            ],
        );
    }

    #[test]
    fn the_state_fits_what_there_is() {
        let row = |ids: &str, more: &str| {
            format!("[[clause]]\nids = [{ids}]\nsays = \"x\"\ndoes = \"x\"\n{more}\n")
        };
        check(
            &row("\"SL.1\"", "kind = \"E\"\nstate = \"yes\"\ncode = [\"x\"]"),
            &["line 1: clause[1].tests: expected at least one test, or \"partly\""],
        );
        check(
            &row(
                "\"SL.1\"",
                "kind = \"G\"\nstate = \"partly\"\ncode = [\"x\"]",
            ),
            &["line 1: clause[1].note: expected what is missing"],
        );
        check(
            &row(
                "\"SL.1\"",
                "kind = \"T\"\nstate = \"planned\"\ntests = [\"tests/x.rs::y\", \"y\"]",
            ),
            &[
                "line 1: clause[1].state: expected \"partly\": what is planned has no code and no tests",
                "line 7: clause[1].tests: expected path::function (\"tests/large.rs::too_large\")",
            ],
        );
        let planned = "kind = \"T\"\nstate = \"planned\"";
        let twice = row("\"SL.1\"", planned) + &row("\"SL.2\", \"SL.1\"", planned);
        check(
            &twice,
            &["line 7: clause: expected SL.1 once; it has a row already (or name it in `shared`)"],
        );
        assert!(rows(&format!("shared = [\"SL.1\"]\n{twice}"), "SL").is_ok());
        check(
            &format!(
                "shared = [\"SL.2\"]\nalso = [\"SL.1\"]\n{}",
                row("\"SL.1\"", planned)
            ),
            &[
                "line 1: also: expected no SL.1: it has a row",
                "line 1: shared: expected no SL.2: it has not several rows",
            ],
        );
    }
}
