//! Who may do what, where.

use std::collections::HashSet;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use congvu_governance::{Actor, Refused, Role, rights};
use congvu_store::{OrganisationId, Tx, account, organisation, role};
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::{Answer, Problem};
use super::read::{Asked, Body, Page, time};
use super::{Api, Caller};

const SEE: &[Role] = &[Role::Decide, Role::Operate, Role::Audit];

/// Of which place.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Of {
    organisation: Option<i64>,
}

/// Those in force at a place and below: few have one.
pub(super) async fn list(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(of): Asked<Of>,
) -> Answer {
    let place = Page {
        organisation: of.organisation,
        ..Page::default()
    };
    let items = api
        .read(move |tx| {
            let top = place.top(tx, &bearer.actor, SEE)?;
            let below: HashSet<OrganisationId> = organisation::subtree(tx, top)?
                .into_iter()
                .map(|place| place.id)
                .collect();
            let all = role::all(tx)?;
            Ok(all
                .into_iter()
                .filter(|grant| below.contains(&grant.organisation))
                .map(|grant| {
                    json!({
                        "account": grant.login, "role": grant.role,
                        "role_label": Role::parse(&grant.role).map(Role::label),
                        "organisation": grant.organisation.0, "document": grant.document,
                        "granted_at": time(grant.granted_at),
                    })
                })
                .collect::<Vec<Value>>())
        })
        .await?;
    Ok(Json(json!({ "items": items })))
}

/// Whose role, and where.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Granting {
    account: String,
    role: String,
    organisation: i64,
    document: Option<String>,
}

type Act = fn(
    &mut Tx<'_>,
    &Actor,
    (congvu_store::AccountId, &str),
    Role,
    OrganisationId,
    Option<&str>,
) -> Result<(), Refused>;

async fn done(api: &Api, actor: Actor, said: Granting, act: Act) -> Answer<()> {
    let role = Role::parse(&said.role)
        .ok_or_else(|| Problem::bad(format!("Không có vai trò “{}”.", said.role)))?;
    let place = OrganisationId(said.organisation);
    api.write(move |tx| {
        // Who decides nowhere is not told who has an account.
        rights::need(tx, &actor, &[Role::Decide], place)?;
        let name = said.account.trim().to_lowercase();
        let found = account::by_login(tx, &name)?
            .ok_or_else(|| Refused::missing(format!("Không có tài khoản {name}.")))?;
        let whose = (found.id, found.login.as_str());
        act(tx, &actor, whose, role, place, said.document.as_deref())
    })
    .await
}

pub(super) async fn grant(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Body(said): Body<Granting>,
) -> Answer<Response> {
    done(&api, bearer.actor, said, rights::grant).await?;
    let told = Json(json!({ "outcome": "granted" }));
    Ok((StatusCode::CREATED, told).into_response())
}

pub(super) async fn end(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Body(said): Body<Granting>,
) -> Answer {
    done(&api, bearer.actor, said, rights::end).await?;
    Ok(Json(json!({ "outcome": "ended" })))
}
