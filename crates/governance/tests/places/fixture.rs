//! A small province, made through the use cases.

use congvu_governance::organisation::{self as places, Details, Kind, Spokesmen};
use congvu_governance::{Actor, Law, Refused, directory};
use congvu_store::account::{self, NewAccount};
use congvu_store::mailbox::{self, NewMailbox};
use congvu_store::organisation::{self, NewPerson};
use congvu_store::{
    AccountId, DomainId, MailboxId, OrganisationId, PersonId, Store, StoreError, Tx, audit,
};

pub(crate) fn console() -> Actor {
    Actor::console("root")
}

/// Runs a use case in a transaction of its own.
pub(crate) async fn act<T: Send + 'static>(
    store: &Store,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, Refused> + Send + 'static,
) -> Result<T, Refused> {
    store.write(work).await
}

pub(crate) fn details(parent: Option<OrganisationId>, kind: Kind, name: &str) -> Details {
    Details {
        parent,
        kind,
        name: name.to_owned(),
        short_name: String::new(),
        suffix: None,
        profile: None,
        domain: None,
        code: None,
    }
}

/// The top of a tree under a regulation, with its domain.
pub(crate) async fn top(
    store: &Store,
    profile: &'static str,
    domain: &'static str,
) -> OrganisationId {
    act(store, move |tx| {
        places::add_domain(tx, &console(), domain, None)?;
        let new = Details {
            short_name: "ubnd".to_owned(),
            profile: Some(profile.to_owned()),
            ..details(None, Kind::Province, "Ủy ban nhân dân tỉnh")
        };
        Ok(places::add(tx, Law::default(), &console(), &new, None)?.id)
    })
    .await
    .unwrap()
}

pub(crate) async fn add(
    store: &Store,
    parent: OrganisationId,
    kind: Kind,
    name: &'static str,
    short_name: &'static str,
) -> OrganisationId {
    act(store, move |tx| {
        let new = Details {
            short_name: short_name.to_owned(),
            ..details(Some(parent), kind, name)
        };
        Ok(places::add(tx, Law::default(), &console(), &new, None)?.id)
    })
    .await
    .unwrap()
}

/// An agency below a place, under a regulation of its own.
pub(crate) async fn under(
    store: &Store,
    parent: OrganisationId,
    profile: &'static str,
    short_name: &'static str,
) -> OrganisationId {
    act(store, move |tx| {
        let new = Details {
            short_name: short_name.to_owned(),
            profile: Some(profile.to_owned()),
            ..details(Some(parent), Kind::Provincial, short_name)
        };
        Ok(places::add(tx, Law::default(), &console(), &new, None)?.id)
    })
    .await
    .unwrap()
}

/// Somebody with a mailbox.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Holder {
    pub(crate) person: Option<PersonId>,
    pub(crate) account: AccountId,
    pub(crate) mailbox: MailboxId,
}

pub(crate) fn holder(
    tx: &mut Tx<'_>,
    place: OrganisationId,
    (family, middle, given): (&str, &str, &str),
    title: &str,
    local_part: &str,
) -> Result<Holder, Refused> {
    let (domain, name) = organisation::domain_of(tx, place)?.unwrap();
    let person = match given {
        "" => None,
        given => Some(organisation::create_person(
            tx,
            &NewPerson {
                organisation: place,
                family,
                middle,
                given,
                title,
                phone: "",
                born: None,
                code: None,
            },
        )?),
    };
    let account = account::create(
        tx,
        &NewAccount {
            login: &format!("{local_part}@{name}"),
            organisation: place,
            person,
            role: "user",
            password: None,
            must_change: None,
        },
    )?;
    let mailbox = mailbox_of(
        tx,
        place,
        person,
        account,
        (domain, local_part),
        family,
        middle,
        given,
    )?;
    Ok(Holder {
        person,
        account,
        mailbox,
    })
}

#[allow(clippy::too_many_arguments)]
fn mailbox_of(
    tx: &mut Tx<'_>,
    place: OrganisationId,
    person: Option<PersonId>,
    account: AccountId,
    (domain, local_part): (DomainId, &str),
    family: &str,
    middle: &str,
    given: &str,
) -> Result<MailboxId, Refused> {
    let whole = format!("{family} {middle} {given}");
    let name = match person {
        Some(_) => whole,
        None => organisation::get(tx, place)?.unwrap().name,
    };
    let made = mailbox::create(
        tx,
        &NewMailbox {
            kind: if person.is_some() { "personal" } else { "unit" },
            organisation: place,
            account: Some(account),
            person,
            name: &name,
            quota: 1 << 20,
            local_part,
            domain,
        },
    )?;
    directory::refresh(tx, made)?;
    Ok(made)
}

/// A person with a mailbox.
pub(crate) async fn person(
    store: &Store,
    place: OrganisationId,
    names: (&'static str, &'static str, &'static str),
    title: &'static str,
    local_part: &'static str,
) -> Holder {
    act(store, move |tx| holder(tx, place, names, title, local_part))
        .await
        .unwrap()
}

/// The main unit mailbox of a place.
pub(crate) async fn unit(store: &Store, place: OrganisationId, local_part: &'static str) -> Holder {
    act(store, move |tx| {
        let made = holder(tx, place, ("", "", ""), "", local_part)?;
        let new = Spokesmen {
            mailbox: Some(made.mailbox),
            ..Spokesmen::default()
        };
        places::set_spokesmen(tx, &console(), place, new, None)?;
        Ok(made)
    })
    .await
    .unwrap()
}

/// Actions in the record of acts, the oldest first.
pub(crate) async fn acts(store: &Store) -> Vec<String> {
    let page = store
        .read(|tx| audit::page(tx, audit::Chain::Acts, (i64::MAX, i64::MAX), 1_000))
        .await;
    let page: Result<_, StoreError> = page;
    let mut acts: Vec<(i64, String)> = page
        .unwrap()
        .into_iter()
        .map(|recorded| (recorded.id, recorded.record.action))
        .collect();
    acts.sort();
    acts.into_iter().map(|(_, action)| action).collect()
}
