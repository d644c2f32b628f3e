//! `cargo xtask bench webmail`: pages of the webmail in a mailbox with a folder of 100,000 messages, on both engines; its table of
//! `docs/BENCHMARKS.md`.

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::page;
use super::program::{self, Bench, Figures, Row, row};

const BEGIN: &str = "<!-- made by cargo xtask bench webmail: from here -->\n";
const END: &str = "<!-- made by cargo xtask bench webmail: to here -->\n";

/// Options of `cargo xtask bench webmail`.
#[derive(Args)]
pub(super) struct Options {
    /// A small mailbox: shows that everything runs; prints the table and leaves the page as it is
    #[arg(long)]
    trial: bool,
    /// One engine only; prints the table and leaves the page as it is
    #[arg(long, value_name = "sqlite|postgres", value_parser = ["sqlite", "postgres"])]
    engine: Option<String>,
    /// Where the SQLite database lies, on a disk; removed afterwards
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
}

const ROWS: [Row; 15] = [
    row("list-first", "the inbox, its first page", 15.0),
    row("list-deep", "… a page anywhere in it", 15.0),
    row("list-unread", "… unread messages, from anywhere", 15.0),
    row("open", "opening a message that was read before", 10.0),
    row("open-unread", "… one that is marked as read by it", 10.0),
    row(
        "search-common",
        "search: two words that most messages have",
        100.0,
    ),
    row("search-marks", "… words with marks and a name", 100.0),
    row("search-rare", "… the number of a document: a phrase", 100.0),
    row("search-phrase", "… a phrase with a name", 100.0),
    row(
        "search-operators",
        "… sender, file, date, and a word left out",
        100.0,
    ),
    row("search-unread", "… unread, and two words", 100.0),
    row("search-files", "… all with files", 100.0),
    row("search-none", "… what is nowhere", 100.0),
    row("sign-in", "the page to sign in", 15.0),
    row("build", "(the mailbox filled and indexed)", 0.0),
];

pub(super) fn run(options: &Options) -> Result<()> {
    let bench = Bench {
        example: "webmail",
        trial: options.trial.then_some(&["2000", "40"]),
        engine: options.engine.as_deref(),
        work: options.work.as_deref(),
        between: (BEGIN, END),
    };
    bench.run(section)
}

fn section(all: &[(&str, Figures)], disk: &str) -> Result<String> {
    let (date, commit) = page::when_and_what()?;
    let mut text = String::new();
    let messages = all.iter().find_map(|(_, figures)| figures.get("messages"));
    writeln!(
        text,
        "### {date}, congvu {commit}\n\n{}, {disk}, release build, one process with the database on the same machine. A folder of {} messages, one in \
         four with a file, and sent mail; pages asked for through the router, packed. A ratio above 1 is better than the aim. Where two times stand, \
         the median and what one of a hundred takes at least; the ratio is of the second.\n",
        page::machine()?,
        messages.copied().unwrap_or_default(),
    )?;
    program::table(&mut text, &ROWS, all)?;
    Ok(text)
}
