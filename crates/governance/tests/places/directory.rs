use congvu_governance::directory::{self as book, Search};
use congvu_governance::organisation::{self as places, Details, Kind};
use congvu_governance::{Law, Refused};
use congvu_regulation::{Date, Moment};
use congvu_store::group::{self, NewGroup};
use congvu_store::{OrganisationId, Store, organisation, person as persons, place};
use congvu_testing::{Ground, both, driven};

use crate::fixture::{act, add, console, details, person, top, unit};

mod found {
    use super::*;
    both!(
        qn_2_6_found_without_marks_by_the_beginnings_of_words,
        qn_2_6_locked_ones_stay_and_revoked_ones_go,
        qn_2_6_phones_are_found_by_those_who_see_them,
        qn_13_5_phones_are_public_where_the_regulation_says_so,
        qn_13_5_bs_6_what_is_public_is_the_regulations_word,
        qn_2_6_common_words_rank_and_page_alike,
        what_is_wrong_is_found_and_set_right,
        the_tree_is_counted,
    );
}
mod changed {
    use super::*;
    driven!(1_790_816_400_000; bs_7_hcm_10_the_list_of_changes_between_two_days);
}

/// Where the clock of the case stands first: 1/10/2026, 8:00 in Vietnam.
const START: i64 = 1_790_816_400_000;
const DAY: i64 = 86_400_000;

async fn names(store: &Store, text: &str, place: Option<OrganisationId>) -> Vec<String> {
    let asked = Search {
        text: text.to_owned(),
        place,
        limit: 20,
        ..Search::default()
    };
    act(store, move |tx| {
        let found = book::search(tx, &asked)?;
        Ok(found.entries.iter().map(book::name).collect())
    })
    .await
    .unwrap()
}

async fn qn_2_6_found_without_marks_by_the_beginnings_of_words(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let science = add(
        store,
        top,
        Kind::Provincial,
        "Sở Khoa học và Công nghệ",
        "skhvcn",
    )
    .await;
    let home = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    person(
        store,
        science,
        ("Đỗ", "Thị Thúy", "Hòa"),
        "Trưởng phòng",
        "dothithuyhoa",
    )
    .await;
    person(
        store,
        home,
        ("Đỗ", "Văn", "Hoàn"),
        "Chuyên viên",
        "dovanhoan",
    )
    .await;
    person(
        store,
        home,
        ("Nguyễn", "Hòa", "Đỗ"),
        "Phó Giám đốc",
        "nguyenhoado",
    )
    .await;
    unit(store, home, "snv").await;
    act(store, move |tx| {
        let (domain, _) = organisation::domain_of(tx, home)?.unwrap();
        let new = NewGroup {
            organisation: home,
            name: "Cán bộ Sở Nội vụ",
            posting: "inside",
            local_part: "cbcc.snv",
            domain,
        };
        let made = group::create(tx, &new)?;
        book::refresh_group(tx, made)
    })
    .await
    .unwrap();
    // Whole words before beginnings of words; by given name.
    assert_eq!(
        names(store, "do hoa", None).await,
        ["Nguyễn Hòa Đỗ", "Đỗ Thị Thúy Hòa", "Đỗ Văn Hoàn"]
    );
    assert_eq!(names(store, "ĐỖ hoà", None).await.len(), 3);
    assert_eq!(
        names(store, "truong phong", None).await,
        ["Đỗ Thị Thúy Hòa"]
    );
    assert_eq!(
        names(store, "hoa khoa hoc", None).await,
        ["Đỗ Thị Thúy Hòa"]
    );
    assert_eq!(
        names(store, "dovanhoan@quangninh.gov.vn", None).await,
        ["Đỗ Văn Hoàn"]
    );
    // Persons before units before groups.
    let home_alone = names(store, "noi vu", Some(home)).await;
    assert_eq!(
        home_alone,
        [
            "Nguyễn Hòa Đỗ",
            "Đỗ Văn Hoàn",
            "Sở Nội vụ",
            "Cán bộ Sở Nội vụ"
        ]
    );
    assert_eq!(names(store, "do", Some(science)).await, ["Đỗ Thị Thúy Hòa"]);
    for nothing in ["oa", "hoa zz", "!!", "%", "do_"] {
        assert_eq!(
            names(store, nothing, None).await.len(),
            if nothing == "do_" { 3 } else { 0 },
            "{nothing}"
        );
    }
    // Page by page.
    let page = |after| {
        act(store, move |tx| {
            let asked = Search {
                text: "do".into(),
                after,
                limit: 2,
                ..Search::default()
            };
            let found = book::search(tx, &asked)?;
            Ok((found.entries.len(), found.more))
        })
    };
    assert_eq!(page(0).await.unwrap(), (2, true));
    assert_eq!(page(2).await.unwrap(), (1, false));
    assert_eq!(names(store, "", None).await.len(), 5);
    // A new name of the organisation is found at once.
    act(store, move |tx| {
        let now = Details::of(&organisation::get(tx, home)?.unwrap());
        let new = Details {
            name: "Sở Nội vụ và Lao động".to_owned(),
            ..now
        };
        places::change(tx, Law::default(), &console(), home, &new, None)
    })
    .await
    .unwrap();
    assert_eq!(names(store, "hoan lao dong", None).await, ["Đỗ Văn Hoàn"]);
}

