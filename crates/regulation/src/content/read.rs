//! The section `[content]` of a profile.

use toml::de::DeValue;

use super::concern::Concern;
use super::effect::{Direction, Effect, Effects};
use super::pattern::Pattern;
use super::real_type::RealType;
use super::rule::Rule;
use crate::quota::Quotas;
use crate::read::{Reader, Reading, Table, texts};
use crate::{Cited, Origin, Source, Value};

/// The tables below `[content]`, in the order of the file.
pub(crate) const TABLES: [&str; 9] = [
    "executables",
    "encrypted",
    "unreadable",
    "size",
    "secrecy",
    "kinds",
    "disguise",
    "documents",
    "recipients",
];

/// Reads the rule of a profile; every key must be there but `executables.printed` and `.types`. `quotas` are the profile's own.
pub(crate) fn rule<'t>(
    reader: &mut Reader<'t>,
    top: &mut Table<'t>,
    code: &str,
    quotas: Option<&Quotas>,
) -> Option<Rule> {
    let mut content = reader.table(top, "content")?;
    let mut section = Section {
        effects: Concern::ALL.map(|_| None),
        code,
        reader,
    };
    let (mut names, mut types) = (None, None);
    let (mut allowed, mut categories) = (None, None);
    for name in TABLES {
        let Some(mut table) = section.reader.table(&mut content, name) else {
            continue;
        };
        section.effects(&mut table, name);
        match name {
            "executables" => {
                names = section.parts(&mut table, "printed", "further", patterns);
                types = section.parts(&mut table, "types", "further_types", real_types);
            }
            "kinds" => allowed = section.value(&mut table, "allowed", kinds),
            "documents" => categories = section.value(&mut table, "categories", texts),
            _ => {}
        }
        section.reader.close(&table);
    }
    let effects = section.effects;
    reader.close(&content);
    let quotas = quotas?;
    let limit = |cited: &Cited<u64>| value(cited.clone(), code);
    Some(Rule {
        effects: all(effects)?,
        executable_names: names?,
        executable_types: types?,
        limit_personal: limit(&quotas.attachment_personal),
        limit_unit: limit(&quotas.attachment_unit),
        allowed: vec![allowed?],
        categories: categories?,
    })
}

struct Section<'r, 't> {
    reader: &'r mut Reader<'t>,
    code: &'r str,
    effects: [Option<Effects>; Concern::ALL.len()],
}

impl<'t> Section<'_, 't> {
    /// The effects of this table.
    fn effects(&mut self, table: &mut Table<'t>, name: &str) {
        for (concern, slot) in Concern::ALL.iter().zip(&mut self.effects) {
            let (of, key) = concern.key();
            if of != name {
                continue;
            }
            let reading = if concern.may_hold() {
                effects
            } else {
                effects_without_hold
            };
            let cited = self.reader.cited(table, key, reading);
            *slot = cited.map(|cited| Effects::new(cited.value, &origin(cited.source, self.code)));
        }
    }

    fn value<T>(
        &mut self,
        table: &mut Table<'t>,
        key: &str,
        reading: Reading<T>,
    ) -> Option<Value<T>> {
        let cited = self.reader.cited(table, key, reading)?;
        Some(value(cited, self.code))
    }

    /// What a text names, where it does, and what we read into it.
    fn parts<T>(
        &mut self,
        table: &mut Table<'t>,
        named: &str,
        further: &str,
        reading: Reading<Vec<T>>,
    ) -> Option<Vec<Value<T>>> {
        let named = if table.has(named) {
            self.value(table, named, reading).map(each)
        } else {
            Some(Vec::new())
        };
        let further = self.value(table, further, reading).map(each);
        Some(named?.into_iter().chain(further?).collect())
    }
}

fn origin(source: Source, code: &str) -> Origin {
    Origin::Profile {
        code: code.to_owned(),
        source,
    }
}

fn value<T>(cited: Cited<T>, code: &str) -> Value<T> {
    Value {
        value: cited.value,
        origin: origin(cited.source, code),
    }
}

/// The values of a list, each with what set the list.
fn each<T>(list: Value<Vec<T>>) -> Vec<Value<T>> {
    let origin = list.origin;
    let with_origin = |value| Value {
        value,
        origin: origin.clone(),
    };
    list.value.into_iter().map(with_origin).collect()
}

/// All of them, where none is missing.
fn all<T, const N: usize>(values: [Option<T>; N]) -> Option<[T; N]> {
    let values: Vec<T> = values.into_iter().collect::<Option<_>>()?;
    values.try_into().ok()
}

pub(super) fn effects(value: &DeValue<'_>) -> Result<[Effect; 3], &'static str> {
    effects_among(value, &Effect::ALL).ok_or(
        "\"pass\", \"warn\", \"hold\" hoặc \"refuse\", chung hoặc riêng cho sent, inside, received",
    )
}

pub(super) fn effects_without_hold(value: &DeValue<'_>) -> Result<[Effect; 3], &'static str> {
    effects_among(value, &[Effect::Pass, Effect::Warn, Effect::Refuse]).ok_or(
        "\"pass\", \"warn\" hoặc \"refuse\", chung hoặc riêng cho sent, inside, received (không \"hold\": người xét duyệt sẽ đọc được)",
    )
}

/// One effect for all directions, or a table with one for each.
fn effects_among(value: &DeValue<'_>, among: &[Effect]) -> Option<[Effect; 3]> {
    let named = |value: &DeValue<'_>| {
        let name = value.as_str()?;
        among.iter().copied().find(|effect| effect.name() == name)
    };
    let Some(table) = value.as_table() else {
        return named(value).map(|effect| [effect; 3]);
    };
    if table.len() != Direction::ALL.len() {
        return None;
    }
    all(Direction::ALL.map(|way| {
        table
            .get(way.name())
            .and_then(|value| named(value.get_ref()))
    }))
}

fn list<T>(value: &DeValue<'_>, read: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let items = value.as_array()?;
    let found: Option<Vec<T>> = items
        .iter()
        .map(|item| item.get_ref().as_str().and_then(&read))
        .collect();
    found.filter(|found| !found.is_empty())
}

pub(super) fn patterns(value: &DeValue<'_>) -> Result<Vec<Pattern>, &'static str> {
    list(value, Pattern::new).ok_or("danh sách mẫu tên tệp viết thường ([\"*.exe\"])")
}

pub(super) fn kinds(value: &DeValue<'_>) -> Result<Option<Vec<Pattern>>, &'static str> {
    if value.as_str() == Some("any") {
        return Ok(None);
    }
    list(value, Pattern::new)
        .map(Some)
        .ok_or("\"any\", hoặc danh sách mẫu tên tệp viết thường ([\"*.pdf\"])")
}

pub(super) fn real_types(value: &DeValue<'_>) -> Result<Vec<RealType>, &'static str> {
    list(value, |name| {
        RealType::named(name).filter(|real| *real != RealType::Unknown)
    })
    .ok_or("danh sách loại nội dung ([\"pe\", \"msi\", \"script\"])")
}
