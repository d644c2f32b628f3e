//! Who acts behind the command line: the user of the machine, or somebody who signs in with `--as`.

use anyhow::{Result, anyhow, bail};
use clap::Args;
use congvu_access::verify_password;
use congvu_governance::Actor;
use congvu_store::Store;

use crate::directory;

/// `--as`
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct As {
    /// Làm việc này với tư cách người có địa chỉ này; mật khẩu đọc từ đầu vào chuẩn
    #[arg(id = "as", long = "as", value_name = "ĐỊA CHỈ")]
    pub(crate) address: Option<String>,
}

/// Who acts. What needs a person (an order of two, a consent) is refused to the machine's administrators by its use case; they may
/// still do the rest.
pub(crate) async fn actor(store: &Store, who: &As) -> Result<Actor> {
    let Some(address) = &who.address else {
        return Ok(directory::actor());
    };
    let address = directory::address(address)?;
    let password = directory::password_from_stdin()?;
    let account = directory::change(store, {
        let address = address.clone();
        move |tx| directory::find(tx, &address)
    })
    .await?;
    if account.disabled_at.is_some() || account.locked {
        bail!("tài khoản {address} đang bị khóa");
    }
    if account.must_change.is_some() {
        bail!("tài khoản {address} phải đổi mật khẩu trước");
    }
    let phc = account
        .password
        .ok_or_else(|| anyhow!("tài khoản {address} không có mật khẩu"))?;
    let right = tokio::task::spawn_blocking(move || verify_password(&phc, &password)).await?;
    if !right {
        bail!("sai mật khẩu của {address}");
    }
    Ok(Actor::signed_in(account.id, &account.login, ""))
}
