//! `/thu/…/chuyen-nguyen`: a message goes on as it is, inside the system, under the name of who sends it on.

use axum::http::StatusCode;
use congvu_store::StoreError;
use congvu_testing::Ground;

use crate::ground::World;

/// 09:00 on Friday, 20 November 2026, in Vietnam.
const AT: i64 = 1_795_140_000_000;

const LETTER: &str = "From: So Y te <syt@ngoai.example>\nTo: an@sonla.gov.vn\nSubject: Bao cao\nMessage-ID: <goc@ngoai.example>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nKem theo.\n--x\nContent-Type: text/csv\nContent-Disposition: attachment; filename=so.csv\n\n1,2\n--x--\n";

async fn raw(world: &World, folder: &'static str) -> String {
    let place = world.folder(folder, None).await;
    let (uid, ..) = world.seen(folder).await.pop().unwrap();
    let (status, _, raw) = world
        .get(&format!("/thu/{}/{place}/{uid}/goc", world.mailbox))
        .await;
    assert_eq!(status, StatusCode::OK);
    raw
}

async fn given(world: &World, letter: &str) -> String {
    let inbox = world.folder("INBOX", None).await;
    let uid = world.put(inbox, AT, 0, letter).await;
    format!("/thu/{}/{inbox}/{uid}/chuyen-nguyen", world.mailbox)
}

async fn a_message_goes_on_as_it_is(ground: &Ground) {
    let an = World::new(&ground.store).await;
    let binh = an.other().await;
    let way = given(&an, LETTER).await;
    let page = an.get(&way).await.2;
    assert!(
        page.contains("syt@ngoai.example") && page.contains("Bao cao"),
        "{page}"
    );
    let fields = [
        ("den", "Binh <binh@sonla.gov.vn>"),
        ("ma", "00112233445566778899aabb"),
    ];
    let (status, to, page) = an.post(&way, &fields).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
    assert!(to.ends_with("xong=chuyen-nguyen"), "{to}");
    let got = raw(&binh, "INBOX").await;
    // The first writer's message as it was, below the lines of who sent it on.
    assert!(got.ends_with(&LETTER.replace('\n', "\r\n")), "{got}");
    for line in [
        "Return-Path: <an@sonla.gov.vn>\r\n",
        "\r\nResent-To: Binh <binh@sonla.gov.vn>\r\n",
        "\r\nResent-Date: Fri, 20 Nov 2026 09:00:00 +0700\r\n",
        "\r\nResent-Message-ID: <",
    ] {
        assert!(got.contains(line), "{line:?}: {got}");
    }
    let resent = got
        .split("\r\n")
        .find(|line| line.starts_with("Resent-From: "))
        .unwrap();
    assert!(resent.ends_with("<an@sonla.gov.vn>"), "{resent}");
    assert_eq!(an.subjects("Sent").await, ["Bao cao"]);
    let logged = an.store.read(|tx| {
        tx.one(
            "SELECT COUNT(*) FROM mail_log WHERE direction = 'submit' AND sender = 'an@sonla.gov.vn' AND recipient = 'binh@sonla.gov.vn'",
            &[],
            |row| row.int(0),
        )
    });
    let logged: Result<_, StoreError> = logged.await;
    assert_eq!(logged.unwrap(), Some(1));
    // The same form once more.
    assert_eq!(an.post(&way, &fields).await.0, StatusCode::CONFLICT);
    // Who got it sees who sent it on.
    let inbox = binh.folder("INBOX", None).await;
    let page = binh
        .get(&format!("/thu/{}/{inbox}/1", binh.mailbox))
        .await
        .2;
    assert!(
        page.contains("chuyển nguyên") && page.contains("an@sonla.gov.vn"),
        "{page}"
    );
    assert!(binh.get(&way).await.0 == StatusCode::NOT_FOUND);
}

/// TQ.4: what others wrote leaves the system in nobody else's hands.
async fn tq_4_a_message_goes_on_inside_alone(ground: &Ground) {
    let an = World::new(&ground.store).await;
    let binh = an.other().await;
    let way = given(&an, LETTER).await;
    let asked = [
        ("den", "binh@sonla.gov.vn, ban@ngoai.example"),
        ("ma", "00112233445566778899aabb"),
    ];
    let (status, _, page) = an.post(&way, &asked).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.contains("ban@ngoai.example") && page.contains("(TQ.4.2)"),
        "{page}"
    );
    assert!(page.contains("cach=chuyen-tiep"), "{page}");
    assert!(binh.seen("INBOX").await.is_empty() && an.seen("Sent").await.is_empty());
    let nobody = [
        ("den", "khong-ai@sonla.gov.vn"),
        ("ma", "00112233445566778899aabb"),
    ];
    let (status, _, page) = an.post(&way, &nobody).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("không có địa chỉ này"), "{page}");
}

/// SL.4: the rules on content are asked as for any message; TQ.12.8: so are the limits.
async fn tq_12_8_what_goes_on_is_looked_at_and_counted(ground: &Ground) {
    let an = World::limited(&ground.store, 1).await;
    let binh = an.other().await;
    let program = LETTER.replace("so.csv", "so.exe").replace("1,2", "MZ");
    let way = given(&an, &program).await;
    let asked = [
        ("den", "binh@sonla.gov.vn"),
        ("ma", "00112233445566778899aabb"),
    ];
    let (status, _, page) = an.post(&way, &asked).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
    assert!(page.contains("so.exe"), "{page}");
    let way = given(&an, LETTER).await;
    assert_eq!(an.post(&way, &asked).await.0, StatusCode::SEE_OTHER);
    let again = [
        ("den", "binh@sonla.gov.vn"),
        ("ma", "00112233445566778899aabc"),
    ];
    let (status, _, page) = an.post(&way, &again).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("(TQ.12.8)"), "{page}");
    assert_eq!(binh.seen("INBOX").await.len(), 1);
}

congvu_testing::driven!(
    super::AT;
    a_message_goes_on_as_it_is,
    tq_4_a_message_goes_on_inside_alone,
    tq_12_8_what_goes_on_is_looked_at_and_counted,
);
