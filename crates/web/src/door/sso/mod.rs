//! Signing in once for both systems (TQ.10.1.b, QN.5.1): the authorization code flow of OpenID Connect Core 1.0 §3.1 with PKCE (RFC 7636).
//! The provider says who somebody is; whether they come in is this system's: locks, passwords that must be changed and the rules of
//! use hold as ever, and no account is made.

mod provider;
mod token;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use congvu_access::{Attempt, Protocol, Refusal, SignedIn};
use congvu_store::random;
use congvu_store::{StoreError, sso_session};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

pub use provider::{Settings, Sso};

use super::sign_in::{open, render, way_back, why};
use crate::peer::Client;
use crate::site::{Fields, Lang, Page, Site, Visitor, set_cookie};

/// Where people are sent to the provider, and where they come back.
pub(crate) const START: &str = "/dang-nhap/mot-lan";
const BACK: &str = "/dang-nhap/mot-lan/ve";
const LOGOUT: &str = "/dang-nhap/mot-lan/ra";
/// How long somebody may take at the provider, in seconds.
const PATIENCE: u64 = 600;
/// The longest way back that is remembered, in bytes.
const LONGEST_WAY: usize = 500;
/// RFC 6265bis §4.1.3.2.
const SECURE: &str = "__Host-congvu-mot-lan";
const CLEAR: &str = "congvu-mot-lan";

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route(START, get(start))
        .route(BACK, get(back))
        .route(LOGOUT, post(logout))
}

/// What a browser keeps while its user is at the provider. Only this very browser can go on with it, once.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Journey {
    state: String,
    nonce: String,
    verifier: String,
    back: String,
    shared: bool,
}

impl Journey {
    fn new(back: String, shared: bool) -> Self {
        let secret = || URL_SAFE_NO_PAD.encode(random::<32>());
        Self {
            state: secret(),
            nonce: secret(),
            verifier: secret(),
            back,
            shared,
        }
    }

    /// RFC 7636 §4.2.
    fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, self.verifier.as_bytes()))
    }

    fn cookie(&self, client: Client) -> HeaderValue {
        let value = serde_json::to_vec(self).unwrap_or_default();
        cookie(client, &URL_SAFE_NO_PAD.encode(value), PATIENCE)
    }

    fn of(headers: &HeaderMap, client: Client) -> Option<Self> {
        let value = crate::site::cookie(headers, name_of(client))?;
        let value = URL_SAFE_NO_PAD.decode(value).ok()?;
        serde_json::from_slice(&value).ok()
    }
}

fn name_of(client: Client) -> &'static str {
    if client.is_secure { SECURE } else { CLEAR }
}

/// Lax: the provider sends the browser back from another site.
fn cookie(client: Client, value: &str, seconds: u64) -> HeaderValue {
    let secure = if client.is_secure { "; Secure" } else { "" };
    let name = name_of(client);
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// What the provider knows this system's pages by: its name, or on the machine itself whatever the browser asked for.
fn here(site: &Site, client: Client, headers: &HeaderMap) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    match (client.is_secure, host) {
        (false, Some(host)) => format!("http://{host}"),
        _ => format!("https://{}", site.config.hostname),
    }
}

async fn start(
    State(site): State<Site>,
    visitor: Visitor,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let back = Some(way_back(query.get("ve"))).filter(|back| back.len() <= LONGEST_WAY);
    let back = back.unwrap_or_else(|| way_back(""));
    if visitor.user.is_some() {
        return Ok(Redirect::to(&back).into_response());
    }
    let Some(sso) = &site.sso else {
        return Ok(Redirect::to("/dang-nhap").into_response());
    };
    let journey = Journey::new(back, query.has("may-chung"));
    let redirect = format!("{}{BACK}", here(&site, visitor.client, &headers));
    match sso
        .way_there(
            &redirect,
            &journey.state,
            &journey.nonce,
            &journey.challenge(),
        )
        .await
    {
        Ok(there) => {
            let mut response = Redirect::to(&there).into_response();
            let cookie = journey.cookie(visitor.client);
            response.headers_mut().append(header::SET_COOKIE, cookie);
            Ok(response)
        }
        Err(error) => {
            tracing::warn!(%error, "single sign-on: the provider cannot be asked");
            refused(&site, &visitor, journey.back, unreachable(visitor.lang)).await
        }
    }
}

fn unreachable(lang: Lang) -> String {
    lang.t("Chưa hỏi được hệ thống đăng nhập một lần. Hãy thử lại sau ít phút.")
        .to_owned()
}

