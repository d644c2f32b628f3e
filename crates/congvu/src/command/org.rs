//! `congvu org`

use anyhow::{Context, Result, anyhow, bail};
use congvu_documents::sheet::MAX_BYTES;
use congvu_governance::organisation::{
    self as places, COLUMNS, Details, How, Imported, Kind, Measure, Moved, PEOPLE, Spokesmen,
    Succession, Successor, kind_of,
};
use congvu_papers::lists;
use congvu_regulation::{MailboxKind, Moment, parse_size};
use congvu_store::address::{self, Lookup, Target};
use congvu_store::organisation::Organisation;
use congvu_store::rename::Subject;
use congvu_store::{OrganisationId, Store, Tx, organisation, place, rename};
use serde_json::json;

use super::rename as renames;
use crate::cli::{OrgCommand, OrgDetails, OrgKind, OrgMailboxes};
use crate::{console, directory, files, profiles};

pub(super) async fn run(store: &Store, command: OrgCommand) -> Result<()> {
    match command {
        OrgCommand::List { under, json } => list(store, under, json).await?,
        OrgCommand::Add {
            name,
            kind,
            parent,
            details,
        } => add(store, name, kind, parent, details).await?,
        command @ OrgCommand::Change { .. } => change(store, command).await?,
        OrgCommand::End { place, document } => {
            directory::change(store, move |tx| {
                let found = find(tx, &place)?;
                Ok(places::dissolve(
                    tx,
                    &directory::actor(),
                    found.id,
                    &document,
                )?)
            })
            .await?;
            console::line("Cơ quan đã kết thúc.");
        }
        command @ OrgCommand::Merge { .. } => merge(store, command).await?,
        command @ OrgCommand::Split { .. } => split(store, command).await?,
        OrgCommand::History { place } => history(store, place).await?,
        OrgCommand::Domain { name, document } => {
            directory::change(store, move |tx| {
                Ok(places::add_domain(
                    tx,
                    &directory::actor(),
                    &name,
                    document.as_deref(),
                )?)
            })
            .await?;
            console::line("Đã thêm tên miền.");
        }
        OrgCommand::Rename { command } => renames::run(store, command).await?,
        OrgCommand::Import {
            file,
            dry_run,
            document,
        } => import(store, &file, dry_run, document.as_deref()).await?,
        command @ (OrgCommand::Quota { .. } | OrgCommand::Attachment { .. }) => {
            quota(store, command).await?;
        }
        OrgCommand::Export {
            under,
            people,
            file,
        } => {
            let (rows, columns) = directory::change(store, move |tx| {
                let top = match &under {
                    Some(under) => Some(find(tx, under)?.id),
                    None => None,
                };
                Ok(match people {
                    true => (places::export_people(tx, top)?, &PEOPLE[..]),
                    false => (places::export(tx, top)?, &COLUMNS[..]),
                })
            })
            .await?;
            match file {
                Some(file) => {
                    let title = if people {
                        "Người và hộp thư"
                    } else {
                        "Cây cơ quan"
                    };
                    let bytes = match files::extension(&file).as_str() {
                        "xlsx" => lists::to_xlsx(title, &rows, columns)?,
                        "csv" => lists::to_csv(&rows, columns),
                        _ => bail!("tên tệp phải kết thúc bằng .xlsx hoặc .csv"),
                    };
                    files::write(&file, &bytes)?;
                    console::line(&format!("{} dòng trong {}.", rows.len(), file.display()));
                }
                None => {
                    let csv = lists::to_csv(&rows, columns);
                    console::line(String::from_utf8_lossy(&csv).trim_end());
                }
            }
        }
    }
    Ok(())
}

/// The place that a person means: by its code or its short name.
pub(super) fn find(tx: &mut Tx<'_>, text: &str) -> Result<Organisation> {
    if let Some(found) = place::by_code(tx, text)? {
        return Ok(found);
    }
    let found = place::by_short_name(tx, text)?;
    match found.as_slice() {
        [] => bail!("không có cơ quan nào có mã hoặc tên viết tắt “{text}”"),
        [id] => organisation::get(tx, *id)?.ok_or_else(|| anyhow!("không có cơ quan “{text}”")),
        _ => bail!(
            "nhiều cơ quan có tên viết tắt “{text}”, trong các tên miền khác nhau: hãy dùng mã"
        ),
    }
}

/// The mailbox with this address.
pub(super) fn mailbox(tx: &mut Tx<'_>, text: &str) -> Result<Subject> {
    let (local_part, domain) = directory::address(text)?.lookup_key();
    let found = match address::lookup(tx, &local_part, &domain)? {
        Lookup::Found(Target::Mailbox(target)) => rename::subject(tx, target.mailbox)?,
        _ => None,
    };
    found.ok_or_else(|| anyhow!("không có hộp thư {text}"))
}

