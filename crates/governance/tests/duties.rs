//! How often mailboxes are looked into, and what kinds of documents go by mail, on both engines.

#![allow(clippy::unwrap_used)]

mod support;

use congvu_governance::report::{self, Table};
use congvu_governance::{Actor, Refused};
use congvu_regulation::Date;
use congvu_store::activity::{self, Kind};
use congvu_store::{AccountId, MailboxId, sent_category, unit_check};
use congvu_testing::{Ground, driven};
use support::{Place, act, at, console, write};

// 2026-01-05T08:00 in Vietnam, a Monday.
const BEGIN: i64 = 1_767_574_800_000;

driven!(super::BEGIN;
    bs_iii_11_how_often_persons_look_into_their_mailboxes,
    hcm_8_2_a_how_often_a_unit_mailbox_is_looked_into,
    hcm_7_1_messages_are_counted_by_the_kind_of_document,
);

fn days(first: &str, last: &str) -> (Date, Date) {
    (first.parse().unwrap(), last.parse().unwrap())
}

/// The cells of a row, beginning with the address.
fn row(table: &Table, address: &str) -> Vec<String> {
    let row = table.rows.iter().find(|row| row[0] == address);
    row.unwrap_or_else(|| panic!("{address}: {table:?}"))
        .clone()
}

async fn looks(ground: &Ground, mailbox: i64, account: i64, times: &[&'static str]) {
    let times = times.to_vec();
    write(ground, move |tx| {
        for time in &times {
            unit_check::add(tx, MailboxId(mailbox), AccountId(account), at(time))?;
        }
        Ok(())
    })
    .await;
}

async fn checking(
    ground: &Ground,
    place: &Place,
    actor: Actor,
    days: (Date, Date),
) -> Result<Table, Refused> {
    let (law, top) = (place.law, place.root);
    act(ground, move |tx| {
        report::checking(tx, law, &actor, top, days)
    })
    .await
}

async fn bs_iii_11_how_often_persons_look_into_their_mailboxes(ground: &Ground) {
    let place = Place::new(ground, "bim-son").await;
    let often = place.official(ground, ("Bùi", "Hữu", "Hùng")).await;
    let seldom = place.official(ground, ("Lê", "Thị", "Lan")).await;
    let tuesday = [
        "2026-01-06T07:30",
        "2026-01-06T10:00",
        "2026-01-06T14:00",
        "2026-01-06T16:30",
    ];
    let own = often.account.unwrap();
    looks(ground, often.mailbox, own, &tuesday).await;
    // Twice in one minute is once; Sunday is nobody's duty. Saturday the 10th is worked, for the 2nd that was not.
    let rest = ["2026-01-07T08:00", "2026-01-07T08:00", "2026-01-11T08:00"];
    looks(ground, often.mailbox, own, &rest).await;
    let other = seldom.account.unwrap();
    looks(ground, seldom.mailbox, other, &["2026-01-08T08:00"]).await;
    // Nobody else's look is theirs.
    looks(ground, seldom.mailbox, own, &["2026-01-08T09:00"]).await;
    ground.clock.set(at("2026-01-12T09:00"));
    let week = days("2026-01-05", "2026-01-11");
    let table = checking(ground, &place, console(), week).await.unwrap();
    // Monday, the day of the issue, does not count yet.
    assert_eq!(
        row(&table, &often.address)[3..],
        ["5", "1", "6", "BS.III.11"]
    );
    assert_eq!(
        row(&table, &seldom.address)[3..],
        ["5", "0", "1", "BS.III.11"]
    );
    // Not who has no role there, nor days that are not over.
    let nobody = Actor::signed_in(AccountId(other), &seldom.address, "192.0.2.1");
    assert!(checking(ground, &place, nobody, week).await.is_err());
    let today = days("2026-01-05", "2026-01-12");
    assert!(checking(ground, &place, console(), today).await.is_err());
}

async fn hcm_8_2_a_how_often_a_unit_mailbox_is_looked_into(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let official = place.official(ground, ("Trần", "Văn", "Nam")).await;
    let who = official.account.unwrap();
    let times = [
        // In each part of the day, and as often, but never in the afternoon.
        "2026-01-06T07:30",
        "2026-01-06T11:00",
        "2026-01-06T13:30",
        "2026-01-06T16:00",
        "2026-01-07T07:30",
        "2026-01-07T07:45",
        "2026-01-07T11:00",
        "2026-01-07T11:15",
    ];
    looks(ground, place.unit.0, who, &times).await;
    ground.clock.set(at("2026-01-12T09:00"));
    let week = days("2026-01-05", "2026-01-11");
    let table = checking(ground, &place, console(), week).await.unwrap();
    // Only unit mailboxes are counted there.
    assert_eq!(table.rows.len(), 1);
    assert_eq!(table.rows[0][3..], ["5", "1", "8", "HCM.8.2.a"]);
}

async fn hcm_7_1_messages_are_counted_by_the_kind_of_document(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let official = place.official(ground, ("Trần", "Văn", "Nam")).await;
    let mailbox = MailboxId(official.mailbox);
    write(ground, move |tx| {
        for (day, category) in [
            ("2026-01-06T08:00", "công văn"),
            ("2026-01-06T09:00", "cong van"),
            ("2026-01-07T09:00", "thư mời"),
            ("2026-01-07T10:00", "tâm tình"),
            ("2026-02-03T10:00", "thư mời"),
        ] {
            sent_category::add(tx, mailbox, category, at(day))?;
            activity::add(tx, mailbox, Kind::Sent, at(day), 1)?;
        }
        // Sent with no kind at all.
        activity::add(tx, mailbox, Kind::Sent, at("2026-01-08T08:00"), 2)
    })
    .await;
    ground.clock.set(at("2026-02-01T09:00"));
    let (law, top) = (place.law, place.root);
    let month = days("2026-01-01", "2026-01-31");
    let table = act(ground, move |tx| {
        report::categories(tx, law, &console(), top, month)
    });
    let table = table.await.unwrap();
    let of = |category: &str| row(&table, category)[1].clone();
    assert_eq!(
        [
            of("công văn"),
            of("thư mời"),
            of("báo cáo"),
            of("loại khác"),
            of("không ghi loại")
        ],
        ["2", "1", "0", "1", "2"]
    );
}
