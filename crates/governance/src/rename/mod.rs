//! Addresses made anew for many mailboxes at once: after a merger, a new name, another regulation or domain (QN.6.3.b). What is
//! proposed is looked at before anything changes; then it is carried out in chunks, goes on where it was interrupted, and does
//! nothing twice. Undoing it is another rename.

mod apply;
mod plan;

pub use apply::{Progress, apply, apply_step};
pub use plan::{plan, plan_step};

use congvu_regulation::naming::Step;
use congvu_store::rename::{self as jobs, Job, Line};
use congvu_store::{DomainId, MailboxId, OrganisationId, RenameId, Tx, organisation};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{Act, Action, Actor, Law, Refused, Role, naming, record, rights};

/// Lines that one transaction makes or carries out.
pub const CHUNK: i64 = 100;

/// Which mailboxes get their addresses anew, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// All mailboxes of these places and of those below them.
    pub places: Vec<OrganisationId>,
    /// These mailboxes.
    pub mailboxes: Vec<MailboxId>,
    /// By this regulation instead of the one in force where each belongs.
    pub profile: Option<String>,
    /// In this domain instead of the one of its place.
    pub domain: Option<DomainId>,
}

/// As a job keeps it.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    /// The places that were asked for: who works on the job must decide there.
    #[serde(default)]
    at: Vec<i64>,
    /// Those and all below them.
    #[serde(default)]
    places: Vec<i64>,
    #[serde(default)]
    mailboxes: Vec<i64>,
    #[serde(default)]
    profile: Option<String>,
    #[serde(default)]
    domain: Option<i64>,
    /// The rename that this one takes back.
    #[serde(default)]
    undoes: Option<i64>,
}

impl Kept {
    fn read(job: &Job) -> Result<Self, Refused> {
        serde_json::from_str(&job.scope)
            .map_err(|error| congvu_store::StoreError::Corrupt(error.to_string()).into())
    }
}

/// A step on the way to an address, as a line keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// A Vietnamese sentence.
    pub what: String,
    /// The clause, where one sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
}

impl From<&Step> for Why {
    fn from(step: &Step) -> Self {
        Self {
            what: step.what.clone(),
            clause: step.clause().map(ToString::to_string),
        }
    }
}

/// The steps that led to the address of a line.
#[must_use]
pub fn why(line: &Line) -> Vec<Why> {
    serde_json::from_str(&line.why).unwrap_or_default()
}

/// The addresses that may be chosen for a line.
#[must_use]
pub fn candidates(line: &Line) -> Vec<String> {
    serde_json::from_str(&line.candidates).unwrap_or_default()
}

/// Begins a rename; [`plan_step`] makes its lines.
///
/// # Errors
/// Whoever asks does not decide at each place; nothing is asked for; a regulation that there is not.
pub fn begin(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    scope: &Scope,
    document: &str,
) -> Result<RenameId, Refused> {
    if scope.places.is_empty() && scope.mailboxes.is_empty() {
        return Err(Refused::bad("Cần cơ quan hoặc hộp thư phải đổi địa chỉ."));
    }
    if let Some(id) = &scope.profile
        && law.profile(id).is_none()
    {
        return Err(Refused::bad(format!(
            "Hệ thống này không có quy chế “{id}”."
        )));
    }
    let mut kept = Kept {
        mailboxes: scope.mailboxes.iter().map(|id| id.0).collect(),
        profile: scope.profile.clone(),
        domain: scope.domain.map(|id| id.0),
        ..Kept::default()
    };
    for place in &scope.places {
        kept.at.push(place.0);
        let below = organisation::subtree(tx, *place)?;
        kept.places.extend(below.iter().map(|place| place.id.0));
    }
    for mailbox in &scope.mailboxes {
        let found = jobs::subject(tx, *mailbox)?
            .ok_or_else(|| Refused::missing("Không có hộp thư này, hoặc đã thu hồi."))?;
        kept.at.push(found.organisation.0);
    }
    start(tx, actor, kept, document)
}

