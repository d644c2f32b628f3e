//! Files that go with notices (QN.9.1.e: the report as PDF and XLSX) are made behind the transaction that wrote the notice, for setting them takes
//! seconds; the notice waits for them in the outbox. Whatever is killed when, each notice goes once, with its files.

use std::time::Duration;

use congvu_governance::report::{self, Report};
use congvu_governance::{Law, Refused};
use congvu_papers::{DocumentError, PDF, XLSX, reports};
use congvu_store::notice::{self, File};
use congvu_store::{Change, NoticeId, ReportId, Store, StoreError, lease, random};
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinSet;

/// Looked at without being woken too: another node may have stopped in the middle.
const EVERY: Duration = Duration::from_secs(5);
/// Notices in a list.
const PAGE: i64 = 50;
const LEASE: &str = "papers";
const LEASE_MS: i64 = 60_000;

/// Runs until it is aborted, whatever becomes of one round of it.
pub(crate) async fn keep_attaching(store: Store, law: Law) {
    let mut changes = store.hub().subscribe();
    let holder = i64::from_ne_bytes(random::<8>());
    loop {
        let store = store.clone();
        // Aborted with this task.
        let mut work = JoinSet::new();
        work.spawn(async move { round(&store, law, holder).await });
        match work.join_next().await {
            Some(Ok(Err(error))) => tracing::warn!(%error, "files of notices wait"),
            Some(Err(error)) => tracing::error!(%error, "making files of notices failed"),
            _ => {}
        }
        let woken = async {
            loop {
                match changes.recv().await {
                    Ok(Change::Notice) | Err(RecvError::Lagged(_)) => return,
                    Ok(_) => {}
                    Err(RecvError::Closed) => std::future::pending::<()>().await,
                }
            }
        };
        drop(tokio::time::timeout(EVERY, woken).await);
    }
}

async fn round(store: &Store, law: Law, holder: i64) -> Result<(), StoreError> {
    let mut after = NoticeId(0);
    loop {
        let page = store.read(move |tx| notice::without_files(tx, after, PAGE));
        let page = page.await?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after = *last;
        for (id, papers) in page {
            // One node at a time: each would make all of them.
            let ours = store.write(move |tx| lease::take(tx, LEASE, holder, LEASE_MS));
            if !ours.await? {
                return Ok(());
            }
            let files = match files(store, law, &papers).await {
                Ok(files) => files,
                Err(Refused::Store(error)) => return Err(error),
                // The notice says where the report is to be seen; it must not wait for ever.
                Err(error) => {
                    tracing::error!(%error, notice = id.0, "a notice goes without its files");
                    Vec::new()
                }
            };
            store
                .write_bulk(move |tx| notice::attach(tx, id, &files))
                .await?;
        }
    }
}

async fn files(store: &Store, law: Law, papers: &str) -> Result<Vec<File>, Refused> {
    let id = papers
        .strip_prefix("report/")
        .and_then(|id| id.parse().ok());
    let id = id.ok_or_else(|| Refused::bad("unknown papers"))?;
    let report = store
        .read(move |tx| report::to_send(tx, ReportId(id)))
        .await?;
    let made = tokio::task::spawn_blocking(move || written(law, &report)).await;
    match made {
        Ok(Ok(files)) => Ok(files),
        Ok(Err(error)) => Err(Refused::bad(error.to_string())),
        Err(_) => Err(Refused::bad("setting it panicked")),
    }
}

fn written(law: Law, report: &Report) -> Result<Vec<File>, DocumentError> {
    let profile = law.profile(&report.kept.profile);
    let name = format!("{}-{}", report.made.report, report.made.until);
    let file = |end: &str, media_type: &str, data| File {
        name: format!("{name}.{end}"),
        media_type: media_type.to_owned(),
        data,
    };
    Ok(vec![
        file("pdf", PDF, reports::to_pdf(profile, report)?),
        file("xlsx", XLSX, reports::to_xlsx(report)?),
    ])
}
