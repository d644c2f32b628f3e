//! Signing in and out, and what has to be done before anything else.

mod account;
mod password;
mod sign_in;
mod sso;

use axum::Router;
use axum::routing::{get, post};
use congvu_store::Tx;
use congvu_store::web_session::{self, NewWebSession};

pub use sso::{Settings, Sso};

use crate::site::{Seal, Site, Visitor};

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
        .route("/dang-xuat", post(sign_in::leave))
        .route("/ngon-ngu", post(sign_in::language))
        .route("/cach-xem", post(sign_in::look))
        .route("/doi-mat-khau", get(password::page).post(password::choose))
        .route("/tai-khoan", get(account::page))
        .route("/tai-khoan/phien/{id}", post(account::end_session))
        .merge(sso::routes())
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
