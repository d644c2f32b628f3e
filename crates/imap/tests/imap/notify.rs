//! NOTIFY (RFC 5465).

use congvu_delivery::Intake;
use congvu_store::{Change, StoreError, folder};

use crate::support::{World, message};

const MESSAGES: &str = "(MessageNew MessageExpunge)";

/// RFC 5465 §3.1, the example, with MessageExpunge beside each MessageNew as §5 demands.
#[tokio::test]
async fn the_example() {
    let world = World::new().await;
    let mut other = world.client().await;
    for name in ["Lists/Lemonade", "Lists/Im2000", "misc"] {
        other.ok(&format!("CREATE {name}")).await;
    }
    other.append("Lists/Lemonade", "", &message("a")).await;
    let mut client = world.client().await;
    client
        .check(
            r#"C: b notify set status (selected (MessageNew (uid body.peek[header.fields (from to subject)]) MessageExpunge)) (subtree Lists (MessageNew MessageExpunge))
            S: * STATUS "Lists" (MESSAGES 0 UIDNEXT 1 UIDVALIDITY …)
            S: * STATUS "Lists/Lemonade" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY …)
            S: * STATUS "Lists/Im2000" (MESSAGES 0 UIDNEXT 1 UIDVALIDITY …)
            S: b OK NOTIFY completed
            C: c select inbox
            S: * FLAGS …
            S: * 0 EXISTS
            S: * 0 RECENT
            S: * OK …
            S: * OK …
            S: * OK …
            S: * OK …
            S: * OK …
            S: c OK …"#,
        )
        .await;
    other.append("Lists/Lemonade", "", &message("b")).await;
    client
        .check("S: * STATUS \"Lists/Lemonade\" (MESSAGES 2 UIDNEXT 3 UIDVALIDITY …)")
        .await;
    other.append("misc", "", &message("unheard")).await;
    other
        .append("INBOX", "", b"Subject: Re: good morning\r\nFrom: alice@example.org\r\nTo: bob@example.org\r\nX-A: b\r\n\r\nx")
        .await;
    client
        .check(
            r#"S: * 1 EXISTS
            S: * 1 RECENT
            S: * 1 FETCH (UID 1 BODY[HEADER.FIELDS (from to subject)] {75}
            S: Subject: Re: good morning
            S: From: alice@example.org
            S: To: bob@example.org
            S:
            S: )
            C: d STATUS misc (UIDVALIDITY UIDNEXT MESSAGES)
            S: * STATUS "misc" (UIDVALIDITY … UIDNEXT 2 MESSAGES 1)
            S: d OK STATUS completed
            C: e notify set (selected (MessageNew (uid) MessageExpunge)) (subtree Lists (MessageNew MessageExpunge)) (mailboxes misc (MessageNew MessageExpunge))
            S: e OK NOTIFY completed"#,
        )
        .await;
    other.append("misc", "", &message("heard")).await;
    client
        .check("S: * STATUS \"misc\" (MESSAGES 2 UIDNEXT 3 UIDVALIDITY …)")
        .await;
}

