//! Pages made from the code: settings, conformance.

use std::fs;

use anyhow::{Result, bail};

use crate::conformance;
use crate::run::{cargo, output, say};

pub(crate) fn run(check: bool) -> Result<()> {
    let settings = output(cargo().args([
        "run", "--quiet", "--locked", "--bin", "congvu", "--", "config", "page",
    ]))?;
    let pages = [
        ("docs/SETTINGS.md", format!("{}\n", settings.trim_end())),
        ("docs/CONFORMANCE.md", conformance::page()?),
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
