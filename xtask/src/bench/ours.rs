//! Our demo, release build.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use super::cleaner::Cleaner;
use super::load::System;
use super::process::{signal, wait_until};

/// A running demo; ended when dropped.
pub(super) struct Ours<'a> {
    pub(super) system: System,
    process: Child,
    cleaner: &'a Cleaner,
}

impl<'a> Ours<'a> {
    /// Cleartext sign-in is allowed, as the rows without TLS need it; only on the loopback interface.
    pub(super) fn start(binary: &Path, folder: &Path, cleaner: &'a Cleaner) -> Result<Self> {
        let data = folder.join("demo");
        let mut process = Command::new(binary)
            .args(["demo", "--base-port", "0", "--cleartext", "--data"])
            .arg(&data)
            .stdout(Stdio::null())
            .spawn()
            .context("cannot start the demo")?;
        cleaner.watch(process.id())?;
        let described = data.join("demo.json");
        wait_until("the demo", || {
            described.exists() || !matches!(process.try_wait(), Ok(None))
        })?;
        let text = fs::read_to_string(&described).context("the demo ended at once")?;
        let system = system(&serde_json::from_str(&text)?, folder, process.id())?;
        Ok(Self {
            system,
            process,
            cleaner,
        })
    }
}

fn system(demo: &serde_json::Value, folder: &Path, pid: u32) -> Result<System> {
    let port = |name: &str| -> Result<u16> {
        let address = demo[name].as_str().unwrap_or_default();
        let port = address.rsplit(':').next().unwrap_or_default();
        port.parse().with_context(|| format!("{name}: {address}"))
    };
    let accounts = demo["accounts"].as_array().into_iter().flatten();
    let addresses: Vec<&str> = accounts
        .filter_map(|account| account["address"].as_str())
        .collect();
    let users = folder.join("users");
    fs::write(&users, format!("{}\n", addresses.join("\n")))?;
    Ok(System {
        roots: vec![pid],
        smtp: port("smtp")?,
        imap: port("imap")?,
        imaps: port("imaps")?,
        users,
        password: demo["accounts"][0]["password"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        user: "skhcn@sonminh.gov.vn".to_owned(),
        folder: folder.to_owned(),
    })
}

impl Drop for Ours<'_> {
    fn drop(&mut self) {
        signal("TERM", self.process.id());
        drop(self.process.wait());
        self.cleaner.forget(self.process.id());
    }
}
