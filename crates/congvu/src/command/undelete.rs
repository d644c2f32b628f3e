//! `congvu undelete`

use anyhow::{Result, anyhow, bail};
use congvu_governance::{Act, Action};
use congvu_message::address::Address;
use congvu_message::date;
use congvu_store::address::{self, Lookup, Target};
use congvu_store::removed::{self, Removed, RemovedFolder, RemovedId};
use congvu_store::{FolderId, MailboxId, Store, Tx, folder, mailbox};
use serde_json::json;

use crate::cli::UndeleteCommand;
use crate::{console, directory};

/// Messages brought back in one transaction.
const CHUNK: usize = 200;
/// Deleted folders in a list.
const FOLDERS: i64 = 1000;
const VIETNAM_MINUTES: i16 = 7 * 60;

pub(super) async fn run(store: &Store, command: UndeleteCommand) -> Result<()> {
    match command {
        UndeleteCommand::List {
            address,
            limit,
            before,
        } => list(store, directory::address(&address)?, limit, before).await,
        UndeleteCommand::Restore {
            address,
            ids,
            into,
            folder,
        } => {
            let who = directory::address(&address)?;
            match folder {
                Some(name) => restore_folder(store, who, name).await,
                None => restore(store, who, ids, into).await,
            }
        }
    }
}

fn find(tx: &mut Tx<'_>, who: &Address) -> Result<MailboxId> {
    let (local, domain) = who.lookup_key();
    match address::lookup(tx, &local, &domain)? {
        Lookup::Found(Target::Mailbox(target)) => Ok(target.mailbox),
        Lookup::Found(Target::Group { .. }) => bail!("{who} là một nhóm, không phải hộp thư"),
        Lookup::NotOurs | Lookup::Unknown => bail!(
            "không có hộp thư {who}; hộp thư đã bị xóa vĩnh viễn thì không lấy lại được gì (TQ.7.2, SL.7.2)"
        ),
    }
}

async fn list(store: &Store, who: Address, limit: i64, before: Option<String>) -> Result<()> {
    let before = before.map(|text| id(&text)).transpose()?;
    let (folders, messages) = directory::change(store, move |tx| {
        let mailbox = find(tx, &who)?;
        let folders = match before {
            None => removed::folders(tx, mailbox, FOLDERS)?,
            Some(_) => Vec::new(),
        };
        Ok((folders, removed::page(tx, mailbox, before, limit)?))
    })
    .await?;
    for folder in &folders {
        console::line(&folder_line(folder));
    }
    for message in &messages {
        console::line(&message_line(message));
    }
    if folders.is_empty() && messages.is_empty() {
        console::line("Không có gì để lấy lại.");
    }
    Ok(())
}

fn time(at: i64) -> String {
    date::imap(at.div_euclid(1000), VIETNAM_MINUTES)
}

fn folder_line(folder: &RemovedFolder) -> String {
    let RemovedFolder {
        name,
        messages,
        removed_at,
        ..
    } = folder;
    let line = format!(
        "thư mục «{name}»  {messages} thư  xóa lúc {}",
        time(*removed_at)
    );
    line.replace(char::is_control, " ")
}

fn message_line(message: &Removed) -> String {
    let gone = if message.folder_gone {
        " (thư mục đã xóa)"
    } else {
        ""
    };
    let line = format!(
        "{}  xóa lúc {}  trong «{}»{gone}  nhận {}  {} byte  {}",
        message.id,
        time(message.removed_at),
        message.folder,
        time(message.internal_at),
        message.size,
        message.subject
    );
    // What came from outside must not look like a line of its own.
    line.replace(char::is_control, " ")
}

fn id(text: &str) -> Result<RemovedId> {
    text.parse()
        .map_err(|_| anyhow!("«{text}» không phải mã của một thư đã xóa (congvu undelete list)"))
}

async fn restore(store: &Store, who: Address, ids: Vec<String>, into: String) -> Result<()> {
    let ids: Vec<RemovedId> = ids.iter().map(|text| id(text)).collect::<Result<_>>()?;
    let mut back = 0;
    for chunk in ids.chunks(CHUNK) {
        let (who, chunk, name) = (who.clone(), chunk.to_vec(), into.clone());
        back += directory::change(store, move |tx| {
            let mailbox = find(tx, &who)?;
            let folder = folder::find(tx, mailbox, &name)?
                .ok_or_else(|| anyhow!("hộp thư không có thư mục «{name}»"))?;
            let back = removed::restore(tx, mailbox, &chunk, folder.id)?.len();
            if back > 0 {
                record(tx, mailbox, &who, &name, back as u64)?;
            }
            Ok(back)
        })
        .await?;
    }
    console::line(&format!("Đã lấy lại {back} thư vào «{into}»."));
    if back < ids.len() {
        console::line(&format!(
            "{} thư không còn để lấy lại, hoặc đã được lấy lại trước đó.",
            ids.len() - back
        ));
    }
    Ok(())
}

async fn restore_folder(store: &Store, who: Address, name: String) -> Result<()> {
    let (asked, wanted) = (who.clone(), name.clone());
    let found: Option<FolderId> = directory::change(store, move |tx| {
        let mailbox = find(tx, &asked)?;
        let folders = removed::folders(tx, mailbox, FOLDERS)?;
        Ok(folders
            .iter()
            .find(|one| one.name == wanted)
            .map(|one| one.id))
    })
    .await?;
    let Some(id) = found else {
        bail!("hộp thư không có thư mục đã xóa nào tên «{name}» còn lấy lại được");
    };
    let mut back = 0;
    loop {
        let who = who.clone();
        let step = directory::change(store, move |tx| {
            let mailbox = find(tx, &who)?;
            let step = removed::restore_folder(tx, mailbox, id, CHUNK as i64)?;
            if !step.more || step.restored > 0 {
                record(tx, mailbox, &who, &step.name, step.restored)?;
            }
            Ok(step)
        })
        .await?;
        back += step.restored;
        if !step.more {
            break;
        }
    }
    console::line(&format!("Đã lấy lại thư mục «{name}» với {back} thư."));
    Ok(())
}

fn record(
    tx: &mut Tx<'_>,
    mailbox: MailboxId,
    who: &Address,
    folder: &str,
    messages: u64,
) -> Result<()> {
    let subject = format!("mailbox/{mailbox}");
    let mut act = Act::new(Action::MailRestore, subject, &who.to_string())
        .with(json!({ "folder": folder, "messages": messages }));
    if let Some(place) = mailbox::organisation(tx, mailbox)? {
        act = act.at(place);
    }
    Ok(congvu_governance::record(tx, &directory::actor(), &act)?)
}
