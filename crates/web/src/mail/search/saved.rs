//! Searches that somebody keeps.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use congvu_store::saved_search::{self, NewSavedSearch};

use super::asked::Asked;
use super::query::LONGEST;
use crate::mail::open;
use crate::site::{Fields, Oops, Page, Site, User};

/// So many may somebody keep.
const MOST: i64 = 50;
/// The longest name, in characters.
const LONGEST_NAME: usize = 60;

/// Keeps what was asked for, by a name.
pub(super) async fn keep(State(site): State<Site>, user: User, fields: Fields) -> Page {
    user.check(&fields)?;
    let asked = Asked::read(&fields, user.mailbox);
    let name = fields.get("ten").trim().to_owned();
    let is_name = !name.is_empty()
        && name.chars().count() <= LONGEST_NAME
        && !name.contains(char::is_control);
    if !is_name || asked.text.is_empty() || asked.text.len() > LONGEST {
        let words = user.lang.t("Đặt tên cho tìm kiếm này, nhiều nhất 60 chữ.");
        return Err(Oops::Bad(words.to_owned()));
    }
    let href = asked.href(None);
    site.store
        .write(move |tx| {
            open::one(tx, &user, asked.mailbox)?;
            let new = NewSavedSearch {
                account: user.account,
                name: &name,
                mailbox: asked.mailbox,
                scope: &asked.scope(),
                query: &asked.text,
            };
            if saved_search::save(tx, &new, MOST)? {
                return Ok(());
            }
            let words = user
                .lang
                .t("Bạn đã lưu 50 tìm kiếm. Bỏ bớt một tìm kiếm rồi lưu lại.");
            Err(Oops::State(words.to_owned()))
        })
        .await?;
    Ok(Redirect::to(&format!("{href}&xong=luu-tim")).into_response())
}

/// Keeps it no more.
pub(super) async fn forget(State(site): State<Site>, user: User, fields: Fields) -> Page {
    user.check(&fields)?;
    let asked = Asked::read(&fields, user.mailbox);
    let id = fields.get("id").parse().unwrap_or_default();
    let account = user.account;
    site.store
        .write(move |tx| saved_search::remove(tx, account, id))
        .await?;
    Ok(Redirect::to(&format!("{}&xong=bo-tim", asked.href(None))).into_response())
}
