//! The description says what the router does.

use congvu_governance::token::Scope;
use congvu_web::api::{DESCRIPTION, ROUTES};
use serde_json::Value;
use std::collections::BTreeSet;

fn description() -> Value {
    serde_json::from_str(DESCRIPTION).unwrap()
}

/// SL.14.2.
#[test]
fn sl_14_2_every_operation_is_described_and_nothing_else() {
    let described = description();
    assert!(described["openapi"].as_str().unwrap().starts_with("3.1."));
    let mut found = BTreeSet::new();
    for (path, operations) in described["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            if path == "/api/v1/openapi.json" {
                assert_eq!(operation["security"], serde_json::json!([]));
                continue;
            }
            let scopes = operation["security"][0]["token"].as_array().unwrap();
            let scope = scopes
                .first()
                .map(|scope| scope.as_str().unwrap().to_owned());
            found.insert((path.clone(), method.clone(), scope));
        }
    }
    let routed: BTreeSet<_> = ROUTES
        .iter()
        .map(|route| {
            let scope = route.scope.map(|scope| scope.name().to_owned());
            (
                format!("/api/v1{}", route.path),
                route.method.to_owned(),
                scope,
            )
        })
        .collect();
    assert_eq!(found, routed);
    let routes = ROUTES.iter().chain(congvu_web::scim::ROUTES);
    let used: BTreeSet<_> = routes.filter_map(|route| route.scope).collect();
    assert_eq!(
        used,
        Scope::ALL.iter().copied().collect(),
        "a scope that opens nothing"
    );
}

#[test]
fn references_lead_somewhere_and_paths_name_their_parameters() {
    let described = description();
    let mut names = BTreeSet::new();
    for (path, operations) in described["paths"].as_object().unwrap() {
        for operation in operations.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(names.insert(id.to_owned()), "{id} twice");
            let told: BTreeSet<String> = operation["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|parameter| match parameter["$ref"].as_str() {
                    Some(reference) => resolve(&described, reference),
                    None => parameter.clone(),
                })
                .filter(|parameter| parameter["in"] == "path")
                .map(|parameter| parameter["name"].as_str().unwrap().to_owned())
                .collect();
            let named: BTreeSet<String> = path
                .split(['{', '}'])
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect();
            assert_eq!(told, named, "{path}");
        }
    }
    walk(&described, &described);
}

fn resolve(described: &Value, reference: &str) -> Value {
    let pointer = reference.strip_prefix('#').unwrap();
    described
        .pointer(pointer)
        .unwrap_or_else(|| panic!("{reference}"))
        .clone()
}

fn walk(described: &Value, value: &Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if name == "$ref" {
                    resolve(described, member.as_str().unwrap());
                }
                walk(described, member);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(described, item)),
        _ => {}
    }
}
