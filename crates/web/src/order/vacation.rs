//! `/tai-khoan/vang-mat`: the answer that senders get while somebody is away.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use congvu_governance::{Refused, order};
use congvu_regulation::{Date, Moment};
use congvu_store::vacation::{self, Vacation};
use congvu_store::{MailboxId, Tx, organisation};

use super::{Choice, arranged};
use crate::site::{Fields, Frame, Oops, Page, Site, User, html};

const DAY: i64 = 86_400_000;

/// What stands in the form.
#[derive(Clone, Debug, Default)]
struct Draft {
    /// `2026-11-23`
    first: String,
    last: String,
    body: String,
    inside_only: bool,
}

#[derive(Template)]
#[template(path = "order/vacation.html")]
struct VacationPage {
    frame: Frame,
    mailbox: i64,
    address: String,
    choices: Vec<Choice>,
    draft: Draft,
    /// `on`, `to-come`, `over`, or nothing where none is set.
    state: &'static str,
    answered: i64,
    /// How it looks to who gets it.
    preview: bool,
    fault: Option<String>,
    done: Option<String>,
}

impl Draft {
    fn of_fields(fields: &Fields) -> Self {
        Self {
            first: fields.get("tu-ngay").trim().to_owned(),
            last: fields.get("den-ngay").trim().to_owned(),
            body: fields.get("noi-dung").replace("\r\n", "\n"),
            inside_only: fields.has("noi-bo"),
        }
    }

    fn of(vacation: &Vacation) -> Self {
        Self {
            first: Moment(vacation.from_at).date().to_string(),
            last: Moment(vacation.until_at - 1).date().to_string(),
            body: vacation.body.clone(),
            inside_only: vacation.inside_only,
        }
    }

    /// From the beginning of the first day until the end of the last.
    fn vacation(&self) -> Option<Vacation> {
        let begin = |text: &str| {
            let date: Date = text.parse().ok()?;
            let moment: Moment = format!("{date}T00:00").parse().ok()?;
            Some(moment.0)
        };
        Some(Vacation {
            from_at: begin(&self.first)?,
            until_at: begin(&self.last)? + DAY,
            body: self.body.clone(),
            inside_only: self.inside_only,
            answered: 0,
        })
    }
}

pub(super) async fn own(user: User) -> Page {
    Ok(Redirect::to(&format!("/tai-khoan/vang-mat/{}", user.mailbox)).into_response())
}

/// What is known beside the form.
struct Around {
    address: String,
    choices: Vec<Choice>,
    set: Option<Vacation>,
    place: String,
    now: i64,
}

fn around(tx: &mut Tx<'_>, user: &User, mailbox: MailboxId) -> Result<Around, Oops> {
    let (opened, choices) = arranged(tx, user, mailbox)?;
    Ok(Around {
        address: opened.address,
        choices,
        set: vacation::get(tx, mailbox)?,
        place: organisation::root(tx)?.map_or_else(String::new, |root| root.name),
        now: tx.now(),
    })
}

fn show(
    user: &User,
    mailbox: MailboxId,
    around: Around,
    draft: Option<Draft>,
    (preview, fault, done): (bool, Option<String>, Option<String>),
) -> Response {
    let set = around.set;
    let today = Moment(around.now).date().to_string();
    let draft = draft
        .or_else(|| set.as_ref().map(Draft::of))
        .unwrap_or_else(|| Draft {
            first: today.clone(),
            last: today,
            body: user
                .lang
                .t("Tôi vắng mặt và sẽ đọc thư khi trở lại. Việc gấp xin liên hệ cơ quan.")
                .to_owned(),
            inside_only: false,
        });
    html(&VacationPage {
        frame: Frame::of(user, &around.place, user.lang.t("Trả lời khi vắng mặt")),
        mailbox: mailbox.0,
        address: around.address,
        choices: around.choices,
        draft,
        state: match &set {
            None => "",
            Some(set) if set.is_on(around.now) => "on",
            Some(set) if around.now < set.from_at => "to-come",
            Some(_) => "over",
        },
        answered: set.as_ref().map_or(0, |set| set.answered),
        preview,
        fault,
        done,
    })
}

pub(super) async fn page(
    State(site): State<Site>,
    user: User,
    Path(mailbox): Path<i64>,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let mailbox = MailboxId(mailbox);
    let reader = user.clone();
    let around = site
        .store
        .read(move |tx| around(tx, &reader, mailbox))
        .await?;
    let done = match query.get("xong") {
        "bat" => Some(user.lang.t("Đã bật trả lời tự động.")),
        "tat" => Some(user.lang.t("Đã tắt trả lời tự động.")),
        _ => None,
    };
    let said = (false, None, done.map(str::to_owned));
    Ok(show(&user, mailbox, around, None, said))
}

pub(super) async fn submit(
    State(site): State<Site>,
    user: User,
    Path(mailbox): Path<i64>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let mailbox = MailboxId(mailbox);
    let draft = Draft::of_fields(&fields);
    let what = fields.get("viec").to_owned();
    let way = |done: &str| {
        Redirect::to(&format!("/tai-khoan/vang-mat/{mailbox}?xong={done}")).into_response()
    };
    let actor = user.actor();
    let refused = match what.as_str() {
        "tat" => {
            site.store
                .write(move |tx| order::end_vacation(tx, &actor, mailbox))
                .await?;
            return Ok(way("tat"));
        }
        "xem" => None,
        _ => match draft.vacation() {
            Some(new) => {
                let set = site
                    .store
                    .write(move |tx| order::set_vacation(tx, &actor, mailbox, &new))
                    .await;
                match set {
                    Ok(()) => return Ok(way("bat")),
                    Err(Refused::Store(error)) => return Err(error.into()),
                    Err(refused) => Some(refused.to_string()),
                }
            }
            None => Some(
                user.lang
                    .t("Chọn ngày đầu và ngày cuối vắng mặt.")
                    .to_owned(),
            ),
        },
    };
    let reader = user.clone();
    let around = site
        .store
        .read(move |tx| around(tx, &reader, mailbox))
        .await?;
    let is_preview = refused.is_none();
    let mut response = show(
        &user,
        mailbox,
        around,
        Some(draft),
        (is_preview, refused, None),
    );
    if !is_preview {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}
