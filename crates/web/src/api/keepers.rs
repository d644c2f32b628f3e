//! Who keeps unit mailboxes (TQ.11.2, HCM.12.1, SL.9.2), and their hand-over to a new head (TQ.11.3, HCM.12.2).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use congvu_access::hash_password;
use congvu_governance::mailbox::PasswordRule;
use congvu_governance::unit::{self, NewHandOver, NewKeeper, Terms};
use congvu_governance::{Actor, Refused, Role, request, rights};
use congvu_regulation::Date;
use congvu_store::delegation::{self, Delegation, Rights, Subject};
use congvu_store::{AccountId, DelegationId, MailboxId, Tx, account};
use serde::Deserialize;
use serde_json::{Value, json};

use super::mailboxes::Ordered;
use super::problem::{Answer, Problem};
use super::read::{Asked, Body, Place, day, parse_day, time};
use super::{Api, Caller};

/// Beside who says who keeps it.
const SEE: &[Role] = &[Role::Decide, Role::Operate, Role::Ask, Role::Audit];
const RIGHTS: [(Rights, &str); 4] = [
    (Rights::READ, "read"),
    (Rights::ORGANISE, "organise"),
    (Rights::SEND, "send"),
    (Rights::MANAGE, "manage"),
];

/// Which delegations.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    /// Those that are over, too.
    #[serde(default)]
    all: bool,
}

/// A mailbox has few keepers: all are told at once.
pub(super) async fn list(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
    Asked(which): Asked<Which>,
) -> Answer {
    let items = api
        .read(move |tx| {
            let id = request::find(tx, &address)?;
            let unit = unit_of(tx, id)?;
            let sees = rights::has(tx, &bearer.actor, SEE, unit.organisation)?;
            if !sees && !manages(tx, &bearer.actor, &unit)? {
                return Err(unit::Refused::NotYours.into());
            }
            let now = tx.now();
            let found = delegation::of_mailbox(tx, id, which.all)?;
            Ok(found
                .iter()
                .map(|one| shown(one, now))
                .collect::<Vec<Value>>())
        })
        .await?;
    Ok(Json(json!({ "items": items })))
}

fn unit_of(tx: &mut Tx<'_>, id: MailboxId) -> Result<Subject, Refused> {
    let found = delegation::subject(tx, id)?.filter(|found| found.kind == "unit" && !found.gone);
    Ok(found.ok_or(unit::Refused::NotAUnit)?)
}

/// Whether the actor says who keeps it, as far as their token reaches.
fn manages(tx: &mut Tx<'_>, actor: &Actor, unit: &Subject) -> Result<bool, Refused> {
    if let Some(within) = actor.within() {
        let path = congvu_store::organisation::path(tx, unit.organisation)?;
        if !path.contains(&within) {
            return Ok(false);
        }
    }
    Ok(unit::may_manage(tx, actor, unit.id)?.is_some())
}

fn shown(one: &Delegation, now: i64) -> Value {
    let rights = RIGHTS.iter().filter(|(right, _)| one.rights.has(*right));
    let rights: Vec<&str> = rights.map(|(_, name)| *name).collect();
    json!({
        "delegation": one.id.0, "keeper": one.login, "rights": rights, "from_at": time(one.from_at),
        "until_at": one.until_at.map(time), "document": one.document, "document_day": one.document_day.map(day),
        "granted_by": one.granted_by, "granted_at": time(one.granted_at), "live": one.is_live(now),
        "ended_at": one.ended_at.map(time), "ended_how": one.ended_how,
    })
}

/// What a keeper may do, how long, by which document.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asks {
    /// Whom; not where a delegation is changed.
    to: Option<String>,
    rights: Vec<String>,
    /// None: from now on, or as before.
    from: Option<String>,
    /// To the end of that day; none: until it is ended.
    until: Option<String>,
    document: Option<String>,
    document_day: Option<String>,
}

/// What was asked, its days read before the store is.
struct Given {
    rights: Rights,
    from: Option<Date>,
    until: Option<Date>,
    document: Option<String>,
    document_day: Option<Date>,
}

impl Given {
    fn of(said: &Asks) -> Answer<Self> {
        let date = |text: &Option<String>| text.as_deref().map(parse_day).transpose();
        let mut rights = Rights::NONE;
        for name in &said.rights {
            let known = RIGHTS.iter().find(|(_, known)| known == name);
            let (right, _) =
                known.ok_or_else(|| Problem::bad(format!("Không có quyền “{name}”.")))?;
            rights = rights.with(*right);
        }
        Ok(Self {
            rights,
            from: date(&said.from)?,
            until: date(&said.until)?,
            document: said.document.clone(),
            document_day: date(&said.document_day)?,
        })
    }

