//! A line of a request to synchronise accounts, carried out (QN.5.1, QN.5.2, QN.5.3).

use congvu_regulation::naming::fold;
use congvu_store::organisation;
use congvu_store::{MailboxId, OrganisationId, PersonId, Tx, identity, mailbox, person};
use serde_json::{Value, json};

use super::{Platform, account_name, full_name, is_known_to, known, name_of, not_here, open};
use crate::mailbox::{Holder, Issue, Person, issue};
use crate::{Act, Action, Actor, Law, Refused, directory, record};

/// What such a line tells (QN.5.3).
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// Họ và tên.
    pub full_name: &'a str,
    /// Phòng ban, đơn vị.
    pub sub_unit: &'a str,
    /// Chức vụ.
    pub title: &'a str,
    /// Telephone.
    pub phone: &'a str,
    /// The account, where there is one.
    pub account: Option<&'a str>,
    /// They use nothing but mail (QN.5.2).
    pub mail_only: bool,
}

/// Họ, đệm, tên of a full name, as most write it: family first, given last.
#[must_use]
pub fn split(name: &str) -> (String, String, String) {
    let words: Vec<&str> = name.split_whitespace().collect();
    match words.as_slice() {
        [] => Default::default(),
        [given] => (String::new(), String::new(), (*given).to_owned()),
        [family, middle @ .., given] => {
            ((*family).to_owned(), middle.join(" "), (*given).to_owned())
        }
    }
}

/// Brings what is told of a person and their account into effect: who has a mailbox (`of`) or that account gets title, telephone
/// and account, and keeps their address (QN.5.1); who has neither gets a mailbox whose address follows the account. What came of
/// it, and the mailbox.
///
/// # Errors
/// The mailbox is a unit's; the account is another's; the regulation knows no such accounts.
pub fn sync(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    asking: OrganisationId,
    (told, of): (Told<'_>, Option<MailboxId>),
    document: Option<&str>,
) -> Result<(Value, Option<MailboxId>), Refused> {
    let (family, middle, given) = split(told.full_name);
    let asked = Person {
        family,
        middle,
        given,
        title: told.title.to_owned(),
        phone: told.phone.to_owned(),
        platform: Some(Platform {
            account: told.account.map(str::to_owned),
            mail_only: told.mail_only,
        }),
        ..Person::default()
    };
    let whom = match of {
        Some(mailbox) => Some(mailbox::person(tx, mailbox)?.ok_or_else(|| {
            Refused::state("Hộp thư này không phải của một cá nhân: không có tài khoản để đồng bộ.")
        })?),
        None => match told.account {
            Some(account) => identity::by_account(tx, local_part(account).as_str())?,
            None => None,
        },
    };
    let Some(whom) = whom else {
        let place = place_named(tx, asking, told.sub_unit)?;
        if !is_known_to(law.at(tx, place)?) {
            return Err(not_here());
        }
        let asked = Issue {
            organisation: place.0,
            holder: Holder::Person(asked),
            local_part: None,
            former: None,
            quota: None,
        };
        let issued = issue(tx, law, actor, &asked, document)?;
        let id = MailboxId(issued.mailbox);
        let person = mailbox::person(tx, id)?;
        return Ok((outcome(tx, person, Some(issued.address))?, Some(id)));
    };
    known_person(tx, law, actor, asking, (whom, &asked), document)?;
    let address = identity::get(tx, whom)?.and_then(|known| known.address);
    let mailbox = mailbox::of_person(tx, whom)?.first().copied();
    Ok((outcome(tx, Some(whom), address)?, mailbox))
}

fn known_person(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    asking: OrganisationId,
    (id, asked): (PersonId, &Person),
    document: Option<&str>,
) -> Result<(), Refused> {
    let before = known(tx, id)?;
    if !organisation::path(tx, before.organisation)?.contains(&asking) {
        return Err(Refused::state(format!(
            "{} không thuộc cơ quan đề nghị.",
            full_name(&before)
        )));
    }
    if fold(&full_name(&before)) != fold(&asked.full_name()) {
        return Err(Refused::state(format!(
            "Tài khoản, địa chỉ này là của {}; đổi họ tên thì đề nghị thay đổi thông tin.",
            full_name(&before)
        )));
    }
    let profile = law.at(tx, before.organisation)?;
    if !is_known_to(profile) {
        return Err(not_here());
    }
    let platform = asked.platform.clone().unwrap_or_default();
    let account = match identity::account_of(tx, id)? {
        Some((own, _)) if platform.account.is_none() => own,
        _ => account_name(tx, profile, &name_of(asked), platform.account.as_deref())?,
    };
    open(
        tx,
        actor,
        profile,
        (id, &account),
        platform.mail_only,
        document,
    )?;
    let mut after = before.clone();
    for (text, told) in [
        (&mut after.title, &asked.title),
        (&mut after.phone, &asked.phone),
    ] {
        if !told.trim().is_empty() {
            *text = told.trim().to_owned();
        }
    }
    if after == before {
        return Ok(());
    }
    person::update(tx, &after)?;
    for mailbox in mailbox::of_person(tx, id)? {
        directory::refresh(tx, mailbox)?;
    }
    let act = Act::new(
        Action::PersonChange,
        format!("person/{id}"),
        &full_name(&after),
    )
    .at(after.organisation)
    .by_document(document)
    .with(json!({
        "title": { "before": before.title, "after": after.title },
        "phone": { "before": before.phone, "after": after.phone },
    }));
    Ok(record(tx, actor, &act)?)
}

fn outcome(
    tx: &mut Tx<'_>,
    person: Option<PersonId>,
    address: Option<String>,
) -> Result<Value, Refused> {
    let account = match person {
        Some(person) => identity::account_of(tx, person)?,
        None => None,
    };
    let (account, usable) = account.unzip();
    Ok(json!({
        "account": account, "mail_only": usable.map(|usable| !usable), "address": address,
        "person": person.map(|person| person.0),
    }))
}

fn local_part(account: &str) -> String {
    let account = account.split('@').next().unwrap_or_default();
    account.trim().to_ascii_lowercase()
}

/// The part of the asking agency that is told in words, or the agency itself: offices without a place of their own in the tree
/// are told so.
fn place_named(
    tx: &mut Tx<'_>,
    asking: OrganisationId,
    told: &str,
) -> Result<OrganisationId, Refused> {
    let wanted = fold(told);
    let mut named = organisation::subtree(tx, asking)?
        .into_iter()
        .filter(|place| place.ended_at.is_none())
        .filter(|place| fold(&place.name) == wanted || place.short_name == told.trim());
    match (named.next(), named.next()) {
        (Some(place), None) => Ok(place.id),
        (None, _) => Ok(asking),
        (Some(_), Some(_)) => Err(Refused::bad(
            "Có nhiều đơn vị cùng tên; hãy ghi tên viết tắt trong địa chỉ.",
        )),
    }
}
