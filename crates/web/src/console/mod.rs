//! `/quan-ly`: the console. Who decides, operates, passes on, asks or audits does it here, on the use cases of governance; each sees
//! what lies at their places and below.

mod access;
mod chart;
mod cited;
mod clock;
mod find;
mod groups;
mod home;
mod mailboxes;
mod officer;
mod places;
mod requests;
mod roles;
mod rules;
mod shell;
mod start;
mod watch;

use axum::Router;

use crate::site::Site;

pub(crate) use home::Figures;
pub(crate) use officer::Officer;
pub use rules::{Setting, Settings, SettingsSection};
pub use start::START;
pub(crate) use watch::Verifying;

pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .merge(home::routes())
        .merge(find::routes())
        .merge(requests::routes())
        .merge(mailboxes::routes())
        .merge(places::routes())
        .merge(groups::routes())
        .merge(roles::routes())
        .merge(access::routes())
        .merge(watch::routes())
        .merge(rules::routes())
        .merge(start::routes())
}
