//! A place under a profile, with people, on a clock that the case drives.

#![allow(clippy::unwrap_used, dead_code, unused_imports)]

use congvu_governance::life::{Options, Swept, sweep};
use congvu_governance::mailbox::{Holder, Issue, Issued, Person, issue};
use congvu_governance::{Actor, Law, Refused};
use congvu_regulation::{Date, Moment};
use congvu_store::account;
use congvu_store::activity::{self, Kind};
use congvu_store::audit::{self, Chain};
use congvu_store::life::{self, Life};
use congvu_store::organisation::{self, NewOrganisation};
use congvu_store::{AccountId, MailboxId, OrganisationId, StoreError, Tx};
use congvu_testing::Ground;

/// `2026-02-12` or `2026-02-12T08:30` in Vietnam, as ms.
pub(crate) fn at(text: &str) -> i64 {
    text.parse::<Moment>().unwrap().0
}

pub(crate) fn console() -> Actor {
    Actor::console("root")
}

/// A root with a profile, one agency under it with a unit mailbox, and its first official.
pub(crate) struct Place {
    pub(crate) root: OrganisationId,
    pub(crate) agency: OrganisationId,
    pub(crate) unit: MailboxId,
    pub(crate) law: Law,
}

/// Names of a profile's examples.
fn names(profile: &str) -> (&'static str, &'static str, &'static str, &'static str) {
    match profile {
        "quang-ninh" => (
            "quangninh.gov.vn",
            "Sở Thông tin và Truyền thông",
            "sttvtt",
            "provincial",
        ),
        "bim-son" => (
            "thanhhoa.gov.vn",
            "Phòng Văn hóa và Thông tin",
            "vhtt.bimson",
            "provincial",
        ),
        "tuyen-quang" => (
            "tuyenquang.gov.vn",
            "Sở Khoa học và Công nghệ",
            "skhcn",
            "provincial",
        ),
        "hcm-donre" => (
            "tphcm.gov.vn",
            "Chi cục Bảo vệ môi trường",
            "ccbvmt.stnmt",
            "attached",
        ),
        _ => (
            "sonla.gov.vn",
            "Sở Khoa học và Công nghệ",
            "skhcn",
            "provincial",
        ),
    }
}

impl Place {
    pub(crate) async fn new(ground: &Ground, profile: &'static str) -> Self {
        let law = Law::default();
        let (domain, agency_name, short, kind) = names(profile);
        let made = ground.store.write(move |tx| {
            let domain = organisation::create_domain(tx, domain)?;
            let root = organisation::create(
                tx,
                &NewOrganisation {
                    parent: None,
                    kind: "province",
                    name: "Ủy ban nhân dân tỉnh",
                    short_name: "ubnd",
                    profile: Some(profile),
                },
            )?;
            tx.execute(
                "UPDATE organisation SET domain_id = $2 WHERE id = $1",
                &[root.into(), domain.into()],
            )?;
            let agency = organisation::create(
                tx,
                &NewOrganisation {
                    parent: Some(root),
                    kind,
                    name: agency_name,
                    short_name: short,
                    profile: None,
                },
            )?;
            let asked = Issue {
                organisation: agency.0,
                holder: Holder::Unit { own_account: true },
                local_part: Some(short.to_owned()),
                former: None,
                quota: None,
            };
            let unit = issue(tx, law, &console(), &asked, None)?;
            Ok::<_, Refused>((root, agency, MailboxId(unit.mailbox)))
        });
        let (root, agency, unit) = made.await.unwrap();
        Self {
            root,
            agency,
            unit,
            law,
        }
    }

    /// Issues a mailbox to a person of the agency and hands the one-time password over.
    pub(crate) async fn official(&self, ground: &Ground, name: (&str, &str, &str)) -> Issued {
        let (law, agency) = (self.law, self.agency);
        let person = Person {
            family: name.0.to_owned(),
            middle: name.1.to_owned(),
            given: name.2.to_owned(),
            ..Person::default()
        };
        let made = ground.store.write(move |tx| {
            let asked = Issue {
                organisation: agency.0,
                holder: Holder::Person(person.clone()),
                local_part: None,
                former: None,
                quota: None,
            };
            let proposal = congvu_governance::mailbox::propose(tx, law, &asked)?;
            let local_part = proposal
                .local_part
                .clone()
                .or_else(|| proposal.candidates.first().cloned());
            let asked = Issue {
                local_part,
                ..asked
            };
            let made = issue(tx, law, &console(), &asked, Some("12/STTTT-CNTT"))?;
            let id = MailboxId(made.mailbox);
            congvu_governance::mailbox::hand_over(tx, law, &console(), id, "$argon2id$one-time")?;
            Ok::<_, Refused>(made)
        });
        made.await.unwrap()
    }
}

