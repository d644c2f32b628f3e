//! Signing in and out, and what has to be done before anything else.

mod account;
mod app_passwords;
mod code;
mod forgotten;
mod passkeys;
mod password;
mod recovery;
mod second_factor;
mod sign_in;
mod sso;

use axum::Router;
use axum::routing::{get, post};
use congvu_access::Refusal;
use congvu_store::Tx;
use congvu_store::web_session::{self, NewWebSession};

pub use sso::{Settings, Sso};

use crate::site::{Seal, Site, User, Visitor};

/// A session that nobody uses is over (ms) …
const IDLE: i64 = 12 * HOUR;
/// … on a computer that others use too …
const IDLE_SHARED: i64 = HOUR / 4;
/// … and every session after so long, used or not.
const LONGEST: i64 = 7 * 24 * HOUR;
const LONGEST_SHARED: i64 = 12 * HOUR;
const HOUR: i64 = 3_600_000;

pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/dang-nhap", get(sign_in::page).post(sign_in::enter))
        .route("/dang-nhap/ma", get(code::page).post(code::enter))
        .route(
            "/dang-nhap/khoa",
            get(passkeys::to_enter).post(passkeys::enter),
        )
        .route("/quen-mat-khau", get(forgotten::page).post(forgotten::ask))
        .route(
            "/dat-mat-khau/{key}",
            get(forgotten::recover_page).post(forgotten::recover),
        )
        .route("/dang-xuat", post(sign_in::leave))
        .route("/ngon-ngu", post(sign_in::language))
        .route("/cach-xem", post(sign_in::look))
        .route("/doi-mat-khau", get(password::page).post(password::choose))
        .route("/tai-khoan", get(account::page))
        .route("/tai-khoan/phien/{id}", post(account::end_session))
        .route(
            "/tai-khoan/hai-lop",
            get(second_factor::page).post(second_factor::submit),
        )
        .route(
            "/tai-khoan/mat-khau-ung-dung",
            get(app_passwords::page).post(app_passwords::submit),
        )
        .route(
            "/tai-khoan/khoa-truy-cap",
            get(passkeys::page).post(passkeys::submit),
        )
        .route("/tai-khoan/khoa-truy-cap/moi", get(passkeys::to_add))
        .route(
            "/tai-khoan/khoi-phuc",
            get(recovery::page).post(recovery::submit),
        )
        .merge(sso::routes())
}

/// The password in use, once more, from somebody who is signed in: a browser that was left open is not enough. Why it is not taken.
async fn prove(site: &Site, user: &User, typed: &str) -> Result<(), String> {
    let proved = site.access.prove(user.attempt(), &user.login, typed).await;
    proved.map_err(|refusal| match refusal {
        Refusal::Wrong => user.lang.t("Mật khẩu đang dùng chưa đúng.").to_owned(),
        refusal => sign_in::told(&refusal, user.lang).0,
    })
}

/// A session about to begin.
pub(super) struct Opening {
    pub(super) account: congvu_store::AccountId,
    pub(super) epoch: i64,
    pub(super) shared: bool,
    pub(super) limited: bool,
}

impl Opening {
    /// Begins the session that `seal` stands for.
    pub(super) fn open(
        &self,
        tx: &mut Tx<'_>,
        seal: &Seal,
        visitor: &Visitor,
    ) -> congvu_store::StoreResult<i64> {
        let (idle_ms, longest) = if self.shared {
            (IDLE_SHARED, LONGEST_SHARED)
        } else {
            (IDLE, LONGEST)
        };
        let ends_at = tx.now() + longest;
        web_session::open(
            tx,
            &NewWebSession {
                account: self.account,
                digest: &seal.digest(),
                epoch: self.epoch,
                idle_ms,
                ends_at,
                limited: self.limited,
                client_ip: &visitor.client.ip.to_string(),
                agent: &visitor.agent,
            },
        )
    }
}
