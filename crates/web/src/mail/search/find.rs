//! Carrying a search out: bounded in time, in how many go on at once, and in what a page holds.

use std::time::{Duration, Instant};

use congvu_governance::order::label::labels;
use congvu_search::ranges::{Ranges, minus};
use congvu_search::{Hit, Hunt, Newest, Place, Watch, newest};
use congvu_store::entry::{self, Want};
use congvu_store::folder::Folder;
use congvu_store::{FolderId, MailboxId, StoreResult, Tx, organisation};
use tokio::sync::Semaphore;

use super::asked::{Asked, Where};
use super::compile::{Labels, Within, check, names_folders};
use super::query::{Fault, Query};
use crate::mail::label::{self, Labels as Shown};
use crate::mail::list::{Looks, Row};
use crate::mail::open::{self, Opened};
use crate::mail::tree::{self, Use};
use crate::site::{Lang, Oops, Site, User};

/// Messages on a page.
const PAGE: usize = 50;
/// A search stops after so long; it can be gone on with.
const TIME: Duration = Duration::from_secs(2);
/// One for all there are, after so long.
const LONGEST: Duration = Duration::from_secs(60);
/// So many searches go on at once; who comes later waits, up to so long.
static SEATS: Semaphore = Semaphore::const_new(6);
const WAIT: Duration = Duration::from_secs(5);
/// So many large messages are read at once for all of them.
static READERS: Semaphore = Semaphore::const_new(2);

/// A message that was found.
pub(super) struct FoundRow {
    pub(super) row: Row,
    /// Where it lies.
    pub(super) folder: String,
}

/// By what names labels go: the keyword, what people call it, what pages in either language call it.
fn names(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Labels> {
    let keywords = congvu_store::label::list(tx, mailbox)?.into_iter();
    let mut names: Labels = keywords.map(|label| (label.bit, label.keyword)).collect();
    for found in labels(tx, mailbox)? {
        for lang in [Lang::Vietnamese, Lang::English] {
            names.push((found.bit, label::name(&found, lang)));
        }
    }
    Ok(names)
}

/// What is to be looked for in each folder; or why that makes no sense.
pub(super) fn hunts(
    tx: &mut Tx<'_>,
    asked: &Asked,
    query: &Query,
    folders: &[Folder],
) -> StoreResult<Result<Vec<(FolderId, Hunt)>, Fault>> {
    let labels = names(tx, asked.mailbox)?;
    let all: Vec<Within<'_>> = folders
        .iter()
        .map(|folder| Within::new(folder, &labels))
        .collect();
    if let Err(fault) = check(&query.term, &all, &labels) {
        return Ok(Err(fault));
    }
    let names_folders = names_folders(&query.term);
    let mut hunts = Vec::new();
    for (folder, within) in folders.iter().zip(&all) {
        let is_wanted = match asked.within {
            Where::One(only) => folder.id == only,
            Where::All => true,
            Where::Most => names_folders || !matches!(Use::of(folder), Use::Junk | Use::Trash),
        };
        if is_wanted && folder.total > 0 {
            let last = folder.uid_next.saturating_sub(1);
            let uids = minus(&[(1, last)], &entry::holes(tx, folder.id)?);
            let hunt = Hunt::new(folder.id, uids, within.test(&query.term));
            hunts.push((folder.id, hunt));
        }
    }
    Ok(Ok(hunts))
}

/// A place among those who search; who waits too long for one is told so.
async fn seat(user: &User) -> Result<impl Drop, Oops> {
    let seat = tokio::time::timeout(WAIT, SEATS.acquire()).await;
    seat.ok().and_then(Result::ok).ok_or_else(|| {
        let words = user
            .lang
            .t("Nhiều người đang tìm cùng lúc. Chờ một lát rồi tìm lại.");
        Oops::State(words.to_owned())
    })
}

/// Waits so long for all of something.
struct Patience {
    until: Instant,
    lang: Lang,
}

impl Watch for Patience {
    type Error = Oops;

    fn alive(&mut self) -> Result<(), Oops> {
        if Instant::now() < self.until {
            return Ok(());
        }
        let words = self
            .lang
            .t("Tìm lâu quá nên chưa xem hết. Thêm điều kiện, hoặc tìm trong một thư mục.");
        Err(Oops::State(words.to_owned()))
    }

    async fn progress(&mut self, _: u64, _: u64) -> Result<(), Oops> {
        Ok(())
    }
}

/// Looks for all there are: UIDs by folder.
pub(super) async fn all(
    site: &Site,
    user: &User,
    hunts: Vec<(FolderId, Hunt)>,
) -> Result<Vec<(FolderId, Ranges)>, Oops> {
    let _seat = seat(user).await?;
    let mut patience = Patience {
        until: Instant::now() + LONGEST,
        lang: user.lang,
    };
    let mut found = Vec::with_capacity(hunts.len());
    for (folder, hunt) in hunts {
        let finds = congvu_search::all(&site.store, &READERS, hunt, &mut patience).await?;
        found.push((folder, finds.uids));
    }
    Ok(found)
}

/// Looks for them.
pub(super) async fn find(
    site: &Site,
    user: &User,
    hunts: Vec<(FolderId, Hunt)>,
    after: Option<Place>,
) -> Result<Newest, Oops> {
    let _seat = seat(user).await?;
    let until = Instant::now() + TIME;
    let hunts = hunts.into_iter().map(|(_, hunt)| hunt).collect();
    Ok(newest(&site.store, &READERS, hunts, after, (PAGE, until)).await?)
}

/// The rows of what was found; what is gone meanwhile is left out.
pub(super) fn rows(
    tx: &mut Tx<'_>,
    user: &User,
    (opened, folders): (&Opened, &[Folder]),
    hits: &[Hit],
    here: &str,
) -> Result<Vec<FoundRow>, Oops> {
    // It may have been taken from them while it was searched.
    open::one(tx, user, opened.mailbox)?;
    let domains = organisation::domains(tx)?;
    let labels = Shown::load(tx, opened.mailbox, user.lang)?;
    let mut rows = Vec::with_capacity(hits.len());
    for hit in hits {
        let Some(folder) = folders.iter().find(|folder| folder.id.0 == hit.folder) else {
            continue;
        };
        let mut query = form_urlencoded::Serializer::new(String::new());
        // The folder's list begins with the message itself.
        query.append_pair("truoc", &hit.uid.saturating_add(1).to_string());
        query.append_pair("tim", here);
        let looks = Looks {
            lang: user.lang,
            now: tx.now(),
            domains: &domains,
            labels: &labels,
            sent: matches!(Use::of(folder), Use::Sent | Use::Drafts | Use::Scheduled),
            here: tree::href(folder),
            suffix: format!("?{}", query.finish()),
            current: None,
            unanswered: 0,
        };
        let place = FolderId(hit.folder);
        entry::scan(tx, place, (hit.uid, hit.uid), Want::Message, |entry| {
            rows.push(FoundRow {
                row: looks.row(entry)?,
                folder: tree::label(folder, user.lang),
            });
            Ok(true)
        })?;
    }
    Ok(rows)
}
