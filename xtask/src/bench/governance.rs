//! `cargo xtask bench governance`: what governance does over a province of 20,000 mailboxes, on both engines; its table of
//! `docs/BENCHMARKS.md`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Deserialize;

use super::{disk, page};
use crate::postgres::Postgres;
use crate::run::{cargo, carry_out, output, say};

const BEGIN: &str = "<!-- made by cargo xtask bench governance: from here -->\n";
const END: &str = "<!-- made by cargo xtask bench governance: to here -->\n";

/// Options of `cargo xtask bench governance`.
#[derive(Args)]
pub(super) struct Options {
    /// A small province: shows that everything runs; prints the table and leaves the page as it is
    #[arg(long)]
    trial: bool,
    /// One engine only; prints the table and leaves the page as it is
    #[arg(long, value_name = "sqlite|postgres", value_parser = ["sqlite", "postgres"])]
    engine: Option<String>,
    /// Where the SQLite database lies, on a disk; removed afterwards
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
}

/// A row of the table.
struct Row {
    /// What the measuring program calls it.
    id: &'static str,
    work: &'static str,
    /// Milliseconds; 0 where nothing is aimed at.
    aim: f64,
}

const ROWS: [Row; 20] = [
    row(
        "sweep",
        "the night's sweep over 20,000, with what is due in each",
        10_000.0,
    ),
    row("sweep-dry", "… only looked at (`--dry-run`)", 10_000.0),
    row("sweep-again", "… once more, nothing due", 10_000.0),
    row(
        "reports",
        "the monthly lists of 300 agencies (QN.9.1.e), made, kept and told",
        60_000.0,
    ),
    row("reports-again", "… once more, nothing to make", 0.0),
    row("search-one", "directory: a given name without marks", 20.0),
    row("search-one-marks", "… with marks", 20.0),
    row("search-begun", "… one to three letters", 20.0),
    row("search-two", "… family and given name without marks", 20.0),
    row("search-two-marks", "… with marks", 20.0),
    row(
        "search-five",
        "… title and whole name: five common words",
        20.0,
    ),
    row(
        "search-five-none",
        "… five common words that nobody has together",
        20.0,
    ),
    row("search-title", "… a title", 20.0),
    row("search-organisation", "… an organisation", 20.0),
    row("search-address", "… an address", 20.0),
    row(
        "page-mailboxes",
        "API: 500 mailboxes with their state and what is coming",
        100.0,
    ),
    row("page-agency", "… those of one agency", 20.0),
    row("page-places", "… the organisations", 20.0),
    row(
        "tree",
        "the tree: the top with its 300 places and their mailboxes counted",
        20.0,
    ),
    row("build", "(the province issued through the use cases)", 0.0),
];

const fn row(id: &'static str, work: &'static str, aim: f64) -> Row {
    Row { id, work, aim }
}

/// A line of the measuring program.
#[derive(Deserialize)]
struct Told {
    row: String,
    value: f64,
}

type Figures = BTreeMap<String, f64>;

pub(super) fn run(options: &Options) -> Result<()> {
    let example = ["-p", "congvu-web", "--example", "governance"];
    carry_out(
        cargo()
            .args(["build", "--release", "--locked"])
            .args(example),
    )?;
    let program = Path::new("target/release/examples/governance");
    let base = options.work.clone().unwrap_or_else(std::env::temp_dir);
    let folder = tempfile::Builder::new()
        .prefix("congvu-bench-")
        .tempdir_in(&base)
        .with_context(|| base.display().to_string())?;
    if disk::in_memory(folder.path())? {
        bail!(
            "{} is in memory: name a folder on a disk with --work",
            base.display()
        );
    }
    let is_wanted = |engine: &str| options.engine.as_deref().is_none_or(|only| only == engine);
    let mut all = Vec::new();
    if is_wanted("sqlite") {
        let place = folder.path().join("sqlite");
        all.push(("SQLite", measured(program, options, place.as_os_str())?));
    }
    if is_wanted("postgres") {
        let server = Postgres::start()?;
        let url = server.url.clone();
        all.push(("PostgreSQL", measured(program, options, url.as_ref())?));
    }
    let section = section(&all, &disk::kind(folder.path())?)?;
    say(&section);
    if options.trial || options.engine.is_some() {
        say("docs/BENCHMARKS.md stays as it is: that was not the whole measurement");
        return Ok(());
    }
    let path = "docs/BENCHMARKS.md";
    let present = fs::read_to_string(path)?;
    fs::write(path, page::between(&present, (BEGIN, END), &section)?)?;
    say(&format!("renewed {path}"));
    Ok(())
}

