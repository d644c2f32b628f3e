//! Accounts and their credentials. Verifying them is `congvu-access`'s work.

use crate::sql::params;
use crate::store::random;
use crate::{
    AccountId, Change, MailboxId, OrganisationId, PersonId, Row, StoreError, StoreResult, Tx,
    former, identity, recovery,
};

/// A page of the accounts list; by the index of logins.
pub(crate) const PAGE: &str =
    "SELECT a.login, a.role, COALESCE(m.kind, ''), COALESCE(m.name, ''), a.disabled_at,
                COALESCE(m.used_bytes, 0), COALESCE(m.quota_bytes, 0)
         FROM account a LEFT JOIN mailbox m ON m.account_id = a.id
         WHERE a.login > $1 ORDER BY a.login LIMIT $2";

/// Why a password must be changed before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MustChange {
    /// It is the one-time password of a new mailbox.
    Issued,
    /// The mailbox was locked and restored.
    Restored,
    /// It was lost or leaked, and a new one given.
    Reset,
    /// It expired.
    Expired,
}

impl MustChange {
    const ALL: [Self; 4] = [Self::Issued, Self::Restored, Self::Reset, Self::Expired];

    fn code(of: Option<Self>) -> i64 {
        match of {
            None => 0,
            Some(Self::Issued) => 1,
            Some(Self::Restored) => 2,
            Some(Self::Reset) => 3,
            Some(Self::Expired) => 4,
        }
    }

    pub(crate) fn from_code(code: i64) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|cause| Self::code(Some(*cause)) == code)
    }
}

/// What a sign-in needs to know of an account.
#[derive(Clone)]
pub struct Account {
    /// Its row.
    pub id: AccountId,
    /// The primary address it signs in with, lower case.
    pub login: String,
    /// `user`, `admin` …
    pub role: String,
    /// Disabled since (ms), if it is.
    pub disabled_at: Option<i64>,
    /// Its mailbox is locked, revoked or deleted: nobody opens it.
    pub locked: bool,
    /// The password must be changed before anything else, and why.
    pub must_change: Option<MustChange>,
    /// Raised by every lock, password change and revocation; what was signed in under an older
    /// one is ended.
    pub epoch: i64,
    /// argon2id in PHC form.
    pub password: Option<String>,
    /// Salt of its app passwords' SCRAM keys.
    pub scram_salt: Vec<u8>,
    /// The mailbox it opens.
    pub mailbox: Option<MailboxId>,
    /// That mailbox is a unit's.
    pub unit: bool,
    /// A second factor is asked for beside the password.
    pub second_factor: bool,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Account")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// `accounts!(from)`: the statement that reads what [`from_row`] takes, of accounts `a`, their mailboxes `m` and second factors `f`.
macro_rules! accounts {
    ($from:literal) => {
        concat!(
            "SELECT a.id, a.login, a.role, a.disabled_at, a.must_change, a.epoch, a.password, a.scram_salt, m.id,
                COALESCE(m.locked_at, m.revoked_at, m.deleted_at, 0), COALESCE(m.kind, ''), f.confirmed_at
         ",
            $from
        )
    };
}

fn from_row(row: &Row<'_>) -> StoreResult<Account> {
    Ok(Account {
        id: AccountId(row.int(0)?),
        login: row.text(1)?,
        role: row.text(2)?,
        disabled_at: row.opt_int(3)?,
        must_change: MustChange::from_code(row.int(4)?),
        epoch: row.int(5)?,
        password: row.opt_text(6)?,
        scram_salt: row.bytes(7)?.to_vec(),
        mailbox: row.opt_int(8)?.map(MailboxId),
        locked: row.int(9)? != 0,
        unit: row.text(10)? == "unit",
        second_factor: row.opt_int(11)?.is_some(),
    })
}

/// What a new account is made of.
#[derive(Clone, Debug)]
pub struct NewAccount<'a> {
    /// Lower-case address it signs in with.
    pub login: &'a str,
    /// Where it belongs (QN.1.2: none floats free).
    pub organisation: OrganisationId,
    /// Whose it is.
    pub person: Option<PersonId>,
    /// Role.
    pub role: &'a str,
    /// argon2id in PHC form.
    pub password: Option<&'a str>,
    /// Must change the password first.
    pub must_change: Option<MustChange>,
}

