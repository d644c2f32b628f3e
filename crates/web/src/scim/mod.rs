//! SCIM 2.0 under `/scim/v2` (RFC 7643, RFC 7644; SL.14.2, QN.5): persons with their accounts, for the province's other systems, by
//! the tokens of the REST API. What another system changes becomes a request that people decide on (QN.5.3), and nothing is ever
//! deleted by it: `docs/IDENTITY.md`.

mod about;
mod change;
mod error;
mod filter;
mod groups;
mod patch;
mod users;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, delete, get, patch as patching, post, put};
use congvu_governance::texts;
use congvu_governance::token::Scope;
use serde_json::Value;

use crate::api::guard;
use crate::api::{Api, Route};
use crate::peer::{Client, Peer};
use error::Error;

/// An answer, or why there is none.
type Answer<T = Response> = Result<T, Error>;

/// The largest body, in octets: a person is small.
const LARGEST: usize = 256 << 10;
/// How long it may take.
const BODY: std::time::Duration = std::time::Duration::from_secs(30);
/// RFC 7644 §8.1.
const MEDIA: &str = "application/scim+json";

macro_rules! routes {
    ($($method:ident $router:ident $path:literal $scope:expr => $handler:path;)*) => {
        /// All operations, below `/scim/v2`.
        pub const ROUTES: &[Route] = &[
            $(Route { method: stringify!($method), path: $path, scope: $scope }),*
        ];

        fn guarded(api: &Api) -> Router<Api> {
            Router::new()
                $(.route($path, shut($router($handler), api, $scope)))*
        }
    };
}

routes! {
    get get "/ServiceProviderConfig" None => about::config;
    get get "/ResourceTypes" None => about::types;
    get get "/ResourceTypes/{id}" None => about::type_of;
    get get "/Schemas" None => about::schemas;
    get get "/Schemas/{id}" None => about::schema;
    get get "/Users" Some(Scope::ReadIdentities) => users::list;
    post post "/Users" Some(Scope::WriteIdentities) => users::create;
    post post "/Users/.search" Some(Scope::ReadIdentities) => users::search;
    get get "/Users/{id}" Some(Scope::ReadIdentities) => users::show;
    put put "/Users/{id}" Some(Scope::WriteIdentities) => users::replace;
    patch patching "/Users/{id}" Some(Scope::WriteIdentities) => users::modify;
    delete delete "/Users/{id}" Some(Scope::WriteIdentities) => users::remove;
    get get "/Groups" Some(Scope::ReadIdentities) => groups::list;
    get get "/Groups/{id}" Some(Scope::ReadIdentities) => groups::show;
}

fn shut(routes: MethodRouter<Api>, api: &Api, scope: Option<Scope>) -> MethodRouter<Api> {
    routes.route_layer(from_fn_with_state((api.clone(), scope), admit))
}

/// SCIM, to stand beside other routes.
pub(crate) fn part(api: &Api) -> Router {
    let under = guarded(api)
        .fallback(missing)
        .method_not_allowed_fallback(not_allowed);
    Router::new()
        .nest("/scim/v2", under)
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(map_response(crate::api::secured))
        .with_state(api.clone())
}

async fn missing() -> Error {
    Error::new(StatusCode::NOT_FOUND, "no such resource")
}

async fn not_allowed() -> Error {
    Error::new(StatusCode::METHOD_NOT_ALLOWED, "not supported here")
}

/// Lets through whose token is in force and has the scope, as the REST API does; refusals are in SCIM's form.
async fn admit(
    State((api, scope)): State<(Api, Option<Scope>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<Peer>().copied();
    match guard::bearer(&api, scope, peer, request.headers()).await {
        Ok(bearer) => {
            let client = peer.and_then(|peer| Client::of(&api.proxies, peer, request.headers()));
            let base = Base::of(client, request.headers());
            request.extensions_mut().insert(bearer);
            request.extensions_mut().insert(base);
            next.run(request).await
        }
        Err(problem) => Error::from(problem).into_response(),
    }
}

/// What addresses of resources begin with, as whoever asks wrote it.
#[derive(Clone, Debug)]
struct Base(String);

impl Base {
    fn of(client: Option<Client>, headers: &HeaderMap) -> Self {
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        let plain = |host: &&str| {
            host.chars()
                .all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c))
        };
        let scheme = match client {
            Some(client) if client.is_secure => "https",
            _ => "http",
        };
        Self(match host.filter(plain) {
            Some(host) => format!("{scheme}://{host}/scim/v2"),
            None => "/scim/v2".to_owned(),
        })
    }
}

/// A resource or a message as SCIM sends it.
fn scim(status: StatusCode, body: &Value) -> Response {
    let media = HeaderValue::from_static(MEDIA);
    (status, [(header::CONTENT_TYPE, media)], body.to_string()).into_response()
}

/// A JSON object as the body, without control characters.
struct Body(Value);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        let media = request.headers().get(header::CONTENT_TYPE);
        let media = media.and_then(|media| media.to_str().ok());
        let name = media.unwrap_or_default().split(';').next();
        let name = name.unwrap_or_default().trim().to_ascii_lowercase();
        if !matches!(name.as_str(), MEDIA | "application/json") {
            return Err(Error::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Content-Type must be application/scim+json",
            ));
        }
        let read = tokio::time::timeout(BODY, Bytes::from_request(request, state)).await;
        let bytes = match read {
            Err(_) => {
                return Err(Error::new(
                    StatusCode::REQUEST_TIMEOUT,
                    "the body is too slow",
                ));
            }
            Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                return Err(Error::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "the body is larger than 256 kB",
                ));
            }
            Ok(Err(_)) => return Err(Error::syntax("the body broke off")),
            Ok(Ok(bytes)) => bytes,
        };
        let value: Value = serde_json::from_slice(&bytes)
            .map_err(|error| Error::syntax(format!("no JSON: {error}")))?;
        if !value.is_object() {
            return Err(Error::syntax("the body is no JSON object"));
        }
        if !texts::is_plain_value(&value) {
            return Err(Error::value("control characters in a text"));
        }
        Ok(Self(value))
    }
}
