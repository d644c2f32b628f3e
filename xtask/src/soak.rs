//! Long runs: kills under load, IMAP sessions that compare what they were told with the store, and pages on PostgreSQL.

use std::process::Command;

use anyhow::Result;

use crate::postgres::Postgres;
use crate::run::{cargo, carry_out};

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

/// Runs the IMAP stress client (`crates/imap/tests/imap/stress`) so long, over so many connections.
pub(crate) fn sessions(minutes: u32, connections: u32, postgres: bool) -> Result<()> {
    let server = postgres.then(Postgres::start).transpose()?;
    let mut tests = cargo();
    tests
        .args(["test", "--locked", "--release", "-p", "congvu-imap"])
        .args(["--test", "imap", "--", "--exact", "--nocapture"])
        .arg("stress::mirrors_are_what_the_store_holds")
        .env("CONGVU_STRESS_SECONDS", (minutes * 60).to_string())
        .env("CONGVU_STRESS_SESSIONS", connections.to_string());
    if let Some(server) = &server {
        tests
            .env("CONGVU_STRESS_POSTGRES", "1")
            .env("CONGVU_TEST_PG", &server.url);
    }
    carry_out(&mut tests)
}

/// Runs the cases of `pages!` (`tests/harness`) on PostgreSQL.
pub(crate) fn pages() -> Result<()> {
    let server = Postgres::for_tests()?;
    carry_out(
        cargo()
            .args(["nextest", "run", "--locked", "--workspace"])
            .args(["--no-fail-fast", "--run-ignored", "only"])
            .args(["-E", "binary(e2e) & test(/postgres::/)"])
            .env("CONGVU_TEST_PG", &server.url),
    )
}
