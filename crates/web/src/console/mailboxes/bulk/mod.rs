//! `/quan-ly/hop-thu/hang-loat`: one act on the mailboxes that were chosen: what will become of each, then how far it is.

mod deed;
mod progress;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use congvu_governance::mailbox::Subject;
use congvu_governance::mailbox::bulk::{self, MOST};
use congvu_governance::{Law, Refused, Role};
use congvu_store::{MailboxId, Tx};

use self::deed::Deed;
pub(super) use self::progress::{far, go_on, progress};
use super::form::Field;
use super::list::sees;
use super::one::locks;
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, html};

/// A mailbox that was chosen.
struct Line {
    id: i64,
    name: String,
    address: String,
    agency: String,
    /// What becomes of it.
    said: String,
    /// It is not done to this one.
    bad: bool,
}

#[derive(Template)]
#[template(path = "console/mailboxes/bulk.html")]
struct BulkPage {
    frame: Frame,
    shell: Shell,
    deed: &'static str,
    consequence: &'static str,
    cited: Vec<Cited>,
    fields: Vec<Field>,
    lines: Vec<Line>,
    ready: usize,
    error: Option<String>,
    button: &'static str,
}

fn chosen(fields: &Fields) -> Vec<MailboxId> {
    let mut chosen: Vec<MailboxId> = Vec::new();
    for id in fields.all("h").filter_map(|id| id.parse().ok()) {
        if !chosen.contains(&MailboxId(id)) && chosen.len() < MOST {
            chosen.push(MailboxId(id));
        }
    }
    chosen
}

fn read(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    (deed, fields): (Deed, &Fields),
    error: Option<String>,
) -> Result<BulkPage, Oops> {
    let lang = officer.lang();
    let actor = officer.actor();
    // What is typed so far is looked at; on the first page nothing is.
    let typed = fields.has("van-ban");
    let work = deed.work(fields);
    let mut lines = Vec::new();
    let mut first = None;
    for id in chosen(fields) {
        let subject = match Subject::load(tx, law, id) {
            Ok(subject) if sees(tx, officer, subject.organisation.id)? => subject,
            Ok(_) | Err(Refused::Missing(_) | Refused::State(_)) => continue,
            Err(refused) => return Err(refused.into()),
        };
        let unset = !typed && matches!(deed, Deed::Exempt | Deed::Quota);
        let said = if unset {
            Ok(String::new())
        } else {
            work.look(tx, law, &actor, id)
        };
        let (said, bad) = match said {
            Ok(said) => (said, false),
            Err(Refused::Store(error)) => return Err(error.into()),
            Err(refused) => (refused.to_string(), true),
        };
        lines.push(Line {
            id: id.0,
            name: subject.life.name.clone(),
            address: subject.life.address.clone(),
            agency: subject.organisation.name.clone(),
            said,
            bad,
        });
        first.get_or_insert(subject);
    }
    let cited = first.as_ref().map_or_else(Vec::new, |subject| {
        let rules = subject.profile;
        match deed {
            Deed::Lock => locks(rules),
            Deed::Restore => vec![Cited::by(
                rules,
                &rules.lifecycle().restore_must_change().origin,
            )],
            Deed::Exempt => Vec::new(),
            Deed::Quota => vec![Cited::from(rules, &rules.quota(subject.kind()).source)],
        }
    });
    let (frame, shell) = shell::read(tx, officer, deed.title(lang), Here::Mailboxes)?;
    Ok(BulkPage {
        frame,
        shell,
        deed: deed.slug(),
        consequence: deed.consequence(lang),
        cited,
        fields: deed.fields(fields, first.as_ref(), lang),
        ready: lines.iter().filter(|line| !line.bad).count(),
        lines,
        error,
        button: deed.button(lang),
    })
}

fn deed(officer: &Officer, fields: &Fields) -> Result<Deed, Oops> {
    if !officer.has(&[Role::Decide, Role::Operate]) {
        let who = "Việc này chỉ cơ quan quản lý hoặc đơn vị vận hành được làm.";
        return Err(Oops::Forbidden(who.to_owned()));
    }
    Deed::of(fields.get("viec")).ok_or_else(|| Oops::missing("Không có việc này."))
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    let deed = deed(&officer, &fields)?;
    let law = site.law;
    let page = site
        .store
        .read(move |tx| read(tx, law, &officer, (deed, &fields), None))
        .await?;
    Ok(html(&page))
}

pub(super) async fn submit(State(site): State<Site>, officer: Officer, fields: Fields) -> Page {
    officer.user.check(&fields)?;
    let deed = deed(&officer, &fields)?;
    let law = site.law;
    let (asking, asked) = (officer.clone(), fields.clone());
    let mut page = site
        .store
        .read(move |tx| read(tx, law, &asking, (deed, &asked), None))
        .await?;
    if fields.get("buoc") != "lam" {
        return Ok(html(&page));
    }
    let ready: Vec<MailboxId> = page
        .lines
        .iter()
        .filter(|line| !line.bad)
        .map(|line| MailboxId(line.id))
        .collect();
    let (actor, work) = (officer.actor(), deed.work(&fields));
    let begun = site
        .store
        .write(move |tx| bulk::begin(tx, &actor, &work, &ready))
        .await;
    match begun {
        Ok(id) => {
            progress::run(&site, &officer, id);
            let to = format!("/quan-ly/hop-thu/hang-loat/{id}");
            Ok(Redirect::to(&to).into_response())
        }
        Err(Refused::Store(error)) => Err(error.into()),
        Err(refused) => {
            page.error = Some(refused.to_string());
            let mut response = html(&page);
            *response.status_mut() = StatusCode::BAD_REQUEST;
            Ok(response)
        }
    }
}