async fn qn_2_6_locked_ones_stay_and_revoked_ones_go(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let a = person(store, top, ("Phạm", "Văn", "An"), "", "phamvanan").await;
    for (statement, expected) in [
        (
            "UPDATE mailbox SET locked_at = 1, closed_at = 1 WHERE id = $1",
            1,
        ),
        ("UPDATE mailbox SET revoked_at = 1 WHERE id = $1", 0),
        ("UPDATE mailbox SET revoked_at = NULL WHERE id = $1", 1),
        ("UPDATE mailbox SET deleted_at = 1 WHERE id = $1", 0),
    ] {
        act(store, move |tx| {
            tx.execute(statement, &[a.mailbox.into()])?;
            book::refresh(tx, a.mailbox)
        })
        .await
        .unwrap();
        assert_eq!(
            names(store, "pham", None).await.len(),
            expected,
            "{statement}"
        );
    }
}

async fn qn_2_6_phones_are_found_by_those_who_see_them(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let a = person(store, top, ("Phạm", "Văn", "An"), "", "phamvanan").await;
    act(store, move |tx| {
        let mut found = persons::get(tx, a.person.unwrap())?.unwrap();
        found.phone = "+84 912 345 678".to_owned();
        persons::update(tx, &found)?;
        book::refresh(tx, a.mailbox)
    })
    .await
    .unwrap();
    let seen = |text: &'static str, phones| {
        act(store, move |tx| {
            let asked = Search {
                text: text.into(),
                limit: 5,
                phones,
                ..Search::default()
            };
            Ok(book::search(tx, &asked)?
                .entries
                .into_iter()
                .map(|entry| entry.phone)
                .collect::<Vec<_>>())
        })
    };
    assert_eq!(seen("0912 345", true).await.unwrap(), ["+84 912 345 678"]);
    assert!(seen("0912345", false).await.unwrap().is_empty());
    assert!(seen("#0912345", false).await.unwrap().is_empty());
    assert_eq!(seen("pham", false).await.unwrap(), [""]);
}

async fn qn_13_5_phones_are_public_where_the_regulation_says_so(ground: &Ground) {
    let store = &ground.store;
    let text = include_str!("../../../../regulations/quang-ninh.toml");
    let closed = "phones = { value = false, local = true }";
    assert!(text.contains(closed));
    let open = text
        .replace(closed, "phones = { value = true, local = true }")
        .replace("id = \"quang-ninh\"", "id = \"quang-ninh-mo\"")
        .replace("code = \"QN\"", "code = \"QM\"")
        .replace("\"QN.", "\"QM.");
    let mut catalogue = congvu_regulation::Catalogue::default();
    let open = congvu_regulation::Profile::parse(&open).unwrap();
    catalogue.add(open).unwrap();
    let law = Law::new(Box::leak(Box::new(catalogue)));
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let agency = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    let tells = act(store, move |tx| {
        let new = Details {
            short_name: "stc".to_owned(),
            profile: Some("quang-ninh-mo".to_owned()),
            ..details(Some(top), Kind::Provincial, "Sở Tài chính")
        };
        Ok(places::add(tx, law, &console(), &new, None)?.id)
    })
    .await
    .unwrap();
    for (place, given, address) in [(agency, "An", "an"), (tells, "Bình", "binh")] {
        let who = person(store, place, ("Phạm", "Văn", given), "", address).await;
        act(store, move |tx| {
            let mut found = persons::get(tx, who.person.unwrap())?.unwrap();
            found.phone = "0912 345 678".to_owned();
            persons::update(tx, &found)?;
            book::refresh(tx, who.mailbox)
        })
        .await
        .unwrap();
    }
    let all = act(store, move |tx| book::published(tx, law, top))
        .await
        .unwrap();
    let phones: Vec<(&str, &str)> = all
        .iter()
        .map(|entry| (entry.address.as_str(), entry.phone.as_str()))
        .collect();
    assert_eq!(
        phones,
        [
            ("an@quangninh.gov.vn", ""),
            ("binh@quangninh.gov.vn", "0912 345 678")
        ]
    );
    let feed = act(store, move |tx| book::feed(tx, law, tells))
        .await
        .unwrap();
    assert_eq!(feed["entries"][0]["phone"], "0912 345 678");
    // None of the five publishes them by itself.
    for profile in congvu_regulation::profiles() {
        assert!(!profile.access().publishes_phones(), "{}", profile.id());
    }
}

