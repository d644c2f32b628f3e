use congvu_store::{StoreError, folder};

use crate::support::{World, message};

#[tokio::test]
async fn first_folders_and_special_uses() {
    let world = World::new().await;
    let mut client = world.client().await;
    client
        .check(
            r#"C: a LIST "" ""
            S: * LIST (\Noselect) "/" ""
            S: a OK LIST completed
            C: b LIST "" *
            S: * LIST (\HasNoChildren \Archive) "/" "Archive"
            S: * LIST (\HasNoChildren \Drafts) "/" "Drafts"
            S: * LIST (\HasNoChildren) "/" "INBOX"
            S: * LIST (\HasNoChildren \Junk) "/" "Junk"
            S: * LIST (\HasNoChildren \Sent) "/" "Sent"
            S: * LIST (\HasNoChildren \Trash) "/" "Trash"
            S: b OK LIST completed
            C: c LIST (SPECIAL-USE) "" ("S*" "T*") RETURN (SUBSCRIBED STATUS (MESSAGES UIDNEXT))
            S: * LIST (\HasNoChildren \Subscribed \Sent) "/" "Sent"
            S: * STATUS "Sent" (MESSAGES 0 UIDNEXT 1)
            S: * LIST (\HasNoChildren \Subscribed \Trash) "/" "Trash"
            S: * STATUS "Trash" (MESSAGES 0 UIDNEXT 1)
            S: c OK LIST completed"#,
        )
        .await;
}

#[tokio::test]
async fn making_and_deleting() {
    let world = World::new().await;
    let mut client = world.client().await;
    client
        .check(
            r#"C: a CREATE "C&APQ-ng v&AQM-n/2026/Q1"
            S: a OK [MAILBOXID (F…)] CREATE completed
            C: b LIST "" "C*"
            S: * LIST (\HasChildren) "/" "C&APQ-ng v&AQM-n"
            S: * LIST (\HasChildren) "/" "C&APQ-ng v&AQM-n/2026"
            S: * LIST (\HasNoChildren) "/" "C&APQ-ng v&AQM-n/2026/Q1"
            S: b OK LIST completed
            C: c CREATE "C&APQ-ng v&AQM-n"
            S: c NO [ALREADYEXISTS] Mailbox already exists
            C: d DELETE "C&APQ-ng v&AQM-n/2026"
            S: d OK DELETE completed
            C: e LIST "" "C*/%"
            S: * LIST (\Noselect \HasChildren) "/" "C&APQ-ng v&AQM-n/2026"
            S: * LIST (\HasNoChildren) "/" "C&APQ-ng v&AQM-n/2026/Q1"
            S: e OK LIST completed
            C: f DELETE "C&APQ-ng v&AQM-n/2026"
            S: f NO [HASCHILDREN] Mailbox has children
            C: g SELECT "C&APQ-ng v&AQM-n/2026"
            S: g NO [NONEXISTENT] No such mailbox
            C: h DELETE INBOX
            S: h NO [CANNOT] INBOX cannot be deleted
            C: i CREATE inbox
            S: i NO [ALREADYEXISTS] …
            C: j DELETE nothing
            S: j NO [NONEXISTENT] No such mailbox
            C: k CREATE Old (USE (\Archive))
            S: k NO [USEATTR] Another mailbox has this special use
            C: l CREATE Vip (USE (\Important))
            S: l OK [MAILBOXID (F…)] CREATE completed
            C: m LIST "" Vip
            S: * LIST (\HasNoChildren \Important) "/" "Vip"
            S: m OK LIST completed
            C: n CREATE "&AOk"
            S: n BAD …
            C: o CREATE all (USE (\All))
            S: o NO [USEATTR] …"#,
        )
        .await;
}

#[tokio::test]
async fn renaming() {
    let world = World::new().await;
    let mut client = world.client().await;
    client.ok("CREATE a/b/c").await;
    client.append("INBOX", "", &message("one")).await;
    client.append("a/b/c", "", &message("two")).await;
    client
        .check(
            r#"C: a RENAME a x/y
            S: a OK RENAME completed
            C: b LIST "" x*
            S: * LIST (\HasChildren) "/" "x"
            S: * LIST (\HasChildren) "/" "x/y"
            S: * LIST (\HasChildren) "/" "x/y/b"
            S: * LIST (\HasNoChildren) "/" "x/y/b/c"
            S: b OK LIST completed
            C: c STATUS x/y/b/c (MESSAGES)
            S: * STATUS "x/y/b/c" (MESSAGES 1)
            S: c OK STATUS completed
            C: d RENAME x x/z
            S: d NO [CANNOT] A mailbox cannot lie below itself
            C: e RENAME x Sent
            S: e NO [ALREADYEXISTS] …
            C: f RENAME nothing new
            S: f NO [NONEXISTENT] No such mailbox
            C: g RENAME INBOX old/inbox
            S: g OK RENAME completed
            C: h STATUS INBOX (MESSAGES UIDNEXT)
            S: * STATUS "INBOX" (MESSAGES 0 UIDNEXT 2)
            S: h OK STATUS completed
            C: i STATUS old/inbox (MESSAGES UNSEEN SIZE DELETED RECENT)
            S: * STATUS "old/inbox" (MESSAGES 1 UNSEEN 1 SIZE … DELETED 0 RECENT 1)
            S: i OK STATUS completed"#,
        )
        .await;
}

