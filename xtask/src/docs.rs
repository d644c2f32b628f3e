//! Pages made from the code: settings, conformance, the schemas of the regulations' files.

use std::fs;

use anyhow::{Result, bail};

use crate::conformance;
use crate::run::{cargo, output, say};

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

/// What our own program prints.
fn printed(command: &[&str]) -> Result<String> {
    let run = ["run", "--quiet", "--locked", "--bin", "congvu", "--"];
    let page = output(cargo().args(run).args(command))?;
    Ok(format!("{}\n", page.trim_end()))
}
