//! Sessions of those who were signed in by another system (OpenID Connect): by what that system knows them, so that it can end them.

use crate::sql::params;
use crate::{AccountId, StoreResult, Tx, web_session};

/// By what the other system knows somebody, and their session there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Of {
    /// `sub`.
    pub subject: String,
    /// `sid`.
    pub sid: Option<String>,
}

/// Notes that a session began so.
pub fn add(tx: &mut Tx<'_>, session: i64, of: &Of) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO sso_session (session_id, subject, sid) VALUES ($1, $2, $3)",
        params![session, &of.subject, of.sid.as_deref()],
    )?;
    Ok(())
}

/// Ends what began with a session there, or everything of somebody where none is named; how many there were.
pub fn end(tx: &mut Tx<'_>, subject: Option<&str>, sid: Option<&str>) -> StoreResult<u64> {
    let row = |row: &crate::Row<'_>| Ok((row.int(0)?, AccountId(row.int(1)?), row.text(2)?));
    let found = match (sid, subject) {
        (Some(sid), _) => tx.all(
            "SELECT s.id, s.account_id, o.subject FROM sso_session o JOIN web_session s ON s.id = o.session_id WHERE o.sid = $1",
            params![sid],
            row,
        ),
        (None, Some(subject)) => tx.all(
            "SELECT s.id, s.account_id, o.subject FROM sso_session o JOIN web_session s ON s.id = o.session_id WHERE o.subject = $1",
            params![subject],
            row,
        ),
        (None, None) => Ok(Vec::new()),
    }?;
    let mut ended = 0;
    for (id, account, whose) in found {
        if subject.is_none_or(|subject| subject == whose) {
            ended += u64::from(web_session::close(tx, account, id)?);
        }
    }
    Ok(ended)
}
