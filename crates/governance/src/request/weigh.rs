//! A request on the desk of who decides: what each line would come to, what they have in mind for it, and what stands in the way. What is
//! noted binds nobody until it is decided.

use std::collections::BTreeMap;

use congvu_regulation::Profile;
use congvu_store::request::{self, Line, Request};
use congvu_store::{RequestId, Tx, request_desk as desk};

use super::decide::{lacks_reason, must_be_here, open_request};
use super::{Ask, Decision, Named, Preview, decide};
use crate::lists::Fault;
use crate::{Actor, Law, Refused, Role, rights, texts};

/// A line as who decides sees it.
#[derive(Clone, Debug)]
pub struct Weighed {
    /// The line.
    pub line: Line,
    /// What it asks for; none where that cannot be read.
    pub ask: Option<Ask>,
    /// What is in mind for it.
    pub noted: Option<Decision>,
    /// The address that it would get, where it asks for a new one.
    pub named: Option<Named>,
    /// Why it cannot be granted, whatever is in mind for it.
    pub barred: Option<String>,
    /// Why it cannot be decided as it is noted.
    pub fault: Option<String>,
}

impl Weighed {
    /// Whether it waits for a decision.
    #[must_use]
    pub fn waits(&self) -> bool {
        matches!(self.line.state.as_str(), "open" | "failed")
    }

    /// Whether what is noted can be decided.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.waits() && self.noted.is_some() && self.fault.is_none()
    }

    /// Whether somebody should look before it is granted: names clash, an address is to be chosen, it cannot be granted.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        self.barred.is_some()
            || self.line.state == "failed"
            || self.named.as_ref().is_some_and(|named| {
                !named.clashes.is_empty()
                    || named.proposal.agree
                    || named.proposal.former.is_some()
                    || named.fault.is_some()
            })
    }
}

/// All lines of a request; those that wait with what they would come to. What is noted is for those who decide (`is_noted`): others see what
/// the rules alone say.
///
/// # Errors
/// What the store answers.
pub fn weigh(
    tx: &mut Tx<'_>,
    law: Law,
    found: &Request,
    is_noted: bool,
) -> Result<Vec<Weighed>, Refused> {
    let profile = law
        .profile(&found.profile)
        .ok_or_else(|| Refused::no_profile(Some(&found.profile)))?;
    let notes: BTreeMap<u32, String> = match is_noted {
        true => desk::notes(tx, found.id)?.into_iter().collect(),
        false => BTreeMap::new(),
    };
    let mut preview = Preview::default();
    let mut weighed = Vec::new();
    for line in request::lines(tx, found.id, 0, i64::from(found.lines))? {
        let ask = serde_json::from_str::<Ask>(&line.data).ok();
        let noted = notes.get(&line.number);
        let mut one = Weighed {
            noted: noted.and_then(|noted| serde_json::from_str(noted).ok()),
            ask,
            line,
            named: None,
            barred: None,
            fault: None,
        };
        // What was granted is still to be given; what was done is known to the store.
        if one.waits() || one.line.state == "granted" {
            look(tx, law, &mut preview, &mut one)?;
        }
        if one.waits() {
            one.fault = fault(profile, found, &one);
        }
        weighed.push(one);
    }
    Ok(weighed)
}

/// What it would come to. A line that is refused takes no address from those behind it.
fn look(
    tx: &mut Tx<'_>,
    law: Law,
    preview: &mut Preview,
    one: &mut Weighed,
) -> Result<(), Refused> {
    let Some(Ask::Issue(issue)) = &one.ask else {
        return Ok(());
    };
    let chosen = match &one.noted {
        Some(Decision::Refuse(_)) => return Ok(()),
        Some(Decision::Grant { local_part }) => local_part.as_deref(),
        None => None,
    };
    match preview.of(tx, law, (one.line.number, issue), chosen) {
        Ok(named) => one.named = Some(named),
        Err(Refused::Store(error)) => return Err(error.into()),
        Err(refused) => one.barred = Some(refused.to_string()),
    }
    Ok(())
}

fn fault(profile: &Profile, found: &Request, one: &Weighed) -> Option<String> {
    match one.noted.as_ref()? {
        Decision::Refuse(reason) if reason.trim().is_empty() => {
            Some(lacks_reason(profile, found).to_string())
        }
        Decision::Refuse(_) => None,
        Decision::Grant { .. } => {
            let named = one.named.as_ref();
            let unnamed = named.filter(|named| named.local_part.is_none());
            one.barred.clone().or_else(|| {
                let named = unnamed?;
                let told = named.fault.clone();
                Some(told.unwrap_or_else(|| "Cần chọn địa chỉ trước khi chấp thuận.".to_owned()))
            })
        }
    }
}

/// Keeps what who decides has in mind for some lines; nothing is decided by that. Lines that wait no longer are passed over.
///
/// # Errors
/// Whoever does it decides nothing here, or the request has not been passed on yet (HCM.3).
pub fn note(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: RequestId,
    notes: &[(u32, Option<Decision>)],
) -> Result<(), Refused> {
    let (found, profile) = open_request(tx, law, id)?;
    rights::need(tx, actor, &[Role::Decide], found.organisation)?;
    must_be_here(profile, &found)?;
    for (number, decision) in notes {
        match decision {
            Some(Decision::Refuse(reason)) => texts::check("Lý do", reason)?,
            Some(Decision::Grant {
                local_part: Some(local_part),
            }) => texts::check("Địa chỉ", local_part)?,
            _ => {}
        }
        let noted = match decision {
            Some(decision) => {
                serde_json::to_string(decision).map_err(|error| Refused::bad(error.to_string()))?
            }
            None => String::new(),
        };
        desk::note(tx, id, *number, &noted)?;
    }
    Ok(())
}

/// Decides on all lines as they are noted, all or none; how many. Lines for which nothing is in mind, or nothing that can be decided, wait
/// on.
///
/// # Errors
/// As [`decide`]; all faults of lines at once.
pub fn decide_noted(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: RequestId,
) -> Result<u32, Refused> {
    let (found, profile) = open_request(tx, law, id)?;
    rights::need(tx, actor, &[Role::Decide], found.organisation)?;
    must_be_here(profile, &found)?;
    let mut faults = Vec::new();
    let mut decided = 0;
    for one in weigh(tx, law, &found, true)? {
        let Some(decision) = one.noted.as_ref().filter(|_| one.is_ready()) else {
            continue;
        };
        match decide(tx, law, actor, (id, one.line.number), decision) {
            Ok(()) => decided += 1,
            // These are not about the line.
            Err(refused @ (Refused::Store(_) | Refused::Forbidden(_))) => return Err(refused),
            Err(refused) => faults.push(Fault {
                row: one.line.number,
                column: "",
                what: refused.to_string(),
            }),
        }
    }
    match faults.is_empty() {
        true => Ok(decided),
        false => Err(Refused::Lines(faults)),
    }
}
