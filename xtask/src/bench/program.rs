//! Programs of ours that measure what lies behind the protocols: examples that tell figures, on both engines, and their tables of
//! `docs/BENCHMARKS.md`.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::{disk, page};
use crate::postgres::Postgres;
use crate::run::{cargo, carry_out, output, say};

/// A row of the table.
pub(super) struct Row {
    /// What the measuring program calls it.
    pub(super) id: &'static str,
    pub(super) work: &'static str,
    /// Milliseconds; 0 where nothing is aimed at.
    pub(super) aim: f64,
}

pub(super) const fn row(id: &'static str, work: &'static str, aim: f64) -> Row {
    Row { id, work, aim }
}

/// A line of the measuring program.
#[derive(Deserialize)]
struct Told {
    row: String,
    value: f64,
}

pub(super) type Figures = BTreeMap<String, f64>;

/// An example of `congvu-web` that measures.
pub(super) struct Bench<'b> {
    pub(super) example: &'static str,
    /// What it is asked for on a trial, where it is one.
    pub(super) trial: Option<&'b [&'static str]>,
    /// One engine only.
    pub(super) engine: Option<&'b str>,
    /// Where the SQLite database lies.
    pub(super) work: Option<&'b Path>,
    /// What stands around its table.
    pub(super) between: (&'static str, &'static str),
}

impl Bench<'_> {
    /// Measures, prints the table that `section` makes of the figures of each engine and the kind of disk, and keeps it where that was
    /// the whole measurement.
    pub(super) fn run(
        &self,
        section: impl Fn(&[(&str, Figures)], &str) -> Result<String>,
    ) -> Result<()> {
        let example = ["-p", "congvu-web", "--example", self.example];
        carry_out(
            cargo()
                .args(["build", "--release", "--locked"])
                .args(example),
        )?;
        let program = Path::new("target/release/examples").join(self.example);
        let base = self.work.map_or_else(std::env::temp_dir, Path::to_owned);
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
        let is_wanted = |engine: &str| self.engine.is_none_or(|only| only == engine);
        let mut all = Vec::new();
        if is_wanted("sqlite") {
            let place = folder.path().join("sqlite");
            all.push(("SQLite", self.measured(&program, place.as_os_str())?));
        }
        if is_wanted("postgres") {
            let server = Postgres::start()?;
            let url = server.url.clone();
            all.push(("PostgreSQL", self.measured(&program, url.as_ref())?));
        }
        let section = section(&all, &disk::kind(folder.path())?)?;
        say(&section);
        if self.trial.is_some() || self.engine.is_some() {
            say("docs/BENCHMARKS.md stays as it is: that was not the whole measurement");
            return Ok(());
        }
        let path = "docs/BENCHMARKS.md";
        let present = fs::read_to_string(path)?;
        fs::write(path, page::between(&present, self.between, &section)?)?;
        say(&format!("renewed {path}"));
        Ok(())
    }

    fn measured(&self, program: &Path, place: &OsStr) -> Result<Figures> {
        let mut command = Command::new(program);
        command.arg(place).args(self.trial.into_iter().flatten());
        let mut figures = Figures::new();
        for line in output(command.stderr(Stdio::inherit()))?.lines() {
            let told: Told = serde_json::from_str(line).with_context(|| line.to_owned())?;
            figures.insert(told.row, told.value);
        }
        Ok(figures)
    }
}

/// The table of figures: the median, what one of a hundred takes at least where it is told, and how far that is below the aim.
pub(super) fn table(text: &mut String, rows: &[Row], all: &[(&str, Figures)]) -> Result<()> {
    text.push_str("| work | aim |");
    for (engine, _) in all {
        write!(text, " {engine} | ratio |")?;
    }
    text.push_str("\n|---|---|");
    text.push_str(&"---|---|".repeat(all.len()));
    text.push('\n');
    for row in rows {
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
    Ok(())
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
        let rows = [
            row("search-one", "a search", 20.0),
            row("sweep", "a sweep", 10_000.0),
        ];
        let mut text = String::new();
        table(&mut text, &rows, &[("SQLite", figures)]).expect("a table");
        let has = |line: &str| text.lines().any(|known| known.ends_with(line));
        assert!(has("| 20.0 ms | 1.00 ms / 40.0 ms | 0.50 |"), "{text}");
        assert!(has("| 10.0 s | 2.50 s | 4.00 |"), "{text}");
    }
}
