//! `congvu verify`

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use congvu_store::Store;
use congvu_store::verify::verify;

use crate::console;

/// How often the person is told how far it is.
const EVERY: Duration = Duration::from_secs(2);

pub(super) async fn run(store: &Store) -> Result<ExitCode> {
    let mut told = Instant::now();
    let report = verify(store, |report| {
        if told.elapsed() < EVERY {
            return;
        }
        told = Instant::now();
        console::note(&format!(
            "Đã đọc {} nội dung ({} MB), đếm lại {} thư mục…",
            report.blobs,
            report.bytes >> 20,
            report.folders
        ));
    })
    .await
    .context("không kiểm tra được đến cuối")?;
    for finding in &report.findings {
        console::line(&format!(
            "{} {}: {}",
            finding.what, finding.id, finding.wrong
        ));
    }
    console::line(&format!(
        "Đã kiểm tra {} nội dung ({} byte), {} thư mục, {} hộp thư: {}.",
        report.blobs,
        report.bytes,
        report.folders,
        report.mailboxes,
        match report.findings.len() {
            0 => "không thấy chỗ nào sai".to_owned(),
            n => format!("{n} chỗ sai"),
        }
    ));
    Ok(if report.findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
