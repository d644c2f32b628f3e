//! `cargo xtask bench`: our demo and Postfix + Dovecot, one after the other on one machine, under the same load
//! programs; the table of `docs/BENCHMARKS.md`.

mod cleaner;
mod disk;
mod governance;
mod load;
mod ours;
mod page;
mod peer;
mod process;
mod program;
mod round;
mod rows;
mod syscalls;
mod webmail;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};

use crate::run::{cargo, carry_out, has, say};
use load::Programs;
use round::{Counts, Figures, Round};

/// Who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Ours,
    Peer,
}

/// Options of `cargo xtask bench`.
#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    other: Option<Other>,
    /// The folder of the load programs (smtp_load.py, imap_load.py)
    #[arg(long, value_name = "DIR", required = true)]
    load_programs: Option<PathBuf>,
    /// Runs of each row and side, in turn; the page shows medians
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// Tiny counts: shows that everything runs; prints the table and leaves the page as it is
    #[arg(long)]
    trial: bool,
    /// Only congvu; prints the table and leaves the page as it is
    #[arg(long)]
    ours_only: bool,
    /// With or without TLS only, instead of both
    #[arg(long, value_name = "on|off", value_parser = ["on", "off"])]
    tls: Option<String>,
    /// Count system calls too (strace -c -f)
    #[arg(long)]
    syscalls: bool,
    /// Measure this build instead of a release build of the present source; leaves the page as it is
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Where the servers keep their mail, on a disk; removed afterwards
    #[arg(long, value_name = "DIR")]
    work: Option<PathBuf>,
}

/// What else is measured.
#[derive(Subcommand)]
enum Other {
    /// Measure sweeps, reports, the directory and pages of the API over a province of 20,000 mailboxes on both engines, and
    /// renew their table of docs/BENCHMARKS.md
    Governance(governance::Options),
    /// Measure lists, opening, searches and signing in of the webmail over a folder of 100,000 messages on both engines, and
    /// renew their table of docs/BENCHMARKS.md
    Webmail(webmail::Options),
}

/// All figures, by TLS and side: a value of each row for each run.
type Results = BTreeMap<(bool, Side), Figures>;

pub(crate) fn run(options: &Options) -> Result<()> {
    match &options.other {
        Some(Other::Governance(options)) => return governance::run(options),
        Some(Other::Webmail(options)) => return webmail::run(options),
        None => {}
    }
    let folder = options.load_programs.as_ref();
    let programs = Programs::find(folder.context("--load-programs is missing")?)?;
    check_installed(options)?;
    let binary = match &options.binary {
        Some(binary) => binary.clone(),
        None => {
            carry_out(cargo().args(["build", "--release", "--locked", "--bin", "congvu"]))?;
            PathBuf::from("target/release/congvu")
        }
    };
    let base = options.work.clone().unwrap_or_else(std::env::temp_dir);
    let folder = tempfile::Builder::new()
        .prefix("congvu-bench-")
        .tempdir_in(&base)
        .with_context(|| base.display().to_string())?;
    let cleaner = cleaner::Cleaner::start(folder.path())?;
    if disk::in_memory(folder.path())? {
        bail!(
            "{} is in memory: name a folder on a disk with --work",
            base.display()
        );
    }
    let counts = if options.trial {
        Counts::TRIAL
    } else {
        Counts::FULL
    };
    let probe = disk::probe(folder.path(), options.trial)?;
    let results = measure(options, &binary, &programs, &folder, &cleaner, &counts)?;
    let section = page::section(&results, &probe, &counts, options)?;
    if options.trial || options.ours_only || options.tls.is_some() || options.binary.is_some() {
        say(&section);
        say("docs/BENCHMARKS.md stays as it is: that was not the whole measurement");
        return Ok(());
    }
    let path = "docs/BENCHMARKS.md";
    let present = fs::read_to_string(path)?;
    fs::write(path, page::renewed(&present, &section)?)?;
    say(&section);
    say(&format!("renewed {path}"));
    Ok(())
}

fn measure(
    options: &Options,
    binary: &Path,
    programs: &Programs,
    folder: &tempfile::TempDir,
    cleaner: &cleaner::Cleaner,
    counts: &Counts,
) -> Result<Results> {
    let mut results = Results::new();
    let tls: &[bool] = match options.tls.as_deref() {
        Some("on") => &[true],
        Some(_) => &[false],
        None => &[false, true],
    };
    let runs = if options.trial {
        1
    } else {
        options.runs.max(1)
    };
    for run in 0..runs {
        for &tls in tls {
            let mut sides = vec![Side::Ours, Side::Peer];
            sides.retain(|side| *side == Side::Ours || !options.ours_only);
            // In turn, so that what changes slowly favours neither.
            if run % 2 == 1 {
                sides.reverse();
            }
            let mut agreed = None;
            for side in sides {
                let with = if tls { "TLS" } else { "no TLS" };
                say(&format!("run {} of {runs}, {with}: {side:?}", run + 1));
                let place = folder.path().join(format!("{side:?}-{run}-{tls}"));
                fs::create_dir(&place)?;
                let round = Round {
                    programs,
                    counts,
                    tls,
                    syscalls: options.syscalls,
                };
                let (figures, answers) = match side {
                    Side::Ours => {
                        round.carry_out(&ours::Ours::start(binary, &place, cleaner)?.system)?
                    }
                    Side::Peer => {
                        round.carry_out(&peer::Peer::start(&place, cleaner, tls)?.system)?
                    }
                };
                fs::remove_dir_all(&place)?;
                // What was counted in the answers is the same on both sides, or the rows compare different work.
                if agreed.get_or_insert_with(|| answers.clone()) != &answers {
                    bail!("the servers answer differently: {agreed:?} and {answers:?}");
                }
                let all = results.entry((tls, side)).or_default();
                for (row, values) in figures {
                    all.entry(row).or_default().extend(values);
                }
            }
        }
    }
    Ok(results)
}

/// Says what is missing; installs nothing.
fn check_installed(options: &Options) -> Result<()> {
    let mut needed = vec![("python3", "python3")];
    if !options.ours_only {
        needed.extend([
            ("postfix", "postfix"),
            ("dovecot", "dovecot-core"),
            ("openssl", "openssl"),
        ]);
    }
    if options.syscalls {
        needed.push(("strace", "strace"));
    }
    let mut missing: Vec<&str> = needed
        .iter()
        .filter(|(program, _)| !has(program))
        .map(|(_, package)| *package)
        .collect();
    if !options.ours_only {
        let modules = [("imap", "dovecot-imapd"), ("lmtp", "dovecot-lmtpd")];
        let absent = modules
            .iter()
            .filter(|(program, _)| !PathBuf::from("/usr/lib/dovecot").join(program).is_file());
        missing.extend(absent.map(|(_, package)| *package));
    }
    if !missing.is_empty() {
        bail!(
            "missing programs: apt-get install {} (or --ours-only)",
            missing.join(" ")
        );
    }
    if !options.ours_only && !process::is_root()? {
        bail!("only root can start Postfix; --ours-only measures congvu alone");
    }
    Ok(())
}
