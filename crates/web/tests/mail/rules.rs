//! The console's pages of reports, incidents, takedown, stops, regulations, the calendar and the settings.

use axum::http::StatusCode;
use congvu_store::notice::{self, Audience, NewNotice};
use congvu_store::organisation::{self, NewOrganisation};
use congvu_store::{OrganisationId, StoreError, address, mailbox, role};
use congvu_testing::{Ground, both};

use crate::ground::World;

both!(
    each_sees_what_lies_at_their_places,
    a_stop_tells_when_the_service_is_back,
    anybody_reports_an_incident,
    what_is_for_its_reader_alone_is_not_shown,
);

const PAGES: [&str; 21] = [
    "/quan-ly/bao-cao",
    "/quan-ly/bao-cao/so-lieu",
    "/quan-ly/bao-cao/so-lieu?ve=checks",
    "/quan-ly/bao-cao/so-lieu?ve=categories&tu=2025-01-01&den=2025-01-31",
    "/quan-ly/bao-cao/so-lieu?ve=overdue",
    "/quan-ly/bao-cao/lap",
    "/quan-ly/su-co",
    "/quan-ly/su-co/vi-pham",
    "/quan-ly/su-co/moi",
    "/quan-ly/go-bo",
    "/quan-ly/go-bo/moi",
    "/quan-ly/thong-bao",
    "/quan-ly/thong-bao/ngung",
    "/quan-ly/thong-bao/da-gui",
    "/quan-ly/quy-dinh",
    "/quan-ly/quy-dinh/son-la",
    "/quan-ly/quy-dinh/so-sanh",
    "/quan-ly/quy-dinh/thu?quy-che=quang-ninh&ngay=2050-01-01",
    "/quan-ly/lich",
    "/quan-ly/lich?nam=2027&tu=2027-02-01&so=5",
    "/quan-ly/thiet-lap",
];

async fn root(world: &World) -> OrganisationId {
    let root = world.store.read(organisation::root).await;
    root.unwrap().unwrap().id
}

/// Gives whoever a world is signed in as a role at a place.
async fn entrust(world: &World, named: &'static str, place: OrganisationId) {
    let of = world.mailbox;
    let granted = world.store.write(move |tx| {
        let account = congvu_store::account::of_mailbox(tx, of)?.unwrap();
        role::grant(tx, account, named, place, "")
    });
    granted.await.unwrap();
}

async fn agency(world: &World) -> OrganisationId {
    let made = world.store.write(|tx| {
        let root = organisation::root(tx)?.unwrap();
        let new = NewOrganisation {
            parent: Some(root.id),
            kind: "provincial",
            name: "Sở Y tế",
            short_name: "syt",
            profile: None,
        };
        organisation::create(tx, &new)
    });
    made.await.unwrap()
}

async fn each_sees_what_lies_at_their_places(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let (top, below) = (root(&world).await, agency(&world).await);
    let none = world.get("/quan-ly/bao-cao").await;
    assert_eq!(none.0, StatusCode::FORBIDDEN);
    entrust(&world, "decide", top).await;
    for path in PAGES {
        let (status, _, page) = world.get(path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {page}");
        assert!(
            !page.contains("style=") && page.contains("</html>"),
            "{path}"
        );
    }
    // Days that are not over, or too many of them, are no year's figures.
    for wrong in [
        "tu=2025-01-01&den=2026-06-30",
        "tu=2025-01-01&den=2199-01-01",
    ] {
        let path = format!("/quan-ly/bao-cao/so-lieu?{wrong}");
        for path in [path.clone(), format!("{path}&dang=csv")] {
            let (status, _, page) = world.get(&path).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
            assert!(
                page.contains("role=\"alert\"") && page.contains("Kỳ thống kê"),
                "{page}"
            );
        }
    }
    let late = "/quan-ly/bao-cao/so-lieu?ve=overdue&dang=csv";
    let (status, _, csv) = world.get(late).await;
    assert_eq!(status, StatusCode::OK);
    assert!(csv.contains("Số ngày quá hạn"), "{csv}");
    // A report of the whole system, made for a past time.
    let made = [
        ("co-quan", &*top.to_string()),
        ("loai", "on-request"),
        ("tu", "2025-01-01"),
        ("den", "2025-12-31"),
    ];
    let (status, to, page) = world.post("/quan-ly/bao-cao/lap", &made).await;
    let report = match status {
        StatusCode::SEE_OTHER => to.split('?').next().unwrap().to_owned(),
        // The regulation calls it otherwise.
        _ => panic!("{page}"),
    };
    let (status, _, page) = world.get(&report).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("/tep?dang=pdf"), "{page}");
    let other = world.other().await;
    entrust(&other, "ask", below).await;
    for (path, status) in [
        ("/quan-ly/bao-cao", StatusCode::OK),
        ("/quan-ly/bao-cao/so-lieu", StatusCode::OK),
        (
            &*format!("/quan-ly/bao-cao/so-lieu?co-quan={top}"),
            StatusCode::FORBIDDEN,
        ),
        ("/quan-ly/quy-dinh", StatusCode::OK),
        ("/quan-ly/lich", StatusCode::OK),
        (&*report, StatusCode::NOT_FOUND),
        ("/quan-ly/su-co", StatusCode::FORBIDDEN),
        ("/quan-ly/go-bo", StatusCode::FORBIDDEN),
        ("/quan-ly/thong-bao", StatusCode::FORBIDDEN),
        ("/quan-ly/thiet-lap", StatusCode::FORBIDDEN),
        ("/quan-ly/quy-dinh/thu", StatusCode::FORBIDDEN),
        ("/quan-ly/go-bo/1", StatusCode::FORBIDDEN),
    ] {
        assert_eq!(other.get(path).await.0, status, "{path}");
    }
    let accepted = other.post(&format!("{report}/tiep-nhan"), &[]).await;
    assert_eq!(accepted.0, StatusCode::NOT_FOUND);
}