fn measured(program: &Path, options: &Options, place: &std::ffi::OsStr) -> Result<Figures> {
    let mut command = Command::new(program);
    command.arg(place);
    if options.trial {
        command.args(["1200", "20", "40"]);
    }
    let mut figures = Figures::new();
    for line in output(command.stderr(std::process::Stdio::inherit()))?.lines() {
        let told: Told = serde_json::from_str(line).with_context(|| line.to_owned())?;
        figures.insert(told.row, told.value);
    }
    Ok(figures)
}

fn section(all: &[(&str, Figures)], disk: &str) -> Result<String> {
    let (date, commit) = page::when_and_what()?;
    let mut text = String::new();
    let of = |id: &str| {
        let values = all.iter().map(|(_, figures)| figures.get(id).copied());
        values.flatten().next().unwrap_or_default()
    };
    writeln!(
        text,
        "### {date}, congvu {commit}\n\n{}, {disk}, release build, one process with the database on the same machine. {} mailboxes; the sweep \
         carries out {} acts and writes {} notices beside those of the acts, each in a transaction of its own; {} reports. A ratio above 1 is better \
         than the aim. Where two times stand, the median and what one of a hundred takes at least; the ratio is of the second.\n",
        page::machine()?,
        of("mailboxes"),
        of("acts"),
        of("notices"),
        of("reports-made"),
    )?;
    text.push_str("| work | aim |");
    for (engine, _) in all {
        write!(text, " {engine} | ratio |")?;
    }
    text.push_str("\n|---|---|");
    text.push_str(&"---|---|".repeat(all.len()));
    text.push('\n');
    for row in &ROWS {
        write!(text, "| {} | {} |", row.work, aim(row))?;
        for (_, figures) in all {
            let Some(value) = figures.get(row.id) else {
                text.push_str(" – | – |");
                continue;
            };
            let longest = figures.get(&format!("{}-p99", row.id));
            let ratio = match row.aim > 0.0 {
                true => page::rounded(row.aim / longest.unwrap_or(value).max(0.001)),
                false => String::new(),
            };
            let longest =
                longest.map_or_else(String::new, |longest| format!(" / {}", time(*longest)));
            write!(text, " {}{longest} | {ratio} |", time(*value))?;
        }
        text.push('\n');
    }
    text.push('\n');
    Ok(text)
}

fn aim(row: &Row) -> String {
    match row.aim > 0.0 {
        true => time(row.aim),
        false => String::new(),
    }
}

fn time(ms: f64) -> String {
    match ms >= 1_000.0 {
        true => format!("{} s", page::rounded(ms / 1_000.0)),
        false => format!("{} ms", page::rounded(ms)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_of_the_longest_time_told() {
        let figures = Figures::from([
            ("search-one".to_owned(), 1.0),
            ("search-one-p99".to_owned(), 40.0),
            ("sweep".to_owned(), 2_500.0),
        ]);
        let text = section(&[("SQLite", figures)], "ext4").expect("a section");
        let has = |line: &str| text.lines().any(|known| known.ends_with(line));
        assert!(has("| 20.0 ms | 1.00 ms / 40.0 ms | 0.50 |"), "{text}");
        assert!(has("| 10.0 s | 2.50 s | 4.00 |"), "{text}");
    }
}
