//! `congvu request`

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use congvu_documents::form::MAX_PDF;
use congvu_governance::lists::Row;
use congvu_governance::request::{
    self as cases, Ask, Attached, Decision, NewRequest, Paper, columns, kind_of,
};
use congvu_governance::{Actor, Refused, Role, rights};
use congvu_papers::requests::Sent;
use congvu_papers::{lists, requests as papers};
use congvu_regulation::requests::{RequestKind, RequestRule};
use congvu_regulation::{Date, Moment, Profile};
use congvu_store::organisation::{self, Organisation};
use congvu_store::request::{self, Line, Request};
use congvu_store::{RequestId, Store, Tx};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::org;
use crate::cli::{OpenRequest, RequestCommand, RequestState};
use crate::{acting, console, directory, files, profiles};

/// Requests read at once.
const PAGE: i64 = 500;

pub(super) async fn run(store: &Store, command: RequestCommand) -> Result<()> {
    match command {
        RequestCommand::Open(asked) => open(store, *asked).await,
        RequestCommand::List {
            under,
            state,
            json,
            who,
        } => list(store, acting::actor(store, &who).await?, under, state, json).await,
        RequestCommand::Show { id, json, who } => {
            let actor = acting::actor(store, &who).await?;
            show(store, actor, RequestId(id), json).await
        }
        RequestCommand::Grant {
            id,
            line,
            address,
            who,
        } => {
            let actor = acting::actor(store, &who).await?;
            if address.is_some() && line.len() != 1 {
                bail!("--address cần đúng một --line");
            }
            let granted = Decision::Grant {
                local_part: address,
            };
            decide(store, actor, RequestId(id), line, granted).await
        }
        RequestCommand::Refuse {
            id,
            line,
            reason,
            who,
        } => {
            let actor = acting::actor(store, &who).await?;
            decide(store, actor, RequestId(id), line, Decision::Refuse(reason)).await
        }
        RequestCommand::Forward { id, document, who } => {
            let (law, actor) = (profiles::law(), acting::actor(store, &who).await?);
            directory::change(store, move |tx| {
                let document = document.as_deref();
                Ok(cases::forward(tx, law, &actor, RequestId(id), document)?)
            })
            .await?;
            console::line(&format!("Đã chuyển đề nghị số {id}."));
            Ok(())
        }
        RequestCommand::Withdraw { id, who } => {
            let (law, actor) = (profiles::law(), acting::actor(store, &who).await?);
            directory::change(store, move |tx| {
                Ok(cases::withdraw(tx, law, &actor, RequestId(id))?)
            })
            .await?;
            console::line(&format!("Đã rút đề nghị số {id}."));
            Ok(())
        }
        RequestCommand::Template { kind, file } => template(kind.into(), &file),
        RequestCommand::Form { id, file, who } => {
            let actor = acting::actor(store, &who).await?;
            form(store, actor, RequestId(id), &file).await
        }
    }
}

/// What a list or the flags ask for.
struct Asked {
    place: Organisation,
    kind: RequestKind,
    sent: Sent,
    files: Vec<Attached>,
    /// Tells the same again where no number does.
    content: String,
}

