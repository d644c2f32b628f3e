//! The logs tell who writes to whom, and from where: whoever looks into them, or takes them along, is on record (TQ.9.1, SL.11.1).

use congvu_store::{StoreResult, Tx};
use serde_json::json;

use crate::{Act, Action, Actor, record};

/// A log that tells of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    /// What came and went.
    Mail,
    /// Who signed in.
    SignIns,
    /// What was done.
    Acts,
}

impl Log {
    fn subject(self) -> (&'static str, &'static str) {
        match self {
            Self::Mail => ("log/mail", "Nhật ký gửi nhận thư"),
            Self::SignIns => ("log/sign-ins", "Nhật ký đăng nhập"),
            Self::Acts => ("log/acts", "Nhật ký quản trị"),
        }
    }
}

/// The longest words that a search is recorded with, in letters.
const LONGEST: usize = 500;

/// Records that somebody looks into a log: by what they search it, and whether they take it along as a file.
///
/// # Errors
/// What the store answers.
pub fn looked_into(
    tx: &mut Tx<'_>,
    actor: &Actor,
    log: Log,
    (asked, as_file): (&str, bool),
) -> StoreResult<()> {
    let (subject, name) = log.subject();
    let asked: String = asked.chars().take(LONGEST).collect();
    let act = Act::new(Action::LogRead, subject.to_owned(), name)
        .with(json!({ "asked": asked, "file": as_file }));
    record(tx, actor, &act)
}
