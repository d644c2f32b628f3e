//! `/thu/…/den-dau`, `/thu/…/thu-hoi`: what became of a message, and taking it back.

use axum::http::StatusCode;
use congvu_store::entry::{self, FlagChange};
use congvu_store::keyword::flag;
use congvu_store::mail_log::{self, Line};
use congvu_store::queue::{self, NewQueued, NewRecipient};
use congvu_store::{MessageId, StoreError, removed, writing};
use congvu_testing::Ground;

use crate::ground::World;

/// 09:00 on Friday, 20 November 2026, in Vietnam.
const AT: i64 = 1_795_140_000_000;

impl World {
    /// What they send goes at once.
    async fn at_once(&self) {
        let mailbox = self.mailbox;
        let kept = self.store.write(move |tx| {
            let account = congvu_store::account::of_mailbox(tx, mailbox)?.unwrap();
            let habits = writing::Writing {
                undo: 0,
                ..writing::Writing::default()
            };
            writing::put(tx, account, &habits)
        });
        let kept: Result<(), StoreError> = kept.await;
        kept.unwrap();
    }

    /// Sends a message; the page of the copy.
    async fn sent(&self, to: &str, subject: &str) -> String {
        let fields = [
            ("viec", "gui"),
            ("den", to),
            ("tieu-de", subject),
            ("noi-dung", "x"),
        ];
        let (status, _, page) = self.write(&fields).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{page}");
        let sent = self.folder("Sent", None).await;
        let (uid, ..) = self.seen("Sent").await.pop().unwrap();
        format!("/thu/{}/{sent}/{uid}", self.mailbox)
    }

    async fn read_all(&self) {
        let inbox = self.folder("INBOX", None).await;
        let read = self.store.write(move |tx| {
            let seen = FlagChange::Add(flag::SEEN);
            entry::store_flags(tx, inbox, &[(1, u32::MAX)], seen, None)
        });
        let read: Result<_, StoreError> = read.await;
        read.unwrap();
    }

    async fn asked(&self, sql: &'static str) -> i64 {
        let read = self
            .store
            .read(move |tx| tx.one(sql, &[], |row| row.int(0)));
        let read: Result<_, StoreError> = read.await;
        read.unwrap().unwrap()
    }
}

async fn unread_copies_are_taken_back_and_the_others_stay(ground: &Ground) {
    let an = World::new(&ground.store).await;
    let (binh, chi) = (an.other().await, an.named("chi@sonla.gov.vn").await);
    an.at_once().await;
    let everybody = "binh@sonla.gov.vn, chi@sonla.gov.vn, an@sonla.gov.vn";
    let way = an.sent(everybody, "Gui nham").await;
    an.sent(everybody, "Gui dung").await;
    assert!(an.get(&way).await.2.contains("Thư đã đến đâu, thu hồi"));
    binh.read_all().await;
    let page = an.get(&format!("{way}/den-dau")).await.2;
    // BS.III.9: of a person's own letter nobody is told who has read it.
    assert!(
        page.contains("đã đến hộp thư") && !page.contains("<span>đã đọc</span>"),
        "{page}"
    );
    // Only one's own.
    assert_eq!(
        binh.post(&format!("{way}/thu-hoi"), &[]).await.0,
        StatusCode::NOT_FOUND
    );
    let inbox = binh.folder("INBOX", None).await;
    let theirs = format!("/thu/{}/{inbox}/1", binh.mailbox);
    assert_eq!(
        binh.post(&format!("{theirs}/thu-hoi"), &[]).await.0,
        StatusCode::NOT_FOUND
    );
    assert!(!binh.get(&theirs).await.2.contains("den-dau"));
    let (status, to, _) = an.post(&format!("{way}/thu-hoi"), &[]).await;
    assert_eq!(
        (status, to.as_str()),
        (StatusCode::SEE_OTHER, format!("{way}/den-dau").as_str())
    );
    an.run().await;
    assert_eq!(chi.subjects("INBOX").await, ["Gui dung"]);
    assert_eq!(binh.subjects("INBOX").await, ["Gui nham", "Gui dung"]);
    // The sender's own mail is theirs.
    assert_eq!(an.subjects("INBOX").await.len(), 2);
    assert_eq!(an.subjects("Sent").await, ["Gui nham", "Gui dung"]);
    let page = an.get(&format!("{way}/den-dau")).await.2;
    for told in [
        "đã thu hồi khi chưa đọc",
        "đã đọc trước khi thu hồi",
        "an@sonla.gov.vn",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("thu-hoi\""), "{page}");
    assert_eq!(
        an.post(&format!("{way}/thu-hoi"), &[]).await.0,
        StatusCode::CONFLICT
    );
    // Mail programs hear of it, the store has it for a while, the record tells.
    assert_eq!(an.asked("SELECT COUNT(*) FROM expunged").await, 1);
    let mailbox = chi.mailbox;
    let kept = an
        .store
        .read(move |tx| removed::page(tx, mailbox, None, 10));
    let kept: Result<Vec<_>, StoreError> = kept.await;
    assert_eq!(
        kept.unwrap().len(),
        usize::from(!an.store.undelete().is_zero())
    );
    let acts =
        "SELECT COUNT(*) FROM audit WHERE action = 'mail.recall' AND actor = 'an@sonla.gov.vn'";
    assert_eq!(an.asked(acts).await, 1);
}

