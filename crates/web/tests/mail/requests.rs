//! Requests on the console's pages: opened from a list, decided line by line, handed over once, seen by nobody else.

use axum::body::{Body, to_bytes};
use axum::http::{StatusCode, header};
use congvu_governance::request::carry_out_all;
use congvu_governance::{Law, Role};
use congvu_store::organisation::{self, NewOrganisation};
use congvu_store::{OrganisationId, RequestId, StoreError, account, request, role};
use congvu_testing::{Ground, both};
use tower_service::Service as _;

use crate::ground::World;

both!(
    sl_7_1_hundreds_from_a_list_are_decided_on_these_pages,
    sl_7_3_a_refusal_gives_its_reason_and_what_was_typed_stays,
    sl_5_2_who_has_the_same_name_is_seen_before_anything_is_given,
    what_is_due_first_stands_first_and_pages_miss_nothing,
    hcm_3_hcm_9_a_request_is_passed_on_before_it_is_decided,
);

/// An agency below the top.
async fn agency(
    world: &World,
    name: &'static str,
    short_name: &'static str,
    profile: Option<&'static str>,
) -> OrganisationId {
    let made = world.store.write(move |tx| {
        let root = organisation::root(tx)?.unwrap();
        let new = NewOrganisation {
            parent: Some(root.id),
            kind: "provincial",
            name,
            short_name,
            profile,
        };
        organisation::create(tx, &new)
    });
    made.await.unwrap()
}

/// Somebody with a role at a place.
async fn officer(
    world: &World,
    login: &'static str,
    role: Role,
    place: Option<OrganisationId>,
) -> World {
    let other = world.named(login).await;
    let granted = world.store.write(move |tx| {
        let account = account::by_login(tx, login)?.unwrap().id;
        let place = match place {
            Some(place) => place,
            None => organisation::root(tx)?.unwrap().id,
        };
        role::grant(tx, account, role.name(), place, "1/QĐ")
    });
    let granted: Result<(), StoreError> = granted.await;
    granted.unwrap();
    other
}

/// What a hidden field of a page says.
fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page
        .split_once(&format!("name=\"{name}\" value=\""))
        .unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

