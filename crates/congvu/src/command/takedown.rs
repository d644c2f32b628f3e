//! `congvu takedown`

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use congvu_governance::takedown::{self as cases, NewTakedown, Preview, carry_on, evidence, find};
use congvu_store::takedown::{self, Criteria, State};
use congvu_store::{IncidentId, JointOrderId, Store, TakedownId};
use ring::digest::{SHA256, digest};

use super::when;
use crate::acting;
use crate::cli::{TakedownCommand, TakedownOpen};
use crate::console::{self, Columns};

pub(super) async fn run(store: &Store, command: TakedownCommand) -> Result<()> {
    match command {
        TakedownCommand::Open(new) => open(store, *new).await,
        TakedownCommand::Preview(of) => {
            let actor = acting::actor(store, &of.who).await?;
            let id = TakedownId(of.case);
            find(store, id).await?;
            let found = store
                .write(move |tx| cases::preview(tx, &actor, id))
                .await?;
            show(&found);
            Ok(())
        }
        TakedownCommand::Seal(of) => {
            let actor = acting::actor(store, &of.who).await?;
            let id = TakedownId(of.case);
            find(store, id).await?;
            // Whoever was cut off runs it again.
            let state = state(store, id).await?;
            if state != State::Sealed {
                cases::seal(store, &actor, id).await?;
            }
            drive(store, id, "niêm phong").await
        }
        TakedownCommand::Release(of) => {
            let actor = acting::actor(store, &of.who).await?;
            let id = TakedownId(of.case);
            if state(store, id).await? != State::Releasing {
                store
                    .write(move |tx| cases::release(tx, &actor, id, &of.reason))
                    .await?;
            }
            drive(store, id, "trả lại").await
        }
        TakedownCommand::Purge(of) => {
            let actor = acting::actor(store, &of.who).await?;
            let id = TakedownId(of.case);
            let order = store
                .write(move |tx| cases::propose_purge(tx, &actor, id, &of.document, &of.reason));
            proposed(order.await?);
            Ok(())
        }
        TakedownCommand::Content(of) => {
            let actor = acting::actor(store, &of.who).await?;
            let id = TakedownId(of.case);
            let order = store
                .write(move |tx| cases::propose_content(tx, &actor, id, &of.document, &of.reason));
            proposed(order.await?);
            Ok(())
        }
        TakedownCommand::Confirm { order, who } => {
            let actor = acting::actor(store, &who).await?;
            let order = JointOrderId(order);
            let confirmed = store
                .write(move |tx| cases::confirm(tx, &actor, order))
                .await?;
            console::line(&format!("Đã xác nhận lệnh số {order}."));
            let case = confirmed.subject.strip_prefix("takedown/");
            match case.and_then(|id| id.parse().ok()) {
                Some(id) if confirmed.kind == "purge" => drive(store, TakedownId(id), "hủy").await,
                _ => Ok(()),
            }
        }
        TakedownCommand::Evidence {
            case,
            out,
            content,
            who,
        } => {
            let actor = acting::actor(store, &who).await?;
            let files = evidence(store, &actor, TakedownId(case), content).await?;
            write(&out, &files)?;
            console::line(&format!(
                "Đã ghi {} tệp vào {}. Kiểm tra: sha256sum -c SHA256SUMS",
                files.len(),
                out.display()
            ));
            Ok(())
        }
        TakedownCommand::List => list(store).await,
    }
}

async fn state(store: &Store, id: TakedownId) -> Result<State> {
    let case = store.read(move |tx| takedown::get(tx, id)).await?;
    Ok(case
        .ok_or_else(|| anyhow!("không có hồ sơ gỡ bỏ số {id}"))?
        .state)
}

async fn drive(store: &Store, id: TakedownId, what: &str) -> Result<()> {
    let done = carry_on(store, id).await?;
    let left = store.read(move |tx| takedown::left(tx, id)).await?;
    console::line(&format!(
        "Hồ sơ số {id}: lần này {what} {done} bản sao và người nhận còn chờ gửi; {}.",
        state(store, id).await?.label()
    ));
    if left.in_queue > 0 && state(store, id).await? == State::Sealed {
        console::note(&format!(
            "{} người nhận ở máy chủ khác đang được gửi đến lúc này; máy chủ sẽ giữ lại nếu lần gửi không xong.",
            left.in_queue
        ));
    }
    Ok(())
}

