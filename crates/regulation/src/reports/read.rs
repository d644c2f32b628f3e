//! Reads `[[report]]`.

use toml::de::DeValue;

use super::{DueDay, Every, Report};
use crate::Cited;
use crate::read::{Reader, Table, To, day_off, name, number, say, words};

pub(crate) fn reports<'t>(reader: &mut Reader<'t>, top: &mut Table<'t>) -> Option<Vec<Report>> {
    reader.each(top, "report", Some("id"), report)
}

fn report<'t>(reader: &mut Reader<'t>, table: &mut Table<'t>) -> Option<Report> {
    let line = reader.line_of(table, "due");
    let id = reader.plain(table, "id", name);
    let title = reader.plain(table, "title", words);
    let every = reader.plain(table, "every", every);
    let made_by = reader.plain(table, "by", words);
    let to = reader.plain(table, "to", words);
    let content = reader.plain(table, "content", words);
    let form_line = reader.line_of(table, "form");
    let form = reader.optional(table, "form", name);
    for id in form.iter().flatten() {
        reader.refers(form_line, table.name("form"), To::Form(id.clone()));
    }
    let remind = reader.optional(table, "remind", remind);
    let due = if table.has("due") {
        due(reader, table).map(Some)
    } else {
        Some(None)
    };
    let source = reader.source(table);
    let (every, due, remind) = (every?, due?, remind?.unwrap_or_default());
    let text = match (every, &due) {
        (Every::Months(_), None) => Some(say::MISSING),
        (Every::Request | Every::Change, Some(_)) => Some("chỉ báo cáo định kỳ có khóa này"),
        _ => None,
    };
    if let Some(text) = text {
        reader.fault(line, table.name("due"), text);
        return None;
    }
    Some(Report {
        id: id?,
        title: title?,
        every: Cited {
            value: every,
            source: source?,
        },
        due,
        made_by: made_by?,
        to: to?,
        content: content?,
        form: form?,
        remind,
    })
}

fn due<'t>(reader: &mut Reader<'t>, report: &mut Table<'t>) -> Option<Cited<DueDay>> {
    let mut table = reader.table(report, "due")?;
    let month = reader.plain(&mut table, "month", month);
    let day = reader.plain(&mut table, "day", day);
    let day_off = reader.plain(&mut table, "day_off", day_off);
    let source = reader.source(&mut table);
    reader.close(&table);
    Some(Cited {
        value: DueDay {
            month: month?,
            day: day?,
            day_off: day_off?,
        },
        source: source?,
    })
}

fn every(value: &DeValue<'_>) -> Result<Every, &'static str> {
    match value.as_str() {
        Some("month") => Ok(Every::Months(1)),
        Some("quarter") => Ok(Every::Months(3)),
        Some("half") => Ok(Every::Months(6)),
        Some("year") => Ok(Every::Months(12)),
        Some("request") => Ok(Every::Request),
        Some("change") => Ok(Every::Change),
        _ => Err("\"month\", \"quarter\", \"half\", \"year\", \"request\" hoặc \"change\""),
    }
}

fn small(value: &DeValue<'_>, most: u8) -> Option<u8> {
    number(value)
        .and_then(|number| u8::try_from(number).ok())
        .filter(|number| (1..=most).contains(number))
}

fn month(value: &DeValue<'_>) -> Result<u8, &'static str> {
    small(value, 24).ok_or("tháng thứ mấy kể từ tháng đầu kỳ, từ 1 đến 24")
}

fn day(value: &DeValue<'_>) -> Result<u8, &'static str> {
    if value.as_str() == Some("last") {
        return Ok(31);
    }
    small(value, 31).ok_or("một ngày trong tháng từ 1 đến 31, hoặc \"last\"")
}

fn remind(value: &DeValue<'_>) -> Result<Vec<u16>, &'static str> {
    let what = "danh sách số ngày báo trước từ 1 đến 60 ([7, 1])";
    let days: Option<Vec<u16>> = value.as_array().and_then(|items| {
        let one = |item| small(item, 60).map(u16::from);
        items.iter().map(|item| one(item.get_ref())).collect()
    });
    days.ok_or(what)
}