/// Begins a rename that takes another back: each mailbox that got a new address gets the former one again.
///
/// # Errors
/// Whoever asks does not decide at each place; there is no such rename.
pub fn begin_undo(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: RenameId,
    document: &str,
) -> Result<RenameId, Refused> {
    let job = get(tx, id)?;
    let kept = Kept::read(&job)?;
    let undoes = Some(id.0);
    start(tx, actor, Kept { undoes, ..kept }, document)
}

fn start(
    tx: &mut Tx<'_>,
    actor: &Actor,
    mut kept: Kept,
    document: &str,
) -> Result<RenameId, Refused> {
    for ids in [&mut kept.at, &mut kept.places, &mut kept.mailboxes] {
        ids.sort_unstable();
        ids.dedup();
    }
    need(tx, actor, &kept)?;
    let scope = serde_json::to_string(&kept)
        .map_err(|error| congvu_store::StoreError::Corrupt(error.to_string()))?;
    let id = jobs::create(tx, &scope, document, &actor.name)?;
    let detail = json!({
        "at": kept.at, "mailboxes": kept.mailboxes.len(), "profile": kept.profile, "domain": kept.domain,
        "undoes": kept.undoes,
    });
    let act = Act::new(
        Action::RenamePrepare,
        format!("rename/{id}"),
        &format!("bảng số {id}"),
    )
    .at(common(tx, &kept)?)
    .by_document(Some(document))
    .with(detail);
    record(tx, actor, &act)?;
    Ok(id)
}

/// A rename by its number.
///
/// # Errors
/// There is none.
pub fn get(tx: &mut Tx<'_>, id: RenameId) -> Result<Job, Refused> {
    jobs::get(tx, id)?
        .ok_or_else(|| Refused::missing(format!("Không có bảng đổi địa chỉ số {id}.")))
}

/// A rename by its number, for who decides at each place that it is about.
///
/// # Errors
/// Whoever asks may not; there is none.
pub fn seen(tx: &mut Tx<'_>, actor: &Actor, id: RenameId) -> Result<Job, Refused> {
    let job = get(tx, id)?;
    need(tx, actor, &Kept::read(&job)?)?;
    Ok(job)
}

/// Chooses the address of a line by hand, before it is carried out.
///
/// # Errors
/// Whoever chooses may not; the address is not free, or not of the form that the rules ask for; the line is carried out already.
pub fn choose(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: RenameId,
    number: i64,
    local_part: &str,
) -> Result<(), Refused> {
    let mut line = open_line(tx, actor, id, number)?;
    let local_part = local_part.trim().to_lowercase();
    naming::check_free(tx, line.domain, &local_part, Some(line.mailbox))?;
    check_form(tx, law, id, &line, &local_part)?;
    let other = jobs::has(tx, id, line.domain, &local_part)?;
    if other.is_some_and(|other| other != line.mailbox) {
        return Err(Refused::state(format!(
            "“{local_part}” đã dành cho hộp thư khác trong bảng này."
        )));
    }
    let mut steps = why(&line);
    steps.push(Why {
        what: format!("Được chọn: {local_part}."),
        clause: None,
    });
    line.local_part = local_part;
    line.why = json!(steps).to_string();
    line.state = "ready".to_owned();
    write(tx, actor, id, &line)
}

/// Whether an address has the form of the regulation by which the rename is made.
fn check_form(
    tx: &mut Tx<'_>,
    law: Law,
    id: RenameId,
    line: &Line,
    local_part: &str,
) -> Result<(), Refused> {
    let Some(subject) = jobs::subject(tx, line.mailbox)? else {
        return Ok(());
    };
    let Some(place) = organisation::get(tx, subject.organisation)? else {
        return Ok(());
    };
    let profile = match Kept::read(&get(tx, id)?)?.profile {
        Some(profile) => law
            .profile(&profile)
            .ok_or_else(|| Refused::no_profile(Some(&profile)))?,
        None => law.at(tx, place.id)?,
    };
    let kind = crate::life::kind(&subject.kind);
    naming::check_form(tx, profile, &place, kind, local_part)
}

