//! Organisations: the tree, each place's page, and what is done with places.

pub(super) mod aid;
mod details;
mod export;
mod history;
mod import;
mod limits;
mod moving;
mod page;
mod renames;
mod renames_page;
mod spokesmen;
mod succession;
mod tree;
mod work;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;

use crate::site::Site;

/// The largest list that is read, in bytes: as a file, and as the form that confirms it.
const LARGEST: usize = 8 << 20;

pub(super) fn routes() -> Router<Site> {
    let lists = Router::new()
        .route(
            "/quan-ly/co-quan/nhap",
            get(import::form).post(import::look),
        )
        .route(
            "/quan-ly/co-quan/nhap/lam",
            axum::routing::post(import::carry_out),
        )
        .layer(DefaultBodyLimit::max(LARGEST));
    Router::new()
        .route("/quan-ly/co-quan", get(tree::page))
        .route("/quan-ly/co-quan/{id}", get(page::page))
        .route(
            "/quan-ly/co-quan/{id}/them",
            get(details::new).post(details::add),
        )
        .route(
            "/quan-ly/co-quan/{id}/sua",
            get(details::edit).post(details::change),
        )
        .route(
            "/quan-ly/co-quan/{id}/nguoi",
            get(spokesmen::form).post(spokesmen::set),
        )
        .route(
            "/quan-ly/co-quan/{id}/dung-luong",
            get(limits::form).post(limits::set),
        )
        .route(
            "/quan-ly/co-quan/{id}/sap-nhap",
            get(succession::form).post(succession::merge),
        )
        .route(
            "/quan-ly/co-quan/{id}/tach",
            get(moving::form).post(moving::split),
        )
        .route(
            "/quan-ly/co-quan/{id}/giai-the",
            get(succession::end_form).post(succession::dissolve),
        )
        .route("/quan-ly/co-quan/{id}/xuat", get(export::file))
        .route(
            "/quan-ly/co-quan/{id}/doi-dia-chi",
            get(renames::of_place).post(renames::begin),
        )
        .route("/quan-ly/co-quan/doi-dia-chi", get(renames::list))
        .route(
            "/quan-ly/co-quan/doi-dia-chi/{job}",
            get(renames_page::page).post(renames_page::act),
        )
        .route(
            "/quan-ly/co-quan/doi-dia-chi/{job}/den-dau",
            get(renames_page::progress),
        )
        .route("/quan-ly/co-quan/nhap/mau", get(import::blank))
        .route("/quan-ly/co-quan/nhap/{list}", get(import::page))
        .route(
            "/quan-ly/co-quan/nhap/{list}/den-dau",
            get(import::progress),
        )
        .merge(lists)
}
