//! `/quan-ly/mo-hop-thu/{id}`: an order, which the second person confirms, or either withdraws.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::{Law, Role, access_order, access_view, joint, rights};
use congvu_store::access_list::Ordered;
use congvu_store::{JointOrderId, Tx, account, organisation};

use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::places::aid::{self, Fault};
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, full, html, named_day};

#[derive(Template)]
#[template(path = "console/access/order.html")]
struct OrderPage {
    frame: Frame,
    shell: Shell,
    here: String,
    clause: Cited,
    order: Ordered,
    mailbox: String,
    place: String,
    reader: String,
    from: String,
    until: String,
    tell: String,
    proposed: String,
    confirmed: String,
    lapses: String,
    state: &'static str,
    grant: String,
    is_open: bool,
    /// Whoever looks proposed it: another confirms.
    is_own: bool,
    may: bool,
    done: &'static str,
    fault: Option<Fault>,
}

fn state(order: &Ordered, now: i64, lang: Lang) -> (&'static str, bool) {
    if order.confirmed_at.is_some() {
        (lang.t("Đã được người thứ hai xác nhận"), false)
    } else if order.lapses_at <= now {
        (lang.t("Đã hết hạn chờ"), false)
    } else if order.withdrawn_at.is_some() {
        (lang.t("Đã rút"), false)
    } else {
        (lang.t("Chờ người thứ hai xác nhận"), true)
    }
}

fn build(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    id: JointOrderId,
    (fields, fault): (&Fields, Option<Fault>),
) -> Result<OrderPage, Oops> {
    let lang = officer.lang();
    let actor = officer.actor();
    let (order, asked) = access_view::order(tx, &actor, id)?;
    let title = format!("{} {id}", lang.t("Lệnh mở hộp thư số"));
    let (frame, shell) = shell::read(tx, officer, &title, Here::Access)?;
    let (words, is_open) = state(&order, tx.now(), lang);
    let place = organisation::get(tx, order.organisation)?;
    Ok(OrderPage {
        frame,
        shell,
        here: format!("/quan-ly/mo-hop-thu/{id}"),
        clause: super::cited(law),
        mailbox: format!("/quan-ly/hop-thu/{}", order.mailbox),
        place: place.map_or_else(String::new, |place| place.name),
        reader: account::get(tx, asked.to)?.map_or_else(String::new, |reader| reader.login),
        from: full(asked.from_at, lang),
        until: named_day(asked.until_at - 1, lang),
        tell: asked
            .tell_at
            .map_or_else(String::new, |at| named_day(at, lang)),
        proposed: full(order.proposed_at, lang),
        confirmed: order
            .confirmed_at
            .map_or_else(String::new, |at| full(at, lang)),
        lapses: full(order.lapses_at, lang),
        state: words,
        grant: order
            .grant
            .map_or_else(String::new, |id| format!("/quan-ly/mo-hop-thu/lan/{id}")),
        is_open,
        is_own: order.proposed_by == officer.user.account,
        may: rights::has(tx, &actor, &[Role::Decide], order.organisation)?,
        done: match fields.get("xong") {
            "lap" => lang
                .t("Đã đề xuất. Một người khác giữ vai trò quyết định phải xác nhận trong 7 ngày."),
            _ => "",
        },
        order,
        fault,
    })
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    RawQuery(asked): RawQuery,
) -> Page {
    let id = JointOrderId(aid::number(&id)?);
    let fields = Fields::parse(asked.unwrap_or_default().as_bytes());
    let law = site.law;
    let page = site
        .store
        .read(move |tx| build(tx, law, &officer, id, (&fields, None)))
        .await?;
    Ok(html(&page))
}

pub(super) async fn act(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let id = JointOrderId(aid::number(&id)?);
    let law = site.law;
    let (actor, is_confirmed) = (officer.actor(), fields.get("viec") == "xac-nhan");
    let done = site.store.write(move |tx| {
        // Whoever may not see it hears of none.
        access_view::order(tx, &actor, id)?;
        match is_confirmed {
            true => access_order::confirm(tx, &actor, id).map(Some),
            false => joint::withdraw(tx, &actor, id).map(|()| None),
        }
    });
    let refused = match done.await {
        Ok(Some(grant)) => {
            let to = format!("/quan-ly/mo-hop-thu/lan/{grant}?xong=xac-nhan");
            return Ok(Redirect::to(&to).into_response());
        }
        Ok(None) => return Ok(Redirect::to("/quan-ly/mo-hop-thu?xong=rut").into_response()),
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
