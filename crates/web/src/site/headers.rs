//! What every page says to browsers and caches, and what is refused before any page is asked.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use flate2::Compression;

use super::assets::pack;
use super::{Oops, Site};
use crate::peer::{Client, Peer};

/// Pages: our own styles, scripts and pictures, nothing in line, nothing from elsewhere; forms come back to us.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
     frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// A message's own frame: its styles, no script, nothing fetched but its own pictures.
pub(crate) const FRAME_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox";

/// The editor's own frame: what is written there has styles, and the editor's script is ours.
pub(crate) const EDITOR_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; img-src 'self' data:; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// Lets through what came enciphered and, where it changes something, from a page of ours.
pub(super) async fn guard(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>().copied();
    let client = peer.and_then(|peer| Client::of(&site.config.proxies, peer, request.headers()));
    let Some(client) = client else {
        return secured(to_https(request.headers(), request.uri()), false);
    };
    if !matches!(*request.method(), Method::GET | Method::HEAD) && !is_from_here(request.headers())
    {
        let text = "Yêu cầu này không đến từ trang của hệ thống nên không được thực hiện.";
        return secured(
            Oops::Forbidden(text.to_owned()).into_response(),
            client.is_secure,
        );
    }
    let takes_gzip = request
        .headers()
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("gzip"));
    request.extensions_mut().insert(client);
    let response = next.run(request).await;
    let response = if takes_gzip {
        packed(response).await
    } else {
        response
    };
    secured(response, client.is_secure)
}

/// A page, packed: lines to the mountains are thin. What is in it that others sent cannot be told by its size from what is
/// secret in it: that is another on every page.
async fn packed(response: Response) -> Response {
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|media| media.as_bytes().starts_with(b"text/html"));
    if !is_page {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts
        .headers
        .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    Response::from_parts(parts, pack(&bytes, Compression::fast()).into())
}

/// QN.3.1: the pages are read enciphered alone; who comes in the clear is shown the way.
fn to_https(headers: &HeaderMap, uri: &Uri) -> Response {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = host.map(|host| host.rsplit_once(':').map_or(host, |(host, _)| host));
    match host.filter(|host| {
        host.chars()
            .all(|c| c.is_ascii_alphanumeric() || ".-".contains(c))
    }) {
        Some(host) => {
            let path = uri.path_and_query().map_or("/", |path| path.as_str());
            Redirect::permanent(&format!("https://{host}{path}")).into_response()
        }
        None => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// Browsers say where a request was made; old ones say at least `Origin`. What says neither is no browser, and nobody is signed
/// in with it against their will.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_some_and(|(_, from)| from.eq_ignore_ascii_case(host)),
        (Some(_), None) => false,
        (None, _) => true,
    }
}

fn secured(mut response: Response, is_secure: bool) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    if is_secure {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qn_3_1_tq_3_1_sl_3_1_who_comes_in_the_clear_is_shown_the_way() {
        let asked = |host: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            let response = to_https(&headers, &Uri::from_static("/thu/1/2?truoc=3"));
            let to = response.headers().get(header::LOCATION);
            (
                response.status().as_u16(),
                to.map(|to| to.to_str().unwrap().to_owned()),
            )
        };
        let to = Some("https://thu.tinh.gov.vn/thu/1/2?truoc=3".to_owned());
        assert_eq!(asked("thu.tinh.gov.vn:80"), (308, to));
        assert_eq!(asked("ke\"xau"), (400, None));
    }

    #[test]
    fn requests_of_other_sites_are_told_apart() {
        let of = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            is_from_here(&headers)
        };
        assert!(of(&[("sec-fetch-site", "same-origin")]));
        assert!(!of(&[("sec-fetch-site", "cross-site")]));
        assert!(!of(&[("sec-fetch-site", "same-site")]));
        assert!(of(&[("origin", "https://thu.vn"), ("host", "thu.vn")]));
        assert!(!of(&[("origin", "https://ke-xau.vn"), ("host", "thu.vn")]));
        assert!(!of(&[("origin", "null"), ("host", "thu.vn")]));
    }
}
