//! ESEARCH (RFC 4731): the RFC's examples on a mailbox made for them.

use crate::support::{Client, World, message};

/// Eleven messages: 2, 10 and 11 are what the first examples look for; 1 to 3 are seen.
async fn mailbox(client: &mut Client) {
    for n in 1..=11 {
        let flags = match n {
            1 => "(\\Seen)",
            2 | 3 => "(\\Flagged \\Seen)",
            10 | 11 => "(\\Flagged \\Deleted)",
            _ => "()",
        };
        let from = if n == 3 { "Smith" } else { "Nguyen" };
        let text = format!("From: {from} <a@b.vn>\r\nSubject: s{n}\r\n\r\nx\r\n");
        let date = "\"01-Mar-1994 10:00:00 +0700\"";
        client
            .append("INBOX", &format!("{flags} {date} "), text.as_bytes())
            .await;
    }
    client.ok("SELECT INBOX").await;
}

#[tokio::test]
async fn examples_of_the_rfc() {
    let world = World::new().await;
    let mut client = world.client().await;
    mailbox(&mut client).await;
    client
        .check(
            r#"C: A282 SEARCH RETURN (MIN COUNT) FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith"
            S: * ESEARCH (TAG "A282") MIN 2 COUNT 3
            S: A282 OK SEARCH completed
            C: A283 SEARCH RETURN () FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith"
            S: * ESEARCH (TAG "A283") ALL 2,10:11
            S: A283 OK SEARCH completed
            C: A284 SEARCH RETURN (MIN) UNSEEN
            S: * ESEARCH (TAG "A284") MIN 4
            S: A284 OK SEARCH completed
            C: A285 UID SEARCH RETURN (MIN MAX) 1:5000
            S: * ESEARCH (TAG "A285") UID MIN 1 MAX 11
            S: A285 OK SEARCH completed
            C: A286 SEARCH RETURN (COUNT) DELETED
            S: * ESEARCH (TAG "A286") COUNT 2
            S: A286 OK SEARCH completed
            C: A287 SEARCH RETURN (MIN MAX ALL COUNT) DRAFT
            S: * ESEARCH (TAG "A287") COUNT 0
            S: A287 OK SEARCH completed
            C: A288 SEARCH RETURN (MIN MAX ALL) DRAFT
            S: * ESEARCH (TAG "A288")
            S: A288 OK SEARCH completed"#,
        )
        .await;
}

#[tokio::test]
async fn the_mod_sequence_is_of_what_is_returned() {
    let world = World::new().await;
    let mut client = world.client().await;
    for name in ["a", "b", "c", "d"] {
        client.append("INBOX", "", &message(name)).await;
    }
    // Mod-sequences now: 6, 8, 7, 5.
    client.ok("SELECT INBOX").await;
    client.ok("STORE 1 +FLAGS.SILENT (\\Draft)").await;
    client.ok("STORE 3 +FLAGS.SILENT (\\Draft)").await;
    client.ok("STORE 2 +FLAGS.SILENT (\\Draft)").await;
    // RFC 4731 §3.2
    client
        .check(
            r#"C: a1 SEARCH RETURN (MIN) MODSEQ "/flags/\\draft" all 2
            S: * OK [HIGHESTMODSEQ 8] CONDSTORE is on
            S: * ESEARCH (TAG "a1") MIN 1 MODSEQ 6
            S: a1 OK SEARCH completed
            C: a2 SEARCH RETURN (MAX) MODSEQ "/flags/\\draft" all 2
            S: * ESEARCH (TAG "a2") MAX 4 MODSEQ 5
            S: a2 OK SEARCH completed
            C: a3 SEARCH RETURN (MIN MAX) MODSEQ "/flags/\\draft" all 2
            S: * ESEARCH (TAG "a3") MIN 1 MAX 4 MODSEQ 6
            S: a3 OK SEARCH completed
            C: a4 SEARCH RETURN (MIN COUNT) MODSEQ "/flags/\\draft" all 2
            S: * ESEARCH (TAG "a4") MIN 1 COUNT 4 MODSEQ 8
            S: a4 OK SEARCH completed
            C: a5 UID SEARCH RETURN (PARTIAL 3:4) MODSEQ 2
            S: * ESEARCH (TAG "a5") UID PARTIAL (3:4 3:4) MODSEQ 7
            S: a5 OK SEARCH completed
            C: a6 SEARCH RETURN (ALL) MODSEQ 100
            S: * ESEARCH (TAG "a6")
            S: a6 OK SEARCH completed
            C: a7 SORT (REVERSE ARRIVAL) UTF-8 MODSEQ 6
            S: * SORT …
            S: a7 OK SORT completed"#,
        )
        .await;
    let lines = client.ok("SORT (SUBJECT) UTF-8 MODSEQ 6").await;
    assert_eq!(lines, ["* SORT 1 2 3 (MODSEQ 8)"]);
}
