//! `/quan-ly/hang-doi`: what waits for other servers, by where it goes, with what became of each try; trying again, holding, dropping.

mod act;
mod one;

use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::routing::get;
use congvu_governance::{Role, rights};
use congvu_store::queue::{self, Listed, Selection, Stretch};
use congvu_store::{QueueRecipientId, Tx, organisation};

use super::asked::Asked;
use super::trace::coming;
use super::whole_system;
use crate::console::chart::number;
use crate::console::officer::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Frame, Lang, Oops, Page, Site, full, html, short};

const HERE: &str = "/quan-ly/hang-doi";
const FIELDS: &[&str] = &["noi", "tu"];
/// Destinations in the table.
const GROUPS: usize = 30;
/// Recipients on a page.
const PAGE: i64 = 50;
/// Recipients of a message that a list names.
const NAMED: usize = 3;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route(HERE, get(page))
        .route("/quan-ly/hang-doi/lam", get(act::preview).post(act::act))
        .route("/quan-ly/hang-doi/{id}", get(one::page))
}

#[derive(Template)]
#[template(path = "console/watch/queue.html")]
struct QueuePage {
    frame: Frame,
    shell: Shell,
    asked: Asked,
    is_sifted: bool,
    /// What was done just now.
    done: String,
    groups: Vec<Group>,
    /// Destinations that the table does not tell.
    more_groups: usize,
    waiting: String,
    held: String,
    rows: Vec<Row>,
    next: Option<String>,
    may_act: bool,
    /// The act on all that the list holds.
    all: String,
}

/// What waits for one destination.
struct Group {
    name: String,
    href: String,
    waiting: String,
    held: String,
    oldest: String,
}

/// A message that waits.
struct Row {
    id: i64,
    sender: String,
    to: Vec<String>,
    more: usize,
    since: String,
    state: String,
    held: bool,
    attempts: u32,
}

/// Whether they may order anything here.
fn may_act(tx: &mut Tx<'_>, officer: &Officer) -> Result<bool, Oops> {
    let Some(root) = organisation::root(tx)? else {
        return Ok(false);
    };
    let roles = [Role::Operate, Role::Decide];
    Ok(rights::has(tx, &officer.actor(), &roles, root.id)?)
}

fn selection(asked: &Asked) -> Selection {
    match (asked.some("noi"), asked.some("tu")) {
        (Some(name), _) => Selection::Destination(name.to_lowercase()),
        (None, Some(sender)) if sender == "<>" => Selection::Sender(String::new()),
        (None, Some(sender)) => Selection::Sender(sender),
        (None, None) => Selection::All,
    }
}

async fn page(State(site): State<Site>, officer: Officer, RawQuery(query): RawQuery) -> Page {
    let asked = Asked::read(query.as_deref());
    let page = site
        .store
        .read(move |tx| {
            whole_system(tx, &officer)?;
            let lang = officer.lang();
            let (frame, shell) = shell::read(tx, &officer, lang.t("Hàng đợi gửi"), Here::Queue)?;
            let now = tx.now();
            let (groups, count) = queue::groups(tx, GROUPS)?;
            let depth = queue::depth(tx)?;
            let after = QueueRecipientId(asked.number("sau").unwrap_or_default());
            let stretch = Stretch::ALL.behind(after);
            let listed = queue::page(tx, &selection(&asked), now, stretch, PAGE + 1)?;
            let (rows, last) = rows(listed, now, lang);
            let all = match asked.has(FIELDS) {
                true => asked.at("/quan-ly/hang-doi/lam", FIELDS),
                false => "/quan-ly/hang-doi/lam?tat-ca=1".to_owned(),
            };
            let page = QueuePage {
                frame,
                shell,
                done: act::told(&asked, lang),
                more_groups: count.saturating_sub(groups.len()),
                groups: groups
                    .into_iter()
                    .map(|group| group_row(group, now, lang))
                    .collect(),
                waiting: number(depth.waiting),
                held: number(depth.held),
                rows,
                next: last.map(|last| {
                    let at = asked.at(HERE, FIELDS);
                    let sign = if at.contains('?') { '&' } else { '?' };
                    format!("{at}{sign}sau={last}")
                }),
                may_act: may_act(tx, &officer)?,
                all,
                is_sifted: asked.has(FIELDS),
                asked,
            };
            Ok::<_, Oops>(page)
        })
        .await?;
    Ok(html(&page))
}

fn group_row(group: queue::Group, now: i64, lang: Lang) -> Group {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("noi", &group.destination);
    Group {
        href: format!("{HERE}?{}", query.finish()),
        name: group.destination,
        waiting: number(group.waiting),
        held: number(group.held),
        oldest: short(group.oldest_at, now, lang),
    }
}

/// Rows, and the recipient behind which the next page begins.
fn rows(listed: Vec<Listed>, now: i64, lang: Lang) -> (Vec<Row>, Option<QueueRecipientId>) {
    let shown = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let mut ids: Vec<QueueRecipientId> = listed
        .iter()
        .flat_map(|one| one.recipients.iter().map(|to| to.id))
        .collect();
    ids.sort_unstable();
    let last = match ids.len() > shown {
        true => ids.get(shown - 1).copied(),
        false => None,
    };
    let rows = listed.into_iter().filter_map(|one| {
        let mut recipients = one.recipients;
        recipients.retain(|to| last.is_none_or(|last| to.id <= last));
        let first = recipients.first()?;
        Some(Row {
            id: one.queued.id.0,
            sender: one.queued.sender,
            state: coming(first, lang),
            held: first.held,
            attempts: first.attempts,
            since: short(one.queued.created_at, now, lang),
            more: recipients.len().saturating_sub(NAMED),
            to: recipients
                .into_iter()
                .take(NAMED)
                .map(|to| to.address)
                .collect(),
        })
    });
    (rows.collect(), last)
}

/// A time, or words where there is none.
fn when(at: i64, lang: Lang) -> String {
    match at {
        0 => lang.t("ngay khi đến lượt").to_owned(),
        at => full(at, lang),
    }
}
