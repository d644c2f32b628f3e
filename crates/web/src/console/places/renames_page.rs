//! `/quan-ly/co-quan/doi-dia-chi/{job}`: each address that a rename proposes, with the way there, before and while it is carried out.

use askama::Template;
use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use congvu_governance::{Actor, Refused, Role, rename, rights};
use congvu_store::rename::{self as jobs, Job, Line};
use congvu_store::{OrganisationId, RenameId, Store, Tx, organisation, place_view};
use serde_json::json;

use super::aid::{self, Fault, Link, count, href};
use super::renames::{plan, state};
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, html, named_day};

/// Lines on a page.
const PAGE: i64 = 100;

/// A step on the way to an address.
struct Why {
    what: String,
    cited: Cited,
}

/// A mailbox of it.
struct Row {
    number: i64,
    href: String,
    former: String,
    latter: String,
    display: String,
    state: &'static str,
    label: &'static str,
    why: Vec<Why>,
    candidates: Vec<String>,
    is_open: bool,
}

#[derive(Template)]
#[template(path = "console/places/rename_page.html")]
struct RenamePage {
    frame: Frame,
    shell: Shell,
    here: String,
    job: Job,
    day: String,
    state: &'static str,
    places: Vec<Link>,
    counts: Vec<(&'static str, String)>,
    /// Made or carried out so far, of so many; while it works.
    progress: Option<(u64, u64)>,
    ready: u64,
    open: u64,
    may: bool,
    only_open: bool,
    rows: Vec<Row>,
    further: String,
    fault: Option<Fault>,
}

fn label(state: &str, lang: Lang) -> &'static str {
    match state {
        "ready" => lang.t("Sẵn sàng"),
        "choose" => lang.t("Phải chọn"),
        "same" => lang.t("Không đổi"),
        "done" => lang.t("Đã đổi"),
        "failed" => lang.t("Không đổi được"),
        _ => lang.t("Để nguyên"),
    }
}

/// How far it is: made or carried out, of how many.
fn far(tx: &mut Tx<'_>, job: &Job) -> Result<Option<(u64, u64)>, Oops> {
    let counts = jobs::count(tx, job.id)?;
    let of = |states: &[&str]| -> u64 {
        let found = counts
            .iter()
            .filter(|(state, _)| states.contains(&state.as_str()));
        found.map(|(_, count)| *count).sum()
    };
    Ok(match job.state.as_str() {
        "making" => {
            let made = counts.iter().map(|(_, count)| *count).sum::<u64>();
            let mut all = 0;
            for place in rename::places(job)? {
                all += place_view::count(tx, place)?;
            }
            Some((made, all.max(made).max(1)))
        }
        "applying" if of(&["ready"]) > 0 => {
            let done = of(&["done", "failed"]);
            Some((done, done + of(&["ready"])))
        }
        _ => None,
    })
}

fn build(
    tx: &mut Tx<'_>,
    law: congvu_governance::Law,
    officer: &Officer,
    id: RenameId,
    (fields, fault): (&Fields, Option<Fault>),
) -> Result<RenamePage, Oops> {
    let lang = officer.lang();
    let job = rename::seen(tx, &officer.actor(), id)?;
    let title = format!("{} {id}", lang.t("Bảng đổi địa chỉ số"));
    let (frame, shell) = shell::read(tx, officer, &title, Here::Places)?;
    let at = rename::places(&job)?;
    let mut places = Vec::new();
    let mut may = true;
    for place in &at {
        may &= rights::has(tx, &officer.actor(), &[Role::Decide], *place)?;
        places.extend(organisation::get(tx, *place)?.map(|found| Link {
            name: found.name,
            href: href(found.id),
        }));
    }
    let profile = match at.first() {
        Some(place) => aid::profile_at(tx, law, *place)?,
        None => None,
    };
    let only_open = fields.get("loc") == "chon";
    let after: i64 = fields.get("sau").parse().unwrap_or(0);
    let (mut rows, mut last) = (Vec::new(), after);
    let mut further = String::new();
    loop {
        let lines = jobs::lines(tx, id, last, PAGE)?;
        let Some(end) = lines.last().map(|line| line.number) else {
            break;
        };
        let is_last = (lines.len() as i64) < PAGE;
        for line in lines {
            if !only_open || matches!(line.state.as_str(), "choose" | "failed") {
                rows.push(row(tx, &line, profile, lang)?);
            }
        }
        last = end;
        if is_last {
            break;
        }
        if rows.len() as i64 >= PAGE {
            let loc = if only_open { "chon" } else { "" };
            let after = last.to_string();
            further = format!("?{}", aid::query(&[("loc", loc), ("sau", &after)]));
            break;
        }
    }
    let (mut ready, mut open) = (0, 0);
    let mut counts = Vec::new();
    for (state, number) in jobs::count(tx, id)? {
        match state.as_str() {
            "ready" => ready = number,
            "choose" | "failed" => open += number,
            _ => {}
        }
        counts.push((label(&state, lang), count(number)));
    }
    Ok(RenamePage {
        frame,
        shell,
        here: format!("/quan-ly/co-quan/doi-dia-chi/{id}"),
        day: named_day(job.made_at, lang),
        state: state(&job, lang),
        places,
        counts,
        progress: far(tx, &job)?,
        ready,
        open,
        may: may && !matches!(job.state.as_str(), "dropped"),
        only_open,
        rows,
        further,
        fault,
        job,
    })
}

