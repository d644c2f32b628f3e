//! Passing a request on, and deciding on its lines.

use congvu_regulation::lifecycle::NotRestored;
use congvu_regulation::{Origin, Profile};
use congvu_store::request::{self, Request};
use congvu_store::{RequestId, Tx};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Ask, kind_of, reach};
use crate::mailbox::Subject;
use crate::{Act, Action, Actor, Law, Refused, Role, now, record, rights};

/// What becomes of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// It is to be carried out, as asked or as agreed on: an address that was chosen.
    Grant {
        /// The address before the @.
        local_part: Option<String>,
    },
    /// It is not, for this reason.
    Refuse(String),
}

/// An open request with its profile; nobody else touches it meanwhile.
pub(super) fn open_request(
    tx: &mut Tx<'_>,
    law: Law,
    id: RequestId,
) -> Result<(Request, &'static Profile), Refused> {
    request::hold(tx, id)?;
    let found = request::get(tx, id)?
        .ok_or_else(|| Refused::missing(format!("Không có đề nghị số {id}.")))?;
    if found.state != "open" {
        return Err(Refused::state(format!("Đề nghị số {id} đã kết thúc.")));
    }
    let profile = law
        .profile(&found.profile)
        .ok_or_else(|| Refused::no_profile(Some(&found.profile)))?;
    Ok((found, profile))
}

fn steps(profile: &Profile, found: &Request) -> usize {
    kind_of(&found.kind)
        .and_then(|kind| profile.request(kind))
        .map_or(2, |rule| rule.steps().len().max(2))
}

/// Whether it was passed on to who decides (HCM.3).
#[must_use]
pub fn is_with_who_decides(law: Law, found: &Request) -> bool {
    let profile = law.profile(&found.profile);
    profile.is_some_and(|profile| must_be_here(profile, found).is_ok())
}

pub(super) fn must_be_here(profile: &Profile, found: &Request) -> Result<(), Refused> {
    if (found.step as usize) >= steps(profile, found) - 1 {
        return Ok(());
    }
    let kind = kind_of(&found.kind);
    let rule = kind.and_then(|kind| profile.request(kind));
    let step = rule.and_then(|rule| rule.steps().get(found.step as usize));
    let who = step.map_or("đầu mối", |step| step.value.as_str());
    Err(Refused::state(format!(
        "Đề nghị này còn ở {who}, chưa chuyển đến nơi giải quyết."
    )))
}

/// A refusal gives its reason (SL.7.3).
pub(super) fn lacks_reason(profile: &Profile, found: &Request) -> Refused {
    let rule = kind_of(&found.kind).and_then(|kind| profile.request(kind));
    let cited = rule.map(|rule| rule.reason_on_refusal().source.clone());
    let text = "Từ chối thì phải nêu rõ lý do.";
    match cited {
        Some(source) => Refused::rule(
            text,
            Origin::Profile {
                code: profile.code().to_owned(),
                source,
            },
        ),
        None => Refused::bad(text),
    }
}

/// Passes a request on to who has it in hand next (HCM.3, HCM.9: unit, office, managing department).
///
/// # Errors
/// Whoever passes it on may not, or who decides has it already.
pub fn forward(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: RequestId,
    document: Option<&str>,
) -> Result<(), Refused> {
    let (found, profile) = open_request(tx, law, id)?;
    rights::need(tx, actor, &[Role::Forward], found.organisation)?;
    let last = steps(profile, &found) - 1;
    if found.step as usize >= last {
        return Err(Refused::state(
            "Đề nghị này đã ở nơi có thẩm quyền giải quyết.",
        ));
    }
    request::set_step(tx, id, found.step + 1)?;
    let kind = kind_of(&found.kind);
    let rule = kind.and_then(|kind| profile.request(kind));
    let step = rule.and_then(|rule| rule.steps().get(found.step as usize));
    let mut act = Act::new(Action::RequestForward, format!("request/{id}"), &found.kind)
        .at(found.organisation)
        .by_document(document)
        .with(json!({ "from": found.step, "to": found.step + 1 }));
    act.clause = step.and_then(|step| step.clause()).map(ToString::to_string);
    Ok(record(tx, actor, &act)?)
}

