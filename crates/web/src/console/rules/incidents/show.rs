//! One incident: what it is about, what became of it, what comes next.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::incident::{self as cases, State as Step};
use congvu_governance::{Law, Role, rights};
use congvu_store::incident::{self, Incident};
use congvu_store::{IncidentId, MailboxId, Tx, address};

use super::super::{Chip, Trouble, name_of, told};
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, full, html};

#[derive(Template)]
#[template(path = "console/rules/incident.html")]
struct IncidentPage {
    frame: Frame,
    shell: Shell,
    id: IncidentId,
    kind: String,
    chip: Chip,
    cited: Cited,
    organisation: String,
    mailbox: Option<(MailboxId, String)>,
    told_by: String,
    happened: String,
    reported: String,
    description: String,
    message_id: String,
    content: String,
    steps: Vec<Past>,
    next: Vec<(&'static str, &'static str)>,
    chosen: String,
    note: String,
    trouble: Option<Trouble>,
    done: &'static str,
}

/// What became of it.
struct Past {
    at: String,
    words: &'static str,
    actor: String,
    note: String,
}

/// What was typed into the form of the next step.
#[derive(Default)]
struct Typed {
    state: String,
    note: String,
    trouble: Option<Trouble>,
    done: String,
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<i64>,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let typed = Typed {
        done: query.get("xong").to_owned(),
        ..Typed::default()
    };
    shown(site, officer, IncidentId(id), typed).await
}

async fn shown(site: Site, officer: Officer, id: IncidentId, typed: Typed) -> Page {
    let law = site.law;
    let status = typed.trouble.as_ref().map(|trouble| trouble.status);
    let page = site
        .store
        .read(move |tx| read(tx, law, &officer, id, typed))
        .await?;
    Ok(told(html(&page), status))
}

/// The incident, where the officer may see it.
fn found(tx: &mut Tx<'_>, officer: &Officer, id: IncidentId) -> Result<Incident, Oops> {
    let missing = || Oops::missing("Không có sự cố này.");
    let found = incident::get(tx, id)?.ok_or_else(missing)?;
    let place = super::place(tx, &found)?;
    super::sees(tx, officer, place)?
        .then_some(found)
        .ok_or_else(missing)
}

/// The act that brings an incident to a state.
fn step(state: Step, lang: Lang) -> &'static str {
    match state {
        Step::Reported => lang.t("Báo sự cố"),
        Step::Handling => lang.t("Nhận xử lý"),
        Step::Fixed => lang.t("Đã khắc phục nguyên nhân"),
        Step::Closed => lang.t("Đóng sự cố, không còn việc phải làm"),
    }
}

fn read(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    id: IncidentId,
    typed: Typed,
) -> Result<IncidentPage, Oops> {
    let lang = officer.lang();
    let found = found(tx, officer, id)?;
    let place = super::place(tx, &found)?;
    let kind = super::kind(lang, &found.kind);
    let (frame, shell) = shell::read(tx, officer, &kind, Here::Incidents)?;
    let profile = law.at(tx, place)?;
    let now = Step::parse(&found.state);
    let acts = rights::has(tx, &officer.actor(), &[Role::Operate, Role::Decide], place)?;
    let next = Step::ALL
        .iter()
        .filter(|next| acts && now.is_some_and(|now| now.may_become(**next)))
        .map(|next| (next.name(), step(*next, lang)));
    let next: Vec<_> = next.collect();
    let steps = incident::steps(tx, id)?.into_iter().rev().map(|past| Past {
        at: full(past.at, lang),
        words: super::state(&past.state, lang).words,
        actor: past.actor,
        note: past.note,
    });
    let mailbox = match found.mailbox {
        Some(mailbox) => Some((
            mailbox,
            address::primary(tx, mailbox)?.unwrap_or_else(|| mailbox.to_string()),
        )),
        None => None,
    };
    let data: serde_json::Value = serde_json::from_str(&found.data).unwrap_or_default();
    let fact = |name: &str| data[name].as_str().unwrap_or_default().to_owned();
    let chosen = match typed.state.as_str() {
        "" => next.first().map_or("", |(name, _)| name),
        chosen => chosen,
    };
    Ok(IncidentPage {
        id,
        chip: super::state(&found.state, lang),
        cited: Cited::of(profile, &found.clause),
        organisation: name_of(tx, place)?,
        mailbox,
        happened: full(found.happened_at, lang),
        reported: full(found.reported_at, lang),
        message_id: fact("message_id"),
        content: fact("content"),
        steps: steps.collect(),
        chosen: chosen.to_owned(),
        next,
        note: typed.note,
        trouble: typed.trouble,
        done: match typed.done.as_str() {
            "bao" => lang.t("Đã ghi sự cố và báo đơn vị vận hành, cơ quan quản lý."),
            "buoc" => lang.t("Đã chuyển trạng thái sự cố."),
            _ => "",
        },
        told_by: found.told_by,
        description: found.description,
        kind,
        frame,
        shell,
    })
}

pub(super) async fn advance(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<i64>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let id = IncidentId(id);
    let (named, note) = (
        fields.get("trang-thai").to_owned(),
        fields.get("ghi-chu").to_owned(),
    );
    let Some(to) = Step::parse(&named) else {
        return Err(Oops::Bad("Chọn trạng thái tiếp theo.".to_owned()));
    };
    let (who, words) = (officer.clone(), note.clone());
    let done = site
        .store
        .write(move |tx| {
            // Who may not see it is not told that it exists.
            if let Err(oops) = found(tx, &who, id) {
                return Ok(Err(oops));
            }
            cases::advance(tx, &who.actor(), id, to, words.trim()).map(Ok)
        })
        .await;
    match done {
        Ok(Ok(())) => Ok(Redirect::to(&format!("/quan-ly/su-co/{id}?xong=buoc")).into_response()),
        Ok(Err(oops)) => Err(oops),
        Err(refused) => {
            let typed = Typed {
                state: named,
                note,
                trouble: Some(Trouble::of(refused, None)?),
                done: String::new(),
            };
            shown(site, officer, id, typed).await
        }
    }
}
