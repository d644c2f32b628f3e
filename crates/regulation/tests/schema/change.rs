//! Changes of a file: every key of it removed, renamed, given other values.

use std::collections::BTreeSet;

use toml::{Table, Value};

/// A step of a path through a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    At(usize),
}

pub(crate) type Path = Vec<Step>;

/// What is done at a path.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Change {
    Removed,
    Renamed,
    /// Another value of the same type.
    Put(Value),
    /// A value of another type.
    Retyped(Value),
    /// These keys put into the table there.
    Added(Table),
}

/// The path as faults name it, without the numbers of tables: `sweep.after`.
pub(crate) fn told(path: &[Step]) -> String {
    let keys: Vec<&str> = path
        .iter()
        .filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            Step::At(_) => None,
        })
        .collect();
    keys.join(".")
}

/// The file with fewer tables in its lists that are alike, and shorter texts: it is read thousands of times.
pub(crate) fn short(file: &Table) -> Table {
    let mut file = file.clone();
    cut(&mut file);
    file
}

fn cut(table: &mut Table) {
    for (key, value) in table {
        match value {
            Value::String(text) if key == "quote" => "lời".clone_into(text),
            Value::Table(inner) => cut(inner),
            Value::Array(items) => {
                if items.len() > 5 && items.iter().all(Value::is_str) {
                    items.truncate(3);
                }
                let tables = items.iter_mut().filter_map(Value::as_table_mut);
                tables.for_each(cut);
                // The others are named by others, or need each other.
                let lists = [
                    "violation",
                    "acceptable_use",
                    "guidance",
                    "fields",
                    "columns",
                    "tables",
                    "channels",
                    "steps",
                ];
                if lists.contains(&key.as_str()) {
                    let mut seen = BTreeSet::new();
                    items.retain(|item| {
                        let keys = item.as_table().into_iter().flat_map(Table::keys);
                        seen.insert(keys.cloned().collect::<Vec<_>>())
                    });
                }
            }
            _ => {}
        }
    }
}

/// All paths of a file; of tables that have the same keys at the same place, the first that is seen.
pub(crate) fn paths(file: &Table, seen: &mut BTreeSet<String>) -> Vec<Path> {
    let mut walk = Walk {
        seen,
        found: Vec::new(),
    };
    walk.table(file, &mut Vec::new());
    walk.found
}

struct Walk<'s> {
    seen: &'s mut BTreeSet<String>,
    found: Vec<Path>,
}

impl Walk<'_> {
    fn table(&mut self, table: &Table, path: &mut Path) {
        // Which keys go together depends on these values.
        let kinds = ["clock", "way", "every"].map(|key| table.get(key).map(ToString::to_string));
        let keys: Vec<&String> = table.keys().collect();
        let is_new = self
            .seen
            .insert(format!("{} {keys:?} {kinds:?}", told(path)));
        for (key, value) in table {
            path.push(Step::Key(key.clone()));
            if is_new {
                self.found.push(path.clone());
            }
            self.value(value, path, is_new);
            path.pop();
        }
    }

    fn value(&mut self, value: &Value, path: &mut Path, is_new: bool) {
        match value {
            Value::Table(table) => self.table(table, path),
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    path.push(Step::At(at));
                    if is_new && at == 0 {
                        self.found.push(path.clone());
                    }
                    if let Value::Table(table) = item {
                        self.table(table, path);
                    }
                    path.pop();
                }
            }
            _ => {}
        }
    }
}

