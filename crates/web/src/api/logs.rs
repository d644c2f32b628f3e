//! Who signed in, which way mail went (TQ.9.1, SL.11.1), and whether the records are what they were when they were sealed. Never what a
//! message says.

use std::path::Path;
use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use congvu_governance::audit::{self as record, Checkpoint};
use congvu_governance::logs::{Log, looked_into};
use congvu_governance::{Actor, Refused, Role, request, rights};
use congvu_store::audit::{self, Chain};
use congvu_store::mail_log::{self, Filter, Logged};
use congvu_store::{Tx, account, organisation};
use serde::Deserialize;
use serde_json::{Value, json};

use super::audit::{cursor, shown as shown_record};
use super::problem::{Answer, Problem};
use super::read::{Asked, limit, parse_from, parse_until, time};
use super::{Api, Caller};

/// Logs are of the whole system.
const SEE: &[Role] = &[Role::Audit, Role::Operate, Role::Decide];
/// So many lines are looked at for one page: it may have fewer than it may hold, or none, and still a next one.
const LOOKED_AT: i64 = 5_000;

/// Whose sign-ins, when.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIns {
    /// An address; none: everybody's.
    account: Option<String>,
    from: Option<String>,
    until: Option<String>,
    after: Option<String>,
    limit: Option<i64>,
}

/// The newest first.
pub(super) async fn sign_ins(
    State(api): State<Api>,
    Caller(bearer): Caller,
    RawQuery(asked): RawQuery,
    Asked(wanted): Asked<SignIns>,
) -> Answer {
    let limit = limit(wanted.limit)?;
    let from = wanted.from.as_deref().map(parse_from).transpose()?;
    let until = wanted.until.as_deref().map(parse_until).transpose()?;
    let after = cursor(wanted.after.as_deref())?.unwrap_or((i64::MAX, i64::MAX));
    let before = after.min((until.unwrap_or(i64::MAX), i64::MAX));
    let is_first = wanted.after.is_none();
    let actor = bearer.actor.clone();
    let found = api
        .read(move |tx| {
            let Some(address) = &wanted.account else {
                seen(tx, &bearer.actor)?;
                return Ok(audit::page(tx, Chain::SignIns, before, limit + 1)?);
            };
            let mailbox = request::find(tx, address)?;
            let whose = account::of_mailbox(tx, mailbox)?;
            let missing = || Refused::missing(format!("{address} không có tài khoản riêng."));
            let whose = whose.ok_or_else(missing)?;
            let (place, _) = account::place(tx, whose)?.ok_or_else(missing)?;
            rights::need(tx, &bearer.actor, SEE, place)?;
            let subject = format!("account/{whose}");
            Ok(audit::of_subject(
                tx,
                Chain::SignIns,
                &subject,
                before.1,
                limit + 1,
            )?)
        })
        .await?;
    if is_first {
        noted(&api, actor, Log::SignIns, asked).await?;
    }
    let full = i64::try_from(found.len()).unwrap_or(i64::MAX) > limit;
    let kept = usize::try_from(limit).unwrap_or(usize::MAX);
    let last = found.iter().take(kept).next_back();
    let is_past = last.is_some_and(|last| from.is_some_and(|from| last.record.at < from));
    let next = last.filter(|_| full && !is_past);
    let next = next.map(|last| format!("{}.{}", last.record.at, last.id));
    let items: Vec<Value> = found
        .iter()
        .take(kept)
        .filter(|found| from.is_none_or(|from| found.record.at >= from))
        .filter(|found| until.is_none_or(|until| found.record.at < until))
        .map(shown_record)
        .collect();
    Ok(Json(json!({ "items": items, "next": next })))
}

/// Records that a log was looked into; pages behind the first belong to the same search.
async fn noted(api: &Api, actor: Actor, log: Log, asked: Option<String>) -> Answer<()> {
    let asked = asked.unwrap_or_default();
    let write = api.write(move |tx| Ok(looked_into(tx, &actor, log, (&asked, false))?));
    write.await
}

fn seen(tx: &mut Tx<'_>, actor: &Actor) -> Result<(), Refused> {
    let root = organisation::root(tx)?;
    let root = root.ok_or_else(|| Refused::missing("Chưa có cơ quan nào."))?;
    rights::need(tx, actor, SEE, root.id)
}

