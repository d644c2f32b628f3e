//! The lines of a rename: for each mailbox the address that the naming rules propose now, with the way there.

use congvu_regulation::Profile;
use congvu_regulation::naming::{Holder, Kind as NamingKind, Name, PersonName, Proposal};
use congvu_store::organisation::Organisation;
use congvu_store::rename::{self as jobs, Line, Subject};
use congvu_store::{
    DomainId, MailboxId, OrganisationId, RenameId, Store, Tx, address, organisation, person,
};
use serde_json::json;

use super::{CHUNK, Kept, Why, locked};
use crate::naming::{Question, agency, check_free, propose};
use crate::{Law, Refused};

/// Makes all lines that are still to be made.
///
/// # Errors
/// As for [`plan_step`].
pub async fn plan(store: &Store, law: Law, id: RenameId) -> Result<(), Refused> {
    while !store
        .write_bulk(move |tx| plan_step(tx, law, id, CHUNK))
        .await?
    {}
    Ok(())
}

/// So many mailboxes are looked at in one transaction, for at most so many lines as are asked for.
const LOOKED_AT: i64 = 2_000;

/// Makes the lines of the next mailboxes, at most `limit`; true where all are made. Who is there longest keeps the plainest
/// address.
///
/// # Errors
/// There is no such rename; what the store answers.
pub fn plan_step(tx: &mut Tx<'_>, law: Law, id: RenameId, limit: i64) -> Result<bool, Refused> {
    let job = locked(tx, id)?;
    if job.state != "making" {
        return Ok(true);
    }
    let kept = Kept::read(&job)?;
    let mut after = job.after;
    let mut number = jobs::lines_made(tx, id)?;
    let subjects = jobs::subjects(tx, after, LOOKED_AT)?;
    let mut is_done = i64::try_from(subjects.len()).is_ok_and(|count| count < LOOKED_AT);
    let mut made = 0;
    for subject in &subjects {
        if made == limit {
            is_done = false;
            break;
        }
        after = subject.mailbox;
        let is_asked = kept.places.binary_search(&subject.organisation.0).is_ok()
            || kept.mailboxes.binary_search(&subject.mailbox.0).is_ok();
        // A rename that is taken back asks its own lines.
        if !is_asked && kept.undoes.is_none() {
            continue;
        }
        let Some(former) = address::primary(tx, subject.mailbox)? else {
            continue;
        };
        let mut line = Line {
            number: number + 1,
            mailbox: subject.mailbox,
            former,
            domain: DomainId(0),
            local_part: String::new(),
            display: String::new(),
            why: "[]".to_owned(),
            candidates: "[]".to_owned(),
            state: "choose".to_owned(),
        };
        let is_line = match kept.undoes {
            Some(undone) => take_back(tx, id, RenameId(undone), &mut line)?,
            None if is_asked => {
                fill(tx, law, id, &kept, subject, &mut line)?;
                true
            }
            None => false,
        };
        if is_line {
            number += 1;
            made += 1;
            jobs::add_line(tx, id, &line)?;
        }
    }
    jobs::set_state(tx, id, if is_done { "draft" } else { "making" }, after)?;
    Ok(is_done)
}

/// The line of a mailbox that an earlier rename gave its address; false where it did not.
fn take_back(
    tx: &mut Tx<'_>,
    id: RenameId,
    undone: RenameId,
    line: &mut Line,
) -> Result<bool, Refused> {
    let Some(was) = jobs::of_mailbox(tx, undone, line.mailbox)? else {
        return Ok(false);
    };
    let Some((local_part, domain)) = was.former.split_once('@') else {
        return Ok(false);
    };
    let Some(domain) = organisation::domain(tx, domain)?.filter(|_| was.state == "done") else {
        return Ok(false);
    };
    line.domain = domain;
    let what = format!("Trả lại địa chỉ trước khi đổi theo bảng số {undone}.");
    set(tx, id, line, local_part.to_owned(), vec![told(what)])?;
    Ok(true)
}

fn told(what: impl Into<String>) -> Why {
    Why {
        what: what.into(),
        clause: None,
    }
}

/// Gives a line an address that is known; where it is not free, somebody must choose.
fn set(
    tx: &mut Tx<'_>,
    id: RenameId,
    line: &mut Line,
    local_part: String,
    mut steps: Vec<Why>,
) -> Result<(), Refused> {
    let free = check_free(tx, line.domain, &local_part, Some(line.mailbox));
    let taken = jobs::has(tx, id, line.domain, &local_part)?;
    match free {
        Err(Refused::Store(error)) => return Err(error.into()),
        Err(refused) => steps.push(told(refused.to_string())),
        Ok(()) if taken.is_some() => {
            steps.push(told("Hộp thư khác trong bảng này đã nhận địa chỉ ấy."));
        }
        Ok(()) => {
            let domain = organisation::domain_name(tx, line.domain)?;
            let is_same = line.former == format!("{local_part}@{domain}");
            line.state = if is_same { "same" } else { "ready" }.to_owned();
            line.local_part = local_part;
        }
    }
    line.why = json!(steps).to_string();
    Ok(())
}