#[tokio::test]
async fn subscriptions() {
    let world = World::new().await;
    let mut client = world.client().await;
    client
        .check(
            r#"C: a CREATE p/q
            S: a OK [MAILBOXID (F…)] CREATE completed
            C: b SUBSCRIBE p/q
            S: b OK SUBSCRIBE completed
            C: c SUBSCRIBE gone/x
            S: c OK SUBSCRIBE completed
            C: d LSUB "" p*
            S: * LSUB () "/" "p/q"
            S: d OK LSUB completed
            C: e LSUB "" %
            S: * LSUB () "/" "Archive"
            S: * LSUB () "/" "Drafts"
            S: * LSUB () "/" "INBOX"
            S: * LSUB () "/" "Junk"
            S: * LSUB () "/" "Sent"
            S: * LSUB () "/" "Trash"
            S: * LSUB (\Noselect) "/" "gone"
            S: * LSUB (\Noselect) "/" "p"
            S: e OK LSUB completed
            C: f LIST (SUBSCRIBED) "" g*
            S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" "gone/x"
            S: f OK LIST completed
            C: g LIST (SUBSCRIBED RECURSIVEMATCH) "" p
            S: * LIST (\HasChildren) "/" "p" ("CHILDINFO" ("SUBSCRIBED"))
            S: g OK LIST completed
            C: h UNSUBSCRIBE p/q
            S: h OK UNSUBSCRIBE completed
            C: i LSUB "" p*
            S: i OK LSUB completed"#,
        )
        .await;
}

/// Subscriptions are names: only the client takes one off (RFC 9051 §6.3.7).
#[tokio::test]
async fn renaming_leaves_subscriptions() {
    let world = World::new().await;
    let mut client = world.client().await;
    client.ok("CREATE p").await;
    client.ok("SUBSCRIBE p").await;
    client
        .check(
            r#"C: a RENAME p q
            S: a OK RENAME completed
            C: b LIST (SUBSCRIBED) "" p
            S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" "p"
            S: b OK LIST completed
            C: c LSUB "" q
            S: c OK LSUB completed"#,
        )
        .await;
}

#[tokio::test]
async fn there_is_an_end_to_folders_and_subscriptions() {
    let world = World::new().await;
    let id = world.mailbox;
    let fill = world.store.write(move |tx| {
        for n in 0..5_000 {
            folder::subscribe(tx, id, &format!("s{n}"))?;
        }
        for n in 0..4_993 {
            folder::create(tx, id, &format!("f{n}"), None)?;
        }
        Ok::<_, StoreError>(())
    });
    fill.await.unwrap();
    let mut client = world.client().await;
    let long = vec!["a".repeat(250); 4].join("/");
    client
        .check(&format!(
            r#"C: a SUBSCRIBE more
            S: a NO [LIMIT] Too many subscriptions
            C: b CREATE one
            S: b OK [MAILBOXID (F…)] CREATE completed
            C: c CREATE two
            S: c NO [LIMIT] Too many mailboxes
            C: d SUBSCRIBE {long}
            S: d NO [CANNOT] mailbox name is too long
            C: e LIST "" f499%
            S: * LIST (\HasNoChildren) "/" "f499""#
        ))
        .await;
    // As many as a hostile client would ask for.
    let pattern = format!("\"{}b\"", "*a".repeat(500));
    let patterns = vec![pattern; 50].join(" ");
    let mut other = world.client().await;
    other.command(&format!("LIST \"\" ({patterns})")).await;
}

#[tokio::test]
async fn deleting_the_selected_mailbox() {
    let world = World::new().await;
    let mut one = world.client().await;
    one.ok("CREATE w").await;
    one.ok("SELECT w").await;
    let mut two = world.selected("w").await;
    two.check("C: i IDLE\nS: + idling").await;
    one.check("C: a DELETE w\nS: a OK DELETE completed\nC: b FETCH 1 FLAGS\nS: b BAD Select a mailbox first").await;
    two.check("S: * BYE [NONEXISTENT] The selected mailbox was deleted")
        .await;
    two.closed().await;
}
