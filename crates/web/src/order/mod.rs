//! Order in a mailbox: filters, labels, cleaning up, taking mail out, and the answer for absence. One's own mailbox, and the units' that one may organise.

mod choice;
mod clean_up;
mod existing;
mod export;
mod filter_form;
mod filters;
mod labels;
mod vacation;

use axum::Router;
use axum::routing::{get, post};
use congvu_store::delegation::Rights;
use congvu_store::{MailboxId, StoreResult, Tx};

use crate::mail::open::{self, Opened};
use crate::site::{Oops, Site, User};

pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/tai-khoan/bo-loc", get(filters::own))
        .route("/tai-khoan/bo-loc/{mailbox}", get(filters::page))
        .route(
            "/tai-khoan/bo-loc/{mailbox}/{filter}",
            get(filter_form::page).post(filter_form::submit),
        )
        .route(
            "/tai-khoan/bo-loc/{mailbox}/{filter}/viec",
            post(filters::act),
        )
        .route(
            "/tai-khoan/bo-loc/{mailbox}/{filter}/thu-co-san",
            get(existing::page).post(existing::apply),
        )
        .route("/tai-khoan/nhan", get(labels::own))
        .route(
            "/tai-khoan/nhan/{mailbox}",
            get(labels::page).post(labels::submit),
        )
        .route("/don-thu", get(clean_up::own))
        .route("/don-thu/{mailbox}", get(clean_up::overview))
        .route(
            "/don-thu/{mailbox}/xem",
            get(clean_up::look).post(clean_up::carry_out),
        )
        .route("/xuat-thu", get(export::own))
        .route("/xuat-thu/{mailbox}", get(export::page).post(export::file))
        .route("/tai-khoan/vang-mat", get(vacation::own))
        .route(
            "/tai-khoan/vang-mat/{mailbox}",
            get(vacation::page).post(vacation::submit),
        )
}

/// A mailbox that somebody may arrange, as a link among others.
struct Choice {
    mailbox: i64,
    address: String,
    is_here: bool,
}

/// A mailbox that is open to somebody who may arrange it, and the others that they may arrange too.
fn arranged(
    tx: &mut Tx<'_>,
    user: &User,
    mailbox: MailboxId,
) -> Result<(Opened, Vec<Choice>), Oops> {
    let opened = open::one(tx, user, mailbox)?;
    congvu_governance::order::may_arrange(tx, &user.actor(), mailbox)?;
    Ok((opened, choices(tx, user, mailbox)?))
}

fn choices(tx: &mut Tx<'_>, user: &User, here: MailboxId) -> StoreResult<Vec<Choice>> {
    let all = open::all(tx, user)?.into_iter();
    Ok(all
        .filter(|one| one.rights.has(Rights::ORGANISE))
        .map(|one| Choice {
            mailbox: one.mailbox.0,
            is_here: one.mailbox == here,
            address: one.address,
        })
        .collect())
}