/// Adds an account.
pub fn create(tx: &mut Tx<'_>, new: &NewAccount<'_>) -> StoreResult<AccountId> {
    let salt = random::<16>();
    let at = tx.now();
    tx.one(
        "INSERT INTO account (login, organisation_id, person_id, role, password, password_at, must_change,
                              must_change_at, own_at, scram_salt, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $9, $10, $8, $6) ON CONFLICT (login) DO NOTHING RETURNING id",
        params![
            new.login,
            new.organisation,
            new.person,
            new.role,
            new.password,
            at,
            MustChange::code(new.must_change),
            &salt[..],
            new.must_change.map(|_| at),
            new.password
                .filter(|_| new.must_change.is_none())
                .map(|_| at)
        ],
        |row| Ok(AccountId(row.int(0)?)),
    )?
    .ok_or(StoreError::Conflict("account"))
}

/// The account that signs in with `login` (lower case): its own login, or any live address of
/// its mailbox.
pub fn by_login(tx: &mut Tx<'_>, login: &str) -> StoreResult<Option<Account>> {
    let found = tx.one(
        accounts!("FROM account a LEFT JOIN mailbox m ON m.account_id = a.id LEFT JOIN second_factor f ON f.account_id = a.id
         WHERE a.login = $1"),
        params![login],
        from_row,
    )?;
    if found.is_some() {
        return Ok(found);
    }
    let Some((local, domain)) = login.rsplit_once('@') else {
        return Ok(None);
    };
    tx.one(
        accounts!(
            "FROM address d JOIN domain n ON n.id = d.domain_id
         JOIN mailbox m ON m.id = d.mailbox_id JOIN account a ON a.id = m.account_id
         LEFT JOIN second_factor f ON f.account_id = a.id
         WHERE d.local_part = $1 AND n.name = $2 AND d.retired_at IS NULL"
        ),
        params![local, domain],
        from_row,
    )
}

/// The account that somebody means who types `name` (lower case) to sign in. A name without a domain is an account of the
/// e-government platform first, which is the one sign-in of both systems (QN.5.1): it may be another person's address before
/// the @, and is never that one's then, not even where its holder has no mailbox. A name with a domain is an address first;
/// where it is nobody's, the account that is printed so (QN.5.1).
pub fn by_sign_in(
    tx: &mut Tx<'_>,
    name: &str,
    default_domain: Option<&str>,
) -> StoreResult<Option<Account>> {
    let Some((local, domain)) = name.rsplit_once('@') else {
        if let Some(person) = identity::by_account(tx, name)? {
            return of_person(tx, person);
        }
        return match default_domain {
            Some(domain) => by_login(tx, &format!("{name}@{domain}")),
            None => by_login(tx, name),
        };
    };
    let found = by_login(tx, name)?;
    if found.is_some() || default_domain != Some(domain) {
        return Ok(found);
    }
    match identity::by_account(tx, local)? {
        Some(person) => of_person(tx, person),
        None => Ok(None),
    }
}

/// The account of a person's own mailbox.
pub fn of_person(tx: &mut Tx<'_>, person: PersonId) -> StoreResult<Option<Account>> {
    tx.one(
        accounts!(
            "FROM mailbox m JOIN account a ON a.id = m.account_id
         LEFT JOIN second_factor f ON f.account_id = a.id WHERE m.person_id = $1
         ORDER BY (m.deleted_at IS NULL) DESC, (m.revoked_at IS NULL) DESC, m.id LIMIT 1"
        ),
        params![person],
        from_row,
    )
}

/// The account of this row.
pub fn get(tx: &mut Tx<'_>, id: AccountId) -> StoreResult<Option<Account>> {
    tx.one(
        accounts!("FROM account a LEFT JOIN mailbox m ON m.account_id = a.id LEFT JOIN second_factor f ON f.account_id = a.id
         WHERE a.id = $1"),
        params![id],
        from_row,
    )
}

/// Where an account belongs, and the name of its mailbox.
pub fn place(tx: &mut Tx<'_>, id: AccountId) -> StoreResult<Option<(OrganisationId, String)>> {
    tx.one(
        "SELECT a.organisation_id, COALESCE(m.name, '')
         FROM account a LEFT JOIN mailbox m ON m.account_id = a.id WHERE a.id = $1",
        params![id],
        |row| Ok((OrganisationId(row.int(0)?), row.text(1)?)),
    )
}

/// The epoch in force and whether the account may be signed in at all; `None` if it is gone.
pub fn epoch(tx: &mut Tx<'_>, id: AccountId) -> StoreResult<Option<(i64, bool)>> {
    tx.one(
        "SELECT a.epoch, COALESCE(a.disabled_at, m.locked_at, m.revoked_at, m.deleted_at)
         FROM account a LEFT JOIN mailbox m ON m.account_id = a.id WHERE a.id = $1",
        params![id],
        |row| Ok((row.int(0)?, row.opt_int(1)?.is_none())),
    )
}

/// Ends every session, token and connection of the account, on every node.
pub fn raise_epoch(tx: &mut Tx<'_>, id: AccountId) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE account SET epoch = epoch + 1 WHERE id = $1",
        params![id],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("account"));
    }
    tx.tell(Change::Account(id));
    Ok(())
}