/// Leaves a mailbox its address.
///
/// # Errors
/// Whoever decides may not; the line is carried out already.
pub fn skip(tx: &mut Tx<'_>, actor: &Actor, id: RenameId, number: i64) -> Result<(), Refused> {
    let mut line = open_line(tx, actor, id, number)?;
    line.local_part.clear();
    line.state = "skipped".to_owned();
    write(tx, actor, id, &line)
}

/// Gives a rename up; what is carried out stays.
///
/// # Errors
/// Whoever decides may not; it is done.
pub fn drop_job(tx: &mut Tx<'_>, actor: &Actor, id: RenameId) -> Result<(), Refused> {
    let job = locked(tx, id)?;
    need(tx, actor, &Kept::read(&job)?)?;
    if matches!(job.state.as_str(), "done" | "dropped") {
        return Err(Refused::state(format!("Bảng đổi địa chỉ số {id} đã xong.")));
    }
    jobs::set_state(tx, id, "dropped", job.after)?;
    let act = Act::new(
        Action::RenameDrop,
        format!("rename/{id}"),
        &format!("bảng số {id}"),
    )
    .at(common(tx, &Kept::read(&job)?)?);
    Ok(record(tx, actor, &act)?)
}

fn open_line(tx: &mut Tx<'_>, actor: &Actor, id: RenameId, number: i64) -> Result<Line, Refused> {
    let job = locked(tx, id)?;
    need(tx, actor, &Kept::read(&job)?)?;
    if !matches!(job.state.as_str(), "draft" | "applying") {
        return Err(Refused::state(format!(
            "Bảng đổi địa chỉ số {id} không còn sửa được."
        )));
    }
    let line = jobs::one(tx, id, number)?
        .ok_or_else(|| Refused::missing(format!("Bảng số {id} không có dòng {number}.")))?;
    if line.state == "done" {
        return Err(Refused::state(format!("Dòng {number} đã đổi xong.")));
    }
    Ok(line)
}

fn write(tx: &mut Tx<'_>, actor: &Actor, id: RenameId, line: &Line) -> Result<(), Refused> {
    jobs::set_line(tx, id, line)?;
    let mut act = Act::new(
        Action::RenameChoose,
        format!("mailbox/{}", line.mailbox),
        &line.former,
    )
    .with(json!({ "rename": id.0, "line": line.number, "chosen": line.local_part, "state": line.state }));
    act.organisation = plan::place_of(tx, line.mailbox)?;
    Ok(record(tx, actor, &act)?)
}

/// The lowest place under which all lie that a rename is about: those who look at the record there see it.
fn common(tx: &mut Tx<'_>, kept: &Kept) -> Result<OrganisationId, Refused> {
    let mut common: Option<Vec<OrganisationId>> = None;
    for place in &kept.at {
        let path = organisation::path(tx, OrganisationId(*place))?;
        common = Some(match common {
            None => path,
            Some(above) => above.into_iter().filter(|at| path.contains(at)).collect(),
        });
    }
    common
        .and_then(|above| above.first().copied())
        .ok_or_else(|| Refused::missing("Không có cơ quan, đơn vị này."))
}

fn locked(tx: &mut Tx<'_>, id: RenameId) -> Result<Job, Refused> {
    jobs::lock(tx, id)?
        .ok_or_else(|| Refused::missing(format!("Không có bảng đổi địa chỉ số {id}.")))
}

fn need(tx: &mut Tx<'_>, actor: &Actor, kept: &Kept) -> Result<(), Refused> {
    for place in &kept.at {
        rights::need(tx, actor, &[Role::Decide], OrganisationId(*place))?;
    }
    Ok(())
}
