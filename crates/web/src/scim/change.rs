//! What another system wants changed: a line of a request, for accounts are synchronised on a written, confirmed request alone
//! (QN.5.3). What is asked again is the same request: whoever tries again until it is decided asks once.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use congvu_governance::identity::{self, scim as shown, scim::Said};
use congvu_governance::request::{self, Ask, NewRequest};
use congvu_governance::{Act, Action, Actor, Law, Refused, Role, record, rights, texts};
use congvu_regulation::naming::fold;
use congvu_regulation::requests::Way;
use congvu_store::identity::{Identity, Standing};
use congvu_store::organisation::{self, Organisation};
use congvu_store::{
    OrganisationId, PersonId, RequestId, Tx, identity as stored, place, request as requests,
};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::error::Error;
use super::users::{by_user_name, names_tag, resource, set_tag};
use super::{Answer, Base, scim};
use crate::api::Api;

const PENDING: &str = "urn:congvu:params:scim:api:messages:1.0:Pending";
/// When whoever waits for a decision may ask again, in seconds.
const AGAIN: u64 = 3600;
/// The number of the document that a request stands on, where the body has none.
const DOCUMENT: &str = "congvu-document";
/// A change may have been made, undone and asked for again so often on one document.
const ROUNDS: u32 = 50;

/// What became of a request that another system made.
enum Became {
    /// It waits for people: its number, its state.
    Waits(RequestId, String),
    /// They refused it.
    Refused(String),
    /// It was carried out.
    Done(Value),
}

/// What is answered.
enum Outcome {
    /// The person as they are now; where something was asked, made by it.
    Shown(Box<Identity>, StatusCode),
    /// So many requests wait.
    Pending(Vec<(RequestId, String)>),
    /// Nothing is left to be done.
    Nothing,
}

/// Within a transaction: an error of SCIM's changes nothing, one of the store's undoes what was done.
type Within<T> = Result<Result<T, Error>, Refused>;

/// `?` for an error of SCIM's within a transaction.
macro_rules! told {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(error) => return Ok(Err(error)),
        }
    };
}

fn document(headers: &HeaderMap, said: Option<&str>) -> Result<String, Error> {
    let header = headers.get(DOCUMENT);
    let header = header.and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
    let document = said.or(header).unwrap_or_default().trim();
    if request::day_in(document).is_none() {
        return Err(Error::new(
            StatusCode::FORBIDDEN,
            "Chỉ nhận thay đổi theo văn bản có xác nhận của cơ quan: cần số và ngày văn bản (15/SKHCN ngày 05/01/2026) ở thuộc tính \
             document hoặc đầu mục Congvu-Document (QN.5.3).",
        ));
    }
    if document.chars().count() > 300 || !texts::is_plain(document) {
        return Err(Error::value("document"));
    }
    Ok(document.to_owned())
}

/// Opens the request for one thing, unless it was opened before. `again`: that it is asked for says that what was carried out is
/// not so any more.
fn ask_for(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    organisation: OrganisationId,
    (ask, document): (&Ask, &str),
    again: bool,
) -> Result<Became, Refused> {
    let text = serde_json::to_string(ask).map_err(|error| Refused::bad(error.to_string()))?;
    for round in 0..ROUNDS {
        let key = key_of(actor, (&text, document), round);
        let Some(id) = requests::by_key(tx, &format!("{organisation}/{key}"))? else {
            let new = NewRequest {
                key,
                kind: ask.kind(),
                organisation,
                way: Way::Documents,
                document: document.to_owned(),
                document_day: request::day_in(document),
                reason: "Hệ thống dùng chung gửi qua SCIM (QN.5.3, SL.14.2).".to_owned(),
                lines: vec![(1, ask.clone())],
                files: Vec::new(),
            };
            let opened = request::open(tx, law, actor, &new)?;
            return Ok(Became::Waits(opened.id, "open".to_owned()));
        };
        let found = requests::get(tx, id)?.ok_or_else(|| Refused::missing("Không có đề nghị."))?;
        let line = identity::outcome(tx, id)?.ok_or_else(|| Refused::missing("Không có dòng."))?;
        match (found.state.as_str(), line.state.as_str()) {
            ("withdrawn", _) => {
                return Ok(Became::Refused(format!("Đề nghị số {id} đã được rút lại.")));
            }
            (_, "refused") => {
                return Ok(Became::Refused(format!(
                    "Đề nghị số {id} không được chấp thuận: {}",
                    line.reason
                )));
            }
            (_, "done") if again => {}
            (_, "done") => {
                let outcome = serde_json::from_str(&line.outcome).unwrap_or_default();
                return Ok(Became::Done(outcome));
            }
            (_, state) => return Ok(Became::Waits(id, state.to_owned())),
        }
    }
    Err(Refused::state(
        "Thay đổi này đã làm lại quá nhiều lần theo cùng một văn bản.",
    ))
}

