//! From an overlay's file to an overlay, with every fault at once.

use toml::de::DeTable;

use super::Overlay;
use super::sign_in::{administrators, second_factor};
use crate::Fault;
use crate::lifecycle::overlay_sweeps;
use crate::password::overlay_rules;
use crate::read::{Reader, Table, months, parse_file, words};

pub(super) fn overlay(text: &str) -> Result<Overlay, Vec<Fault>> {
    parse_file(text, |reader, top| {
        let name = reader.plain(top, "name", words);
        let shown = name.clone().unwrap_or_default();
        let rules = overlay_rules(reader, top, &shown);
        let sweeps = overlay_sweeps(reader, top, &shown);
        let content = crate::content::overlay_rule(reader, top, &shown);
        let forwarding = crate::forwarding::overlay_rule(reader, top, &shown);
        let log_retention_months = log_retention(reader, top);
        let second_factor = second_factor(reader, top);
        let networks = administrators(reader, top);
        let (alone, with_second_factor) = rules?;
        Some(Overlay {
            name: name?,
            alone,
            with_second_factor,
            sweeps: sweeps?,
            content: content?,
            forwarding: forwarding?,
            log_retention_months,
            second_factor: second_factor?,
            networks: networks?,
        })
    })
}

/// By its top keys, and where it has none of either, by the schema it names.
pub(super) fn is_overlay(text: &str) -> bool {
    let (file, _) = DeTable::parse_recoverable(text);
    let file = file.into_inner();
    let has = |key: &str| file.contains_key(key);
    let of_a_profile = ["id", "code", "title", "decision", "in_force", "domain"];
    if of_a_profile.iter().any(|key| has(key)) {
        return false;
    }
    has("name")
        || text
            .lines()
            .next()
            .is_some_and(|line| line.contains("overlay.schema"))
}

/// `[log_retention_months]`; what is wrong in it is told, and counts as missing.
fn log_retention<'t>(reader: &mut Reader<'t>, top: &mut Table<'t>) -> Option<u32> {
    if !top.entries.contains_key("log_retention_months") {
        return None;
    }
    let mut table = reader.table(top, "log_retention_months")?;
    let minimum = reader.plain(&mut table, "minimum", months);
    reader.close(&table);
    minimum
}
