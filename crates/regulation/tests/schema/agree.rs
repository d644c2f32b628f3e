//! Every key of every file changed: the schema accepts and refuses as the reader does.

use std::collections::{BTreeMap, BTreeSet};

use toml::Table;

use super::change::{Change, Path, Step, at, changed, changes, paths, short, told};
use super::own::walk;
use super::semantic::{Changed, RULES, rule_of};
use super::*;

/// Texts to try: at the bounds of what is read and beyond, then every word that a schema knows.
const TEXTS: [&str; 34] = [
    "",
    " ",
    "nobody",
    "Tên",
    "a b",
    "—",
    "LA.1",
    "SAU.1.đ",
    "sau.1",
    "SAU.0",
    "SAU.III.9.mk",
    "SAU",
    "0 days",
    "3660 days",
    "3661 days",
    "1 working day",
    " 3  working days",
    "3 weeks",
    "3days",
    "1 MB",
    "0 MB",
    "1024 TB",
    "1025 TB",
    "900000 B",
    "20MB",
    "07:30",
    "24:00",
    "a@b.c",
    "a@b",
    "sonla.gov.vn",
    "-a.vn",
    "*.gov.vn",
    "*.exe",
    "one of !@",
];

/// The words that a schema knows at each path, and the paths at which it takes a text of any words.
fn words(schema: &str) -> (BTreeMap<String, Vec<String>>, BTreeSet<String>) {
    let schema: Json = serde_json::from_str(schema).expect("JSON");
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut plain = BTreeSet::new();
    walk(&schema, &schema, "", &mut |path, one| {
        let named = one.get("enum").and_then(Json::as_array).into_iter();
        let named = named.flatten().chain(one.get("const"));
        let words = named.filter_map(Json::as_str).map(str::to_owned);
        found.entry(path.to_owned()).or_default().extend(words);
        if one.get("pattern") == Some(&r"\S".into()) {
            plain.insert(path.to_owned());
        }
    });
    (found, plain)
}

/// A file with something changed in it.
struct Try<'f> {
    name: &'f str,
    file: &'f Table,
    path: Path,
    change: Change,
}

/// All that is tried with these files. Of tables that have the same keys, one is changed; a value is changed in every way at
/// one of its places, and in a few ways at each.
fn tries<'f>(files: &'f [(&'f str, Table)], schema: &str) -> Vec<Try<'f>> {
    let ((words, plain), none) = (words(schema), Vec::new());
    let (mut seen, mut tried) = (BTreeSet::new(), BTreeSet::new());
    let mut all = Vec::new();
    for (name, file) in files {
        for path in paths(file, &mut seen) {
            let value = at(file, &path).expect("a path of the file");
            let is_key = matches!(path.last(), Some(Step::Key(_)));
            let place = told(&path);
            let source = ["clause", "quote", "local"].into_iter();
            let source = source.map(str::to_owned).find(|key| place.ends_with(key));
            let known = words.get(&place).unwrap_or(&none).iter();
            let is_new = tried.insert((source.unwrap_or(place), value.type_str()));
            // A text of any words is one text or another.
            let is_plain = plain.contains(&told(&path));
            let texts = if is_plain { &TEXTS[..6] } else { &TEXTS[..] };
            let texts: Vec<&str> = known
                .map(String::as_str)
                .chain(texts.iter().copied())
                .collect();
            let mut changes = changes(value, is_key, &texts);
            if !is_new && !value.is_table() {
                changes.truncate(5);
            }
            all.extend(changes.into_iter().map(|change| Try {
                name,
                file,
                path: path.clone(),
                change,
            }));
        }
    }
    all
}

/// What came of tries: the semantic rules that were met, and where schema and reader differ.
#[derive(Default)]
struct Held {
    met: BTreeSet<&'static str>,
    wrong: Vec<String>,
}

impl Held {
    /// Holds schema and reader against each other.
    fn hold(&mut self, pair: &Pair, one: &Try<'_>) {
        let text = changed(one.file, &one.path, &one.change);
        let what = || format!("{}: {} {:?}", one.name, told(&one.path), one.change);
        match (pair.validate(&text), pair.faults(&text).as_slice()) {
            (Ok(()), []) | (Err(_), [_, ..]) => {}
            (Err(found), []) => {
                self.wrong
                    .push(format!("{}: only the schema refuses it: {found}", what()));
            }
            (Ok(()), faults) => {
                let changed = Changed {
                    path: &one.path,
                    change: &one.change,
                };
                for fault in faults {
                    match rule_of(&changed, &general(&fault.key)) {
                        Some(rule) => {
                            self.met.insert(rule);
                        }
                        None => self
                            .wrong
                            .push(format!("{}: only the reader: {fault}", what())),
                    }
                }
            }
        }
    }
}

/// The semantic rules that were met in all changes of these files.
fn hold(
    pair: fn() -> Pair,
    files: Vec<(&'static str, Table)>,
    schema: &str,
) -> BTreeSet<&'static str> {
    let files: Vec<(&str, Table)> = files
        .into_iter()
        .map(|(name, file)| (name, short(&file)))
        .collect();
    for (name, file) in &files {
        assert_eq!(pair().faults(file), [], "{name}");
    }
    let tries = tries(&files, schema);
    let part = |number: usize| {
        let (pair, mut held) = (pair(), Held::default());
        for one in tries.iter().skip(number).step_by(THREADS) {
            held.hold(&pair, one);
        }
        held
    };
    let (mut met, mut wrong) = (BTreeSet::new(), Vec::new());
    std::thread::scope(|scope| {
        let parts: Vec<_> = (0..THREADS)
            .map(|number| scope.spawn(move || part(number)))
            .collect();
        for part in parts {
            let held = part.join().expect("no panic");
            met.extend(held.met);
            wrong.extend(held.wrong);
        }
    });
    let (count, all) = (wrong.len(), tries.len());
    assert!(wrong.is_empty(), "{count} of {all}:\n{}", wrong.join("\n"));
    assert!(all > 500, "{all}");
    met
}

const THREADS: usize = 4;

/// A fault's key without the numbers of tables: `sweep[2].after` is `sweep.after`.
fn general(key: &str) -> String {
    let mut general = String::new();
    for part in key.split('[') {
        let rest = part.split_once(']').map_or(part, |(_, rest)| rest);
        general.push_str(rest);
    }
    general
}

#[test]
fn the_files_are_valid() {
    for (pair, files) in [(Pair::profile(), profiles()), (Pair::overlay(), overlays())] {
        for (name, file) in files {
            assert_eq!(pair.faults(&file), [], "{name}");
            assert_eq!(pair.validate(&file), Ok(()), "{name}");
        }
    }
}

#[test]
fn schema_and_reader_agree_on_every_change_of_every_key() {
    let mut met = hold(Pair::profile, profiles(), &schema::profile());
    met.extend(hold(Pair::overlay, overlays(), &schema::overlay()));
    let unmet: Vec<&str> = RULES
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !met.contains(name))
        .collect();
    assert!(unmet.is_empty(), "rules that nothing needs: {unmet:?}");
}
