//! `cargo xtask bench governance`: what governance does over a province of 20,000 mailboxes, on both engines; its table of
//! `docs/BENCHMARKS.md`.

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::page;
use super::program::{self, Bench, Figures, Row, row};

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

const ROWS: [Row; 30] = [
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
    row(
        "files",
        "… of all 300 agencies as PDF and XLSX, one after the other",
        60_000.0,
    ),
    row("files-one", "… of one agency as PDF and XLSX", 1_000.0),
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
    row("list", "console: the first 50 mailboxes by name", 30.0),
    row("list-active", "… in use", 30.0),
    row("list-unused", "… that nobody ever signed in to", 30.0),
    row("list-locked", "… locked", 30.0),
    row(
        "list-idle",
        "… neither fetched nor sent for five months",
        30.0,
    ),
    row("list-full", "… filled to 80 %", 30.0),
    row("list-words", "… by two words of the name", 30.0),
    row("list-unit", "… of agencies", 30.0),
    row(
        "tree",
        "the tree: the top with its 300 places and their mailboxes counted",
        20.0,
    ),
    row("build", "(the province issued through the use cases)", 0.0),
];

pub(super) fn run(options: &Options) -> Result<()> {
    let bench = Bench {
        example: "governance",
        trial: options.trial.then_some(&["1200", "20", "40"]),
        engine: options.engine.as_deref(),
        work: options.work.as_deref(),
        between: (BEGIN, END),
    };
    bench.run(section)
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
    program::table(&mut text, &ROWS, all)?;
    Ok(text)
}
