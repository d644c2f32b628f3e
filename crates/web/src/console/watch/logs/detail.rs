//! What a record tells besides, readable: what was before and after side by side, the rest by name.

use serde_json::{Map, Value};

use crate::site::{Lang, full};

/// Letters of a value that are shown.
const LONGEST: usize = 300;

/// A record's detail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Detail {
    /// What changed: its name, what was before, what is now.
    pub(super) changes: Vec<(String, String, String)>,
    /// What else is told: name, value.
    pub(super) facts: Vec<(String, String)>,
}

impl Detail {
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.facts.is_empty()
    }
}

/// Reads a detail as the record has it.
pub(super) fn detail(text: &str, lang: Lang) -> Detail {
    let mut detail = Detail::default();
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(fields)) => {
            changes(&fields, &mut detail, lang);
            for (name, value) in &fields {
                if name != "before" && name != "after" && !value.is_null() {
                    detail
                        .facts
                        .push((named(name, lang), shown(name, value, lang)));
                }
            }
        }
        Ok(Value::Null) => {}
        Ok(other) => detail.facts.push((String::new(), shown("", &other, lang))),
        Err(_) if text.is_empty() => {}
        Err(_) => detail.facts.push((String::new(), short(text))),
    }
    detail
}

fn changes(fields: &Map<String, Value>, detail: &mut Detail, lang: Lang) {
    if !fields.contains_key("before") && !fields.contains_key("after") {
        return;
    }
    let null = Value::Null;
    let of = |name: &str| fields.get(name).unwrap_or(&null);
    let (before, after) = (of("before"), of("after"));
    let parts = |value: &Value| value.as_object().cloned().unwrap_or_default();
    if !before.is_object() && !after.is_object() {
        detail.changes.push((
            String::new(),
            shown("", before, lang),
            shown("", after, lang),
        ));
        return;
    }
    let (was, is) = (parts(before), parts(after));
    let mut names: Vec<&String> = was.keys().chain(is.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let get = |of: &Map<String, Value>| of.get(name).cloned().unwrap_or_default();
        let (was, is) = (get(&was), get(&is));
        if was != is {
            detail.changes.push((
                named(name, lang),
                shown(name, &was, lang),
                shown(name, &is, lang),
            ));
        }
    }
}

fn short(text: &str) -> String {
    let mut text: String = text.replace(char::is_control, " ");
    if text.chars().count() > LONGEST {
        text = text.chars().take(LONGEST).collect();
        text.push('…');
    }
    text
}

/// A value as people read it.
fn shown(name: &str, value: &Value, lang: Lang) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Bool(true) => lang.t("có").to_owned(),
        Value::Bool(false) => lang.t("không").to_owned(),
        Value::Number(number) => match number.as_i64() {
            Some(at) if name.ends_with("_at") => full(at, lang),
            _ => number.to_string(),
        },
        Value::String(text) if text.is_empty() => "–".to_owned(),
        Value::String(text) => short(text),
        Value::Array(all) => {
            let all: Vec<String> = all.iter().map(|one| shown("", one, lang)).collect();
            short(&all.join(", "))
        }
        Value::Object(fields) => {
            let all: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{}: {}", named(name, lang), shown(name, value, lang)))
                .collect();
            short(&all.join("; "))
        }
    }
}

/// What a field is called.
fn named(name: &str, lang: Lang) -> String {
    let words = match name {
        "reason" | "why" => lang.t("Lý do"),
        "name" => lang.t("Tên"),
        "address" => lang.t("Địa chỉ"),
        "role" => lang.t("Vai trò"),
        "kind" => lang.t("Loại"),
        "state" => lang.t("Trạng thái"),
        "title" => lang.t("Chức vụ"),
        "phone" => lang.t("Điện thoại"),
        "head" => lang.t("Thủ trưởng"),
        "contact" => lang.t("Đầu mối"),
        "parent" | "organisation" => lang.t("Cơ quan, đơn vị"),
        "profile" => lang.t("Hồ sơ quy định"),
        "messages" => lang.t("Số thư"),
        "recipients" => lang.t("Người nhận"),
        "sender" => lang.t("Người gửi"),
        "tells_senders" => lang.t("Báo người gửi"),
        "from_at" => lang.t("Từ lúc"),
        "until_at" | "until" => lang.t("Đến lúc"),
        "purpose" => lang.t("Mục đích"),
        "note" => lang.t("Ghi chú"),
        "folder" => lang.t("Thư mục"),
        "rights" => lang.t("Quyền"),
        "to" => lang.t("Đến"),
        "held_for" => lang.t("Vì sao giữ"),
        other => return other.replace('_', " "),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_stands_side_by_side() {
        let vi = Lang::Vietnamese;
        let read = detail(
            r#"{"before":{"name":"Sở A","phone":"1"},"after":{"name":"Sở B","phone":"1"},"reason":"đổi tên"}"#,
            vi,
        );
        assert_eq!(
            read.changes,
            [("Tên".to_owned(), "Sở A".to_owned(), "Sở B".to_owned())]
        );
        assert_eq!(read.facts, [("Lý do".to_owned(), "đổi tên".to_owned())]);
        let plain = detail(r#"{"before":null,"after":1048576}"#, vi);
        assert_eq!(
            plain.changes,
            [(String::new(), "–".to_owned(), "1048576".to_owned())]
        );
        assert!(detail("", vi).is_empty());
        assert_eq!(detail("chữ", vi).facts[0].1, "chữ");
    }
}
