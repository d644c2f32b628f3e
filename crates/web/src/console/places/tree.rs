//! `/quan-ly/co-quan`: the tree of organisations as far as one may see it. Two levels are shown; what lies lower is opened branch by
//! branch (`?mo=12`).

use askama::Template;
use axum::extract::{RawQuery, State};
use congvu_governance::organisation::kind_of;
use congvu_governance::{Role, rights};
use congvu_message::fold::fold;
use congvu_store::organisation::{self, Organisation};
use congvu_store::{OrganisationId, Tx, place, place_view};

use super::aid::{self, count, href, kind_label, query};
use crate::console::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, html, named_day};

/// So many are shown of what was found.
const FOUND: usize = 100;
/// The deepest branch that is indented further.
const INDENTED: usize = 5;

/// A place as a row.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) href: String,
    /// What the row is found by.
    anchor: String,
    /// How far it is indented.
    pub(super) depth: usize,
    pub(super) kind: &'static str,
    pub(super) short_name: String,
    pub(super) code: String,
    /// Mailboxes in use at it and below.
    pub(super) mailboxes: String,
    /// Opens the branch, or closes it; empty where nothing lies below.
    pub(super) turn: String,
    pub(super) is_open: bool,
    /// The place above, where the row stands alone.
    pub(super) above: String,
    /// When it ended; empty where it goes on.
    pub(super) ended: String,
}

#[derive(Template)]
#[template(path = "console/places/tree.html")]
struct TreePage {
    frame: Frame,
    shell: Shell,
    asked: String,
    is_search: bool,
    more: bool,
    rows: Vec<Row>,
    with_ended: bool,
    /// The same page with the ended ones, or without.
    other: String,
    may_import: bool,
    /// Where the whole tree is taken out.
    export: String,
    done: &'static str,
}

/// What is looked at.
struct Asked {
    text: String,
    opened: Option<OrganisationId>,
    with_ended: bool,
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(asked): RawQuery,
) -> Page {
    let fields = Fields::parse(asked.unwrap_or_default().as_bytes());
    let asked = Asked {
        text: fields.get("q").trim().to_owned(),
        opened: fields.get("mo").parse().ok().map(OrganisationId),
        with_ended: fields.get("ket-thuc") == "1",
    };
    let done = done(fields.get("xong"), officer.lang());
    let page = site.store.read(move |tx| {
        let lang = officer.lang();
        let (frame, shell) = shell::read(tx, &officer, lang.t("Cơ quan, đơn vị"), Here::Places)?;
        let tops = aid::tops(tx, &officer, &Role::ALL)?;
        let mut rows = Vec::new();
        let mut more = false;
        for top in &tops {
            if asked.text.is_empty() {
                branch(tx, &asked, *top, lang, &mut rows)?;
            } else {
                more |= find(tx, &asked, *top, lang, &mut rows)?;
            }
        }
        let mut may_import = false;
        for top in &tops {
            may_import |= rights::has(tx, &officer.actor(), &[Role::Decide], *top)?;
        }
        let opened = asked.opened.map_or_else(String::new, |id| id.to_string());
        let flag = if asked.with_ended { "" } else { "1" };
        Ok::<_, Oops>(TreePage {
            frame,
            shell,
            is_search: !asked.text.is_empty(),
            other: format!(
                "/quan-ly/co-quan?{}",
                query(&[("q", &asked.text), ("mo", &opened), ("ket-thuc", flag)])
            ),
            asked: asked.text,
            more,
            rows,
            with_ended: asked.with_ended,
            may_import,
            export: tops
                .first()
                .map_or_else(String::new, |top| format!("{}/xuat", href(*top))),
            done,
        })
    });
    Ok(html(&page.await?))
}

fn done(code: &str, lang: Lang) -> &'static str {
    match code {
        "nhap" => lang.t("Danh sách không có gì mới: cây cơ quan giữ nguyên."),
        _ => "",
    }
}

/// Opens or closes a branch.
fn turn(asked: &Asked, to: Option<OrganisationId>) -> String {
    let to_text = to.map_or_else(String::new, |id| id.to_string());
    let flag = if asked.with_ended { "1" } else { "" };
    let query = query(&[("mo", &to_text), ("ket-thuc", flag)]);
    let at = to.map_or_else(String::new, |id| format!("#c{id}"));
    format!("/quan-ly/co-quan?{query}{at}")
}

