//! `/danh-ba/cua-toi`: one's own contacts and lists, in and out as cards, offered while a recipient is typed.

use axum::body::{Body, to_bytes};
use axum::http::{StatusCode, header};
use congvu_testing::Ground;
use tower_service::Service as _;

use crate::ground::World;

const CARDS: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:7a\r\nFN:Đỗ Thị Hà\r\nN:Hà;Thị;Đỗ;;\r\nEMAIL;TYPE=INTERNET:ha@ngoai.example\r\nORG:Công ty Phú Lâm\r\nEND:VCARD\r\n\
    BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Trần Bình\r\nEMAIL:binh@ngoai.example\r\nEMAIL:binh2@ngoai.example\r\nEND:VCARD\r\n\
    BEGIN:VCARD\r\nVERSION:4.0\r\nKIND:group\r\nFN:Tổ tư vấn\r\nMEMBER:urn:uuid:7a\r\nMEMBER:mailto:binh@ngoai.example\r\nMEMBER:mailto:moi@ngoai.example\r\nMEMBER:urn:uuid:nobody\r\nEND:VCARD\r\n";

impl World {
    /// Sends a file up, as a form does; where it leads to, or the page.
    async fn import(&self, token: &str, file: &str) -> (StatusCode, String) {
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--x\r\nContent-Disposition: form-data; name=\"tep\"; filename=\"a.vcf\"\r\nContent-Type: text/vcard\r\n\r\n{file}\r\n--x--\r\n"
        );
        let request = self
            .request("POST", "/danh-ba/nhap")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
            .body(Body::from(body))
            .unwrap();
        let response = self.router.clone().call(request).await.unwrap();
        let status = response.status();
        let to = response.headers().get(header::LOCATION);
        let to = to.map(|to| to.to_str().unwrap().to_owned());
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let page = String::from_utf8_lossy(&bytes).into_owned();
        (status, to.unwrap_or(page))
    }

    async fn token(&self) -> String {
        let (_, _, page) = self.get("/tai-khoan").await;
        let (_, rest) = page.split_once("name=\"csrf\" value=\"").unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    }

    async fn contacts(&self, query: &str) -> Vec<String> {
        let (status, _, page) = self.get(&format!("/danh-ba/cua-toi{query}")).await;
        assert_eq!(status, StatusCode::OK);
        let rows = page
            .split("<th scope=\"row\"><a href=\"/danh-ba/cua-toi/")
            .skip(1);
        rows.map(|row| row.split(['>', '<']).nth(1).unwrap().to_owned())
            .collect()
    }

    async fn offered(&self, text: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", text);
        let (status, _, page) = self
            .get(&format!("/danh-ba/goi-y?{}", query.finish()))
            .await;
        assert_eq!(status, StatusCode::OK);
        page
    }

    /// The row of a list, by its name.
    async fn list(&self, name: &str) -> Option<String> {
        let (_, _, page) = self.get("/danh-ba/cua-toi").await;
        let links = page.split("<a href=\"/danh-ba/danh-sach/").skip(1);
        let mut links = links.filter_map(|link| link.split_once("\">"));
        let found = links.find(|(_, rest)| rest.starts_with(&format!("{name}</a>")));
        found.map(|(id, _)| id.to_owned())
    }
}