async fn what_waits_to_go_outside_goes_no_more(ground: &Ground) {
    let an = World::new(&ground.store).await;
    let binh = an.other().await;
    an.at_once().await;
    let way = an.sent("binh@sonla.gov.vn", "Gui nham").await;
    // As a server that sends outside would have it.
    let queued = an.store.write(|tx| {
        let (message, trace) = tx
            .one("SELECT message_id, trace FROM sent_message", &[], |row| {
                Ok((MessageId(row.int(0)?), row.text(1)?))
            })?
            .unwrap();
        let recipients: Vec<NewRecipient> = ["nam@ngoai.example", "ba@xa.example"]
            .map(|address| NewRecipient {
                destination: address.split_once('@').unwrap().1.to_owned(),
                address: address.to_owned(),
                original: None,
                notify: None,
                notice_at: AT + 86_400_000,
            })
            .into();
        let new = |trace, recipients| NewQueued {
            message,
            trace,
            sender: "an@sonla.gov.vn",
            account: None,
            client_ip: "",
            prefix: b"",
            size: 1,
            envelope_id: None,
            ret: None,
            eight_bit: false,
            utf8: false,
            priority: queue::PERSON,
            at: AT,
            expires_at: AT + 5 * 86_400_000,
            recipients,
        };
        queue::enqueue(tx, &new(&trace, &recipients))?;
        // The same sent on by somebody else.
        queue::enqueue(tx, &new("other", &recipients[..1]))?;
        Ok::<_, StoreError>(())
    });
    queued.await.unwrap();
    let waiting = "SELECT COUNT(*) FROM queue_recipient";
    assert_eq!(an.asked(waiting).await, 3);
    an.post(&format!("{way}/thu-hoi"), &[]).await;
    // At once, before anybody works on the rest.
    assert_eq!(an.asked(waiting).await, 1);
    an.run().await;
    assert!(binh.subjects("INBOX").await.is_empty());
    let page = an.get(&format!("{way}/den-dau")).await.2;
    for (told, times) in [
        ("đã rút lại, chưa ra ngoài", 2),
        ("đã thu hồi khi chưa đọc", 1),
        ("<dt>Đã thu hồi</dt><dd>3</dd>", 1),
        ("<dt>Đang chờ</dt><dd>0</dd>", 1),
    ] {
        assert_eq!(page.matches(told).count(), times, "{told}: {page}");
    }
}

async fn who_has_one_copy_read_keeps_all(ground: &Ground) {
    let an = World::new(&ground.store).await;
    let binh = an.other().await;
    an.at_once().await;
    let way = an.sent("binh@sonla.gov.vn", "Gui nham").await;
    let inbox = binh.folder("INBOX", None).await;
    let aside = binh.folder("Ho so", None).await;
    let copied = an.store.write(move |tx| {
        entry::copy_to(tx, inbox, &[(1, 1)], aside)?;
        entry::store_flags(tx, aside, &[(1, 1)], FlagChange::Add(flag::SEEN), None)
    });
    let copied: Result<_, StoreError> = copied.await;
    copied.unwrap();
    an.post(&format!("{way}/thu-hoi"), &[]).await;
    an.run().await;
    assert_eq!(binh.subjects("INBOX").await, ["Gui nham"]);
    assert_eq!(binh.subjects("Ho so").await, ["Gui nham"]);
    assert_eq!(an.asked("SELECT COUNT(*) FROM later").await, 0);
}

