//! `/quan-ly/co-quan/{id}/tach`: some mailboxes and parts of a place go to another; the place goes on.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use congvu_governance::organisation::{self as places, How, Moved, Succession, Successor};
use congvu_governance::trial;
use congvu_message::fold::fold;
use congvu_store::place_view::{self, Addressed};
use congvu_store::{MailboxId, OrganisationId, Tx, organisation, place};

use super::aid::{self, Fault, href};
use super::details::to;
use super::succession::{ending, follow};
use crate::console::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, html};

/// So many mailboxes are offered at once; who looks for others writes of whom.
const SHOWN: usize = 200;
/// So many are looked through for a word.
const LOOKED: i64 = 5_000;

/// A mailbox, or a place, that may go.
struct Part {
    /// `m12`, `c7`
    code: String,
    name: String,
    about: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "console/places/split.html")]
struct SplitPage {
    frame: Frame,
    shell: Shell,
    place: String,
    here: String,
    asked: String,
    parts: Vec<Part>,
    mailboxes: Vec<Part>,
    more: bool,
    into: String,
    document: String,
    fault: Option<Fault>,
}

#[derive(Template)]
#[template(path = "console/places/splitting.html")]
struct SplittingPage {
    frame: Frame,
    shell: Shell,
    place: String,
    here: String,
    to: String,
    into: String,
    document: String,
    chosen: Vec<String>,
    parts: Vec<String>,
    mailboxes: Vec<Addressed>,
    more: String,
    told: Vec<String>,
}

fn build(
    tx: &mut Tx<'_>,
    officer: &Officer,
    id: OrganisationId,
    (fields, fault): (&Fields, Option<Fault>),
) -> Result<SplitPage, Oops> {
    let place = ending(tx, officer, id)?;
    let title = officer.lang().t("Tách một phần sang nơi khác");
    let (frame, shell) = shell::read(tx, officer, title, Here::Places)?;
    let chosen: Vec<&str> = fields.all("gi").collect();
    let asked = fields.get("tim").trim().to_owned();
    let wanted = fold(&asked);
    let parts = place::children(tx, Some(id))?
        .into_iter()
        .map(|child| {
            let code = format!("c{}", child.place.id);
            Part {
                is_chosen: chosen.contains(&code.as_str()),
                code,
                name: child.place.name,
                about: child.place.short_name,
            }
        })
        .collect();
    let mut mailboxes: Vec<Part> = place_view::addressed(tx, (id, false), MailboxId(0), LOOKED)?
        .into_iter()
        .map(|one| {
            let code = format!("m{}", one.mailbox);
            Part {
                is_chosen: chosen.contains(&code.as_str()),
                code,
                name: one.name,
                about: one.addresses.into_iter().next().unwrap_or_default(),
            }
        })
        .filter(|part| {
            part.is_chosen || fold(&format!("{} {}", part.name, part.about)).contains(&wanted)
        })
        .collect();
    let more = mailboxes.len() > SHOWN;
    mailboxes.truncate(SHOWN);
    Ok(SplitPage {
        frame,
        shell,
        place: place.name,
        here: href(id),
        asked,
        parts,
        mailboxes,
        more,
        into: fields.get("vao").to_owned(),
        document: fields.get("van-ban").to_owned(),
        fault,
    })
}

pub(super) async fn form(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    RawQuery(asked): RawQuery,
) -> Page {
    let id = OrganisationId(aid::number(&id)?);
    let fields = Fields::parse(asked.unwrap_or_default().as_bytes());
    let page = site
        .store
        .read(move |tx| build(tx, &officer, id, (&fields, None)))
        .await?;
    Ok(html(&page))
}

