//! `congvu group`

use anyhow::{Result, anyhow};
use congvu_governance::group::{self as groups, Registration};
use congvu_message::address::Address;
use congvu_store::address::{Lookup, Target, lookup};
use congvu_store::group::Member;
use congvu_store::{GroupId, Store, Tx, group_list, organisation};

use crate::cli::GroupCommand;
use crate::{console, directory, profiles};

pub(super) async fn run(store: &Store, command: GroupCommand) -> Result<()> {
    match command {
        GroupCommand::Add {
            address,
            name,
            organisation,
            posting,
            document,
        } => {
            let address = address.as_deref().map(directory::address).transpose()?;
            let made = directory::change(store, move |tx| {
                let place = directory::place(tx, organisation.as_deref())?;
                let address = match &address {
                    Some(address) => {
                        let (local, domain) = address.lookup_key();
                        let found = organisation::domain(tx, &domain)?
                            .ok_or_else(|| anyhow!("hệ thống này không có tên miền {domain}"))?;
                        Some((found, local))
                    }
                    None => None,
                };
                let new = Registration {
                    organisation: place,
                    name: name.clone(),
                    posting: posting.clone(),
                    address,
                };
                let (law, actor) = (profiles::law(), directory::actor());
                Ok(groups::register(tx, law, &actor, &new, document.as_deref())?.1)
            })
            .await?;
            console::line(&format!("Đã thêm nhóm {made}."));
        }
        GroupCommand::Join { group, members } => {
            each(store, &group, members, true).await?;
            console::line(&format!("Đã thêm thành viên vào {group}."));
        }
        GroupCommand::Leave { group, members } => {
            each(store, &group, members, false).await?;
            console::line(&format!("Đã bớt thành viên của {group}."));
        }
        GroupCommand::Change {
            group,
            name,
            posting,
            document,
        } => {
            let address = directory::address(&group)?;
            directory::change(store, move |tx| {
                let id = group_at(tx, &address)?;
                let was =
                    group_list::get(tx, id)?.ok_or_else(|| anyhow!("không có nhóm thư này"))?;
                let name = name.as_deref().unwrap_or(&was.name);
                let posting = posting.as_deref().unwrap_or(&was.posting);
                let actor = directory::actor();
                Ok(groups::change(
                    tx,
                    &actor,
                    id,
                    (name, posting),
                    document.as_deref(),
                )?)
            })
            .await?;
            console::line(&format!("Đã đổi nhóm {group}."));
        }
        GroupCommand::End { group, document } => {
            let address = directory::address(&group)?;
            directory::change(store, move |tx| {
                let id = group_at(tx, &address)?;
                Ok(groups::end(
                    tx,
                    &directory::actor(),
                    id,
                    document.as_deref(),
                )?)
            })
            .await?;
            console::line(&format!("Đã chấm dứt nhóm {group}."));
        }
    }
    Ok(())
}

fn group_at(tx: &mut Tx<'_>, address: &Address) -> Result<GroupId> {
    match target(tx, address)? {
        Target::Group { id, .. } => Ok(id),
        Target::Mailbox(_) => Err(anyhow!("{address} không phải nhóm thư")),
    }
}

async fn each(store: &Store, group: &str, members: Vec<String>, is_in: bool) -> Result<()> {
    let group = directory::address(group)?;
    let members = members
        .iter()
        .map(|m| directory::address(m))
        .collect::<Result<Vec<_>>>()?;
    directory::change(store, move |tx| {
        let id = group_at(tx, &group)?;
        let (actor, named) = (directory::actor(), group.to_string());
        for address in &members {
            let member = match target(tx, address)? {
                Target::Mailbox(mailbox) => Member::Mailbox(mailbox.mailbox),
                Target::Group { id, .. } => Member::Group(id),
            };
            let member = (member, &*address.to_string());
            groups::set_member(tx, &actor, (id, &named), member, is_in)?;
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
