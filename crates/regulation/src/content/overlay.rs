//! The section `[content]` of an overlay: the keys of a profile's, each of which may be missing, without clauses.

use super::concern::Concern;
use super::effect::Effects;
use super::pattern::Pattern;
use super::read::{TABLES, effects, effects_without_hold, kinds, patterns, real_types};
use super::real_type::RealType;
use super::rule::Rule;
use crate::read::{Reader, Reading, Table, size};
use crate::{Origin, Value};

/// Reads what an overlay asks of content; where nothing stands, everything passes.
pub(crate) fn overlay_rule<'t>(
    reader: &mut Reader<'t>,
    top: &mut Table<'t>,
    name: &str,
) -> Option<Rule> {
    let origin = Origin::Overlay(name.to_owned());
    let mut rule = Rule::nothing(&origin);
    if !top.entries.contains_key("content") {
        return Some(rule);
    }
    let mut content = reader.table(top, "content")?;
    for name in TABLES {
        if !content.entries.contains_key(name) {
            continue;
        }
        let mut table = reader.table(&mut content, name)?;
        set_effects(reader, &mut table, name, &mut rule, &origin);
        match name {
            "executables" => {
                for key in ["printed", "further"] {
                    let found: Vec<Pattern> = list(reader, &mut table, key, patterns);
                    rule.executable_names.extend(each(found, &origin));
                }
                for key in ["types", "further_types"] {
                    let found: Vec<RealType> = list(reader, &mut table, key, real_types);
                    rule.executable_types.extend(each(found, &origin));
                }
            }
            "size" => {
                if let Some(Some(limit)) = reader.optional(&mut table, "limit", size) {
                    rule.limit_personal.value = limit;
                    rule.limit_unit.value = limit;
                }
            }
            "kinds" => {
                let found = reader.optional(&mut table, "allowed", kinds);
                let found = found.flatten().map(|value| Value {
                    value,
                    origin: origin.clone(),
                });
                rule.allowed.extend(found);
            }
            _ => {}
        }
        reader.close(&table);
    }
    reader.close(&content);
    Some(rule)
}

/// The effects of this table, where their keys are there.
fn set_effects<'t>(
    reader: &mut Reader<'t>,
    table: &mut Table<'t>,
    name: &str,
    rule: &mut Rule,
    origin: &Origin,
) {
    for (concern, slot) in Concern::ALL.iter().zip(&mut rule.effects) {
        let (of, key) = concern.key();
        if of != name {
            continue;
        }
        let reading = if concern.may_hold() {
            effects
        } else {
            effects_without_hold
        };
        if let Some(Some(value)) = reader.optional(table, key, reading) {
            *slot = Effects::new(value, origin);
        }
    }
}

fn list<'t, T>(
    reader: &mut Reader<'t>,
    table: &mut Table<'t>,
    key: &str,
    reading: Reading<Vec<T>>,
) -> Vec<T> {
    let found = reader.optional(table, key, reading);
    found.flatten().unwrap_or_default()
}

fn each<T>(list: Vec<T>, origin: &Origin) -> impl Iterator<Item = Value<T>> {
    list.into_iter().map(|value| Value {
        value,
        origin: origin.clone(),
    })
}
