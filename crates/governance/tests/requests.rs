//! Requests from their opening to their answer.

#![allow(clippy::unwrap_used)]

mod support;

use congvu_governance::lists::Row;
use congvu_governance::mailbox::{self, Holder, Issue, Person};
use congvu_governance::request::{
    Ask, Attached, Decision, NewRequest, Opened, carry_out_all, carry_out_line, decide, forward,
    from_rows, open, remind, withdraw,
};
use congvu_governance::{Actor, Refused, Role, rights};
use congvu_regulation::requests::{RequestKind, Way};
use congvu_store::{
    AccountId, MailboxId, OrganisationId, RequestId, StoreError, account, organisation,
    request as stored,
};
use congvu_testing::{Ground, driven};
use support::{Place, act, acts, at, begins, console, life_of, notices, write};

// 2026-01-05T08:00 in Vietnam, a Monday.
const BEGIN: i64 = 1_767_574_800_000;

driven!(super::BEGIN;
    qn_6_2_a_list_of_persons_is_issued_line_by_line,
    qn_5_3_a_sync_request_without_its_fields_is_refused,
    qn_7_1_d_three_working_days_and_reminders,
    hcm_3_hcm_9_unit_office_department,
    hcm_6_2_other_ways_are_refused,
    hcm_8_3_b_handled_only_from_its_day,
    sl_7_3_tq_7_3_a_reason_on_refusal_and_a_copy_of_the_result,
    tq_6_1_a_one_time_password_is_handed_over_once,
    every_fault_is_told_and_nothing_is_kept,
    asked_twice_is_asked_once,
    killed_between_any_two_lines_nothing_is_done_twice,
    what_could_not_be_done_is_decided_again,
    who_may_ask_and_decide,
    hundreds_of_lines,
);

fn new(place: OrganisationId, key: &str, kind: RequestKind, lines: Vec<Ask>) -> NewRequest {
    NewRequest {
        key: key.to_owned(),
        kind,
        organisation: place,
        way: Way::Documents,
        document: "12/SKHCN-VP".to_owned(),
        document_day: Some("2026-01-05".parse().unwrap()),
        reason: "Tuyển dụng mới".to_owned(),
        lines: (2..).zip(lines).collect(),
        files: Vec::new(),
    }
}

fn person(place: OrganisationId, family: &str, middle: &str, given: &str) -> Ask {
    Ask::Issue(Issue {
        organisation: place.0,
        holder: Holder::Person(Person {
            family: family.to_owned(),
            middle: middle.to_owned(),
            given: given.to_owned(),
            ..Person::default()
        }),
        local_part: None,
        former: None,
        quota: None,
    })
}

async fn opened(ground: &Ground, place: &Place, new: NewRequest) -> Result<Opened, Refused> {
    let law = place.law;
    act(ground, move |tx| open(tx, law, &console(), &new)).await
}

async fn granted(ground: &Ground, place: &Place, id: RequestId, number: u32) {
    let law = place.law;
    act(ground, move |tx| {
        decide(
            tx,
            law,
            &console(),
            (id, number),
            &Decision::Grant { local_part: None },
        )
    })
    .await
    .unwrap();
}

async fn lines(ground: &Ground, id: RequestId) -> Vec<stored::Line> {
    let read = ground
        .store
        .read(move |tx| stored::lines(tx, id, 0, 10_000));
    let read: Result<_, StoreError> = read.await;
    read.unwrap()
}

async fn state(ground: &Ground, id: RequestId) -> stored::Request {
    let read = ground.store.read(move |tx| stored::get(tx, id));
    let read: Result<_, StoreError> = read.await;
    read.unwrap().unwrap()
}

