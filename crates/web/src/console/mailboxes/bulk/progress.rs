//! How far an act on several mailboxes is; it goes on behind the pages, and whoever left finds it again.

use std::collections::HashSet;
use std::sync::LazyLock;

use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use congvu_governance::mailbox::bulk::{self, MOST};
use congvu_store::BulkId;
use congvu_store::bulk as rows;
use parking_lot::Mutex;
use serde_json::json;

use super::deed::Deed;
use crate::console::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, html};

/// Those that are being carried out on this node.
static RUNNING: LazyLock<Mutex<HashSet<i64>>> = LazyLock::new(Mutex::default);

/// Carries it out behind the pages, once on this node.
pub(super) fn run(site: &Site, officer: &Officer, id: BulkId) {
    if !RUNNING.lock().insert(id.0) {
        return;
    }
    let (store, law, actor) = (site.store.clone(), site.law, officer.actor());
    tokio::spawn(async move {
        if let Err(error) = bulk::run(&store, law, &actor, id).await {
            tracing::warn!(%error, %id, "an act on several mailboxes was broken off");
        }
        RUNNING.lock().remove(&id.0);
    });
}

#[derive(Template)]
#[template(path = "console/mailboxes/progress.html")]
struct ProgressPage {
    frame: Frame,
    shell: Shell,
    id: i64,
    lines: Vec<rows::Line>,
    all: u32,
    done: u32,
    refused: u32,
    words: String,
    is_over: bool,
    /// Nobody carries it out now.
    rests: bool,
}

fn told((done, refused, all): (u32, u32, u32), lang: Lang) -> String {
    let mut told = format!("{} {done} {} {all}", lang.t("Đã làm"), lang.t("trên"));
    if refused > 0 {
        told.push_str(&format!("; {refused} {}", lang.t("không làm được")));
    }
    told
}

pub(in crate::console::mailboxes) async fn progress(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<i64>,
) -> Page {
    let rests = !RUNNING.lock().contains(&id);
    let page = site
        .store
        .read(move |tx| {
            let lang = officer.lang();
            let (bulk, work) = bulk::get(tx, &officer.actor(), BulkId(id))?;
            let (done, refused) = rows::tally(tx, bulk.id)?;
            let title = Deed::of_work(&work).title(lang);
            let (frame, shell) = shell::read(tx, &officer, title, Here::Mailboxes)?;
            let most = i64::try_from(MOST).unwrap_or(i64::MAX);
            Ok::<_, Oops>(ProgressPage {
                frame,
                shell,
                id,
                lines: rows::lines(tx, bulk.id, 0, most)?,
                all: bulk.lines,
                words: told((done, refused, bulk.lines), lang),
                done,
                refused,
                is_over: bulk.over_at.is_some(),
                rests,
            })
        })
        .await?;
    Ok(html(&page))
}

/// How far it is, for the script of the page.
pub(in crate::console::mailboxes) async fn far(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<i64>,
) -> Page {
    let far = site
        .store
        .read(move |tx| {
            let (bulk, _) = bulk::get(tx, &officer.actor(), BulkId(id))?;
            let (done, refused) = rows::tally(tx, bulk.id)?;
            Ok::<_, Oops>(json!({
                "all": bulk.lines, "done": done + refused, "over": bulk.over_at.is_some(),
                "words": told((done, refused, bulk.lines), officer.lang()),
            }))
        })
        .await?;
    Ok::<Response, Oops>(Json(far).into_response())
}

/// What was broken off goes on.
pub(in crate::console::mailboxes) async fn go_on(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<i64>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let actor = officer.actor();
    site.store
        .read(move |tx| bulk::get(tx, &actor, BulkId(id)))
        .await?;
    run(&site, &officer, BulkId(id));
    Ok(Redirect::to(&format!("/quan-ly/hop-thu/hang-loat/{id}")).into_response())
}
