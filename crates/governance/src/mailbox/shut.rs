//! Why a mailbox is shut, for its owner at the door.

use congvu_regulation::{Date, Moment};
use congvu_store::{AccountId, Tx, account, life, lock};

use crate::{Law, Refused};

/// A mailbox that nobody opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shut {
    /// Since when.
    pub since: Date,
    /// It was taken back or deleted; else it is locked.
    pub is_over: bool,
    /// Why it was locked, in the words that its agency was told; empty where nobody locked it.
    pub reason: String,
    /// By which clause of which decision; empty where by none.
    pub clause: String,
}

/// Why the mailbox of an account is shut; `None` where it is not. For its owner alone: who has proved who they are.
///
/// # Errors
/// What the store answers.
pub fn shut(tx: &mut Tx<'_>, law: Law, account: AccountId) -> Result<Option<Shut>, Refused> {
    let account = account::get(tx, account)?;
    let Some(mailbox) = account.and_then(|account| account.mailbox) else {
        return Ok(None);
    };
    let Some(life) = life::get(tx, mailbox)? else {
        return Ok(None);
    };
    let over = life.deleted_at.into_iter().chain(life.revoked_at).min();
    let locked = lock::all(tx, mailbox)?.into_iter().next_back();
    // Whatever ended before it was taken back has nothing to do with it.
    let locked = locked.filter(|locked| match locked.ended_how.as_str() {
        "" => true,
        how => over.is_some() && matches!(how, "revoked" | "deleted"),
    });
    let Some(since) = over.or(locked.as_ref().map(|locked| locked.lock.at)) else {
        return Ok(None);
    };
    // Of the regulation that it was locked under, whichever is in force at its place now.
    let clause = |locked: &lock::Locked| {
        let clause = locked.lock.clause.clone();
        let code = clause.split('.').next().unwrap_or_default();
        match law.profile(code) {
            Some(of) => format!("{clause}, {}", of.head().cited_as()),
            None => clause,
        }
    };
    Ok(Some(Shut {
        since: Moment(since).date(),
        is_over: over.is_some(),
        clause: locked.as_ref().map_or_else(String::new, clause),
        reason: locked.map_or_else(String::new, |locked| locked.reason),
    }))
}
