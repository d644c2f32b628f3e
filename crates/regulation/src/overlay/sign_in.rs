//! What an overlay asks of sign-in: data until there are sign-in policies, which enforce it.

use toml::de::DeValue;

use crate::read::{Reader, Table, yes_or_no};

/// Who must sign in with a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SecondFactor {
    /// Whoever comes from the Internet.
    pub internet: bool,
    /// Every administrator, from wherever.
    pub administrators: bool,
}

/// From where administrators may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Networks {
    /// From any network.
    #[default]
    Any,
    /// Only from the networks that the operating centre has listed.
    Listed,
}

/// Reads `[second_factor]`; nobody needs one where it is missing.
pub(super) fn second_factor<'t>(
    reader: &mut Reader<'t>,
    top: &mut Table<'t>,
) -> Option<SecondFactor> {
    let mut asked = SecondFactor::default();
    if !top.entries.contains_key("second_factor") {
        return Some(asked);
    }
    let mut table = reader.table(top, "second_factor")?;
    for (key, slot) in [
        ("internet", &mut asked.internet),
        ("administrators", &mut asked.administrators),
    ] {
        if let Some(Some(value)) = reader.optional(&mut table, key, yes_or_no) {
            *slot = value;
        }
    }
    reader.close(&table);
    Some(asked)
}

/// Reads `[administrators]`; any network where it is missing.
pub(super) fn administrators<'t>(reader: &mut Reader<'t>, top: &mut Table<'t>) -> Option<Networks> {
    if !top.entries.contains_key("administrators") {
        return Some(Networks::Any);
    }
    let mut table = reader.table(top, "administrators")?;
    let found = reader.optional(&mut table, "networks", networks);
    reader.close(&table);
    found.map(Option::unwrap_or_default)
}

fn networks(value: &DeValue<'_>) -> Result<Networks, &'static str> {
    match value.as_str() {
        Some("any") => Ok(Networks::Any),
        Some("listed") => Ok(Networks::Listed),
        _ => Err("\"any\" hoặc \"listed\""),
    }
}
