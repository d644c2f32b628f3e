//! The tree of organisations changed: places added, changed, merged, dissolved, who speaks for them, what their mailboxes get. What
//! takes many things along can be tried first: then all is told and nothing is done.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use congvu_governance::organisation::{
    self as places, Details, How, Kind, Measure, Moved, Spokesmen, Succession, Successor,
};
use congvu_governance::{Refused, Role, directory, request, rights};
use congvu_regulation::MailboxKind;
use congvu_store::{
    DomainId, OrganisationId, PersonId, StoreError, Tx, mailbox, organisation, rename,
};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::organisations::{SEE, shown};
use super::problem::{Answer, Problem};
use super::read::{Body, Place, time};
use super::{Api, Caller};

/// What a place is called, where it hangs, what governs it.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Adding {
    parent: i64,
    kind: String,
    name: String,
    /// Empty: as the naming rules propose.
    #[serde(default)]
    short_name: String,
    suffix: Option<String>,
    profile: Option<String>,
    domain: Option<String>,
    code: Option<String>,
    document: Option<String>,
}

fn kind_named(name: &str) -> Result<Kind, Refused> {
    Kind::parse(name).ok_or_else(|| Refused::bad(format!("Không có loại cơ quan “{name}”.")))
}

fn domain_named(tx: &mut Tx<'_>, name: &str) -> Result<DomainId, Refused> {
    organisation::domain(tx, &name.trim().to_lowercase())?
        .ok_or_else(|| Refused::missing(format!("Hệ thống này không có tên miền {name}.")))
}

impl Adding {
    fn details(&self, tx: &mut Tx<'_>) -> Result<Details, Refused> {
        let domain = self.domain.as_deref();
        Ok(Details {
            parent: Some(OrganisationId(self.parent)),
            kind: kind_named(&self.kind)?,
            name: self.name.clone(),
            short_name: self.short_name.clone(),
            suffix: self.suffix.clone(),
            profile: self.profile.clone(),
            domain: domain.map(|name| domain_named(tx, name)).transpose()?,
            code: self.code.clone(),
        })
    }
}

fn get(tx: &mut Tx<'_>, id: OrganisationId) -> Result<organisation::Organisation, Refused> {
    organisation::get(tx, id)?.ok_or_else(|| Refused::missing("Không có cơ quan, đơn vị này."))
}

pub(super) async fn add(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Body(said): Body<Adding>,
) -> Answer<Response> {
    let law = api.law;
    let told = api
        .write(move |tx| {
            let details = said.details(tx)?;
            let document = said.document.as_deref();
            let added = places::add(tx, law, &bearer.actor, &details, document)?;
            let mut told = shown(&get(tx, added.id)?);
            told["told"] = added.told.into();
            Ok(told)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(told)).into_response())
}

/// A field that is left out stays; `null` empties it.
fn some<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// What changes; what is left out stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Changing {
    parent: Option<i64>,
    kind: Option<String>,
    name: Option<String>,
    short_name: Option<String>,
    #[serde(default, deserialize_with = "some")]
    suffix: Option<Option<String>>,
    #[serde(default, deserialize_with = "some")]
    profile: Option<Option<String>>,
    #[serde(default, deserialize_with = "some")]
    domain: Option<Option<String>>,
    #[serde(default, deserialize_with = "some")]
    code: Option<Option<String>>,
    /// With a new name: the same place goes on under it, and its history says so.
    document: Option<String>,
}

impl Changing {
    fn over(&self, tx: &mut Tx<'_>, was: Details) -> Result<Details, Refused> {
        let kind = self.kind.as_deref().map(kind_named).transpose()?;
        let domain = match &self.domain {
            None => was.domain,
            Some(None) => None,
            Some(Some(name)) => Some(domain_named(tx, name)?),
        };
        Ok(Details {
            parent: self.parent.map(OrganisationId).or(was.parent),
            kind: kind.unwrap_or(was.kind),
            name: self.name.clone().unwrap_or(was.name),
            short_name: self.short_name.clone().unwrap_or(was.short_name),
            suffix: self.suffix.clone().unwrap_or(was.suffix),
            profile: self.profile.clone().unwrap_or(was.profile),
            domain,
            code: self.code.clone().unwrap_or(was.code),
        })
    }
}

pub(super) async fn change(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<Changing>,
) -> Answer {
    let (law, id) = (api.law, OrganisationId(id));
    let told = api
        .write(move |tx| {
            rights::need(tx, &bearer.actor, SEE, id)?;
            let was = Details::of(&get(tx, id)?);
            let new = said.over(tx, was.clone())?;
            let document = said.document.as_deref();
            let done = match document {
                Some(document) if new.name != was.name => {
                    places::rename(tx, law, &bearer.actor, id, &new, document)?
                }
                _ => places::change(tx, law, &bearer.actor, id, &new, document)?,
            };
            let mut told = shown(&get(tx, id)?);
            told["told"] = done.told.into();
            Ok(told)
        })
        .await?;
    Ok(Json(told))
}

