//! `/danh-ba/cua-toi`: somebody's own contacts, beside the directory that all share.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use congvu_message::address::Address;
use congvu_message::fold::fold;
use congvu_store::contact::{self, Contact, List};
use congvu_store::{StoreError, StoreResult};

use crate::mail::open;
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, User, html};

/// Contacts on a page.
const PAGE: i64 = 50;
/// So many are shown of what a search finds: who wants others narrows it.
const FOUND: i64 = 200;
/// The longest value, in letters.
const LONGEST: usize = 200;

#[derive(Template)]
#[template(path = "people/contacts.html")]
struct ContactsPage {
    frame: Frame,
    asked: String,
    contacts: Vec<Contact>,
    lists: Vec<List>,
    further: Option<String>,
    done: Option<String>,
}

/// Letters as searches read them: words, with a space before and behind.
fn folded(contact: &Contact) -> String {
    let parts = contact.address.replace(['@', '.'], " ");
    let digits: String = contact.phone.chars().filter(char::is_ascii_digit).collect();
    let all = [
        contact.name.as_str(),
        &contact.address,
        &parts,
        &contact.organisation,
        &contact.title,
        &digits,
    ]
    .join(" ");
    let all = fold(&all);
    let words: Vec<&str> = all.split_whitespace().collect();
    format!(" {} ", words.join(" "))
}

/// The order of names: people are called by the last word.
fn sort(name: &str) -> String {
    let name = fold(name);
    let last = name.split_whitespace().last().unwrap_or_default();
    format!("{last} {name}")
}

/// A contact as somebody writes it; `None` where it has no name or no address.
pub(super) fn written(contact: Contact) -> Option<(Contact, String)> {
    let line = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = words.join(" ");
        let text = text.chars().filter(|c| !c.is_control());
        text.take(LONGEST).collect::<String>()
    };
    let contact = Contact {
        id: contact.id,
        name: line(&contact.name),
        address: contact.address.trim().to_owned(),
        phone: line(&contact.phone),
        organisation: line(&contact.organisation),
        title: line(&contact.title),
        note: line(&contact.note),
        sort: sort(&contact.name),
    };
    let is_written = !contact.name.is_empty() && Address::parse(&contact.address).is_ok();
    is_written.then(|| {
        let folded = folded(&contact);
        (contact, folded)
    })
}

/// As a line of recipients has somebody.
pub(super) fn recipient(contact: &Contact) -> String {
    in_a_line(&contact.name, &contact.address)
}

/// Somebody in a line of recipients, as people read it.
pub(crate) fn in_a_line(name: &str, address: &str) -> String {
    let name = name.replace(['"', '\\'], "");
    if name.contains(|c: char| ",;<>@()".contains(c)) {
        format!("\"{name}\" <{address}>")
    } else {
        format!("{name} <{address}>")
    }
}

fn words(text: &str) -> Vec<String> {
    fold(text).split_whitespace().map(str::to_owned).collect()
}

/// Those who are meant by what was typed.
pub(super) fn search(
    tx: &mut congvu_store::Tx<'_>,
    user: &User,
    text: &str,
    most: i64,
) -> StoreResult<Vec<Contact>> {
    let words = words(text);
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    contact::find(tx, user.account, &words, most)
}

pub(super) async fn page(State(site): State<Site>, user: User, RawQuery(query): RawQuery) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let asked = query.get("q").trim().to_owned();
    let (reader, text) = (user.clone(), asked.clone());
    let after = query.get("sau").to_owned();
    let read = site.store.read(move |tx| {
        let account = reader.account;
        let mut contacts = if text.is_empty() {
            let (id, sort) = after.split_once('.').unwrap_or(("0", ""));
            let after = (sort, id.parse().unwrap_or_default());
            contact::page(tx, account, after, PAGE + 1)?
        } else {
            search(tx, &reader, &text, FOUND)?
        };
        let more = text.is_empty() && contacts.len() as i64 > PAGE;
        if more {
            contacts.truncate(PAGE as usize);
        }
        let lists = contact::lists(tx, account)?;
        StoreResult::Ok((contacts, lists, more))
    });
    let (contacts, lists, more) = read.await?;
    let further = contacts.last().filter(|_| more).map(|last| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("sau", &format!("{}.{}", last.id, last.sort));
        format!("/danh-ba/cua-toi?{}", query.finish())
    });
    let title = user.lang.t("Danh bạ của tôi");
    Ok(html(&ContactsPage {
        frame: Frame::of(&user, &site.place().await?, title),
        asked,
        contacts,
        lists,
        further,
        done: done(&query, user.lang),
    }))
}

fn done(query: &Fields, lang: Lang) -> Option<String> {
    let words = match query.get("xong") {
        "luu" => lang.t("Đã lưu người liên hệ."),
        "xoa" => lang.t("Đã xóa."),
        "danh-sach" => lang.t("Đã thêm vào danh sách."),
        "nhap" => {
            let number = |name: &str| query.get(name).parse::<u32>().unwrap_or_default();
            return Some(format!(
                "{} {}. {} {}. {} {}.",
                lang.t("Đã thêm:"),
                number("them"),
                lang.t("Đã có từ trước:"),
                number("co"),
                lang.t("Danh sách:"),
                number("ds")
            ));
        }
        _ => return None,
    };
    Some(words.to_owned())
}

