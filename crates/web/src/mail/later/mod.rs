//! What happens later: messages that are sent at a time or can still be taken back, that come back into sight, that wait for an answer
//! ([`congvu_store::later`]).
//!
//! What is to be sent is a draft in a folder of its own: it goes as it would if its writer sent it at that moment, so all rules are asked
//! again; what they refuse is an ordinary draft once more, and its writer is told why.

mod choose;
mod page;
mod runner;
mod send;
pub(super) mod times;
mod whereabouts;

use axum::Router;
use axum::routing::{get, post};
use congvu_store::MailboxId;

use super::tree::Use;
use crate::site::Site;

pub(super) use page::Undo;
pub(crate) use runner::run;

/// So many messages may wait in a mailbox, of each kind.
pub(super) const MOST: u64 = 500;
/// After so many days without an answer somebody may be reminded.
pub(super) const DAYS: [u16; 7] = [1, 2, 3, 5, 7, 14, 30];
/// What a message bears that came back because nobody answered it.
pub(super) const UNANSWERED: &str = "$Unanswered";

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route("/hen", get(page::page))
        .route("/hen/{id}", post(page::act))
        .route(
            "/hen/gui/{mailbox}/{folder}/{uid}",
            get(choose::of_draft).post(choose::send_then),
        )
        .route(
            "/hen/xem-lai/{mailbox}/{folder}/{uid}",
            get(choose::of_message),
        )
        .route(
            "/thu/{mailbox}/{folder}/{uid}/den-dau",
            get(whereabouts::page),
        )
        .route(
            "/thu/{mailbox}/{folder}/{uid}/thu-hoi",
            post(whereabouts::recall),
        )
}

/// The page of what waits in a mailbox.
pub(super) fn href(what: Use, mailbox: MailboxId) -> String {
    match what {
        Use::Snoozed => format!("/hen?xem=xem-lai&hop={mailbox}"),
        _ => "/hen".to_owned(),
    }
}
