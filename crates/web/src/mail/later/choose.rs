//! The page on which a time is chosen.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use congvu_message::search::envelope::Field;
use congvu_store::{FolderId, MailboxId};

use super::send::schedule;
use super::times::{self, Time};
use crate::mail::draft::Place;
use crate::mail::part::Stored;
use crate::mail::read::people;
use crate::mail::send::{gone, own_draft};
use crate::mail::{open, part};
use crate::site::{Fields, Frame, Oops, Page, Site, User, html};

#[derive(Template)]
#[template(path = "mail/later/choose.html")]
struct ChoosePage {
    frame: Frame,
    times: Vec<Time>,
    subject: String,
    /// Who wrote it, or whom it goes to.
    who: String,
    /// It is a draft that goes at the time.
    sends: bool,
    /// Where the form goes.
    action: String,
    uid: u32,
    back: String,
    /// The least and the most that can be chosen.
    least: String,
    most: String,
    fault: bool,
}

type At = Path<(i64, i64, u32)>;

fn place((mailbox, folder, uid): (i64, i64, u32)) -> Place {
    Place {
        mailbox: MailboxId(mailbox),
        folder: FolderId(folder),
        uid,
    }
}

/// `/hen/gui/…`: when a draft goes.
pub(super) async fn of_draft(State(site): State<Site>, user: User, Path(at): At) -> Page {
    let place = place(at);
    let stored = draft(&site, &user, place).await?;
    show(&site, &user, place, &stored, (true, false)).await
}

async fn draft(site: &Site, user: &User, place: Place) -> Result<Stored, Oops> {
    let reader = user.clone();
    let found = site.store.read(move |tx| {
        own_draft(tx, &reader, Some(place))?.ok_or_else(|| gone(reader.lang))?;
        part::find(tx, place.folder, place.uid)?.ok_or_else(open::gone)
    });
    found.await
}

/// It goes at the time that was chosen.
pub(super) async fn send_then(
    State(site): State<Site>,
    user: User,
    Path(at): At,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let place = place(at);
    let stored = draft(&site, &user, place).await?;
    let Some(at) = times::chosen(&fields, site.store.now()) else {
        let mut response = show(&site, &user, place, &stored, (true, true)).await?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    };
    schedule(&site, &user, place, at).await?;
    Ok(Redirect::to("/hen?xong=hen").into_response())
}

/// `/hen/xem-lai/…`: when a message comes back into sight.
pub(super) async fn of_message(State(site): State<Site>, user: User, Path(at): At) -> Page {
    let place = place(at);
    let reader = user.clone();
    let found = site.store.read(move |tx| {
        open::folder(tx, &reader, place.mailbox, place.folder)?;
        part::find(tx, place.folder, place.uid)?.ok_or_else(open::gone)
    });
    let stored = found.await?;
    show(&site, &user, place, &stored, (false, false)).await
}

async fn show(
    site: &Site,
    user: &User,
    place: Place,
    stored: &Stored,
    (sends, fault): (bool, bool),
) -> Result<Response, Oops> {
    let lang = user.lang;
    let now = site.store.now();
    let title = if sends {
        lang.t("Gửi sau")
    } else {
        lang.t("Xem lại sau")
    };
    let field = if sends { Field::To } else { Field::From };
    let (mailbox, folder) = (place.mailbox, place.folder);
    Ok(html(&ChoosePage {
        frame: Frame::of(user, &site.place().await?, title),
        times: times::offered(site.law.calendar(), now, lang),
        subject: stored.subject.clone(),
        who: people(&stored.envelope, field),
        sends,
        action: if sends {
            format!("/hen/gui/{place}")
        } else {
            format!("/thu/{mailbox}/{folder}")
        },
        uid: place.uid,
        back: if sends {
            format!("/soan?thu={place}&cach=sua")
        } else {
            format!("/thu/{place}")
        },
        least: times::field(now + 60_000),
        most: times::field(now + 364 * 86_400_000),
        fault,
    }))
}
