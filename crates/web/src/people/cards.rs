//! Contacts in and out as cards (vCard), which every address book reads. A file is somebody's: it is bounded, read as letters, and of
//! it only names, addresses and the like are kept.

use std::collections::HashMap;

use axum::extract::{Multipart, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use congvu_message::charset;
use congvu_message::vcard::{self, Card};
use congvu_store::contact::{self, Contact};
use congvu_store::{AccountId, StoreError, StoreResult, Tx};

use super::contact_lists::named;
use super::contacts::written;
use crate::site::{Fields, Oops, Page, Site, User};

/// The largest file, in bytes.
pub(super) const LARGEST: usize = 8 << 20;
/// Cards that go into the store in one transaction.
const CHUNK: usize = 200;

/// What became of a file.
#[derive(Clone, Debug, Default)]
struct Taken {
    added: u32,
    there: u32,
    lists: u32,
    /// There is no room for more.
    full: bool,
    /// Contacts by the identifiers of their cards.
    known: HashMap<String, Vec<i64>>,
}

pub(super) async fn take(State(site): State<Site>, user: User, mut form: Multipart) -> Page {
    let unreadable = || {
        let words = user
            .lang
            .t("Không đọc được tệp. Chọn tệp danh bạ vCard (.vcf), nhiều nhất 8 MB.");
        Oops::Bad(words.to_owned())
    };
    let mut fields = Fields::default();
    let mut file = None;
    while let Some(field) = form.next_field().await.map_err(|_| unreadable())? {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(|_| unreadable())?;
        if name == "tep" {
            file = Some(bytes);
        } else {
            fields.push(name, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    user.check(&fields)?;
    let bytes = file.ok_or_else(unreadable)?;
    let text = charset::to_utf8(None, &bytes).replace('\0', "");
    let cards = vcard::read(&text).cards;
    if cards.is_empty() {
        return Err(unreadable());
    }
    let (lists, people): (Vec<Card>, Vec<Card>) = cards.into_iter().partition(|card| card.is_list);
    let account = user.account;
    let mut taken = Taken::default();
    for chunk in people.chunks(CHUNK) {
        let (chunk, before) = (chunk.to_vec(), taken);
        let put = site.store.write_bulk(move |tx| {
            let mut taken = before.clone();
            for card in &chunk {
                add(tx, account, card, &mut taken)?;
            }
            StoreResult::Ok(taken)
        });
        taken = put.await?;
    }
    for list in lists {
        let before = taken;
        let put = site.store.write_bulk(move |tx| {
            let mut taken = before.clone();
            enlist(tx, account, &list, &mut taken)?;
            StoreResult::Ok(taken)
        });
        taken = put.await?;
    }
    if taken.full && taken.added == 0 {
        let words = user
            .lang
            .t("Danh bạ của bạn đã đủ 5.000 người. Xóa bớt rồi thêm.");
        return Err(Oops::State(words.to_owned()));
    }
    let way = format!(
        "/danh-ba/cua-toi?xong=nhap&them={}&co={}&ds={}",
        taken.added, taken.there, taken.lists
    );
    Ok(Redirect::to(&way).into_response())
}

/// A contact for each address of a card; who is there already stays as they are.
fn add(tx: &mut Tx<'_>, account: AccountId, card: &Card, taken: &mut Taken) -> StoreResult<()> {
    for address in &card.addresses {
        let contact = Contact {
            name: card.name.clone(),
            address: address.clone(),
            phone: card.phone.clone(),
            organisation: card.organisation.clone(),
            title: card.title.clone(),
            note: card.note.clone(),
            ..Contact::default()
        };
        let Some((contact, folded)) = written(contact) else {
            continue;
        };
        let id = match contact::put(tx, account, &contact, &folded) {
            Ok(id) => {
                taken.added += 1;
                id
            }
            Err(StoreError::Conflict("address")) => {
                taken.there += 1;
                let there = contact::of_address(tx, account, &contact.address)?;
                there.map_or(0, |there| there.id)
            }
            Err(StoreError::Conflict(_)) => {
                taken.full = true;
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if !card.uid.is_empty() {
            taken.known.entry(card.uid.clone()).or_default().push(id);
        }
    }
    Ok(())
}

/// A list, with those of its members that are contacts, or that it names by address.
fn enlist(tx: &mut Tx<'_>, account: AccountId, card: &Card, taken: &mut Taken) -> StoreResult<()> {
    let Some((name, folded)) = named(&card.name) else {
        return Ok(());
    };
    let list = match contact::list_named(tx, account, &folded)? {
        Some(list) => list,
        None => match contact::put_list(tx, account, None, (&name, &folded)) {
            Ok(list) => list,
            Err(StoreError::Conflict(_)) => return Ok(()),
            Err(error) => return Err(error),
        },
    };
    taken.lists += 1;
    let mut members = contact::listed(tx, account, list)?.len();
    for member in &card.members {
        let ids = if member.contains('@') {
            let by_address = Card {
                uid: member.clone(),
                name: member.clone(),
                addresses: vec![member.clone()],
                ..Card::default()
            };
            add(tx, account, &by_address, taken)?;
            taken.known.get(member)
        } else {
            taken.known.get(member)
        };
        // The first address is the preferred one.
        let Some(id) = ids.and_then(|ids| ids.first()) else {
            continue;
        };
        if members as i64 >= contact::MOST_LISTED {
            break;
        }
        contact::enlist(tx, account, list, (&[*id], true))?;
        members += 1;
    }
    Ok(())
}

/// All contacts and lists of somebody, as vCard 4.0.
pub(super) async fn give(State(site): State<Site>, user: User) -> Page {
    let account = user.account;
    let read = site.store.read(move |tx| {
        let mut text = String::new();
        for one in contact::page(tx, account, ("", 0), contact::MOST)? {
            let card = Card {
                uid: uid(&one),
                is_list: false,
                name: one.name,
                addresses: vec![one.address],
                phone: one.phone,
                organisation: one.organisation,
                title: one.title,
                note: one.note,
                members: Vec::new(),
            };
            vcard::write(&card, &mut text);
        }
        for list in contact::lists(tx, account)? {
            let members = contact::listed(tx, account, list.id)?;
            let card = Card {
                is_list: true,
                name: list.name,
                members: members.iter().map(uid).collect(),
                ..Card::default()
            };
            vcard::write(&card, &mut text);
        }
        StoreResult::Ok(text)
    });
    let headers = [
        (header::CONTENT_TYPE, "text/vcard; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"danh-ba.vcf\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, read.await?).into_response())
}

/// What identifies a contact, in the form of a UUID (RFC 4122), so that lists in the file can name it.
fn uid(contact: &Contact) -> String {
    format!("00000000-0000-8000-8000-{:012x}", contact.id)
}
