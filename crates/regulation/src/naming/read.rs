//! The `[naming]` section of a profile's file.

mod sense;
mod values;

use toml::de::DeValue;

use self::sense::{ends_in_rest, names_each_part};
use self::values::{
    To, decide, digits, dot, first_number, first_word, limit, mark, offer, parts, phrases, way, yes,
};
use super::pattern::{Dot, Naming, Pattern, Way, Write};
use crate::Cited;
use crate::read::{Reader, Table, say};

/// What a pattern is for, as far as its steps differ.
#[derive(Clone, Copy, PartialEq, Eq)]
enum For {
    Words,
    Person,
}

const STEPS: &str = "một trong các bước lead, tail, of, from, words, rest, parts, dot";

/// Reads `[naming]`; `ending` is the profile's `address_suffix`, where it could be read.
pub(crate) fn naming<'t>(
    reader: &mut Reader<'t>,
    top: &mut Table<'t>,
    ending: Option<&Option<Cited<String>>>,
) -> Option<Naming> {
    let mut table = reader.table(top, "naming")?;
    let mut section = Section {
        reader,
        table: &mut table,
        ending,
    };
    let unit = section.pattern("unit", For::Words);
    let commune = section.optional("commune", For::Words);
    let subunit = section.pattern("subunit", For::Words);
    let person = section.pattern("person", For::Person);
    let group = section.pattern("group", For::Words);
    let account = section.optional("account", For::Person);
    let account_address = section.optional("account_address", For::Words);
    reader.close(&table);
    Some(Naming {
        unit: unit?,
        commune: commune?,
        subunit: subunit?,
        person: person?,
        group: group?,
        account: account?,
        account_address: account_address?,
    })
}

struct Section<'r, 't> {
    reader: &'r mut Reader<'t>,
    table: &'r mut Table<'t>,
    ending: Option<&'r Option<Cited<String>>>,
}

