//! LIST-EXTENDED (RFC 5258), LIST-STATUS (RFC 5819), LIST-MYRIGHTS (RFC 8440), LIST-METADATA
//! (RFC 9590), and what STATUS tells beside (RFC 7889, RFC 8438, RFC 9208).

use congvu_store::{StoreError, folder};

use crate::support::{Client, World, message};

/// A world whose mailbox has these folders beside INBOX, and these names subscribed.
async fn world(folders: &[&str], subscribed: &[&str]) -> (World, Client) {
    let world = World::new().await;
    let id = world.mailbox;
    let set = world.store.write(move |tx| {
        for name in folder::subscriptions(tx, id)? {
            folder::unsubscribe(tx, id, &name)?;
        }
        for folder in folder::list(tx, id)? {
            if folder.name != "INBOX" {
                folder::delete(tx, folder.id)?;
            }
        }
        Ok::<_, StoreError>(())
    });
    set.await.unwrap();
    let mut client = world.client().await;
    let id = world.mailbox;
    let folders: Vec<String> = folders.iter().map(|&name| name.to_owned()).collect();
    let made = world.store.write(move |tx| {
        for name in &folders {
            folder::create(tx, id, name, None)?;
        }
        Ok::<_, StoreError>(())
    });
    made.await.unwrap();
    for name in subscribed {
        client.ok(&format!("SUBSCRIBE {name}")).await;
    }
    (world, client)
}

/// RFC 5258 §5, examples 1 to 6, without the mailboxes of other servers.
#[tokio::test]
async fn fruit_and_vegetables() {
    let (_world, mut client) = world(
        &[
            "Fruit",
            "Fruit/Apple",
            "Fruit/Banana",
            "Tofu",
            "Vegetable",
            "Vegetable/Broccoli",
            "Vegetable/Corn",
        ],
        &[
            "inbox",
            "Fruit/Banana",
            "Fruit/Peach",
            "Vegetable",
            "Vegetable/Broccoli",
        ],
    )
    .await;
    client
        .check(
            r#"C: A01 LIST "" "*"
            S: * LIST (\HasChildren) "/" "Fruit"
            S: * LIST (\HasNoChildren) "/" "Fruit/Apple"
            S: * LIST (\HasNoChildren) "/" "Fruit/Banana"
            S: * LIST (\HasNoChildren) "/" "INBOX"
            S: * LIST (\HasNoChildren) "/" "Tofu"
            S: * LIST (\HasChildren) "/" "Vegetable"
            S: * LIST (\HasNoChildren) "/" "Vegetable/Broccoli"
            S: * LIST (\HasNoChildren) "/" "Vegetable/Corn"
            S: A01 OK LIST completed
            C: A02 LIST (SUBSCRIBED) "" "*"
            S: * LIST (\HasNoChildren \Subscribed) "/" "Fruit/Banana"
            S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" "Fruit/Peach"
            S: * LIST (\HasNoChildren \Subscribed) "/" "INBOX"
            S: * LIST (\HasChildren \Subscribed) "/" "Vegetable"
            S: * LIST (\HasNoChildren \Subscribed) "/" "Vegetable/Broccoli"
            S: A02 OK LIST completed
            C: A03 LIST () "" "%" RETURN (CHILDREN)
            S: * LIST (\HasChildren) "/" "Fruit"
            S: * LIST (\HasNoChildren) "/" "INBOX"
            S: * LIST (\HasNoChildren) "/" "Tofu"
            S: * LIST (\HasChildren) "/" "Vegetable"
            S: A03 OK LIST completed
            C: A04 LIST (REMOTE) "" "%" RETURN (CHILDREN)
            S: * LIST (\HasChildren) "/" "Fruit"
            S: * LIST (\HasNoChildren) "/" "INBOX"
            S: * LIST (\HasNoChildren) "/" "Tofu"
            S: * LIST (\HasChildren) "/" "Vegetable"
            S: A04 OK LIST completed
            C: A05 LIST (REMOTE SUBSCRIBED) "" "*"
            S: * LIST (\HasNoChildren \Subscribed) "/" "Fruit/Banana"
            S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" "Fruit/Peach"
            S: * LIST (\HasNoChildren \Subscribed) "/" "INBOX"
            S: * LIST (\HasChildren \Subscribed) "/" "Vegetable"
            S: * LIST (\HasNoChildren \Subscribed) "/" "Vegetable/Broccoli"
            S: A05 OK LIST completed
            C: A06 LIST (REMOTE) "" "*" RETURN (SUBSCRIBED)
            S: * LIST (\HasChildren) "/" "Fruit"
            S: * LIST (\HasNoChildren) "/" "Fruit/Apple"
            S: * LIST (\HasNoChildren \Subscribed) "/" "Fruit/Banana"
            S: * LIST (\HasNoChildren \Subscribed) "/" "INBOX"
            S: * LIST (\HasNoChildren) "/" "Tofu"
            S: * LIST (\HasChildren \Subscribed) "/" "Vegetable"
            S: * LIST (\HasNoChildren \Subscribed) "/" "Vegetable/Broccoli"
            S: * LIST (\HasNoChildren) "/" "Vegetable/Corn"
            S: A06 OK LIST completed
            C: A07 LIST (RECURSIVEMATCH) "" "*"
            S: A07 BAD RECURSIVEMATCH needs another selection option
            C: A08 LIST (FOO) "" "*"
            S: A08 BAD unknown selection option"#,
        )
        .await;
}

