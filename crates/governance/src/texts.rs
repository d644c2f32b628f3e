//! Texts that people send in: none holds what no keyboard writes. PostgreSQL keeps no NUL, notices and lists no control
//! characters.

use serde_json::Value;

use crate::Refused;

/// Whether a text is without control characters, but for the ends of its lines and tabs.
#[must_use]
pub fn is_plain(text: &str) -> bool {
    let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    text.chars().all(plain)
}

/// Refuses a text with control characters.
///
/// # Errors
/// Which text it is.
pub fn check(label: &str, text: &str) -> Result<(), Refused> {
    match is_plain(text) {
        true => Ok(()),
        false => Err(Refused::bad(format!(
            "{label} có ký tự điều khiển; hãy nhập lại."
        ))),
    }
}

/// As [`is_plain`], for all texts of a value, its names too.
#[must_use]
pub fn is_plain_value(value: &Value) -> bool {
    match value {
        Value::String(text) => is_plain(text),
        Value::Array(items) => items.iter().all(is_plain_value),
        Value::Object(members) => members
            .iter()
            .all(|(name, value)| is_plain(name) && is_plain_value(value)),
        _ => true,
    }
}

/// A text that may come from anywhere, as it can be kept and shown.
pub(crate) fn on_lines(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            c if c.is_control() && c != '\n' => ' ',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_found_wherever_they_stand() {
        assert!(is_plain("Nguyễn Văn A\r\n\tVăn thư"));
        for text in ["a\0b", "a\u{1b}[0m", "a\u{7f}", "a\u{85}"] {
            assert!(!is_plain(text));
            assert!(check("Chức vụ", text).is_err());
            assert_eq!(on_lines(text).chars().filter(|c| c.is_control()).count(), 0);
            let value = serde_json::json!({ "a": [{ "b": text }] });
            assert!(!is_plain_value(&value));
            assert!(!is_plain_value(&serde_json::json!({ text: 1 })));
        }
    }
}
