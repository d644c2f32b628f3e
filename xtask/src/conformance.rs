//! `docs/CONFORMANCE.md`: regulations from their index of clauses, standards from `docs/sources.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use congvu_regulation::clauses::{self, Clause, Regulation, State as Done};
use serde::Deserialize;

/// One standard and what is done about its parts.
#[derive(Deserialize)]
struct Source {
    title: String,
    #[serde(default)]
    parts: Vec<Part>,
}

/// One part: a section, an extension.
#[derive(Deserialize)]
struct Part {
    part: String,
    state: State,
    #[serde(default)]
    code: String,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum State {
    Yes,
    Partly,
    Planned,
    No,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Partly => "partly",
            Self::Planned => "planned",
            Self::No => "no",
        }
    }
}

/// The whole page.
pub(crate) fn page() -> Result<String> {
    if let Some((file, fault)) = clauses::faults().first() {
        bail!("{file}: {fault}");
    }
    let mut page = String::from(
        "# Conformance\n\nMade from `regulations/clauses/` and `docs/sources.toml` by `cargo xtask docs`; not edited by hand. \
         What is done about each clause and standard, where, and the tests that show it.\n\n",
    );
    summary(&mut page)?;
    for regulation in clauses::regulations() {
        rows(&mut page, regulation)?;
    }
    standards(&mut page)?;
    Ok(page)
}

/// How far each regulation is done, counted in rows that need a test.
fn summary(page: &mut String) -> Result<()> {
    page.push_str("| regulation | yes | partly | planned | rows |\n|---|---|---|---|---|\n");
    let mut line = |name: &str, counts: [usize; 3]| {
        let [yes, partly, planned] = counts;
        let all = yes + partly + planned;
        writeln!(page, "| {name} | {yes} | {partly} | {planned} | {all} |")
    };
    let mut total = [0; 3];
    for regulation in clauses::regulations() {
        let counts = Done::ALL.map(|state| regulation.count(state));
        for (total, count) in total.iter_mut().zip(counts) {
            *total += count;
        }
        let profile = regulation.profile();
        line(&format!("{}: {}", profile.code(), profile.title()), counts)?;
    }
    line("all", total)?;
    page.push_str(
        "\nCounted are rows that the software enforces (E) or has a tool for (T); those that only guide people (G) stand below. \
         `congvu clauses` shows the same.\n",
    );
    Ok(())
}

fn rows(page: &mut String, regulation: &Regulation) -> Result<()> {
    let profile = regulation.profile();
    write!(
        page,
        "\n## {}: {}\n\n{}\n\n| clause | kind | what it says | what the software does | state | where, and tests | note |\n\
         |---|---|---|---|---|---|---|\n",
        profile.code(),
        profile.title(),
        profile.decision()
    )?;
    for clause in regulation.clauses() {
        writeln!(
            page,
            "| {} | {} | {} | {} | {} | {} | {} |",
            clause.name(),
            clause.kind().code(),
            cell(clause.says()),
            cell(clause.does()),
            clause.state().code(),
            places(clause),
            cell(clause.note().unwrap_or_default())
        )?;
    }
    Ok(())
}

/// Code, then tests by file.
fn places(clause: &Clause) -> String {
    let mut lines: Vec<String> = Vec::new();
    if !clause.code().is_empty() {
        lines.push(format!("`{}`", clause.code().join("`, `")));
    }
    let files: BTreeSet<&str> = clause.tests().iter().map(|test| file_of(test).0).collect();
    for file in files {
        let tests: Vec<&str> = clause
            .tests()
            .iter()
            .map(|test| file_of(test))
            .filter(|(of, _)| *of == file)
            .map(|(_, test)| test)
            .collect();
        lines.push(format!("`{file}`: {}", tests.join(", ")));
    }
    lines.join("<br>")
}

fn file_of(test: &str) -> (&str, &str) {
    test.split_once("::").unwrap_or((test, ""))
}

/// A text in a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
        .replace('<', "\\<")
        .replace('*', "\\*")
}

fn standards(page: &mut String) -> Result<()> {
    let text = fs::read_to_string("docs/sources.toml").context("docs/sources.toml")?;
    let sources: BTreeMap<String, Source> = toml::from_str(&text).context("docs/sources.toml")?;
    for (id, source) in &sources {
        write!(
            page,
            "\n## {id}: {}\n\n| part | state | code | note |\n|---|---|---|---|\n",
            source.title
        )?;
        for part in &source.parts {
            for code in part.code.split(", ").filter(|code| !code.is_empty()) {
                if !Path::new(code).exists() {
                    bail!(
                        "docs/sources.toml: {id} {}: {code} does not exist",
                        part.part
                    );
                }
            }
            let code = if part.code.is_empty() {
                String::new()
            } else {
                format!("`{}`", part.code.replace(", ", "`, `"))
            };
            writeln!(
                page,
                "| {} | {} | {code} | {} |",
                part.part,
                part.state.word(),
                part.note
            )?;
        }
    }
    Ok(())
}
