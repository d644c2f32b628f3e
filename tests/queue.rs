//! `congvu queue` and `congvu mail-log --trace` on what waits for other servers.

use congvu_store::message::{self, NewMessage};
use congvu_store::queue::{self, NewQueued, NewRecipient};
use congvu_store::{BlobPlace, Engine, QueueId, Store, StoreConfig, StoreError, mail_log};
use serde_json::Value;

use crate::command_line::System;
use crate::harness::congvu;

const TRACE: &str = "0abcdefghjkmnpq";

/// Two messages in the queue of a system that is not running.
async fn fill(config: StoreConfig) -> Vec<QueueId> {
    let store = tokio::task::spawn_blocking(move || Store::open(&config).unwrap())
        .await
        .unwrap();
    let staged = store
        .blobs()
        .stage(b"Subject: x\r\n\r\nx\r\n")
        .await
        .unwrap();
    let new = NewMessage {
        header_len: 14,
        sent_at: None,
        message_id: None,
        subject: "Giấy mời".into(),
        preview: String::new(),
        references: String::new(),
        envelope: Vec::new(),
        structure: Vec::new(),
        marks: None,
    };
    let ids = store
        .write(move |tx| {
            let stored = message::put(tx, &staged, &new)?;
            let mut ids = Vec::new();
            for (sender, addresses) in [
                ("an@tinh.example", &["x@xa.example", "y@xa.example"][..]),
                ("", &["z@huyen.example"]),
            ] {
                let recipients: Vec<NewRecipient> = addresses
                    .iter()
                    .map(|address| NewRecipient {
                        destination: address.split_once('@').unwrap().1.into(),
                        address: (*address).into(),
                        original: None,
                        notify: None,
                        notice_at: i64::MAX,
                    })
                    .collect();
                ids.push(queue::enqueue(
                    tx,
                    &NewQueued {
                        message: stored.id,
                        trace: TRACE,
                        sender,
                        account: None,
                        client_ip: "192.0.2.1",
                        prefix: b"",
                        size: stored.size,
                        envelope_id: None,
                        ret: None,
                        eight_bit: false,
                        utf8: false,
                        priority: queue::PERSON,
                        at: 1_795_327_200_000,
                        expires_at: 1_795_759_200_000,
                        recipients: &recipients,
                    },
                )?);
            }
            mail_log::add(
                tx,
                &mail_log::Line {
                    at: 1_795_327_200_000,
                    direction: "submit",
                    trace: TRACE,
                    sender: "an@tinh.example",
                    recipient: "x@xa.example",
                    client_ip: "192.0.2.1",
                    size: 16,
                    code: 250,
                    result: "queued for xa.example",
                    account: None,
                },
            )?;
            Ok::<_, StoreError>(ids)
        })
        .await
        .unwrap();
    tokio::task::spawn_blocking(move || store.close())
        .await
        .unwrap();
    ids
}

/// TQ.9.1, SL.11.1: what waits can be seen, and a message's way followed.
#[test]
fn the_queue_is_seen_held_retried_and_dropped() {
    let system = System::init(None);
    let config = StoreConfig {
        engine: Engine::Sqlite {
            path: system.dir.join("data/congvu.db"),
        },
        readers: 1,
        blobs: BlobPlace::Folder(system.dir.join("data/blobs")),
        inline_max: 65_536,
        server: false,
        clock: congvu_store::Clock::default(),
        undelete: std::time::Duration::from_secs(30 * 86_400),
    };
    let ids = tokio::runtime::Runtime::new()
        .unwrap()
        .block_on(fill(config));
    let file = system.config();
    let tool = |arguments: &[&str]| {
        congvu(["queue", "--config", file.to_str().unwrap()])
            .args(arguments)
            .run()
    };
    let list = tool(&["list", "--json"]).ok();
    let lines: Vec<Value> = list
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["recipient"], "x@xa.example");
    assert_eq!(lines[2]["state"], "waiting");
    let one = tool(&["list", "--destination", "XA.example"]).ok();
    assert!(
        one.contains("<x@xa.example>") && !one.contains("huyen"),
        "{one}"
    );
    let none = tool(&["list", "--sender", ""]).ok();
    assert!(
        none.contains("<z@huyen.example>") && !none.contains("xa.example"),
        "{none}"
    );
    let id = ids[0].0.to_string();
    let shown = tool(&["show", &id]).ok();
    for words in ["<an@tinh.example>", "đã thử 0 lần", TRACE] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    // BS.III.9: what others write about is not told to who looks after the queue.
    let told = tool(&["show", &id, "--json"]).ok();
    assert!(!shown.contains("Giấy mời") && !told.contains("Giấy mời"));
    tool(&["hold", &id])
        .says(&["Giữ lại: 2 người nhận."])
        .ended(0);
    assert!(tool(&["show", &id]).ok().contains("đang giữ"));
    tool(&["retry", "--sender", "an@tinh.example"]).says(&["Thử gửi lại ngay: 2 người nhận."]);
    // What cannot be taken back is done only where the number is known.
    tool(&["drop", "--all"])
        .says(&["3 người nhận của 2 thư", "--confirm 3"])
        .ended(1);
    tool(&["drop", "--all", "--confirm", "2"])
        .says(&["không phải 2"])
        .ended(1);
    tool(&["drop", "--all", "--confirm", "3"])
        .says(&["3 người nhận"])
        .ended(0);
    tool(&["retry", "--all"])
        .says(&["không có thư nào"])
        .ended(1);
    tool(&["drop"]).says(&["cần số của thư"]).ended(1);
    // Each on record, and nothing that was not done.
    let acts = system.tool("audit", &["list", "--format", "json"]);
    let acts: Vec<(String, String, Value)> = acts
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|act| {
            let text = |key: &str| act[key].as_str().unwrap().to_owned();
            (
                text("action"),
                text("subject_name"),
                act["detail"]["recipients"].clone(),
            )
        })
        .filter(|(action, ..)| action.starts_with("queue."))
        .collect();
    assert_eq!(
        acts,
        [
            ("queue.drop".to_owned(), "cả hàng đợi".to_owned(), 3.into()),
            (
                "queue.retry".to_owned(),
                "thư của <an@tinh.example>".to_owned(),
                2.into()
            ),
            ("queue.hold".to_owned(), format!("thư số {id}"), 2.into()),
        ]
    );
    let log = |trace: &str| {
        let own = [
            "mail-log",
            "--config",
            file.to_str().unwrap(),
            "--trace",
            trace,
        ];
        congvu(own).run()
    };
    let way = log(TRACE).ok();
    assert!(
        way.contains("queued for xa.example") && way.contains("dropped by"),
        "{way}"
    );
    assert_eq!(way.lines().count(), 4);
    log("khong-co").says(&["không có thư nào mang mã"]).ended(1);
}
