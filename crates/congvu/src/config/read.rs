//! From the file and the environment to values, noting all that cannot be read.

use std::ffi::OsString;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::entries::Entries;
use super::kind::Unread;
use super::nearest::nearest;
use super::settings::{SECTIONS, SETTINGS, Setting, setting};
use super::{Finding, Place};

/// Variables that begin with `CONGVU_` and are no settings.
const OTHER_VARIABLES: [&str; 2] = ["CONGVU_CONFIG", "CONGVU_LOG"];
/// Variables of the tests.
const TEST_VARIABLES: &str = "CONGVU_TEST_";

/// Reads the file. Tells whether it was read and is TOML, so that settings may be held against each other.
pub(super) fn file(path: &Path, entries: &mut Entries, findings: &mut Vec<Finding>) -> bool {
    let whole = |wrong: String, expected: &str| Finding {
        place: Place::File {
            path: path.to_owned(),
            line: None,
        },
        key: String::new(),
        wrong,
        expected: expected.to_owned(),
        suggestion: None,
    };
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            findings.push(whole(
                format!("không đọc được tệp cấu hình ({error})"),
                "một tệp TOML đọc được",
            ));
            return false;
        }
    };
    let Ok(text) = String::from_utf8(bytes) else {
        findings.push(whole(
            "tệp cấu hình không phải UTF-8".to_owned(),
            "tệp TOML mã hóa UTF-8",
        ));
        return false;
    };
    let (table, errors) = DeTable::parse_recoverable(&text);
    let mut reader = FileReader {
        path,
        text: &text,
        broken: Vec::new(),
        entries,
        findings,
    };
    for error in &errors {
        let line = reader.line(error.span().map_or(0, |span| span.start));
        if !reader.broken.contains(&line) {
            reader.broken.push(line);
            let wrong = format!("cú pháp TOML sai ({})", error.message());
            reader.find(
                line,
                String::new(),
                wrong,
                "khóa = giá trị".to_owned(),
                None,
            );
        }
    }
    reader.sections(table.get_ref());
    errors.is_empty()
}

struct FileReader<'r> {
    path: &'r Path,
    text: &'r str,
    /// Lines that are not TOML: whatever was made of them is not looked at.
    broken: Vec<usize>,
    entries: &'r mut Entries,
    findings: &'r mut Vec<Finding>,
}

impl FileReader<'_> {
    fn line(&self, at: usize) -> usize {
        self.text
            .as_bytes()
            .iter()
            .take(at)
            .filter(|&&byte| byte == b'\n')
            .count()
            + 1
    }

    fn place(&self, line: usize) -> Place {
        Place::File {
            path: self.path.to_owned(),
            line: Some(line),
        }
    }

    fn find(
        &mut self,
        line: usize,
        key: String,
        wrong: String,
        expected: String,
        suggestion: Option<String>,
    ) {
        self.findings.push(Finding {
            place: self.place(line),
            key,
            wrong,
            expected,
            suggestion,
        });
    }

    fn sections(&mut self, table: &DeTable<'_>) {
        for (name, value) in table {
            let line = self.line(name.span().start);
            let name: &str = name.get_ref();
            if self.broken.contains(&line) {
                continue;
            }
            let known = SECTIONS.iter().any(|(section, _)| *section == name);
            match value.get_ref() {
                DeValue::Table(section) if known => self.section(name, section),
                _ if known => {
                    self.find(
                        line,
                        name.to_owned(),
                        "phải là một mục".to_owned(),
                        format!("[{name}]"),
                        None,
                    );
                }
                DeValue::Table(_) => {
                    let meant = nearest(name, SECTIONS.iter().map(|(section, _)| *section));
                    self.find(
                        line,
                        name.to_owned(),
                        "không có mục này".to_owned(),
                        String::new(),
                        meant.map(str::to_owned),
                    );
                }
                _ => self.unknown(line, name.to_owned()),
            }
        }
    }

    fn section(&mut self, section: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let line = self.line(name.span().start);
            if self.broken.contains(&line) {
                continue;
            }
            let key = format!("{section}.{}", name.get_ref());
            match setting(&key) {
                Some(setting) => self.value(setting, value),
                None => self.unknown(line, key),
            }
        }
    }

    fn value(&mut self, setting: &'static Setting, value: &Spanned<DeValue<'_>>) {
        let line = self.line(value.span().start);
        match setting.kind.read_toml(value.get_ref()) {
            Ok(read) => self.entries.set(setting, read, self.place(line)),
            Err(Unread { wrong, span }) => {
                let line = span.map_or(line, |span| self.line(span.start));
                self.entries.spoil(setting, self.place(line));
                self.find(
                    line,
                    setting.key.to_owned(),
                    wrong,
                    setting.kind.expected(),
                    None,
                );
            }
        }
    }

    fn unknown(&mut self, line: usize, key: String) {
        let meant = meant(&key).map(str::to_owned);
        self.find(
            line,
            key,
            "không có khóa này".to_owned(),
            String::new(),
            meant,
        );
    }
}

/// The key that was likely meant: one that is spelled nearly so, or the same name in another section.
fn meant(key: &str) -> Option<&'static str> {
    let name = key.rsplit('.').next().unwrap_or(key);
    let elsewhere = || {
        SETTINGS
            .iter()
            .find(|setting| setting.name() == name)
            .map(|setting| setting.key)
    };
    nearest(key, SETTINGS.iter().map(|setting| setting.key)).or_else(elsewhere)
}

/// Reads the variables that begin with `CONGVU_`; they go over the file.
pub(super) fn variables(
    env: impl IntoIterator<Item = (OsString, OsString)>,
    entries: &mut Entries,
    findings: &mut Vec<Finding>,
) {
    let names: Vec<(String, &'static Setting)> = SETTINGS
        .iter()
        .map(|setting| (setting.variable(), setting))
        .collect();
    for (name, value) in env {
        let name = name.to_string_lossy().into_owned();
        let ours = name.starts_with("CONGVU_") && !name.starts_with(TEST_VARIABLES);
        if !ours || OTHER_VARIABLES.contains(&name.as_str()) {
            continue;
        }
        let place = Place::Variable(name.clone());
        let Some((_, setting)) = names.iter().find(|(known, _)| *known == name) else {
            findings.push(Finding {
                place,
                key: String::new(),
                wrong: "không ứng với khóa cấu hình nào".to_owned(),
                expected: String::new(),
                suggestion: nearest(&name, names.iter().map(|(known, _)| known.as_str()))
                    .map(str::to_owned),
            });
            continue;
        };
        let read = match value.to_str() {
            Some(text) => setting.kind.read_text(text),
            None => Err(Unread {
                wrong: "giá trị không phải UTF-8".to_owned(),
                span: None,
            }),
        };
        match read {
            Ok(value) => entries.set(setting, value, place),
            Err(Unread { wrong, .. }) => {
                entries.spoil(setting, place.clone());
                let expected = setting.kind.expected();
                findings.push(Finding {
                    place,
                    key: setting.key.to_owned(),
                    wrong,
                    expected,
                    suggestion: None,
                });
            }
        }
    }
}