/// Notes what the other system calls a person.
fn link(
    tx: &mut Tx<'_>,
    actor: &Actor,
    user: &Identity,
    external: Option<&str>,
) -> Result<(), Refused> {
    let Some(external) = external.filter(|external| user.external_id.as_deref() != Some(*external))
    else {
        return Ok(());
    };
    rights::need(
        tx,
        actor,
        &[Role::Ask, Role::Operate, Role::Decide],
        user.organisation,
    )?;
    stored::set_external_id(tx, user.person, Some(external))?;
    let subject = format!("person/{}", user.person);
    let act = Act::new(Action::IdentityLink, subject, &shown::formatted(user))
        .at(user.organisation)
        .with(json!({ "external_id": { "before": user.external_id, "after": external } }));
    Ok(record(tx, actor, &act)?)
}

pub(super) async fn create(
    api: &Api,
    actor: Actor,
    base: Base,
    said: Said,
    headers: &HeaderMap,
) -> Answer {
    let document = document(headers, said.document.as_deref())?;
    let law = api.law;
    let made = api.write(move |tx| new_user(tx, law, &actor, &said, &document));
    answer(made.await??, &base)
}

fn new_user(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    said: &Said,
    document: &str,
) -> Within<Outcome> {
    let Some(name) = said.user_name.as_deref() else {
        return Ok(Err(Error::value("userName is missing")));
    };
    let place = told!(place_of(tx, actor, said)?);
    let address = [said.email.as_deref(), Some(name)]
        .into_iter()
        .flatten()
        .find_map(|told| {
            let told = told.to_ascii_lowercase();
            let found = request::find(tx, &told).ok()?;
            congvu_store::mailbox::standing(tx, found).ok()??;
            Some(told)
        });
    let ask = Ask::Sync {
        full_name: said.full_name(),
        sub_unit: match said.sub_unit.is_empty() {
            true => place.name.clone(),
            false => said.sub_unit.clone(),
        },
        title: said.title.clone(),
        phone: said.phone.clone(),
        account: (!name.contains('@')).then(|| name.to_ascii_lowercase()),
        address,
        mail_only: said.mail_only.unwrap_or(false),
    };
    let known = match by_user_name(tx, name)? {
        Some(person) => stored::get(tx, person)?,
        None => None,
    };
    // Whoever asked for this very person before hears what became of it; else the name is somebody's.
    let asked_before = is_asked(tx, actor, place.id, (&ask, document))?;
    if known.is_some() && !asked_before {
        return Ok(Err(Error::uniqueness(format!(
            "userName “{name}” đã có; hãy tìm bằng filter=userName eq."
        ))));
    }
    match ask_for(tx, law, actor, place.id, (&ask, document), false)? {
        Became::Waits(id, state) => Ok(Ok(Outcome::Pending(vec![(id, state)]))),
        Became::Refused(why) => Ok(Err(Error::new(StatusCode::FORBIDDEN, why))),
        Became::Done(outcome) => {
            let person = outcome["person"].as_i64().map(PersonId);
            let user = match person {
                Some(person) => stored::get(tx, person)?,
                None => None,
            };
            let Some(user) = user else {
                return Ok(Err(Error::missing()));
            };
            if said.external_id.is_some() && user.external_id == said.external_id {
                return Ok(Err(Error::uniqueness(
                    "Người dùng này đã được tạo và ghi mã trước đây.",
                )));
            }
            link(tx, actor, &user, said.external_id.as_deref())?;
            shown_now(tx, user.person, StatusCode::CREATED)
        }
    }
}

/// Whether somebody asked for the very same before.
fn is_asked(
    tx: &mut Tx<'_>,
    actor: &Actor,
    organisation: OrganisationId,
    (ask, document): (&Ask, &str),
) -> Result<bool, Refused> {
    let text = serde_json::to_string(ask).map_err(|error| Refused::bad(error.to_string()))?;
    let key = key_of(actor, (&text, document), 0);
    let found = requests::by_key(tx, &format!("{organisation}/{key}"))?;
    Ok(found.is_some())
}