async fn qn_13_5_bs_6_what_is_public_is_the_regulations_word(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let agency = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    let town = act(store, move |tx| {
        let new = Details {
            short_name: "bimson".to_owned(),
            profile: Some("bim-son".to_owned()),
            ..details(Some(top), Kind::Provincial, "Thị xã")
        };
        Ok(places::add(tx, Law::default(), &console(), &new, None)?.id)
    })
    .await
    .unwrap();
    person(
        store,
        agency,
        ("Phạm", "Văn", "An"),
        "Giám đốc",
        "phamvanan",
    )
    .await;
    let feed = act(store, move |tx| book::feed(tx, Law::default(), agency))
        .await
        .unwrap();
    assert_eq!(feed["version"], 1);
    assert_eq!(feed["organisation"]["short_name"], "snv");
    assert_eq!(feed["entries"][0]["address"], "phamvanan@quangninh.gov.vn");
    assert_eq!(feed["entries"][0]["title"], "Giám đốc");
    assert!(feed["entries"][0].get("phone").is_none());
    act(store, move |tx| book::feed(tx, Law::default(), town))
        .await
        .unwrap();
    // Every regulation says who may see it; those that keep it inside are refused with their clause or mark.
    for profile in congvu_regulation::profiles() {
        use congvu_regulation::access::Publicity;
        match (
            profile.access().directory.value,
            book::check_published(profile),
        ) {
            (Publicity::Internal, Err(Refused::Rule(_)))
            | (Publicity::Organisations, Ok(book::Published::ByOrganisations))
            | (Publicity::Manager, Ok(book::Published::ByManager)) => {}
            other => panic!("{}: {other:?}", profile.id()),
        }
    }
}

/// Above the number of entries from which the order of keys is walked instead of looking at all that have a word.
const MANY: usize = 2_100;

async fn qn_2_6_common_words_rank_and_page_alike(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let agency = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    act(store, move |tx| {
        for n in 0..MANY {
            // One in a hundred has the second word as a whole.
            let given = if n % 100 == 0 { "Hoa" } else { "Hoan" };
            let made =
                crate::fixture::holder(tx, agency, ("Nguyễn", "", given), "", &format!("n{n}"));
            made?;
        }
        Ok(())
    })
    .await
    .unwrap();
    let page = |text: &'static str, after, place| {
        act(store, move |tx| {
            let asked = Search {
                text: text.into(),
                after,
                limit: 15,
                place,
                ..Search::default()
            };
            let found = book::search(tx, &asked)?;
            let names = found.entries.iter().map(|entry| entry.names[2].clone());
            Ok((names.collect::<Vec<_>>(), found.entries, found.more))
        })
    };
    let hoa = |count| vec!["Hoa".to_owned(); count];
    let hoan = |count| vec!["Hoan".to_owned(); count];
    // 21 have the whole words: they come first, and no page shows anybody twice.
    let (first, one, more) = page("nguyen hoa", 0, None).await.unwrap();
    assert_eq!((first, more), (hoa(15), true));
    let (second, other, more) = page("nguyen hoa", 15, Some(agency)).await.unwrap();
    assert_eq!((second, more), ([hoa(6), hoan(9)].concat(), true));
    assert!(one.iter().all(|entry| !other.contains(entry)));
    let (last, _, more) = page("nguyen ho", 2_090, None).await.unwrap();
    assert_eq!((last, more), (hoan(10), false));
    assert_eq!(page("nguyen hoa", 0, Some(agency)).await.unwrap().1, one);
    assert!(page("nguyen hoang", 0, None).await.unwrap().0.is_empty());
    let (n, _, _) = page("n", 0, None).await.unwrap();
    assert_eq!(n, hoa(15));
}

async fn what_is_wrong_is_found_and_set_right(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let a = person(store, top, ("Phạm", "Văn", "An"), "", "phamvanan").await;
    let b = person(store, top, ("Lê", "Thị", "Bình"), "", "lethibinh").await;
    act(store, move |tx| {
        tx.execute(
            "UPDATE person SET title = 'Giám đốc' WHERE id = $1",
            &[a.person.unwrap().into()],
        )?;
        tx.execute(
            "UPDATE mailbox SET deleted_at = 1 WHERE id = $1",
            &[b.mailbox.into()],
        )?;
        Ok(())
    })
    .await
    .unwrap();
    let found = book::rebuild(store, false).await.unwrap();
    assert_eq!((found.looked, found.wrong), (2, 2));
    assert_eq!(book::rebuild(store, true).await.unwrap().wrong, 2);
    assert_eq!(book::rebuild(store, false).await.unwrap().wrong, 0);
    assert_eq!(names(store, "giam doc", None).await, ["Phạm Văn An"]);
}

