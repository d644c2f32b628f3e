//! Letters that somebody begins with again and again, and how they write: `/soan/cai-dat`, `/soan/mau`.

use askama::Template;
use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use congvu_message::safe_html::written;
use congvu_store::StoreError;
use congvu_store::writing::{self, Template as Letter, Writing};
use serde_json::json;

use super::open;
use super::sign::{self, Managed};
use crate::site::{Fields, Frame, Oops, Page, Site, User, html};

/// So many letters of one person.
const MOST: usize = 50;
/// The longest of them, in bytes of its HTML.
const LONGEST: usize = 128 << 10;
/// The longest name and subject, in letters.
const NAME: usize = 100;
const SUBJECT: usize = 300;

#[derive(Template)]
#[template(path = "mail/habits.html")]
struct HabitsPage {
    frame: Frame,
    done: bool,
    plain: bool,
    /// For so many seconds sending can be undone.
    undo: u16,
    /// One's own signature, as plain text.
    signature: String,
    units: Vec<Managed>,
    letters: Vec<(i64, String)>,
    most: usize,
}

/// How somebody writes.
pub(super) async fn habits(
    State(site): State<Site>,
    user: User,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let owner = user.clone();
    let found = site.store.read(move |tx| {
        Ok::<_, StoreError>((
            writing::get(tx, owner.account)?,
            sign::managed(tx, &owner)?,
            writing::templates(tx, owner.account)?,
        ))
    });
    let (habits, units, letters): (Writing, _, _) = found.await?;
    Ok(html(&HabitsPage {
        frame: Frame::of(
            &user,
            &site.place().await?,
            user.lang.t("Thiết lập soạn thư"),
        ),
        done: query.has("xong"),
        plain: habits.plain,
        undo: habits.undo,
        signature: written::to_text(&habits.signature),
        units,
        letters,
        most: MOST,
    }))
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct LetterPage {
    frame: Frame,
    letter: Letter,
    text: String,
    plain: bool,
    /// Why it is not kept.
    fault: String,
}

/// `/soan/mau/{id}`: one letter; 0 for a new one.
pub(super) async fn page(State(site): State<Site>, user: User, Path(id): Path<i64>) -> Page {
    let letter = match id {
        0 => Letter::default(),
        id => find(&site, &user, id).await?,
    };
    show(&site, &user, letter, "").await
}

async fn show(site: &Site, user: &User, letter: Letter, fault: &str) -> Page {
    let account = user.account;
    let habits = site.store.read(move |tx| writing::get(tx, account)).await?;
    Ok(html(&LetterPage {
        frame: Frame::of(user, &site.place().await?, user.lang.t("Mẫu thư")),
        text: written::to_text(&letter.html),
        letter,
        plain: habits.plain,
        fault: fault.to_owned(),
    }))
}

pub(super) async fn find(site: &Site, user: &User, id: i64) -> Result<Letter, Oops> {
    let account = user.account;
    let found = site
        .store
        .read(move |tx| writing::template(tx, account, id))
        .await?;
    found.ok_or_else(open::gone)
}

/// Keeps a letter.
pub(super) async fn keep(
    State(site): State<Site>,
    user: User,
    Path(id): Path<i64>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let line = |name: &str, most: usize| {
        let words: Vec<&str> = fields.get(name).split_whitespace().collect();
        words.join(" ").chars().take(most).collect::<String>()
    };
    let letter = Letter {
        id,
        name: line("ten", NAME),
        subject: line("tieu-de", SUBJECT),
        html: sign::cleaned(&fields, LONGEST).await?,
    };
    if letter.name.is_empty() {
        let fault = user.lang.t("Ghi tên mẫu thư để tìm lại được.");
        return show(&site, &user, letter, fault).await;
    }
    let (account, kept) = (user.account, letter.clone());
    let put = site.store.write(move |tx| {
        let is_new = kept.id == 0;
        if is_new && writing::templates(tx, account)?.len() >= MOST {
            return Err(StoreError::Conflict("too many letters"));
        }
        writing::put_template(tx, account, &kept)
    });
    match put.await {
        Ok(_) => Ok(Redirect::to("/soan/cai-dat?xong=1").into_response()),
        Err(StoreError::Conflict("letter")) => {
            let fault = user.lang.t("Đã có mẫu thư tên này. Đặt tên khác.");
            show(&site, &user, letter, fault).await
        }
        Err(StoreError::Conflict(_)) => {
            let fault = user
                .lang
                .t("Đã đủ số mẫu thư. Xóa bớt một mẫu cũ rồi lưu lại.");
            show(&site, &user, letter, fault).await
        }
        Err(StoreError::NotFound(_)) => Err(open::gone()),
        Err(error) => Err(error.into()),
    }
}

/// `/soan/mau/{id}/bo`.
pub(super) async fn remove(
    State(site): State<Site>,
    user: User,
    Path(id): Path<i64>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let account = user.account;
    site.store
        .write(move |tx| writing::remove_template(tx, account, id))
        .await?;
    Ok(Redirect::to("/soan/cai-dat?xong=1").into_response())
}

/// `/soan/mau/{id}/chu`: a letter, for the form's script.
pub(super) async fn words(State(site): State<Site>, user: User, Path(id): Path<i64>) -> Page {
    let letter = find(&site, &user, id).await?;
    let text = written::to_text(&letter.html);
    let answer = json!({ "tieu-de": letter.subject, "html": letter.html, "chu": text });
    Ok(Json(answer).into_response())
}
