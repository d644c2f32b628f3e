//! QRESYNC (RFC 7162 §3.2), with the RFC's own examples.

use congvu_store::{StoreError, entry, folder};

use crate::support::{Client, World, message};

async fn enabled(world: &World) -> Client {
    let mut client = world.client().await;
    client
        .check("C: e ENABLE QRESYNC\nS: * ENABLED QRESYNC\nS: e OK ENABLE completed")
        .await;
    client
}

/// A mailbox whose UIDs are 1 to `last` without `gone`. Its modseq is told.
async fn with_uids(world: &World, last: u32, gone: &str) -> u64 {
    let mut client = world.client().await;
    client.ok("CREATE q").await;
    client.append("q", "", &message("a")).await;
    client.ok("SELECT q").await;
    let mut have = 1;
    while have < last {
        let more = have.min(last - have);
        client.ok(&format!("UID COPY 1:{more} q")).await;
        have += more;
    }
    if !gone.is_empty() {
        client
            .ok(&format!("UID STORE {gone} +FLAGS.SILENT (\\Deleted)"))
            .await;
        client.ok("EXPUNGE").await;
    }
    client.ok("UNSELECT").await;
    modseq(&mut client).await
}

async fn modseq(client: &mut Client) -> u64 {
    let status = client.ok("STATUS q (HIGHESTMODSEQ)").await;
    let (_, rest) = status
        .iter()
        .find_map(|line| line.split_once("(HIGHESTMODSEQ "))
        .unwrap();
    rest.trim_end_matches(')').parse().unwrap()
}

async fn validity(client: &mut Client) -> u32 {
    let status = client.ok("STATUS q (UIDVALIDITY)").await;
    let (_, rest) = status[0].split_once("(UIDVALIDITY ").unwrap();
    rest.trim_end_matches(')').parse().unwrap()
}

/// As after very many removals: nobody knows any more what left when.
async fn forget(world: &World) {
    let id = world.mailbox;
    let done = world.store.write(move |tx| {
        let folder = folder::find(tx, id, "q")?.unwrap();
        entry::forget_vanished(tx, folder.id, 0)?;
        Ok::<_, StoreError>(())
    });
    done.await.unwrap();
}

/// The untagged lines of a SELECT from the first that names messages.
fn missed(lines: &[String]) -> Vec<&str> {
    let told = |line: &&str| line.contains(" FETCH ") || line.contains("VANISHED");
    lines.iter().map(String::as_str).filter(told).collect()
}

/// §3.2.3, §3.2.5, §3.2.6: all of it is BAD before ENABLE, and leaves what is selected.
#[tokio::test]
async fn first_of_all_enable() {
    let world = World::new().await;
    let mut client = world.selected("INBOX").await;
    client
        .check(
            r"C: a SELECT INBOX (QRESYNC (67890007 20050715194045000 41,43:211,214:541))
            S: a BAD Enable QRESYNC first
            C: b UID FETCH 300:500 (FLAGS) (CHANGEDSINCE 12345 VANISHED)
            S: b BAD Enable QRESYNC first
            C: c NOOP
            S: c OK NOOP completed
            C: d UID FETCH 1:* (FLAGS)
            S: d OK FETCH completed
            C: e ENABLE QRESYNC CONDSTORE
            S: * ENABLED QRESYNC CONDSTORE
            S: * OK [HIGHESTMODSEQ 1] CONDSTORE is on
            S: e OK ENABLE completed
            C: f FETCH 300:500 (FLAGS) (CHANGEDSINCE 12345 VANISHED)
            S: f BAD VANISHED needs UID FETCH
            C: g UID FETCH 300:500 (FLAGS) (VANISHED)
            S: g BAD VANISHED needs CHANGEDSINCE
            C: h SELECT INBOX (QRESYNC (1 1 1:*))
            S: h BAD * has no place here",
        )
        .await;
}

