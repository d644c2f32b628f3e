//! Senders are told: of failures, delays, deliveries; nobody is told twice, and no null sender.

use std::time::Duration;

use congvu_delivery::Writer;
use congvu_delivery::outbound::{OutboundConfig, Return};
use mail_parser::{MessageParser, MimeHeaders};

use crate::net::Server;
use crate::world::{HOUR, World, asked, config, quick};
use congvu_testing::{Ground, both};

both!(
    a_failure_is_told,
    no_notice_of_a_null_senders_mail,
    notify_is_heeded,
    delayed_after_four_hours_given_up_after_five_days,
    one_that_was_never_tried_is_told_of_too,
    delivery_here_is_told_where_it_was_asked_for,
    relayed_where_the_next_server_tells_nothing,
    a_sender_elsewhere_is_told_by_mail,
    a_domain_that_does_not_exist,
);

/// The kinds of a notice's parts, and its second part.
fn parts(notice: &str) -> (Vec<String>, String) {
    let parsed = MessageParser::default().parse(notice.as_bytes()).unwrap();
    let kinds = parsed
        .parts
        .iter()
        .map(|part| {
            let kind = part.content_type().unwrap();
            format!("{}/{}", kind.ctype(), kind.subtype().unwrap())
        })
        .collect();
    let status = parsed.parts[2].contents();
    (kinds, String::from_utf8(status.to_vec()).unwrap())
}

async fn a_failure_is_told(ground: &Ground) {
    let world = World::new(ground).await;
    world
        .net
        .server("mx.xa.example", Server::Says(550, "5.1.1", "No such user"));
    world
        .net
        .server("mx.tot.example", Server::Takes { dsn: true });
    let run = world.run();
    let trace = world
        .submit_with(
            &["x@xa.example", "y@tot.example"],
            "Giấy mời họp",
            |envelope| {
                envelope.dsn.envelope_id = Some("QQ+2B1".into());
                envelope.dsn.ret = Some(Return::Full);
                envelope.recipients[0].original = Some("rfc822;cu+2Bx@xa.example".into());
            },
        )
        .await;
    world.drained().await;
    run.abort();
    let inbox = world.inbox().await;
    assert_eq!(inbox.len(), 1);
    let notice = &inbox[0];
    assert!(
        notice.contains("\r\nReturn-Path: <>\r\n") || notice.starts_with("Return-Path: <>\r\n")
    );
    assert!(notice.contains("\r\nAuto-Submitted: auto-replied\r\n"));
    let (kinds, status) = parts(notice);
    assert_eq!(
        kinds,
        [
            "multipart/report",
            "text/plain",
            "message/delivery-status",
            "message/rfc822"
        ]
    );
    let parsed = MessageParser::default().parse(notice.as_bytes()).unwrap();
    assert_eq!(parsed.subject(), Some("Không gửi được thư: Giấy mời họp"));
    let text = parsed.body_text(0).unwrap();
    for words in [
        "KHÔNG gửi được đến: x@xa.example",
        "Máy chủ mx.xa.example trả lời: 550 5.1.1 No such user",
        "Địa chỉ này không có hoặc không còn dùng.",
        "NOT delivered to: x@xa.example",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("tot.example"));
    for line in [
        "Reporting-MTA: dns; mail.bimson.example",
        "Original-Envelope-Id: QQ+1",
        "Original-Recipient: rfc822; cu+x@xa.example",
        "Final-Recipient: rfc822; x@xa.example",
        "Action: failed",
        "Status: 5.1.1",
        "Remote-MTA: dns; mx.xa.example",
        "Diagnostic-Code: smtp; 550 5.1.1 No such user",
    ] {
        assert!(status.contains(&format!("{line}\r\n")), "{line}: {status}");
    }
    assert!(notice.contains("Kính gửi."), "all of it goes back");
    let last = world.log(&trace).await.last().unwrap().clone();
    assert!(last.2.starts_with("failed: mx.xa.example") || last.2.starts_with("sent"));
}

