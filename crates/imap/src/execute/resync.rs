//! What a client missed while it was away (RFC 7162 §3.2.5, §3.2.6). It costs what changed; where it is no
//! longer known what left when, what left at all.

use congvu_store::folder::Folder;
use congvu_store::{FolderId, StoreResult, Tx, entry};

use crate::command::Fetch;
use crate::command::select::Resync;
use crate::session::selected::{common, minus, push};
use crate::session::{Failure, Session, vanished};
use crate::types::{MessageSet, merge};
use crate::view::View;

/// So many changed messages are told one by one; of more, all are told.
const CHANGED: usize = 50_000;

/// What the client is to hear.
#[derive(Debug, Default)]
pub(super) struct Missed {
    /// UIDs that are gone.
    pub(super) vanished: Vec<(u32, u32)>,
    /// UIDs that are new or have other flags.
    pub(super) changed: Vec<(u32, u32)>,
}

/// Compares what a client knew with what is. Nothing is missed where its UIDs are not ours.
pub(super) fn missed(
    tx: &mut Tx<'_>,
    folder: &Folder,
    view: &View,
    holes: &[(u32, u32)],
    client: &Resync,
) -> StoreResult<Missed> {
    if client.uid_validity.get() != folder.uid_validity {
        return Ok(Missed::default());
    }
    // From the future is who knew a state that was lost since: all it has may be wrong.
    let since = i64::try_from(client.modseq).unwrap_or(i64::MAX);
    let since = if since > folder.modseq { 0 } else { since };
    let known = match &client.known {
        Some(known) => known.resolve(0),
        None => vec![(1, u32::MAX)],
    };
    let vanished = match entry::vanished_since(tx, folder.id, since)? {
        Some(gone) => common(&known, &merge(gone)),
        None => {
            let gone = common(&known, holes);
            match client.last_match(view) {
                Some(uid) => minus(&gone, &[(1, uid)]),
                None => gone,
            }
        }
    };
    let changed = match entry::changed_up_to(tx, folder.id, since, CHANGED)? {
        Some(entries) => {
            let mut changed = Vec::new();
            for entry in entries {
                push(&mut changed, entry.uid);
            }
            changed
        }
        None => view.ranges().collect(),
    };
    Ok(Missed {
        vanished,
        changed: common(&known, &changed),
    })
}

/// The UIDs of `asked` that left after `since`.
fn gone(
    tx: &mut Tx<'_>,
    folder: FolderId,
    since: i64,
    asked: &[(u32, u32)],
) -> StoreResult<Vec<(u32, u32)>> {
    let gone = match entry::vanished_since(tx, folder, since)? {
        Some(gone) => merge(gone),
        None => entry::holes(tx, folder)?,
    };
    Ok(common(asked, &gone))
}

impl Session {
    /// Before a FETCH with VANISHED: what left of the messages it names. What this client was not yet told of
    /// as gone is not among it; that follows as ever.
    pub(super) async fn tell_earlier(&mut self, fetch: &Fetch) -> Result<(), Failure> {
        let (true, Some(since), MessageSet::Uid(set)) =
            (fetch.vanished, fetch.changed_since, &fetch.messages)
        else {
            return Ok(());
        };
        if !self.enabled.qresync {
            return Err(Failure::Bad("Enable QRESYNC first"));
        }
        let selected = self.open()?;
        let asked = set.resolve(selected.view.highest().unwrap_or_default());
        let (folder, since) = (selected.folder, i64::try_from(since).unwrap_or(i64::MAX));
        let read = self.server.store.read(move |tx| {
            let gone: StoreResult<_> = gone(tx, folder, since, &asked);
            gone
        });
        let gone = read.await?;
        let shown: Vec<_> = self.open()?.view.ranges().collect();
        vanished(self.conn.out(), true, &minus(&gone, &shown));
        Ok(())
    }
}
