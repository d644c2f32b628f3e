//! Groups of mailboxes, registered under a name whose address the rules make (QN.4.3).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use congvu_governance::group::{self as groups, Registration};
use congvu_governance::{Refused, Role, rights};
use congvu_store::address::{self, Lookup, Target};
use congvu_store::group::{self, Member};
use congvu_store::{GroupId, MailboxId, OrganisationId, Tx, organisation};
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::{Answer, Problem};
use super::read::{Asked, Body, Page, Place, page};
use super::{Api, Caller};

const POSTING: [&str; 3] = ["anyone", "inside", "members"];
/// Members put in or taken out by one request.
const MOST: usize = 1_000;

/// Where an address leads.
fn target(tx: &mut Tx<'_>, text: &str) -> Result<Target, Refused> {
    let missing = || Refused::missing(format!("Không có địa chỉ {text} trong hệ thống."));
    let parts = text.trim().rsplit_once('@');
    let (local, domain) =
        parts.ok_or_else(|| Refused::bad(format!("“{text}” không phải địa chỉ thư.")))?;
    match address::lookup(tx, &local.to_lowercase(), &domain.to_ascii_lowercase())? {
        Lookup::Found(target) => Ok(target),
        Lookup::NotOurs | Lookup::Unknown => Err(missing()),
    }
}

fn group_of(tx: &mut Tx<'_>, text: &str) -> Result<GroupId, Refused> {
    match target(tx, text)? {
        Target::Group { id, .. } => Ok(id),
        Target::Mailbox(_) => Err(Refused::missing(format!("{text} không phải nhóm thư."))),
    }
}

/// A group to register.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Registering {
    organisation: i64,
    name: String,
    /// `anyone`, `inside`, `members`.
    posting: String,
    /// What people agreed on; none: as the rules propose.
    address: Option<String>,
    document: Option<String>,
}

pub(super) async fn add(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Body(said): Body<Registering>,
) -> Answer<Response> {
    let law = api.law;
    if !POSTING.contains(&said.posting.as_str()) {
        return Err(Problem::bad(format!(
            "posting phải là {}.",
            POSTING.join(", ")
        )));
    }
    let told = api
        .write(move |tx| {
            let place = OrganisationId(said.organisation);
            let address = match said.address.as_deref().map(str::trim) {
                None => None,
                Some(text) => {
                    let wrong = || Refused::bad(format!("“{text}” không phải địa chỉ thư."));
                    let (local, domain) = text.rsplit_once('@').ok_or_else(wrong)?;
                    let found = organisation::domain(tx, &domain.to_ascii_lowercase())?;
                    let found = found.ok_or_else(|| {
                        Refused::missing(format!("Hệ thống này không có tên miền {domain}."))
                    })?;
                    Some((found, local.to_owned()))
                }
            };
            let new = Registration {
                organisation: place,
                name: said.name.clone(),
                posting: said.posting.clone(),
                address,
            };
            let document = said.document.as_deref();
            let (id, local_part) = groups::register(tx, law, &bearer.actor, &new, document)?;
            Ok(json!({ "group": id.0, "local_part": local_part }))
        })
        .await?;
    Ok((StatusCode::CREATED, Json(told)).into_response())
}

/// The mailboxes that a group reaches, through other groups too, each once.
pub(super) async fn members(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
    Asked(asked): Asked<Page>,
) -> Answer {
    let (limit, after) = (asked.limit()?, asked.after()?);
    let found = api
        .read(move |tx| {
            let id = group_of(tx, &address)?;
            let place = group::place(tx, id)?;
            rights::need(tx, &bearer.actor, &Role::ALL, place)?;
            let mut found = Vec::new();
            for reached in group::expand(tx, id, MailboxId(after), limit + 1)? {
                let address = address::primary(tx, reached.mailbox)?;
                found.push((reached.mailbox.0, address));
            }
            Ok(found)
        })
        .await?;
    let shown = |(mailbox, address): (i64, Option<String>)| json!({ "mailbox": mailbox, "address": address });
    Ok(page(found, limit, |(mailbox, _)| *mailbox, shown))
}

/// Addresses of mailboxes and of other groups.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Members {
    #[serde(default)]
    add: Vec<String>,
    #[serde(default)]
    remove: Vec<String>,
}

/// All of them or none.
pub(super) async fn change(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
    Body(said): Body<Members>,
) -> Answer {
    let count = said.add.len() + said.remove.len();
    if count == 0 || count > MOST {
        return Err(Problem::bad(format!(
            "Cần từ 1 đến {MOST} địa chỉ trong một lần."
        )));
    }
    api.write(move |tx| {
        let id = group_of(tx, &address)?;
        let named = address.trim().to_lowercase();
        let place = group::place(tx, id)?;
        // Who may not change it is not told which addresses there are.
        let roles = [Role::Decide, Role::Operate];
        rights::need(tx, &bearer.actor, &roles, place)?;
        for (all, is_in) in [(&said.add, true), (&said.remove, false)] {
            for text in all {
                let member = match target(tx, text)? {
                    Target::Mailbox(mailbox) => Member::Mailbox(mailbox.mailbox),
                    Target::Group { id, .. } => Member::Group(id),
                };
                let member = (member, text.as_str());
                groups::set_member(tx, &bearer.actor, (id, &named), member, is_in)?;
            }
        }
        Ok(())
    })
    .await?;
    let told: Value = json!({ "outcome": "changed" });
    Ok(Json(told))
}