/// So many replaced passwords of an account are kept, the most that a profile may ask for.
const FORMER: i64 = 24;

/// Sets the password (PHC form) and ends what was signed in with the old one, which is kept among the former ones. Without
/// `must_change` its holder has chosen it; with it, passkeys and the recovery address go.
pub fn set_password(
    tx: &mut Tx<'_>,
    id: AccountId,
    phc: &str,
    must_change: Option<MustChange>,
) -> StoreResult<()> {
    former::keep_password(tx, id)?;
    tx.execute(
        "INSERT INTO former_password (account_id, password)
         SELECT id, password FROM account WHERE id = $1 AND password IS NOT NULL",
        params![id],
    )?;
    tx.execute(
        "DELETE FROM former_password WHERE account_id = $1 AND id <= (SELECT id FROM former_password
         WHERE account_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)",
        params![id, FORMER],
    )?;
    let now = tx.now();
    tx.execute(
        "UPDATE account SET password = $2, password_at = $3, must_change = $4, must_change_at = $5,
                own_at = COALESCE($6, own_at),
                first_ended_at = CASE WHEN first_began_at IS NULL THEN NULL ELSE COALESCE(first_ended_at, $3) END
         WHERE id = $1",
        params![
            id,
            phc,
            now,
            MustChange::code(must_change),
            must_change.map(|_| now),
            must_change.is_none().then_some(now)
        ],
    )?;
    if must_change.is_some() {
        recovery::clear(tx, id)?;
    }
    raise_epoch(tx, id)
}

/// Notes that the first session on a one-time password has begun (HCM.8.3.b), where none has.
pub fn begin_first_session(tx: &mut Tx<'_>, id: AccountId) -> StoreResult<()> {
    tx.execute(
        "UPDATE account SET first_began_at = $2 WHERE id = $1 AND must_change = 1 AND first_began_at IS NULL",
        params![id, tx.now()],
    )?;
    Ok(())
}

/// Notes that it has ended, where one has begun.
pub fn end_first_session(tx: &mut Tx<'_>, id: AccountId) -> StoreResult<()> {
    tx.execute(
        "UPDATE account SET first_ended_at = $2 WHERE id = $1 AND first_began_at IS NOT NULL AND first_ended_at IS NULL",
        params![id, tx.now()],
    )?;
    Ok(())
}

