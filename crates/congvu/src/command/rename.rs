//! `congvu org rename`

use anyhow::{Result, anyhow};
use congvu_governance::rename::{self, Scope};
use congvu_regulation::Moment;
use congvu_store::rename::{self as jobs, Line};
use congvu_store::{RenameId, Store, organisation};
use serde_json::json;

use super::org::{find, mailbox};
use crate::cli::RenameCommand;
use crate::{console, directory, profiles};

/// Lines read in one transaction.
const PAGE: i64 = 500;

pub(super) async fn run(store: &Store, command: RenameCommand) -> Result<()> {
    match command {
        command @ RenameCommand::Plan { .. } => plan(store, command).await?,
        RenameCommand::List => list(store).await?,
        RenameCommand::Show { number, open, json } => {
            show(store, RenameId(number), open, json).await?;
        }
        RenameCommand::Choose {
            number,
            line,
            local_part,
        } => {
            directory::change(store, move |tx| {
                let (actor, id) = (directory::actor(), RenameId(number));
                Ok(rename::choose(
                    tx,
                    profiles::law(),
                    &actor,
                    id,
                    line,
                    &local_part,
                )?)
            })
            .await?;
            console::line("Đã chọn.");
        }
        RenameCommand::Skip { number, line } => {
            directory::change(store, move |tx| {
                let (actor, id) = (directory::actor(), RenameId(number));
                Ok(rename::skip(tx, &actor, id, line)?)
            })
            .await?;
            console::line("Hộp thư này giữ nguyên địa chỉ.");
        }
        RenameCommand::Apply { number } => {
            let done = rename::apply(store, &directory::actor(), RenameId(number)).await?;
            console::line(&format!(
                "Đã đổi {} địa chỉ; {} không đổi được nữa; còn {} dòng phải chọn (congvu org rename show {number} --open).",
                done.done, done.failed, done.open
            ));
        }
        RenameCommand::Undo { number, document } => {
            let id = directory::change(store, move |tx| {
                let (actor, id) = (directory::actor(), RenameId(number));
                Ok(rename::begin_undo(tx, &actor, id, &document)?)
            })
            .await?;
            planned(store, id).await?;
        }
        RenameCommand::Drop { number } => {
            directory::change(store, move |tx| {
                Ok(rename::drop_job(tx, &directory::actor(), RenameId(number))?)
            })
            .await?;
            console::line("Đã bỏ; những địa chỉ đã đổi vẫn giữ như vậy.");
        }
    }
    Ok(())
}

async fn plan(store: &Store, command: RenameCommand) -> Result<()> {
    let RenameCommand::Plan {
        under,
        mailbox: boxes,
        profile,
        domain,
        document,
    } = command
    else {
        return Ok(());
    };
    let id = directory::change(store, move |tx| {
        let mut scope = Scope {
            profile: profile.clone(),
            ..Scope::default()
        };
        for place in &under {
            scope.places.push(find(tx, place)?.id);
        }
        for address in &boxes {
            scope.mailboxes.push(mailbox(tx, address)?.mailbox);
        }
        if let Some(name) = &domain {
            let found = organisation::domain(tx, &name.to_lowercase())?;
            scope.domain =
                Some(found.ok_or_else(|| anyhow!("hệ thống này không có tên miền {name}"))?);
        }
        let (law, actor) = (profiles::law(), directory::actor());
        Ok(rename::begin(tx, law, &actor, &scope, &document)?)
    })
    .await?;
    planned(store, id).await
}

async fn planned(store: &Store, id: RenameId) -> Result<()> {
    rename::plan(store, profiles::law(), id).await?;
    show(store, id, false, false).await?;
    console::line(&format!(
        "\nChưa đổi gì. Bảng số {id}: congvu org rename apply {id} để thực hiện, choose/skip để chọn, drop để bỏ."
    ));
    Ok(())
}

async fn list(store: &Store) -> Result<()> {
    let jobs = directory::change(store, |tx| {
        let mut found = Vec::new();
        for job in jobs::page(tx, i64::MAX, PAGE)? {
            let counts = jobs::count(tx, job.id)?;
            found.push((job, counts));
        }
        Ok(found)
    })
    .await?;
    for (job, counts) in jobs {
        let counts: Vec<String> = counts
            .iter()
            .map(|(state, count)| format!("{} {count}", label(state)))
            .collect();
        let state = match job.state.as_str() {
            "making" => "đang lập",
            "draft" => "chờ thực hiện",
            "applying" => "đang thực hiện",
            "done" => "xong",
            _ => "đã bỏ",
        };
        console::line(&format!(
            "{:>4}  {}  {state:<14} {}  {} ({})",
            job.id.0,
            Moment(job.made_at).date().vietnamese(),
            counts.join(", "),
            job.document,
            job.made_by,
        ));
    }
    Ok(())
}

fn label(state: &str) -> &'static str {
    match state {
        "ready" => "sẵn sàng",
        "choose" => "phải chọn",
        "same" => "không đổi",
        "done" => "đã đổi",
        "failed" => "không đổi được",
        _ => "để nguyên",
    }
}

async fn show(store: &Store, id: RenameId, open: bool, as_json: bool) -> Result<()> {
    let mut after = 0;
    loop {
        let page = directory::change(store, move |tx| {
            rename::get(tx, id)?;
            let mut page = Vec::new();
            for line in jobs::lines(tx, id, after, PAGE)? {
                let domain = match line.local_part.is_empty() {
                    true => String::new(),
                    false => organisation::domain_name(tx, line.domain)?,
                };
                page.push((line, domain));
            }
            Ok(page)
        })
        .await?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after = last.number;
        for (line, domain) in &page {
            if open && !matches!(line.state.as_str(), "choose" | "failed") {
                continue;
            }
            if as_json {
                console::line(&value(line, domain).to_string());
            } else {
                text(line, domain);
            }
        }
    }
}

fn new_address(line: &Line, domain: &str) -> Option<String> {
    (!line.local_part.is_empty()).then(|| format!("{}@{domain}", line.local_part))
}

fn value(line: &Line, domain: &str) -> serde_json::Value {
    json!({
        "line": line.number, "mailbox": line.mailbox.0, "before": line.former, "after": new_address(line, domain),
        "name": (!line.display.is_empty()).then_some(&line.display), "state": line.state,
        "candidates": rename::candidates(line), "why": rename::why(line),
    })
}

fn text(line: &Line, domain: &str) {
    let new = new_address(line, domain).unwrap_or_else(|| "?".to_owned());
    console::line(&format!(
        "{:>5}  {} → {new}  ({})",
        line.number,
        line.former,
        label(&line.state)
    ));
    if line.state == "same" {
        return;
    }
    for step in rename::why(line) {
        let clause = step
            .clause
            .map_or_else(String::new, |id| format!(" ({id})"));
        console::line(&format!("         - {}{clause}", step.what));
    }
    let candidates = rename::candidates(line);
    if !candidates.is_empty() {
        console::line(&format!("         Có thể chọn: {}", candidates.join(", ")));
    }
}
