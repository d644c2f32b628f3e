//! All cases, the newest above.

use askama::Template;
use axum::extract::{RawQuery, State};
use congvu_governance::Role;
use congvu_store::{TakedownId, takedown};

use super::super::{Chip, SHOWN, number};
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, html, short};

#[derive(Template)]
#[template(path = "console/rules/takedowns.html")]
struct ListPage {
    frame: Frame,
    shell: Shell,
    lines: Vec<Line>,
    next: String,
    may_open: bool,
}

struct Line {
    id: TakedownId,
    reason: String,
    document: String,
    opened_by: String,
    at: String,
    cited: Cited,
    chip: Chip,
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let law = site.law;
    let page = site
        .store
        .read(move |tx| {
            let lang = officer.lang();
            let top = super::top(tx, &officer)?;
            let (frame, shell) = shell::read(tx, &officer, lang.t("Gỡ bỏ thư"), Here::Takedown)?;
            let profile = law.at(tx, top)?;
            let before = number(query.get("truoc")).map_or(TakedownId(i64::MAX), TakedownId);
            let mut found = takedown::page(tx, before, SHOWN + 1)?;
            let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
            let more = found.len() > shown;
            found.truncate(shown);
            let next = found.last().filter(|_| more);
            let next = next.map_or_else(String::new, |last| format!("truoc={}", last.id));
            let now = tx.now();
            let lines = found.into_iter().map(|case| Line {
                id: case.id,
                chip: super::state(case.state, lang),
                cited: Cited::of(profile, &case.clause),
                at: short(case.opened_at, now, lang),
                reason: case.reason,
                document: case.document,
                opened_by: case.opened_by,
            });
            Ok::<_, Oops>(ListPage {
                frame,
                shell,
                lines: lines.collect(),
                next,
                may_open: officer.has(&[Role::Decide, Role::Operate]),
            })
        })
        .await?;
    Ok(html(&page))
}
