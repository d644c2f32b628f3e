//! `/quan-ly/tim`: one search for mailboxes, organisations, requests and messages, as far as the officer's places reach.

use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::routing::get;
use congvu_governance::directory::{self, Search};
use congvu_governance::request::kind_of;
use congvu_governance::{Role, rights};
use congvu_message::fold::fold;
use congvu_store::address::Holder;
use congvu_store::{Tx, place, request};

use super::officer::Officer;
use super::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, html};

/// So many of a kind are shown.
const SHOWN: usize = 20;

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/quan-ly/tim", get(page))
}

#[derive(Template)]
#[template(path = "console/find.html")]
struct FindPage {
    frame: Frame,
    shell: Shell,
    kinds: Vec<Kind>,
    /// Where the way of a message is looked for; empty for who may not.
    trace: String,
}

/// What was found of a kind.
struct Kind {
    title: &'static str,
    found: Vec<Found>,
    /// Where all of them are; empty where these are all.
    all: String,
}

struct Found {
    title: String,
    href: String,
    about: String,
}

async fn page(State(site): State<Site>, officer: Officer, RawQuery(query): RawQuery) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let asked = query.get("q").trim().to_owned();
    let page = site
        .store
        .read(move |tx| {
            let lang = officer.lang();
            let (frame, mut shell) = shell::read(tx, &officer, lang.t("Tìm"), Here::Home)?;
            shell.asked.clone_from(&asked);
            let mut kinds = Vec::new();
            if !asked.is_empty() {
                kinds.push(mailboxes(tx, &officer, &asked)?);
                kinds.push(places(tx, &officer, &asked)?);
                kinds.push(requests(tx, &officer, &asked)?);
            }
            kinds.retain(|kind| !kind.found.is_empty());
            let may_trace = officer.has(&[Role::Decide, Role::Operate, Role::Audit]);
            Ok::<_, Oops>(FindPage {
                frame,
                shell,
                kinds,
                trace: if may_trace && asked.contains('@') {
                    linked("/quan-ly/thu-di-dau", &asked)
                } else {
                    String::new()
                },
            })
        })
        .await?;
    Ok(html(&page))
}

fn linked(path: &str, asked: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("q", asked);
    format!("{path}?{}", query.finish())
}

fn mailboxes(tx: &mut Tx<'_>, officer: &Officer, asked: &str) -> Result<Kind, Oops> {
    let mut found = Vec::new();
    let mut all = String::new();
    for top in officer.places(&Role::ALL) {
        let search = Search {
            text: asked.to_owned(),
            place: Some(top),
            after: 0,
            limit: i64::try_from(SHOWN).unwrap_or(i64::MAX),
            phones: false,
        };
        let page = directory::search(tx, &search)?;
        if page.more {
            all = linked("/quan-ly/hop-thu", asked);
        }
        for entry in page.entries {
            let href = match entry.holder {
                Holder::Mailbox(id) => format!("/quan-ly/hop-thu/{id}"),
                Holder::Group(id) => format!("/quan-ly/nhom/{id}"),
            };
            found.push(Found {
                title: directory::name(&entry),
                href,
                about: format!("{} · {}", entry.address, entry.place),
            });
        }
    }
    found.truncate(SHOWN);
    Ok(Kind {
        title: officer.lang().t("Hộp thư, nhóm thư"),
        found,
        all,
    })
}

fn places(tx: &mut Tx<'_>, officer: &Officer, asked: &str) -> Result<Kind, Oops> {
    let words = fold(asked);
    let mut found = Vec::new();
    for place in place::all(tx)? {
        let code = place.code.as_deref().unwrap_or_default();
        let is_meant = fold(&place.name).contains(&words)
            || fold(&place.short_name) == words
            || code.eq_ignore_ascii_case(asked);
        if is_meant
            && found.len() < SHOWN
            && rights::has(tx, &officer.actor(), &Role::ALL, place.id)?
        {
            found.push(Found {
                title: place.name,
                href: format!("/quan-ly/co-quan/{}", place.id),
                about: code.to_owned(),
            });
        }
    }
    Ok(Kind {
        title: officer.lang().t("Cơ quan, đơn vị"),
        found,
        all: String::new(),
    })
}

fn requests(tx: &mut Tx<'_>, officer: &Officer, asked: &str) -> Result<Kind, Oops> {
    let mut found = Vec::new();
    for request in request::by_document(tx, asked, i64::try_from(SHOWN).unwrap_or(i64::MAX))? {
        if !rights::has(tx, &officer.actor(), &Role::ALL, request.organisation)? {
            continue;
        }
        let kind = kind_of(&request.kind).map_or("", |kind| kind.title());
        found.push(Found {
            title: format!("{} ({kind})", request.document),
            href: format!("/quan-ly/de-nghi/{}", request.id),
            about: request.organisation_name,
        });
    }
    Ok(Kind {
        title: officer.lang().t("Văn bản đề nghị"),
        found,
        all: String::new(),
    })
}
