//! The settings in force as people read them: what each means, what it is, and where that was set. Secrets are never among it.

use super::entries::Entries;
use super::kind::Value;
use super::render::literal;
use super::settings::{SECTIONS, SETTINGS, Setting};
use super::units::{show_bytes, show_duration};
use super::{Home, Place};

/// A setting in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    /// Its section: `smtp`, and what that is about.
    pub(crate) section: (&'static str, &'static str),
    /// Its key: `smtp.listen`.
    pub(crate) key: &'static str,
    /// What it means.
    pub(crate) help: &'static str,
    /// Its value; of a secret only whether there is one.
    pub(crate) value: String,
    /// Its default; empty where it has none.
    pub(crate) default: String,
    /// Where it was set; `None` for the default.
    pub(crate) place: Option<String>,
}

/// All settings, section by section.
pub(super) fn shown(entries: &Entries) -> Vec<Shown> {
    let of = |section: &(&'static str, &'static str)| {
        let section = *section;
        SETTINGS
            .iter()
            .filter(move |setting| setting.section() == section.0)
            .map(move |setting| one(entries, section, setting))
    };
    SECTIONS.iter().flat_map(of).collect()
}

fn one(entries: &Entries, section: (&'static str, &'static str), setting: &Setting) -> Shown {
    let place = entries
        .is_set(setting.key)
        .then(|| match entries.place(setting.key) {
            Place::File {
                line: Some(line), ..
            } => format!("tệp cấu hình, dòng {line}"),
            Place::File { line: None, .. } => "tệp cấu hình".to_owned(),
            Place::Variable(name) => format!("biến môi trường {name}"),
        });
    Shown {
        section,
        key: setting.key,
        help: setting.help,
        value: value(entries.value(setting.key)),
        default: match setting.default {
            "" => String::new(),
            default => literal(setting.kind, default),
        },
        place,
    }
}

fn list<T>(of: &[T], one: impl Fn(&T) -> String) -> String {
    of.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn value(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Bytes(value) => show_bytes(*value),
        Value::Span(value) => show_duration(*value),
        Value::Text(value) => value.clone(),
        Value::Path(value) => value.display().to_string(),
        Value::Sockets(all) => list(all, ToString::to_string),
        Value::Networks(all) => list(all, ToString::to_string),
        Value::Spans(all) => list(all, |span| show_duration(*span)),
        Value::Homes(all) => list(all, |Home { domain, host, port }| {
            format!("{domain}={host}:{port}")
        }),
        Value::Secret(secret) if secret.is_empty() => String::new(),
        Value::Secret(_) => "(đã đặt, không hiện)".to_owned(),
    }
}
