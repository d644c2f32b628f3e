//! The evidence of a case: who had a copy, what became of it, what was ordered; with the SHA-256 of each file and message. What the
//! messages say is in it only where two persons ordered that ([`super::propose_content`]).
//!
//! The same state of the store gives the same bytes: no file tells when it was made.

use congvu_store::audit::{self, Chain};
use congvu_store::joint_order;
use congvu_store::mail_log::{self, Logged};
use congvu_store::takedown::{self, Case, Copy, CopyState, Found};
use congvu_store::{MessageId, Store, StoreError, TakedownId, address};
use ring::digest::{SHA256, digest};
use serde_json::json;

use super::{act, hex, missing, subject, top};
use crate::joint::Kind;
use crate::{Action, Actor, Refused, Role, record, rights};

/// So long (ms) an order to take the content out may be used after it was confirmed.
const CONTENT_MS: i64 = 7 * 86_400_000;
/// Rows read in one transaction.
const PAGE: i64 = 500;

/// Files by their names; the last is `SHA256SUMS`, as `sha256sum -c` reads it.
pub type Package = Vec<(String, Vec<u8>)>;

/// Takes the evidence of a case out; recorded. `content`: with what the messages say.
///
/// # Errors
/// Whoever asks may not; the content is asked for and two persons have not ordered it.
pub async fn evidence(
    store: &Store,
    actor: &Actor,
    id: TakedownId,
    content: bool,
) -> Result<Package, Refused> {
    let asked = actor.clone();
    let (case, ordered_at) = store
        .write(move |tx| {
            let mut ordered_at = None;
            let place = top(tx)?;
            // Who audits reads records, not mail.
            let roles: &[Role] = match content {
                true => &[Role::Decide],
                false => &[Role::Decide, Role::Audit],
            };
            rights::need(tx, &asked, roles, place)?;
            let case = takedown::get(tx, id)?.ok_or_else(|| missing(id))?;
            if content {
                let orders = joint_order::of_subject(tx, &subject(id))?;
                let of_content = orders.iter().filter(|order| order.kind == Kind::Content.name());
                ordered_at = of_content.filter_map(|order| order.confirmed_at).max();
                if ordered_at.is_none_or(|at| at + CONTENT_MS < tx.now()) {
                    return Err(Refused::forbidden(
                        "Xuất kèm nội dung thư cần lệnh của hai người, được xác nhận không quá 7 ngày trước.",
                    ));
                }
            }
            let detail = json!({ "content": content });
            record(
                tx,
                &asked,
                &act(Action::TakedownEvidence, &case, place).with(detail),
            )?;
            Ok::<_, Refused>((case, ordered_at))
        })
        .await?;
    let messages = store.read(move |tx| takedown::seen_by_case(tx, id)).await?;
    let copies = all_copies(store, id).await?;
    let mut files: Package = vec![
        ("ho-so.json".into(), case_file(&case, &messages)),
        ("ban-sao.csv".into(), copies_file(&copies)),
        ("hang-doi.csv".into(), queue_file(store, id).await?),
        (
            "nhat-ky-thu.csv".into(),
            mail_log_file(store, &copies).await?,
        ),
        (
            "tra-loi-chuyen-tiep.csv".into(),
            answers_file(store, &messages).await?,
        ),
        ("nhat-ky-viec.jsonl".into(), acts_file(store, id).await?),
    ];
    if content {
        // What came after the order was not ordered.
        let ordered = |message: &&Found| ordered_at.is_some_and(|at| message.came_at <= at);
        for message in messages
            .iter()
            .filter(|message| message.held)
            .filter(ordered)
        {
            if let Some(bytes) = bytes_of(store, id, message.message).await? {
                let name = message
                    .sha256
                    .as_ref()
                    .map_or_else(|| message.message.to_string(), hex);
                files.push((format!("thu-{name}.eml"), bytes));
            }
        }
    }
    let sums: String = files
        .iter()
        .map(|(name, bytes)| format!("{}  {name}\n", hex(digest(&SHA256, bytes))))
        .collect();
    files.push(("SHA256SUMS".into(), sums.into_bytes()));
    Ok(files)
}

