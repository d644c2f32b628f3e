//! Trees of processes, as /proc shows them.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

pub(super) fn is_root() -> Result<bool> {
    Ok(fs::metadata("/proc/self")?.uid() == 0)
}

/// The processes at and below these.
pub(super) fn tree(roots: &[u32]) -> Result<Vec<u32>> {
    let mut parents = HashMap::new();
    for entry in fs::read_dir("/proc")? {
        let Some(pid) = entry?
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<u32>().ok())
        else {
            continue;
        };
        // A process may end at any time.
        let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else {
            continue;
        };
        let behind = stat.rsplit_once(") ").map_or("", |(_, behind)| behind);
        let parent = behind.split(' ').nth(1).and_then(|text| text.parse().ok());
        parents.insert(pid, parent.unwrap_or(0));
    }
    let mut found: Vec<u32> = parents
        .keys()
        .copied()
        .filter(|pid| below(*pid, roots, &parents))
        .collect();
    found.sort_unstable();
    Ok(found)
}

fn below(pid: u32, roots: &[u32], parents: &HashMap<u32, u32>) -> bool {
    let mut here = pid;
    // No deeper than a process tree is.
    for _ in 0..64 {
        if roots.contains(&here) {
            return true;
        }
        match parents.get(&here) {
            Some(parent) if *parent > 1 => here = *parent,
            _ => return false,
        }
    }
    false
}

/// Bytes that the processes caused to be written to a disk: `write_bytes` (proc(5)), in which a parent has what its
/// ended children had.
pub(super) fn written(roots: &[u32]) -> Result<u64> {
    sum(roots, "io", "write_bytes:")
}

/// Proportional set size of the processes together, KiB.
pub(super) fn pss(roots: &[u32]) -> Result<u64> {
    sum(roots, "smaps_rollup", "Pss:")
}

fn sum(roots: &[u32], file: &str, key: &str) -> Result<u64> {
    let mut total = 0;
    for pid in tree(roots)? {
        let Ok(text) = fs::read_to_string(format!("/proc/{pid}/{file}")) else {
            continue;
        };
        let line = text.lines().find_map(|line| line.strip_prefix(key));
        let number = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
        total += number.with_context(|| format!("no {key} in /proc/{pid}/{file}"))?;
    }
    Ok(total)
}

/// Sends a signal.
pub(super) fn signal(name: &str, pid: u32) {
    // Already ended is as good.
    drop(
        Command::new("kill")
            .args(["-s", name, &pid.to_string()])
            .status(),
    );
}

/// Waits until a process that is no child of ours has ended.
pub(super) fn gone(pid: u32, within: Duration) -> bool {
    let begun = Instant::now();
    while fs::metadata(format!("/proc/{pid}")).is_ok() {
        if begun.elapsed() > within {
            return false;
        }
        sleep(Duration::from_millis(50));
    }
    true
}

/// Repeats `look` until it is true.
pub(super) fn wait_until(what: &str, mut look: impl FnMut() -> bool) -> Result<()> {
    let begun = Instant::now();
    while !look() {
        if begun.elapsed() > Duration::from_secs(60) {
            bail!("not within a minute: {what}");
        }
        sleep(Duration::from_millis(20));
    }
    Ok(())
}
