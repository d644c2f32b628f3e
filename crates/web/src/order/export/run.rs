//! Mail on its way out: read from the store some messages at a time, each time asking whether whoever takes it still may.

use std::collections::HashSet;
use std::io;
use std::sync::LazyLock;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use congvu_governance::order;
use congvu_message::search::envelope::{self, Field};
use congvu_search::ranges::Ranges;
use congvu_store::blob::BlobRef;
use congvu_store::entry::{self, Sieve, Want};
use congvu_store::{AccountId, FolderId, MailboxId, StoreError, Tx};
use futures_util::stream;
use parking_lot::Mutex;
use tokio::sync::mpsc::{self, Sender};

use super::pack::{Form, Head, Pack};
use crate::site::{Oops, Site, User};

/// Messages read in one transaction, and their bytes at most where these lie beside them.
const BATCH: u32 = 32;
/// Pieces that wait for a slow line.
const WAITING: usize = 4;
/// A line that takes nothing for so long is given up.
const PATIENCE: Duration = Duration::from_secs(600);
/// So many go on at once, one for each account.
const MOST: usize = 8;

static RUNNING: LazyLock<Mutex<HashSet<AccountId>>> = LazyLock::new(Mutex::default);

/// A place among those who take mail out.
pub(super) struct Seat(AccountId);

impl Seat {
    pub(super) fn take(user: &User) -> Result<Self, Oops> {
        let mut running = RUNNING.lock();
        if running.contains(&user.account) {
            let words = user
                .lang
                .t("Bạn đang lưu thư về máy ở nơi khác. Chờ xong rồi làm tiếp.");
            return Err(Oops::State(words.to_owned()));
        }
        if running.len() >= MOST {
            let words = user
                .lang
                .t("Nhiều người đang lưu thư về máy cùng lúc. Chờ ít phút rồi làm lại.");
            return Err(Oops::State(words.to_owned()));
        }
        running.insert(user.account);
        Ok(Self(user.account))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        RUNNING.lock().remove(&self.0);
    }
}

/// Which messages of a folder.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Sifted(Sieve),
    Found(Ranges),
}

/// A folder of it.
#[derive(Clone, Debug)]
pub(super) struct From {
    pub(super) folder: FolderId,
    /// Where it lies in an archive.
    pub(super) path: String,
    pub(super) bytes: u64,
    pub(super) part: Part,
}

/// What is taken out, by whom.
pub(super) struct Job {
    pub(super) site: Site,
    pub(super) user: User,
    pub(super) mailbox: MailboxId,
    pub(super) form: Form,
    pub(super) from: Vec<From>,
    pub(super) seat: Seat,
}

/// A message, and where its bytes lie.
struct Letter {
    uid: u32,
    at: i64,
    from: String,
    subject: String,
    prefix: Vec<u8>,
    blob: BlobRef,
}

/// Behind which message the next batch begins.
type After = (i64, i64);

/// Why it ends before its end.
enum Stop {
    /// Nobody takes it any more.
    Gone,
    Failed(io::Error),
}

impl std::convert::From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

impl std::convert::From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(io::Error::other(error))
    }
}

/// The file, as it is read from the store.
pub(super) fn body(job: Job) -> Body {
    let (tx, rx) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let told = tx.clone();
        match run(job, tx).await {
            Ok(()) | Err(Stop::Gone) => {}
            Err(Stop::Failed(error)) => {
                // The browser is told that the file is not whole: its connection ends before the end of the body.
                tracing::warn!(%error, "taking mail out was broken off");
                drop(told.send(Err(error)).await);
            }
        }
    });
    Body::from_stream(stream::unfold(rx, |mut rx| async move {
        rx.recv().await.map(|piece| (piece, rx))
    }))
}

type Out = Sender<io::Result<Bytes>>;

async fn send(tx: &Out, pack: &mut Pack, all: bool) -> Result<(), Stop> {
    if let Some(piece) = pack.take(all) {
        let sent = tokio::time::timeout(PATIENCE, tx.send(Ok(piece))).await;
        sent.map_err(|_| Stop::Gone)?.map_err(|_| Stop::Gone)?;
    }
    Ok(())
}

async fn run(job: Job, tx: Out) -> Result<(), Stop> {
    let mut pack = Pack::new(job.form, job.from.len() == 1);
    let (mut count, mut broken) = (0_u64, 0_u64);
    for from in &job.from {
        pack.folder(&from.path, from.bytes)?;
        let mut after = (i64::MIN, 0);
        while let Some((letters, next)) = batch(&job, from, after).await? {
            after = next;
            for letter in letters {
                count += 1;
                if !write(&job, &letter, (&mut pack, &tx)).await? {
                    broken += 1;
                }
            }
        }
    }
    let words = format!("Số thư: {count}\r\nThư không đọc được trọn: {broken}\r\n");
    pack.finish(&words)?;
    send(&tx, &mut pack, true).await?;
    drop(job.seat);
    Ok(())
}