fn row(
    tx: &mut Tx<'_>,
    line: &Line,
    profile: Option<&'static congvu_regulation::Profile>,
    lang: Lang,
) -> Result<Row, Oops> {
    let latter = match line.local_part.is_empty() {
        true => String::new(),
        false => format!(
            "{}@{}",
            line.local_part,
            organisation::domain_name(tx, line.domain)?
        ),
    };
    let why = rename::why(line).into_iter().map(|step| Why {
        cited: match (profile, &step.clause) {
            (Some(profile), Some(clause)) => Cited::of(profile, clause),
            _ => Cited::none(),
        },
        what: step.what,
    });
    Ok(Row {
        number: line.number,
        href: format!("/quan-ly/hop-thu/{}", line.mailbox),
        former: line.former.clone(),
        latter,
        display: line.display.clone(),
        state: match line.state.as_str() {
            "choose" | "failed" => "warn",
            _ => "",
        },
        label: label(&line.state, lang),
        why: why.collect(),
        candidates: rename::candidates(line),
        is_open: matches!(
            line.state.as_str(),
            "choose" | "failed" | "ready" | "skipped"
        ),
    })
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    RawQuery(asked): RawQuery,
) -> Page {
    let id = RenameId(aid::number(&id)?);
    let fields = Fields::parse(asked.unwrap_or_default().as_bytes());
    let law = site.law;
    let page = site
        .store
        .read(move |tx| build(tx, law, &officer, id, (&fields, None)))
        .await?;
    Ok(html(&page))
}

/// How far it is, for the bar.
pub(super) async fn progress(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
) -> Page {
    let id = RenameId(aid::number(&id)?);
    let now = site.store.read(move |tx| {
        let job = rename::seen(tx, &officer.actor(), id)?;
        far(tx, &job)
    });
    Ok(told(now.await?))
}

/// What the bar asks for.
pub(super) fn told(now: Option<(u64, u64)>) -> Response {
    let (done, all) = now.unwrap_or((1, 1));
    let words = format!("{} / {}", count(done), count(all));
    Json(json!({ "done": done, "all": all, "words": words, "over": now.is_none() })).into_response()
}

/// Carries out what is ready, behind the answer.
fn apply(store: &Store, actor: Actor, id: RenameId) {
    let store = store.clone();
    tokio::spawn(async move {
        if let Err(error) = rename::apply(&store, &actor, id).await {
            tracing::warn!(%error, rename = id.0, "addresses are not all changed");
        }
    });
}

pub(super) async fn act(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let id = RenameId(aid::number(&id)?);
    let (law, actor) = (site.law, officer.actor());
    let line: i64 = fields.get("dong").parse().unwrap_or(0);
    let chosen = match fields.get("khac").trim() {
        "" => fields.get("dia-chi").trim().to_owned(),
        other => other.to_owned(),
    };
    let what = fields.get("viec").to_owned();
    let mut to = format!("/quan-ly/co-quan/doi-dia-chi/{id}");
    let done = match what.as_str() {
        "lam" => {
            // The first chunk says whether it may be done at all.
            let who = actor.clone();
            let begun = site
                .store
                .write(move |tx| rename::apply_step(tx, &who, id, 1))
                .await;
            begun.map(|_| apply(&site.store, actor, id))
        }
        "tiep" => {
            plan(&site, id);
            Ok(())
        }
        "hoan" => {
            let by = fields.get("van-ban").trim().to_owned();
            let begun = site
                .store
                .write(move |tx| rename::begin_undo(tx, &actor, id, &by))
                .await;
            begun.map(|undo| {
                plan(&site, undo);
                to = format!("/quan-ly/co-quan/doi-dia-chi/{undo}");
            })
        }
        _ => {
            let written = site.store.write(move |tx| match what.as_str() {
                "chon" => rename::choose(tx, law, &actor, id, line, &chosen),
                "de" => rename::skip(tx, &actor, id, line),
                "bo" => rename::drop_job(tx, &actor, id),
                _ => Err(Refused::bad("Không rõ việc cần làm.")),
            });
            written.await
        }
    };
    let Err(refused) = done else {
        return Ok(Redirect::to(&to).into_response());
    };
    let profile = site.store.read(move |tx| {
        let job = rename::seen(tx, &officer.actor(), id)?;
        let at = rename::places(&job)?.first().copied();
        let profile = aid::profile_at(tx, law, at.unwrap_or(OrganisationId(0)))?;
        Ok::<_, Oops>((officer, profile))
    });
    let (officer, profile) = profile.await?;
    let fault = Fault::of(refused, profile)?;
    let told = fault.clone();
    let page = site
        .store
        .read(move |tx| build(tx, law, &officer, id, (&fields, Some(fault))))
        .await?;
    Ok(told.on(&page))
}
