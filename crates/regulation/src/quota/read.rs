//! Reads `[quota]` and `[attachment]`.

use toml::de::DeValue;

use super::{Bounds, Exception, Quotas, Warnings};
use crate::Cited;
use crate::read::{Reader, Table, number, size};
use crate::size::shown;

/// Reads `[quota]` and `[attachment]`.
pub(crate) fn quotas<'t>(reader: &mut Reader<'t>, top: &mut Table<'t>) -> Option<Quotas> {
    let quota = reader.table(top, "quota").and_then(|mut table| {
        let personal = bounds(reader, &mut table, "personal");
        let unit = bounds(reader, &mut table, "unit");
        let percents = reader.table(&mut table, "warnings").and_then(|mut table| {
            let value = reader.plain(&mut table, "percents", percents);
            let source = reader.source(&mut table);
            reader.close(&table);
            Some(Cited {
                value: value?,
                source: source?,
            })
        });
        let exception = reader.cited(&mut table, "exception", exception);
        reader.close(&table);
        Some((personal?, unit?, percents?, exception?))
    });
    let attachment = reader.table(top, "attachment").and_then(|mut table| {
        let limits = if ["personal", "unit"].iter().any(|key| table.has(key)) {
            let personal = reader.cited(&mut table, "personal", size);
            let unit = reader.cited(&mut table, "unit", size);
            personal.zip(unit)
        } else {
            let both = reader.cited(&mut table, "limit", size);
            both.map(|both| (both.clone(), both))
        };
        let exception = reader.optional_cited(&mut table, "exception", exception);
        reader.close(&table);
        Some((limits?, exception?))
    });
    let (personal, unit, percents, exception) = quota?;
    let ((attachment_personal, attachment_unit), attachment_exception) = attachment?;
    Some(Quotas {
        personal,
        unit,
        warnings: Warnings { percents },
        attachment_exception: attachment_exception.unwrap_or_else(|| exception.clone()),
        exception,
        attachment_personal,
        attachment_unit,
    })
}

fn bounds<'t>(reader: &mut Reader<'t>, quota: &mut Table<'t>, key: &str) -> Option<Bounds> {
    let mut table = reader.table(quota, key)?;
    let line = reader.line_of(&table, "minimum");
    let default_line = reader.line_of(&table, "default");
    let minimum = reader.optional(&mut table, "minimum", size);
    let maximum = reader.plain(&mut table, "maximum", size);
    let default = reader.optional_cited(&mut table, "default", size);
    let source = reader.source(&mut table);
    reader.close(&table);
    let (minimum, maximum, default, source) = (minimum?, maximum?, default?, source?);
    if minimum.is_some_and(|minimum| minimum > maximum) {
        let what = format!("minimum không lớn hơn maximum ({})", shown(maximum));
        reader.needs(line, table.name("minimum"), &what);
        return None;
    }
    let maximum = Cited {
        value: maximum,
        source: source.clone(),
    };
    let default = default.unwrap_or_else(|| maximum.clone());
    if default.value > maximum.value || minimum.is_some_and(|minimum| default.value < minimum) {
        let what = format!(
            "một dung lượng trong khoảng từ {} đến {}",
            minimum.map_or("0".to_owned(), shown),
            shown(maximum.value)
        );
        reader.needs(default_line, table.name("default"), &what);
        return None;
    }
    Some(Bounds {
        minimum: minimum.map(|value| Cited { value, source }),
        maximum,
        default,
    })
}

fn percents(value: &DeValue<'_>) -> Result<Vec<u8>, &'static str> {
    let what = "danh sách phần trăm từ 1 đến 99, tăng dần ([80, 90, 95])";
    let mut percents: Vec<u8> = Vec::new();
    for one in value.as_array().ok_or(what)? {
        let percent = number(one.get_ref())
            .and_then(|number| u8::try_from(number).ok())
            .filter(|percent| {
                (1..=99).contains(percent) && percents.last().is_none_or(|last| last < percent)
            })
            .ok_or(what)?;
        percents.push(percent);
    }
    if percents.is_empty() {
        Err(what)
    } else {
        Ok(percents)
    }
}

fn exception(value: &DeValue<'_>) -> Result<Exception, &'static str> {
    match value.as_str() {
        Some("on request") => Ok(Exception::OnRequest),
        Some("none") => Ok(Exception::None),
        _ => Err("\"on request\" hoặc \"none\""),
    }
}
