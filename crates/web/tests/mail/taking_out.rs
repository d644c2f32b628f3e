//! Cleaning up and taking mail out, asked for as a browser does.

use std::io::{Cursor, Read};

use axum::http::{StatusCode, header};
use congvu_store::keyword::flag;
use congvu_store::{FolderId, StoreError, folder};
use congvu_testing::Ground;
use zip::ZipArchive;

use crate::ground::World;

const DAY: i64 = 86_400_000;
/// Long before and not long ago, whatever the day is.
const OLD: i64 = 1_700_000_000_000;

fn letter(subject: &str, text: &str) -> String {
    format!("From: a@sonla.gov.vn\nTo: an@sonla.gov.vn\nSubject: {subject}\n\n{text}\n")
}

/// The files of an archive, by name.
fn files(bytes: &[u8]) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Vec::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        files.push((file.name().unwrap().into_owned(), text));
    }
    files
}

impl World {
    async fn total(&self, id: FolderId) -> u32 {
        let found: Result<_, StoreError> = self.store.read(move |tx| folder::get(tx, id)).await;
        found.unwrap().unwrap().total
    }

    async fn taken(&self, fields: &[(&str, &str)]) -> Vec<u8> {
        let path = format!("/xuat-thu/{}", self.mailbox);
        let (headers, bytes) = self.download(&path, fields).await;
        let disposition = headers[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert!(
            disposition.starts_with("attachment; filename=\"thu-an-20"),
            "{disposition}"
        );
        bytes.unwrap()
    }
}

async fn hcm_12_7_looked_at_before_it_goes(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let now = ground.store.now();
    let inbox = world.folder("INBOX", None).await;
    let junk = world.folder("Junk", Some("\\Junk")).await;
    let drafts = world.folder("Drafts", Some("\\Drafts")).await;
    for n in 0..60 {
        let flags = if n == 7 { flag::FLAGGED } else { 0 };
        let text = letter(&format!("Cũ {n}"), "x");
        world.put(inbox, OLD + n * DAY, flags, &text).await;
    }
    world.put(inbox, now - DAY, 0, &letter("Mới", "x")).await;
    world.put(junk, now - DAY, 0, &letter("Rác", "x")).await;
    world.put(drafts, OLD, 0, &letter("Nháp", "x")).await;
    let base = format!("/don-thu/{}", world.mailbox);
    let (status, _, page) = world.get(&base).await;
    assert_eq!(status, StatusCode::OK);
    // 59 old ones: not the one with the star, not the draft.
    assert!(page.contains("<b>59</b> thư"), "{page}");
    assert!(page.contains("Thư rác</a>"), "{page}");
    let href = page.split(&format!("href=\"{base}/xem?")).nth(1).unwrap();
    let query = href.split('"').next().unwrap().replace("&#38;", "&");
    let (_, _, look) = world.get(&format!("{base}/xem?{query}")).await;
    assert!(look.contains("<b>59</b> thư"), "{look}");
    assert!(look.contains("Chưa thư nào bị thay đổi."));
    assert_eq!(look.matches("<tr><th scope=\"row\">").count(), 50);
    assert!(look.contains("Cũ 0<") && !look.contains("Cũ 7<") && !look.contains("Mới<"));
    let further = look.split("<nav class=\"pager\"").nth(1).unwrap();
    let further = further.split("href=\"").nth(1).unwrap();
    let further = further.split('"').next().unwrap().replace("&#38;", "&");
    let (_, _, rest) = world.get(&further).await;
    assert_eq!(rest.matches("<tr><th scope=\"row\">").count(), 9);
    assert_eq!(world.total(inbox).await, 61);
    // What comes while it is looked at is not meant.
    let before = page_day(&query);
    let looked_at = look.split("name=\"luc\" value=\"").nth(1).unwrap();
    let looked_at: String = looked_at.chars().take_while(char::is_ascii_digit).collect();
    tokio_sleep().await;
    world.put(inbox, OLD, 0, &letter("Vừa chép vào", "x")).await;
    let fields = [
        ("truoc", &*before),
        ("giu-sao", "1"),
        ("luc", &*looked_at),
        ("viec", "chuyen"),
    ];
    let (status, to, _) = world.post(&format!("{base}/xem"), &fields).await;
    assert_eq!(
        (status, &*to),
        (StatusCode::SEE_OTHER, &*format!("{base}?xong=chuyen&da=59"))
    );
    assert_eq!(world.total(inbox).await, 3);
    let trash = world.folder("Trash", None).await;
    assert_eq!(world.total(trash).await, 59);
    let (_, _, page) = world.get(&to).await;
    assert!(page.contains("Đã chuyển 59 thư vào Đã xóa."), "{page}");
    // And for good, with a star or without.
    let trash_text = trash.to_string();
    let fields = [("thu-muc", &*trash_text), ("viec", "xoa")];
    let (_, to, _) = world.post(&format!("{base}/xem"), &fields).await;
    assert!(to.ends_with("xong=xoa&da=59"), "{to}");
    assert_eq!(world.total(trash).await, 0);
    // Another's mailbox is another's.
    let other = world.other().await;
    for path in [&base, &format!("{base}/xem")] {
        let (status, ..) = other.get(path).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
    let (status, ..) = other.post(&format!("{base}/xem"), &fields).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

fn page_day(query: &str) -> String {
    let fields = form_urlencoded::parse(query.as_bytes());
    let mut days = fields.filter(|(name, _)| name == "truoc");
    days.next().unwrap().1.into_owned()
}

/// The clock goes on.
async fn tokio_sleep() {
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
}

async fn qn_8_2_a_mailbox_is_taken_out_with_its_folders(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let inbox = world.folder("INBOX", None).await;
    let plan = world.folder("Kế hoạch/Quý IV", None).await;
    let trash = world.folder("Trash", Some("\\Trash")).await;
    let odd = letter("V/v: ../../họp \u{202e}<gấp>", "From here\n>From there");
    let uid = world.put(inbox, OLD, 0, &odd).await;
    world.put(plan, OLD, 0, &letter("Kế hoạch", "a")).await;
    world.put(trash, OLD, 0, &letter("Bỏ", "b")).await;
    let long = letter("Dài", &"Nội dung dài. ".repeat(40_000));
    world.put(plan, OLD + DAY, 0, &long).await;
    let (status, _, page) = world.get(&format!("/xuat-thu/{}", world.mailbox)).await;
    assert_eq!(status, StatusCode::OK);
    assert!(page.contains("<b>4</b> thư"), "{page}");
    let bytes = world.taken(&[("kieu", "eml"), ("thu-muc", "het")]).await;
    let mut found = files(&bytes);
    let last = found.pop().unwrap();
    assert_eq!(last.0, "KET-QUA.txt");
    assert!(last.1.starts_with("Số thư: 4\r\n"), "{}", last.1);
    found.sort();
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Hộp thư đến/2023-11-15 V v .. .. họp gấp 1.eml",
            "Kế hoạch/Quý IV/2023-11-15 Kế hoạch 1.eml",
            "Kế hoạch/Quý IV/2023-11-16 Dài 2.eml",
            "Đã xóa/2023-11-15 Bỏ 1.eml",
        ]
    );
    assert_eq!(found[0].1, odd.replace('\n', "\r\n"));
    assert_eq!(found[2].1, long.replace('\n', "\r\n"));
    // As mbox: a file for each folder; of one folder that file alone.
    let bytes = world.taken(&[("kieu", "mbox"), ("thu-muc", "het")]).await;
    let found = files(&bytes);
    let plan_file = found
        .iter()
        .find(|(name, _)| name == "Kế hoạch/Quý IV.mbox");
    assert_eq!(
        plan_file
            .unwrap()
            .1
            .matches("\nFrom a@sonla.gov.vn ")
            .count(),
        1
    );
    let one = inbox.to_string();
    let bytes = world.taken(&[("kieu", "mbox"), ("thu-muc", &*one)]).await;
    let text = String::from_utf8(bytes).unwrap();
    let expected = format!(
        "From a@sonla.gov.vn Tue Nov 14 22:13:20 2023\n{}\n",
        odd.replace("\nFrom here\n>From there", "\n>From here\n>>From there")
    );
    assert_eq!(text, expected);
    // What a search finds, alone.
    let scope = world.mailbox.to_string();
    let bytes = world
        .taken(&[("kieu", "eml"), ("q", "tiêuđề:ke"), ("o", &*scope)])
        .await;
    assert_eq!(files(&bytes).len(), 2);
    // Bytes that are damaged break nothing else.
    let whole = data(ground, (inbox, uid), b"x".to_vec()).await;
    let bytes = world.taken(&[("kieu", "eml"), ("thu-muc", "het")]).await;
    let found = files(&bytes);
    assert_eq!(found.len(), 6);
    let note = found
        .iter()
        .find(|(name, _)| name.ends_with(".KHONG-DOC-DUOC.txt"));
    assert!(note.unwrap().1.contains("Báo đơn vị vận hành"));
    assert!(found[5].1.contains("Thư không đọc được trọn: 1\r\n"));
    let bytes = world.taken(&[("kieu", "mbox"), ("thu-muc", &*one)]).await;
    assert!(
        String::from_utf8(bytes)
            .unwrap()
            .contains("KHONG DOC DUOC\n")
    );
    data(ground, (inbox, uid), whole).await;
    // Another's mail is another's; what finds nothing to look for takes nothing out.
    let other = world.other().await;
    let path = format!("/xuat-thu/{}", world.mailbox);
    let (status, ..) = other.get(&path).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, ..) = other.post(&path, &[("kieu", "eml")]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, ..) = world.post(&path, &[("kieu", "eml"), ("q", "(")]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

/// Puts other bytes in the place of a message's; what lay there.
async fn data(ground: &Ground, (folder, uid): (FolderId, u32), bytes: Vec<u8>) -> Vec<u8> {
    let swapped = ground.store.write(move |tx| {
        let found = tx.one(
            "SELECT b.id, b.data FROM entry e JOIN message m ON m.id = e.message_id JOIN blob b ON b.id = m.blob_id
             WHERE e.folder_id = $1 AND e.uid = $2",
            &[folder.into(), uid.into()],
            |row| Ok((row.int(0)?, row.bytes(1)?.to_vec())),
        )?;
        let (id, before) = found.unwrap();
        let put = "UPDATE blob SET data = $2 WHERE id = $1";
        tx.execute(put, &[id.into(), bytes.as_slice().into()])?;
        Ok::<_, StoreError>(before)
    });
    swapped.await.unwrap()
}

congvu_testing::both!(
    hcm_12_7_looked_at_before_it_goes,
    qn_8_2_a_mailbox_is_taken_out_with_its_folders,
);
