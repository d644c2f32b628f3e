//! The load programs. They look after every message themselves: one lost or doubled is an error.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::run::say;

/// Where they are.
pub(super) struct Programs {
    smtp: PathBuf,
    imap: PathBuf,
}

/// A running server, as the load programs need it.
pub(super) struct System {
    /// The topmost processes.
    pub(super) roots: Vec<u32>,
    pub(super) smtp: u16,
    pub(super) imap: u16,
    pub(super) imaps: u16,
    /// A file with one address a line.
    pub(super) users: PathBuf,
    pub(super) password: String,
    /// Whose folder holds the 10,000 messages.
    pub(super) user: String,
    /// For files of the measurement.
    pub(super) folder: PathBuf,
}

impl Programs {
    pub(super) fn find(folder: &Path) -> Result<Self> {
        // The programs are started from the project's folder, whatever folder this was named from.
        let [smtp, imap] = ["smtp_load.py", "imap_load.py"].map(|name| folder.join(name));
        for path in [&smtp, &imap] {
            if !path.is_file() {
                bail!(
                    "no {}: name the folder of the load programs with --load-programs",
                    path.display()
                );
            }
        }
        Ok(Self { smtp, imap })
    }

    /// Delivers by SMTP and waits until the last message lies in its mailbox; what was measured.
    pub(super) fn deliver(
        &self,
        system: &System,
        tls: bool,
        arguments: &[String],
    ) -> Result<Value> {
        let mut command = Command::new("python3");
        command
            .arg(&self.smtp)
            .args(["send", "-c", "20", "--to-limit", "200", "--limit", "600"])
            .args(arguments)
            .args([
                "--port",
                &system.smtp.to_string(),
                "--password",
                &system.password,
            ])
            .arg("--to")
            .arg(&system.users);
        command.args(["--imap-port", &port(system, tls).to_string()]);
        if tls {
            command.args(["--starttls", "--imap-tls"]);
        }
        roots(&mut command, system);
        let printed = finish(&mut command)?;
        let line = printed.lines().last().unwrap_or_default();
        let told: Value = serde_json::from_str(line).with_context(|| printed.clone())?;
        for key in ["lost", "duplicates", "errors"] {
            if told[key].as_u64() != Some(0) {
                bail!("{key}: {}\n{printed}", told[key]);
            }
        }
        Ok(told)
    }

    /// Runs phases of the IMAP program; what each measured, by name.
    pub(super) fn imap(
        &self,
        system: &System,
        tls: bool,
        phases: &str,
        arguments: &[String],
    ) -> Result<Value> {
        let json = system.folder.join("imap.json");
        let mut command = Command::new("python3");
        command
            .arg(&self.imap)
            .arg(phases)
            .args(arguments)
            .args([
                "--port",
                &port(system, tls).to_string(),
                "--password",
                &system.password,
            ])
            .args(["--user", &system.user])
            .arg("--users")
            .arg(&system.users)
            .arg("--json")
            .arg(&json);
        if tls {
            command.arg("--tls");
        }
        roots(&mut command, system);
        finish(&mut command)?;
        let text = std::fs::read_to_string(&json)?;
        serde_json::from_str(&text).context(text)
    }
}

fn port(system: &System, tls: bool) -> u16 {
    if tls { system.imaps } else { system.imap }
}

fn roots(command: &mut Command, system: &System) {
    for root in &system.roots {
        command.args(["--root-pid", &root.to_string()]);
    }
}

/// Runs it to its end and shows what it prints.
fn finish(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start python3")?;
    let printed = String::from_utf8(output.stdout)?;
    say(printed.trim_end());
    if !output.status.success() {
        bail!("{command:?}: {}", output.status);
    }
    Ok(printed)
}