/// The changes to try at a path; `words` are tried in the place of texts.
pub(crate) fn changes(value: &Value, is_key: bool, words: &[&str]) -> Vec<Change> {
    let mut all = Vec::new();
    if is_key {
        all.extend([Change::Removed, Change::Renamed]);
    }
    let day: Value = Value::Datetime("2031-02-03".parse().expect("a day"));
    let others = [
        Value::from("chữ"),
        Value::from(7),
        Value::from(1.5),
        Value::from(true),
        Value::Array(Vec::new()),
        Value::Array(vec![Value::from("chữ")]),
        Value::Table(Table::new()),
        Value::Table(Table::from_iter([("value".to_owned(), Value::from("x"))])),
        day,
    ];
    let retyped = others.into_iter().filter(|other| !other.same_type(value));
    all.extend(retyped.map(Change::Retyped));
    let put = |value: Value| Change::Put(value);
    match value {
        Value::String(text) => {
            all.extend(words.iter().map(|word| put((*word).into())));
            all.push(put(format!("{text}x").into()));
            all.push(put(format!(" {text} ").into()));
        }
        Value::Integer(_) => all.extend(NUMBERS.map(|number| put(number.into()))),
        Value::Boolean(is) => all.push(put((!is).into())),
        Value::Datetime(_) => {
            for day in ["1999-01-01", "2031-02-03T04:05:06", "04:05:06"] {
                all.push(put(Value::Datetime(day.parse().expect(day))));
            }
            all.push(Change::Put("2025-01-01".into()));
        }
        Value::Array(items) => {
            all.push(put(Value::Array(Vec::new())));
            let more = [
                Value::from("nobody"),
                Value::from(" "),
                Value::from(0),
                Value::from(2),
                Value::from(400),
                Value::Table(Table::new()),
            ];
            for item in items.first().into_iter().chain(&more) {
                let mut longer = items.clone();
                longer.push(item.clone());
                all.push(put(Value::Array(longer)));
            }
            let mut reversed = items.clone();
            reversed.reverse();
            all.push(put(Value::Array(reversed)));
            all.extend((0..items.len().min(8)).map(|at| {
                let mut shorter = items.clone();
                shorter.remove(at);
                put(Value::Array(shorter))
            }));
        }
        Value::Table(_) => all.extend(added()),
        Value::Float(_) => {}
    }
    all
}

/// At the bounds of all ranges and beyond.
const NUMBERS: [i64; 30] = [
    i64::MIN,
    -1,
    0,
    1,
    2,
    3,
    4,
    9,
    10,
    23,
    24,
    25,
    31,
    32,
    60,
    61,
    64,
    65,
    99,
    100,
    101,
    365,
    366,
    720,
    721,
    1200,
    1201,
    1_048_575,
    1_048_576,
    i64::MAX,
];

/// Sources beside what is there, and keys that no table has.
fn added() -> Vec<Change> {
    let of = |keys: &[(&str, Value)]| {
        let keys = keys.iter();
        Change::Added(
            keys.map(|(key, value)| ((*key).to_owned(), value.clone()))
                .collect(),
        )
    };
    let (clause, quote) = (Value::from("LA.1"), Value::from("lời"));
    vec![
        of(&[("local", true.into())]),
        of(&[("local", false.into())]),
        of(&[("clause", clause.clone())]),
        of(&[("quote", quote.clone())]),
        of(&[("clause", clause), ("quote", quote)]),
        of(&[("value", 1.into())]),
        of(&[("note", "x".into())]),
    ]
}

/// The value at a path.
pub(crate) fn at<'v>(file: &'v Table, path: &[Step]) -> Option<&'v Value> {
    let (first, rest) = path.split_first()?;
    let Step::Key(key) = first else { return None };
    rest.iter()
        .try_fold(file.get(key)?, |value, step| match step {
            Step::Key(key) => value.get(key),
            Step::At(at) => value.get(at),
        })
}

/// The file with a change at a path.
pub(crate) fn changed(file: &Table, path: &[Step], change: &Change) -> Table {
    let mut file = Value::Table(file.clone());
    let (last, outer) = path.split_last().expect("a path");
    let mut place = &mut file;
    for step in outer {
        place = match step {
            Step::Key(key) => place.get_mut(key),
            Step::At(at) => place.get_mut(at),
        }
        .expect("a path of the file");
    }
    match (place, last) {
        (Value::Table(table), Step::Key(key)) => match change {
            Change::Removed => {
                table.remove(key);
            }
            Change::Renamed => {
                let value = table.remove(key).expect("a key");
                table.insert(format!("{key}_x"), value);
            }
            Change::Put(value) | Change::Retyped(value) => {
                table.insert(key.clone(), value.clone());
            }
            Change::Added(keys) => {
                let inner = table.get_mut(key).and_then(Value::as_table_mut);
                inner.expect("a table").extend(keys.clone());
            }
        },
        (Value::Array(items), Step::At(at)) => match change {
            Change::Put(value) | Change::Retyped(value) => items[*at] = value.clone(),
            Change::Added(keys) => {
                let inner = items[*at].as_table_mut();
                inner.expect("a table").extend(keys.clone());
            }
            Change::Removed | Change::Renamed => {
                items.remove(*at);
            }
        },
        _ => panic!("no such path"),
    }
    match file {
        Value::Table(file) => file,
        _ => Table::new(),
    }
}
