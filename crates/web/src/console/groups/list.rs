//! `/quan-ly/nhom`

use askama::Template;
use axum::extract::{RawQuery, State};
use congvu_governance::{Role, group, rights};
use congvu_store::{GroupId, OrganisationId};

use super::posting;
use crate::console::Officer;
use crate::console::places::aid::{self, count, query};
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, html};

/// Groups on a page.
const PAGE: usize = 50;

struct Row {
    name: String,
    href: String,
    address: String,
    place: String,
    posting: &'static str,
    members: String,
}

#[derive(Template)]
#[template(path = "console/groups/list.html")]
struct ListPage {
    frame: Frame,
    shell: Shell,
    asked: String,
    /// The place whose groups alone are shown.
    place: String,
    place_id: String,
    rows: Vec<Row>,
    further: String,
    add: String,
    done: &'static str,
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(asked): RawQuery,
) -> Page {
    let fields = Fields::parse(asked.unwrap_or_default().as_bytes());
    let page = site.store.read(move |tx| {
        let lang = officer.lang();
        let (frame, shell) = shell::read(tx, &officer, lang.t("Nhóm thư"), Here::Groups)?;
        let asked = fields.get("q").trim().to_owned();
        let only = fields.get("noi").parse().ok().map(OrganisationId);
        let place = match only {
            Some(id) => Some(aid::seen(tx, &officer, &Role::ALL, id)?),
            None => None,
        };
        let tops = match &place {
            Some(place) => vec![place.id],
            None => aid::tops(tx, &officer, &Role::ALL)?,
        };
        // Pages go on behind a name; who has several places sees those of one behind those of the other.
        let (after, behind) = match fields.get("sau").rsplit_once('|') {
            Some((key, id)) => (key, GroupId(id.parse().unwrap_or(0))),
            None => ("", GroupId(0)),
        };
        let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let mut found = Vec::new();
        for top in &tops {
            found.extend(group::listed(tx, *top, &asked, (after, behind), limit)?);
        }
        found.sort_by(|one, other| (&one.0, one.1.id).cmp(&(&other.0, other.1.id)));
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let noi = only.map_or_else(String::new, |id| id.to_string());
        let further = match found.last().filter(|_| more) {
            Some((key, group)) => {
                let after = format!("{key}|{}", group.id);
                let query = query(&[("q", &asked), ("noi", &noi), ("sau", &after)]);
                format!("/quan-ly/nhom?{query}")
            }
            None => String::new(),
        };
        let mut add = String::new();
        for top in &tops {
            if add.is_empty() && rights::has(tx, &officer.actor(), &[Role::Decide], *top)? {
                add = format!("/quan-ly/nhom/them?noi={top}");
            }
        }
        Ok::<_, Oops>(ListPage {
            frame,
            shell,
            asked,
            place: place.map_or_else(String::new, |place| place.name),
            place_id: noi,
            rows: found
                .into_iter()
                .map(|(_, group)| Row {
                    name: group.name,
                    href: format!("/quan-ly/nhom/{}", group.id),
                    address: group.address,
                    place: group.place,
                    posting: posting(&group.posting, lang),
                    members: count(group.members),
                })
                .collect(),
            further,
            add,
            done: match fields.get("xong") {
                "het" => lang.t("Nhóm đã chấm dứt; địa chỉ của nhóm không cấp cho ai nữa."),
                _ => "",
            },
        })
    });
    Ok(html(&page.await?))
}
