//! Reports: each made once, as things stood at the end of its days, and again the same.

#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;

use congvu_governance::mailbox::{self, Because, Issued};
use congvu_governance::report::{
    Made, accept, ask, due, get, hand_back, make_due, of_place, overdue, refresh, remake, remind,
    statistics, submit, sum_up,
};
use congvu_governance::request::{Ask, Decision, NewRequest, decide, open};
use congvu_governance::{Actor, Refused, Role, rights};
use congvu_regulation::Date;
use congvu_regulation::requests::{RequestKind, Way};
use congvu_store::activity::Kind;
use congvu_store::organisation::{self, NewOrganisation};
use congvu_store::report::Kept;
use congvu_store::{
    AccountId, MailboxId, OrganisationId, ReportId, StoreError, place as places, report,
};
use congvu_testing::{Ground, driven};
use support::{Place, act, at, begins, console, notices, uses, write};

// 2026-01-05T08:00 in Vietnam, a Monday.
const BEGIN: i64 = 1_767_574_800_000;

driven!(super::BEGIN;
    qn_9_1_e_the_monthly_list_of_each_agency,
    qn_13_10_mau_04_is_filled_in_submitted_and_summed_up,
    hcm_14_1_hcm_14_2_hcm_10_each_quarter_with_reminders,
    sl_7_3_the_summary_of_requests_and_their_results,
    tq_11_6_sl_16_3_a_report_when_asked,
    bs_7_the_change_list_when_something_changed,
    qn_10_qn_13_8_qn_17_1_b_a_head_sees_the_use_of_their_own,
    sl_16_2_a_head_sees_the_use_of_their_own,
    qn_9_1_e_a_past_month_is_made_again_the_same,
    two_nodes_and_a_kill_make_each_report_once,
);

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

async fn kept_of(ground: &Ground, place: OrganisationId, name: &'static str) -> Vec<Kept> {
    let all = act(ground, move |tx| {
        of_place(tx, &console(), place, None, 1000)
    })
    .await;
    let mut all = all.unwrap();
    all.retain(|kept| kept.report == name);
    all.reverse();
    all
}

async fn made_of(ground: &Ground, id: ReportId) -> Made {
    act(ground, move |tx| get(tx, &console(), id))
        .await
        .unwrap()
        .made
}

async fn same(ground: &Ground, place: &Place, id: ReportId) -> bool {
    remake(&ground.store, place.law, &console(), id)
        .await
        .unwrap()
        .same
}

fn addresses(made: &Made, table: &str) -> Vec<String> {
    let cells = made.table(table).unwrap().column("address");
    cells.into_iter().map(str::to_owned).collect()
}

/// An agency with four officials: one works, one never came, one is locked, one is taken back.
async fn four(ground: &Ground, place: &Place) -> [Issued; 4] {
    let law = place.law;
    let works = place.official(ground, ("Phạm", "Văn", "An")).await;
    begins(ground, &works).await;
    let never = place.official(ground, ("Trần", "Thị", "Bình")).await;
    let locked = place.official(ground, ("Lê", "Văn", "Chung")).await;
    begins(ground, &locked).await;
    let revoked = place.official(ground, ("Đỗ", "Thị", "Dung")).await;
    ground.clock.set(at("2026-01-20T09:00"));
    let (id, gone) = (MailboxId(locked.mailbox), MailboxId(revoked.mailbox));
    act(ground, move |tx| {
        let because = Because::Asked {
            reason: "biệt phái",
            clause: None,
            document: Some("9/CV"),
        };
        mailbox::lock(tx, law, &console(), id, because)?;
        mailbox::revoke(tx, law, &console(), gone, None, Some("10/CV"))
    })
    .await
    .unwrap();
    [works, never, locked, revoked]
}

