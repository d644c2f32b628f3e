//! `/tai-khoan/khoa-truy-cap`: passkeys, and coming in with one (W3C Web Authentication).

use askama::Template;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Json};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use congvu_access::{Assertion, Registration, RelyingParty, use_up};
use congvu_governance::Refused;
use congvu_governance::mailbox::{add_passkey, remove_passkey};
use congvu_store::StoreError;
use congvu_store::passkey::{self, NewPasskey, Passkey};
use serde_json::json;

use super::sign_in;
use crate::peer::Client;
use crate::site::{Fields, Frame, Oops, Page, Site, User, Visitor, full, html, set_cookie};

/// For whom passkeys are that are made and used on the page that is looked at.
pub(super) struct Here(RelyingParty);

impl FromRequestParts<Site> for Here {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Oops> {
        let client = Extension::<Client>::from_request_parts(parts, site).await;
        let client = client.map_err(|_| Oops::Busy)?;
        Ok(Self(party(
            client.is_secure,
            &parts.headers,
            &site.config.hostname,
        )))
    }
}

/// This server by the name that is set, at whatever port; in the clear, on the machine itself, what browsers call so.
fn party(is_secure: bool, headers: &HeaderMap, hostname: &str) -> RelyingParty {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let (id, scheme) = if is_secure {
        (hostname, "https")
    } else {
        ("localhost", "http")
    };
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let place = if name == id { host } else { id };
    RelyingParty {
        id: id.to_owned(),
        origin: format!("{scheme}://{place}"),
    }
}

struct Shown {
    id: i64,
    label: String,
    added: String,
    used: String,
}

#[derive(Template)]
#[template(path = "door/passkeys.html")]
struct PasskeysPage {
    frame: Frame,
    login: String,
    known: Vec<Shown>,
    label: String,
    fault: Option<String>,
}

pub(super) async fn page(State(site): State<Site>, user: User) -> Page {
    render(&site, &user, String::new(), None).await
}

async fn known(site: &Site, user: &User) -> Result<Vec<Passkey>, Oops> {
    let account = user.account;
    let read = site
        .store
        .read(move |tx| passkey::of_account(tx, account))
        .await;
    Ok(read.map_err(|error: StoreError| error)?)
}