/// Who speaks for a place, by their addresses; what is left out stays, `null` is nobody.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Speaking {
    #[serde(default, deserialize_with = "some")]
    head: Option<Option<String>>,
    #[serde(default, deserialize_with = "some")]
    contact: Option<Option<String>>,
    /// Its main unit mailbox.
    #[serde(default, deserialize_with = "some")]
    mailbox: Option<Option<String>>,
    document: Option<String>,
}

fn person(
    tx: &mut Tx<'_>,
    said: Option<&Option<String>>,
    was: Option<PersonId>,
) -> Result<Option<PersonId>, Refused> {
    let address = match said {
        None => return Ok(was),
        Some(None) => return Ok(None),
        Some(Some(address)) => address,
    };
    let found = request::find(tx, address)?;
    let person = mailbox::person(tx, found)?
        .ok_or_else(|| Refused::bad(format!("Hộp thư {address} không gắn với hồ sơ cá nhân.")))?;
    Ok(Some(person))
}

pub(super) async fn spokesmen(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<Speaking>,
) -> Answer {
    let id = OrganisationId(id);
    let told = api
        .write(move |tx| {
            rights::need(tx, &bearer.actor, SEE, id)?;
            let was = get(tx, id)?;
            let main = match &said.mailbox {
                None => was.mailbox,
                Some(None) => None,
                Some(Some(address)) => Some(request::find(tx, address)?),
            };
            let new = Spokesmen {
                head: person(tx, said.head.as_ref(), was.head)?,
                contact: person(tx, said.contact.as_ref(), was.contact)?,
                mailbox: main,
            };
            places::set_spokesmen(tx, &bearer.actor, id, new, said.document.as_deref())?;
            Ok(shown(&get(tx, id)?))
        })
        .await?;
    Ok(Json(told))
}

/// How much the mailboxes of a place hold, or their messages carry.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limiting {
    /// `quota`, `attachment`.
    measure: String,
    /// `personal`, `unit`.
    kind: String,
    /// None: as the place above, or the regulation, gives.
    bytes: Option<u64>,
    /// Mailboxes that hold less get as much, too.
    #[serde(default)]
    raise: bool,
    document: Option<String>,
}

pub(super) async fn limits(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<Limiting>,
) -> Answer {
    let (law, id) = (api.law, OrganisationId(id));
    let measure = match said.measure.as_str() {
        "quota" => Measure::Quota,
        "attachment" => Measure::Attachment,
        _ => return Err(Problem::bad("measure phải là quota hoặc attachment.")),
    };
    let kind = match said.kind.as_str() {
        "personal" => MailboxKind::Personal,
        "unit" => MailboxKind::Unit,
        _ => return Err(Problem::bad("kind phải là personal hoặc unit.")),
    };
    let raise = said.raise;
    if raise && (measure != Measure::Quota || said.bytes.is_none()) {
        return Err(Problem::bad("raise chỉ đi cùng một dung lượng."));
    }
    let actor = bearer.actor.clone();
    api.write(move |tx| {
        rights::need(tx, &bearer.actor, SEE, id)?;
        let document = said.document.as_deref();
        places::set_limit(
            tx,
            law,
            &bearer.actor,
            (id, kind, measure),
            said.bytes,
            document,
        )
    })
    .await?;
    let raised = match raise {
        true => places::raise_quotas(&api.store, law, &actor, (id, kind)).await?,
        false => 0,
    };
    Ok(Json(json!({ "outcome": "set", "raised": raised })))
}

pub(super) async fn history(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
) -> Answer {
    let id = OrganisationId(id);
    let items = api
        .read(move |tx| {
            rights::need(tx, &bearer.actor, SEE, id)?;
            let mut items = Vec::new();
            for step in places::history(tx, id)? {
                items.push(json!({
                    "at": time(step.at), "how": step.how, "from": step.from.0, "to": step.to.map(|to| to.0),
                    "document": step.document,
                }));
            }
            Ok(items)
        })
        .await?;
    Ok(Json(json!({ "items": items })))
}

/// What came of something that was only tried, or why it would not be done.
enum Tried<T> {
    Seen(T),
    Refused(Refused),
}