async fn qn_9_1_e_the_monthly_list_of_each_agency(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let (law, agency) = (place.law, place.agency);
    let [works, never, locked, revoked] = four(ground, &place).await;
    // Within the month nothing is made.
    ground.clock.set(at("2026-01-31T23:00"));
    assert_eq!(make_due(&ground.store, law).await.unwrap().made, 0);
    ground.clock.set(at("2026-02-01T02:00"));
    assert_eq!(make_due(&ground.store, law).await.unwrap().made, 2);
    assert_eq!(make_due(&ground.store, law).await.unwrap().made, 0);
    let kept = kept_of(ground, agency, "monthly-list").await;
    assert_eq!(kept.len(), 1);
    let made = made_of(ground, kept[0].id).await;
    assert_eq!(
        (made.clause.as_str(), made.period.as_str()),
        ("QN.9.1.e", "tháng 1/2026")
    );
    assert_eq!(
        (made.from.as_str(), made.until.as_str()),
        ("2026-01-01", "2026-01-31")
    );
    let unit = "sttvtt@quangninh.gov.vn".to_owned();
    assert_eq!(
        addresses(&made, "active"),
        std::slice::from_ref(&works.address)
    );
    assert_eq!(
        addresses(&made, "not-signed-in"),
        [unit.clone(), never.address.clone()]
    );
    assert_eq!(
        addresses(&made, "not-used"),
        [unit.clone(), never.address.clone()]
    );
    assert_eq!(
        addresses(&made, "not-changed"),
        [unit.clone(), never.address.clone()]
    );
    assert_eq!(
        addresses(&made, "locked"),
        std::slice::from_ref(&locked.address)
    );
    assert!(
        made.tables
            .iter()
            .all(|table| !table.column("address").contains(&revoked.address.as_str()))
    );
    let note = made.table("locked").unwrap().column("note");
    assert!(
        note[0].starts_with("Tạm khóa từ ngày 20/01/2026"),
        "{note:?}"
    );
    let sum = |id| made.sum(id).unwrap();
    assert_eq!(
        (
            sum("mailboxes"),
            sum("added"),
            sum("deleted") + sum("revoked")
        ),
        (4, 5, 1)
    );
    assert_eq!((sum("sent"), sum("locks")), (2, 1));
    // Told to the agency, once; the top has no mailbox and is told nothing.
    let told = notices(ground).await;
    let told: Vec<_> = told
        .iter()
        .filter(|(kind, _)| kind == "report-made")
        .collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].1.contains("tháng 1/2026"), "{told:?}");
    // Who is in a room (phòng) stands in the list of the agency.
    ground.clock.set(at("2026-02-10"));
    let room = act(ground, move |tx| {
        Ok(organisation::create(
            tx,
            &NewOrganisation {
                parent: Some(agency),
                kind: "subunit",
                name: "Phòng Công nghệ thông tin",
                short_name: "phongcntt",
                profile: None,
            },
        )?)
    });
    let (room, moved) = (room.await.unwrap(), MailboxId(never.mailbox));
    write(ground, move |tx| places::move_mailbox(tx, moved, room)).await;
    ground.clock.set(at("2026-03-01T02:00"));
    assert_eq!(make_due(&ground.store, law).await.unwrap().made, 2);
    let kept = kept_of(ground, agency, "monthly-list").await;
    let made = made_of(ground, kept[1].id).await;
    let list = made.table("not-signed-in").unwrap();
    let at = list
        .column("address")
        .iter()
        .position(|address| *address == never.address)
        .unwrap();
    assert_eq!(list.column("organisation")[at], "Phòng Công nghệ thông tin");
    // Nobody worked in February.
    assert_eq!(made.sum("active"), Some(0));
    assert!(kept_of(ground, room, "monthly-list").await.is_empty());
}

