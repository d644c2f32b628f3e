//! Places, groups and roles in the console: who decides at one agency sees and does nothing at another.

use axum::body::Body;
use axum::http::{StatusCode, header};
use congvu_governance::{Actor, Role, rights};
use congvu_store::organisation::{self, NewOrganisation};
use congvu_store::{AccountId, OrganisationId, Store, StoreError, account, group_list, place};
use congvu_testing::{Ground, both};

use crate::ground::World;

both!(
    who_decides_at_an_agency_keeps_to_it,
    whatever_the_menu_offers_answers,
);

async fn agency(store: &Store, name: &'static str, short_name: &'static str) -> OrganisationId {
    let made = store.write(move |tx| {
        let root = organisation::root(tx)?.unwrap();
        let new = NewOrganisation {
            parent: Some(root.id),
            kind: "provincial",
            name,
            short_name,
            profile: None,
        };
        organisation::create(tx, &new)
    });
    made.await.unwrap()
}

async fn entrust(store: &Store, login: &'static str, role: Role, at: OrganisationId) -> AccountId {
    let given = store.write(move |tx| {
        let account = account::by_login(tx, login)?.unwrap();
        let console = Actor::console("root");
        rights::grant(tx, &console, (account.id, login), role, at, None)?;
        Ok::<_, congvu_governance::Refused>(account.id)
    });
    given.await.unwrap()
}

async fn who_decides_at_an_agency_keeps_to_it(ground: &Ground) {
    let store = &ground.store;
    let world = World::new(store).await;
    let ours = agency(store, "Sở Nội vụ", "snv").await;
    let theirs = agency(store, "Sở Y tế", "syt").await;
    // Who has no role has no console.
    let (status, _, page) = world.get("/quan-ly/co-quan").await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{page}");
    entrust(store, "an@sonla.gov.vn", Role::Decide, ours).await;
    let (status, _, page) = world.get("/quan-ly/co-quan").await;
    assert_eq!(status, StatusCode::OK, "{page}");
    assert!(page.contains("Sở Nội vụ") && !page.contains("Sở Y tế"));
    // Found without marks; what is not theirs is found by nothing.
    let (_, _, page) = world.get("/quan-ly/co-quan?q=so+noi").await;
    assert!(page.contains("Sở Nội vụ"));
    let (_, _, page) = world.get("/quan-ly/co-quan?q=so+y").await;
    assert!(!page.contains("Sở Y tế"));
    for (path, status) in [
        ("", StatusCode::OK),
        ("/them", StatusCode::OK),
        ("/sua", StatusCode::OK),
        ("/nguoi", StatusCode::OK),
        ("/dung-luong", StatusCode::OK),
        ("/doi-dia-chi", StatusCode::OK),
        ("/xuat?dang=csv", StatusCode::OK),
        // These end the place: who decides above it does that.
        ("/sap-nhap", StatusCode::FORBIDDEN),
        ("/tach", StatusCode::FORBIDDEN),
        ("/giai-the", StatusCode::FORBIDDEN),
    ] {
        let (found, _, page) = world.get(&format!("/quan-ly/co-quan/{ours}{path}")).await;
        assert_eq!(found, status, "{path} {page}");
        let (found, _, _) = world.get(&format!("/quan-ly/co-quan/{theirs}{path}")).await;
        assert_eq!(found, StatusCode::NOT_FOUND, "{path}");
    }
    // A form of another site does nothing.
    let path = format!("/quan-ly/co-quan/{ours}/them");
    let forged = world
        .request("POST", &path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("ten=V%C4%83n+ph%C3%B2ng&loai=subunit"))
        .unwrap();
    let (status, _) = world.send(forged).await;
    assert!(status.is_client_error(), "{status}");
    let room = [("ten", "Văn phòng"), ("loai", "subunit")];
    let (status, to, page) = world.post(&path, &room).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
    assert!(to.contains("xong=them"), "{to}");
    // The same name again is refused, and what was typed is there still.
    let (status, _, page) = world.post(&path, &room).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(
        page.contains("value=\"Văn phòng\"") && page.contains("Đã có"),
        "{page}"
    );
    let path = format!("/quan-ly/co-quan/{theirs}/them");
    let (status, _, _) = world.post(&path, &room).await;
    assert!(status.is_client_error());
    let found = store
        .read(move |tx| place::holds(tx, theirs))
        .await
        .unwrap();
    assert_eq!(found.children, 0);
    // A group there is not registered, and no role is given.
    let there = theirs.to_string();
    let group = [
        ("noi", there.as_str()),
        ("ten", "Nhóm lạ"),
        ("dia-chi", "nhomla"),
        ("gui", "inside"),
    ];
    let (status, _, _) = world.post("/quan-ly/nhom/them", &group).await;
    assert!(status.is_client_error(), "{status}");
    let here = ours.to_string();
    let group = [
        ("noi", here.as_str()),
        ("ten", "Nhóm ta"),
        ("dia-chi", "nhomta"),
        ("gui", "inside"),
    ];
    let (status, to, page) = world.post("/quan-ly/nhom/them", &group).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
    let id = to.trim_start_matches("/quan-ly/nhom/");
    let id = congvu_store::GroupId(id.split('?').next().unwrap().parse().unwrap());
    let made = store.read(move |tx| group_list::get(tx, id)).await.unwrap();
    assert_eq!(made.unwrap().address, "nhomta@sonla.gov.vn");
    let (status, _, page) = world.get("/quan-ly/nhom?q=nhom+ta").await;
    assert!(status == StatusCode::OK && page.contains("nhomta@sonla.gov.vn"));
    let own = format!("m{}", world.mailbox);
    let role = [("ai", own.as_str()), ("vai-tro", "decide"), ("noi", "syt")];
    let (status, _, _) = world.post("/quan-ly/vai-tro/giao", &role).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, _, page) = world.get("/quan-ly/vai-tro").await;
    assert!(
        status == StatusCode::OK && page.contains("an@sonla.gov.vn"),
        "{page}"
    );
    // Nobody else's hears of it.
    let other = world.other().await;
    entrust(store, "binh@sonla.gov.vn", Role::Audit, theirs).await;
    let (status, _, _) = other.get(&format!("/quan-ly/nhom/{id}")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _, page) = other.get("/quan-ly/vai-tro").await;
    assert!(
        status == StatusCode::OK && !page.contains("an@sonla.gov.vn"),
        "{page}"
    );
}