impl<T> From<StoreError> for Tried<T> {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

/// Carries something out; `dry`: says what would come of it, and leaves everything as it is.
async fn carry_out<T: Send + 'static>(
    api: &Api,
    dry: bool,
    mut work: impl FnMut(&mut Tx<'_>) -> Result<T, Refused> + Send + 'static,
) -> Answer<T> {
    let done = api.store.write(move |tx| match (work(tx), dry) {
        // What ends in a refusal is not written.
        (Ok(seen), true) => Err(Tried::Seen(seen)),
        (Ok(done), false) => Ok(done),
        (Err(refused), _) => Err(Tried::Refused(refused)),
    });
    match done.await {
        Ok(done) | Err(Tried::Seen(done)) => Ok(done),
        Err(Tried::Refused(refused)) => Err(refused.into()),
    }
}

/// The end of a place without a successor.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dissolving {
    document: String,
    #[serde(default)]
    preview: bool,
}

pub(super) async fn dissolve(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<Dissolving>,
) -> Answer {
    let (id, preview) = (OrganisationId(id), said.preview);
    let told = carry_out(&api, preview, move |tx| {
        rights::need(tx, &bearer.actor, SEE, id)?;
        places::dissolve(tx, &bearer.actor, id, &said.document)?;
        Ok(shown(&get(tx, id)?))
    })
    .await?;
    Ok(Json(json!({ "preview": preview, "organisation": told })))
}

/// What leaves a place for another, and the place goes on (tách).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Splitting {
    from: i64,
    into: i64,
    /// Addresses; their people go along.
    #[serde(default)]
    mailboxes: Vec<String>,
    /// Places below `from`.
    #[serde(default)]
    parts: Vec<i64>,
    document: String,
    #[serde(default)]
    preview: bool,
}

pub(super) async fn split(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Body(said): Body<Splitting>,
) -> Answer {
    let (law, preview) = (api.law, said.preview);
    let told = carry_out(&api, preview, move |tx| {
        let (from, into) = (OrganisationId(said.from), OrganisationId(said.into));
        // What lies there is told to those alone who may order it.
        rights::need(tx, &bearer.actor, &[Role::Decide], from)?;
        let mut moves = Vec::new();
        for address in &said.mailboxes {
            let id = request::find(tx, address)?;
            let found = rename::subject(tx, id)?;
            let person = found.and_then(|found| found.person);
            moves.push((person.map_or(Moved::Mailbox(id), Moved::Person), 0));
        }
        let parts = said.parts.iter().copied().map(OrganisationId);
        moves.extend(parts.map(|part| (Moved::Place(part), 0)));
        if moves.is_empty() {
            return Err(Refused::bad(
                "Cần mailboxes hoặc parts: những gì chuyển đi.",
            ));
        }
        let order = Succession {
            from: vec![from],
            to: vec![Successor::Existing(into)],
            how: How::Split,
            moves,
            goes_on: true,
            document: said.document.clone(),
        };
        Ok(places::succeed(tx, law, &bearer.actor, &order)?.told)
    })
    .await?;
    if !preview {
        directory::catch_up(&api.store).await?;
    }
    Ok(Json(json!({ "preview": preview, "told": told })))
}

/// Places that become one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Merging {
    from: Vec<i64>,
    /// One that is there …
    into: Option<i64>,
    /// … or one that is made.
    new: Option<Adding>,
    document: String,
    #[serde(default)]
    preview: bool,
}

pub(super) async fn merge(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Body(said): Body<Merging>,
) -> Answer {
    let (law, preview) = (api.law, said.preview);
    if said.into.is_some() == said.new.is_some() {
        return Err(Problem::bad("Cần into hoặc new: cơ quan kế thừa."));
    }
    let (to, mailboxes, told) = carry_out(&api, preview, move |tx| {
        let from: Vec<OrganisationId> = said.from.iter().copied().map(OrganisationId).collect();
        let mut mailboxes = 0;
        for place in &from {
            // What there is of them is told to those alone who may order it.
            rights::need(tx, &bearer.actor, &[Role::Decide], *place)?;
            let parent = get(tx, *place)?.parent;
            let beside = congvu_store::place::children(tx, parent)?;
            let child = beside.into_iter().find(|child| child.place.id == *place);
            mailboxes += child.map_or(0, |child| child.mailboxes);
        }
        let successor = match (said.into, &said.new) {
            (Some(into), _) => Successor::Existing(OrganisationId(into)),
            (None, Some(new)) => Successor::New(new.details(tx)?),
            (None, None) => return Err(Refused::bad("Cần cơ quan kế thừa.")),
        };
        let order = Succession {
            from,
            to: vec![successor],
            how: How::Merged,
            moves: Vec::new(),
            goes_on: false,
            document: said.document.clone(),
        };
        let done = places::succeed(tx, law, &bearer.actor, &order)?;
        let mut to = Vec::new();
        for id in done.to {
            to.push(shown(&get(tx, id)?));
        }
        Ok((to, mailboxes, done.told))
    })
    .await?;
    if !preview {
        directory::catch_up(&api.store).await?;
    }
    Ok(Json(json!({
        "preview": preview, "to": to.into_iter().next().unwrap_or(Value::Null), "mailboxes": mailboxes, "told": told,
    })))
}