impl World {
    async fn shown(&self, path: &str) -> String {
        let (status, _, page) = self.get(path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {page}");
        page
    }

    /// Sends the form on which a request is opened, with a file or without.
    async fn open(
        &self,
        page: &str,
        fields: &[(&str, &str)],
        file: Option<&str>,
    ) -> (StatusCode, String, String) {
        let mut body = String::new();
        let mut add = |name: &str, value: &str| {
            body.push_str(&format!(
                "--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            ));
        };
        for name in ["csrf", "khoa", "viec", "co-quan", "so-dong", "da-xem"] {
            add(name, &hidden(page, name));
        }
        if page.contains("name=\"giu\"") {
            add("giu", &hidden(page, "giu"));
            add("giu-ten", &hidden(page, "giu-ten"));
        }
        for (name, value) in fields {
            add(name, value);
        }
        if let Some(file) = file {
            body.push_str(&format!(
                "--x\r\nContent-Disposition: form-data; name=\"tep\"; filename=\"danh-sach.csv\"\r\nContent-Type: text/csv\r\n\r\n{file}\r\n"
            ));
        }
        body.push_str("--x--\r\n");
        let request = self
            .request("POST", "/quan-ly/de-nghi/lap")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
            .body(Body::from(body))
            .unwrap();
        let response = self.router.clone().call(request).await.unwrap();
        let status = response.status();
        let to = response.headers().get(header::LOCATION);
        let to = to.map_or_else(String::new, |to| to.to_str().unwrap().to_owned());
        let bytes = to_bytes(response.into_body(), 16 << 20).await.unwrap();
        (status, to, String::from_utf8(bytes.to_vec()).unwrap())
    }
}

/// So many persons, no two of whom would get the same address.
fn persons(most: usize) -> String {
    let mut list = "Họ và tên;Chức vụ;Số ĐT\n".to_owned();
    let families = [
        "Bùi", "Cầm", "Dương", "Giàng", "Hà", "Kha", "Lò", "Mùa", "Nguyễn", "Quàng",
    ];
    let middles = ["Văn", "Thị", "Minh", "Xuân", "Anh"];
    let given = [
        "An", "Bình", "Chi", "Dung", "Hoa", "Lan", "Mai", "Nam", "Sơn", "Yến",
    ];
    let mut count = 0;
    for family in families {
        for middle in middles {
            for given in given {
                if count < most {
                    list.push_str(&format!(
                        "{family} {middle} {given};Chuyên viên;0912000{count:03}\n"
                    ));
                }
                count += 1;
            }
        }
    }
    list
}

const HEAD: [(&str, &str); 3] = [
    ("so", "12/SNV-VP"),
    ("ngay", "2026-11-20"),
    ("hinh-thuc", "documents"),
];

fn with<'a>(does: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = HEAD.to_vec();
    fields.extend(more);
    fields.push(("lam", does));
    fields
}

async fn sl_7_1_hundreds_from_a_list_are_decided_on_these_pages(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let home = agency(&world, "Sở Nội vụ", "snv", None).await;
    let elsewhere = agency(&world, "Sở Y tế", "syt", None).await;
    let asks = officer(&world, "dau-moi@sonla.gov.vn", Role::Ask, Some(home)).await;
    let stranger = officer(&world, "syt@sonla.gov.vn", Role::Ask, Some(elsewhere)).await;
    let decides = officer(&world, "quan-ly@sonla.gov.vn", Role::Decide, None).await;
    // One agency: its kinds of requests are offered at once, each with its clause.
    let page = asks.shown("/quan-ly/de-nghi/lap").await;
    assert!(
        page.contains("viec=issue") && page.contains("SL.7.1"),
        "{page}"
    );
    let form = format!("/quan-ly/de-nghi/lap?co-quan={home}&viec=issue");
    let page = asks.shown(&form).await;
    let (status, _, seen) = asks
        .open(&page, &with("xem", &[]), Some(&persons(500)))
        .await;
    assert_eq!(status, StatusCode::OK, "{seen}");
    assert!(
        seen.contains("anbv.snv") && seen.contains("500 dòng"),
        "{seen}"
    );
    // Pressed twice it is one request.
    let (status, to, _) = asks.open(&seen, &with("gui", &[]), None).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (_, again, _) = asks.open(&seen, &with("gui", &[]), None).await;
    assert_eq!(to, again);
    let here = to.split('?').next().unwrap().to_owned();
    let id = RequestId(here.rsplit('/').next().unwrap().parse().unwrap());
    // Another agency sees nothing of it, by any way.
    for path in [
        "",
        "/quyet-dinh",
        "/chuyen",
        "/rut",
        "/mat-khau",
        "/bieu-mau",
        "/tien-do",
        "/tep/1",
    ] {
        let path = format!("{here}{path}");
        assert_eq!(stranger.get(&path).await.0, StatusCode::NOT_FOUND, "{path}");
        if !matches!(path.rsplit('/').next(), Some("bieu-mau" | "tien-do" | "1")) {
            let (status, _, _) = stranger.post(&path, &[("lam", "luu")]).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    assert!(
        !stranger
            .shown("/quan-ly/de-nghi")
            .await
            .contains("12/SNV-VP")
    );
    let (status, _, _) = stranger.get(&form).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    // The agency sees it, and cannot decide.
    let page = asks.shown(&here).await;
    assert!(
        page.contains("anbv.snv") && !page.contains("name=\"qd1\""),
        "{page}"
    );
    let (status, _, _) = asks.post(&here, &[("dong", "1"), ("qd1", "grant")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    // A hundred lines a page; what was said on one stays.
    let page = decides.shown(&format!("{here}?sau=400")).await;
    assert!(
        page.contains("name=\"qd500\"") && !page.contains("name=\"qd400\""),
        "{page}"
    );
    assert!(page.len() < 600_000, "{}", page.len());
    let refuse = [
        ("sau", "400"),
        ("dong", "499"),
        ("dong", "500"),
        ("qd500", "refuse"),
        ("ly500", "Chưa có quyết định bổ nhiệm"),
        ("lam", "luu"),
    ];
    let (status, to, _) = decides.post(&here, &refuse).await;
    assert_eq!(
        (status, to.as_str()),
        (
            StatusCode::SEE_OTHER,
            format!("{here}?sau=400&xong=luu").as_str()
        )
    );
    // It binds nobody yet, and the agency hears nothing of it.
    assert!(
        !asks
            .shown(&format!("{here}?sau=400"))
            .await
            .contains("bổ nhiệm")
    );
    let (status, _, _) = decides.post(&here, &[("lam", "sach")]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let page = decides.shown(&format!("{here}/quyet-dinh")).await;
    assert!(
        page.contains("499 dòng chấp thuận") && page.contains("Quyết định cả 500 dòng"),
        "{page}"
    );
    let decide = format!("{here}/quyet-dinh");
    let (status, _, _) = decides.post(&decide, &[]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (status, to, _) = decides.post(&decide, &[]).await;
    assert_eq!(
        (status, to),
        (StatusCode::SEE_OTHER, here.clone()),
        "pressed twice"
    );
    let page = asks.shown(&here).await;
    assert!(
        page.contains("0 trên 499") && page.contains("data-ask="),
        "{page}"
    );
    let carried = carry_out_all(&ground.store, Law::default()).await.unwrap();
    assert_eq!((carried.done, carried.failed), (499, 0));
    assert!(
        asks.shown(&format!("{here}/tien-do"))
            .await
            .contains("\"over\":true")
    );
    let found = world.store.read(move |tx| request::get(tx, id)).await;
    let found: Result<_, StoreError> = found;
    assert_eq!(found.unwrap().unwrap().state, "done");
    let page = asks.shown(&format!("{here}?sau=400")).await;
    assert!(page.contains("Chưa có quyết định bổ nhiệm"), "{page}");
    // The passwords are told once.
    let hand = format!("{here}/mat-khau");
    assert!(
        asks.shown(&hand)
            .await
            .contains("name=\"dong\" value=\"50\"")
    );
    let (status, _, sheet) = asks.post(&hand, &[("dong", "1"), ("dong", "2")]).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        sheet.matches("<code class=\"secret\">").count(),
        2,
        "{sheet}"
    );
    let (status, to, _) = asks.post(&hand, &[("dong", "1"), ("dong", "2")]).await;
    assert_eq!((status, to), (StatusCode::SEE_OTHER, hand.clone()));
    assert!(
        !asks
            .shown(&hand)
            .await
            .contains("name=\"dong\" value=\"2\"")
    );
}

async fn sl_7_3_a_refusal_gives_its_reason_and_what_was_typed_stays(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let home = agency(&world, "Sở Nội vụ", "snv", None).await;
    let asks = officer(&world, "dau-moi@sonla.gov.vn", Role::Ask, Some(home)).await;
    let decides = officer(&world, "quan-ly@sonla.gov.vn", Role::Decide, None).await;
    let form = format!("/quan-ly/de-nghi/lap?co-quan={home}&viec=issue");
    let page = asks.shown(&form).await;
    // Nothing filled in; a person without a name: all of it is told, and nothing is lost.
    let (status, _, told) = asks
        .open(&page, &[("lam", "xem"), ("hinh-thuc", "documents")], None)
        .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        told.contains("Điền ít nhất một dòng") && told.contains("Ghi số văn bản"),
        "{told}"
    );
    let faulty = [
        ("d1-full-name", "Lò Thị Hương"),
        ("d1-born", "chín mươi"),
        ("d2-title", "Văn thư"),
    ];
    let (status, _, told) = asks.open(&page, &with("xem", &faulty), None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    for shown in [
        "Lò Thị Hương",
        "chín mươi",
        "Văn thư",
        "12/SNV-VP",
        "Không đọc được năm sinh",
        "Cần họ và tên",
    ] {
        assert!(told.contains(shown), "{shown}: {told}");
    }
    let (status, _, more) = asks.open(&told, &with("them", &faulty), None).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        more.contains("d8-full-name") && more.contains("chín mươi"),
        "{more}"
    );
    // What was changed after it was looked at is looked at again.
    let one = [("d1-full-name", "Lò Thị Hương")];
    let two = [
        ("d1-full-name", "Lò Thị Hương"),
        ("d2-full-name", "Vì Văn Nam"),
    ];
    let (_, _, seen) = asks.open(&page, &with("xem", &one), None).await;
    assert!(seen.contains("huonglt.snv"), "{seen}");
    let (status, _, seen) = asks.open(&seen, &with("gui", &two), None).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        seen.contains("Nội dung đã đổi") && seen.contains("namvv.snv"),
        "{seen}"
    );
    let (status, to, _) = asks.open(&seen, &with("gui", &two), None).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let here = to.split('?').next().unwrap().to_owned();
    // Without a reason it is not refused, and what was said of the other line is kept.
    let said = [
        ("dong", "1"),
        ("dong", "2"),
        ("qd1", "refuse"),
        ("qd2", "grant"),
        ("lam", "xem"),
    ];
    let (status, _, page) = decides.post(&here, &said).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.contains("phải nêu rõ lý do") && page.contains("SL.7.3"),
        "{page}"
    );
    let page = decides.shown(&format!("{here}/quyet-dinh")).await;
    assert!(
        page.contains("1 dòng chấp thuận, 0 dòng từ chối, 1 dòng chưa quyết định"),
        "{page}"
    );
    let said = [
        ("dong", "1"),
        ("qd1", "refuse"),
        ("ly1", "Đã có hộp thư"),
        ("lam", "xem"),
    ];
    let (status, to, _) = decides.post(&here, &said).await;
    assert_eq!(
        (status, to),
        (StatusCode::SEE_OTHER, format!("{here}/quyet-dinh"))
    );
    // Taken back it cannot be decided; nor by somebody else.
    let (status, _, _) = decides.post(&format!("{here}/chuyen"), &[]).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, to, _) = asks.post(&format!("{here}/rut"), &[]).await;
    assert_eq!(
        (status, to),
        (StatusCode::SEE_OTHER, format!("{here}?xong=rut"))
    );
    let (status, _, _) = decides.post(&format!("{here}/quyet-dinh"), &[]).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let page = asks.shown("/quan-ly/de-nghi?trang-thai=withdrawn").await;
    assert!(page.contains("12/SNV-VP"), "{page}");
    assert!(!asks.shown("/quan-ly/de-nghi").await.contains("12/SNV-VP"));
}

async fn sl_5_2_who_has_the_same_name_is_seen_before_anything_is_given(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let home = agency(&world, "Sở Nội vụ", "snv", None).await;
    let decides = officer(&world, "quan-ly@sonla.gov.vn", Role::Decide, None).await;
    let page = decides
        .shown(&format!("/quan-ly/de-nghi/lap?co-quan={home}&viec=issue"))
        .await;
    let list = "Họ và tên;Năm sinh\nTrần Quốc Bảo;1990\nTrần Quang Bảo;1988\n";
    let (status, _, seen) = decides.open(&page, &with("xem", &[]), Some(list)).await;
    assert_eq!(status, StatusCode::OK, "{seen}");
    assert!(seen.contains("baotq.snv dành cho dòng 2"), "{seen}");
    let (_, to, _) = decides.open(&seen, &with("gui", &[]), None).await;
    let here = to.split('?').next().unwrap().to_owned();
    let page = decides.shown(&format!("{here}?loc=vuong")).await;
    assert!(
        page.contains("Trần Quang Bảo") && page.contains("SL.5.2"),
        "{page}"
    );
    assert!(page.contains("type=\"radio\" name=\"dc2\""), "{page}");
    // What another line gets is not given twice.
    let said = [
        ("dong", "1"),
        ("dong", "2"),
        ("qd1", "grant"),
        ("qd2", "grant"),
        ("dc2", "khac"),
        ("dk2", "baotq.snv"),
        ("lam", "xem"),
    ];
    let (status, _, page) = decides.post(&here, &said).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("đã dành cho dòng 1"), "{page}");
    assert!(
        page.contains("value=\"baotq.snv\""),
        "what was typed stays: {page}"
    );
    let mut said = said;
    said[5] = ("dk2", "baotq88.snv");
    let (status, _, _) = decides.post(&here, &said).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    decides.post(&format!("{here}/quyet-dinh"), &[]).await;
    let carried = carry_out_all(&ground.store, Law::default()).await.unwrap();
    assert_eq!((carried.done, carried.failed), (2, 0));
    let page = decides.shown(&here).await;
    assert!(page.contains("baotq88.snv@sonla.gov.vn"), "{page}");
}

async fn hcm_3_hcm_9_a_request_is_passed_on_before_it_is_decided(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let home = agency(
        &world,
        "Chi cục Bảo vệ môi trường",
        "ccbvmt",
        Some("hcm-donre"),
    )
    .await;
    let office = officer(&world, "vp@sonla.gov.vn", Role::Forward, Some(home)).await;
    let decides = officer(&world, "quan-ly@sonla.gov.vn", Role::Decide, None).await;
    let page = office
        .shown(&format!("/quan-ly/de-nghi/lap?co-quan={home}&viec=issue"))
        .await;
    let fields = |does| {
        vec![
            ("hinh-thuc", "unit-mailbox"),
            ("ly-do", "Tuyển mới"),
            ("d1-full-name", "Trần Thị Bình"),
            ("lam", does),
        ]
    };
    let (status, _, seen) = office.open(&page, &fields("xem"), None).await;
    assert_eq!(status, StatusCode::OK, "{seen}");
    let (_, to, _) = office.open(&seen, &fields("gui"), None).await;
    let here = to.split('?').next().unwrap().to_owned();
    // Not yet with who decides.
    let page = decides.shown(&here).await;
    assert!(
        !page.contains("name=\"qd1\"") && page.contains("Văn phòng Sở"),
        "{page}"
    );
    let said = [("dong", "1"), ("qd1", "grant"), ("lam", "luu")];
    let (status, _, page) = decides.post(&here, &said).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("chưa chuyển đến nơi giải quyết"), "{page}");
    let page = office.shown(&format!("{here}/chuyen")).await;
    assert!(page.contains("HCM.6.2"), "{page}");
    let (status, to, _) = office
        .post(&format!("{here}/chuyen"), &[("so", "7/VP")])
        .await;
    assert_eq!(
        (status, to),
        (StatusCode::SEE_OTHER, format!("{here}?xong=chuyen"))
    );
    let (status, _, _) = office.post(&format!("{here}/chuyen"), &[]).await;
    assert_eq!(status, StatusCode::CONFLICT);
    // The text leaves the name open: somebody chooses (HCM.4.1).
    let page = decides.shown(&here).await;
    assert!(page.contains("name=\"dc1\""), "{page}");
    let (status, _, page) = decides.post(&here, &said).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Cần chọn địa chỉ"), "{page}");
}

async fn what_is_due_first_stands_first_and_pages_miss_nothing(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let home = agency(&world, "Sở Nội vụ", "snv", None).await;
    let other = agency(&world, "Sở Y tế", "syt", None).await;
    let decides = officer(&world, "quan-ly@sonla.gov.vn", Role::Decide, None).await;
    let both = officer(&world, "hai@sonla.gov.vn", Role::Ask, Some(home)).await;
    let made = world.store.write(move |tx| {
        let account = account::by_login(tx, "hai@sonla.gov.vn")?.unwrap().id;
        role::grant(tx, account, "ask", other, "2/QĐ")?;
        let mut all = Vec::new();
        for n in 0..130_i64 {
            // Some have no last day; those of one day stand as they came.
            let due = (n % 13 != 0).then_some(20_500 + n * 7 % 40);
            let new = request::NewRequest {
                key: &format!("k{n}"),
                kind: if n % 2 == 0 { "issue" } else { "revoke" },
                organisation: if n % 3 == 0 { home } else { other },
                profile: "son-la",
                way: "documents",
                asked_by: "ai-do",
                asked_by_id: None,
                document: &format!("{n}/VP"),
                document_day: None,
                reason: "",
                data: "",
                clock_day: 20_490,
                due_day: due,
                due_clause: "SL.8.3",
                step: 1,
                lines: 1,
            };
            let id = request::add(tx, &new)?.unwrap();
            request::add_line(tx, id, 1, None, "{}")?;
            all.push((due.unwrap_or(i64::MAX), id.0));
        }
        all.sort_unstable();
        Ok(all)
    });
    let all: Result<Vec<(i64, i64)>, StoreError> = made.await;
    let all: Vec<i64> = all.unwrap().into_iter().map(|(_, id)| id).collect();
    for reader in [&decides, &both] {
        assert_eq!(listed(reader, "/quan-ly/de-nghi").await, all);
    }
    let newest = listed(&decides, "/quan-ly/de-nghi?trang-thai=tat-ca").await;
    assert_eq!(newest.len(), 130);
    assert!(newest.is_sorted_by(|one, next| one > next));
    let some = listed(
        &decides,
        &format!("/quan-ly/de-nghi?viec=revoke&co-quan={home}"),
    )
    .await;
    assert_eq!(some.len(), 22);
    let done = decides.shown("/quan-ly/de-nghi?trang-thai=done").await;
    assert!(done.contains("Chưa có đề nghị nào ở mục này"), "{done}");
}

/// The numbers of the requests of all pages of a list.
async fn listed(reader: &World, first: &str) -> Vec<i64> {
    let (mut numbers, mut path) = (Vec::new(), first.to_owned());
    loop {
        let page = reader.shown(&path).await;
        let links = page
            .split("class=\"req-link\" href=\"/quan-ly/de-nghi/")
            .skip(1);
        let here = links.map(|link| link.split('"').next().unwrap().parse::<i64>().unwrap());
        numbers.extend(here);
        let Some((_, next)) = page.split_once("class=\"btn quiet push\" href=\"") else {
            return numbers;
        };
        path = next
            .split('"')
            .next()
            .unwrap()
            .replace("&#38;", "&")
            .replace("&amp;", "&");
    }
}
