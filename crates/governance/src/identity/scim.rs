//! A person as SCIM tells of them (RFC 7643 §4.1, §4.3), with an extension of ours (§3.3); and what another system's
//! representation of a person says, as far as a request to synchronise needs it (QN.5.3).

use congvu_regulation::Moment;
use congvu_store::identity::{Identity, Standing};
use serde_json::{Map, Value, json};

use super::split;

/// RFC 7643 §4.1.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// RFC 7643 §4.3.
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// Ours: organisation, the mark of QN.5.2, the mailbox, the document that a change stands on.
pub const CONGVU: &str = "urn:congvu:params:scim:schemas:extension:identity:1.0:User";

/// The longest text of one attribute, in characters.
const LONGEST: usize = 300;

/// A time (ms) as RFC 7643 §2.3.5 has it.
#[must_use]
pub fn time(ms: i64) -> String {
    let at = Moment(ms);
    let (minute, second) = (at.minute_of_day(), ms.rem_euclid(60_000) / 1000);
    format!(
        "{}T{:02}:{:02}:{second:02}.{:03}+07:00",
        at.date(),
        minute / 60,
        minute % 60,
        ms.rem_euclid(1000)
    )
}

/// The mark of a version (RFC 7644 §3.14).
#[must_use]
pub fn tag(version: i64) -> String {
    format!("W/\"{version}\"")
}

/// What a person signs in with at both systems; where they have no account of the platform, their address.
#[must_use]
pub fn user_name(of: &Identity) -> String {
    match (&of.account, &of.address) {
        (Some(account), _) => account.clone(),
        (None, Some(address)) => address.clone(),
        (None, None) => format!("person-{}", of.person),
    }
}

/// How a mailbox stands, as the extension has it.
#[must_use]
pub fn standing(of: &Identity) -> &'static str {
    match of.standing {
        Standing::None => "none",
        Standing::Active => "active",
        Standing::Locked => "locked",
        Standing::Revoked => "revoked",
        Standing::Deleted => "deleted",
    }
}

/// How a person's whole name is written.
#[must_use]
pub fn formatted(of: &Identity) -> String {
    let parts: Vec<&str> = of.names.iter().map(|part| part.trim()).collect();
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// The resource `User`; `base` is what its address begins with (`https://mail.tinh.gov.vn/scim/v2`).
#[must_use]
pub fn user(of: &Identity, base: &str) -> Value {
    let mut user = body(of);
    user["id"] = of.person.to_string().into();
    if let Some(external) = &of.external_id {
        user["externalId"] = external.clone().into();
    }
    user["active"] = (of.standing == Standing::Active).into();
    user["meta"] = json!({
        "resourceType": "User", "created": time(of.created_at), "lastModified": time(of.changed_at),
        "location": format!("{base}/Users/{}", of.person), "version": tag(of.version),
    });
    user
}

/// What the platform is told of a person, who is `externalId` there by our number. `active` says whether the account is used
/// there, so that a system that does not know our extension shuts one that serves the synchronisation alone (QN.5.2).
#[must_use]
pub fn pushed(of: &Identity) -> Value {
    let mut user = body(of);
    user["externalId"] = of.person.to_string().into();
    let works = !matches!(of.standing, Standing::Revoked | Standing::Deleted);
    user["active"] = (of.usable && works).into();
    if !of.document.is_empty() {
        user[CONGVU]["document"] = of.document.clone().into();
    }
    user
}

fn body(of: &Identity) -> Value {
    let [family, middle, given] = &of.names;
    let mut name = Map::new();
    for (key, part) in [
        ("formatted", &formatted(of)),
        ("familyName", family),
        ("middleName", middle),
        ("givenName", given),
    ] {
        if !part.trim().is_empty() {
            name.insert(key.to_owned(), part.trim().into());
        }
    }
    let agency = match of.above.is_empty() {
        true => json!({ "organization": of.place }),
        false => json!({ "organization": of.above, "department": of.place }),
    };
    let mut user = json!({
        "schemas": [USER, ENTERPRISE, CONGVU], "userName": user_name(of), "name": name,
        "displayName": formatted(of), ENTERPRISE: agency,
        CONGVU: {
            "organisation": of.short_name, "mailOnly": of.account.is_some() && !of.usable,
            "mailboxState": standing(of),
        },
    });
    if let Some(account) = &of.account {
        user[CONGVU]["account"] = account.clone().into();
    }
    if !of.title.is_empty() {
        user["title"] = of.title.clone().into();
    }
    if !of.phone.is_empty() {
        user["phoneNumbers"] = json!([{ "value": of.phone, "type": "work" }]);
    }
    if let Some(address) = &of.address {
        user["emails"] = json!([{ "value": address, "type": "work", "primary": true }]);
        user[CONGVU]["mailbox"] = address.clone().into();
    }
    user
}

/// What another system says of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// `userName`.
    pub user_name: Option<String>,
    /// `externalId`.
    pub external_id: Option<String>,
    /// Họ, đệm, tên: of the parts of `name`, else of `formatted` or `displayName`.
    pub names: [String; 3],
    /// `title`.
    pub title: String,
    /// The first telephone, the primary one before others.
    pub phone: String,
    /// The address that is told, the primary one before others.
    pub email: Option<String>,
    /// `department`, or what the extension calls `subUnit`.
    pub sub_unit: String,
    /// The agency: by its short name (extension `organisation`), else by its name (`organization`).
    pub organisation: Option<String>,
    /// They use nothing but mail (QN.5.2).
    pub mail_only: Option<bool>,
    /// `active`.
    pub active: Option<bool>,
    /// The number of the written, confirmed request (QN.5.3).
    pub document: Option<String>,
}