/// What the rules say of a mailbox.
fn fill(
    tx: &mut Tx<'_>,
    law: Law,
    id: RenameId,
    kept: &Kept,
    subject: &Subject,
    line: &mut Line,
) -> Result<(), Refused> {
    let place = organisation::get(tx, subject.organisation)?
        .ok_or_else(|| Refused::missing("Không có cơ quan, đơn vị này."))?;
    line.domain = match kept.domain {
        Some(domain) => DomainId(domain),
        None => {
            organisation::domain_of(tx, place.id)?
                .ok_or_else(|| Refused::state("Hệ thống chưa có tên miền."))?
                .0
        }
    };
    if subject.kind == "unit" && place.mailbox == Some(subject.mailbox) {
        if subject.name != place.name {
            line.display.clone_from(&place.name);
        }
        let what = format!(
            "Hộp thư chính mang tên viết tắt của cơ quan: {}.",
            place.short_name
        );
        return set(tx, id, line, place.short_name.clone(), vec![told(what)]);
    }
    let profile = match &kept.profile {
        Some(profile) => law
            .profile(profile)
            .ok_or_else(|| Refused::no_profile(Some(profile)))?,
        None => law.at(tx, place.id)?,
    };
    match asked(tx, profile, id, subject, &place, line.domain)? {
        Answer::Proposed(proposal) => proposed(tx, id, line, *proposal),
        Answer::Open(what) => {
            let (local_part, _) = line.former.split_once('@').unwrap_or_default();
            let local_part = local_part.to_owned();
            let mut kept = line.clone();
            set(tx, id, &mut kept, local_part.clone(), Vec::new())?;
            if !kept.local_part.is_empty() {
                line.candidates = json!([local_part]).to_string();
            }
            line.why = json!([told(what)]).to_string();
            Ok(())
        }
    }
}

enum Answer {
    Proposed(Box<Proposal>),
    /// The rules cannot name it: why.
    Open(String),
}

fn asked(
    tx: &mut Tx<'_>,
    profile: &Profile,
    id: RenameId,
    subject: &Subject,
    place: &Organisation,
    domain: DomainId,
) -> Result<Answer, Refused> {
    let mut born = None;
    let (kind, name) = match (subject.kind.as_str(), subject.person) {
        ("unit", _) => (NamingKind::Subunit, Name::Words(subject.name.clone())),
        (_, Some(person)) => {
            let Some(person) = person::get(tx, person)? else {
                return Ok(Answer::Open("Không có hồ sơ của người dùng.".to_owned()));
            };
            born = person.born.and_then(|year| u16::try_from(year).ok());
            let name = PersonName {
                family: person.family,
                middle: person.middle,
                given: person.given,
            };
            (NamingKind::Person, Name::Person(name))
        }
        _ => {
            let what = "Hộp thư không gắn với hồ sơ cá nhân: họ, đệm, tên chưa tách.";
            return Ok(Answer::Open(what.to_owned()));
        }
    };
    let agency = agency(tx, place.id)?;
    let mut context = agency.context();
    context.born = born;
    let question = Question {
        kind,
        name: &name,
        context,
        domain,
        own: Some(subject.mailbox),
    };
    let in_batch = move |tx: &mut Tx<'_>, local_part: &str| {
        let other = jobs::has(tx, id, domain, local_part)?;
        let Some(other) = other.filter(|other| *other != subject.mailbox) else {
            return Ok(None);
        };
        Ok(Some(Holder {
            name: person_of(tx, other)?,
            retired: false,
        }))
    };
    match propose(tx, profile, &question, in_batch) {
        Ok(proposal) => Ok(Answer::Proposed(Box::new(proposal))),
        Err(Refused::Naming(error)) => Ok(Answer::Open(format!("{error}."))),
        Err(error) => Err(error),
    }
}

fn person_of(tx: &mut Tx<'_>, mailbox: MailboxId) -> congvu_store::StoreResult<Option<PersonName>> {
    let Some(person) = jobs::subject(tx, mailbox)?.and_then(|found| found.person) else {
        return Ok(None);
    };
    Ok(person::get(tx, person)?.map(|person| PersonName {
        family: person.family,
        middle: person.middle,
        given: person.given,
    }))
}

fn proposed(
    tx: &mut Tx<'_>,
    id: RenameId,
    line: &mut Line,
    proposal: Proposal,
) -> Result<(), Refused> {
    let steps: Vec<Why> = proposal.why.iter().map(Why::from).collect();
    match proposal.local_part {
        Some(local_part) if !proposal.agree => set(tx, id, line, local_part, steps),
        first => {
            let offered: Vec<String> = first.into_iter().chain(proposal.candidates).collect();
            line.candidates = json!(offered).to_string();
            line.why = json!(steps).to_string();
            Ok(())
        }
    }
}

/// The places of a rename, for those who work on it.
pub(super) fn place_of(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
) -> Result<Option<OrganisationId>, Refused> {
    Ok(jobs::subject(tx, mailbox)?.map(|found| found.organisation))
}
