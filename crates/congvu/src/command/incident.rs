//! `congvu incident`

use anyhow::{Result, anyhow};
use congvu_governance::incident::{self, Kind, NewReport, Place, State};
use congvu_store::{IncidentId, MailboxId, Store, folder, incident as store_incident};

use super::when;
use crate::acting;
use crate::cli::IncidentCommand;
use crate::console::{self, Columns};
use crate::directory;
use crate::profiles::law;

async fn mailbox(store: &Store, text: &str) -> Result<MailboxId> {
    let address = directory::address(text)?;
    let found = directory::change(store, {
        let address = address.clone();
        move |tx| directory::find(tx, &address)
    });
    found
        .await?
        .mailbox
        .ok_or_else(|| anyhow!("{address} không có hộp thư"))
}

pub(super) async fn run(store: &Store, command: IncidentCommand) -> Result<()> {
    match command {
        IncidentCommand::Report {
            kind,
            mailbox: of,
            description,
            who,
        } => {
            let kind = Kind::parse(&kind).ok_or_else(|| anyhow!("không có loại sự cố “{kind}”"))?;
            let concerned = match of {
                Some(address) => Some(mailbox(store, &address).await?),
                None => None,
            };
            let actor = acting::actor(store, &who).await?;
            let id = store
                .write(move |tx| {
                    let new = NewReport {
                        kind,
                        place: None,
                        mailbox: concerned,
                        description: &description,
                        happened_at: None,
                    };
                    incident::report(tx, law(), &actor, &new)
                })
                .await?;
            console::line(&format!("Đã ghi sự cố số {id}."));
        }
        IncidentCommand::Secret {
            mailbox: of,
            folder: name,
            uid,
            authority,
            who,
        } => {
            let of = mailbox(store, &of).await?;
            let actor = acting::actor(store, &who).await?;
            let wanted = name.clone();
            let folder = store
                .read(move |tx| folder::find(tx, of, &wanted))
                .await?
                .ok_or_else(|| anyhow!("hộp thư không có thư mục {name}"))?;
            let at = Place {
                mailbox: of,
                folder: folder.id,
                uid,
            };
            let id = store
                .write(move |tx| {
                    incident::report_secret(tx, law(), &actor, at, authority.as_deref())
                })
                .await?;
            console::line(&format!(
                "Đã ghi sự cố số {id} và báo thủ trưởng, cơ quan quản lý, cơ quan gửi. Mã nội dung để lập hồ sơ gỡ bỏ: \
                 congvu incident show {id}"
            ));
        }
        IncidentCommand::Step {
            incident: id,
            state,
            note,
            who,
        } => {
            let to =
                State::parse(&state).ok_or_else(|| anyhow!("không có trạng thái “{state}”"))?;
            let actor = acting::actor(store, &who).await?;
            let id = IncidentId(id);
            store
                .write(move |tx| incident::advance(tx, &actor, id, to, &note))
                .await?;
            console::line(&format!("Sự cố số {id}: {}.", to.label()));
        }
        IncidentCommand::Show { incident: id } => show(store, IncidentId(id)).await?,
        IncidentCommand::List { state } => list(store, state).await?,
    }
    Ok(())
}

fn label(state: &str) -> String {
    State::parse(state).map_or_else(|| state.to_owned(), |known| known.label().to_owned())
}

fn kind_label(kind: &str) -> String {
    Kind::parse(kind).map_or_else(|| kind.to_owned(), |known| known.label().to_owned())
}

async fn show(store: &Store, id: IncidentId) -> Result<()> {
    let (found, steps) = store
        .read(move |tx| {
            let found = store_incident::get(tx, id)?;
            Ok::<_, congvu_store::StoreError>((found, store_incident::steps(tx, id)?))
        })
        .await?;
    let found = found.ok_or_else(|| anyhow!("không có sự cố số {id}"))?;
    let kind = kind_label(&found.kind);
    console::line(&format!("Sự cố số {id}: {kind} ({})", label(&found.state)));
    console::line(&format!("Xảy ra: {}", when::show(found.happened_at)));
    console::line(&format!("Người báo: {}", found.told_by));
    if !found.clause.is_empty() {
        console::line(&format!("Căn cứ: {}", found.clause));
    }
    console::line(&found.description);
    if !found.data.is_empty() {
        console::line(&found.data);
    }
    for step in steps {
        let at = when::show(step.at);
        console::line(&format!(
            "{at}  {}  {}  {}",
            label(&step.state),
            step.actor,
            step.note
        ));
    }
    Ok(())
}

async fn list(store: &Store, state: Option<String>) -> Result<()> {
    let found = store
        .read(move |tx| store_incident::page(tx, state.as_deref(), IncidentId(i64::MAX), 100))
        .await?;
    let columns = Columns::new(&[1, 2, 3, 3, 6]);
    columns.line(&["SỐ", "TRẠNG THÁI", "BÁO LÚC", "LOẠI", "MÔ TẢ"]);
    columns.rule();
    for one in found {
        let kind = kind_label(&one.kind);
        let at = when::show(one.reported_at);
        columns.line(&[
            &one.id.to_string(),
            &label(&one.state),
            &at,
            &kind,
            &one.description,
        ]);
    }
    Ok(())
}
