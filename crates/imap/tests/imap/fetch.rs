use congvu_store::activity::{self, Kind};
use congvu_store::entry::{self, NewEntry, Want};
use congvu_store::folder;

use crate::support::{World, message};

const NESTED: &str = "From: a@b.vn\r\nSubject: nested\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=x\r\n\r\npreamble\r\n\
    --x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nplain text\r\n\
    --x\r\nContent-Type: message/rfc822\r\n\r\n\
    From: c@d.vn\r\nSubject: inner\r\nContent-Type: multipart/alternative; boundary=y\r\n\r\n\
    --y\r\n\r\ninner plain\r\n--y\r\nContent-Type: text/html\r\n\r\n<p>inner</p>\r\n--y--\r\n\
    --x\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--x--\r\n";

#[tokio::test]
async fn sections_of_a_nested_message() {
    let world = World::new().await;
    let mut client = world.client().await;
    client.append("INBOX", "", NESTED.as_bytes()).await;
    client.ok("SELECT INBOX").await;
    for (section, expected) in [
        ("1", "plain text"),
        ("1.MIME", "Content-Type: text/plain; charset=utf-8\r\n\r\n"),
        ("2.HEADER.FIELDS (Subject X-None)", "Subject: inner\r\n\r\n"),
        (
            "2.HEADER.FIELDS.NOT (Subject Content-Type)",
            "From: c@d.vn\r\n\r\n",
        ),
        ("2.1", "inner plain"),
        ("2.2", "<p>inner</p>"),
        ("2.2.MIME", "Content-Type: text/html\r\n\r\n"),
        ("3", "AAAA"),
        ("HEADER.FIELDS (subject)", "Subject: nested\r\n\r\n"),
    ] {
        let item = format!("FETCH 1 BODY.PEEK[{section}]");
        let lines = client.ok(&item).await.join("\r\n");
        let expected = format!(
            "* 1 FETCH (BODY[{section}] {{{}}}\r\n{expected})",
            expected.len()
        );
        assert_eq!(lines, expected, "{section}");
    }
    for missing in ["4", "1.1", "2.3", "1.HEADER", "3.TEXT", "2.2.9"] {
        let lines = client.ok(&format!("FETCH 1 BODY.PEEK[{missing}]")).await;
        assert_eq!(lines, [format!("* 1 FETCH (BODY[{missing}] NIL)")]);
    }
    let inner = client.ok("FETCH 1 BODY.PEEK[2.TEXT]").await.join("\r\n");
    assert!(inner.contains("--y\r\n\r\ninner plain\r\n--y"), "{inner}");
    let whole = client.ok("FETCH 1 BODY.PEEK[]").await.join("\r\n");
    assert_eq!(
        whole,
        format!("* 1 FETCH (BODY[] {{{}}}\r\n{NESTED})", NESTED.len())
    );
    for (partial, value) in [
        ("<0.4>", "{4}\r\nFrom"),
        ("<6.6>", "{6}\r\na@b.vn"),
        ("<99999.5>", "\"\""),
    ] {
        let line = client
            .ok(&format!("FETCH 1 BODY.PEEK[]{partial}"))
            .await
            .join("\r\n");
        let origin = partial[1..].split('.').next().unwrap();
        assert_eq!(line, format!("* 1 FETCH (BODY[]<{origin}> {value})"));
    }
    let structure = client.ok("FETCH 1 (BODY BODYSTRUCTURE)").await.join("");
    assert!(
        structure.starts_with("* 1 FETCH (BODY ((\"text\" \"plain\""),
        "{structure}"
    );
    assert!(
        structure.contains("\"mixed\" (\"boundary\" \"x\")"),
        "{structure}"
    );
}

#[tokio::test]
async fn seen_is_set_by_reading() {
    let world = World::new().await;
    let mut client = world.client().await;
    for name in ["a", "b"] {
        client.append("INBOX", "", &message(name)).await;
    }
    client.ok("SELECT INBOX").await;
    client
        .check(
            r"C: a FETCH 1 (BODY.PEEK[TEXT] RFC822.HEADER)
            S: * 1 FETCH (BODY[TEXT] {11}
            S: Text of a
            S:  RFC822.HEADER {…}
            S: From: …
            S: To: …
            S: Subject: a
            S: Date: …
            S: Message-ID: …
            S:
            S: )
            S: a OK FETCH completed
            C: b FETCH 1 FLAGS
            S: * 1 FETCH (FLAGS (\Recent))
            S: b OK FETCH completed
            C: c UID FETCH 1 RFC822.TEXT
            S: * 1 FETCH (UID 1 RFC822.TEXT {11}
            S: Text of a
            S:  FLAGS (\Seen \Recent))
            S: c OK FETCH completed
            C: d FETCH 1 (FLAGS BODY[TEXT]<0.4>)
            S: * 1 FETCH (FLAGS (\Seen \Recent) BODY[TEXT]<0> {4}
            S: Text)
            S: d OK FETCH completed
            C: e EXAMINE INBOX
            S: * OK [CLOSED] …
            S: * FLAGS …
            S: * 2 EXISTS
            S: * 0 RECENT
            S: * OK [UNSEEN 2] …
            S: * OK …
            S: * OK …
            S: * OK …
            S: * OK …
            S: * OK …
            S: e OK [READ-ONLY] …
            C: f FETCH 2 BODY[TEXT]
            S: * 2 FETCH (BODY[TEXT] {11}
            S: Text of b
            S: )
            S: f OK FETCH completed
            C: g SEARCH UNSEEN
            S: * SEARCH 2
            S: g OK SEARCH completed",
        )
        .await;
    world.access.stop().await;
    let id = world.mailbox;
    let read = world
        .store
        .read(move |tx| activity::last(tx, id, Kind::Fetched));
    assert!(read.await.unwrap().is_some());
}

