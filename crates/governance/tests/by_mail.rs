//! Requests by mail: what is opened, what is answered, and what is left alone.

#![allow(clippy::unwrap_used)]

mod support;

use congvu_governance::Refused;
use congvu_governance::lists::{Fault, Row};
use congvu_governance::mailbox::{Holder, Issue, issue};
use congvu_governance::request::{
    Ask, Door, Enclosed, Letter, Mailed, NewRequest, Received, doors, open, receive,
};
use congvu_regulation::requests::{RequestKind, Way};
use congvu_store::{AccountId, RequestId, StoreError, account, request, request_door};
use congvu_testing::{Ground, driven};
use support::{Place, act, console, notices};

// 2026-01-05T08:00 in Vietnam, a Monday.
const BEGIN: i64 = 1_767_574_800_000;

driven!(super::BEGIN;
    hcm_6_1_a_units_mail_is_a_request_once,
    hcm_6_1_what_is_missing_or_wrong_is_told_at_once,
    hcm_6_2_only_the_units_own_mailbox_asks,
    hcm_6_2_what_is_no_request_is_left_alone,
    hcm_8_1_a_a_units_own_mailbox_is_opened_again_by_letter_alone,
    hcm_10_changes_of_the_directory_come_by_mail,
    hcm_11_2_a_new_password_by_letter_or_by_mail,
    an_inbox_is_looked_at_from_its_mark_on,
);

const UNIT: &str = "ccbvmt.stnmt@tphcm.gov.vn";
const DOOR: &str = "stnmt@tphcm.gov.vn";
const TEXT: &str = "Số: 12/CCBVMT ngày 05/01/2026\nLý do: tuyển mới\nNhu cầu: 01 hộp thư\n";

/// The office's own mailbox, to which requests are sent.
async fn door(ground: &Ground, place: &Place) -> Door {
    let (law, root) = (place.law, place.root);
    act(ground, move |tx| {
        let asked = Issue {
            organisation: root.0,
            holder: Holder::Unit { own_account: false },
            local_part: Some("stnmt".to_owned()),
            former: None,
            quota: None,
        };
        issue(tx, law, &console(), &asked, None)?;
        let mut found = doors(tx, law, &["nobody@tphcm.gov.vn".to_owned()])?;
        assert_eq!(found.len(), 1, "{found:?}");
        Ok(found.remove(0))
    })
    .await
    .unwrap()
}

async fn account_of(ground: &Ground, login: &'static str) -> AccountId {
    let read = ground.store.read(move |tx| account::by_login(tx, login));
    let read: Result<_, StoreError> = read.await;
    read.unwrap().unwrap().id
}

