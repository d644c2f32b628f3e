//! QUIT (RFC 1939 §4, §6): the UPDATE state.

use congvu_store::{Store, StoreError, StoreResult, entry};

use crate::reply;
use crate::session::{Flow, Session, Transaction};

/// Messages removed in one transaction: many at once would keep arriving mail waiting.
const CHUNK: usize = 500;

/// Removes what is marked. `+OK` means that all of it is gone for good.
pub(crate) async fn run(session: &mut Session) -> Flow {
    let removed = match &session.open {
        Some(open) => remove_marked(&session.shared.store, open).await,
        None => Ok(()),
    };
    match removed {
        Ok(()) => reply::ok(&mut session.conn, "Bye"),
        Err(error) => {
            tracing::warn!(conn = session.conn.id(), %error, "marked messages were not removed");
            reply::err_code(
                &mut session.conn,
                (&error).into(),
                "Some deleted messages were not removed",
            );
        }
    }
    Flow::Close
}

async fn remove_marked(store: &Store, open: &Transaction) -> StoreResult<()> {
    let folder = open.maildrop.folder;
    for uids in open.maildrop.marked().chunks(CHUNK) {
        let ranges = entry::ranges(uids);
        let holding = open.lock.holding();
        store
            .write(move |tx| {
                // In the same transaction: nothing is removed from a maildrop another one holds.
                if !holding.renew(tx)? {
                    return Err(StoreError::Conflict("the maildrop's lock"));
                }
                entry::remove(tx, folder, &ranges)
            })
            .await?;
    }
    Ok(())
}
