//! Who asks: a token in `Authorization: Bearer`, for what it may be used, from where.

use std::net::IpAddr;
use std::time::Instant;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use congvu_governance::token::{self, Bearer, Scope, Secret};
use congvu_store::StoreError;

use super::Api;
use super::problem::{Answer, Problem};
use crate::peer::{Client, Peer};

/// Who asks, as a handler gets it.
pub(crate) struct Caller(pub(crate) Bearer);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Bearer>()
            .map(|bearer| Self(bearer.clone()))
            .ok_or_else(unauthorized)
    }
}

fn unauthorized() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "Cần mã truy cập còn hiệu lực trong Authorization: Bearer.",
    )
}

/// Lets through whose token is in force and has the scope.
pub(super) async fn guard(
    State((api, scope)): State<(Api, Option<Scope>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<Peer>().copied();
    match bearer(&api, scope, peer, request.headers()).await {
        Ok(bearer) => {
            request.extensions_mut().insert(bearer);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

pub(crate) async fn bearer(
    api: &Api,
    scope: Option<Scope>,
    peer: Option<Peer>,
    headers: &HeaderMap,
) -> Answer<Bearer> {
    let peer = peer.ok_or_else(unauthorized)?;
    let ip = client(api, peer, headers)?;
    let now = Instant::now();
    if let Some(wait) = api.throttle.wait(ip, now) {
        return Err(Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "Quá nhiều lần dùng mã truy cập sai; hãy chờ rồi thử lại.",
        )
        .retry_after(wait));
    }
    let Some(given) = headers.get(header::AUTHORIZATION) else {
        return Err(unauthorized());
    };
    let secret = given
        .to_str()
        .ok()
        .and_then(|given| given.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .and_then(|(_, secret)| Secret::parse(secret.trim()));
    let found = match secret {
        None => None,
        Some(secret) => {
            let shown = ip.to_string();
            let read = api.store.read(move |tx| token::verify(tx, &secret, &shown));
            let read: Result<_, StoreError> = read.await;
            read?
        }
    };
    let Some(bearer) = found else {
        if !(api.exempt)(ip) {
            api.throttle.failed(ip, now);
        }
        return Err(unauthorized());
    };
    if bearer.stale {
        let id = bearer.token;
        let noted = api.store.write(move |tx| token::note_use(tx, id));
        let noted: Result<(), StoreError> = noted.await;
        noted?;
    }
    if let Some(scope) = scope
        && !bearer.scopes.contains(&scope)
    {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            format!(
                "Mã truy cập này không có phạm vi {} ({}).",
                scope.name(),
                scope.label()
            ),
        ));
    }
    Ok(bearer)
}

fn client(api: &Api, peer: Peer, headers: &HeaderMap) -> Answer<IpAddr> {
    let client = Client::of(&api.proxies, peer, headers).ok_or_else(|| {
        Problem::new(
            StatusCode::FORBIDDEN,
            "Chỉ nhận kết nối được mã hóa (HTTPS).",
        )
    })?;
    Ok(client.ip)
}