async fn qn_9_1_e_a_past_month_is_made_again_the_same(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let (law, agency) = (place.law, place.agency);
    let [works, never, locked, _] = four(ground, &place).await;
    ground.clock.set(at("2026-02-01T02:00"));
    make_due(&ground.store, law).await.unwrap();
    let id = kept_of(ground, agency, "monthly-list").await[0].id;
    let before = made_of(ground, id).await;
    assert!(same(ground, &place, id).await);
    // Life goes on: everything that stands in it changes.
    ground.clock.set(at("2026-02-03T08:00"));
    begins(ground, &never).await;
    uses(ground, &works, Kind::Fetched).await;
    let root = place.root;
    let (first, second, third) = (
        MailboxId(works.mailbox),
        MailboxId(never.mailbox),
        MailboxId(locked.mailbox),
    );
    act(ground, move |tx| {
        mailbox::restore(tx, law, &console(), third, Some("11/CV"))?;
        congvu_store::mailbox::set_name(tx, second, "Trần Thị Bình Minh")?;
        places::move_mailbox(tx, second, root)?;
        let domain = organisation::domain(tx, "quangninh.gov.vn")?.unwrap();
        congvu_store::rename::readdress(tx, first, domain, "an.moi", None)?;
        let mut own = organisation::get(tx, agency)?.unwrap();
        own.name = "Sở Khoa học và Công nghệ".to_owned();
        places::update(tx, &own)?;
        mailbox::revoke(tx, law, &console(), third, None, Some("12/CV"))
    })
    .await
    .unwrap();
    let remade = remake(&ground.store, law, &console(), id).await.unwrap();
    assert_eq!(remade.made, before);
    assert!(remade.same);
    // In the next one all of it is different.
    ground.clock.set(at("2026-03-01T02:00"));
    make_due(&ground.store, law).await.unwrap();
    let next = made_of(ground, kept_of(ground, agency, "monthly-list").await[1].id).await;
    assert_eq!(next.organisation, "Sở Khoa học và Công nghệ");
    assert_eq!(addresses(&next, "active"), ["an.moi@quangninh.gov.vn"]);
    assert!(same(ground, &place, id).await);
    // What is kept and what is made again may differ: then it is told.
    write(ground, move |tx| {
        tx.execute(
            "UPDATE report SET hash = 'other' WHERE id = $1",
            &[id.into()],
        )
        .map(drop)
    })
    .await;
    assert!(!same(ground, &place, id).await);
}

