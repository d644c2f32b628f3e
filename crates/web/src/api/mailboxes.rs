//! Mailboxes: what is known of them and what falls due, by which clause; and what is done to them. Never their mail.

use axum::Json;
use axum::extract::State;
use congvu_access::hash_password;
use congvu_governance::mailbox::{self, Because, Issue, Subject};
use congvu_governance::{Actor, Law, Refused, Role, request};
use congvu_regulation::lifecycle::State as Life;
use congvu_regulation::lifecycle::{Act, Due, What};
use congvu_regulation::{BadMoment, ClauseId, LockMode, Moment};
use congvu_store::{MailboxId, OrganisationId, Tx, lock as locks, organisation, role};
use serde::Deserialize;
use serde_json::{Value, json};

use super::problem::{Answer, Problem};
use super::read::{Asked, Body, Page, Place, page, parse_day, time};
use super::{Api, Caller};

/// Who sees what is known of a place's mailboxes.
const SEE: &[Role] = &Role::ALL;

pub(super) async fn list(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Asked(asked): Asked<Page>,
) -> Answer {
    let (limit, after, law) = (asked.limit()?, asked.after()?, api.law);
    let found = api
        .read(move |tx| {
            let now = tx.now();
            let top = match asked.top(tx, &bearer.actor, SEE) {
                // Who has no role anywhere sees what is theirs.
                Err(Refused::Forbidden(_))
                    if asked.organisation.is_none() && has_none(tx, &bearer.actor)? =>
                {
                    let own = own(tx, &bearer.actor)?.filter(|id| id.0 > after);
                    let own = own.map(|id| {
                        Ok::<_, Refused>((id, shown(&Subject::load(tx, law, id)?, law, now)))
                    });
                    return own.into_iter().collect();
                }
                top => top?,
            };
            let found = Subject::load_below(tx, law, top, MailboxId(after), limit + 1)?;
            let found = found.into_iter().map(|(id, subject)| {
                let shown = match subject {
                    Ok(subject) => shown(&subject, law, now),
                    // One whose place has no regulation hides no other.
                    Err(problem) => json!({ "id": id.0, "problem": problem }),
                };
                (id, shown)
            });
            Ok(found.collect::<Vec<_>>())
        })
        .await?;
    Ok(page(found, limit, |(id, _)| id.0, |(_, shown)| shown))
}

pub(super) async fn show(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
) -> Answer {
    let law = api.law;
    let shown = api
        .read(move |tx| {
            let id = request::find(tx, &address)?;
            let subject = Subject::load(tx, law, id)?;
            if own(tx, &bearer.actor)? != Some(id) {
                subject.need(tx, &bearer.actor, SEE)?;
            }
            let mut shown = shown(&subject, law, tx.now());
            if let Some(person) = congvu_store::mailbox::person(tx, id)? {
                let account = congvu_store::identity::account_of(tx, person)?;
                shown["account"] = account
                    .map(|(name, usable)| json!({ "name": name, "mail_only": !usable }))
                    .into();
            }
            shown["locks"] = locks::all(tx, id)?
                .iter()
                .map(|known| {
                    json!({
                        "at": time(known.lock.at), "clause": known.lock.clause, "reason": known.reason,
                        "ended_at": known.ended_at.map(time),
                    })
                })
                .collect();
            Ok(shown)
        })
        .await?;
    Ok(Json(shown))
}

/// The mailbox of the account itself, unless its token reaches elsewhere alone.
fn own(tx: &mut Tx<'_>, actor: &Actor) -> Result<Option<MailboxId>, Refused> {
    let Some(account) = actor.account else {
        return Ok(None);
    };
    let own = congvu_store::mailbox::of_account(tx, account)?;
    let (Some(id), Some(within)) = (own, actor.within()) else {
        return Ok(own);
    };
    let place = congvu_store::mailbox::organisation(tx, id)?;
    let path = place
        .map(|place| organisation::path(tx, place))
        .transpose()?;
    Ok(own.filter(|_| path.is_some_and(|path| path.contains(&within))))
}

fn has_none(tx: &mut Tx<'_>, actor: &Actor) -> Result<bool, Refused> {
    Ok(match actor.account {
        Some(account) => role::of_account(tx, account)?.is_empty(),
        None => false,
    })
}

