//! `congvu profile`: checking, reading and comparing what a regulation sets.

use std::borrow::Cow;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use congvu_regulation::{Fault, Origin, Overlay, Pair, Profile, Row, Section, Source, compare};
use serde::Serialize;

use crate::cli::{Laid, ProfileCommand};
use crate::console::{self, Columns};
use crate::profiles;

pub(super) fn run(command: &ProfileCommand) -> Result<ExitCode> {
    match command {
        ProfileCommand::List => list(),
        ProfileCommand::Check { file, laid } => return check(file, laid),
        ProfileCommand::Show {
            profile,
            laid,
            quotes,
            json,
        } => show(
            profiles::load(profile)?.as_ref(),
            &overlays(laid)?,
            *quotes,
            *json,
        )?,
        ProfileCommand::Diff {
            one,
            other,
            laid,
            all,
            json,
        } => diff(
            profiles::load(one)?.as_ref(),
            profiles::load(other)?.as_ref(),
            &overlays(laid)?,
            *all,
            *json,
        )?,
        ProfileCommand::Schema { overlay } => schema(*overlay),
    }
    Ok(ExitCode::SUCCESS)
}

/// The standards that are laid on, in their order.
pub(super) fn overlays(laid: &Laid) -> Result<Vec<Cow<'static, Overlay>>> {
    let level_3 = laid.level_3.then(|| Ok(Cow::Borrowed(Overlay::level_3())));
    let files = laid
        .overlay
        .iter()
        .map(|path| profiles::overlay(path).map(Cow::Owned));
    level_3.into_iter().chain(files).collect()
}

fn sections(profile: &Profile, overlays: &[Cow<'static, Overlay>]) -> Vec<Section> {
    let overlays: Vec<&Overlay> = overlays.iter().map(AsRef::as_ref).collect();
    profile.sections_under(&overlays)
}

fn list() {
    for profile in profiles::catalogue().profiles() {
        console::line(&format!(
            "{}\t{}\t{}\n\t\t{}",
            profile.id(),
            profile.code(),
            profile.title(),
            profile.decision()
        ));
    }
}

/// Every fault at once; a clean file is told too. An overlay is known by what it begins with.
fn check(file: &Path, laid: &Laid) -> Result<ExitCode> {
    let overlays = overlays(laid)?;
    let text = profiles::text(file)?;
    let shown = file.display();
    let count = |sections: &[Section]| {
        sections
            .iter()
            .map(|section| section.rows.len())
            .sum::<usize>()
    };
    let checked: std::result::Result<(String, usize), Vec<Fault>> = if Overlay::is_meant_by(&text) {
        Overlay::parse(&text).map(|overlay| {
            let what = format!("tiêu chuẩn chồng lên quy chế: {}", overlay.name());
            (what, count(&overlay.sections()))
        })
    } else {
        Profile::parse(&text).map(|profile| {
            let what = format!("{} ({})", profile.title(), profile.code());
            (what, count(&sections(&profile, &overlays)))
        })
    };
    match checked {
        Ok((what, values)) => {
            console::line(&format!("{shown}: đúng; {what}, {values} giá trị"));
            Ok(ExitCode::SUCCESS)
        }
        Err(faults) => {
            for fault in &faults {
                console::line(&format!("{shown}: {fault}"));
            }
            console::error(&format!("{} lỗi", faults.len()));
            Ok(ExitCode::FAILURE)
        }
    }
}

fn show(
    profile: &Profile,
    overlays: &[Cow<'static, Overlay>],
    quotes: bool,
    json: bool,
) -> Result<()> {
    let sections = sections(profile, overlays);
    if json {
        let shown: Vec<ShownSection<'_>> = sections.iter().map(ShownSection::of).collect();
        console::line(&serde_json::to_string_pretty(&shown)?);
        return Ok(());
    }
    console::line(&format!("{}\n{}", profile.title(), profile.decision()));
    for overlay in overlays {
        console::line(&format!("Chồng thêm: {}", overlay.name()));
    }
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
fn diff(
    one: &Profile,
    other: &Profile,
    overlays: &[Cow<'static, Overlay>],
    all: bool,
    json: bool,
) -> Result<()> {
    let (first, second) = (sections(one, overlays), sections(other, overlays));
    let pairs = compare(&first, &second);
    let shown: Vec<ShownPair<'_>> = pairs
        .iter()
        .filter(|pair| all || pair.differs())
        .map(ShownPair::of)
        .collect();
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

impl<'a> ShownPair<'a> {
    fn of(pair: &Pair<'a>) -> Self {
        Self {
            section: pair.section,
            key: pair.key,
            label: pair.label,
            differs: pair.differs(),
            one: pair.one.map(ShownValue::of),
            other: pair.other.map(ShownValue::of),
        }
    }
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
