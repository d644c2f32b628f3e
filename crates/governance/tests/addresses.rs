//! Addresses as agencies ask for them and get them: proposed by the rules of each text, agreed on where it says so, and given
//! once.

#![allow(clippy::unwrap_used)]

mod support;

use congvu_governance::mailbox::{Holder, Issue, Person};
use congvu_governance::organisation::{self as places, Details, Kind};
use congvu_governance::request::{Ask, Decision, NewRequest, carry_out_all, decide, forward, open};
use congvu_governance::{Refused, organisation::Added};
use congvu_regulation::Profile;
use congvu_regulation::requests::{RequestKind, Way};
use congvu_store::{OrganisationId, RequestId, StoreError, request};
use congvu_testing::{Ground, driven};
use support::{Place, act, console};

// 2026-01-05T08:00 in Vietnam, a Monday.
const BEGIN: i64 = 1_767_574_800_000;

driven!(super::BEGIN;
    qn_4_2_a_qn_4_2_b_qn_4_2_c_four_of_one_name,
    qn_4_1_a_qn_4_1_b_qn_4_1_c_qn_4_1_d_units_get_what_the_rules_propose,
    bs_5_1_bs_5_2_a_clash_is_agreed_on,
    tq_5_1_tq_5_2_letters_are_added_and_namesakes_numbered,
    hcm_4_1_what_is_proposed_is_decided_by_a_person,
    sl_5_1_a_sl_5_1_b_sl_5_1_c_sl_5_2_digits_are_chosen,
    tq_5_what_was_somebodys_is_given_to_nobody_else,
);

fn person(at: OrganisationId, name: (&str, &str, &str), code: &str) -> Ask {
    Ask::Issue(Issue {
        organisation: at.0,
        holder: Holder::Person(Person {
            family: name.0.to_owned(),
            middle: name.1.to_owned(),
            given: name.2.to_owned(),
            code: Some(code.to_owned()),
            ..Person::default()
        }),
        local_part: None,
        former: None,
        quota: None,
    })
}

fn unit(at: OrganisationId) -> Ask {
    Ask::Issue(Issue {
        organisation: at.0,
        holder: Holder::Unit { own_account: true },
        local_part: None,
        former: None,
        quota: None,
    })
}

fn way(profile: &Profile) -> Way {
    let rule = profile.request(RequestKind::Issue).unwrap();
    rule.channels().first().unwrap().value.way
}

/// What became of one line.
async fn line(ground: &Ground, id: RequestId, number: u32) -> Result<String, String> {
    let read = ground
        .store
        .read(move |tx| request::get_line(tx, id, number));
    let read: Result<_, StoreError> = read.await;
    let line = read.unwrap().unwrap();
    match line.state.as_str() {
        "done" => {
            let outcome: serde_json::Value = serde_json::from_str(&line.outcome).unwrap();
            let address = outcome["address"].as_str().unwrap();
            Ok(address.split('@').next().unwrap().to_owned())
        }
        _ => Err(line.reason),
    }
}

/// An agency asks for mailboxes, all are granted: the addresses before the @, or why there is none.
async fn ask(
    ground: &Ground,
    place: &Place,
    by: OrganisationId,
    lines: Vec<Ask>,
) -> (RequestId, Vec<Result<String, String>>) {
    let (law, count) = (place.law, u32::try_from(lines.len()).unwrap());
    let key = format!("{by} {:?}", lines.first());
    let lines: Vec<(u32, Ask)> = (1..).zip(lines).collect();
    let id = act(ground, move |tx| {
        let profile = law.at(tx, by)?;
        let new = NewRequest {
            key: key.clone(),
            kind: RequestKind::Issue,
            organisation: by,
            way: way(profile),
            document: "12/CV".to_owned(),
            document_day: Some("2026-01-05".parse().unwrap()),
            reason: "cán bộ mới".to_owned(),
            lines: lines.clone(),
            files: Vec::new(),
        };
        Ok(open(tx, law, &console(), &new)?.id)
    });
    let id = id.await.unwrap();
    while act(ground, move |tx| forward(tx, law, &console(), id, None))
        .await
        .is_ok()
    {}
    for number in 1..=count {
        grant(ground, place, (id, number), None).await.unwrap();
    }
    let mut found = Vec::new();
    for number in 1..=count {
        found.push(line(ground, id, number).await);
    }
    (id, found)
}

async fn grant(
    ground: &Ground,
    place: &Place,
    of: (RequestId, u32),
    chosen: Option<&'static str>,
) -> Result<(), Refused> {
    let law = place.law;
    act(ground, move |tx| {
        let local_part = chosen.map(str::to_owned);
        let decision = Decision::Grant { local_part };
        decide(tx, law, &console(), of, &decision).map(drop)
    })
    .await?;
    carry_out_all(&ground.store, law).await.map(drop)
}

