//! OBJECTID (RFC 8474).

use congvu_store::blob::sweep::sweep;

use crate::support::{Client, World, message};

/// The identifier in a line, between parentheses after `name`.
fn id(line: &str, name: &str) -> String {
    let (_, rest) = line.split_once(&format!("{name} (")).expect(line);
    rest.split_once(')').unwrap().0.to_owned()
}

async fn mailbox_id(client: &mut Client, mailbox: &str) -> String {
    let lines = client.ok(&format!("STATUS {mailbox} (MAILBOXID)")).await;
    id(&lines[0], "MAILBOXID")
}

#[tokio::test]
async fn mailboxes() {
    let world = World::new().await;
    let mut client = world.client().await;
    // RFC 8474 §4.1 to §4.3
    client
        .check(
            "C: 3 create foo
            S: 3 OK [MAILBOXID (F…)] CREATE completed
            C: 4 create bar
            S: 4 OK [MAILBOXID (F…)] CREATE completed
            C: 5 create foo
            S: 5 NO [ALREADYEXISTS] Mailbox already exists",
        )
        .await;
    let (foo, bar) = (
        mailbox_id(&mut client, "foo").await,
        mailbox_id(&mut client, "bar").await,
    );
    assert_ne!(foo, bar);
    client
        .check(&format!(
            "C: 6 status foo (mailboxid)
            S: * STATUS …foo… (MAILBOXID ({foo}))
            S: 6 OK STATUS completed
            C: 8 rename foo renamed
            S: 8 OK RENAME completed
            C: 9 status renamed (mailboxid messages)
            S: * STATUS …renamed… (MAILBOXID ({foo}) MESSAGES 0)
            S: 9 OK STATUS completed
            C: 10 status bar (mailboxid)
            S: * STATUS …bar… (MAILBOXID ({bar}))
            S: 10 OK STATUS completed"
        ))
        .await;
    let lines = client.ok("SELECT renamed").await;
    let selected = format!("* OK [MAILBOXID ({foo})] Mailbox");
    assert!(lines.contains(&selected), "{lines:?}");
    let lines = client.ok("EXAMINE bar").await;
    assert!(lines.iter().any(|line| id_of(line) == bar), "{lines:?}");
    let lines = client
        .ok("LIST \"\" \"*\" RETURN (STATUS (MAILBOXID))")
        .await;
    let status = lines.iter().filter(|line| line.contains("MAILBOXID"));
    assert_eq!(status.count(), lines.len() / 2);
    // A name that is used again has another identifier.
    client.ok("DELETE bar").await;
    let lines = client.command("CREATE bar").await;
    let again = id(&lines[0], "MAILBOXID");
    assert!(again != bar && again != foo);
    // INBOX stays, its mail goes to another.
    let inbox = mailbox_id(&mut client, "INBOX").await;
    client.ok("RENAME INBOX old").await;
    assert_eq!(mailbox_id(&mut client, "INBOX").await, inbox);
    assert_ne!(mailbox_id(&mut client, "old").await, inbox);
}

fn id_of(line: &str) -> String {
    if line.contains("MAILBOXID") {
        id(line, "MAILBOXID")
    } else {
        String::new()
    }
}

/// The identifiers of all messages in the selected mailbox.
async fn emails(client: &mut Client) -> Vec<String> {
    let lines = client.ok("FETCH 1:* (EMAILID)").await;
    lines.iter().map(|line| id(line, "EMAILID")).collect()
}

#[tokio::test]
async fn messages() {
    let world = World::new().await;
    let mut client = world.client().await;
    client.ok("CREATE foo").await;
    for name in ["A", "B", "C"] {
        client.append("INBOX", "", &message(name)).await;
    }
    client.ok("SELECT INBOX").await;
    let all = emails(&mut client).await;
    let [a, b, c] = all.as_slice() else {
        panic!("{all:?}");
    };
    assert!(a != b && b != c && a != c);
    let threads = client.ok("FETCH 1:* (THREADID)").await;
    let threads: Vec<_> = threads.iter().map(|line| id(line, "THREADID")).collect();
    let [ta, tb, tc] = threads.as_slice() else {
        panic!("{threads:?}");
    };
    assert!(ta != tb && tb != tc && ta != tc);
    // RFC 8474 §5.3 and §6.
    client
        .check(&format!(
            "C: 22 fetch 1:* (emailid threadid)
            S: * 1 FETCH (EMAILID ({a}) THREADID ({ta}))
            S: * 2 FETCH (EMAILID ({b}) THREADID ({tb}))
            S: * 3 FETCH (EMAILID ({c}) THREADID ({tc}))
            S: 22 OK FETCH completed
            C: 27 search emailid {a}
            S: * SEARCH 1
            S: 27 OK SEARCH completed
            C: 28 search threadid T64b478a75b7ea9
            S: * SEARCH
            S: 28 OK SEARCH completed
            C: 29 search or emailid {c} emailid M6d99ac3275bb4e
            S: * SEARCH 3
            S: 29 OK SEARCH completed
            C: 30 search not emailid {b}
            S: * SEARCH 1 3
            S: 30 OK SEARCH completed
            C: 23 move 2 foo
            S: * OK [COPYUID … 2 1] Moved
            S: * 2 EXPUNGE
            S: 23 OK MOVE completed
            C: 24 fetch 1:* (emailid threadid)
            S: * 1 FETCH (EMAILID ({a}) THREADID ({ta}))
            S: * 2 FETCH (EMAILID ({c}) THREADID ({tc}))
            S: 24 OK FETCH completed"
        ))
        .await;
    // Copies of copies, in the same folder too, keep it and are found by it.
    client.ok("COPY 1 foo").await;
    client.ok("COPY 1 INBOX").await;
    assert_eq!(
        client.ok(&format!("UID SEARCH EMAILID {a}")).await,
        ["* SEARCH 1 4"]
    );
    client.ok("SELECT foo").await;
    assert_eq!(emails(&mut client).await, [b.clone(), a.clone()]);
    client.ok("MOVE 1:2 INBOX").await;
    client.ok("SELECT INBOX").await;
    assert_eq!(
        emails(&mut client).await,
        [a.clone(), c.clone(), a.clone(), b.clone(), a.clone()]
    );
    assert_eq!(
        client.ok(&format!("UID SEARCH EMAILID {b}")).await,
        ["* SEARCH 5"]
    );
    client.ok("RENAME INBOX old").await;
    client.ok("SELECT old").await;
    assert_eq!(emails(&mut client).await.len(), 5);
    assert_eq!(emails(&mut client).await[3], *b);
}

