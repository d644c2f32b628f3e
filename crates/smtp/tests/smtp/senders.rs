//! A signed-in sender uses only addresses that are theirs (TQ.4).

use congvu_store::activity::{self, Kind};
use congvu_store::delegation::{self, Rights};
use congvu_store::{StoreError, census, mailbox};

use crate::support::{DOMAIN, World};

/// TQ.4: forging a sender is prohibited, in the envelope and in the message.
async fn check(from: &str, header: &str, expected: &str) {
    let world = World::new().await;
    let mut client = world.submission().signed_in().await;
    client.say(&format!("MAIL FROM:<{from}>"), "250").await;
    client.say("RCPT TO:<binh@tinh.example>", "250").await;
    client.say("DATA", "354").await;
    let data = format!("{header}\r\nSubject: x\r\n\r\nx\r\n.\r\n");
    client.send(data.as_bytes()).await;
    let reply = client.reply().await;
    assert!(reply.starts_with(expected), "{header:?}: {reply}");
    let arrived = usize::from(expected.starts_with("250"));
    assert_eq!(world.inbox("binh").await.len(), arrived, "{header:?}");
}

/// TQ.4.
#[tokio::test]
async fn authors_of_the_message() {
    let an = "an@tinh.example";
    check(an, "From: An <an@tinh.example>", "250 2.0.0").await;
    check(an, "From: Van thu <VanThu@tinh.example>", "250 2.0.0").await;
    check("vanthu@tinh.example", "From: an@tinh.example", "250 2.0.0").await;
    // The address of a group one belongs to.
    check(an, "From: moinguoi@tinh.example", "250 2.0.0").await;
    let refused = "550 5.7.1 <binh@tinh.example> is not an address of this account (TQ.4)";
    check(an, "From: binh@tinh.example", refused).await;
    check(an, "From: an@tinh.example, binh@tinh.example", refused).await;
    check(
        an,
        "From: an@tinh.example\r\nFrom: binh@tinh.example",
        refused,
    )
    .await;
    check(
        an,
        "From: an@tinh.example\r\nSender: binh@tinh.example",
        refused,
    )
    .await;
    check(
        an,
        "From: an@tinh.example\r\nSender: binh@tinh.example\r\nSender: an@tinh.example",
        refused,
    )
    .await;
    check(
        an,
        "From: an@tinh.example\r\nSender: an@tinh.example, binh@tinh.example",
        refused,
    )
    .await;
    check(
        an,
        "From: an@tinh.example\r\nResent-From: binh@tinh.example",
        refused,
    )
    .await;
    check(an, "From: <chutich@noikhac.example>", "550 5.7.1").await;
    check(an, "From: khong co dia chi", "550 5.7.1").await;
    let nobody = "550 5.7.1 The From field names no valid author (TQ.4)";
    check(an, "From:\r\nSender: an@tinh.example", nobody).await;
    let far = format!("X-A: {}\r\nFrom: binh@tinh.example", "x".repeat(100_000));
    check(an, &far, "550 5.7.1").await;
    let farther = format!("X-A: {}\r\nFrom: binh@tinh.example", "x".repeat(300_000));
    check(an, &farther, "55").await;
}

/// TQ.4: many programs show the display name and nothing else.
#[tokio::test]
async fn authors_in_disguise() {
    let an = "an@tinh.example";
    let named = "550 5.7.1 <binh@tinh.example> is not an address of this account (TQ.4)";
    check(an, "From: \"binh@tinh.example\" <an@tinh.example>", named).await;
    check(an, "From: (binh@tinh.example) an@tinh.example", named).await;
    check(an, "From: \"an@tinh.example\" <an@tinh.example>", "250").await;
    let unclear = "550 5.7.1 From and Sender can be read in several ways (TQ.4)";
    for header in [
        "From: an@tinh.example\r\nFrom: an@tinh.example",
        "From: \"binh@tinh.example\", an@tinh.example",
        "From: Chu tich: an@tinh.example;",
        "From: <@binh,@tinh:an@tinh.example>",
        " From: binh@tinh.example\r\nFrom: an@tinh.example",
    ] {
        check(an, header, unclear).await;
    }
    let nul = "550 5.6.0";
    check(
        an,
        "F\0rom: binh@tinh.example\r\nFrom: an@tinh.example",
        nul,
    )
    .await;
}

/// RFC 5322 §3.6.3, RFC 5321 §4.4.
#[tokio::test]
async fn what_recipients_must_not_see_is_taken_out() {
    let world = World::new().await;
    let mut client = world.submission().signed_in().await;
    let data = b"From: an@tinh.example\r\nBcc: mat@tinh.example,\r\n kin@tinh.example\r\nReturn-Path: <gia@x>\r\nSubject: x\r\n\r\nBcc: in the body\r\n.\r\n";
    client
        .mail("an@tinh.example", "binh@tinh.example", data)
        .await;
    let inbox = world.inbox("binh").await;
    assert!(!inbox[0].contains("kin@") && !inbox[0].contains("gia@x"));
    assert!(inbox[0].ends_with("Subject: x\r\n\r\nBcc: in the body\r\n"));
    // Mail of others goes on as it came.
    let mut client = world.mx().greeted().await;
    client.mail("", "binh@tinh.example", data).await;
    assert!(world.inbox("binh").await[1].contains("kin@"));
}