/// Writes one message; false where it could not be read, or not to its end: a note stands there then.
async fn write(job: &Job, letter: &Letter, (pack, tx): (&mut Pack, &Out)) -> Result<bool, Stop> {
    let head = Head {
        uid: letter.uid,
        at: letter.at,
        from: &letter.from,
        subject: &letter.subject,
    };
    pack.begin(&head)?;
    pack.write(&letter.prefix)?;
    let read = copy(job, letter, (&mut *pack, tx)).await;
    pack.end()?;
    let fault = match read {
        Ok(()) => None,
        Err(Fault::Stop(stop)) => return Err(stop),
        Err(Fault::Letter(error)) => Some(error),
    };
    if let Some(error) = &fault {
        tracing::error!(%error, uid = letter.uid, "a message cannot be taken out");
        let words = "Thư này không đọc được trọn vẹn từ kho; phần đọc được, nếu có, ở ngay trước ghi chú này. Báo đơn vị vận hành.\r\n";
        pack.note(&head, words)?;
    }
    send(tx, pack, false).await?;
    Ok(fault.is_none())
}

/// Why a message is not copied to its end.
enum Fault {
    /// It is damaged: the others go on.
    Letter(StoreError),
    Stop(Stop),
}

async fn copy(job: &Job, letter: &Letter, (pack, tx): (&mut Pack, &Out)) -> Result<(), Fault> {
    let sort = |error: StoreError| {
        if error.is_outage() {
            Fault::Stop(error.into())
        } else {
            Fault::Letter(error)
        }
    };
    let blobs = job.site.store.blobs();
    let mut reader = blobs.open_blob(&letter.blob).await.map_err(sort)?;
    while let Some(chunk) = reader.next().await.map_err(sort)? {
        pack.write(&chunk)
            .map_err(|error| Fault::Stop(error.into()))?;
        send(tx, pack, false).await.map_err(Fault::Stop)?;
    }
    Ok(())
}

/// The next messages of a folder; nothing where there are no more.
async fn batch(job: &Job, from: &From, after: After) -> Result<Option<(Vec<Letter>, After)>, Stop> {
    let (user, mailbox) = (job.user.clone(), job.mailbox);
    let (folder, part) = (from.folder, from.part.clone());
    let read = job.site.store.read(move |tx| {
        // A lock, another password, the end of a delegation end this too.
        if !user.is_in_force(tx)? || order::may_arrange(tx, &user.actor(), mailbox).is_err() {
            return Err(StoreError::NotFound("session"));
        }
        let uids = match &part {
            Part::Sifted(sieve) => entry::sifted(tx, folder, sieve, after, BATCH)?,
            Part::Found(ranges) => next_of(ranges, after.1),
        };
        let Some(last) = uids.last() else {
            return Ok(None);
        };
        let next = (last.0, i64::from(last.1));
        let mut letters = Vec::with_capacity(uids.len());
        for (_, uid) in uids {
            letters.extend(letter(tx, folder, uid)?);
        }
        Ok(Some((letters, next)))
    });
    Ok(read.await?)
}

/// The next UIDs of ranges behind one.
fn next_of(ranges: &Ranges, after: i64) -> Vec<(i64, u32)> {
    let ranges = ranges.iter();
    let all = ranges
        .filter(|(_, last)| i64::from(*last) > after)
        .flat_map(|(first, last)| {
            let first = u32::try_from(after + 1).unwrap_or(u32::MAX).max(*first);
            first..=*last
        });
    all.take(BATCH as usize).map(|uid| (0, uid)).collect()
}

fn letter(tx: &mut Tx<'_>, folder: FolderId, uid: u32) -> Result<Option<Letter>, StoreError> {
    let mut found = None;
    entry::scan(tx, folder, (uid, uid), Want::Blob, |entry| {
        let from = envelope::first(entry.envelope()?, Field::From).unwrap_or_default();
        found = Some(Letter {
            uid,
            at: entry.internal_at()?,
            from: format!("{}@{}", from.mailbox, from.host),
            subject: entry.subject()?,
            prefix: entry.prefix()?.to_vec(),
            blob: entry.blob()?,
        });
        Ok(false)
    })?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_go_on_where_the_last_one_ended() {
        let ranges = vec![(2, 3), (7, 100)];
        let first = next_of(&ranges, 0);
        let uids: Vec<u32> = first.iter().map(|(_, uid)| *uid).collect();
        assert_eq!(uids[..3], [2, 3, 7]);
        let last = i64::from(*uids.last().unwrap());
        assert_eq!(next_of(&ranges, last)[0].1 - 1, *uids.last().unwrap());
        assert!(next_of(&ranges, 100).is_empty());
    }
}
