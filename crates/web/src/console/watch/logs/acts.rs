//! The record of acts: who did what to what, by which clause, what was before and after. Who watches a place sees what is of it and below.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use askama::Template;
use axum::extract::{RawQuery, State};
use congvu_governance::act::label;
use congvu_governance::logs::Log;
use congvu_governance::{Action, Law, access_order};
use congvu_message::date;
use congvu_store::audit::{Chain, Recorded};
use congvu_store::{MailboxId, OrganisationId, StoreError, StoreResult, Tx, mailbox, organisation};

use super::super::asked::Asked;
use super::super::watched;
use super::detail::{Detail, detail};
use super::{Found, PAGE, ROWS, Sought, noted, search, stream, verify};
use crate::console::cited::Cited;
use crate::console::officer::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Frame, Lang, Oops, Page, Site, full, html};

pub(super) const HERE: &str = "/quan-ly/nhat-ky/quan-tri";
const FIELDS: &[&str] = &["ai", "ve", "viec", "may", "tu-ngay", "den-ngay"];
const VIETNAM_MINUTES: i16 = 7 * 60;

#[derive(Template)]
#[template(path = "console/watch/acts.html")]
struct ActsPage {
    frame: Frame,
    shell: Shell,
    asked: Asked,
    actions: Vec<(&'static str, &'static str)>,
    rows: Vec<Row>,
    next: Option<String>,
    reached: String,
    csv: String,
    /// They see all of it, and may have it checked.
    is_whole: bool,
    verify: &'static str,
}

struct Row {
    when: String,
    action: String,
    name: String,
    subject: String,
    actor: String,
    client_ip: String,
    cited: Cited,
    document: String,
    detail: Detail,
    /// The segment it is sealed in; empty while it is in none.
    segment: String,
}

/// What somebody sees of the record.
struct Reach {
    /// The places whose acts they see; `None`: all of them.
    places: Option<HashSet<OrganisationId>>,
    /// Their own mailbox: who reads it by an order that is not told yet is not told here.
    own: Option<MailboxId>,
}

impl Reach {
    fn of(tx: &mut Tx<'_>, officer: &Officer) -> Result<Self, Oops> {
        Ok(Self {
            places: watched(tx, officer)?,
            own: mailbox::of_account(tx, officer.user.account)?,
        })
    }

    fn sees(&self, tx: &mut Tx<'_>, recorded: &Recorded) -> StoreResult<bool> {
        let record = &recorded.record;
        // What belongs to no place is the whole system's.
        let is_theirs = self.places.as_ref().is_none_or(|places| {
            record
                .organisation
                .is_some_and(|place| places.contains(&place))
        });
        if !is_theirs {
            return Ok(false);
        }
        match access_order::hides(tx, self.own, record) {
            Ok(hidden) => Ok(!hidden),
            Err(congvu_governance::Refused::Store(error)) => Err(error),
            Err(refused) => Err(StoreError::Corrupt(refused.to_string())),
        }
    }
}

fn find(
    tx: &mut Tx<'_>,
    officer: &Officer,
    sought: &Sought,
    before: Option<(i64, i64)>,
    limit: usize,
) -> Result<(Found, bool), Oops> {
    let reach = Reach::of(tx, officer)?;
    let found = search(tx, Chain::Acts, sought, before, limit, |tx, recorded| {
        reach.sees(tx, recorded)
    })?;
    Ok((found, reach.places.is_none()))
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let asked = Asked::read(query.as_deref());
    let law = site.law;
    let page = site
        .store
        .read(move |tx| {
            let lang = officer.lang();
            let (frame, shell) =
                shell::read(tx, &officer, lang.t("Nhật ký quản trị"), Here::Audit)?;
            let ((found, next), is_whole) =
                find(tx, &officer, &Sought::of(&asked), asked.after(), PAGE)?;
            let mut clauses = Clauses::new(law);
            let mut rows = Vec::new();
            for recorded in &found {
                rows.push(row(tx, &mut clauses, recorded, lang)?);
            }
            Ok::<_, Oops>(ActsPage {
                frame,
                shell,
                actions: actions(),
                rows,
                next: next.map(|next| asked.next(HERE, FIELDS, next)),
                reached: next.map_or_else(String::new, |(at, _)| full(at, lang)),
                csv: asked.at("/quan-ly/nhat-ky/quan-tri.csv", FIELDS),
                is_whole,
                verify: verify::HERE,
                asked,
            })
        })
        .await?;
    Ok(html(&page))
}