/// RFC 5258 §5, examples 7 and 8.
#[tokio::test]
async fn children_that_meet_the_criteria() {
    let (_world, mut client) = world(
        &["Foo", "Foo/Bar", "Foo/Baz", "Moo", "Sent/March2004"],
        &["Foo/Baz"],
    )
    .await;
    client
        .check(
            r#"C: BBB LIST "" ("INBOX" "Drafts" "Sent/%")
            S: * LIST (\HasNoChildren) "/" "INBOX"
            S: * LIST (\HasNoChildren) "/" "Sent/March2004"
            S: BBB OK LIST completed
            C: CA3 LIST "" "%" RETURN (CHILDREN)
            S: * LIST (\HasChildren) "/" "Foo"
            S: * LIST (\HasNoChildren) "/" "INBOX"
            S: * LIST (\HasNoChildren) "/" "Moo"
            S: * LIST (\NonExistent \HasChildren) "/" "Sent"
            S: CA3 OK LIST completed
            C: C02 LIST (SUBSCRIBED) "" "*"
            S: * LIST (\HasNoChildren \Subscribed) "/" "Foo/Baz"
            S: C02 OK LIST completed
            C: C03 LIST (SUBSCRIBED) "" "%"
            S: C03 OK LIST completed
            C: C04 LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"
            S: * LIST (\HasChildren) "/" "Foo" ("CHILDINFO" ("SUBSCRIBED"))
            S: C04 OK LIST completed
            C: a SUBSCRIBE Foo
            S: a OK SUBSCRIBE completed
            C: C05 LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"
            S: * LIST (\HasChildren \Subscribed) "/" "Foo" ("CHILDINFO" ("SUBSCRIBED"))
            S: C05 OK LIST completed
            C: b SUBSCRIBE Moo
            S: b OK SUBSCRIBE completed
            C: c UNSUBSCRIBE Foo/Baz
            S: c OK UNSUBSCRIBE completed
            C: C06 LIST (SUBSCRIBED RECURSIVEMATCH) "" "%" RETURN (CHILDREN)
            S: * LIST (\HasChildren \Subscribed) "/" "Foo"
            S: * LIST (\HasNoChildren \Subscribed) "/" "Moo"
            S: C06 OK LIST completed
            C: d UNSUBSCRIBE Moo
            S: d OK UNSUBSCRIBE completed
            C: e UNSUBSCRIBE Foo
            S: e OK UNSUBSCRIBE completed
            C: C07 LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"
            S: C07 OK LIST completed
            C: f SUBSCRIBE Goo/Baz
            S: f OK SUBSCRIBE completed
            C: C08 LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"
            S: * LIST (\NonExistent \HasNoChildren) "/" "Goo" ("CHILDINFO" ("SUBSCRIBED"))
            S: C08 OK LIST completed
            C: C09 LIST "" "G*"
            S: C09 OK LIST completed
            C: C10 LIST "" "G*" RETURN (SUBSCRIBED)
            S: C10 OK LIST completed"#,
        )
        .await;
}

