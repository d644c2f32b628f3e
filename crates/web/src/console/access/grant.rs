//! `/quan-ly/mo-hop-thu/lan/{id}`: what was allowed, each use of it, and its end.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::{Law, Role, access_order, access_view, rights};
use congvu_store::access_list::Allowed;
use congvu_store::{AccessGrantId, Tx};

use super::list::{state, way};
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::places::aid::{self, Fault};
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, full, html, named_day};

/// A use of it.
struct Used {
    at: String,
    from: String,
    what: String,
}

#[derive(Template)]
#[template(path = "console/access/grant.html")]
struct GrantPage {
    frame: Frame,
    shell: Shell,
    here: String,
    clause: Cited,
    grant: Allowed,
    mailbox: String,
    order: String,
    way: &'static str,
    state: &'static str,
    from: String,
    until: String,
    tell: String,
    ended: String,
    uses: Vec<Used>,
    may: bool,
    done: &'static str,
    fault: Option<Fault>,
}

fn build(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    id: AccessGrantId,
    (fields, fault): (&Fields, Option<Fault>),
) -> Result<GrantPage, Oops> {
    let lang = officer.lang();
    let actor = officer.actor();
    let (grant, uses) = access_view::grant(tx, &actor, id)?;
    let title = format!("{} {id}", lang.t("Lần cho phép đọc số"));
    let (frame, shell) = shell::read(tx, officer, &title, Here::Access)?;
    let (words, is_live) = state(&grant, tx.now(), lang);
    let decides = rights::has(tx, &actor, &[Role::Decide], grant.organisation)?;
    Ok(GrantPage {
        frame,
        shell,
        here: format!("/quan-ly/mo-hop-thu/lan/{id}"),
        clause: super::cited(law),
        mailbox: format!("/quan-ly/hop-thu/{}", grant.mailbox),
        order: grant
            .order
            .map_or_else(String::new, |id| format!("/quan-ly/mo-hop-thu/{id}")),
        way: way(&grant, lang),
        state: words,
        from: full(grant.from_at, lang),
        until: named_day(grant.until_at - 1, lang),
        tell: grant
            .tell_at
            .map_or_else(String::new, |at| named_day(at, lang)),
        ended: grant
            .ended_at
            .map_or_else(String::new, |at| full(at, lang)),
        uses: uses
            .into_iter()
            .map(|used| Used {
                at: full(used.at, lang),
                from: used.client_ip,
                what: used.what,
            })
            .collect(),
        may: is_live && decides,
        done: match fields.get("xong") {
            "xac-nhan" => lang.t("Đã xác nhận. Người được phép thấy hộp thư ấy trong cây thư mục, chỉ đọc; từng lần mở được ghi lại."),
            "het" => lang.t("Đã chấm dứt; người ấy không đọc được nữa."),
            _ => "",
        },
        grant,
        fault,
    })
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    RawQuery(asked): RawQuery,
) -> Page {
    let id = AccessGrantId(aid::number(&id)?);
    let fields = Fields::parse(asked.unwrap_or_default().as_bytes());
    let law = site.law;
    let page = site
        .store
        .read(move |tx| build(tx, law, &officer, id, (&fields, None)))
        .await?;
    Ok(html(&page))
}

pub(super) async fn end(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let id = AccessGrantId(aid::number(&id)?);
    let law = site.law;
    let actor = officer.actor();
    let ended = site.store.write(move |tx| {
        // Whoever may not see it hears of none.
        access_view::grant(tx, &actor, id)?;
        access_order::end(tx, &actor, id)
    });
    let Err(refused) = ended.await else {
        return Ok(Redirect::to(&format!("/quan-ly/mo-hop-thu/lan/{id}?xong=het")).into_response());
    };
    let fault = Fault::of(refused, None)?;
    let told = fault.clone();
    let page = site
        .store
        .read(move |tx| build(tx, law, &officer, id, (&fields, Some(fault))))
        .await?;
    Ok(told.on(&page))
}
