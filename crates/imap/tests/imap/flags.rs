use crate::support::{Client, World, message};

#[tokio::test]
async fn store_in_its_forms() {
    let world = World::new().await;
    let mut client = world.client().await;
    for name in ["a", "b", "c"] {
        client.append("INBOX", "", &message(name)).await;
    }
    client.ok("SELECT INBOX").await;
    client
        .check(
            r"C: a STORE 1:2 +FLAGS (\Seen $Label)
            S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Label)
            S: * OK [PERMANENTFLAGS (…)] …
            S: * 1 FETCH (FLAGS (\Seen $Label \Recent))
            S: * 2 FETCH (FLAGS (\Seen $Label \Recent))
            S: a OK STORE completed
            C: b UID STORE 2 -FLAGS \Seen
            S: * 2 FETCH (UID 2 FLAGS ($Label \Recent))
            S: b OK STORE completed
            C: c STORE 3 FLAGS.SILENT (\Flagged \Recent)
            S: c OK STORE completed
            C: d FETCH 1:* FLAGS
            S: * 1 FETCH (FLAGS (\Seen $Label \Recent))
            S: * 2 FETCH (FLAGS ($Label \Recent))
            S: * 3 FETCH (FLAGS (\Flagged \Recent))
            S: d OK FETCH completed
            C: e STORE 4 +FLAGS \Seen
            S: e BAD No such message number
            C: f UID STORE 99 +FLAGS \Seen
            S: f OK STORE completed
            C: g EXAMINE INBOX
            S: * OK [CLOSED] …
            S: * FLAGS …
            S: * 3 EXISTS
            S: * 0 RECENT
            S: * OK [UNSEEN 2] First unseen
            S: * OK [UIDVALIDITY …
            S: * OK [UIDNEXT 4] Next UID
            S: * OK [HIGHESTMODSEQ …
            S: * OK [MAILBOXID …
            S: * OK [PERMANENTFLAGS ()] Read-only mailbox
            S: g OK [READ-ONLY] EXAMINE completed
            C: h STORE 1 +FLAGS \Seen
            S: h NO [NOPERM] The mailbox is read-only
            C: i EXPUNGE
            S: i NO [NOPERM] The mailbox is read-only",
        )
        .await;
}

#[tokio::test]
async fn expunge_copy_move_close() {
    let world = World::new().await;
    let mut client = world.client().await;
    for name in ["a", "b", "c", "d", "e", "f"] {
        client.append("INBOX", "", &message(name)).await;
    }
    client.ok("SELECT INBOX").await;
    client
        .check(
            r"C: a STORE 2,4 +FLAGS.SILENT \Deleted
            S: a OK STORE completed
            C: b UID EXPUNGE 1:3
            S: * 2 EXPUNGE
            S: b OK EXPUNGE completed
            C: c COPY 1:2 nowhere
            S: c NO [TRYCREATE] No such mailbox
            C: d COPY 1,3 Archive
            S: d OK [COPYUID … 1,4 1:2] COPY completed
            C: e EXPUNGE
            S: * 3 EXPUNGE
            S: e OK EXPUNGE completed
            C: f UID MOVE 5:99 Trash
            S: * OK [COPYUID … 5:6 1:2] Moved
            S: * 4 EXPUNGE
            S: * 3 EXPUNGE
            S: f OK MOVE completed
            C: g UID SEARCH ALL
            S: * SEARCH 1 3
            S: g OK SEARCH completed
            C: h STORE 1 +FLAGS.SILENT \Deleted
            S: h OK STORE completed
            C: i UNSELECT
            S: i OK UNSELECT completed
            C: j STATUS INBOX (MESSAGES UNSEEN DELETED)
            S: * STATUS …INBOX… (MESSAGES 2 UNSEEN 2 DELETED 1)
            S: j OK STATUS completed
            C: k SELECT Archive
            S: * FLAGS …
            S: * 2 EXISTS
            S: * 2 RECENT
            S: * OK [UNSEEN 1] …
            S: * OK …
            S: * OK …
            S: * OK …
            S: * OK …
            S: * OK …
            S: k OK [READ-WRITE] SELECT completed
            C: l CLOSE
            S: l OK CLOSE completed
            C: m UID COPY 1 Trash
            S: m BAD Select a mailbox first",
        )
        .await;
    client.ok("SELECT INBOX").await;
    client.ok("CLOSE").await;
    assert_eq!(
        client.ok("STATUS INBOX (MESSAGES)").await,
        ["* STATUS \"INBOX\" (MESSAGES 1)"]
    );
}

/// INBOX with more messages than are changed in two transactions.
async fn with_4600(world: &World) -> Client {
    let mut client = world.client().await;
    for n in 0..100 {
        client.append("INBOX", "", &message(&format!("m{n}"))).await;
    }
    client.ok("SELECT INBOX").await;
    for _ in 0..45 {
        client.ok("UID COPY 1:100 INBOX").await;
    }
    client
}

/// More than fit into one transaction: each chunk is told, to others too.
#[tokio::test]
async fn many_messages_are_changed_in_chunks() {
    let world = World::new().await;
    let mut client = with_4600(&world).await;
    let mut other = world.selected("INBOX").await;
    let told = client.ok("STORE 1:* +FLAGS (\\Flagged)").await;
    assert_eq!(told.len(), 4_600);
    client.ok("STORE 1:* +FLAGS.SILENT (\\Deleted)").await;
    let told = other.ok("NOOP").await;
    assert_eq!(told.len(), 4_600);
    assert_eq!(told[0], "* 1 FETCH (FLAGS (\\Flagged \\Deleted))");
    client.ok("STORE 5 -FLAGS.SILENT (\\Deleted)").await;
    let told = client.ok("EXPUNGE").await;
    assert_eq!(told.len(), 4_599);
    assert_eq!(told.last().unwrap(), "* 2 EXPUNGE");
    assert_eq!(client.ok("FETCH 1:* UID").await, ["* 1 FETCH (UID 5)"]);
    let told = other.ok("NOOP").await;
    let gone = told.iter().filter(|line| line.ends_with("EXPUNGE"));
    assert_eq!(gone.count(), 4_599);
}

/// What was changed before a chunk failed is told, and is what everybody sees; nothing else is.
#[tokio::test]
async fn a_chunk_that_fails_leaves_the_others_told() {
    let world = World::new().await;
    let mut client = with_4600(&world).await;
    let mut other = world.selected("INBOX").await;
    let mut knowing = world.client().await;
    knowing.ok("SELECT INBOX (CONDSTORE)").await;
    let run = async |sql: &'static str| {
        let done = world.store.write(move |tx| tx.execute(sql, &[]));
        done.await.unwrap();
    };
    run("CREATE TRIGGER fault BEFORE UPDATE ON entry WHEN NEW.uid = 3500 BEGIN SELECT RAISE(ABORT, 'a fault'); END").await;
    let flagged = |line: &str, seq: u32| {
        line.replace(" \\Recent", "") == format!("* {seq} FETCH (FLAGS (\\Flagged))")
    };
    let fault = "= NO [SERVERBUG] Internal error, it has been recorded";

    let mut told = client.command("STORE 1:* +FLAGS (\\Flagged)").await;
    assert_eq!(told.pop().unwrap(), fault);
    assert_eq!(told.len(), 2_000);
    assert!(flagged(&told[0], 1), "{}", told[0]);
    assert!(flagged(&told[1_999], 2_000), "{}", told[1_999]);
    assert_eq!(client.ok("NOOP").await, [""; 0]);
    let seen = other.ok("NOOP").await;
    assert_eq!(seen.len(), 2_000);
    assert!(flagged(&seen[1_999], 2_000), "{}", seen[1_999]);

    // Who asked for silence is told after all, or could not know where it ended.
    let mut told = client
        .command("UID STORE 1:* +FLAGS.SILENT (\\Answered $Label1)")
        .await;
    assert_eq!(told.pop().unwrap(), fault);
    let fetched: Vec<_> = told.iter().filter(|line| line.contains("FETCH")).collect();
    assert_eq!(fetched.len(), 2_000);
    assert_eq!(
        fetched[1_999].replace(" \\Recent", ""),
        "* 2000 FETCH (UID 2000 FLAGS (\\Answered \\Flagged $Label1))"
    );

    // With UNCHANGEDSINCE, a mod-sequence for each.
    let mut told = knowing
        .command("UID STORE 1:* (UNCHANGEDSINCE 99999999) +FLAGS.SILENT (\\Draft)")
        .await;
    assert_eq!(told.pop().unwrap(), fault);
    let last = told.iter().filter(|line| line.contains("UID 2000 "));
    assert!(
        last.clone().any(|line| line.contains("MODSEQ (")),
        "{:?}",
        last.collect::<Vec<_>>()
    );

    for session in [&mut client, &mut other, &mut knowing] {
        session.ok("NOOP").await;
        let found = session
            .ok("UID SEARCH FLAGGED ANSWERED DRAFT KEYWORD $Label1")
            .await;
        assert_eq!(found[0].split(' ').count(), 2 + 2_000);
        let found = session
            .ok("UID SEARCH UID 2001:* OR OR FLAGGED ANSWERED OR DRAFT KEYWORD $Label1")
            .await;
        assert_eq!(found, ["* SEARCH"]);
        assert_eq!(
            session.ok("UID FETCH 2000:2001 (FLAGS)").await.len(),
            2,
            "the connection goes on"
        );
    }
    let verified = congvu_store::verify::verify(&world.store, |_| {}).await;
    assert_eq!(verified.unwrap().findings, []);

    run("DROP TRIGGER fault").await;
    let told = client.ok("STORE 1:* +FLAGS (\\Flagged)").await;
    assert_eq!(told.len(), 4_600);
    let told = other.ok("NOOP").await;
    // The others had it.
    let fetched = told.iter().filter(|line| line.contains("FETCH"));
    assert_eq!(fetched.count(), 2_600);
}
