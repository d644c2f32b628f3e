//! The same as in the box, by fields.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use congvu_store::{StoreResult, Tx, folder, organisation};

use super::asked::{Asked, Where};
use crate::mail::label::{Chip, Labels};
use crate::mail::open;
use crate::mail::tree;
use crate::site::{Fields, Frame, Page, Site, User, html};

/// A place that can be searched.
struct Choice {
    value: String,
    label: String,
    is_chosen: bool,
}

/// The places of a mailbox.
struct Group {
    label: String,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "mail/search_form.html")]
struct FormPage {
    frame: Frame,
    /// What is in the box already.
    text: String,
    groups: Vec<Group>,
    labels: Vec<Chip>,
}

fn groups(tx: &mut Tx<'_>, user: &User, asked: &Asked) -> StoreResult<Vec<Group>> {
    let mut groups = Vec::new();
    for opened in open::all(tx, user)? {
        let of = |within, label: String| {
            let place = Asked::of_mailbox(opened.mailbox).within(within);
            Choice {
                value: place.scope(),
                label,
                is_chosen: place.scope() == asked.scope(),
            }
        };
        let words = [
            (
                Where::Most,
                user.lang.t("Mọi thư mục, trừ Thư rác và Đã xóa"),
            ),
            (Where::All, user.lang.t("Mọi thư mục")),
        ];
        let mut choices: Vec<Choice> = words
            .map(|(within, label)| of(within, label.to_owned()))
            .into();
        let folders = folder::list(tx, opened.mailbox)?;
        choices.extend(folders.iter().map(|folder| {
            let within = Where::One(folder.id);
            of(within, tree::label(folder, user.lang))
        }));
        groups.push(Group {
            label: match opened.own {
                true => user.lang.t("Hộp thư của tôi").to_owned(),
                false => opened.address.clone(),
            },
            choices,
        });
    }
    Ok(groups)
}

/// The page with the fields.
pub(super) async fn page(site: &Site, user: &User, asked: &Asked) -> Page {
    let (reader, what) = (user.clone(), asked.clone());
    let (groups, labels, place) = site
        .store
        .read(move |tx| {
            let place = organisation::root(tx)?.map_or_else(String::new, |root| root.name);
            let labels = Labels::load(tx, what.mailbox, reader.lang)?.all();
            StoreResult::Ok((groups(tx, &reader, &what)?, labels, place))
        })
        .await?;
    Ok(html(&FormPage {
        frame: Frame::of(user, &place, user.lang.t("Tìm thư")),
        text: asked.text.clone(),
        groups,
        labels,
    }))
}

/// The address of the page with the fields, for what is in the box.
pub(super) fn href(asked: &Asked) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("chu", &asked.text);
    query.append_pair("o", &asked.scope());
    format!("/tim/theo-muc?{}", query.finish())
}

/// `/tim/theo-muc`: the fields as a query; the fields themselves where nothing else than words is known.
pub(super) async fn compose(
    State(site): State<Site>,
    user: User,
    RawQuery(fields): RawQuery,
) -> Page {
    let fields = Fields::parse(fields.unwrap_or_default().as_bytes());
    let text = query(&fields);
    let asked = Asked::parse(&text, fields.get("o"), user.mailbox);
    if asked.text.is_empty() || !fields.has("tim") {
        return page(&site, &user, &asked).await;
    }
    Ok(Redirect::to(&asked.href(None)).into_response())
}

/// What the fields ask for, as it is typed in the box.
fn query(fields: &Fields) -> String {
    let mut pieces: Vec<String> = Vec::new();
    let words = fields.get("chu").trim();
    if !words.is_empty() {
        pieces.push(words.to_owned());
    }
    let not = fields.get("khong").split_whitespace();
    pieces.extend(not.map(|word| format!("-{}", value(word))));
    for (field, operator) in [
        ("tu", "from"),
        ("den", "to"),
        ("tieu-de", "subject"),
        ("ten-tep", "filename"),
        ("nhan", "label"),
        ("tu-ngay", "after"),
        ("truoc-ngay", "before"),
    ] {
        let text = fields.get(field).trim();
        if !text.is_empty() {
            pieces.push(format!("{operator}:{}", value(text)));
        }
    }
    let larger = fields.get("lon-hon").trim();
    if !larger.is_empty() {
        pieces.push(format!("larger:{}M", value(larger)));
    }
    for (field, written) in [
        ("co-tep", "has:attachment"),
        ("chua-doc", "is:unread"),
        ("dau-sao", "is:starred"),
    ] {
        if fields.has(field) {
            pieces.push(written.to_owned());
        }
    }
    pieces.join(" ")
}

/// A value as it stands behind an operator.
fn value(text: &str) -> String {
    let text = text.replace(['"', '“', '”', '„'], "");
    let text = text.trim();
    if text.contains(|c: char| c.is_whitespace() || "()".contains(c)) {
        format!("\"{text}\"")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_become_what_is_typed() {
        let fields = |text: &str| query(&Fields::parse(text.as_bytes()));
        assert_eq!(fields("chu=&tu=+&khong="), "");
        assert_eq!(
            fields(
                "chu=giao+ban&khong=nháp+cũ&tu=Sở+Y+tế&den=a@b.vn&tieu-de=\"họp\"&lon-hon=5&co-tep=1&tu-ngay=2026-11-20"
            ),
            "giao ban -nháp -cũ from:\"Sở Y tế\" to:a@b.vn subject:họp after:2026-11-20 larger:5M has:attachment"
        );
        let read = |text: &str| super::super::query::parse(&fields(text), 20_779);
        assert!(read("tu=a)+(b&tieu-de=“x”&truoc-ngay=2026-11-21").is_ok());
    }
}
