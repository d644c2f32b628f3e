//! `congvu report`

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, anyhow, bail};
use congvu_governance::Actor;
use congvu_governance::report::{self as cases, Made, Report, Scope};
use congvu_papers::reports::{self as papers, Format};
use congvu_regulation::reports::{Every, Period};
use congvu_regulation::{Date, Moment};
use congvu_store::organisation::{self, Organisation};
use congvu_store::report::Kept;
use congvu_store::{ReportId, Store, Tx};
use serde_json::{Value, json};

use super::org;
use super::request::date;
use crate::cli::ReportCommand;
use crate::{acting, console, directory, files, profiles};

/// Reports read at once.
const PAGE: i64 = 200;

pub(super) async fn run(store: &Store, command: ReportCommand) -> Result<()> {
    match command {
        ReportCommand::Kinds { organisation } => kinds(store, organisation).await,
        ReportCommand::List {
            organisation,
            due,
            json,
            who,
        } => {
            let actor = acting::actor(store, &who).await?;
            match due {
                true => list_due(store, actor, organisation, json).await,
                false => list(store, actor, organisation, json).await,
            }
        }
        ReportCommand::Make {
            report,
            organisation,
            from,
            to,
            who,
        } => {
            let actor = acting::actor(store, &who).await?;
            let place =
                directory::change(store, move |tx| place(tx, organisation.as_deref())).await?;
            let from = date(&from)?;
            let to = to.as_deref().map_or(Ok(from), date)?;
            let law = profiles::law();
            let asked = (place.id, report.as_str());
            let id = cases::ask(store, law, &actor, asked, (from, to)).await?;
            console::line(&format!("Báo cáo số {id}."));
            Ok(())
        }
        ReportCommand::Show { id, remake, who } => {
            let actor = acting::actor(store, &who).await?;
            show(store, actor, ReportId(id), remake).await
        }
        ReportCommand::Export {
            id,
            file,
            table,
            who,
        } => {
            let actor = acting::actor(store, &who).await?;
            export(store, actor, ReportId(id), &file, table).await
        }
        ReportCommand::Refresh { id, who } => {
            let (law, actor) = (profiles::law(), acting::actor(store, &who).await?);
            let made = cases::refresh(store, law, &actor, ReportId(id)).await?;
            let until: Date = made.until.parse()?;
            console::line(&format!("Số liệu đến hết ngày {}.", until.vietnamese()));
            Ok(())
        }
        ReportCommand::HandIn { id, set, who } => {
            let (law, actor) = (profiles::law(), acting::actor(store, &who).await?);
            let mut answers = BTreeMap::new();
            for one in &set {
                let (field, text) = one
                    .split_once('=')
                    .ok_or_else(|| anyhow!("“{one}” không phải MỤC=NỘI DUNG"))?;
                answers.insert(field.trim().to_owned(), text.to_owned());
            }
            directory::change(store, move |tx| {
                Ok(cases::submit(tx, law, &actor, ReportId(id), &answers)?)
            })
            .await?;
            console::line(&format!("Đã nộp báo cáo số {id}."));
            Ok(())
        }
        ReportCommand::HandBack { id, reason, who } => {
            let (law, actor) = (profiles::law(), acting::actor(store, &who).await?);
            directory::change(store, move |tx| {
                Ok(cases::hand_back(tx, law, &actor, ReportId(id), &reason)?)
            })
            .await?;
            console::line(&format!("Đã trả lại báo cáo số {id}."));
            Ok(())
        }
        ReportCommand::Accept { id, notes, who } => {
            let actor = acting::actor(store, &who).await?;
            directory::change(store, move |tx| {
                Ok(cases::accept(tx, &actor, ReportId(id), &notes)?)
            })
            .await?;
            console::line(&format!("Đã tiếp nhận báo cáo số {id}."));
            Ok(())
        }
        command @ ReportCommand::Summary { .. } => summary(store, command).await,
    }
}

fn place(tx: &mut Tx<'_>, named: Option<&str>) -> Result<Organisation> {
    match named {
        Some(named) => org::find(tx, named),
        None => organisation::root(tx)?
            .ok_or_else(|| anyhow!("chưa có cơ quan nào; hãy chạy congvu init")),
    }
}

