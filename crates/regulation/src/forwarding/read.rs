//! The section `[forwarding]` of a profile.

use toml::de::DeValue;

use super::{DomainPattern, Rule};
use crate::content::Effect;
use crate::read::{Reader, Table, say};
use crate::{Cited, Origin, Value};

/// Reads the rule of a profile; every key must be there. `own` is the profile's domain.
pub(crate) fn rule<'t>(
    reader: &mut Reader<'t>,
    top: &mut Table<'t>,
    code: &str,
    own: Option<&str>,
) -> Option<Rule> {
    let mut table = reader.table(top, "forwarding")?;
    let allowed = reader.cited(&mut table, "allowed", domains);
    let elsewhere = reader.cited(&mut table, "elsewhere", effect);
    let fetching = reader.cited(&mut table, "fetching", effect);
    reader.close(&table);
    Some(Rule {
        own: own?.to_owned(),
        allowed: vec![value(allowed?, code)],
        elsewhere: value(elsewhere?, code),
        fetching: value(fetching?, code),
    })
}

/// Reads what an overlay asks; where nothing stands, mail may go anywhere.
pub(crate) fn overlay_rule<'t>(
    reader: &mut Reader<'t>,
    top: &mut Table<'t>,
    name: &str,
) -> Option<Rule> {
    let origin = Origin::Overlay(name.to_owned());
    let mut rule = Rule::nothing(&origin);
    if !top.entries.contains_key("forwarding") {
        return Some(rule);
    }
    let mut table = reader.table(top, "forwarding")?;
    if let Some(Some(value)) = reader.optional(&mut table, "allowed", domains) {
        rule.allowed.push(Value { value, origin });
    }
    for (key, slot) in [
        ("elsewhere", &mut rule.elsewhere),
        ("fetching", &mut rule.fetching),
    ] {
        if let Some(Some(value)) = reader.optional(&mut table, key, effect) {
            slot.value = value;
        }
    }
    reader.close(&table);
    Some(rule)
}

fn value<T>(cited: Cited<T>, code: &str) -> Value<T> {
    Value {
        value: cited.value,
        origin: Origin::Profile {
            code: code.to_owned(),
            source: cited.source,
        },
    }
}

fn domains(value: &DeValue<'_>) -> Result<Vec<DomainPattern>, &'static str> {
    let what = "\"none\", hoặc danh sách tên miền ([\"gov.vn\", \"*.gov.vn\"])";
    if value.as_str() == Some("none") {
        return Ok(Vec::new());
    }
    let items = value.as_array().ok_or(what)?;
    let found: Option<Vec<DomainPattern>> = items
        .iter()
        .map(|item| item.get_ref().as_str().and_then(DomainPattern::new))
        .collect();
    found.filter(|found| !found.is_empty()).ok_or(what)
}

fn effect(value: &DeValue<'_>) -> Result<Effect, &'static str> {
    let name = value.as_str();
    [Effect::Pass, Effect::Warn, Effect::Refuse]
        .into_iter()
        .find(|effect| Some(effect.name()) == name)
        .ok_or(say::EFFECT)
}
