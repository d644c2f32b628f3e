//! `/Users`: persons who have a mailbox or an account of the platform.

use axum::extract::{Extension, Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use congvu_governance::identity::{self, scim as shown};
use congvu_governance::{Actor, Refused};
use congvu_store::identity::{Among, Identity};
use congvu_store::{
    OrganisationId, PersonId, Tx, address, identity as stored, mailbox, organisation,
};
use serde_json::{Value, json};

use super::error::Error;
use super::filter::{self, Filter};
use super::{Answer, Base, Body, change, patch, scim};
use crate::api::Api;
use crate::api::guard::Caller;
use crate::site::Fields;

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const SEARCH: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
/// So many are answered at once where nothing else is asked for …
const USUAL: i64 = 100;
/// … and at most.
pub(super) const MOST: i64 = 200;

/// What is asked of a list (RFC 7644 §3.4.2).
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    filter: Option<Filter>,
    start: i64,
    count: i64,
    /// `attributes`, and whether those are what is left out instead.
    attributes: Option<(Vec<String>, bool)>,
}

impl Asked {
    fn new(
        filter: &str,
        (start, count): (Option<i64>, Option<i64>),
        (attributes, excluded): (Vec<String>, Vec<String>),
    ) -> Result<Self, Error> {
        let filter = match filter.trim() {
            "" => None,
            filter => Some(filter::parse(filter)?),
        };
        Ok(Self {
            filter,
            // RFC 7644 §3.4.2.4: below one is one, negative is zero.
            start: start.unwrap_or(1).max(1),
            count: count.unwrap_or(USUAL).clamp(0, MOST),
            attributes: match (attributes.is_empty(), excluded.is_empty()) {
                (false, _) => Some((attributes, false)),
                (true, false) => Some((excluded, true)),
                (true, true) => None,
            },
        })
    }

    /// As the query of a GET says.
    pub(super) fn of_query(query: Option<String>) -> Result<Self, Error> {
        let fields = Fields::parse(query.unwrap_or_default().as_bytes());
        let number = |name: &str| match fields.find(name) {
            None => Ok(None),
            Some(text) => text
                .trim()
                .parse::<i64>()
                .map(Some)
                .map_err(|_| Error::value(format!("{name} is no number"))),
        };
        let names = |name: &str| {
            let names = fields.get(name).split(',').map(top_of);
            names.filter(|name| !name.is_empty()).collect::<Vec<_>>()
        };
        let filter = fields.get("filter");
        if filter.chars().any(char::is_control) {
            return Err(Error::filter("control characters"));
        }
        Self::new(
            filter,
            (number("startIndex")?, number("count")?),
            (names("attributes"), names("excludedAttributes")),
        )
    }

    /// As the body of a `.search` says (RFC 7644 §3.4.3).
    fn of_body(body: &Value) -> Result<Self, Error> {
        let schemas = shown::member(body, "schemas").and_then(Value::as_array);
        if !schemas.is_some_and(|schemas| schemas.iter().any(|one| one == SEARCH)) {
            return Err(Error::value(format!("schemas must have {SEARCH}")));
        }
        let number = |name: &str| match shown::member(body, name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value
                .as_i64()
                .map(Some)
                .ok_or_else(|| Error::value(format!("{name} is no number"))),
        };
        let names = |name: &str| {
            let names = shown::member(body, name).and_then(Value::as_array);
            let names = names.into_iter().flatten().filter_map(Value::as_str);
            names.map(top_of).collect::<Vec<_>>()
        };
        let filter = match shown::member(body, "filter") {
            None | Some(Value::Null) => "",
            Some(value) => value
                .as_str()
                .ok_or_else(|| Error::filter("filter is no string"))?,
        };
        Self::new(
            filter,
            (number("startIndex")?, number("count")?),
            (names("attributes"), names("excludedAttributes")),
        )
    }

    /// A resource with those attributes alone that are asked for; `schemas` and `id` always (RFC 7644 §3.9).
    fn cut(&self, mut user: Value) -> Value {
        if let (Some((names, leaves_out)), Some(members)) = (&self.attributes, user.as_object_mut())
        {
            members.retain(|name, _| {
                let named = names.iter().any(|asked| name.eq_ignore_ascii_case(asked));
                matches!(name.as_str(), "schemas" | "id") || named != *leaves_out
            });
        }
        user
    }
}

