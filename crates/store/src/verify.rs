//! Checking everything stored: every blob read and hashed, every reference followed, counters
//! recounted. Reads only; says what is wrong.

use crate::sql::params;
use crate::{BlobId, FolderId, Store, StoreError, StoreResult, Tx, blob, search};

/// One thing that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The table or object concerned.
    pub what: &'static str,
    /// Its id; for an entry its folder's.
    pub id: i64,
    /// What is wrong.
    pub wrong: String,
}

/// What a verification saw.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Blobs read and hashed.
    pub blobs: u64,
    /// Bytes of them, inflated.
    pub bytes: u64,
    /// Folders recounted.
    pub folders: u64,
    /// Mailboxes recounted.
    pub mailboxes: u64,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Rows looked at in one transaction.
const PAGE: i64 = 500;

/// Checks everything. `progress` is told after each page.
pub async fn verify(store: &Store, mut progress: impl FnMut(&Report)) -> StoreResult<Report> {
    let mut report = Report::default();
    references(store, &mut report).await?;
    let mut after = 0;
    loop {
        let ids = store
            .read(move |tx| {
                tx.all(
                    "SELECT id FROM blob WHERE id > $1 AND state = 0 ORDER BY id LIMIT $2",
                    params![after, PAGE],
                    |row| row.int(0),
                )
            })
            .await?;
        let Some(last) = ids.last().copied() else {
            break;
        };
        after = last;
        for id in ids {
            check_blob(store, BlobId(id), &mut report).await?;
        }
        progress(&report);
    }
    indexes(store, &mut report).await?;
    progress(&report);
    count_pages(store, &mut report, "folder", folders).await?;
    progress(&report);
    count_pages(store, &mut report, "mailbox", mailboxes).await?;
    Ok(report)
}

async fn check_blob(store: &Store, id: BlobId, report: &mut Report) -> StoreResult<()> {
    let found = store.read(move |tx| blob::get(tx, id)).await;
    let wrong = match found {
        // It may have gone between the page and now.
        Ok(None) => return Ok(()),
        Ok(Some(blob)) => {
            report.blobs += 1;
            report.bytes += blob.size;
            read_through(store, &blob).await.err()
        }
        Err(error) => Some(error),
    };
    match wrong {
        None => Ok(()),
        Some(error @ (StoreError::Corrupt(_) | StoreError::Blob(_))) => {
            report.findings.push(Finding {
                what: "blob",
                id: id.0,
                wrong: error.to_string(),
            });
            Ok(())
        }
        Some(error) => Err(error),
    }
}

async fn read_through(store: &Store, blob: &blob::BlobRef) -> StoreResult<()> {
    let mut reader = store.blobs().open_blob(blob).await?;
    while reader.next().await?.is_some() {}
    Ok(())
}

/// A kind of wrong row: what it is, what is wrong, and a statement that gives the ids of such rows
/// with ids above `$1` up to `$2` and a number that tells more (for an entry its UID).
type Check = (&'static str, &'static str, &'static str);

const ENTRIES: [Check; 7] = [
    (
        "entry",
        "belongs to a message that does not exist",
        "SELECT e.folder_id, e.uid FROM entry e WHERE e.folder_id > $1 AND e.folder_id <= $2
         AND NOT EXISTS (SELECT 1 FROM message m WHERE m.id = e.message_id) LIMIT 1000",
    ),
    (
        "entry",
        "lies in a folder that does not exist",
        "SELECT e.folder_id, e.uid FROM entry e WHERE e.folder_id > $1 AND e.folder_id <= $2
         AND NOT EXISTS (SELECT 1 FROM folder f WHERE f.id = e.folder_id) LIMIT 1000",
    ),
    (
        "entry",
        "has a UID not below its folder's UIDNEXT",
        "SELECT e.folder_id, e.uid FROM folder f JOIN entry e ON e.folder_id = f.id AND e.uid >= f.uid_next
         WHERE f.id > $1 AND f.id <= $2 LIMIT 1000",
    ),
    (
        "entry",
        "has a modseq above its folder's HIGHESTMODSEQ",
        "SELECT e.folder_id, e.uid FROM folder f JOIN entry e ON e.folder_id = f.id
         WHERE f.id > $1 AND f.id <= $2 AND e.modseq > f.modseq LIMIT 1000",
    ),
    (
        "entry",
        "says another mailbox than its folder",
        "SELECT e.folder_id, e.uid FROM folder f JOIN entry e ON e.folder_id = f.id
         WHERE f.id > $1 AND f.id <= $2 AND e.mailbox_id <> f.mailbox_id LIMIT 1000",
    ),
    (
        "entry",
        "says another conversation than its message",
        "SELECT e.folder_id, e.uid FROM entry e JOIN message m ON m.id = e.message_id WHERE e.folder_id > $1 AND e.folder_id <= $2
         AND COALESCE(e.thread_id, -1) <> CASE WHEN m.refs = '' THEN -1 ELSE COALESCE(m.thread_id, -1) END LIMIT 1000",
    ),
    (
        "entry",
        "lies in a hole",
        "SELECT e.folder_id, e.uid FROM hole h JOIN entry e
         ON e.folder_id = h.folder_id AND e.uid BETWEEN h.uid_first AND h.uid_last
         WHERE h.folder_id > $1 AND h.folder_id <= $2 LIMIT 1000",
    ),
];

const MESSAGES: [Check; 1] = [(
    "message",
    "has no live blob",
    "SELECT m.id, m.blob_id FROM message m WHERE m.id > $1 AND m.id <= $2
     AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.id = m.blob_id AND b.state = 0) LIMIT 1000",
)];

