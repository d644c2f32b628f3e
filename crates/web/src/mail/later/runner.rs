//! Carries out what is due. Several nodes may do it: what one has taken the others pass over.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use congvu_governance::Refused;
use congvu_governance::notice::tell_unsent;
use congvu_message::automatic::Answerable;
use congvu_message::search::envelope::{self, Field};
use congvu_store::entry::{self, FlagChange};
use congvu_store::keyword::{self, flag};
use congvu_store::later::{self, Kind, Later};
use congvu_store::{
    Change, FolderId, StoreError, StoreResult, Tx, address, folder, lock, sent_message,
};
use futures_util::{StreamExt as _, stream};
use parking_lot::Mutex;
use tokio::sync::broadcast::error::RecvError;

use super::UNANSWERED;
use super::send::{back_to_drafts, moved};
use crate::mail::draft::Place;
use crate::mail::part;
use crate::mail::send::Sending;
use crate::mail::{compose, read};
use crate::site::{Oops, Site, User};

/// Looked at without being woken too: another node may have stopped in the middle.
const EVERY: Duration = Duration::from_secs(10);
/// Rows in a list.
const PAGE: i64 = 100;
/// So many at once.
const TOGETHER: usize = 4;
/// One that failed for a reason of its own does not hold the others up.
const LATER: Duration = Duration::from_secs(60);
/// So many messages of a conversation are looked at.
const ANSWERS: i64 = 500;
/// So many copies are taken back in one transaction.
const CHUNK: i64 = 100;
/// So much of an answer's header is looked at.
const HEADER: u64 = 64 << 10;

/// Until the future is dropped.
pub(crate) async fn run(site: &Site) {
    let mut changes = site.store.hub().subscribe();
    let put_off = Mutex::new(HashMap::new());
    loop {
        if let Err(error) = drain(site, &put_off).await {
            tracing::warn!(%error, "what is due waits");
        }
        let next: Result<Option<i64>, StoreError> = site.store.read(later::next).await;
        let wait = match next {
            Ok(Some(at)) => {
                let ms = u64::try_from(at - site.store.now()).unwrap_or(0);
                EVERY.min(Duration::from_millis(ms + 1))
            }
            _ => EVERY,
        };
        let woken = async {
            loop {
                match changes.recv().await {
                    Ok(Change::Later) | Err(RecvError::Lagged(_)) => return,
                    Ok(_) => {}
                    Err(RecvError::Closed) => std::future::pending::<()>().await,
                }
            }
        };
        drop(tokio::time::timeout(wait, woken).await);
    }
}

async fn drain(site: &Site, put_off: &Mutex<HashMap<i64, Instant>>) -> Result<(), StoreError> {
    let now = Instant::now();
    put_off.lock().retain(|_, until| *until > now);
    let mut after = (0, 0);
    loop {
        let page = site
            .store
            .read(move |tx| later::due(tx, after, PAGE))
            .await?;
        let Some((last, at)) = page.last() else {
            return Ok(());
        };
        after = (*at, *last);
        stream::iter(page)
            .for_each_concurrent(TOGETHER, |(id, _)| async move {
                if put_off.lock().contains_key(&id) {
                    return;
                }
                if let Err(error) = carry_out(site, id).await {
                    tracing::warn!(%error, row = id, "what is due waits");
                    put_off.lock().insert(id, Instant::now() + LATER);
                }
            })
            .await;
    }
}

async fn carry_out(site: &Site, id: i64) -> Result<(), StoreError> {
    let row = site.store.read(move |tx| later::get(tx, id)).await?;
    match row {
        None => Ok(()),
        Some(row) => match row.kind {
            Kind::Send => send(site, &row).await,
            Kind::Back => site.store.write(move |tx| come_back(tx, id)).await,
            Kind::Answer => remind(site, row).await,
            Kind::Recall => recall(site, row).await,
        },
    }
}

