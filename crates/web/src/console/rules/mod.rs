//! What the regulation asks of the whole system: reports, incidents, takedown, stops and notices, the regulations themselves, the
//! calendar, and the settings they run under.

mod calendar;
mod incidents;
mod notices;
mod profiles;
mod reports;
mod settings;
mod takedown;

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use congvu_governance::Refused;
use congvu_regulation::{Date, Profile};
use congvu_store::{OrganisationId, Tx, organisation};

pub use self::settings::{Setting, Settings, SettingsSection};
use super::Officer;
use super::cited::Cited;
use crate::site::{Oops, Site};

/// So many lines stand on one page of a list.
const SHOWN: i64 = 50;
/// So many places can be chosen from at once.
const PLACES: i64 = 1_000;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .merge(reports::routes())
        .merge(incidents::routes())
        .merge(takedown::routes())
        .merge(notices::routes())
        .merge(profiles::routes())
        .merge(calendar::routes())
        .merge(settings::routes())
}

/// A state: shape and word.
#[derive(Clone, Debug)]
struct Chip {
    state: &'static str,
    icon: &'static str,
    words: &'static str,
}

/// Why a form was not taken: sentences, each with its clause.
#[derive(Debug)]
struct Trouble {
    status: StatusCode,
    lines: Vec<(String, Cited)>,
}

impl Trouble {
    /// What was typed makes no sense, or lacks something.
    fn bad(text: &str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            lines: vec![(text.to_owned(), Cited::none())],
        }
    }

    /// Whoever asks may not do this, and the page they are on says why.
    fn forbidden(text: &str) -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            lines: vec![(text.to_owned(), Cited::none())],
        }
    }

    /// Why an act was not carried out. What is no fault of the form is a page of its own.
    fn of(refused: Refused, profile: Option<&Profile>) -> Result<Self, Oops> {
        let cite = |refusal: congvu_regulation::Refusal| {
            let cited =
                profile.map_or_else(Cited::none, |profile| Cited::by(profile, &refusal.origin));
            match cited.is_empty() {
                true => (refusal.to_string(), cited),
                false => (refusal.text, cited),
            }
        };
        let (status, lines) = match refused {
            Refused::Rule(refusal) => (StatusCode::UNPROCESSABLE_ENTITY, vec![cite(*refusal)]),
            Refused::Rules(all) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                all.into_iter().map(cite).collect(),
            ),
            Refused::State(text) => (StatusCode::CONFLICT, vec![(text, Cited::none())]),
            Refused::Bad(text) => (StatusCode::BAD_REQUEST, vec![(text, Cited::none())]),
            refused => return Err(refused.into()),
        };
        Ok(Self { status, lines })
    }
}

/// A page that shows why its form was not taken, with the status that says so.
fn told(page: Response, trouble: Option<StatusCode>) -> Response {
    match trouble {
        Some(status) => (status, page).into_response(),
        None => page,
    }
}

/// A file to keep.
fn file(name: &str, media_type: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    let shown = format!("attachment; filename=\"{name}\"");
    if let Ok(shown) = HeaderValue::from_str(&shown) {
        headers.insert(header::CONTENT_DISPOSITION, shown);
    }
    response
}

/// What takes the processor long, on a thread of its own.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Oops> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "work on a thread of its own failed");
        Oops::Busy
    })
}

/// `thứ Năm 26/11/2026`
fn weekday(day: Date) -> String {
    format!("{} {}", day.weekday(), day.vietnamese())
}

/// A number that stands in an address or a field.
fn number(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

/// A place to choose.
#[derive(Clone, Debug)]
struct Choice {
    id: OrganisationId,
    name: String,
    is_here: bool,
}

/// The places to go to from one: those above it that the officer has, itself, and those right below it.
fn choices(tx: &mut Tx<'_>, officer: &Officer, here: OrganisationId) -> Result<Vec<Choice>, Oops> {
    let tops = officer.places(&congvu_governance::Role::ALL);
    let path = organisation::path(tx, here)?;
    let mut own: Vec<OrganisationId> = tops.into_iter().filter(|top| !path.contains(top)).collect();
    if let Some(at) = path.iter().rposition(|place| {
        officer
            .places(&congvu_governance::Role::ALL)
            .contains(place)
    }) {
        own.extend(path[..=at].iter().rev());
    }
    let mut found = Vec::new();
    for id in own {
        if let Some(place) = organisation::get(tx, id)? {
            found.push(Choice {
                id,
                name: place.name,
                is_here: id == here,
            });
        }
    }
    for place in organisation::below(tx, here, OrganisationId(0), PLACES)? {
        if place.parent == Some(here) && place.ended_at.is_none() {
            found.push(Choice {
                id: place.id,
                name: place.name,
                is_here: false,
            });
        }
    }
    Ok(found)
}

/// The agency whose place this is called, for a heading.
fn name_of(tx: &mut Tx<'_>, place: OrganisationId) -> Result<String, Oops> {
    Ok(organisation::get(tx, place)?.map_or_else(String::new, |place| place.name))
}