/// The fields of TQ.9.1.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lines {
    from: Option<String>,
    until: Option<String>,
    sender: Option<String>,
    recipient: Option<String>,
    client_ip: Option<String>,
    size_least: Option<u64>,
    size_most: Option<u64>,
    code: Option<u16>,
    result: Option<String>,
    direction: Option<String>,
    /// All lines of one message, the oldest first; the other fields do not count then.
    trace: Option<String>,
    after: Option<String>,
    limit: Option<i64>,
}

/// The newest first.
pub(super) async fn mail(
    State(api): State<Api>,
    Caller(bearer): Caller,
    RawQuery(asked): RawQuery,
    Asked(wanted): Asked<Lines>,
) -> Answer {
    let limit = limit(wanted.limit)?;
    let before = cursor(wanted.after.as_deref())?;
    let known = ["in", "submit", "local", "out", "notice"];
    if let Some(direction) = &wanted.direction
        && !known.contains(&direction.as_str())
    {
        return Err(Problem::bad(format!(
            "direction phải là {}.",
            known.join(", ")
        )));
    }
    let filter = Filter {
        from: wanted.from.as_deref().map(parse_from).transpose()?,
        until: wanted.until.as_deref().map(parse_until).transpose()?,
        sender: wanted.sender,
        recipient: wanted.recipient,
        client_ip: wanted.client_ip,
        size_least: wanted.size_least,
        size_most: wanted.size_most,
        code: wanted.code,
        result: wanted.result,
        direction: wanted.direction,
        ..Filter::default()
    };
    let actor = bearer.actor.clone();
    let (lines, next) = api
        .read(move |tx| {
            seen(tx, &bearer.actor)?;
            let Some(trace) = &wanted.trace else {
                let most = usize::try_from(limit).unwrap_or(usize::MAX);
                let found = mail_log::search(tx, &filter, before, most, LOOKED_AT)?;
                return Ok((found.lines, found.next));
            };
            let after = before.map_or(0, |(_, id)| id);
            let lines = mail_log::of_trace(tx, trace, after, limit)?;
            let full = i64::try_from(lines.len()) == Ok(limit);
            let next = lines.last().filter(|_| full).map(|last| (last.at, last.id));
            Ok((lines, next))
        })
        .await?;
    if before.is_none() {
        noted(&api, actor, Log::Mail, asked).await?;
    }
    let items: Vec<Value> = lines.iter().map(shown).collect();
    let next = next.map(|(at, id)| format!("{at}.{id}"));
    Ok(Json(json!({ "items": items, "next": next })))
}

fn shown(line: &Logged) -> Value {
    json!({
        "at": time(line.at), "direction": line.direction, "trace": line.trace, "sender": line.sender,
        "recipient": line.recipient, "client_ip": line.client_ip, "size": line.size, "code": line.code,
        "result": line.result,
    })
}

/// Reads all records from their beginning and holds them against the checkpoints of this machine.
pub(super) async fn verify(State(api): State<Api>, Caller(bearer): Caller) -> Answer {
    api.read(move |tx| seen(tx, &bearer.actor)).await?;
    // It takes as long as the record is: a few at a time.
    let seat = Arc::clone(&api.heavy).acquire_owned().await;
    let (kept, unsigned) = match (&api.checkpoints, &api.key) {
        (Some(file), Some(key)) => {
            let (file, public) = (file.clone(), record::public_key(&key.public()));
            let read = tokio::task::spawn_blocking(move || points(&file, &public?));
            read.await.ok().flatten().unwrap_or_default()
        }
        _ => (Vec::new(), 0),
    };
    let report = record::verify(&api.store, &kept).await?;
    drop(seat);
    let mut findings: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    if unsigned > 0 {
        findings.push(format!("{unsigned} điểm kiểm không được ký bằng khóa này"));
    }
    Ok(Json(json!({
        "sound": findings.is_empty(), "segments": report.segments, "records": report.records,
        "unsealed": report.unsealed, "pruned": report.pruned, "checkpoints": report.checkpoints, "findings": findings,
    })))
}

/// The checkpoints of a file, and how many are not signed; none before anything was sealed.
fn points(file: &Path, public_key: &[u8]) -> Option<(Vec<Checkpoint>, usize)> {
    let text = std::fs::read_to_string(file).ok()?;
    let (kept, refused) = record::parse(&text, public_key);
    Some((kept, refused.len()))
}