    fn terms(&self) -> Terms<'_> {
        Terms {
            rights: self.rights,
            from_at: self.from.map(|from| from.start().0),
            until_at: self.until.map(|last| last.plus_days(1).start().0),
            document: self.document.as_deref(),
            document_day: self.document_day.map(Date::epoch_day),
        }
    }
}

/// The account of somebody who signs in with this address.
pub(super) fn account_of(tx: &mut Tx<'_>, address: &str) -> Result<AccountId, Refused> {
    let found = account::by_login(tx, &address.trim().to_lowercase())?;
    let found = found.ok_or_else(|| Refused::missing(format!("Không có tài khoản {address}.")))?;
    Ok(found.id)
}

fn made(id: DelegationId) -> Response {
    (StatusCode::CREATED, Json(json!({ "delegation": id.0 }))).into_response()
}

pub(super) async fn add(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
    Body(said): Body<Asks>,
) -> Answer<Response> {
    let (law, given) = (api.law, Given::of(&said)?);
    let to = said
        .to
        .ok_or_else(|| Problem::bad("Cần to: người được giao."))?;
    let id = api
        .write(move |tx| {
            let new = NewKeeper {
                mailbox: request::find(tx, &address)?,
                account: account_of(tx, &to)?,
                terms: given.terms(),
            };
            Ok(unit::delegate(tx, law, &bearer.actor, &new)?)
        })
        .await?;
    Ok(made(id))
}

pub(super) async fn change(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<Asks>,
) -> Answer<Response> {
    let (law, given) = (api.law, Given::of(&said)?);
    if said.to.is_some() {
        return Err(Problem::bad(
            "Người được giao không đổi được: hãy kết thúc việc giao này và giao cho người khác.",
        ));
    }
    let id = DelegationId(id);
    let new = api
        .write(move |tx| Ok(unit::change(tx, law, &bearer.actor, id, &given.terms())?))
        .await?;
    Ok(made(new))
}

pub(super) async fn end(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(id): Place<i64>,
    Body(said): Body<Ordered>,
) -> Answer {
    let id = DelegationId(id);
    api.write(move |tx| Ok(unit::end(tx, &bearer.actor, id, said.document.as_deref())?))
        .await?;
    Ok(Json(json!({ "outcome": "ended" })))
}

/// A hand-over.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HandingOver {
    /// Who hands it over, as people know them.
    from: String,
    /// The new head's address.
    to: String,
    document: Option<String>,
}

pub(super) async fn hand_over(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
    Body(said): Body<HandingOver>,
) -> Answer {
    let law = api.law;
    let key = api.key.clone().ok_or_else(|| {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Máy chủ này không giữ khóa ký biên bản bàn giao.",
        )
    })?;
    // Who may not is told before a hash is worked out for them.
    let (asking, of) = (bearer.actor.clone(), address.clone());
    let password = api
        .read(move |tx| {
            let id = request::find(tx, &of)?;
            let unit = unit_of(tx, id)?;
            if !manages(tx, &asking, &unit)? {
                return Err(unit::Refused::NotYours.into());
            }
            let rule = unit.account.map(|own| PasswordRule::of(tx, law, own));
            Ok(rule.transpose()?.map(|rule| rule.one_time()))
        })
        .await?;
    let clear = password.clone();
    let phc = tokio::task::spawn_blocking(move || clear.map(|clear| hash_password(&clear)))
        .await
        .map_err(|_| Problem::bad("Không tạo được mật khẩu."))?;
    let handed = api
        .write(move |tx| {
            let new = NewHandOver {
                mailbox: request::find(tx, &address)?,
                from: &said.from,
                to: account_of(tx, &said.to)?,
                password: phc.as_deref(),
                document: said.document.as_deref(),
            };
            let key = Arc::clone(&key);
            Ok(unit::hand_over(tx, law, &bearer.actor, &key, &new)?)
        })
        .await?;
    Ok(Json(json!({
        "at": time(handed.at), "mailbox": handed.mailbox, "name": handed.name, "from": handed.from, "to": handed.to,
        "folders": handed.folders, "messages": handed.messages, "bytes": handed.bytes, "unread": handed.unread,
        "delegations_ended": handed.delegations_ended, "app_passwords_revoked": handed.app_passwords_revoked,
        "last_sign_in_at": handed.last_sign_in_at.map(time), "document": handed.document,
        "clause": (!handed.clause.is_empty()).then_some(handed.clause), "password": password,
    })))
}
