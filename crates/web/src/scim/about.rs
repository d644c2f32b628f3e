//! What this service provider can do, and what its resources look like (RFC 7643 §5, §6, §7).

use std::sync::LazyLock;

use axum::extract::{Extension, Path};
use axum::http::StatusCode;
use congvu_governance::identity::scim::{CONGVU, ENTERPRISE, USER};
use serde_json::{Value, json};

use super::error::Error;
use super::users::MOST;
use super::{Answer, Base, scim};

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// The schemas, as they are sent.
const SCHEMAS: &str = include_str!("schemas.json");

static READ: LazyLock<Vec<Value>> =
    LazyLock::new(|| serde_json::from_str(SCHEMAS).unwrap_or_default());

fn listed(resources: &[Value]) -> Value {
    json!({
        "schemas": [LIST], "totalResults": resources.len(), "startIndex": 1,
        "itemsPerPage": resources.len(), "Resources": resources,
    })
}

pub(super) async fn config(Extension(base): Extension<Base>) -> Answer {
    let not = json!({ "supported": false });
    Ok(scim(
        StatusCode::OK,
        &json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
            "patch": { "supported": true },
            "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
            "filter": { "supported": true, "maxResults": MOST },
            "changePassword": not, "sort": not, "etag": { "supported": true },
            "authenticationSchemes": [{
                "type": "oauthbearertoken", "name": "Bearer", "primary": true,
                "description": "Access tokens with the scopes read:identities and write:identities (congvu token issue)",
            }],
            "meta": {
                "resourceType": "ServiceProviderConfig", "location": format!("{}/ServiceProviderConfig", base.0),
            },
        }),
    ))
}

fn kinds(base: &Base) -> [Value; 2] {
    let kind = |name: &str, schema: &str, extensions: &[&str]| {
        let extensions: Vec<Value> = extensions
            .iter()
            .map(|schema| json!({ "schema": schema, "required": false }))
            .collect();
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"], "id": name, "name": name,
            "endpoint": format!("/{name}s"), "schema": schema, "schemaExtensions": extensions,
            "meta": { "resourceType": "ResourceType", "location": format!("{}/ResourceTypes/{name}", base.0) },
        })
    };
    [
        kind("User", USER, &[ENTERPRISE, CONGVU]),
        kind("Group", "urn:ietf:params:scim:schemas:core:2.0:Group", &[]),
    ]
}

pub(super) async fn types(Extension(base): Extension<Base>) -> Answer {
    Ok(scim(StatusCode::OK, &listed(&kinds(&base))))
}

pub(super) async fn type_of(Extension(base): Extension<Base>, Path(id): Path<String>) -> Answer {
    let kinds = kinds(&base);
    let found = kinds.iter().find(|kind| kind["id"] == id.as_str());
    Ok(scim(StatusCode::OK, found.ok_or_else(Error::missing)?))
}

pub(super) async fn schemas() -> Answer {
    Ok(scim(StatusCode::OK, &listed(&READ)))
}

pub(super) async fn schema(Path(id): Path<String>) -> Answer {
    let found = READ.iter().find(|schema| schema["id"] == id.as_str());
    Ok(scim(StatusCode::OK, found.ok_or_else(Error::missing)?))
}
