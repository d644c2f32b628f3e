//! Cấp mới: an address by the naming rules of the place, a mailbox, an account that nobody can open until its one-time
//! password is handed over.

use congvu_regulation::naming::{Context, Kind, Name, PersonName, Proposal};
use congvu_regulation::requests::RequestKind;
use congvu_regulation::{MailboxKind, Origin, Profile, Source};
use congvu_store::account::{MustChange, NewAccount};
use congvu_store::mailbox::NewMailbox;
use congvu_store::organisation::{self, Organisation};
use congvu_store::{
    AccountId, DomainId, MailboxId, OrganisationId, PersonId, StoreError, StoreResult, Tx, account,
    mailbox,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{former, holder};
use crate::identity::{self, Platform};
use crate::naming::{self, Question};
use crate::notice::{self, Notice};
use crate::organisation::{View, kind_of, quota_given};
use crate::{Act, Action, Actor, Law, Refused, Role, directory, record};

/// A person as a request tells of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Họ.
    pub family: String,
    /// Đệm; may be empty.
    #[serde(default)]
    pub middle: String,
    /// Tên.
    pub given: String,
    /// Chức vụ.
    #[serde(default)]
    pub title: String,
    /// Telephone.
    #[serde(default)]
    pub phone: String,
    /// Year of birth: some rules tell people of one name apart by it (SL.5.2).
    #[serde(default)]
    pub born: Option<u16>,
    /// An identifier on paper, which tells the same person again.
    #[serde(default)]
    pub code: Option<String>,
    /// Their account of the e-government platform, which the address follows (QN.5.1); none: nothing is told of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
}

impl Person {
    /// As people write it.
    #[must_use]
    pub fn full_name(&self) -> String {
        let parts = [&self.family, &self.middle, &self.given];
        let parts: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    }
}

/// Whose mailbox it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holder {
    /// A person.
    Person(Person),
    /// The organisation itself. Without an account of its own its keepers come in by delegation.
    Unit {
        /// Whether it has a password of its own.
        own_account: bool,
    },
}

/// A mailbox to issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue {
    /// Where it belongs (QN.1.2).
    pub organisation: i64,
    /// Whose it is.
    pub holder: Holder,
    /// The address before the @ that people agreed on; none: the one the rules propose.
    #[serde(default)]
    pub local_part: Option<String>,
    /// A retired address that this very person had (BS.7.đ4).
    #[serde(default)]
    pub former: Option<String>,
    /// Bytes; none: as the profile gives a new one.
    #[serde(default)]
    pub quota: Option<u64>,
}

/// What was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Issued {
    /// The mailbox.
    pub mailbox: i64,
    /// Its address.
    pub address: String,
    /// Its account, where it has one.
    pub account: Option<i64>,
}

/// The address that the rules propose, and the steps there.
///
/// # Errors
/// The place or its profile is missing, or the name makes no sense.
pub fn propose(tx: &mut Tx<'_>, law: Law, issue: &Issue) -> Result<Proposal, Refused> {
    let place = place(tx, issue)?;
    let profile = law.at(tx, place.id)?;
    let (domain, _) = domain(tx, place.id)?;
    proposed(tx, profile, &place, domain, issue)
}

fn place(tx: &mut Tx<'_>, issue: &Issue) -> Result<Organisation, Refused> {
    let place = organisation::get(tx, OrganisationId(issue.organisation))?
        .ok_or_else(|| Refused::missing("Không có cơ quan này."))?;
    match place.ended_at {
        None => Ok(place),
        Some(_) => Err(Refused::state(format!(
            "Cơ quan {} đã kết thúc hoạt động; hãy chọn cơ quan kế thừa.",
            place.name
        ))),
    }
}

fn domain(tx: &mut Tx<'_>, place: OrganisationId) -> Result<(DomainId, String), Refused> {
    organisation::domain_of(tx, place)?
        .ok_or_else(|| Refused::state("Hệ thống chưa có tên miền thư nào."))
}

fn proposed(
    tx: &mut Tx<'_>,
    profile: &Profile,
    place: &Organisation,
    domain: DomainId,
    issue: &Issue,
) -> Result<Proposal, Refused> {
    let beside = Beside {
        also: &|_, _| Ok(None),
        told: &|_| {},
    };
    proposed_beside(tx, profile, place, domain, issue, &beside)
}

