//! The directory that anybody may read.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use congvu_governance::directory;
use congvu_store::account::{self, NewAccount};
use congvu_store::mailbox::{self, NewMailbox};
use congvu_store::organisation::{self, NewOrganisation, NewPerson};
use congvu_store::{OrganisationId, Store};
use congvu_testing::{Ground, both};
use tower_service::Service;

use crate::ground::World;

both!(
    qn_13_5_bs_6_anybody_reads_what_the_regulation_makes_public,
    qn_13_5_bs_6_agencies_take_it_for_their_own_sites,
);

/// As somebody asks who is not signed in; whether other sites may read the answer.
async fn ask(world: &World, path: &str) -> (StatusCode, String, bool) {
    let request = Request::builder().uri(path).body(Body::empty()).unwrap();
    let response = world.router.clone().call(request).await.unwrap();
    let status = response.status();
    let shared = response
        .headers()
        .contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    let bytes = to_bytes(response.into_body(), 16 << 20).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    (status, text, shared)
}

async fn agency(
    store: &Store,
    (name, short_name): (&'static str, &'static str),
    profile: Option<&'static str>,
    parent: Option<OrganisationId>,
) -> OrganisationId {
    let made = store.write(move |tx| {
        let root = organisation::root(tx)?.unwrap();
        let new = NewOrganisation {
            parent: Some(parent.unwrap_or(root.id)),
            kind: if parent.is_some() {
                "subunit"
            } else {
                "provincial"
            },
            name,
            short_name,
            profile,
        };
        organisation::create(tx, &new)
    });
    made.await.unwrap()
}

async fn official(
    store: &Store,
    place: OrganisationId,
    (family, middle, given): (&'static str, &'static str, &'static str),
    local_part: &'static str,
) {
    let made = store.write(move |tx| {
        let person = organisation::create_person(
            tx,
            &NewPerson {
                organisation: place,
                family,
                middle,
                given,
                title: "Chuyên viên",
                phone: "0912345678",
                born: None,
                code: None,
            },
        )?;
        let login = format!("{local_part}@sonla.gov.vn");
        let account = account::create(
            tx,
            &NewAccount {
                login: &login,
                organisation: place,
                person: Some(person),
                role: "user",
                password: None,
                must_change: None,
            },
        )?;
        let domain = organisation::domain(tx, "sonla.gov.vn")?.unwrap();
        let made = mailbox::create(
            tx,
            &NewMailbox {
                kind: "personal",
                organisation: place,
                account: Some(account),
                person: Some(person),
                name: &format!("{family} {middle} {given}"),
                quota: 1 << 30,
                local_part,
                domain,
            },
        )?;
        directory::refresh(tx, made)
    });
    made.await.unwrap();
}

/// Two agencies whose directory is public, one with a unit that keeps its own to itself.
async fn province(world: &World) -> (OrganisationId, OrganisationId) {
    let store = &world.store;
    let open = Some("quang-ninh");
    let home = agency(store, ("Sở Nội vụ", "snv"), open, None).await;
    let health = agency(store, ("Sở Y tế", "syt"), open, None).await;
    let room = agency(store, ("Phòng Cơ yếu", "pcy"), Some("son-la"), Some(home)).await;
    official(store, home, ("Đỗ", "Thị", "Thúy"), "dothithuy").await;
    official(store, health, ("Lường", "Văn", "Hòa"), "luongvanhoa").await;
    official(store, room, ("Quàng", "Văn", "Kín"), "quangvankin").await;
    (home, health)
}

async fn qn_13_5_bs_6_anybody_reads_what_the_regulation_makes_public(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let root = world
        .store
        .read(organisation::root)
        .await
        .unwrap()
        .unwrap()
        .id;
    // Sơn La's text makes nothing public: the clause is told, nobody is named.
    let (status, page, _) = ask(&world, &format!("/co-quan/{root}")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{page}");
    assert!(page.contains("không công bố"), "{page}");
    let (home, health) = province(&world).await;
    let (status, _, _) = ask(&world, "/co-quan").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (status, page, _) = ask(&world, &format!("/co-quan/{home}")).await;
    assert_eq!(status, StatusCode::OK, "{page}");
    for shown in [
        "Sở Nội vụ",
        "Sở Y tế",
        "Đỗ Thị Thúy",
        "dothithuy@sonla.gov.vn",
        "QN.13.5",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    for hidden in ["0912345678", "Quàng Văn Kín", "Lường Văn Hòa", "csrf"] {
        assert!(!page.contains(hidden), "{hidden}: {page}");
    }
    // With or without marks; what is typed is shown as text.
    let (_, page, _) = ask(&world, &format!("/co-quan/{health}?q=luong+hoa")).await;
    assert!(page.contains("luongvanhoa@sonla.gov.vn"), "{page}");
    let (_, page, _) = ask(&world, &format!("/co-quan/{health}?q=%3Cscript%3Ekhong")).await;
    assert!(
        page.contains("Không thấy ai") && !page.contains("<script>khong"),
        "{page}"
    );
    for nowhere in ["/co-quan/999999", "/co-quan/x", "/co-quan/1/danh-ba.exe"] {
        let (status, page, _) = ask(&world, nowhere).await;
        assert!(status.is_client_error(), "{nowhere}: {page}");
    }
}

async fn qn_13_5_bs_6_agencies_take_it_for_their_own_sites(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let (home, _) = province(&world).await;
    for (file, shown) in [
        ("danh-ba.json", "\"name\":\"Đỗ Thị Thúy\""),
        ("danh-ba.csv", "Đỗ Thị Thúy"),
        ("danh-ba.vcf", "FN:Đỗ Thị Thúy"),
    ] {
        let (status, text, shared) = ask(&world, &format!("/co-quan/{home}/{file}")).await;
        assert_eq!((status, shared), (StatusCode::OK, true), "{text}");
        assert!(text.contains(shown), "{file}: {text}");
        for hidden in ["Quàng", "0912345678"] {
            assert!(!text.contains(hidden), "{file}: {text}");
        }
    }
    let root = world.store.read(organisation::root).await.unwrap().unwrap();
    let (status, _, _) = ask(&world, &format!("/co-quan/{}/danh-ba.json", root.id)).await;
    assert!(status.is_client_error());
}