/// The attribute at the top of a name: of a sub-attribute its own, of an extension's the extension.
fn top_of(name: &str) -> String {
    let name = name.trim();
    for extension in [shown::ENTERPRISE, shown::CONGVU] {
        if name
            .get(..extension.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(extension))
        {
            return extension.to_owned();
        }
    }
    let core = name
        .get(..shown::USER.len())
        .filter(|head| head.eq_ignore_ascii_case(shown::USER));
    let name = match core {
        Some(_) => name[shown::USER.len()..].trim_start_matches(':'),
        None => name,
    };
    name.split('.').next().unwrap_or_default().to_owned()
}

/// The place that a list is of, and whether that is everything.
pub(super) fn top(tx: &mut Tx<'_>, actor: &Actor) -> Result<(OrganisationId, bool), Refused> {
    let root = organisation::root(tx)?
        .ok_or_else(|| Refused::missing("Chưa có cơ quan nào."))?
        .id;
    let top = actor.within().unwrap_or(root);
    identity::need(tx, actor, top)?;
    Ok((top, top == root))
}

pub(super) async fn list(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Extension(base): Extension<Base>,
    RawQuery(query): RawQuery,
) -> Answer {
    answer(&api, bearer.actor, base, Asked::of_query(query)?).await
}

pub(super) async fn search(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Extension(base): Extension<Base>,
    Body(body): Body,
) -> Answer {
    answer(&api, bearer.actor, base, Asked::of_body(&body)?).await
}

async fn answer(api: &Api, actor: Actor, base: Base, asked: Asked) -> Answer {
    let wanted = asked.clone();
    let (total, users) = api.read(move |tx| found(tx, &actor, &wanted)).await?;
    let users: Vec<Value> = users
        .iter()
        .map(|user| asked.cut(resource(user, &base)))
        .collect();
    Ok(scim(
        StatusCode::OK,
        &json!({
            "schemas": [LIST], "totalResults": total, "startIndex": asked.start,
            "itemsPerPage": users.len(), "Resources": users,
        }),
    ))
}

fn found(tx: &mut Tx<'_>, actor: &Actor, asked: &Asked) -> Result<(i64, Vec<Identity>), Refused> {
    let since = match &asked.filter {
        None => None,
        Some(Filter::ChangedAfter(since)) => Some(*since),
        Some(filter) => {
            let mut users = Vec::new();
            for person in named(tx, filter)? {
                // Whom they may not see is not there.
                match identity::look(tx, actor, person) {
                    Ok(user) => users.push(user),
                    Err(Refused::Missing(_)) => {}
                    Err(refused) => return Err(refused),
                }
            }
            let total = i64::try_from(users.len()).unwrap_or(i64::MAX);
            let skip = usize::try_from(asked.start - 1).unwrap_or(usize::MAX);
            let users = users.into_iter().skip(skip);
            let most = usize::try_from(asked.count).unwrap_or(0);
            return Ok((total, users.take(most).collect()));
        }
    };
    let (top, is_all) = top(tx, actor)?;
    let among = Among {
        top: (!is_all).then_some(top),
        since,
    };
    let total = stored::count(tx, among)?;
    let mut users = Vec::new();
    for person in stored::page(tx, among, asked.start - 1, asked.count)? {
        users.extend(stored::get(tx, person)?);
    }
    Ok((total, users))
}

/// Whom a filter names.
fn named(tx: &mut Tx<'_>, filter: &Filter) -> Result<Vec<PersonId>, Refused> {
    Ok(match filter {
        Filter::UserName(name) => by_user_name(tx, name)?.into_iter().collect(),
        Filter::Email(email) => by_address(tx, email)?.into_iter().collect(),
        Filter::ExternalId(id) => stored::by_external_id(tx, id, MOST)?,
        Filter::Id(id) => id.parse().ok().map(PersonId).into_iter().collect(),
        Filter::ChangedAfter(_) => Vec::new(),
    })
}

/// Who is called so: by their account; where they have none, by their address.
pub(super) fn by_user_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<PersonId>, Refused> {
    let name = name.trim().to_ascii_lowercase();
    if let Some(person) = stored::by_account(tx, &name)? {
        return Ok(Some(person));
    }
    let Some(person) = by_address(tx, &name)? else {
        return Ok(None);
    };
    Ok(match stored::account_of(tx, person)? {
        Some(_) => None,
        None => Some(person),
    })
}

fn by_address(tx: &mut Tx<'_>, told: &str) -> Result<Option<PersonId>, Refused> {
    let told = told.trim().to_ascii_lowercase();
    let Some((local, domain)) = told.rsplit_once('@') else {
        return Ok(None);
    };
    let Some(domain) = organisation::domain(tx, domain)? else {
        return Ok(None);
    };
    Ok(match address::mailbox_of(tx, domain, local)? {
        Some(id) => mailbox::person(tx, id)?,
        None => None,
    })
}

