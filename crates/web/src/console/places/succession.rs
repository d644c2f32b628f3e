//! Places that are merged into another, and places that end. All that moves is shown before it is done.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::organisation::{self as places, Details, How, Kind, Succession, Successor};
use congvu_governance::{Role, directory, rights, trial};
use congvu_store::organisation::Organisation;
use congvu_store::place_view::{self, Addressed, Extent};
use congvu_store::{MailboxId, OrganisationId, Tx, organisation, place};

use super::aid::{self, Fault, count, href, kind_label};
use super::details::to;
use crate::console::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, html};

/// So many of the mailboxes of each place that moves are shown by name.
const SHOWN: i64 = 20;

/// What is typed on the form.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    /// Other places that are merged with it, one a line.
    others: String,
    /// Into one that is there …
    into: String,
    /// … or a new one.
    name: String,
    kind: String,
    short_name: String,
    document: String,
}

impl Typed {
    fn of(fields: &Fields) -> Self {
        let text = |name: &str| fields.get(name).trim().to_owned();
        Self {
            others: text("cung"),
            into: text("vao"),
            name: text("ten"),
            kind: text("loai"),
            short_name: text("ten-viet-tat").to_lowercase(),
            document: text("van-ban"),
        }
    }
}

#[derive(Template)]
#[template(path = "console/places/merge.html")]
struct MergePage {
    frame: Frame,
    shell: Shell,
    place: String,
    here: String,
    typed: Typed,
    kinds: Vec<(&'static str, &'static str, bool)>,
    fault: Option<Fault>,
}

/// A place that ends, with all it brings.
struct Ending {
    name: String,
    href: String,
    extent: Extent,
    mailboxes: Vec<Addressed>,
    more: String,
}

#[derive(Template)]
#[template(path = "console/places/merging.html")]
struct MergingPage {
    frame: Frame,
    shell: Shell,
    place: String,
    here: String,
    typed: Typed,
    to: String,
    is_new: bool,
    endings: Vec<Ending>,
    total: Extent,
    told: Vec<String>,
}

fn build(
    tx: &mut Tx<'_>,
    officer: &Officer,
    id: OrganisationId,
    (typed, fault): (Typed, Option<Fault>),
) -> Result<MergePage, Oops> {
    let lang = officer.lang();
    let place = ending(tx, officer, id)?;
    let title = lang.t("Sáp nhập vào cơ quan khác");
    let (frame, shell) = shell::read(tx, officer, title, Here::Places)?;
    let chosen = match typed.kind.is_empty() {
        true => place.kind.clone(),
        false => typed.kind.clone(),
    };
    Ok(MergePage {
        frame,
        shell,
        place: place.name,
        here: href(id),
        kinds: Kind::ALL
            .into_iter()
            .filter(|kind| *kind != Kind::Province)
            .map(|kind| (kind.name(), kind_label(kind, lang), kind.name() == chosen))
            .collect(),
        typed,
        fault,
    })
}

/// A place that whoever looks may end: they decide above it.
pub(super) fn ending(
    tx: &mut Tx<'_>,
    officer: &Officer,
    id: OrganisationId,
) -> Result<Organisation, Oops> {
    let place = aid::acted_on(tx, officer, &[Role::Decide], id)?;
    match place.parent {
        Some(above) => rights::need(tx, &officer.actor(), &[Role::Decide], above)?,
        None => {
            return Err(Oops::Forbidden(
                "Cơ quan cao nhất của hệ thống không sáp nhập, chia tách hay giải thể được."
                    .to_owned(),
            ));
        }
    }
    Ok(place)
}

/// `/quan-ly/co-quan/{id}/sap-nhap`
pub(super) async fn form(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
) -> Page {
    let id = OrganisationId(aid::number(&id)?);
    let page = site
        .store
        .read(move |tx| build(tx, &officer, id, (Typed::default(), None)))
        .await?;
    Ok(html(&page))
}

