use congvu_governance::organisation::{self as places, Details, Kind, Spokesmen};
use congvu_governance::{Actor, Law, Refused, Role, rights};
use congvu_store::organisation;
use congvu_testing::{Ground, both};

use crate::fixture::{act, acts, add, console, details, person, top, unit};

both!(
    tq_2_party_bodies_and_mass_organisations_are_taken,
    sl_1_2_a_others_in_need_are_taken,
    who_is_not_covered_is_refused_with_what_says_so,
    qn_4_1_a_qn_4_1_c_qn_4_1_d_the_short_name_is_proposed,
    a_place_is_once_below_another,
    no_place_lies_below_itself,
    qn_13_11_the_contact_belongs_to_the_agency,
    bs_2_a_looser_profile_below_is_told,
    who_decides_there_changes_and_nobody_else,
    a_place_in_use_does_not_end,
);

async fn tq_2_party_bodies_and_mass_organisations_are_taken(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "tuyen-quang", "tuyenquang.gov.vn").await;
    for (kind, name, short) in [
        (Kind::Party, "Đảng ủy các cơ quan tỉnh", "ducqt"),
        (Kind::Mass, "Hội Nông dân tỉnh", "hndt"),
        (Kind::Provincial, "Sở Nội vụ", "snv"),
    ] {
        add(store, top, kind, name, short).await;
    }
    assert_eq!(
        acts(store).await,
        [
            "domain.add",
            "organisation.add",
            "organisation.add",
            "organisation.add",
            "organisation.add"
        ]
    );
}

async fn sl_1_2_a_others_in_need_are_taken(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "son-la", "sonla.gov.vn").await;
    add(store, top, Kind::Mass, "Hội Nông dân tỉnh", "hndt").await;
    add(store, top, Kind::Other, "Công ty thủy nông", "cttn").await;
}

async fn who_is_not_covered_is_refused_with_what_says_so(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "hcm-donre", "tphcm.gov.vn").await;
    let refused = act(store, move |tx| {
        let new = Details {
            short_name: "hnd".to_owned(),
            ..details(Some(top), Kind::Mass, "Hội Nông dân")
        };
        places::add(tx, Law::default(), &console(), &new, None)
    })
    .await;
    let Err(Refused::Rule(refusal)) = refused else {
        panic!("a mass organisation under a regulation for state bodies: {refused:?}");
    };
    assert!(refusal.text.contains("Đoàn thể"), "{refusal}");
    // A part of what is covered is covered.
    let agency = add(store, top, Kind::Provincial, "Chi cục Biển", "ccb").await;
    add(store, agency, Kind::Subunit, "Phòng Hành chính", "phc.ccb").await;
}

async fn qn_4_1_a_qn_4_1_c_qn_4_1_d_the_short_name_is_proposed(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let proposed = |parent, kind, name: &'static str| {
        act(store, move |tx| {
            let new = details(Some(parent), kind, name);
            places::add(tx, Law::default(), &console(), &new, None)
        })
    };
    let agency = proposed(top, Kind::Provincial, "Sở Thông tin và Truyền thông")
        .await
        .unwrap();
    assert_eq!(agency.short_name, "sttvtt");
    let office = proposed(agency.id, Kind::Subunit, "Văn phòng")
        .await
        .unwrap();
    assert_eq!(office.short_name, "vanphong.sttvtt");
    let attached = proposed(agency.id, Kind::Attached, "Trung tâm Công nghệ thông tin")
        .await
        .unwrap();
    assert_eq!(attached.short_name, "ttcntt.sttvtt");
}

async fn a_place_is_once_below_another(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    for (name, short, told) in [
        ("Sở Nội vụ", "snv2", "Đã có “Sở Nội vụ”"),
        ("Sở Nông  nghiệp", "snv", "đã là của “Sở Nội vụ”"),
        ("Sở Xây dựng", "Sxd", "không dùng được"),
        ("  ", "sxd", "Cần tên"),
    ] {
        let refused = act(store, move |tx| {
            let new = Details {
                short_name: short.to_owned(),
                ..details(Some(top), Kind::Provincial, name)
            };
            places::add(tx, Law::default(), &console(), &new, None)
        })
        .await
        .unwrap_err();
        assert!(refused.to_string().contains(told), "{refused}");
    }
    // In a domain of its own a place may have the short name of another.
    act(store, move |tx| {
        let domain = places::add_domain(tx, &console(), "halong.gov.vn", None)?;
        let new = Details {
            short_name: "snv".to_owned(),
            domain: Some(domain),
            ..details(Some(top), Kind::Provincial, "Sở Nội vụ cũ")
        };
        places::add(tx, Law::default(), &console(), &new, None)
    })
    .await
    .unwrap();
}

async fn no_place_lies_below_itself(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let agency = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    let office = add(store, agency, Kind::Subunit, "Văn phòng", "vanphong.snv").await;
    for below in [agency, office] {
        let refused = act(store, move |tx| {
            let now = Details::of(&organisation::get(tx, agency)?.unwrap());
            let parent = Some(below);
            places::change(
                tx,
                Law::default(),
                &console(),
                agency,
                &Details { parent, ..now },
                None,
            )
        })
        .await
        .unwrap_err();
        assert!(
            refused.to_string().contains("không thể là cấp trên"),
            "{refused}"
        );
    }
}

