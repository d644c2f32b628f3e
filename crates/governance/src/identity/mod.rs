//! A person's account of the e-government platform (CQĐT): the one sign-in of both systems (QN.5.1), synchronised on a written,
//! confirmed request alone (QN.5.3). Who uses nothing but mail has one too, which is marked so (QN.5.2).

pub mod scim;
mod sync;

use congvu_regulation::naming::{Kind, Name, PersonName, Proposal, fold};
use congvu_regulation::{Origin, Profile, Source};
use congvu_store::identity::{self, Identity};
use congvu_store::organisation::{self, Organisation};
use congvu_store::{DomainId, PersonId, StoreError, Tx, person, request as requests};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::mailbox::Person;
use crate::naming::{self, Question};
use crate::{Act, Action, Actor, Law, Refused, Role, record, rights};

pub use sync::{Told, split, sync};

/// What a request tells of a person's account of the platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Platform {
    /// Its name, where there is one; else the rules name a new one.
    #[serde(default)]
    pub account: Option<String>,
    /// It serves nothing but the synchronisation (QN.5.2).
    #[serde(default)]
    pub mail_only: bool,
}

/// Whether the regulation at a place knows accounts of the platform.
#[must_use]
pub fn is_known_to(profile: &Profile) -> bool {
    profile.names(Kind::Account).is_some()
}

fn name_of(person: &Person) -> PersonName {
    PersonName {
        family: person.family.clone(),
        middle: person.middle.clone(),
        given: person.given.clone(),
    }
}

/// The name of the account that a person gets, or has: the one that is told, if it has the form (the joined full name, numbered
/// from the second, never with an agency), else the next that the rules propose.
///
/// # Errors
/// Another has, or had it; it is not this person's name; people must agree.
fn account_name(
    tx: &mut Tx<'_>,
    profile: &Profile,
    name: &PersonName,
    told: Option<&str>,
) -> Result<String, Refused> {
    let told = told.map(|told| told.split('@').next().unwrap_or_default().trim());
    let Some(told) = told.filter(|told| !told.is_empty()) else {
        let proposal = naming::of_account(tx, profile, &Name::Person(name.clone()))?;
        return proposal
            .local_part
            .ok_or_else(|| Refused::bad("Cần ghi tên tài khoản Chính quyền điện tử (QN.5.1)."));
    };
    let told = told.to_ascii_lowercase();
    let whole = fold(&format!("{} {} {}", name.family, name.middle, name.given)).replace(' ', "");
    let number = told.strip_prefix(&whole);
    if !number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(Refused::rule(
            format!(
                "Tài khoản “{told}” phải là họ và tên viết liền không dấu, từ người thứ hai thêm số, không kèm tên cơ quan: \
                 {whole}, {whole}1 …"
            ),
            of(profile),
        ));
    }
    Ok(told)
}

fn of(profile: &Profile) -> Origin {
    Origin::Profile {
        code: profile.code().to_owned(),
        source: profile
            .names(Kind::Account)
            .map_or(Source::Local, Clone::clone),
    }
}

/// The account that a mailbox to be issued follows: the person's own, the one that is told, or a new one; nothing where the
/// regulation knows none, or none is asked for.
pub(crate) fn followed(
    tx: &mut Tx<'_>,
    profile: &Profile,
    asked: &Person,
) -> Result<Option<String>, Refused> {
    if !is_known_to(profile) {
        return Ok(None);
    }
    let code = asked.code.as_deref().map(str::trim);
    let known = match code.filter(|code| !code.is_empty()) {
        Some(code) => organisation::person_by_code(tx, code)?,
        None => None,
    };
    if let Some(known) = known
        && let Some((account, _)) = identity::account_of(tx, known)?
    {
        return Ok(Some(account));
    }
    let Some(platform) = &asked.platform else {
        return Ok(None);
    };
    let account = account_name(tx, profile, &name_of(asked), platform.account.as_deref())?;
    // Told before anybody looks for an address that follows it.
    match identity::by_account(tx, &account)? {
        Some(_) => Err(another_s(&account)),
        None => Ok(Some(account)),
    }
}

fn another_s(account: &str) -> Refused {
    Refused::state(format!(
        "Tài khoản {account} đã cấp cho người khác (QN.5.1)."
    ))
}

/// The address that follows an account; where another holds that, with the agency (QN.5.1).
pub(crate) fn address(
    tx: &mut Tx<'_>,
    profile: &Profile,
    place: &Organisation,
    domain: DomainId,
    account: &str,
) -> Result<Proposal, Refused> {
    let agency = naming::agency(tx, place.id)?;
    let name = Name::Words(account.to_owned());
    let question = Question {
        kind: Kind::AccountAddress,
        name: &name,
        context: agency.context(),
        domain,
        own: None,
    };
    naming::propose(tx, profile, &question, |_, _| Ok(None))
}

/// Gives a person the account of this name, unless they have it already.
///
/// # Errors
/// They have another, or another person has, or had it.
pub(crate) fn open(
    tx: &mut Tx<'_>,
    actor: &Actor,
    profile: &Profile,
    (person, account): (PersonId, &str),
    mail_only: bool,
    document: Option<&str>,
) -> Result<(), Refused> {
    match identity::account_of(tx, person)? {
        Some((own, usable)) if own == account => {
            if usable == mail_only {
                mark(tx, actor, profile, person, mail_only, document)?;
            }
            return Ok(());
        }
        Some((own, _)) => {
            return Err(Refused::state(format!(
                "Cá nhân này đã có tài khoản {own}: mỗi người một tài khoản (QN.5.1)."
            )));
        }
        None => {}
    }
    identity::open(
        tx,
        person,
        account,
        !mail_only,
        document.unwrap_or_default(),
    )
    .map_err(|error| match error {
        StoreError::Conflict(_) => another_s(account),
        error => error.into(),
    })?;
    note(
        tx,
        actor,
        Action::IdentityOpen,
        profile,
        person,
        document,
        json!({ "account": account, "mail_only": mail_only }),
    )
}

