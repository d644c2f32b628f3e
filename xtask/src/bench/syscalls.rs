//! System calls, counted by strace.

use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::load::System;
use super::process::{self, signal, wait_until};

/// How many calls all processes of the system make while `work` runs. What it measures of time means nothing meanwhile.
pub(super) fn counted<T>(system: &System, work: impl FnOnce() -> Result<T>) -> Result<(u64, T)> {
    let summary = system.folder.join("strace");
    let pids = process::tree(&system.roots)?;
    let mut command = Command::new("strace");
    command.args(["-f", "-c", "-o"]).arg(&summary);
    for pid in &pids {
        command.args(["-p", &pid.to_string()]);
    }
    let mut strace = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot start strace")?;
    let traced = |pid: &u32| {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        !status.contains("TracerPid:\t0\n")
    };
    let attached = wait_until("strace", || pids.iter().all(traced));
    let done = attached.and_then(|()| work());
    // It writes its summary when interrupted.
    signal("INT", strace.id());
    strace.wait()?;
    let done = done?;
    let text = fs::read_to_string(&summary)?;
    let total = text
        .lines()
        .rev()
        .find(|line| line.trim_end().ends_with("total"));
    // % time, seconds, usecs/call, calls.
    let calls = total.and_then(|line| line.split_whitespace().nth(3)?.parse().ok());
    match calls {
        Some(calls) => Ok((calls, done)),
        None => bail!("no total in strace's summary:\n{text}"),
    }
}