async fn qn_13_10_mau_04_is_filled_in_submitted_and_summed_up(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let (law, agency, root) = (place.law, place.agency, place.root);
    let [works, ..] = four(ground, &place).await;
    // 30 days before the last of December.
    ground.clock.set(at("2026-12-01T02:00"));
    make_due(&ground.store, law).await.unwrap();
    let kept = kept_of(ground, agency, "yearly").await;
    let id = kept[0].id;
    let report = act(ground, move |tx| get(tx, &console(), id))
        .await
        .unwrap();
    assert_eq!(report.made.form.as_deref(), Some("mau-04"));
    assert_eq!(report.field("mailboxes"), Some("4"));
    assert_eq!(
        report.field("changes"),
        Some("Thêm: 5; sửa: 0; xóa: 1; thu hồi: 0")
    );
    assert_eq!(report.made.until, "2026-11-30");
    // Only the contact is missing; an agency that has none is asked for it.
    let none = BTreeMap::new();
    let answers = none.clone();
    let refused = act(ground, move |tx| submit(tx, law, &console(), id, &answers)).await;
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("cán bộ trực tiếp")
    );
    // Its contact person submits it; somebody else of the agency may not, nor see it.
    let me = Actor::signed_in(
        AccountId(works.account.unwrap()),
        &works.address,
        "192.0.2.7",
    );
    let refused = act(ground, {
        let me = me.clone();
        move |tx| get(tx, &me, id)
    })
    .await;
    assert!(matches!(refused, Err(Refused::Forbidden(_))));
    let account = AccountId(works.account.unwrap());
    act(ground, move |tx| {
        let person = tx.one(
            "SELECT person_id FROM account WHERE id = $1",
            &[account.into()],
            |row| row.int(0),
        )?;
        organisation::set_spokesmen(tx, agency, None, person.map(congvu_store::PersonId), None)?;
        Ok(())
    })
    .await
    .unwrap();
    // Seven days before, one is reminded; brought up to date first.
    ground.clock.set(at("2026-12-24T02:00"));
    assert!(make_due(&ground.store, law).await.unwrap().reminded >= 1);
    let refreshed = refresh(&ground.store, law, &me, id).await;
    assert_eq!(refreshed.unwrap().until, "2026-12-23");
    let answers = BTreeMap::from([("proposals".to_owned(), "Không có".to_owned())]);
    let submitted = answers.clone();
    act(ground, {
        let me = me.clone();
        move |tx| submit(tx, law, &me, id, &submitted)
    })
    .await
    .unwrap();
    let again = act(ground, {
        let me = me.clone();
        move |tx| submit(tx, law, &me, id, &answers)
    })
    .await;
    assert!(matches!(again, Err(Refused::State(_))));
    let accepted = act(ground, {
        let me = me.clone();
        move |tx| accept(tx, &me, id, "")
    })
    .await;
    assert!(matches!(accepted, Err(Refused::Forbidden(_))));
    let report = act(ground, move |tx| get(tx, &console(), id))
        .await
        .unwrap();
    assert_eq!(report.field("contact"), Some("Phạm Văn An"));
    assert_eq!(report.kept.submitted.as_ref().unwrap().1, works.address);
    assert!(same(ground, &place, id).await);
    // Given back with the reason, and in again: what was filled in before stands.
    for (actor, reason) in [(me.clone(), "Thiếu"), (console(), " ")] {
        let back = act(ground, move |tx| hand_back(tx, law, &actor, id, reason)).await;
        assert!(back.is_err());
    }
    let back =
        |reason: &'static str| act(ground, move |tx| hand_back(tx, law, &console(), id, reason));
    back("Thiếu số liệu").await.unwrap();
    assert!(matches!(
        back("Thiếu số liệu").await,
        Err(Refused::State(_))
    ));
    let returned = notices(ground).await;
    let returned = returned
        .iter()
        .filter(|(kind, _)| kind == "report-returned");
    assert_eq!(returned.count(), 1);
    act(ground, {
        let me = me.clone();
        move |tx| submit(tx, law, &me, id, &BTreeMap::new())
    })
    .await
    .unwrap();
    let report = act(ground, move |tx| get(tx, &console(), id))
        .await
        .unwrap();
    assert_eq!(report.field("proposals"), Some("Không có"));
    assert_eq!(
        (report.kept.state.as_str(), report.kept.notes.as_str()),
        ("submitted", "")
    );
    // Nobody is reminded any more but the top, which owes its own.
    ground.clock.set(at("2026-12-30T02:00"));
    let told = notices(ground).await.len();
    remind(&ground.store, law).await.unwrap();
    let now = notices(ground).await;
    let of_agency = |subject: &str| subject.contains("Nhắc nộp");
    assert!(
        now[told..]
            .iter()
            .filter(|(_, subject)| of_agency(subject))
            .count()
            <= 1
    );
    act(ground, move |tx| accept(tx, &console(), id, "Đủ"))
        .await
        .unwrap();
    let first = day("2026-01-01");
    let sum = act(ground, move |tx| {
        sum_up(tx, &console(), (root, "yearly"), first)
    })
    .await
    .unwrap();
    assert_eq!(sum.column("state"), ["Chưa nộp", "Đã tiếp nhận", ""]);
    assert_eq!(sum.column("mailboxes"), ["0", "4", "4"]);
    assert_eq!(sum.column("proposals"), ["", "Không có", ""]);
    // Lists: of all, of a place and those below it, of a period.
    let (all, below, own, periods, accepted) = write(ground, move |tx| {
        let of = ("yearly", first.epoch_day());
        Ok((
            report::newest(tx, None, 100)?,
            report::below(tx, root, None, 100)?,
            report::below(tx, agency, None, 100)?,
            report::periods(tx, "yearly", 9)?,
            report::of_period_below(tx, root, of, "accepted", ReportId(0), 9)?,
        ))
    })
    .await;
    assert!(all.len() > own.len() && !own.is_empty());
    assert_eq!(all, below);
    assert!(own.iter().all(|(kept, _)| kept.organisation == agency));
    assert_eq!(periods, [first.epoch_day()]);
    let accepted: Vec<_> = accepted.iter().map(|(kept, _)| kept.id).collect();
    assert_eq!(accepted, [id]);
}