#[tokio::test]
async fn macros_envelopes_and_sets() {
    let world = World::new().await;
    let mut client = world.client().await;
    client.ok("SELECT INBOX").await;
    client.check("C: a FETCH 1:* FLAGS\nS: a OK FETCH completed\nC: b FETCH 1 FLAGS\nS: b BAD No such message number").await;
    for n in 1..=5 {
        client
            .append("INBOX", "(\\Seen) ", &message(&format!("m{n}")))
            .await;
    }
    let all = client.ok("FETCH 5 ALL").await.pop().unwrap();
    assert!(
        all.starts_with("* 5 FETCH (FLAGS (\\Seen \\Recent) INTERNALDATE \""),
        "{all}"
    );
    assert!(all.contains("ENVELOPE (\"Sun, 22 Nov 2026 09:00:00 +0700\" \"m5\" ((\"Nguyen Van An\" NIL \"an\" \"sonla.gov.vn\"))"), "{all}");
    assert_eq!(client.ok("FETCH 2,4:*,* UID").await.len(), 3);
    assert_eq!(
        client.ok("UID FETCH 900:* UID").await,
        ["* 5 FETCH (UID 5)"]
    );
    assert_eq!(client.ok("UID FETCH 900:901 UID").await.len(), 0);
    assert_eq!(client.ok("FETCH 1:5 FAST").await.len(), 5);
    assert_eq!(client.ok("FETCH 1 FULL").await.len(), 1);
}

#[tokio::test]
async fn pages_follow_one_another() {
    let world = World::new().await;
    let mut client = world.client().await;
    client.append("INBOX", "", &message("seed")).await;
    client.ok("SELECT INBOX").await;
    // 2^11 messages, with holes between them.
    for _ in 0..11 {
        client.ok("UID COPY 1:* INBOX").await;
    }
    client
        .ok("UID STORE 5,10:12,700 +FLAGS.SILENT (\\Deleted)")
        .await;
    client.ok("EXPUNGE").await;
    let flags = client.ok("UID FETCH 1:* FLAGS").await;
    assert_eq!(flags.len(), 2048 - 5);
    assert_eq!(client.ok("FETCH 1:* ENVELOPE").await.len(), 2048 - 5);
    let headers = client
        .ok("FETCH 1:* BODY.PEEK[HEADER.FIELDS (Subject)]")
        .await;
    assert_eq!(
        headers
            .iter()
            .filter(|line| *line == "Subject: seed")
            .count(),
        2048 - 5
    );
    let count = headers.iter().filter(|line| line.starts_with("* ")).count();
    assert_eq!(count, 2048 - 5);
    let found = client
        .ok("SEARCH RETURN (COUNT MIN MAX) SUBJECT seed")
        .await;
    assert_eq!(found.len(), 1);
    assert!(found[0].ends_with("MIN 1 MAX 2043 COUNT 2043"), "{found:?}");
    let found = client.ok("SEARCH RETURN (COUNT) BODY \"text OF\"").await;
    assert!(found[0].ends_with("COUNT 2043"), "{found:?}");
}

#[tokio::test]
async fn a_recipients_own_header_lines_are_part_of_the_message() {
    let world = World::new().await;
    let mut client = world.client().await;
    client.append("Archive", "", NESTED.as_bytes()).await;
    let mailbox = world.mailbox;
    let prefix = "Return-Path: <x@y.vn>\r\nDelivered-To: an@sonla.gov.vn\r\n";
    let put = world.store.write(move |tx| {
        let archive = folder::find(tx, mailbox, "Archive")?.unwrap().id;
        let inbox = folder::find(tx, mailbox, "INBOX")?.unwrap().id;
        let mut message = None;
        entry::scan(tx, archive, (1, 1), Want::Entry, |row| {
            message = Some(row.message()?);
            Ok(true)
        })?;
        let new = NewEntry {
            folder: inbox,
            message: message.unwrap(),
            message_size: NESTED.len() as u64,
            flags: 0,
            internal_at: 0,
            prefix: prefix.as_bytes(),
        };
        entry::append(tx, &new)
    });
    put.await.unwrap();
    client.ok("SELECT INBOX").await;
    let size = NESTED.len() + prefix.len();
    let whole = client
        .ok("FETCH 1 (RFC822.SIZE BODY.PEEK[])")
        .await
        .join("\r\n");
    assert_eq!(
        whole,
        format!("* 1 FETCH (RFC822.SIZE {size} BODY[] {{{size}}}\r\n{prefix}{NESTED})")
    );
    client
        .check(
            r"C: a FETCH 1 (BODY.PEEK[HEADER.FIELDS (Return-Path Subject)] BODY.PEEK[1] BODY.PEEK[]<50.12>)
            S: * 1 FETCH (BODY[HEADER.FIELDS (Return-Path Subject)] {42}
            S: Return-Path: <x@y.vn>
            S: Subject: nested
            S:
            S:  BODY[1] {10}
            S: plain text BODY[]<50> {12}
            S: vn
            S: From: a@)
            S: a OK FETCH completed
            C: b SEARCH HEADER Delivered-To an@sonla
            S: * SEARCH 1
            S: b OK SEARCH completed",
        )
        .await;
}