/// Decides on a line; what is granted is carried out behind it ([`super::carry_out_line`]). What could not be carried out may be
/// decided again.
///
/// # Errors
/// Whoever decides may not (QN.6.1), it has not been passed on yet (HCM.3), a refusal without a reason (SL.7.3), or a
/// request to restore before its day (HCM.8.3.b). Whoever grants decides at every place that the line reaches.
pub fn decide(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    (id, number): (RequestId, u32),
    decision: &Decision,
) -> Result<(), Refused> {
    let (found, profile) = open_request(tx, law, id)?;
    rights::need(tx, actor, &[Role::Decide], found.organisation)?;
    must_be_here(profile, &found)?;
    let mut line = request::get_line(tx, id, number)?
        .ok_or_else(|| Refused::missing(format!("Đề nghị số {id} không có dòng {number}.")))?;
    if !matches!(line.state.as_str(), "open" | "failed") {
        return Err(Refused::state(format!("Dòng {number} đã được quyết định.")));
    }
    let chosen = match decision {
        Decision::Grant { local_part } => local_part.as_deref(),
        Decision::Refuse(_) => None,
    };
    let (state, reason) = match decision {
        Decision::Refuse(reason) => {
            if reason.trim().is_empty() {
                return Err(lacks_reason(profile, &found));
            }
            ("refused", reason.trim())
        }
        Decision::Grant { .. } => {
            if let Some(chosen) = chosen {
                line.data = with_local_part(&line.data, chosen)?;
            }
            line.places = reach::granted(tx, law, actor, &found, &line)?;
            if found.kind == "restore"
                && let Some(mailbox) = line.mailbox
            {
                let subject = Subject::hold(tx, law, mailbox)?;
                let rules = subject.profile.lifecycle();
                let may = rules.may_restore(&subject.facts(), law.calendar(), now(tx));
                if let Err(NotRestored::Waits(due)) = may {
                    return Err(Refused::rule(
                        format!(
                            "Đề nghị khôi phục hộp thư {} chỉ được xử lý từ ngày {}.",
                            subject.life.address,
                            crate::notice::day(due.at.date())
                        ),
                        due.origin,
                    ));
                }
            }
            ("granted", "")
        }
    };
    request::decide(tx, &line, state, (reason, &actor.name))?;
    let rule = kind_of(&found.kind).and_then(|kind| profile.request(kind));
    let about =
        serde_json::from_str::<Ask>(&line.data).map_or_else(|_| String::new(), |ask| ask.about());
    let mut act = Act::new(Action::RequestDecide, format!("request/{id}"), &about)
        .at(found.organisation)
        .by_document(Some(found.document.as_str()).filter(|document| !document.is_empty()))
        .with(json!({
            "line": number, "decision": state, "reason": reason, "local_part": chosen,
            "state": { "before": line.state, "after": state },
        }));
    act.clause = rule
        .and_then(|rule| rule.kind().clause())
        .map(ToString::to_string);
    record(tx, actor, &act)?;
    super::carry_out::close_if_over(tx, law, id)?;
    Ok(())
}

fn with_local_part(data: &str, chosen: &str) -> Result<String, Refused> {
    let unreadable = |error: serde_json::Error| Refused::bad(error.to_string());
    let mut ask: Ask = serde_json::from_str(data).map_err(unreadable)?;
    match &mut ask {
        Ask::Issue(issue) => issue.local_part = Some(chosen.to_owned()),
        Ask::Change { local_part, .. } => *local_part = Some(chosen.to_owned()),
        _ => return Err(Refused::bad("Dòng này không cần chọn địa chỉ.")),
    }
    serde_json::to_string(&ask).map_err(unreadable)
}

/// Takes a request back while nothing of it is decided.
///
/// # Errors
/// Whoever takes it back may not, or something is decided.
pub fn withdraw(tx: &mut Tx<'_>, law: Law, actor: &Actor, id: RequestId) -> Result<(), Refused> {
    let (found, _) = open_request(tx, law, id)?;
    rights::need(tx, actor, &[Role::Ask, Role::Decide], found.organisation)?;
    let tally = request::tally(tx, id)?;
    if tally.iter().any(|(state, _)| state != "open") {
        return Err(Refused::state(
            "Đề nghị đã được giải quyết một phần, không rút lại được.",
        ));
    }
    if !request::close(tx, id, "withdrawn")? {
        return Err(Refused::state(format!("Đề nghị số {id} đã kết thúc.")));
    }
    let act = Act::new(
        Action::RequestWithdraw,
        format!("request/{id}"),
        &found.kind,
    )
    .at(found.organisation);
    Ok(record(tx, actor, &act)?)
}
