//! The regulations this installation knows: those of the program, and those in its own folder (`server.profiles`).

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, OnceLock};

use anyhow::{Context as _, Result, anyhow, bail};
use congvu_governance::Law;
use congvu_regulation::{Catalogue, Fault, Overlay, Profile};

use crate::config;

/// So many files are read; no state body is governed by more.
const MOST: usize = 200;
/// The longest file that is read, in bytes: the longest regulation has 80 KB.
const LONGEST: u64 = 4 << 20;

/// Set once, when the configuration is read; profiles are read-only while the program runs.
static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();

/// Where there is no installation.
static OF_THE_PROGRAM: LazyLock<Catalogue> = LazyLock::new(Catalogue::default);

/// All that this installation knows.
pub(crate) fn catalogue() -> &'static Catalogue {
    CATALOGUE.get().unwrap_or(&OF_THE_PROGRAM)
}

/// What governance goes by.
pub(crate) fn law() -> Law {
    Law::new(catalogue())
}

/// The profile with this id or code.
pub(crate) fn find(name: &str) -> Option<&'static Profile> {
    catalogue().profile(name)
}

/// Reads an installation's own profiles; a folder that is not there has none.
///
/// # Errors
/// Every fault of each file, by line; an id or a code that stands twice.
pub(crate) fn read(folder: &Path) -> Result<Catalogue> {
    let mut catalogue = Catalogue::default();
    if !folder.exists() {
        return Ok(catalogue);
    }
    let shown = folder.display();
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("không đọc được {shown}"))? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            files.push(path);
        }
    }
    if files.len() > MOST {
        bail!("{shown} có {} tệp quy chế, nhiều hơn {MOST}", files.len());
    }
    // In the order of their names, whatever the file system says.
    files.sort();
    for path in files {
        let shown = path.display();
        let profile = profile(&path)?;
        catalogue
            .add(profile)
            .map_err(|twice| anyhow!("{shown}: {twice}"))?;
    }
    Ok(catalogue)
}

/// Makes the profiles of this folder known to the whole program.
pub(crate) fn install(folder: &Path) -> Result<()> {
    let catalogue = read(folder)?;
    CATALOGUE.get_or_init(|| catalogue);
    law().put_in_force();
    Ok(())
}

/// For tools that need no installation: the profiles of the one that is named, or lies here.
pub(crate) fn install_for_tools(asked: Option<&Path>) -> Result<()> {
    let here = PathBuf::from("congvu.toml");
    let Some(file) = asked.or_else(|| here.is_file().then_some(&*here)) else {
        return Ok(());
    };
    let config = config::load(file, std::env::vars_os())?;
    install(&config.server.profiles)
}

/// A profile by its name or its code, or from a file.
pub(crate) fn load(name: &str) -> Result<Cow<'static, Profile>> {
    if let Some(profile) = find(name) {
        return Ok(Cow::Borrowed(profile));
    }
    if !name.ends_with(".toml") {
        let known: Vec<&str> = catalogue().profiles().map(Profile::id).collect();
        bail!(
            "không có quy chế {name}; có: {}, hoặc một tệp .toml",
            known.join(", ")
        );
    }
    profile(Path::new(name)).map(Cow::Owned)
}

fn profile(path: &Path) -> Result<Profile> {
    Profile::parse(&text(path)?).map_err(|faults| told(path, &faults))
}

/// An overlay from its file.
pub(crate) fn overlay(path: &Path) -> Result<Overlay> {
    Overlay::parse(&text(path)?).map_err(|faults| told(path, &faults))
}

/// The text of a file of a regulation or an overlay.
pub(crate) fn text(path: &Path) -> Result<String> {
    let shown = path.display();
    let length = fs::metadata(path)
        .with_context(|| format!("không đọc được {shown}"))?
        .len();
    if length > LONGEST {
        bail!("{shown} dài quá {LONGEST} byte: không phải một tệp quy chế");
    }
    fs::read_to_string(path).with_context(|| format!("không đọc được {shown}"))
}

fn told(path: &Path, faults: &[Fault]) -> anyhow::Error {
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    anyhow!("{}:\n{}", path.display(), faults.join("\n"))
}