/// What else is asked for at the same time.
pub(crate) struct Beside<'a> {
    /// Who gets an address before.
    pub(crate) also: &'a dyn Fn(&mut Tx<'_>, &str) -> StoreResult<Option<naming::Had>>,
    /// Hears of each address that is taken.
    pub(crate) told: &'a dyn Fn(&str),
}

/// The address that the rules propose at a place, beside others that are asked for.
pub(crate) fn proposed_beside(
    tx: &mut Tx<'_>,
    profile: &Profile,
    place: &Organisation,
    domain: DomainId,
    issue: &Issue,
    beside: &Beside<'_>,
) -> Result<Proposal, Refused> {
    let Holder::Person(person) = &issue.holder else {
        let named = (kind_of(place), place.name.as_str());
        let below = (&View::Stored, place.parent);
        return naming::of_organisation(tx, below, profile, domain, named);
    };
    // FACTS: QN.5.1 goes before QN.4.2.
    if let Some(account) = identity::followed(tx, profile, person)? {
        return identity::address(tx, profile, place, domain, &account);
    }
    let agency = naming::agency(tx, place.id)?;
    let name = Name::Person(PersonName {
        family: person.family.clone(),
        middle: person.middle.clone(),
        given: person.given.clone(),
    });
    let question = Question {
        kind: Kind::Person,
        name: &name,
        context: Context {
            born: person.born,
            former: issue.former.as_deref(),
            ..agency.context()
        },
        domain,
        own: None,
    };
    naming::propose_telling(tx, profile, &question, beside.also, beside.told)
}

/// Issues a mailbox. The address is the one that people agreed on, which must be free and sound, or the one that the rules
/// propose.
///
/// # Errors
/// Whoever asks may not (QN.6.1); people must agree on an address first: the candidates are told; the address is taken or
/// was another's (TQ.5); the quota lies outside its bounds (QN.8.1).
pub fn issue(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    issue: &Issue,
    document: Option<&str>,
) -> Result<Issued, Refused> {
    let place = place(tx, issue)?;
    crate::rights::need(tx, actor, &[Role::Decide], place.id)?;
    let profile = law.at(tx, place.id)?;
    let (domain, domain_name) = domain(tx, place.id)?;
    let proposal = proposed(tx, profile, &place, domain, issue)?;
    if let Some(mailbox) = former::mailbox(tx, domain, issue)? {
        // What was taken back and kept is the same person's mailbox still (BS.7.đ4).
        former::check(tx, law, mailbox, &place, &issue.holder)?;
        super::restore(tx, law, actor, mailbox, document)?;
        let life = super::Subject::load(tx, law, mailbox)?.life;
        return Ok(Issued {
            mailbox: mailbox.0,
            address: life.address,
            account: life.opener.map(|opener| opener.account.0),
        });
    }
    let local_part = chosen(tx, domain, issue, &proposal)?;
    let kind = match &issue.holder {
        Holder::Person(_) => MailboxKind::Personal,
        Holder::Unit { .. } => MailboxKind::Unit,
    };
    let follows = match &issue.holder {
        Holder::Person(person) => identity::followed(tx, profile, person)?,
        Holder::Unit { .. } => None,
    };
    if proposal.local_part.as_deref() != Some(&local_part) {
        naming::check_form(tx, profile, &place, kind, &local_part)?;
    }
    let (given, approved) = quota_given(tx, profile, place.id, kind)?;
    let quota = issue.quota.unwrap_or(given);
    profile.check_quota(kind, quota, approved && quota <= given)?;
    let login = format!("{local_part}@{domain_name}");
    let taken = |error| match error {
        StoreError::Conflict(_) => Refused::state(format!("Địa chỉ {login} đã có người dùng.")),
        error => error.into(),
    };
    let (person, name) = match &issue.holder {
        Holder::Person(person) => (
            Some(holder::known(tx, actor, &place, person, document)?),
            person.full_name(),
        ),
        Holder::Unit { .. } => (None, place.name.clone()),
    };
    if let (Some(person), Some(account), Holder::Person(asked)) = (person, follows, &issue.holder)
        && let Some(platform) = &asked.platform
    {
        let mail_only = platform.mail_only;
        identity::open(tx, actor, profile, (person, &account), mail_only, document)?;
    }
    let has_account = !matches!(issue.holder, Holder::Unit { own_account: false });
    let account = match has_account {
        true => Some(open_account(tx, &login, &place, person).map_err(taken)?),
        false => None,
    };
    let new = NewMailbox {
        kind: match kind {
            MailboxKind::Personal => "personal",
            MailboxKind::Unit => "unit",
        },
        organisation: place.id,
        account,
        person,
        name: &name,
        quota,
        local_part: &local_part,
        domain,
    };
    let mailbox = mailbox::create(tx, &new).map_err(taken)?;
    if kind == MailboxKind::Unit && place.mailbox.is_none() {
        organisation::set_spokesmen(tx, place.id, place.head, place.contact, Some(mailbox))?;
        let subject = format!("organisation/{}", place.id);
        let act = Act::new(Action::OrganisationSpokesmen, subject, &place.name)
            .at(place.id)
            .by_document(document)
            .with(json!({ "mailbox": { "before": null, "after": mailbox.0 } }));
        record(tx, actor, &act)?;
    }
    directory::refresh(tx, mailbox)?;
    told(
        tx,
        actor,
        (profile, &place),
        (mailbox, &login, &name),
        &proposal,
        document,
    )?;
    Ok(Issued {
        mailbox: mailbox.0,
        address: login,
        account: account.map(|account| account.0),
    })
}

