//! Whether the records are what they were when they were sealed: read from their beginning, held against the signed checkpoints.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use congvu_governance::audit::{Checkpoints, Report, verify};
use congvu_store::Store;
use parking_lot::Mutex;

use super::super::whole_system;
use crate::console::chart::number;
use crate::console::officer::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, full, html};

pub(super) const HERE: &str = "/quan-ly/nhat-ky/quan-tri/kiem-tra";
/// How long a browser waits; the check goes on behind.
const PATIENCE: Duration = Duration::from_secs(20);

/// The check of the records: one at a time on this node, and what the last one told.
#[derive(Default)]
pub(crate) struct Verifying {
    checkpoints: Option<Arc<Checkpoints>>,
    state: Mutex<Running>,
}

#[derive(Default)]
struct Running {
    /// Since when (ms) one goes on.
    since: Option<i64>,
    last: Option<Told>,
}

/// What a check told.
#[derive(Clone, Debug)]
struct Told {
    at: i64,
    by: String,
    report: Report,
    /// What is wrong, in words.
    faults: Vec<String>,
    /// The newest checkpoint: its chain, its segment, when it was sealed (ms).
    newest: Vec<(String, i64, i64)>,
    failed: bool,
}

impl Verifying {
    pub(crate) fn with(checkpoints: Arc<Checkpoints>) -> Self {
        Self {
            checkpoints: Some(checkpoints),
            state: Mutex::default(),
        }
    }

    /// False where one goes on already.
    fn take(&self, now: i64) -> bool {
        let mut state = self.state.lock();
        let is_free = state.since.is_none();
        if is_free {
            state.since = Some(now);
        }
        is_free
    }

    async fn run(&self, store: &Store, by: String) {
        let mut told = Told {
            at: store.now(),
            by,
            report: Report::default(),
            faults: Vec::new(),
            newest: Vec::new(),
            failed: false,
        };
        let kept = match &self.checkpoints {
            Some(checkpoints) => {
                let checkpoints = Arc::clone(checkpoints);
                let read = tokio::task::spawn_blocking(move || checkpoints.kept()).await;
                match read {
                    Ok(Ok((kept, unsigned))) => {
                        let unsigned = unsigned.iter();
                        told.faults.extend(unsigned.map(|n| {
                            format!(
                                "Tệp điểm kiểm: dòng {n} không được ký bằng khóa của máy chủ này."
                            )
                        }));
                        kept
                    }
                    _ => {
                        told.faults
                            .push("Không đọc được tệp điểm kiểm của máy chủ này.".to_owned());
                        Vec::new()
                    }
                }
            }
            None => Vec::new(),
        };
        for point in &kept {
            match told.newest.iter_mut().find(|one| one.0 == point.chain) {
                Some(known) if known.1 < point.segment => {
                    *known = (point.chain.clone(), point.segment, point.sealed_at);
                }
                Some(_) => {}
                None => {
                    let newest = (point.chain.clone(), point.segment, point.sealed_at);
                    told.newest.push(newest);
                }
            }
        }
        match verify(store, &kept).await {
            Ok(report) => {
                told.faults
                    .extend(report.findings.iter().map(ToString::to_string));
                if report.segments > 0 && report.checkpoints == 0 {
                    told.faults
                        .push("Không có điểm kiểm nào của nhật ký này để so.".to_owned());
                }
                told.report = report;
            }
            Err(error) => {
                tracing::warn!(%error, "the records cannot be checked now");
                told.failed = true;
            }
        }
        *self.state.lock() = Running {
            since: None,
            last: Some(told),
        };
    }
}

#[derive(Template)]
#[template(path = "console/watch/verify.html")]
struct VerifyPage {
    frame: Frame,
    shell: Shell,
    /// Since when one goes on.
    running: String,
    told: Option<Shown>,
}

struct Shown {
    at: String,
    by: String,
    segments: String,
    records: String,
    checkpoints: String,
    unsealed: String,
    pruned: String,
    newest: Vec<(String, String, String)>,
    faults: Vec<String>,
    failed: bool,
}

fn shown(told: Told, lang: Lang) -> Shown {
    let count = |value: i64| number(u64::try_from(value).unwrap_or(0));
    let chain = |name: &str| match name {
        "acts" => lang.t("nhật ký quản trị").to_owned(),
        "sign-ins" => lang.t("nhật ký đăng nhập").to_owned(),
        other => other.to_owned(),
    };
    Shown {
        at: full(told.at, lang),
        by: told.by,
        segments: number(told.report.segments),
        records: number(told.report.records),
        checkpoints: number(told.report.checkpoints),
        unsealed: count(told.report.unsealed),
        pruned: count(told.report.pruned),
        newest: told
            .newest
            .into_iter()
            .map(|(name, segment, at)| (chain(&name), count(segment), full(at, lang)))
            .collect(),
        faults: told.faults,
        failed: told.failed,
    }
}

pub(super) async fn page(State(site): State<Site>, officer: Officer) -> Page {
    let (since, last) = {
        let state = site.verifying.state.lock();
        (state.since, state.last.clone())
    };
    let page = site
        .store
        .read(move |tx| {
            whole_system(tx, &officer)?;
            let lang = officer.lang();
            let title = lang.t("Kiểm tra tính nguyên vẹn của nhật ký");
            let (frame, shell) = shell::read(tx, &officer, title, Here::Audit)?;
            Ok::<_, Oops>(VerifyPage {
                frame,
                shell,
                running: since.map_or_else(String::new, |at| full(at, lang)),
                told: last.clone().map(|told| shown(told, lang)),
            })
        })
        .await?;
    Ok(html(&page))
}

pub(super) async fn begin(State(site): State<Site>, officer: Officer, fields: Fields) -> Page {
    officer.user.check(&fields)?;
    let by = officer.user.login.clone();
    site.store
        .read(move |tx| whole_system(tx, &officer))
        .await?;
    if site.verifying.take(site.store.now()) {
        let work = tokio::spawn(async move {
            site.verifying.run(&site.store, by).await;
        });
        // What takes longer goes on behind; the page says so.
        drop(tokio::time::timeout(PATIENCE, work).await);
    }
    Ok(Redirect::to(HERE).into_response())
}
