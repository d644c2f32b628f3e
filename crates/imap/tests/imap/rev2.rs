//! IMAP4rev2 (RFC 9051) beside IMAP4rev1: what ENABLE switches over, with the RFC's own examples.

use crate::support::{Client, World, message};

async fn rev2(world: &World) -> Client {
    let mut client = world.client().await;
    client
        .check("C: e ENABLE IMAP4rev2\nS: * ENABLED IMAP4rev2\nS: e OK ENABLE completed")
        .await;
    client
}

/// §6.3.1: ENABLE does not change what is announced; unknown names are passed over.
#[tokio::test]
async fn enabling() {
    let world = World::new().await;
    let mut client = world.client().await;
    let before = client.ok("CAPABILITY").await;
    assert!(before[0].contains(" IMAP4rev1 IMAP4rev2 "), "{before:?}");
    client
        .check(
            r"C: t2 ENABLE X-GOOD-IDEA IMAP4rev2
            S: * ENABLED IMAP4rev2
            S: t2 OK ENABLE completed
            C: a1 ENABLE CONDSTORE
            S: * ENABLED CONDSTORE
            S: a1 OK ENABLE completed
            C: a2 ENABLE X
            S: * ENABLED
            S: a2 OK ENABLE completed",
        )
        .await;
    assert_eq!(client.ok("CAPABILITY").await, before);
}

/// §6.3.2: LIST and CLOSED, no RECENT, no UNSEEN; §6.3.3.
#[tokio::test]
async fn selecting() {
    let world = World::new().await;
    let mut client = rev2(&world).await;
    client.append("INBOX", "", &message("a")).await;
    client.ok("CREATE INBOX/below").await;
    client
        .check(
            r#"C: A142 SELECT INBOX
            S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
            S: * 1 EXISTS
            S: * OK [UIDVALIDITY …] UIDs valid
            S: * OK [UIDNEXT 2] Next UID
            S: * OK [HIGHESTMODSEQ 2] Highest
            S: * OK [MAILBOXID (F…)] Mailbox
            S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] Flags permitted
            S: * LIST (\HasChildren) "/" "INBOX"
            S: A142 OK [READ-WRITE] SELECT completed
            C: A143 SELECT Drafts
            S: * OK [CLOSED] Previous mailbox closed
            S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
            S: * 0 EXISTS
            S: * OK [UIDVALIDITY …] UIDs valid
            S: * OK [UIDNEXT 1] Next UID
            S: * OK [HIGHESTMODSEQ 1] Highest
            S: * OK [MAILBOXID (F…)] Mailbox
            S: * OK [PERMANENTFLAGS (…\*)] Flags permitted
            S: * LIST (\HasNoChildren \Drafts) "/" "Drafts"
            S: A143 OK [READ-WRITE] SELECT completed
            C: A932 EXAMINE inbox
            S: * OK [CLOSED] Previous mailbox closed
            S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
            S: * 1 EXISTS
            S: * OK [UIDVALIDITY …] UIDs valid
            S: * OK [UIDNEXT 2] Next UID
            S: * OK [HIGHESTMODSEQ 2] Highest
            S: * OK [MAILBOXID (F…)] Mailbox
            S: * OK [PERMANENTFLAGS ()] Read-only mailbox
            S: * LIST (\HasChildren) "/" "INBOX"
            S: A932 OK [READ-ONLY] EXAMINE completed
            C: A933 SELECT nothing
            S: * OK [CLOSED] Previous mailbox closed
            S: A933 NO [NONEXISTENT] No such mailbox
            C: A934 FETCH 1 FLAGS
            S: A934 BAD Select a mailbox first
            C: A042 STATUS INBOX (UIDNEXT MESSAGES DELETED SIZE)
            S: * STATUS "INBOX" (UIDNEXT 2 MESSAGES 1 DELETED 0 SIZE …)
            S: A042 OK STATUS completed
            C: A043 STATUS INBOX (RECENT)
            S: A043 BAD IMAP4rev2 has no RECENT
            C: A044 LIST "" % RETURN (STATUS (RECENT))
            S: A044 BAD IMAP4rev2 has no RECENT"#,
        )
        .await;
}

