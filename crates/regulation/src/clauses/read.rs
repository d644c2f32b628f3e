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
        let clauses = reader.each_of_some(top, "clause", None, |reader, table| {
            one(reader, table, code)
        })?;
        once(reader, &clauses, &also, &shared);
        Some(Rows { clauses, also })
    })
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
                "cần tệp::hàm (\"tests/large.rs::too_large\")",
            );
        }
    }
    let (kind, state) = (kind?, state?);
    if state == State::Planned && !(places.is_empty() && tests.is_empty()) {
        reader.fault(
            line,
            table.name("state"),
            "cần \"partly\": việc dự kiến thì chưa có mã và kiểm thử",
        );
    }
    if state != State::Planned && places.is_empty() {
        reader.fault(line, table.name("code"), "cần nơi đã làm");
    }
    if state == State::Yes && kind.needs_test() && tests.is_empty() {
        reader.fault(
            line,
            table.name("tests"),
            "cần ít nhất một kiểm thử, hoặc \"partly\"",
        );
    }
    if state == State::Partly && note.is_none() {
        reader.fault(line, table.name("note"), "cần nói còn thiếu gì");
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
    let expected = "cần một danh sách chữ";
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
        reader.fault(line, path.clone(), "cần ít nhất một");
    }
    let mut texts = Vec::new();
    for item in items {
        let line = reader.line(item.span().start);
        match words(item.get_ref()) {
            Ok(text) => texts.push((line, text)),
            Err(expected) => reader.needs(line, path.clone(), expected),
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
                format!("cần điều khoản của {code}, mỗi điều một lần"),
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
            let expected = format!("{id} đã có một dòng (hoặc ghi vào `shared`)");
            reader.fault(line, "clause".to_owned(), expected);
        }
        if also.contains(id) {
            reader.fault(1, "also".to_owned(), format!("{id} đã có một dòng"));
        }
    }
    for id in shared {
        if rows.get(id).is_none_or(|lines| lines.len() < 2) {
            let expected = format!("{id} không có nhiều dòng");
            reader.fault(1, "shared".to_owned(), expected);
        }
    }
}

fn sentence(value: &DeValue<'_>) -> Result<String, &'static str> {
    words(value).and_then(|text| {
        if text.contains(['\n', '\r']) {
            Err("chữ trên một dòng")
        } else {
            Ok(text)
        }
    })
}

fn kind(value: &DeValue<'_>) -> Result<Kind, &'static str> {
    let text = value.as_str();
    let found = Kind::ALL.into_iter().find(|kind| text == Some(kind.code()));
    found.ok_or("\"E\", \"T\", \"E/T\", \"G/E\" hoặc \"G\"")
}

fn state(value: &DeValue<'_>) -> Result<State, &'static str> {
    let text = value.as_str();
    let found = State::ALL
        .into_iter()
        .find(|state| text == Some(state.code()));
    found.ok_or("\"yes\", \"partly\" hoặc \"planned\"")
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
                "dòng 1: clause[1].does: thiếu khóa này",
                "dòng 2: clause[1].ids: cần điều khoản của SL, mỗi điều một lần",
                "dòng 3: clause[1].ids: “SL.x” không phải là mã điều khoản (dạng QN.7.1.đ)",
                "dòng 4: clause[1].kind: cần \"E\", \"T\", \"E/T\", \"G/E\" hoặc \"G\"",
                "dòng 5: clause[1].says: cần một chuỗi không rỗng",
                "dòng 7: clause[1].more: không có khóa này",
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
            &["dòng 1: clause[1].tests: cần ít nhất một kiểm thử, hoặc \"partly\""],
        );
        check(
            &row(
                "\"SL.1\"",
                "kind = \"G\"\nstate = \"partly\"\ncode = [\"x\"]",
            ),
            &["dòng 1: clause[1].note: cần nói còn thiếu gì"],
        );
        check(
            &row(
                "\"SL.1\"",
                "kind = \"T\"\nstate = \"planned\"\ntests = [\"tests/x.rs::y\", \"y\"]",
            ),
            &[
                "dòng 1: clause[1].state: cần \"partly\": việc dự kiến thì chưa có mã và kiểm thử",
                "dòng 7: clause[1].tests: cần tệp::hàm (\"tests/large.rs::too_large\")",
            ],
        );
        let planned = "kind = \"T\"\nstate = \"planned\"";
        let twice = row("\"SL.1\"", planned) + &row("\"SL.2\", \"SL.1\"", planned);
        check(
            &twice,
            &["dòng 7: clause: SL.1 đã có một dòng (hoặc ghi vào `shared`)"],
        );
        assert!(rows(&format!("shared = [\"SL.1\"]\n{twice}"), "SL").is_ok());
        check(
            &format!(
                "shared = [\"SL.2\"]\nalso = [\"SL.1\"]\n{}",
                row("\"SL.1\"", planned)
            ),
            &[
                "dòng 1: also: SL.1 đã có một dòng",
                "dòng 1: shared: SL.2 không có nhiều dòng",
            ],
        );
    }
}
