//! `/hen`: what is sent at a time or can still be taken back, comes back into sight, waits for an answer.

use axum::body::{Body, to_bytes};
use axum::http::{StatusCode, header};
use congvu_store::keyword::{self, flag};
use congvu_store::later::{self, Kind};
use congvu_store::{FolderId, Store, StoreError, account, address, entry, folder, organisation};
use congvu_testing::Ground;
use tower_service::Service;

use crate::ground::World;

/// 09:00 on Friday, 20 November 2026, in Vietnam.
const AT: i64 = 1_795_140_000_000;
const SECOND: i64 = 1000;
const DAY: i64 = 86_400 * SECOND;

/// What somebody sees of a folder: UID, flags, subject, oldest first.
pub(crate) type Seen = Vec<(u32, i64, String)>;

impl World {
    /// Sends the form on which a message is written.
    pub(crate) async fn write(&self, fields: &[(&str, &str)]) -> (StatusCode, String, String) {
        let (_, _, page) = self.get("/tai-khoan").await;
        let (_, rest) = page.split_once("name=\"csrf\" value=\"").unwrap();
        let (token, _) = rest.split_once('"').unwrap();
        let mut body = String::new();
        for (name, value) in [("csrf", token)].iter().chain(fields) {
            body.push_str(&format!(
                "--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            ));
        }
        body.push_str("--x--\r\n");
        let request = self
            .request("POST", "/soan")
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

    pub(crate) async fn seen(&self, name: &'static str) -> Seen {
        let mailbox = self.mailbox;
        let read = self.store.read(move |tx| {
            let mut seen = Vec::new();
            let Some(found) = folder::find(tx, mailbox, name)? else {
                return Ok(seen);
            };
            entry::scan(tx, found.id, (1, u32::MAX), entry::Want::Message, |entry| {
                seen.push((entry.uid()?, entry.flags()?, entry.subject()?));
                Ok(true)
            })?;
            Ok::<_, StoreError>(seen)
        });
        read.await.unwrap()
    }

    pub(crate) async fn subjects(&self, name: &'static str) -> Vec<String> {
        let seen = self.seen(name).await.into_iter();
        seen.map(|(_, _, subject)| subject).collect()
    }

    async fn waiting(&self, kind: Kind) -> u64 {
        let mailbox = self.mailbox;
        let count = self.store.read(move |tx| later::count(tx, mailbox, kind));
        let count: Result<u64, StoreError> = count.await;
        count.unwrap()
    }

    /// Lets what is due be done, until nothing is.
    pub(crate) async fn run(&self) {
        let running = tokio::spawn(self.site.clone().keep_sending_later());
        let nothing_due = async {
            loop {
                let due = self.store.read(|tx| later::due(tx, (0, 0), 1));
                let due: Result<_, StoreError> = due.await;
                if due.unwrap().is_empty() {
                    return;
                }
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        let limit = std::time::Duration::from_secs(30);
        tokio::time::timeout(limit, nothing_due).await.unwrap();
        running.abort();
    }
}

fn row_of(to: &str) -> &str {
    to.split_once("hoan-tac=")
        .unwrap_or_else(|| panic!("{to}"))
        .1
}

async fn notices(store: &Store) -> Vec<String> {
    let read = store.read(|tx| {
        tx.all(
            "SELECT subject, body FROM notice WHERE kind = 'not-sent' ORDER BY id",
            &[],
            |row| Ok(format!("{}\n{}", row.text(0)?, row.text(1)?)),
        )
    });
    let read: Result<_, StoreError> = read.await;
    read.unwrap()
}

const TO_BINH: [(&str, &str); 3] = [
    ("den", "binh@sonla.gov.vn"),
    ("noi-dung", "Kính gửi."),
    ("ma", "00112233445566778899aabb"),
];

async fn write(an: &World, subject: &str, more: &[(&str, &str)]) -> String {
    // What stands first counts.
    let mut fields = more.to_vec();
    fields.push(("tieu-de", subject));
    fields.extend(TO_BINH);
    let (status, to, page) = an.write(&fields).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
    to
}

async fn what_was_sent_can_be_taken_back_for_some_seconds(ground: &Ground) {
    let an = World::new(&ground.store).await;
    let binh = an.other().await;
    let to = write(&an, "Nhầm", &[("viec", "gui")]).await;
    assert!(to.starts_with("/thu?xong=gui"), "{to}");
    let inbox = an.folder("INBOX", None).await;
    let (_, query) = to.split_once('?').unwrap();
    let way = format!("/thu/{}/{inbox}?{query}", an.mailbox);
    let page = an.get(&way).await.2;
    assert!(
        page.contains("Hoàn tác") && page.contains("10 giây"),
        "{page}"
    );
    // The same form once more is the same message.
    let mut again = TO_BINH.to_vec();
    again.push(("viec", "gui"));
    assert_eq!(an.write(&again).await.0, StatusCode::CONFLICT);
    ground.clock.set(AT + 9 * SECOND);
    an.run().await;
    assert!(binh.seen("INBOX").await.is_empty());
    // Nobody else takes it back.
    let way = format!("/hen/{}", row_of(&to));
    assert_eq!(
        binh.post(&way, &[("viec", "sua")]).await.0,
        StatusCode::NOT_FOUND
    );
    let (status, back, _) = an.post(&way, &[("viec", "sua")]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(back.starts_with("/soan?thu="), "{back}");
    assert!(an.get(&back).await.2.contains("value=\"Nhầm\""));
    ground.clock.set(AT + DAY);
    an.run().await;
    assert!(binh.seen("INBOX").await.is_empty());
    assert_eq!(an.subjects("Drafts").await, ["Nhầm"]);
    assert!(an.seen("Scheduled").await.is_empty() && an.seen("Sent").await.is_empty());
}

async fn what_is_not_taken_back_goes_once(ground: &Ground) {
    let an = World::new(&ground.store).await;
    let binh = an.other().await;
    let to = write(
        &an,
        "Giấy mời",
        &[("viec", "gui"), ("bcc", "an@sonla.gov.vn")],
    )
    .await;
    assert_eq!(an.subjects("Scheduled").await, ["Giấy mời"]);
    ground.clock.set(AT + 10 * SECOND);
    an.run().await;
    assert_eq!(binh.subjects("INBOX").await, ["Giấy mời"]);
    assert_eq!(an.subjects("INBOX").await, ["Giấy mời"]);
    assert_eq!(an.subjects("Sent").await, ["Giấy mời"]);
    for empty in ["Scheduled", "Drafts"] {
        assert!(an.seen(empty).await.is_empty(), "{empty}");
    }
    let (status, _, page) = an
        .post(&format!("/hen/{}", row_of(&to)), &[("viec", "sua")])
        .await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(page.contains("đã được gửi"), "{page}");
    assert!(notices(&an.store).await.is_empty());
}

async fn goes_at_the_time_that_was_chosen(ground: &Ground) {
    let an = World::new(&ground.store).await;
    let binh = an.other().await;
    let to = write(&an, "Hẹn", &[("viec", "hen")]).await;
    let page = an.get(&to).await.2;
    // Monday morning is offered on a Friday.
    assert!(page.contains("08:00 thứ Hai 23/11/2026"), "{page}");
    let (status, _, page) = an.post(&to, &[("luc-khac", "2026-11-20T08:59")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("Chọn một giờ chưa qua"), "{page}");
    let (status, _, _) = an.post(&to, &[("luc-khac", "2026-11-23T08:00")]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let list = an.get("/hen").await.2;
    assert!(
        list.contains("Hẹn") && list.contains("08:00 thứ Hai 23/11/2026"),
        "{list}"
    );
    ground.clock.set(AT + 2 * DAY);
    an.run().await;
    assert!(binh.seen("INBOX").await.is_empty());
    // Sent in place of its time.
    let (_, rest) = list.split_once("action=\"/hen/").unwrap();
    let way = format!("/hen/{}", rest.split_once('"').unwrap().0);
    an.post(&way, &[("viec", "ngay")]).await;
    an.run().await;
    assert_eq!(binh.subjects("INBOX").await, ["Hẹn"]);
    assert!(an.get("/hen").await.2.contains("Không có thư nào hẹn gửi"));
}

/// What is refused at its time is a draft again, and its writer is told why.
async fn rules_are_asked_again_at_its_time(ground: &Ground) {
    let an = World::new(&ground.store).await;
    an.other().await;
    write(&an, "Người nhận thôi việc", &[("viec", "gui")]).await;
    let retired = an.store.write(|tx| {
        let domain = organisation::domain(tx, "sonla.gov.vn")?.unwrap();
        address::retire(tx, domain, "binh")
    });
    let retired: Result<(), StoreError> = retired.await;
    retired.unwrap();
    ground.clock.set(AT + DAY);
    an.run().await;
    assert_eq!(an.subjects("Drafts").await, ["Người nhận thôi việc"]);
    assert!(an.seen("Sent").await.is_empty() && an.seen("Scheduled").await.is_empty());
    assert_eq!(an.waiting(Kind::Send).await, 0);
    let told = notices(&an.store).await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].contains("Người nhận thôi việc")
            && told[0].contains("binh@sonla.gov.vn: không có địa chỉ này"),
        "{told:?}"
    );
}

/// TQ.12.8: the limits, too.
async fn tq_12_8_limits_are_asked_at_its_time(ground: &Ground) {
    let an = World::limited(&ground.store, 1).await;
    let binh = an.other().await;
    write(&an, "Một", &[("viec", "gui")]).await;
    write(
        &an,
        "Hai",
        &[("viec", "gui"), ("ma", "00112233445566778899aabc")],
    )
    .await;
    ground.clock.set(AT + DAY);
    an.run().await;
    assert_eq!(binh.seen("INBOX").await.len(), 1);
    assert_eq!(an.seen("Drafts").await.len(), 1);
    let told = notices(&an.store).await;
    assert!(told.len() == 1 && told[0].contains("(TQ.12.8)"), "{told:?}");
}

/// TQ.8.1: a lock, another password: nothing goes in somebody's name any more.
async fn tq_8_1_whose_account_is_shut_sends_nothing_later(ground: &Ground) {
    let an = World::new(&ground.store).await;
    let binh = an.other().await;
    write(&an, "Đã hẹn", &[("viec", "gui")]).await;
    let mailbox = an.mailbox;
    let raised = an.store.write(move |tx| {
        let account = account::of_mailbox(tx, mailbox)?.unwrap();
        account::raise_epoch(tx, account)
    });
    let raised: Result<(), StoreError> = raised.await;
    raised.unwrap();
    ground.clock.set(AT + DAY);
    an.run().await;
    assert!(binh.seen("INBOX").await.is_empty());
    assert_eq!(an.subjects("Drafts").await, ["Đã hẹn"]);
    let told = notices(&an.store).await;
    assert!(
        told.len() == 1 && told[0].contains("đổi mật khẩu"),
        "{told:?}"
    );
}

/// Who removes it, with whatever program, wants it sent no more.
async fn what_was_removed_is_not_sent(ground: &Ground) {
    let an = World::new(&ground.store).await;
    let binh = an.other().await;
    write(&an, "Bỏ", &[("viec", "gui")]).await;
    let scheduled = an.folder("Scheduled", None).await;
    let removed = an
        .store
        .write(move |tx| entry::remove(tx, scheduled, &[(1, u32::MAX)]));
    let removed: Result<(), StoreError> = removed.await;
    removed.unwrap();
    assert!(an.get("/hen").await.2.contains("Không có thư nào hẹn gửi"));
    ground.clock.set(AT + DAY);
    an.run().await;
    assert!(binh.seen("INBOX").await.is_empty() && an.seen("Drafts").await.is_empty());
    assert_eq!(an.waiting(Kind::Send).await, 0);
    assert!(notices(&an.store).await.is_empty());
}

/// Several nodes look at the same rows.
async fn two_nodes_send_each_once(ground: &Ground) {
    let an = World::new(&ground.store).await;
    let binh = an.other().await;
    for n in 0..12 {
        let form = format!("00112233445566778899aa{n:02}");
        write(&an, &format!("Thư {n}"), &[("viec", "gui"), ("ma", &form)]).await;
    }
    let other = an.on(&ground.node().await);
    ground.clock.set(AT + DAY);
    tokio::join!(an.run(), other.run());
    let mut got = binh.subjects("INBOX").await;
    got.sort();
    got.dedup();
    assert_eq!((got.len(), binh.seen("INBOX").await.len()), (12, 12));
    assert_eq!(an.seen("Sent").await.len(), 12);
    assert!(an.seen("Scheduled").await.is_empty() && an.seen("Drafts").await.is_empty());
}

fn letter(subject: &str, lines: &str) -> String {
    format!("From: Binh <binh@sonla.gov.vn>\nTo: an@sonla.gov.vn\nSubject: {subject}\n{lines}\nx\n")
}

async fn snoozed_mail_comes_back_on_top_unread(ground: &Ground) {
    let an = World::new(&ground.store).await;
    let inbox = an.folder("INBOX", None).await;
    let one = an
        .put(inbox, AT, flag::SEEN | flag::FLAGGED, &letter("Mot", ""))
        .await;
    an.put(inbox, AT, flag::SEEN, &letter("Hai", "")).await;
    let way = format!("/thu/{}/{inbox}", an.mailbox);
    let uid = one.to_string();
    for wrong in [("luc-khac", "2026-11-19T08:00"), ("luc", "1")] {
        let (status, _, _) = an.post(&way, &[("u", &uid), wrong]).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
    let asked = [("u", uid.as_str()), ("luc-khac", "2026-11-23T08:00")];
    let (status, to, _) = an.post(&way, &asked).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(to.ends_with("xong=xem-lai"), "{to}");
    assert_eq!(an.subjects("INBOX").await, ["Hai"]);
    assert_eq!(an.subjects("Snoozed").await, ["Mot"]);
    let list = an.get("/hen?xem=xem-lai").await.2;
    assert!(
        list.contains("Mot") && list.contains("08:00 thứ Hai 23/11/2026"),
        "{list}"
    );
    ground.clock.set(AT + 2 * DAY);
    an.run().await;
    assert_eq!(an.subjects("Snoozed").await, ["Mot"]);
    ground.clock.set(AT + 3 * DAY);
    an.run().await;
    assert!(an.seen("Snoozed").await.is_empty());
    // A star stays, and below it stands what came before.
    assert_eq!(
        an.seen("INBOX").await,
        [
            (2, flag::SEEN, "Hai".to_owned()),
            (3, flag::FLAGGED, "Mot".to_owned())
        ]
    );
    assert_eq!(an.waiting(Kind::Back).await, 0);
}

async fn chosen_messages_go_out_of_sight_together(ground: &Ground) {
    let an = World::new(&ground.store).await;
    let inbox = an.folder("INBOX", None).await;
    let mut uids = Vec::new();
    for subject in ["Mot", "Hai", "Ba"] {
        uids.push(an.put(inbox, AT, 0, &letter(subject, "")).await.to_string());
    }
    let way = format!("/thu/{}/{inbox}", an.mailbox);
    let page = an.get(&way).await.2;
    // A time that the list offers.
    let (_, rest) = page.split_once("name=\"luc\" value=\"").unwrap();
    let at = rest.split_once('"').unwrap().0;
    let asked = [
        ("u", uids[0].as_str()),
        ("u", uids[2].as_str()),
        ("luc", at),
    ];
    let (status, to, _) = an.post(&way, &asked).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(to.ends_with("xong=xem-lai"), "{to}");
    assert_eq!(an.subjects("INBOX").await, ["Hai"]);
    assert_eq!(an.subjects("Snoozed").await, ["Mot", "Ba"]);
    assert_eq!(an.waiting(Kind::Back).await, 2);
    // Drafts are no mail that came.
    let drafts = an.folder("Drafts", Some("\\Drafts")).await;
    an.put(drafts, AT, 0, &letter("Nhap", "")).await;
    let page = an.get(&format!("/thu/{}/{drafts}", an.mailbox)).await.2;
    assert!(
        page.contains("Nhap") && !page.contains("name=\"luc\""),
        "{page}"
    );
}

async fn unanswered(an: &World) -> i64 {
    let mailbox = an.mailbox;
    let found = an
        .store
        .read(move |tx| keyword::find(tx, mailbox, "$Unanswered"));
    let found: Result<Option<i64>, StoreError> = found.await;
    found.unwrap().unwrap_or(0)
}

async fn message_id(an: &World, folder: FolderId) -> String {
    let read = an.store.read(move |tx| {
        tx.one(
            "SELECT m.message_id FROM entry e JOIN message m ON m.id = e.message_id WHERE e.folder_id = $1",
            &[folder.0.into()],
            |row| row.text(0),
        )
    });
    let read: Result<_, StoreError> = read.await;
    let id = read.unwrap().unwrap();
    format!("<{}>", id.trim_matches(['<', '>']))
}

async fn who_waits_for_an_answer_is_reminded(ground: &Ground) {
    let an = World::new(&ground.store).await;
    an.other().await;
    write(&an, "Xin y kien", &[("viec", "gui"), ("nhac", "3")]).await;
    ground.clock.set(AT + 10 * SECOND);
    an.run().await;
    assert_eq!(an.waiting(Kind::Answer).await, 1);
    assert!(an.get("/hen?xem=tra-loi").await.2.contains("Xin y kien"));
    // What a program answers is no answer.
    let sent = an.folder("Sent", None).await;
    let id = message_id(&an, sent).await;
    let inbox = an.folder("INBOX", None).await;
    let lines =
        format!("In-Reply-To: {id}\nMessage-ID: <tu-dong@x>\nAuto-Submitted: auto-replied\n");
    an.put(inbox, AT, flag::SEEN, &letter("Vang mat", &lines))
        .await;
    ground.clock.set(AT + 3 * DAY);
    an.run().await;
    assert_eq!(an.subjects("INBOX").await, ["Vang mat"]);
    ground.clock.set(AT + 3 * DAY + 10 * SECOND);
    an.run().await;
    let seen = an.seen("INBOX").await;
    assert_eq!(
        seen[1],
        (
            2,
            flag::FLAGGED | unanswered(&an).await,
            "Xin y kien".to_owned()
        )
    );
    let page = an.get(&format!("/thu/{}/{inbox}", an.mailbox)).await.2;
    assert!(page.contains("Chưa có trả lời"), "{page}");
    let page = an.get(&format!("/thu/{}/{inbox}/2", an.mailbox)).await.2;
    assert!(page.contains("Chưa có ai trả lời thư này"), "{page}");
    assert_eq!(an.subjects("Sent").await, ["Xin y kien"]);
}

async fn an_answer_ends_the_waiting(ground: &Ground) {
    let an = World::new(&ground.store).await;
    an.other().await;
    write(&an, "Xin y kien", &[("viec", "gui"), ("nhac", "1")]).await;
    ground.clock.set(AT + 10 * SECOND);
    an.run().await;
    let sent = an.folder("Sent", None).await;
    let id = message_id(&an, sent).await;
    let inbox = an.folder("INBOX", None).await;
    let lines = format!("In-Reply-To: {id}\nMessage-ID: <tra-loi@x>\n");
    an.put(inbox, AT, flag::SEEN, &letter("Re: Xin y kien", &lines))
        .await;
    ground.clock.set(AT + 2 * DAY);
    an.run().await;
    assert_eq!(an.subjects("INBOX").await, ["Re: Xin y kien"]);
    assert_eq!(an.waiting(Kind::Answer).await, 0);
}

congvu_testing::driven!(
    super::AT;
    what_was_sent_can_be_taken_back_for_some_seconds,
    what_is_not_taken_back_goes_once,
    goes_at_the_time_that_was_chosen,
    rules_are_asked_again_at_its_time,
    tq_12_8_limits_are_asked_at_its_time,
    tq_8_1_whose_account_is_shut_sends_nothing_later,
    what_was_removed_is_not_sent,
    two_nodes_send_each_once,
    snoozed_mail_comes_back_on_top_unread,
    chosen_messages_go_out_of_sight_together,
    who_waits_for_an_answer_is_reminded,
    an_answer_ends_the_waiting,
);
