//! Groups: which there are, who is in them and may write to them; one is registered by the naming rules (QN.4.3), changed, ended.

mod list;
mod new;
mod page;

use axum::Router;
use axum::routing::get;

use crate::site::{Lang, Site};

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/quan-ly/nhom", get(list::page))
        .route("/quan-ly/nhom/them", get(new::form).post(new::register))
        .route("/quan-ly/nhom/{id}", get(page::page).post(page::act))
}

/// Who may write to a group, for people.
fn posting(name: &str, lang: Lang) -> &'static str {
    match name {
        "members" => lang.t("Chỉ thành viên"),
        "inside" => lang.t("Người trong hệ thống"),
        _ => lang.t("Bất kỳ ai, cả bên ngoài"),
    }
}
