//! `congvu profile`: checking, reading and comparing what a regulation sets.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow, bail};
use congvu_regulation::{Origin, Profile, Row, Section, Source};
use serde::Serialize;

use crate::cli::ProfileCommand;
use crate::console::{self, Columns};

pub(super) fn run(command: &ProfileCommand) -> Result<ExitCode> {
    match command {
        ProfileCommand::List => list(),
        ProfileCommand::Check { file } => return check(file),
        ProfileCommand::Show {
            profile,
            quotes,
            json,
        } => show(load(profile)?.as_ref(), *quotes, *json)?,
        ProfileCommand::Diff {
            one,
            other,
            all,
            json,
        } => diff(load(one)?.as_ref(), load(other)?.as_ref(), *all, *json)?,
        ProfileCommand::Schema { overlay } => schema(*overlay),
    }
    Ok(ExitCode::SUCCESS)
}

/// A profile by its name or its code, or from a file.
pub(super) fn load(name: &str) -> Result<Cow<'static, Profile>> {
    let known = congvu_regulation::profiles()
        .find(|profile| profile.id() == name || profile.code().eq_ignore_ascii_case(name));
    if let Some(profile) = known {
        return Ok(Cow::Borrowed(profile));
    }
    if !name.ends_with(".toml") {
        let known: Vec<&str> = congvu_regulation::profiles().map(Profile::id).collect();
        bail!("không có quy chế {name}; có: {}", known.join(", "));
    }
    let profile = Profile::parse(&read(name)?).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        anyhow!("{name}:\n{}", faults.join("\n"))
    })?;
    Ok(Cow::Owned(profile))
}

fn read(name: &str) -> Result<String> {
    std::fs::read_to_string(name).with_context(|| format!("không đọc được {name}"))
}

fn list() {
    for profile in congvu_regulation::profiles() {
        console::line(&format!(
            "{}\t{}\t{}\n\t\t{}",
            profile.id(),
            profile.code(),
            profile.title(),
            profile.decision()
        ));
    }
}

/// Every fault at once; a clean file is told too.
fn check(file: &str) -> Result<ExitCode> {
    match Profile::parse(&read(file)?) {
        Ok(profile) => {
            let values: usize = profile
                .sections()
                .iter()
                .map(|section| section.rows.len())
                .sum();
            console::line(&format!(
                "{file}: đúng; {} ({}), {values} giá trị",
                profile.title(),
                profile.code()
            ));
            Ok(ExitCode::SUCCESS)
        }
        Err(faults) => {
            for fault in &faults {
                console::line(&format!("{file}: {fault}"));
            }
            console::error(&format!("{} lỗi", faults.len()));
            Ok(ExitCode::FAILURE)
        }
    }
}

fn show(profile: &Profile, quotes: bool, json: bool) -> Result<()> {
    let sections = profile.sections();
    if json {
        let shown: Vec<ShownSection<'_>> = sections.iter().map(ShownSection::of).collect();
        console::line(&serde_json::to_string_pretty(&shown)?);
        return Ok(());
    }
    console::line(&format!("{}\n{}", profile.title(), profile.decision()));
    let columns = Columns::new(&[30, 50, 20]);
    for section in &sections {
        console::line(&format!("\n{}", section.title.to_uppercase()));
        for row in &section.rows {
            let mut value = row.value.clone();
            if quotes && let Some(quote) = quote(&row.origin) {
                value.push_str(&format!(" — “{quote}”"));
            }
            columns.line(&[&row.label, &value, &short(&row.origin)]);
        }
    }
    Ok(())
}

/// What `cargo xtask docs` writes to `regulations/`.
fn schema(overlay: bool) {
    let schema = if overlay {
        congvu_regulation::schema::overlay()
    } else {
        congvu_regulation::schema::profile()
    };
    console::line(schema.trim_end());
}

