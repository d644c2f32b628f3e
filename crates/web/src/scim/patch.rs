//! PATCH (RFC 7644 §3.5.2): operations on a representation, all of them or none.

use congvu_governance::identity::scim::{CONGVU, ENTERPRISE, USER, member};
use serde_json::{Map, Value};

use super::error::Error;

const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// The most operations of one request.
const MOST: usize = 100;
/// What nobody but the server writes.
const READ_ONLY: &[&str] = &["id", "meta", "schemas", "groups", "emails"];
/// The same, of our extension.
const OWN_READ_ONLY: &[&str] = &["mailbox", "mailboxstate", "account"];
/// Attributes that have several values.
const SEVERAL: &[&str] = &["phonenumbers"];

/// Carries the operations of a PATCH out on a resource.
///
/// # Errors
/// The first that cannot be carried out; the resource is as it was then, for whoever asks drops it.
pub(super) fn apply(resource: &mut Value, message: &Value) -> Result<(), Error> {
    let schemas = member(message, "schemas").and_then(Value::as_array);
    let told = schemas.is_some_and(|schemas| schemas.iter().any(|one| one == PATCH));
    if !told {
        return Err(Error::value(format!("schemas must have {PATCH}")));
    }
    let operations = member(message, "Operations").and_then(Value::as_array);
    let operations = operations.ok_or_else(|| Error::value("Operations is missing"))?;
    if operations.len() > MOST {
        return Err(Error::value(format!("more than {MOST} operations")));
    }
    for operation in operations {
        let name = member(operation, "op").and_then(Value::as_str);
        let value = member(operation, "value");
        let path = match member(operation, "path") {
            None | Some(Value::Null) => None,
            Some(Value::String(path)) => Some(Path::parse(path)?),
            Some(_) => return Err(Error::path("path is no string")),
        };
        match name.unwrap_or_default().to_ascii_lowercase().as_str() {
            how @ ("add" | "replace") => {
                let value = value.ok_or_else(|| Error::value("value is missing"))?;
                set(resource, path, value, how == "add")?;
            }
            "remove" => remove(resource, path)?,
            _ => return Err(Error::syntax("op is add, remove or replace")),
        }
    }
    Ok(())
}

/// Where an operation works: `[extension:]attribute[filter][.sub]`.
#[derive(Debug, PartialEq, Eq)]
struct Path {
    extension: Option<&'static str>,
    attribute: Option<String>,
    filter: Option<(String, String)>,
    sub: Option<String>,
}

impl Path {
    fn parse(text: &str) -> Result<Self, Error> {
        let wrong = || Error::path(format!("“{text}” is no path"));
        let (extension, rest) = extension_of(text.trim());
        if rest.is_empty() {
            let extension = extension.ok_or_else(wrong)?;
            return Ok(Self {
                extension: Some(extension),
                attribute: None,
                filter: None,
                sub: None,
            });
        }
        let (head, filter, tail) = match rest.split_once('[') {
            None => match rest.split_once('.') {
                None => (rest, None, None),
                Some((head, sub)) => (head, None, Some(sub)),
            },
            Some((head, rest)) => {
                let (filter, tail) = rest.rsplit_once(']').ok_or_else(wrong)?;
                let sub = match tail {
                    "" => None,
                    tail => Some(tail.strip_prefix('.').ok_or_else(wrong)?),
                };
                (head, Some(read_filter(filter).ok_or_else(wrong)?), sub)
            }
        };
        let is_name = |name: &str| {
            name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$')
                && name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "$-_".contains(c))
        };
        if !is_name(head) || tail.is_some_and(|tail| !is_name(tail)) {
            return Err(wrong());
        }
        let path = Self {
            extension,
            attribute: Some(head.to_owned()),
            filter,
            sub: tail.map(str::to_owned),
        };
        path.check_writable()?;
        Ok(path)
    }

    fn check_writable(&self) -> Result<(), Error> {
        let name = self.attribute.as_deref().unwrap_or_default();
        let shut = match self.extension {
            None => READ_ONLY,
            Some(extension) if extension == CONGVU => OWN_READ_ONLY,
            Some(_) => &[],
        };
        if shut.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(Error::mutability(format!("{name} is read-only")));
        }
        Ok(())
    }
}

/// The extension that a path or a member's name begins with, and the rest.
fn extension_of(text: &str) -> (Option<&'static str>, &str) {
    for (schema, extension) in [
        (ENTERPRISE, Some(ENTERPRISE)),
        (CONGVU, Some(CONGVU)),
        (USER, None),
    ] {
        let Some(head) = text.get(..schema.len()) else {
            continue;
        };
        let rest = &text[schema.len()..];
        if head.eq_ignore_ascii_case(schema) && (rest.is_empty() || rest.starts_with(':')) {
            return (extension, rest.trim_start_matches(':'));
        }
    }
    (None, text)
}

