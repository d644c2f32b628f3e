//! What the command line does to the directory: the first faces of use cases that the console
//! will share.

use anyhow::{Context, Result, anyhow, bail};
use congvu_access::hash_password;
use congvu_message::address::Address;
use congvu_regulation::profile;
use congvu_store::account::{self, Account, NewAccount};
use congvu_store::mailbox::{self, NewMailbox};
use congvu_store::{
    AccountId, DomainId, OrganisationId, Store, StoreError, Tx, organisation, random,
};

use crate::cli::MailboxKind;

/// A new account with its mailbox.
#[derive(Clone, Debug)]
pub(crate) struct NewHolder {
    pub(crate) address: Address,
    pub(crate) name: String,
    pub(crate) kind: MailboxKind,
    pub(crate) organisation: Option<String>,
    pub(crate) role: String,
}

/// Reads an address a person typed.
pub(crate) fn address(text: &str) -> Result<Address> {
    Address::parse(text).map_err(|error| anyhow!("“{text}” không phải địa chỉ thư: {error}"))
}

/// A password no one could guess, of letters that can be read aloud, with each kind of character
/// that the profiles ask for (QN.15.1, TQ.6.2, HCM.8.3.a, SL.6.2).
pub(crate) fn random_password() -> String {
    const SETS: [&[u8]; 4] = [
        b"abcdefghijkmnpqrstuvwxyz",
        b"ABCDEFGHJKLMNPQRSTUVWXYZ",
        b"23456789",
        b"@#%*&",
    ];
    let bytes = random::<16>();
    // Three of each of the first sets and one mark, in a fixed pattern: 12 random letters and
    // digits hold more than 60 bits.
    const PATTERN: [usize; 13] = [1, 0, 0, 0, 2, 3, 0, 1, 0, 2, 0, 1, 2];
    PATTERN
        .iter()
        .zip(bytes)
        .map(|(set, byte)| char::from(SETS[*set][usize::from(byte) % SETS[*set].len()]))
        .collect()
}

/// The domain of an address, which must be one of ours.
fn domain(tx: &mut Tx<'_>, address: &Address) -> Result<DomainId> {
    let (_, name) = address.lookup_key();
    organisation::domain(tx, &name)?.ok_or_else(|| anyhow!("hệ thống này không có tên miền {name}"))
}

fn place(tx: &mut Tx<'_>, short_name: Option<&str>) -> Result<OrganisationId> {
    let found = match short_name {
        Some(short) => organisation::by_short_name(tx, short)?
            .ok_or_else(|| anyhow!("không có cơ quan viết tắt là “{short}”"))?,
        None => organisation::root(tx)?
            .ok_or_else(|| anyhow!("chưa có cơ quan nào; hãy chạy congvu init"))?,
    };
    Ok(found.id)
}

/// Quota of a new mailbox by the profile in force at its place (QN.8.1, BS.6, HCM.4.2).
fn quota(tx: &mut Tx<'_>, place: OrganisationId, kind: MailboxKind) -> Result<u64> {
    let kind = match kind {
        MailboxKind::Personal => congvu_regulation::MailboxKind::Personal,
        MailboxKind::Unit => congvu_regulation::MailboxKind::Unit,
    };
    let id = organisation::profile(tx, place)?;
    let found = id.as_deref().and_then(profile);
    Ok(found.map_or(1000 << 20, |profile| profile.quota(kind).value))
}

/// Adds an account and its mailbox; `phc` is its hashed password.
pub(crate) fn add(tx: &mut Tx<'_>, new: &NewHolder, phc: &str) -> Result<AccountId> {
    let domain = domain(tx, &new.address)?;
    let place = place(tx, new.organisation.as_deref())?;
    let quota = quota(tx, place, new.kind)?;
    let (local, domain_name) = new.address.lookup_key();
    let login = format!("{local}@{domain_name}");
    let account = account::create(
        tx,
        &NewAccount {
            login: &login,
            organisation: place,
            person: None,
            role: &new.role,
            password: Some(phc),
            must_change: false,
        },
    );
    let account = account.map_err(|error| taken(error, &login))?;
    mailbox::create(
        tx,
        &NewMailbox {
            kind: new.kind.name(),
            organisation: place,
            account: Some(account),
            person: None,
            name: &new.name,
            quota,
            local_part: &local,
            domain,
        },
    )
    .map_err(|error| taken(error, &login))?;
    Ok(account)
}

fn taken(error: StoreError, login: &str) -> anyhow::Error {
    match error {
        StoreError::Conflict(_) => anyhow!(
            "địa chỉ {login} đã có người dùng hoặc đã từng được cấp; địa chỉ đã thôi dùng không cấp lại cho người khác"
        ),
        error => error.into(),
    }
}

/// The account that signs in with an address.
pub(crate) fn find(tx: &mut Tx<'_>, address: &Address) -> Result<Account> {
    let (local, domain) = address.lookup_key();
    account::by_login(tx, &format!("{local}@{domain}"))?
        .ok_or_else(|| anyhow!("không có tài khoản {address}"))
}

/// Runs a change and gives errors of any kind back.
pub(crate) async fn change<T: Send + 'static>(
    store: &Store,
    mut work: impl FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    let done: Result<T, Failed> = store.write(move |tx| work(tx).map_err(Failed)).await;
    done.map_err(|failed| failed.0)
}

/// `anyhow` as an error of the store's closures.
struct Failed(anyhow::Error);

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self(error.into())
    }
}

/// Reads the first line of standard input as a password.
pub(crate) fn password_from_stdin() -> Result<String> {
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .context("không đọc được mật khẩu từ đầu vào chuẩn")?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("mật khẩu trên đầu vào chuẩn bị trống");
    }
    Ok(password.to_owned())
}

/// A given or a fresh password, and its hash.
pub(crate) fn password(from_stdin: bool) -> Result<(String, String)> {
    let password = if from_stdin {
        password_from_stdin()?
    } else {
        random_password()
    };
    let phc = hash_password(&password);
    Ok((password, phc))
}

#[cfg(test)]
mod tests {
    #[test]
    fn random_passwords_have_every_kind_of_character() {
        for _ in 0..50 {
            let password = super::random_password();
            assert_eq!(password.len(), 13);
            assert!(password.chars().any(|c| c.is_ascii_lowercase()));
            assert!(password.chars().any(|c| c.is_ascii_uppercase()));
            assert!(password.chars().any(|c| c.is_ascii_digit()));
            assert!(password.chars().any(|c| "@#%*&".contains(c)));
        }
    }
}