async fn kinds(store: &Store, organisation: Option<String>) -> Result<()> {
    let law = profiles::law();
    let known = directory::change(store, move |tx| {
        let place = place(tx, organisation.as_deref())?;
        Ok(cases::known(tx, law, place.id)?)
    })
    .await?;
    for report in known {
        let every = match report.every {
            Every::Months(1) => "hằng tháng".to_owned(),
            Every::Months(3) => "hằng quý".to_owned(),
            Every::Months(12) => "hằng năm".to_owned(),
            Every::Months(months) => format!("{months} tháng một lần"),
            Every::Request => "khi được yêu cầu".to_owned(),
            Every::Change => "khi có thay đổi".to_owned(),
        };
        let whose = match report.scope {
            Scope::Agencies => "của từng cơ quan",
            Scope::Units => "của từng đơn vị",
            Scope::Whole => "của toàn hệ thống",
        };
        let form = report
            .form
            .map_or_else(String::new, |form| format!("; mẫu {form}"));
        let submitted = if report.is_submitted {
            "; phải nộp"
        } else {
            ""
        };
        console::line(&format!(
            "{:<14} {}: {every}, {whose}; {} lập, gửi {}{form}{submitted}  {}",
            report.id, report.title, report.by, report.to, report.clause
        ));
    }
    Ok(())
}

fn period(kept: &Kept) -> String {
    let day = |day| Date::from_epoch_day(day).vietnamese();
    format!("{} – {}", day(kept.period.0), day(kept.period.1))
}

fn state(kept: &Kept) -> &'static str {
    match (kept.state.as_str(), kept.due_day, kept.notes.is_empty()) {
        ("submitted", ..) => "đã nộp",
        ("accepted", ..) => "đã tiếp nhận",
        (_, Some(_), false) => "bị trả lại",
        (_, Some(_), true) => "chưa nộp",
        _ => "đã lập",
    }
}

async fn list(
    store: &Store,
    actor: Actor,
    organisation: Option<String>,
    as_json: bool,
) -> Result<()> {
    let mut before = None;
    loop {
        let (asked, named, from) = (actor.clone(), organisation.clone(), before);
        let page = directory::change(store, move |tx| {
            let place = place(tx, named.as_deref())?;
            Ok(cases::of_place(tx, &asked, place.id, from, PAGE)?)
        })
        .await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        before = Some(last.id);
        for kept in &page {
            if as_json {
                console::line(&shown(kept).to_string());
                continue;
            }
            console::line(&format!(
                "{:>6}  {:<14} {:<23}  {}",
                kept.id.to_string(),
                kept.report,
                period(kept),
                state(kept)
            ));
        }
    }
}

fn shown(kept: &Kept) -> Value {
    let day = |day: i64| Date::from_epoch_day(day).to_string();
    json!({
        "id": kept.id.0, "report": kept.report, "organisation": kept.organisation.0, "profile": kept.profile,
        "from": day(kept.period.0), "to": day(kept.period.1), "due_day": kept.due_day.map(day), "state": kept.state,
        "notes": kept.notes, "hash": kept.hash,
    })
}

async fn list_due(
    store: &Store,
    actor: Actor,
    organisation: Option<String>,
    as_json: bool,
) -> Result<()> {
    let law = profiles::law();
    let owed = directory::change(store, move |tx| {
        let place = place(tx, organisation.as_deref())?;
        Ok(cases::due(tx, law, &actor, place.id)?)
    })
    .await?;
    for owed in owed {
        if as_json {
            let line = json!({
                "report": owed.report, "organisation": owed.organisation.0, "period": owed.period,
                "due_day": owed.due.to_string(), "id": owed.kept.map(|id| id.0), "late": owed.late,
            });
            console::line(&line.to_string());
            continue;
        }
        let number = owed
            .kept
            .map_or_else(|| "–".to_owned(), |id| id.to_string());
        let late = if owed.late { "  QUÁ HẠN" } else { "" };
        console::line(&format!(
            "{number:>6}  {}: {}, {}; hạn {}{late}",
            owed.organisation_name,
            owed.title,
            owed.period,
            owed.due.vietnamese()
        ));
    }
    Ok(())
}

