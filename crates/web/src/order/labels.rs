//! `/tai-khoan/nhan`: the labels of a mailbox, made, named, coloured and deleted.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use congvu_governance::Refused;
use congvu_governance::order::label::{self, Colour, Label, WrittenLabel};
use congvu_store::{MailboxId, Tx, organisation};

use super::{Choice, arranged};
use crate::mail::label as shown;
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, User, html};

/// A colour to choose.
struct Swatch {
    code: &'static str,
    word: &'static str,
    is_chosen: bool,
}

/// A label in its form; the last form is for a new one.
struct Entry {
    /// Its flag bit; nothing for a new one.
    number: String,
    name: String,
    keyword: String,
    colour: &'static str,
    swatches: Vec<Swatch>,
}

#[derive(Template)]
#[template(path = "order/labels.html")]
struct LabelsPage {
    frame: Frame,
    mailbox: i64,
    address: String,
    choices: Vec<Choice>,
    entries: Vec<Entry>,
    new: Entry,
    done: Option<&'static str>,
    fault: Option<String>,
}

fn swatches(chosen: Colour, lang: Lang) -> Vec<Swatch> {
    let all = Colour::ALL.into_iter();
    all.map(|colour| Swatch {
        code: shown::code(colour),
        word: shown::word(colour, lang),
        is_chosen: colour == chosen,
    })
    .collect()
}

impl Entry {
    fn of(label: &Label, lang: Lang) -> Self {
        Self {
            number: label.bit.trailing_zeros().to_string(),
            name: shown::name(label, lang),
            keyword: label.keyword.clone(),
            colour: shown::code(label.colour),
            swatches: swatches(label.colour, lang),
        }
    }

    fn new(lang: Lang) -> Self {
        Self {
            number: String::new(),
            name: String::new(),
            keyword: String::new(),
            colour: shown::code(Colour::Blue),
            swatches: swatches(Colour::Blue, lang),
        }
    }
}

/// To one's own.
pub(super) async fn own(user: User) -> Page {
    Ok(Redirect::to(&format!("/tai-khoan/nhan/{}", user.mailbox)).into_response())
}

fn read(tx: &mut Tx<'_>, user: &User, mailbox: MailboxId) -> Result<LabelsPage, Oops> {
    let (opened, choices) = arranged(tx, user, mailbox)?;
    let labels = label::labels(tx, mailbox)?;
    let place = organisation::root(tx)?.map_or_else(String::new, |root| root.name);
    Ok(LabelsPage {
        frame: Frame::of(user, &place, user.lang.t("Nhãn thư")),
        mailbox: mailbox.0,
        address: opened.address,
        choices,
        entries: labels
            .iter()
            .map(|label| Entry::of(label, user.lang))
            .collect(),
        new: Entry::new(user.lang),
        done: None,
        fault: None,
    })
}

pub(super) async fn page(
    State(site): State<Site>,
    user: User,
    Path(mailbox): Path<i64>,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let lang = user.lang;
    let read = site
        .store
        .read(move |tx| read(tx, &user, MailboxId(mailbox)));
    Ok(html(&LabelsPage {
        done: match query.get("xong") {
            "luu" => Some(lang.t("Đã lưu nhãn.")),
            "xoa" => Some(lang.t("Đã xóa nhãn. Thư vẫn còn; nhãn được gỡ khỏi thư trong ít phút.")),
            _ => None,
        },
        ..read.await?
    }))
}

/// Makes, changes or deletes one.
pub(super) async fn submit(
    State(site): State<Site>,
    user: User,
    Path(mailbox): Path<i64>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let mailbox = MailboxId(mailbox);
    let number = fields.get("nhan").parse().ok();
    let bit = number.and_then(|number| 1_i64.checked_shl(number));
    let colour = fields.get("mau");
    let written = WrittenLabel {
        name: fields.get("ten").to_owned(),
        colour: Colour::ALL
            .into_iter()
            .find(|known| shown::code(*known) == colour)
            .unwrap_or_default(),
    };
    let removes = fields.get("viec") == "xoa";
    let (actor, put) = (user.actor(), written.clone());
    let done = site.store.write(move |tx| match (removes, bit) {
        (true, Some(bit)) => label::remove_label(tx, &actor, (mailbox, bit)).map(|()| "xoa"),
        _ => label::put_label(tx, &actor, (mailbox, bit), &put).map(|_| "luu"),
    });
    match done.await {
        Ok(done) => {
            let way = format!("/tai-khoan/nhan/{mailbox}?xong={done}");
            Ok(Redirect::to(&way).into_response())
        }
        Err(Refused::Store(error)) => Err(error.into()),
        Err(Refused::Forbidden(text)) => Err(Oops::Forbidden(text)),
        Err(refused) => again(&site, user, mailbox, (bit, &written), &refused).await,
    }
}

/// The page with what was typed, and why it was not kept.
async fn again(
    site: &Site,
    user: User,
    mailbox: MailboxId,
    (bit, written): (Option<i64>, &WrittenLabel),
    refused: &Refused,
) -> Result<Response, Oops> {
    let lang = user.lang;
    let mut page = site.store.read(move |tx| read(tx, &user, mailbox)).await?;
    page.fault = Some(refused.to_string());
    let number = bit.map(|bit| bit.trailing_zeros().to_string());
    let typed = match &number {
        Some(number) => page.entries.iter_mut().find(|one| one.number == *number),
        None => Some(&mut page.new),
    };
    if let Some(typed) = typed {
        typed.name.clone_from(&written.name);
        typed.swatches = swatches(written.colour, lang);
    }
    let mut response = html(&page);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}