async fn all_copies(store: &Store, id: TakedownId) -> Result<Vec<Copy>, StoreError> {
    let mut copies: Vec<Copy> = Vec::new();
    loop {
        let after = copies.last().map_or(0, |copy| copy.id);
        let page = store
            .read(move |tx| takedown::copies(tx, id, after, PAGE))
            .await?;
        if page.is_empty() {
            return Ok(copies);
        }
        copies.extend(page);
    }
}

fn case_file(case: &Case, messages: &[Found]) -> Vec<u8> {
    let criteria = &case.criteria;
    let messages: Vec<_> = messages
        .iter()
        .map(|message| {
            json!({
                "id": message.message.0,
                "message_id": message.name,
                "size": message.size,
                "first_at": message.came_at,
                "sha256": message.sha256.as_ref().map(hex),
                "kept": message.held,
            })
        })
        .collect();
    let mut text = serde_json::to_string_pretty(&json!({
        "case": case.id.0,
        "state": case.state.name(),
        "document": case.document,
        "clause": case.clause,
        "reason": case.reason,
        "contact": case.contact,
        "incident": case.incident.map(|id| id.0),
        "criteria": {
            "message_id": criteria.message_id,
            "content": criteria.content.map(hex),
            "attachment_sha256": criteria.attachment.map(hex),
            "sender": criteria.sender,
            "from_at": criteria.from_at,
            "until_at": criteria.until_at,
        },
        "opened_by": case.opened_by,
        "opened_at": case.opened_at,
        "sealed_at": case.sealed_at,
        "closed_at": case.closed_at,
        "messages": messages,
    }))
    .unwrap_or_default();
    text.push('\n');
    text.into_bytes()
}

/// A line of a spreadsheet (RFC 4180); a cell that a program would take for a formula is marked as text.
fn line(cells: &[String]) -> String {
    let cell = |text: &String| {
        let formula = text.starts_with(['=', '+', '-', '@']);
        let text = text.replace('"', "\"\"");
        format!("\"{}{text}\"", if formula { "'" } else { "" })
    };
    let cells: Vec<String> = cells.iter().map(cell).collect();
    format!("{}\r\n", cells.join(","))
}

fn head(names: &[&str]) -> String {
    line(
        &names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>(),
    )
}

fn yes(what: bool) -> String {
    if what { "1" } else { "" }.to_owned()
}

fn copies_file(copies: &[Copy]) -> Vec<u8> {
    let mut text = head(&[
        "message",
        "organisation",
        "mailbox",
        "folder",
        "use",
        "uid",
        "received_at",
        "internal_at",
        "seen",
        "answered",
        "forwarded",
        "mailbox_fetched_at",
        "opened_by",
        "opened_at",
        "sealed_at",
        "state",
        "trace",
    ]);
    for copy in copies {
        let state = match copy.state {
            CopyState::Sealed => "sealed",
            CopyState::Released => "released",
            CopyState::Destroyed => "destroyed",
        };
        let opened = copy.opened.as_ref();
        let opened = opened.map(|(who, at)| (who.clone(), at.to_string()));
        let (opened_by, opened_at) = opened.unwrap_or_default();
        text.push_str(&line(&[
            copy.message.to_string(),
            copy.organisation.clone(),
            copy.address.clone(),
            copy.folder.clone(),
            copy.special_use.clone().unwrap_or_default(),
            copy.uid.map(|uid| uid.to_string()).unwrap_or_default(),
            copy.saved_at.to_string(),
            copy.internal_at.to_string(),
            yes(copy.seen),
            yes(copy.answered),
            yes(copy.forwarded),
            copy.fetched_at.map(|at| at.to_string()).unwrap_or_default(),
            opened_by.clone(),
            opened_at.clone(),
            copy.sealed_at.to_string(),
            state.to_owned(),
            trace_of(&copy.prefix).unwrap_or_default(),
        ]));
    }
    text.into_bytes()
}

/// The trace id in our own Received line, the first of a copy's lines.
fn trace_of(prefix: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(prefix);
    let received = &text[text.find("Received: ")?..];
    let (_, rest) = received.split_once(" id ")?;
    let trace: String = rest
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    (!trace.is_empty()).then_some(trace)
}

async fn queue_file(store: &Store, id: TakedownId) -> Result<Vec<u8>, StoreError> {
    let mut text = head(&["queue", "message", "trace", "sender", "recipient", "sealed"]);
    for out in store.read(move |tx| takedown::outgoing(tx, id)).await? {
        text.push_str(&line(&[
            out.queue.to_string(),
            out.message.to_string(),
            out.trace,
            out.sender,
            out.address,
            yes(out.sealed),
        ]));
    }
    Ok(text.into_bytes())
}

