//! Carrying out what was granted: line by line, each in a transaction of its own, so that a kill does nothing twice and
//! leaves nothing half done.

use congvu_regulation::requests::{RequestKind, Told};
use congvu_regulation::{Date, Origin};
use congvu_store::request::{self, Line, Request};
use congvu_store::{MailboxId, OrganisationId, RequestId, Store, StoreError, Tx};
use serde_json::json;

use super::open::{account_of, document_text, find};
use super::{Ask, kind_of};
use crate::identity;
use crate::mailbox;
use crate::notice::{self, Notice};
use crate::{Act, Action, Actor, Law, Refused, record, texts};

/// What was carried out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Lines done.
    pub done: u32,
    /// Lines that could not be done: somebody has to decide again.
    pub failed: u32,
}

/// Carries out all lines that are granted and not done yet, of all requests: after a decision, and after a kill.
///
/// # Errors
/// The store cannot do it now; what was done stays done.
pub async fn carry_out_all(store: &Store, law: Law) -> Result<Carried, Refused> {
    let mut carried = Carried::default();
    let (mut id, mut number) = (RequestId(0), 0);
    loop {
        let next = store.read(move |tx| request::next_granted(tx, id, number));
        let next: Result<_, StoreError> = next.await;
        let Some(next) = next? else {
            return Ok(carried);
        };
        (id, number) = next;
        match carry_out_line(store, law, id, number).await {
            Ok(Some(true)) => carried.done += 1,
            Ok(Some(false)) => carried.failed += 1,
            Ok(None) => {}
            Err(Refused::Store(error)) if error.is_outage() => return Err(error.into()),
            // Not even that could be written; the others are no worse for it.
            Err(error) => {
                tracing::error!(%error, request = id.0, line = number, "a granted line is stuck");
                carried.failed += 1;
            }
        }
    }
}

/// Carries out one granted line: `Some(true)` where it was done, `Some(false)` where it could not be, `None` where nothing was
/// to be done any more.
///
/// # Errors
/// The store cannot do it now; the line waits.
pub async fn carry_out_line(
    store: &Store,
    law: Law,
    id: RequestId,
    number: u32,
) -> Result<Option<bool>, Refused> {
    let tried = store
        .write_bulk(move |tx| {
            let Some((request, line)) = granted(tx, id, number)? else {
                return Ok(None);
            };
            let (outcome, mailbox) = act(tx, law, &request, &line)?;
            request::settle(tx, &line, "done", ("", &outcome.to_string()), mailbox)?;
            close_if_over(tx, law, id)?;
            Ok(Some(true))
        })
        .await;
    let why = match tried {
        Ok(done) => return Ok(done),
        // Another node was quicker; or the store cannot now.
        Err(Refused::Store(StoreError::NotFound("granted line"))) => return Ok(None),
        Err(Refused::Store(error)) if error.is_outage() => return Err(error.into()),
        // Trying again would come to the same.
        Err(Refused::Store(error)) => {
            tracing::error!(%error, request = id.0, line = number, "a granted line cannot be carried out");
            format!("Lỗi của hệ thống khi thực hiện ({error}); người vận hành xem nhật ký máy chủ.")
        }
        Err(refused) => refused.to_string(),
    };
    let why = texts::on_lines(&why);
    store
        .write_bulk(move |tx| {
            let Some((request, line)) = granted(tx, id, number)? else {
                return Ok(None);
            };
            request::settle(tx, &line, "failed", (&why, ""), None)?;
            let act = Act::new(Action::RequestFail, format!("request/{id}"), &request.kind)
                .at(request.organisation)
                .with(json!({ "line": number, "why": why }));
            record(tx, &Actor::system(), &act)?;
            tell_failed(tx, law, &request, &line, &why)?;
            Ok(Some(false))
        })
        .await
}