pub(super) fn row(place: &Organisation, depth: usize, mailboxes: u64, lang: Lang) -> Row {
    Row {
        name: place.name.clone(),
        href: href(place.id),
        anchor: format!("c{}", place.id),
        depth: depth.min(INDENTED),
        kind: kind_label(kind_of(place), lang),
        short_name: place.short_name.clone(),
        code: place.code.clone().unwrap_or_default(),
        mailboxes: count(mailboxes),
        turn: String::new(),
        is_open: false,
        above: String::new(),
        ended: place
            .ended_at
            .map_or_else(String::new, |at| named_day(at, lang)),
    }
}

/// A top with what lies right below it, and whatever is opened further.
fn branch(
    tx: &mut Tx<'_>,
    asked: &Asked,
    top: OrganisationId,
    lang: Lang,
    rows: &mut Vec<Row>,
) -> Result<(), Oops> {
    let Some(place) = organisation::get(tx, top)? else {
        return Ok(());
    };
    let opened = match asked.opened {
        Some(id) => organisation::path(tx, id)?,
        None => Vec::new(),
    };
    let own = place::holds(tx, top)?.mailboxes;
    let at = rows.len();
    rows.push(row(&place, 0, own, lang));
    let below = open(tx, asked, (top, 1), &opened, lang, rows)?;
    rows[at].mailboxes = count(own + below);
    Ok(())
}

/// What lies right below a place; how many mailboxes all that has.
fn open(
    tx: &mut Tx<'_>,
    asked: &Asked,
    (parent, depth): (OrganisationId, usize),
    opened: &[OrganisationId],
    lang: Lang,
    rows: &mut Vec<Row>,
) -> Result<u64, Oops> {
    let counts = place_view::counts_below(tx, parent)?;
    let total = counts.iter().map(|(_, count)| *count).sum();
    let number = |id: OrganisationId| {
        let found = counts.iter().find(|(place, _)| *place == id);
        found.map_or(0, |(_, count)| *count)
    };
    for child in place::children(tx, Some(parent))? {
        let id = child.place.id;
        let is_open = opened.contains(&id);
        let mut line = row(&child.place, depth, number(id), lang);
        line.is_open = is_open;
        if child.children > 0 {
            line.turn = turn(asked, Some(if is_open { parent } else { id }));
        }
        rows.push(line);
        if is_open {
            open(tx, asked, (id, depth + 1), opened, lang, rows)?;
        }
    }
    if asked.with_ended {
        for ended in place_view::ended_below(tx, parent)? {
            rows.push(row(&ended, depth, 0, lang));
        }
    }
    Ok(total)
}

/// The places from a top down in whose name, short name or code all that was written is, without regard to marks; whether there are
/// more than are shown.
fn find(
    tx: &mut Tx<'_>,
    asked: &Asked,
    top: OrganisationId,
    lang: Lang,
    rows: &mut Vec<Row>,
) -> Result<bool, Oops> {
    let wanted = fold(&asked.text);
    let wanted: Vec<&str> = wanted.split_whitespace().collect();
    let all = organisation::subtree(tx, top)?;
    let name_of = |id: Option<OrganisationId>| {
        let found = all.iter().find(|place| Some(place.id) == id);
        found.map_or_else(String::new, |place| place.name.clone())
    };
    let mut found: Vec<&Organisation> = all
        .iter()
        .filter(|place| asked.with_ended || place.ended_at.is_none())
        .filter(|place| {
            let code = place.code.as_deref().unwrap_or_default();
            let text = fold(&format!("{} {} {code}", place.name, place.short_name));
            wanted.iter().all(|word| text.contains(word))
        })
        .collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    let more = rows.len() + found.len() > FOUND;
    for place in found {
        if rows.len() >= FOUND {
            break;
        }
        let mailboxes = place_view::count(tx, place.id)?;
        rows.push(Row {
            above: name_of(place.parent),
            ..row(place, 0, mailboxes, lang)
        });
    }
    Ok(more)
}
