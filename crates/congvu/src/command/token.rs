//! `congvu token`

use anyhow::{Result, anyhow};
use congvu_governance::token::{self, Asked, Scope, Secret};
use congvu_regulation::Moment;
use congvu_store::Store;
use congvu_store::token::Token;

use crate::cli::TokenCommand;
use crate::console::{self, Columns};
use crate::{acting, directory};

pub(super) async fn run(store: &Store, command: TokenCommand) -> Result<()> {
    match command {
        TokenCommand::Issue {
            address,
            label,
            scopes,
            organisation,
            days,
            who,
        } => {
            let scopes = scopes
                .iter()
                .flat_map(|scopes| scopes.split([',', ' ']))
                .filter(|scope| !scope.is_empty())
                .map(|scope| Scope::parse(scope).ok_or_else(|| unknown(scope)))
                .collect::<Result<Vec<Scope>>>()?;
            let actor = acting::actor(store, &who).await?;
            let whose = directory::address(&address)?;
            let secret = Secret::generate();
            let shown = secret.clone();
            let id = directory::change(store, move |tx| {
                let account = directory::find(tx, &whose)?;
                let place = match &organisation {
                    Some(short) => Some(directory::place(tx, Some(short))?),
                    None => None,
                };
                let asked = Asked {
                    label: label.clone(),
                    scopes: scopes.clone(),
                    organisation: place,
                    days,
                };
                Ok(token::issue(tx, &actor, account.id, &asked, &secret)?)
            })
            .await?;
            console::line(&format!(
                "Mã truy cập số {id} của {address}, không xem lại được:"
            ));
            console::line(shown.reveal());
        }
        TokenCommand::List { address, who } => {
            let actor = acting::actor(store, &who).await?;
            let whose = directory::address(&address)?;
            let tokens = directory::change(store, move |tx| {
                let account = directory::find(tx, &whose)?;
                let tokens = token::list(tx, &actor, account.id)?;
                Ok((tokens, account.epoch, tx.now()))
            });
            list(&tokens.await?);
        }
        TokenCommand::Revoke { id, who } => {
            let actor = acting::actor(store, &who).await?;
            directory::change(store, move |tx| Ok(token::revoke(tx, &actor, id)?)).await?;
            console::line(&format!("Đã thu hồi mã truy cập số {id}."));
        }
    }
    Ok(())
}

fn unknown(scope: &str) -> anyhow::Error {
    let known: Vec<&str> = Scope::ALL.iter().map(|scope| scope.name()).collect();
    anyhow!("không có phạm vi “{scope}”; có: {}", known.join(", "))
}

fn list((tokens, epoch, now): &(Vec<Token>, i64, i64)) {
    if tokens.is_empty() {
        console::line("Chưa có mã truy cập nào.");
        return;
    }
    let columns = Columns::new(&[8, 30, 24, 12, 12, 16, 60]);
    columns.line(&[
        "Số",
        "Tên",
        "Người cấp",
        "Hết hạn",
        "Dùng gần nhất",
        "Hiệu lực",
        "Phạm vi",
    ]);
    columns.rule();
    for token in tokens {
        let day = |at: i64| Moment(at).date().to_string();
        let state = if token.revoked_at.is_some() {
            "đã thu hồi"
        } else if token.expires_at <= *now {
            "hết hạn"
        } else if token.epoch != *epoch {
            "đã chấm dứt"
        } else {
            "còn hiệu lực"
        };
        columns.line(&[
            &token.id.to_string(),
            &token.label,
            match token.issued_by.as_str() {
                "" => "chủ tài khoản",
                by => by,
            },
            &day(token.expires_at),
            &token.last_used_at.map_or_else(String::new, day),
            state,
            &token.scopes,
        ]);
    }
}