/// What was chosen goes where it was written, or what is wrong with that.
fn ordered(
    tx: &mut Tx<'_>,
    officer: &Officer,
    id: OrganisationId,
    fields: &Fields,
) -> Result<Result<Succession, Fault>, Oops> {
    let lang = officer.lang();
    ending(tx, officer, id)?;
    let root = organisation::root(tx)?.map_or(id, |root| root.id);
    let mut moves = Vec::new();
    for code in fields.all("gi") {
        if let Some(part) = code.strip_prefix('c').and_then(|text| text.parse().ok()) {
            moves.push((Moved::Place(OrganisationId(part)), 0));
        } else if let Some(mailbox) = aid::chosen_mailbox(code) {
            // Who moves takes all their mailboxes along.
            let person = congvu_store::rename::subject(tx, mailbox)?.and_then(|found| found.person);
            moves.push((person.map_or(Moved::Mailbox(mailbox), Moved::Person), 0));
        }
    }
    if moves.is_empty() {
        return Ok(Err(Fault::bad(
            lang.t("Chọn hộp thư hoặc đơn vị cần chuyển đi."),
        )));
    }
    let text = fields.get("vao").trim();
    let to = match aid::meant(tx, root, text)? {
        Ok(found) => found.id,
        Err(several) => return Ok(Err(aid::unclear(text, &several, lang))),
    };
    Ok(Ok(Succession {
        from: vec![id],
        to: vec![Successor::Existing(to)],
        how: How::Split,
        moves,
        goes_on: true,
        document: fields.get("van-ban").trim().to_owned(),
    }))
}

/// Shows what would move, then moves it.
pub(super) async fn split(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let id = OrganisationId(aid::number(&id)?);
    let law = site.law;
    let (who, asked) = (officer.clone(), fields.clone());
    let order = site
        .store
        .read(move |tx| ordered(tx, &who, id, &asked))
        .await?;
    let is_sure = fields.get("viec") == "lam";
    let came = match order {
        Ok(order) => {
            let actor = officer.actor();
            let act = move |tx: &mut Tx<'_>| places::succeed(tx, law, &actor, &order);
            let came = match is_sure {
                true => site.store.write(act).await,
                false => trial(&site.store, act).await,
            };
            match came {
                Ok(done) => Ok(done),
                Err(refused) => Err(Fault::of(refused, None)?),
            }
        }
        Err(fault) => Err(fault),
    };
    match came {
        Ok(done) if is_sure => {
            follow(&site);
            let at = done.to.first().copied().unwrap_or(id);
            Ok(to(at, "tach", &done.told))
        }
        Ok(done) => {
            let page = site.store.read(move |tx| {
                let to = done.to.first().copied().unwrap_or(id);
                preview(tx, &officer, (id, to), (&fields, done.told))
            });
            Ok(html(&page.await?))
        }
        Err(fault) => {
            let told = fault.clone();
            let page = site
                .store
                .read(move |tx| build(tx, &officer, id, (&fields, Some(fault))))
                .await?;
            Ok(told.on(&page))
        }
    }
}

fn preview(
    tx: &mut Tx<'_>,
    officer: &Officer,
    (id, to): (OrganisationId, OrganisationId),
    (fields, told): (&Fields, Vec<String>),
) -> Result<SplittingPage, Oops> {
    let place = ending(tx, officer, id)?;
    let title = officer.lang().t("Xem trước việc tách");
    let (frame, shell) = shell::read(tx, officer, title, Here::Places)?;
    let chosen: Vec<String> = fields.all("gi").map(str::to_owned).collect();
    let mut parts = Vec::new();
    let mut mailboxes = Vec::new();
    for code in &chosen {
        if let Some(part) = code.strip_prefix('c').and_then(|text| text.parse().ok()) {
            let part = OrganisationId(part);
            if let Some(found) = organisation::get(tx, part)? {
                parts.push(found.name);
            }
            mailboxes.extend(place_view::addressed(
                tx,
                (part, true),
                MailboxId(0),
                LOOKED,
            )?);
        }
    }
    let own = place_view::addressed(tx, (id, false), MailboxId(0), LOOKED)?;
    mailboxes.extend(
        own.into_iter()
            .filter(|one| chosen.contains(&format!("m{}", one.mailbox))),
    );
    let left = mailboxes.len().saturating_sub(SHOWN);
    mailboxes.truncate(SHOWN);
    Ok(SplittingPage {
        frame,
        shell,
        place: place.name,
        here: href(id),
        to: organisation::get(tx, to)?.map_or_else(String::new, |to| to.name),
        into: fields.get("vao").to_owned(),
        document: fields.get("van-ban").to_owned(),
        chosen,
        parts,
        mailboxes,
        more: if left > 0 {
            left.to_string()
        } else {
            String::new()
        },
        told,
    })
}