async fn qn_6_2_a_list_of_persons_is_issued_line_by_line(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let (law, agency) = (place.law, place.agency);
    let rows: Vec<Row> = [
        ("Phạm Văn A", "Chuyên viên", "0912 345 678"),
        ("Phạm Văn A", "Phó phòng", ""),
        ("Phạm Văn A", "Văn thư", ""),
    ]
    .into_iter()
    .zip(5..)
    .map(|((name, title, phone), number)| {
        Row {
            number,
            ..Row::default()
        }
        .with("full-name", name)
        .with("title", title)
        .with("telephone", phone)
        .with("subunit", "Phòng Công nghệ thông tin")
    })
    .collect();
    let asks = act(ground, move |tx| {
        from_rows(tx, RequestKind::Issue, agency, &rows)
    })
    .await
    .unwrap();
    let mut request = new(agency, "12/SKHCN-VP", RequestKind::Issue, Vec::new());
    request.lines = asks;
    request.files = vec![Attached {
        name: "danh sách.xlsx".to_owned(),
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned(),
        data: b"PK".to_vec(),
    }];
    let id = opened(ground, &place, request).await.unwrap().id;
    for number in 1..=3 {
        granted(ground, &place, id, number).await;
    }
    let carried = carry_out_all(&ground.store, law).await.unwrap();
    assert_eq!((carried.done, carried.failed), (3, 0));
    let addresses: Vec<String> = lines(ground, id)
        .await
        .iter()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(&line.outcome).unwrap()["address"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(
        addresses,
        [
            "phamvana@quangninh.gov.vn",
            "phamvana.sttvtt@quangninh.gov.vn",
            "phamvana1.sttvtt@quangninh.gov.vn",
        ]
    );
    let closed = state(ground, id).await;
    assert_eq!((closed.state.as_str(), closed.waiting), ("done", 0));
    let files = ground.store.read(move |tx| stored::files(tx, id)).await;
    let files: Result<_, StoreError> = files;
    assert_eq!(files.unwrap()[0].name, "danh sách.xlsx");
    let told = notices(ground).await;
    for kind in ["request-received", "request-result", "issued"] {
        assert!(told.iter().any(|(known, _)| known == kind), "{kind}");
    }
}

async fn qn_5_3_a_sync_request_without_its_fields_is_refused(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let sync = |phone: &str| Ask::Sync {
        full_name: "Phạm Văn A".to_owned(),
        sub_unit: "Văn phòng".to_owned(),
        title: "Văn thư".to_owned(),
        phone: phone.to_owned(),
        account: None,
        address: None,
        mail_only: false,
    };
    let request = new(place.agency, "s1", RequestKind::Sync, vec![sync("")]);
    let refused = opened(ground, &place, request)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("số điện thoại") && refused.contains("QN.5.3"),
        "{refused}"
    );
    let request = new(
        place.agency,
        "s1",
        RequestKind::Sync,
        vec![sync("0203 3838 383")],
    );
    assert!(opened(ground, &place, request).await.unwrap().is_new);
}

async fn qn_7_1_d_three_working_days_and_reminders(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let law = place.law;
    let official = place.official(ground, ("Phạm", "Văn", "A")).await;
    begins(ground, &official).await;
    let id = MailboxId(official.mailbox);
    act(ground, move |tx| {
        mailbox::lock(
            tx,
            law,
            &console(),
            id,
            mailbox::Because::Violation {
                id: "spam",
                found: "",
                document: None,
            },
        )
    })
    .await
    .unwrap();
    // FACTS: 12/2/2026 + 3 working days = 24/2/2026, over Tết.
    ground.clock.set(at("2026-02-12T09:00"));
    let ask = Ask::Restore {
        address: official.address.clone(),
    };
    let mut request = new(place.agency, "r1", RequestKind::Restore, vec![ask]);
    request.way = Way::Letter;
    let number = opened(ground, &place, request).await.unwrap().id;
    let due = congvu_regulation::Date::from_epoch_day(state(ground, number).await.due_day.unwrap());
    assert_eq!(due.to_string(), "2026-02-24");
    assert_eq!(remind(&ground.store, law).await.unwrap(), 0);
    ground.clock.set(at("2026-02-23T09:00"));
    assert_eq!(remind(&ground.store, law).await.unwrap(), 1);
    assert_eq!(remind(&ground.store, law).await.unwrap(), 0, "once");
    ground.clock.set(at("2026-02-25T09:00"));
    assert_eq!(remind(&ground.store, law).await.unwrap(), 1);
    assert_eq!(remind(&ground.store, law).await.unwrap(), 0, "once a day");
    ground.clock.set(at("2026-02-26T09:00"));
    assert_eq!(remind(&ground.store, law).await.unwrap(), 1);
    granted(ground, &place, number, 1).await;
    carry_out_all(&ground.store, law).await.unwrap();
    assert!(life_of(ground, official.mailbox).await.lock.is_none());
    assert_eq!(remind(&ground.store, law).await.unwrap(), 0);
}

