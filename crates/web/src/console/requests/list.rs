//! `/quan-ly/de-nghi`: the requests of an officer's places; what is due first stands first.

use askama::Template;
use axum::extract::{RawQuery, State};
use congvu_governance::request::kind_of;
use congvu_governance::{Law, Role, rights, today};
use congvu_regulation::requests::RequestKind;
use congvu_regulation::{Date, Moment};
use congvu_store::organisation::{self, Organisation};
use congvu_store::request::Request;
use congvu_store::{OrganisationId, RequestId, Tx, request_desk as desk};

use super::{OPENS, words};
use crate::console::cited::Cited;
use crate::console::clock::Clock;
use crate::console::officer::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, html};

/// Requests on a page.
const PAGE: usize = 50;
/// Agencies that can be chosen from a list: more are found from their own pages.
const MOST_PLACES: usize = 400;

const STATES: [&str; 5] = ["open", "done", "refused", "withdrawn", ""];

#[derive(Template)]
#[template(path = "console/requests/list.html")]
struct ListPage {
    frame: Frame,
    shell: Shell,
    tabs: Vec<Tab>,
    /// What state is shown, as addresses name it.
    state: &'static str,
    kinds: Vec<Choice>,
    places: Vec<Choice>,
    is_filtered: bool,
    rows: Vec<Row>,
    /// The first page, from a later one.
    first: Option<String>,
    next: Option<String>,
    opens: bool,
}

struct Tab {
    title: &'static str,
    href: String,
    is_here: bool,
}

/// Something of a list to choose from.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) title: String,
    pub(super) is_chosen: bool,
}

struct Row {
    href: String,
    title: String,
    agency: String,
    document: String,
    received: String,
    /// How many lines it has, and how many wait.
    lines: String,
    state: &'static str,
    clock: Option<Clock>,
    /// When it ended.
    ended: String,
    cited: Cited,
    /// Whoever decides has not got it yet.
    elsewhere: String,
}

/// What is asked for.
#[derive(Clone, Debug, Default)]
struct Asked {
    state: &'static str,
    kind: Option<RequestKind>,
    place: Option<OrganisationId>,
    /// What the last row of the page before was: its last day and its number.
    after: Option<(i64, i64)>,
}

impl Asked {
    fn of(fields: &Fields) -> Self {
        let said = match fields.get("trang-thai") {
            "" => "open",
            "tat-ca" => "",
            other => other,
        };
        let state = STATES.into_iter().find(|known| *known == said);
        let after = fields.get("sau").split_once('.');
        Self {
            state: state.unwrap_or("open"),
            kind: kind_of(fields.get("viec")),
            place: fields.get("co-quan").parse().ok().map(OrganisationId),
            after: after.and_then(|(due, id)| Some((due.parse().ok()?, id.parse().ok()?))),
        }
    }

    /// As an address names it.
    fn state_named(state: &'static str) -> &'static str {
        match state {
            "" => "tat-ca",
            state => state,
        }
    }

    fn href(&self, state: &'static str, after: Option<(i64, i64)>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if state != "open" {
            query.append_pair("trang-thai", Self::state_named(state));
        }
        if let Some(kind) = self.kind {
            query.append_pair("viec", kind.id());
        }
        if let Some(place) = self.place {
            query.append_pair("co-quan", &place.to_string());
        }
        if let Some((due, id)) = after {
            query.append_pair("sau", &format!("{due}.{id}"));
        }
        match query.finish() {
            query if query.is_empty() => "/quan-ly/de-nghi".to_owned(),
            query => format!("/quan-ly/de-nghi?{query}"),
        }
    }
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let asked = Asked::of(&Fields::parse(query.unwrap_or_default().as_bytes()));
    let law = site.law;
    let page = site
        .store
        .read(move |tx| read(tx, law, &officer, &asked))
        .await?;
    Ok(html(&page))
}