async fn hcm_14_1_hcm_14_2_hcm_10_each_quarter_with_reminders(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let (law, agency, root) = (place.law, place.agency, place.root);
    let works = place.official(ground, ("Phạm", "Văn", "An")).await;
    begins(ground, &works).await;
    // Thursday 5 March and Tuesday 10 March: seven days before.
    ground.clock.set(at("2026-02-25T02:00"));
    assert_eq!(make_due(&ground.store, law).await.unwrap().made, 0);
    let owed = act(ground, move |tx| due(tx, law, &console(), root))
        .await
        .unwrap();
    let days: Vec<_> = owed
        .iter()
        .map(|owed| (owed.report.as_str(), owed.due.to_string()))
        .collect();
    assert_eq!(
        days,
        [
            ("units", "2026-03-05".to_owned()),
            ("change-list", "2026-03-05".to_owned()),
            ("office", "2026-03-10".to_owned())
        ]
    );
    ground.clock.set(at("2026-02-26T02:00"));
    assert_eq!(make_due(&ground.store, law).await.unwrap().made, 2);
    let units = kept_of(ground, agency, "units").await;
    assert_eq!(made_of(ground, units[0].id).await.clause, "HCM.14.2");
    assert_eq!(
        units[0].days,
        (day("2026-01-01").epoch_day(), day("2026-02-25").epoch_day())
    );
    ground.clock.set(at("2026-03-03T02:00"));
    assert_eq!(make_due(&ground.store, law).await.unwrap().made, 1);
    let office = kept_of(ground, root, "office").await;
    let made = made_of(ground, office[0].id).await;
    assert_eq!(made.clause, "HCM.14.1");
    assert_eq!(
        (made.sum("mailboxes"), made.sum("active")),
        (Some(2), Some(1))
    );
    assert_eq!(made.table("by-organisation").unwrap().rows.len(), 1);
    let changes = made_of(ground, kept_of(ground, agency, "change-list").await[0].id).await;
    assert_eq!(changes.clause, "HCM.10");
    assert!(
        changes.tables[0]
            .column("address")
            .contains(&works.address.as_str())
    );
    // A day before, and once when it is past; not for the one that is submitted.
    let reminders = || async {
        let all = notices(ground).await;
        all.into_iter()
            .filter(|(kind, _)| kind == "report-due")
            .count()
    };
    let (list, none) = (
        kept_of(ground, agency, "change-list").await[0].id,
        BTreeMap::new(),
    );
    act(ground, move |tx| submit(tx, law, &console(), list, &none))
        .await
        .unwrap();
    ground.clock.set(at("2026-03-04T02:00"));
    make_due(&ground.store, law).await.unwrap();
    make_due(&ground.store, law).await.unwrap();
    assert_eq!(reminders().await, 1);
    for late in ["2026-03-06T02:00", "2026-03-07T02:00"] {
        ground.clock.set(at(late));
        make_due(&ground.store, law).await.unwrap();
        assert_eq!(reminders().await, 2);
    }
    let past = act(ground, move |tx| overdue(tx, &console(), root))
        .await
        .unwrap();
    assert_eq!(
        (past.column("what"), past.column("due")),
        (vec!["Báo cáo"], vec!["05/03/2026"])
    );
    assert_eq!(past.column("clause"), ["HCM.14.2"]);
    // The next quarter's goes on where this one ended: 26 February is in it. 5 June is a Friday.
    ground.clock.set(at("2026-05-29T02:00"));
    make_due(&ground.store, law).await.unwrap();
    let units = kept_of(ground, agency, "units").await;
    assert_eq!(units[1].days.0, units[0].days.1 + 1);
    // 5 September is a Saturday: due on Monday the 7th.
    ground.clock.set(at("2026-08-31T02:00"));
    make_due(&ground.store, law).await.unwrap();
    let units = kept_of(ground, agency, "units").await;
    assert_eq!(units[2].due_day, Some(day("2026-09-07").epoch_day()));
    for kept in units {
        assert!(same(ground, &place, kept.id).await);
    }
}

async fn opened(
    ground: &Ground,
    place: &Place,
    key: &'static str,
    address: &str,
) -> congvu_store::RequestId {
    let (law, agency, address) = (place.law, place.agency, address.to_owned());
    let made = act(ground, move |tx| {
        let request = NewRequest {
            key: key.to_owned(),
            kind: RequestKind::Revoke,
            organisation: agency,
            way: Way::Documents,
            document: "12/SKHCN-VP".to_owned(),
            document_day: Some(day("2026-01-05")),
            reason: "Chuyển công tác".to_owned(),
            lines: vec![(
                2,
                Ask::Revoke {
                    address: address.clone(),
                    reason: String::new(),
                },
            )],
            files: Vec::new(),
        };
        open(tx, law, &console(), &request)
    });
    made.await.unwrap().id
}