/// HCM.7.1 knows what units send; BS.III.9 keeps persons' reading to themselves.
async fn bs_iii_9_reading_is_told_of_what_a_unit_sent_alone(ground: &Ground) {
    let an = World::new(&ground.store).await;
    let binh = an.other().await;
    an.at_once().await;
    let way = an.sent("binh@sonla.gov.vn", "Thong bao").await;
    binh.read_all().await;
    assert!(
        !an.get(&format!("{way}/den-dau"))
            .await
            .2
            .contains("<span>đã đọc</span>")
    );
    let mailbox = an.mailbox;
    let made = an.store.write(move |tx| {
        tx.execute(
            "UPDATE mailbox SET kind = 'unit' WHERE id = $1",
            &[mailbox.into()],
        )
    });
    let made: Result<u64, StoreError> = made.await;
    made.unwrap();
    let page = an.get(&format!("{way}/den-dau")).await.2;
    assert!(
        page.contains("<span>đã đọc</span>") && page.contains("<dt>Đã đọc</dt><dd>1</dd>"),
        "{page}"
    );
}

/// A broadcast has many recipients: pages, counts, a file.
async fn what_became_of_a_message_for_very_many(ground: &Ground) {
    let an = World::new(&ground.store).await;
    an.other().await;
    an.at_once().await;
    let way = an.sent("binh@sonla.gov.vn", "Thong bao").await;
    let filled = an.store.write(|tx| {
        let trace = tx
            .one("SELECT trace FROM sent_message", &[], |row| row.text(0))?
            .unwrap();
        let mut line = |recipient: &str, direction: &'static str, code: u16, result: &str| {
            let line = Line {
                at: AT,
                direction,
                trace: &trace,
                sender: "an@sonla.gov.vn",
                recipient,
                client_ip: "",
                size: 1,
                code,
                result,
                account: None,
            };
            mail_log::add(tx, &line)
        };
        for n in 0..1_200 {
            line(
                &format!("m{n:04}@sonla.gov.vn"),
                "local",
                250,
                "delivered to a group's member",
            )?;
        }
        line("=cmd@x.vn", "submit", 250, "queued for x.vn")?;
        for (address, code, said) in [
            ("cho@x.vn", 451, "waits: busy"),
            ("den@x.vn", 250, "sent"),
            ("sai@x.vn", 550, "no such user"),
        ] {
            line(address, "submit", 250, "queued for x.vn")?;
            line(address, "out", code, said)?;
        }
        Ok::<_, StoreError>(())
    });
    filled.await.unwrap();
    let page = an.get(&format!("{way}/den-dau")).await.2;
    for told in [
        "<dt>Đã đến</dt><dd>1202</dd>",
        "<dt>Đang chờ</dt><dd>2</dd>",
        "<dt>Không đến được</dt><dd>1</dd>",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert_eq!(page.matches("<b class=\"mail\">").count(), 100);
    // All pages together tell of each once.
    let (mut all, mut next) = (Vec::new(), format!("{way}/den-dau"));
    loop {
        let page = an.get(&next).await.2;
        let rows = page.split("<b class=\"mail\">").skip(1);
        all.extend(rows.map(|row| row.split('<').next().unwrap().to_owned()));
        let Some((_, rest)) = page.split_once("/den-dau?sau=") else {
            break;
        };
        next = format!("{way}/den-dau?sau={}", rest.split_once('"').unwrap().0);
    }
    assert_eq!(all.len(), 1_205);
    assert!(all.is_sorted());
    let (status, _, file) = an.get(&format!("{way}/den-dau?dang=csv")).await;
    assert_eq!((status, file.lines().count()), (StatusCode::OK, 1_206));
    assert!(
        file.contains("\"sai@x.vn\",\"không đến được\",") && file.contains("\"no such user\""),
        "{file}"
    );
    // No program of tables takes an address for a formula.
    assert!(
        file.contains("\"'=cmd@x.vn\",\"đang chờ gửi đi\","),
        "{file}"
    );
}

congvu_testing::driven!(
    super::AT;
    unread_copies_are_taken_back_and_the_others_stay,
    what_waits_to_go_outside_goes_no_more,
    who_has_one_copy_read_keeps_all,
    bs_iii_9_reading_is_told_of_what_a_unit_sent_alone,
    what_became_of_a_message_for_very_many,
);