/// The first session on a one-time password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FirstSession {
    /// When it began (ms).
    pub began_at: Option<i64>,
    /// When it ended (ms).
    pub ended_at: Option<i64>,
}

/// When the first session on the account's one-time password began and ended.
pub fn first_session(tx: &mut Tx<'_>, id: AccountId) -> StoreResult<FirstSession> {
    let found = tx.one(
        "SELECT first_began_at, first_ended_at FROM account WHERE id = $1",
        params![id],
        |row| {
            Ok(FirstSession {
                began_at: row.opt_int(0)?,
                ended_at: row.opt_int(1)?,
            })
        },
    )?;
    Ok(found.unwrap_or_default())
}

/// The last `most` passwords (PHC form), the one in force first.
pub fn last_passwords(tx: &mut Tx<'_>, id: AccountId, most: u8) -> StoreResult<Vec<String>> {
    let most = i64::from(most);
    let mut last = tx.all(
        "SELECT password FROM account WHERE id = $1 AND password IS NOT NULL LIMIT $2",
        params![id, most],
        |row| row.text(0),
    )?;
    last.extend(tx.all(
        "SELECT password FROM former_password WHERE account_id = $1 ORDER BY id DESC LIMIT $2",
        params![id, most],
        |row| row.text(0),
    )?);
    last.truncate(usize::try_from(most).unwrap_or(0));
    Ok(last)
}

/// The password must be changed before anything else; what is signed in ends.
pub fn require_change(tx: &mut Tx<'_>, id: AccountId, cause: MustChange) -> StoreResult<()> {
    former::keep_password(tx, id)?;
    tx.execute(
        "UPDATE account SET must_change = $2, must_change_at = $3 WHERE id = $1",
        params![id, MustChange::code(Some(cause)), tx.now()],
    )?;
    raise_epoch(tx, id)
}

/// Begins the terms of a one-time password anew that nobody has changed: from now, and from the next first session.
pub fn begin_anew(tx: &mut Tx<'_>, id: AccountId) -> StoreResult<()> {
    tx.execute(
        "UPDATE account SET must_change_at = $2, first_began_at = NULL, first_ended_at = NULL WHERE id = $1",
        params![id, tx.now()],
    )?;
    Ok(())
}

/// Takes the password out of use; nobody signs in until another is set.
pub fn void_password(tx: &mut Tx<'_>, id: AccountId, cause: MustChange) -> StoreResult<()> {
    former::keep_password(tx, id)?;
    recovery::clear(tx, id)?;
    tx.execute(
        "UPDATE account SET password = NULL, handed_at = NULL, must_change = $2, must_change_at = $3 WHERE id = $1",
        params![id, MustChange::code(Some(cause)), tx.now()],
    )?;
    raise_epoch(tx, id)
}

