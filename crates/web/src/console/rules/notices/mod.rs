//! `/quan-ly/thong-bao`: stops of the service (QN.9.1.c, TQ.10.2.a, SL.14.6.a) and the notices that were sent.

mod sent;
mod stops;

use axum::Router;
use axum::routing::{get, post};
use congvu_governance::Role;

use crate::site::Site;

/// Who sees them.
const RUN: &[Role] = &[Role::Decide, Role::Operate, Role::Audit];

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/quan-ly/thong-bao", get(stops::page))
        .route(
            "/quan-ly/thong-bao/ngung",
            get(stops::form).post(stops::announce),
        )
        .route("/quan-ly/thong-bao/ngung/{id}/{act}", post(stops::end))
        .route("/quan-ly/thong-bao/da-gui", get(sent::page))
        .route("/quan-ly/thong-bao/da-gui/{id}", get(sent::one))
}
