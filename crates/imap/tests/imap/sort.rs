//! SORT (RFC 5256), its return options (RFC 5267) and displayed names (RFC 5957).

use crate::support::{Client, World};

/// Appends a message with these header fields, received on this day of October 2026.
async fn append(client: &mut Client, day: u32, header: &str) {
    let header = header.replace('\n', "\r\n");
    let text = format!("{header}\r\n\r\nx\r\n");
    let date = format!("\"{day:02}-Oct-2026 10:00:00 +0700\" ");
    let done = client.append("INBOX", &date, text.as_bytes()).await;
    assert!(done.starts_with("= OK"), "{done}");
}

#[tokio::test]
async fn examples_of_the_rfcs() {
    let world = World::new().await;
    let mut client = world.client().await;
    for (subject, date) in [
        ("Re: gamma", "Sun, 4 Oct 2026 09:00:00 +0700"),
        ("Gamma", "Sun, 4 Oct 2026 01:30:00 +0000"),
        ("[list] Re: beta (fwd)", "Sat, 3 Oct 2026 23:59:00 -0700"),
        ("BETA", "Sun, 4 Oct 2026 03:00:00 +0700"),
        ("[Fwd: Alpha]", "Thu, 1 Oct 2026 03:00:00 +0700"),
    ] {
        append(&mut client, 5, &format!("Subject: {subject}\nDate: {date}")).await;
    }
    client.ok("SELECT INBOX").await;
    client
        .check(
            r#"C: A282 SORT (SUBJECT) UTF-8 SINCE 1-Feb-1994
            S: * SORT 5 3 4 1 2
            S: A282 OK SORT completed
            C: A283 SORT (SUBJECT REVERSE DATE) UTF-8 ALL
            S: * SORT 5 3 4 1 2
            S: A283 OK SORT completed
            C: A284 SORT (SUBJECT) US-ASCII TEXT "not in mailbox"
            S: * SORT
            S: A284 OK SORT completed
            C: A285 SORT (SUBJECT DATE) UTF-8 ALL
            S: * SORT 5 4 3 2 1
            S: A285 OK SORT completed
            C: A286 UID SORT (REVERSE SUBJECT) UTF-8 2:4
            S: * SORT 2 3 4
            S: A286 OK SORT completed
            C: A287 SORT (DATE) KOI8-R ALL
            S: A287 NO [BADCHARSET (US-ASCII UTF-8)] charset not supported
            C: E01 UID SORT RETURN () (REVERSE DATE) UTF-8 UNDELETED UNKEYWORD $Junk
            S: * ESEARCH (TAG "E01") UID ALL 3,1:2,4:5
            S: E01 OK SORT completed
            C: E02 SORT RETURN (MIN MAX COUNT) (REVERSE DATE) UTF-8 ALL
            S: * ESEARCH (TAG "E02") MIN 3 MAX 5 COUNT 5
            S: E02 OK SORT completed
            C: E03 SORT RETURN (PARTIAL -2:-1) (REVERSE DATE) UTF-8 ALL
            S: * ESEARCH (TAG "E03") PARTIAL (-2:-1 4:5)
            S: E03 OK SORT completed
            C: E04 SORT RETURN (PARTIAL 1:2 COUNT) (DATE) UTF-8 ALL
            S: * ESEARCH (TAG "E04") PARTIAL (1:2 5,4) COUNT 5
            S: E04 OK SORT completed"#,
        )
        .await;
}

#[tokio::test]
async fn every_key() {
    let world = World::new().await;
    let mut client = world.client().await;
    append(
        &mut client,
        3,
        "From: =?utf-8?B?xJDhu6lj?= <zeta@a.vn>\nTo: b@x.vn\nCc: c3@x.vn\nSubject: =?utf-8?Q?=C4=90=C6=B0=E1=BB=9Dng?=",
    )
    .await;
    append(
        &mut client,
        1,
        "From: alpha@a.vn\nTo: Nhóm: a@x.vn, z@x.vn;\nSubject: an\nDate: Fri, 2 Oct 2026 11:00:00 +0700",
    )
    .await;
    append(
        &mut client,
        2,
        "From: Beta <Mid@a.vn>\nCc: c1@x.vn, c0@x.vn\nSubject: Ấn\nX-Pad: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy",
    )
    .await;
    append(&mut client, 4, "To: B@x.vn\nSubject: zoo").await;
    client.ok("SELECT INBOX").await;
    for (criteria, found) in [
        ("ARRIVAL", "2 3 1 4"),
        ("REVERSE ARRIVAL", "4 1 3 2"),
        // The second has a Date field, a day after it came; the others go by when they came.
        ("DATE", "3 2 1 4"),
        ("SIZE", "4 2 1 3"),
        // Nothing, then alpha, Mid, zeta.
        ("FROM", "4 2 3 1"),
        // Nothing comes before b and B, which are the same; a group counts by its name.
        ("TO", "3 1 4 2"),
        ("CC", "2 4 3 1"),
        ("REVERSE CC", "1 3 2 4"),
        // Letters with marks after those without, đ after z.
        ("SUBJECT", "2 3 4 1"),
        ("REVERSE SUBJECT", "1 4 3 2"),
        ("DISPLAYFROM", "4 2 3 1"),
        ("DISPLAYTO", "3 1 4 2"),
        ("CC REVERSE SIZE", "2 4 3 1"),
    ] {
        let lines = client.ok(&format!("SORT ({criteria}) UTF-8 ALL")).await;
        let sizes = client.ok("FETCH 1:* RFC822.SIZE").await;
        assert_eq!(lines, [format!("* SORT {found}")], "{criteria} {sizes:?}");
    }
}
