//! The sections `[password]` and `[first_sign_in]` of a profile, and overlays.

use toml::de::DeValue;

use super::rule::{Class, Rule};
use crate::calendar::Term;
use crate::read::{Reader, Reading, Table, yes_or_no};
use crate::{Cited, Origin, Value};

/// Reads the rule of a profile; every key must be there.
pub(crate) fn rule<'t>(reader: &mut Reader<'t>, top: &mut Table<'t>, code: &str) -> Option<Rule> {
    let first = reader.table(top, "first_sign_in").and_then(|mut table| {
        let change = reader.cited(&mut table, "change", yes_or_no);
        reader.close(&table);
        change
    });
    let mut table = reader.table(top, "password")?;
    let length = reader.cited(&mut table, "minimum_length", length);
    let classes = reader.cited(&mut table, "classes", classes);
    let expires = reader.cited(&mut table, "expires", expires);
    let names = reader.cited(&mut table, "names", refused);
    let history = reader.cited(&mut table, "history", history);
    let common = reader.cited(&mut table, "common", refused);
    reader.close(&table);
    let classes = classes?;
    let each = classes.value.into_iter().map(|class| Cited {
        value: class,
        source: classes.source.clone(),
    });
    Some(Rule {
        classes: each.map(|class| value(class, code)).collect(),
        minimum_length: value(length?, code),
        expires: value(expires?, code),
        names_refused: value(names?, code),
        history: value(history?, code),
        common_refused: value(common?, code),
        change_at_first_sign_in: value(first?, code),
    })
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

/// Reads what an overlay asks of passwords: its rule without a second factor, and its rule with one.
pub(crate) fn overlay_rules<'t>(
    reader: &mut Reader<'t>,
    top: &mut Table<'t>,
    name: &str,
) -> Option<(Rule, Rule)> {
    let origin = Origin::Overlay(name.to_owned());
    let mut alone = Rule::nothing(&origin);
    if !top.entries.contains_key("password") {
        return Some((alone.clone(), alone));
    }
    let mut table = reader.table(top, "password")?;
    set(
        reader,
        &mut table,
        "minimum_length",
        length,
        &mut alone.minimum_length.value,
    );
    set(
        reader,
        &mut table,
        "expires",
        expires,
        &mut alone.expires.value,
    );
    set(
        reader,
        &mut table,
        "names",
        refused,
        &mut alone.names_refused.value,
    );
    set(
        reader,
        &mut table,
        "history",
        history,
        &mut alone.history.value,
    );
    set(
        reader,
        &mut table,
        "common",
        refused,
        &mut alone.common_refused.value,
    );
    let mut asked = Vec::new();
    set(reader, &mut table, "classes", classes, &mut asked);
    alone.classes = asked
        .into_iter()
        .map(|value| Value {
            value,
            origin: origin.clone(),
        })
        .collect();
    let mut second = alone.clone();
    let key = "minimum_length_with_second_factor";
    set(
        reader,
        &mut table,
        key,
        length,
        &mut second.minimum_length.value,
    );
    if second.minimum_length.value > alone.minimum_length.value {
        reader.needs(
            table.line,
            table.name(key),
            "số không lớn hơn minimum_length",
        );
    }
    reader.close(&table);
    Some((alone, second))
}

/// Sets a value where its key is there.
fn set<'t, T>(
    reader: &mut Reader<'t>,
    table: &mut Table<'t>,
    key: &str,
    reading: Reading<T>,
    slot: &mut T,
) {
    if table.has(key)
        && let Some(value) = reader.plain(table, key, reading)
    {
        *slot = value;
    }
}

fn number(value: &DeValue<'_>) -> Option<u16> {
    let number = value.as_integer()?;
    u16::from_str_radix(number.as_str(), number.radix()).ok()
}

fn length(value: &DeValue<'_>) -> Result<u16, &'static str> {
    number(value)
        .filter(|length| (1..=64).contains(length))
        .ok_or("một số ký tự từ 1 đến 64")
}

fn history(value: &DeValue<'_>) -> Result<u8, &'static str> {
    number(value)
        .and_then(|number| u8::try_from(number).ok())
        .filter(|number| *number <= 24)
        .ok_or("một số mật khẩu từ 0 đến 24")
}

fn expires(value: &DeValue<'_>) -> Result<Option<Term>, &'static str> {
    let what = "một thời hạn tính bằng days, months hoặc years (\"3 months\"), hoặc \"never\"";
    match value.as_str() {
        Some("never") => Ok(None),
        Some(text) => match text.parse() {
            Ok(Term::WorkingDays(_)) | Err(_) => Err(what),
            Ok(term) => Ok(Some(term)),
        },
        None => Err(what),
    }
}

fn refused(value: &DeValue<'_>) -> Result<bool, &'static str> {
    match value.as_str() {
        Some("refused") => Ok(true),
        Some("allowed") => Ok(false),
        _ => Err("\"refused\" hoặc \"allowed\""),
    }
}

fn classes(value: &DeValue<'_>) -> Result<Vec<Class>, &'static str> {
    let what = "danh sách chọn từ \"lower\", \"upper\", \"digit\", \"special\", \"one of !@#…\", không lặp lại";
    let mut classes = Vec::new();
    for name in value.as_array().ok_or(what)? {
        let class = match name.get_ref().as_str().ok_or(what)? {
            "lower" => Class::Lower,
            "upper" => Class::Upper,
            "digit" => Class::Digit,
            "special" => Class::Special,
            text => text
                .strip_prefix("one of ")
                .filter(|set| !set.is_empty() && set.chars().all(|c| c.is_ascii_punctuation()))
                .map(|set| Class::OneOf(set.to_owned()))
                .ok_or(what)?,
        };
        if classes.contains(&class) {
            return Err(what);
        }
        classes.push(class);
    }
    Ok(classes)
}
