//! The configuration: one TOML file, overridden by environment variables, with **all findings at once**.
//!
//! [`settings`] is the one table of settings: kind, default and meaning of each. Reading, the page `docs/SETTINGS.md`
//! and the file that `congvu init` writes all come from it. [`typed`] is what the rest of the program sees.
//!
//! A variable is the key in capitals with `CONGVU_` before it and two underscores for each dot: `smtp.listen` is
//! `CONGVU_SMTP__LISTEN`. Lists in variables are separated by commas. Relative paths start at the file's folder.

mod check;
mod entries;
mod finding;
mod identity;
mod kind;
mod listeners;
mod nearest;
mod outbound;
mod read;
mod render;
mod secret;
mod settings;
mod shown;
mod typed;
mod units;

#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::path::Path;

pub(crate) use congvu_wire::Network;
pub(crate) use finding::{Finding, Findings, Place};
pub(crate) use outbound::{Home, Outbound, WayTls};
pub(crate) use render::{render_file, render_page};
pub(crate) use secret::Secret;
pub(crate) use typed::*;

/// Reads the configuration: the file, then the variables over it. `env` is [`std::env::vars_os`] in the program.
///
/// # Errors
/// Everything that is wrong, in one list: in the file with its line, in the variables with their names. Where the file
/// is not TOML, settings are not held against each other, as what they are is not known.
pub(crate) fn load(
    path: &Path,
    env: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Config, Findings> {
    let mut findings = Vec::new();
    let mut entries = entries::Entries::of_defaults(path);
    let understood = read::file(path, &mut entries, &mut findings);
    read::variables(env, &mut entries, &mut findings);
    let config = Config::of(&entries);
    if understood {
        findings.extend(check::all(&entries, &config));
    }
    if findings.is_empty() {
        Ok(config)
    } else {
        Err(Findings::new(findings))
    }
}
