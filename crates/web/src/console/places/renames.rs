//! Addresses made anew for a whole place (QN.6.3.b): where such a rename begins, and which there were.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::rename::{self, Scope};
use congvu_governance::{Law, Refused, Role};
use congvu_store::rename::{self as jobs, Job};
use congvu_store::{OrganisationId, RenameId, Tx, organisation, place_view};

use super::aid::{self, Fault, count, href};
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, html, named_day};

/// So many are looked at for those that one may see.
const LOOKED: i64 = 200;

/// A rename as a row.
struct Row {
    href: String,
    number: RenameId,
    places: String,
    day: String,
    by: String,
    document: String,
    state: &'static str,
}

#[derive(Template)]
#[template(path = "console/places/rename_begin.html")]
struct BeginPage {
    frame: Frame,
    shell: Shell,
    place: String,
    here: String,
    mailboxes: String,
    jobs: Vec<Row>,
    document: String,
    clause: Cited,
    fault: Option<Fault>,
}

#[derive(Template)]
#[template(path = "console/places/rename_list.html")]
struct ListPage {
    frame: Frame,
    shell: Shell,
    jobs: Vec<Row>,
}

/// What a state is called.
pub(super) fn state(job: &Job, lang: Lang) -> &'static str {
    match job.state.as_str() {
        "making" => lang.t("Đang lập bảng"),
        "draft" => lang.t("Chờ thực hiện"),
        "applying" => lang.t("Đang thực hiện"),
        "done" => lang.t("Đã xong"),
        _ => lang.t("Đã bỏ"),
    }
}

/// The renames that one may see, the newest first; those about a place alone, where one is given.
fn rows(
    tx: &mut Tx<'_>,
    officer: &Officer,
    only: Option<OrganisationId>,
) -> Result<Vec<Row>, Oops> {
    let lang = officer.lang();
    let actor = officer.actor();
    let mut rows = Vec::new();
    for job in jobs::page(tx, i64::MAX, LOOKED)? {
        let at = rename::places(&job)?;
        if only.is_some_and(|only| !at.contains(&only)) {
            continue;
        }
        match rename::seen(tx, &actor, job.id) {
            Ok(_) => {}
            Err(Refused::Store(error)) => return Err(error.into()),
            Err(_) => continue,
        }
        let mut names = Vec::new();
        for place in at {
            names.extend(organisation::get(tx, place)?.map(|place| place.name));
        }
        rows.push(Row {
            href: format!("/quan-ly/co-quan/doi-dia-chi/{}", job.id),
            number: job.id,
            places: names.join(", "),
            day: named_day(job.made_at, lang),
            state: state(&job, lang),
            by: job.made_by,
            document: job.document,
        });
    }
    Ok(rows)
}

/// `/quan-ly/co-quan/doi-dia-chi`
pub(super) async fn list(State(site): State<Site>, officer: Officer) -> Page {
    let page = site.store.read(move |tx| {
        let title = officer.lang().t("Bảng đổi địa chỉ");
        let (frame, shell) = shell::read(tx, &officer, title, Here::Places)?;
        let jobs = rows(tx, &officer, None)?;
        Ok::<_, Oops>(ListPage { frame, shell, jobs })
    });
    Ok(html(&page.await?))
}

fn build(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    id: OrganisationId,
    (document, fault): (String, Option<Fault>),
) -> Result<BeginPage, Oops> {
    let lang = officer.lang();
    let place = aid::acted_on(tx, officer, &[Role::Decide], id)?;
    let title = lang.t("Đổi địa chỉ hàng loạt");
    let (frame, shell) = shell::read(tx, officer, title, Here::Places)?;
    let profile = aid::profile_at(tx, law, id)?;
    Ok(BeginPage {
        frame,
        shell,
        place: place.name,
        here: href(id),
        mailboxes: count(place_view::count(tx, id)?),
        jobs: rows(tx, officer, Some(id))?,
        document,
        clause: profile.map_or_else(Cited::none, |profile| match profile.code() {
            "QN" => Cited::of(profile, "QN.6.3.b"),
            _ => Cited::none(),
        }),
        fault,
    })
}

/// `/quan-ly/co-quan/{id}/doi-dia-chi`
pub(super) async fn of_place(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
) -> Page {
    let id = OrganisationId(aid::number(&id)?);
    let law = site.law;
    let page = site
        .store
        .read(move |tx| build(tx, law, &officer, id, (String::new(), None)))
        .await?;
    Ok(html(&page))
}

/// Makes the lines of a rename, or what is left of them, behind the answer; who comes back finds how far it is.
pub(super) fn plan(site: &Site, id: RenameId) {
    let (store, law) = (site.store.clone(), site.law);
    tokio::spawn(async move {
        if let Err(error) = rename::plan(&store, law, id).await {
            tracing::warn!(%error, rename = id.0, "addresses are not all proposed");
        }
    });
}

pub(super) async fn begin(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let id = OrganisationId(aid::number(&id)?);
    let law = site.law;
    let document = fields.get("van-ban").trim().to_owned();
    let (actor, by) = (officer.actor(), document.clone());
    let begun = site.store.write(move |tx| {
        let scope = Scope {
            places: vec![id],
            ..Scope::default()
        };
        rename::begin(tx, law, &actor, &scope, &by)
    });
    let fault = match begun.await {
        Ok(job) => {
            plan(&site, job);
            return Ok(Redirect::to(&format!("/quan-ly/co-quan/doi-dia-chi/{job}")).into_response());
        }
        Err(refused) => Fault::of(refused, None)?,
    };
    let told = fault.clone();
    let page = site
        .store
        .read(move |tx| build(tx, law, &officer, id, (document, Some(fault))))
        .await?;
    Ok(told.on(&page))
}
