//! `congvu group`

use anyhow::{Result, anyhow};
use congvu_message::address::Address;
use congvu_store::address::{Lookup, Target, lookup};
use congvu_store::group::{self, Member, NewGroup};
use congvu_store::{GroupId, Store, Tx, organisation};

use crate::cli::GroupCommand;
use crate::console;
use crate::directory;

pub(super) async fn run(store: &Store, command: GroupCommand) -> Result<()> {
    match command {
        GroupCommand::Add {
            address,
            name,
            posting,
        } => {
            let at = directory::address(&address)?;
            directory::change(store, move |tx| {
                let (local, domain_name) = at.lookup_key();
                let domain = organisation::domain(tx, &domain_name)?
                    .ok_or_else(|| anyhow!("hệ thống này không có tên miền {domain_name}"))?;
                let root = organisation::root(tx)?.ok_or_else(|| anyhow!("chưa có cơ quan nào"))?;
                let new = NewGroup {
                    organisation: root.id,
                    name: &name,
                    posting: &posting,
                    local_part: &local,
                    domain,
                };
                group::create(tx, &new)
                    .map_err(|_| anyhow!("địa chỉ {at} đã có người dùng hoặc đã từng được cấp"))
            })
            .await?;
            console::line(&format!("Đã thêm nhóm {address}."));
        }
        GroupCommand::Join { group, members } => {
            each(store, &group, members, group::add).await?;
            console::line(&format!("Đã thêm thành viên vào {group}."));
        }
        GroupCommand::Leave { group, members } => {
            each(store, &group, members, group::remove).await?;
            console::line(&format!("Đã bớt thành viên của {group}."));
        }
    }
    Ok(())
}

type MemberWork = fn(&mut Tx<'_>, GroupId, Member) -> congvu_store::StoreResult<()>;

async fn each(store: &Store, group: &str, members: Vec<String>, work: MemberWork) -> Result<()> {
    let group = directory::address(group)?;
    let members = members
        .iter()
        .map(|m| directory::address(m))
        .collect::<Result<Vec<_>>>()?;
    directory::change(store, move |tx| {
        let Target::Group { id, .. } = target(tx, &group)? else {
            return Err(anyhow!("{group} không phải nhóm thư"));
        };
        for member in &members {
            let member = match target(tx, member)? {
                Target::Mailbox(mailbox) => Member::Mailbox(mailbox.mailbox),
                Target::Group { id, .. } => Member::Group(id),
            };
            work(tx, id, member)?;
        }
        Ok(())
    })
    .await
}

fn target(tx: &mut Tx<'_>, address: &Address) -> Result<Target> {
    let (local, domain) = address.lookup_key();
    match lookup(tx, &local, &domain)? {
        Lookup::Found(target) => Ok(target),
        Lookup::NotOurs | Lookup::Unknown => {
            Err(anyhow!("không có địa chỉ {address} trong hệ thống"))
        }
    }
}
