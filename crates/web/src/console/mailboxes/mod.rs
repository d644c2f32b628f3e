//! `/quan-ly/hop-thu`: the mailboxes of an officer's places: lists, one mailbox with its life, what is done to one or to several.

mod asked;
mod bulk;
mod export;
mod form;
mod list;
mod one;
mod own;
mod state;
mod waiting;

use axum::Router;
use axum::routing::get;

use crate::site::Site;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/quan-ly/hop-thu", get(list::page))
        .route("/quan-ly/hop-thu/danh-sach/{format}", get(export::file))
        .route(
            "/quan-ly/hop-thu/hang-loat",
            get(bulk::page).post(bulk::submit),
        )
        .route(
            "/quan-ly/hop-thu/hang-loat/{id}",
            get(bulk::progress).post(bulk::go_on),
        )
        .route("/quan-ly/hop-thu/hang-loat/{id}/den-dau", get(bulk::far))
        .route(
            "/quan-ly/hop-thu/cho-quyet-dinh",
            get(waiting::page).post(waiting::submit),
        )
        .merge(one::routes())
        .route("/tai-khoan/hop-thu", get(own::page).post(own::submit))
}
