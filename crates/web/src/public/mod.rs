//! The directory that anybody may read without signing in, as far as the regulation at each place makes it public (QN.13.5, BS.6), and
//! the same as files for the agencies' own sites.

mod agency;
mod feed;

use axum::Router;
use axum::routing::get;
use congvu_governance::Law;
use congvu_governance::directory::check_published;
use congvu_regulation::Source;
use congvu_store::{OrganisationId, StoreError, Tx, organisation};

use crate::site::{Oops, Site};

pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/co-quan", get(agency::top))
        .route("/co-quan/{place}", get(agency::page))
        .route("/co-quan/{place}/{file}", get(feed::file))
}

/// The page of a place.
fn href(place: OrganisationId) -> String {
    format!("/co-quan/{place}")
}

/// What makes the directory of a place public.
struct Ground {
    /// The clause; empty where it is a local setting.
    clause: String,
    /// Its words.
    quote: String,
    /// The regulation, as people name it.
    regulation: String,
}

/// Why the directory of a place is public.
///
/// # Errors
/// It is not, with the clause; or there is no such place.
fn ground(tx: &mut Tx<'_>, law: Law, place: OrganisationId) -> Result<Ground, Oops> {
    let profile = law.at(tx, place)?;
    check_published(profile)?;
    let directory = &profile.access().directory;
    let (clause, quote) = match &directory.source {
        Source::Clause { id, quote } => (id.to_string(), quote.clone()),
        Source::Local => (String::new(), String::new()),
    };
    Ok(Ground {
        clause,
        quote,
        regulation: profile.head().cited_as().to_owned(),
    })
}

/// Whether the directory of a place is public.
pub(crate) fn is_public(
    tx: &mut Tx<'_>,
    law: Law,
    place: OrganisationId,
) -> Result<bool, StoreError> {
    match law.at(tx, place) {
        Ok(profile) => Ok(check_published(profile).is_ok()),
        Err(congvu_governance::Refused::Store(error)) => Err(error),
        Err(_) => Ok(false),
    }
}

/// The place whose number stands in an address, while it is there.
fn find(tx: &mut Tx<'_>, text: &str) -> Result<organisation::Organisation, Oops> {
    let id: i64 = text.parse().map_err(|_| gone())?;
    let found = organisation::get(tx, OrganisationId(id))?;
    found
        .filter(|place| place.ended_at.is_none())
        .ok_or_else(gone)
}

fn gone() -> Oops {
    Oops::missing(
        "Không có cơ quan, đơn vị này trong danh bạ; có thể cơ quan đã sáp nhập hoặc đổi tên.",
    )
}
