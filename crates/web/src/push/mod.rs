//! `/tai-khoan/thong-bao`: a browser is told of new mail while no page is open (web push: RFC 8030, RFC 8291, RFC 8292), where the server
//! is set up so. It ends with the session, a lock and a change of the password.

mod seal;
mod send;

use std::net::IpAddr;
use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use congvu_store::StoreError;
use congvu_store::push::{self, NewSubscription};

pub use send::Push;

use crate::site::{Fields, Frame, Oops, Page, Site, User, html};

/// What a browser runs while no page is open.
const WORKER: &str = include_str!("../../assets/worker.js");

pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/tai-khoan/thong-bao", get(page).post(choose))
        .route("/thong-bao.js", get(worker))
}

impl Site {
    /// Browsers are told of new mail. `networks`: what may be reached though it is not public; `roots`: more authorities (PEM) that are
    /// believed.
    ///
    /// # Errors
    /// What the store answers; or the key that it keeps, or the authorities, are none.
    pub async fn with_push(
        mut self,
        networks: Vec<(IpAddr, u8)>,
        roots: &[u8],
    ) -> Result<Self, StoreError> {
        let broken = || StoreError::Corrupt("the key for web push".to_owned());
        let new = seal::new_key().ok_or_else(broken)?;
        let key = self.store.write(move |tx| push::key(tx, &new)).await?;
        let made = Push::new(&key, &self.config.hostname, networks, roots);
        self.push = Some(Arc::new(made.ok_or_else(broken)?));
        Ok(self)
    }
}

#[derive(Template)]
#[template(path = "push.html")]
struct PushPage {
    frame: Frame,
    /// The key that browsers subscribe with; nothing: the server is not set up so.
    key: String,
    on: bool,
    names: bool,
}

async fn page(State(site): State<Site>, user: User) -> Page {
    let session = user.session;
    let told = site
        .store
        .read(move |tx| push::of_session(tx, session))
        .await?;
    Ok(html(&PushPage {
        frame: Frame::of(&user, &site.place().await?, user.lang.t("Báo thư mới")),
        key: site
            .push
            .as_ref()
            .map_or_else(String::new, |push| push.public()),
        on: told.is_some(),
        names: told.unwrap_or_default(),
    }))
}

/// Turns it on for this browser, or off.
async fn choose(State(site): State<Site>, user: User, fields: Fields) -> Page {
    user.check(&fields)?;
    let session = user.session;
    if fields.get("viec") == "tat" {
        site.store
            .write(move |tx| push::unsubscribe(tx, session))
            .await?;
        return Ok(Redirect::to("/tai-khoan/thong-bao").into_response());
    }
    let refused = || {
        let words = user
            .lang
            .t("Trình duyệt này không đăng ký được nhận báo thư mới.");
        Oops::Bad(words.to_owned())
    };
    let push = site.push.as_ref().ok_or_else(refused)?;
    let endpoint = push.endpoint(fields.get("noi-nhan")).ok_or_else(refused)?;
    let bytes = |name: &str| URL_SAFE_NO_PAD.decode(fields.get(name).trim_end_matches('='));
    let (ua_key, auth) = (bytes("khoa"), bytes("bi-mat"));
    // RFC 8291 §3.1, §3.2: a point of P-256, uncompressed; 16 octets.
    let ua_key = ua_key.ok().filter(|key| key.len() == 65 && key[0] == 4);
    let auth = auth.ok().filter(|auth| auth.len() == 16);
    let (ua_key, auth) = ua_key.zip(auth).ok_or_else(refused)?;
    let (mailbox, lang, names) = (user.mailbox, user.lang.code(), fields.has("nguoi-gui"));
    site.store
        .write(move |tx| {
            push::subscribe(
                tx,
                &NewSubscription {
                    session,
                    mailbox,
                    endpoint: endpoint.as_str(),
                    ua_key: &ua_key,
                    auth: &auth,
                    names,
                    lang,
                },
            )
        })
        .await?;
    Ok(Redirect::to("/tai-khoan/thong-bao").into_response())
}

async fn worker() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    let headers = headers.map(|(name, value)| (name, HeaderValue::from_static(value)));
    (headers, WORKER).into_response()
}
