//! Access tokens of programs that use the REST API (SL.14.2). A token acts as its account, and may what all of these let it
//! do: its scopes, the account's roles, and the place it was issued for. It ends with its day, when it is taken back, and with
//! whatever ends the account's sessions: a lock, a revocation, another password.

use congvu_store::account::Account;
use congvu_store::notice::Audience;
use congvu_store::token::{self, NewToken, Token};
use congvu_store::{
    AccountId, OrganisationId, StoreError, Tx, account, mailbox, organisation, random,
};
use ring::digest::{SHA256, digest};
use serde_json::json;

use crate::notice::{self, Notice};
use crate::{Act, Action, Actor, Refused, Role, record, rights};

/// What a token begins with, so that people and scanners of leaked secrets know it.
pub const PREFIX: &str = "cvt_";
/// Letters of a token: no 0, 1, l, o, so that it can be copied by hand.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// 32 letters of 5 bits hold 160 bits.
const LENGTH: usize = 32;
/// The longest life of a token, in days: a year and the time to renew it.
pub const LONGEST_DAYS: u16 = 400;
/// How old the note of a token's last use may be, in ms.
const NOTED_MS: i64 = 3_600_000;
const DAY_MS: i64 = 86_400_000;
/// The longest label, in letters.
const LABEL: usize = 100;

macro_rules! scopes {
    ($($(#[$doc:meta])* $name:ident $text:literal $label:literal),* $(,)?) => {
        /// What a token may be used for, as far as its account's roles reach.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scope { $($(#[$doc])* $name),* }

        impl Scope {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// As tokens and requests name it: never changes.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// For people.
            #[must_use]
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label),* }
            }
        }
    };
}

scopes! {
    /// The tree.
    ReadOrganisations "read:organisations" "xem cây cơ quan, đơn vị",
    /// Adding, changing, merging, dissolving places; who speaks for them; addresses made anew.
    WriteOrganisations "write:organisations" "thêm, sửa, sáp nhập, giải thể cơ quan, đơn vị, ghi đầu mối, đổi địa chỉ hàng loạt",
    /// The directory.
    ReadDirectory "read:directory" "xem danh bạ",
    /// Groups and their members.
    WriteGroups "write:groups" "lập nhóm thư, thêm bớt thành viên",
    /// States and terms of mailboxes; never mail.
    ReadMailboxes "read:mailboxes" "xem trạng thái, thời hạn của hộp thư",
    /// Locks, restoring, receipts, recorded reasons and violations; changes, sizes, revoking.
    WriteMailboxes "write:mailboxes" "khóa, khôi phục, thay đổi, thu hồi, ghi nhận đối với hộp thư",
    /// What became of the messages of unit mailboxes; never their text.
    ReadUnits "read:units" "xem việc phân công xử lý thư của hộp thư cơ quan",
    /// Taking, assigning, answering, closing them.
    WriteUnits "write:units" "nhận, phân công, ghi đã trả lời, đã xong thư của hộp thư cơ quan",
    /// Giving them into hands, taking them back, handing them over to a new head.
    ManageUnits "manage:units" "giao, thôi giao, bàn giao hộp thư cơ quan",
    /// Requests with their lines.
    ReadRequests "read:requests" "xem đề nghị",
    /// Opening, passing on, withdrawing; taking one-time passwords.
    WriteRequests "write:requests" "gửi, chuyển, rút đề nghị, nhận mật khẩu dùng một lần",
    /// Deciding on lines.
    DecideRequests "decide:requests" "quyết định đề nghị",
    /// What fell due and waits.
    ReadProposals "read:proposals" "xem đề xuất thu hồi, xóa",
    /// Confirming it, putting it off; letting a sweep do more than it does by itself.
    DecideProposals "decide:proposals" "quyết định đề xuất thu hồi, xóa",
    /// Reports, as they stand and as files; statistics, what is overdue.
    ReadReports "read:reports" "xem và tải báo cáo",
    /// Making them, handing them in and back, accepting them.
    WriteReports "write:reports" "lập, nộp, trả lại, tiếp nhận báo cáo",
    /// Who may read another's mailbox, and each time they did.
    ReadAccess "read:access" "xem ai được đọc hộp thư của người khác và từng lần đọc",
    /// Consenting to it, ordering it by two, ending it.
    WriteAccess "write:access" "đồng ý, đề xuất, xác nhận, chấm dứt việc đọc hộp thư của người khác",
    /// Persons with their accounts, as SCIM tells of them.
    ReadIdentities "read:identities" "xem cá nhân, tài khoản, điện thoại để đồng bộ (SCIM)",
    /// Asking for changes of them; what the platform calls them.
    WriteIdentities "write:identities" "gửi thay đổi cá nhân, tài khoản thành đề nghị đồng bộ (SCIM)",
    /// Cases of takedown: where copies lie, never what they say.
    ReadTakedowns "read:takedowns" "xem hồ sơ gỡ bỏ thư",
    /// Opening, sealing, giving back; ordering by two that copies be destroyed; evidence.
    WriteTakedowns "write:takedowns" "lập hồ sơ gỡ bỏ, niêm phong, trả lại, đề xuất và xác nhận hủy, xuất chứng cứ",
    /// Incidents and stops of the service.
    ReadIncidents "read:incidents" "xem sự cố, kế hoạch ngừng dịch vụ",
    /// Reporting, bringing them forward; announcing stops.
    WriteIncidents "write:incidents" "báo, xử lý sự cố; thông báo ngừng dịch vụ",
    /// Who is entrusted with what.
    ReadRoles "read:roles" "xem vai trò đã giao",
    /// Entrusting them.
    WriteRoles "write:roles" "giao, thôi giao vai trò",
    /// The record of acts, and whether it is whole.
    ReadAudit "read:audit" "xem, kiểm tra nhật ký quản trị",
    /// Who signed in, which way mail went; never what it says.
    ReadLogs "read:logs" "xem nhật ký đăng nhập, nhật ký thư",
}