/// The account that opens a mailbox.
pub fn of_mailbox(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Option<AccountId>> {
    tx.one(
        "SELECT account_id FROM mailbox WHERE id = $1 AND account_id IS NOT NULL",
        params![mailbox],
        |row| Ok(AccountId(row.int(0)?)),
    )
}

/// The one-time password was handed over.
pub fn set_handed(tx: &mut Tx<'_>, id: AccountId) -> StoreResult<()> {
    tx.execute(
        "UPDATE account SET handed_at = $2 WHERE id = $1",
        params![id, tx.now()],
    )?;
    Ok(())
}

/// Revokes all app passwords of an account and ends what is signed in; how many there were.
pub fn revoke_app_passwords(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<u64> {
    let rows = tx.execute(
        "UPDATE app_password SET revoked_at = $2 WHERE account_id = $1 AND revoked_at IS NULL",
        params![account, tx.now()],
    )?;
    raise_epoch(tx, account)?;
    Ok(rows)
}

/// Disables or enables the account; either ends what is signed in.
pub fn set_disabled(tx: &mut Tx<'_>, id: AccountId, disabled: bool) -> StoreResult<()> {
    let at = disabled.then(|| tx.now());
    tx.execute(
        "UPDATE account SET disabled_at = $2, disabled_by_rule = 0, enabled_at = COALESCE($3, enabled_at) WHERE id = $1",
        params![id, at, (!disabled).then(|| tx.now())],
    )?;
    identity::touch_account(tx, id)?;
    raise_epoch(tx, id)
}

/// Disables the account because a rule says so, and no person: whoever restores its mailbox enables it again.
pub fn disable_by_rule(tx: &mut Tx<'_>, id: AccountId) -> StoreResult<()> {
    let shut = tx.execute(
        "UPDATE account SET disabled_at = $2, disabled_by_rule = 1 WHERE id = $1 AND disabled_at IS NULL",
        params![id, tx.now()],
    )?;
    if shut == 0 {
        return Ok(());
    }
    identity::touch_account(tx, id)?;
    raise_epoch(tx, id)
}

/// A random password for one mail program.
#[derive(Clone)]
pub struct AppPassword {
    /// Its row.
    pub id: i64,
    /// What the person called it.
    pub label: String,
    /// SHA-256 of the password.
    pub digest: Vec<u8>,
    /// SCRAM StoredKey (RFC 5802 §3).
    pub stored_key: Vec<u8>,
    /// SCRAM ServerKey.
    pub server_key: Vec<u8>,
}

impl std::fmt::Debug for AppPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppPassword")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Adds an app password.
pub fn add_app_password(
    tx: &mut Tx<'_>,
    account: AccountId,
    label: &str,
    digest: &[u8],
    stored_key: &[u8],
    server_key: &[u8],
) -> StoreResult<()> {
    tx.execute(
        "INSERT INTO app_password (account_id, label, digest, stored_key, server_key, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        params![account, label, digest, stored_key, server_key, tx.now()],
    )?;
    Ok(())
}

/// The live app passwords of an account.
pub fn app_passwords(tx: &mut Tx<'_>, account: AccountId) -> StoreResult<Vec<AppPassword>> {
    tx.all(
        "SELECT id, label, digest, stored_key, server_key FROM app_password
         WHERE account_id = $1 AND revoked_at IS NULL ORDER BY id",
        params![account],
        |row| {
            Ok(AppPassword {
                id: row.int(0)?,
                label: row.text(1)?,
                digest: row.bytes(2)?.to_vec(),
                stored_key: row.bytes(3)?.to_vec(),
                server_key: row.bytes(4)?.to_vec(),
            })
        },
    )
}

/// Revokes an app password and ends what is signed in.
pub fn revoke_app_password(tx: &mut Tx<'_>, account: AccountId, id: i64) -> StoreResult<()> {
    let rows = tx.execute(
        "UPDATE app_password SET revoked_at = $3 WHERE account_id = $1 AND id = $2 AND revoked_at IS NULL",
        params![account, id, tx.now()],
    )?;
    if rows == 0 {
        return Err(StoreError::NotFound("app password"));
    }
    raise_epoch(tx, account)
}

/// One line of the accounts list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Login.
    pub login: String,
    /// Role.
    pub role: String,
    /// `personal`, `unit`, or empty where it has no mailbox.
    pub kind: String,
    /// Display name of its mailbox.
    pub name: String,
    /// Disabled.
    pub disabled: bool,
    /// Bytes used.
    pub used: u64,
    /// Bytes allowed.
    pub quota: u64,
}

/// Accounts after `after` (a login), in the order of logins, at most `limit`: a page costs what
/// it returns.
pub fn page(tx: &mut Tx<'_>, after: &str, limit: i64) -> StoreResult<Vec<Listed>> {
    tx.all(PAGE, params![after, limit], |row| {
        Ok(Listed {
            login: row.text(0)?,
            role: row.text(1)?,
            kind: row.text(2)?,
            name: row.text(3)?,
            disabled: row.opt_int(4)?.is_some(),
            used: row.u64(5)?,
            quota: row.u64(6)?,
        })
    })
}
