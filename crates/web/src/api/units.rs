//! What becomes of the messages of unit mailboxes (TQ.11.4, HCM.12.4). A message is named by its EMAILID, as IMAP tells it (RFC
//! 8474); nothing of what it says is told here.

use axum::Json;
use axum::extract::State;
use congvu_governance::{Actor, Law, Refused, request, unit};
use congvu_store::assignment::{self, Assignment, By};
use congvu_store::{AccountId, MailboxId, Tx, account};
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::{Answer, Problem};
use super::read::{Asked, Body, Page, Place, page, time};
use super::{Api, Caller};

pub(super) async fn list(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
    Asked(asked): Asked<Page>,
) -> Answer {
    let (limit, after) = (asked.limit()?, asked.after()?);
    let found = api
        .read(move |tx| {
            let id = request::find(tx, &address)?;
            let stretch = (after, limit + 1);
            let found = unit::waiting(tx, &bearer.actor, id, stretch)?;
            let mut all = Vec::with_capacity(found.len());
            for one in found {
                let shown = shown(tx, &one)?;
                all.push((one.object, shown));
            }
            Ok(all)
        })
        .await?;
    Ok(page(
        found,
        limit,
        |(object, _)| *object,
        |(_, shown)| shown,
    ))
}

fn shown(tx: &mut Tx<'_>, of: &Assignment) -> Result<Value, Refused> {
    let mut by = |who: Option<By>| -> Result<Value, Refused> {
        let Some((id, at)) = who else {
            return Ok(Value::Null);
        };
        let login = account::get(tx, id)?.map(|account| account.login);
        Ok(json!({ "account": login, "at": time(at) }))
    };
    Ok(json!({
        "message": format!("M{}", of.object), "taken": by(of.taken)?, "assigned": by(of.assigned)?,
        "assigned_by": of.assigned_by, "answered": by(of.answered)?, "done": by(of.done)?, "note": of.note,
    }))
}

/// An EMAILID as we write it.
fn object(text: &str) -> Answer<i64> {
    let digits = text.strip_prefix('M').unwrap_or_default();
    digits
        .parse()
        .ok()
        .filter(|object: &i64| *object >= 0 && object.to_string() == digits)
        .ok_or_else(|| Problem::bad(format!("“{text}” không phải mã thư (EMAILID), ví dụ M123.")))
}

/// Carries out a step on a message, and says what became of it.
async fn step(
    api: &Api,
    actor: Actor,
    (address, message): (String, String),
    mut work: impl FnMut(&mut Tx<'_>, Law, &Actor, (MailboxId, i64)) -> Result<(), Refused>
    + Send
    + 'static,
) -> Answer {
    let (law, object) = (api.law, object(&message)?);
    let shown = api
        .write(move |tx| {
            let id = request::find(tx, &address)?;
            work(tx, law, &actor, (id, object))?;
            let now = assignment::get(tx, id, object)?.unwrap_or_default();
            shown(tx, &now)
        })
        .await?;
    Ok(Json(shown))
}

/// An empty body.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

pub(super) async fn take(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(which): Place<(String, String)>,
    Body(Nothing {}): Body<Nothing>,
) -> Answer {
    let work = |tx: &mut Tx<'_>, law: Law, actor: &Actor, (id, object): (MailboxId, i64)| {
        Ok(unit::take(tx, law, actor, id, object)?)
    };
    step(&api, bearer.actor, which, work).await
}

pub(super) async fn give_back(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(which): Place<(String, String)>,
    Body(Nothing {}): Body<Nothing>,
) -> Answer {
    let work = |tx: &mut Tx<'_>, law: Law, actor: &Actor, (id, object): (MailboxId, i64)| {
        Ok(unit::give_back(tx, law, actor, id, object)?)
    };
    step(&api, bearer.actor, which, work).await
}

/// To whom, and what is said to them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    to: String,
    #[serde(default)]
    note: String,
}

pub(super) async fn assign(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(which): Place<(String, String)>,
    Body(said): Body<Given>,
) -> Answer {
    let work = move |tx: &mut Tx<'_>, law: Law, actor: &Actor, of: (MailboxId, i64)| {
        let to = keeper(tx, &said.to)?;
        Ok(unit::assign(tx, law, actor, of, to, &said.note)?)
    };
    step(&api, bearer.actor, which, work).await
}

fn keeper(tx: &mut Tx<'_>, address: &str) -> Result<AccountId, Refused> {
    let found = account::by_login(tx, &address.trim().to_lowercase())?;
    let found = found.ok_or_else(|| Refused::missing(format!("Không có tài khoản {address}.")))?;
    Ok(found.id)
}

pub(super) async fn answer(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(which): Place<(String, String)>,
    Body(Nothing {}): Body<Nothing>,
) -> Answer {
    let work = |tx: &mut Tx<'_>, law: Law, actor: &Actor, (id, object): (MailboxId, i64)| {
        Ok(unit::answered(tx, law, actor, id, object)?)
    };
    step(&api, bearer.actor, which, work).await
}

/// What is said of it last.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Note {
    #[serde(default)]
    note: String,
}

pub(super) async fn done(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(which): Place<(String, String)>,
    Body(said): Body<Note>,
) -> Answer {
    let work = move |tx: &mut Tx<'_>, law: Law, actor: &Actor, of: (MailboxId, i64)| {
        Ok(unit::done(tx, law, actor, of, &said.note)?)
    };
    step(&api, bearer.actor, which, work).await
}

#[cfg(test)]
mod tests {
    use super::object;

    #[test]
    fn messages_are_named_as_imap_names_them() {
        assert_eq!(object("M123").ok(), Some(123));
        for wrong in ["", "M", "123", "M-1", "M01", "M1 ", "T1", "m1"] {
            assert!(object(wrong).is_err(), "{wrong}");
        }
    }
}
