//! `/quan-ly/vai-tro/giao`: somebody gets a role at a place.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::{Refused, Role, rights};
use congvu_store::{Tx, account, organisation};

use super::{about, label};
use crate::console::Officer;
use crate::console::places::aid::{self, Choice, Fault, chosen_mailbox, filled};
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, html};

/// A role to choose.
struct Pick {
    name: &'static str,
    label: &'static str,
    about: &'static str,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "console/roles/give.html")]
struct GivePage {
    frame: Frame,
    shell: Shell,
    asked: String,
    choices: Vec<Choice>,
    roles: Vec<Pick>,
    place: String,
    document: String,
    demanded: bool,
    fault: Option<Fault>,
}

fn build(
    tx: &mut Tx<'_>,
    officer: &Officer,
    demanded: bool,
    (fields, fault): (&Fields, Option<Fault>),
) -> Result<GivePage, Oops> {
    let lang = officer.lang();
    let top = officer.scope(tx, &[Role::Decide], None)?;
    let (frame, shell) = shell::read(tx, officer, lang.t("Giao vai trò"), Here::Roles)?;
    let asked = fields.get("tim").trim().to_owned();
    let place = match filled(fields, "noi") {
        Some(text) => text,
        None => organisation::get(tx, top)?.map_or_else(String::new, |top| top.name),
    };
    Ok(GivePage {
        frame,
        shell,
        choices: aid::choices(tx, &asked, None, true)?,
        asked,
        roles: Role::ALL
            .into_iter()
            .map(|role| Pick {
                name: role.name(),
                label: label(role, lang),
                about: about(role, lang),
                is_chosen: role.name() == fields.get("vai-tro"),
            })
            .collect(),
        place,
        document: fields.get("van-ban").to_owned(),
        demanded,
        fault,
    })
}

pub(super) async fn form(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(asked): RawQuery,
) -> Page {
    let fields = Fields::parse(asked.unwrap_or_default().as_bytes());
    let demanded = site.config.factor_demanded;
    let page = site
        .store
        .read(move |tx| build(tx, &officer, demanded, (&fields, None)))
        .await?;
    Ok(html(&page))
}

pub(super) async fn give(State(site): State<Site>, officer: Officer, fields: Fields) -> Page {
    officer.user.check(&fields)?;
    let lang = officer.lang();
    let (who, asked) = (officer.clone(), fields.clone());
    // The place, as it was written, and the role.
    let meant = site.store.read(move |tx| {
        let top = who.scope(tx, &[Role::Decide], None)?;
        let root = organisation::root(tx)?.map_or(top, |root| root.id);
        let text = asked.get("noi").trim();
        let found = aid::meant(tx, root, text)?;
        Ok::<_, Oops>(found.map_err(|several| aid::unclear(text, &several, lang)))
    });
    let needed = || Fault::bad(lang.t("Chọn vai trò cần giao."));
    let given = match (meant.await?, Role::parse(fields.get("vai-tro"))) {
        (Err(fault), _) => Err(fault),
        (Ok(_), None) => Err(needed()),
        (Ok(place), Some(role)) => {
            let (actor, asked) = (officer.actor(), fields.clone());
            let given = site.store.write(move |tx| {
                let none = || Refused::bad("Hãy tìm và chọn một người.");
                let mailbox = chosen_mailbox(asked.get("ai")).ok_or_else(none)?;
                let account = account::of_mailbox(tx, mailbox)?.ok_or_else(none)?;
                let account = account::get(tx, account)?.ok_or_else(none)?;
                let whom = (account.id, account.login.as_str());
                let document = filled(&asked, "van-ban");
                rights::grant(tx, &actor, whom, role, place.id, document.as_deref())
            });
            match given.await {
                Ok(()) => Ok(()),
                Err(refused) => Err(Fault::of(refused, None)?),
            }
        }
    };
    let Err(fault) = given else {
        return Ok(Redirect::to("/quan-ly/vai-tro?xong=giao").into_response());
    };
    let told = fault.clone();
    let demanded = site.config.factor_demanded;
    let page = site
        .store
        .read(move |tx| build(tx, &officer, demanded, (&fields, Some(fault))))
        .await?;
    Ok(told.on(&page))
}