fn shown(subject: &Subject, law: Law, now: i64) -> Value {
    let rules = subject.profile.lifecycle();
    let facts = subject.facts();
    let life = &subject.life;
    let coming: Vec<Value> = rules
        .coming(&facts, law.calendar())
        .iter()
        .map(due)
        .collect();
    json!({
        "id": life.mailbox.0, "address": life.address, "name": life.name, "kind": life.kind,
        "organisation": subject.organisation.id.0, "profile": subject.profile.id(),
        "state": state(&rules.state(&facts, Moment(now))), "coming": coming,
        "used_bytes": life.used, "quota_bytes": life.quota, "created_at": time(life.created_at),
    })
}

fn state(state: &Life) -> Value {
    match state {
        Life::Issued => json!({ "name": "issued" }),
        Life::MustChange(_) => json!({ "name": "must-change" }),
        Life::Active => json!({ "name": "active" }),
        Life::PasswordExpired(day) => {
            json!({ "name": "password-expired", "since": day.to_string() })
        }
        Life::SignInDisabled(_) => json!({ "name": "sign-in-disabled" }),
        Life::Locked {
            mode,
            since,
            clause,
            ..
        } => json!({
            "name": "locked", "since": time(since.0), "clause": clause.as_ref().map(ToString::to_string),
            "receives": *mode == LockMode::Receives,
        }),
        Life::Revoked(at) => json!({ "name": "revoked", "since": time(at.0) }),
        Life::Deleted(at) => json!({ "name": "deleted", "since": time(at.0) }),
    }
}

fn act(act: Act) -> &'static str {
    match act {
        Act::Lock => "lock",
        Act::DisableSignIn => "disable-sign-in",
        Act::Revoke => "revoke",
        Act::Delete => "delete",
    }
}

pub(super) fn due(due: &Due) -> Value {
    let (what, of, on) = match due.what {
        What::Do(done) => ("do", Some(act(done)), None),
        What::Propose(proposed) => ("propose", Some(act(proposed)), None),
        What::Remind { act: of, on } => ("remind", Some(act(of)), Some(time(on.0))),
        What::RemindPassword { on } => ("remind-password", None, Some(time(on.0))),
        What::ExpirePassword => ("expire-password", None, None),
        What::AskReceipt => ("ask-receipt", None, None),
        What::HandleRestore => ("handle-restore", None, None),
        What::AnswerRestore => ("answer-restore", None, None),
    };
    json!({
        "at": time(due.at.0), "what": what, "act": of, "on": on,
        "clause": due.origin.clause().map(ToString::to_string), "by": due.origin.to_string(),
    })
}

pub(super) async fn preview(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Body(asked): Body<Issue>,
) -> Answer {
    let law = api.law;
    let proposal = api
        .read(move |tx| {
            let place = OrganisationId(asked.organisation);
            congvu_governance::rights::need(tx, &bearer.actor, SEE, place)?;
            mailbox::propose(tx, law, &asked)
        })
        .await?;
    let why: Vec<Value> = proposal
        .why
        .iter()
        .map(|step| json!({ "text": step.to_string(), "clause": step.clause().map(ToString::to_string) }))
        .collect();
    Ok(Json(json!({
        "local_part": proposal.local_part, "agree": proposal.agree, "decide": proposal.decide,
        "candidates": proposal.candidates, "former": proposal.former, "why": why,
    })))
}