/// RFC 5258 §5, examples 9 and 10; what would be redundant is not told (§3.5).
#[tokio::test]
async fn child_info_whatever_the_pattern() {
    let (_world, mut client) = world(
        &[
            "foo2",
            "foo2/bar1",
            "foo2/bar2",
            "baz2",
            "baz2/bar2",
            "baz2/bar22",
            "baz2/bar222",
            "eps2",
            "eps2/mamba",
            "qux2/bar2",
            "foo",
        ],
        &[
            "foo2/bar1",
            "foo2/bar2",
            "baz2/bar2",
            "baz2/bar22",
            "baz2/bar222",
            "eps2",
            "eps2/mamba",
            "qux2/bar2",
            "foo/bar",
        ],
    )
    .await;
    client
        .check(
            r#"C: D03 LIST (RECURSIVEMATCH SUBSCRIBED) "" "*2"
            S: * LIST (\HasNoChildren \Subscribed) "/" "baz2/bar2"
            S: * LIST (\HasNoChildren \Subscribed) "/" "baz2/bar22"
            S: * LIST (\HasNoChildren \Subscribed) "/" "baz2/bar222"
            S: * LIST (\HasChildren \Subscribed) "/" "eps2" ("CHILDINFO" ("SUBSCRIBED"))
            S: * LIST (\HasChildren) "/" "foo2" ("CHILDINFO" ("SUBSCRIBED"))
            S: * LIST (\HasNoChildren \Subscribed) "/" "foo2/bar2"
            S: * LIST (\HasNoChildren \Subscribed) "/" "qux2/bar2"
            S: D03 OK LIST completed
            C: a1 LIST "" ("foo" "foo/*")
            S: * LIST (\HasNoChildren) "/" "foo"
            S: a1 OK LIST completed
            C: a2 LIST (SUBSCRIBED) "" "foo/*"
            S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" "foo/bar"
            S: a2 OK LIST completed
            C: a3 LIST (SUBSCRIBED RECURSIVEMATCH) "" foo RETURN (CHILDREN)
            S: * LIST (\HasNoChildren) "/" "foo" ("CHILDINFO" ("SUBSCRIBED"))
            S: a3 OK LIST completed"#,
        )
        .await;
}

/// RFC 5819 §4 and RFC 8440 §4, the examples: of a mailbox that does not exist, or is shown for its
/// children alone, nothing else is told.
#[tokio::test]
async fn status_and_rights_with_the_list() {
    let (_world, mut client) = world(&["foo", "foo/baz", "bar/x"], &["INBOX", "foo/baz"]).await;
    for _ in 0..3 {
        client.append("INBOX", "(\\Seen) ", &message("a")).await;
    }
    client.append("foo", "", &message("b")).await;
    client
        .check(
            r#"C: A01 LIST "" % RETURN (STATUS (MESSAGES UNSEEN))
            S: * LIST (\HasNoChildren) "/" "INBOX"
            S: * STATUS "INBOX" (MESSAGES 3 UNSEEN 0)
            S: * LIST (\NonExistent \HasChildren) "/" "bar"
            S: * LIST (\HasChildren) "/" "foo"
            S: * STATUS "foo" (MESSAGES 1 UNSEEN 1)
            S: A01 OK LIST completed
            C: A02 LIST (SUBSCRIBED RECURSIVEMATCH) "" % RETURN (STATUS (MESSAGES))
            S: * LIST (\HasNoChildren \Subscribed) "/" "INBOX"
            S: * STATUS "INBOX" (MESSAGES 3)
            S: * LIST (\HasChildren) "/" "foo" ("CHILDINFO" ("SUBSCRIBED"))
            S: A02 OK LIST completed
            C: B01 LIST "" % RETURN (MYRIGHTS)
            S: * LIST (\HasNoChildren) "/" "INBOX"
            S: * MYRIGHTS "INBOX" lrswipktecd
            S: * LIST (\NonExistent \HasChildren) "/" "bar"
            S: * LIST (\HasChildren) "/" "foo"
            S: * MYRIGHTS "foo" lrswipkxtecd
            S: B01 OK LIST completed
            C: B02 LIST (SUBSCRIBED RECURSIVEMATCH) "" % RETURN (MYRIGHTS)
            S: * LIST (\HasNoChildren \Subscribed) "/" "INBOX"
            S: * MYRIGHTS "INBOX" lrswipktecd
            S: * LIST (\HasChildren) "/" "foo" ("CHILDINFO" ("SUBSCRIBED"))
            S: B02 OK LIST completed
            C: B03 MYRIGHTS foo
            S: * MYRIGHTS "foo" lrswipkxtecd
            S: B03 OK MYRIGHTS completed
            C: B04 MYRIGHTS bar
            S: B04 NO [NONEXISTENT] No such mailbox"#,
        )
        .await;
}