async fn loaded(store: &Store, actor: Actor, id: ReportId) -> Result<Report> {
    directory::change(store, move |tx| Ok(cases::get(tx, &actor, id)?)).await
}

async fn show(store: &Store, actor: Actor, id: ReportId, remake: bool) -> Result<()> {
    let report = loaded(store, actor.clone(), id).await?;
    let (made, kept) = (&report.made, &report.kept);
    console::line(&format!(
        "{}, {}; {}",
        made.title, made.period, made.organisation
    ));
    console::line(&format!(
        "Số {id}: {}; lập ngày {}, số liệu từ {} đến {}",
        state(kept),
        Moment(kept.made_at).date().vietnamese(),
        made.from,
        made.until
    ));
    if !kept.notes.is_empty() {
        console::line(&format!("Ghi chú: {}", kept.notes));
    }
    for sum in &made.sums {
        console::line(&format!("- {}: {}", sum.label, sum.value));
    }
    let mut fields: Vec<&String> = made.fields.keys().chain(report.answers.keys()).collect();
    fields.sort();
    fields.dedup();
    for field in fields {
        let text = report.field(field).unwrap_or_default();
        console::line(&format!("  {field} = {text}"));
    }
    for table in &made.tables {
        let (title, rows) = (&table.title, table.rows.len());
        console::line(&format!("Bảng {}: {title}, {rows} dòng", table.id));
    }
    if remake {
        let law = profiles::law();
        if cases::remake(store, law, &actor, id).await?.same {
            console::line("Lập lại từ số liệu: giống hệt bản đã lưu.");
        } else {
            bail!("lập lại từ số liệu: khác bản đã lưu");
        }
    }
    Ok(())
}

async fn export(
    store: &Store,
    actor: Actor,
    id: ReportId,
    file: &Path,
    table: Option<String>,
) -> Result<()> {
    let report = loaded(store, actor, id).await?;
    let extension = files::extension(file);
    let bytes = files::aside(move || written(&report, &extension, table.as_deref())).await??;
    files::write(file, &bytes)
}

fn written(report: &Report, extension: &str, table: Option<&str>) -> Result<Vec<u8>> {
    if extension == "json" {
        return Ok(serde_json::to_vec_pretty::<Made>(&report.made)?);
    }
    let profile = profiles::law().profile(&report.kept.profile);
    Ok(match Format::parse(extension) {
        Some(Format::Pdf) => papers::to_pdf(profile, report)?,
        Some(Format::Xlsx) => papers::to_xlsx(report)?,
        Some(Format::Csv) => papers::to_csv(report, table).ok_or_else(|| {
            let tables = report.made.tables.iter();
            let known: Vec<&str> = tables.map(|table| table.id.as_str()).collect();
            anyhow!("báo cáo không có bảng này; có: {}", known.join(", "))
        })?,
        None => bail!("tệp phải là .pdf, .xlsx, .csv hoặc .json"),
    })
}

async fn summary(store: &Store, command: ReportCommand) -> Result<()> {
    let ReportCommand::Summary {
        report,
        from,
        under,
        file,
        who,
    } = command
    else {
        return Ok(());
    };
    let (law, actor) = (profiles::law(), acting::actor(store, &who).await?);
    let day = date(&from)?;
    let (name, table) = directory::change(store, move |tx| {
        let place = place(tx, under.as_deref())?;
        let profile = law.at(tx, place.id)?;
        let known = profile.report(&report);
        let known = known.ok_or_else(|| anyhow!("quy chế không có báo cáo “{report}”"))?;
        let first = known.period_of(day).map_or(day, Period::first);
        let table = cases::sum_up(tx, &actor, (place.id, &report), first)?;
        Ok((place.name, table))
    })
    .await?;
    let format = match &file {
        None => Format::Csv,
        Some(file) => Format::parse(&files::extension(file))
            .ok_or_else(|| anyhow!("tệp phải là .pdf, .xlsx hoặc .csv"))?,
    };
    let bytes = files::aside(move || papers::alone(&name, &table, format)).await??;
    match &file {
        Some(file) => files::write(file, &bytes),
        None => files::write(Path::new("-"), &bytes),
    }
}
