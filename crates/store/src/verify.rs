//! Checking everything stored: every blob read and hashed, every reference followed, counters
//! recounted. Reads only; says what is wrong.

use crate::sql::params;
use crate::{BlobId, Store, StoreError, StoreResult, Tx, blob};

/// One thing that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The table or object concerned.
    pub what: &'static str,
    /// Its id.
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

/// Rows that point at nothing.
async fn references(store: &Store, report: &mut Report) -> StoreResult<()> {
    const CHECKS: [(&str, &str, &str); 5] = [
        (
            "entry",
            "belongs to a message that does not exist",
            "SELECT e.message_id FROM entry e WHERE NOT EXISTS (SELECT 1 FROM message m WHERE m.id = e.message_id) LIMIT 1000",
        ),
        (
            "entry",
            "lies in a folder that does not exist",
            "SELECT DISTINCT e.folder_id FROM entry e WHERE NOT EXISTS (SELECT 1 FROM folder f WHERE f.id = e.folder_id) LIMIT 1000",
        ),
        (
            "message",
            "has no live blob",
            "SELECT m.id FROM message m WHERE NOT EXISTS (SELECT 1 FROM blob b WHERE b.id = m.blob_id AND b.state = 0) LIMIT 1000",
        ),
        (
            "entry",
            "has a UID not below its folder's UIDNEXT",
            "SELECT e.uid FROM entry e JOIN folder f ON f.id = e.folder_id WHERE e.uid >= f.uid_next LIMIT 1000",
        ),
        (
            "address",
            "leads to nothing",
            "SELECT a.id FROM address a WHERE a.mailbox_id IS NULL AND a.group_id IS NULL AND a.retired_at IS NULL LIMIT 1000",
        ),
    ];
    for (what, wrong, sql) in CHECKS {
        let ids = store
            .read(move |tx| tx.all(sql, params![], |row| row.int(0)))
            .await?;
        report.findings.extend(ids.into_iter().map(|id| Finding {
            what,
            id,
            wrong: wrong.to_owned(),
        }));
    }
    Ok(())
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

fn mailboxes(tx: &mut Tx<'_>, after: i64) -> StoreResult<Page> {
    let mut ids = Vec::new();
    let mut findings = Vec::new();
    tx.each(
        "SELECT m.id, m.used_bytes, m.used_messages,
                CAST((SELECT COALESCE(SUM(f.bytes), 0) FROM folder f WHERE f.mailbox_id = m.id AND f.gone_at IS NULL) AS BIGINT),
                CAST((SELECT COALESCE(SUM(f.total), 0) FROM folder f WHERE f.mailbox_id = m.id AND f.gone_at IS NULL) AS BIGINT)
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