/// Values side by side; those that are the same only where all are asked for.
fn diff(one: &Profile, other: &Profile, all: bool, json: bool) -> Result<()> {
    let (first, second) = (one.sections(), other.sections());
    let theirs: BTreeMap<&str, &Row> = rows(&second);
    let mine: BTreeMap<&str, &Row> = rows(&first);
    let mut shown = Vec::new();
    for section in &first {
        let pairs = section
            .rows
            .iter()
            .map(|row| (Some(row), theirs.get(row.key.as_str()).copied()));
        // What only the other has stands in the section it stands in there.
        let only = second
            .iter()
            .filter(|other| other.title == section.title)
            .flat_map(|other| &other.rows)
            .filter(|row| !mine.contains_key(row.key.as_str()))
            .map(|row| (None, Some(row)));
        push_section(section.title, pairs.chain(only), all, &mut shown);
    }
    for section in &second {
        if first.iter().all(|mine| mine.title != section.title) {
            let only = section
                .rows
                .iter()
                .filter(|row| !mine.contains_key(row.key.as_str()))
                .map(|row| (None, Some(row)));
            push_section(section.title, only, all, &mut shown);
        }
    }
    if json {
        console::line(&serde_json::to_string_pretty(&shown)?);
        return Ok(());
    }
    let columns = Columns::new(&[28, 36, 36]);
    columns.line(&["", one.code(), other.code()]);
    columns.line(&["", one.title(), other.title()]);
    let mut section = "";
    for pair in &shown {
        if pair.section != section {
            section = pair.section;
            console::line(&format!("\n{}", section.to_uppercase()));
        }
        let cell = |value: &Option<ShownValue<'_>>| {
            value.as_ref().map_or_else(
                || "—".to_owned(),
                |value| format!("{} [{}]", value.value, value.source),
            )
        };
        columns.line(&[pair.label, &cell(&pair.one), &cell(&pair.other)]);
    }
    if shown.is_empty() {
        console::line("Hai quy chế không khác nhau.");
    }
    Ok(())
}

fn rows(sections: &[Section]) -> BTreeMap<&str, &Row> {
    sections
        .iter()
        .flat_map(|section| &section.rows)
        .map(|row| (row.key.as_str(), row))
        .collect()
}

fn push_section<'r>(
    title: &'r str,
    pairs: impl Iterator<Item = (Option<&'r Row>, Option<&'r Row>)>,
    all: bool,
    shown: &mut Vec<ShownPair<'r>>,
) {
    for (one, other) in pairs {
        let value = |row: Option<&'r Row>| row.map(|row| row.value.as_str());
        let Some(row) = one.or(other) else {
            continue;
        };
        let differs = value(one) != value(other);
        if differs || all {
            shown.push(ShownPair {
                section: title,
                key: &row.key,
                label: &row.label,
                differs,
                one: one.map(ShownValue::of),
                other: other.map(ShownValue::of),
            });
        }
    }
}

fn quote(origin: &Origin) -> Option<&str> {
    match origin {
        Origin::Profile {
            source: Source::Clause { quote, .. },
            ..
        } => Some(quote),
        _ => None,
    }
}

/// The clause, or that the text leaves it open.
fn short(origin: &Origin) -> String {
    match origin {
        Origin::Profile { source, .. } if source.clause().is_none() => {
            "thiết lập tại chỗ".to_owned()
        }
        origin => origin.to_string(),
    }
}

#[derive(Serialize)]
struct ShownSection<'a> {
    title: &'a str,
    rows: Vec<ShownRow<'a>>,
}

impl<'a> ShownSection<'a> {
    fn of(section: &'a Section) -> Self {
        Self {
            title: section.title,
            rows: section.rows.iter().map(ShownRow::of).collect(),
        }
    }
}

#[derive(Serialize)]
struct ShownRow<'a> {
    key: &'a str,
    label: &'a str,
    value: &'a str,
    clause: Option<&'a str>,
    quote: Option<&'a str>,
}

impl<'a> ShownRow<'a> {
    fn of(row: &'a Row) -> Self {
        Self {
            key: &row.key,
            label: &row.label,
            value: &row.value,
            clause: row.origin.clause().map(congvu_regulation::ClauseId::as_str),
            quote: quote(&row.origin),
        }
    }
}

#[derive(Serialize)]
struct ShownPair<'a> {
    section: &'a str,
    key: &'a str,
    label: &'a str,
    differs: bool,
    one: Option<ShownValue<'a>>,
    other: Option<ShownValue<'a>>,
}

#[derive(Serialize)]
struct ShownValue<'a> {
    value: &'a str,
    source: String,
}

impl<'a> ShownValue<'a> {
    fn of(row: &'a Row) -> Self {
        Self {
            value: &row.value,
            source: short(&row.origin),
        }
    }
}