/// RFC 8474 §5.2: those that answer one another belong together, wherever they lie.
#[tokio::test]
async fn conversations() {
    let world = World::new().await;
    let mut client = world.client().await;
    client.ok("CREATE foo").await;
    let mail = |head: &str| format!("From: an@sonla.gov.vn\r\n{head}\r\nText\r\n").into_bytes();
    for head in [
        "Message-ID: <goc@a>\r\n",
        "Message-ID: <hai@a>\r\nIn-Reply-To: <goc@a>\r\n",
        "Message-ID: <ba@a>\r\nReferences: <goc@a> <hai@a>\r\nIn-Reply-To: <hai@a>\r\n",
        "Message-ID: <khac@a>\r\n",
        "Subject: without any\r\n",
        "Subject: without any, too\r\n",
    ] {
        client.append("INBOX", "", &mail(head)).await;
    }
    client.ok("SELECT INBOX").await;
    client.ok("COPY 5 INBOX").await;
    let lines = client.ok("FETCH 1:7 (THREADID)").await;
    let fetched = lines.iter().filter(|line| line.contains("THREADID"));
    let ids: Vec<_> = fetched.map(|line| id(line, "THREADID")).collect();
    assert_eq!(ids.len(), 7, "{lines:?}");
    let same = |a: usize| -> Vec<usize> { (1..=7).filter(|b| ids[*b - 1] == ids[a - 1]).collect() };
    assert_eq!(same(1), [1, 2, 3]);
    assert_eq!(same(4), [4]);
    assert_eq!(same(5), [5, 7]);
    assert_eq!(same(6), [6]);
    for (n, found) in [(1, "1 2 3"), (4, "4"), (5, "5 7"), (6, "6")] {
        let id = &ids[n - 1];
        let lines = client.ok(&format!("SEARCH THREADID {id}")).await;
        assert_eq!(lines, [format!("* SEARCH {found}")], "{id}");
    }
    let not = client.ok(&format!("SEARCH NOT THREADID {}", ids[0])).await;
    assert_eq!(not, ["* SEARCH 4 5 6 7"]);
    client.ok("MOVE 3 foo").await;
    client.ok("SELECT foo").await;
    let lines = client.ok("FETCH 1 (THREADID)").await;
    assert_eq!(id(&lines[0], "THREADID"), ids[0]);
}

#[tokio::test]
async fn an_identifier_never_comes_back() {
    let world = World::new().await;
    let mut client = world.client().await;
    client.append("INBOX", "", &message("one")).await;
    client.append("INBOX", "", &message("two")).await;
    client.ok("SELECT INBOX").await;
    let before = emails(&mut client).await;
    // The last message goes with its row and its blob, and the same bytes come again.
    client.ok("STORE 1:2 +FLAGS.SILENT (\\Deleted)").await;
    client.ok("EXPUNGE").await;
    let later = congvu_store::now_ms() + 10 * 3_600_000;
    // Nor can anybody have it back.
    let pruned = world
        .store
        .write(move |tx| congvu_store::removed::prune(tx, later, 100));
    assert!(pruned.await.unwrap());
    let swept = sweep(&world.store, later).await.unwrap();
    assert!(swept.messages > 0);
    client.append("INBOX", "", &message("one")).await;
    client.append("INBOX", "", &message("two")).await;
    client.ok("NOOP").await;
    let after = emails(&mut client).await;
    assert_eq!(after.len(), 2);
    assert!(
        before.iter().all(|id| !after.contains(id)),
        "{before:?} {after:?}"
    );
    // The same bytes with other lines before them are another content.
    client.append("INBOX", "", &message("one")).await;
    client.ok("NOOP").await;
    let all = emails(&mut client).await;
    assert_ne!(all[0], all[2]);
}