/// What tells the same change asked for again.
fn key_of(actor: &Actor, (text, document): (&str, &str), round: u32) -> String {
    let of = format!("{:?} {document} {text}", actor.account);
    let of: String = digest(&SHA256, of.as_bytes()).as_ref()[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("scim {of} {round}")
}

fn shown_now(tx: &mut Tx<'_>, person: PersonId, status: StatusCode) -> Within<Outcome> {
    let user = stored::get(tx, person)?.ok_or_else(|| Refused::missing("Không có người dùng."))?;
    Ok(Ok(Outcome::Shown(Box::new(user), status)))
}

/// The agency that a new person is told to work at.
fn place_of(tx: &mut Tx<'_>, actor: &Actor, said: &Said) -> Within<Organisation> {
    let top = match actor.within() {
        Some(within) => Some(within),
        None => organisation::root(tx)?.map(|root| root.id),
    };
    let Some(top) = top else {
        return Ok(Err(Error::missing()));
    };
    let Some(told) = said.organisation.as_deref() else {
        let place = match actor.within() {
            Some(within) => organisation::get(tx, within)?,
            None => None,
        };
        return Ok(place.ok_or_else(|| {
            Error::value("organisation is missing: the short name of the agency (sttvtt), or organization, its name")
        }));
    };
    let mut found = Vec::new();
    for id in place::by_short_name(tx, &told.to_ascii_lowercase())? {
        found.extend(organisation::get(tx, id)?);
    }
    if found.is_empty() {
        let wanted = fold(told);
        let all = organisation::subtree(tx, top)?.into_iter();
        found.extend(all.filter(|one| one.ended_at.is_none() && fold(&one.name) == wanted));
    }
    match (found.pop(), found.is_empty()) {
        (Some(place), true) => Ok(Ok(place)),
        (Some(_), false) => Ok(Err(Error::value(format!(
            "“{told}” names several organisations; tell the short name"
        )))),
        (None, _) => Ok(Err(Error::value(format!("no organisation “{told}”")))),
    }
}

pub(super) async fn change(
    api: &Api,
    actor: Actor,
    base: Base,
    id: PersonId,
    headers: &HeaderMap,
    said: impl Fn(&Identity) -> Result<Said, Error> + Send + 'static,
) -> Answer {
    let (law, headers) = (api.law, headers.clone());
    let made = api.write(move |tx| {
        let before = identity::look(tx, &actor, id)?;
        told!(matching(&headers, &before));
        let said = told!(said(&before));
        let asks = told!(asks(tx, law, &before, &said)?);
        let document = match asks.is_empty() {
            true => String::new(),
            false => told!(document(&headers, said.document.as_deref())),
        };
        let mut waiting = Vec::new();
        for ask in &asks {
            let place = before.organisation;
            match ask_for(tx, law, &actor, place, (ask, &document), true)? {
                Became::Waits(id, state) => waiting.push((id, state)),
                Became::Refused(why) => {
                    return Ok(Err(Error::new(StatusCode::FORBIDDEN, why)));
                }
                Became::Done(_) => {}
            }
        }
        link(tx, &actor, &before, said.external_id.as_deref())?;
        if !waiting.is_empty() {
            return Ok(Ok(Outcome::Pending(waiting)));
        }
        shown_now(tx, id, StatusCode::OK)
    });
    answer(made.await??, &base)
}

/// RFC 7644 §3.14.
fn matching(headers: &HeaderMap, before: &Identity) -> Result<(), Error> {
    let wanted = headers.get(header::IF_MATCH);
    let wanted = wanted.and_then(|wanted| wanted.to_str().ok());
    match wanted {
        Some(wanted) if !names_tag(wanted, &shown::tag(before.version)) => Err(Error::new(
            StatusCode::PRECONDITION_FAILED,
            "the resource has changed",
        )),
        _ => Ok(()),
    }
}

/// What has to be asked for, so that a person becomes what is said.
fn asks(tx: &mut Tx<'_>, law: Law, before: &Identity, said: &Said) -> Within<Vec<Ask>> {
    if let Some(told) = &said.organisation {
        let is_theirs = [&before.short_name, &before.place, &before.above]
            .iter()
            .any(|known| fold(known) == fold(told));
        if !is_theirs {
            return Ok(Err(Error::mutability(
                "Chuyển cơ quan bằng đề nghị thay đổi thông tin của cơ quan, không bằng SCIM (QN.13.6).",
            )));
        }
    }
    let knows = identity::is_known_to(law.at(tx, before.organisation)?);
    let own_name = shown::user_name(before);
    let account = match said.user_name.as_deref().map(str::to_ascii_lowercase) {
        None => None,
        Some(told) if told == own_name || Some(&told) == before.address.as_ref() => None,
        Some(_) if before.account.is_some() => {
            return Ok(Err(Error::mutability(
                "Mỗi người một tài khoản Chính quyền điện tử, không đổi tên (QN.5.1).",
            )));
        }
        Some(told) if told.contains('@') => {
            return Ok(Err(Error::mutability(
                "Địa chỉ thư đổi bằng đề nghị thay đổi thông tin.",
            )));
        }
        Some(told) => Some(told),
    };
    let is_mail_only = before.account.is_some() && !before.usable;
    let mail_only = said.mail_only.unwrap_or(is_mail_only);
    let other = |told: &str, known: &str| !told.is_empty() && told != known;
    let (title, phone) = (
        other(&said.title, &before.title),
        other(&said.phone, &before.phone),
    );
    let names = other(&said.full_name(), &shown::formatted(before));
    let by_sync = account.is_some() || mail_only != is_mail_only;
    if by_sync && !knows {
        return Ok(Err(Error::mutability(
            "Quy chế tại đây không có tài khoản Chính quyền điện tử.",
        )));
    }
    let mut asks = Vec::new();
    let syncs = by_sync || (knows && (title || phone));
    let or = |told: &str, known: &str| match told.is_empty() {
        true => known.to_owned(),
        false => told.to_owned(),
    };
    if syncs {
        asks.push(Ask::Sync {
            full_name: shown::formatted(before),
            sub_unit: or(&said.sub_unit, &before.place),
            title: or(&said.title, &before.title),
            phone: or(&said.phone, &before.phone),
            account: account.or_else(|| before.account.clone()),
            address: before.address.clone(),
            mail_only,
        });
    }
    if names || (!syncs && (title || phone)) {
        let [family, middle, given] = said.names.clone();
        asks.push(Ask::Change {
            address: told!(address(before)),
            title: (!syncs && title).then(|| said.title.clone()),
            phone: (!syncs && phone).then(|| said.phone.clone()),
            name: names.then_some((family, middle, given)),
            local_part: None,
            organisation: None,
        });
    }
    match (said.active, before.standing) {
        (Some(false), Standing::Active) => asks.push(Ask::Revoke {
            address: told!(address(before)),
            reason: "Hệ thống dùng chung báo người dùng không còn hoạt động.".to_owned(),
        }),
        (Some(true), Standing::Locked) => asks.push(Ask::Restore {
            address: told!(address(before)),
        }),
        (Some(true), Standing::Revoked | Standing::Deleted | Standing::None) => {
            return Ok(Err(Error::mutability(
                "Hộp thư đã thu hồi: cơ quan đề nghị cấp lại.",
            )));
        }
        _ => {}
    }
    Ok(Ok(asks))
}

fn address(of: &Identity) -> Result<String, Error> {
    of.address
        .clone()
        .ok_or_else(|| Error::mutability("Người này không có hộp thư đang dùng."))
}

pub(super) async fn remove(api: &Api, actor: Actor, id: PersonId, headers: &HeaderMap) -> Answer {
    let (law, headers) = (api.law, headers.clone());
    let made = api.write(move |tx| {
        let before = identity::look(tx, &actor, id)?;
        told!(matching(&headers, &before));
        if !matches!(before.standing, Standing::Active | Standing::Locked) {
            return Ok(Ok(Outcome::Nothing));
        }
        let document = told!(document(&headers, None));
        let ask = Ask::Revoke {
            address: told!(address(&before)),
            reason: "Hệ thống dùng chung xóa người dùng.".to_owned(),
        };
        let place = before.organisation;
        Ok(
            match ask_for(tx, law, &actor, place, (&ask, &document), true)? {
                Became::Waits(id, state) => Ok(Outcome::Pending(vec![(id, state)])),
                Became::Refused(why) => Err(Error::new(StatusCode::FORBIDDEN, why)),
                Became::Done(_) => Ok(Outcome::Nothing),
            },
        )
    });
    answer(made.await??, &Base(String::new()))
}

fn answer(outcome: Outcome, base: &Base) -> Answer {
    match outcome {
        Outcome::Shown(user, status) => {
            let shown = resource(&user, base);
            let mut response = scim(status, &shown);
            set_tag(&mut response, &shown::tag(user.version));
            if status == StatusCode::CREATED {
                let location = shown["meta"]["location"].as_str().unwrap_or_default();
                if let Ok(location) = HeaderValue::try_from(location) {
                    response.headers_mut().insert(header::LOCATION, location);
                }
            }
            Ok(response)
        }
        Outcome::Pending(waiting) => Ok(pending(&waiting)),
        Outcome::Nothing => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}

fn pending(waiting: &[(RequestId, String)]) -> Response {
    let requests: Vec<Value> = waiting
        .iter()
        .map(|(id, state)| json!({ "number": id.0, "state": state }))
        .collect();
    let mut response = scim(
        StatusCode::ACCEPTED,
        &json!({
            "schemas": [PENDING], "requests": requests,
            "detail": "Đã ghi thành đề nghị, chờ người có thẩm quyền quyết định (QN.5.3); gửi lại để biết kết quả.",
        }),
    );
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, AGAIN.into());
    response
}