async fn hcm_3_hcm_9_unit_office_department(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let (law, agency) = (place.law, place.agency);
    let mut request = new(
        agency,
        "x",
        RequestKind::Issue,
        vec![person(agency, "Trần", "Thị", "Bình")],
    );
    request.way = Way::UnitMailbox;
    let id = opened(ground, &place, request).await.unwrap().id;
    let early = act(ground, move |tx| {
        decide(
            tx,
            law,
            &console(),
            (id, 1),
            &Decision::Grant { local_part: None },
        )
    })
    .await;
    assert!(matches!(early, Err(Refused::State(_))), "{early:?}");
    act(ground, move |tx| {
        forward(tx, law, &console(), id, Some("3/VP"))
    })
    .await
    .unwrap();
    let twice = act(ground, move |tx| forward(tx, law, &console(), id, None)).await;
    assert!(matches!(twice, Err(Refused::State(_))));
    // HCM.4.1 leaves the name open: a person decides on what is proposed.
    granted(ground, &place, id, 1).await;
    assert_eq!(carry_out_all(&ground.store, law).await.unwrap().failed, 1);
    let told = &lines(ground, id).await[0].reason;
    assert!(told.contains("HCM.4.1"), "{told}");
    let chosen = told
        .split("có thể chọn: ")
        .nth(1)
        .unwrap()
        .split([',', '.'])
        .next()
        .unwrap()
        .to_owned();
    let chosen = format!("{chosen}.stnmt");
    act(ground, move |tx| {
        decide(
            tx,
            law,
            &console(),
            (id, 1),
            &Decision::Grant {
                local_part: Some(chosen.clone()),
            },
        )
    })
    .await
    .unwrap();
    assert_eq!(carry_out_all(&ground.store, law).await.unwrap().done, 1);
    assert_eq!(state(ground, id).await.state, "done");
}

async fn hcm_6_2_other_ways_are_refused(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let agency = place.agency;
    let request = new(
        agency,
        "x",
        RequestKind::Issue,
        vec![person(agency, "Trần", "Thị", "Bình")],
    );
    let refused = opened(ground, &place, request)
        .await
        .unwrap_err()
        .to_string();
    assert!(refused.contains("HCM.6.1"), "{refused}");
}

async fn hcm_8_3_b_handled_only_from_its_day(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let law = place.law;
    let official = place.official(ground, ("Trần", "Thị", "Bình")).await;
    let (mailbox, account) = (official.mailbox, AccountId(official.account.unwrap()));
    // The first session ended with the password unchanged.
    ground.clock.set(at("2026-01-06T09:00"));
    write(ground, move |tx| {
        tx.execute(
            "UPDATE account SET first_began_at = $2 WHERE id = $1",
            &[account.0.into(), tx.now().into()],
        )
    })
    .await;
    ground.clock.set(at("2026-01-06T10:00"));
    write(ground, move |tx| {
        tx.execute(
            "UPDATE account SET first_ended_at = $2 WHERE id = $1",
            &[account.0.into(), tx.now().into()],
        )
    })
    .await;
    support::sweep_at(ground, law, "2026-01-06T10:30").await;
    let lock = life_of(ground, mailbox).await.lock.unwrap();
    assert_eq!(lock.clause, "HCM.8.3.b");
    let ask = Ask::Restore {
        address: official.address.clone(),
    };
    let mut request = new(place.agency, "x", RequestKind::Restore, vec![ask]);
    request.way = Way::UnitMailbox;
    let id = opened(ground, &place, request).await.unwrap().id;
    act(ground, move |tx| forward(tx, law, &console(), id, None))
        .await
        .unwrap();
    ground.clock.set(at("2026-01-11T23:00"));
    let early = act(ground, move |tx| {
        decide(
            tx,
            law,
            &console(),
            (id, 1),
            &Decision::Grant { local_part: None },
        )
    })
    .await
    .unwrap_err()
    .to_string();
    assert!(
        early.contains("HCM.8.3.b") && early.contains("12/01/2026"),
        "{early}"
    );
    ground.clock.set(at("2026-01-12T08:00"));
    granted(ground, &place, id, 1).await;
    carry_out_all(&ground.store, law).await.unwrap();
    assert!(life_of(ground, mailbox).await.lock.is_none());
}

