//! Carrying a rename out: each line in the transaction that notes it as done, so that it goes on where it was interrupted.

use congvu_store::notice::Audience;
use congvu_store::rename::{self as jobs, Line};
use congvu_store::{OrganisationId, RenameId, Store, StoreError, Tx, address, organisation};
use serde_json::json;

use super::plan::place_of;
use super::{CHUNK, Kept, locked, need, why};
use crate::notice::{self, Notice};
use crate::{Act, Action, Actor, Refused, Role, directory, record, rights};

/// How far a rename is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Carried out now.
    pub done: u64,
    /// Not possible any more (the address went to somebody else, the mailbox was revoked): to be chosen anew or left.
    pub failed: u64,
    /// Still to be carried out.
    pub left: u64,
    /// Waiting for somebody to choose.
    pub open: u64,
}

/// Carries out all that is ready.
///
/// # Errors
/// As for [`apply_step`].
pub async fn apply(store: &Store, actor: &Actor, id: RenameId) -> Result<Progress, Refused> {
    let mut all = Progress::default();
    loop {
        let actor = actor.clone();
        let step = store
            .write_bulk(move |tx| apply_step(tx, &actor, id, CHUNK))
            .await?;
        all = Progress {
            done: all.done + step.done,
            failed: all.failed + step.failed,
            ..step
        };
        if step.left == 0 {
            return Ok(all);
        }
    }
}

/// Carries out the next lines that are ready, at most `limit`.
///
/// # Errors
/// Whoever asks does not decide there; its lines are not all made; it was given up.
pub fn apply_step(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: RenameId,
    limit: i64,
) -> Result<Progress, Refused> {
    let job = locked(tx, id)?;
    need(tx, actor, &Kept::read(&job)?)?;
    match job.state.as_str() {
        "draft" | "applying" | "done" => {}
        "making" => {
            return Err(Refused::state(format!(
                "Bảng đổi địa chỉ số {id} chưa lập xong."
            )));
        }
        _ => return Err(Refused::state(format!("Bảng đổi địa chỉ số {id} đã bỏ."))),
    }
    let mut progress = Progress::default();
    for mut line in jobs::ready(tx, id, limit)? {
        match carry_out(tx, actor, id, &job.document, &line)? {
            None => {
                line.state = "done".to_owned();
                progress.done += 1;
            }
            Some(reason) => {
                let mut steps = why(&line);
                steps.push(super::Why {
                    what: reason.to_owned(),
                    clause: None,
                });
                line.why = json!(steps).to_string();
                line.state = "failed".to_owned();
                // What it was to get is anybody's again.
                line.local_part.clear();
                progress.failed += 1;
            }
        }
        jobs::set_line(tx, id, &line)?;
    }
    for (state, count) in jobs::count(tx, id)? {
        match state.as_str() {
            "ready" => progress.left = count,
            "choose" | "failed" => progress.open += count,
            _ => {}
        }
    }
    let state = if progress.left + progress.open == 0 {
        "done"
    } else {
        "applying"
    };
    if job.state != state {
        jobs::set_state(tx, id, state, job.after)?;
    }
    Ok(progress)
}

/// Gives a mailbox its new address; why not, where it cannot have it any more.
fn carry_out(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: RenameId,
    document: &str,
    line: &Line,
) -> Result<Option<&'static str>, Refused> {
    let Some(place) = place_of(tx, line.mailbox)? else {
        return Ok(Some("Hộp thư đã thu hồi hoặc xóa."));
    };
    if !rights::has(tx, actor, &[Role::Decide], place)? {
        return Ok(Some(
            "Hộp thư đã chuyển sang cơ quan mà người thực hiện không quyết định.",
        ));
    }
    if address::primary(tx, line.mailbox)?.as_deref() != Some(&line.former) {
        return Ok(Some("Địa chỉ của hộp thư đã đổi từ khi lập bảng."));
    }
    let display = (!line.display.is_empty()).then_some(line.display.as_str());
    match jobs::readdress(tx, line.mailbox, line.domain, &line.local_part, display) {
        Ok(()) => {}
        Err(StoreError::Conflict(_)) => {
            return Ok(Some(
                "Địa chỉ mới đã được cấp cho người khác từ khi lập bảng.",
            ));
        }
        Err(error) => return Err(error.into()),
    }
    let domain = organisation::domain_name(tx, line.domain)?;
    let latter = format!("{}@{domain}", line.local_part);
    directory::refresh(tx, line.mailbox)?;
    let clause = why(line).into_iter().find_map(|step| step.clause);
    let clause = clause.unwrap_or_default();
    let mut act = Act::new(
        Action::MailboxRename,
        format!("mailbox/{}", line.mailbox),
        &latter,
    )
    .at(place)
    .by_document(Some(document).filter(|text| !text.is_empty()))
    .with(json!({
        "rename": id.0, "line": line.number, "before": line.former, "after": latter, "display": display,
    }));
    if !clause.is_empty() {
        act = act.by_clause(&clause);
    }
    record(tx, actor, &act)?;
    tell(tx, (id, place), line, (&latter, &clause, document))?;
    Ok(None)
}

fn tell(
    tx: &mut Tx<'_>,
    (id, place): (RenameId, OrganisationId),
    line: &Line,
    (latter, clause, document): (&str, &str, &str),
) -> Result<(), Refused> {
    let by = match document {
        "" => String::new(),
        document => format!(" theo {document}"),
    };
    let values = [
        ("by", by),
        ("old", line.former.clone()),
        ("address", latter.to_owned()),
    ];
    let (kind, key) = (Notice::Readdressed, format!("rename/{id}/{}", line.mailbox));
    let to = Audience::Mailbox(line.mailbox);
    notice::write(tx, place, (kind, &key), to, clause, &values)?;
    Ok(())
}
