//! Another's mailbox in the browser (BS.III.9).

use axum::http::StatusCode;
use congvu_store::access_grant::{self, NewGrant, Use};
use congvu_store::keyword::flag;
use congvu_store::{AccessGrantId, StoreError, account, entry};
use congvu_testing::{Ground, both};

use crate::ground::World;

both!(
    bs_iii_9_each_opening_in_the_browser_is_recorded_first,
    bs_iii_9_what_may_be_read_is_not_changed_and_ends_at_once,
);

const LETTER: &str = "From: Sở Y tế <syt@sonla.gov.vn>\nTo: an@sonla.gov.vn\nSubject: Riêng của An\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/html; charset=utf-8\n\n<p>Nội dung riêng</p>\n--x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=\"a.pdf\"\n\nx\n--x--\n";

/// Lets `reader` read the mailbox of `owner` by an order.
async fn grant(ground: &Ground, owner: &World) -> AccessGrantId {
    let mailbox = owner.mailbox;
    let given = ground.store.write(move |tx| {
        let reader = account::by_login(tx, "binh@sonla.gov.vn")?.unwrap();
        let (from_at, until_at) = (tx.now() - 1000, tx.now() + 3_600_000);
        access_grant::add(
            tx,
            &NewGrant {
                mailbox,
                account: reader.id,
                way: "order",
                order: None,
                document: "12/LĐ <2026>",
                purpose: "Xác minh",
                from_at,
                until_at,
                granted_by: "hai người",
                tell_at: None,
            },
        )
    });
    given.await.unwrap()
}

async fn uses(ground: &Ground, id: AccessGrantId) -> Vec<String> {
    let read = ground.store.read(move |tx| access_grant::uses(tx, id));
    let read: Result<Vec<Use>, StoreError> = read.await;
    read.unwrap().into_iter().map(|one| one.what).collect()
}

async fn bs_iii_9_each_opening_in_the_browser_is_recorded_first(ground: &Ground) {
    let owner = World::new(&ground.store).await;
    let reader = owner.other().await;
    let inbox = owner.folder("INBOX", None).await;
    owner.folder("Chuyện nhà", None).await;
    reader.folder("INBOX", None).await;
    let uid = owner.put(inbox, 1_000, 0, LETTER).await;
    let list = format!("/thu/{}/{inbox}", owner.mailbox);
    let letter = format!("{list}/{uid}");
    let paths = [
        list.clone(),
        letter.clone(),
        format!("{letter}/noi-dung/1"),
        format!("{letter}/tep/2"),
        format!("{letter}/goc"),
    ];
    for path in &paths {
        assert_eq!(reader.get(path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let id = grant(ground, &owner).await;
    // The tree names the mailbox and tells nothing more of it.
    let own = reader.folder("INBOX", None).await;
    let (_, _, page) = reader.get(&format!("/thu/{}/{own}", reader.mailbox)).await;
    assert!(page.contains("an@sonla.gov.vn (chỉ đọc)"), "{page}");
    assert!(
        !page.contains("Chuyện nhà") && !page.contains("Riêng của An"),
        "{page}"
    );
    assert_eq!(uses(ground, id).await, Vec::<String>::new());

    for path in &paths {
        let (status, _, page) = reader.get(path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {page}");
    }
    let (_, _, page) = reader.get(&list).await;
    for told in [
        "Chuyện nhà",
        "Riêng của An",
        "12/LĐ &#60;2026&#62;",
        "Xác minh",
        "BS.III.9",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let (_, _, page) = reader.get(&letter).await;
    assert!(
        !page.contains("cach=tra-loi") && !page.contains("value=\"xoa\""),
        "{page}"
    );
    assert_eq!(
        uses(ground, id).await,
        [
            "mở thư mục INBOX".to_owned(),
            format!("đọc thư UID {uid} trong thư mục INBOX"),
            format!("xem nội dung thư UID {uid} trong thư mục INBOX"),
            format!("tải tệp của thư UID {uid} trong thư mục INBOX"),
            format!("tải tệp của thư UID {uid} trong thư mục INBOX"),
            "mở thư mục INBOX".to_owned(),
            format!("đọc thư UID {uid} trong thư mục INBOX"),
        ]
    );
    // Its owner's own looks are nobody's use.
    assert_eq!(owner.get(&letter).await.0, StatusCode::OK);
    assert_eq!(uses(ground, id).await.len(), 7);
}

async fn bs_iii_9_what_may_be_read_is_not_changed_and_ends_at_once(ground: &Ground) {
    let owner = World::new(&ground.store).await;
    let reader = owner.other().await;
    let inbox = owner.folder("INBOX", None).await;
    reader.folder("INBOX", None).await;
    let uid = owner.put(inbox, 1_000, 0, LETTER).await;
    let id = grant(ground, &owner).await;
    let list = format!("/thu/{}/{inbox}", owner.mailbox);
    let letter = format!("{list}/{uid}");
    reader.get(&letter).await;
    // Neither read, nor moved, nor answered from, nor searched, nor given folders and filters.
    let number = uid.to_string();
    for what in ["xoa", "sao", "da-doc", "luu-tru", "lua-dao"] {
        let (status, _, _) = reader.post(&list, &[("viec", what), ("u", &number)]).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{what}");
    }
    let made = format!("/thu/{}/thu-muc", owner.mailbox);
    let (status, _, _) = reader.post(&made, &[("ten", "x")]).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    for path in [
        format!("/soan?thu={}/{inbox}/{uid}&cach=tra-loi", owner.mailbox),
        format!("/soan?thu={}/{inbox}/{uid}&cach=dinh-kem", owner.mailbox),
        format!("/tai-khoan/bo-loc/{}", owner.mailbox),
        format!("/tai-khoan/vang-mat/{}", owner.mailbox),
        format!("/tim?q=rieng&o=hop-thu&hop-thu={}", owner.mailbox),
    ] {
        let (status, _, page) = reader.get(&path).await;
        assert!(
            status != StatusCode::OK
                || !page.contains("Nội dung riêng") && !page.contains("Riêng của An"),
            "{path}: {status}"
        );
    }
    let read = ground.store.read(move |tx| {
        let mut flags = None;
        entry::scan(tx, inbox, (uid, uid), entry::Want::Message, |entry| {
            flags = Some(entry.flags()?);
            Ok(true)
        })?;
        Ok::<_, StoreError>(flags)
    });
    assert_eq!(read.await.unwrap().map(|flags| flags & flag::SEEN), Some(0));
    // It ends at once.
    let ended = ground
        .store
        .write(move |tx| access_grant::end(tx, id, "chủ hộp thư"));
    assert!(ended.await.unwrap());
    assert_eq!(reader.get(&letter).await.0, StatusCode::NOT_FOUND);
    assert_eq!(reader.get(&list).await.0, StatusCode::NOT_FOUND);
}
