//! Webmail: folders, lists, messages, writing.

mod acts;
mod body;
mod check;
mod compose;
mod draft;
mod files;
mod list;
pub(crate) mod open;
pub(crate) mod part;
mod read;
mod send;
mod text;
pub(crate) mod tree;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::site::Site;

/// The largest form with files, in bytes; what may be sent is less, by the rules at the mailbox's place.
const LARGEST_FORM: usize = 64 << 20;

pub(crate) fn routes() -> Router<Site> {
    let writing = Router::new()
        .route("/soan", get(compose::page).post(send::submit))
        .layer(DefaultBodyLimit::max(LARGEST_FORM));
    Router::new()
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
        .route("/thu/{mailbox}/thu-muc", post(tree::make))
        .merge(writing)
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

fn thousands(number: u64) -> String {
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
