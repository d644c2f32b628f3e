use congvu_store::mailbox;

use crate::support::{World, message};

#[tokio::test]
async fn append_with_flags_and_date() {
    let world = World::new().await;
    let mut client = world.selected("INBOX").await;
    client
        .check(
            r#"C: a APPEND INBOX (\Seen $Forwarded) "17-Jul-2026 02:44:25 +0700" {32}
            S: + OK
            C: Subject: a
            C:
            C: first message text
            S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded)
            S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded \*)] …
            S: * 1 EXISTS
            S: * 1 RECENT
            S: a OK [APPENDUID … 1] APPEND completed
            C: b FETCH 1 (FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])
            S: * 1 FETCH (FLAGS (\Seen $Forwarded \Recent) INTERNALDATE "17-Jul-2026 02:44:25 +0700" RFC822.SIZE 32 BODY[] {32}
            S: Subject: a
            S:
            S: first message text)
            S: b OK FETCH completed"#,
        )
        .await;
}

#[tokio::test]
async fn a_day_of_one_digit_is_taken_without_its_space() {
    let world = World::new().await;
    let mut client = world.selected("INBOX").await;
    for date in [" 7-Jul-2026", "7-Jul-2026", "07-Jul-2026"] {
        let date = format!("\"{date} 02:44:25 +0700\" ");
        let done = client.append("INBOX", &date, b"\r\nx").await;
        assert!(done.starts_with("= OK"), "{date}: {done}");
    }
    assert_eq!(
        client.ok("FETCH 1:3 INTERNALDATE").await,
        [1, 2, 3].map(|n| format!("* {n} FETCH (INTERNALDATE \" 7-Jul-2026 02:44:25 +0700\")"))
    );
}

#[tokio::test]
async fn refusals() {
    let world = World::new().await;
    let mut client = world.client().await;
    client
        .check(
            r"C: a APPEND nowhere {5}
            S: a NO [TRYCREATE] No such mailbox
            C: b APPEND nowhere {5+}
            C: 12345
            S: b NO [TRYCREATE] No such mailbox
            C: c APPEND INBOX {99000000}
            S: c NO [TOOBIG] The message is too big
            C: d APPEND INBOX {3+}
            C: abcd
            S: d BAD Expected the end of the command
            C: e APPEND INBOX (\Nonsense) {3+}
            C: abc
            S: e BAD …
            C: f NOOP
            S: f OK NOOP completed",
        )
        .await;
    client.send("g APPEND INBOX {5+}\r\nab\0cd\r\n").await;
    client.check("S: g BAD A literal may not hold NUL").await;
    let id = world.mailbox;
    let set = world.store.write(move |tx| mailbox::set_quota(tx, id, 100));
    set.await.unwrap();
    let full = client.append("INBOX", "", &message("big")).await;
    assert_eq!(full, "= NO [OVERQUOTA] The mailbox is full");
    assert_eq!(
        client.ok("STATUS INBOX (MESSAGES)").await,
        ["* STATUS \"INBOX\" (MESSAGES 0)"]
    );
    client.append("INBOX", "", b"Subject: a\r\n\r\n").await;
    client.ok("GETQUOTA \"\"").await;
}

#[tokio::test]
async fn too_many_keywords() {
    let world = World::new().await;
    let mut client = world.client().await;
    let many: Vec<String> = (0..58).map(|n| format!("k{n}")).collect();
    let done = client
        .append("INBOX", &format!("({}) ", many.join(" ")), b"\r\nx")
        .await;
    assert!(done.starts_with("= OK"), "{done}");
    let done = client.append("INBOX", "(one-more) ", b"\r\nx").await;
    assert_eq!(done, "= NO [LIMIT] Too many different keywords");
    let told = client.ok("SELECT INBOX").await;
    assert!(
        told.iter()
            .any(|line| line.contains("k57)] Flags permitted"))
    );
}