const BLOBS: [Check; 1] = [(
    "blob",
    "belongs to no message",
    "SELECT b.id, b.size FROM blob b WHERE b.id > $1 AND b.id <= $2 AND b.state = 0
     AND NOT EXISTS (SELECT 1 FROM message m WHERE m.blob_id = b.id) LIMIT 1000",
)];

const DIRECTORY: [Check; 2] = [
    (
        "address",
        "leads to nothing",
        "SELECT a.id, a.domain_id FROM address a WHERE a.id > $1 AND a.id <= $2
         AND a.mailbox_id IS NULL AND a.group_id IS NULL AND a.retired_at IS NULL LIMIT 1000",
    ),
    (
        "mailbox",
        "has no INBOX",
        "SELECT m.id, m.organisation_id FROM mailbox m WHERE m.id > $1 AND m.id <= $2 AND m.deleted_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM folder f WHERE f.mailbox_id = m.id AND f.name = 'INBOX') LIMIT 1000",
    ),
];

/// Reads the search index of each folder that has one.
async fn indexes(store: &Store, report: &mut Report) -> StoreResult<()> {
    let mut after = 0;
    loop {
        let next = store.read(move |tx| {
            let folder = tx.one(
                "SELECT id FROM folder WHERE id > $1 AND gone_at IS NULL AND (indexed_uid > 0
                 OR EXISTS (SELECT 1 FROM segment s WHERE s.folder_id = folder.id AND s.state = 1)) ORDER BY id LIMIT 1",
                params![after],
                |row| row.int(0),
            )?;
            let Some(id) = folder else {
                return Ok::<_, StoreError>(None);
            };
            Ok(Some((id, search::check(tx, FolderId(id))?)))
        });
        let Some((id, found)) = next.await? else {
            return Ok(());
        };
        after = id;
        let what = "folder";
        report
            .findings
            .extend(found.into_iter().map(|wrong| Finding { what, id, wrong }));
    }
}

const QUEUE: [Check; 2] = [
    (
        "queue",
        "belongs to a message that does not exist",
        "SELECT q.id, q.message_id FROM queue q WHERE q.id > $1 AND q.id <= $2
         AND NOT EXISTS (SELECT 1 FROM message m WHERE m.id = q.message_id) LIMIT 1000",
    ),
    (
        "queue",
        "has no recipient",
        "SELECT q.id, q.message_id FROM queue q WHERE q.id > $1 AND q.id <= $2
         AND NOT EXISTS (SELECT 1 FROM queue_recipient r WHERE r.queue_id = q.id) LIMIT 1000",
    ),
];

const QUEUE_RECIPIENTS: [Check; 1] = [(
    "queue_recipient",
    "belongs to no queued message",
    "SELECT r.id, r.queue_id FROM queue_recipient r WHERE r.id > $1 AND r.id <= $2
     AND NOT EXISTS (SELECT 1 FROM queue q WHERE q.id = r.queue_id) LIMIT 1000",
)];

const REMOVED: [Check; 3] = [
    (
        "removed",
        "belongs to a message that does not exist",
        "SELECT r.mailbox_id, r.place FROM removed r WHERE r.mailbox_id > $1 AND r.mailbox_id <= $2
         AND NOT EXISTS (SELECT 1 FROM message m WHERE m.id = r.message_id) LIMIT 1000",
    ),
    (
        "removed",
        "lies in its folder, too",
        "SELECT r.mailbox_id, r.place FROM removed r WHERE r.mailbox_id > $1 AND r.mailbox_id <= $2
         AND EXISTS (SELECT 1 FROM entry e WHERE e.folder_id = r.place / 4294967296 AND e.uid = r.place % 4294967296) LIMIT 1000",
    ),
    (
        "removed",
        "can be brought back into a mailbox that is nobody's any more",
        "SELECT r.mailbox_id, r.place FROM mailbox m JOIN removed r ON r.mailbox_id = m.id
         WHERE m.id > $1 AND m.id <= $2 AND m.deleted_at IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM destruction d WHERE d.mailbox_id = m.id AND d.done_at IS NULL) LIMIT 1000",
    ),
];

