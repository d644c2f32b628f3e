//! The directory (danh bạ) for those who are signed in, their own contacts beside it, and what is offered while a recipient is typed.

pub(crate) mod branches;
mod cards;
mod contact_lists;
mod contacts;

pub(crate) use contacts::in_a_line;

use askama::Template;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use congvu_governance::directory::{self, Found, Search};
use congvu_message::fold::fold;
use congvu_store::directory::Entry;
use congvu_store::organisation::{self, Organisation};
use congvu_store::{OrganisationId, StoreResult, Tx, contact, place};
use serde_json::json;

use self::branches::{Branch, Leaf};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, User, html};

/// Entries on a page.
const PAGE: i64 = 50;
/// So many are offered while a recipient is typed.
const OFFERED: i64 = 8;
/// So many of one's own contacts, and lists, are offered behind them.
const OWN: i64 = 5;
const LISTS: usize = 3;
/// So far into what was found pages go: who looks further narrows the words.
const FURTHEST: i64 = 10_000;

pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/danh-ba", get(page))
        .route("/danh-ba/cua-toi", get(contacts::page).post(contacts::act))
        .route(
            "/danh-ba/cua-toi/{id}",
            get(contacts::one).post(contacts::keep),
        )
        .route(
            "/danh-ba/danh-sach/{id}",
            get(contact_lists::page).post(contact_lists::act),
        )
        .route(
            "/danh-ba/nhap",
            post(cards::take).layer(DefaultBodyLimit::max(cards::LARGEST)),
        )
        .route("/danh-ba/xuat", get(cards::give))
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
    around: Around,
    cards: Vec<Card>,
    earlier: Option<String>,
    further: Option<String>,
}

/// Where somebody looks: the place, what is above and below it, and the agencies to choose from.
#[derive(Default)]
struct Around {
    /// None: everywhere.
    here: Option<OrganisationId>,
    name: String,
    above: Vec<Leaf>,
    below: Vec<Leaf>,
    branches: Vec<Branch>,
}

fn href(place: OrganisationId) -> String {
    format!("/danh-ba?co-quan={place}")
}

fn leaf(place: Organisation) -> Leaf {
    Leaf {
        href: href(place.id),
        name: place.name,
        is_here: false,
    }
}

/// What lies around the place that is asked for; the whole where there is none, or none any more.
fn around(tx: &mut Tx<'_>, lang: Lang, asked: Option<OrganisationId>) -> Result<Around, Oops> {
    let Some(root) = organisation::root(tx)? else {
        return Ok(Around::default());
    };
    let here = match asked {
        Some(asked) => organisation::get(tx, asked)?.filter(|here| here.ended_at.is_none()),
        None => None,
    };
    let here = here.filter(|here| here.id != root.id);
    let mut path = vec![root.id];
    let (mut above, mut below) = (Vec::new(), Vec::new());
    if let Some(here) = &here {
        path = organisation::path(tx, here.id)?;
        for id in path.iter().skip(1).rev() {
            above.extend(organisation::get(tx, *id)?.map(leaf));
        }
        let children = place::children(tx, Some(here.id))?.into_iter();
        below.extend(children.map(|child| leaf(child.place)));
    }
    let branches = branches::read(tx, lang, (root.id, &path), |_, _| Ok(true), href)?;
    Ok(Around {
        name: here
            .as_ref()
            .map_or_else(String::new, |here| here.name.clone()),
        here: here.map(|here| here.id),
        above,
        below,
        branches,
    })
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
    let looked = query.get("co-quan").parse().ok().map(OrganisationId);
    let (lang, phones, text) = (user.lang, site.config.phones, asked.to_owned());
    let (found, around) = site
        .store
        .read(move |tx| {
            let around = around(tx, lang, looked)?;
            let asked = Search {
                text: text.clone(),
                place: around.here,
                after,
                limit: PAGE,
                phones,
            };
            Ok::<_, Oops>((directory::search(tx, &asked)?, around))
        })
        .await?;
    let place = site.place().await?;
    let link = |after: i64| {
        let mut link = form_urlencoded::Serializer::new(String::new());
        link.append_pair("q", asked);
        if let Some(here) = around.here {
            link.append_pair("co-quan", &here.to_string());
        }
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
        around,
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
    let mut offered: Vec<_> = found
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
    // The directory first; then their own, whom it does not have; then lists, which stand for all on them.
    let own = own(&site, &user, query.get("q")).await?;
    let known: Vec<String> = found
        .entries
        .iter()
        .map(|entry| entry.address.to_lowercase())
        .collect();
    let contacts = own.0.iter();
    let contacts = contacts.filter(|one| !known.contains(&one.address.to_lowercase()));
    offered.extend(contacts.map(|one| {
        let about = if one.organisation.is_empty() {
            user.lang.t("Danh bạ của tôi")
        } else {
            &one.organisation
        };
        json!({ "name": one.name, "address": one.address, "about": about })
    }));
    offered.extend(own.1.iter().map(|(name, people, count)| {
        let about = format!(
            "{}, {count} {}",
            user.lang.t("Danh sách"),
            user.lang.t("người")
        );
        json!({ "name": name, "address": "", "about": about, "people": people })
    }));
    Ok(Json(offered).into_response())
}

/// A list that is offered: its name, all on it as a line of recipients, how many they are.
type Offered = (String, String, usize);

/// Who of somebody's own contacts is meant by what was typed so far, and which of their lists.
async fn own(
    site: &Site,
    user: &User,
    text: &str,
) -> Result<(Vec<contact::Contact>, Vec<Offered>), Oops> {
    let (user, text) = (user.clone(), text.to_owned());
    let read = site.store.read(move |tx| {
        let found = contacts::search(tx, &user, &text, OWN)?;
        let begin = fold(text.trim());
        let mut lists = Vec::new();
        for list in contact::lists(tx, user.account)? {
            let folded = fold(&list.name);
            let is_meant = !begin.is_empty()
                && (folded.starts_with(&begin) || folded.contains(&format!(" {begin}")));
            if is_meant && list.count > 0 && lists.len() < LISTS {
                let people = contact::listed(tx, user.account, list.id)?;
                lists.push((list.name, contact_lists::line(&people), people.len()));
            }
        }
        StoreResult::Ok((found, lists))
    });
    Ok(read.await?)
}
