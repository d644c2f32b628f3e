//! Keywords, activity, the mail log, leases.

use congvu_store::activity::{self, Kind};
use congvu_store::audit::{self, Chain, Record, Search};
use congvu_store::mail_log::{self, Line};
use congvu_store::{Clock, OrganisationId, StoreError, account, keyword, lease};

use super::fixture::{assert_sound, deliver, desk, noise, office, one_desk, uids};
use super::harness::Ground;

both!(
    a_mailbox_has_fifty_eight_keywords,
    the_same_keyword_at_once_takes_one_bit,
    activity_keeps_the_latest_time,
    the_mail_log_is_read_in_pages,
    acts_are_sought_by_any_field,
    a_lease_has_one_holder,
    qn_3_2_hcm_5_tq_3_2_sl_3_2_all_lies_in_one_store,
);

async fn a_mailbox_has_fifty_eight_keywords(ground: &Ground) {
    let office = office(ground).await;
    let an = desk(ground, office, "an").await.mailbox;
    let binh = desk(ground, office, "binh").await.mailbox;
    let (values, folded, list, other) = ground
        .write(move |tx| {
            let mut values = Vec::new();
            for n in 0..60 {
                values.push(keyword::ensure(tx, an, &format!("$Nhãn{n}"))?);
            }
            Ok::<_, StoreError>((
                values,
                keyword::find(tx, an, "$NHãN7")?,
                keyword::list(tx, an)?,
                keyword::ensure(tx, binh, "$Junk")?,
            ))
        })
        .await
        .unwrap();
    for (n, value) in values.iter().enumerate() {
        assert_eq!(*value, (n < 58).then(|| 1_i64 << (n + 5)), "{n}");
    }
    assert_eq!(folded, values[7]);
    assert_eq!(list.len(), 58);
    assert_eq!(list[57], (62, "$Nhãn57".to_owned()));
    assert_eq!(other, Some(32));
}

async fn the_same_keyword_at_once_takes_one_bit(ground: &Ground) {
    let mailbox = one_desk(ground).await.mailbox;
    let tasks: Vec<_> = (0..12)
        .map(|n| {
            let store = (**ground).clone();
            let name = format!("k{}", n % 3);
            tokio::spawn(async move {
                let value = store
                    .write(move |tx| keyword::ensure(tx, mailbox, &name))
                    .await
                    .unwrap();
                (n % 3, value.unwrap())
            })
        })
        .collect();
    let mut seen = std::collections::BTreeMap::new();
    for task in tasks {
        let (n, value) = task.await.unwrap();
        assert_eq!(*seen.entry(n).or_insert(value), value);
    }
    let mut values: Vec<_> = seen.into_values().collect();
    values.sort_unstable();
    assert_eq!(values, [32, 64, 128]);
}

async fn activity_keeps_the_latest_time(ground: &Ground) {
    const DAY: i64 = 86_400_000;
    let mailbox = one_desk(ground).await.mailbox;
    let noon = 20_000 * DAY + 12 * 3_600_000;
    let (last, count, none) = ground
        .write(move |tx| {
            activity::add(tx, mailbox, Kind::Sent, noon, 1)?;
            // Told late: the time does not go back.
            activity::add(tx, mailbox, Kind::Sent, noon - 5_000, 2)?;
            activity::add(tx, mailbox, Kind::Sent, noon - 3 * DAY, 1)?;
            activity::add(tx, mailbox, Kind::Fetched, noon + DAY, 9)?;
            Ok::<_, StoreError>((
                activity::last(tx, mailbox, Kind::Sent)?,
                tx.all(
                    "SELECT count FROM activity WHERE kind = 'sent' ORDER BY day",
                    &[],
                    |row| row.int(0),
                )?,
                activity::last(tx, mailbox, Kind::App)?,
            ))
        })
        .await
        .unwrap();
    assert_eq!(last, Some(noon));
    assert_eq!(count, [1, 3]);
    assert_eq!(none, None);
}

fn line(at: i64, trace: &str) -> Line<'_> {
    Line {
        at,
        direction: "in",
        trace,
        sender: "",
        recipient: "an.nv@sonla.gov.vn",
        client_ip: "192.0.2.1",
        size: 1234,
        code: 250,
        result: "đã nhận",
        account: None,
    }
}

