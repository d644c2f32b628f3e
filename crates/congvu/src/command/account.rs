//! `congvu account`

use anyhow::{Result, anyhow, bail};
use congvu_access::{AppSecret, hash_password, verify_password};
use congvu_governance::mailbox::{self, PasswordRule};
use congvu_governance::{Act, Action, Actor, record};
use congvu_store::account::MustChange;
use congvu_store::address::{self, Holder};
use congvu_store::{Store, account, organisation};
use serde_json::json;

use super::org::{bytes_of, restart_for};
use crate::cli::AccountCommand;
use crate::console;
use crate::directory::{self, NewHolder};
use crate::profiles;

/// Accounts read in one transaction.
const PAGE: i64 = 500;

pub(super) async fn run(store: &Store, command: AccountCommand) -> Result<()> {
    match command {
        AccountCommand::Add {
            address,
            name,
            kind,
            organisation,
            role,
            password_stdin,
        } => {
            if !matches!(role.as_str(), "user" | "admin") {
                bail!("vai trò là user hoặc admin, không phải “{role}”");
            }
            let new = NewHolder {
                address: directory::address(&address)?,
                name,
                kind,
                organisation,
                role,
            };
            let holder = new.clone();
            let rule =
                directory::change(store, move |tx| directory::rule_of_new(tx, &holder)).await?;
            let (password, phc) = directory::password(password_stdin, &rule)?;
            let first = rule.is_changed_first().then_some(MustChange::Issued);
            directory::change(store, move |tx| {
                let id = directory::add(tx, &new, &phc, first)?;
                // It is told here, once.
                account::set_handed(tx, id).map_err(Into::into)
            })
            .await?;
            console::line(&format!("Đã thêm {address}."));
            if !password_stdin {
                console::line(&format!("Mật khẩu: {password}"));
            }
            changed_first(&rule, &address);
        }
        AccountCommand::List { after, limit, json } => list(store, after, limit, json).await?,
        AccountCommand::Password {
            address,
            password_stdin,
        } => {
            let who = directory::address(&address)?;
            let asked = who.clone();
            let rule = directory::change(store, move |tx| directory::rule_of(tx, &asked)).await?;
            let (password, phc) = directory::password(password_stdin, &rule)?;
            let first = rule.is_changed_first();
            directory::change(store, move |tx| {
                let found = directory::find(tx, &who)?;
                // A mailbox that nobody has opened yet stays a new one: its terms go on.
                let cause = match found.must_change {
                    Some(MustChange::Issued) => MustChange::Issued,
                    _ => MustChange::Reset,
                };
                account::set_password(tx, found.id, &phc, first.then_some(cause))?;
                let detail = json!({ "must_change": first });
                directory::record(tx, Action::PasswordSet, &found, None, detail)
            })
            .await?;
            console::line(&format!(
                "Đã đổi mật khẩu của {address}; các phiên đang mở đã kết thúc."
            ));
            if !password_stdin {
                console::line(&format!("Mật khẩu: {password}"));
            }
            changed_first(&rule, &address);
        }
        AccountCommand::OwnPassword { address } => own_password(store, &address).await?,
        AccountCommand::Disable { address } => {
            set_disabled(store, &address, true).await?;
            console::line(&format!(
                "{address} không đăng nhập được nữa; các phiên đang mở đã kết thúc."
            ));
        }
        AccountCommand::Enable { address } => {
            set_disabled(store, &address, false).await?;
            console::line(&format!("{address} đăng nhập lại được."));
        }
        AccountCommand::AppPassword { address, label } => {
            app_password(store, &address, label).await?;
        }
        AccountCommand::AppPasswords { address } => app_passwords(store, &address).await?,
        AccountCommand::RevokeAppPassword { address, id } => {
            let who = directory::address(&address)?;
            directory::change(store, move |tx| {
                let found = directory::find(tx, &who)?;
                account::revoke_app_password(tx, found.id, id)
                    .map_err(|_| anyhow!("{who} không có mật khẩu ứng dụng số {id}"))?;
                let detail = json!({ "app_password": id });
                directory::record(tx, Action::AppPasswordRevoke, &found, None, detail)
            })
            .await?;
            console::line(&format!(
                "Đã thu hồi mật khẩu ứng dụng số {id} của {address}."
            ));
        }
        AccountCommand::Alias { address, alias } => add_alias(store, &address, &alias).await?,
        AccountCommand::Quota {
            address,
            size,
            approved,
        } => {
            let bytes = bytes_of(&size)?;
            let who = directory::address(&address)?;
            directory::change(store, move |tx| {
                let id = directory::mailbox(tx, &who)?;
                let (law, actor) = (profiles::law(), directory::actor());
                Ok(mailbox::set_quota(
                    tx,
                    law,
                    &actor,
                    id,
                    bytes,
                    approved.as_deref(),
                )?)
            })
            .await?;
            console::line(&format!("Dung lượng của {address}: {size}."));
        }
        AccountCommand::Attachment {
            address,
            size,
            approved,
        } => {
            let bytes = size.as_deref().map(bytes_of).transpose()?;
            let who = directory::address(&address)?;
            directory::change(store, move |tx| {
                let id = directory::mailbox(tx, &who)?;
                let (law, actor) = (profiles::law(), directory::actor());
                let approved = approved.as_deref();
                Ok(mailbox::set_attachment(
                    tx, law, &actor, id, bytes, approved,
                )?)
            })
            .await?;
            console::line(&match size {
                Some(size) => format!("Tệp đính kèm mỗi thư của {address}: {size}."),
                None => format!("Tệp đính kèm mỗi thư của {address}: theo cơ quan hoặc quy chế."),
            });
            restart_for(bytes);
        }
    }
    Ok(())
}