async fn qn_13_11_the_contact_belongs_to_the_agency(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let agency = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    let other = add(store, top, Kind::Provincial, "Sở Xây dựng", "sxd").await;
    let office = add(store, agency, Kind::Subunit, "Văn phòng", "vanphong.snv").await;
    let head = person(store, agency, ("Phạm", "Văn", "A"), "Giám đốc", "phamvana").await;
    let contact = person(store, office, ("Lê", "Thị", "B"), "Văn thư", "lethib").await;
    let stranger = person(store, other, ("Đỗ", "", "C"), "Văn thư", "doc").await;
    let unit = unit(store, agency, "snv").await;
    let set = |new: Spokesmen| {
        act(store, move |tx| {
            places::set_spokesmen(tx, &console(), agency, new, Some("5/QĐ"))
        })
    };
    let good = Spokesmen {
        head: head.person,
        contact: contact.person,
        mailbox: Some(unit.mailbox),
    };
    set(good).await.unwrap();
    for bad in [
        Spokesmen {
            contact: stranger.person,
            ..good
        },
        Spokesmen {
            mailbox: Some(head.mailbox),
            ..good
        },
    ] {
        set(bad).await.unwrap_err();
    }
    let before = acts(store).await.len();
    set(good).await.unwrap();
    assert_eq!(
        acts(store).await.len(),
        before,
        "nothing changed, nothing is recorded"
    );
    // Who speaks for the agency may ask for it.
    let asks = act(store, move |tx| {
        let actor = Actor::signed_in(contact.account, "lethib@quangninh.gov.vn", "192.0.2.1");
        rights::has(tx, &actor, &[Role::Ask], agency)
    });
    assert!(asks.await.unwrap());
}

async fn bs_2_a_looser_profile_below_is_told(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "tuyen-quang", "tuyenquang.gov.vn").await;
    let told = act(store, move |tx| {
        let new = Details {
            short_name: "tx".to_owned(),
            profile: Some("bim-son".to_owned()),
            ..details(Some(top), Kind::Provincial, "Thị xã")
        };
        Ok(places::add(tx, Law::default(), &console(), &new, None)?.told)
    })
    .await
    .unwrap();
    assert!(told[0].contains("lỏng hơn"), "{told:?}");
}

async fn who_decides_there_changes_and_nobody_else(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let one = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    let other = add(store, top, Kind::Provincial, "Sở Xây dựng", "sxd").await;
    let who = person(store, one, ("Phạm", "Văn", "A"), "Quản trị", "phamvana").await;
    let actor = Actor::signed_in(who.account, "phamvana@quangninh.gov.vn", "192.0.2.1");
    let login = "phamvana@quangninh.gov.vn";
    act(store, move |tx| {
        rights::grant(
            tx,
            &console(),
            (who.account, login),
            Role::Decide,
            one,
            None,
        )
    })
    .await
    .unwrap();
    let below = |parent, name: &'static str, short: &'static str| {
        let actor = actor.clone();
        act(store, move |tx| {
            let new = Details {
                short_name: short.to_owned(),
                ..details(Some(parent), Kind::Subunit, name)
            };
            places::add(tx, Law::default(), &actor, &new, None)
        })
    };
    let mine = below(one, "Văn phòng", "vanphong.snv").await.unwrap();
    below(other, "Văn phòng", "vanphong.sxd").await.unwrap_err();
    // Nor may he say which regulation his own place is under: who decides above does.
    let by = actor.clone();
    let looser = act(store, move |tx| {
        let now = Details::of(&organisation::get(tx, one)?.unwrap());
        let profile = Some("bim-son".to_owned());
        let new = Details { profile, ..now };
        places::change(tx, Law::default(), &by, one, &new, None)
    });
    assert!(matches!(looser.await, Err(Refused::Forbidden(_))));
    // Nor may he move his own out of reach of those above, or into theirs.
    let moved = act(store, move |tx| {
        let now = Details::of(&organisation::get(tx, mine.id)?.unwrap());
        let parent = Some(other);
        places::change(
            tx,
            Law::default(),
            &actor,
            mine.id,
            &Details { parent, ..now },
            None,
        )
    });
    assert!(matches!(moved.await, Err(Refused::Forbidden(_))));
}

async fn a_place_in_use_does_not_end(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let agency = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    person(store, agency, ("Phạm", "Văn", "A"), "", "phamvana").await;
    let empty = add(store, top, Kind::Provincial, "Sở Xây dựng", "sxd").await;
    let refused = act(store, move |tx| places::end(tx, &console(), agency, None)).await;
    assert!(refused.unwrap_err().to_string().contains("1 hộp thư"));
    act(store, move |tx| {
        places::dissolve(tx, &console(), empty, "7/QĐ")
    })
    .await
    .unwrap();
    // Its names are free for a new one.
    add(store, top, Kind::Provincial, "Sở Xây dựng", "sxd").await;
}