async fn a_stop_tells_when_the_service_is_back(ground: &Ground) {
    let world = World::new(&ground.store).await;
    entrust(&world, "operate", root(&world).await).await;
    let mut said = vec![
        ("loai", "ke-hoach"),
        ("viec", "Thay ổ đĩa của máy chủ"),
        ("tu", "2099-12-01T22:00"),
    ];
    let path = "/quan-ly/thong-bao/ngung";
    let (status, _, page) = world.post(path, &said).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("thời gian phục hồi") && page.contains("SL.14.6.a"));
    assert!(page.contains("Thay ổ đĩa của máy chủ"));
    said.push(("den", "2099-12-01T23:00"));
    let (status, to, _) = world.post(path, &said).await;
    assert_eq!(
        (status, &*to),
        (StatusCode::SEE_OTHER, "/quan-ly/thong-bao?xong=ngung")
    );
    let (_, _, page) = world.get("/quan-ly/thong-bao").await;
    assert!(page.contains("Thay ổ đĩa của máy chủ"));
    let (status, ..) = world.post("/quan-ly/thong-bao/ngung/1/huy", &[]).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (status, ..) = world
        .post("/quan-ly/thong-bao/ngung/1/huy", &[("ly-do", "Hoãn")])
        .await;
    assert_eq!(status, StatusCode::SEE_OTHER);
}

async fn anybody_reports_an_incident(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let said = [("loai", "outage"), ("mo-ta", "Không gửi được thư từ sáng.")];
    let (status, to, _) = world.post("/bao-su-co", &said).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (_, _, page) = world.get(&to).await;
    assert!(page.contains("role=\"status\""), "{page}");
    // Nobody else learns that there is one.
    let other = world.other().await;
    assert!(!other.get(&to).await.2.contains("role=\"status\""));
    let empty = other
        .post("/bao-su-co", &[("loai", "outage"), ("mo-ta", " ")])
        .await;
    assert_eq!(empty.0, StatusCode::BAD_REQUEST);
    // Secret material is reported with its message alone.
    let bare = other
        .post("/bao-su-co", &[("loai", "secret"), ("mo-ta", "Có")])
        .await;
    assert_eq!(bare.0, StatusCode::BAD_REQUEST);
    entrust(&other, "operate", root(&world).await).await;
    let (_, _, page) = other.get("/quan-ly/su-co").await;
    assert!(page.contains("Không gửi được thư từ sáng."));
    let (status, ..) = other
        .post(
            "/quan-ly/su-co/1",
            &[("trang-thai", "fixed"), ("ghi-chu", "Đã sửa DNS.")],
        )
        .await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let back = other
        .post("/quan-ly/su-co/1", &[("trang-thai", "reported")])
        .await;
    assert_eq!(back.0, StatusCode::CONFLICT);
    let (_, _, page) = other.get("/quan-ly/su-co/1").await;
    assert!(page.contains("Đã sửa DNS."));
}

async fn what_is_for_its_reader_alone_is_not_shown(ground: &Ground) {
    let world = World::new(&ground.store).await;
    entrust(&world, "audit", root(&world).await).await;
    let of = world.mailbox;
    let added = world.store.write(move |tx| {
        let mut ids = Vec::new();
        for (key, kind) in [("a", "reset-link"), ("b", "quota"), ("c", "not-sent")] {
            let new = NewNotice {
                key,
                kind,
                audience: Audience::Mailbox(of),
                subject: "Tiêu đề kín",
                body: "Nội dung kín",
                clause: "",
                papers: "",
            };
            ids.extend(notice::add(tx, &new)?);
        }
        let address = address::primary(tx, of)?;
        Ok::<_, StoreError>((ids, address, mailbox::organisation(tx, of)?))
    });
    let (ids, address, _) = added.await.unwrap();
    for (id, is_shown) in ids.iter().zip([false, true, false]) {
        let path = format!("/quan-ly/thong-bao/da-gui/{id}");
        let (status, _, page) = world.get(&path).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(page.contains("Nội dung kín"), is_shown, "{id}");
        assert_eq!(page.contains("Tiêu đề kín"), is_shown, "{id}");
    }
    let list = format!("/quan-ly/thong-bao/da-gui?hop-thu={}", address.unwrap());
    let (_, _, page) = world.get(&list).await;
    assert_eq!(page.matches("Tiêu đề kín").count(), 1);
    let other = world.other().await;
    entrust(&other, "ask", agency(&world).await).await;
    let path = format!("/quan-ly/thong-bao/da-gui/{}", ids[1]);
    assert_eq!(other.get(&path).await.0, StatusCode::NOT_FOUND);
}
