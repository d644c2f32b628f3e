//! The schemas themselves: checked in, described, and without a key that no file has.

use std::collections::BTreeSet;

use super::change::{paths, told};
use super::*;

#[test]
fn the_checked_in_schemas_are_up_to_date() {
    for (made, file) in [
        (
            schema::profile(),
            include_str!("../../../../regulations/profile.schema.json"),
        ),
        (
            schema::overlay(),
            include_str!("../../../../regulations/overlay.schema.json"),
        ),
    ] {
        assert!(made == file, "run cargo xtask docs");
    }
}

/// Every file but the invented ones names its schema, so that editors find it.
#[test]
fn the_files_name_their_schema() {
    for (name, text) in PROFILES {
        assert!(
            text.starts_with("#:schema ./profile.schema.json\n"),
            "{name}"
        );
    }
    let level = include_str!("../../../../regulations/overlays/level-3.toml");
    assert!(level.starts_with("#:schema ../overlay.schema.json\n"));
}

/// Calls `each` with every schema that describes a value, and the path of keys to it.
pub(crate) fn walk(root: &Json, schema: &Json, path: &str, each: &mut impl FnMut(&str, &Json)) {
    if let Some(name) = schema.get("$ref").and_then(Json::as_str) {
        let inner = root.pointer(name.trim_start_matches('#')).expect(name);
        assert_eq!(
            schema.as_object().map(serde_json::Map::len),
            Some(1),
            "{path}: nothing stands beside a reference"
        );
        return walk(root, inner, path, each);
    }
    each(path, schema);
    for key in ["anyOf", "allOf"] {
        for one in schema
            .get(key)
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
        {
            // A rule about keys together describes no value.
            if one.get("if").is_none() && one.get("$ref") != Some(&"#/$defs/source".into()) {
                walk(root, one, path, each);
            }
        }
    }
    if let Some(items) = schema.get("items") {
        walk(root, items, path, each);
    }
    let keys = schema.get("properties").and_then(Json::as_object);
    for (key, value) in keys.into_iter().flatten() {
        let inner = format!("{path}.{key}");
        walk(root, value, inner.trim_start_matches('.'), each);
    }
}

#[test]
fn everything_is_described_in_vietnamese_and_closed() {
    for schema in [schema::profile(), schema::overlay()] {
        let schema: Json = serde_json::from_str(&schema).expect("JSON");
        let mut count = 0;
        walk(&schema, &schema, "", &mut |path, one| {
            count += 1;
            let told = one.get("description").and_then(Json::as_str);
            assert!(told.is_some_and(|told| told.chars().count() >= 3), "{path}");
            if one.get("type") == Some(&"object".into()) {
                let is_closed = one.get("additionalProperties") == Some(&false.into());
                assert!(is_closed || one.get("anyOf").is_some(), "{path}");
            }
        });
        assert!(count > 100);
    }
}

/// A path by what it has in common with others: the patterns of naming, the effects of content.
fn shared(path: &str) -> String {
    let parts: Vec<&str> = path.split('.').collect();
    match parts.as_slice() {
        ["naming", "person" | "account", rest @ ..] => format!("naming.person.{}", rest.join(".")),
        ["naming", _, rest @ ..] => format!("naming.words.{}", rest.join(".")),
        ["content", .., way @ ("sent" | "inside" | "received")] => format!("content.{way}"),
        _ => path.to_owned(),
    }
}

/// A key that stands in no file would be held against no reader.
#[test]
fn every_key_of_a_schema_stands_in_some_file() {
    for (schema, files) in [
        (schema::profile(), profiles()),
        (schema::overlay(), overlays()),
    ] {
        let schema: Json = serde_json::from_str(&schema).expect("JSON");
        let mut known = BTreeSet::new();
        walk(&schema, &schema, "", &mut |path, _| {
            known.insert(shared(path));
        });
        known.remove("");
        for (_, file) in &files {
            for path in paths(file, &mut BTreeSet::new()) {
                known.remove(&shared(&told(&path)));
            }
        }
        // A source is a clause here, a local setting there.
        let source = [".clause", ".quote", ".local"];
        known.retain(|path| !source.iter().any(|end| path.ends_with(end)));
        assert!(known.is_empty(), "{known:#?}");
    }
}
