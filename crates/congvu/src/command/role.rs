//! `congvu role`

use anyhow::Result;
use congvu_governance::{Role, rights};
use congvu_store::{Store, StoreError, organisation, role};

use crate::acting;
use crate::cli::{RoleCommand, RoleName};
use crate::console::{self, Columns};
use crate::directory;

pub(super) async fn run(store: &Store, command: RoleCommand) -> Result<()> {
    match command {
        RoleCommand::List => list(store).await,
        RoleCommand::Grant {
            address,
            role,
            organisation,
            document,
            who,
        } => {
            let actor = acting::actor(store, &who).await?;
            let whom = directory::address(&address)?;
            directory::change(store, move |tx| {
                let account = directory::find(tx, &whom)?;
                let place = directory::place(tx, Some(&organisation))?;
                let whom = (account.id, account.login.as_str());
                let document = document.document.as_deref();
                Ok(rights::grant(
                    tx,
                    &actor,
                    whom,
                    named(role),
                    place,
                    document,
                )?)
            })
            .await?;
            console::line(&format!("Đã giao cho {address}."));
            Ok(())
        }
        RoleCommand::End {
            address,
            role,
            organisation,
            document,
            who,
        } => {
            let actor = acting::actor(store, &who).await?;
            let whom = directory::address(&address)?;
            directory::change(store, move |tx| {
                let account = directory::find(tx, &whom)?;
                let place = directory::place(tx, Some(&organisation))?;
                let whom = (account.id, account.login.as_str());
                let document = document.document.as_deref();
                Ok(rights::end(tx, &actor, whom, named(role), place, document)?)
            })
            .await?;
            console::line(&format!("{address} thôi giữ vai trò này."));
            Ok(())
        }
    }
}

fn named(role: RoleName) -> Role {
    match role {
        RoleName::Decide => Role::Decide,
        RoleName::Operate => Role::Operate,
        RoleName::Forward => Role::Forward,
        RoleName::Ask => Role::Ask,
        RoleName::Audit => Role::Audit,
    }
}

async fn list(store: &Store) -> Result<()> {
    let grants = store.read(|tx| {
        let mut named = Vec::new();
        for grant in role::all(tx)? {
            let place = organisation::get(tx, grant.organisation)?;
            named.push((place.map_or_else(String::new, |place| place.name), grant));
        }
        Ok::<_, StoreError>(named)
    });
    let grants = grants.await?;
    if grants.is_empty() {
        console::line(
            "Chưa ai được giao vai trò: mọi việc do người quản trị máy làm. Giao vai trò: congvu role grant",
        );
        return Ok(());
    }
    let columns = Columns::new(&[40, 40, 24, 30]);
    columns.line(&["Tài khoản", "Cơ quan", "Vai trò", "Văn bản"]);
    columns.rule();
    for (place, grant) in grants {
        let label = Role::parse(&grant.role).map_or(&*grant.role, |role| role.label());
        columns.line(&[&grant.login, &place, label, &grant.document]);
    }
    Ok(())
}