async fn open(store: &Store, asked: OpenRequest) -> Result<()> {
    let actor = acting::actor(store, &asked.who).await?;
    let law = profiles::law();
    let named = asked.organisation.clone();
    let (place, profile) = directory::change(store, move |tx| {
        let place = org::find(tx, &named)?;
        let profile = law.at(tx, place.id)?;
        Ok((place, profile))
    })
    .await?;
    let from = match &asked.file {
        Some(file) => from_file(file, place, profile, asked.kind.map(Into::into)).await?,
        None => from_flags(&asked, place)?,
    };
    let day = match &asked.date {
        Some(text) => Some(date(text)?),
        None => from.sent.day,
    };
    let number = match asked.number.trim() {
        "" => from.sent.number.clone(),
        number => number.to_owned(),
    };
    let key = match (&asked.key, number.as_str()) {
        (Some(key), _) => key.clone(),
        (None, "") => format!("{}/{}", from.kind.id(), from.content),
        (None, number) => {
            let day = day.map_or_else(String::new, |day| day.to_string());
            format!("{}/{number}/{day}", from.kind.id())
        }
    };
    let new = NewRequest {
        key,
        kind: from.kind,
        organisation: from.place.id,
        way: asked.way.into(),
        document: number,
        document_day: day,
        reason: match asked.reason.trim() {
            "" => from.sent.about,
            reason => reason.to_owned(),
        },
        lines: Vec::new(),
        files: from.files,
    };
    let list = from.sent.list;
    let who = actor.clone();
    let checked: Result<_, Refused> = store
        .read(move |tx| {
            // All that is wrong is told at once: with the list as it came, and with what it asks for.
            let asks = cases::from_rows(tx, new.kind, new.organisation, &list.rows);
            let lines = match asks {
                Ok(lines) if list.faults.is_empty() => lines,
                Ok(_) => return Err(Refused::Lines(list.faults.clone())),
                Err(Refused::Lines(mut faults)) => {
                    faults.extend(list.faults.iter().cloned());
                    faults.sort();
                    faults.dedup();
                    return Err(Refused::Lines(faults));
                }
                Err(error) => return Err(error),
            };
            let new = NewRequest {
                lines,
                ..new.clone()
            };
            let checked = cases::check(tx, law, &who, &new)?;
            Ok((new, checked))
        })
        .await;
    let (new, checked) = match checked {
        Ok(checked) => checked,
        Err(Refused::Lines(faults)) => {
            for fault in &faults {
                console::line(&fault.to_string());
            }
            bail!(
                "danh sách có {} chỗ sai; chưa ghi nhận dòng nào",
                faults.len()
            );
        }
        Err(error) => return Err(error.into()),
    };
    let done: Result<_, Refused> = store
        .write(move |tx| {
            let opened = cases::open_checked(tx, law, &actor, &new, Some(&checked))?;
            Ok((opened, request::get(tx, opened.id)?))
        })
        .await;
    let (opened, found) = done?;
    let found = found.ok_or_else(|| anyhow!("không có đề nghị số {}", opened.id))?;
    let what = match opened.is_new {
        true => "Đã nhận",
        false => "Đã nhận từ trước",
    };
    console::line(&format!(
        "{what} đề nghị {} số {}: {} dòng{}.",
        label(&found),
        found.id,
        found.lines,
        due(&found),
    ));
    Ok(())
}

async fn from_file(
    path: &Path,
    place: Organisation,
    profile: &'static Profile,
    kind: Option<RequestKind>,
) -> Result<Asked> {
    let data = files::read(path, MAX_PDF)?;
    let shown = path.display().to_string();
    let named = place.name.clone();
    let read = files::aside(move || {
        let is_pdf = papers::is_pdf(&data);
        let kind = match kind {
            Some(kind) => kind,
            None if is_pdf => papers::form_in(profile, &data)?
                .1
                .ok_or_else(|| anyhow!("quy chế ở đây không có biểu mẫu này; cần --kind"))?,
            None => bail!("cần --kind: loại đề nghị"),
        };
        let sent = papers::read(profile, kind, &named, &data)?;
        Ok((kind, sent, data, is_pdf))
    });
    let (kind, sent, data, is_pdf) = read
        .await?
        .with_context(|| format!("không đọc được {shown}"))?;
    let media_type = match (is_pdf, data.starts_with(b"PK")) {
        (true, _) => congvu_papers::PDF,
        (_, true) => congvu_papers::XLSX,
        _ => congvu_papers::CSV,
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(Asked {
        place,
        kind,
        sent,
        content: hex(&data),
        files: vec![Attached {
            name: name.into_owned(),
            media_type: media_type.to_owned(),
            data,
        }],
    })
}

fn from_flags(asked: &OpenRequest, place: Organisation) -> Result<Asked> {
    let kind: RequestKind = asked
        .kind
        .ok_or_else(|| anyhow!("cần --kind: loại đề nghị"))?
        .into();
    let mut row = Row {
        number: 1,
        ..Row::default()
    };
    for cell in &asked.set {
        let (name, value) = cell
            .split_once('=')
            .ok_or_else(|| anyhow!("“{cell}” không phải CỘT=GIÁ TRỊ"))?;
        let column = columns(kind).iter().find(|column| column.is(name));
        let column = column.ok_or_else(|| {
            let known: Vec<&str> = columns(kind).iter().map(|column| column.label).collect();
            anyhow!("không có cột “{name}”; có: {}", known.join(", "))
        })?;
        row = row.with(column.id, value);
    }
    Ok(Asked {
        place,
        kind,
        content: hex(asked.set.join("\n").as_bytes()),
        sent: Sent {
            list: lists::List {
                rows: vec![row],
                faults: Vec::new(),
            },
            ..Sent::default()
        },
        files: Vec::new(),
    })
}

fn hex(bytes: &[u8]) -> String {
    let sum = digest(&SHA256, bytes);
    sum.as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

pub(super) fn date(text: &str) -> Result<Date> {
    text.parse()
        .map_err(|_| anyhow!("“{text}” không phải ngày, ví dụ: 2026-07-01"))
}

fn label(found: &Request) -> &'static str {
    kind_of(&found.kind).map_or("", RequestKind::title)
}

fn due(found: &Request) -> String {
    let Some(day) = found.due_day else {
        return String::new();
    };
    let day = Date::from_epoch_day(day).vietnamese();
    match found.due_clause.as_str() {
        "" => format!(", hạn hết ngày {day} (thiết lập tại chỗ)"),
        clause => format!(", hạn hết ngày {day} ({clause})"),
    }
}

fn state(found: &Request) -> &'static str {
    match found.state.as_str() {
        "open" => "chưa xong",
        "done" => "đã giải quyết",
        "refused" => "đã từ chối",
        _ => "đã rút",
    }
}