/// RFC 5321 §4.5.5: there is no notice of a notice.
async fn no_notice_of_a_null_senders_mail(ground: &Ground) {
    let world = World::new(ground).await;
    world.net.server(
        "mx.bimson.example",
        Server::Says(550, "5.1.1", "No such user"),
    );
    let run = world.run();
    let envelope = world
        .envelope("", Writer::Outside, &["vang@bimson.example"])
        .await
        .unwrap();
    let trace = envelope.trace.clone();
    world.accept(envelope, "x").await.unwrap();
    world.drained().await;
    run.abort();
    assert!(world.inbox().await.is_empty());
    assert_eq!(world.log(&trace).await.len(), 2);
}

/// RFC 3461 §4.1.
async fn notify_is_heeded(ground: &Ground) {
    let world = World::new(ground).await;
    world
        .net
        .server("mx.xa.example", Server::Says(550, "5.1.1", "No such user"));
    let run = world.run();
    for (notify, told) in [
        (asked(false, false, false), 0),
        (asked(true, false, true), 0),
        (asked(false, true, false), 1),
        (None, 2),
    ] {
        let subject = format!("{told}");
        world
            .submit_with(&["x@xa.example"], &subject, |envelope| {
                envelope.recipients[0].notify = notify;
            })
            .await;
        world.drained().await;
        assert_eq!(world.inbox().await.len(), told, "{notify:?}");
    }
    run.abort();
}

async fn delayed_after_four_hours_given_up_after_five_days(ground: &Ground) {
    let world = World::new(ground).await;
    world.net.server("mx.xa.example", Server::Dead);
    let run = world.run();
    let trace = world.submit(&["x@xa.example"], "Báo cáo").await;
    let (mut hours, mut delayed, mut attempts) = (0, 0, 0);
    loop {
        assert!(hours < 200, "it ends");
        world
            .until("an attempt, or the end", async || {
                world.net.connects("mx.xa.example") > attempts || world.queued().await == 0
            })
            .await;
        tokio::time::sleep(Duration::from_millis(60)).await;
        if delayed == 0 && world.inbox().await.len() == 1 {
            delayed = hours;
        }
        if world.queued().await == 0 {
            break;
        }
        attempts = world.net.connects("mx.xa.example");
        world.forward(2 * HOUR + HOUR / 2);
        hours += 2;
        world.wake().await;
    }
    run.abort();
    assert!((4..=8).contains(&delayed), "told after {delayed} h");
    let inbox = world.inbox().await;
    assert_eq!(inbox.len(), 2, "one of the delay, one of the end");
    let (_, status) = parts(&inbox[0]);
    assert!(status.contains("Action: delayed\r\n") && status.contains("Status: 4.4.1\r\n"));
    assert!(status.contains("\r\nWill-Retry-Until: "));
    let parsed = MessageParser::default().parse(inbox[0].as_bytes()).unwrap();
    assert!(
        parsed
            .body_text(0)
            .unwrap()
            .contains("Chưa cần gửi lại thư này.")
    );
    let (_, status) = parts(&inbox[1]);
    assert!(status.contains("Action: failed\r\n") && status.contains("Status: 4.4.7\r\n"));
    let lines = world.log(&trace).await;
    assert!(
        lines
            .last()
            .unwrap()
            .2
            .starts_with("given up after waiting too long")
    );
    assert_eq!(lines.len(), 3, "the same answer is told once: {lines:?}");
}

