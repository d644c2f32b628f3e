//! MULTIAPPEND (RFC 3502).

use congvu_store::mailbox;

use crate::support::{Client, World, message, noise};

/// RFC 3502 §6.3.11, the example.
#[tokio::test]
async fn two_messages_in_one_command() {
    let world = World::new().await;
    let mut client = world.client().await;
    client.ok("CREATE saved-messages").await;
    client
        .check(
            r#"C: A003 APPEND saved-messages (\Seen) {329}
            S: + OK
            C: Date: Mon, 7 Feb 1994 21:52:25 -0800 (PST)
            C: From: Fred Foobar <foobar@Blurdybloop.example.COM>
            C: Subject: afternoon meeting
            C: To: mooch@owatagu.example.net
            C: Message-Id: <B27397-0100000@Blurdybloop.example.COM>
            C: MIME-Version: 1.0
            C: Content-Type: TEXT/PLAIN; CHARSET=US-ASCII
            C:
            C: Hello Joe, do you think we can meet at 3:30 tomorrow?
            C:  (\Seen) " 7-Feb-1994 22:43:04 -0800" {295}
            S: + OK
            C: Date: Mon, 7 Feb 1994 22:43:04 -0800 (PST)
            C: From: Joe Mooch <mooch@OWaTaGu.example.net>
            C: Subject: Re: afternoon meeting
            C: To: foobar@blurdybloop.example.com
            C: Message-Id: <a0434793874930@OWaTaGu.example.net>
            C: MIME-Version: 1.0
            C: Content-Type: TEXT/PLAIN; CHARSET=US-ASCII
            C:
            C: 3:30 is fine with me.
            C:
            S: A003 OK [APPENDUID … 1:2] APPEND completed
            C: A004 APPEND bogusname (\Flagged) {1023}
            S: A004 NO [TRYCREATE] No such mailbox
            C: b EXAMINE saved-messages
            S: * FLAGS …
            S: * 2 EXISTS
            S: * 2 RECENT
            S: * OK …
            S: * OK …
            S: * OK …
            S: * OK …
            S: * OK …
            S: b OK …
            C: c FETCH 1:2 (FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (Subject)])
            S: * 1 FETCH (FLAGS (\Seen \Recent) INTERNALDATE "…" BODY[HEADER.FIELDS (Subject)] {30}
            S: Subject: afternoon meeting
            S:
            S: )
            S: * 2 FETCH (FLAGS (\Seen \Recent) INTERNALDATE " 8-Feb-1994 13:43:04 +0700" BODY[HEADER.FIELDS (Subject)] {34}
            S: Subject: Re: afternoon meeting
            S:
            S: )
            S: c OK FETCH completed"#,
        )
        .await;
}

async fn count(client: &mut Client) -> String {
    client.ok("STATUS INBOX (MESSAGES)").await.remove(0)
}

const NONE: &str = "* STATUS \"INBOX\" (MESSAGES 0)";

/// RFC 3502 §6.3.11: no partial appending is permitted.
#[tokio::test]
async fn all_or_none() {
    let world = World::new().await;
    let mut client = world.client().await;
    client
        .check(
            r"C: a APPEND INBOX {12+}
            C: Subject: a
            C:  (\Nonsense) {3+}
            C: abc {3+}
            C: def
            S: a BAD Expected the end of the command
            C: b APPEND INBOX {12+}
            C: Subject: a
            C:  {0}
            S: b NO A message of no length, nothing is appended
            C: c APPEND INBOX {12+}
            C: Subject: a
            C:  {99000000}
            S: c NO [TOOBIG] The message is too big
            C: d APPEND INBOX {12+}
            C: Subject: a
            C:  x
            S: d BAD Expected the end of the command
            C: e APPEND gone {3+}
            C: abc (\Seen) {3+}
            C: def
            S: e NO [TRYCREATE] No such mailbox
            C: f APPEND INBOX (\Nonsense) {3+}
            C: abc {3+}
            C: def
            S: f BAD …
            C: g NOOP
            S: g OK NOOP completed",
        )
        .await;
    client
        .send("h APPEND INBOX {3+}\r\nabc {3+}\r\na\0c\r\n")
        .await;
    client.check("S: h BAD A literal may not hold NUL").await;
    assert_eq!(count(&mut client).await, NONE);
    // A client that stops in the middle leaves nothing.
    let mut other = world.client().await;
    other.send("a APPEND INBOX {5+}\r\n\r\nabc {9}\r\n").await;
    other.check("S: + OK").await;
    other.send("half").await;
    drop(other);
    assert_eq!(count(&mut client).await, NONE);
}

/// The example's A005: the quota holds for all messages together.
#[tokio::test]
async fn the_quota_counts_all_of_them() {
    let world = World::new().await;
    let mut client = world.client().await;
    let id = world.mailbox;
    let set = world
        .store
        .write(move |tx| mailbox::set_quota(tx, id, 1_000));
    set.await.unwrap();
    let one = message("one");
    client
        .send(format!(
            "A005 APPEND INBOX (\\Flagged) {{{}}}\r\n",
            one.len()
        ))
        .await;
    client.check("S: + OK").await;
    client.send(&one).await;
    client
        .check("C:  {990}\nS: A005 NO [OVERQUOTA] The mailbox is full")
        .await;
    assert_eq!(count(&mut client).await, NONE);
}

/// More than may wait in memory, and a message for the object store among it.
#[tokio::test]
async fn many_messages_are_not_kept_in_memory() {
    let world = World::new().await;
    let mut client = world.client().await;
    let large = noise(1 << 20);
    let mut command = b"a APPEND INBOX".to_vec();
    let mut sent = Vec::new();
    for n in 0..300 {
        // No two are alike, and they shrink little.
        let mut one = format!("Subject: {n}\r\n\r\n").into_bytes();
        one.extend_from_slice(&large[n * 1000..n * 1000 + 10_000]);
        sent.push(one);
    }
    sent.push(large);
    for one in &sent {
        command.extend_from_slice(format!(" ($n) {{{}+}}\r\n", one.len()).as_bytes());
        command.extend_from_slice(one);
    }
    command.extend_from_slice(b"\r\n");
    client.send(&command).await;
    client
        .check("S: a OK [APPENDUID … 1:301] APPEND completed")
        .await;
    client.ok("SELECT INBOX").await;
    for n in [0, 150, 299, 300] {
        client
            .send(format!("f FETCH {} BODY.PEEK[]\r\n", n + 1))
            .await;
        let head = client.line().await;
        let expected = format!("* {} FETCH (BODY[] {{{}}}", n + 1, sent[n].len());
        assert_eq!(head, expected);
        assert!(client.octets(sent[n].len()).await == sent[n], "{n}");
        client.check("S: )\nS: f OK FETCH completed").await;
    }
}

#[tokio::test]
async fn there_is_an_end_to_the_messages() {
    let world = World::new().await;
    let mut client = world.client().await;
    let mut command = String::from("a APPEND INBOX");
    for _ in 0..=1_000 {
        command.push_str(" {3+}\r\nabc");
    }
    client.send(command + " {5+}\r\nabcde\r\n").await;
    client
        .check("S: a NO [LIMIT] Too many messages in one command")
        .await;
    assert_eq!(count(&mut client).await, NONE);
}
