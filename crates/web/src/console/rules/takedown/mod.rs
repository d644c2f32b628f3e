//! `/quan-ly/go-bo`: messages taken down (QN.13.9, QN.14.10, BS.III.10.2, TQ.12.5, SL.17.4): a case is opened, its copies are found,
//! sealed, given back, or destroyed by the order of two persons. Nobody is shown what the messages say.

mod act;
mod evidence;
mod list;
mod open;
mod show;
mod who;

use axum::Router;
use axum::routing::{get, post};
use congvu_governance::{Role, rights};
use congvu_store::takedown::{self, Case, State};
use congvu_store::{OrganisationId, TakedownId, Tx, organisation};

use super::Chip;
use crate::console::Officer;
use crate::site::{Lang, Oops, Site};

/// Who sees cases: they are decided at the top, for a message lies anywhere.
const RUN: &[Role] = &[Role::Decide, Role::Operate, Role::Audit];

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/quan-ly/go-bo", get(list::page))
        .route("/quan-ly/go-bo/moi", get(open::form).post(open::open))
        .route("/quan-ly/go-bo/{id}", get(show::page))
        .route("/quan-ly/go-bo/{id}/tien-do", get(show::progress))
        .route("/quan-ly/go-bo/{id}/ai-giu", get(who::page))
        .route("/quan-ly/go-bo/{id}/bang-chung", post(evidence::package))
        .route("/quan-ly/go-bo/{id}/{act}", post(act::act))
}

/// The top, where the officer is entrusted with cases.
fn top(tx: &mut Tx<'_>, officer: &Officer) -> Result<OrganisationId, Oops> {
    let root =
        organisation::root(tx)?.ok_or_else(|| Oops::missing("Hệ thống chưa có cơ quan nào."))?;
    match rights::has(tx, &officer.actor(), RUN, root.id)? {
        true => Ok(root.id),
        false => Err(Oops::Forbidden(
            "Gỡ bỏ thư do cơ quan quản lý và đơn vị vận hành của toàn hệ thống làm, vì bản sao của thư có thể ở mọi cơ quan."
                .to_owned(),
        )),
    }
}

fn case(tx: &mut Tx<'_>, id: TakedownId) -> Result<Case, Oops> {
    takedown::get(tx, id)?.ok_or_else(|| Oops::missing("Không có hồ sơ gỡ bỏ này."))
}

/// How far a case is.
fn state(state: State, lang: Lang) -> Chip {
    let chip = |state, icon, words| Chip { state, icon, words };
    match state {
        State::Open => chip("must-change", "search", lang.t("Mới lập, chưa niêm phong")),
        State::Sealed => chip("locked", "lock", lang.t("Đã niêm phong")),
        State::Releasing => chip("pending", "hourglass", lang.t("Đang trả lại")),
        State::Released => chip("active", "ok", lang.t("Đã trả lại")),
        State::Purging => chip("pending", "hourglass", lang.t("Đang hủy")),
        State::Purged => chip("revoked", "ban", lang.t("Đã hủy")),
    }
}
