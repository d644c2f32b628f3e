//! `congvu undelete`

use anyhow::{Result, anyhow, bail};
use congvu_governance::undelete::{self, Folder, Message};
use congvu_message::address::Address;
use congvu_message::date;
use congvu_store::address::{self, Lookup, Target};
use congvu_store::removed::RemovedId;
use congvu_store::{MailboxId, Store, Tx};

use crate::cli::UndeleteCommand;
use crate::{console, directory};

/// Messages brought back in one transaction.
const CHUNK: usize = 200;
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
    let found = directory::change(store, move |tx| {
        let mailbox = find(tx, &who)?;
        let actor = directory::actor();
        Ok(undelete::look(tx, &actor, mailbox, before, limit)?)
    })
    .await?;
    for folder in &found.folders {
        console::line(&folder_line(folder));
    }
    for message in &found.messages {
        console::line(&message_line(message));
    }
    if found.folders.is_empty() && found.count == 0 {
        console::line("Không có gì để lấy lại.");
        return Ok(());
    }
    console::note(&format!(
        "Cả hộp thư: {} thư còn lấy lại được, {} byte. Không hiện tiêu đề thư và tên thư mục của người khác; lần xem này được ghi lại \
         (BS.III.9).",
        found.count, found.bytes
    ));
    Ok(())
}

fn time(at: i64) -> String {
    date::imap(at.div_euclid(1000), VIETNAM_MINUTES)
}

fn folder_line(folder: &Folder) -> String {
    format!(
        "thư mục số {}  {} thư  xóa lúc {}",
        folder.id,
        folder.messages,
        time(folder.removed_at)
    )
}

fn message_line(message: &Message) -> String {
    let gone = if message.folder_gone {
        " (đã xóa)"
    } else {
        ""
    };
    format!(
        "{}  xóa lúc {}  thư mục số {}{gone}  nhận {}  {} byte",
        message.id,
        time(message.removed_at),
        message.folder,
        time(message.received_at),
        message.size,
    )
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
            let actor = directory::actor();
            Ok(undelete::messages(tx, &actor, mailbox, &chunk, &name)?)
        })
        .await?;
    }
    console::line(&format!("Đã lấy lại {back} thư vào «{into}»."));
    if back < ids.len() as u64 {
        console::line(&format!(
            "{} thư không còn để lấy lại, hoặc đã được lấy lại trước đó.",
            ids.len() as u64 - back
        ));
    }
    Ok(())
}

async fn restore_folder(store: &Store, who: Address, called: String) -> Result<()> {
    let (asked, wanted) = (who.clone(), called.clone());
    let id = directory::change(store, move |tx| {
        let mailbox = find(tx, &asked)?;
        let actor = directory::actor();
        Ok(undelete::folder_called(tx, &actor, mailbox, &wanted)?)
    })
    .await?;
    let mut back = 0;
    loop {
        let who = who.clone();
        let (restored, more) = directory::change(store, move |tx| {
            let mailbox = find(tx, &who)?;
            let actor = directory::actor();
            Ok(undelete::folder_step(
                tx,
                &actor,
                mailbox,
                id,
                CHUNK as i64,
            )?)
        })
        .await?;
        back += restored;
        if !more {
            break;
        }
    }
    console::line(&format!("Đã lấy lại thư mục «{called}» với {back} thư."));
    Ok(())
}
