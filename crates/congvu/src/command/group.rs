//! `congvu group`

use anyhow::{Result, anyhow};
use congvu_governance::{Act, Action};
use congvu_message::address::Address;
use congvu_store::address::{Lookup, Target, lookup};
use congvu_store::group::{self, Member, NewGroup};
use congvu_store::{Store, Tx, organisation};
use serde_json::json;

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
                let made = group::create(tx, &new)
                    .map_err(|_| anyhow!("địa chỉ {at} đã có người dùng hoặc đã từng được cấp"))?;
                congvu_governance::directory::refresh_group(tx, made)?;
                let act = Act::new(Action::GroupAdd, format!("group/{made}"), &at.to_string())
                    .at(root.id)
                    .with(json!({ "name": name, "posting": posting }));
                Ok(congvu_governance::record(tx, &directory::actor(), &act)?)
            })
            .await?;
            console::line(&format!("Đã thêm nhóm {address}."));
        }
        GroupCommand::Join { group, members } => {
            each(store, &group, members, Action::GroupJoin).await?;
            console::line(&format!("Đã thêm thành viên vào {group}."));
        }
        GroupCommand::Leave { group, members } => {
            each(store, &group, members, Action::GroupLeave).await?;
            console::line(&format!("Đã bớt thành viên của {group}."));
        }
    }
    Ok(())
}

async fn each(store: &Store, group: &str, members: Vec<String>, action: Action) -> Result<()> {
    let group = directory::address(group)?;
    let members = members
        .iter()
        .map(|m| directory::address(m))
        .collect::<Result<Vec<_>>>()?;
    directory::change(store, move |tx| {
        let Target::Group { id, .. } = target(tx, &group)? else {
            return Err(anyhow!("{group} không phải nhóm thư"));
        };
        let place = group::place(tx, id)?;
        for address in &members {
            let member = match target(tx, address)? {
                Target::Mailbox(mailbox) => Member::Mailbox(mailbox.mailbox),
                Target::Group { id, .. } => Member::Group(id),
            };
            match action {
                Action::GroupLeave => group::remove(tx, id, member)?,
                _ => group::add(tx, id, member)?,
            }
            let act = Act::new(action, format!("group/{id}"), &group.to_string())
                .at(place)
                .with(json!({ "member": address.to_string() }));
            congvu_governance::record(tx, &directory::actor(), &act)?;
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
