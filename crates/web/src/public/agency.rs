//! The page of an agency: its address, its head, its units, its people.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::Law;
use congvu_governance::directory::{self, Search};
use congvu_governance::organisation::kind_of;
use congvu_store::directory::Entry;
use congvu_store::organisation::{self, Organisation};
use congvu_store::stop;
use congvu_store::{OrganisationId, Tx, address, person, place};

use super::{Ground, find, ground, href, is_public};
use crate::people::branches::{self, Branch};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, Visitor, full, html};

/// Entries on a page.
const PAGE: i64 = 50;
/// So far into a list pages go: who wants all of it takes the file.
const FURTHEST: i64 = 10_000;

/// An entry as a row.
struct Row {
    name: String,
    kind: &'static str,
    title: String,
    place: String,
    address: String,
    phone: String,
}

/// A way to another page.
struct Link {
    name: String,
    href: String,
}

/// What is told of the place itself.
struct Agency {
    id: String,
    name: String,
    /// The place above.
    above: String,
    address: String,
    head: String,
    units: Vec<Link>,
}

#[derive(Template)]
#[template(path = "public/agency.html")]
struct AgencyPage {
    frame: Frame,
    asked: String,
    /// The same search from the top.
    everywhere: String,
    branches: Vec<Branch>,
    crumbs: Vec<Link>,
    agency: Agency,
    rows: Vec<Row>,
    earlier: Option<String>,
    further: Option<String>,
    ground: Ground,
    phones: bool,
    stops: Vec<String>,
    hotline: String,
    signed_in: bool,
}

/// `/co-quan`: the top of the tree, or the first place below it whose directory is public.
pub(super) async fn top(State(site): State<Site>, RawQuery(query): RawQuery) -> Page {
    let law = site.law;
    let found = site
        .store
        .read(move |tx| {
            let Some(root) = organisation::root(tx)? else {
                return Err(Oops::missing("Hệ thống chưa có cơ quan nào."));
            };
            if is_public(tx, law, root.id)? {
                return Ok(root.id);
            }
            for child in place::children(tx, Some(root.id))? {
                if is_public(tx, law, child.place.id)? {
                    return Ok(child.place.id);
                }
            }
            // Says why, with the clause.
            ground(tx, law, root.id).map(|_| root.id)
        })
        .await?;
    let query = query.map_or_else(String::new, |query| format!("?{query}"));
    Ok(Redirect::to(&format!("{}{query}", href(found))).into_response())
}

/// `/co-quan/{place}`
pub(super) async fn page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(asked_for): Path<String>,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let asked = query.get("q").trim().to_owned();
    let after = query.get("sau").parse().unwrap_or(0).clamp(0, FURTHEST);
    let (law, lang) = (site.law, visitor.lang);
    let text = asked.clone();
    let mut page = site
        .store
        .read(move |tx| {
            let here = find(tx, &asked_for)?;
            let ground = ground(tx, law, here.id)?;
            let path = organisation::path(tx, here.id)?;
            let profile = law.at(tx, here.id)?;
            let phones = profile.access().publishes_phones();
            let top = path.last().copied().unwrap_or(here.id);
            let found = directory::search(
                tx,
                &Search {
                    text: text.clone(),
                    place: Some(here.id),
                    after,
                    limit: PAGE,
                    phones,
                },
            )?;
            let mut rows = Vec::new();
            for mut entry in found.entries {
                // A place below may keep its own, or its telephone numbers, to itself.
                if entry.organisation == here.id {
                    rows.push(row(entry, &here, lang));
                } else if is_public(tx, law, entry.organisation)? {
                    let theirs = law.at(tx, entry.organisation)?;
                    if !theirs.access().publishes_phones() {
                        entry.phone.clear();
                    }
                    rows.push(row(entry, &here, lang));
                }
            }
            let link = |after: i64| {
                let mut query = form_urlencoded::Serializer::new(String::new());
                if !text.is_empty() {
                    query.append_pair("q", &text);
                }
                query.append_pair("sau", &after.to_string());
                format!("{}?{}", href(here.id), query.finish())
            };
            let mut crumbs = Vec::new();
            for id in path.iter().skip(1).rev() {
                if let Some(above) = organisation::get(tx, *id)? {
                    crumbs.push(Link {
                        name: above.name,
                        href: href(above.id),
                    });
                }
            }
            let now = tx.now();
            let stops = stop::current_and_coming(tx)?;
            let root = organisation::root(tx)?.map_or_else(String::new, |root| root.name);
            Ok::<_, Oops>(AgencyPage {
                frame: Frame {
                    place: root,
                    ..Frame::plain(&here.name, lang)
                },
                branches: branches(tx, (law, lang), top, &path)?,
                agency: agency(tx, &here, &crumbs, |tx, id| is_public(tx, law, id))?,
                crumbs,
                earlier: (after > 0).then(|| link((after - PAGE).max(0))),
                further: (found.more && after + PAGE <= FURTHEST).then(|| link(after + PAGE)),
                everywhere: format!(
                    "/co-quan?{}",
                    form_urlencoded::Serializer::new(String::new())
                        .append_pair("q", &text)
                        .finish()
                ),
                asked: text.clone(),
                rows,
                ground,
                phones,
                stops: stops
                    .into_iter()
                    .filter(|stop| stop.from_at > now - 86_400_000)
                    .map(|stop| format!("{}: {}", full(stop.from_at, lang), stop.what))
                    .collect(),
                hotline: profile
                    .head()
                    .hotline()
                    .map_or_else(String::new, |number| number.value.clone()),
                signed_in: false,
            })
        })
        .await?;
    page.signed_in = visitor.user.is_some();
    Ok(html(&page))
}

