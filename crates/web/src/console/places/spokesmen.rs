//! `/quan-ly/co-quan/{id}/nguoi`: who speaks for a place, and its main mailbox (QN.13.6, QN.13.11).

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::organisation::{Spokesmen, set_spokesmen};
use congvu_governance::{Law, Refused, Role};
use congvu_store::place_view::{self, Addressed};
use congvu_store::{MailboxId, OrganisationId, PersonId, Tx, address, person, rename};

use super::aid::{self, Choice, Fault, chosen_mailbox, filled, href};
use super::page::full_name;
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, html};

/// So many mailboxes of a place are looked through for those that are its own.
const LOOKED: i64 = 500;

#[derive(Template)]
#[template(path = "console/places/spokesmen.html")]
struct SpokesmenPage {
    frame: Frame,
    shell: Shell,
    place: String,
    here: String,
    head: String,
    contact: String,
    main: String,
    /// Unit mailboxes of the place.
    units: Vec<Addressed>,
    asked: String,
    choices: Vec<Choice>,
    document: String,
    clause: Cited,
    fault: Option<Fault>,
}

fn build(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    id: OrganisationId,
    (fields, fault): (&Fields, Option<Fault>),
) -> Result<SpokesmenPage, Oops> {
    let lang = officer.lang();
    let place = aid::acted_on(tx, officer, &[Role::Decide], id)?;
    let (frame, shell) = shell::read(tx, officer, lang.t("Thủ trưởng, đầu mối"), Here::Places)?;
    let profile = aid::profile_at(tx, law, id)?;
    let mut name = |id: Option<PersonId>| -> Result<String, Oops> {
        let Some(id) = id else {
            return Ok(lang.t("Chưa ghi").to_owned());
        };
        Ok(person::get(tx, id)?.map_or_else(String::new, |person| full_name(&person)))
    };
    let (head, contact) = (name(place.head)?, name(place.contact)?);
    let asked = fields.get("tim").trim().to_owned();
    let units = place_view::addressed(tx, (id, false), MailboxId(0), LOOKED)?;
    Ok(SpokesmenPage {
        frame,
        shell,
        here: href(id),
        head,
        contact,
        main: match place.mailbox {
            Some(mailbox) => address::primary(tx, mailbox)?.unwrap_or_default(),
            None => String::new(),
        },
        units: units
            .into_iter()
            .filter(|unit| unit.kind == "unit")
            .collect(),
        place: place.name,
        choices: aid::choices(tx, &asked, Some(id), true)?,
        asked,
        document: fields.get("van-ban").to_owned(),
        clause: profile.map_or_else(Cited::none, |profile| match profile.code() {
            "QN" => Cited::of(profile, "QN.13.11"),
            _ => Cited::none(),
        }),
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
    let law = site.law;
    let page = site
        .store
        .read(move |tx| build(tx, law, &officer, id, (&fields, None)))
        .await?;
    Ok(html(&page))
}

/// What is changed: one of the three.
fn changed(tx: &mut Tx<'_>, fields: &Fields, was: Spokesmen) -> Result<Spokesmen, Refused> {
    let mailbox = chosen_mailbox(fields.get("ai"));
    let person = match mailbox {
        Some(mailbox) => rename::subject(tx, mailbox)?.and_then(|found| found.person),
        None => None,
    };
    let needed = || Refused::bad("Hãy tìm và chọn một người.");
    Ok(match fields.get("viec") {
        "thu-truong" => Spokesmen {
            head: Some(person.ok_or_else(needed)?),
            ..was
        },
        "dau-moi" => Spokesmen {
            contact: Some(person.ok_or_else(needed)?),
            ..was
        },
        "bo-thu-truong" => Spokesmen { head: None, ..was },
        "bo-dau-moi" => Spokesmen {
            contact: None,
            ..was
        },
        "hop-thu" => Spokesmen {
            mailbox: chosen_mailbox(fields.get("chinh")),
            ..was
        },
        _ => return Err(needed()),
    })
}

pub(super) async fn set(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let id = OrganisationId(aid::number(&id)?);
    let law = site.law;
    let (asked, actor, document) = (fields.clone(), officer.actor(), filled(&fields, "van-ban"));
    let set = site.store.write(move |tx| {
        let place = congvu_store::organisation::get(tx, id)?
            .ok_or_else(|| Refused::missing("Không có cơ quan, đơn vị này."))?;
        let was = Spokesmen {
            head: place.head,
            contact: place.contact,
            mailbox: place.mailbox,
        };
        let new = changed(tx, &asked, was)?;
        set_spokesmen(tx, &actor, id, new, document.as_deref())
    });
    let refused = match set.await {
        Ok(()) => return Ok(Redirect::to(&format!("{}?xong=nguoi", href(id))).into_response()),
        Err(refused) => refused,
    };
    let fault = Fault::of(refused, None)?;
    let told = fault.clone();
    let page = site
        .store
        .read(move |tx| build(tx, law, &officer, id, (&fields, Some(fault))))
        .await?;
    Ok(told.on(&page))
}