fn row(number: u32, cells: &[(&'static str, &str)]) -> Row {
    let empty = Row {
        number,
        ..Row::default()
    };
    cells
        .iter()
        .fold(empty, |row, (id, value)| row.with(id, value))
}

fn person() -> Row {
    row(
        2,
        &[("full-name", "Lê Thị Bưởi"), ("wanted", "lethibuoi.stnmt")],
    )
}

fn mail(trace: &str, account: AccountId, (subject, text): (&str, &str), rows: Vec<Row>) -> Mailed {
    Mailed {
        trace: trace.to_owned(),
        account,
        client_ip: "192.0.2.7".to_owned(),
        from: vec![UNIT.to_owned()],
        to: vec![DOOR.to_owned()],
        subject: subject.to_owned(),
        letter: Letter::read(subject, text),
        form: None,
        document: (String::new(), None),
        enclosed: match rows.is_empty() {
            true => Enclosed::None,
            false => Enclosed::Rows(rows, Vec::new()),
        },
        files: Vec::new(),
    }
}

async fn received(ground: &Ground, place: &Place, door: &Door, mail: &Mailed) -> Received {
    let (law, door, mail) = (place.law, door.clone(), mail.clone());
    act(ground, move |tx| receive(tx, law, &door, &mail))
        .await
        .unwrap()
}

async fn told(ground: &Ground) -> Vec<(String, String)> {
    let read = ground.store.read(|tx| {
        let all = congvu_store::notice::unsent(tx, congvu_store::NoticeId(0), 100)?;
        Ok(all
            .into_iter()
            .map(|notice| (notice.kind, notice.body))
            .collect())
    });
    let read: Result<_, StoreError> = read.await;
    read.unwrap()
}

const SUBJECT: &str = "Đề nghị cấp mới hộp thư";

async fn hcm_6_1_a_units_mail_is_a_request_once(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let door = door(ground, &place).await;
    let account = account_of(ground, UNIT).await;
    let asked = mail("t1", account, (SUBJECT, TEXT), vec![person()]);
    let Received::Opened(opened) = received(ground, &place, &door, &asked).await else {
        panic!("{:?}", told(ground).await);
    };
    assert!(opened.is_new);
    // Looked at again, whyever.
    let again = received(ground, &place, &door, &asked).await;
    assert!(matches!(again, Received::Opened(same) if same.id == opened.id && !same.is_new));
    let read = ground.store.read(move |tx| request::get(tx, opened.id));
    let read: Result<_, StoreError> = read.await;
    let found = read.unwrap().unwrap();
    assert_eq!(
        (
            found.way.as_str(),
            found.document.as_str(),
            found.asked_by.as_str()
        ),
        ("unit-mailbox", "12/CCBVMT", UNIT)
    );
    assert_eq!(found.reason, "tuyển mới\nNhu cầu: 01 hộp thư");
    let told = told(ground).await;
    let receipts: Vec<_> = told
        .iter()
        .filter(|(kind, _)| kind == "request-received")
        .collect();
    assert_eq!(receipts.len(), 1);
    assert!(receipts[0].1.contains("1 dòng") && receipts[0].1.contains("HCM.6.1"));
}

async fn hcm_6_1_what_is_missing_or_wrong_is_told_at_once(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let door = door(ground, &place).await;
    let account = account_of(ground, UNIT).await;
    let bare = mail("t1", account, (SUBJECT, "Kính gửi Sở."), Vec::new());
    assert_eq!(
        received(ground, &place, &door, &bare).await,
        Received::Refused
    );
    assert_eq!(
        received(ground, &place, &door, &bare).await,
        Received::Refused
    );
    let mut wrong = mail(
        "t2",
        account,
        (SUBJECT, TEXT),
        vec![row(3, &[("title", "x")])],
    );
    assert_eq!(
        received(ground, &place, &door, &wrong).await,
        Received::Refused
    );
    let fault = Fault {
        row: 0,
        column: "",
        what: "Cột “Màu”: Không biết cột này.".to_owned(),
    };
    wrong.trace = "t3".to_owned();
    wrong.enclosed = Enclosed::Rows(vec![person()], vec![fault]);
    assert_eq!(
        received(ground, &place, &door, &wrong).await,
        Received::Refused
    );
    let bodies: Vec<String> = told(ground)
        .await
        .into_iter()
        .filter(|(kind, _)| kind == "request-refused-at-door")
        .map(|(_, body)| body)
        .collect();
    assert_eq!(bodies.len(), 3, "once each");
    for text in [
        "“Lý do: …”",
        "“Nhu cầu: …”",
        "chưa kèm danh sách",
        DOOR,
        "HCM.6.1",
    ] {
        assert!(bodies[0].contains(text), "no “{text}” in {}", bodies[0]);
    }
    assert!(
        bodies[1].contains("Dòng 3, cột “Họ và tên”"),
        "{}",
        bodies[1]
    );
    assert!(bodies[2].contains("“Màu”"), "{}", bodies[2]);
    let read = ground
        .store
        .read(|tx| request::page(tx, RequestId(0), "open", 10));
    let read: Result<Vec<_>, StoreError> = read.await;
    assert!(read.unwrap().is_empty());
}

async fn hcm_6_2_only_the_units_own_mailbox_asks(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let door = door(ground, &place).await;
    let official = place.official(ground, ("Trần", "Thị", "Bình")).await;
    let mut asked = mail(
        "t1",
        AccountId(official.account.unwrap()),
        (SUBJECT, TEXT),
        vec![person()],
    );
    asked.from = vec![official.address.clone()];
    assert_eq!(
        received(ground, &place, &door, &asked).await,
        Received::Refused
    );
    let told = told(ground).await;
    let (_, body) = told
        .iter()
        .find(|(kind, _)| kind == "request-refused-at-door")
        .unwrap();
    assert!(body.contains(UNIT) && body.contains("HCM.6.1"), "{body}");
}

async fn hcm_6_2_what_is_no_request_is_left_alone(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let door = door(ground, &place).await;
    let account = account_of(ground, UNIT).await;
    let before = notices(ground).await.len();
    let ordinary = ("Gửi danh sách dự họp", TEXT);
    let mut to_others = mail("t2", account, (SUBJECT, TEXT), vec![person()]);
    to_others.to = vec![UNIT.to_owned()];
    let mut of_two = mail("t3", account, (SUBJECT, TEXT), vec![person()]);
    of_two.from.push("b@tphcm.gov.vn".to_owned());
    let mut from_nobody = mail("t4", account, (SUBJECT, TEXT), vec![person()]);
    from_nobody.from = vec!["x@ngoai.example".to_owned()];
    for mail in [
        mail("t1", account, ordinary, vec![person()]),
        to_others,
        of_two,
        from_nobody,
        mail(
            "t5",
            account,
            ("Re: Đề nghị cấp mới hộp thư", "Cảm ơn."),
            Vec::new(),
        ),
    ] {
        let done = received(ground, &place, &door, &mail).await;
        assert_eq!(done, Received::Ordinary, "{}", mail.trace);
    }
    assert_eq!(notices(ground).await.len(), before);
    // An answer with the list, corrected, is a request.
    let corrected = ("Re: Đề nghị cấp mới hộp thư", TEXT);
    let corrected = mail("t6", account, corrected, vec![person()]);
    let done = received(ground, &place, &door, &corrected).await;
    assert!(matches!(done, Received::Opened(_)));
}

async fn hcm_8_1_a_a_units_own_mailbox_is_opened_again_by_letter_alone(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let door = door(ground, &place).await;
    let account = account_of(ground, UNIT).await;
    let subject = ("Đề nghị mở lại hộp thư bị khóa", "");
    let own = mail("t1", account, subject, vec![row(2, &[("address", UNIT)])]);
    assert_eq!(
        received(ground, &place, &door, &own).await,
        Received::Refused
    );
    let told = told(ground).await;
    assert!(
        told.iter().any(|(_, body)| body.contains("HCM.8.1.a")),
        "{told:?}"
    );
}

async fn hcm_10_changes_of_the_directory_come_by_mail(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let door = door(ground, &place).await;
    let account = account_of(ground, UNIT).await;
    let official = place.official(ground, ("Trần", "Thị", "Bình")).await;
    let subject = ("Đề nghị cập nhật danh bạ thư điện tử quý I", "");
    let change = |what, new| {
        let address = ("address", official.address.as_str());
        vec![row(2, &[address, ("what", what), ("new", new)])]
    };
    let title = mail("t1", account, subject, change("Chức vụ", "Phó phòng"));
    let done = received(ground, &place, &door, &title).await;
    assert!(
        matches!(done, Received::Opened(_)),
        "{:?}",
        told(ground).await
    );
    // Another address is no change of the directory.
    let address = mail(
        "t2",
        account,
        subject,
        change("Địa chỉ thư", "binhtt.stnmt"),
    );
    assert_eq!(
        received(ground, &place, &door, &address).await,
        Received::Refused
    );
}

async fn hcm_11_2_a_new_password_by_letter_or_by_mail(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let door = door(ground, &place).await;
    let account = account_of(ground, UNIT).await;
    let official = place.official(ground, ("Trần", "Thị", "Bình")).await;
    let about = row(2, &[("address", official.address.as_str())]);
    let asked = ("Yêu cầu lấy lại mật khẩu hộp thư", "");
    let asked = mail("t1", account, asked, vec![about]);
    let done = received(ground, &place, &door, &asked).await;
    assert!(
        matches!(done, Received::Opened(_)),
        "{:?}",
        told(ground).await
    );
    let (law, agency) = (place.law, place.agency);
    for (way, taken) in [(Way::Letter, true), (Way::Notice, false)] {
        let new = NewRequest {
            key: format!("{way:?}"),
            kind: RequestKind::Password,
            organisation: agency,
            way,
            document: "7/CCBVMT".to_owned(),
            document_day: Some("2026-01-05".parse().unwrap()),
            reason: String::new(),
            lines: vec![(
                1,
                Ask::Password {
                    address: official.address.clone(),
                },
            )],
            files: Vec::new(),
        };
        let opened = act(ground, move |tx| open(tx, law, &console(), &new)).await;
        assert_eq!(opened.is_ok(), taken, "{way:?}");
    }
}

async fn an_inbox_is_looked_at_from_its_mark_on(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let inbox = door(ground, &place).await.inbox;
    act(ground, move |tx| {
        assert_eq!(request_door::seen(tx, inbox)?, None);
        request_door::begin(tx, inbox, tx.now())?;
        assert_eq!(request_door::seen(tx, inbox)?, Some(0));
        assert!(request_door::advance(tx, inbox, 7)?);
        assert!(!request_door::advance(tx, inbox, 7)?, "another was quicker");
        request_door::begin(tx, inbox, tx.now())?;
        assert_eq!(
            request_door::seen(tx, inbox)?,
            Some(7),
            "once begun it goes on"
        );
        let none = request_door::next(tx, inbox, 7, |row| Ok((row.uid()?, row.size()?)))?;
        assert_eq!(none, None);
        Ok::<_, Refused>(())
    })
    .await
    .unwrap();
}
