//! Long runs: kills under load.

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