/// `type eq "work"`
fn read_filter(text: &str) -> Option<(String, String)> {
    let mut parts = text.trim().splitn(3, ' ');
    let (name, operator) = (parts.next()?, parts.next()?);
    if !operator.eq_ignore_ascii_case("eq") {
        return None;
    }
    let value: Value = serde_json::from_str(parts.next()?.trim()).ok()?;
    let value = match value {
        Value::String(text) => text,
        Value::Bool(flag) => flag.to_string(),
        _ => return None,
    };
    Some((name.to_ascii_lowercase(), value))
}

/// The name under which an object has a member, whatever its capitals.
fn known_as(members: &Map<String, Value>, name: &str) -> String {
    let mut known = members
        .keys()
        .filter(|known| known.eq_ignore_ascii_case(name));
    known.next().map_or_else(|| name.to_owned(), Clone::clone)
}

/// The object that a path is about: the resource, or its extension.
fn container<'r>(
    resource: &'r mut Value,
    extension: Option<&'static str>,
) -> Result<&'r mut Map<String, Value>, Error> {
    let members = resource
        .as_object_mut()
        .ok_or_else(|| Error::syntax("a resource is an object"))?;
    let Some(extension) = extension else {
        return Ok(members);
    };
    let name = known_as(members, extension);
    members
        .entry(name)
        .or_insert_with(|| Value::Object(Map::new()))
        .as_object_mut()
        .ok_or_else(|| Error::value(format!("{extension} is no object")))
}

fn set(resource: &mut Value, path: Option<Path>, value: &Value, adds: bool) -> Result<(), Error> {
    let Some(path) = path else {
        let members = value
            .as_object()
            .ok_or_else(|| Error::value("without a path the value is an object"))?;
        for (name, value) in members {
            set(resource, Some(Path::parse(name)?), value, adds)?;
        }
        return Ok(());
    };
    let Some(attribute) = &path.attribute else {
        let members = value
            .as_object()
            .ok_or_else(|| Error::value("the value of an extension is an object"))?;
        for (name, value) in members {
            let inner = Path {
                extension: path.extension,
                attribute: Some(name.clone()),
                filter: None,
                sub: None,
            };
            inner.check_writable()?;
            set(resource, Some(inner), value, adds)?;
        }
        return Ok(());
    };
    if value.is_null() {
        return remove(resource, Some(path));
    }
    let members = container(resource, path.extension)?;
    let name = known_as(members, attribute);
    let several = SEVERAL.contains(&name.to_ascii_lowercase().as_str());
    if let Some((by, wanted)) = &path.filter {
        let elements = elements(members, &name)?;
        let mut found = false;
        for element in elements.iter_mut().filter(|one| fits(one, by, wanted)) {
            put(element, path.sub.as_deref(), value)?;
            found = true;
        }
        if !found {
            if !adds {
                return Err(Error::no_target(format!("no {name} is so")));
            }
            let mut element = Value::Object(Map::from_iter([(by.clone(), wanted.clone().into())]));
            put(&mut element, path.sub.as_deref(), value)?;
            elements.push(element);
        }
        return Ok(());
    }
    if let Some(sub) = &path.sub {
        if several {
            let elements = elements(members, &name)?;
            if elements.is_empty() {
                elements.push(Value::Object(Map::new()));
            }
            return elements
                .iter_mut()
                .try_for_each(|element| put(element, Some(sub), value));
        }
        let inner = members
            .entry(name)
            .or_insert_with(|| Value::Object(Map::new()));
        return put(inner, Some(sub), value);
    }
    if several && adds {
        let new = match value {
            Value::Array(new) => new.clone(),
            one => vec![one.clone()],
        };
        elements(members, &name)?.extend(new);
        return Ok(());
    }
    match members.get_mut(&name) {
        // Of a complex attribute the sub-attributes that are told are set.
        Some(known @ Value::Object(_)) => put(known, None, value),
        _ => {
            members.insert(name, value.clone());
            Ok(())
        }
    }
}

/// Writes a sub-attribute of an object, or those that an object tells.
fn put(element: &mut Value, sub: Option<&str>, value: &Value) -> Result<(), Error> {
    let members = element
        .as_object_mut()
        .ok_or_else(|| Error::path("it has no sub-attributes"))?;
    match (sub, value) {
        (Some(sub), value) => {
            let name = known_as(members, sub);
            members.insert(name, value.clone());
        }
        (None, Value::Object(told)) => {
            for (name, value) in told {
                let name = known_as(members, name);
                members.insert(name, value.clone());
            }
        }
        (None, _) => return Err(Error::value("the value is no object")),
    }
    Ok(())
}

fn elements<'m>(
    members: &'m mut Map<String, Value>,
    name: &str,
) -> Result<&'m mut Vec<Value>, Error> {
    members
        .entry(name.to_owned())
        .or_insert_with(|| Value::Array(Vec::new()))
        .as_array_mut()
        .ok_or_else(|| Error::path(format!("{name} has one value")))
}