/// A destination that is left alone for long keeps many waiting that were never tried.
async fn one_that_was_never_tried_is_told_of_too(ground: &Ground) {
    let world = World::with(
        ground,
        OutboundConfig {
            schedule: congvu_delivery::outbound::Schedule {
                backoff: Duration::from_secs(90 * 86_400),
                backoff_most: Duration::from_secs(90 * 86_400),
                ..quick()
            },
            ..config()
        },
    )
    .await;
    world.net.server("mx.xa.example", Server::Dead);
    let run = world.run();
    let first = world.submit(&["x@xa.example"], "first").await;
    world
        .until("an attempt", async || world.log(&first).await.len() == 2)
        .await;
    world.submit(&["y@xa.example"], "second").await;
    world.forward(5 * HOUR);
    world
        .until("two notices", async || world.inbox().await.len() == 2)
        .await;
    world.forward(121 * HOUR);
    world.drained().await;
    assert_eq!(world.net.connects("mx.xa.example"), 1);
    assert_eq!(world.inbox().await.len(), 4);
    run.abort();
}

async fn delivery_here_is_told_where_it_was_asked_for(ground: &Ground) {
    let world = World::new(ground).await;
    world
        .submit_with(&["an@bimson.example"], "raw:Đến chưa", |envelope| {
            envelope.recipients[0].notify = asked(true, false, false);
        })
        .await;
    let inbox = world.inbox().await;
    assert_eq!(inbox.len(), 2);
    let (kinds, status) = parts(&inbox[1]);
    // The subject came as UTF-8: so do the notice's parts (RFC 6533).
    assert_eq!(
        kinds[2..],
        ["message/global-delivery-status", "message/global-headers"]
    );
    assert!(status.contains("Action: delivered\r\nStatus: 2.1.5\r\n"));
    assert!(inbox[1].contains("Subject: Đến chưa\r\n"));
}

async fn relayed_where_the_next_server_tells_nothing(ground: &Ground) {
    let world = World::new(ground).await;
    let run = world.run();
    for (dsn, notices) in [(true, 0), (false, 1)] {
        world.net.server("mx.xa.example", Server::Takes { dsn });
        world
            .submit_with(&["x@xa.example"], "x", |envelope| {
                envelope.recipients[0].notify = asked(true, true, false);
            })
            .await;
        world.drained().await;
        assert_eq!(world.inbox().await.len(), notices);
    }
    run.abort();
    assert_eq!(
        world.net.took()[0].notify[0],
        asked(true, true, false),
        "passed on"
    );
    let (_, status) = parts(&world.inbox().await[0]);
    assert!(status.contains("Action: relayed\r\n"), "{status}");
}

async fn a_sender_elsewhere_is_told_by_mail(ground: &Ground) {
    let world = World::new(ground).await;
    world
        .net
        .server("mx.bimson.example", Server::Says(550, "5.2.2", "Full"));
    let run = world.run();
    let envelope = world
        .envelope("a@ngoai.example", Writer::Outside, &["vang@bimson.example"])
        .await
        .unwrap();
    world.accept(envelope, "x").await.unwrap();
    world
        .until("the notice", async || world.net.took().len() == 1)
        .await;
    world.drained().await;
    run.abort();
    let took = &world.net.took()[0];
    assert_eq!(
        (took.host.as_str(), took.sender.as_str()),
        ("mx.ngoai.example", "")
    );
    assert_eq!(took.notify, [asked(false, false, false)]);
    assert!(
        took.body
            .contains("Final-Recipient: rfc822; vang@bimson.example\r\n")
    );
}

async fn a_domain_that_does_not_exist(ground: &Ground) {
    let world = World::new(ground).await;
    let run = world.run();
    world.submit(&["x@sai.invalid"], "x").await;
    world.drained().await;
    run.abort();
    let inbox = world.inbox().await;
    let (_, status) = parts(&inbox[0]);
    assert!(status.contains("Status: 5.1.2\r\n") && !status.contains("Remote-MTA"));
    let parsed = MessageParser::default().parse(inbox[0].as_bytes()).unwrap();
    assert!(
        parsed
            .body_text(0)
            .unwrap()
            .contains("Tên miền sau dấu @ không có")
    );
}