/// What is done to those that are ticked: onto a list, away.
pub(super) async fn act(State(site): State<Site>, user: User, fields: Fields) -> Page {
    user.check(&fields)?;
    let ids: Vec<i64> = fields
        .all("u")
        .filter_map(|id| id.parse().ok())
        .take(FOUND as usize)
        .collect();
    let list = fields.get("ds").parse::<i64>().ok();
    let what = fields.get("viec").to_owned();
    if ids.is_empty() || (what == "vao-danh-sach" && list.is_none()) {
        let words = user.lang.t("Chọn người, và danh sách để thêm vào.");
        return Err(Oops::Bad(words.to_owned()));
    }
    let lang = user.lang;
    let done = site.store.write(move |tx| match (what.as_str(), list) {
        ("vao-danh-sach", Some(list)) => {
            contact::enlist(tx, user.account, list, (&ids, true))?;
            Ok("danh-sach")
        }
        ("xoa", _) => {
            for id in &ids {
                contact::remove(tx, user.account, *id)?;
            }
            Ok("xoa")
        }
        _ => Err(StoreError::NotFound("act")),
    });
    match done.await {
        Ok(done) => Ok(Redirect::to(&format!("/danh-ba/cua-toi?xong={done}")).into_response()),
        Err(StoreError::Conflict(_)) => Err(Oops::State(
            lang.t("Một danh sách có nhiều nhất 200 người.").to_owned(),
        )),
        Err(StoreError::NotFound(_)) => Err(open::gone()),
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "people/contact.html")]
struct ContactPage {
    frame: Frame,
    contact: Contact,
    fault: Option<&'static str>,
}

async fn show(site: &Site, user: &User, contact: Contact, fault: Option<&'static str>) -> Page {
    let title = if contact.id == 0 {
        user.lang.t("Thêm người liên hệ")
    } else {
        user.lang.t("Sửa người liên hệ")
    };
    let mut response = html(&ContactPage {
        frame: Frame::of(user, &site.place().await?, title),
        contact,
        fault,
    });
    if fault.is_some() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// `/danh-ba/cua-toi/{id}`: one; 0 for a new one, whose name and address a message may bring along.
pub(super) async fn one(
    State(site): State<Site>,
    user: User,
    Path(id): Path<i64>,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let new = Contact {
        name: query.get("ten").to_owned(),
        address: query.get("dia-chi").to_owned(),
        ..Contact::default()
    };
    let (account, address) = (user.account, new.address.clone());
    let found = site.store.read(move |tx| match id {
        0 => contact::of_address(tx, account, &address),
        id => contact::get(tx, account, id),
    });
    let contact = match found.await? {
        Some(found) => found,
        None if id == 0 => new,
        None => return Err(open::gone()),
    };
    show(&site, &user, contact, None).await
}

pub(super) async fn keep(
    State(site): State<Site>,
    user: User,
    Path(id): Path<i64>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let account = user.account;
    if fields.get("viec") == "xoa" {
        let gone = site.store.write(move |tx| contact::remove(tx, account, id));
        let _: bool = gone.await?;
        return Ok(Redirect::to("/danh-ba/cua-toi?xong=xoa").into_response());
    }
    let typed = Contact {
        id,
        name: fields.get("ten").to_owned(),
        address: fields.get("dia-chi").to_owned(),
        phone: fields.get("dien-thoai").to_owned(),
        organisation: fields.get("co-quan").to_owned(),
        title: fields.get("chuc-vu").to_owned(),
        note: fields.get("ghi-chu").to_owned(),
        sort: String::new(),
    };
    let lang = user.lang;
    let Some((contact, folded)) = written(typed.clone()) else {
        let fault = lang.t("Ghi họ tên, và địa chỉ thư có dạng ten@tenmien.");
        return show(&site, &user, typed, Some(fault)).await;
    };
    let put = site
        .store
        .write(move |tx| contact::put(tx, account, &contact, &folded));
    let fault = match put.await {
        Ok(_) => return Ok(Redirect::to("/danh-ba/cua-toi?xong=luu").into_response()),
        Err(StoreError::Conflict("address")) => lang.t("Danh bạ của bạn đã có địa chỉ này."),
        Err(StoreError::Conflict(_)) => {
            lang.t("Danh bạ của bạn đã đủ 5.000 người. Xóa bớt rồi thêm.")
        }
        Err(StoreError::NotFound(_)) => return Err(open::gone()),
        Err(error) => return Err(error.into()),
    };
    show(&site, &user, typed, Some(fault)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_stand_in_the_order_of_given_names() {
        let mut names = ["Nguyễn Văn Đạt", "Lò Thị An", "Đặng Bình", "Trần An"];
        names.sort_by_key(|name| sort(name));
        assert_eq!(
            names,
            ["Lò Thị An", "Trần An", "Đặng Bình", "Nguyễn Văn Đạt"]
        );
    }

    #[test]
    fn what_is_written_is_one_line_and_has_an_address() {
        let new = |name: &str, address: &str| {
            written(Contact {
                name: name.into(),
                address: address.into(),
                phone: "0912 345".into(),
                ..Contact::default()
            })
        };
        let (contact, folded) = new(" Đỗ\r\nHà ", " ha.d@x.vn ").unwrap();
        assert_eq!(contact.name, "Đỗ Hà");
        assert_eq!(folded, " do ha ha.d@x.vn ha d x vn 0912345 ");
        assert_eq!(recipient(&contact), "Đỗ Hà <ha.d@x.vn>");
        let (odd, _) = new("A, \"B\" <c@d>", "a@x.vn").unwrap();
        assert_eq!(recipient(&odd), "\"A, B <c@d>\" <a@x.vn>");
        for (name, address) in [("", "a@x.vn"), ("A", "a"), ("A", "a@x.vn, b@y.vn")] {
            assert!(new(name, address).is_none());
        }
    }
}
