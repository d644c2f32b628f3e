//! The marked part of `docs/BENCHMARKS.md`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::disk::Probe;
use super::round::{Counts, Figures};
use super::rows::{Better, ROWS, Row};
use super::{Options, Results, Side, peer};
use crate::run::output;

const BEGIN: &str = "<!-- made by cargo xtask bench: from here -->\n";
const END: &str = "<!-- made by cargo xtask bench: to here -->\n";

/// What is known of a row: `docs/benchmarks.toml`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Note {
    /// The machine's limit, or what is aimed at.
    #[serde(default)]
    limit: String,
    /// What stands between.
    #[serde(default)]
    between: String,
}

/// The page with its marked part replaced; all else stays as it was written.
pub(super) fn renewed(page: &str, section: &str) -> Result<String> {
    between(page, (BEGIN, END), section)
}

/// The page with what stands between two marks replaced.
pub(super) fn between(page: &str, (begin, end): (&str, &str), section: &str) -> Result<String> {
    let parts = page
        .split_once(begin)
        .and_then(|(before, rest)| Some((before, rest.split_once(end)?.1)));
    match parts {
        Some((before, after)) => Ok(format!("{before}{begin}{section}{end}{after}")),
        None => bail!(
            "docs/BENCHMARKS.md has no marked part ({})",
            begin.trim_end()
        ),
    }
}

/// The day, and the commit that is measured.
pub(super) fn when_and_what() -> Result<(String, String)> {
    let date = output(Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    let commit = output(Command::new("git").args(["describe", "--always", "--dirty"]))?;
    Ok((date.trim().to_owned(), commit.trim().to_owned()))
}

/// The marked part.
pub(super) fn section(
    results: &Results,
    probe: &Probe,
    counts: &Counts,
    options: &Options,
) -> Result<String> {
    let path = "docs/benchmarks.toml";
    let notes: BTreeMap<String, Note> = toml::from_str(&fs::read_to_string(path)?).context(path)?;
    if let Some(unknown) = notes
        .keys()
        .find(|id| ROWS.iter().all(|row| row.id != id.as_str()))
    {
        bail!("{path}: no row is called {unknown}");
    }
    let mut text = String::new();
    heading(&mut text, results, probe, counts, options)?;
    for tls in [false, true] {
        let none = Figures::new();
        let of = |side| results.get(&(tls, side)).unwrap_or(&none);
        let (ours, theirs) = (of(Side::Ours), of(Side::Peer));
        if ours.is_empty() && theirs.is_empty() {
            continue;
        }
        writeln!(text, "### {} TLS\n", if tls { "With" } else { "Without" })?;
        text.push_str("| work | ratio | congvu | Postfix + Dovecot | limit or aim | what stands between |\n|---|---|---|---|---|---|\n");
        for row in ROWS {
            let (ours, theirs) = (median(ours, row.id), median(theirs, row.id));
            if ours.is_none() && theirs.is_none() {
                continue;
            }
            let note = notes.get(row.id);
            let (limit, between) = note.map_or(("", ""), |note| (&note.limit, &note.between));
            writeln!(
                text,
                "| {} | {} | {} | {} | {limit} | {between} |",
                row.work,
                ratio(row, ours, theirs),
                shown(ours, row.unit),
                shown(theirs, row.unit),
            )?;
        }
        text.push('\n');
    }
    Ok(text)
}

fn heading(
    text: &mut String,
    results: &Results,
    probe: &Probe,
    counts: &Counts,
    options: &Options,
) -> Result<()> {
    let (date, commit) = when_and_what()?;
    let them = if options.ours_only {
        String::new()
    } else {
        format!(" and {}", peer::versions()?)
    };
    let with = results
        .values()
        .map(|figures| figures.get("delivered-4k").map_or(0, Vec::len))
        .max();
    let others = results
        .values()
        .filter_map(|figures| largest(figures, "others"))
        .fold(0.0, f64::max);
    writeln!(
        text,
        "## {}, congvu {}{them}\n\n{}, {}. Client and servers on the same processors, loopback, the servers one after the other in turn; \
         medians of {} runs. A ratio above 1 is better than the peer. Nothing lost, nothing doubled: the load programs look for every message. At most {others:.0} % of \
         the machine's busy time in the 4 kB rows was neither the servers' nor the load program's (the kernel's own work is in it).\n\n\
         {} × 4 kB, {} × 200 kB, {} × 10 recipients; a folder of {} messages; {} idle connections. This disk alone: {:.0} appends of 4 kB with fdatasync a second by \
         one writer, {:.0} by sixteen.\n",
        date,
        commit,
        machine()?,
        probe.kind,
        with.unwrap_or(0),
        counts.small,
        counts.large,
        counts.broadcasts,
        counts.folder,
        counts.idle,
        probe.one,
        probe.sixteen,
    )?;
    Ok(())
}

/// What it was measured on.
pub(super) fn machine() -> Result<String> {
    let cpu = fs::read_to_string("/proc/cpuinfo")?;
    let model = cpu.lines().find(|line| line.starts_with("model name"));
    let model = model
        .and_then(|line| line.split(": ").nth(1))
        .unwrap_or("unknown processor");
    let cores = cpu
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    let memory = fs::read_to_string("/proc/meminfo")?;
    let total = memory
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"));
    let kib: u64 = total
        .unwrap_or("0")
        .trim()
        .trim_end_matches(" kB")
        .parse()?;
    Ok(format!(
        "{cores} × {model}, {} GiB",
        (kib + (1 << 19)) >> 20
    ))
}

fn median(figures: &Figures, row: &str) -> Option<f64> {
    let mut values = figures.get(row)?.clone();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        _ if values.is_empty() => None,
        0 => Some(f64::midpoint(values[middle - 1], values[middle])),
        _ => Some(values[middle]),
    }
}

