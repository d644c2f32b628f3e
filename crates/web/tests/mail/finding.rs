//! `/tim`: what is found, in which order, by whom; searches that are kept.

use axum::http::StatusCode;
use congvu_store::keyword::flag;
use congvu_store::{StoreError, folder};
use congvu_testing::Ground;

use crate::ground::World;

/// 2026-11-20 08:00 in Vietnam.
const BEGIN: i64 = 1_795_136_400_000;
const HOUR: i64 = 3_600_000;

fn letter(from: &str, subject: &str, text: &str) -> String {
    format!(
        "From: {from}\nTo: an@sonla.gov.vn\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    )
}

fn search(text: &str, more: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("q", text);
    format!("/tim?{}{more}", query.finish())
}

/// The subjects on a page, in their order.
fn subjects(page: &str) -> Vec<String> {
    let rows = page.split("class=\"subj\" aria-hidden=\"true\">").skip(1);
    rows.map(|row| row.split('<').next().unwrap().to_owned())
        .collect()
}

impl World {
    async fn found(&self, text: &str) -> Vec<String> {
        let (status, _, page) = self.get(&search(text, "")).await;
        assert_eq!(status, StatusCode::OK, "{text}");
        assert!(!page.contains("role=\"alert\""), "{text}: {page}");
        subjects(&page)
    }

    async fn filled(&self) {
        let inbox = self.folder("INBOX", None).await;
        let sent = self.folder("Sent", Some("\\Sent")).await;
        let trash = self.folder("Trash", Some("\\Trash")).await;
        let own = self.folder("Kế hoạch/Quý IV", None).await;
        let file = "From: So Y te <vanthu.syt@sonla.gov.vn>\nSubject: Số liệu\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nKem theo.\n--x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=\"bao-cao-quy.pdf\"\n\nx\n--x--\n";
        let put = [
            (
                inbox,
                1,
                0,
                letter(
                    "Sở Tài chính <stc@sonla.gov.vn>",
                    "Hợp đồng",
                    "Gửi hợp đồng số 12/2026 về Đường sắt.",
                ),
            ),
            (inbox, 3, flag::SEEN, file.to_owned()),
            (
                inbox,
                5,
                flag::SEEN | flag::FLAGGED,
                letter(
                    "An <binh@ngoai.example>",
                    "Mời họp",
                    "Họp giao ban sáng thứ Hai.",
                ),
            ),
            (
                sent,
                2,
                flag::SEEN,
                letter("an@sonla.gov.vn", "Trả lời hợp đồng", "Đã nhận."),
            ),
            (
                trash,
                4,
                flag::SEEN,
                letter("x@y.example", "Hợp đồng cũ", "bỏ"),
            ),
            (
                own,
                6,
                flag::ANSWERED,
                letter(
                    "Sở Y tế <vanthu.syt@sonla.gov.vn>",
                    "Kế hoạch",
                    "Kế hoạch quý IV, hợp đồng mới.",
                ),
            ),
        ];
        for (folder, hours, flags, letter) in put {
            self.put(folder, BEGIN + hours * HOUR, flags, &letter).await;
        }
    }
}

async fn what_is_typed_finds_mail(ground: &Ground) {
    let world = World::new(&ground.store).await;
    world.filled().await;
    for (text, expected) in [
        // The newest first, over folders; what was thrown away is left out.
        ("hợp đồng", vec!["Kế hoạch", "Trả lời hợp đồng", "Hợp đồng"]),
        ("hop dong", vec!["Kế hoạch", "Trả lời hợp đồng", "Hợp đồng"]),
        ("duong sat", vec!["Hợp đồng"]),
        ("\"họp giao\"", vec!["Mời họp"]),
        ("\"giao họp\"", vec![]),
        ("12/2026", vec!["Hợp đồng"]),
        ("từ:syt", vec!["Kế hoạch", "Số liệu"]),
        ("from:syt -kế", vec!["Số liệu"]),
        ("đến:an@sonla là:chưađọc", vec!["Kế hoạch", "Hợp đồng"]),
        ("has:attachment", vec!["Số liệu"]),
        ("-có:tệp in:inbox", vec!["Mời họp", "Hợp đồng"]),
        ("tệp:bao-cao", vec!["Số liệu"]),
        ("bao-cao-quy", vec!["Số liệu"]),
        (
            "subject:\"hợp đồng\" in:anywhere",
            vec!["Hợp đồng cũ", "Trả lời hợp đồng", "Hợp đồng"],
        ),
        ("tiêuđề:họp OR là:đãtrảlời", vec!["Kế hoạch", "Mời họp"]),
        ("trong:đãxóa", vec!["Hợp đồng cũ"]),
        ("in:\"Quý IV\"", vec!["Kế hoạch"]),
        ("is:starred", vec!["Mời họp"]),
        ("ngày:20/11/2026 hợp -in:sent -từ:syt", vec!["Hợp đồng"]),
        ("trước:20/11/2026 họp", vec![]),
        ("sau:20/11/2026 lớnhơn:200 có:tệp", vec!["Số liệu"]),
    ] {
        assert_eq!(world.found(text).await, expected, "{text}");
    }
}

async fn a_query_that_makes_no_sense_is_explained(ground: &Ground) {
    let world = World::new(&ground.store).await;
    for (text, told) in [
        ("trước:mai", "Không hiểu ngày “mai”. Ghi như 20/11/2026"),
        ("lớnhơn:to", "Không hiểu dung lượng “to”"),
        ("in:đâuđó", "Không có thư mục “đâuđó”"),
        ("nhãn:lạ", "Chưa có nhãn “lạ”"),
        ("là:lạ", "Không có điều kiện là:lạ"),
        ("from: an", "Sau from: chưa có gì"),
    ] {
        let (_, _, page) = world.get(&search(text, "")).await;
        let (_, alert) = page.split_once("role=\"alert\"").expect(text);
        assert!(alert.contains(told), "{text}: {page}");
        assert!(
            page.contains("class=\"find\""),
            "what was typed can be mended"
        );
    }
    let (_, _, page) = world.get(&search("<b>\"x\" từ:y", "")).await;
    assert!(!page.contains("<b>\"x") && page.contains("Không thấy thư nào có"));
    // One condition less, and what was left out.
    assert!(
        page.contains("Bỏ từ:y") && page.contains("Tìm cả Thư rác và Đã xóa"),
        "{page}"
    );
}

async fn pages_go_on_where_the_last_one_ended(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let (inbox, other) = (
        world.folder("INBOX", None).await,
        world.folder("Khac", None).await,
    );
    for n in 0..120_i64 {
        let folder = if n % 3 == 0 { other } else { inbox };
        let letter = letter("a@sonla.gov.vn", &format!("Số {n}"), "cùng một nội dung");
        world.put(folder, BEGIN + n / 2 * HOUR, 0, &letter).await;
    }
    let (mut path, mut all) = (search("\"cung mot\"", ""), Vec::new());
    for _ in 0..3 {
        let (_, _, page) = world.get(&path).await;
        all.push(subjects(&page));
        path = match page.split_once("class=\"pager") {
            Some((_, pager)) => {
                let links: Vec<&str> = pager.split("href=\"").skip(1).collect();
                let link = links.iter().find(|link| link.contains("Cũ hơn"));
                link.map_or_else(String::new, |link| {
                    let (link, _) = link.split_once('"').unwrap();
                    link.replace("&#38;", "&").replace("&amp;", "&")
                })
            }
            None => String::new(),
        };
    }
    assert_eq!(path, "");
    let sizes: Vec<usize> = all.iter().map(Vec::len).collect();
    assert_eq!(sizes, [50, 50, 20]);
    let mut numbers: Vec<i64> = all
        .concat()
        .iter()
        .map(|subject| subject.trim_start_matches("Số ").parse().unwrap())
        .collect();
    assert!(numbers.windows(2).all(|two| two[0] / 2 >= two[1] / 2));
    numbers.sort_unstable();
    assert_eq!(numbers, (0..120).collect::<Vec<_>>());
}

async fn a_message_opens_and_the_way_back_is_there(ground: &Ground) {
    let world = World::new(&ground.store).await;
    world.filled().await;
    let (_, _, page) = world.get(&search("từ:syt", "")).await;
    let (_, row) = page.split_once("<li class=\"row\"").unwrap();
    let href = row
        .split('"')
        .find(|part| part.starts_with("/thu/"))
        .unwrap();
    let href = href.replace("&#38;", "&").replace("&amp;", "&");
    let (status, _, message) = world.get(&href).await;
    assert_eq!(status, StatusCode::OK);
    assert!(message.contains("Về kết quả tìm"));
    assert!(message.contains("href=\"/tim?q="), "{message}");
}

async fn nobody_searches_anothers_mail(ground: &Ground) {
    let world = World::new(&ground.store).await;
    world.filled().await;
    let other = world.other().await;
    let (mailbox, inbox) = (world.mailbox, world.folder("INBOX", None).await);
    assert_eq!(other.found("hợp").await, [""; 0]);
    for scope in [
        mailbox.to_string(),
        format!("{mailbox}-het"),
        format!("{mailbox}-{inbox}"),
        format!("{}-{inbox}", other.mailbox),
    ] {
        let (status, _, page) = other.get(&search("hợp", &format!("&o={scope}"))).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{scope}");
        assert!(!page.contains("Trả lời"));
    }
    let fields = [("ten", "x"), ("q", "hợp"), ("o", &*mailbox.to_string())];
    assert_eq!(
        other.post("/tim/luu", &fields).await.0,
        StatusCode::NOT_FOUND
    );
    let (status, to, _) = world
        .post("/tim/luu", &[("ten", "Của An"), ("q", "hợp")])
        .await;
    assert_eq!(
        (status, to.starts_with("/tim?q=")),
        (StatusCode::SEE_OTHER, true)
    );
    let (_, _, page) = world.get(&search("hợp", "")).await;
    let (_, form) = page.split_once("action=\"/tim/bo\"").unwrap();
    let id = form
        .split("name=\"id\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    other.post("/tim/bo", &[("id", id), ("q", "hợp")]).await;
    assert!(world.get(&search("hợp", "")).await.2.contains("Của An"));
}

async fn searches_are_kept_and_forgotten(ground: &Ground) {
    let world = World::new(&ground.store).await;
    world.filled().await;
    let listed = async || {
        let mailbox = world.mailbox;
        let inbox = world.folder("INBOX", None).await;
        let (_, _, page) = world.get(&format!("/thu/{mailbox}/{inbox}")).await;
        page.contains("Y tế gửi")
    };
    assert!(!listed().await);
    for query in ["từ:syt", "từ:syt có:tệp"] {
        // The same name again means the new one.
        let fields = [("ten", " Y tế gửi "), ("q", query)];
        let (status, to, _) = world.post("/tim/luu", &fields).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        assert!(!subjects(&world.get(&to).await.2).is_empty());
    }
    assert!(listed().await);
    let (_, _, page) = world.get(&search("từ:syt có:tệp", "")).await;
    let (_, form) = page.split_once("action=\"/tim/bo\"").unwrap();
    let id = form
        .split("name=\"id\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let (status, ..) = world
        .post("/tim/bo", &[("id", id), ("q", "từ:syt có:tệp")])
        .await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(!listed().await);
    for bad in ["", "  ", &"a".repeat(61), "a\u{7}"] {
        let (status, ..) = world.post("/tim/luu", &[("ten", bad), ("q", "x")]).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{bad}");
    }
    for n in 0..51 {
        let name = format!("Số {n}");
        let (status, ..) = world.post("/tim/luu", &[("ten", &*name), ("q", "x")]).await;
        let expected = if n < 50 {
            StatusCode::SEE_OTHER
        } else {
            StatusCode::CONFLICT
        };
        assert_eq!(status, expected, "{n}");
    }
}

async fn fields_lead_to_the_same(ground: &Ground) {
    let world = World::new(&ground.store).await;
    world.filled().await;
    let mailbox = world.mailbox;
    let folders = ground
        .store
        .read(move |tx| folder::list(tx, mailbox))
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    let (_, _, page) = world.get("/tim").await;
    for folder in folders {
        assert!(page.contains(&format!("value=\"{mailbox}-{}\"", folder.id)));
    }
    let (status, to, _) = world
        .get("/tim/theo-muc?tim=1&chu=&tu=S%E1%BB%9F+Y&co-tep=1&lon-hon=")
        .await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let (_, _, page) = world.get(&to).await;
    assert!(
        page.contains("from:&#34;Sở Y&#34; has:attachment"),
        "{page}"
    );
}

congvu_testing::both!(
    what_is_typed_finds_mail,
    a_query_that_makes_no_sense_is_explained,
    pages_go_on_where_the_last_one_ended,
    a_message_opens_and_the_way_back_is_there,
    nobody_searches_anothers_mail,
    searches_are_kept_and_forgotten,
    fields_lead_to_the_same,
);