async fn sl_7_3_the_summary_of_requests_and_their_results(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let (law, root) = (place.law, place.root);
    let [works, never, ..] = {
        let one = place.official(ground, ("Phạm", "Văn", "An")).await;
        let two = place.official(ground, ("Trần", "Thị", "Bình")).await;
        [one, two]
    };
    let refused = opened(ground, &place, "a", &works.address).await;
    let done = opened(ground, &place, "b", &never.address).await;
    act(ground, move |tx| {
        let reason = Decision::Refuse("Chưa có quyết định".to_owned());
        decide(tx, law, &console(), (refused, 1), &reason)?;
        decide(
            tx,
            law,
            &console(),
            (done, 1),
            &Decision::Grant { local_part: None },
        )
    })
    .await
    .unwrap();
    congvu_governance::request::carry_out_all(&ground.store, law)
        .await
        .unwrap();
    ground.clock.set(at("2026-03-30"));
    let waiting = opened(ground, &place, "c", &works.address).await;
    ground.clock.set(at("2026-04-01T02:00"));
    make_due(&ground.store, law).await.unwrap();
    let kept = kept_of(ground, root, "summary").await;
    assert_eq!(kept[0].due_day, Some(day("2026-04-10").epoch_day()));
    let made = made_of(ground, kept[0].id).await;
    assert_eq!(
        (made.clause.as_str(), made.period.as_str()),
        ("SL.7.3", "quý I/2026")
    );
    let table = made.table("requests").unwrap();
    let of = |column| table.column(column).join(" ");
    assert_eq!(
        [of("received"), of("done"), of("refused"), of("waiting")],
        ["3", "1", "1", "1"]
    );
    let refusals = made.table("refusals").unwrap();
    assert_eq!(refusals.column("reason"), ["Chưa có quyết định"]);
    // What is decided later does not change what was told, and stands in the next.
    act(ground, move |tx| {
        let reason = Decision::Refuse("Trùng đề nghị".to_owned());
        decide(tx, law, &console(), (waiting, 1), &reason)
    })
    .await
    .unwrap();
    assert!(same(ground, &place, kept[0].id).await);
    ground.clock.set(at("2026-07-01T02:00"));
    make_due(&ground.store, law).await.unwrap();
    let next = made_of(ground, kept_of(ground, root, "summary").await[1].id).await;
    let table = next.table("requests").unwrap();
    assert_eq!(
        (table.column("received"), table.column("refused")),
        (vec!["0"], vec!["1"])
    );
}

async fn tq_11_6_sl_16_3_a_report_when_asked(ground: &Ground) {
    for profile in ["tuyen-quang", "son-la"] {
        ground.clock.set(BEGIN);
        if profile == "son-la" {
            write(ground, |tx| {
                tx.execute("UPDATE organisation SET short_name = 'cu' || id", &[])
                    .map(drop)
            })
            .await;
        }
        let place = Place::new(ground, profile).await;
        let (law, agency) = (place.law, place.agency);
        let works = place.official(ground, ("Phạm", "Văn", "An")).await;
        begins(ground, &works).await;
        write(ground, |tx| {
            tx.execute("UPDATE mailbox SET used_bytes = 3145728", &[])
                .map(drop)
        })
        .await;
        // What mailboxes hold is noted for a day once, for all: each province asks about days of its own.
        let (now, last) = match profile {
            "son-la" => ("2026-01-18T09:00", "2026-01-17"),
            _ => ("2026-01-16T09:00", "2026-01-15"),
        };
        ground.clock.set(at(now));
        let days = (day("2026-01-01"), day(last));
        let me = Actor::signed_in(AccountId(works.account.unwrap()), &works.address, "");
        let refused = ask(&ground.store, law, &me, (agency, "on-request"), days).await;
        assert!(matches!(refused, Err(Refused::Forbidden(_))));
        let today = (days.0, day(last).plus_days(1));
        let refused = ask(
            &ground.store,
            law,
            &console(),
            (agency, "on-request"),
            today,
        )
        .await;
        assert!(matches!(refused, Err(Refused::Bad(_))));
        let id = ask(&ground.store, law, &console(), (agency, "on-request"), days)
            .await
            .unwrap();
        let again = ask(&ground.store, law, &console(), (agency, "on-request"), days)
            .await
            .unwrap();
        assert_eq!(id, again);
        let made = made_of(ground, id).await;
        let clause = if profile == "son-la" {
            "SL.16.3"
        } else {
            "TQ.11.6"
        };
        assert_eq!(made.clause, clause);
        assert_eq!(
            made.period,
            format!("từ ngày 01/01/2026 đến ngày {}", day(last).vietnamese())
        );
        let table = made.table("by-organisation").unwrap();
        assert_eq!(
            (table.column("mailboxes"), table.column("active")),
            (vec!["2"], vec!["1"])
        );
        assert_eq!(table.column("used"), ["6"]);
        // What mailboxes hold now is another matter.
        write(ground, |tx| {
            tx.execute("UPDATE mailbox SET used_bytes = 0", &[])
                .map(drop)
        })
        .await;
        ground.clock.set(at("2026-02-16T09:00"));
        assert!(same(ground, &place, id).await);
    }
}