/// Appendix E.12, E.21: no \Recent here, and it is left for who still knows it; changes name the UID.
#[tokio::test]
async fn nothing_is_recent() {
    let world = World::new().await;
    let mut client = rev2(&world).await;
    client.ok("SELECT INBOX").await;
    let mut other = world.client().await;
    other.append("INBOX", "", &message("a")).await;
    client
        .check(
            r"C: i IDLE
            S: + idling
            S: * 1 EXISTS
            C: DONE
            S: i OK IDLE completed
            C: b FETCH 1 FLAGS
            S: * 1 FETCH (FLAGS ())
            S: b OK FETCH completed",
        )
        .await;
    client.ok("UNSELECT").await;
    client.ok("SELECT INBOX").await;
    other
        .check(
            r"C: a STATUS INBOX (RECENT)
            S: * STATUS …INBOX… (RECENT 1)
            S: a OK STATUS completed",
        )
        .await;
    other.ok("SELECT INBOX").await;
    other
        .check(
            r"C: c FETCH 1 FLAGS
            S: * 1 FETCH (FLAGS (\Recent))
            S: c OK FETCH completed
            C: d STORE 1 +FLAGS (\Seen)
            S: * 1 FETCH (FLAGS (\Seen \Recent))
            S: d OK STORE completed",
        )
        .await;
    client
        .check("C: e NOOP\nS: * 1 FETCH (UID 1 FLAGS (\\Seen))\nS: e OK NOOP completed")
        .await;
}

/// §6.4.4: the answer to SEARCH is ESEARCH, whatever was asked.
#[tokio::test]
async fn searching() {
    let world = World::new().await;
    let mut client = rev2(&world).await;
    for flags in ["", "(\\Flagged) ", "(\\Flagged) ", "", "(\\Flagged) "] {
        client.append("INBOX", flags, &message("Smith")).await;
    }
    client.ok("SELECT INBOX").await;
    client
        .check(
            r#"C: A282 SEARCH RETURN (MIN COUNT) FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith"
            S: * ESEARCH (TAG "A282") MIN 2 COUNT 3
            S: A282 OK SEARCH completed
            C: A283 SEARCH RETURN () FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith"
            S: * ESEARCH (TAG "A283") ALL 2:3,5
            S: A283 OK SEARCH completed
            C: A284 SEARCH TEXT "string not in mailbox"
            S: * ESEARCH (TAG "A284")
            S: A284 OK SEARCH completed
            C: A285 UID SEARCH FLAGGED
            S: * ESEARCH (TAG "A285") UID ALL 2:3,5
            S: A285 OK SEARCH completed
            C: A286 SEARCH CHARSET UTF-8 TEXT {5}
            S: + OK
            C: Smith
            S: * ESEARCH (TAG "A286") ALL 1:5
            S: A286 OK SEARCH completed"#,
        )
        .await;
}