async fn sl_7_3_tq_7_3_a_reason_on_refusal_and_a_copy_of_the_result(ground: &Ground) {
    for (profile, copies) in [("son-la", 1), ("tuyen-quang", 2)] {
        if profile == "tuyen-quang" {
            // One system, two provinces: nothing of the one is told to the other.
            write(ground, |tx| {
                tx.execute("UPDATE organisation SET short_name = 'cu' || id", &[])
                    .map(drop)
            })
            .await;
        }
        let place = Place::new(ground, profile).await;
        let (law, agency, root) = (place.law, place.agency, place.root);
        // The province's own unit mailbox takes the copy.
        act(ground, move |tx| {
            let asked = Issue {
                organisation: root.0,
                holder: Holder::Unit { own_account: true },
                local_part: Some("ubnd".to_owned()),
                former: None,
                quota: None,
            };
            mailbox::issue(tx, law, &console(), &asked, None)
        })
        .await
        .unwrap();
        let lines = vec![person(agency, "Lò", "Văn", "Pánh")];
        let id = opened(ground, &place, new(agency, "k", RequestKind::Issue, lines))
            .await
            .unwrap()
            .id;
        for reason in ["", "  "] {
            let refused = act(ground, move |tx| {
                decide(
                    tx,
                    law,
                    &console(),
                    (id, 1),
                    &Decision::Refuse(reason.to_owned()),
                )
            })
            .await;
            assert!(refused.unwrap_err().to_string().contains("lý do"));
        }
        act(ground, move |tx| {
            decide(
                tx,
                law,
                &console(),
                (id, 1),
                &Decision::Refuse("Chưa có quyết định tuyển dụng".to_owned()),
            )
        })
        .await
        .unwrap();
        assert_eq!(state(ground, id).await.state, "refused");
        let result = format!("số {id}");
        let told = notices(ground).await;
        let results = told
            .iter()
            .filter(|(kind, subject)| kind == "request-result" && subject.ends_with(&result));
        assert_eq!(results.count(), copies, "{profile}");
    }
}

async fn tq_6_1_a_one_time_password_is_handed_over_once(ground: &Ground) {
    let place = Place::new(ground, "tuyen-quang").await;
    let (law, agency) = (place.law, place.agency);
    let lines = vec![person(agency, "Vương", "Ngọc", "Hà")];
    let id = opened(ground, &place, new(agency, "k", RequestKind::Issue, lines))
        .await
        .unwrap()
        .id;
    granted(ground, &place, id, 1).await;
    carry_out_all(&ground.store, law).await.unwrap();
    let mailbox = lines_mailbox(ground, id).await;
    let before = life_of(ground, mailbox.0).await.opener.unwrap();
    assert_eq!(
        (before.handed_at, before.must_change.unwrap().0),
        (None, support::Cause::Issued)
    );
    let give = move |tx: &mut congvu_store::Tx<'_>| {
        mailbox::hand_over(tx, law, &console(), mailbox, "$argon2id$1")
    };
    act(ground, give).await.unwrap();
    assert!(matches!(act(ground, give).await, Err(Refused::State(_))));
    // Lost: a request for a new one takes the old one out of use at once.
    let address = life_of(ground, mailbox.0).await.address;
    let ask = Ask::Password { address };
    let mut request = new(agency, "k2", RequestKind::Password, vec![ask]);
    request.way = Way::Documents;
    let id = opened(ground, &place, request).await.unwrap().id;
    granted(ground, &place, id, 1).await;
    carry_out_all(&ground.store, law).await.unwrap();
    let opener = life_of(ground, mailbox.0).await.opener.unwrap();
    let login = opener.login.clone();
    let found = ground
        .store
        .read(move |tx| account::by_login(tx, &login))
        .await;
    let found: Result<_, StoreError> = found;
    assert_eq!(found.unwrap().unwrap().password, None);
    act(ground, give).await.unwrap();
    assert!(matches!(act(ground, give).await, Err(Refused::State(_))));
}

async fn lines_mailbox(ground: &Ground, id: RequestId) -> MailboxId {
    lines(ground, id).await[0].mailbox.unwrap()
}