fn proposed(order: JointOrderId) {
    console::line(&format!(
        "Đã đề xuất lệnh số {order}. Người thứ hai xác nhận trong 7 ngày: congvu takedown confirm {order} --as ĐỊA CHỈ"
    ));
}

fn hash(text: &str) -> Result<[u8; 32]> {
    let digits = text.trim();
    let bytes: Option<Vec<u8>> = (digits.len() == 64 && digits.is_ascii())
        .then(|| {
            (0..32)
                .map(|n| u8::from_str_radix(&digits[2 * n..2 * n + 2], 16).ok())
                .collect()
        })
        .flatten();
    bytes
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| anyhow!("“{text}” không phải 64 chữ số hệ 16"))
}

async fn open(store: &Store, new: TakedownOpen) -> Result<()> {
    let mut attachment = new.attachment.as_deref().map(hash).transpose()?;
    if let Some(file) = &new.attachment_file {
        let bytes = fs::read(file).with_context(|| format!("không đọc được {}", file.display()))?;
        attachment = digest(&SHA256, &bytes).as_ref().try_into().ok();
    }
    let criteria = Criteria {
        message_id: new.message_id,
        content: new.content.as_deref().map(hash).transpose()?,
        attachment,
        sender: new.sender,
        from_at: new.from.as_deref().map(when::time).transpose()?,
        until_at: new.until.as_deref().map(when::time).transpose()?,
    };
    let actor = acting::actor(store, &new.who).await?;
    let case = NewTakedown {
        criteria,
        document: new.document,
        clause: new.clause,
        reason: new.reason,
        contact: new.contact,
        incident: new.incident.map(IncidentId),
    };
    let id = store
        .write(move |tx| cases::open(tx, &actor, &case))
        .await?;
    let found = find(store, id).await?;
    console::line(&format!(
        "Đã lập hồ sơ gỡ bỏ số {id}; tìm thấy {found} thư. Xem bản sao: congvu takedown preview {id}"
    ));
    Ok(())
}

fn show(found: &Preview) {
    console::line(&format!(
        "Hồ sơ số {}: {}. {} thư.",
        found.case.id,
        found.case.state.label(),
        found.messages.len()
    ));
    for (organisation, copies) in found.by_organisation() {
        console::line(&format!("{organisation}: {copies} bản sao"));
    }
    if !found.places.is_empty() {
        let columns = Columns::new(&[4, 4, 1, 1]);
        columns.line(&["HỘP THƯ", "THƯ MỤC", "BẢN", "ĐÃ MỞ"]);
        columns.rule();
        for place in &found.places {
            let (copies, seen) = (place.copies.to_string(), place.seen.to_string());
            columns.line(&[&place.address, &place.folder, &copies, &seen]);
        }
    }
    for out in &found.outgoing {
        let state = if out.sealed {
            "đã giữ"
        } else {
            "chờ gửi"
        };
        console::line(&format!("{state}: {} → {}", out.sender, out.address));
    }
}

/// Writes a package into a folder that is made for it: nothing is ever overwritten.
fn write(out: &Path, files: &cases::Package) -> Result<()> {
    if out.exists() {
        bail!("{} đã có; hãy nêu một thư mục mới", out.display());
    }
    fs::create_dir_all(out).with_context(|| format!("không tạo được {}", out.display()))?;
    for (name, bytes) in files {
        let path = out.join(name);
        fs::write(&path, bytes).with_context(|| format!("không ghi được {}", path.display()))?;
    }
    Ok(())
}

async fn list(store: &Store) -> Result<()> {
    let cases = store
        .read(|tx| takedown::page(tx, TakedownId(i64::MAX), 100))
        .await?;
    let columns = Columns::new(&[1, 2, 3, 3, 5]);
    columns.line(&["SỐ", "TRẠNG THÁI", "LẬP LÚC", "VĂN BẢN", "LÝ DO"]);
    columns.rule();
    for case in cases {
        let at = when::show(case.opened_at);
        columns.line(&[
            &case.id.to_string(),
            case.state.label(),
            &at,
            &case.document,
            &case.reason,
        ]);
    }
    Ok(())
}
