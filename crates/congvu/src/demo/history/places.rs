//! The province on its first day: organisations, their mailboxes, their people, who decides.

use anyhow::{Context, Result};
use congvu_access::hash_password;
use congvu_governance::mailbox::{self, Holder, Issue, Person};
use congvu_governance::organisation::{self as places, Details, Kind, Spokesmen};
use congvu_governance::{Actor, Law};
use congvu_regulation::Date;
use congvu_store::account;
use congvu_store::activity::{self, Kind as Use};
use congvu_store::{
    AccountId, Clock, MailboxId, OrganisationId, Store, StoreError, Tx, mailbox as boxes,
};

use super::names::{self, Named};
use super::{Agency, Habit, Official, Plan, World};
use crate::demo::people::People;
use crate::demo::province;
use crate::{directory, profiles};

/// Mailboxes issued in one transaction.
const AT_ONCE: usize = 50;

/// Founds the province.
pub(super) async fn found(
    store: Store,
    clock: Clock,
    plan: Plan,
    password: &str,
    before: Date,
) -> Result<World> {
    let word = password.to_owned();
    let phc = tokio::task::spawn_blocking(move || hash_password(&word)).await?;
    let law = profiles::law();
    let (hash, profile) = (phc.clone(), plan.profile);
    let root =
        directory::change(&store, move |tx| province::found(tx, &hash, profile.id())).await?;
    let admin = directory::change(&store, move |tx| {
        let address = format!("quantri@{}", crate::demo::DOMAIN);
        let account = account::by_login(tx, &address)?.ok_or(StoreError::NotFound("account"))?;
        let mailbox = boxes::of_account(tx, account.id)?.ok_or(StoreError::NotFound("mailbox"))?;
        Ok(Official {
            mailbox,
            account: account.id,
            address,
            habit: Habit::Often,
        })
    })
    .await?;
    let named = names::all(plan.profile, plan.agencies);
    let staff = (plan.mailboxes - named.len()) / named.len().max(1);
    let (mut people, mut agencies, mut n) = (People::default(), Vec::new(), 0);
    for (index, named) in named.into_iter().enumerate() {
        let short = named.short.clone();
        let drawn: Vec<Person> = (0..staff.max(2))
            .map(|at| {
                let person = people.next(&short);
                Person {
                    family: person.names[0].to_owned(),
                    middle: person.names[1].to_owned(),
                    given: person.names[2].to_owned(),
                    title: title(at).to_owned(),
                    phone: format!("0987 {:03} {at:03}", index % 1000),
                    ..Person::default()
                }
            })
            .collect();
        let place = agency(&store, law, root, &named, index, &phc).await?;
        let mut officials = Vec::new();
        for chunk in drawn.chunks(AT_ONCE) {
            let (chunk, hash, first) = (chunk.to_vec(), phc.clone(), n);
            n += chunk.len();
            let made = directory::change(&store, move |tx| {
                let mut made = Vec::new();
                for (person, n) in chunk.iter().zip(first..) {
                    made.push(official(tx, law, place, person, &hash, Habit::of(n))?);
                }
                Ok(made)
            });
            officials.extend(made.await?);
        }
        let (head, contact) = (officials[0].mailbox, officials[1].mailbox);
        directory::change(&store, move |tx| {
            let unit = congvu_store::organisation::get(tx, place)?.and_then(|place| place.mailbox);
            let spokesmen = Spokesmen {
                head: boxes::person(tx, head)?,
                contact: boxes::person(tx, contact)?,
                mailbox: unit,
            };
            Ok(places::set_spokesmen(
                tx,
                &directory::actor(),
                place,
                spokesmen,
                None,
            )?)
        })
        .await?;
        agencies.push(Agency {
            place,
            name: named.name,
            people: officials,
        });
    }
    province::entrust_all(&store, root, &agencies_of(&agencies)).await?;
    Ok(World {
        store,
        clock,
        law,
        profile: plan.profile,
        admin,
        agencies,
        phc,
        before,
    })
}