/// Who has a role below the top finds nothing in the menu that is shut to them.
async fn whatever_the_menu_offers_answers(ground: &Ground) {
    let store = &ground.store;
    let world = World::new(store).await;
    let ours = agency(store, "Sở Nội vụ", "snv").await;
    let top = store.read(|tx| Ok::<_, StoreError>(organisation::root(tx)?.unwrap().id));
    let top = top.await.unwrap();
    let mut offered = Vec::new();
    for (role, at) in [
        (Role::Ask, ours),
        (Role::Operate, ours),
        (Role::Decide, ours),
        (Role::Audit, top),
    ] {
        entrust(store, "an@sonla.gov.vn", role, at).await;
        let (status, _, page) = world.get("/quan-ly").await;
        assert_eq!(status, StatusCode::OK, "{}: {page}", role.label());
        let menu = page.split("id=\"muc\"").nth(1).expect("a menu");
        let menu = menu.split("</nav>").next().unwrap();
        let links: Vec<&str> = menu
            .split("href=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .filter(|link| link.starts_with("/quan-ly"))
            .collect();
        offered.push(links.len());
        for link in links {
            let (status, _, page) = world.get(link).await;
            assert_eq!(status, StatusCode::OK, "{} {link}: {page}", role.label());
        }
    }
    assert!(offered.is_sorted(), "{offered:?}");
    assert!(offered[2] < offered[3], "{offered:?}");
}
