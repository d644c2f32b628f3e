//! Drafts that wait for their time, and back.

use congvu_store::later::{self, Kind, New};
use congvu_store::{FolderId, StoreResult, Tx, entry, folder, form_sent};

use super::MOST;
use crate::mail::compose::Sender;
use crate::mail::draft::{Draft, Place};
use crate::mail::open;
use crate::mail::send::{self, Sending, own_draft};
use crate::mail::tree::{self, Use};
use crate::site::{Oops, Site, User};

impl Sending<'_> {
    /// Keeps it for so many seconds, in which it can be taken back; the row. A form that comes in twice waits once.
    pub(in crate::mail) async fn put_off(
        &self,
        draft: &Draft,
        sender: &Sender,
        seconds: u16,
    ) -> Result<i64, Oops> {
        let (user, form) = (self.user.clone(), draft.id.clone());
        let kept = self.keep_in(Use::Scheduled, draft, sender, move |tx, laid| {
            if laid.is_lost || !form_sent::note(tx, user.account, &form)? {
                return Err(send::gone(user.lang));
            }
            let due_at = tx.now() + i64::from(seconds) * 1000;
            Ok(later::add(
                tx,
                &New {
                    kind: Kind::Send,
                    place: (laid.place.folder, laid.place.uid),
                    account: user.account,
                    client_ip: &user.ip.to_string(),
                    home: None,
                    days: 0,
                    due_at,
                },
            )?)
        });
        Ok(kept.await?.1)
    }
}

/// A draft of one's own goes at a time.
pub(super) async fn schedule(
    site: &Site,
    user: &User,
    place: Place,
    due_at: i64,
) -> Result<(), Oops> {
    let user = user.clone();
    site.store
        .write(move |tx| {
            let draft = own_draft(tx, &user, Some(place))?.ok_or_else(open::gone)?;
            if later::count(tx, user.mailbox, Kind::Send)? >= MOST {
                return Err(Oops::State(
                    user.lang
                        .t("Đã có quá nhiều thư đang hẹn. Gửi hoặc rút bớt rồi hẹn lại.")
                        .to_owned(),
                ));
            }
            let to = tree::ensure(tx, user.mailbox, Use::Scheduled)?;
            let uid = moved(tx, (draft.folder, draft.uid), to)?.ok_or_else(open::gone)?;
            later::add(
                tx,
                &New {
                    kind: Kind::Send,
                    place: (to, uid),
                    account: user.account,
                    client_ip: &user.ip.to_string(),
                    home: None,
                    days: 0,
                    due_at,
                },
            )?;
            Ok(())
        })
        .await
}

/// Moves a message; its new UID, or none where it is gone.
pub(super) fn moved(
    tx: &mut Tx<'_>,
    (from, uid): (FolderId, u32),
    to: FolderId,
) -> StoreResult<Option<u32>> {
    if folder::get(tx, from)?.is_none() {
        return Ok(None);
    }
    if from == to {
        return Ok(entry::exists(tx, from, uid)?.then_some(uid));
    }
    folder::lock(tx, &mut [from, to])?;
    let copied = entry::move_to(tx, from, &[(uid, uid)], to)?;
    Ok((!copied.source.is_empty()).then_some(copied.first))
}

/// What waited is an ordinary draft again; where it lies. None where it is gone: who removes it wants it sent no more.
pub(super) fn back_to_drafts(tx: &mut Tx<'_>, row: &later::Later) -> StoreResult<Option<Place>> {
    let drafts = tree::ensure(tx, row.mailbox, Use::Drafts)?;
    let uid = moved(tx, (row.folder, row.uid), drafts)?;
    Ok(uid.map(|uid| Place {
        mailbox: row.mailbox,
        folder: drafts,
        uid,
    }))
}
