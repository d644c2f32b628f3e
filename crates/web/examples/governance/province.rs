//! A province, made through the use cases.

use congvu_governance::mailbox::{Holder, Issue, Person, hand_over, issue};
use congvu_governance::organisation::{Details, Kind, add, add_domain};
use congvu_governance::{Actor, Law, Refused};
use congvu_store::activity::{self, Kind as Use};
use congvu_store::organisation::{self, NewOrganisation};
use congvu_store::{AccountId, Clock, MailboxId, OrganisationId, Store, Tx, account};

use tokio::task::JoinSet;

use crate::names::{FAMILY, FIELD, GIVEN, Lot, MIDDLE, TITLE};

/// 2025-08-04 08:00 in Vietnam, a Monday.
pub(crate) const BEGIN: i64 = 1_754_269_200_000;
/// 2026-08-03 01:30, a Monday: the night after July, when its lists are made.
pub(crate) const NIGHT: i64 = 1_785_695_400_000;
const DAY: i64 = 86_400_000;
/// Of a hundred mailboxes so many have not been used for half a year; as many have been left for the terms of the reminders.
const UNUSED: usize = 2;
/// As many days before the night (half a year, and days before that): the lock, and two reminders.
const LEFT: [i64; 3] = [186, 151, 177];
/// Working days of July that each mailbox in use is used on.
const DAYS: i64 = 22;
/// In the part under the other regulation, of how many the first session ended without a new password (HCM.8.3.b).
const FIRST: usize = 20;
const OTHER: usize = 400;
/// Places filled at once.
const TOGETHER: usize = 4;

pub(crate) fn console() -> Actor {
    Actor::console("root")
}

pub(crate) async fn act<T: Send + 'static>(
    store: &Store,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, Refused> + Send + 'static,
) -> T {
    store.write(work).await.unwrap()
}

fn details(parent: Option<OrganisationId>, kind: Kind, name: &str, short_name: &str) -> Details {
    Details {
        parent,
        kind,
        name: name.to_owned(),
        short_name: short_name.to_owned(),
        suffix: None,
        profile: parent.is_none().then(|| "quang-ninh".to_owned()),
        domain: None,
        code: None,
    }
}

/// So many mailboxes at so many places; and a part under a regulation that looks at first sessions.
pub(crate) async fn fill(store: &Store, clock: &Clock, places: usize, mailboxes: usize) {
    let top = act(store, |tx| {
        add_domain(tx, &console(), "quangninh.gov.vn", None)?;
        let name = "Ủy ban nhân dân tỉnh Quảng Ninh";
        let top = details(None, Kind::Province, name, "ubnd");
        Ok(add(tx, Law::default(), &console(), &top, None)?.id)
    })
    .await;
    let mut all = Vec::new();
    for n in 0..places {
        all.push(act(store, move |tx| agency(tx, top, n)).await);
    }
    let other = act(store, move |tx| {
        Ok(organisation::create(
            tx,
            &NewOrganisation {
                parent: Some(top),
                kind: "attached",
                name: "Chi cục Bảo vệ môi trường",
                short_name: "ccbvmt",
                profile: Some("hcm-donre"),
            },
        )?)
    });
    let other = other.await;
    let mut issued = Vec::new();
    for some in (0..places).collect::<Vec<_>>().chunks(TOGETHER) {
        // Half a year of issuing.
        clock.set(BEGIN + DAY * i64::try_from(some[0] * 170 / places).unwrap());
        let mut filling = JoinSet::new();
        for n in some.iter().copied() {
            let (store, place) = (store.clone(), all[n]);
            let count = mailboxes / places + usize::from(n < mailboxes % places);
            filling.spawn(async move { act(&store, move |tx| people(tx, place, n, count)).await });
        }
        for chosen in filling.join_all().await {
            issued.extend(chosen);
        }
    }
    // Passwords are changed in time.
    clock.set(NIGHT - 20 * DAY);
    for some in issued.chunks(500) {
        let some = some.to_vec();
        act(store, move |tx| {
            for account in &some {
                account::set_password(tx, *account, "$argon2id$own", None)?;
            }
            Ok(())
        })
        .await;
    }
    clock.set(NIGHT - 3 * DAY);
    act(store, move |tx| newcomers(tx, other)).await;
}

