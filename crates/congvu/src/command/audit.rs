//! `congvu audit`

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use congvu_documents::sheet;
use congvu_governance::act::label;
use congvu_governance::audit::{self as record, Checkpoint, Key, Report};
use congvu_message::date;
use congvu_store::audit::{self, Chain, Recorded, Search};
use congvu_store::{Store, StoreError, organisation};
use serde_json::json;

use super::mail_log;
use crate::cli::{AuditChain, AuditCommand, AuditFormat, AuditList};
use crate::config::Config;
use crate::{console, directory};

/// Records shown of one transaction.
const PAGE: usize = 500;
/// Records looked at in one, whether they fit or not.
const LOOK: i64 = 5_000;
/// Records shown where nobody says how many.
const USUAL: usize = 50;
const VIETNAM_MINUTES: i16 = 7 * 60;

pub(super) async fn run(store: &Store, config: &Config, command: AuditCommand) -> Result<ExitCode> {
    match command {
        AuditCommand::List(asked) => list(store, asked).await?,
        AuditCommand::Key => console::line(&key(config)?.public()),
        AuditCommand::Verify {
            checkpoints,
            public_key,
            json,
        } => {
            let public_key = match public_key {
                Some(text) => text,
                None => key(config)?.public(),
            };
            let public_key = record::public_key(&public_key)
                .ok_or_else(|| anyhow!("--public-key không phải khóa công khai của congvu"))?;
            let (kept, mut wrong) = kept(config, checkpoints, &public_key)?;
            let report = record::verify(store, &kept).await?;
            if report.segments > 0 && report.checkpoints == 0 {
                wrong.push("không có điểm kiểm nào của nhật ký này để so".to_owned());
            }
            return Ok(tell(&report, wrong, json));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The checkpoints of these files, or of this machine's own, which is not there before anything was sealed.
fn kept(
    config: &Config,
    files: Vec<PathBuf>,
    public_key: &[u8],
) -> Result<(Vec<Checkpoint>, Vec<String>)> {
    let own = &config.audit.checkpoints;
    let files = match files.is_empty() {
        true if own.exists() => vec![own.clone()],
        _ => files,
    };
    let (mut kept, mut wrong) = (Vec::new(), Vec::new());
    for file in files {
        let name = file.display();
        let text = fs::read_to_string(&file).with_context(|| format!("không đọc được {name}"))?;
        let (read, refused) = record::parse(&text, public_key);
        kept.extend(read);
        let unsigned = refused.iter();
        wrong.extend(unsigned.map(|n| format!("{name}: dòng {n} không được ký bằng khóa này")));
    }
    Ok((kept, wrong))
}

pub(super) fn key(config: &Config) -> Result<Key> {
    let file = &config.audit.key;
    Key::read(file).with_context(|| {
        let name = file.display();
        format!("không đọc được khóa {name}; máy chủ tạo khóa khi chạy lần đầu")
    })
}

async fn list(store: &Store, asked: AuditList) -> Result<()> {
    let chain = match asked.chain {
        AuditChain::Acts => Chain::Acts,
        AuditChain::SignIns => Chain::SignIns,
    };
    if asked.format == AuditFormat::Csv {
        console::line(
            "id,time,actor,client_ip,action,subject,subject_name,clause,document,detail,segment",
        );
    }
    let usual = match asked.format {
        AuditFormat::Csv => usize::MAX,
        _ => USUAL,
    };
    let search = search(store, &asked).await?;
    let (mut left, mut before) = (asked.limit.unwrap_or(usual), None);
    while left > 0 {
        let (search, count) = (search.clone(), left.min(PAGE));
        let found = store
            .read(move |tx| audit::search(tx, chain, &search, before, count, LOOK))
            .await
            .map_err(|error: StoreError| error)?;
        left -= found.records.len();
        for recorded in &found.records {
            console::line(&match asked.format {
                AuditFormat::Text => text(recorded),
                AuditFormat::Json => value(recorded).to_string(),
                AuditFormat::Csv => csv(recorded),
            });
        }
        before = found.next;
        if before.is_none() {
            break;
        }
    }
    Ok(())
}

async fn search(store: &Store, asked: &AuditList) -> Result<Search> {
    let places = match asked.organisation.clone() {
        None => None,
        Some(named) => {
            let below = directory::change(store, move |tx| {
                let place = super::org::find(tx, &named)?;
                Ok(organisation::subtree(tx, place.id)?)
            });
            Some(below.await?.into_iter().map(|place| place.id).collect())
        }
    };
    Ok(Search {
        since: asked.since.as_deref().map(mail_log::since).transpose()?,
        until: asked.until.as_deref().map(mail_log::until).transpose()?,
        actor: asked.actor.clone(),
        client_ip: asked.ip.clone(),
        action: asked.action.clone(),
        subject: asked.subject.clone(),
        places,
    })
}

fn time(at: i64) -> String {
    date::imap(at.div_euclid(1000), VIETNAM_MINUTES)
}

/// A line for people.
pub(super) fn text(recorded: &Recorded) -> String {
    let record = &recorded.record;
    let (time, what) = (time(record.at), label(&record.action));
    let mut line = format!("{time}  {what}: ");
    if record.action.starts_with("sign-in.") {
        line.push_str(match (record.actor.as_str(), record.action.as_str()) {
            ("", "sign-in.throttled") => "(không rõ tên)",
            ("", _) => "(tên không có thật)",
            (login, _) => login,
        });
    } else {
        let (name, subject) = (&record.subject_name, &record.subject);
        line.push_str(&format!("{name} ({subject})  bởi {}", record.actor));
    }
    for (name, value) in [
        ("từ máy", &record.client_ip),
        ("theo", &record.clause),
        ("văn bản", &record.document),
        ("", &record.detail),
    ] {
        if !value.is_empty() {
            line.push_str("  ");
            line.push_str(format!("{name} {value}").trim_start());
        }
    }
    // What came from outside must not look like a line of its own.
    line.replace(char::is_control, " ")
}

pub(super) fn value(recorded: &Recorded) -> serde_json::Value {
    let record = &recorded.record;
    json!({
        "id": recorded.id,
        "at": record.at,
        "actor": record.actor,
        "account": record.actor_id.map(|id| id.0),
        "client_ip": record.client_ip,
        "action": record.action,
        "subject": record.subject,
        "subject_name": record.subject_name,
        "organisation": record.organisation.map(|id| id.0),
        "clause": record.clause,
        "document": record.document,
        "detail": serde_json::from_str::<serde_json::Value>(&record.detail).ok(),
        "segment": recorded.segment,
    })
}

fn csv(recorded: &Recorded) -> String {
    let record = &recorded.record;
    let segment = recorded.segment.map_or(String::new(), |n| n.to_string());
    let cells = [
        &recorded.id.to_string(),
        &time(record.at),
        &record.actor,
        &record.client_ip,
        &record.action,
        &record.subject,
        &record.subject_name,
        &record.clause,
        &record.document,
        &record.detail,
        &segment,
    ];
    sheet::csv_line(cells.map(String::as_str))
}

fn tell(report: &Report, wrong: Vec<String>, as_json: bool) -> ExitCode {
    let mut findings: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    findings.extend(wrong);
    if as_json {
        let value = json!({
            "segments": report.segments, "records": report.records,
            "unsealed": report.unsealed, "pruned": report.pruned, "checkpoints": report.checkpoints, "findings": findings,
        });
        console::line(&value.to_string());
    } else {
        for finding in &findings {
            console::line(finding);
        }
        console::line(&format!(
            "Đã kiểm tra {} bản ghi trong {} đoạn, so với {} điểm kiểm.",
            report.records, report.segments, report.checkpoints
        ));
        if report.pruned > 0 {
            console::line(&format!(
                "{} đoạn đầu đã hết thời hạn lưu và được xóa, đúng như nhật ký quản trị ghi.",
                report.pruned
            ));
        }
        if report.unsealed > 0 {
            console::line(&format!(
                "{} bản ghi mới chưa niêm phong nên chưa có gì chứng minh được về chúng; máy chủ đang chạy niêm phong mỗi phút.",
                report.unsealed
            ));
        }
        console::line(if findings.is_empty() {
            "Nhật ký nguyên vẹn."
        } else {
            "NHẬT KÝ KHÔNG CÒN NGUYÊN VẸN."
        });
    }
    if findings.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