fn largest(figures: &Figures, row: &str) -> Option<f64> {
    figures.get(row)?.iter().copied().max_by(f64::total_cmp)
}

fn ratio(row: &Row, ours: Option<f64>, theirs: Option<f64>) -> String {
    let (Some(ours), Some(theirs)) = (ours, theirs) else {
        return "–".to_owned();
    };
    let (good, bad) = match row.better {
        Better::More => (ours, theirs),
        Better::Less => (theirs, ours),
    };
    // A growth that is lost in the noise of the machine is no figure.
    if good <= 0.0 || bad <= 0.0 {
        return "–".to_owned();
    }
    rounded(good / bad)
}

fn shown(value: Option<f64>, unit: &str) -> String {
    value.map_or("–".to_owned(), |value| {
        format!("{}{unit}", rounded(value))
    })
}

/// Two or three digits that mean something.
pub(super) fn rounded(value: f64) -> String {
    match value.abs() {
        size if size >= 1000.0 => {
            let whole = format!("{value:.0}");
            let (head, tail) = whole.split_at(whole.len() - 3);
            format!("{head},{tail}")
        }
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_marked_part_is_replaced() {
        let page = format!("# A\n\n{BEGIN}old\n{END}\nnotes\n");
        let expected = format!("# A\n\n{BEGIN}new\n{END}\nnotes\n");
        assert_eq!(renewed(&page, "new\n").expect("marked"), expected);
        assert!(renewed("# A\n", "new\n").is_err());
    }

    #[test]
    fn ratios_above_one_are_better() {
        let of = |id: &str| ROWS.iter().find(|row| row.id == id).expect("a row");
        assert_eq!(ratio(of("append"), Some(3000.0), Some(1000.0)), "3.00");
        assert_eq!(ratio(of("login"), Some(1.0), Some(10.0)), "10.0");
        assert_eq!(ratio(of("login"), Some(1.0), None), "–");
        assert_eq!(ratio(of("idle-kernel"), Some(-3.0), Some(5.0)), "–");
    }

    #[test]
    fn medians_and_digits() {
        let figures = Figures::from([("append", vec![3.0, 1.0, 2.0]), ("mix", vec![1.0, 4.0])]);
        assert_eq!(median(&figures, "append"), Some(2.0));
        assert_eq!(median(&figures, "mix"), Some(2.5));
        assert_eq!(median(&figures, "login"), None);
        assert_eq!(
            [1234.5, 123.4, 12.34, 0.5].map(rounded),
            ["1,234", "123", "12.3", "0.50"]
        );
    }
}
