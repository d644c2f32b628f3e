//! METADATA (RFC 5464).

use congvu_store::{StoreError, metadata};

use crate::support::World;

/// RFC 5464 §4.2 and §4.3, the examples.
#[tokio::test]
async fn entries_are_set_and_read() {
    let mut world = World::new().await;
    world.config.admin = Some("mailto:quantri@sonla.gov.vn".to_owned());
    let mut client = world.client().await;
    client
        .check(
            r#"C: a SETMETADATA INBOX (/private/comment {33}
            S: + OK
            C: My new comment across
            C: two lines.)
            S: a OK SETMETADATA completed
            C: d GETMETADATA "INBOX" /private/comment
            S: * METADATA "INBOX" (/private/comment {33}
            S: My new comment across
            S: two lines.)
            S: d OK GETMETADATA completed
            C: e SETMETADATA INBOX (/private/comment NIL)
            S: e OK SETMETADATA completed
            C: f GETMETADATA INBOX /private/comment
            S: * METADATA "INBOX" (/private/comment NIL)
            S: f OK GETMETADATA completed
            C: g SETMETADATA INBOX (/private/comment "My own comment" /shared/comment "Its sunny outside!")
            S: g OK SETMETADATA completed
            C: h GETMETADATA "INBOX" (/shared/comment /private/comment)
            S: * METADATA "INBOX" (/private/comment "My own comment" /shared/comment "Its sunny outside!")
            S: h OK GETMETADATA completed
            C: i GETMETADATA "INBOX" /private/comment /shared/comment
            S: * METADATA "INBOX" (/private/comment "My own comment" /shared/comment "Its sunny outside!")
            S: i OK GETMETADATA completed
            C: j GETMETADATA "" (/shared/admin /shared/comment)
            S: * METADATA "" (/shared/admin "mailto:quantri@sonla.gov.vn" /shared/comment NIL)
            S: j OK GETMETADATA completed
            C: k SETMETADATA "" (/shared/comment "mine")
            S: k NO [NOPERM] …
            C: l SETMETADATA "" (/private/vendor/x "mine")
            S: l OK SETMETADATA completed
            C: m GETMETADATA (DEPTH infinity) "" (/private /shared)
            S: * METADATA "" (/private/vendor/x "mine" /shared/admin "mailto:quantri@sonla.gov.vn")
            S: m OK GETMETADATA completed
            C: n GETMETADATA nowhere /private/comment
            S: n NO [NONEXISTENT] No such mailbox
            C: o SETMETADATA nowhere (/private/comment "x")
            S: o NO [NONEXISTENT] No such mailbox"#,
        )
        .await;
}

