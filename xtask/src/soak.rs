//! Long runs: kills under load.

use std::process::Command;

use anyhow::Result;

use crate::postgres::Postgres;
use crate::run::{cargo, carry_out};

const BINARY: &str = "target/release/congvu";

/// Kills the server `kills` times under load (`tests/load/kill_loop.py`).
pub(crate) fn kills(kills: u32, postgres: bool) -> Result<()> {
    carry_out(cargo().args(["build", "--release", "--locked", "--bin", "congvu"]))?;
    let server = postgres.then(Postgres::start).transpose()?;
    let mut program = Command::new("python3");
    program
        .args(["tests/load/kill_loop.py", "--congvu", BINARY, "--kills"])
        .arg(kills.to_string());
    if let Some(server) = &server {
        program.arg("--postgres").arg(&server.url);
    }
    carry_out(&mut program)
}