impl Scope {
    /// The scope of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.name() == name)
    }
}

/// A token as its owner gets it: told once, nowhere kept.
#[derive(Clone)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// A fresh one.
    #[must_use]
    pub fn generate() -> Self {
        let letters = random::<LENGTH>();
        let letters = letters
            .iter()
            .map(|byte| char::from(LETTERS[usize::from(byte & 31)]));
        Self(PREFIX.chars().chain(letters).collect())
    }

    /// What somebody presented, if it has the form of a token.
    #[must_use]
    pub fn parse(given: &str) -> Option<Self> {
        let letters = given.strip_prefix(PREFIX)?;
        let fits = letters.len() == LENGTH && letters.bytes().all(|byte| LETTERS.contains(&byte));
        fits.then(|| Self(given.to_owned()))
    }

    /// What the program is given.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// SHA-256. A token is random, so a slow hash would protect nothing; and as it is looked up by this, how long that takes
    /// tells nothing of the token.
    fn digest(&self) -> Vec<u8> {
        digest(&SHA256, self.0.as_bytes()).as_ref().to_vec()
    }
}

/// A token to issue.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What its owner calls it.
    pub label: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// It reaches nothing outside that place and those below; none: as far as the account's roles.
    pub organisation: Option<OrganisationId>,
    /// Its life in days.
    pub days: u16,
}

