//! Long runs: kills under load, and the load programs on the demo.

use std::fs;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::postgres::Postgres;
use crate::run::{cargo, carry_out, say};

const BINARY: &str = "target/release/congvu";

/// Kills the server `kills` times under load (`tests/load/kill_loop.py`); with `outbound` the server and a
/// Postfix that exchange mail, each so often (`tests/load/far_kills.py`).
pub(crate) fn kills(kills: u32, postgres: bool, outbound: bool) -> Result<()> {
    let script = if outbound {
        "tests/load/far_kills.py"
    } else {
        "tests/load/kill_loop.py"
    };
    carry_out(cargo().args(["build", "--release", "--locked", "--bin", "congvu"]))?;
    let server = postgres.then(Postgres::start).transpose()?;
    let mut program = Command::new("python3");
    program
        .args([script, "--congvu", BINARY, "--kills"])
        .arg(kills.to_string());
    if let Some(server) = &server {
        program.arg("--postgres").arg(&server.url);
    }
    carry_out(&mut program)
}

/// Runs the load programs in `programs` on a fresh demo, each row `runs` times.
pub(crate) fn bench(programs: &Path, runs: u32) -> Result<()> {
    let smtp = programs.join("smtp_load.py");
    let imap = programs.join("imap_load.py");
    if !smtp.is_file() || !imap.is_file() {
        bail!(
            "no smtp_load.py and imap_load.py in {}: name their folder with --programs",
            programs.display()
        );
    }
    carry_out(cargo().args(["build", "--release", "--locked", "--bin", "congvu"]))?;
    for n in 1..=runs {
        say(&format!("run {n} of {runs}"));
        let demo = Demo::start()?;
        demo.smtp(&smtp, "5000", "4096", "1")?;
        demo.smtp(&smtp, "500", "204800", "1")?;
        demo.smtp(&smtp, "1000", "4096", "10")?;
        demo.imap(&imap, n == runs)?;
    }
    Ok(())
}

/// A demo that allows cleartext sign-in on loopback, as the peers' measurements did.
struct Demo {
    process: Child,
    dir: tempfile::TempDir,
    smtp_port: String,
    imap_port: String,
    password: String,
}

impl Demo {
    fn start() -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("congvu-bench-").tempdir()?;
        let process = Command::new(BINARY)
            .args(["demo", "--base-port", "0", "--cleartext", "--data"])
            .arg(dir.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .context("cannot start the demo")?;
        let described = dir.path().join("demo.json");
        let begun = Instant::now();
        while !described.exists() {
            if begun.elapsed() > Duration::from_secs(60) {
                bail!("the demo did not start within a minute");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let demo: serde_json::Value = serde_json::from_str(&fs::read_to_string(described)?)?;
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let port = |name: &str| {
            text(&demo[name])
                .rsplit(':')
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        let users: String = demo["accounts"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|account| format!("{}\n", text(&account["address"])))
            .collect();
        fs::write(dir.path().join("users"), users)?;
        Ok(Self {
            smtp_port: port("smtp"),
            imap_port: port("imap"),
            password: text(&demo["accounts"][0]["password"]),
            process,
            dir,
        })
    }

    fn smtp(&self, program: &Path, messages: &str, size: &str, recipients: &str) -> Result<()> {
        carry_out(
            Command::new("python3")
                .arg(program)
                .args([
                    "send",
                    "-c",
                    "20",
                    "-m",
                    messages,
                    "-s",
                    size,
                    "-r",
                    recipients,
                    "--to-limit",
                    "200",
                ])
                .args([
                    "--port",
                    &self.smtp_port,
                    "--imap-port",
                    &self.imap_port,
                    "--password",
                    &self.password,
                ])
                .arg("--to")
                .arg(self.dir.path().join("users"))
                .args(["--root-pid", &self.process.id().to_string()]),
        )
    }

    fn imap(&self, program: &Path, all: bool) -> Result<()> {
        // These two go over all mailboxes, where only INBOX is sure to be.
        self.imap_rows(program, "idle,mix", &[])?;
        if all {
            let rows = "fill,login,flags,env,struct,bodies,search,store,append";
            let more = ["--count", "10000", "--runs", "3", "--box", "Bench"];
            self.imap_rows(program, rows, &more)?;
        }
        Ok(())
    }

    fn imap_rows(&self, program: &Path, rows: &str, more: &[&str]) -> Result<()> {
        carry_out(
            Command::new("python3")
                .arg(program)
                .arg(rows)
                .args(more)
                .args(["--port", &self.imap_port, "--password", &self.password])
                .args(["--user", "skhcn@sonminh.gov.vn"])
                .arg("--users")
                .arg(self.dir.path().join("users"))
                .args(["--root-pid", &self.process.id().to_string()]),
        )
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // Already ended is as good.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