const TAKEDOWNS: [Check; 3] = [
    (
        "takedown",
        "keeps a message that does not exist",
        "SELECT c.takedown_id, c.message_id FROM takedown_message c WHERE c.takedown_id > $1 AND c.takedown_id <= $2
         AND c.held = 1 AND NOT EXISTS (SELECT 1 FROM message m WHERE m.id = c.message_id) LIMIT 1000",
    ),
    (
        "takedown",
        "has sealed a copy of a message that it does not keep",
        "SELECT c.takedown_id, c.id FROM takedown_copy c WHERE c.takedown_id > $1 AND c.takedown_id <= $2 AND c.state = 0
         AND NOT EXISTS (SELECT 1 FROM takedown_message m
                         WHERE m.takedown_id = c.takedown_id AND m.message_id = c.message_id AND m.held = 1) LIMIT 1000",
    ),
    (
        "takedown",
        "is sealed and has no notice",
        "SELECT t.id, t.opened_at FROM takedown t WHERE t.id > $1 AND t.id <= $2 AND t.state IN ('sealed', 'releasing', 'purging')
         AND NOT EXISTS (SELECT 1 FROM message m WHERE m.id = t.stub_id) LIMIT 1000",
    ),
];

const HELD: [Check; 2] = [
    (
        "held",
        "keeps a message that does not exist",
        "SELECT h.id, h.message_id FROM held h WHERE h.id > $1 AND h.id <= $2 AND h.waits > 0
         AND NOT EXISTS (SELECT 1 FROM message m WHERE m.id = h.message_id) LIMIT 1000",
    ),
    (
        "held",
        "counts other recipients than wait",
        "SELECT h.id, h.waits FROM held h WHERE h.id > $1 AND h.id <= $2
         AND h.waits <> (SELECT COUNT(*) FROM held_recipient r WHERE r.held_id = h.id AND r.state = 0) LIMIT 1000",
    ),
];

/// Rows that point at nothing, or at the wrong thing.
async fn references(store: &Store, report: &mut Report) -> StoreResult<()> {
    windows(
        store,
        "SELECT MAX(id) FROM (SELECT id FROM folder WHERE id > $1 ORDER BY id LIMIT 100) AS page",
        &ENTRIES,
        report,
    )
    .await?;
    windows(
        store,
        "SELECT MAX(id) FROM (SELECT id FROM message WHERE id > $1 ORDER BY id LIMIT 5000) AS page",
        &MESSAGES,
        report,
    )
    .await?;
    windows(
        store,
        "SELECT MAX(id) FROM (SELECT id FROM blob WHERE id > $1 ORDER BY id LIMIT 5000) AS page",
        &BLOBS,
        report,
    )
    .await?;
    windows(
        store,
        "SELECT MAX(id) FROM (SELECT id FROM address WHERE id > $1 ORDER BY id LIMIT 5000) AS page",
        &DIRECTORY,
        report,
    )
    .await?;
    windows(
        store,
        "SELECT MAX(id) FROM (SELECT id FROM mailbox WHERE id > $1 ORDER BY id LIMIT 1000) AS page",
        &REMOVED,
        report,
    )
    .await?;
    windows(
        store,
        "SELECT MAX(id) FROM (SELECT id FROM queue WHERE id > $1 ORDER BY id LIMIT 5000) AS page",
        &QUEUE,
        report,
    )
    .await?;
    windows(
        store,
        "SELECT MAX(id) FROM (SELECT id FROM queue_recipient WHERE id > $1 ORDER BY id LIMIT 5000) AS page",
        &QUEUE_RECIPIENTS,
        report,
    )
    .await?;
    windows(
        store,
        "SELECT MAX(id) FROM (SELECT id FROM held WHERE id > $1 ORDER BY id LIMIT 2000) AS page",
        &HELD,
        report,
    )
    .await?;
    windows(
        store,
        "SELECT MAX(id) FROM (SELECT id FROM takedown WHERE id > $1 ORDER BY id LIMIT 500) AS page",
        &TAKEDOWNS,
        report,
    )
    .await
}

