//! What of a message the tests see.

use super::Test;
use crate::header::{addresses, decode_text, fields};
use crate::search::Needle;
use crate::{AddressSpec, Part};

/// So many fields are looked at.
const FIELDS: usize = 500;
/// So many people of one kind are looked at.
const PEOPLE: usize = 200;

/// What of a message the tests see: its header, whether it brings files, its size.
#[derive(Debug, Default)]
pub struct Look {
    from: Vec<String>,
    to: Vec<String>,
    subject: String,
    lists: Vec<String>,
    /// Names in small letters.
    fields: Vec<(String, String)>,
    has_files: bool,
    size: u64,
}

impl Look {
    /// Looks at a header block, however it ends, the MIME tree, and the size in bytes.
    pub fn new(header: &[u8], structure: &Part, size: u64) -> Self {
        let mut look = Self {
            has_files: !structure.shown().files.is_empty(),
            size,
            ..Self::default()
        };
        for field in fields(header).take(FIELDS) {
            if !field.has_colon() {
                continue;
            }
            let people = || addresses(field.value).into_iter().take(PEOPLE);
            if field.is("From") {
                look.from.extend(people().map(|one| shown(&one)));
            } else if field.is("To") || field.is("Cc") {
                look.to.extend(people().map(|one| shown(&one)));
            }
            let text = decode_text(field.value).trim().to_owned();
            if field.is("Subject") {
                look.subject.clone_from(&text);
            } else if field.is("List-Id") {
                look.lists.push(text.clone());
            }
            let name = String::from_utf8_lossy(field.name).to_ascii_lowercase();
            look.fields.push((name, text));
        }
        look
    }

    /// Whether a test holds.
    pub(super) fn passes(&self, test: &Test) -> bool {
        let any = |texts: &[String], words: &super::Words| {
            let needle = Needle::new(words.as_str());
            texts.iter().any(|text| needle.in_text(text))
        };
        match test {
            Test::From(words) => any(&self.from, words),
            Test::To(words) => any(&self.to, words),
            Test::Subject(words) => Needle::new(words.as_str()).in_text(&self.subject),
            Test::List(words) => any(&self.lists, words),
            Test::Field(name, words) => {
                let needle = Needle::new(words.as_str());
                let is_it = |known: &str| known.eq_ignore_ascii_case(name.as_str());
                self.fields
                    .iter()
                    .any(|(known, text)| is_it(known) && needle.in_text(text))
            }
            Test::HasFiles => self.has_files,
            Test::Larger(bytes) => self.size > *bytes,
        }
    }
}

fn shown(person: &AddressSpec) -> String {
    format!("{} <{}>", person.name, person.addr())
}
