//! `/quan-ly`: the console. Who decides, operates, passes on, asks or audits does it here, on the use cases of governance; each sees
//! what lies at their places and below.

mod chart;
mod cited;
mod clock;
mod find;
mod home;
mod officer;
mod requests;
mod shell;

use axum::Router;

use crate::site::Site;

pub(crate) use home::Figures;
pub(crate) use officer::Officer;

pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .merge(home::routes())
        .merge(find::routes())
        .merge(requests::routes())
}
