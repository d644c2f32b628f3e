//! `/quan-ly/vai-tro/{id}`: a role is taken back.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::{Refused, Role, rights};
use congvu_store::Tx;
use congvu_store::role_list::{self, Listed};

use super::{SEE, about, label};
use crate::console::Officer;
use crate::console::places::aid::{self, Fault, filled};
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, html, named_day};

#[derive(Template)]
#[template(path = "console/roles/take.html")]
struct TakePage {
    frame: Frame,
    shell: Shell,
    here: String,
    grant: Listed,
    role: &'static str,
    about: &'static str,
    since: String,
    is_own: bool,
    document: String,
    fault: Option<Fault>,
}

/// A role in force that whoever looks sees.
fn found(tx: &mut Tx<'_>, officer: &Officer, id: i64) -> Result<Listed, Oops> {
    for top in aid::tops(tx, officer, SEE)? {
        let all = role_list::below(tx, top)?;
        if let Some(found) = all.into_iter().find(|found| found.id == id) {
            return Ok(found);
        }
    }
    Err(Oops::missing("Không có vai trò này, hoặc đã thôi giao."))
}

fn build(
    tx: &mut Tx<'_>,
    officer: &Officer,
    id: i64,
    (document, fault): (String, Option<Fault>),
) -> Result<TakePage, Oops> {
    let lang = officer.lang();
    let grant = found(tx, officer, id)?;
    let (frame, shell) = shell::read(tx, officer, lang.t("Thôi giao vai trò"), Here::Roles)?;
    let role = Role::parse(&grant.role);
    Ok(TakePage {
        frame,
        shell,
        here: format!("/quan-ly/vai-tro/{id}"),
        role: role.map_or("", |role| label(role, lang)),
        about: role.map_or("", |role| about(role, lang)),
        since: named_day(grant.granted_at, lang),
        is_own: grant.account == officer.user.account,
        grant,
        document,
        fault,
    })
}

pub(super) async fn form(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
) -> Page {
    let id = aid::number(&id)?;
    let page = site
        .store
        .read(move |tx| build(tx, &officer, id, (String::new(), None)))
        .await?;
    Ok(html(&page))
}

pub(super) async fn take(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let id = aid::number(&id)?;
    let (who, asked) = (officer.clone(), filled(&fields, "van-ban"));
    let grant = site.store.read(move |tx| found(tx, &who, id)).await?;
    let actor = officer.actor();
    let taken = site.store.write(move |tx| {
        let role =
            Role::parse(&grant.role).ok_or_else(|| Refused::missing("Không có vai trò này."))?;
        let whom = (grant.account, grant.login.as_str());
        rights::end(tx, &actor, whom, role, grant.organisation, asked.as_deref())
    });
    let Err(refused) = taken.await else {
        return Ok(Redirect::to("/quan-ly/vai-tro?xong=thoi").into_response());
    };
    let fault = Fault::of(refused, None)?;
    let told = fault.clone();
    let document = fields.get("van-ban").to_owned();
    let page = site
        .store
        .read(move |tx| build(tx, &officer, id, (document, Some(fault))))
        .await?;
    Ok(told.on(&page))
}
