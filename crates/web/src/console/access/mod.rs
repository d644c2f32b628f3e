//! Orders to open another's mailbox (BS.III.9): two persons with a document, for a while; each use is recorded, and the owner told.

mod grant;
mod list;
mod order;
mod propose;

use axum::Router;
use axum::routing::get;

use crate::site::Site;

/// The clause all of this stands on.
const CLAUSE: &str = "BS.III.9";

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/quan-ly/mo-hop-thu", get(list::page))
        .route(
            "/quan-ly/mo-hop-thu/lap",
            get(propose::form).post(propose::propose),
        )
        .route(
            "/quan-ly/mo-hop-thu/{id}",
            get(order::page).post(order::act),
        )
        .route(
            "/quan-ly/mo-hop-thu/lan/{id}",
            get(grant::page).post(grant::end),
        )
}

/// The clause, with its words from the regulation that has it.
fn cited(law: congvu_governance::Law) -> crate::console::cited::Cited {
    use crate::console::cited::Cited;
    let own = law.profiles().find(|profile| profile.code() == "BS");
    own.map_or_else(Cited::none, |profile| Cited::of(profile, CLAUSE))
}
