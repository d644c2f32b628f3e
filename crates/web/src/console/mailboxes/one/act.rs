//! `/quan-ly/hop-thu/{id}/{viec}`: a deed is asked for with its consequences, then done.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use congvu_access::hash_password;
use congvu_governance::{Law, Refused, mailbox};
use congvu_store::{MailboxId, Tx};

use super::ask;
use super::carry;
use super::deed::Deed;
use super::who::Seen;
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::mailboxes::form::Field;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, html};

#[derive(Template)]
#[template(path = "console/mailboxes/act.html")]
pub(super) struct ActPage {
    pub(super) frame: Frame,
    pub(super) shell: Shell,
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) address: String,
    /// Where its form goes.
    pub(super) action: String,
    pub(super) consequence: String,
    pub(super) cited: Vec<Cited>,
    pub(super) fields: Vec<Field>,
    pub(super) error: Option<String>,
    pub(super) button: &'static str,
    pub(super) is_grave: bool,
}

fn deed(slug: &str) -> Result<Deed, Oops> {
    Deed::of(slug).ok_or_else(|| Oops::missing("Không có trang này."))
}

fn read(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    (id, deed, typed): (i64, Deed, &Fields),
) -> Result<ActPage, Oops> {
    let lang = officer.lang();
    let seen = Seen::read(tx, law, officer, id)?;
    if !deed.is_offered(&seen) {
        return Err(Oops::State(
            "Việc này không làm được với hộp thư ở trạng thái hiện nay, hoặc không thuộc quyền của bạn.".to_owned(),
        ));
    }
    let (frame, shell) = shell::read(tx, officer, deed.title(lang), Here::Mailboxes)?;
    let life = &seen.subject.life;
    Ok(ActPage {
        frame,
        shell,
        id,
        name: life.name.clone(),
        address: life.address.clone(),
        action: format!("/quan-ly/hop-thu/{id}/{}", deed.slug()),
        consequence: deed.consequence(lang).to_owned(),
        cited: ask::cited(&seen, deed),
        fields: ask::fields(tx, &seen, (deed, typed), lang)?,
        error: None,
        button: deed.button(lang),
        is_grave: deed.is_grave(),
    })
}

pub(in crate::console::mailboxes) async fn page(
    State(site): State<Site>,
    officer: Officer,
    Path((id, slug)): Path<(i64, String)>,
) -> Page {
    let (law, deed) = (site.law, deed(&slug)?);
    let page = site
        .store
        .read(move |tx| read(tx, law, &officer, (id, deed, &Fields::default())))
        .await?;
    Ok(html(&page))
}

pub(in crate::console::mailboxes) async fn submit(
    State(site): State<Site>,
    officer: Officer,
    Path((id, slug)): Path<(i64, String)>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let (law, deed) = (site.law, deed(&slug)?);
    let (asking, typed) = (officer.clone(), fields.clone());
    // Who may not, or a mailbox of others, ends here.
    let mut page = site
        .store
        .read(move |tx| read(tx, law, &asking, (id, deed, &typed)))
        .await?;
    if matches!(deed, Deed::HandOver | Deed::Reset) {
        return hand_over(&site, &officer, (MailboxId(id), deed), &fields, page).await;
    }
    let done = site
        .store
        .write(move |tx| {
            let actor = officer.actor();
            let subject = mailbox::Subject::load(tx, law, MailboxId(id))?;
            let mut waits = subject.life.proposed.iter().rev();
            let waits = waits.find(|one| one.until_day.is_none()).map(|one| one.id);
            carry::out(tx, law, &actor, (deed, MailboxId(id), waits), &fields)
        })
        .await;
    match done {
        Ok(what) => Ok(back(id, what)),
        Err(refused) => {
            let (status, said) = told(refused)?;
            page.error = Some(said);
            let mut response = html(&page);
            *response.status_mut() = status;
            Ok(response)
        }
    }
}

/// Back to the mailbox, which tells what was done.
pub(super) fn back(id: i64, what: &str) -> axum::response::Response {
    Redirect::to(&format!("/quan-ly/hop-thu/{id}?xong={what}")).into_response()
}

/// A refusal for the form that it is about; what is no fault of the form is a page of its own.
pub(super) fn told(refused: Refused) -> Result<(StatusCode, String), Oops> {
    let status = match &refused {
        Refused::Store(_) | Refused::Forbidden(_) => return Err(refused.into()),
        Refused::State(_) => StatusCode::CONFLICT,
        Refused::Rule(_) | Refused::Rules(_) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::BAD_REQUEST,
    };
    Ok((status, refused.to_string()))
}

#[derive(Template)]
#[template(path = "console/mailboxes/password.html")]
struct PasswordPage {
    frame: Frame,
    shell: Shell,
    id: i64,
    name: String,
    address: String,
    password: String,
    place: String,
    day: String,
}

/// Makes a one-time password and tells it, once: it is kept nowhere.
async fn hand_over(
    site: &Site,
    officer: &Officer,
    (id, deed): (MailboxId, Deed),
    fields: &Fields,
    mut page: ActPage,
) -> Page {
    let law = site.law;
    let password = site
        .store
        .read(move |tx| mailbox::one_time_password(tx, law, id))
        .await?;
    let clear = password.clone();
    let phc = tokio::task::spawn_blocking(move || hash_password(&clear))
        .await
        .map_err(|_| Oops::Busy)?;
    let actor = officer.actor();
    let document = fields.get("van-ban").trim().to_owned();
    let done = site.store.write(move |tx| {
        let document = Some(document.as_str()).filter(|text| !text.is_empty());
        match deed {
            Deed::Reset => mailbox::reset_password(tx, law, &actor, id, &phc, document),
            _ => mailbox::hand_over(tx, law, &actor, id, &phc),
        }
    });
    if let Err(refused) = done.await {
        let (status, said) = told(refused)?;
        page.error = Some(said);
        let mut response = html(&page);
        *response.status_mut() = status;
        return Ok(response);
    }
    let today = congvu_regulation::Moment(site.store.now()).date();
    Ok(html(&PasswordPage {
        place: page.frame.place.clone(),
        frame: page.frame,
        shell: page.shell,
        id: id.0,
        name: page.name,
        address: page.address,
        password,
        day: today.vietnamese(),
    }))
}