fn stale(lang: Lang) -> String {
    lang.t("Lần đăng nhập này đã quá hạn hoặc không bắt đầu từ trình duyệt này. Hãy bấm lại nút đăng nhập một lần.")
        .to_owned()
}

/// The page again, with why not; what the browser kept is over.
async fn refused(site: &Site, visitor: &Visitor, back: String, why: String) -> Page {
    let mut response = render(site, visitor, back, ("", false), Some((why, None))).await?;
    let over = cookie(visitor.client, "", 0);
    response.headers_mut().append(header::SET_COOKIE, over);
    Ok(response)
}

async fn back(
    State(site): State<Site>,
    visitor: Visitor,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let lang = visitor.lang;
    let Some(sso) = &site.sso else {
        return Ok(Redirect::to("/dang-nhap").into_response());
    };
    let journey = Journey::of(&headers, visitor.client).filter(|journey| {
        let told = query.get("state").as_bytes();
        bool::from(journey.state.as_bytes().ct_eq(told))
    });
    let Some(journey) = journey else {
        return refused(&site, &visitor, way_back(""), stale(lang)).await;
    };
    // RFC 9207: an answer of another provider is none.
    let issued_by = query.find("iss");
    if query.get("code").is_empty() || issued_by.is_some_and(|issuer| issuer != sso.issuer()) {
        let why = lang
            .t("Bạn chưa đăng nhập ở hệ thống đăng nhập một lần.")
            .to_owned();
        return refused(&site, &visitor, journey.back, why).await;
    }
    let redirect = format!("{}{BACK}", here(&site, visitor.client, &headers));
    let proven = sso
        .redeem(
            query.get("code"),
            &redirect,
            &journey.verifier,
            &journey.nonce,
        )
        .await;
    let person = match proven {
        Ok(person) => person,
        Err(error) => {
            tracing::warn!(%error, "single sign-on: what the provider said is not believed");
            return refused(&site, &visitor, journey.back, unreachable(lang)).await;
        }
    };
    let attempt = Attempt {
        protocol: Protocol::Web,
        peer: visitor.client.ip,
    };
    let signed_in = match site.access.vouched(attempt, &person.name).await {
        Ok(signed_in) => signed_in,
        Err(Refusal::Wrong) => {
            let why = lang
                .t("Tài khoản này chưa gắn với hộp thư nào dùng được ở đây. Hãy báo đầu mối thư điện tử của cơ quan (QN.5.1).")
                .to_owned();
            return refused(&site, &visitor, journey.back, why).await;
        }
        Err(refusal) => {
            let (why, _) = why(&site, &refusal, lang).await?;
            return refused(&site, &visitor, journey.back, why).await;
        }
    };
    enter(&site, &visitor, signed_in, journey, &person).await
}

async fn enter(
    site: &Site,
    visitor: &Visitor,
    signed_in: SignedIn,
    journey: Journey,
    person: &token::Person,
) -> Page {
    let of = sso_session::Of {
        subject: person.subject.clone(),
        sid: person.session.clone(),
    };
    let (seal, limited) = open(site, visitor, signed_in, journey.shared, Some(of)).await?;
    let to = if limited {
        "/doi-mat-khau"
    } else {
        &journey.back
    };
    let mut response = Redirect::to(to).into_response();
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, set_cookie(visitor.client, &seal));
    headers.append(header::SET_COOKIE, cookie(visitor.client, "", 0));
    Ok(response)
}

/// OpenID Connect Back-Channel Logout 1.0: the provider itself says, with its signature, that somebody is out.
async fn logout(State(site): State<Site>, fields: Fields) -> Response {
    let Some(sso) = &site.sso else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let out = match sso.logged_out(fields.get("logout_token")).await {
        Ok(out) => out,
        Err(error) => {
            tracing::warn!(%error, "single sign-on: a logout token is not believed");
            return StatusCode::BAD_REQUEST.into_response();
        }
    };
    let ended: Result<u64, StoreError> = site
        .store
        .write(move |tx| sso_session::end(tx, out.subject.as_deref(), out.session.as_deref()))
        .await;
    match ended {
        Ok(_) => StatusCode::OK.into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7636, appendix B.
    #[test]
    fn rfc_7636_the_challenge_of_a_verifier() {
        let journey = Journey {
            verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned(),
            ..Journey::new("/thu".to_owned(), false)
        };
        assert_eq!(
            journey.challenge(),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
        let other = Journey::new("/thu".to_owned(), false);
        assert!(journey.state != other.state && journey.nonce != other.nonce);
        assert!((43..=128).contains(&other.verifier.len()));
    }
}
