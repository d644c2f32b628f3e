//! The directory (danh bạ) for those who are signed in: a page to look in, and what is offered while a recipient is typed.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use congvu_governance::directory::{self, Found, Search};
use congvu_store::directory::Entry;
use serde_json::json;

use crate::site::{Fields, Frame, Oops, Page, Site, User, html};

/// Entries on a page.
const PAGE: i64 = 50;
/// So many are offered while a recipient is typed.
const OFFERED: i64 = 8;
/// So far into what was found pages go: who looks further narrows the words.
const FURTHEST: i64 = 10_000;

pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/danh-ba", get(page))
        .route("/danh-ba/goi-y", get(offer))
}

/// An entry as a card.
struct Card {
    name: String,
    kind: &'static str,
    icon: &'static str,
    title: String,
    place: String,
    address: String,
    phone: String,
    write: String,
}

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage {
    frame: Frame,
    asked: String,
    cards: Vec<Card>,
    earlier: Option<String>,
    further: Option<String>,
}

async fn search(site: &Site, text: &str, after: i64, limit: i64) -> Result<Found, Oops> {
    let asked = Search {
        text: text.to_owned(),
        place: None,
        after,
        limit,
        phones: site.config.phones,
    };
    let found = site
        .store
        .read(move |tx| directory::search(tx, &asked))
        .await;
    Ok(found?)
}

async fn page(State(site): State<Site>, user: User, RawQuery(query): RawQuery) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let asked = query.get("q").trim();
    let after = query.get("sau").parse().unwrap_or(0).clamp(0, FURTHEST);
    let found = search(&site, asked, after, PAGE).await?;
    let place = site.place().await?;
    let link = |after: i64| {
        let mut link = form_urlencoded::Serializer::new(String::new());
        link.append_pair("q", asked);
        link.append_pair("sau", &after.to_string());
        format!("/danh-ba?{}", link.finish())
    };
    let t = |words: &'static str| user.lang.t(words);
    let card = |entry: Entry| {
        let (kind, icon) = match entry.kind.as_str() {
            "unit" => (t("Hộp thư cơ quan"), "unit"),
            "group" => (t("Nhóm thư"), "people"),
            _ => ("", "person"),
        };
        let mut write = form_urlencoded::Serializer::new(String::new());
        write.append_pair("den", &entry.address);
        Card {
            name: directory::name(&entry),
            kind,
            icon,
            write: format!("/soan?{}", write.finish()),
            title: entry.title,
            place: entry.place,
            address: entry.address,
            phone: if site.config.phones {
                entry.phone
            } else {
                String::new()
            },
        }
    };
    Ok(html(&PeoplePage {
        asked: asked.to_owned(),
        earlier: (after > 0).then(|| link((after - PAGE).max(0))),
        further: (found.more && after + PAGE <= FURTHEST).then(|| link(after + PAGE)),
        cards: found.entries.into_iter().map(card).collect(),
        frame: Frame::of(&user, &place, t("Danh bạ")),
    }))
}

/// Who is meant by what was typed so far: for programs of our pages.
async fn offer(
    State(site): State<Site>,
    user: User,
    RawQuery(query): RawQuery,
) -> Result<Response, Oops> {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let found = search(&site, query.get("q"), 0, OFFERED).await?;
    let offered: Vec<_> = found
        .entries
        .iter()
        .map(|entry| {
            let name = directory::name(entry);
            let about = [entry.title.as_str(), entry.place.as_str()]
                .into_iter()
                .filter(|part| !part.is_empty() && *part != name)
                .collect::<Vec<_>>()
                .join(", ");
            let about = if entry.kind == "group" && about.is_empty() {
                user.lang.t("Nhóm thư").to_owned()
            } else {
                about
            };
            json!({ "name": name, "address": entry.address, "about": about })
        })
        .collect();
    Ok(Json(offered).into_response())
}