/// The order that was typed, or what is wrong with it.
fn ordered(
    tx: &mut Tx<'_>,
    officer: &Officer,
    id: OrganisationId,
    typed: &Typed,
) -> Result<Result<Succession, Fault>, Oops> {
    let lang = officer.lang();
    let place = ending(tx, officer, id)?;
    let root = organisation::root(tx)?.map_or(id, |root| root.id);
    let mut from = vec![id];
    for text in typed.others.lines().map(str::trim) {
        if text.is_empty() {
            continue;
        }
        match aid::meant(tx, root, text)? {
            Ok(found) => from.push(found.id),
            Err(several) => return Ok(Err(aid::unclear(text, &several, lang))),
        }
    }
    let to = match (typed.into.is_empty(), typed.name.is_empty()) {
        (false, true) => match aid::meant(tx, root, &typed.into)? {
            Ok(found) if found.id == id && from.len() == 1 => {
                return Ok(Err(Fault::bad(
                    lang.t("Cơ quan không sáp nhập vào chính nó được."),
                )));
            }
            Ok(found) => Successor::Existing(found.id),
            Err(several) => return Ok(Err(aid::unclear(&typed.into, &several, lang))),
        },
        (true, false) => {
            let Some(kind) = Kind::parse(&typed.kind) else {
                return Ok(Err(Fault::bad(lang.t("Chọn loại của cơ quan mới."))));
            };
            Successor::New(Details {
                parent: place.parent,
                kind,
                name: typed.name.clone(),
                short_name: typed.short_name.clone(),
                suffix: None,
                profile: None,
                domain: None,
                code: None,
            })
        }
        _ => {
            return Ok(Err(Fault::bad(lang.t(
                "Ghi cơ quan nhận sáp nhập, hoặc tên của cơ quan mới: một trong hai.",
            ))));
        }
    };
    Ok(Ok(Succession {
        from,
        to: vec![to],
        how: How::Merged,
        moves: Vec::new(),
        goes_on: false,
        document: typed.document.clone(),
    }))
}

/// Shows all that would move, then moves it.
pub(super) async fn merge(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let id = OrganisationId(aid::number(&id)?);
    let law = site.law;
    let typed = Typed::of(&fields);
    let (who, asked) = (officer.clone(), typed.clone());
    let order = site
        .store
        .read(move |tx| ordered(tx, &who, id, &asked))
        .await?;
    let order = match order {
        Ok(order) => order,
        Err(fault) => return again(&site, officer, id, (typed, fault)).await,
    };
    let (what, actor) = (order.clone(), officer.actor());
    let act = move |tx: &mut Tx<'_>| places::succeed(tx, law, &actor, &what);
    let is_sure = fields.get("viec") == "lam";
    let came = match is_sure {
        true => site.store.write(act).await,
        false => trial(&site.store, act).await,
    };
    let done = match came {
        Ok(done) => done,
        Err(refused) => {
            let profile = site
                .store
                .read(move |tx| aid::profile_at(tx, law, id))
                .await?;
            let fault = Fault::of(refused, profile)?;
            return again(&site, officer, id, (typed, fault)).await;
        }
    };
    if is_sure {
        let at = done.to.first().copied().unwrap_or(id);
        follow(&site);
        return Ok(to(at, "sap-nhap", &done.told));
    }
    let page = site
        .store
        .read(move |tx| {
            preview(
                tx,
                &officer,
                (id, &order),
                (typed.clone(), done.told.clone()),
            )
        })
        .await?;
    Ok(html(&page))
}

/// What the directory says of many is looked at behind an act.
pub(super) fn follow(site: &Site) {
    let store = site.store.clone();
    tokio::spawn(async move {
        if let Err(error) = directory::catch_up(&store).await {
            tracing::warn!(%error, "the directory is behind; the scheduler looks again");
        }
    });
}