async fn the_tree_is_counted(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    let agency = add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    add(store, agency, Kind::Subunit, "Văn phòng", "vanphong.snv").await;
    person(store, agency, ("Phạm", "Văn", "An"), "", "phamvanan").await;
    act(store, move |tx| {
        let roots = book::tree(tx, None)?;
        assert_eq!((roots[0].place.id, roots[0].children), (top, 1));
        let below = book::tree(tx, Some(top))?;
        assert_eq!(
            (below[0].place.id, below[0].children, below[0].mailboxes),
            (agency, 1, 1)
        );
        Ok(())
    })
    .await
    .unwrap();
}

async fn bs_7_hcm_10_the_list_of_changes_between_two_days(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "bim-son", "thanhhoa.gov.vn").await;
    let one = add(store, top, Kind::Provincial, "Phòng Kinh tế", "pkt").await;
    let other = add(store, top, Kind::Provincial, "Phòng Nội vụ", "pnv").await;
    let stays = person(
        store,
        one,
        ("Phạm", "Văn", "An"),
        "Chuyên viên",
        "anpv.bimson",
    )
    .await;
    let goes = person(
        store,
        one,
        ("Lê", "Thị", "Bình"),
        "Văn thư",
        "binhlt.bimson",
    )
    .await;
    ground.clock.set(START + 10 * DAY);
    let comes = person(store, other, ("Đỗ", "", "Chi"), "Văn thư", "chid.bimson").await;
    let passes = person(store, other, ("Vũ", "", "Dũng"), "", "dungv.bimson").await;
    act(store, move |tx| {
        for gone in [goes, passes] {
            tx.execute(
                "UPDATE mailbox SET revoked_at = 1 WHERE id = $1",
                &[gone.mailbox.into()],
            )?;
            book::refresh(tx, gone.mailbox)?;
        }
        place::move_person(tx, stays.person.unwrap(), other)?;
        book::refresh(tx, stays.mailbox)
    })
    .await
    .unwrap();
    ground.clock.set(START + 20 * DAY);
    act(store, move |tx| {
        let mut found = persons::get(tx, comes.person.unwrap())?.unwrap();
        found.title = "Phó phòng".to_owned();
        persons::update(tx, &found)?;
        book::refresh(tx, comes.mailbox)
    })
    .await
    .unwrap();
    let day = |after: i64| -> Date { Moment(START + after * DAY).date() };
    let list = |first, last, place| {
        act(store, move |tx| {
            let changes = book::changes(tx, (first, last), place, false)?;
            let rows = book::change_rows(&changes);
            Ok(rows
                .iter()
                .map(|row| {
                    let cell = |id| row.get(id).unwrap_or_default().to_owned();
                    format!(
                        "{} {} {} [{}]",
                        cell("what"),
                        cell("address"),
                        cell("title"),
                        cell("before")
                    )
                })
                .collect::<Vec<_>>())
        })
    };
    // Who came and went in between is no change.
    assert_eq!(
        list(day(1), day(30), None).await.unwrap(),
        [
            "Thay đổi anpv.bimson@thanhhoa.gov.vn Chuyên viên [Phòng Kinh tế]",
            "Thu hồi, xóa binhlt.bimson@thanhhoa.gov.vn Văn thư []",
            "Thêm mới chid.bimson@thanhhoa.gov.vn Phó phòng []",
        ]
    );
    assert_eq!(list(day(10), day(10), None).await.unwrap().len(), 3);
    assert_eq!(list(day(11), day(19), None).await.unwrap().len(), 0);
    assert_eq!(
        list(day(20), day(20), None).await.unwrap(),
        ["Thay đổi chid.bimson@thanhhoa.gov.vn Phó phòng [Văn thư]"]
    );
    // Who left by a transfer is missing there as much as who was taken off.
    assert_eq!(
        list(day(1), day(30), Some(one)).await.unwrap(),
        [
            "Thay đổi anpv.bimson@thanhhoa.gov.vn Chuyên viên [Phòng Kinh tế]",
            "Thu hồi, xóa binhlt.bimson@thanhhoa.gov.vn Văn thư []",
        ]
    );
    list(day(2), day(1), None).await.unwrap_err();
}
