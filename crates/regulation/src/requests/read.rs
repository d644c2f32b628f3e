//! Reads `[requests]` and `[[request]]`.

use toml::de::DeValue;

use super::{Channel, Field, RequestKind, RequestRule, Told, Way};
use crate::calendar::Term;
use crate::read::{Reader, Table, To, name, term, words, yes_or_no};
use crate::{Cited, MailboxKind};

/// What holds for all kinds unless one says otherwise.
struct Common {
    steps: Vec<Cited<String>>,
    result: Cited<Vec<Told>>,
    reason_on_refusal: Cited<bool>,
    deadline: Option<Cited<Term>>,
}

pub(crate) fn requests<'t>(
    reader: &mut Reader<'t>,
    top: &mut Table<'t>,
) -> Option<Vec<RequestRule>> {
    let common = reader.table(top, "requests").and_then(|mut table| {
        let steps = reader.each_of_some(&mut table, "steps", None, step);
        let result = reader.cited(&mut table, "result", told);
        let reason = reader.cited(&mut table, "reason_on_refusal", yes_or_no);
        let deadline = reader.optional_cited(&mut table, "deadline", term);
        reader.close(&table);
        Some(Common {
            steps: steps?,
            result: result?,
            reason_on_refusal: reason?,
            deadline: deadline?,
        })
    });
    let mut all = Vec::new();
    let read = reader.each_of_some(top, "request", Some("kind"), |reader, table| {
        let one = request(reader, table, common.as_ref())?;
        all.push(one);
        Some(())
    });
    read?;
    common?;
    Some(all)
}

fn request<'t>(
    reader: &mut Reader<'t>,
    table: &mut Table<'t>,
    common: Option<&Common>,
) -> Option<RequestRule> {
    let kind = reader.plain(table, "kind", kind);
    let channels = reader.each_of_some(table, "channels", None, channel);
    let steps = reader.each(table, "steps", None, step);
    let (form_line, accepts_line) = (
        reader.line_of(table, "form"),
        reader.line_of(table, "accepts"),
    );
    let form = reader.optional(table, "form", name);
    let accepts = reader.optional(table, "accepts", names);
    for id in form.iter().flatten() {
        reader.refers(form_line, table.name("form"), To::Form(id.clone()));
    }
    for id in accepts.iter().flatten().flatten() {
        reader.refers(accepts_line, table.name("accepts"), To::Form(id.clone()));
    }
    let fields = fields(reader, table, "fields");
    let deadline = reader.optional_cited(table, "deadline", term);
    let result = reader.optional_cited(table, "result", told);
    let reason = reader.optional_cited(table, "reason_on_refusal", yes_or_no);
    let source = reader.source(table);
    let common = common?;
    let steps = steps?;
    Some(RequestRule {
        kind: Cited {
            value: kind?,
            source: source?,
        },
        channels: channels?,
        steps: if steps.is_empty() {
            common.steps.clone()
        } else {
            steps
        },
        form: form?,
        accepts: accepts?.unwrap_or_default(),
        fields: fields?,
        deadline: deadline?.or_else(|| common.deadline.clone()),
        result: result?.unwrap_or_else(|| common.result.clone()),
        reason_on_refusal: reason?.unwrap_or_else(|| common.reason_on_refusal.clone()),
    })
}

fn step<'t>(reader: &mut Reader<'t>, table: &mut Table<'t>) -> Option<Cited<String>> {
    let who = reader.plain(table, "who", words);
    let source = reader.source(table);
    Some(Cited {
        value: who?,
        source: source?,
    })
}

fn channel<'t>(reader: &mut Reader<'t>, table: &mut Table<'t>) -> Option<Cited<Channel>> {
    let way = reader.plain(table, "by", way);
    let to = reader.optional(table, "to", address);
    let only = reader.optional(table, "only", mailbox);
    let source = reader.source(table);
    Some(Cited {
        value: Channel {
            way: way?,
            to: to?,
            only: only?,
        },
        source: source?,
    })
}

/// Fields of a request or a form: `{ id, label, required }`.
pub(crate) fn fields<'t>(
    reader: &mut Reader<'t>,
    table: &mut Table<'t>,
    key: &str,
) -> Option<Vec<Field>> {
    reader.each(table, key, Some("id"), |reader, table| {
        let id = reader.plain(table, "id", name);
        let heading = reader.optional(table, "heading", words);
        let label = reader.plain(table, "label", words);
        let required = reader.plain(table, "required", yes_or_no);
        Some(Field {
            id: id?,
            heading: heading?,
            label: label?,
            required: required?,
        })
    })
}

pub(crate) fn kind(value: &DeValue<'_>) -> Result<RequestKind, &'static str> {
    let found = RequestKind::ALL
        .into_iter()
        .find(|kind| value.as_str() == Some(kind.id()));
    found.ok_or(
        "\"issue\", \"change\", \"revoke\", \"restore\", \"password\", \"quota\", \"sync\" hoặc \"directory\"",
    )
}

fn way(value: &DeValue<'_>) -> Result<Way, &'static str> {
    match value.as_str() {
        Some("documents") => Ok(Way::Documents),
        Some("letter") => Ok(Way::Letter),
        Some("unit mailbox") => Ok(Way::UnitMailbox),
        Some("self-service") => Ok(Way::SelfService),
        Some("notice") => Ok(Way::Notice),
        _ => Err("\"documents\", \"letter\", \"unit mailbox\", \"self-service\" hoặc \"notice\""),
    }
}

pub(crate) fn mailbox(value: &DeValue<'_>) -> Result<MailboxKind, &'static str> {
    match value.as_str() {
        Some("personal") => Ok(MailboxKind::Personal),
        Some("unit") => Ok(MailboxKind::Unit),
        _ => Err("\"personal\" hoặc \"unit\""),
    }
}

fn address(value: &DeValue<'_>) -> Result<String, &'static str> {
    let text = value.as_str().filter(|text| {
        let mut halves = text.split('@');
        let both = halves.next().is_some_and(|half| !half.is_empty())
            && halves.next().is_some_and(|half| half.contains('.'));
        both && halves.next().is_none()
    });
    text.map(str::to_owned)
        .ok_or("một địa chỉ thư (\"vp@sonla.gov.vn\")")
}

fn told(value: &DeValue<'_>) -> Result<Vec<Told>, &'static str> {
    let what = "danh sách chọn từ \"organisation\", \"managing\"";
    let told: Option<Vec<Told>> = value.as_array().and_then(|items| {
        let one = |item: &str| match item {
            "organisation" => Some(Told::Organisation),
            "managing" => Some(Told::Managing),
            _ => None,
        };
        items
            .iter()
            .map(|item| item.get_ref().as_str().and_then(one))
            .collect()
    });
    told.filter(|told| !told.is_empty()).ok_or(what)
}

fn names(value: &DeValue<'_>) -> Result<Vec<String>, &'static str> {
    let what = "danh sách id của các [[form]]";
    let names: Result<Vec<String>, _> = value
        .as_array()
        .ok_or(what)?
        .iter()
        .map(|item| name(item.get_ref()))
        .collect();
    names.map_err(|_| what)
}