/// Tells who decides that a line waits for them again. Until they do, the request is open: it stops what it stops.
fn tell_failed(
    tx: &mut Tx<'_>,
    law: Law,
    request: &Request,
    line: &Line,
    why: &str,
) -> Result<(), Refused> {
    let Some(profile) = law.profile(&request.profile) else {
        return Ok(());
    };
    let rule = kind_of(&request.kind).and_then(|kind| profile.request(kind));
    let origin = rule.map_or(Origin::System, |rule| Origin::Profile {
        code: profile.code().to_owned(),
        source: rule.kind().source.clone(),
    });
    let about =
        serde_json::from_str::<Ask>(&line.data).map_or_else(|_| String::new(), |ask| ask.about());
    let values = [
        ("organisation", request.organisation_name.clone()),
        (
            "what",
            rule.map_or("", |rule| rule.kind().value.title()).to_owned(),
        ),
        ("number", request.id.to_string()),
        ("line", line.number.to_string()),
        ("about", about),
        ("why", why.to_owned()),
    ];
    let to = notice::deciders(tx, request.organisation)?;
    let key = format!("request/{}/{} {}", request.id, line.number, tx.now());
    notice::send(
        tx,
        profile,
        Notice::RequestFailed,
        &key,
        to,
        &origin,
        &values,
    )?;
    Ok(())
}

/// A line that is granted, of a request that is open, which nobody else touches meanwhile.
fn granted(
    tx: &mut Tx<'_>,
    id: RequestId,
    number: u32,
) -> Result<Option<(Request, Line)>, Refused> {
    request::hold(tx, id)?;
    let line = request::get_line(tx, id, number)?.filter(|line| line.state == "granted");
    let request = request::get(tx, id)?.filter(|request| request.state == "open");
    Ok(request.zip(line))
}

/// What a line asks for, done; what became of it, and the mailbox it made.
fn act(
    tx: &mut Tx<'_>,
    law: Law,
    request: &Request,
    line: &Line,
) -> Result<(serde_json::Value, Option<MailboxId>), Refused> {
    let ask: Ask = serde_json::from_str(&line.data)
        .map_err(|error| Refused::bad(format!("Dòng này không đọc được: {error}.")))?;
    // Whoever decided was asked then whether they may, and where.
    let actor = Actor::on_decision_of(&line.decided_by, &line.places);
    let document = Some(request.document.as_str()).filter(|document| !document.is_empty());
    let cited = document.map_or_else(|| format!("đề nghị số {}", request.id), str::to_owned);
    let document = Some(cited.as_str());
    if let Ask::Issue(issue) = &ask {
        let issued = mailbox::issue(tx, law, &actor, issue, document)?;
        let id = MailboxId(issued.mailbox);
        return Ok((json!(issued), Some(id)));
    }
    if let Ask::Sync {
        full_name,
        sub_unit,
        title,
        phone,
        account,
        mail_only,
        ..
    } = &ask
    {
        let told = identity::Told {
            full_name,
            sub_unit,
            title,
            phone,
            account: account.as_deref(),
            mail_only: *mail_only,
        };
        let about = (told, line.mailbox);
        return identity::sync(tx, law, &actor, request.organisation, about, document);
    }
    // What was asked about, whatever its address is by now.
    let id = match line.mailbox {
        Some(id) => id,
        None => find(tx, ask.address().unwrap_or_default())?,
    };
    let outcome = match &ask {
        Ask::Issue(_) | Ask::Sync { .. } => json!({}),
        Ask::Change {
            title,
            phone,
            name,
            local_part,
            organisation,
            ..
        } => {
            let change = mailbox::Change {
                title: title.clone(),
                phone: phone.clone(),
                name: name.clone(),
                local_part: local_part.clone(),
                organisation: organisation.map(OrganisationId),
            };
            let address = mailbox::change(tx, law, &actor, id, &change, document)?;
            json!({ "address": address })
        }
        Ask::Revoke { .. } => {
            mailbox::revoke(tx, law, &actor, id, None, document)?;
            json!({ "revoked": true })
        }
        Ask::Restore { .. } => {
            mailbox::restore(tx, law, &actor, id, document)?;
            json!({ "restored": true })
        }
        Ask::Password { .. } => {
            mailbox::void_password(tx, law, &actor, id, document)?;
            json!({ "hand_over": account_of(tx, id)?.map(|account| account.0) })
        }
        Ask::Quota { bytes, .. } => {
            mailbox::set_quota(tx, law, &actor, id, *bytes, document)?;
            json!({ "bytes": bytes })
        }
        Ask::Reason { reason, until, .. } => {
            let until: Date = until
                .parse()
                .map_err(|_| Refused::bad("Ngày hết hiệu lực của lý do không đọc được."))?;
            mailbox::exempt(tx, law, &actor, id, (reason, until), document)?;
            json!({ "until": until.to_string() })
        }
    };
    Ok((outcome, Some(id)))
}

