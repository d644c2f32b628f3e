//! What is done with a case.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::{joint, takedown as cases};
use congvu_store::{JointOrderId, TakedownId};

use super::super::{Trouble, number};
use super::open::look;
use super::show::{Typed, shown};
use crate::console::Officer;
use crate::site::{Fields, Oops, Page, Site};

pub(super) async fn act(
    State(site): State<Site>,
    officer: Officer,
    Path((id, act)): Path<(i64, String)>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let id = TakedownId(id);
    let who = officer.clone();
    site.store
        .read(move |tx| {
            super::top(tx, &who)?;
            super::case(tx, id).map(drop)
        })
        .await?;
    let actor = officer.actor();
    let document = fields.get("van-ban").trim().to_owned();
    let reason = fields.get("ly-do").trim().to_owned();
    let order = number(fields.get("lenh")).map(JointOrderId);
    let (number, why) = (document.clone(), reason.clone());
    let store = &site.store;
    let done = match (act.as_str(), order) {
        ("tim", _) => {
            look(store, id).await;
            Ok(())
        }
        ("niem-phong", _) => cases::seal(store, &actor, id).await,
        ("tra-lai", _) => {
            store
                .write(move |tx| cases::release(tx, &actor, id, &why))
                .await
        }
        ("huy", _) => store
            .write(move |tx| cases::propose_purge(tx, &actor, id, &number, &why))
            .await
            .map(drop),
        ("noi-dung", _) => store
            .write(move |tx| cases::propose_content(tx, &actor, id, &number, &why))
            .await
            .map(drop),
        ("xac-nhan", Some(order)) => store
            .write(move |tx| cases::confirm(tx, &actor, order))
            .await
            .map(drop),
        ("rut", Some(order)) => {
            store
                .write(move |tx| joint::withdraw(tx, &actor, order))
                .await
        }
        _ => return Err(Oops::missing("Không có việc này.")),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/quan-ly/go-bo/{id}?xong={act}")).into_response()),
        Err(congvu_governance::Refused::Forbidden(text)) => {
            // The second person is told on the page why another must confirm.
            let typed = Typed {
                act,
                document,
                reason,
                trouble: Some(Trouble::forbidden(&text)),
            };
            shown(site, officer, id, typed, String::new()).await
        }
        Err(refused) => {
            let typed = Typed {
                act,
                document,
                reason,
                trouble: Some(Trouble::of(refused, None)?),
            };
            shown(site, officer, id, typed, String::new()).await
        }
    }
}
