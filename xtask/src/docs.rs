//! Pages made from the code: settings, conformance.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::run::{cargo, output, say};

/// One standard or regulation and what is done about its parts.
#[derive(Deserialize)]
struct Source {
    title: String,
    #[serde(default)]
    parts: Vec<Part>,
}

/// One part: a section, an extension, a clause.
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

pub(crate) fn run(check: bool) -> Result<()> {
    let settings = output(cargo().args([
        "run", "--quiet", "--locked", "--bin", "congvu", "--", "config", "page",
    ]))?;
    let pages = [
        ("docs/SETTINGS.md", format!("{}\n", settings.trim_end())),
        ("docs/CONFORMANCE.md", conformance()?),
    ];
    for (path, page) in pages {
        let present = fs::read_to_string(path).unwrap_or_default();
        if present == page {
            continue;
        }
        if check {
            bail!("{path} is not up to date: run cargo xtask docs");
        }
        fs::write(path, page)?;
        say(&format!("renewed {path}"));
    }
    Ok(())
}

fn conformance() -> Result<String> {
    let text = fs::read_to_string("docs/sources.toml").context("docs/sources.toml")?;
    let sources: BTreeMap<String, Source> = toml::from_str(&text).context("docs/sources.toml")?;
    let mut page = String::from(
        "# Conformance\n\nMade from `docs/sources.toml` by `cargo xtask docs`; not edited by hand. \
         What is done about each standard and clause, and where.\n",
    );
    for (id, source) in &sources {
        write!(
            page,
            "\n## {id}: {}\n\n| part | state | code | note |\n|---|---|---|---|\n",
            source.title
        )?;
        for part in &source.parts {
            for code in part.code.split(", ").filter(|code| !code.is_empty()) {
                if !std::path::Path::new(code).exists() {
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
    Ok(page)
}