fn line_state(line: &Line) -> &'static str {
    match line.state.as_str() {
        "open" => "chờ quyết định",
        "granted" => "đồng ý, đang thực hiện",
        "done" => "đã thực hiện",
        "refused" => "từ chối",
        _ => "chưa thực hiện được",
    }
}

async fn list(
    store: &Store,
    actor: Actor,
    under: Option<String>,
    state_asked: Option<RequestState>,
    as_json: bool,
) -> Result<()> {
    let asked = actor.clone();
    let top = directory::change(store, move |tx| {
        let top = match &under {
            Some(under) => org::find(tx, under)?,
            None => organisation::root(tx)?
                .ok_or_else(|| anyhow!("chưa có cơ quan nào; hãy chạy congvu init"))?,
        };
        rights::need(tx, &asked, &Role::ALL, top.id)?;
        Ok(top.id)
    })
    .await?;
    let state_name = state_asked.map_or("", RequestState::name);
    let mut after = RequestId(0);
    loop {
        let page = store
            .read(move |tx| request::below(tx, top, state_name, after, PAGE))
            .await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.id;
        for found in &page {
            if as_json {
                console::line(&shown(found).to_string());
                continue;
            }
            console::line(&format!(
                "{:>6}  {:<14} {}, {}; văn bản {}; {} dòng, còn {}{}",
                found.id.to_string(),
                state(found),
                found.organisation_name,
                label(found),
                or_none(&found.document),
                found.lines,
                found.waiting,
                due(found),
            ));
        }
    }
}

fn or_none(text: &str) -> &str {
    if text.is_empty() {
        "(không có số)"
    } else {
        text
    }
}

fn shown(found: &Request) -> Value {
    let day = |day: i64| Date::from_epoch_day(day).to_string();
    json!({
        "id": found.id.0, "kind": found.kind, "organisation": found.organisation.0,
        "organisation_name": found.organisation_name, "way": found.way, "asked_by": found.asked_by,
        "document": found.document, "document_day": found.document_day.map(day), "reason": found.reason,
        "received_at": found.received_at, "due_day": found.due_day.map(day), "due_clause": found.due_clause,
        "step": found.step, "state": found.state, "lines": found.lines, "waiting": found.waiting,
    })
}

/// A request that the actor may see, with its lines.
fn seen(tx: &mut Tx<'_>, actor: &Actor, id: RequestId) -> Result<(Request, Vec<Line>)> {
    let missing = || anyhow!("không có đề nghị số {id}");
    let found = request::get(tx, id)?.ok_or_else(missing)?;
    if !rights::has(tx, actor, &Role::ALL, found.organisation)? {
        return Err(missing());
    }
    let lines = request::lines(tx, id, 0, i64::from(found.lines))?;
    Ok((found, lines))
}

