//! The draft as the form's script keeps it while somebody types: `/soan/luu`.

use axum::Json;
use axum::extract::{Multipart, RawQuery, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use congvu_store::{StoreError, form_sent, upload};
use serde_json::{Map, json};

use super::draft::{Draft, Place};
use super::send::Sending;
use super::{open, part, upload as files};
use crate::site::{Fields, Oops, Page, Site, User, short};

/// Keeps it, and says where it lies now and what else lies elsewhere than the form has it; or why it cannot be kept.
pub(super) async fn quietly(State(site): State<Site>, user: User, form: Multipart) -> Page {
    let (draft, _) = Draft::read(&user, form).await?;
    match keep(site, user, draft).await {
        Err(Oops::State(words) | Oops::Bad(words)) => Ok(files::refused(&words)),
        kept => kept,
    }
}

async fn keep(site: Site, user: User, mut draft: Draft) -> Page {
    let sending = Sending {
        site: &site,
        user: &user,
    };
    let (account, form) = (user.account, draft.id.clone());
    let sent = site
        .store
        .read(move |tx| form_sent::is_sent(tx, account, &form));
    if sent.await? {
        // The last word of a form whose message has gone meanwhile makes no draft of it.
        return Ok(StatusCode::GONE.into_response());
    }
    sending.fetch_kept(&mut draft).await?;
    sending.dress(&mut draft).await?;
    let sender = sending.sender(&draft.from).await?;
    let place = sending.keep(&draft, &sender).await?;
    let now = site.store.now();
    // What the form still shows waits on with it.
    let prolonged: Result<(), StoreError> = site
        .store
        .write(move |tx| upload::prolong(tx, account, now + files::WAITS))
        .await;
    prolonged?;
    let answer = json!({
        "nhap": place.to_string(),
        "luc": short(now, now, user.lang),
        "chuyen": moved(&site, &user, &draft, place).await?,
    });
    Ok(Json(answer).into_response())
}

/// Where the files and pictures of the form lie now: the draft that they lay in was replaced.
async fn moved(
    site: &Site,
    user: &User,
    draft: &Draft,
    place: Place,
) -> Result<Map<String, serde_json::Value>, Oops> {
    let user = user.clone();
    let stored = site.store.read(move |tx| {
        open::folder(tx, &user, place.mailbox, place.folder)?;
        part::find(tx, place.folder, place.uid)?.ok_or_else(open::gone)
    });
    let stored = stored.await?;
    let shown = stored.structure.shown();
    let mut moved = Map::new();
    for (file, located) in draft.files.iter().zip(&shown.files) {
        if let Some(from) = &file.from {
            let to = format!("{place}/{}", located.section());
            moved.insert(from.clone(), to.into());
        }
    }
    for (picture, located) in draft.pictures.iter().zip(&shown.related) {
        let to = format!("/thu/{place}/tep/{}?xem=1", located.section());
        moved.insert(picture.from.clone(), to.into());
    }
    Ok(moved)
}

/// `/soan/phien`: who is signed in, what their forms carry now, and whether the form `ma` was sent: for a form whose session was over,
/// and that is to go on in the next one.
pub(super) async fn session(
    State(site): State<Site>,
    user: User,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let (account, form) = (user.account, query.get("ma").to_owned());
    let sent = site
        .store
        .read(move |tx| form_sent::is_sent(tx, account, &form));
    let answer = json!({ "ai": user.login, "csrf": user.csrf(), "da-gui": sent.await? });
    Ok(Json(answer).into_response())
}
