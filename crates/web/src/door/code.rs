//! `/dang-nhap/ma`: the code of the second factor, after the password.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use congvu_access::Refusal;
use congvu_store::halfway::{self, Halfway};
use congvu_store::{AccountId, StoreError};

use super::sign_in;
use crate::site::{
    Fields, Frame, Oops, Page, Site, Visitor, clear_half_cookie, html, new_seal, set_cookie,
    set_half_cookie,
};

/// Who gave the password has so long for the code (ms).
const PATIENCE: i64 = 10 * 60_000;

#[derive(Template)]
#[template(path = "door/code.html")]
struct CodePage {
    frame: Frame,
    login: String,
    back: String,
    refusal: Option<String>,
}

/// The password was right: the code is asked for.
pub(super) async fn ask(
    site: &Site,
    visitor: &Visitor,
    proven: (AccountId, i64),
    (shared, back): (bool, &str),
) -> Page {
    let seal = new_seal();
    let digest = seal.digest();
    site.store
        .write(move |tx| {
            let over_at = tx.now() + PATIENCE;
            halfway::open(tx, &digest, proven, shared, over_at)
        })
        .await?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("ve", back);
    let mut response = Redirect::to(&format!("/dang-nhap/ma?{}", query.finish())).into_response();
    let cookie = set_half_cookie(visitor.client, &seal);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

async fn half(site: &Site, visitor: &Visitor) -> Result<Option<Halfway>, Oops> {
    let Some(seal) = &visitor.half else {
        return Ok(None);
    };
    let digest = seal.digest();
    Ok(site
        .store
        .read(move |tx| halfway::get(tx, &digest))
        .await
        .map_err(|error: StoreError| error)?)
}

async fn render(
    site: &Site,
    visitor: &Visitor,
    half: Halfway,
    back: String,
    refusal: Option<String>,
) -> Page {
    let mut frame = Frame::plain(visitor.lang.t("Xác thực hai lớp"), visitor.lang);
    frame.place = site.place().await?;
    let refused = refusal.is_some();
    let mut response = html(&CodePage {
        frame,
        login: half.login,
        back,
        refusal,
    });
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn begin_again() -> Response {
    Redirect::to("/dang-nhap").into_response()
}

pub(super) async fn page(
    State(site): State<Site>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let back = sign_in::way_back(query.get("ve"));
    match half(&site, &visitor).await? {
        Some(half) => render(&site, &visitor, half, back, None).await,
        None => Ok(begin_again()),
    }
}

pub(super) async fn enter(State(site): State<Site>, visitor: Visitor, fields: Fields) -> Page {
    let back = sign_in::way_back(fields.get("ve"));
    let Some(half) = half(&site, &visitor).await? else {
        return Ok(begin_again());
    };
    let attempt = visitor.attempt();
    let signed_in = match site.access.finish(attempt, &half, fields.get("ma")).await {
        Ok(signed_in) => signed_in,
        Err(refusal) => {
            let why = match refusal {
                Refusal::Wrong => visitor
                    .lang
                    .t("Mã chưa đúng hoặc đã dùng rồi. Chờ mã mới hiện trên điện thoại rồi nhập lại.")
                    .to_owned(),
                refusal => sign_in::why(&site, &refusal, visitor.lang).await?.0,
            };
            return render(&site, &visitor, half, back, Some(why)).await;
        }
    };
    let (seal, limited) = sign_in::open(&site, &visitor, signed_in, half.shared, None).await?;
    let to = if limited { "/doi-mat-khau" } else { &back };
    let mut response = Redirect::to(to).into_response();
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, set_cookie(visitor.client, &seal));
    headers.append(header::SET_COOKIE, clear_half_cookie(visitor.client));
    Ok(response)
}