/// The addresses of the people of each organisation.
fn agencies_of(agencies: &[Agency]) -> Vec<Vec<String>> {
    let addresses = |agency: &Agency| {
        agency
            .people
            .iter()
            .map(|one| one.address.clone())
            .collect()
    };
    agencies.iter().map(addresses).collect()
}

fn title(position: usize) -> &'static str {
    match position {
        0 => "Thủ trưởng",
        1 => "Đầu mối thư điện tử",
        2 => "Phó thủ trưởng",
        3 | 4 => "Trưởng phòng",
        5 => "Văn thư",
        _ => "Chuyên viên",
    }
}

/// An organisation and its own mailbox, which its keeper opens with a password.
async fn agency(
    store: &Store,
    law: Law,
    root: OrganisationId,
    named: &Named,
    index: usize,
    phc: &str,
) -> Result<OrganisationId> {
    let (named, phc) = (named.clone(), phc.to_owned());
    directory::change(store, move |tx| {
        let actor = directory::actor();
        let new = Details {
            parent: Some(root),
            kind: Kind::parse(named.kind).ok_or(StoreError::NotFound("kind"))?,
            name: named.name.clone(),
            short_name: named.short.clone(),
            suffix: None,
            profile: None,
            domain: None,
            code: Some(format!("H99.{:03}", index + 1)),
        };
        let place = places::add(tx, law, &actor, &new, None)?.id;
        let mut asked = Issue {
            organisation: place.0,
            holder: Holder::Unit { own_account: true },
            local_part: None,
            former: None,
            quota: None,
        };
        asked.local_part = offered(tx, law, &asked)?;
        let unit = mailbox::issue(tx, law, &actor, &asked, Some("01/QĐ-UBND"))?;
        if let Some(account) = unit.account {
            begin(
                tx,
                law,
                &actor,
                (MailboxId(unit.mailbox), AccountId(account)),
                &phc,
            )?;
        }
        let spokesmen = Spokesmen {
            mailbox: Some(MailboxId(unit.mailbox)),
            ..Spokesmen::default()
        };
        places::set_spokesmen(tx, &actor, place, spokesmen, None)?;
        Ok(place)
    })
    .await
}

/// The address that the rules propose, or the first among those that people may agree on.
fn offered(tx: &mut Tx<'_>, law: Law, asked: &Issue) -> Result<Option<String>> {
    let proposal = mailbox::propose(tx, law, asked)?;
    let first = proposal.candidates.first().cloned();
    Ok(proposal.local_part.or(first))
}

/// Somebody's mailbox; whoever uses it chooses the password on the first day.
pub(super) fn official(
    tx: &mut Tx<'_>,
    law: Law,
    place: OrganisationId,
    person: &Person,
    phc: &str,
    habit: Habit,
) -> Result<Official> {
    let actor = directory::actor();
    let mut asked = Issue {
        organisation: place.0,
        holder: Holder::Person(person.clone()),
        local_part: None,
        former: None,
        quota: None,
    };
    asked.local_part = offered(tx, law, &asked)?;
    let made = mailbox::issue(tx, law, &actor, &asked, Some("02/QĐ-UBND"))?;
    let (id, account) = (
        MailboxId(made.mailbox),
        AccountId(made.account.context("hộp thư không có tài khoản")?),
    );
    if habit == Habit::Never {
        mailbox::hand_over(tx, law, &actor, id, phc)?;
    } else {
        begin(tx, law, &actor, (id, account), phc)?;
    }
    Ok(Official {
        mailbox: id,
        account,
        address: made.address,
        habit,
    })
}

/// The one-time password is handed over, and its holder chooses one.
pub(super) fn begin(
    tx: &mut Tx<'_>,
    law: Law,
    actor: &Actor,
    (mailbox, account): (MailboxId, AccountId),
    phc: &str,
) -> Result<()> {
    mailbox::hand_over(tx, law, actor, mailbox, phc)?;
    account::set_password(tx, account, phc, None)?;
    activity::add(tx, mailbox, Use::Interactive, tx.now(), 1)?;
    Ok(())
}