/// Issues a token to an account: its owner does, who has the machine, or who decides at the place it is for. Its row.
///
/// # Errors
/// Whoever issues it may not; the account is shut, or a unit mailbox's; no scope, no label, or a life that is too long.
pub fn issue(
    tx: &mut Tx<'_>,
    actor: &Actor,
    whose: AccountId,
    asked: &Asked,
    secret: &Secret,
) -> Result<i64, Refused> {
    let owner = account_of(tx, whose)?;
    let (place, _) =
        account::place(tx, whose)?.ok_or_else(|| Refused::missing("Không có tài khoản này."))?;
    let own = actor.account == Some(whose) && actor.within().is_none();
    if !own && !actor.is_console() {
        rights::need(tx, actor, &[Role::Decide], place)?;
        // Who decides at one place gives nobody's roles at another away.
        let reach = asked.organisation.ok_or_else(|| {
            Refused::forbidden("Cấp mã truy cập cho người khác phải giới hạn ở một cơ quan.")
        })?;
        rights::need(tx, actor, &[Role::Decide], reach)?;
    }
    if let Some(why) = shut(&owner) {
        return Err(Refused::state(why));
    }
    let label = asked.label.trim();
    if label.is_empty() || label.chars().count() > LABEL || label.chars().any(char::is_control) {
        return Err(Refused::bad(format!(
            "Mã truy cập cần có tên, không quá {LABEL} ký tự."
        )));
    }
    if asked.scopes.is_empty() {
        return Err(Refused::bad("Mã truy cập cần ít nhất một phạm vi."));
    }
    if asked.days == 0 || asked.days > LONGEST_DAYS {
        return Err(Refused::bad(format!(
            "Thời hạn của mã truy cập từ 1 đến {LONGEST_DAYS} ngày."
        )));
    }
    if let Some(place) = asked.organisation
        && organisation::get(tx, place)?.is_none()
    {
        return Err(Refused::missing("Không có cơ quan này."));
    }
    let mut scopes = asked.scopes.clone();
    scopes.sort_unstable();
    scopes.dedup();
    let scopes: Vec<&str> = scopes.into_iter().map(Scope::name).collect();
    let scopes = scopes.join(" ");
    let expires_at = tx.now() + i64::from(asked.days) * DAY_MS;
    let id = token::add(
        tx,
        &NewToken {
            account: whose,
            label,
            issued_by: if own { "" } else { &actor.name },
            digest: &secret.digest(),
            scopes: &scopes,
            organisation: asked.organisation,
            epoch: owner.epoch,
            expires_at,
        },
    )?;
    let act = Act::new(Action::TokenIssue, format!("account/{whose}"), &owner.login)
        .at(place)
        .with(json!({
            "token": id, "label": label, "scopes": scopes, "days": asked.days,
            "organisation": asked.organisation.map(|place| place.0),
        }));
    record(tx, actor, &act)?;
    if !own {
        tell(tx, actor, (id, whose, &owner.login), asked)?;
    }
    Ok(id)
}

/// Whoever is acted for hears of it.
fn tell(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (id, whose, login): (i64, AccountId, &str),
    asked: &Asked,
) -> Result<(), Refused> {
    let Some(mailbox) = mailbox::of_account(tx, whose)? else {
        return Ok(());
    };
    let scopes: Vec<String> = asked
        .scopes
        .iter()
        .map(|scope| format!("- {}", scope.label()))
        .collect();
    let Some(place) = mailbox::organisation(tx, mailbox)? else {
        return Ok(());
    };
    let values = [
        ("by", actor.name.clone()),
        ("label", asked.label.trim().to_owned()),
        ("account", login.to_owned()),
        ("days", asked.days.to_string()),
        ("scopes", scopes.join("\n")),
        ("number", id.to_string()),
    ];
    let (key, to) = (format!("token/{id}"), Audience::Mailbox(mailbox));
    notice::write(tx, place, (Notice::Token, &key), to, "", &values)?;
    Ok(())
}

/// The tokens of an account, those that are over too.
///
/// # Errors
/// Whoever asks may not.
pub fn list(tx: &mut Tx<'_>, actor: &Actor, whose: AccountId) -> Result<Vec<Token>, Refused> {
    mine_or_decided(tx, actor, whose, &[Role::Decide, Role::Audit])?;
    Ok(token::of_account(tx, whose)?)
}

