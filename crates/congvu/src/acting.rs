//! Who acts behind the command line: the user of the machine, or somebody who signs in with `--as`.
//!
//! Each try is in the record of sign-ins, as those by the network are, and too many wrong ones have to wait: that holds for
//! all who use the command line together, for the record is what is counted.

use anyhow::{Result, anyhow, bail};
use clap::Args;
use congvu_access::verify_password;
use congvu_governance::Actor;
use congvu_store::account::Account;
use congvu_store::audit::{self, Chain, Record};
use congvu_store::{AccountId, Store, StoreError, Tx};

use crate::directory;

/// `--as`
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct As {
    /// Làm việc này với tư cách người có địa chỉ này; mật khẩu đọc từ đầu vào chuẩn
    #[arg(id = "as", long = "as", value_name = "ĐỊA CHỈ")]
    pub(crate) address: Option<String>,
}

/// Wrong passwords are counted over this time (ms).
const WINDOW_MS: i64 = 15 * 60_000;
/// So many are let through.
const LIMIT: usize = 10;
/// So many records of an account are looked at: what its mail programs do lies between.
const LOOKED_AT: i64 = 500;
/// As the record names this way in.
const PROTOCOL: &str = "command-line";

/// Who acts. What needs a person (an order of two, a consent) is refused to the machine's administrators by its use case; they may
/// still do the rest.
pub(crate) async fn actor(store: &Store, who: &As) -> Result<Actor> {
    let Some(address) = &who.address else {
        return Ok(directory::actor());
    };
    let address = directory::address(address)?;
    let password = directory::password_from_stdin()?;
    let (account, wrong) = directory::change(store, {
        let address = address.clone();
        move |tx| {
            let account = directory::find(tx, &address)?;
            let wrong = wrong_ones(tx, account.id)?;
            Ok((account, wrong))
        }
    })
    .await?;
    if wrong >= LIMIT {
        note(store, &account, "throttled").await?;
        bail!("sai mật khẩu của {address} quá nhiều lần; hãy chờ 15 phút");
    }
    if account.disabled_at.is_some() || account.locked {
        note(store, &account, "locked").await?;
        bail!("tài khoản {address} đang bị khóa");
    }
    if account.must_change.is_some() {
        note(store, &account, "must_change").await?;
        bail!("tài khoản {address} phải đổi mật khẩu trước");
    }
    let phc = account
        .password
        .clone()
        .ok_or_else(|| anyhow!("tài khoản {address} không có mật khẩu"))?;
    let right = tokio::task::spawn_blocking(move || verify_password(&phc, &password)).await?;
    note(store, &account, if right { "ok" } else { "wrong" }).await?;
    if !right {
        bail!("sai mật khẩu của {address}");
    }
    Ok(Actor::signed_in(account.id, &account.login, ""))
}

/// How many wrong passwords were tried for an account by this way of late.
fn wrong_ones(tx: &mut Tx<'_>, account: AccountId) -> Result<usize> {
    let since = tx.now() - WINDOW_MS;
    let subject = format!("account/{account}");
    let recent = audit::of_subject(tx, Chain::SignIns, &subject, i64::MAX, LOOKED_AT)?;
    let wrong = recent
        .iter()
        .map(|recorded| &recorded.record)
        .filter(|record| {
            record.at >= since && record.action == "sign-in.wrong" && record.detail == detail()
        });
    Ok(wrong.count())
}

fn detail() -> String {
    format!("{{\"protocol\":\"{PROTOCOL}\"}}")
}

async fn note(store: &Store, account: &Account, outcome: &str) -> Result<()> {
    let record = Record {
        actor: account.login.clone(),
        actor_id: Some(account.id),
        action: format!("sign-in.{outcome}"),
        subject: format!("account/{}", account.id),
        subject_name: account.login.clone(),
        detail: detail(),
        ..Record::default()
    };
    let noted: Result<_, StoreError> = store
        .write(move |tx| {
            let record = Record {
                at: tx.now(),
                ..record.clone()
            };
            audit::add(tx, Chain::SignIns, &record)
        })
        .await;
    noted?;
    Ok(())
}