/// The agencies whose directory is public.
fn branches(
    tx: &mut Tx<'_>,
    (law, lang): (Law, Lang),
    top: OrganisationId,
    path: &[OrganisationId],
) -> Result<Vec<Branch>, Oops> {
    let top_is_public = is_public(tx, law, top)?;
    let shown = |tx: &mut Tx<'_>, place: &Organisation| match place.profile {
        // Most have the regulation of the top.
        None => Ok(top_is_public),
        Some(_) => Ok(is_public(tx, law, place.id)?),
    };
    branches::read(tx, lang, (top, path), shown, href)
}

fn row(entry: Entry, here: &Organisation, lang: Lang) -> Row {
    Row {
        name: directory::name(&entry),
        kind: match entry.kind.as_str() {
            "unit" => lang.t("Hộp thư cơ quan"),
            "group" => lang.t("Nhóm thư"),
            _ => "",
        },
        title: entry.title,
        place: if entry.place == here.name {
            String::new()
        } else {
            entry.place
        },
        address: entry.address,
        phone: entry.phone,
    }
}

fn agency(
    tx: &mut Tx<'_>,
    here: &Organisation,
    crumbs: &[Link],
    is_public: impl Fn(&mut Tx<'_>, congvu_store::OrganisationId) -> congvu_store::StoreResult<bool>,
) -> Result<Agency, Oops> {
    let address = match here.mailbox {
        Some(mailbox) => address::primary(tx, mailbox)?.unwrap_or_default(),
        None => String::new(),
    };
    let head = match here.head {
        Some(head) => person::get(tx, head)?,
        None => None,
    };
    let head = head.map_or_else(String::new, |head| {
        let parts = [&head.title, &head.family, &head.middle, &head.given];
        let parts: Vec<&str> = parts
            .into_iter()
            .map(String::as_str)
            .filter(|part| !part.is_empty())
            .collect();
        parts.join(" ")
    });
    let mut units = Vec::new();
    // Of the top, what lies below stands in the tree beside.
    if here.parent.is_some() {
        for child in place::children(tx, Some(here.id))? {
            let place = child.place;
            if place.ended_at.is_none() && (kind_of(&place).is_part() || is_public(tx, place.id)?) {
                units.push(Link {
                    href: href(place.id),
                    name: place.name,
                });
            }
        }
    }
    Ok(Agency {
        id: here.id.to_string(),
        name: here.name.clone(),
        above: crumbs
            .last()
            .map_or_else(String::new, |above| above.name.clone()),
        address,
        head,
        units,
    })
}