/// RFC 5465 §5.1 to §5.3 in the selected mailbox: at once, between commands.
#[tokio::test]
async fn the_selected_mailbox() {
    let world = World::new().await;
    let mut other = world.client().await;
    for name in ["a", "b"] {
        other.append("INBOX", "", &message(name)).await;
    }
    let mut client = world.selected("INBOX").await;
    client
        .ok("NOTIFY SET (selected (MessageNew (uid) MessageExpunge FlagChange))")
        .await;
    other.ok("SELECT INBOX").await;
    other.ok("STORE 2 +FLAGS.SILENT ($Junk \\Deleted)").await;
    client
        .check(
            r"S: * FLAGS (… $Junk)
            S: * OK [PERMANENTFLAGS …
            S: * 2 FETCH (UID 2 FLAGS (\Deleted $Junk \Recent))",
        )
        .await;
    other.ok("EXPUNGE").await;
    client.check("S: * 2 EXPUNGE").await;
    other.append("INBOX", "", &message("c")).await;
    client
        .check("S: * 2 EXISTS\nS: * 2 RECENT\nS: * 2 FETCH (UID 3)")
        .await;
    // What it brings itself it knows (RFC 5465 §5.2).
    let done = client.append("INBOX", "", &message("d")).await;
    assert!(done.starts_with("= OK"), "{done}");
    other.append("INBOX", "", &message("e")).await;
    client
        .check("S: * 4 EXISTS\nS: * 4 RECENT\nS: * 4 FETCH (UID 5)")
        .await;
    // While IDLE the same is told (RFC 5465 §4).
    client.check("C: i IDLE\nS: + idling").await;
    other.append("INBOX", "", &message("f")).await;
    client
        .check(
            "S: * 5 EXISTS\nS: * 5 RECENT\nS: * 5 FETCH (UID 6)\nC: DONE\nS: i OK IDLE completed",
        )
        .await;
}

/// RFC 5465 §6.1.2: numbers stay until a command allows them to change.
#[tokio::test]
async fn delayed_expunges() {
    let world = World::new().await;
    let mut other = world.client().await;
    for name in ["a", "b"] {
        other.append("INBOX", "(\\Deleted) ", &message(name)).await;
    }
    let mut client = world.selected("INBOX").await;
    client
        .ok("NOTIFY SET (selected-delayed (MessageNew (uid) MessageExpunge))")
        .await;
    other.ok("SELECT INBOX").await;
    other.ok("UID EXPUNGE 1").await;
    other.append("INBOX", "", &message("c")).await;
    client
        .check(
            r"S: * 3 EXISTS
            S: * 3 RECENT
            S: * 3 FETCH (UID 3)
            C: a FETCH 2:3 UID
            S: * 2 FETCH (UID 2)
            S: * 3 FETCH (UID 3)
            S: a OK FETCH completed
            C: b NOOP
            S: * 1 EXPUNGE
            S: b OK NOOP completed",
        )
        .await;
    other.ok("STORE 1 +FLAGS.SILENT \\Seen").await;
    other.ok("UID EXPUNGE 2").await;
    client
        .check("C: c IDLE\nS: + idling\nS: * 1 EXPUNGE\nC: DONE\nS: c OK IDLE completed")
        .await;
}

/// RFC 5465 §3.1: without SELECTED, and after NONE, nothing of the selected mailbox is told but what
/// the client's own commands do.
#[tokio::test]
async fn a_snapshot() {
    let world = World::new().await;
    let mut other = world.client().await;
    for name in ["a", "b", "c"] {
        other.append("INBOX", "", &message(name)).await;
    }
    let mut client = world.selected("INBOX").await;
    for quiet in [
        "NOTIFY NONE",
        "NOTIFY SET (personal (MailboxName))",
        "NOTIFY SET (selected NONE)",
    ] {
        client.ok(quiet).await;
        other.append("INBOX", "", &message("unheard")).await;
        assert_eq!(client.ok("NOOP").await, [""; 0], "{quiet}");
    }
    other.ok("SELECT INBOX").await;
    other.ok("STORE 2 +FLAGS.SILENT \\Flagged").await;
    client
        .check(
            r"C: a FETCH 1:3 UID
            S: * 1 FETCH (UID 1)
            S: * 2 FETCH (UID 2)
            S: * 3 FETCH (UID 3)
            S: a OK FETCH completed
            C: b STORE 1 +FLAGS (\Deleted)
            S: * 1 FETCH (FLAGS (\Deleted …))
            S: b OK STORE completed
            C: c EXPUNGE
            S: * 1 EXPUNGE
            S: c OK EXPUNGE completed
            C: d UID MOVE 2 Trash
            S: * OK [COPYUID … 2 1] Moved
            S: * 1 EXPUNGE
            S: d OK MOVE completed
            C: e UID REPLACE 3 INBOX {3+}
            C: abc
            S: * OK [APPENDUID … 7] Replacement message ready
            S: * 1 EXPUNGE
            S: e OK REPLACE completed
            C: f NOTIFY SET (selected (MessageNew MessageExpunge))
            S: * 4 EXISTS
            S: * 1 RECENT
            S: f OK NOTIFY completed",
        )
        .await;
}

/// RFC 5465 §5.1 to §5.3 in other mailboxes.
#[tokio::test]
async fn other_mailboxes() {
    let world = World::new().await;
    let mut other = world.client().await;
    other.append("Sent", "(\\Seen) ", &message("a")).await;
    let mut client = world.selected("INBOX").await;
    client
        .ok("NOTIFY SET (personal (MessageNew MessageExpunge FlagChange))")
        .await;
    other.ok("SELECT Sent").await;
    other.ok("STORE 1 -FLAGS.SILENT \\Seen").await;
    client
        .check("S: * STATUS \"Sent\" (UIDVALIDITY … UNSEEN 1)")
        .await;
    // Without CONDSTORE nothing tells of a flag that is not counted.
    other.ok("STORE 1 +FLAGS.SILENT \\Deleted").await;
    other.ok("EXPUNGE").await;
    client
        .check("S: * STATUS \"Sent\" (MESSAGES 0 UIDNEXT 2 UIDVALIDITY … UNSEEN 0)")
        .await;
    client.ok("ENABLE CONDSTORE").await;
    other.append("Sent", "", &message("b")).await;
    client
        .check("S: * STATUS \"Sent\" (MESSAGES 1 UIDNEXT 3 UIDVALIDITY … UNSEEN 1 HIGHESTMODSEQ …)")
        .await;
    other.ok("STORE 1 +FLAGS.SILENT \\Flagged").await;
    client
        .check("S: * STATUS \"Sent\" (UIDVALIDITY … HIGHESTMODSEQ …)")
        .await;
    // What it brings itself it knows (RFC 5465 §5).
    assert!(
        client
            .append("Archive", "", &message("own"))
            .await
            .starts_with("= OK")
    );
    // Of the selected mailbox nothing is told: SELECTED was not asked for.
    other.append("INBOX", "", &message("c")).await;
    other.append("Sent", "", &message("d")).await;
    client
        .check("S: * STATUS \"Sent\" (MESSAGES 2 UIDNEXT 4 …)\nC: z UNSELECT\nS: z OK UNSELECT completed")
        .await;
    other.append("INBOX", "", &message("e")).await;
    client
        .check("S: * STATUS \"INBOX\" (MESSAGES 2 UIDNEXT 3 …)")
        .await;
}

/// RFC 5465 §5.4, the examples.
#[tokio::test]
async fn names() {
    let world = World::new().await;
    let mut other = world.client().await;
    let mut client = world.client().await;
    client.ok("NOTIFY SET (personal (MailboxName))").await;
    other.ok("CREATE NewMailbox").await;
    client
        .check(r#"S: * LIST (\HasNoChildren) "/" "NewMailbox""#)
        .await;
    other.ok("CREATE NewMailbox/a").await;
    client
        .check(
            r#"S: * LIST (\HasChildren) "/" "NewMailbox"
            S: * LIST (\HasNoChildren) "/" "NewMailbox/a""#,
        )
        .await;
    other.ok("RENAME NewMailbox \"H&APQ-m nay\"").await;
    client
        .check(r#"S: * LIST (\HasChildren) "/" "H&APQ-m nay" ("OLDNAME" ("NewMailbox"))"#)
        .await;
    other.ok("DELETE \"H&APQ-m nay\"").await;
    client
        .check(r#"S: * LIST (\NonExistent \HasChildren) "/" "H&APQ-m nay""#)
        .await;
    other.ok("DELETE \"H&APQ-m nay/a\"").await;
    client
        .check(
            r#"S: * LIST (\NonExistent \HasNoChildren) "/" "H&APQ-m nay"
            S: * LIST (\NonExistent \HasNoChildren) "/" "H&APQ-m nay/a""#,
        )
        .await;
    // Its own changes it knows (RFC 5465 §5).
    assert_eq!(client.ok("CREATE mine/too").await, [""; 0]);
    assert_eq!(client.ok("RENAME mine ours").await, [""; 0]);
    assert_eq!(client.ok("DELETE ours/too").await, [""; 0]);
    other.ok("CREATE theirs").await;
    client
        .check(r#"S: * LIST (\HasNoChildren) "/" "theirs""#)
        .await;
}

/// RFC 5465 §5.5 and §6.4: subscriptions, and what they make of SUBSCRIBED.
#[tokio::test]
async fn subscriptions() {
    let world = World::new().await;
    let mut other = world.client().await;
    other.ok("CREATE a").await;
    let mut client = world.client().await;
    client
        .ok("NOTIFY SET (personal (SubscriptionChange)) (subscribed (MessageNew MessageExpunge))")
        .await;
    other.append("a", "", &message("unheard")).await;
    other.ok("SUBSCRIBE a").await;
    client
        .check(r#"S: * LIST (\HasNoChildren \Subscribed) "/" "a""#)
        .await;
    other.append("a", "", &message("heard")).await;
    client
        .check(r#"S: * STATUS "a" (MESSAGES 2 UIDNEXT 3 UIDVALIDITY …)"#)
        .await;
    other.ok("UNSUBSCRIBE a").await;
    client.check(r#"S: * LIST (\HasNoChildren) "/" "a""#).await;
    other.append("a", "", &message("unheard")).await;
    other.ok("SUBSCRIBE nothing").await;
    client
        .check(r#"S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" "nothing""#)
        .await;
    assert_eq!(client.ok("SUBSCRIBE mine").await, [""; 0]);
}

/// RFC 5465 §5.6 and §5.7; RFC 5464 §4.4.2.
#[tokio::test]
async fn annotations() {
    let world = World::new().await;
    let mut other = world.client().await;
    let mut client = world.client().await;
    client
        .ok("NOTIFY SET (mailboxes INBOX (MailboxMetadataChange)) (personal (ServerMetadataChange))")
        .await;
    other
        .ok("SETMETADATA INBOX (/shared/comment \"x\" /private/comment \"y\")")
        .await;
    client
        .check("S: * METADATA \"INBOX\" /private/comment /shared/comment")
        .await;
    other.ok("SETMETADATA Sent (/shared/comment \"x\")").await;
    other.ok("SETMETADATA INBOX (/shared/comment NIL)").await;
    client
        .check("S: * METADATA \"INBOX\" /shared/comment")
        .await;
    other.ok("SETMETADATA \"\" (/private/vendor/a \"x\")").await;
    client.check("S: * METADATA \"\" /private/vendor/a").await;
    assert_eq!(
        client
            .ok("SETMETADATA INBOX (/shared/comment \"mine\")")
            .await,
        [""; 0]
    );
}

#[tokio::test]
async fn refusals() {
    let world = World::new().await;
    let mut client = world.client().await;
    client
        .check(
            r"C: a NOTIFY SET (personal (MessageNew MessageExpunge AnnotationChange))
            S: a NO [BADEVENT (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange)] event not supported
            C: b NOTIFY SET (personal (MessageNew))
            S: b BAD MessageNew and MessageExpunge go together
            C: c NOTIFY SET (selected (MailboxName))
            S: c BAD the selected mailbox has events of messages alone
            C: d NOTIFY SET STATUS (mailboxes nowhere (MessageNew MessageExpunge))
            S: d OK NOTIFY completed",
        )
        .await;
}

/// RFC 5465 §5.8: what would be too much is refused, or given up.
#[tokio::test]
async fn overflow() {
    let world = World::new().await;
    let id = world.mailbox;
    let mut client = world.client().await;
    client
        .ok(&format!("NOTIFY SET (personal {MESSAGES})"))
        .await;
    let fill = world.store.write(move |tx| {
        for n in 0..2_000 {
            folder::create(tx, id, &format!("f{n}"), None)?;
        }
        Ok::<_, StoreError>(())
    });
    fill.await.unwrap();
    client
        .check("S: * OK [NOTIFICATIONOVERFLOW] Too many mailboxes to tell of")
        .await;
    client
        .check(&format!(
            "C: a NOTIFY SET (personal {MESSAGES})\nS: a NO [NOTIFICATIONOVERFLOW] Too many mailboxes to tell of"
        ))
        .await;
    let mut other = world.client().await;
    other.append("Sent", "", &message("unheard")).await;
    assert_eq!(client.ok("NOOP").await, [""; 0]);
}

/// A delivery wakes who watches its folder; many others cost it nothing, for they are not looked at.
#[tokio::test]
async fn only_who_watches_is_woken() {
    let world = World::new().await;
    let id = world.mailbox;
    let inbox = world.store.read(move |tx| folder::find(tx, id, "INBOX"));
    let inbox = inbox.await.unwrap().unwrap().id;
    let hub = world.store.hub();
    let mut mine = hub.watch_several();
    mine.add(Change::Folder(inbox));
    assert_eq!(mine.take(), [Change::Folder(inbox)], "as if it had changed");
    let mut others: Vec<_> = (0..100).map(|_| hub.watch_several()).collect();
    for (n, other) in others.iter_mut().enumerate() {
        other.add(Change::Folder(congvu_store::FolderId(1_000_000 + n as i64)));
        other.take();
    }
    let mut intake = Intake::new(&world.store, 1 << 20, None);
    intake.write(&message("a")).await.unwrap();
    let incoming = intake.finish().await.unwrap();
    let new = incoming.new_message();
    let put = world.store.write(move |tx| {
        let stored = congvu_store::message::put(tx, &incoming.staged, &new)?;
        let entry = congvu_store::entry::NewEntry {
            folder: inbox,
            message: stored.id,
            message_size: stored.size,
            flags: 0,
            internal_at: 0,
            prefix: b"",
        };
        congvu_store::entry::deliver(tx, &entry)
    });
    put.await.unwrap();
    mine.changed().await;
    assert_eq!(mine.take(), [Change::Folder(inbox)]);
    assert!(others.iter_mut().all(|other| other.take().is_empty()));
    mine.remove(Change::Folder(inbox));
    hub.publish(&[Change::Folder(inbox)]);
    assert!(mine.take().is_empty());
}

/// Two server programs on one database: what happens on one is told on the other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn between_two_nodes_on_postgres() {
    let Some(world) = World::on_postgres().await else {
        return;
    };
    let mut client = world.selected("INBOX").await;
    client
        .ok("NOTIFY SET (selected (MessageNew (uid) MessageExpunge)) (personal (MessageNew MessageExpunge MailboxName MailboxMetadataChange))")
        .await;
    let mut other = world.client_of_another_node().await;
    other.append("Sent", "", &message("a")).await;
    client
        .check("S: * STATUS \"Sent\" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY …)")
        .await;
    other.append("INBOX", "", &message("b")).await;
    client
        .check("S: * 1 EXISTS\nS: * 1 RECENT\nS: * 1 FETCH (UID 1)")
        .await;
    other.ok("CREATE new").await;
    client
        .check(r#"S: * LIST (\HasNoChildren) "/" "new""#)
        .await;
    other.ok("SETMETADATA new (/shared/comment \"x\")").await;
    client.check("S: * METADATA \"new\" /shared/comment").await;
}