async fn mail_log_file(store: &Store, copies: &[Copy]) -> Result<Vec<u8>, StoreError> {
    let mut traces: Vec<String> = copies
        .iter()
        .filter_map(|copy| trace_of(&copy.prefix))
        .collect();
    traces.sort();
    traces.dedup();
    let mut text = head(&[
        "trace",
        "at",
        "direction",
        "sender",
        "recipient",
        "client_ip",
        "size",
        "code",
        "result",
    ]);
    for trace in traces {
        let mut after = 0;
        loop {
            let of = trace.clone();
            let page: Vec<Logged> = store
                .read(move |tx| mail_log::of_trace(tx, &of, after, PAGE))
                .await?;
            let Some(last) = page.last() else { break };
            after = last.id;
            for logged in page {
                text.push_str(&line(&[
                    logged.trace,
                    logged.at.to_string(),
                    logged.direction,
                    logged.sender,
                    logged.recipient,
                    logged.client_ip,
                    logged.size.to_string(),
                    logged.code.to_string(),
                    logged.result,
                ]));
            }
        }
    }
    Ok(text.into_bytes())
}

/// What answers the messages, or was sent on with a reference to them: when, by which Message-ID, and in whose mailboxes it lies. Those
/// it lies in the Sent folder of wrote it.
async fn answers_file(store: &Store, messages: &[Found]) -> Result<Vec<u8>, StoreError> {
    let mut text = head(&["answers", "message_id", "at", "mailbox", "folder"]);
    for message in messages.iter().filter(|message| !message.name.is_empty()) {
        let mut at = Some((message.came_at, message.message));
        while let Some(place) = at {
            let name = message.name.clone();
            let (found, next) = store
                .read(move |tx| {
                    let (found, next) = takedown::answers(tx, &name, place, PAGE)?;
                    let mut named = Vec::new();
                    for answer in found {
                        for (mailbox, folder) in answer.places {
                            let owner = address::primary(tx, mailbox)?.unwrap_or_default();
                            named.push((answer.at, answer.name.clone(), owner, folder));
                        }
                    }
                    Ok::<_, StoreError>((named, next))
                })
                .await?;
            for (at, id, owner, folder) in found {
                let cells = [message.name.clone(), id, at.to_string(), owner, folder];
                text.push_str(&line(&cells));
            }
            at = next;
        }
    }
    Ok(text.into_bytes())
}

/// What was ordered and done about the case, oldest first, each with the segment of the record that seals it.
async fn acts_file(store: &Store, id: TakedownId) -> Result<Vec<u8>, StoreError> {
    let about = subject(id);
    let acts = store
        .read(move |tx| {
            let mut acts = audit::of_subject(tx, Chain::Acts, &about, i64::MAX, i64::MAX)?;
            acts.reverse();
            // That evidence was taken out before is no part of it: it would never be the same twice.
            acts.retain(|act| act.record.action != Action::TakedownEvidence.name());
            let mut with = Vec::new();
            for act in acts {
                let segment = match act.segment {
                    Some(number) => audit::segments(tx, Chain::Acts, number - 1, 1)?.pop(),
                    None => None,
                };
                with.push((act, segment));
            }
            Ok::<_, StoreError>(with)
        })
        .await?;
    let mut text = String::new();
    for (act, segment) in acts {
        let record = act.record;
        let one = json!({
            "id": act.id,
            "at": record.at,
            "actor": record.actor,
            "client_ip": record.client_ip,
            "action": record.action,
            "clause": record.clause,
            "document": record.document,
            "detail": record.detail,
            "segment": segment.as_ref().map(|segment| segment.number),
            "segment_sha256": segment.as_ref().map(|segment| hex(&segment.hash)),
        });
        text.push_str(&format!("{one}\n"));
    }
    Ok(text.into_bytes())
}

async fn bytes_of(
    store: &Store,
    case: TakedownId,
    message: MessageId,
) -> Result<Option<Vec<u8>>, StoreError> {
    let blob = store
        .read(move |tx| takedown::bytes_of(tx, case, message))
        .await?;
    match blob {
        Some(blob) => Ok(Some(store.blobs().open_blob(&blob).await?.to_vec().await?)),
        None => Ok(None),
    }
}
