//! `congvu identity`

use anyhow::{Result, anyhow};
use congvu_governance::identity::{self, Platform, scim};
use congvu_governance::{Actor, Refused, request};
use congvu_store::identity::{Identity, Standing};
use congvu_store::{PersonId, Store, Tx, identity as stored, mailbox};

use crate::cli::IdentityCommand;
use crate::profiles::law;
use crate::{acting, console, directory};

pub(super) async fn run(store: &Store, command: IdentityCommand) -> Result<()> {
    match command {
        IdentityCommand::Show { name, json, who } => {
            let actor = acting::actor(store, &who).await?;
            let found = directory::change(store, move |tx| Ok(find(tx, &actor, &name)?)).await?;
            if json {
                console::line(&scim::user(&found, "").to_string());
            } else {
                show(&found);
            }
        }
        IdentityCommand::Give {
            address,
            account,
            mail_only,
            document,
            who,
        } => {
            let actor = acting::actor(store, &who).await?;
            let platform = Platform { account, mail_only };
            let account = directory::change(store, move |tx| {
                let mailbox = request::find(tx, &address)?;
                let person = mailbox::person(tx, mailbox)?
                    .ok_or_else(|| anyhow!("{address} không phải hộp thư của một cá nhân"))?;
                let document = document.document.as_deref();
                Ok(identity::give(
                    tx,
                    law(),
                    &actor,
                    person,
                    &platform,
                    document,
                )?)
            })
            .await?;
            console::line(&format!("Tài khoản Chính quyền điện tử: {account}"));
        }
    }
    Ok(())
}

/// Who has an account, or an address.
pub(super) fn find(tx: &mut Tx<'_>, actor: &Actor, name: &str) -> Result<Identity, Refused> {
    let missing = || Refused::missing(format!("Không có người dùng {name}."));
    let person: Option<PersonId> = if name.contains('@') {
        let mailbox = request::find(tx, name)?;
        mailbox::person(tx, mailbox)?
    } else {
        stored::by_account(tx, &name.trim().to_ascii_lowercase())?
    };
    identity::look(tx, actor, person.ok_or_else(missing)?)
}

fn show(found: &Identity) {
    console::line(&found.names.join(" ").replace("  ", " "));
    let account = match (&found.account, found.usable) {
        (None, _) => "chưa có".to_owned(),
        (Some(account), true) => account.clone(),
        (Some(account), false) => format!("{account} (chỉ dùng thư, để đồng bộ; QN.5.2)"),
    };
    console::line(&format!("Tài khoản Chính quyền điện tử: {account}"));
    let standing = match found.standing {
        Standing::None => "chưa có",
        Standing::Active => "đang dùng",
        Standing::Locked => "tạm khóa",
        Standing::Revoked => "đã thu hồi",
        Standing::Deleted => "đã xóa",
    };
    let address = found.address.as_deref().unwrap_or_default();
    console::line(&format!("Hộp thư: {address} {standing}"));
    console::line(&format!("{}; {}", found.title, found.place));
}