/// RFC 9590 §4, the examples.
#[tokio::test]
async fn annotations_with_the_list() {
    let (_world, mut client) = world(&["foo", "foo/baz", "bar/x"], &["INBOX", "foo/baz"]).await;
    client
        .ok("SETMETADATA INBOX (/shared/vendor/cmu/cyrus-imapd/color \"#b71c1c\")")
        .await;
    client
        .check(
            r##"C: A01 LIST "" % RETURN (METADATA ("/shared/vendor/cmu/cyrus-imapd/color"))
            S: * LIST (\HasNoChildren) "/" "INBOX"
            S: * METADATA "INBOX" (/shared/vendor/cmu/cyrus-imapd/color "#b71c1c")
            S: * LIST (\NonExistent \HasChildren) "/" "bar"
            S: * LIST (\HasChildren) "/" "foo"
            S: * METADATA "foo" (/shared/vendor/cmu/cyrus-imapd/color NIL)
            S: A01 OK LIST completed
            C: A02 LIST (SUBSCRIBED RECURSIVEMATCH) "" % RETURN (METADATA ("/shared/vendor/cmu/cyrus-imapd/color"))
            S: * LIST (\HasNoChildren \Subscribed) "/" "INBOX"
            S: * METADATA "INBOX" (/shared/vendor/cmu/cyrus-imapd/color "#b71c1c")
            S: * LIST (\HasChildren) "/" "foo" ("CHILDINFO" ("SUBSCRIBED"))
            S: A02 OK LIST completed"##,
        )
        .await;
}

/// RFC 7889 §3, RFC 8438 §3, RFC 9208 §4.1.4.
#[tokio::test]
async fn more_of_status() {
    let (_world, mut client) = world(&["foo"], &[]).await;
    let size = message("a").len();
    for flags in ["", "(\\Deleted) ", "(\\Deleted \\Seen) "] {
        client.append("INBOX", flags, &message("a")).await;
    }
    client
        .check(&format!(
            r#"C: t1 STATUS INBOX (APPENDLIMIT)
            S: * STATUS "INBOX" (APPENDLIMIT 31457280)
            S: t1 OK STATUS completed
            C: t2 LIST "" % RETURN (STATUS (APPENDLIMIT SIZE))
            S: * LIST (\HasNoChildren) "/" "INBOX"
            S: * STATUS "INBOX" (APPENDLIMIT 31457280 SIZE {all})
            S: * LIST (\HasNoChildren) "/" "foo"
            S: * STATUS "foo" (APPENDLIMIT 31457280 SIZE 0)
            S: t2 OK LIST completed
            C: S0003 STATUS INBOX (MESSAGES DELETED DELETED-STORAGE)
            S: * STATUS "INBOX" (MESSAGES 3 DELETED 2 DELETED-STORAGE {gone})
            S: S0003 OK STATUS completed
            C: t3 APPEND INBOX {{31457281}}
            S: t3 NO [TOOBIG] The message is too big"#,
            all = size * 3,
            gone = size * 2,
        ))
        .await;
}

/// RFC 9208 §4, the examples as far as they hold here: one root, no SETQUOTA.
#[tokio::test]
async fn the_quota_root() {
    let (_world, mut client) = world(&["foo"], &[]).await;
    client.append("foo", "", &message("a")).await;
    client
        .check(
            r#"C: G0001 GETQUOTA ""
            S: * QUOTA "" (STORAGE 1 204800 MESSAGE 1 4294967295 MAILBOX 2 5000)
            S: G0001 OK GETQUOTA completed
            C: G0002 GETQUOTAROOT INBOX
            S: * QUOTAROOT "INBOX" ""
            S: * QUOTA "" (STORAGE 1 204800 MESSAGE 1 4294967295 MAILBOX 2 5000)
            S: G0002 OK GETQUOTAROOT completed
            C: G0003 GETQUOTAROOT not-yet
            S: * QUOTAROOT "not-yet" ""
            S: * QUOTA "" (STORAGE 1 204800 MESSAGE 1 4294967295 MAILBOX 2 5000)
            S: G0003 OK GETQUOTAROOT completed
            C: G0004 GETQUOTA "!partition/sda4"
            S: G0004 NO [NONEXISTENT] No such quota root
            C: S0001 SETQUOTA "" (STORAGE 510)
            S: S0001 NO [NOPERM] The quota is set by your operating centre"#,
        )
        .await;
}

#[tokio::test]
async fn copies_count_too() {
    let (world, mut client) = world(&["foo"], &[]).await;
    client.append("INBOX", "", &message("a")).await;
    let (id, size) = (world.mailbox, message("a").len() as u64);
    let set = move |tx: &mut congvu_store::Tx<'_>| congvu_store::mailbox::set_quota(tx, id, size);
    world.store.write(set).await.unwrap();
    client.ok("SELECT INBOX").await;
    client
        .check(
            r"C: a COPY 1 foo
            S: a NO [OVERQUOTA] The mailbox is full
            C: b MOVE 1 foo
            S: * OK [COPYUID … 1 1] Moved
            S: * 1 EXPUNGE
            S: b OK MOVE completed",
        )
        .await;
}