/// Adds a place whose short name the rules propose.
async fn added(
    ground: &Ground,
    place: &Place,
    (parent, kind, name): (OrganisationId, Kind, &'static str),
) -> Result<Added, Refused> {
    let law = place.law;
    act(ground, move |tx| {
        let new = Details {
            parent: Some(parent),
            kind,
            name: name.to_owned(),
            short_name: String::new(),
            suffix: None,
            profile: None,
            domain: None,
            code: None,
        };
        places::add(tx, law, &console(), &new, None)
    })
    .await
}

/// Places named by the rules, and their own mailboxes asked for.
async fn units(
    ground: &Ground,
    place: &Place,
    wanted: &[(OrganisationId, Kind, &'static str, &str)],
) {
    for (parent, kind, name, short_name) in wanted {
        let made = added(ground, place, (*parent, *kind, name)).await.unwrap();
        assert_eq!(made.short_name, *short_name, "{name}");
        let (_, given) = ask(ground, place, made.id, vec![unit(made.id)]).await;
        assert_eq!(given, [Ok((*short_name).to_owned())], "{name}");
    }
}

fn ok(addresses: &[&str]) -> Vec<Result<String, String>> {
    addresses
        .iter()
        .map(|text| Ok((*text).to_owned()))
        .collect()
}

async fn qn_4_2_a_qn_4_2_b_qn_4_2_c_four_of_one_name(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let of = |code| person(place.agency, ("Phạm", "Văn", "A"), code);
    let lines = vec![of("1"), of("2"), of("3"), of("4")];
    let (_, given) = ask(ground, &place, place.agency, lines).await;
    let wanted = [
        "phamvana",
        "phamvana.sttvtt",
        "phamvana1.sttvtt",
        "phamvana2.sttvtt",
    ];
    assert_eq!(given, ok(&wanted));
}

async fn qn_4_1_a_qn_4_1_b_qn_4_1_c_qn_4_1_d_units_get_what_the_rules_propose(ground: &Ground) {
    let place = Place::new(ground, "quang-ninh").await;
    let (root, agency) = (place.root, place.agency);
    let wanted = [
        (root, Kind::Provincial, "Sở Giáo dục và Đào tạo", "sgdvdt"),
        (
            agency,
            Kind::Subunit,
            "Phòng Công nghệ thông tin",
            "phongcntt.sttvtt",
        ),
        (
            agency,
            Kind::Attached,
            "Trung tâm Chuyển đổi số",
            "ttcds.sttvtt",
        ),
    ];
    units(ground, &place, &wanted).await;
    // Under a district with a suffix of its own (QN.4.1.b).
    let law = place.law;
    let district = act(ground, move |tx| {
        let new = Details {
            parent: Some(root),
            kind: Kind::Other,
            name: "Ủy ban nhân dân thành phố Hạ Long".to_owned(),
            short_name: "ubndhalong".to_owned(),
            suffix: Some("hl".to_owned()),
            profile: None,
            domain: None,
            code: None,
        };
        Ok(places::add(tx, law, &console(), &new, None)?.id)
    })
    .await
    .unwrap();
    let commune = (
        district,
        Kind::Commune,
        "Ủy ban nhân dân phường Cao Xanh",
        "ubndcaoxanh.hl",
    );
    units(ground, &place, &[commune]).await;
}

async fn bs_5_1_bs_5_2_a_clash_is_agreed_on(ground: &Ground) {
    let place = Place::new(ground, "bim-son").await;
    let wanted = [(place.root, Kind::Provincial, "Phòng Tư pháp", "ptp.bimson")];
    units(ground, &place, &wanted).await;
    // More than ten letters are agreed on.
    let long = (
        place.root,
        Kind::Provincial,
        "Phòng Lao động Thương binh Xã hội và Gia đình Trẻ em",
    );
    let refused = added(ground, &place, long).await;
    assert!(matches!(refused, Err(Refused::Bad(_))), "{refused:?}");
    let at = place.agency;
    let lines = vec![
        person(at, ("Bùi", "Huy", "Hùng"), "1"),
        person(at, ("Bùi", "Hữu", "Hùng"), "2"),
    ];
    let (id, given) = ask(ground, &place, at, lines).await;
    assert_eq!(given[0], Ok("hungbh.bimson".to_owned()));
    let why = given[1].clone().unwrap_err();
    assert!(why.contains("có thể chọn: "), "{why}");
    // Nobody is numbered by the program; what is agreed on keeps the ending.
    let outside = grant(ground, &place, (id, 2), Some("hungbhuu")).await;
    let still = line(ground, id, 2).await;
    assert!(outside.is_err() || still.is_err());
    grant(ground, &place, (id, 2), Some("hungbhuu.bimson"))
        .await
        .unwrap();
    assert_eq!(line(ground, id, 2).await, Ok("hungbhuu.bimson".to_owned()));
}

async fn tq_5_1_tq_5_2_letters_are_added_and_namesakes_numbered(ground: &Ground) {
    let place = Place::new(ground, "tuyen-quang").await;
    let (root, at) = (place.root, place.agency);
    let wanted = [
        (root, Kind::Provincial, "Sở Tư pháp", "stp"),
        (at, Kind::Subunit, "Phòng Hạ tầng số", "phts.skhcn"),
        (root, Kind::Commune, "Ủy ban nhân dân xã Yên Sơn", "ubndxys"),
    ];
    units(ground, &place, &wanted).await;
    let lines = vec![
        person(at, ("Vương", "Ngọc", "Hà"), "1"),
        person(at, ("Võ", "Nguyên", "Hạ"), "2"),
        person(at, ("Vương", "Ngọc", "Hà"), "3"),
    ];
    let (_, given) = ask(ground, &place, at, lines).await;
    assert_eq!(given, ok(&["vnha.skhcn", "vonha.skhcn", "vnha2.skhcn"]));
}

async fn hcm_4_1_what_is_proposed_is_decided_by_a_person(ground: &Ground) {
    let place = Place::new(ground, "hcm-donre").await;
    let at = place.agency;
    let lines = vec![person(at, ("Nguyễn", "Văn", "Khánh"), "1")];
    let (id, given) = ask(ground, &place, at, lines).await;
    let why = given[0].clone().unwrap_err();
    assert!(why.contains("khanhnv.stnmt"), "{why}");
    let outside = grant(ground, &place, (id, 1), Some("khanhnv")).await;
    let still = line(ground, id, 1).await;
    assert!(outside.is_err() || still.is_err(), "{still:?}");
    grant(ground, &place, (id, 1), Some("khanhnv.stnmt"))
        .await
        .unwrap();
    assert_eq!(line(ground, id, 1).await, Ok("khanhnv.stnmt".to_owned()));
}

async fn sl_5_1_a_sl_5_1_b_sl_5_1_c_sl_5_2_digits_are_chosen(ground: &Ground) {
    let place = Place::new(ground, "son-la").await;
    let (root, at) = (place.root, place.agency);
    let wanted = [
        (root, Kind::Provincial, "Sở Nội vụ", "snv"),
        (
            root,
            Kind::Commune,
            "Ủy ban nhân dân xã Chiềng Cơi",
            "chiengcoi",
        ),
        (at, Kind::Subunit, "Phòng Hạ tầng", "ht.skhcn"),
    ];
    units(ground, &place, &wanted).await;
    // A second one of the same letters gets more of them.
    let second = added(ground, &place, (root, Kind::Provincial, "Sở Ngoại vụ")).await;
    assert_eq!(second.unwrap().short_name, "sngv");
    let lines = vec![
        person(at, ("Chu", "Thị", "Hoan"), "1"),
        person(at, ("Cà", "Thị", "Hoan"), "2"),
    ];
    let (id, given) = ask(ground, &place, at, lines).await;
    assert_eq!(given[0], Ok("hoanct.skhcn".to_owned()));
    assert!(given[1].is_err(), "{given:?}");
    grant(ground, &place, (id, 2), Some("hoanct90.skhcn"))
        .await
        .unwrap();
    assert_eq!(line(ground, id, 2).await, Ok("hoanct90.skhcn".to_owned()));
}

async fn tq_5_what_was_somebodys_is_given_to_nobody_else(ground: &Ground) {
    let place = Place::new(ground, "tuyen-quang").await;
    let (law, at) = (place.law, place.agency);
    let first = vec![person(at, ("Vương", "Ngọc", "Hà"), "1")];
    let (_, given) = ask(ground, &place, at, first).await;
    assert_eq!(given, ok(&["vnha.skhcn"]));
    act(ground, move |tx| {
        let id = congvu_governance::request::find(tx, "vnha.skhcn@tuyenquang.gov.vn")?;
        congvu_governance::mailbox::revoke(tx, law, &console(), id, None, Some("9/CV"))
    })
    .await
    .unwrap();
    let (id, given) = {
        let second = vec![person(at, ("Vũ", "Như", "Hà"), "2")];
        ask(ground, &place, at, second).await
    };
    assert_eq!(given, ok(&["vunha.skhcn"]));
    let third = vec![person(at, ("Văn", "Ngọc", "Hà"), "3")];
    let (next, _) = ask(ground, &place, at, third).await;
    assert_ne!(id, next);
    let asked_for = grant(ground, &place, (next, 1), Some("vnha.skhcn")).await;
    let now = line(ground, next, 1).await;
    assert!(
        asked_for.is_err() || now != Ok("vnha.skhcn".to_owned()),
        "{now:?}"
    );
}