/// Carries out an act on the mailbox of an address, and says what it is then.
pub(super) async fn done(
    api: &Api,
    actor: Actor,
    address: String,
    mut work: impl FnMut(&mut Tx<'_>, Law, &Actor, MailboxId) -> Result<(), Refused> + Send + 'static,
) -> Answer {
    let law = api.law;
    let shown = api
        .write(move |tx| {
            let id = request::find(tx, &address)?;
            work(tx, law, &actor, id)?;
            Ok(shown(&Subject::load(tx, law, id)?, law, tx.now()))
        })
        .await?;
    Ok(Json(shown))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lock {
    /// The violation by its name in the profile; then `reason` tells what was found.
    violation: Option<String>,
    #[serde(default)]
    reason: String,
    /// The clause that allows it; not with a violation, which has its own.
    clause: Option<String>,
    document: Option<String>,
}

pub(super) async fn lock(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
    Body(said): Body<Lock>,
) -> Answer {
    let clause: Option<ClauseId> = match &said.clause {
        None => None,
        Some(text) => Some(
            text.parse()
                .map_err(|_| Problem::bad(format!("“{text}” không phải mã điều khoản.")))?,
        ),
    };
    if let Some(clause) = &clause {
        if said.violation.is_some() {
            return Err(Problem::bad(
                "Khóa vì vi phạm thì điều khoản là của hành vi vi phạm đó.",
            ));
        }
        if !congvu_regulation::clauses::known().any(|known| known == clause) {
            return Err(Problem::bad(format!("Không có điều khoản {clause}.")));
        }
    }
    done(&api, bearer.actor, address, move |tx, law, actor, id| {
        let document = said.document.as_deref();
        let because = match &said.violation {
            Some(violation) => Because::Violation {
                id: violation,
                found: &said.reason,
                document,
            },
            None => Because::Asked {
                reason: &said.reason,
                clause: clause.as_ref(),
                document,
            },
        };
        mailbox::lock(tx, law, actor, id, because)
    })
    .await
}

/// What orders an act.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ordered {
    pub(super) document: Option<String>,
}

pub(super) async fn restore(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
    Body(said): Body<Ordered>,
) -> Answer {
    done(&api, bearer.actor, address, move |tx, law, actor, id| {
        mailbox::restore(tx, law, actor, id, said.document.as_deref())
    })
    .await
}

/// A reason that counts to the end of a day.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reason {
    pub(super) reason: String,
    pub(super) until: String,
    pub(super) document: Option<String>,
}

pub(super) async fn exempt(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
    Body(said): Body<Reason>,
) -> Answer {
    let until = parse_day(&said.until)?;
    done(&api, bearer.actor, address, move |tx, law, actor, id| {
        let document = said.document.as_deref();
        mailbox::exempt(tx, law, actor, id, (&said.reason, until), document)
    })
    .await
}

pub(super) async fn end_exemption(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
) -> Answer {
    done(&api, bearer.actor, address, mailbox::end_exemption).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Receipt {
    /// The day, or the time in Vietnam: `2026-02-12T08:30`.
    on: String,
}

pub(super) async fn receipt(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
    Body(said): Body<Receipt>,
) -> Answer {
    let on: Moment = said
        .on
        .parse()
        .map_err(|error: BadMoment| Problem::bad(format!("{error}.")))?;
    done(&api, bearer.actor, address, move |tx, law, actor, id| {
        mailbox::note_receipt(tx, law, actor, id, on)
    })
    .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Violation {
    violation: String,
    found: String,
}

pub(super) async fn violation(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
    Body(said): Body<Violation>,
) -> Answer {
    done(&api, bearer.actor, address, move |tx, law, actor, id| {
        mailbox::note_violation(tx, law, actor, id, (&said.violation, &said.found))
    })
    .await
}

pub(super) async fn hand_over(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
    Body(Nothing {}): Body<Nothing>,
) -> Answer {
    let id = api.read(move |tx| request::find(tx, &address)).await?;
    let (address, password) = hand_over_of(&api, bearer.actor, id).await?;
    Ok(Json(json!({ "address": address, "password": password })))
}

/// An empty body.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// Makes a one-time password, hands it over once, and tells it: it is kept nowhere.
pub(super) async fn hand_over_of(
    api: &Api,
    actor: Actor,
    id: MailboxId,
) -> Answer<(String, String)> {
    let law = api.law;
    // Who may not take it is told before a hash is worked out for them.
    let asking = actor.clone();
    let (address, password) = api
        .read(move |tx| {
            let subject = Subject::load(tx, law, id)?;
            subject.need(tx, &asking, &[Role::Decide, Role::Operate, Role::Ask])?;
            let password = mailbox::one_time_password(tx, law, id)?;
            Ok((subject.life.address, password))
        })
        .await?;
    let clear = password.clone();
    let phc = tokio::task::spawn_blocking(move || hash_password(&clear))
        .await
        .map_err(|_| Problem::bad("Không tạo được mật khẩu."))?;
    api.write(move |tx| mailbox::hand_over(tx, law, &actor, id, &phc))
        .await?;
    Ok((address, password))
}