/// So many lines are told one by one in a notice of the result.
const TOLD: i64 = 200;

/// Ends a request of which no line waits, and tells who asked, and who gets a copy (TQ.7.3, SL.7.3).
pub(super) fn close_if_over(tx: &mut Tx<'_>, law: Law, id: RequestId) -> Result<(), Refused> {
    let Some(request) = request::get(tx, id)?.filter(|request| request.waiting == 0) else {
        return Ok(());
    };
    let tally = request::tally(tx, id)?;
    let count = |state: &str| {
        let found = tally.iter().find(|(known, _)| known == state);
        found.map_or(0, |(_, count)| *count)
    };
    let (done, refused) = (count("done"), count("refused"));
    let state = if done == 0 { "refused" } else { "done" };
    if !request::close(tx, id, state)? {
        return Ok(());
    }
    let profile = law
        .profile(&request.profile)
        .ok_or_else(|| Refused::no_profile(Some(&request.profile)))?;
    let kind = kind_of(&request.kind).unwrap_or(RequestKind::Change);
    let rule = profile.request(kind);
    let origin = rule.map_or(Origin::System, |rule| Origin::Profile {
        code: profile.code().to_owned(),
        // Where the text leaves open who is told, it still sets the request.
        source: match rule.result().clause() {
            Some(_) => rule.result().source.clone(),
            None => rule.kind().source.clone(),
        },
    });
    let mut act = Act::new(Action::RequestClose, format!("request/{id}"), kind.title())
        .at(request.organisation)
        .with(json!({ "done": done, "refused": refused }));
    act.clause = origin.clause().map(ToString::to_string);
    record(tx, &Actor::system(), &act)?;
    let values = [
        ("organisation", request.organisation_name.clone()),
        ("what", kind.title().to_owned()),
        ("number", id.to_string()),
        (
            "document",
            document_text(
                &request.document,
                request.document_day.map(Date::from_epoch_day),
            ),
        ),
        ("done", done.to_string()),
        ("refused", refused.to_string()),
        ("list", list(tx, id)?),
    ];
    let to = notice::agency(tx, request.organisation)?;
    let key = format!("request/{id}");
    notice::send(
        tx,
        profile,
        Notice::RequestResult,
        &key,
        to.clone(),
        &origin,
        &values,
    )?;
    let copied = rule.is_some_and(|rule| rule.result().value.contains(&Told::Managing));
    if copied {
        let managing = notice::deciders(tx, request.organisation)?;
        if managing != to {
            let key = format!("{key} copy");
            notice::send(
                tx,
                profile,
                Notice::RequestResult,
                &key,
                managing,
                &origin,
                &values,
            )?;
        }
    }
    Ok(())
}

/// The lines and what became of each, for the notice.
fn list(tx: &mut Tx<'_>, id: RequestId) -> Result<String, Refused> {
    let mut text = String::new();
    for line in request::lines(tx, id, 0, TOLD)? {
        let ask = serde_json::from_str::<Ask>(&line.data).ok();
        let about = ask.as_ref().map_or_else(String::new, Ask::about);
        let outcome: serde_json::Value = serde_json::from_str(&line.outcome).unwrap_or_default();
        let became = match line.state.as_str() {
            "refused" => format!("không thực hiện: {}", line.reason),
            _ => match outcome.get("address").and_then(|address| address.as_str()) {
                Some(address) if address != about => format!("đã thực hiện: {address}"),
                _ => "đã thực hiện".to_owned(),
            },
        };
        text.push_str(&format!("{}. {about}: {became}\n", line.number));
    }
    let all = request::get(tx, id)?.map_or(0, |request| i64::from(request.lines));
    if all > TOLD {
        text.push_str(&format!(
            "… và {} dòng khác, xem trên hệ thống.\n",
            all - TOLD
        ));
    }
    Ok(text)
}