/// RFC 5464 §4.2.1 and §4.2.2, the examples.
#[tokio::test]
async fn size_and_depth() {
    let world = World::new().await;
    let mut client = world.client().await;
    let long = "x".repeat(2199);
    client
        .ok(&format!(
            "SETMETADATA INBOX (/shared/comment \"{long}\" /private/comment \"My own comment\")"
        ))
        .await;
    client
        .check(
            r#"C: a GETMETADATA "INBOX" (MAXSIZE 1024) (/shared/comment /private/comment)
            S: * METADATA "INBOX" (/private/comment "My own comment")
            S: a OK [METADATA LONGENTRIES 2199] GETMETADATA completed
            C: b GETMETADATA "INBOX" (MAXSIZE 2199) /private/comment
            S: * METADATA "INBOX" (/private/comment "My own comment")
            S: b OK GETMETADATA completed
            C: c SETMETADATA INBOX (/private/filters/values/small "SMALLER 5000" /private/filters/values/boss "FROM \"boss@example.com\"" /private/filters/values/small/er "x" /private/filters/valuesx "no")
            S: c OK SETMETADATA completed
            C: d GETMETADATA "INBOX" (DEPTH 1) (/private/filters/values)
            S: * METADATA "INBOX" (/private/filters/values/boss "FROM \"boss@example.com\"" /private/filters/values/small "SMALLER 5000")
            S: d OK GETMETADATA completed
            C: e GETMETADATA (DEPTH infinity) INBOX /private/filters/values
            S: * METADATA "INBOX" (/private/filters/values/boss "…" /private/filters/values/small "SMALLER 5000" /private/filters/values/small/er "x")
            S: e OK GETMETADATA completed
            C: f GETMETADATA INBOX (DEPTH 1) /private/nothing
            S: f OK GETMETADATA completed
            C: g SETMETADATA INBOX (/private/nul ~{3+}"#,
        )
        .await;
    client
        .send(b"a\0b)\r\nh GETMETADATA INBOX /private/nul\r\n")
        .await;
    client
        .check("S: g OK SETMETADATA completed\nS: * METADATA \"INBOX\" (/private/nul ~{3}")
        .await;
    assert_eq!(client.octets(3).await, b"a\0b");
    client.check("S: )\nS: h OK GETMETADATA completed").await;
}

/// RFC 5464 §4.3: what is too long or too many changes nothing at all.
#[tokio::test]
async fn bounds() {
    let world = World::new().await;
    let mut client = world.client().await;
    let long = "x".repeat((64 << 10) + 1);
    let answer = client
        .command(&format!(
            "SETMETADATA INBOX (/shared/a \"y\" /shared/b {{{}+}}\r\n{long})",
            long.len()
        ))
        .await;
    assert_eq!(
        answer,
        ["= NO [METADATA MAXSIZE 65536] A value is too long"]
    );
    let many = |from: usize, to: usize| {
        let entries: Vec<String> = (from..to).map(|n| format!("/shared/n{n} \"v\"")).collect();
        format!("SETMETADATA INBOX ({})", entries.join(" "))
    };
    client.ok(&many(0, 50)).await;
    client.ok(&many(50, 99)).await;
    let answer = client.command(&many(99, 101)).await;
    assert_eq!(answer, ["= NO [METADATA TOOMANY] Too many annotations"]);
    assert_eq!(
        client
            .ok("GETMETADATA INBOX (/shared/a /shared/n98 /shared/n99)")
            .await,
        ["* METADATA \"INBOX\" (/shared/a NIL /shared/n98 \"v\" /shared/n99 NIL)"]
    );
    client.ok("SETMETADATA INBOX (/shared/n0 NIL)").await;
    client.ok(&many(99, 101)).await;
    // One value after another, until the mailbox as a whole is full.
    let value = "z".repeat(64 << 10);
    let mut full = false;
    for n in 0..70 {
        let folder = format!("f{n}");
        client.ok(&format!("CREATE {folder}")).await;
        let set = format!(
            "SETMETADATA {folder} (/shared/v {{{}+}}\r\n{value})",
            value.len()
        );
        let answer = client.command(&set).await;
        full |= answer == ["= NO [METADATA TOOMANY] Too many annotations"];
    }
    assert!(full);
}

/// RFC 5464 §4.1: annotations follow a mailbox and go with it.
#[tokio::test]
async fn they_follow_their_mailbox() {
    let world = World::new().await;
    let mut client = world.client().await;
    client
        .check(
            r#"C: a CREATE x/y
            S: a OK [MAILBOXID (F…)] CREATE completed
            C: b SETMETADATA x/y (/shared/comment "of y")
            S: b OK SETMETADATA completed
            C: c RENAME x z
            S: c OK RENAME completed
            C: d GETMETADATA z/y /shared/comment
            S: * METADATA "z/y" (/shared/comment "of y")
            S: d OK GETMETADATA completed
            C: e DELETE z/y
            S: e OK DELETE completed
            C: f CREATE z/y
            S: f OK [MAILBOXID (F…)] CREATE completed
            C: g GETMETADATA z/y /shared/comment
            S: * METADATA "z/y" (/shared/comment NIL)
            S: g OK GETMETADATA completed
            C: h SETMETADATA INBOX (/private/comment "old")
            S: h OK SETMETADATA completed
            C: i RENAME INBOX old
            S: i OK RENAME completed
            C: j GETMETADATA old /private/comment
            S: * METADATA "old" (/private/comment "old")
            S: j OK GETMETADATA completed
            C: k GETMETADATA INBOX /private/comment
            S: * METADATA "INBOX" (/private/comment "old")
            S: k OK GETMETADATA completed"#,
        )
        .await;
    let id = world.mailbox;
    let left = world.store.read(move |tx| metadata::usage(tx, id, None));
    let left: Result<_, StoreError> = left.await;
    assert_eq!(
        left.unwrap().bytes,
        2 * ("/private/comment".len() + 3) as u64
    );
}