async fn the_mail_log_is_read_in_pages(ground: &Ground) {
    ground
        .write(|tx| {
            for n in 0..25 {
                // Many lines share a millisecond.
                mail_log::add(tx, &line(1000 + n / 10, &format!("t{n}")))?;
            }
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    let mut at = (2000, 0);
    let mut traces = Vec::new();
    loop {
        let page = ground
            .read(move |tx| mail_log::page_before(tx, at, 4))
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        at = (last.at, last.id);
        traces.extend(page.into_iter().map(|line| line.trace));
    }
    let expect: Vec<_> = (0..25).rev().map(|n| format!("t{n}")).collect();
    assert_eq!(traces, expect);
    let older = ground
        .read(|tx| mail_log::page(tx, 1001, 100))
        .await
        .unwrap();
    assert_eq!(older.len(), 10);
    assert_eq!((older[0].size, older[0].code), (1234, 250));
    assert_eq!(older[0].result, "đã nhận");
}

/// Every record that fits, read in pieces of `limit` after looking at `look`.
async fn sought(ground: &Ground, asked: &Search, limit: usize, look: i64) -> Vec<String> {
    let (mut before, mut all) = (None, Vec::new());
    loop {
        let asked = asked.clone();
        let found = ground
            .read(move |tx| audit::search(tx, Chain::Acts, &asked, before, limit, look))
            .await
            .unwrap();
        assert!(found.records.len() <= limit);
        all.extend(found.records.into_iter().map(|one| one.record.document));
        before = found.next;
        if before.is_none() {
            return all;
        }
    }
}

async fn acts_are_sought_by_any_field(ground: &Ground) {
    ground
        .write(|tx| {
            for n in 0..24 {
                let record = Record {
                    // Several share a millisecond.
                    at: 1000 + n / 3,
                    actor: format!("a{}", n % 2),
                    client_ip: format!("192.0.2.{}", n % 3),
                    action: format!("x.{}", n % 4),
                    subject: format!("thing/{}", n % 6),
                    organisation: (n % 5 > 0).then_some(OrganisationId(n % 5)),
                    document: n.to_string(),
                    ..Record::default()
                };
                audit::add(tx, Chain::Acts, &record)?;
                audit::add(tx, Chain::SignIns, &record)?;
            }
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
    let text = |text: &str| Some(text.to_owned());
    let places = |ids: &[i64]| Some(ids.iter().map(|id| OrganisationId(*id)).collect());
    let all = Search::default();
    type Fits = fn(i64) -> bool;
    let cases: [(Search, Fits); 9] = [
        (all.clone(), |_| true),
        (
            Search {
                actor: text("a1"),
                ..all.clone()
            },
            |n| n % 2 == 1,
        ),
        (
            Search {
                client_ip: text("192.0.2.2"),
                ..all.clone()
            },
            |n| n % 3 == 2,
        ),
        (
            Search {
                action: text("x.3"),
                ..all.clone()
            },
            |n| n % 4 == 3,
        ),
        (
            Search {
                subject: text("thing/5"),
                ..all.clone()
            },
            |n| n % 6 == 5,
        ),
        (
            Search {
                places: places(&[2]),
                ..all.clone()
            },
            |n| n % 5 == 2,
        ),
        (
            Search {
                places: places(&[2, 3]),
                ..all.clone()
            },
            |n| matches!(n % 5, 2 | 3),
        ),
        (
            Search {
                since: Some(1002),
                until: Some(1005),
                ..all.clone()
            },
            |n| (6..15).contains(&n),
        ),
        (
            Search {
                since: Some(1001),
                until: Some(1007),
                actor: text("a0"),
                subject: text("thing/0"),
                ..all
            },
            |n| (3..21).contains(&n) && n % 6 == 0,
        ),
    ];
    for (asked, fits) in cases {
        let expect: Vec<String> = (0..24)
            .rev()
            .filter(|n| fits(*n))
            .map(|n| n.to_string())
            .collect();
        for (limit, look) in [(1, 100), (3, 2), (100, 5), (100, 100)] {
            assert_eq!(
                sought(ground, &asked, limit, look).await,
                expect,
                "{asked:?}"
            );
        }
    }
}

async fn a_lease_has_one_holder(ground: &Ground) {
    let take = async |holder, ms| {
        ground
            .write(move |tx| lease::take(tx, "sweep", holder, ms))
            .await
            .unwrap()
    };
    let release = async |holder| {
        ground
            .write(move |tx| lease::release(tx, "sweep", holder))
            .await
            .unwrap();
    };
    assert!(take(1, 60_000).await);
    assert!(take(1, 60_000).await);
    assert!(!take(2, 60_000).await);
    release(2).await;
    assert!(!take(2, 60_000).await);
    release(1).await;
    assert!(take(2, -10).await);
    // Run out.
    assert!(take(1, 60_000).await);
    assert!(!take(2, 60_000).await);
}

/// Mail large and small, addresses, accounts, the mail log and the record: whoever opens the one store, on whatever node, has all.
async fn qn_3_2_hcm_5_tq_3_2_sl_3_2_all_lies_in_one_store(ground: &Ground) {
    let clock = Clock::driven(1_780_000_000_000);
    let store = ground.keeping(&clock).await;
    let desk = one_desk(&store).await;
    deliver(&store, desk.inbox, b"ngan").await;
    deliver(&store, desk.inbox, &noise(3, 200_000)).await;
    let login = store
        .write(move |tx| {
            mail_log::add(tx, &line(tx.now(), "t1"))?;
            let record = Record {
                at: tx.now(),
                action: "x.y".to_owned(),
                ..Record::default()
            };
            audit::add(tx, Chain::Acts, &record)?;
            Ok::<_, StoreError>(account::get(tx, desk.account)?.unwrap().login)
        })
        .await
        .unwrap();
    store.close();
    let again = ground.keeping(&clock).await;
    assert_eq!(uids(&again, desk.inbox).await, [1, 2]);
    let (found, logged, recorded) = again
        .read(move |tx| {
            Ok::<_, StoreError>((
                account::by_login(tx, &login)?.map(|account| account.id),
                mail_log::page(tx, i64::MAX, 10)?.len(),
                audit::unsealed(tx, Chain::Acts, 10)?.len(),
            ))
        })
        .await
        .unwrap();
    assert_eq!((found, logged, recorded), (Some(desk.account), 1, 1));
    assert_sound(&again).await;
}
