//! Webmail: folders, lists, messages, writing.

mod acts;
mod archive;
mod body;
mod check;
mod compose;
mod desk;
mod draft;
mod files;
mod granted;
mod keep;
mod keys;
pub(crate) mod label;
mod later;
pub(crate) mod list;
mod live;
mod look;
mod meeting;
pub(crate) mod open;
mod ordered;
mod origin;
pub(crate) mod part;
mod print;
mod read;
mod receipt;
mod recipients;
mod redirect;
mod rich;
pub(crate) mod search;
mod send;
mod sign;
mod smime;
mod templates;
mod text;
mod together;
pub(crate) mod tree;
mod upload;
mod way;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

pub(crate) use later::run as keep_sending_later;
pub(crate) use live::Open;

use crate::site::Site;

/// The largest form with files, in bytes; what may be sent is less, by the rules at the mailbox's place.
const LARGEST_FORM: usize = 64 << 20;

pub(crate) fn routes() -> Router<Site> {
    let writing = Router::new()
        .route("/soan", get(compose::page).post(send::submit))
        .route("/soan/luu", post(keep::quietly))
        .route("/soan/nguoi-nhan", post(recipients::told))
        .route("/soan/nhom", get(recipients::expanded))
        .route("/soan/phien", get(keep::session))
        .route("/soan/khung", get(compose::frame))
        .route("/soan/chu", post(compose::as_text))
        .route("/soan/kieu", post(compose::habit))
        .route("/soan/hoan-tac", post(compose::undo_habit))
        .route("/soan/cai-dat", get(templates::habits))
        .route("/soan/chu-ky", get(sign::own).post(sign::keep_own))
        .route(
            "/soan/chu-ky/{mailbox}",
            get(sign::of_unit).post(sign::keep_of_unit),
        )
        .route("/soan/mau/{id}", get(templates::page).post(templates::keep))
        .route("/soan/mau/{id}/bo", post(templates::remove))
        .route("/soan/mau/{id}/chu", get(templates::words))
        .route("/soan/tep", post(upload::take))
        .route("/soan/tep/xem", post(upload::look))
        .route("/soan/tep/{id}", get(upload::show))
        .route("/soan/tep/{id}/bo", post(upload::drop_it))
        .layer(DefaultBodyLimit::max(LARGEST_FORM));
    Router::new()
        .route("/su-kien", get(live::events))
        .route("/phim-tat", get(keys::page))
        .route("/thu", get(list::inbox))
        .route("/thu/{mailbox}/{folder}", get(list::page).post(acts::act))
        .route("/thu/{mailbox}/{folder}/{uid}", get(read::page))
        .route(
            "/thu/{mailbox}/{folder}/{uid}/noi-dung/{section}",
            get(body::frame),
        )
        .route(
            "/thu/{mailbox}/{folder}/{uid}/tep/{section}",
            get(files::file),
        )
        .route("/thu/{mailbox}/{folder}/{uid}/goc", get(files::raw))
        .route(
            "/thu/{mailbox}/{folder}/{uid}/xu-ly",
            get(desk::part).post(desk::act),
        )
        .route(
            "/thu/{mailbox}/{folder}/{uid}/chuyen-nguyen",
            get(redirect::page).post(redirect::submit),
        )
        .merge(reading())
        .route("/thu/{mailbox}/thu-muc", post(tree::make))
        .merge(later::routes())
        .merge(search::routes())
        .merge(writing)
}

/// What else there is to one message.
fn reading() -> Router<Site> {
    Router::new()
        .route("/thu/{mailbox}/{folder}/{uid}/tep.zip", get(archive::all))
        .route("/thu/{mailbox}/{folder}/{uid}/duong-di", get(way::page))
        .route("/thu/{mailbox}/{folder}/{uid}/in", get(print::page))
        .route(
            "/thu/{mailbox}/{folder}/{uid}/xem/{section}",
            get(look::page),
        )
        .route(
            "/thu/{mailbox}/{folder}/{uid}/xac-nhan",
            post(receipt::submit),
        )
        .route(
            "/thu/{mailbox}/{folder}/{uid}/loi-moi",
            post(meeting::submit),
        )
        .route(
            "/tai-khoan/da-doc",
            get(receipt::habit).post(receipt::keep_habit),
        )
}

/// A size as people read it: `402 byte`, `14 KB`, `4,1 MB`, `5.000 MB`, `48 GB`. Regulations speak of MB, up to 5.000.
pub(crate) fn bytes(size: u64) -> String {
    const KB: u64 = 1 << 10;
    const MB: u64 = 1 << 20;
    const GB: u64 = 1 << 30;
    match size {
        0..KB => format!("{size} byte"),
        KB..MB => format!("{} KB", size.div_ceil(KB)),
        _ if size < 10 * MB && !size.is_multiple_of(MB) => {
            let tenths = (size * 10).div_ceil(MB);
            format!("{},{} MB", tenths / 10, tenths % 10)
        }
        _ if size < 10_000 * MB => format!("{} MB", thousands(size.div_ceil(MB))),
        _ => format!("{} GB", thousands(size.div_ceil(GB))),
    }
}

/// Whom a stored envelope says it is from, as one line.
pub(crate) fn people(envelope: &[u8]) -> String {
    read::people(envelope, congvu_message::search::envelope::Field::From)
}

/// A number as people read it: `12.345`.
pub(crate) fn thousands(number: u64) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => format!("{}.{:03}", thousands(number / 1000), number % 1000),
    }
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes() {
        for (size, shown) in [
            (0, "0 byte"),
            (402, "402 byte"),
            (14_000, "14 KB"),
            (4_300_000, "4,2 MB"),
            (20 << 20, "20 MB"),
            (1 << 20, "1 MB"),
            (5_000 << 20, "5.000 MB"),
            (48 << 30, "48 GB"),
        ] {
            assert_eq!(bytes(size), shown);
        }
    }
}
