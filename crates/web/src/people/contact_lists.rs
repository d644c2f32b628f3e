//! `/danh-ba/danh-sach`: several contacts by one name. Written to, a list stands for all on it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use congvu_message::fold::fold;
use congvu_store::contact::{self, Contact, List};
use congvu_store::{StoreError, StoreResult};

use super::contacts::recipient;
use crate::mail::open;
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, User, html};

/// The longest name, in letters.
const LONGEST: usize = 60;

#[derive(Template)]
#[template(path = "people/contact_list.html")]
struct ListPage {
    frame: Frame,
    list: List,
    contacts: Vec<Contact>,
    /// Where a message to all of them is written.
    write: String,
}

/// The address of a form for a message to somebody.
fn write_to(people: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("den", people);
    format!("/soan?{}", query.finish())
}

/// All of them, as a line of recipients.
pub(super) fn line(contacts: &[Contact]) -> String {
    let people: Vec<String> = contacts.iter().map(recipient).collect();
    people.join(", ")
}

pub(super) async fn page(State(site): State<Site>, user: User, Path(id): Path<i64>) -> Page {
    let account = user.account;
    let read = site.store.read(move |tx| {
        let lists = contact::lists(tx, account)?;
        let list = lists.into_iter().find(|list| list.id == id);
        let contacts = contact::listed(tx, account, id)?;
        StoreResult::Ok(list.map(|list| (list, contacts)))
    });
    let (list, contacts) = read.await?.ok_or_else(open::gone)?;
    Ok(html(&ListPage {
        frame: Frame::of(&user, &site.place().await?, &list.name),
        write: write_to(&line(&contacts)),
        list,
        contacts,
    }))
}

fn refused(error: StoreError, lang: Lang) -> Oops {
    let words = match error {
        StoreError::Conflict("name") => lang.t("Đã có danh sách tên này. Đặt tên khác."),
        StoreError::Conflict("lists") => {
            lang.t("Đã đủ 100 danh sách. Xóa bớt một danh sách rồi thêm.")
        }
        StoreError::NotFound(_) => return open::gone(),
        error => return error.into(),
    };
    Oops::State(words.to_owned())
}

/// A name as somebody writes it, and as it is told from others.
pub(super) fn named(text: &str) -> Option<(String, String)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let name = words.join(" ");
    let is_name = name.contains(char::is_alphanumeric)
        && name.chars().count() <= LONGEST
        && !name.contains(char::is_control);
    is_name.then(|| {
        let folded = fold(&name);
        (name, folded)
    })
}

/// Makes a list, names it anew, takes people off, removes it.
pub(super) async fn act(
    State(site): State<Site>,
    user: User,
    Path(id): Path<i64>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let (account, lang) = (user.account, user.lang);
    match fields.get("viec") {
        "xoa" => {
            let gone = site
                .store
                .write(move |tx| contact::remove_list(tx, account, id));
            gone.await.map_err(|error| refused(error, lang))?;
            Ok(Redirect::to("/danh-ba/cua-toi?xong=xoa").into_response())
        }
        "bo" => {
            let ids: Vec<i64> = fields.all("u").filter_map(|id| id.parse().ok()).collect();
            let off = site
                .store
                .write(move |tx| contact::enlist(tx, account, id, (&ids, false)));
            off.await.map_err(|error| refused(error, lang))?;
            Ok(Redirect::to(&format!("/danh-ba/danh-sach/{id}")).into_response())
        }
        _ => {
            let Some((name, folded)) = named(fields.get("ten")) else {
                let words = lang.t("Ghi tên danh sách, nhiều nhất 60 chữ.");
                return Err(Oops::Bad(words.to_owned()));
            };
            let id = (id != 0).then_some(id);
            let put = site
                .store
                .write(move |tx| contact::put_list(tx, account, id, (&name, &folded)));
            let id = put.await.map_err(|error| refused(error, lang))?;
            Ok(Redirect::to(&format!("/danh-ba/danh-sach/{id}")).into_response())
        }
    }
}
