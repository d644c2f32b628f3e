//! The index of clauses cannot lie: what it names exists, tests name their clauses, and the index names its tests.

mod functions;
mod names;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use congvu_regulation::ClauseId;
use congvu_regulation::clauses::{self, Clause, Regulation};

use functions::Function;
use names::Names;
pub(crate) use names::cited;

/// The functions of each source file.
type Files = BTreeMap<String, Vec<Function>>;

pub(crate) fn check(wrong: &mut Vec<String>) -> Result<()> {
    for (file, fault) in clauses::faults() {
        wrong.push(format!(
            "{file}:{}: {}: expected {}",
            fault.line, fault.key, fault.text
        ));
    }
    let mut files = Files::new();
    for dir in ["crates", "tests", "xtask"] {
        for path in crate::tidy::sources(Path::new(dir))? {
            let shown = path.display().to_string();
            let text = fs::read_to_string(&path).with_context(|| shown.clone())?;
            // Its tests try names of clauses.
            if !shown.starts_with("xtask/src/clauses") {
                files.insert(shown, functions::functions(&text));
            }
        }
    }
    let names = Names::new(clauses::known());
    for regulation in clauses::regulations() {
        for clause in regulation.clauses() {
            let place = place(regulation, clause);
            for path in clause
                .code()
                .iter()
                .filter(|path| !Path::new(path).exists())
            {
                wrong.push(format!("{place}: {path} does not exist"));
            }
            for test in clause.tests() {
                check_test(clause, test, &place, &files, &names, wrong);
            }
        }
    }
    for (path, functions) in &files {
        for function in functions.iter().filter(|function| function.is_test) {
            check_function(path, function, &names, wrong);
        }
    }
    Ok(())
}

/// A test of the index is one, and names the clause: in its name, its comments or its text.
fn check_test(
    clause: &Clause,
    test: &str,
    place: &str,
    files: &Files,
    names: &Names,
    wrong: &mut Vec<String>,
) {
    let mut same = test
        .split_once("::")
        .and_then(|(path, name)| Some((files.get(path)?, name)))
        .into_iter()
        .flat_map(|(functions, name)| {
            let is_it = move |one: &&Function| one.is_test && one.name == name;
            functions.iter().filter(is_it)
        })
        .peekable();
    if same.peek().is_none() {
        wrong.push(format!("{place}: {test} is not a test"));
        return;
    }
    let names_it = |function: &Function| {
        let cited = cited(&function.text);
        let cited = cited.iter().filter_map(|id| id.parse::<ClauseId>().ok());
        let named = names.of(&function.name).clauses;
        named.into_iter().chain(cited).any(|id| is_of(&id, clause))
    };
    if !same.any(names_it) {
        wrong.push(format!(
            "{place}: {test} does not name the clause: add it to the test's name or comment"
        ));
    }
}

/// A test that is called after a clause stands in its row.
fn check_function(path: &str, function: &Function, names: &Names, wrong: &mut Vec<String>) {
    let (name, line) = (&function.name, function.line);
    let named = names.of(name);
    for unknown in &named.unknown {
        wrong.push(format!(
            "{path}:{line}: {name}: no clause of the index is spelled {unknown}"
        ));
    }
    let test = format!("{path}::{name}");
    for id in &named.clauses {
        let rows = clauses::find(id);
        if rows.is_empty() || rows.iter().any(|row| row.tests().contains(&test)) {
            continue;
        }
        let places: Vec<String> = clauses::regulations()
            .flat_map(|one| one.clauses().iter().map(move |clause| (one, clause)))
            .filter(|(_, clause)| is_of(id, clause))
            .map(|(one, clause)| place(one, clause))
            .collect();
        wrong.push(format!(
            "{path}:{line}: add \"{test}\" to the tests of {}",
            places.join(" or of ")
        ));
    }
}

/// Whether this row tells of the clause.
fn is_of(id: &ClauseId, clause: &Clause) -> bool {
    clauses::find(id)
        .into_iter()
        .any(|row| std::ptr::eq(row, clause))
}

fn place(regulation: &Regulation, clause: &Clause) -> String {
    let (file, line) = (regulation.file(), clause.line());
    format!("{file}:{line}: {}", clause.name())
}