/// TQ.4.
#[tokio::test]
async fn the_envelope() {
    let world = World::new().await;
    let mut client = world.submission().greeted().await;
    client.say("MAIL FROM:<an@tinh.example>", "530 5.7.0").await;
    let mut client = world.submission().signed_in().await;
    client
        .talk(
            "C: MAIL FROM:<binh@tinh.example>
             S: 550 5.7.1 <binh@tinh.example> is not an address of this account (TQ.4)
             C: MAIL FROM:<an@noikhac.example>
             S: 550 5.7.1
             C: MAIL FROM:<>
             S: 550 5.7.1
             C: MAIL FROM:<AN@Tinh.Example> AUTH=<>
             S: 250 2.1.0",
        )
        .await;
}

/// RFC 6409 §8.
#[tokio::test]
async fn what_a_submission_lacks_is_added() {
    let world = World::new().await;
    let mut client = world.submission().signed_in().await;
    let data = b"Subject: x\r\n\r\nx\r\n.\r\n";
    let reply = client
        .mail("an@tinh.example", "binh@tinh.example", data)
        .await;
    let trace = reply.split(' ').nth(2).expect("a trace id").to_owned();
    let inbox = world.inbox("binh").await;
    let added = format!("Message-ID: <{trace}@mx.tinh.example>\r\nSubject: x\r\n");
    assert!(
        inbox[0].contains("\r\nFrom: <an@tinh.example>\r\nDate: "),
        "{}",
        inbox[0]
    );
    assert!(inbox[0].contains(&added), "{}", inbox[0]);
    assert!(inbox[0].contains(&format!(" id {trace}\r\n")));
    // From other servers nothing is added.
    let mut client = world.mx().greeted().await;
    client.mail("", "binh@tinh.example", data).await;
    let inbox = world.inbox("binh").await;
    assert!(!inbox[1].contains("Message-ID") && !inbox[1].contains("From:"));
}

/// TQ.4, SL.9.3: a keeper sends in the unit's name while that right lasts, under their own sign-in; it is use of the
/// unit's mailbox.
#[tokio::test]
async fn tq_4_sl_9_3_a_keeper_sends_in_the_units_name() {
    let world = World::new().await;
    let (unit, delegation) = world.unit("skhcn", Rights::SEND).await;
    let mut client = world.submission().signed_in().await;
    let mut send = async |expected: &str| {
        let from = format!("MAIL FROM:<skhcn@{DOMAIN}>");
        client.send(format!("{from}\r\n").as_bytes()).await;
        let reply = client.reply().await;
        assert!(reply.starts_with(expected), "{reply}");
        if reply.starts_with("250") {
            client.say("RCPT TO:<binh@tinh.example>", "250").await;
            client.say("DATA", "354").await;
            let data = format!("From: So <skhcn@{DOMAIN}>\r\nSubject: x\r\n\r\nx\r\n.\r\n");
            client.send(data.as_bytes()).await;
            assert!(client.reply().await.starts_with("250"));
        }
    };
    send("250").await;
    let an = world.an;
    let found = world.store.read(move |tx| {
        let own = mailbox::of_account(tx, an)?.expect("a mailbox");
        Ok::<_, StoreError>((
            activity::last(tx, unit, Kind::Sent)?.is_some(),
            activity::last(tx, own, Kind::Sent)?.is_some(),
        ))
    });
    assert_eq!(found.await.expect("a read"), (true, false));
    assert_eq!(world.inbox("binh").await.len(), 1);
    // The log names the person (SL.9.3).
    let logged = world.store.read(|tx| {
        let last = "SELECT account_id FROM mail_log ORDER BY id DESC LIMIT 1";
        tx.one(last, &[], |row| row.opt_int(0))
    });
    assert_eq!(logged.await.expect("a read"), Some(Some(an.0)));
    world
        .store
        .write(move |tx| delegation::end(tx, delegation, "taken back"))
        .await
        .expect("a write");
    send("550 5.7.1").await;
}

/// HCM.7.1: the kind of document that a sender chose is counted; that of mail from elsewhere is nobody's.
#[tokio::test]
async fn hcm_7_1_what_is_submitted_is_counted_by_its_kind() {
    let world = World::new().await;
    let data =
        "From: an@tinh.example\r\nCongvu-Category: =?utf-8?B?Q8O0bmcgdsSDbg==?=\r\n\r\nx\r\n.\r\n";
    for _ in 0..2 {
        let mut client = world.submission().signed_in().await;
        client
            .mail("an@tinh.example", "binh@tinh.example", data.as_bytes())
            .await;
    }
    let mut client = world.mx().greeted().await;
    client
        .mail("a@ngoai.example", "binh@tinh.example", data.as_bytes())
        .await;
    let an = world.an;
    let counted = world.store.read(move |tx| {
        let own = mailbox::of_account(tx, an)?.expect("a mailbox");
        Ok::<_, StoreError>((
            own,
            census::categories(tx, &census::Stretch::all(None), 0, i64::MAX)?,
        ))
    });
    let (own, counted) = counted.await.expect("a read");
    assert_eq!(counted, [(own, "công văn".to_owned(), 2)]);
    assert_eq!(world.inbox("binh").await.len(), 3);
}