fn kind(asked: OrgKind) -> Kind {
    match asked {
        OrgKind::Provincial => Kind::Provincial,
        OrgKind::Commune => Kind::Commune,
        OrgKind::Subunit => Kind::Subunit,
        OrgKind::Attached => Kind::Attached,
        OrgKind::Party => Kind::Party,
        OrgKind::Mass => Kind::Mass,
        OrgKind::Other => Kind::Other,
    }
}

async fn list(store: &Store, under: Option<String>, as_json: bool) -> Result<()> {
    let rows = directory::change(store, move |tx| {
        let mut rows = Vec::new();
        let mut waiting = match &under {
            Some(under) => {
                let top = find(tx, under)?;
                let beside = place::children(tx, top.parent)?;
                beside
                    .into_iter()
                    .filter(|child| child.place.id == top.id)
                    .map(|child| (child, 0))
                    .collect::<Vec<_>>()
            }
            None => place::children(tx, None)?
                .into_iter()
                .map(|child| (child, 0))
                .collect(),
        };
        while let Some((child, depth)) = waiting.pop() {
            let below = place::children(tx, Some(child.place.id))?;
            waiting.extend(below.into_iter().rev().map(|child| (child, depth + 1)));
            rows.push((child, depth));
        }
        Ok(rows)
    })
    .await?;
    for (child, depth) in rows {
        let place = &child.place;
        if as_json {
            let line = json!({
                "id": place.id.0, "parent": place.parent.map(|id| id.0), "kind": kind_of(place).name(),
                "name": place.name, "short_name": place.short_name, "code": place.code,
                "suffix": place.suffix, "profile": place.profile, "mailboxes": child.mailboxes,
            });
            console::line(&line.to_string());
            continue;
        }
        let code = place.code.as_deref().unwrap_or("–");
        console::line(&format!(
            "{code:<10} {:<24} {:<18} {:>5} hộp thư  {}{}",
            place.short_name,
            kind_of(place).label(),
            child.mailboxes,
            "  ".repeat(depth),
            place.name,
        ));
    }
    Ok(())
}

/// What was typed, over what is there.
fn with(tx: &mut Tx<'_>, was: Details, asked: &OrgDetails) -> Result<Details> {
    let domain = match &asked.domain {
        Some(name) => Some(
            organisation::domain(tx, &name.to_lowercase())?
                .ok_or_else(|| anyhow!("hệ thống này không có tên miền {name}"))?,
        ),
        None => was.domain,
    };
    Ok(Details {
        short_name: asked.short_name.clone().unwrap_or(was.short_name),
        suffix: asked.suffix.clone().or(was.suffix),
        profile: asked.profile.clone().or(was.profile),
        code: asked.code.clone().or(was.code),
        domain,
        ..was
    })
}

fn new(
    tx: &mut Tx<'_>,
    name: &str,
    asked: OrgKind,
    parent: Option<&str>,
    details: &OrgDetails,
) -> Result<Details> {
    let parent = match parent {
        Some(parent) => find(tx, parent)?.id,
        None => {
            organisation::root(tx)?
                .ok_or_else(|| anyhow!("chưa có cơ quan nào; hãy chạy congvu init"))?
                .id
        }
    };
    let bare = Details {
        parent: Some(parent),
        kind: kind(asked),
        name: name.to_owned(),
        short_name: String::new(),
        suffix: None,
        profile: None,
        domain: None,
        code: None,
    };
    with(tx, bare, details)
}

fn tell(told: &[String]) {
    for line in told {
        console::note(&format!("Lưu ý: {line}"));
    }
}

async fn add(
    store: &Store,
    name: String,
    asked: OrgKind,
    parent: Option<String>,
    details: OrgDetails,
) -> Result<()> {
    let added = directory::change(store, move |tx| {
        let new = new(tx, &name, asked, parent.as_deref(), &details)?;
        let (law, actor) = (profiles::law(), directory::actor());
        let document = details.document.as_deref();
        Ok(places::add(tx, law, &actor, &new, document)?)
    })
    .await?;
    tell(&added.told);
    console::line(&format!("Đã thêm, tên viết tắt: {}.", added.short_name));
    Ok(())
}

