//! `/quan-ly/de-nghi`: official requests. An agency opens them and sees what became of them; who passes them on does so here; who decides
//! sees every address before it is given, decides line by line, and hands the one-time passwords over, once.

mod acts;
mod decide;
mod files;
mod handed;
mod lines;
mod list;
mod one;
mod opening;
mod row;
mod words;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;
use congvu_governance::{Role, rights};
use congvu_store::request::{self, Request};
use congvu_store::{RequestId, Tx};

use super::officer::Officer;
use crate::site::{Lang, Oops, Site};

/// Who opens requests.
const OPENS: [Role; 4] = [Role::Ask, Role::Forward, Role::Operate, Role::Decide];
/// The largest form of a hundred lines, in bytes.
const LARGEST_LINES: usize = 1 << 20;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/quan-ly/de-nghi", get(list::page))
        .route(
            "/quan-ly/de-nghi/lap",
            get(opening::page)
                .post(opening::take)
                .layer(DefaultBodyLimit::max(opening::LARGEST)),
        )
        .route("/quan-ly/de-nghi/bang-mau/{kind}", get(files::blank))
        .route(
            "/quan-ly/de-nghi/{id}",
            get(one::page)
                .post(lines::keep)
                .layer(DefaultBodyLimit::max(LARGEST_LINES)),
        )
        .route(
            "/quan-ly/de-nghi/{id}/quyet-dinh",
            get(decide::page).post(decide::carry),
        )
        .route("/quan-ly/de-nghi/{id}/tien-do", get(decide::progress))
        .route(
            "/quan-ly/de-nghi/{id}/chuyen",
            get(acts::forward_page).post(acts::forward),
        )
        .route(
            "/quan-ly/de-nghi/{id}/rut",
            get(acts::withdraw_page).post(acts::withdraw),
        )
        .route(
            "/quan-ly/de-nghi/{id}/mat-khau",
            get(handed::page).post(handed::sheet),
        )
        .route("/quan-ly/de-nghi/{id}/bieu-mau", get(files::form))
        .route("/quan-ly/de-nghi/{id}/tep/{file}", get(files::file))
}

/// Where a request is shown.
fn href(id: RequestId) -> String {
    format!("/quan-ly/de-nghi/{id}")
}

/// There is none, or none for whoever asks: they are told no more.
fn missing(lang: Lang) -> Oops {
    Oops::missing(lang.t("Không có đề nghị này."))
}

/// The number in an address.
fn number(text: &str, lang: Lang) -> Result<RequestId, Oops> {
    text.parse().map(RequestId).map_err(|_| missing(lang))
}

/// A request that an officer may see.
fn seen(tx: &mut Tx<'_>, officer: &Officer, id: RequestId) -> Result<Request, Oops> {
    let lang = officer.lang();
    let found = request::get(tx, id)?.ok_or_else(|| missing(lang))?;
    match rights::has(tx, &officer.actor(), &Role::ALL, found.organisation)? {
        true => Ok(found),
        false => Err(missing(lang)),
    }
}
