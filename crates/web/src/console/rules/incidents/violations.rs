//! Violations of mailboxes: those that locked one, and those that are recorded alone.

use askama::Template;
use axum::extract::{RawQuery, State};
use congvu_governance::Law;
use congvu_store::violation::{self, Violation};
use congvu_store::{MailboxId, OrganisationId, Tx, address, mailbox};

use super::super::{Chip, SHOWN, number};
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, full, html};

#[derive(Template)]
#[template(path = "console/rules/violations.html")]
struct ViolationsPage {
    frame: Frame,
    shell: Shell,
    lines: Vec<Line>,
    next: String,
}

struct Line {
    mailbox: Option<MailboxId>,
    address: String,
    what: String,
    detail: String,
    document: String,
    cited: Cited,
    at: String,
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
        .read(move |tx| read(tx, law, &officer, &query))
        .await?;
    Ok(html(&page))
}

fn read(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    query: &Fields,
) -> Result<ViolationsPage, Oops> {
    let lang = officer.lang();
    let asked = number(query.get("co-quan")).map(OrganisationId);
    let top = officer.scope(tx, super::RUN, asked)?;
    let title = lang.t("Vi phạm của hộp thư");
    let (frame, shell) = shell::read(tx, officer, title, Here::Incidents)?;
    let before = number(query.get("truoc")).unwrap_or(i64::MAX);
    let mut found = violation::locked(tx, top, before, SHOWN + 1)?;
    found.extend(violation::noted(tx, top, before, SHOWN + 1)?);
    found.sort_by_key(|one| std::cmp::Reverse(one.at));
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let more = found.len() > shown;
    found.truncate(shown);
    let next = match found.last().filter(|_| more) {
        Some(last) => format!("co-quan={top}&truoc={}", last.at),
        None => String::new(),
    };
    let mut lines = Vec::new();
    for one in found {
        lines.push(line(tx, law, top, one, lang)?);
    }
    Ok(ViolationsPage {
        frame,
        shell,
        lines,
        next,
    })
}

fn line(
    tx: &mut Tx<'_>,
    law: Law,
    top: OrganisationId,
    one: Violation,
    lang: Lang,
) -> Result<Line, Oops> {
    let place = match one.mailbox {
        Some(id) => mailbox::organisation(tx, id)?,
        None => None,
    };
    let profile = law.at(tx, place.unwrap_or(top))?;
    let data: serde_json::Value = serde_json::from_str(&one.detail).unwrap_or_default();
    let name = match one.violation.as_str() {
        "" => data["violation"].as_str().unwrap_or_default().to_owned(),
        name => name.to_owned(),
    };
    let known = profile.violations().iter().find(|known| known.id() == name);
    let address = match one.mailbox {
        Some(id) => address::primary(tx, id)?,
        None => None,
    };
    let chip = match (one.locked, one.ended_at) {
        (true, None) => Chip {
            state: "locked",
            icon: "lock",
            words: lang.t("Đang tạm khóa vì vi phạm"),
        },
        (true, Some(_)) => Chip {
            state: "revoked",
            icon: "lock",
            words: lang.t("Đã tạm khóa, nay đã hết"),
        },
        (false, _) => Chip {
            state: "sent",
            icon: "note",
            words: lang.t("Đã ghi nhận"),
        },
    };
    Ok(Line {
        address: address.unwrap_or_else(|| lang.t("(hộp thư đã xóa)").to_owned()),
        mailbox: one.mailbox,
        what: known.map_or(name, |known| known.label().to_owned()),
        detail: match one.locked {
            true => one.detail,
            false => data["found"].as_str().unwrap_or_default().to_owned(),
        },
        document: one.document,
        cited: Cited::of(profile, &one.clause),
        at: full(one.at, lang),
        chip,
    })
}
