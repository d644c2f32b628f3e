//! What the disk itself can do.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::run::output;

/// Appends of 4 kB with fdatasync, a second.
pub(super) struct Probe {
    pub(super) one: f64,
    pub(super) sixteen: f64,
    pub(super) kind: String,
}

pub(super) fn in_memory(folder: &Path) -> Result<bool> {
    Ok(matches!(kind(folder)?.as_str(), "tmpfs" | "ramfs"))
}

/// The file system it lies on.
pub(super) fn kind(folder: &Path) -> Result<String> {
    let kind = output(Command::new("stat").args(["-f", "-c", "%T"]).arg(folder))?;
    Ok(match kind.trim() {
        "ext2/ext3" => "ext4".to_owned(),
        other => other.to_owned(),
    })
}

pub(super) fn probe(folder: &Path, short: bool) -> Result<Probe> {
    let time = Duration::from_millis(if short { 200 } else { 2000 });
    let probe = folder.join("probe");
    fs::create_dir(&probe)?;
    let (one, sixteen) = (rate(&probe, 1, time)?, rate(&probe, 16, time)?);
    fs::remove_dir_all(&probe)?;
    Ok(Probe {
        one,
        sixteen,
        kind: kind(folder)?,
    })
}

fn rate(folder: &Path, writers: u32, time: Duration) -> Result<f64> {
    let begun = Instant::now();
    let threads: Vec<_> = (0..writers)
        .map(|number| {
            let path = folder.join(number.to_string());
            std::thread::spawn(move || -> std::io::Result<u32> {
                let mut file = File::create(path)?;
                let mut done = 0;
                while begun.elapsed() < time {
                    file.write_all(&[b'x'; 4096])?;
                    file.sync_data()?;
                    done += 1;
                }
                Ok(done)
            })
        })
        .collect();
    let mut done = 0;
    for thread in threads {
        done += thread.join().ok().context("a writer panicked")??;
    }
    Ok(f64::from(done) / begun.elapsed().as_secs_f64())
}