fn agency(tx: &mut Tx<'_>, top: OrganisationId, n: usize) -> Result<OrganisationId, Refused> {
    let field = FIELD[n % FIELD.len()];
    let (kind, name) = match n / FIELD.len() {
        0 => (Kind::Provincial, format!("Sở {field}")),
        1 => (
            Kind::Provincial,
            format!("Trung tâm {field} và Dịch vụ công"),
        ),
        nth if nth < 5 => (Kind::Provincial, format!("Chi cục {field} khu vực {nth}")),
        nth => (
            Kind::Commune,
            format!(
                "Ủy ban nhân dân xã {} {}",
                GIVEN[n % GIVEN.len()],
                GIVEN[nth % GIVEN.len()]
            ),
        ),
    };
    let new = details(Some(top), kind, &name, &format!("cq{n}"));
    let id = add(tx, Law::default(), &console(), &new, None)?.id;
    let unit = Issue {
        organisation: id.0,
        holder: Holder::Unit { own_account: false },
        local_part: Some(format!("cq{n}")),
        former: None,
        quota: None,
    };
    issue(tx, Law::default(), &console(), &unit, None)?;
    Ok(id)
}

fn person(lot: &mut Lot) -> Person {
    Person {
        family: lot.of(&FAMILY).to_owned(),
        middle: lot.of(&MIDDLE).to_owned(),
        given: lot.of(&GIVEN).to_owned(),
        title: lot.of(&TITLE).to_owned(),
        ..Person::default()
    }
}

fn holder(
    tx: &mut Tx<'_>,
    lot: &mut Lot,
    place: OrganisationId,
    local_part: String,
) -> Result<(MailboxId, AccountId), Refused> {
    let asked = Issue {
        organisation: place.0,
        holder: Holder::Person(person(lot)),
        local_part: Some(local_part),
        former: None,
        quota: None,
    };
    let made = issue(tx, Law::default(), &console(), &asked, Some("12/SKHCN-VP"))?;
    let (mailbox, account) = (MailboxId(made.mailbox), AccountId(made.account.unwrap()));
    hand_over(
        tx,
        Law::default(),
        &console(),
        mailbox,
        "$argon2id$one-time",
    )?;
    Ok((mailbox, account))
}

/// The people of a place; the accounts of those who chose a password of their own.
fn people(
    tx: &mut Tx<'_>,
    place: OrganisationId,
    n: usize,
    count: usize,
) -> Result<Vec<AccountId>, Refused> {
    let mut lot = Lot::new(u64::try_from(n).unwrap());
    let mut chosen = Vec::new();
    for k in 0..count {
        let (mailbox, account) = holder(tx, &mut lot, place, format!("canbo{n}x{k}"))?;
        // One of fifty has not got round to it.
        if lot.below(50) > 0 {
            chosen.push(account);
        }
        let kind = lot.below(100);
        let uses = [Use::Interactive, Use::Fetched, Use::Sent];
        if let Some(left) = LEFT.get(kind / UNUSED) {
            for used in uses {
                activity::add(tx, mailbox, used, NIGHT - left * DAY, 1)?;
            }
            continue;
        }
        for back in 3..3 + DAYS {
            for used in uses {
                activity::add(tx, mailbox, used, NIGHT - back * DAY, 3)?;
            }
        }
    }
    Ok(chosen)
}

fn newcomers(tx: &mut Tx<'_>, place: OrganisationId) -> Result<(), Refused> {
    let mut lot = Lot::new(1 << 32);
    for k in 0..OTHER {
        let (_, account) = holder(tx, &mut lot, place, format!("moi{k}.stnmt"))?;
        account::begin_first_session(tx, account)?;
        match k < FIRST {
            true => account::end_first_session(tx, account)?,
            false => account::set_password(tx, account, "$argon2id$own", None)?,
        }
    }
    Ok(())
}
