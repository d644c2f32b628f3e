//! What the command line does to the directory: the first faces of use cases that the console
//! will share.

use anyhow::{Context, Result, anyhow, bail};
use congvu_access::{hash_password, verify_password};
use congvu_governance::mailbox::PasswordRule;
use congvu_governance::organisation::quota_given;
use congvu_governance::{Act, Action, Actor};
use congvu_message::address::Address;
use congvu_store::account::{self, Account, MustChange, NewAccount};
use congvu_store::mailbox::{self, NewMailbox};
use congvu_store::{
    AccountId, DomainId, MailboxId, OrganisationId, Store, StoreError, Tx, organisation,
};
use serde_json::json;

use crate::cli::MailboxKind;
use crate::profiles;

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

/// What the password of a mailbox that is still to be made must be like.
pub(crate) fn rule_of_new(tx: &mut Tx<'_>, new: &NewHolder) -> Result<PasswordRule> {
    let place = place(tx, new.organisation.as_deref())?;
    let (local, _) = new.address.lookup_key();
    let names = (local.as_str(), new.name.as_str());
    Ok(PasswordRule::at(tx, profiles::law(), place, names)?)
}

/// What the password of an account must be like.
pub(crate) fn rule_of(tx: &mut Tx<'_>, who: &Address) -> Result<PasswordRule> {
    let id = find(tx, who)?.id;
    Ok(PasswordRule::of(tx, profiles::law(), id)?)
}

/// The domain of an address, which must be one of ours.
fn domain(tx: &mut Tx<'_>, address: &Address) -> Result<DomainId> {
    let (_, name) = address.lookup_key();
    organisation::domain(tx, &name)?.ok_or_else(|| anyhow!("hệ thống này không có tên miền {name}"))
}

pub(crate) fn place(tx: &mut Tx<'_>, short_name: Option<&str>) -> Result<OrganisationId> {
    let found = match short_name {
        Some(short) => organisation::by_short_name(tx, short)?
            .ok_or_else(|| anyhow!("không có cơ quan viết tắt là “{short}”"))?,
        None => organisation::root(tx)?
            .ok_or_else(|| anyhow!("chưa có cơ quan nào; hãy chạy congvu init"))?,
    };
    Ok(found.id)
}

/// Quota of a new mailbox: what is set at its place, else what the profile there gives (QN.8.1, BS.6, HCM.4.2, TQ.9.2, SL.11.2).
fn quota(tx: &mut Tx<'_>, place: OrganisationId, kind: MailboxKind) -> Result<u64> {
    let kind = match kind {
        MailboxKind::Personal => congvu_regulation::MailboxKind::Personal,
        MailboxKind::Unit => congvu_regulation::MailboxKind::Unit,
    };
    let id = organisation::profile(tx, place)?;
    Ok(match id.as_deref().and_then(profiles::find) {
        Some(profile) => quota_given(tx, profile, place, kind)?.0,
        None => 1000 << 20,
    })
}

/// The mailbox of an account.
pub(crate) fn mailbox(tx: &mut Tx<'_>, who: &Address) -> Result<MailboxId> {
    let account = find(tx, who)?;
    account
        .mailbox
        .ok_or_else(|| anyhow!("{who} không có hộp thư"))
}

/// Who uses the command line, as the kernel knows it: the user it runs as, and who signed in to the machine where
/// that is another (behind `sudo`). What the environment says anybody can set, so it is given as a claim.
pub(crate) fn actor() -> Actor {
    use std::os::unix::fs::MetadataExt;
    let runs_as = std::fs::metadata("/proc/self").map(|own| own.uid()).ok();
    let signed_in = std::fs::read_to_string("/proc/self/loginuid")
        .ok()
        .and_then(|uid| uid.trim().parse().ok())
        .filter(|uid| *uid != u32::MAX && Some(*uid) != runs_as);
    let mut name = runs_as.map_or_else(|| "?".to_owned(), user);
    if let Some(uid) = signed_in {
        name.push_str(&format!(" signed in as {}", user(uid)));
    }
    let claimed = std::env::var("SUDO_USER").ok();
    if let Some(claimed) = claimed.filter(|_| signed_in.is_none()) {
        name.push_str(&format!(
            " claims to be {}",
            claimed.replace(char::is_control, " ")
        ));
    }
    Actor::console(&name)
}

/// The name of a user of the machine, or the number where it has none.
fn user(uid: u32) -> String {
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    });
    named.unwrap_or_else(|| uid.to_string())
}

/// Records what is done to an account, in the same transaction.
pub(crate) fn record(
    tx: &mut Tx<'_>,
    action: Action,
    account: &Account,
    document: Option<&str>,
    detail: serde_json::Value,
) -> Result<()> {
    let subject = format!("account/{}", account.id);
    let mut act = Act::new(action, subject, &account.login)
        .by_document(document)
        .with(detail);
    if let Some((place, _)) = account::place(tx, account.id)? {
        act = act.at(place);
    }
    Ok(congvu_governance::record(tx, &actor(), &act)?)
}

/// Adds an account and its mailbox; `phc` is its hashed password, which its holder must change first where `must_change` says why.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    new: &NewHolder,
    phc: &str,
    must_change: Option<MustChange>,
) -> Result<AccountId> {
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
            must_change,
        },
    );
    let account = account.map_err(|error| taken(error, &login))?;
    let mailbox = mailbox::create(
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
    congvu_governance::directory::refresh(tx, mailbox)?;
    let act = Act::new(Action::AccountAdd, format!("account/{account}"), &login)
        .at(place)
        .with(json!({
            "name": new.name, "kind": new.kind.name(), "role": new.role, "quota_bytes": quota,
            "must_change": must_change.is_some(),
        }));
    congvu_governance::record(tx, &actor(), &act)?;
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

/// Refuses a password that does not follow the rule, with everything that is wrong with it.
pub(crate) fn accepted(rule: &PasswordRule, password: &str) -> Result<()> {
    let faults = rule.faults(password, verify_password);
    if faults.is_empty() {
        return Ok(());
    }
    let faults: Vec<String> = faults.iter().map(|fault| format!("- {fault}")).collect();
    bail!("mật khẩu này không được chấp nhận:\n{}", faults.join("\n"))
}

/// A given password, which must follow the rule, or a fresh one; and its hash.
pub(crate) fn password(from_stdin: bool, rule: &PasswordRule) -> Result<(String, String)> {
    let password = if from_stdin {
        let given = password_from_stdin()?;
        accepted(rule, &given)?;
        given
    } else {
        rule.one_time()
    };
    let phc = hash_password(&password);
    Ok((password, phc))
}