async fn change(store: &Store, command: OrgCommand) -> Result<()> {
    let OrgCommand::Change {
        place,
        name,
        kind: asked,
        parent,
        head,
        contact,
        mailbox: main,
        details,
    } = command
    else {
        return Ok(());
    };
    let told = directory::change(store, move |tx| {
        let found = find(tx, &place)?;
        let was = Details::of(&found);
        let mut new = with(tx, was.clone(), &details)?;
        if let Some(parent) = &parent {
            new.parent = Some(find(tx, parent)?.id);
        }
        new.kind = asked.map_or(new.kind, kind);
        new.name = name.clone().unwrap_or(new.name);
        let (law, actor) = (profiles::law(), directory::actor());
        let document = details.document.as_deref();
        let told = match document {
            Some(document) if new.name != was.name => {
                places::rename(tx, law, &actor, found.id, &new, document)?.told
            }
            _ => places::change(tx, law, &actor, found.id, &new, document)?.told,
        };
        let mut person = |address: &Option<String>, was| -> Result<_> {
            let Some(address) = address else {
                return Ok(was);
            };
            let found = mailbox(tx, address)?;
            match found.person {
                Some(person) => Ok(Some(person)),
                None => bail!("hộp thư {address} không gắn với hồ sơ cá nhân"),
            }
        };
        let mut spokesmen = Spokesmen {
            head: person(&head, found.head)?,
            contact: person(&contact, found.contact)?,
            mailbox: found.mailbox,
        };
        if let Some(main) = &main {
            spokesmen.mailbox = Some(mailbox(tx, main)?.mailbox);
        }
        places::set_spokesmen(tx, &actor, found.id, spokesmen, document)?;
        Ok(told)
    })
    .await?;
    tell(&told);
    console::line("Đã sửa.");
    Ok(())
}

async fn merge(store: &Store, command: OrgCommand) -> Result<()> {
    let OrgCommand::Merge {
        from,
        into,
        name,
        kind: asked,
        parent,
        details,
    } = command
    else {
        return Ok(());
    };
    let done = directory::change(store, move |tx| {
        let mut ids = Vec::new();
        for from in &from {
            ids.push(find(tx, from)?.id);
        }
        let to = match (&into, &name, asked) {
            (Some(into), _, _) => Successor::Existing(find(tx, into)?.id),
            (_, Some(name), Some(asked)) => {
                Successor::New(new(tx, name, asked, parent.as_deref(), &details)?)
            }
            _ => bail!("cần --into, hoặc --name và --kind"),
        };
        let order = Succession {
            from: ids,
            to: vec![to],
            how: How::Merged,
            moves: Vec::new(),
            goes_on: false,
            document: details.document.clone().unwrap_or_default(),
        };
        let (law, actor) = (profiles::law(), directory::actor());
        Ok(places::succeed(tx, law, &actor, &order)?)
    })
    .await?;
    congvu_governance::directory::catch_up(store).await?;
    tell(&done.told);
    console::line(
        "Đã sáp nhập. Địa chỉ thư giữ nguyên; đổi địa chỉ: congvu org rename plan --under <cơ quan kế thừa>",
    );
    Ok(())
}

async fn split(store: &Store, command: OrgCommand) -> Result<()> {
    let OrgCommand::Split {
        from,
        into,
        mailbox: boxes,
        part,
        document,
    } = command
    else {
        return Ok(());
    };
    let done = directory::change(store, move |tx| {
        let mut moves = Vec::new();
        for address in &boxes {
            let found = mailbox(tx, address)?;
            let moved = found
                .person
                .map_or(Moved::Mailbox(found.mailbox), Moved::Person);
            moves.push((moved, 0));
        }
        for part in &part {
            moves.push((Moved::Place(find(tx, part)?.id), 0));
        }
        if moves.is_empty() {
            bail!("cần --mailbox hoặc --part: những gì chuyển đi");
        }
        let order = Succession {
            from: vec![find(tx, &from)?.id],
            to: vec![Successor::Existing(find(tx, &into)?.id)],
            how: How::Split,
            moves,
            goes_on: true,
            document: document.clone(),
        };
        let (law, actor) = (profiles::law(), directory::actor());
        Ok(places::succeed(tx, law, &actor, &order)?)
    })
    .await?;
    congvu_governance::directory::catch_up(store).await?;
    tell(&done.told);
    console::line("Đã chuyển.");
    Ok(())
}

