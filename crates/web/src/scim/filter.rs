//! The filters that are answered (RFC 7644 §3.4.2.2): each by an index, so that one person among 20,000 costs one.

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::error::Error;

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    /// `userName eq`
    UserName(String),
    /// `externalId eq`
    ExternalId(String),
    /// `emails eq`, `emails.value eq`, `emails[value eq …]`
    Email(String),
    /// `id eq`
    Id(String),
    /// `meta.lastModified gt`, ms.
    ChangedAfter(i64),
}

/// Reads a filter.
///
/// # Errors
/// It is none, or none of those.
pub(super) fn parse(text: &str) -> Result<Filter, Error> {
    let unknown = || {
        Error::filter(
            "answered are: userName eq, externalId eq, id eq, emails eq, emails.value eq, meta.lastModified gt, meta.lastModified ge",
        )
    };
    let text = text.trim();
    // `emails[value eq "a@b"]`, with or without the type, as some systems ask.
    if let Some(inner) = text
        .strip_suffix(']')
        .and_then(|text| text.split_once('['))
        .filter(|(attribute, _)| bare(attribute) == "emails")
        .map(|(_, inner)| inner)
    {
        let (attribute, operator, value) = comparison(inner).ok_or_else(unknown)?;
        return match (attribute.as_str(), operator.as_str()) {
            ("value", "eq") => Ok(Filter::Email(value)),
            _ => Err(unknown()),
        };
    }
    let (attribute, operator, value) = comparison(text).ok_or_else(unknown)?;
    match (attribute.as_str(), operator.as_str()) {
        ("username", "eq") => Ok(Filter::UserName(value)),
        ("externalid", "eq") => Ok(Filter::ExternalId(value)),
        ("id", "eq") => Ok(Filter::Id(value)),
        ("emails" | "emails.value", "eq") => Ok(Filter::Email(value)),
        ("meta.lastmodified", "gt") => Ok(Filter::ChangedAfter(time(&value)?)),
        ("meta.lastmodified", "ge") => Ok(Filter::ChangedAfter(time(&value)?.saturating_sub(1))),
        _ => Err(unknown()),
    }
}

/// An attribute's name in small letters, without the core schema's (RFC 7644 §3.10).
fn bare(attribute: &str) -> String {
    let attribute = attribute.trim().to_ascii_lowercase();
    let core = "urn:ietf:params:scim:schemas:core:2.0:user:";
    attribute
        .strip_prefix(core)
        .unwrap_or(&attribute)
        .to_owned()
}

/// `attribute operator "value"`, and nothing behind it.
fn comparison(text: &str) -> Option<(String, String, String)> {
    let mut parts = text.trim().splitn(3, ' ');
    let (attribute, operator) = (parts.next()?, parts.next()?);
    // The value is JSON: its escapes are, too.
    let value: Value = serde_json::from_str(parts.next()?.trim()).ok()?;
    let value = value.as_str()?.to_owned();
    Some((bare(attribute), operator.to_ascii_lowercase(), value))
}

fn time(text: &str) -> Result<i64, Error> {
    let at = OffsetDateTime::parse(text, &Rfc3339)
        .map_err(|_| Error::filter("a time is written as 2026-01-05T08:00:00Z"))?;
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000)
        .map_err(|_| Error::filter("a time out of reach"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_7644_3_4_2_2_what_is_answered() {
        for (text, filter) in [
            (
                r#"userName eq "phamvana""#,
                Filter::UserName("phamvana".to_owned()),
            ),
            (r#"USERNAME EQ "a b""#, Filter::UserName("a b".to_owned())),
            (
                r#"urn:ietf:params:scim:schemas:core:2.0:User:userName eq "a""#,
                Filter::UserName("a".to_owned()),
            ),
            (
                r#"externalId eq "\"x\"""#,
                Filter::ExternalId("\"x\"".to_owned()),
            ),
            (
                r#"emails[value eq "a@b.vn"]"#,
                Filter::Email("a@b.vn".to_owned()),
            ),
            (
                r#"emails.value eq "a@b.vn""#,
                Filter::Email("a@b.vn".to_owned()),
            ),
            (
                r#"meta.lastModified gt "2026-01-05T01:00:00Z""#,
                Filter::ChangedAfter(1_767_574_800_000),
            ),
            (
                r#"meta.lastModified ge "2026-01-05T08:00:00+07:00""#,
                Filter::ChangedAfter(1_767_574_799_999),
            ),
        ] {
            assert_eq!(parse(text).ok(), Some(filter), "{text}");
        }
        for text in [
            "",
            "userName",
            "userName eq",
            "userName eq x",
            r#"userName sw "x""#,
            r#"userName eq "x" or title eq "y""#,
            r#"password eq "x""#,
            r#"meta.lastModified gt "yesterday""#,
            r#"emails[type eq "work"]"#,
            r#"emails[value eq "x"#,
            "[]",
            r#"meta.lastModified gt "9999-12-31T23:59:59.999999999-25:59""#,
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