async fn bs_7_the_change_list_when_something_changed(ground: &Ground) {
    let place = Place::new(ground, "bim-son").await;
    let (law, root) = (place.law, place.root);
    let one = place.official(ground, ("Phạm", "Văn", "An")).await;
    ground.clock.set(at("2026-01-06T02:00"));
    make_due(&ground.store, law).await.unwrap();
    let kept = kept_of(ground, root, "change-list").await;
    let made = made_of(ground, kept[0].id).await;
    assert_eq!(made.clause, "BS.7");
    assert!(
        made.tables[0]
            .column("address")
            .contains(&one.address.as_str())
    );
    // Nothing changed: nothing is sent.
    ground.clock.set(at("2026-01-07T02:00"));
    make_due(&ground.store, law).await.unwrap();
    assert_eq!(kept_of(ground, root, "change-list").await.len(), 1);
    place.official(ground, ("Trần", "Thị", "Bình")).await;
    ground.clock.set(at("2026-01-09T02:00"));
    make_due(&ground.store, law).await.unwrap();
    let kept = kept_of(ground, root, "change-list").await;
    assert_eq!(kept.len(), 2);
    assert_eq!(kept[1].days.0, kept[0].days.1 + 1);
    assert_eq!(made_of(ground, kept[1].id).await.sum("changes"), Some(1));
    assert!(same(ground, &place, kept[0].id).await && same(ground, &place, kept[1].id).await);
}

async fn qn_10_qn_13_8_qn_17_1_b_a_head_sees_the_use_of_their_own(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let (agency, root) = (place.agency, place.root);
    let [works, ..] = four(ground, &place).await;
    let account = AccountId(works.account.unwrap());
    act(ground, move |tx| {
        let person = tx.one(
            "SELECT person_id FROM account WHERE id = $1",
            &[account.into()],
            |row| row.int(0),
        )?;
        organisation::set_spokesmen(tx, agency, person.map(congvu_store::PersonId), None, None)?;
        Ok(())
    })
    .await
    .unwrap();
    ground.clock.set(at("2026-02-01T09:00"));
    let head = Actor::signed_in(account, &works.address, "");
    let days = (day("2026-01-01"), day("2026-01-31"));
    let own = act(ground, {
        let head = head.clone();
        move |tx| statistics(tx, &head, agency, days)
    });
    let own = own.await.unwrap();
    assert_eq!(
        (own.column("mailboxes"), own.column("not-signed-in")),
        (vec!["4"], vec!["2"])
    );
    let all = act(ground, {
        let head = head.clone();
        move |tx| statistics(tx, &head, root, days)
    });
    assert!(matches!(all.await, Err(Refused::Forbidden(_))));
    let late = act(ground, {
        let head = head.clone();
        move |tx| overdue(tx, &head, root)
    });
    assert!(matches!(late.await, Err(Refused::Forbidden(_))));
    // Who reads records at the top sees it below.
    let login = works.address.clone();
    act(ground, move |tx| {
        organisation::set_spokesmen(tx, agency, None, None, None)?;
        rights::grant(tx, &console(), (account, &login), Role::Audit, root, None)
    })
    .await
    .unwrap();
    let table = act(ground, {
        let head = head.clone();
        move |tx| statistics(tx, &head, agency, days)
    });
    assert_eq!(table.await.unwrap(), own);
    // Who was there then, and is elsewhere now, is counted where they were.
    act(ground, move |tx| {
        Ok(places::move_mailbox(tx, MailboxId(works.mailbox), root)?)
    })
    .await
    .unwrap();
    let table = act(ground, {
        let head = head.clone();
        move |tx| statistics(tx, &head, agency, days)
    });
    assert_eq!(table.await.unwrap(), own);
    let long = (day("2025-01-01"), day("2026-01-31"));
    let refused = act(ground, move |tx| statistics(tx, &head, agency, long));
    assert!(matches!(refused.await, Err(Refused::Bad(_))));
}

