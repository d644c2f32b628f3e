//! What is said when, and what replies mean.

use congvu_delivery::outbound::{Notify, Return, Tls};

use crate::fake::Fake;
use crate::peer::{STUFFED, config, connect, hop, parcel, refused, send, told};

const PLAIN: &str = "
    S: 220 mx
    C: EHLO mx.tinh.example
    S: 250 mx
    C: MAIL FROM:<an@tinh.example>
    S: 250 ok
";

#[tokio::test]
async fn a_message_without_pipelining() {
    let script = format!(
        "{PLAIN}
        C: RCPT TO:<a@x.vn>
        S: 250 ok
        C: RCPT TO:<b@x.vn>
        S: 251 elsewhere
        C: DATA
        S: 354 go on
        DATA
        S: 250 2.6.0 taken
        C: QUIT
        S: 221 bye"
    );
    let mut fake = Fake::start(&[&script]);
    let (outcomes, usable) =
        send(config(), &hop(fake.address), &parcel(&["a@x.vn", "b@x.vn"])).await;
    assert_eq!(outcomes, ["delivered 250 2.6.0 taken"; 2]);
    assert!(usable);
    assert_eq!(fake.followed().await, [STUFFED]);
}

#[tokio::test]
async fn commands_are_pipelined_where_it_is_offered() {
    let mut fake = Fake::start(&["
        S: 220 mx
        C: EHLO mx.tinh.example
        S: 250-mx
        S: 250 PIPELINING
        C: MAIL FROM:<an@tinh.example>
        C: RCPT TO:<a@x.vn>
        C: RCPT TO:<b@x.vn>
        C: RCPT TO:<c@x.vn>
        RAW 250 o
        PAUSE
        RAW k\\r\\n250 ok\\r\\n452 4.2.2 full\\r\\n550-5.1.1 no\\r\\n550 5.1.1 such\\r\\n
        C: DATA
        S: 354 go on
        DATA
        S: 250 taken
        C: QUIT
        S: 221 bye"]);
    let parcel = parcel(&["a@x.vn", "b@x.vn", "c@x.vn"]);
    let (outcomes, _) = send(config(), &hop(fake.address), &parcel).await;
    let expected = [
        "delivered 250 2.0.0 taken",
        "deferred 452 4.2.2 full",
        "failed 550 5.1.1 no such",
    ];
    assert_eq!(outcomes, expected);
    assert_eq!(fake.followed().await, [STUFFED]);
}

#[tokio::test]
async fn five_hundred_recipients() {
    let addresses: Vec<String> = (0..500).map(|n| format!("u{n}@x.vn")).collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let mut script = String::from(
        "S: 220 mx\nC: EHLO mx.tinh.example\nS: 250-mx\nS: 250 PIPELINING\nC: MAIL FROM:<an@tinh.example>\nS: 250 ok\n",
    );
    for address in &addresses {
        script += &format!("C: RCPT TO:<{address}>\nS: 250 ok\n");
    }
    script += "C: DATA\nS: 354 go\nDATA\nS: 250 taken\nC: QUIT\nS: 221 bye";
    let mut fake = Fake::start(&[&script]);
    let (outcomes, _) = send(config(), &hop(fake.address), &parcel(&addresses)).await;
    assert!(
        outcomes
            .iter()
            .all(|one| one == "delivered 250 2.0.0 taken")
    );
    fake.followed().await;
}

#[tokio::test]
async fn no_message_where_nobody_is_left() {
    let script = format!(
        "{PLAIN}
        C: RCPT TO:<a@x.vn>
        S: 550 5.1.1 no
        C: RCPT TO:<b@x.vn>
        S: 450 4.2.1 later
        C: RSET
        S: 250 ok
        C: MAIL FROM:<an@tinh.example>
        S: 250 ok
        C: RCPT TO:<c@x.vn>
        S: 250 ok
        C: DATA
        S: 354 go on
        DATA
        S: 250 taken
        C: MAIL FROM:<an@tinh.example>
        S: 250 ok
        C: RCPT TO:<d@x.vn>
        S: 552 5.5.3 too many
        C: RCPT TO:<e@x.vn>
        S: 552 5.2.2 mailbox full
        C: QUIT
        S: 221 bye"
    );
    let mut fake = Fake::start(&[&script]);
    let mut connection = connect(config(), &hop(fake.address))
        .await
        .expect("connects");
    let first = connection.send(&parcel(&["a@x.vn", "b@x.vn"])).await;
    assert_eq!(
        told(&first),
        ["failed 550 5.1.1 no", "deferred 450 4.2.1 later"]
    );
    assert!(connection.is_usable());
    let second = connection.send(&parcel(&["c@x.vn"])).await;
    assert_eq!(told(&second), ["delivered 250 2.0.0 taken"]);
    // RFC 5321 §4.5.3.1.10, but for what its status tells of the mailbox.
    let third = connection.send(&parcel(&["d@x.vn", "e@x.vn"])).await;
    assert_eq!(
        told(&third),
        [
            "deferred 452 4.5.3 too many",
            "failed 552 5.2.2 mailbox full"
        ]
    );
    connection.quit().await;
    fake.followed().await;
}

#[tokio::test]
async fn parameters() {
    let mut fake = Fake::start(&["
        S: 220 mx
        C: EHLO mx.tinh.example
        S: 250-mx
        S: 250-SIZE 1000
        S: 250-8BITMIME
        S: 250-SMTPUTF8
        S: 250 DSN
        C: MAIL FROM:<> SIZE=37 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=Q1
        S: 250 ok
        C: RCPT TO:<thủ@x.vn> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a@x.vn
        S: 250 ok
        C: RCPT TO:<b@x.vn>
        S: 250 ok
        C: DATA
        S: 354 go on
        DATA
        S: 250 taken
        C: QUIT
        S: 221 bye"]);
    let mut parcel = parcel(&["thủ@x.vn", "b@x.vn"]);
    parcel.sender = String::new();
    parcel.ret = Some(Return::Headers);
    parcel.envelope_id = Some("Q1".into());
    parcel.utf8 = true;
    parcel.eight_bit = true;
    parcel.recipients[0].notify = Some(Notify {
        success: true,
        delay: true,
        ..Notify::default()
    });
    parcel.recipients[0].original = Some("rfc822;a@x.vn".into());
    let (outcomes, _) = send(config(), &hop(fake.address), &parcel).await;
    let expected = [
        "delivered, DSN 250 2.0.0 taken",
        "delivered 250 2.0.0 taken",
    ];
    assert_eq!(outcomes, expected);
    fake.followed().await;
}

#[tokio::test]
async fn what_cannot_go_to_this_server_fails_here() {
    let mut fake = Fake::start(&["
        S: 220 mx
        C: EHLO mx.tinh.example
        S: 250-mx
        S: 250 SIZE 10
        C: QUIT
        S: 221 bye"]);
    let mut connection = connect(config(), &hop(fake.address))
        .await
        .expect("connects");
    let mut parcel = parcel(&["a@x.vn", "b@x.vn"]);
    let large = told(&connection.send(&parcel).await);
    assert!(
        large.iter().all(|one| one.starts_with("failed 552 5.3.4")),
        "{large:?}"
    );
    parcel.utf8 = true;
    let marked = told(&connection.send(&parcel).await);
    assert!(
        marked.iter().all(|one| one.starts_with("failed 550 5.6.7")),
        "{marked:?}"
    );
    connection.quit().await;
    fake.followed().await;
}

#[tokio::test]
async fn one_bad_address_is_no_matter_for_the_others() {
    let script =
        format!("{PLAIN}\nC: RCPT TO:<b@x.vn>\nS: 250 ok\nC: DATA\nS: 354 go\nDATA\nS: 250 taken");
    let mut fake = Fake::start(&[&script]);
    let parcel = parcel(&["a@x.vn>\r\nDATA", "b@x.vn"]);
    let (outcomes, _) = send(config(), &hop(fake.address), &parcel).await;
    assert!(outcomes[0].starts_with("failed 553 5.1.3"), "{outcomes:?}");
    assert_eq!(outcomes[1], "delivered 250 2.0.0 taken");
    fake.followed().await;
}

#[tokio::test]
async fn helo_where_ehlo_is_not_known() {
    let mut fake = Fake::start(&["
        S: 220 old
        C: EHLO mx.tinh.example
        S: 502 what
        C: HELO mx.tinh.example
        S: 250 old
        C: MAIL FROM:<an@tinh.example>
        S: 250 ok
        C: RCPT TO:<a@x.vn>
        S: 250 ok
        C: DATA
        S: 354 go on
        DATA
        S: 250 taken"]);
    let mut parcel = parcel(&["a@x.vn"]);
    parcel.eight_bit = true;
    let (outcomes, _) = send(config(), &hop(fake.address), &parcel).await;
    assert_eq!(outcomes, ["delivered 250 2.0.0 taken"]);
    assert_eq!(fake.followed().await, [STUFFED]);
}

#[tokio::test]
async fn refusals_before_a_message() {
    let ehlo = "C: EHLO mx.tinh.example";
    for (script, expected) in [
        ("S: 554 5.7.1 not you".into(), "554 5.7.1 not you for good"),
        ("S: 421 4.3.2 later".into(), "421 4.3.2 later"),
        (
            "S: 220-a\nS: 220-b\nS: 220 c\nC: EHLO mx.tinh.example\nS: 450 4.7.1 grey".into(),
            "450 4.7.1 grey",
        ),
        (
            format!("S: 220 x\n{ehlo}\nS: 550 no\nC: HELO mx.tinh.example\nS: 550 5.7.1 go away"),
            "550 5.7.1 go away for good",
        ),
        (
            format!("S: 220 x\n{ehlo}\nS: 554 5.7.0 no"),
            "554 5.7.0 no for good",
        ),
        (
            "S: 250 odd".into(),
            "421 4.5.0 the server answered 250 out of place (greeting)",
        ),
        (
            format!("S: 220 x\n{ehlo}\nS: 334 odd"),
            "421 4.5.0 the server answered 334 out of place (EHLO)",
        ),
    ] {
        let mut fake = Fake::start(&[&script]);
        assert_eq!(
            refused(config(), &hop(fake.address)).await,
            expected,
            "{script}"
        );
        fake.followed().await;
    }
}

#[tokio::test]
async fn nobody_listens() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("bound");
    drop(listener);
    let found = refused(config(), &hop(address)).await;
    assert!(
        found.starts_with(&format!("421 4.4.1 cannot connect to {address}")),
        "{found}"
    );
}

#[tokio::test]
async fn the_source_address_is_chosen() {
    let mut fake = Fake::start(&["S: 220 x\nC: EHLO mx.tinh.example\nS: 250 x\nC: QUIT"]);
    let mut from = config();
    from.source_v4 = Some([127, 0, 0, 9].into());
    let connection = connect(from, &hop(fake.address)).await.expect("connects");
    connection.quit().await;
    fake.followed().await;
    let mut from = config();
    from.source_v4 = Some([192, 0, 2, 1].into());
    let found = refused(from, &hop(fake.address)).await;
    assert!(found.starts_with("421 4.4.1"), "{found}");
}

#[tokio::test]
async fn a_closed_server_is_seen() {
    let mut fake = Fake::start(&["
        S: 220 x
        C: EHLO mx.tinh.example
        S: 250 x
        S: 421 4.4.2 idle"]);
    let mut clear = hop(fake.address);
    clear.tls = Tls::Never;
    let connection = connect(config(), &clear).await.expect("connects");
    fake.followed().await;
    for _ in 0..100 {
        if !connection.is_usable() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("it is taken for usable");
}