async fn quota(store: &Store, command: OrgCommand) -> Result<()> {
    let (asked, raise) = match command {
        OrgCommand::Quota {
            place,
            kind,
            size,
            raise,
            document,
        } => ((place, kind, Measure::Quota, size, document), raise),
        OrgCommand::Attachment {
            place,
            kind,
            size,
            document,
        } => ((place, kind, Measure::Attachment, size, document), false),
        _ => return Ok(()),
    };
    let (place, kind, measure, size, document) = asked;
    let bytes = size.as_deref().map(bytes_of).transpose()?;
    let kind = match kind {
        OrgMailboxes::Personal => MailboxKind::Personal,
        OrgMailboxes::Unit => MailboxKind::Unit,
    };
    let (law, actor) = (profiles::law(), directory::actor());
    let who = actor.clone();
    let id = directory::change(store, move |tx| {
        let found = find(tx, &place)?;
        let of = (found.id, kind, measure);
        places::set_limit(tx, law, &who, of, bytes, document.as_deref())?;
        Ok(found.id)
    })
    .await?;
    console::line(match (measure, size) {
        (Measure::Quota, Some(_)) => "Đã đặt; hộp thư cấp từ nay có dung lượng này.",
        (Measure::Quota, None) => "Đã bỏ mức riêng; hộp thư cấp từ nay theo cấp trên hoặc quy chế.",
        (Measure::Attachment, Some(_)) => "Đã đặt; thư gửi từ nay theo mức này.",
        (Measure::Attachment, None) => {
            "Đã bỏ mức riêng; thư gửi từ nay theo cấp trên hoặc quy chế."
        }
    });
    if measure == Measure::Attachment {
        restart_for(bytes);
    }
    if raise {
        let raised = places::raise_quotas(store, law, &actor, (id, kind)).await?;
        console::line(&format!("Đã tăng {raised} hộp thư đang có."));
    }
    Ok(())
}

/// Says when larger messages come in: how large one may be at all is read when the program starts.
pub(super) fn restart_for(bytes: Option<u64>) {
    if bytes.is_some() {
        console::line(
            "Mức lớn hơn mọi mức trước đây có hiệu lực trên đường truyền (SMTP, IMAP, web) từ lần khởi động sau của máy chủ.",
        );
    }
}

/// Reads a size that a person typed.
pub(super) fn bytes_of(size: &str) -> Result<u64> {
    parse_size(size).ok_or_else(|| anyhow!("“{size}” không phải dung lượng, ví dụ: 2 GB"))
}

async fn history(store: &Store, text: String) -> Result<()> {
    let steps = directory::change(store, move |tx| {
        let found = find(tx, &text)?;
        let mut steps = Vec::new();
        for step in places::history(tx, found.id)? {
            let mut name = |id: OrganisationId| -> Result<String> {
                let place = organisation::get(tx, id)?;
                Ok(place.map(|place| place.name).unwrap_or_default())
            };
            let from = name(step.from)?;
            let to = match step.to {
                Some(to) => name(to)?,
                None => String::new(),
            };
            let what = match step.how.as_str() {
                "merged" => format!("“{from}” sáp nhập vào “{to}”"),
                "split" => format!("“{from}” tách sang “{to}”"),
                "renamed" => format!("đổi tên, nay là “{to}”"),
                _ => format!("“{from}” giải thể"),
            };
            let day = Moment(step.at).date().vietnamese();
            steps.push(format!("{day}  {what}  ({})", step.document));
        }
        Ok(steps)
    })
    .await?;
    for step in steps {
        console::line(&step);
    }
    Ok(())
}

async fn import(
    store: &Store,
    file: &std::path::Path,
    dry: bool,
    document: Option<&str>,
) -> Result<()> {
    let bytes = files::read(file, MAX_BYTES)?;
    let list = files::aside(move || lists::read(&bytes, &COLUMNS)).await?;
    let lists::List { rows, mut faults } =
        list.with_context(|| format!("không đọc được {}", file.display()))?;
    let (law, actor) = (profiles::law(), directory::actor());
    // With headings that nobody understands, only what else is wrong is looked for.
    let trial = dry || !faults.is_empty();
    let outcome = places::import(store, law, &actor, rows, document, trial).await?;
    faults.extend(outcome.faults.iter().cloned());
    faults.sort();
    faults.dedup();
    if !faults.is_empty() {
        for fault in &faults {
            console::line(&fault.to_string());
        }
        bail!("danh sách có {} chỗ sai; chưa làm gì", faults.len());
    }
    if dry {
        for (number, name, came) in &outcome.rows {
            let what = match came {
                Imported::Added => "thêm",
                Imported::Changed => "sửa",
                Imported::Unchanged => continue,
            };
            console::line(&format!("Dòng {number}: {what} “{name}”"));
        }
    }
    for name in &outcome.missing {
        console::note(&format!("Không có trong danh sách, giữ nguyên: “{name}”"));
    }
    tell(&outcome.told);
    console::line(&format!(
        "{}: thêm {}, sửa {}, giữ nguyên {}.",
        if dry { "Sẽ làm" } else { "Đã làm" },
        outcome.count(Imported::Added),
        outcome.count(Imported::Changed),
        outcome.count(Imported::Unchanged),
    ));
    Ok(())
}