async fn render(site: &Site, user: &User, label: String, fault: Option<String>) -> Page {
    let known = known(site, user).await?.into_iter().map(|one| Shown {
        id: one.id,
        label: one.label,
        added: full(one.created_at, user.lang),
        used: one.used_at.map_or_else(String::new, |at| {
            format!("{}, {}", full(at, user.lang), one.used_from)
        }),
    });
    let refused = fault.is_some();
    let place = site.place().await?;
    let mut response = html(&PasskeysPage {
        frame: Frame::of(user, &place, user.lang.t("Khóa truy cập")),
        login: user.login.clone(),
        known: known.collect(),
        label,
        fault,
    });
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// What a browser needs to make one.
pub(super) async fn to_add(State(site): State<Site>, user: User, Here(party): Here) -> Page {
    let known = known(&site, &user).await?;
    let known: Vec<String> = known
        .iter()
        .map(|one| URL_SAFE_NO_PAD.encode(&one.credential))
        .collect();
    let told = json!({
        "challenge": site.access.challenge_to_add(user.account),
        "party": party.id,
        "user": URL_SAFE_NO_PAD.encode(site.access.passkey_user(user.account)),
        "login": user.login,
        "name": user.name,
        "known": known,
    });
    Ok(Json(told).into_response())
}

/// What a browser needs to use one.
pub(super) async fn to_enter(State(site): State<Site>, Here(party): Here) -> Response {
    let told = json!({ "challenge": site.access.challenge_to_enter(), "party": party.id });
    Json(told).into_response()
}

fn bytes(fields: &Fields, name: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(fields.get(name)).unwrap_or_default()
}

pub(super) async fn submit(
    State(site): State<Site>,
    user: User,
    Here(party): Here,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let (law, actor, mailbox) = (site.law, user.actor(), user.mailbox);
    let label = fields.get("ten").trim().to_owned();
    let what = fields.get("viec");
    if let Err(why) = super::prove(&site, &user, fields.get("mat-khau")).await {
        return render(&site, &user, label, Some(why)).await;
    }
    let done = match what {
        "them" => {
            let given = Registration {
                client_data: bytes(&fields, "client"),
                authenticator_data: bytes(&fields, "data"),
                public_key: bytes(&fields, "key"),
            };
            let Some(made) = site.access.verify_made(user.account, &party, &given) else {
                let why = user.lang.t(
                    "Chưa thêm được khóa truy cập: trình duyệt này không hỗ trợ, hoặc trang đã mở quá lâu. Tải lại trang rồi làm lại.",
                );
                return render(&site, &user, label, Some(why.to_owned())).await;
            };
            let named = label.clone();
            let work = site.store.write(move |tx| {
                let new = NewPasskey {
                    credential: &made.credential,
                    public_key: &made.public_key,
                    counter: made.counter,
                    label: &named,
                };
                add_passkey(tx, law, &actor, mailbox, &new, |tx| {
                    use_up(tx, &made.answered)
                })
            });
            work.await
        }
        "go" => {
            let id = fields.get("so").parse().unwrap_or_default();
            let place = (mailbox, user.session);
            let work = site
                .store
                .write(move |tx| remove_passkey(tx, law, &actor, place, id));
            work.await
        }
        _ => return Err(Oops::Bad("Không đọc được biểu mẫu.".to_owned())),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/tai-khoan/khoa-truy-cap").into_response()),
        Err(Refused::Store(error)) => Err(error.into()),
        Err(refused) => render(&site, &user, label, Some(refused.to_string())).await,
    }
}

/// Somebody comes in with one.
pub(super) async fn enter(
    State(site): State<Site>,
    visitor: Visitor,
    Here(party): Here,
    fields: Fields,
) -> Page {
    let back = sign_in::way_back(fields.get("ve"));
    let given = Assertion {
        credential: bytes(&fields, "khoa"),
        client_data: bytes(&fields, "client"),
        authenticator_data: bytes(&fields, "data"),
        signature: bytes(&fields, "chu-ky"),
    };
    if !site.local_sign_in {
        return Err(Oops::Forbidden(sign_in::elsewhere(visitor.lang)));
    }
    let attempt = visitor.attempt();
    let entered = site
        .access
        .enter_with_passkey(attempt, &party, &given)
        .await;
    let signed_in = match entered {
        Ok(signed_in) => signed_in,
        Err(refusal) => return sign_in::refused(&site, &visitor, back, &refusal).await,
    };
    let shared = fields.has("may-chung");
    let (seal, limited) = sign_in::open(&site, &visitor, signed_in, shared, None).await?;
    let to = if limited { "/doi-mat-khau" } else { &back };
    let mut response = Redirect::to(to).into_response();
    response
        .headers_mut()
        .append(header::SET_COOKIE, set_cookie(visitor.client, &seal));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_passkey_is_for_the_name_that_is_set() {
        let at = |is_secure, host: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            let party = party(is_secure, &headers, "thu.tinh.gov.vn");
            (party.id, party.origin)
        };
        let own = |id: &str, origin: &str| (id.to_owned(), origin.to_owned());
        let (name, origin) = ("thu.tinh.gov.vn", "https://thu.tinh.gov.vn");
        assert_eq!(at(true, name), own(name, origin));
        assert_eq!(
            at(true, "thu.tinh.gov.vn:8443"),
            own(name, "https://thu.tinh.gov.vn:8443")
        );
        assert_eq!(at(true, "ke-xau.vn"), own(name, origin));
        assert_eq!(
            at(false, "localhost:8080"),
            own("localhost", "http://localhost:8080")
        );
        assert_eq!(
            at(false, "127.0.0.1:8080"),
            own("localhost", "http://localhost")
        );
    }
}