/// A member of an object, whatever its capitals (RFC 7643 §2.1).
#[must_use]
pub fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let members = value.as_object()?;
    members.get(name).or_else(|| {
        let mut found = members
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value)
    })
}

impl Said {
    /// Reads a representation of a user.
    ///
    /// # Errors
    /// Which attribute has another type than its schema says, or is too long.
    pub fn read(user: &Value) -> Result<Self, String> {
        if !user.is_object() {
            return Err("a User is a JSON object".to_owned());
        }
        let name = member(user, "name").cloned().unwrap_or_default();
        let own = member(user, CONGVU).cloned().unwrap_or_default();
        let enterprise = member(user, ENTERPRISE).cloned().unwrap_or_default();
        let part = |key: &str| Ok::<_, String>(text(&name, key)?.unwrap_or_default());
        let mut names = [part("familyName")?, part("middleName")?, part("givenName")?];
        if names[2].is_empty() {
            let whole = match text(&name, "formatted")? {
                Some(whole) => Some(whole),
                None => text(user, "displayName")?,
            };
            let (family, middle, given) = split(&whole.unwrap_or_default());
            names = [family, middle, given];
        }
        let sub_unit = match text(&own, "subUnit")? {
            Some(sub_unit) => Some(sub_unit),
            None => text(&enterprise, "department")?,
        };
        Ok(Self {
            user_name: text(user, "userName")?,
            external_id: text(user, "externalId")?,
            names,
            title: text(user, "title")?.unwrap_or_default(),
            phone: first(user, "phoneNumbers")?.unwrap_or_default(),
            email: first(user, "emails")?,
            sub_unit: sub_unit.unwrap_or_default(),
            organisation: match text(&own, "organisation")? {
                Some(short) => Some(short),
                None => text(&enterprise, "organization")?,
            },
            mail_only: flag(&own, "mailOnly")?,
            active: flag(user, "active")?,
            document: text(&own, "document")?,
        })
    }

    /// The whole name.
    #[must_use]
    pub fn full_name(&self) -> String {
        let parts: Vec<&str> = self.names.iter().map(|part| part.trim()).collect();
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    }
}

fn text(value: &Value, key: &str) -> Result<Option<String>, String> {
    match member(value, key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.chars().count() > LONGEST => {
            Err(format!("{key} is longer than {LONGEST} characters"))
        }
        Some(Value::String(text)) => {
            let text = text.trim();
            Ok((!text.is_empty()).then(|| text.to_owned()))
        }
        Some(_) => Err(format!("{key} is no string")),
    }
}

/// Some systems send truth values as strings (`"True"`), as they did in drafts.
fn flag(value: &Value, key: &str) -> Result<Option<bool>, String> {
    match member(value, key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        Some(_) => Err(format!("{key} is neither true nor false")),
    }
}

/// The value of the primary one of several, or of the first.
fn first(user: &Value, key: &str) -> Result<Option<String>, String> {
    let several = match member(user, key) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(several)) => several,
        Some(_) => return Err(format!("{key} is no array")),
    };
    let primary = several
        .iter()
        .find(|one| member(one, "primary") == Some(&Value::Bool(true)));
    match primary.or(several.first()) {
        Some(one) => text(one, "value"),
        None => Ok(None),
    }
}
