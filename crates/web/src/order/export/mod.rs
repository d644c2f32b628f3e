//! `/xuat-thu`: mail is saved to somebody's own computer (QN.8.2, HCM.12.7), of a whole mailbox, a folder, some age or size, or what a
//! search finds. It goes as it is read: nothing is prepared, nothing is left behind.

mod mbox;
mod names;
mod pack;
mod run;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::order::export::{self, Export};
use congvu_search::ranges::count;
use congvu_store::entry::Sum;
use congvu_store::folder::{self, Folder};
use congvu_store::{FolderId, MailboxId, organisation};

use super::choice::{Chosen, Within};
use super::clean_up::{Place, places, sums, total};
use super::{Choice, arranged};
use crate::mail::search;
use crate::mail::tree::{self, Use};
use crate::mail::{bytes, thousands};
use crate::site::{Fields, Frame, Oops, Page, Site, User, html};
use names::Paths;
use pack::Form;
use run::{From, Job, Part, Seat};

#[derive(Template)]
#[template(path = "order/export.html")]
struct ExportPage {
    frame: Frame,
    mailbox: i64,
    address: String,
    choices: Vec<Choice>,
    chosen: Chosen,
    /// The choice in words.
    said: Vec<String>,
    count: String,
    bytes: String,
    is_empty: bool,
    /// What is looked for, and where, instead of a choice.
    asked: Option<(String, String)>,
    places: Vec<Place>,
    picked: Option<Chosen>,
}

/// To one's own.
pub(super) async fn own(user: User) -> Page {
    Ok(Redirect::to(&format!("/xuat-thu/{}", user.mailbox)).into_response())
}

fn chosen(fields: &Fields, mailbox: MailboxId, now: i64) -> Chosen {
    let chosen = Chosen::parse(fields, mailbox, now);
    if fields.has("thu-muc") {
        return chosen;
    }
    Chosen {
        within: Within::All,
        ..chosen
    }
}

fn asked(fields: &Fields) -> Option<(String, String)> {
    let text = fields.get("q").trim();
    (!text.is_empty()).then(|| (text.to_owned(), fields.get("o").to_owned()))
}

pub(super) async fn page(
    State(site): State<Site>,
    user: User,
    Path(mailbox): Path<i64>,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let mailbox = MailboxId(mailbox);
    let read = site.store.read(move |tx| {
        let lang = user.lang;
        let (opened, choices) = arranged(tx, &user, mailbox)?;
        let chosen = chosen(&query, mailbox, tx.now());
        let folders = folder::list(tx, mailbox)?;
        let asked = asked(&query);
        let sum = if asked.is_some() {
            Sum::default()
        } else {
            let meant: Vec<&Folder> = chosen.folders(&folders).collect();
            total(&sums(tx, &meant, &chosen.sieve())?)
        };
        let place = organisation::root(tx)?.map_or_else(String::new, |root| root.name);
        Ok::<_, Oops>(ExportPage {
            frame: Frame::of(&user, &place, lang.t("Lưu thư về máy")),
            mailbox: mailbox.0,
            address: opened.address,
            choices,
            said: chosen.said(&folders, lang),
            count: thousands(sum.messages),
            bytes: bytes(sum.bytes),
            is_empty: asked.is_none() && sum.messages == 0,
            places: places(&folders, chosen.within, lang),
            picked: Some(chosen),
            chosen,
            asked,
        })
    });
    Ok(html(&read.await?))
}

/// The folders that mail is taken from, each with its path in an archive.
fn sources(
    folders: &[Folder],
    lang: crate::site::Lang,
    mut part: impl FnMut(&Folder) -> Option<Part>,
) -> Vec<From> {
    let mut paths = Paths::default();
    let mut sources = Vec::new();
    for folder in folders {
        if let Some(part) = part(folder) {
            let name = match Use::of(folder) {
                Use::None => folder.name.clone(),
                _ => tree::label(folder, lang),
            };
            sources.push(From {
                folder: folder.id,
                path: paths.folder(&name, folder.id.0),
                bytes: folder.bytes,
                part,
            });
        }
    }
    sources
}

/// The file itself.
pub(super) async fn file(
    State(site): State<Site>,
    user: User,
    Path(mailbox): Path<i64>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let mailbox = MailboxId(mailbox);
    let form = match fields.get("kieu") {
        "mbox" => Form::Mbox,
        _ => Form::Eml,
    };
    let seat = Seat::take(&user)?;
    let asked = asked(&fields);
    let found = match &asked {
        Some(_) => Some(search::everything(&site, &user, &fields).await?),
        None => None,
    };
    let reader = user.clone();
    let prepared = site.store.write(move |tx| {
        let (opened, _) = arranged(tx, &reader, mailbox)?;
        let folders = folder::list(tx, mailbox)?;
        let chosen = chosen(&fields, mailbox, tx.now());
        let (from, messages, what) = match (&found, &asked) {
            (Some(found), Some((text, _))) => {
                let of = |id: FolderId| found.iter().find(|(folder, _)| *folder == id);
                let from = sources(&folders, reader.lang, |folder| {
                    let (_, uids) = of(folder.id).filter(|(_, uids)| !uids.is_empty())?;
                    Some(Part::Found(uids.clone()))
                });
                let messages = found.iter().map(|(_, uids)| count(uids)).sum();
                (from, messages, text.clone())
            }
            _ => {
                let meant: Vec<&Folder> = chosen.folders(&folders).collect();
                let messages = total(&sums(tx, &meant, &chosen.sieve())?).messages;
                let from = sources(&folders, reader.lang, |folder| {
                    let is_meant = meant.iter().any(|one| one.id == folder.id);
                    is_meant.then(|| Part::Sifted(chosen.sieve()))
                });
                let said = chosen.said(&folders, reader.lang);
                (from, messages, said.join("; "))
            }
        };
        let export = Export {
            form: form.name(),
            what: &what,
            messages,
        };
        export::note(tx, &reader.actor(), mailbox, &export)?;
        Ok::<_, Oops>((from, opened.address))
    });
    let (from, address) = prepared.await?;
    let single = from.len() == 1;
    let day = congvu_regulation::Moment(site.store.now()).date();
    let local = address.split('@').next().unwrap_or_default();
    let (ending, media) = match form {
        Form::Mbox if single => ("mbox", "application/mbox"),
        _ => ("zip", "application/zip"),
    };
    let name = format!("thu-{}-{day}.{ending}", names::part(local));
    let mut response = run::body(Job {
        site,
        user,
        mailbox,
        form,
        from,
        seat,
    })
    .into_response();
    let disposition = format!("attachment; filename=\"{name}\"");
    for (field, value) in [
        (header::CONTENT_TYPE, media),
        (header::CONTENT_DISPOSITION, &disposition),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(field, value);
        }
    }
    Ok(response)
}