async fn contacts_are_kept_found_and_written_to(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let other = world.other().await;
    let (_, _, page) = world.get("/danh-ba/cua-toi").await;
    assert!(page.contains("Chưa có ai ở đây."));
    for (name, address) in [
        ("Nguyễn Văn Đạt", "dat@ngoai.example"),
        ("Lò Thị An", "an.lt@ngoai.example"),
    ] {
        let (status, to, _) = world
            .post(
                "/danh-ba/cua-toi/0",
                &[("ten", name), ("dia-chi", address), ("co-quan", "Phú Lâm")],
            )
            .await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        assert!(to.ends_with("xong=luu"), "{to}");
    }
    // In the order of given names; found without marks, by any word.
    assert_eq!(world.contacts("").await, ["Lò Thị An", "Nguyễn Văn Đạt"]);
    for query in ["dat", "phu+lam+d", "ngoai+nguyen"] {
        let found = world.contacts(&format!("?q={query}")).await;
        assert_eq!(found, ["Nguyễn Văn Đạt"], "{query}");
    }
    assert!(world.contacts("?q=at").await.is_empty());
    // What cannot be kept comes back with why.
    for fields in [
        [("ten", ""), ("dia-chi", "a@b.vn")],
        [("ten", "A"), ("dia-chi", "a b@x")],
        [("ten", "A"), ("dia-chi", "dat@ngoai.example")],
    ] {
        let (status, _, page) = world.post("/danh-ba/cua-toi/0", &fields).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        assert!(page.contains("role=\"alert\""));
    }
    // From a message: who is there already is shown, who is not is filled in.
    let (_, _, page) = world
        .get("/danh-ba/cua-toi/0?ten=D&dia-chi=dat%40ngoai.example")
        .await;
    assert!(page.contains("Sửa người liên hệ") && page.contains("value=\"Nguyễn Văn Đạt\""));
    let (_, _, page) = world
        .get("/danh-ba/cua-toi/0?ten=%22%3E&dia-chi=x%40y.vn")
        .await;
    assert!(page.contains("value=\"&#34;&#62;\"") && page.contains("value=\"x@y.vn\""));
    // Offered behind the directory; another's are another's.
    assert!(world.offered("dat").await.contains("dat@ngoai.example"));
    assert_eq!(other.offered("dat").await, "[]");
    assert!(other.contacts("").await.is_empty());
    for path in ["/danh-ba/cua-toi/1", "/danh-ba/danh-sach/1"] {
        let (status, ..) = other.get(path).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    // Away.
    let (_, _, page) = world.get("/danh-ba/cua-toi?q=dat").await;
    let id = page.split("name=\"u\" value=\"").nth(1).unwrap();
    let id = id.split('"').next().unwrap();
    let (status, ..) = other
        .post("/danh-ba/cua-toi", &[("u", id), ("viec", "xoa")])
        .await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert_eq!(world.contacts("").await.len(), 2);
    world
        .post("/danh-ba/cua-toi", &[("u", id), ("viec", "xoa")])
        .await;
    assert_eq!(world.contacts("").await, ["Lò Thị An"]);
}

async fn cards_go_in_and_out(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let token = world.token().await;
    let (status, to) = world.import(&token, CARDS).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{to}");
    assert!(to.ends_with("xong=nhap&them=4&co=1&ds=1"), "{to}");
    assert_eq!(
        world.contacts("").await,
        ["Trần Bình", "Trần Bình", "Đỗ Thị Hà", "moi@ngoai.example"]
    );
    // A second time adds nobody.
    let (_, to) = world.import(&token, CARDS).await;
    assert!(to.contains("them=0"), "{to}");
    // A list stands for all on it.
    let list = world.list("Tổ tư vấn").await.unwrap();
    let (_, _, page) = world.get(&format!("/danh-ba/danh-sach/{list}")).await;
    let write = page.split("href=\"/soan?").nth(1).unwrap();
    let write = write.split('"').next().unwrap();
    let people = form_urlencoded::parse(write.as_bytes()).next().unwrap().1;
    assert_eq!(
        people,
        "Trần Bình <binh@ngoai.example>, Đỗ Thị Hà <ha@ngoai.example>, \"moi@ngoai.example\" <moi@ngoai.example>"
    );
    let offered = world.offered("tu van").await;
    assert!(offered.contains("Danh sách, 3 người"), "{offered}");
    assert!(
        offered.contains("Đỗ Thị Hà <ha@ngoai.example>"),
        "{offered}"
    );
    // What goes out comes in again elsewhere.
    let (status, _, file) = world.get("/danh-ba/xuat").await;
    assert_eq!(status, StatusCode::OK);
    let other = world.other().await;
    let (_, to) = other.import(&other.token().await, &file).await;
    assert!(to.ends_with("them=4&co=0&ds=1"), "{to}");
    let theirs = other.list("Tổ tư vấn").await.unwrap();
    let (_, _, page) = other.get(&format!("/danh-ba/danh-sach/{theirs}")).await;
    assert_eq!(page.matches("name=\"u\"").count(), 3);
    // Somebody else's list takes nobody.
    let (_, _, page) = other.get("/danh-ba/cua-toi?q=ha").await;
    let id = page.split("name=\"u\" value=\"").nth(1).unwrap();
    let id = id.split('"').next().unwrap();
    let fields = [("u", id), ("ds", &*list), ("viec", "vao-danh-sach")];
    other.post("/danh-ba/cua-toi", &fields).await;
    let (_, _, page) = world.get(&format!("/danh-ba/danh-sach/{list}")).await;
    assert_eq!(page.matches("name=\"u\"").count(), 3);
    // Lists are named anew, and go; those on it stay.
    let (status, ..) = world
        .post("/danh-ba/danh-sach/0", &[("ten", "TO TU VAN")])
        .await;
    assert_eq!(status, StatusCode::CONFLICT);
    let path = format!("/danh-ba/danh-sach/{list}");
    world.post(&path, &[("ten", "Chuyên gia")]).await;
    assert!(world.list("Chuyên gia").await.is_some());
    world.post(&path, &[("viec", "xoa")]).await;
    assert!(world.list("Chuyên gia").await.is_none());
    assert_eq!(world.contacts("").await.len(), 4);
    // Files that are none, forms that are not ours.
    for bad in ["", "<html>", "BEGIN:VCARD\r\nFN:x"] {
        let (status, page) = world.import(&token, bad).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{bad}: {page}");
    }
    let (status, _) = world.import("x", CARDS).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

congvu_testing::both!(contacts_are_kept_found_and_written_to, cards_go_in_and_out,);
