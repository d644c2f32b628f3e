//! `congvu directory`

use std::process::ExitCode;

use anyhow::{Result, anyhow};
use congvu_governance::directory::{self as book, Search};
use congvu_papers::lists;
use congvu_regulation::Date;
use congvu_store::{Store, organisation};
use serde_json::json;

use super::org::find;
use crate::cli::{DirectoryCommand, DirectoryFormat};
use crate::config::Config;
use crate::{console, directory, profiles};

pub(super) async fn run(
    store: &Store,
    config: &Config,
    command: DirectoryCommand,
) -> Result<ExitCode> {
    let phones = config.directory.phones;
    match command {
        DirectoryCommand::Search {
            words,
            under,
            after,
            limit,
            json,
        } => {
            let text = words.join(" ");
            let found = directory::change(store, move |tx| {
                let place = match &under {
                    Some(under) => Some(find(tx, under)?.id),
                    None => None,
                };
                let asked = Search {
                    text: text.clone(),
                    place,
                    after,
                    limit,
                    phones,
                };
                Ok(book::search(tx, &asked)?)
            })
            .await?;
            show(&found, json);
        }
        DirectoryCommand::Export {
            under,
            format,
            public,
        } => export(store, under, format, public, phones).await?,
        DirectoryCommand::Changes { from, to, under } => {
            let (from, to) = (day(&from)?, day(&to)?);
            let rows = directory::change(store, move |tx| {
                let place = match &under {
                    Some(under) => Some(find(tx, under)?.id),
                    None => None,
                };
                let changes = book::changes(tx, (from, to), place, phones)?;
                Ok(book::change_rows(&changes))
            })
            .await?;
            console::line(text(&lists::to_csv(&rows, &book::CHANGE_COLUMNS)).trim_end());
        }
        DirectoryCommand::Rebuild { check } => {
            let rebuilt = book::rebuild(store, !check).await?;
            console::line(&format!(
                "Đã so {} hộp thư và nhóm; {} mục khác với danh bạ{}.",
                rebuilt.looked,
                rebuilt.wrong,
                if check { "" } else { ", đã sửa" }
            ));
            if check && rebuilt.wrong > 0 {
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn text(csv: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(csv)
}

fn day(text: &str) -> Result<Date> {
    text.parse()
        .map_err(|_| anyhow!("“{text}” không phải ngày, ví dụ: 2026-07-01"))
}

fn show(found: &book::Found, as_json: bool) {
    for entry in &found.entries {
        let name = book::name(entry);
        if as_json {
            let mut line = json!({
                "kind": entry.kind, "name": name, "title": entry.title, "organisation": entry.place,
                "address": entry.address,
            });
            if let (false, Some(line)) = (entry.phone.is_empty(), line.as_object_mut()) {
                line.insert("phone".to_owned(), json!(entry.phone));
            }
            console::line(&line.to_string());
            continue;
        }
        let mut line = format!("{name:<30} {:<40} {}", entry.address, entry.place);
        for more in [&entry.title, &entry.phone] {
            if !more.is_empty() {
                line.push_str(&format!(", {more}"));
            }
        }
        console::line(&line);
    }
    if found.more && !as_json {
        console::note("Còn nữa: thêm từ để thu hẹp, hoặc --after.");
    }
}

async fn export(
    store: &Store,
    under: Option<String>,
    format: DirectoryFormat,
    public: bool,
    phones: bool,
) -> Result<()> {
    let text = directory::change(store, move |tx| {
        let place = match &under {
            Some(under) => find(tx, under)?,
            None => organisation::root(tx)?
                .ok_or_else(|| anyhow!("chưa có cơ quan nào; hãy chạy congvu init"))?,
        };
        if public {
            book::check_published(profiles::law().at(tx, place.id)?)?;
        }
        let entries = match public {
            true => book::published(tx, profiles::law(), place.id)?,
            false => book::listed(tx, Some(place.id), phones)?,
        };
        Ok(match format {
            DirectoryFormat::Csv => {
                let rows = book::rows(&entries);
                text(&lists::to_csv(&rows, &book::COLUMNS)).into_owned()
            }
            DirectoryFormat::Vcard => book::vcards(&entries),
            DirectoryFormat::Json => book::feed(tx, profiles::law(), place.id)?.to_string(),
        })
    })
    .await?;
    console::line(text.trim_end());
    Ok(())
}