/// Takes a token back: from then on it opens nothing.
///
/// # Errors
/// Whoever takes it back may not; there is none, or it was taken back before.
pub fn revoke(tx: &mut Tx<'_>, actor: &Actor, id: i64) -> Result<(), Refused> {
    let missing = || Refused::missing("Không có mã truy cập này.");
    let found = token::get(tx, id)?.ok_or_else(missing)?;
    let place = mine_or_decided(tx, actor, found.account, &[Role::Decide])?;
    token::revoke(tx, id).map_err(|error| match error {
        StoreError::NotFound(_) => Refused::state("Mã truy cập này đã thu hồi."),
        error => error.into(),
    })?;
    let owner = account_of(tx, found.account)?;
    let subject = format!("account/{}", found.account);
    let act = Act::new(Action::TokenRevoke, subject, &owner.login)
        .at(place)
        .with(json!({ "token": id, "label": found.label }));
    Ok(record(tx, actor, &act)?)
}

fn mine_or_decided(
    tx: &mut Tx<'_>,
    actor: &Actor,
    whose: AccountId,
    roles: &[Role],
) -> Result<OrganisationId, Refused> {
    let (place, _) =
        account::place(tx, whose)?.ok_or_else(|| Refused::missing("Không có tài khoản này."))?;
    if actor.account != Some(whose) || actor.within().is_some() {
        rights::need(tx, actor, roles, place)?;
    }
    Ok(place)
}

fn account_of(tx: &mut Tx<'_>, id: AccountId) -> Result<Account, Refused> {
    account::get(tx, id)?.ok_or_else(|| Refused::missing("Không có tài khoản này."))
}

/// Why nothing acts for an account, if so.
fn shut(account: &Account) -> Option<&'static str> {
    if account.unit {
        Some(
            "Tài khoản của hộp thư cơ quan, đơn vị không dùng mã truy cập: việc làm bằng mã được ghi theo tên người (HCM.12.1). \
             Hãy cấp mã cho tài khoản cá nhân.",
        )
    } else if account.disabled_at.is_some() || account.locked {
        Some("Tài khoản đang bị khóa.")
    } else if account.must_change.is_some() {
        Some("Tài khoản phải đổi mật khẩu trước.")
    } else {
        None
    }
}

/// Who acts with a token, and for what it may be used.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// The token's row.
    pub token: i64,
    /// Its account, from where it came, and no further than the token reaches.
    pub actor: Actor,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// Its use should be noted ([`note_use`]).
    pub stale: bool,
}

/// Who stands behind a token; `None` for one that does not exist, is over or was taken back, whose account is locked, disabled
/// or must change its password, or was at any time after the token was issued.
///
/// # Errors
/// The store cannot tell now.
pub fn verify(
    tx: &mut Tx<'_>,
    secret: &Secret,
    client_ip: &str,
) -> Result<Option<Bearer>, StoreError> {
    let Some((token, account)) = token::by_digest(tx, &secret.digest())? else {
        return Ok(None);
    };
    let over = token.revoked_at.is_some() || token.expires_at <= tx.now();
    if over || token.epoch != account.epoch || shut(&account).is_some() {
        return Ok(None);
    }
    let actor = Actor::signed_in(account.id, &account.login, client_ip)
        .with_token(token.id, &token.issued_by);
    Ok(Some(Bearer {
        token: token.id,
        actor: actor.only_within(token.organisation),
        scopes: token.scopes.split(' ').filter_map(Scope::parse).collect(),
        stale: token
            .last_used_at
            .is_none_or(|at| tx.now() - at >= NOTED_MS),
    }))
}

/// Notes that a token is used now.
///
/// # Errors
/// What the store answers.
pub fn note_use(tx: &mut Tx<'_>, id: i64) -> Result<(), StoreError> {
    token::touch(tx, id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_the_form_of_a_token_is_looked_up() {
        let secret = Secret::generate();
        assert_eq!(secret.reveal().len(), PREFIX.len() + LENGTH);
        assert!(Secret::parse(secret.reveal()).is_some());
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        let upper = secret.reveal().to_uppercase();
        let longer = format!("{}a", secret.reveal());
        for wrong in ["", "cvt_", "cvt_abc", upper.as_str(), longer.as_str()] {
            assert!(Secret::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn scopes_are_found_by_their_names() {
        for scope in Scope::ALL {
            assert_eq!(Scope::parse(scope.name()), Some(*scope));
        }
        assert_eq!(Scope::parse("read:mail"), None);
    }
}
