//! Requests: opened once, with a clock in working days, a decision on each line, carried out line by line so that a kill
//! does nothing twice, and answered.

mod carry_out;
mod clock;
mod decide;
mod letter;
mod line;
mod lists;
mod mail;
mod open;
mod paper;
mod preview;
mod reach;
mod way;
mod weigh;

pub use carry_out::{Carried, carry_out_all, carry_out_line};
pub use clock::{overdue_and_due, remind};
pub use decide::{Decision, decide, forward, is_with_who_decides, withdraw};
pub use letter::Letter;
pub use line::Ask;
pub use lists::{columns, from_rows};
pub use mail::{
    Door, Enclosed, Mailed, Received, doors, look_at, receive, receive_checked, sender,
};
pub use open::{Attached, Checked, NewRequest, Opened, check, find, open, open_checked};
pub use paper::{Paper, PaperLine, Requester, paper};
pub use preview::{Clash, Named, Preview};
pub use weigh::{Weighed, decide_noted, note, weigh};

use congvu_regulation::requests::{RequestKind, Way};

/// A kind's name in the store.
#[must_use]
pub fn kind_of(id: &str) -> Option<RequestKind> {
    RequestKind::ALL.into_iter().find(|kind| kind.id() == id)
}

/// A way's name in the store, as profiles write it.
#[must_use]
pub fn way_name(way: Way) -> &'static str {
    match way {
        Way::Documents => "documents",
        Way::Letter => "letter",
        Way::UnitMailbox => "unit-mailbox",
        Way::SelfService => "self-service",
        Way::Notice => "notice",
    }
}

/// The way of this name.
#[must_use]
pub fn way_of(name: &str) -> Option<Way> {
    [
        Way::Documents,
        Way::Letter,
        Way::UnitMailbox,
        Way::SelfService,
        Way::Notice,
    ]
    .into_iter()
    .find(|way| way_name(*way) == name)
}