fn mark(
    tx: &mut Tx<'_>,
    actor: &Actor,
    profile: &Profile,
    person: PersonId,
    mail_only: bool,
    document: Option<&str>,
) -> Result<(), Refused> {
    identity::set_usable(tx, person, !mail_only, document.unwrap_or_default())?;
    let detail = json!({ "mail_only": { "before": !mail_only, "after": mail_only } });
    note(
        tx,
        actor,
        Action::IdentityMark,
        profile,
        person,
        document,
        detail,
    )
}

fn note(
    tx: &mut Tx<'_>,
    actor: &Actor,
    action: Action,
    profile: &Profile,
    id: PersonId,
    document: Option<&str>,
    detail: serde_json::Value,
) -> Result<(), Refused> {
    let found = known(tx, id)?;
    let mut act = Act::new(action, format!("person/{id}"), &full_name(&found))
        .at(found.organisation)
        .by_document(document)
        .with(detail);
    act.clause = of(profile).clause().map(ToString::to_string);
    Ok(record(tx, actor, &act)?)
}

fn known(tx: &mut Tx<'_>, id: PersonId) -> Result<person::Person, Refused> {
    person::get(tx, id)?.ok_or_else(|| Refused::missing("Không có cá nhân này."))
}

fn full_name(person: &person::Person) -> String {
    let parts = [&person.family, &person.middle, &person.given];
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// Gives the holder of a mailbox an account of the platform, or marks the one they have (QN.5.1, QN.5.2); on a document, for nothing
/// is synchronised without one (QN.5.3). Their address stays (QN.5.1). The name of the account.
///
/// # Errors
/// Whoever orders it does not decide there; the regulation knows no such accounts; there is no document.
pub fn give(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    id: PersonId,
    platform: &Platform,
    document: Option<&str>,
) -> Result<String, Refused> {
    let found = known(tx, id)?;
    rights::need(tx, actor, &[Role::Decide], found.organisation)?;
    let profile = law.at(tx, found.organisation)?;
    if !is_known_to(profile) {
        return Err(not_here());
    }
    if document.is_none_or(|document| document.trim().is_empty()) {
        return Err(Refused::bad(
            "Chỉ đồng bộ tài khoản theo văn bản có xác nhận của cơ quan: cần số văn bản (QN.5.3).",
        ));
    }
    let account = match identity::account_of(tx, id)? {
        Some((own, _)) if platform.account.is_none() => own,
        _ => {
            let name = PersonName {
                family: found.family,
                middle: found.middle,
                given: found.given,
            };
            account_name(tx, profile, &name, platform.account.as_deref())?
        }
    };
    open(
        tx,
        actor,
        profile,
        (id, &account),
        platform.mail_only,
        document,
    )?;
    Ok(account)
}

fn not_here() -> Refused {
    Refused::state("Quy chế tại đây không có tài khoản Chính quyền điện tử.")
}

/// Who sees what other systems are told of persons: whoever has a role at their place.
const SEE: &[Role] = &Role::ALL;

/// A person as other systems are told of them.
///
/// # Errors
/// Nobody is known so; whoever asks has no role at their place.
pub fn look(tx: &mut Tx<'_>, actor: &Actor, id: PersonId) -> Result<Identity, Refused> {
    let missing = || Refused::missing("Không có người dùng này.");
    let found = identity::get(tx, id)?.ok_or_else(missing)?;
    // Who may not see them does not learn that they are there.
    if !rights::has(tx, actor, SEE, found.organisation)? {
        return Err(missing());
    }
    Ok(found)
}

/// As [`rights::need`], for lists of persons at a place and below.
///
/// # Errors
/// Whoever asks has no role there.
pub fn need(
    tx: &mut Tx<'_>,
    actor: &Actor,
    top: congvu_store::OrganisationId,
) -> Result<(), Refused> {
    rights::need(tx, actor, SEE, top)
}

/// What became of a request that another system made, by its key.
///
/// # Errors
/// What the store answers.
pub fn outcome(
    tx: &mut Tx<'_>,
    id: congvu_store::RequestId,
) -> Result<Option<requests::Line>, Refused> {
    Ok(requests::get_line(tx, id, 1)?)
}

/// Has a person told to the platform again, at once.
///
/// # Errors
/// Whoever orders it does neither run the system nor decide there; they have no account.
pub fn retry(tx: &mut Tx<'_>, actor: &Actor, id: PersonId) -> Result<(), Refused> {
    let found = known(tx, id)?;
    let roles = [Role::Operate, Role::Decide];
    rights::need(tx, actor, &roles, found.organisation)?;
    identity::retry(tx, id).map_err(|error| match error {
        StoreError::NotFound(_) => Refused::missing("Người này chưa có tài khoản để đồng bộ."),
        error => error.into(),
    })?;
    let subject = format!("person/{id}");
    let act = Act::new(Action::IdentityRetry, subject, &full_name(&found)).at(found.organisation);
    Ok(record(tx, actor, &act)?)
}