/// Carries the checks out on one range of ids after another, so that no transaction is long; the
/// last range has no end, and finds rows above every id that `next` knows.
async fn windows(
    store: &Store,
    next: &'static str,
    checks: &'static [Check],
    report: &mut Report,
) -> StoreResult<()> {
    let mut after = i64::MIN;
    loop {
        let (end, findings) = store
            .read(move |tx| {
                let end = tx
                    .one(next, params![after], |row| row.opt_int(0))?
                    .flatten();
                let upto = end.unwrap_or(i64::MAX);
                let mut findings = Vec::new();
                for (what, wrong, sql) in checks {
                    findings.extend(tx.all(sql, params![after, upto], |row| {
                        let (id, detail) = (row.int(0)?, row.int(1)?);
                        let wrong = if *what == "entry" {
                            format!("UID {detail} {wrong}")
                        } else {
                            (*wrong).to_owned()
                        };
                        Ok(Finding { what, id, wrong })
                    })?);
                }
                Ok::<_, StoreError>((end, findings))
            })
            .await?;
        report.findings.extend(findings);
        match end {
            Some(end) => after = end,
            None => return Ok(()),
        }
    }
}

type Page = (Vec<i64>, Vec<Finding>);

async fn count_pages(
    store: &Store,
    report: &mut Report,
    what: &'static str,
    page: fn(&mut Tx<'_>, i64) -> StoreResult<Page>,
) -> StoreResult<()> {
    let mut after = 0;
    loop {
        let (ids, findings) = store.read(move |tx| page(tx, after)).await?;
        report.findings.extend(findings);
        if what == "folder" {
            report.folders += ids.len() as u64;
        } else {
            report.mailboxes += ids.len() as u64;
        }
        match ids.last() {
            Some(last) => after = *last,
            None => return Ok(()),
        }
    }
}

fn folders(tx: &mut Tx<'_>, after: i64) -> StoreResult<Page> {
    let mut ids = Vec::new();
    let mut findings = Vec::new();
    tx.each(
        "SELECT f.id, f.total, f.unseen, f.bytes, f.uid_next - 1,
                (SELECT COUNT(*) FROM entry e WHERE e.folder_id = f.id),
                (SELECT COUNT(*) FROM entry e WHERE e.folder_id = f.id AND (e.flags & 1) = 0),
                CAST((SELECT COALESCE(SUM(e.size), 0) FROM entry e WHERE e.folder_id = f.id) AS BIGINT),
                CAST((SELECT COALESCE(SUM(h.uid_last - h.uid_first + 1), 0) FROM hole h WHERE h.folder_id = f.id) AS BIGINT)
         FROM folder f WHERE f.id > $1 AND f.gone_at IS NULL ORDER BY f.id LIMIT 500",
        params![after],
        |row| {
            let id = row.int(0)?;
            ids.push(id);
            let mut differ = |name: &str, kept: i64, counted: i64| {
                if kept != counted {
                    findings.push(Finding {
                        what: "folder",
                        id,
                        wrong: format!("{name}: kept {kept}, counted {counted}"),
                    });
                }
            };
            let total = row.int(5)?;
            differ("messages", row.int(1)?, total);
            differ("unseen", row.int(2)?, row.int(6)?);
            differ("bytes", row.int(3)?, row.int(7)?);
            differ("holes", row.int(8)?, row.int(4)? - total);
            Ok(true)
        },
    )?;
    Ok((ids, findings))
}

/// Counted from the entries, not from the folders' counters: a wrong folder is told once.
fn mailboxes(tx: &mut Tx<'_>, after: i64) -> StoreResult<Page> {
    let mut ids = Vec::new();
    let mut findings = Vec::new();
    tx.each(
        "SELECT m.id, m.used_bytes, m.used_messages,
                CAST((SELECT COALESCE(SUM(e.size), 0) FROM folder f JOIN entry e ON e.folder_id = f.id
                      WHERE f.mailbox_id = m.id AND f.gone_at IS NULL) AS BIGINT),
                (SELECT COUNT(*) FROM folder f JOIN entry e ON e.folder_id = f.id
                 WHERE f.mailbox_id = m.id AND f.gone_at IS NULL)
         FROM mailbox m WHERE m.id > $1 ORDER BY m.id LIMIT 500",
        params![after],
        |row| {
            let id = row.int(0)?;
            ids.push(id);
            for (name, kept, counted) in [
                ("bytes", row.int(1)?, row.int(3)?),
                ("messages", row.int(2)?, row.int(4)?),
            ] {
                if kept != counted {
                    findings.push(Finding {
                        what: "mailbox",
                        id,
                        wrong: format!("{name}: kept {kept}, counted {counted}"),
                    });
                }
            }
            Ok(true)
        },
    )?;
    Ok((ids, findings))
}