/// Says that the password just told serves once.
fn changed_first(rule: &PasswordRule, address: &str) {
    if rule.is_changed_first() {
        console::line(&format!(
            "Người dùng phải đổi mật khẩu này trước khi dùng hộp thư: congvu account own-password {address}"
        ));
    }
}

/// The holder gives the password in use and chooses another.
async fn own_password(store: &Store, address: &str) -> Result<()> {
    let (old, new) = (
        directory::password_from_stdin()?,
        directory::password_from_stdin()?,
    );
    let who = directory::address(address)?;
    let (found, rule) = directory::change(store, {
        let who = who.clone();
        move |tx| Ok((directory::find(tx, &who)?, directory::rule_of(tx, &who)?))
    })
    .await?;
    if found.disabled_at.is_some() || found.locked {
        bail!("tài khoản {who} đang bị khóa");
    }
    let asked = found.password.clone().unwrap_or_default();
    let right = tokio::task::spawn_blocking(move || verify_password(&asked, &old)).await?;
    if !right {
        bail!("sai mật khẩu đang dùng của {who}");
    }
    directory::accepted(&rule, &new)?;
    let phc = hash_password(&new);
    directory::change(store, move |tx| {
        // Somebody else may have set another meanwhile: then what was typed was not its password.
        if directory::find(tx, &who)?.password != found.password {
            bail!("mật khẩu của {who} vừa được đặt lại; hãy làm lại");
        }
        account::set_password(tx, found.id, &phc, None)?;
        let by = Actor::signed_in(found.id, &found.login, "");
        let mut act = Act::new(
            Action::PasswordChange,
            format!("account/{}", found.id),
            &found.login,
        );
        act.organisation = account::place(tx, found.id)?.map(|(place, _)| place);
        Ok(record(tx, &by, &act)?)
    })
    .await?;
    console::line("Đã đổi mật khẩu; các phiên đang mở đã kết thúc.");
    Ok(())
}

async fn list(store: &Store, mut after: String, limit: usize, as_json: bool) -> Result<()> {
    let mut shown = 0;
    loop {
        let from = after.clone();
        let page = store.read(move |tx| account::page(tx, &from, PAGE)).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.login.clone();
        for account in page {
            if limit > 0 && shown == limit {
                return Ok(());
            }
            shown += 1;
            if as_json {
                let line = json!({
                    "address": account.login, "name": account.name, "kind": account.kind, "role": account.role,
                    "disabled": account.disabled, "used_bytes": account.used, "quota_bytes": account.quota,
                });
                console::line(&line.to_string());
            } else {
                console::line(&format!(
                    "{:<44} {:<9} {:>6}/{} MB{}  {}",
                    account.login,
                    if account.kind == "unit" {
                        "cơ quan"
                    } else {
                        "cá nhân"
                    },
                    account.used >> 20,
                    account.quota >> 20,
                    if account.disabled {
                        "  không đăng nhập được"
                    } else {
                        ""
                    },
                    account.name,
                ));
            }
        }
    }
}

async fn set_disabled(store: &Store, address: &str, disabled: bool) -> Result<()> {
    let who = directory::address(address)?;
    directory::change(store, move |tx| {
        let found = directory::find(tx, &who)?;
        account::set_disabled(tx, found.id, disabled)?;
        let action = if disabled {
            Action::AccountDisable
        } else {
            Action::AccountEnable
        };
        let detail = json!({ "before": found.disabled_at.is_some(), "after": disabled });
        directory::record(tx, action, &found, None, detail)
    })
    .await
}

async fn app_password(store: &Store, address: &str, label: String) -> Result<()> {
    let who = directory::address(address)?;
    let secret = AppSecret::generate();
    let stored = secret.clone();
    directory::change(store, move |tx| {
        let found = directory::find(tx, &who)?;
        stored.store(tx, found.id, &found.scram_salt, &label)?;
        let detail = json!({ "label": label });
        directory::record(tx, Action::AppPasswordAdd, &found, None, detail)
    })
    .await?;
    console::line(&format!(
        "Mật khẩu ứng dụng (chỉ hiện một lần): {}",
        secret.reveal()
    ));
    Ok(())
}

async fn app_passwords(store: &Store, address: &str) -> Result<()> {
    let who = directory::address(address)?;
    let known = directory::change(store, move |tx| {
        let found = directory::find(tx, &who)?;
        Ok(account::app_passwords(tx, found.id)?)
    })
    .await?;
    for app in known {
        console::line(&format!("{}  {}", app.id, app.label));
    }
    Ok(())
}

async fn add_alias(store: &Store, address: &str, alias: &str) -> Result<()> {
    let (who, other) = (directory::address(address)?, directory::address(alias)?);
    directory::change(store, move |tx| {
        let found = directory::find(tx, &who)?;
        let mailbox = found
            .mailbox
            .ok_or_else(|| anyhow!("{who} không có hộp thư"))?;
        let (local, domain) = other.lookup_key();
        let domain = organisation::domain(tx, &domain)?
            .ok_or_else(|| anyhow!("hệ thống này không có tên miền của {other}"))?;
        address::create(tx, domain, &local, "alias", Holder::Mailbox(mailbox))
            .map_err(|_| anyhow!("địa chỉ {other} đã có người dùng hoặc đã từng được cấp"))?;
        let detail = json!({ "alias": other.to_string() });
        directory::record(tx, Action::AliasAdd, &found, None, detail)
    })
    .await?;
    console::line(&format!("Thư gửi {alias} đến hộp thư {address}."));
    Ok(())
}
