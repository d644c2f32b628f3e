//! Letting a held message go, or not: the decision, its record and what follows are one transaction.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use congvu_delivery::AcceptError;
use congvu_governance::{Refused, held as cases};
use congvu_store::{HeldId, HeldRecipientId, StoreError};

use super::one::shown;
use super::{HERE, seen};
use crate::console::officer::Officer;
use crate::console::watch::watched;
use crate::site::{Fields, Oops, Page, Site};

/// Why nothing was done.
enum Stop {
    Refused(Refused),
    /// It cannot be delivered.
    Accept(AcceptError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

pub(super) async fn act(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<i64>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let id = HeldId(id);
    let chosen: Vec<HeldRecipientId> = fields
        .all("nguoi")
        .filter_map(|one| one.parse().ok().map(HeldRecipientId))
        .collect();
    // What is not of their places is not there for them; nothing of it is read.
    let reader = officer.clone();
    let is_seen = site.store.read(move |tx| {
        let places = watched(tx, &reader)?;
        Ok::<_, Oops>(!seen(tx, places.as_ref(), id)?.is_empty())
    });
    if !is_seen.await? {
        return Err(Oops::missing("Không có thư đang giữ này."));
    }
    let verb = fields.get("viec");
    let reason = fields.get("ly-do").trim().to_owned();
    let done = match verb {
        "cho-qua" => release(&site, &officer, id, chosen, reason.clone()).await,
        "tra-lai" | "bo" => {
            let tells = verb == "tra-lai";
            reject(&site, &officer, id, chosen, (tells, reason.clone())).await
        }
        _ => return Err(Oops::Bad("Chọn cho qua, trả lại hoặc bỏ.".to_owned())),
    };
    let lang = officer.lang();
    let (status, words) = match done {
        Ok(()) => return Ok(Redirect::to(&format!("{HERE}/{id}?xong={verb}")).into_response()),
        Err(Stop::Accept(AcceptError::Store(error))) => return Err(error.into()),
        Err(Stop::Accept(AcceptError::OverQuota)) => (
            StatusCode::CONFLICT,
            lang.t("Chưa cho qua được: hộp thư của người nhận đã đầy. Thư vẫn được giữ.")
                .to_owned(),
        ),
        Err(Stop::Accept(_)) => (
            StatusCode::CONFLICT,
            lang.t("Chưa cho qua được: một hộp thư đã chọn không còn nhận thư. Bỏ chọn hộp thư đó, hoặc trả lại người gửi.")
                .to_owned(),
        ),
        Err(Stop::Refused(Refused::Bad(words))) => (StatusCode::BAD_REQUEST, words),
        Err(Stop::Refused(Refused::State(words))) => (StatusCode::CONFLICT, words),
        Err(Stop::Refused(refused)) => return Err(refused.into()),
    };
    shown(&site, officer, id, ("", &words, &reason), status).await
}

/// Delivered and decided in one transaction: killed in between there is neither.
async fn release(
    site: &Site,
    officer: &Officer,
    id: HeldId,
    chosen: Vec<HeldRecipientId>,
    reason: String,
) -> Result<(), Stop> {
    let prepared = site.delivery.prepare_release(id, &chosen).await;
    let release = Arc::new(prepared?);
    let (task, actor) = (Arc::clone(&release), officer.actor());
    let done = site
        .store
        .write(move |tx| {
            cases::release(tx, &actor, id, &chosen, &reason).map_err(Stop::Refused)?;
            let (_, used) = task.carry_out(tx).map_err(Stop::Accept)?;
            Ok::<_, Stop>(used)
        })
        .await;
    if let Some(release) = Arc::into_inner(release) {
        release.end(&site.delivery, matches!(done, Ok(true))).await;
    }
    done.map(drop)
}

async fn reject(
    site: &Site,
    officer: &Officer,
    id: HeldId,
    chosen: Vec<HeldRecipientId>,
    (tells, reason): (bool, String),
) -> Result<(), Stop> {
    let told: &[HeldRecipientId] = if tells { &chosen } else { &[] };
    let prepared = site.delivery.prepare_give_back(id, told).await;
    let back = Arc::new(prepared?);
    let (task, actor) = (Arc::clone(&back), officer.actor());
    let done = site
        .store
        .write(move |tx| {
            cases::reject(tx, &actor, id, &chosen, (tells, &reason)).map_err(Stop::Refused)?;
            Ok::<_, Stop>(task.carry_out(tx)?)
        })
        .await;
    if let Some(back) = Arc::into_inner(back) {
        back.end(&site.delivery, matches!(done, Ok(true))).await;
    }
    done.map(drop)
}
