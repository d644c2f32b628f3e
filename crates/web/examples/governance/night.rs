//! The night: the sweep, the reports of the month before, and the files that go to the agencies with them.

use std::time::Instant;

use congvu_governance::life::{Options, sweep};
use congvu_governance::report::{self, Report};
use congvu_governance::{Law, Refused};
use congvu_papers::{PDF, XLSX, reports as papers};
use congvu_store::notice::{self, File};
use congvu_store::{Clock, NoticeId, ReportId, Store, StoreError};

use crate::province::NIGHT;
use crate::{told, told_times};

/// The first day of the month before the night.
const MONTH: &str = "2026-07-01";

pub(crate) async fn sweeps(store: &Store) {
    let options = Options {
        as_of: None,
        dry_run: true,
        most: 1_000_000,
        confirmed: None,
    };
    let began = Instant::now();
    let seen = sweep(store, Law::default(), options).await.unwrap();
    told("sweep-dry", began.elapsed().as_secs_f64() * 1e3);
    let real = Options {
        dry_run: false,
        ..options
    };
    let began = Instant::now();
    let done = sweep(store, Law::default(), real).await.unwrap();
    told("sweep", began.elapsed().as_secs_f64() * 1e3);
    assert_eq!(done.failed, []);
    let carried_out = done.run.acts + done.run.notices + done.run.proposals;
    eprintln!("{} due, {:?}", seen.items.len(), done.run);
    assert!(carried_out as usize >= seen.items.len());
    let began = Instant::now();
    let again = sweep(store, Law::default(), real).await.unwrap();
    told("sweep-again", began.elapsed().as_secs_f64() * 1e3);
    assert_eq!(again.run.acts, 0);
    told("acts", f64::from(done.run.acts));
    told("notices", f64::from(done.run.notices));
}

pub(crate) async fn reports(store: &Store, clock: &Clock) {
    clock.set(NIGHT + 600_000);
    let began = Instant::now();
    let made = report::make_due(store, Law::default()).await.unwrap();
    told("reports", began.elapsed().as_secs_f64() * 1e3);
    eprintln!("{made:?}");
    told("reports-made", f64::from(made.made));
    let began = Instant::now();
    let again = report::make_due(store, Law::default()).await.unwrap();
    told("reports-again", began.elapsed().as_secs_f64() * 1e3);
    assert_eq!(again.made, 0);
}

/// The monthly list of each agency as PDF and XLSX, as the server sets them behind the transaction that wrote the notice: one by one.
pub(crate) async fn files(store: &Store) {
    let mut times = Vec::new();
    let (mut after, mut bytes) = (NoticeId(0), 0);
    let all = Instant::now();
    loop {
        let waiting = store.read(move |tx| notice::without_files(tx, after, 50));
        let waiting: Result<_, StoreError> = waiting.await;
        let waiting = waiting.unwrap();
        let Some((last, _)) = waiting.last() else {
            break;
        };
        after = *last;
        for (id, about) in waiting {
            let began = Instant::now();
            let report = about.strip_prefix("report/").unwrap().parse().unwrap();
            let report = store.read(move |tx| report::to_send(tx, ReportId(report)));
            let report: Result<_, Refused> = report.await;
            let report = report.unwrap();
            if report.made.report != "monthly-list" || report.made.from != MONTH {
                continue;
            }
            let set = tokio::task::spawn_blocking(move || set(&report));
            let files = set.await.unwrap();
            bytes += files.iter().map(|file| file.data.len()).sum::<usize>();
            let attached = store.write_bulk(move |tx| notice::attach(tx, id, &files));
            let attached: Result<_, StoreError> = attached.await;
            attached.unwrap();
            times.push(began.elapsed().as_secs_f64() * 1e3);
        }
    }
    told("files", all.elapsed().as_secs_f64() * 1e3);
    eprintln!("files of {} lists, {} kB", times.len(), bytes / 1_000);
    told_times("files-one", times);
}

fn set(report: &Report) -> Vec<File> {
    let profile = Law::default().profile(&report.kept.profile);
    let file = |end: &str, media_type: &str, data| File {
        name: format!("{}.{end}", report.made.until),
        media_type: media_type.to_owned(),
        data,
    };
    vec![
        file("pdf", PDF, papers::to_pdf(profile, report).unwrap()),
        file("xlsx", XLSX, papers::to_xlsx(report).unwrap()),
    ]
}