/// §3.2.5: another UIDVALIDITY, and everything else is passed over.
#[tokio::test]
async fn another_validity() {
    let world = World::new().await;
    with_uids(&world, 9, "3").await;
    let mut client = enabled(&world).await;
    client
        .check(
            r"C: A02 SELECT q (QRESYNC (67890007 1 1,3:9))
            S: * FLAGS …
            S: * 8 EXISTS
            S: * 0 RECENT
            S: * OK [UNSEEN 1] First unseen
            S: * OK [UIDVALIDITY …] UIDs valid
            S: * OK [UIDNEXT 10] Next UID
            S: * OK [HIGHESTMODSEQ …] Highest
            S: * OK [MAILBOXID (F…)] Mailbox
            S: * OK [PERMANENTFLAGS …
            S: A02 OK [READ-WRITE] SELECT completed",
        )
        .await;
}

/// §3.2.5.1: what left and what changed, among the UIDs that the client names.
#[tokio::test]
async fn coming_back() {
    comes_back_knowing(World::new().await).await;
    if let Some(world) = World::on_postgres().await {
        comes_back_knowing(world).await;
    }
}

async fn comes_back_knowing(world: World) {
    let known = with_uids(&world, 541, "1:40,42").await;
    let mut client = enabled(&world).await;
    let uid_validity = validity(&mut client).await;
    let mut other = world.selected("q").await;
    other
        .ok("UID STORE 41,43:116,118,120:211,214:540 +FLAGS.SILENT (\\Deleted)")
        .await;
    other.ok("EXPUNGE").await;
    other
        .ok("UID STORE 117 FLAGS.SILENT (\\Seen \\Answered)")
        .await;
    other
        .ok("UID STORE 119 FLAGS.SILENT (\\Draft $MDNSent)")
        .await;
    other
        .ok("UID STORE 541 FLAGS.SILENT (\\Seen $Forwarded)")
        .await;
    other.append("q", "", &message("new")).await;
    client.ok("SELECT INBOX").await;
    let select = format!("SELECT q (QRESYNC ({uid_validity} {known} 41:211,214:541))");
    let lines = client.ok(&select).await;
    assert_eq!(lines[0], "* OK [CLOSED] Previous mailbox closed");
    assert_eq!(lines[2], "* 6 EXISTS");
    let m = known + 2;
    assert_eq!(
        missed(&lines),
        [
            "* VANISHED (EARLIER) 41,43:116,118,120:211,214:540".to_owned(),
            format!(
                "* 1 FETCH (UID 117 FLAGS (\\Answered \\Seen) MODSEQ ({}))",
                m + 1
            ),
            format!(
                "* 2 FETCH (UID 119 FLAGS (\\Draft $MDNSent) MODSEQ ({}))",
                m + 2
            ),
            format!(
                "* 5 FETCH (UID 541 FLAGS (\\Seen $Forwarded) MODSEQ ({}))",
                m + 3
            ),
        ]
    );
    // Without the UIDs all are meant, the new one too; only what is asked for otherwise.
    let lines = client
        .ok(&format!("SELECT q (QRESYNC ({uid_validity} {}))", m + 2))
        .await;
    assert_eq!(
        missed(&lines),
        [
            format!(
                "* 5 FETCH (UID 541 FLAGS (\\Seen $Forwarded) MODSEQ ({}))",
                m + 3
            ),
            format!("* 6 FETCH (UID 542 FLAGS () MODSEQ ({}))", m + 4),
        ]
    );
    let lines = client
        .ok(&format!(
            "EXAMINE q (QRESYNC ({uid_validity} {known} 60,200:209,117))"
        ))
        .await;
    assert_eq!(
        missed(&lines),
        [
            "* VANISHED (EARLIER) 60,200:209".to_owned(),
            format!(
                "* 1 FETCH (UID 117 FLAGS (\\Answered \\Seen) MODSEQ ({}))",
                m + 1
            ),
        ]
    );
    // Nothing since: nothing is told.
    let lines = client
        .ok(&format!("SELECT q (QRESYNC ({uid_validity} {}))", m + 4))
        .await;
    assert_eq!(missed(&lines), [""; 0]);
    // Who knows what is still to come had a state that was lost; it hears all.
    let lines = client
        .ok(&format!("SELECT q (QRESYNC ({uid_validity} 99999 1:540))"))
        .await;
    assert_eq!(
        missed(&lines)[0],
        "* VANISHED (EARLIER) 1:116,118,120:211,214:540"
    );
    assert_eq!(missed(&lines).len(), 5);
}

/// §3.2.5.2, §5: nobody knows any more what left when. More UIDs than need be are told; where the client
/// says which numbers some had, those below are not.
#[tokio::test]
async fn what_was_forgotten() {
    comes_back_late(World::new().await).await;
    if let Some(world) = World::on_postgres().await {
        comes_back_late(world).await;
    }
}

async fn comes_back_late(world: World) {
    let gone: Vec<String> = (1..30)
        .filter(|n| n % 3 != 0)
        .map(|n| n.to_string())
        .collect();
    let known = with_uids(&world, 30, &gone.join(",")).await;
    forget(&world).await;
    let mut client = enabled(&world).await;
    let uid_validity = validity(&mut client).await;
    let earlier = "* VANISHED (EARLIER) 1:2,4:5,7:8,10:11,13:14,16:17,19:20,22:23,25:26,28:29";
    // A modseq from before that which was forgotten.
    let lines = client
        .ok(&format!(
            "SELECT q (QRESYNC ({uid_validity} {} 1:29))",
            known - 1
        ))
        .await;
    assert_eq!(missed(&lines)[0], earlier);
    let lines = client
        .ok(&format!(
            "SELECT q (QRESYNC ({uid_validity} {} 1:29 (4,7,9 12,21,27)))",
            known - 1
        ))
        .await;
    assert_eq!(missed(&lines)[0], "* VANISHED (EARLIER) 28:29");
    let lines = client
        .ok(&format!(
            "SELECT q (QRESYNC ({uid_validity} {} 1:29 (4,7,9 12,22,28)))",
            known - 1
        ))
        .await;
    assert_eq!(
        missed(&lines)[0],
        "* VANISHED (EARLIER) 13:14,16:17,19:20,22:23,25:26,28:29"
    );
    // From then on everything is known again.
    let lines = client
        .ok(&format!("SELECT q (QRESYNC ({uid_validity} {known} 1:29))"))
        .await;
    assert_eq!(missed(&lines), [""; 0]);
    // A session that was open all the while hears of what left, and of nothing else.
    let mut other = world.selected("q").await;
    other.ok("STORE 2:3 +FLAGS.SILENT (\\Deleted)").await;
    other.ok("EXPUNGE").await;
    forget(&world).await;
    let told = client.ok("NOOP").await;
    assert_eq!(told[0], "* VANISHED 6,9");
}

/// §3.2.6: what left after a modseq, with UID FETCH.
#[tokio::test]
async fn fetching_what_vanished() {
    let world = World::new().await;
    let known = with_uids(&world, 500, "1:303,305,310:398").await;
    let mut client = enabled(&world).await;
    client.ok("SELECT q").await;
    let mut other = world.selected("q").await;
    other
        .ok("UID STORE 304,306:309,405,411 +FLAGS.SILENT (\\Deleted)")
        .await;
    other.ok("EXPUNGE").await;
    other.ok("UID STORE 404 FLAGS.SILENT (\\Seen)").await;
    other.ok("UID STORE 406 FLAGS.SILENT (\\Deleted)").await;
    let m = known + 2;
    client.ok("NOOP").await;
    client
        .check(&format!(
            r"C: s100 UID FETCH 300:500 (FLAGS) (CHANGEDSINCE {known} VANISHED)
            S: * VANISHED (EARLIER) 304,306:309,405,411
            S: * 6 FETCH (UID 404 FLAGS (\Seen) MODSEQ ({}))
            S: * 7 FETCH (UID 406 FLAGS (\Deleted) MODSEQ ({}))
            S: s100 OK FETCH completed
            C: s101 UID FETCH 406:500 (FLAGS) (CHANGEDSINCE {} VANISHED)
            S: s101 OK FETCH completed",
            m + 1,
            m + 2,
            m + 2
        ))
        .await;
    // What the client was not yet told of as gone is not «earlier»: it follows.
    other.ok("EXPUNGE").await;
    client
        .check(&format!(
            r"C: s102 UID FETCH 400:410 (FLAGS) (CHANGEDSINCE {} VANISHED)
            S: * VANISHED 406
            S: s102 OK FETCH completed",
            m + 2
        ))
        .await;
    forget(&world).await;
    client
        .check(&format!(
            r"C: s103 UID FETCH 300:410 (FLAGS) (CHANGEDSINCE {} VANISHED)
            S: * VANISHED (EARLIER) 300:398,405:406
            S: s103 OK FETCH completed",
            m + 2
        ))
        .await;
}

/// §3.2.7 to §3.2.10: VANISHED for EXPUNGE, with HIGHESTMODSEQ, but not for CLOSE.
#[tokio::test]
async fn expunging() {
    let world = World::new().await;
    let known = with_uids(&world, 11, "").await;
    let mut client = enabled(&world).await;
    client.ok("SELECT q").await;
    let mut other = world.selected("q").await;
    client
        .ok("UID STORE 3,4,7,11 +FLAGS.SILENT (\\Deleted)")
        .await;
    other.ok("NOOP").await;
    client
        .check(&format!(
            "C: B202 EXPUNGE\nS: * VANISHED 3:4,7,11\nS: B202 OK [HIGHESTMODSEQ {}] EXPUNGE completed",
            known + 2
        ))
        .await;
    other
        .check("C: a NOOP\nS: * 11 EXPUNGE\nS: * 7 EXPUNGE\nS: * 4 EXPUNGE\nS: * 3 EXPUNGE\nS: a OK NOOP completed")
        .await;
    client.ok("UID STORE 2,6,8 +FLAGS.SILENT (\\Deleted)").await;
    client
        .check(&format!(
            r"C: . UID EXPUNGE 6:100
            S: * VANISHED 6,8
            S: . OK [HIGHESTMODSEQ {}] EXPUNGE completed
            C: A210 UID EXPUNGE 1
            S: A210 OK EXPUNGE completed
            C: A211 UID MOVE 9 INBOX
            S: * OK [COPYUID … 9 1] Moved
            S: * VANISHED 9
            S: A211 OK [HIGHESTMODSEQ {}] MOVE completed
            C: A212 CLOSE
            S: A212 OK CLOSE completed",
            known + 4,
            known + 5
        ))
        .await;
    assert_eq!(modseq(&mut client).await, known + 6);
    // A message that came and went before it was told of is not told of.
    client.ok("SELECT q").await;
    other.append("q", "(\\Deleted) ", &message("b")).await;
    other.append("q", "", &message("c")).await;
    other.ok("EXPUNGE").await;
    client
        .check("C: n NOOP\nS: * 4 EXISTS\nS: * … RECENT\nS: n OK NOOP completed")
        .await;
}

/// §6: while a VANISHED is held back, the client is told how far it has heard everything.
#[tokio::test]
async fn held_back() {
    let world = World::new().await;
    let known = with_uids(&world, 3, "").await;
    let mut client = enabled(&world).await;
    client.ok("SELECT q").await;
    let mut other = world.selected("q").await;
    other.ok("UID STORE 3 +FLAGS.SILENT (\\Deleted)").await;
    other.ok("EXPUNGE").await;
    client
        .check(&format!(
            r"C: A150 STORE 1:2 +FLAGS.SILENT (\Seen)
            S: * 1 FETCH (UID 1 MODSEQ ({now}))
            S: * 2 FETCH (UID 2 MODSEQ ({now}))
            S: * OK [HIGHESTMODSEQ {known}] Something is still to be told
            S: A150 OK STORE completed
            C: A151 FETCH 3 (FLAGS)
            S: A151 OK [EXPUNGEISSUED] Some messages are gone
            C: A1515 UID SEARCH 1:2
            S: * SEARCH 1 2
            S: A1515 OK SEARCH completed
            C: A152 UID SEARCH UID 1:2
            S: * SEARCH 1 2
            S: * VANISHED 3
            S: * OK [HIGHESTMODSEQ {now}] Everything was told
            S: A152 OK SEARCH completed
            C: A153 NOOP
            S: A153 OK NOOP completed",
            now = known + 3
        ))
        .await;
}

/// With IMAP4rev2 and idling: VANISHED, EXISTS without RECENT, FETCH with UID and MODSEQ.
#[tokio::test]
async fn idling() {
    let world = World::new().await;
    let known = with_uids(&world, 4, "").await;
    let mut client = world.client().await;
    client
        .check("C: e ENABLE QRESYNC IMAP4rev2\nS: * ENABLED QRESYNC IMAP4rev2\nS: e OK ENABLE completed")
        .await;
    client.ok("SELECT q").await;
    let mut other = world.selected("q").await;
    client.check("C: i IDLE\nS: + idling").await;
    other.ok("STORE 2 +FLAGS.SILENT (\\Deleted)").await;
    client
        .check(&format!(
            "S: * 2 FETCH (UID 2 FLAGS (\\Deleted) MODSEQ ({}))",
            known + 1
        ))
        .await;
    other.ok("EXPUNGE").await;
    client.check("S: * VANISHED 2").await;
    other.append("q", "", &message("x")).await;
    client
        .check("S: * 4 EXISTS\nC: DONE\nS: i OK IDLE completed")
        .await;
}