pub(super) fn resource(user: &Identity, base: &Base) -> Value {
    let mut shown = shown::user(user, &base.0);
    shown["groups"] = json!([{
        "value": user.organisation.to_string(), "display": user.place, "type": "direct",
        "$ref": format!("{}/Groups/{}", base.0, user.organisation),
    }]);
    shown
}

/// A person by the number in an address.
pub(super) fn person(id: &str) -> Result<PersonId, Error> {
    id.parse().map(PersonId).map_err(|_| Error::missing())
}

pub(super) async fn show(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Extension(base): Extension<Base>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let (id, asked) = (person(&id)?, Asked::of_query(query)?);
    let user = api
        .read(move |tx| identity::look(tx, &bearer.actor, id))
        .await?;
    let tag = shown::tag(user.version);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|known| known.to_str().ok());
    if known.is_some_and(|known| names_tag(known, &tag)) {
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        set_tag(&mut response, &tag);
        return Ok(response);
    }
    let mut response = scim(StatusCode::OK, &asked.cut(resource(&user, &base)));
    set_tag(&mut response, &tag);
    Ok(response)
}

/// Whether a list of entity tags has this one (RFC 9110 §13.1.1).
pub(super) fn names_tag(list: &str, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    list.split(',')
        .any(|one| one.trim() == "*" || opaque(one) == opaque(tag))
}

pub(super) fn set_tag(response: &mut Response, tag: &str) {
    if let Ok(tag) = HeaderValue::try_from(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
}

pub(super) async fn create(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Extension(base): Extension<Base>,
    headers: HeaderMap,
    Body(body): Body,
) -> Answer {
    check_schemas(&body)?;
    let said = shown::Said::read(&body).map_err(Error::value)?;
    change::create(&api, bearer.actor, base, said, &headers).await
}

fn check_schemas(body: &Value) -> Result<(), Error> {
    let schemas = shown::member(body, "schemas").and_then(Value::as_array);
    if schemas.is_some_and(|schemas| schemas.iter().any(|one| one == shown::USER)) {
        return Ok(());
    }
    Err(Error::value(format!("schemas must have {}", shown::USER)))
}

pub(super) async fn replace(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Extension(base): Extension<Base>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(body): Body,
) -> Answer {
    check_schemas(&body)?;
    let id = person(&id)?;
    let mut said = shown::Said::read(&body).map_err(Error::value)?;
    // Whoever tells of an account that is used nowhere but for mail tells so twice: nobody is to be shut out (QN.5.2).
    if said.mail_only == Some(true) && said.active == Some(false) {
        said.active = None;
    }
    let whole = move |_: &Identity| Ok(said.clone());
    change::change(&api, bearer.actor, base, id, &headers, whole).await
}

pub(super) async fn modify(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Extension(base): Extension<Base>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(body): Body,
) -> Answer {
    let id = person(&id)?;
    let said = move |before: &Identity| {
        let mut user = shown::user(before, "");
        patch::apply(&mut user, &body)?;
        shown::Said::read(&user).map_err(Error::value)
    };
    change::change(&api, bearer.actor, base, id, &headers, said).await
}

pub(super) async fn remove(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer {
    let id = person(&id)?;
    change::remove(&api, bearer.actor, id, &headers).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_7644_3_4_2_4_pages() {
        let asked = |query: &str| Asked::of_query(Some(query.to_owned())).unwrap();
        let page = |query: &str| (asked(query).start, asked(query).count);
        assert_eq!(page(""), (1, USUAL));
        assert_eq!(page("startIndex=0&count=-5"), (1, 0));
        assert_eq!(page("startIndex=19901&count=5000"), (19_901, MOST));
        assert!(Asked::of_query(Some("count=x".to_owned())).is_err());
        let cut = asked("attributes=userName,name.familyName").cut(json!({
            "schemas": [], "id": "1", "userName": "a", "name": {}, "title": "b",
        }));
        assert_eq!(
            cut,
            json!({ "schemas": [], "id": "1", "userName": "a", "name": {} })
        );
        let cut = asked("excludedAttributes=title").cut(json!({ "id": "1", "title": "b", "x": 1 }));
        assert_eq!(cut, json!({ "id": "1", "x": 1 }));
    }

    #[test]
    fn tags_are_compared_weakly() {
        assert!(names_tag("\"5\"", "W/\"5\"") && names_tag("\"4\", W/\"5\"", "W/\"5\""));
        assert!(names_tag("*", "W/\"5\"") && !names_tag("W/\"55\"", "W/\"5\""));
    }
}
