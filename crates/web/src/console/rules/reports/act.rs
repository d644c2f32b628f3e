//! What is done with a report: handed in, accepted, handed back, brought up to date.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::report as cases;
use congvu_store::ReportId;

use super::super::Trouble;
use super::show::{Typed, hidden, shown};
use crate::console::Officer;
use crate::site::{Fields, Oops, Page, Site};

/// Before the id of a form's field in the name of its input.
const ANSWER: &str = "m.";

pub(super) async fn act(
    State(site): State<Site>,
    officer: Officer,
    Path((id, act)): Path<(i64, String)>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let id = ReportId(id);
    let (law, actor) = (site.law, officer.actor());
    // What the officer may not see does not exist for them, whatever is done with it.
    let seen = actor.clone();
    site.store
        .read(move |tx| cases::get(tx, &seen, id).map_err(hidden))
        .await?;
    let answers: BTreeMap<String, String> = fields
        .named(ANSWER)
        .map(|(id, text)| (id.to_owned(), text.to_owned()))
        .collect();
    let text = fields.get("noi-dung").to_owned();
    let (said, words) = (answers.clone(), text.clone());
    let done = match act.as_str() {
        "nop" => {
            site.store
                .write(move |tx| cases::submit(tx, law, &actor, id, &said))
                .await
        }
        "tiep-nhan" => {
            site.store
                .write(move |tx| cases::accept(tx, &actor, id, &words))
                .await
        }
        "tra-lai" => {
            site.store
                .write(move |tx| cases::hand_back(tx, law, &actor, id, &words))
                .await
        }
        "cap-nhat" => cases::refresh(&site.store, law, &actor, id).await.map(drop),
        _ => return Err(Oops::missing("Không có việc này.")),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/quan-ly/bao-cao/{id}?xong={act}")).into_response()),
        Err(refused) => {
            let typed = Typed {
                answers,
                text,
                act,
                trouble: Some(Trouble::of(refused, None)?),
            };
            shown(site, officer, id, typed, String::new()).await
        }
    }
}
