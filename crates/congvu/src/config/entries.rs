//! The values of all settings, with the places they come from.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::kind::Value;
use super::settings::{SETTINGS, Setting};
use super::{Home, Network, Place, Secret};

struct Entry {
    value: Value,
    /// Where it was set; `None` for a default.
    place: Option<Place>,
    /// What was set could not be read; `value` is what was there before.
    bad: bool,
}

/// A value for every setting.
pub(super) struct Entries {
    file: PathBuf,
    map: BTreeMap<&'static str, Entry>,
}

impl Entries {
    /// The defaults, for the configuration file at `file`.
    pub(super) fn of_defaults(file: &Path) -> Self {
        let entry = |setting: &Setting| {
            let value = setting
                .kind
                .read_text(setting.default)
                .expect("a default is of its kind: the tests read each");
            (
                setting.key,
                Entry {
                    value,
                    place: None,
                    bad: false,
                },
            )
        };
        Self {
            file: file.to_owned(),
            map: SETTINGS.iter().map(entry).collect(),
        }
    }

    /// Sets a value; it takes the place of what was set before.
    pub(super) fn set(&mut self, setting: &Setting, value: Value, place: Place) {
        self.map.insert(
            setting.key,
            Entry {
                value,
                place: Some(place),
                bad: false,
            },
        );
    }

    /// Notes that what was set could not be read.
    pub(super) fn spoil(&mut self, setting: &Setting, place: Place) {
        if let Some(entry) = self.map.get_mut(setting.key) {
            entry.place = Some(place);
            entry.bad = true;
        }
    }

    /// Where the setting was set; the file as a whole for a default.
    pub(super) fn place(&self, key: &str) -> Place {
        let place = self.map.get(key).and_then(|entry| entry.place.clone());
        place.unwrap_or_else(|| Place::File {
            path: self.file.clone(),
            line: None,
        })
    }

    /// Whether somebody set it.
    pub(super) fn is_set(&self, key: &str) -> bool {
        self.map.get(key).is_some_and(|entry| entry.place.is_some())
    }

    /// Whether what these settings say is known, so that they may be held against each other.
    pub(super) fn are_known(&self, keys: &[&str]) -> bool {
        keys.iter()
            .all(|key| self.map.get(key).is_some_and(|entry| !entry.bad))
    }

    /// A path as the program opens it: a relative one starts at the folder of the configuration file.
    pub(super) fn path(&self, key: &str) -> Option<PathBuf> {
        match self.value(key) {
            Value::Path(path) if path.as_os_str().is_empty() => None,
            Value::Path(path) => Some(
                self.file
                    .parent()
                    .unwrap_or_else(|| Path::new(""))
                    .join(path),
            ),
            other => wrong_kind(key, other),
        }
    }

    pub(super) fn bool(&self, key: &str) -> bool {
        match self.value(key) {
            Value::Bool(value) => *value,
            other => wrong_kind(key, other),
        }
    }

    pub(super) fn int(&self, key: &str) -> u64 {
        match self.value(key) {
            Value::Int(value) | Value::Bytes(value) => *value,
            other => wrong_kind(key, other),
        }
    }

    pub(super) fn count(&self, key: &str) -> usize {
        usize::try_from(self.int(key)).unwrap_or(usize::MAX)
    }

    pub(super) fn span(&self, key: &str) -> Duration {
        match self.value(key) {
            Value::Span(value) => *value,
            other => wrong_kind(key, other),
        }
    }

    pub(super) fn text(&self, key: &str) -> String {
        match self.value(key) {
            Value::Text(value) => value.clone(),
            other => wrong_kind(key, other),
        }
    }

    pub(super) fn secret(&self, key: &str) -> Secret {
        match self.value(key) {
            Value::Secret(value) => value.clone(),
            other => wrong_kind(key, other),
        }
    }

    pub(super) fn sockets(&self, key: &str) -> Vec<SocketAddr> {
        match self.value(key) {
            Value::Sockets(value) => value.clone(),
            other => wrong_kind(key, other),
        }
    }

    pub(super) fn networks(&self, key: &str) -> Vec<Network> {
        match self.value(key) {
            Value::Networks(value) => value.clone(),
            other => wrong_kind(key, other),
        }
    }

    pub(super) fn spans(&self, key: &str) -> Vec<Duration> {
        match self.value(key) {
            Value::Spans(value) => value.clone(),
            other => wrong_kind(key, other),
        }
    }

    pub(super) fn homes(&self, key: &str) -> Vec<Home> {
        match self.value(key) {
            Value::Homes(value) => value.clone(),
            other => wrong_kind(key, other),
        }
    }

    pub(super) fn value(&self, key: &str) -> &Value {
        &self
            .map
            .get(key)
            .expect("the typed configuration names keys of the table: every load reads them all")
            .value
    }
}

/// The table gives each key one kind, and `typed.rs` asks for that kind; every load tries them all.
fn wrong_kind(key: &str, value: &Value) -> ! {
    unreachable!("{key} is not of the kind it is read as: {value:?}")
}