fn read(tx: &mut Tx<'_>, law: Law, officer: &Officer, asked: &Asked) -> Result<ListPage, Oops> {
    let lang = officer.lang();
    let (frame, shell) = shell::read(tx, officer, lang.t("Văn bản đề nghị"), Here::Requests)?;
    let tops = match asked.place {
        Some(place) => match rights::has(tx, &officer.actor(), &Role::ALL, place)? {
            true => vec![place],
            false => return Err(Oops::missing(lang.t("Không có cơ quan này."))),
        },
        None => officer.places(&Role::ALL),
    };
    let mut found = found(tx, &tops, asked)?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let next = found.last().filter(|_| more).map(place_of);
    let today = today(tx);
    let states = STATES.map(|state| Tab {
        title: match state {
            "" => lang.t("Tất cả"),
            state => words::state(state, lang),
        },
        href: asked.href(state, None),
        is_here: state == asked.state,
    });
    let kinds = RequestKind::ALL.map(|kind| Choice {
        value: kind.id().to_owned(),
        title: words::kind(kind, lang).to_owned(),
        is_chosen: asked.kind == Some(kind),
    });
    Ok(ListPage {
        frame,
        shell,
        tabs: states.into(),
        state: Asked::state_named(asked.state),
        kinds: kinds.into(),
        places: places(tx, officer, &Role::ALL, asked.place)?,
        is_filtered: asked.kind.is_some() || asked.place.is_some(),
        rows: found
            .iter()
            .map(|found| row(law, found, today, lang))
            .collect(),
        first: asked.after.map(|_| asked.href(asked.state, None)),
        next: next.map(|after| asked.href(asked.state, Some(after))),
        opens: officer.has(&OPENS),
    })
}

/// A page of them and one more, over all places, each once.
fn found(tx: &mut Tx<'_>, tops: &[OrganisationId], asked: &Asked) -> Result<Vec<Request>, Oops> {
    let kind = asked.kind.map_or("", RequestKind::id);
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut all = Vec::new();
    for top in tops {
        all.extend(match asked.state {
            "open" => {
                let (due, id) = asked.after.unwrap_or((i64::MIN, 0));
                desk::open(tx, *top, kind, (due, RequestId(id)), limit)?
            }
            state => {
                let before = asked.after.map_or(i64::MAX, |(_, id)| id);
                desk::newest(tx, *top, (state, kind), RequestId(before), limit)?
            }
        });
    }
    match asked.state {
        "open" => all.sort_by_key(place_of),
        _ => all.sort_by_key(|found| std::cmp::Reverse(found.id.0)),
    }
    all.dedup_by_key(|found| found.id);
    all.truncate(PAGE + 1);
    Ok(all)
}

/// Where a request stands among those that are open.
fn place_of(found: &Request) -> (i64, i64) {
    (found.due_day.unwrap_or(desk::NEVER), found.id.0)
}

/// The agencies that an officer may choose from.
pub(super) fn places(
    tx: &mut Tx<'_>,
    officer: &Officer,
    roles: &[Role],
    chosen: Option<OrganisationId>,
) -> Result<Vec<Choice>, Oops> {
    let tops = officer.places(roles);
    let mut all: Vec<Organisation> = Vec::new();
    for top in &tops {
        all.extend(organisation::subtree(tx, *top)?);
    }
    // What is part of an agency asks through it, unless somebody speaks for that part alone.
    all.retain(|place| {
        place.ended_at.is_none() && (place.kind != "subunit" || tops.contains(&place.id))
    });
    all.sort_by_key(|place| place.id);
    all.dedup_by_key(|place| place.id);
    all.truncate(MOST_PLACES);
    let choices = all.into_iter().map(|place| Choice {
        value: place.id.to_string(),
        is_chosen: chosen == Some(place.id),
        title: place.name,
    });
    Ok(choices.collect())
}

fn row(law: Law, found: &Request, today: Date, lang: Lang) -> Row {
    let is_open = found.state == "open";
    let rule = words::rule(law, found);
    let due = found.due_day.map(Date::from_epoch_day);
    let from = Date::from_epoch_day(found.clock_day);
    let lines = match found.lines {
        1 => lang.t("1 dòng").to_owned(),
        lines => format!("{lines} {}", lang.t("dòng")),
    };
    let step = rule.filter(|_| is_open).and_then(|(_, rule)| {
        let steps = rule.steps();
        let step = steps.get(found.step as usize)?;
        (found.step as usize + 1 < steps.len()).then(|| step.value.clone())
    });
    Row {
        href: super::href(found.id),
        title: words::kind_named(&found.kind, lang).to_owned(),
        agency: found.organisation_name.clone(),
        document: words::document(found, lang),
        received: Moment(found.received_at).date().vietnamese(),
        lines: match is_open && found.waiting < found.lines {
            true => format!("{lines}, {} {}", lang.t("còn"), found.waiting),
            false => lines,
        },
        state: words::state(&found.state, lang),
        clock: due
            .filter(|_| is_open)
            .map(|due| Clock::of(law, (from, due), today, lang)),
        ended: found
            .closed_at
            .map_or_else(String::new, |at| Moment(at).date().vietnamese()),
        cited: rule
            .filter(|_| is_open)
            .map_or_else(Cited::none, |(profile, _)| {
                Cited::of(profile, &found.due_clause)
            }),
        elsewhere: step.unwrap_or_default(),
    }
}