async fn every_fault_is_told_and_nothing_is_kept(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let other = place.root;
    let mut lines = vec![
        person(place.agency, "Lò", "Văn", "Pánh"),
        person(place.agency, "Lò", "Văn", ""),
        person(place.agency, "Lò", "Văn", "Ж"),
        person(other, "Lò", "Văn", "Pánh"),
    ];
    lines.push(Ask::Restore {
        address: "a@b".to_owned(),
    });
    let refused = opened(
        ground,
        &place,
        new(place.agency, "k", RequestKind::Issue, lines),
    )
    .await;
    let Err(Refused::Lines(faults)) = refused else {
        panic!("{refused:?}")
    };
    let rows: Vec<u32> = faults.iter().map(|fault| fault.row).collect();
    assert_eq!(rows, [3, 4, 5, 6], "{faults:?}");
    let kept = ground
        .store
        .read(|tx| stored::page(tx, RequestId(0), "open", 10))
        .await;
    let kept: Result<_, StoreError> = kept;
    assert!(kept.unwrap().is_empty());
    // The list itself.
    let agency = place.agency;
    let rows = vec![
        Row {
            number: 7,
            ..Row::default()
        }
        .with("address", "a@b")
        .with("what", "Màu tóc")
        .with("new", "đen"),
        Row {
            number: 8,
            ..Row::default()
        }
        .with("what", "Chức vụ"),
    ];
    let refused = act(ground, move |tx| {
        from_rows(tx, RequestKind::Change, agency, &rows)
    })
    .await;
    let Err(Refused::Lines(faults)) = refused else {
        panic!("{refused:?}")
    };
    let told: Vec<(u32, &str)> = faults
        .iter()
        .map(|fault| (fault.row, fault.column))
        .collect();
    assert_eq!(
        told,
        [
            (7, "Thông tin cần thay đổi"),
            (8, "Thông tin mới"),
            (8, "Địa chỉ thư điện tử công vụ")
        ]
    );
}

async fn asked_twice_is_asked_once(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let agency = place.agency;
    let request = || {
        new(
            agency,
            "12/SKHCN-VP",
            RequestKind::Issue,
            vec![person(agency, "Lò", "Văn", "Pánh")],
        )
    };
    let first = opened(ground, &place, request()).await.unwrap();
    let again = opened(ground, &place, request()).await.unwrap();
    assert_eq!(
        (first.is_new, again.is_new, first.id),
        (true, false, again.id)
    );
    let law = place.law;
    let id = first.id;
    act(ground, move |tx| withdraw(tx, law, &console(), id))
        .await
        .unwrap();
    let gone = act(ground, move |tx| withdraw(tx, law, &console(), id)).await;
    assert!(matches!(gone, Err(Refused::State(_))));
}