/// The address to give.
fn chosen(
    tx: &mut Tx<'_>,
    domain: DomainId,
    issue: &Issue,
    proposal: &Proposal,
) -> Result<String, Refused> {
    let agreed = issue.local_part.as_deref().map(str::trim);
    match (agreed, &proposal.local_part) {
        (Some(agreed), own) => {
            let agreed = agreed.to_ascii_lowercase();
            if own.as_deref() == Some(agreed.as_str()) {
                return Ok(agreed);
            }
            naming::check_free(tx, domain, &agreed, None)?;
            Ok(agreed)
        }
        (None, Some(own)) if !proposal.agree => Ok(own.clone()),
        (None, own) => {
            let mut offers: Vec<String> = own.iter().cloned().collect();
            offers.extend(proposal.candidates.iter().cloned());
            let clause = proposal.why.iter().rev().find_map(|step| step.clause());
            let clause = clause.map_or_else(String::new, |clause| format!(" ({clause})"));
            Err(Refused::bad(format!(
                "Cần chọn địa chỉ{clause}; có thể chọn: {}.",
                offers.join(", ")
            )))
        }
    }
}

fn open_account(
    tx: &mut Tx<'_>,
    login: &str,
    place: &Organisation,
    person: Option<PersonId>,
) -> Result<AccountId, StoreError> {
    account::create(
        tx,
        &NewAccount {
            login,
            organisation: place.id,
            person,
            role: "user",
            password: None,
            must_change: Some(MustChange::Issued),
        },
    )
}

/// The record and the notice.
fn told(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (profile, place): (&Profile, &Organisation),
    (mailbox, login, name): (MailboxId, &str, &str),
    proposal: &Proposal,
    document: Option<&str>,
) -> Result<(), Refused> {
    let rule = profile.request(RequestKind::Issue);
    let origin = Origin::Profile {
        code: profile.code().to_owned(),
        source: rule.map_or(Source::Local, |rule| rule.kind().source.clone()),
    };
    let why: Vec<String> = proposal.why.iter().map(ToString::to_string).collect();
    let mut act = Act::new(Action::MailboxIssue, format!("mailbox/{mailbox}"), login)
        .at(place.id)
        .by_document(document)
        .with(json!({ "name": name, "address": login, "naming": why }));
    act.clause = origin.clause().map(ToString::to_string);
    record(tx, actor, &act)?;
    let values = [
        ("address", login.to_owned()),
        ("name", name.to_owned()),
        ("organisation", place.name.clone()),
    ];
    let audience = notice::agency(tx, place.id)?;
    let key = format!("mailbox/{mailbox}");
    notice::send(
        tx,
        profile,
        Notice::Issued,
        &key,
        audience,
        &origin,
        &values,
    )?;
    Ok(())
}
