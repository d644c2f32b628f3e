//! The REST API under `/api/v1` (SL.14.2): JSON, tokens with scopes, described by `/api/v1/openapi.json`. There are no
//! cookies, so no other site can make a browser ask in somebody's name, and no other site is allowed to read an answer.

mod access;
mod audit;
mod directory;
mod groups;
pub(crate) mod guard;
mod incidents;
mod keepers;
mod logs;
mod mailbox_changes;
mod mailboxes;
mod organisations;
mod papers;
mod place_changes;
mod place_lists;
pub(crate) mod problem;
mod proposals;
mod read;
mod renames;
mod reports;
mod requests;
mod roles;
mod serve;
mod statistics;
mod sweep;
mod takedowns;
mod throttle;
mod units;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use congvu_governance::audit::Key;
use congvu_governance::token::Scope;
use congvu_governance::{Law, Refused};
use congvu_store::{Store, Tx};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use guard::Caller;
use problem::{Answer, Problem};
use throttle::Throttle;

pub use crate::peer::Peer;
pub use serve::{BUSY, handle};

/// Whether an address is one of some.
pub type Among = Arc<dyn Fn(IpAddr) -> bool + Send + Sync>;

/// What the API stands on.
#[derive(Clone)]
pub struct Api {
    /// The store.
    store: Store,
    pub(crate) law: Law,
    phones: bool,
    pub(crate) proxies: Among,
    exempt: Among,
    throttle: Arc<Throttle>,
    /// Who reads lists and sets documents now: each may take a core for seconds.
    heavy: Arc<Semaphore>,
    /// What signs hand-overs, and checkpoints of the record.
    key: Option<Arc<Key>>,
    checkpoints: Option<PathBuf>,
    /// The most that one sweep may do to people.
    sweep_most: usize,
}

/// As `governance.sweep_most` is where nobody sets it.
const SWEEP_MOST: usize = 200;

/// So many lists are read and documents set at once.
const HEAVY: usize = 2;

impl Api {
    /// An API on a store under these regulations.
    #[must_use]
    pub fn new(store: &Store, law: Law) -> Self {
        let none: Among = Arc::new(|_| false);
        Self {
            store: store.clone(),
            law,
            phones: false,
            proxies: Arc::clone(&none),
            exempt: none,
            throttle: Arc::default(),
            heavy: Arc::new(Semaphore::new(HEAVY)),
            key: None,
            checkpoints: None,
            sweep_most: SWEEP_MOST,
        }
    }

    /// Hand-overs are signed with this key (`audit.key`), and the record is held against this file (`audit.checkpoints`).
    #[must_use]
    pub fn signing(self, key: Key, checkpoints: PathBuf) -> Self {
        Self {
            key: Some(Arc::new(key)),
            checkpoints: Some(checkpoints),
            ..self
        }
    }

    /// So much may one sweep do to people (`governance.sweep_most`).
    #[must_use]
    pub fn sweeping(self, most: usize) -> Self {
        Self {
            sweep_most: most,
            ..self
        }
    }

    /// Telephone numbers are shown and found (`directory.phones`).
    #[must_use]
    pub fn with_phones(self, phones: bool) -> Self {
        Self { phones, ..self }
    }

    /// Reverse proxies of ours: what they say in `X-Forwarded-For` is believed, and they may come without TLS.
    #[must_use]
    pub fn behind(self, proxies: Among) -> Self {
        Self { proxies, ..self }
    }

    /// Networks in which many sit behind one address: their wrong tokens are not counted.
    #[must_use]
    pub fn exempting(self, exempt: Among) -> Self {
        Self { exempt, ..self }
    }

    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Refused> + Send + 'static,
    ) -> Answer<T> {
        Ok(self.store.read(work).await?)
    }

    /// Runs what takes long beside the runtime, a few at a time.
    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Answer<T> {
        let seat = Arc::clone(&self.heavy).acquire_owned().await;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(seat);
            done
        });
        done.await.map_err(|_| {
            tracing::error!("api: reading or setting a document panicked");
            Problem::bad("Tệp không đọc được.")
        })
    }

    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Refused> + Send + 'static,
    ) -> Answer<T> {
        Ok(self.store.write(work).await?)
    }
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Api")
    }
}

