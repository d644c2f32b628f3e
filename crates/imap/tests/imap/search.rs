use crate::support::World;

#[tokio::test]
async fn matrix() {
    let world = World::new().await;
    let mut client = world.client().await;
    let one = "From: =?utf-8?B?xJDhu6ljIMSQ4bq3bmc=?= <duc@sonla.gov.vn>\r\nTo: An <an@sonla.gov.vn>\r\n\
        Subject: =?utf-8?B?UXV54bq/dCDEkeG7i25o?=\r\nDate: Mon, 2 Nov 2026 23:30:00 +0700\r\nMessage-ID: <one@x>\r\n\
        X-Kind: urgent\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\
        VOG7iW5oIFPGoW4gTGE=\r\n";
    let two = "From: Binh <binh@dienbien.gov.vn>\r\nTo: an@sonla.gov.vn\r\nCc: chi@sonla.gov.vn\r\nBcc: secret@x.vn\r\n\
        Subject: Report\r\nDate: Sun, 1 Nov 2026 08:00:00 -0500\r\nMessage-ID: <two@x>\r\nIn-Reply-To: <one@x>\r\n\r\nplain words\r\n";
    client
        .append(
            "INBOX",
            "(\\Seen $Important) \"02-Nov-2026 10:00:00 +0700\" ",
            one.as_bytes(),
        )
        .await;
    client
        .append(
            "INBOX",
            "(\\Flagged) \"05-Nov-2026 01:00:00 +0700\" ",
            two.as_bytes(),
        )
        .await;
    client
        .append(
            "INBOX",
            "(\\Deleted \\Answered \\Draft) ",
            b"no header at all",
        )
        .await;
    client.ok("SELECT INBOX").await;
    for (keys, found) in [
        ("ALL", "1 2 3"),
        ("2:*", "2 3"),
        ("1:99", "1 2 3"),
        ("UID 2", "2"),
        ("NOT 2", "1 3"),
        ("SEEN", "1"),
        ("UNSEEN", "2 3"),
        ("FLAGGED", "2"),
        ("UNFLAGGED", "1 3"),
        ("DELETED", "3"),
        ("UNDELETED", "1 2"),
        ("ANSWERED", "3"),
        ("DRAFT UNSEEN", "3"),
        ("KEYWORD $important", "1"),
        ("UNKEYWORD $Important", "2 3"),
        ("KEYWORD $Unknown", ""),
        ("UNKEYWORD $Unknown", "1 2 3"),
        ("RECENT", "1 2 3"),
        ("NEW", "2 3"),
        ("OLD", ""),
        ("BEFORE 5-Nov-2026", "1"),
        ("ON 5-Nov-2026", "2"),
        ("SINCE 5-Nov-2026", "2 3"),
        ("SENTON 2-Nov-2026", "1"),
        ("SENTON 1-Nov-2026", "2"),
        ("SENTBEFORE 2-Nov-2026", "2"),
        ("SENTSINCE 2-Nov-2026", "1"),
        ("FROM duc", "1"),
        ("FROM \"dang\"", "1"),
        ("FROM dienbien.gov.vn", "2"),
        ("TO an@sonla.gov.vn", "1 2"),
        ("CC chi", "2"),
        ("BCC secret", "2"),
        ("SUBJECT \"quyet dinh\"", "1"),
        ("CHARSET UTF-8 SUBJECT {15+}\r\nquyết định", "1"),
        ("CHARSET UTF-8 SUBJECT {15+}\r\nquyệt định", ""),
        ("NOT DELETED", "1 2"),
        ("NOT NOT DELETED", "3"),
        ("UNDELETED UNDRAFT UNANSWERED", "1 2"),
        ("OR ANSWERED SEEN", "1 3"),
        ("OR UNANSWERED UNSEEN", "1 2 3"),
        ("NOT (UNANSWERED SEEN)", "2 3"),
        ("NOT (OR UID 1 DRAFT)", "2"),
        ("SINCE 2-Nov-2026 BEFORE 5-Nov-2026", "1"),
        ("NOT ON 5-Nov-2026 UNDELETED", "1"),
        ("OR BEFORE 5-Nov-2026 (DELETED SUBJECT nothing)", "1"),
        ("UNSEEN NOT FLAGGED OLD", ""),
        ("SUBJECT report", "2"),
        ("HEADER Message-ID <two@x>", "2"),
        ("HEADER In-Reply-To \"\"", "2"),
        ("HEADER X-Kind \"\"", "1"),
        ("HEADER x-kind URGENT", "1"),
        ("HEADER X-Kind later", ""),
        ("BODY \"tinh son la\"", "1"),
        ("BODY Report", ""),
        ("TEXT report", "2"),
        ("TEXT words", "2"),
        ("BODY header", ""),
        ("LARGER 100", "1 2"),
        ("SMALLER 100", "3"),
        ("YOUNGER 1000", "3"),
        ("OLDER 1000", "1 2"),
        ("OR SEEN FLAGGED", "1 2"),
        ("OR SUBJECT report TEXT son", "1 2"),
        ("NOT (OR SEEN FLAGGED)", "3"),
        ("NOT TEXT words", "1 3"),
        ("OR (UNSEEN FLAGGED) (BODY son)", "1 2"),
        ("UNSEEN BODY words", "2"),
    ] {
        let lines = client.ok(&format!("SEARCH {keys}")).await;
        let expected = format!("* SEARCH {found}");
        assert_eq!(lines, [expected.trim_end()], "{keys}");
    }
    client
        .check(
            r#"C: a SEARCH CHARSET KOI8-R SUBJECT x
            S: a NO [BADCHARSET (US-ASCII UTF-8)] charset not supported
            C: b UID SEARCH RETURN () UNSEEN
            S: * ESEARCH (TAG "b") UID ALL 2:3
            S: b OK SEARCH completed
            C: c SEARCH RETURN (MIN COUNT) FROM nobody
            S: * ESEARCH (TAG "c") COUNT 0
            S: c OK SEARCH completed"#,
        )
        .await;
}