/// Sends a draft, or gives it back with what keeps it from going.
async fn send(site: &Site, row: &Later) -> Result<(), StoreError> {
    // Twice: what changed while it was being sent is told as it is then.
    let mut refused = Vec::new();
    for _ in 0..2 {
        let (id, folder, uid) = (row.id, row.folder, row.uid);
        let found = site.store.read(move |tx| {
            let is_there = folder::get(tx, folder)?.is_some() && entry_is_there(tx, folder, uid)?;
            Ok::<_, StoreError>((
                later::get(tx, id)?.is_some(),
                is_there,
                later::asker(tx, id)?,
            ))
        });
        let (waits, is_there, asker) = found.await?;
        if !waits {
            return Ok(());
        }
        let (true, Some(asker)) = (is_there, asker) else {
            refused.clear();
            break;
        };
        let ip = row.client_ip.parse().unwrap_or([127, 0, 0, 1].into());
        let user = User::absent(row.account, asker, ip);
        let sending = Sending { site, user: &user };
        match sending.send_waiting(row).await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(told)) => {
                refused = told.faults;
                break;
            }
            Err(Oops::Busy) => {
                return Err(StoreError::Unavailable("it cannot be sent now".into()));
            }
            Err(Oops::Forbidden(why) | Oops::State(why) | Oops::Bad(why) | Oops::Missing(why)) => {
                refused = vec![why]
            }
            Err(Oops::Elsewhere(_)) => refused.clear(),
        }
    }
    let (law, id) = (site.law, row.id);
    site.store
        .write(move |tx| {
            let Some(row) = later::take(tx, id)? else {
                return Ok(());
            };
            let place = back_to_drafts(tx, &row)?;
            let Some(place) = place else {
                return Ok(());
            };
            let mut reasons = refused.clone();
            if reasons.is_empty() {
                reasons.push(stopped(tx, &row)?);
            }
            let stored = part::find(tx, place.folder, place.uid)?;
            let subject = stored.map_or_else(String::new, |stored| stored.subject);
            match tell_unsent(tx, law, row.mailbox, (row.id, &subject), &reasons) {
                Err(Refused::Store(error)) => Err(error),
                // Where no regulation is known the draft tells by itself.
                _ => Ok(()),
            }
        })
        .await
}

fn entry_is_there(tx: &mut Tx<'_>, folder: FolderId, uid: u32) -> StoreResult<bool> {
    Ok(part::find(tx, folder, uid)?.is_some())
}

/// Why nothing goes any more in somebody's name.
fn stopped(tx: &mut Tx<'_>, row: &Later) -> StoreResult<String> {
    let locked = lock::all(tx, row.mailbox)?;
    let live = locked.iter().find(|one| one.ended_at.is_none());
    Ok(match live {
        Some(one) => format!(
            "Hộp thư đang bị tạm khóa ({}): thư đã hẹn không được gửi.",
            one.lock.clause
        ),
        None => "Tài khoản đã bị khóa, thu hồi hoặc đổi mật khẩu sau khi hẹn: mọi việc đã hẹn dừng lại để không ai gửi thư thay bạn."
            .to_owned(),
    })
}

impl Sending<'_> {
    /// Sends a draft that waited, as its writer would now.
    async fn send_waiting(&self, row: &Later) -> Result<Result<(), crate::mail::send::Told>, Oops> {
        let place = Place {
            mailbox: row.mailbox,
            folder: row.folder,
            uid: row.uid,
        };
        let mut draft = compose::reopen(self.site, self.user, place).await?;
        self.fetch_kept(&mut draft).await?;
        self.dress(&mut draft).await?;
        let sender = self.sender(&draft.from).await?;
        self.sign(&mut draft, &sender).await?;
        self.send(&draft, &sender, true, Some(row.id)).await
    }
}

/// A message goes back to where it lay, as if it came now.
fn come_back(tx: &mut Tx<'_>, id: i64) -> StoreResult<()> {
    let Some(row) = later::take(tx, id)? else {
        return Ok(());
    };
    return_home(tx, &row)
}

