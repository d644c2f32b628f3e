//! REPLACE (RFC 8508).

use congvu_store::mailbox;

use crate::support::{World, message};

/// RFC 8508 §3.2 and §3.3, the examples: a draft is saved again and again.
#[tokio::test]
async fn a_draft_is_saved_again() {
    let world = World::new().await;
    let mut client = world.client().await;
    for name in ["a", "b", "c", "d"] {
        client.append("Drafts", "", &message(name)).await;
    }
    client.ok("SELECT Drafts").await;
    client
        .check(
            r"C: A003 REPLACE 4 Drafts (\Seen \Draft) {310}
            S: + OK
            C: Date: Thu, 1 Jan 2015 00:05:00 -0500 (EST)
            C: From: Fritz Schmidt <fritz.ze@example.org>
            C: Subject: happy new year !!
            C: To: miss.mitzy@example.org
            C: Message-Id: <B238822388-0100000@example.org>
            C: MIME-Version: 1.0
            C: Content-Type: TEXT/PLAIN; CHARSET=US-ASCII
            C:
            C: Just saw the best fireworks show. Wish you were here.
            C:
            S: * OK [APPENDUID … 5] Replacement message ready
            S: * 5 EXISTS
            S: * 5 RECENT
            S: * 4 EXPUNGE
            S: A003 OK REPLACE completed
            C: A004 UID REPLACE 5 Drafts (\Seen \Draft) {348}
            S: + OK
            C: Date: Thu, 1 Jan 2015 00:06:00 -0500 (EST)
            C: From: Fritz Schmidt <fritz.ze@example.org>
            C: Subject: happy new year !!
            C: To: miss.mitzy@example.org
            C: Message-Id: <B238822389-0100000@example.org>
            C: MIME-Version: 1.0
            C: Content-Type: TEXT/PLAIN; CHARSET=US-ASCII
            C:
            C: Just saw the best fireworks show. Wish you were here.
            C: Hopefully next year you can join us.
            C:
            S: * OK [APPENDUID … 6] Replacement message ready
            S: * 5 EXISTS
            S: * 5 RECENT
            S: * 4 EXPUNGE
            S: A004 OK REPLACE completed
            C: b FETCH 1:* (UID FLAGS)
            S: * 1 FETCH (UID 1 FLAGS (\Recent))
            S: * 2 FETCH (UID 2 FLAGS (\Recent))
            S: * 3 FETCH (UID 3 FLAGS (\Recent))
            S: * 4 FETCH (UID 6 FLAGS (\Seen \Draft \Recent))
            S: b OK FETCH completed",
        )
        .await;
}

/// RFC 8508 §3.4: from one mailbox into another, as when a draft was sent.
#[tokio::test]
async fn into_another_mailbox() {
    let world = World::new().await;
    let mut client = world.client().await;
    client.append("Drafts", "(\\Draft) ", &message("a")).await;
    client.ok("SELECT Drafts").await;
    client
        .check(
            r"C: a UID REPLACE * Sent (\Seen) {12+}
            C: Subject: a
            C:
            S: * OK [APPENDUID … 1] Replacement message ready
            S: * 1 EXPUNGE
            S: a OK REPLACE completed
            C: b STATUS Sent (MESSAGES UNSEEN)
            S: * STATUS …Sent… (MESSAGES 1 UNSEEN 0)
            S: b OK STATUS completed",
        )
        .await;
}

#[tokio::test]
async fn what_cannot_be_replaced_stays() {
    let world = World::new().await;
    let mut client = world.client().await;
    client
        .check("C: z REPLACE 1 INBOX {3+}\nC: abc\nS: z BAD Select a mailbox first")
        .await;
    client.append("INBOX", "", &message("a")).await;
    client.ok("SELECT INBOX").await;
    client
        .check(
            r"C: a REPLACE 2 INBOX {3}
            S: a BAD No such message number
            C: b UID REPLACE 9 INBOX {3+}
            C: abc
            S: b NO [NONEXISTENT] No such message
            C: c REPLACE 1 nowhere {3}
            S: c NO [TRYCREATE] No such mailbox
            C: d REPLACE 1 INBOX {3+}
            C: abc {3+}
            C: def
            S: d BAD One message replaces one
            C: e REPLACE 1 INBOX {99000000}
            S: e NO [TOOBIG] The message is too big
            C: f REPLACE 1 INBOX {0}
            S: f NO A message of no length, nothing is appended
            C: g REPLACE 1:2 INBOX {3+}
            C: abc
            S: g BAD expected one message number
            C: h STATUS INBOX (MESSAGES UIDNEXT)
            S: * STATUS …INBOX… (MESSAGES 1 UIDNEXT 2)
            S: h OK STATUS completed",
        )
        .await;
    // Somebody else is faster.
    let mut other = world.selected("INBOX").await;
    client.check("C: i REPLACE 1 INBOX {3}\nS: + OK").await;
    other.ok("STORE 1 +FLAGS.SILENT \\Deleted").await;
    other.ok("EXPUNGE").await;
    client
        .check(
            r"C: abc
            S: * 1 EXPUNGE
            S: i NO [NONEXISTENT] The message is gone
            C: j EXAMINE INBOX
            S: * OK [CLOSED] …
            S: * FLAGS …
            S: * 0 EXISTS
            S: * 0 RECENT
            S: * OK …
            S: * OK …
            S: * OK …
            S: * OK …
            S: * OK …
            S: j OK …
            C: k REPLACE 1 INBOX {3+}
            C: abc
            S: k NO [NOPERM] The mailbox is read-only",
        )
        .await;
}

/// RFC 8508 §3.4: only the net quota consumption is considered.
#[tokio::test]
async fn the_quota_counts_the_net() {
    let world = World::new().await;
    let mut client = world.client().await;
    client.append("INBOX", "", &message("a")).await;
    client.ok("SELECT INBOX").await;
    let id = world.mailbox;
    let size = message("a").len();
    let set = move |tx: &mut congvu_store::Tx<'_>| mailbox::set_quota(tx, id, size as u64);
    world.store.write(set).await.unwrap();
    for (n, name, answer) in [(1, "b", "a OK"), (2, "bc", "a NO [OVERQUOTA]")] {
        let new = message(name);
        client
            .send(format!("a UID REPLACE {n} INBOX {{{}+}}\r\n", new.len()))
            .await;
        client.send(&new).await;
        client.send("\r\n").await;
        let done = client.answer("a ").await.pop().unwrap();
        assert!(done.replace("= ", "a ").starts_with(answer), "{done}");
    }
    assert_eq!(
        client.ok("STATUS INBOX (MESSAGES)").await,
        ["* STATUS \"INBOX\" (MESSAGES 1)"]
    );
}
