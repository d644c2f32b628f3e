//! The schemas for editors say what the readers say.

mod agree;
mod change;
mod own;
mod semantic;

use boon::{Compiler, SchemaIndex, Schemas};
use congvu_regulation::{Fault, Overlay, Profile, schema};
use serde_json::Value as Json;
use toml::{Table, Value};

/// A schema, and the reader that it stands for.
struct Pair {
    schemas: Schemas,
    index: SchemaIndex,
    read: fn(&str) -> Vec<Fault>,
}

impl Pair {
    fn new(schema: &str, read: fn(&str) -> Vec<Fault>) -> Self {
        let url = "http://localhost/schema.json";
        let schema: Json = serde_json::from_str(schema).expect("JSON");
        let mut compiler = Compiler::new();
        compiler.enable_format_assertions();
        compiler.add_resource(url, schema).expect("a schema");
        let mut schemas = Schemas::new();
        let index = compiler.compile(url, &mut schemas).expect("a schema");
        Self {
            schemas,
            index,
            read,
        }
    }

    fn profile() -> Self {
        Self::new(&schema::profile(), |text| {
            Profile::parse(text).err().unwrap_or_default()
        })
    }

    fn overlay() -> Self {
        Self::new(&schema::overlay(), |text| {
            Overlay::parse(text).err().unwrap_or_default()
        })
    }

    /// What the schema finds wrong, if anything.
    fn validate(&self, file: &Table) -> Result<(), String> {
        let file = json(&Value::Table(file.clone()));
        let found = self.schemas.validate(&file, self.index);
        found.map_err(|error| format!("{error:#}"))
    }

    /// What the reader finds wrong.
    fn faults(&self, file: &Table) -> Vec<Fault> {
        (self.read)(&toml::to_string(file).expect("TOML"))
    }
}

/// As editors hand it to a validator: a day is a text.
fn json(value: &Value) -> Json {
    match value {
        Value::String(text) => Json::from(text.as_str()),
        Value::Integer(number) => Json::from(*number),
        Value::Float(number) => Json::from(*number),
        Value::Boolean(is) => Json::from(*is),
        Value::Datetime(moment) => Json::from(moment.to_string()),
        Value::Array(items) => items.iter().map(json).collect(),
        Value::Table(keys) => {
            let keys = keys.iter().map(|(key, value)| (key.clone(), json(value)));
            Json::Object(keys.collect())
        }
    }
}

const PROFILES: [(&str, &str); 5] = [
    (
        "quang-ninh",
        include_str!("../../../../regulations/quang-ninh.toml"),
    ),
    (
        "bim-son",
        include_str!("../../../../regulations/bim-son.toml"),
    ),
    (
        "tuyen-quang",
        include_str!("../../../../regulations/tuyen-quang.toml"),
    ),
    (
        "hcm-donre",
        include_str!("../../../../regulations/hcm-donre.toml"),
    ),
    (
        "son-la",
        include_str!("../../../../regulations/son-la.toml"),
    ),
];

/// The profiles: the five, and the invented sixth with what none has.
fn profiles() -> Vec<(&'static str, Table)> {
    let mut files: Vec<(&str, Table)> = PROFILES
        .into_iter()
        .map(|(name, text)| (name, text.parse().expect(name)))
        .collect();
    let mut sixth: Table = include_str!("../sixth/sixth.toml")
        .parse()
        .expect("the sixth");
    let rare: Table = include_str!("rare.toml").parse().expect("TOML");
    add(&mut sixth, rare);
    files.insert(0, ("sixth", sixth));
    files
}

/// Adds keys that no file has: further tables to an array, further keys to a table.
fn add(file: &mut Table, rare: Table) {
    for (key, value) in rare {
        match (file.get_mut(&key), value) {
            (Some(Value::Array(items)), Value::Array(more)) => items.extend(more),
            (Some(Value::Table(inner)), Value::Table(more)) => add(inner, more),
            (_, value) => {
                file.insert(key, value);
            }
        }
    }
}

/// The overlays: level 3, and an invented one with every key.
fn overlays() -> Vec<(&'static str, Table)> {
    let level = include_str!("../../../../regulations/overlays/level-3.toml");
    let full = include_str!("full-overlay.toml");
    [("level-3", level), ("full", full)]
        .into_iter()
        .map(|(name, text)| (name, text.parse().expect(name)))
        .collect()
}