/// An operation of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// `get` or `post`.
    pub method: &'static str,
    /// Below `/api/v1`.
    pub path: &'static str,
    /// The scope a token needs for it; none: any token.
    pub scope: Option<Scope>,
}

macro_rules! routes {
    ($($method:ident $path:literal $scope:expr => $handler:path;)*) => {
        /// All operations that take a token.
        pub const ROUTES: &[Route] = &[
            $(Route { method: stringify!($method), path: $path, scope: $scope }),*
        ];

        fn guarded(api: &Api) -> Router<Api> {
            Router::new()
                $(.route($path, $method($handler).route_layer(
                    from_fn_with_state((api.clone(), $scope), guard::guard)
                )))*
        }
    };
}

routes! {
    get "/token" None => token;
    get "/organisations" Some(Scope::ReadOrganisations) => organisations::list;
    get "/organisations/{id}" Some(Scope::ReadOrganisations) => organisations::show;
    get "/organisations/{id}/history" Some(Scope::ReadOrganisations) => place_changes::history;
    get "/organisations/file" Some(Scope::ReadOrganisations) => place_lists::export;
    post "/organisations" Some(Scope::WriteOrganisations) => place_changes::add;
    post "/organisations/list" Some(Scope::WriteOrganisations) => place_lists::import;
    post "/organisations/merge" Some(Scope::WriteOrganisations) => place_changes::merge;
    post "/organisations/split" Some(Scope::WriteOrganisations) => place_changes::split;
    post "/organisations/{id}/change" Some(Scope::WriteOrganisations) => place_changes::change;
    post "/organisations/{id}/spokesmen" Some(Scope::WriteOrganisations) => place_changes::spokesmen;
    post "/organisations/{id}/limits" Some(Scope::WriteOrganisations) => place_changes::limits;
    post "/organisations/{id}/dissolve" Some(Scope::WriteOrganisations) => place_changes::dissolve;
    get "/renames" Some(Scope::ReadOrganisations) => renames::list;
    post "/renames" Some(Scope::WriteOrganisations) => renames::plan;
    get "/renames/{id}" Some(Scope::ReadOrganisations) => renames::show;
    get "/renames/{id}/lines" Some(Scope::ReadOrganisations) => renames::lines;
    post "/renames/{id}/lines/{number}/choose" Some(Scope::WriteOrganisations) => renames::choose;
    post "/renames/{id}/apply" Some(Scope::WriteOrganisations) => renames::apply;
    post "/renames/{id}/undo" Some(Scope::WriteOrganisations) => renames::undo;
    post "/renames/{id}/drop" Some(Scope::WriteOrganisations) => renames::give_up;
    get "/directory" Some(Scope::ReadDirectory) => directory::search;
    get "/directory/file" Some(Scope::ReadDirectory) => directory::file;
    post "/groups" Some(Scope::WriteGroups) => groups::add;
    get "/groups/{address}/members" Some(Scope::ReadDirectory) => groups::members;
    post "/groups/{address}/members" Some(Scope::WriteGroups) => groups::change;
    get "/mailboxes" Some(Scope::ReadMailboxes) => mailboxes::list;
    get "/mailboxes/{address}" Some(Scope::ReadMailboxes) => mailboxes::show;
    post "/mailboxes/preview" Some(Scope::ReadMailboxes) => mailboxes::preview;
    post "/mailboxes/{address}/lock" Some(Scope::WriteMailboxes) => mailboxes::lock;
    post "/mailboxes/{address}/restore" Some(Scope::WriteMailboxes) => mailboxes::restore;
    post "/mailboxes/{address}/exempt" Some(Scope::WriteMailboxes) => mailboxes::exempt;
    post "/mailboxes/{address}/exempt/end" Some(Scope::WriteMailboxes) => mailboxes::end_exemption;
    post "/mailboxes/{address}/receipt" Some(Scope::WriteMailboxes) => mailboxes::receipt;
    post "/mailboxes/{address}/violation" Some(Scope::WriteMailboxes) => mailboxes::violation;
    post "/mailboxes/{address}/hand-over" Some(Scope::WriteRequests) => mailboxes::hand_over;
    post "/mailboxes/{address}/change" Some(Scope::WriteMailboxes) => mailbox_changes::change;
    post "/mailboxes/{address}/quota" Some(Scope::WriteMailboxes) => mailbox_changes::quota;
    post "/mailboxes/{address}/attachment" Some(Scope::WriteMailboxes) => mailbox_changes::attachment;
    post "/mailboxes/{address}/revoke" Some(Scope::WriteMailboxes) => mailbox_changes::revoke;
    get "/mailboxes/{address}/access" Some(Scope::ReadAccess) => access::list;
    post "/mailboxes/{address}/access/consent" Some(Scope::WriteAccess) => access::consent;
    post "/mailboxes/{address}/access/orders" Some(Scope::WriteAccess) => access::propose;
    post "/access/orders/{id}/confirm" Some(Scope::WriteAccess) => access::confirm;
    post "/access/orders/{id}/withdraw" Some(Scope::WriteAccess) => access::withdraw;
    post "/access/grants/{id}/end" Some(Scope::WriteAccess) => access::end;
    get "/units/{address}/messages" Some(Scope::ReadUnits) => units::list;
    post "/units/{address}/messages/{message}/take" Some(Scope::WriteUnits) => units::take;
    post "/units/{address}/messages/{message}/return" Some(Scope::WriteUnits) => units::give_back;
    post "/units/{address}/messages/{message}/assign" Some(Scope::WriteUnits) => units::assign;
    post "/units/{address}/messages/{message}/answer" Some(Scope::WriteUnits) => units::answer;
    post "/units/{address}/messages/{message}/done" Some(Scope::WriteUnits) => units::done;
    get "/units/{address}/keepers" Some(Scope::ReadUnits) => keepers::list;
    post "/units/{address}/keepers" Some(Scope::ManageUnits) => keepers::add;
    post "/units/{address}/hand-over" Some(Scope::ManageUnits) => keepers::hand_over;
    post "/delegations/{id}/change" Some(Scope::ManageUnits) => keepers::change;
    post "/delegations/{id}/end" Some(Scope::ManageUnits) => keepers::end;
    get "/requests" Some(Scope::ReadRequests) => requests::list;
    post "/requests" Some(Scope::WriteRequests) => requests::open;
    post "/requests/list" Some(Scope::WriteRequests) => papers::open;
    get "/requests/template" Some(Scope::ReadRequests) => papers::template;
    get "/requests/{id}" Some(Scope::ReadRequests) => requests::show;
    get "/requests/{id}/form" Some(Scope::ReadRequests) => papers::form;
    get "/requests/{id}/lines" Some(Scope::ReadRequests) => requests::lines;
    post "/requests/{id}/lines/{number}/decision" Some(Scope::DecideRequests) => requests::decide;
    post "/requests/{id}/decisions" Some(Scope::DecideRequests) => requests::decide_many;
    post "/requests/{id}/forward" Some(Scope::WriteRequests) => requests::forward;
    post "/requests/{id}/withdraw" Some(Scope::WriteRequests) => requests::withdraw;
    post "/requests/{id}/hand-over" Some(Scope::WriteRequests) => requests::hand_over;
    get "/reports" Some(Scope::ReadReports) => reports::list;
    post "/reports" Some(Scope::WriteReports) => reports::make;
    get "/reports/kinds" Some(Scope::ReadReports) => reports::kinds;
    get "/reports/due" Some(Scope::ReadReports) => reports::due;
    get "/reports/summary" Some(Scope::ReadReports) => reports::summary;
    get "/reports/{id}" Some(Scope::ReadReports) => reports::show;
    get "/reports/{id}/file" Some(Scope::ReadReports) => reports::file;
    get "/reports/{id}/remade" Some(Scope::ReadReports) => reports::remake;
    post "/reports/{id}/refresh" Some(Scope::WriteReports) => reports::refresh;
    post "/reports/{id}/hand-in" Some(Scope::WriteReports) => reports::hand_in;
    post "/reports/{id}/hand-back" Some(Scope::WriteReports) => reports::hand_back;
    post "/reports/{id}/accept" Some(Scope::WriteReports) => reports::accept;
    get "/statistics" Some(Scope::ReadReports) => statistics::numbers;
    get "/overdue" Some(Scope::ReadReports) => statistics::overdue;
    get "/proposals" Some(Scope::ReadProposals) => proposals::list;
    post "/proposals/{id}/confirm" Some(Scope::DecideProposals) => proposals::confirm;
    post "/proposals/{id}/put-off" Some(Scope::DecideProposals) => proposals::put_off;
    get "/sweep" Some(Scope::ReadProposals) => sweep::preview;
    post "/sweep" Some(Scope::DecideProposals) => sweep::confirm;
    get "/takedowns" Some(Scope::ReadTakedowns) => takedowns::list;
    post "/takedowns" Some(Scope::WriteTakedowns) => takedowns::open;
    get "/takedowns/{id}" Some(Scope::ReadTakedowns) => takedowns::show;
    post "/takedowns/{id}/preview" Some(Scope::WriteTakedowns) => takedowns::preview;
    post "/takedowns/{id}/seal" Some(Scope::WriteTakedowns) => takedowns::seal;
    post "/takedowns/{id}/release" Some(Scope::WriteTakedowns) => takedowns::release;
    post "/takedowns/{id}/purge" Some(Scope::WriteTakedowns) => takedowns::purge;
    post "/takedowns/{id}/content" Some(Scope::WriteTakedowns) => takedowns::content;
    post "/takedowns/{id}/evidence" Some(Scope::WriteTakedowns) => takedowns::evidence;
    post "/takedown-orders/{id}/confirm" Some(Scope::WriteTakedowns) => takedowns::confirm;
    post "/takedown-orders/{id}/withdraw" Some(Scope::WriteTakedowns) => takedowns::withdraw;
    get "/incidents" Some(Scope::ReadIncidents) => incidents::list;
    post "/incidents" Some(Scope::WriteIncidents) => incidents::report;
    post "/incidents/secret" Some(Scope::WriteIncidents) => incidents::secret;
    get "/incidents/{id}" Some(Scope::ReadIncidents) => incidents::show;
    post "/incidents/{id}/step" Some(Scope::WriteIncidents) => incidents::step;
    get "/stops" Some(Scope::ReadIncidents) => incidents::stops;
    post "/stops" Some(Scope::WriteIncidents) => incidents::plan;
    post "/stops/{id}/cancel" Some(Scope::WriteIncidents) => incidents::cancel;
    post "/stops/{id}/done" Some(Scope::WriteIncidents) => incidents::done;
    get "/roles" Some(Scope::ReadRoles) => roles::list;
    post "/roles" Some(Scope::WriteRoles) => roles::grant;
    post "/roles/end" Some(Scope::WriteRoles) => roles::end;
    get "/audit" Some(Scope::ReadAudit) => audit::list;
    get "/audit/verification" Some(Scope::ReadAudit) => logs::verify;
    get "/sign-ins" Some(Scope::ReadLogs) => logs::sign_ins;
    get "/mail-log" Some(Scope::ReadLogs) => logs::mail;
}