/// The holder changes the one-time password and uses the mailbox.
pub(crate) async fn begins(ground: &Ground, issued: &Issued) {
    let (mailbox, account) = (issued.mailbox, issued.account.unwrap());
    write(ground, move |tx| {
        account::set_password(tx, AccountId(account), "$argon2id$own", None)?;
        let now = tx.now();
        activity::add(tx, MailboxId(mailbox), Kind::Interactive, now, 1)?;
        activity::add(tx, MailboxId(mailbox), Kind::Sent, now, 1)
    })
    .await;
}

pub(crate) async fn uses(ground: &Ground, issued: &Issued, kind: Kind) {
    let mailbox = issued.mailbox;
    write(ground, move |tx| {
        let now = tx.now();
        activity::add(tx, MailboxId(mailbox), kind, now, 1)
    })
    .await;
}

pub(crate) async fn write<T: Send + 'static>(
    ground: &Ground,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    ground.store.write(work).await.unwrap()
}

/// Runs a use case.
pub(crate) async fn act<T: Send + 'static>(
    ground: &Ground,
    work: impl FnMut(&mut Tx<'_>) -> Result<T, Refused> + Send + 'static,
) -> Result<T, Refused> {
    ground.store.write(work).await
}

pub(crate) async fn life_of(ground: &Ground, mailbox: i64) -> Life {
    let read = ground
        .store
        .read(move |tx| life::get(tx, MailboxId(mailbox)));
    let read: Result<_, StoreError> = read.await;
    read.unwrap().unwrap()
}

pub(crate) const OPTIONS: Options = Options {
    as_of: None,
    dry_run: false,
    most: 100,
    confirmed: None,
};

/// Sets the clock and sweeps.
pub(crate) async fn sweep_at(ground: &Ground, law: Law, when: &str) -> Swept {
    ground.clock.set(at(when));
    let swept = sweep(&ground.store, law, OPTIONS).await.unwrap();
    assert_eq!(swept.failed, []);
    swept
}

/// Sweeps each night from one day to another.
pub(crate) async fn nights(ground: &Ground, law: Law, from: &str, to: &str) -> Vec<(Date, Swept)> {
    let (mut day, last): (Date, Date) = (from.parse().unwrap(), to.parse().unwrap());
    let mut all = Vec::new();
    while day <= last {
        ground.clock.set(day.start().0 + 10 * 60_000);
        let swept = sweep(&ground.store, law, OPTIONS).await.unwrap();
        assert_eq!(swept.failed, [], "{day}");
        all.push((day, swept));
        day = day.plus_days(1);
    }
    all
}

/// The recorded acts on a mailbox: action and clause.
pub(crate) async fn acts(ground: &Ground, mailbox: i64) -> Vec<(String, String)> {
    let subject = format!("mailbox/{mailbox}");
    let read = ground.store.read(move |tx| {
        let records = audit::unsealed(tx, Chain::Acts, 10_000)?;
        Ok::<_, StoreError>(
            records
                .into_iter()
                .map(|recorded| recorded.record)
                .filter(|record| record.subject == subject)
                .map(|record| (record.action, record.clause))
                .collect(),
        )
    });
    read.await.unwrap()
}

/// All notices, as kind and subject.
pub(crate) async fn notices(ground: &Ground) -> Vec<(String, String)> {
    let read = ground.store.read(|tx| {
        let first = congvu_store::NoticeId(0);
        let mut unsent = congvu_store::notice::unsent(tx, first, 10_000)?;
        // Those that wait for their files.
        for (id, _) in congvu_store::notice::without_files(tx, first, 10_000)? {
            unsent.extend(congvu_store::notice::get(tx, id)?);
        }
        unsent.sort_by_key(|notice| notice.id);
        Ok::<_, StoreError>(unsent)
    });
    let unsent = read.await.unwrap();
    unsent
        .into_iter()
        .map(|notice| (notice.kind, notice.subject))
        .collect()
}

pub(crate) use congvu_store::account::MustChange as Cause;