async fn sl_16_2_a_head_sees_the_use_of_their_own(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let agency = place.agency;
    let head = place.official(ground, ("Cầm", "Thị", "Duyên")).await;
    begins(ground, &head).await;
    place.official(ground, ("Lò", "Văn", "Hặc")).await;
    let account = AccountId(head.account.unwrap());
    act(ground, move |tx| {
        let person = tx.one(
            "SELECT person_id FROM account WHERE id = $1",
            &[account.into()],
            |row| row.int(0),
        )?;
        organisation::set_spokesmen(tx, agency, person.map(congvu_store::PersonId), None, None)?;
        Ok(())
    })
    .await
    .unwrap();
    ground.clock.set(at("2026-02-01T09:00"));
    let days = (day("2026-01-01"), day("2026-01-31"));
    let actor = Actor::signed_in(account, &head.address, "");
    let own = act(ground, move |tx| statistics(tx, &actor, agency, days));
    let own = own.await.unwrap();
    // The unit's mailbox, the head's own, and one that nobody has opened.
    assert_eq!(own.column("mailboxes"), ["3"]);
    assert_eq!(own.column("not-signed-in"), ["2"]);
}

async fn two_nodes_and_a_kill_make_each_report_once(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let (law, agency) = (place.law, place.agency);
    four(ground, &place).await;
    ground.clock.set(at("2026-02-01T02:00"));
    // Killed somewhere in between.
    for after in [1_u64, 15, 40] {
        let run = make_due(&ground.store, law);
        drop(tokio::time::timeout(std::time::Duration::from_millis(after), run).await);
    }
    let other = ground.node().await;
    let (one, two) = tokio::join!(make_due(&ground.store, law), make_due(&other, law));
    one.unwrap();
    two.unwrap();
    assert_eq!(kept_of(ground, agency, "monthly-list").await.len(), 1);
    let told = notices(ground).await;
    assert_eq!(
        told.iter()
            .filter(|(kind, _)| kind == "report-made")
            .count(),
        1
    );
    let all = ground
        .store
        .read(move |tx| report::of_period(tx, "monthly-list", day("2026-01-01").epoch_day()));
    let all: Result<Vec<Kept>, StoreError> = all.await;
    assert_eq!(all.unwrap().len(), 2);
}

/// 20,000 mailboxes of 300 agencies, a month's use each: all monthly reports are made in under a minute.
async fn every_agency_of_a_province(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let (law, root) = (place.law, place.root);
    write(ground, move |tx| {
        let now = BEGIN;
        for sql in [
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
             INSERT INTO organisation (id, parent_id, kind, name, short_name, created_at)
             SELECT 1000 + i, $1, 'provincial', 'Sở số ' || i, 'so' || i, $2 FROM n",
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
             INSERT INTO mailbox (id, kind, organisation_id, name, quota_bytes, uid_validity, created_at)
             SELECT 100000 + i, 'personal', 1001 + i % 300, 'Người số ' || i, 1000000000 + 0 * $1, 1, $2 FROM n",
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
             INSERT INTO address (domain_id, local_part, kind, mailbox_id, created_at)
             SELECT (SELECT MIN(id) FROM domain), 'nguoi' || i, 'primary', 100000 + i + 0 * $1, $2 FROM n",
            "INSERT INTO folder (mailbox_id, name, uid_validity, created_at)
             SELECT id, 'INBOX', 1 + 0 * $1, $2 FROM mailbox WHERE id > 100000",
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
             INSERT INTO activity (mailbox_id, day, kind, count, last_at)
             SELECT m.id, 20460 + n.i + 0 * $1, 'interactive', 3, $2 FROM mailbox m, n WHERE m.id > 100000",
        ] {
            tx.execute(sql, &[root.into(), now.into()])?;
        }
        Ok(())
    })
    .await;
    ground.clock.set(at("2026-02-01T02:00"));
    let began = std::time::Instant::now();
    let made = make_due(&ground.store, law).await.unwrap().made;
    let took = began.elapsed();
    eprintln!("{made} monthly reports of 20,000 mailboxes: {took:?}");
    assert_eq!(made, 302);
    assert!(took.as_secs() < 60);
}

#[test]
#[ignore = "measures"]
fn qn_9_1_e_every_agency_of_a_province_sqlite() {
    congvu_testing::sqlite_at(BEGIN, every_agency_of_a_province);
}

#[test]
#[ignore = "measures"]
fn qn_9_1_e_every_agency_of_a_province_postgres() {
    congvu_testing::postgres_at(BEGIN, every_agency_of_a_province);
}