/// The description of the API (OpenAPI 3.1).
pub const DESCRIPTION: &str = include_str!("openapi.json");

/// The API alone. Whoever serves it tells of each connection who its [`Peer`] is.
pub fn router(api: &Api) -> Router {
    part(api)
        .merge(crate::scim::part(api))
        .fallback(missing)
        .layer(map_response(secured))
}

/// The API, to stand beside other routes.
pub(crate) fn part(api: &Api) -> Router {
    let under = guarded(api)
        .route("/openapi.json", get(description))
        .fallback(missing)
        .method_not_allowed_fallback(not_allowed);
    Router::new()
        .nest("/api/v1", under)
        .layer(DefaultBodyLimit::max(read::LARGEST))
        .layer(map_response(secured))
        .with_state(api.clone())
}

async fn description() -> Response {
    let media = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, media)], DESCRIPTION).into_response()
}

async fn missing() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "Không có tài nguyên này.")
}

async fn not_allowed() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "Tài nguyên này không có phương thức đó.",
    )
}

/// What every answer says to browsers and caches: keep nothing, guess nothing, show it in no page.
pub(crate) async fn secured(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whose token it is, and what it may be used for.
async fn token(State(_): State<Api>, Caller(bearer): Caller) -> Json<Value> {
    let scopes: Vec<&str> = bearer.scopes.iter().map(|scope| scope.name()).collect();
    Json(json!({
        "id": bearer.token, "account": bearer.actor.name, "scopes": scopes,
        "organisation": bearer.actor.within().map(|place| place.0),
    }))
}