impl<'t> Section<'_, 't> {
    #[expect(clippy::option_option, reason = "outer: readable; inner: there")]
    fn optional(&mut self, key: &str, kind: For) -> Option<Option<Pattern>> {
        if self.table.has(key) {
            self.pattern(key, kind).map(Some)
        } else {
            Some(None)
        }
    }

    fn pattern(&mut self, key: &str, kind: For) -> Option<Pattern> {
        let mut table = self.reader.table(self.table, key)?;
        let limit = if table.has("limit") {
            self.reader.cited(&mut table, "limit", limit).map(Some)
        } else {
            Some(None)
        };
        let decide = if table.has("decide") {
            self.reader.cited(&mut table, "decide", decide).map(Some)
        } else {
            Some(None)
        };
        let write = self.write(&mut table, kind);
        let clash = self.clash(&mut table, kind);
        self.reader.close(&table);
        Some(Pattern {
            write: write?,
            limit: limit?,
            decide: decide?,
            clash: clash?,
        })
    }

    /// All steps; they must leave no word undecided.
    fn write(&mut self, pattern: &mut Table<'t>, kind: For) -> Option<Vec<Cited<Write>>> {
        let (line, path) = (pattern.line, pattern.name("write"));
        let mut steps = Vec::new();
        let mut sound = true;
        for table in self.tables(pattern, "write")? {
            match self.step(table, kind) {
                Some(step) => steps.push(step),
                None => sound = false,
            }
        }
        if !sound {
            return None;
        }
        let is_dot = |step: &Cited<Write>| matches!(step.value, Write::Dot { .. });
        let words = steps.iter().position(is_dot).unwrap_or(steps.len());
        let (words, dots) = steps.split_at(words);
        let text = if !dots.iter().all(is_dot) {
            Some("sau dot chỉ được có dot")
        } else {
            match kind {
                For::Words => ends_in_rest(words),
                For::Person => names_each_part(words),
            }
        };
        if let Some(text) = text {
            self.reader.fault(line, path, text);
            return None;
        }
        Some(steps)
    }

    fn step(&mut self, mut table: Table<'t>, kind: For) -> Option<Cited<Write>> {
        let keys = [
            "lead", "tail", "of", "from", "words", "rest", "parts", "dot",
        ];
        let found: Vec<&str> = keys.into_iter().filter(|key| table.has(key)).collect();
        let value = match (found.first().copied(), found.get(1)) {
            (Some("parts"), None) if kind == For::Words => {
                self.misplaced(&mut table, "parts", "chỉ tên người mới có parts")
            }
            (Some(key @ ("lead" | "tail" | "of" | "from" | "words" | "rest")), None)
                if kind == For::Person =>
            {
                self.misplaced(&mut table, key, "tên người chỉ dùng parts và dot")
            }
            (Some("lead"), None) => self.lead(&mut table),
            (Some("tail"), None) => {
                let phrases = self.reader.plain(&mut table, "tail", phrases);
                let mark = self.reader.plain(&mut table, "as", mark);
                phrases
                    .zip(mark)
                    .map(|(phrases, mark)| Write::Tail { phrases, mark })
            }
            (Some("of"), None) => {
                let found = self.reader.plain(&mut table, "of", phrases);
                let owners = self.reader.plain(&mut table, "owners", phrases);
                found
                    .zip(owners)
                    .map(|(phrases, owners)| Write::Of { phrases, owners })
            }
            (Some("from"), None) => self.from(&mut table),
            (Some("words"), None) => {
                let phrases = self.reader.plain(&mut table, "words", phrases);
                let mark = self.reader.plain(&mut table, "as", mark);
                phrases
                    .zip(mark)
                    .map(|(phrases, mark)| Write::Words { phrases, mark })
            }
            (Some("rest"), None) => self.reader.plain(&mut table, "rest", mark).map(Write::Rest),
            (Some("parts"), None) => {
                let parts = self.reader.plain(&mut table, "parts", parts);
                let mark = self.reader.plain(&mut table, "as", mark);
                parts
                    .zip(mark)
                    .map(|(parts, mark)| Write::Parts { parts, mark })
            }
            (Some("dot"), None) => self.dot(&mut table),
            _ => {
                let (line, path) = (table.line, table.path.clone());
                self.reader.needs(line, path, STEPS);
                for key in keys {
                    table.take(key);
                }
                None
            }
        };
        self.sourced(table, value)
    }

    fn lead(&mut self, table: &mut Table<'t>) -> Option<Write> {
        let phrases = self.reader.plain(table, "lead", phrases);
        let mark = self.reader.plain(table, "as", mark);
        let alone = self.flag(table, "alone");
        Some(Write::Lead {
            phrases: phrases?,
            alone: alone?,
            mark: mark?,
        })
    }

    fn from(&mut self, table: &mut Table<'t>) -> Option<Write> {
        let found = self.reader.plain(table, "from", phrases);
        let except = if table.has("except") {
            self.reader.plain(table, "except", phrases)
        } else {
            Some(Vec::new())
        };
        let before = if table.has("before") {
            self.reader.plain(table, "before", mark).map(Some)
        } else {
            Some(None)
        };
        let kind = self.reader.plain(table, "kind", mark);
        let name = self.reader.plain(table, "name", mark);
        Some(Write::From {
            phrases: found?,
            except: except?,
            before: before?,
            kind: kind?,
            name: name?,
        })
    }

    fn dot(&mut self, table: &mut Table<'t>) -> Option<Write> {
        let line = self.reader.line_of(table, "dot");
        let path = table.name("dot");
        let to = self.reader.plain(table, "dot", dot);
        let unless_same = self.flag(table, "unless_same");
        let to = match to? {
            To::Unit => Dot::Unit,
            To::Parent => Dot::Parent,
            To::Fixed => {
                let Some(ending) = self.ending? else {
                    let text = "\"fixed\" cần có address_suffix ở đầu tệp";
                    self.reader.fault(line, path, text);
                    return None;
                };
                Dot::Fixed(ending.value.clone())
            }
        };
        Some(Write::Dot {
            to,
            unless_same: unless_same?,
        })
    }

    /// All ways; the last one must always lead somewhere.
    fn clash(&mut self, pattern: &mut Table<'t>, kind: For) -> Option<Vec<Cited<Way>>> {
        let (line, path) = (pattern.line, pattern.name("clash"));
        let mut ways = Vec::new();
        let mut sound = true;
        for table in self.tables(pattern, "clash")? {
            match self.way(table, kind) {
                Some(way) => ways.push(way),
                None => sound = false,
            }
        }
        if !sound {
            return None;
        }
        let is_end = |way: &Cited<Way>| matches!(way.value, Way::Agree { .. } | Way::Number { .. });
        let ends: Vec<bool> = ways.iter().map(is_end).collect();
        let text = match ends.split_last() {
            Some((true, before)) if !before.contains(&true) => return Some(ways),
            Some((true, _)) => "sau \"agree\" hoặc \"number\" không được có cách nào nữa",
            _ => "cách cuối cùng phải là \"agree\" hoặc \"number\"",
        };
        self.reader.fault(line, path, text);
        None
    }

    fn way(&mut self, mut table: Table<'t>, kind: For) -> Option<Cited<Way>> {
        let name = self.reader.plain(&mut table, "way", way);
        let value = match name {
            Some("unit") => Some(Way::Unit),
            Some("number") => self
                .reader
                .plain(&mut table, "from", first_number)
                .map(|from| Way::Number { from }),
            Some("letters") => {
                let from = self.reader.plain(&mut table, "from", first_word);
                let unless_same_name = self.person_flag(&mut table, "unless_same_name", kind);
                from.zip(unless_same_name)
                    .map(|(from, unless_same_name)| Way::Letters {
                        from,
                        unless_same_name,
                    })
            }
            Some("birth-year") => {
                let digits = self.reader.plain(&mut table, "digits", digits);
                if kind == For::Person {
                    digits.map(|digits| Way::BirthYear { digits })
                } else {
                    let (line, path) = (table.line, table.name("way"));
                    self.reader
                        .fault(line, path, "chỉ tên người mới dùng \"birth-year\"");
                    None
                }
            }
            Some("agree") => self
                .reader
                .plain(&mut table, "offer", offer)
                .map(|offer| Way::Agree { offer }),
            _ => None,
        };
        if name.is_none() {
            // What else stands there depends on the way.
            for key in ["from", "unless_same_name", "digits", "offer"] {
                table.take(key);
            }
        }
        self.sourced(table, value)
    }

    fn sourced<T>(&mut self, mut table: Table<'t>, value: Option<T>) -> Option<Cited<T>> {
        let source = self.reader.source(&mut table);
        self.reader.close(&table);
        Some(Cited {
            value: value?,
            source: source?,
        })
    }

    fn misplaced(&mut self, table: &mut Table<'t>, key: &str, text: &str) -> Option<Write> {
        let (line, path) = (table.line, table.name(key));
        self.reader.fault(line, path, text);
        for key in [
            key, "as", "alone", "owners", "except", "before", "kind", "name",
        ] {
            table.take(key);
        }
        None
    }

    fn flag(&mut self, table: &mut Table<'t>, key: &str) -> Option<bool> {
        if table.has(key) {
            self.reader.plain(table, key, yes)
        } else {
            Some(false)
        }
    }

    fn person_flag(&mut self, table: &mut Table<'t>, key: &str, kind: For) -> Option<bool> {
        if kind == For::Person {
            self.flag(table, key)
        } else {
            // Unknown here, and told as such.
            Some(false)
        }
    }

    /// An array of tables with at least one.
    fn tables(&mut self, parent: &mut Table<'t>, key: &str) -> Option<Vec<Table<'t>>> {
        let path = parent.name(key);
        let Some(value) = parent.take(key) else {
            let what = say::at_least_one(&path);
            self.reader.needs(parent.line, path, &what);
            return None;
        };
        let line = self.reader.line(value.span().start);
        let DeValue::Array(items) = value.into_inner() else {
            let what = say::tables(&path);
            self.reader.needs(line, path, &what);
            return None;
        };
        let mut tables = Vec::new();
        let mut sound = !items.is_empty();
        for (at, item) in items.into_iter().enumerate() {
            let line = self.reader.line(item.span().start);
            let path = format!("{path}[{}]", at + 1);
            match item.into_inner() {
                DeValue::Table(entries) => tables.push(Table::new(path, line, entries)),
                _ => {
                    self.reader.needs(line, path, say::TABLE);
                    sound = false;
                }
            }
        }
        if tables.is_empty() && !sound {
            let what = say::at_least_one(&path);
            self.reader.needs(line, path, &what);
        }
        sound.then_some(tables)
    }
}