fn fits(element: &Value, by: &str, wanted: &str) -> bool {
    match member(element, by) {
        Some(Value::String(text)) => text.eq_ignore_ascii_case(wanted),
        Some(Value::Bool(flag)) => flag.to_string() == wanted,
        _ => false,
    }
}

fn remove(resource: &mut Value, path: Option<Path>) -> Result<(), Error> {
    let path = path.ok_or_else(|| Error::no_target("remove needs a path"))?;
    let Some(attribute) = &path.attribute else {
        return Err(Error::mutability("an extension is not removed"));
    };
    let members = container(resource, path.extension)?;
    let name = known_as(members, attribute);
    let Some(known) = members.get_mut(&name) else {
        return Ok(());
    };
    match (&path.filter, &path.sub, known) {
        (None, None, _) => {
            members.remove(&name);
        }
        (None, Some(sub), Value::Object(inner)) => {
            inner.remove(&known_as(inner, sub));
        }
        (Some((by, wanted)), None, Value::Array(elements)) => {
            elements.retain(|one| !fits(one, by, wanted));
        }
        (Some((by, wanted)), Some(sub), Value::Array(elements)) => {
            for element in elements.iter_mut().filter(|one| fits(one, by, wanted)) {
                if let Some(inner) = element.as_object_mut() {
                    inner.remove(&known_as(inner, sub));
                }
            }
        }
        _ => return Err(Error::path(format!("{name} has no such part"))),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn after(operations: Value) -> Result<Value, Error> {
        let mut user = json!({
            "id": "1", "title": "Văn thư", "name": { "familyName": "Phạm", "givenName": "A" },
            "phoneNumbers": [{ "value": "1", "type": "work" }],
            CONGVU: { "mailOnly": true },
        });
        let message = json!({ "schemas": [PATCH], "Operations": operations });
        apply(&mut user, &message).map(|()| user)
    }

    #[test]
    fn rfc_7644_3_5_2_operations() {
        let user = after(json!([
            { "op": "Replace", "path": "title", "value": "Trưởng phòng" },
            { "op": "replace", "path": "name.givenName", "value": "B" },
            { "op": "replace", "path": "phoneNumbers[type eq \"work\"].value", "value": "2" },
            { "op": "add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "3" },
            { "op": "replace", "value": { "externalId": "x", (format!("{CONGVU}:mailOnly")): false } },
            { "op": "add", "path": format!("{ENTERPRISE}:department"), "value": "Văn phòng" },
        ]))
        .unwrap();
        assert_eq!(user["title"], "Trưởng phòng");
        assert_eq!(
            user["name"],
            json!({ "familyName": "Phạm", "givenName": "B" })
        );
        assert_eq!(
            user["phoneNumbers"],
            json!([{ "value": "2", "type": "work" }, { "type": "mobile", "value": "3" }])
        );
        assert_eq!(
            (&user["externalId"], &user[CONGVU]["mailOnly"]),
            (&json!("x"), &json!(false))
        );
        assert_eq!(user[ENTERPRISE]["department"], "Văn phòng");
        let user = after(json!([
            { "op": "remove", "path": "title" },
            { "op": "remove", "path": "phoneNumbers[type eq \"work\"]" },
        ]));
        let user = user.unwrap();
        assert!(user.get("title").is_none() && user["phoneNumbers"] == json!([]));
    }

    #[test]
    fn hostile_operations_are_refused() {
        for operations in [
            json!([{ "op": "replace", "path": "id", "value": "2" }]),
            json!([{ "op": "add", "value": { "meta": {} } }]),
            json!([{ "op": "replace", "path": format!("{CONGVU}:mailbox"), "value": "x@y" }]),
            json!([{ "op": "replace", "path": CONGVU, "value": { "Account": "x" } }]),
            json!([{ "op": "remove" }]),
            json!([{ "op": "remove", "path": CONGVU }]),
            json!([{ "op": "move", "path": "title" }]),
            json!([{ "op": "add", "path": "title" }]),
            json!([{ "op": "replace", "path": "a[b eq \"c\"", "value": 1 }]),
            json!([{ "op": "replace", "path": "phoneNumbers[type eq \"fax\"].value", "value": "1" }]),
            json!([{ "op": "replace", "path": "a..b", "value": 1 }]),
            json!([{ "op": "replace", "path": "__proto__x[", "value": 1 }]),
            json!([{ "op": "replace", "path": "", "value": 1 }]),
            json!([{ "op": "replace", "path": 1, "value": 1 }]),
            json!({}),
        ] {
            let shown = operations.to_string();
            assert!(after(operations).is_err(), "{shown}");
        }
        let many: Vec<Value> = (0..=MOST)
            .map(|_| json!({ "op": "remove", "path": "title" }))
            .collect();
        assert!(after(many.into()).is_err());
    }
}
