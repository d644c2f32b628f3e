//! What who decides has in mind, kept line by line as a page of lines is sent: nothing is decided by that.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use congvu_governance::request::{Decision, note, weigh};
use congvu_governance::{Law, Refused, Role, rights};
use congvu_store::{RequestId, Tx};

use super::one::{Asked, Sums, read};
use crate::console::officer::Officer;
use crate::site::{Fields, Oops, Page, Site, html};

/// What is in mind for some lines.
type Notes = Vec<(u32, Option<Decision>)>;

pub(super) async fn keep(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let lang = officer.lang();
    let id = super::number(&id, lang)?;
    let law = site.law;
    // Who may not see it is told no more than of one that there is not.
    let officer = site
        .store
        .read(move |tx| super::seen(tx, &officer, id).map(|_| officer))
        .await?;
    let asked = Asked::of(&fields);
    let (does, notes, actor) = (
        fields.get("lam").to_owned(),
        noted(&fields),
        officer.actor(),
    );
    let numbers: Vec<u32> = notes.iter().map(|(number, _)| *number).collect();
    let grants_clear = does == "sach";
    let kept = site
        .store
        .write(move |tx| {
            let mut notes = notes.clone();
            if grants_clear {
                notes.extend(clear(tx, law, id, &notes)?);
            }
            note(tx, law, &actor, id, &notes)
        })
        .await;
    let mut told = Vec::new();
    match kept {
        Ok(()) => {}
        Err(Refused::Store(error)) => return Err(error.into()),
        Err(refused) => told.push(refused.to_string()),
    }
    if does == "tu-choi" && fields.get("ly-chung").trim().is_empty() {
        told.push(
            lang.t("Ghi lý do từ chối, rồi bấm lại: cơ quan được báo lý do của từng dòng.")
                .to_owned(),
        );
    }
    let goes_on = does == "xem";
    let shown = asked.clone();
    let page = site
        .store
        .read(move |tx| {
            let (faults, ready) = standing(tx, law, &officer, id, &numbers)?;
            if told.is_empty() && faults {
                told.push(
                    lang.t("Có dòng chưa quyết định được như đã ghi: xem chỗ báo lỗi ở từng dòng.")
                        .to_owned(),
                );
            }
            if told.is_empty() && goes_on && !ready {
                told.push(
                    lang.t("Chưa dòng nào có ý kiến. Chọn chấp thuận hoặc từ chối cho ít nhất một dòng.")
                        .to_owned(),
                );
            }
            if told.is_empty() {
                return Ok(None);
            }
            let asked = Asked {
                fault: told,
                ..shown
            };
            Ok::<_, Oops>(Some(read(tx, law, &officer, id, &asked)?))
        })
        .await?;
    Ok(match page {
        Some(page) => (StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response(),
        None if goes_on => Redirect::to(&format!("{}/quyet-dinh", super::href(id))).into_response(),
        None => Redirect::to(&asked.href(id, "luu")).into_response(),
    })
}

/// Whether a line of this page cannot be decided as it is noted, and whether any line can be decided.
fn standing(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    id: RequestId,
    numbers: &[u32],
) -> Result<(bool, bool), Oops> {
    let found = super::seen(tx, officer, id)?;
    if !rights::has(tx, &officer.actor(), &[Role::Decide], found.organisation)? {
        return Ok((false, false));
    }
    let weighed = weigh(tx, law, &found, true)?;
    let faults = weighed
        .iter()
        .any(|one| one.fault.is_some() && numbers.contains(&one.line.number));
    let sums = Sums::of(&weighed);
    Ok((faults, sums.grants + sums.refusals > 0))
}

/// What the page says of its lines; chosen ones become what was pressed.
fn noted(fields: &Fields) -> Notes {
    let chosen: Vec<&str> = fields.all("chon").collect();
    let common = fields.get("ly-chung").trim();
    let does = fields.get("lam");
    let lines = fields.all("dong").filter_map(|number| {
        let line: u32 = number.parse().ok()?;
        let local_part = match fields.get(&format!("dc{number}")) {
            "" => None,
            "khac" => Some(fields.get(&format!("dk{number}")).trim().to_lowercase()),
            chosen => Some(chosen.to_owned()),
        };
        let local_part = local_part.filter(|local_part| !local_part.is_empty());
        let reason = fields.get(&format!("ly{number}"));
        let is_chosen = chosen.contains(&number);
        let decision = match (does, is_chosen, fields.get(&format!("qd{number}"))) {
            ("dong-y", true, _) => Some(Decision::Grant { local_part }),
            ("tu-choi", true, _) if !common.is_empty() => Some(Decision::Refuse(common.to_owned())),
            (_, _, "grant") => Some(Decision::Grant { local_part }),
            (_, _, "refuse") => Some(Decision::Refuse(reason.trim().to_owned())),
            _ => None,
        };
        Some((line, decision))
    });
    lines.collect()
}

/// The lines of all pages at which nothing is to be looked at twice and of which nothing is in mind yet: they are granted.
fn clear(tx: &mut Tx<'_>, law: Law, id: RequestId, said: &Notes) -> Result<Notes, Refused> {
    let found = congvu_store::request::get(tx, id)?
        .ok_or_else(|| Refused::missing("Không có đề nghị này."))?;
    let spoken = |number: u32| {
        said.iter()
            .find(|(known, _)| *known == number)
            .map(|(_, decision)| decision.is_some())
    };
    let weighed = weigh(tx, law, &found, true)?;
    let clear = weighed.iter().filter(|one| {
        let is_noted = spoken(one.line.number).unwrap_or(one.noted.is_some());
        one.waits() && !is_noted && !one.is_doubtful()
    });
    let granted = clear.map(|one| (one.line.number, Some(Decision::Grant { local_part: None })));
    Ok(granted.collect())
}