async fn again(
    site: &Site,
    officer: Officer,
    id: OrganisationId,
    (typed, fault): (Typed, Fault),
) -> Page {
    let told = fault.clone();
    let page = site
        .store
        .read(move |tx| build(tx, &officer, id, (typed, Some(fault))))
        .await?;
    Ok(told.on(&page))
}

fn preview(
    tx: &mut Tx<'_>,
    officer: &Officer,
    (id, order): (OrganisationId, &Succession),
    (typed, told): (Typed, Vec<String>),
) -> Result<MergingPage, Oops> {
    let lang = officer.lang();
    let place = ending(tx, officer, id)?;
    let (frame, shell) = shell::read(tx, officer, lang.t("Xem trước sáp nhập"), Here::Places)?;
    let (to, is_new, stays) = match order.to.first() {
        Some(Successor::Existing(to)) => {
            let found = organisation::get(tx, *to)?;
            (
                found.map_or_else(String::new, |to| to.name),
                false,
                Some(*to),
            )
        }
        Some(Successor::New(new)) => (new.name.clone(), true, None),
        None => (String::new(), false, None),
    };
    let mut endings = Vec::new();
    let mut total = Extent::default();
    for old in &order.from {
        if Some(*old) == stays {
            continue;
        }
        let Some(found) = organisation::get(tx, *old)? else {
            continue;
        };
        let extent = place_view::extent(tx, *old)?;
        let mailboxes = place_view::addressed(tx, (*old, true), MailboxId(0), SHOWN)?;
        let left = extent.mailboxes.saturating_sub(mailboxes.len() as u64);
        total.places += extent.places;
        total.persons += extent.persons;
        total.mailboxes += extent.mailboxes;
        total.aliases += extent.aliases;
        total.groups += extent.groups;
        total.roles += extent.roles;
        endings.push(Ending {
            name: found.name,
            href: href(*old),
            extent,
            mailboxes,
            more: if left > 0 { count(left) } else { String::new() },
        });
    }
    Ok(MergingPage {
        frame,
        shell,
        place: place.name,
        here: href(id),
        typed,
        to,
        is_new,
        endings,
        total,
        told,
    })
}

#[derive(Template)]
#[template(path = "console/places/dissolve.html")]
struct DissolvePage {
    frame: Frame,
    shell: Shell,
    place: String,
    here: String,
    holds: place::Holds,
    document: String,
    fault: Option<Fault>,
}

fn dissolving(
    tx: &mut Tx<'_>,
    officer: &Officer,
    id: OrganisationId,
    (document, fault): (String, Option<Fault>),
) -> Result<DissolvePage, Oops> {
    let place = ending(tx, officer, id)?;
    let title = officer.lang().t("Giải thể");
    let (frame, shell) = shell::read(tx, officer, title, Here::Places)?;
    Ok(DissolvePage {
        frame,
        shell,
        place: place.name,
        here: href(id),
        holds: place::holds(tx, id)?,
        document,
        fault,
    })
}

/// `/quan-ly/co-quan/{id}/giai-the`
pub(super) async fn end_form(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
) -> Page {
    let id = OrganisationId(aid::number(&id)?);
    let page = site
        .store
        .read(move |tx| dissolving(tx, &officer, id, (String::new(), None)))
        .await?;
    Ok(html(&page))
}

pub(super) async fn dissolve(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let id = OrganisationId(aid::number(&id)?);
    let document = fields.get("van-ban").trim().to_owned();
    let (actor, by) = (officer.actor(), document.clone());
    let ended = site
        .store
        .write(move |tx| places::dissolve(tx, &actor, id, &by))
        .await;
    let fault = match ended {
        Ok(()) => {
            return Ok(Redirect::to(&format!("{}?xong=giai-the", href(id))).into_response());
        }
        Err(refused) => Fault::of(refused, None)?,
    };
    let told = fault.clone();
    let page = site
        .store
        .read(move |tx| dissolving(tx, &officer, id, (document, Some(fault))))
        .await?;
    Ok(told.on(&page))
}