async fn killed_between_any_two_lines_nothing_is_done_twice(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let (law, agency) = (place.law, place.agency);
    let given = ["Pánh", "Hoàn", "Duyên", "Lả", "Sơn", "Mai", "Hà", "Thu"];
    let asks = given
        .iter()
        .map(|given| person(agency, "Lò", "Văn", given))
        .collect();
    let id = opened(ground, &place, new(agency, "k", RequestKind::Issue, asks))
        .await
        .unwrap()
        .id;
    for number in 1..=8 {
        granted(ground, &place, id, number).await;
    }
    // Three lines, then the end; whoever comes next begins anew, beside another that does the same.
    for number in 1..=3 {
        assert_eq!(
            carry_out_line(&ground.store, law, id, number)
                .await
                .unwrap(),
            Some(true)
        );
        assert_eq!(
            carry_out_line(&ground.store, law, id, number)
                .await
                .unwrap(),
            None
        );
    }
    let other = ground.node().await;
    let (one, two) = tokio::join!(
        carry_out_all(&ground.store, law),
        carry_out_all(&other, law)
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!((one.done + two.done, one.failed + two.failed), (5, 0));
    let issued = write(ground, |tx| {
        tx.one(
            "SELECT COUNT(*) FROM mailbox WHERE kind = 'personal'",
            &[],
            |row| row.int(0),
        )
    })
    .await;
    assert_eq!(issued, Some(8));
    assert_eq!(state(ground, id).await.state, "done");
    for line in lines(ground, id).await {
        let recorded = acts(ground, line.mailbox.unwrap().0).await;
        let issues = recorded
            .iter()
            .filter(|(action, _)| action == "mailbox.issue");
        assert_eq!(issues.count(), 1);
    }
}

async fn what_could_not_be_done_is_decided_again(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let (law, agency) = (place.law, place.agency);
    // Two of one name: the second needs digits that people choose (SL.5.2).
    let asks = vec![
        person(agency, "Lò", "Văn", "Hoàn"),
        person(agency, "Lò", "Văn", "Hoàn"),
    ];
    let id = opened(ground, &place, new(agency, "k", RequestKind::Issue, asks))
        .await
        .unwrap()
        .id;
    for number in 1..=2 {
        granted(ground, &place, id, number).await;
    }
    let carried = carry_out_all(&ground.store, law).await.unwrap();
    assert_eq!((carried.done, carried.failed), (1, 1));
    assert_eq!(
        carry_out_all(&ground.store, law).await.unwrap().failed,
        0,
        "not tried again by itself"
    );
    let failed = lines(ground, id).await;
    assert!(failed[1].reason.contains("SL.5.2"), "{}", failed[1].reason);
    assert_eq!(state(ground, id).await.state, "open");
    let chosen = Decision::Grant {
        local_part: Some("hoanlv90.skhcn".to_owned()),
    };
    act(ground, move |tx| {
        decide(tx, law, &console(), (id, 2), &chosen)
    })
    .await
    .unwrap();
    assert_eq!(carry_out_all(&ground.store, law).await.unwrap().done, 1);
    assert_eq!(state(ground, id).await.state, "done");
}

async fn who_may_ask_and_decide(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let (law, agency, root) = (place.law, place.agency, place.root);
    let official = place.official(ground, ("Cầm", "Thị", "Duyên")).await;
    let account = AccountId(official.account.unwrap());
    let login = official.address.clone();
    let somebody = Actor::signed_in(account, &login, "192.0.2.7");
    let ask = move |actor: Actor| {
        let request = new(
            agency,
            "k",
            RequestKind::Issue,
            vec![person(agency, "Lò", "Văn", "Pánh")],
        );
        move |tx: &mut congvu_store::Tx<'_>| open(tx, law, &actor, &request)
    };
    assert!(matches!(
        act(ground, ask(somebody.clone())).await,
        Err(Refused::Forbidden(_))
    ));
    // The contact asks for the own agency, and decides nothing (QN.6.1).
    act(ground, move |tx| {
        let person = tx.one(
            "SELECT person_id FROM account WHERE id = $1",
            &[account.0.into()],
            |row| row.int(0),
        )?;
        organisation::set_spokesmen(tx, agency, None, person.map(congvu_store::PersonId), None)?;
        Ok(())
    })
    .await
    .unwrap();
    let id = act(ground, ask(somebody.clone())).await.unwrap().id;
    let me = somebody.clone();
    let decided = act(ground, move |tx| {
        decide(tx, law, &me, (id, 1), &Decision::Grant { local_part: None })
    })
    .await;
    assert!(matches!(decided, Err(Refused::Forbidden(_))));
    let above = NewRequest {
        organisation: root,
        ..new(
            agency,
            "k2",
            RequestKind::Issue,
            vec![person(agency, "A", "", "B")],
        )
    };
    let me = somebody.clone();
    let above = act(ground, move |tx| open(tx, law, &me, &above)).await;
    assert!(matches!(above, Err(Refused::Forbidden(_))));
    // Who decides at the top decides below; taken back, no more.
    let named = login.clone();
    act(ground, move |tx| {
        rights::grant(
            tx,
            &console(),
            (account, &named),
            Role::Decide,
            root,
            Some("1/QĐ"),
        )
    })
    .await
    .unwrap();
    let me = somebody.clone();
    act(ground, move |tx| {
        decide(tx, law, &me, (id, 1), &Decision::Refuse("Trùng".to_owned()))
    })
    .await
    .unwrap();
    act(ground, move |tx| {
        rights::end(tx, &console(), (account, &login), Role::Decide, root, None)
    })
    .await
    .unwrap();
    let me = somebody;
    let gone = act(ground, move |tx| {
        mailbox::set_quota(tx, law, &me, MailboxId(official.mailbox), 1 << 20, None)
    })
    .await;
    assert!(matches!(gone, Err(Refused::Forbidden(_))));
}

async fn hundreds_of_lines(ground: &Ground) {
    let place = Place::new(ground, "tuyen-quang").await;
    let (law, agency) = (place.law, place.agency);
    let asks = (0..250)
        .map(|_| person(agency, "Vương", "Ngọc", "Hà"))
        .collect();
    let id = opened(ground, &place, new(agency, "k", RequestKind::Issue, asks))
        .await
        .unwrap()
        .id;
    act(ground, move |tx| {
        for number in 1..=250 {
            decide(
                tx,
                law,
                &console(),
                (id, number),
                &Decision::Grant { local_part: None },
            )?;
        }
        Ok(())
    })
    .await
    .unwrap();
    let carried = carry_out_all(&ground.store, law).await.unwrap();
    assert_eq!((carried.done, carried.failed), (250, 0));
    let all = lines(ground, id).await;
    assert!(
        all[249].outcome.contains("vnha250.skhcn@"),
        "{}",
        all[249].outcome
    );
}