async fn show(store: &Store, actor: Actor, id: RequestId, as_json: bool) -> Result<()> {
    let (found, lines, kept) = directory::change(store, move |tx| {
        let (found, lines) = seen(tx, &actor, id)?;
        Ok((found, lines, request::files(tx, id)?))
    })
    .await?;
    if as_json {
        let mut all = shown(&found);
        let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
        all["asked"] = lines
            .iter()
            .map(|line| {
                json!({
                    "number": line.number, "asked": parsed(&line.data), "state": line.state, "reason": line.reason,
                    "decided_by": line.decided_by, "outcome": parsed(&line.outcome),
                })
            })
            .collect();
        console::line(&all.to_string());
        return Ok(());
    }
    let received = Moment(found.received_at).date().vietnamese();
    let document = match found.document_day {
        Some(day) => format!(
            "{} ngày {}",
            or_none(&found.document),
            Date::from_epoch_day(day).vietnamese()
        ),
        None => or_none(&found.document).to_owned(),
    };
    let steps = profiles::law()
        .profile(&found.profile)
        .zip(kind_of(&found.kind))
        .and_then(|(profile, kind)| profile.request(kind))
        .map(RequestRule::steps)
        .unwrap_or_default();
    console::line(&format!(
        "Đề nghị {} số {}, của {}",
        label(&found),
        found.id,
        found.organisation_name
    ));
    console::line(&format!("Văn bản: {document}; do {} gửi", found.asked_by));
    console::line(&format!(
        "Nhận ngày {received}{}; {}, còn {}/{} dòng",
        due(&found),
        state(&found),
        found.waiting,
        found.lines
    ));
    if let Some(step) = steps
        .get(found.step as usize)
        .filter(|_| found.state == "open")
    {
        console::line(&format!("Đang ở: {}", step.value));
    }
    for line in found.reason.lines() {
        console::line(&format!("Lý do: {line}"));
    }
    for file in kept {
        console::line(&format!("Tệp kèm: {}", file.name));
    }
    lines.iter().for_each(show_line);
    Ok(())
}

fn show_line(line: &Line) {
    let ask = serde_json::from_str::<Ask>(&line.data).ok();
    let about = ask.map_or_else(String::new, |ask| ask.about());
    let outcome: Value = serde_json::from_str(&line.outcome).unwrap_or_default();
    let mut text = format!("{:>4}. {about}: {}", line.number, line_state(line));
    if let Some(address) = outcome["address"]
        .as_str()
        .filter(|address| *address != about)
    {
        text.push_str(&format!(" ({address})"));
    }
    if !line.reason.is_empty() {
        text.push_str(&format!(": {}", line.reason));
    }
    if let Some(at) = line.decided_at {
        let day = Moment(at).date().vietnamese();
        text.push_str(&format!("; {} quyết định ngày {day}", line.decided_by));
    }
    console::line(&text);
}

async fn decide(
    store: &Store,
    actor: Actor,
    id: RequestId,
    only: Vec<u32>,
    decision: Decision,
) -> Result<()> {
    let law = profiles::law();
    let asked = actor.clone();
    let decided = directory::change(store, move |tx| {
        let (_, lines) = seen(tx, &asked, id)?;
        let numbers: Vec<u32> = match only.is_empty() {
            false => only.clone(),
            true => lines
                .iter()
                .filter(|line| matches!(line.state.as_str(), "open" | "failed"))
                .map(|line| line.number)
                .collect(),
        };
        if numbers.is_empty() {
            bail!("đề nghị số {id} không còn dòng nào chờ quyết định");
        }
        for number in &numbers {
            cases::decide(tx, law, &asked, (id, *number), &decision)
                .with_context(|| format!("dòng {number}"))?;
        }
        Ok(numbers)
    })
    .await?;
    cases::carry_out_all(store, law).await?;
    let (found, lines) = directory::change(store, move |tx| seen(tx, &actor, id)).await?;
    lines
        .iter()
        .filter(|line| decided.contains(&line.number))
        .for_each(show_line);
    console::line(&format!("Đề nghị số {id}: {}.", state(&found)));
    if lines.iter().any(|line| line.state == "failed") {
        bail!("có dòng chưa thực hiện được: xem lý do rồi quyết định lại");
    }
    Ok(())
}

fn template(kind: RequestKind, file: &Path) -> Result<()> {
    let title = format!("Đề nghị {}", kind.title());
    let bytes = match files::extension(file).as_str() {
        "xlsx" => lists::blank(&title, columns(kind))?,
        "csv" | "" => lists::to_csv(&[], columns(kind)),
        _ => bail!("tệp phải là .xlsx hoặc .csv"),
    };
    files::write(file, &bytes)
}

async fn form(store: &Store, actor: Actor, id: RequestId, file: &Path) -> Result<()> {
    let law = profiles::law();
    let paper: Paper =
        directory::change(store, move |tx| Ok(cases::paper(tx, law, &actor, id)?)).await?;
    let extension = files::extension(file);
    let bytes = files::aside(move || match extension.as_str() {
        "pdf" => Ok(papers::to_pdf(&paper)?),
        "xlsx" => Ok(papers::to_xlsx(&paper)?),
        "csv" => Ok(papers::to_csv(&paper)),
        _ => bail!("tệp phải là .pdf, .xlsx hoặc .csv"),
    })
    .await??;
    files::write(file, &bytes)
}