/// As [`come_back`], for a row that was taken.
pub(super) fn return_home(tx: &mut Tx<'_>, row: &Later) -> StoreResult<()> {
    let home = match row.home {
        Some(home) => folder::get(tx, home)?.filter(|home| home.mailbox == row.mailbox),
        None => None,
    };
    let inbox = folder::find(tx, row.mailbox, "INBOX")?;
    let Some(home) = home.or(inbox) else {
        return Ok(());
    };
    if let Some(uid) = moved(tx, (row.folder, row.uid), home.id)? {
        let unread = FlagChange::Remove(flag::SEEN);
        entry::store_flags(tx, home.id, &[(uid, uid)], unread, None)?;
    }
    Ok(())
}

/// Brings a message back into sight that nobody answered.
async fn remind(site: &Site, row: Later) -> Result<(), StoreError> {
    let answered = is_answered(site, &row).await?;
    site.store
        .write(move |tx| {
            if later::take(tx, row.id)?.is_none() || answered {
                return Ok(());
            }
            // Who threw it away waits for no answer.
            let Some((from, uid)) = later::place(tx, row.mailbox, row.message)? else {
                return Ok(());
            };
            let Some(inbox) = folder::find(tx, row.mailbox, "INBOX")? else {
                return Ok(());
            };
            let uid = if from == inbox.id {
                uid
            } else {
                let copied = entry::copy_to(tx, from, &[(uid, uid)], inbox.id)?;
                if copied.source.is_empty() {
                    return Ok(());
                }
                copied.first
            };
            let mark = keyword::ensure(tx, row.mailbox, UNANSWERED)?.unwrap_or(0);
            for change in [
                FlagChange::Remove(flag::SEEN),
                FlagChange::Add(flag::FLAGGED | mark),
            ] {
                entry::store_flags(tx, inbox.id, &[(uid, uid)], change, None)?;
            }
            Ok(())
        })
        .await
}

/// Takes a message back, some copies in a transaction; the row ends with the last of them, so a kill leaves no copy over.
async fn recall(site: &Site, row: Later) -> Result<(), StoreError> {
    loop {
        let (id, message, mailbox) = (row.id, row.message, row.mailbox);
        let goes_on = site.store.write_bulk(move |tx| {
            let sent = sent_message::get(tx, message)?.filter(|sent| sent.mailbox == mailbox);
            if let Some(sent) = sent
                && sent_message::recall_chunk(tx, message, &sent, CHUNK)?
            {
                return Ok::<_, StoreError>(true);
            }
            later::take(tx, id)?;
            Ok(false)
        });
        if !goes_on.await? {
            return Ok(());
        }
    }
}

/// Whether somebody else answered it; what a program wrote by itself is no answer (RFC 3834).
async fn is_answered(site: &Site, row: &Later) -> Result<bool, StoreError> {
    let (mailbox, message) = (row.mailbox, row.message);
    let found = site.store.read(move |tx| {
        let own = address::of_mailbox(tx, mailbox)?;
        let mut answers = Vec::new();
        for (folder, uid) in later::answers(tx, mailbox, message, ANSWERS)? {
            let Some(stored) = part::find(tx, folder, uid)? else {
                continue;
            };
            let from = envelope::first(&stored.envelope, Field::From).unwrap_or_default();
            let from = format!("{}@{}", from.mailbox, from.host).to_lowercase();
            if !own.contains(&from) {
                answers.push(stored);
            }
        }
        Ok::<_, StoreError>(answers)
    });
    for stored in found.await? {
        let end = stored.header_len.min(HEADER);
        let header = stored.octets(&site.store, (0, end), HEADER).await?;
        if !Answerable::new(&header).automatic && !read::is_report(&stored) {
            return Ok(true);
        }
    }
    Ok(false)
}