/// §5.1, §6.3.9.7: names are UTF-8 both ways; one that is not NFC is answered by the one it has.
#[tokio::test]
async fn names() {
    let world = World::new().await;
    let mut client = rev2(&world).await;
    let (nfc, nfd) = ("Công văn đến", "Co\u{302}ng va\u{306}n đe\u{302}\u{301}n");
    client
        .check(&format!(
            r#"C: A003 CREATE owatagusiam/
            S: A003 OK [MAILBOXID (F…)] CREATE completed
            C: A004 CREATE owatagusiam/blurdybloop
            S: A004 OK [MAILBOXID (F…)] CREATE completed
            C: A005 CREATE "{nfd}"
            S: * LIST (\HasNoChildren) "/" "{nfc}" ("OLDNAME" ("{nfd}"))
            S: A005 OK [MAILBOXID (F…)] CREATE completed
            C: A006 CREATE "{nfc}/2026"
            S: A006 OK [MAILBOXID (F…)] CREATE completed
            C: A007 LIST "" "Công*"
            S: * LIST (\HasChildren) "/" "{nfc}"
            S: * LIST (\HasNoChildren) "/" "{nfc}/2026"
            S: A007 OK LIST completed
            C: A008 SELECT "{nfd}"
            S: * FLAGS …
            S: * 0 EXISTS
            S: * OK [UIDVALIDITY …
            S: * OK [UIDNEXT …
            S: * OK [HIGHESTMODSEQ …
            S: * OK [MAILBOXID (F…)] Mailbox
            S: * OK [PERMANENTFLAGS …
            S: * LIST (\HasChildren) "/" "{nfc}" ("OLDNAME" ("{nfd}"))
            S: A008 OK [READ-WRITE] SELECT completed
            C: A009 STATUS "{nfd}" (MESSAGES)
            S: * STATUS "{nfc}" (MESSAGES 0)
            S: A009 OK STATUS completed
            C: A010 RENAME "{nfc}" "đi"
            S: * LIST (\HasChildren) "/" "đi" ("OLDNAME" ("{nfc}"))
            S: A010 OK RENAME completed
            C: A011 RENAME "đi" "{nfd}"
            S: * LIST (\HasChildren) "/" "{nfc}" ("OLDNAME" ("đi"))
            S: A011 OK RENAME completed
            C: A012 GETQUOTAROOT "{nfc}"
            S: * QUOTAROOT "{nfc}" ""
            S: * QUOTA …
            S: A012 OK GETQUOTAROOT completed
            C: A013 SUBSCRIBE "{nfc}"
            S: A013 OK SUBSCRIBE completed
            C: A014 LSUB "" "Công*"
            S: * LSUB () "/" "{nfc}"
            S: A014 OK LSUB completed
            C: A015 APPEND "{nfd}" {{1}}
            S: + OK
            C: x
            S: * LIST () "/" "{nfc}" ("OLDNAME" ("{nfd}"))
            S: * 1 EXISTS
            S: A015 OK [APPENDUID … 1] APPEND completed
            C: A016 DELETE "{nfd}/2026"
            S: * LIST (\NonExistent) "/" "{nfc}/2026" ("OLDNAME" ("{nfd}/2026"))
            S: A016 OK DELETE completed
            C: A017 CREATE "&-"
            S: A017 OK [MAILBOXID (F…)] CREATE completed
            C: A018 RENAME INBOX old-mail
            S: A018 OK RENAME completed"#
        ))
        .await;
    client
        .send(b"A019 CREATE \"x\xff\"\r\nA020 CREATE {2+}\r\n\xff\xff\r\n")
        .await;
    client
        .check("S: A019 BAD quoted string is not valid UTF-8\nS: A020 BAD …")
        .await;
    // Who has not enabled it goes on in modified UTF-7 (Appendix A.1).
    let mut old = world.client().await;
    old.check(
        r#"C: a LIST "" "&*"
        S: a BAD …
        C: b LIST "" "&-*"
        S: * LIST (\HasNoChildren) "/" "&--"
        S: b OK LIST completed
        C: c LIST "" "C*"
        S: * LIST (\HasNoChildren) "/" "C&APQ-ng v&AQM-n &AREevw-n"
        S: c OK LIST completed"#,
    )
    .await;
}

/// Appendix A: 8-bit header text is a literal for everybody, and quoted for who has enabled it.
#[tokio::test]
async fn envelopes() {
    let world = World::new().await;
    let mut client = rev2(&world).await;
    let text = "From: \"Nguyễn An\" <an@sonla.gov.vn>\r\nSubject: Công văn \"1\"\r\n\
                MIME-Version: 1.0\r\nContent-Disposition: attachment; filename=\"đơn.pdf\"\r\n\r\nx";
    client.append("INBOX", "", text.as_bytes()).await;
    client.ok("SELECT INBOX").await;
    client
        .check(
            r#"C: a FETCH 1 ENVELOPE
            S: * 1 FETCH (ENVELOPE (NIL "Công văn \"1\"" (("Nguyễn An" NIL "an" "sonla.gov.vn")) …
            S: a OK FETCH completed"#,
        )
        .await;
    let shown = client.ok("FETCH 1 BODYSTRUCTURE").await;
    assert!(shown[0].contains("\"đơn.pdf\""), "{shown:?}");
    let mut old = world.selected("INBOX").await;
    old.check(
        r#"C: a FETCH 1 ENVELOPE
        S: * 1 FETCH (ENVELOPE (NIL {…}
        S: Công văn "1" (({…}
        S: Nguyễn An NIL "an" "sonla.gov.vn")) (({…}
        S: Nguyễn An NIL "an" "sonla.gov.vn")) (({…}
        S: Nguyễn An NIL "an" "sonla.gov.vn")) …
        S: a OK FETCH completed"#,
    )
    .await;
}

/// §6.3.9.8, examples 1, 2, 3, 6 and 7.
#[tokio::test]
async fn list_examples() {
    let world = World::new().await;
    let mut client = rev2(&world).await;
    for name in ["Archive", "Drafts", "Junk", "Sent", "Trash"] {
        client.ok(&format!("UNSUBSCRIBE {name}")).await;
        client.ok(&format!("DELETE {name}")).await;
    }
    for name in [
        "Fruit/Apple",
        "Fruit/Banana",
        "Tofu",
        "Vegetable/Broccoli",
        "Vegetable/Corn",
    ] {
        client.ok(&format!("CREATE {name}")).await;
    }
    for name in [
        "INBOX",
        "Fruit/Banana",
        "Fruit/Peach",
        "Vegetable",
        "Vegetable/Broccoli",
    ] {
        client.ok(&format!("SUBSCRIBE {name}")).await;
    }
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
            C: C04 LIST (SUBSCRIBED RECURSIVEMATCH) "" "%"
            S: * LIST (\HasChildren) "/" "Fruit" ("CHILDINFO" ("SUBSCRIBED"))
            S: * LIST (\HasNoChildren \Subscribed) "/" "INBOX"
            S: * LIST (\HasChildren \Subscribed) "/" "Vegetable" ("CHILDINFO" ("SUBSCRIBED"))
            S: C04 OK LIST completed
            C: C05 LIST (REMOTE RECURSIVEMATCH) "" "%"
            S: C05 BAD …"#,
        )
        .await;
}

/// §6.3.9.8, examples 7 A2, 9, 10 and 11; §6.3.9.6.
#[tokio::test]
async fn list_of_what_is_not_there() {
    let world = World::new().await;
    let mut client = rev2(&world).await;
    client.ok("CREATE foo").await;
    client.ok("SUBSCRIBE foo/bar").await;
    client.ok("CREATE music/rock").await;
    client.ok("DELETE music").await;
    client.ok("SUBSCRIBE Moo/Baz").await;
    client
        .check(
            r#"C: a1 LIST "" ("foo")
            S: * LIST (\HasNoChildren) "/" "foo"
            S: a1 OK LIST completed
            C: a2 LIST (SUBSCRIBED) "" "foo/*"
            S: * LIST (\NonExistent \HasNoChildren \Subscribed) "/" "foo/bar"
            S: a2 OK LIST completed
            C: a3 LIST (SUBSCRIBED RECURSIVEMATCH) "" foo RETURN (CHILDREN)
            S: * LIST (\HasNoChildren) "/" "foo" ("CHILDINFO" ("SUBSCRIBED"))
            S: a3 OK LIST completed
            C: a4 LIST (SUBSCRIBED RECURSIVEMATCH) "" "Moo" RETURN (STATUS (MESSAGES))
            S: * LIST (\NonExistent \HasNoChildren) "/" "Moo" ("CHILDINFO" ("SUBSCRIBED"))
            S: a4 OK LIST completed
            C: a5 LIST () "" "m%"
            S: * LIST (\NonExistent \HasChildren) "/" "music"
            S: a5 OK LIST completed
            C: a6 LIST "" "M%"
            S: a6 OK LIST completed
            C: a7 LIST (SUBSCRIBED RECURSIVEMATCH) "" foo RETURN (STATUS (MESSAGES))
            S: * LIST (\HasNoChildren) "/" "foo" ("CHILDINFO" ("SUBSCRIBED"))
            S: a7 OK LIST completed
            C: a8 LIST "" foo RETURN (STATUS (MESSAGES UNSEEN))
            S: * LIST (\HasNoChildren) "/" "foo"
            S: * STATUS "foo" (MESSAGES 0 UNSEEN 0)
            S: a8 OK LIST completed
            C: a9 RENAME music klang
            S: * LIST (\NonExistent \HasChildren) "/" "klang" ("OLDNAME" ("music"))
            S: a9 OK RENAME completed
            C: b1 DELETE klang
            S: b1 NO [HASCHILDREN] Mailbox has children"#,
        )
        .await;
    // Who knows only IMAP4rev1 hears \Noselect (RFC 3501 §7.2.2).
    let mut old = world.client().await;
    old.check("C: a LIST \"\" klang\nS: * LIST (\\Noselect \\HasChildren) \"/\" \"klang\"\nS: a OK LIST completed")
        .await;
}

/// §6.3.12, §6.4.7, §6.4.8 and what was folded in: APPENDUID, COPYUID for MOVE, TRYCREATE, UID EXPUNGE, UNSELECT,
/// NAMESPACE, keywords (§2.3.2).
#[tokio::test]
async fn what_was_folded_in() {
    let world = World::new().await;
    let mut client = rev2(&world).await;
    client.ok("CREATE meeting").await;
    for name in ["a", "b", "c", "d"] {
        client.append("INBOX", "", &message(name)).await;
    }
    client.ok("SELECT INBOX").await;
    client
        .check(
            r#"C: A004 COPY 2:4 meeting
            S: A004 OK [COPYUID … 2:4 1:3] COPY completed
            C: A005 UID COPY 305:310 meeting
            S: A005 OK COPY completed
            C: A006 COPY 1 funny
            S: A006 NO [TRYCREATE] No such mailbox
            C: A007 UID MOVE 4 funny
            S: A007 NO [TRYCREATE] No such mailbox
            C: A008 MOVE 4 meeting
            S: * OK [COPYUID … 4 4] Moved
            S: * 4 EXPUNGE
            S: A008 OK MOVE completed
            C: A009 STORE 1:2 +FLAGS (\Deleted $Forwarded $MDNSent $Junk $NotJunk $Phishing)
            S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded $MDNSent $Junk $NotJunk $Phishing)
            S: * OK [PERMANENTFLAGS (…$Phishing \*)] Flags permitted
            S: * 1 FETCH (FLAGS (\Deleted $Forwarded $MDNSent $Junk $NotJunk $Phishing))
            S: * 2 FETCH (FLAGS (\Deleted $Forwarded $MDNSent $Junk $NotJunk $Phishing))
            S: A009 OK STORE completed
            C: A010 UID EXPUNGE 2
            S: * 2 EXPUNGE
            S: A010 OK EXPUNGE completed
            C: A011 UNSELECT
            S: A011 OK UNSELECT completed
            C: A012 STATUS INBOX (MESSAGES DELETED)
            S: * STATUS "INBOX" (MESSAGES 2 DELETED 1)
            S: A012 OK STATUS completed
            C: A013 NAMESPACE
            S: * NAMESPACE (("" "/")) NIL NIL
            S: A013 OK NAMESPACE completed
            C: A014 APPEND nothing {1}
            S: A014 NO [TRYCREATE] No such mailbox"#,
        )
        .await;
}