/// What may be asked for, by what people call it.
fn actions() -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<_> = Action::ALL
        .iter()
        .map(|action| (action.name(), action.label()))
        .collect();
    all.sort_by_key(|(_, label)| label.to_lowercase());
    all
}

/// Clauses as they are cited, each read once.
struct Clauses {
    law: Law,
    known: HashMap<(Option<OrganisationId>, String), Cited>,
}

impl Clauses {
    fn new(law: Law) -> Self {
        Self {
            law,
            known: HashMap::new(),
        }
    }

    fn cite(
        &mut self,
        tx: &mut Tx<'_>,
        place: Option<OrganisationId>,
        clause: &str,
    ) -> Result<Cited, Oops> {
        if clause.is_empty() {
            return Ok(Cited::none());
        }
        let key = (place, clause.to_owned());
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let place = match place {
            Some(place) => Some(place),
            None => organisation::root(tx)?.map(|root| root.id),
        };
        let profile = place.and_then(|place| self.law.at(tx, place).ok());
        let cited = profile.map_or_else(
            || Cited {
                label: clause.to_owned(),
                ..Cited::none()
            },
            |profile| Cited::of(profile, clause),
        );
        self.known.insert(key, cited.clone());
        Ok(cited)
    }
}

fn row(
    tx: &mut Tx<'_>,
    clauses: &mut Clauses,
    recorded: &Recorded,
    lang: Lang,
) -> Result<Row, Oops> {
    let record = &recorded.record;
    Ok(Row {
        when: full(record.at, lang),
        action: label(&record.action).to_owned(),
        name: record.subject_name.clone(),
        subject: record.subject.clone(),
        actor: match record.actor.as_str() {
            "system" => lang.t("hệ thống tự làm").to_owned(),
            name => match name.strip_prefix("console:") {
                Some(name) => lang.t("% (dòng lệnh trên máy chủ)").replace('%', name),
                None => name.to_owned(),
            },
        },
        client_ip: record.client_ip.clone(),
        cited: clauses.cite(tx, record.organisation, &record.clause)?,
        document: record.document.clone(),
        detail: detail(&record.detail, lang),
        segment: recorded.segment.map_or_else(String::new, |n| n.to_string()),
    })
}

/// All that fits, as a file.
pub(super) async fn file(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let asked = Asked::read(query.as_deref());
    let reader = officer.user.clone();
    let officer = Arc::new(officer);
    let first = Arc::clone(&officer);
    site.store
        .read(move |tx| Reach::of(tx, &first).map(drop))
        .await?;
    let words = asked.at("", FIELDS);
    noted(&site, officer.actor(), Log::Acts, (words, true)).await?;
    let sought = Sought::of(&asked);
    let head = [
        "id",
        "time",
        "actor",
        "client_ip",
        "action",
        "subject",
        "subject_name",
        "clause",
        "document",
        "detail",
        "segment",
    ];
    Ok(stream::csv(
        site,
        reader,
        "nhat-ky-quan-tri.csv",
        &head,
        move |tx, before| {
            let ((found, next), _) = find(tx, &officer, &sought, before, ROWS)?;
            Ok((found.iter().map(cells).collect(), next))
        },
    ))
}

fn cells(recorded: &Recorded) -> Vec<String> {
    let record = &recorded.record;
    vec![
        recorded.id.to_string(),
        date::imap(record.at.div_euclid(1000), VIETNAM_MINUTES),
        record.actor.clone(),
        record.client_ip.clone(),
        record.action.clone(),
        record.subject.clone(),
        record.subject_name.clone(),
        record.clause.clone(),
        record.document.clone(),
        record.detail.clone(),
        recorded.segment.map_or_else(String::new, |n| n.to_string()),
    ]
}
