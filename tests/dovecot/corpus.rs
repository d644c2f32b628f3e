//! The messages, sane and broken.
//!
//! * `tests/corpus/*.eml`: whole messages, with LF for CRLF.
//! * `tests/corpus/values/FIELD.txt`: one message a line, in which the field has that value; `\n`, `\t` and `\\` are
//!   a line end, a tab and a backslash.
//! * `made.rs`: what a text file cannot hold, or only at length.
//! * CPython's own mail (`test_email/data`), where Debian's `libpython3.11-testsuite` puts it.

use std::fs;
use std::path::{Path, PathBuf};

use super::made;

/// A message and what it is called.
pub struct Message {
    pub name: String,
    pub octets: Vec<u8>,
}

impl Message {
    pub fn new(name: impl Into<String>, octets: impl Into<Vec<u8>>) -> Self {
        let (name, octets) = (name.into(), octets.into());
        Self { name, octets }
    }
}

/// All of them, in an order that does not change.
pub fn everything() -> Vec<Message> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/corpus");
    let mut all = files(&own, "eml", "");
    all.extend(values(&own.join("values")));
    all.extend(made::everything());
    all.extend(files(&of_python(), "txt", "python/"));
    all
}

/// The one with this name.
pub fn named<'a>(all: &'a [Message], name: &str) -> &'a Message {
    let found = all.iter().find(|message| message.name == name);
    found.unwrap_or_else(|| panic!("no message is called {name}"))
}

fn listed(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.extension().is_some_and(|have| have == ending));
    found.sort();
    assert!(!found.is_empty(), "no .{ending} in {}", folder.display());
    found
}

fn stem(path: &Path) -> &str {
    path.file_stem().unwrap().to_str().unwrap()
}

/// Octets with a CR before each LF that has none.
fn crlf(octets: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len() + octets.len() / 30);
    for &octet in octets {
        if octet == b'\n' && out.last() != Some(&b'\r') {
            out.push(b'\r');
        }
        out.push(octet);
    }
    out
}

fn files(folder: &Path, ending: &str, before: &str) -> Vec<Message> {
    let read = |path: &PathBuf| {
        let name = format!("{before}{}", stem(path));
        Message::new(name, crlf(&fs::read(path).unwrap()))
    };
    listed(folder, ending).iter().map(read).collect()
}

/// Where Debian's package or another Python has the mail of its tests.
fn of_python() -> PathBuf {
    let entries = fs::read_dir("/usr/lib")
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = entries
        .map(|path| path.join("test/test_email/data"))
        .collect();
    found.retain(|path| path.join("msg_01.txt").is_file());
    found.sort();
    let found = found.pop();
    found.expect("CPython's mail is not installed: run .ci/prepare, or apt-get install libpython3.11-testsuite")
}

fn values(folder: &Path) -> Vec<Message> {
    let mut all = Vec::new();
    for path in listed(folder, "txt") {
        let field = stem(&path);
        for line in fs::read_to_string(&path).unwrap().lines() {
            let value = unescaped(line);
            let text =
                format!("MIME-Version: 1.0\n{field}: {value}\nX-Ba: bon\n\n--b\n\nx\n--b--\n");
            all.push(Message::new(
                format!("{field}: {line}"),
                crlf(text.as_bytes()),
            ));
        }
    }
    all
}

fn unescaped(line: &str) -> String {
    let mut out = String::new();
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            (_, false) => out.push(letter),
            (_, true) => match letters.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('\\') => out.push('\\'),
                other => panic!("\\{other:?} in {line}"),
            },
        }
    }
    out
}
