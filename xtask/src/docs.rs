//! Pages made from the code: settings, conformance, the schemas of the regulations' files.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::conformance;
use crate::run::{cargo, carry_out, output, root, say};

pub(crate) fn run(check: bool) -> Result<()> {
    let pages = [
        ("docs/SETTINGS.md", printed(&["config", "page"])?),
        ("docs/CONFORMANCE.md", conformance::page()?),
        (
            "regulations/profile.schema.json",
            printed(&["profile", "schema"])?,
        ),
        (
            "regulations/overlay.schema.json",
            printed(&["profile", "schema", "--overlay"])?,
        ),
    ];
    for (path, page) in pages {
        let present = fs::read_to_string(path).unwrap_or_default();
        if present == page {
            continue;
        }
        if check {
            bail!("{path} is not up to date: run cargo xtask docs");
        }
        fs::write(path, page)?;
        say(&format!("renewed {path}"));
    }
    Ok(())
}

/// Our own program, built with its end-to-end tests: then it has the features that all tests build it with, and nothing is built twice.
fn program() -> Result<PathBuf> {
    let build = [
        "build",
        "--quiet",
        "--locked",
        "--workspace",
        "--test",
        "e2e",
    ];
    carry_out(cargo().args(build))?;
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    Ok(target.join("debug/congvu"))
}

/// What our own program prints.
fn printed(command: &[&str]) -> Result<String> {
    let page = output(Command::new(program()?).args(command))?;
    Ok(format!("{}\n", page.trim_end()))
}
