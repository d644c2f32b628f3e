//! Where extensions meet: what each RFC leaves to the others.

use crate::compress::compressed;
use crate::support::{Client, World, message};

async fn enabled(world: &World, what: &str) -> Client {
    let mut client = world.client().await;
    client.ok(&format!("ENABLE {what}")).await;
    client
}

/// RFC 5465 §5 with RFC 7162 and RFC 9051: no RECENT, VANISHED, mod-sequences, names in UTF-8.
#[tokio::test]
async fn notices_for_who_enabled_everything() {
    let world = World::new().await;
    let mut other = world.selected("INBOX").await;
    let mut client = enabled(&world, "QRESYNC IMAP4rev2").await;
    client.ok("SELECT INBOX").await;
    client
        .ok(
            "NOTIFY SET (selected (MessageNew (uid flags) MessageExpunge FlagChange)) \
             (personal (MessageNew MessageExpunge FlagChange MailboxName MailboxMetadataChange))",
        )
        .await;
    other.append("INBOX", "", &message("a")).await;
    client
        .check("S: * 1 EXISTS\nS: * 1 FETCH (UID 1 FLAGS () MODSEQ (2))")
        .await;
    other.ok("STORE 1 +FLAGS.SILENT (\\Deleted)").await;
    client
        .check("S: * 1 FETCH (UID 1 FLAGS (\\Deleted) MODSEQ (3))")
        .await;
    other.ok("EXPUNGE").await;
    client.check("S: * VANISHED 1").await;
    other.ok("CREATE \"C&APQ-ng v&AQM-n\"").await;
    client
        .check("S: * LIST (\\HasNoChildren) \"/\" \"Công văn\"")
        .await;
    other
        .append("\"C&APQ-ng v&AQM-n\"", "", &message("b"))
        .await;
    client
        .check("S: * STATUS \"Công văn\" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY … UNSEEN 1 HIGHESTMODSEQ 2)")
        .await;
    other
        .ok("RENAME \"C&APQ-ng v&AQM-n\" \"C&APQ-ng v&AQM-n &ARE-i\"")
        .await;
    client
        .check("S: * LIST (\\HasNoChildren) \"/\" \"Công văn đi\" (\"OLDNAME\" (\"Công văn\"))")
        .await;
    // While IDLE the same is told in the same way.
    client.check("C: i IDLE\nS: + idling").await;
    other.append("INBOX", "", &message("c")).await;
    client
        .check("S: * 1 EXISTS\nS: * 1 FETCH (UID 2 FLAGS () MODSEQ (5))")
        .await;
    other
        .ok("SETMETADATA \"C&APQ-ng v&AQM-n &ARE-i\" (/shared/comment \"x\")")
        .await;
    client
        .check(
            r#"S: * METADATA "Công văn đi" /shared/comment
            S: * STATUS "Công văn đi" (UIDVALIDITY … HIGHESTMODSEQ 3)
            C: DONE
            S: i OK IDLE completed"#,
        )
        .await;
}

/// Without ENABLE the same notices come as RFC 3501 knows them.
#[tokio::test]
async fn notices_for_who_enabled_nothing() {
    let world = World::new().await;
    let mut other = enabled(&world, "IMAP4rev2").await;
    let mut client = world.selected("INBOX").await;
    client
        .ok("NOTIFY SET (selected (MessageNew (flags) MessageExpunge)) (personal (MailboxName))")
        .await;
    other.append("INBOX", "(\\Deleted) ", &message("a")).await;
    client
        .check("S: * 1 EXISTS\nS: * 1 RECENT\nS: * 1 FETCH (FLAGS (\\Deleted \\Recent))")
        .await;
    other.ok("SELECT INBOX").await;
    other.ok("EXPUNGE").await;
    client.check("S: * 1 EXPUNGE").await;
    other.ok("CREATE \"Đến\"").await;
    client
        .check("S: * LIST (\\HasNoChildren) \"/\" \"&ARAevw-n\"")
        .await;
    other.ok("RENAME \"Đến\" \"Đi\"").await;
    client
        .check("S: * LIST (\\HasNoChildren) \"/\" \"&ARA-i\" (\"OLDNAME\" (\"&ARAevw-n\"))")
        .await;
}

async fn validity(client: &mut Client) -> String {
    let status = client.ok("STATUS INBOX (UIDVALIDITY)").await;
    let (_, rest) = status[0].split_once("(UIDVALIDITY ").unwrap();
    rest.trim_end_matches(')').to_owned()
}

/// The untagged lines of a SELECT that name messages.
async fn missed(client: &mut Client, since: u64) -> Vec<String> {
    let validity = validity(client).await;
    let lines = client
        .ok(&format!("SELECT INBOX (QRESYNC ({validity} {since}))"))
        .await;
    let told = |line: &String| line.contains(" FETCH ") || line.contains("VANISHED");
    lines.into_iter().filter(told).collect()
}

/// RFC 7162 §3.2: who hears nothing of the selected mailbox (RFC 5465 §3.1) still loses no change: the modseq
/// it may come back with is one up to which it was told everything.
#[tokio::test]
async fn what_a_frozen_client_did_not_hear_is_not_lost() {
    let world = World::new().await;
    let mut client = enabled(&world, "QRESYNC").await;
    for subject in ["a", "b", "c"] {
        client.append("INBOX", "", &message(subject)).await;
    }
    let mut other = world.selected("INBOX").await;
    client.ok("SELECT INBOX").await;
    client.ok("NOTIFY SET (personal (MailboxName))").await;
    other.ok("STORE 1 +FLAGS.SILENT (\\Flagged)").await;
    client
        .check(
            r"C: a UID STORE 2 +FLAGS (\Deleted)
            S: * 2 FETCH (UID 2 FLAGS (\Deleted) MODSEQ (6))
            S: * OK [HIGHESTMODSEQ 4] Something is still to be told
            S: a OK STORE completed
            C: b NOOP
            S: b OK NOOP completed
            C: c EXPUNGE
            S: * VANISHED 2
            S: c OK [HIGHESTMODSEQ 4] EXPUNGE completed
            C: d UID MOVE 3 Trash
            S: * OK [COPYUID … 3 1] Moved
            S: * VANISHED 3
            S: d OK [HIGHESTMODSEQ 4] MOVE completed",
        )
        .await;
    client.ok("NOTIFY NONE").await;
    let told = missed(&mut client, 4).await;
    assert_eq!(
        told,
        [
            "* VANISHED (EARLIER) 2:3",
            "* 1 FETCH (UID 1 FLAGS (\\Flagged) MODSEQ (5))"
        ]
    );
    client
        .ok("NOTIFY SET (selected (MessageNew MessageExpunge FlagChange))")
        .await;
    // What is told again is told whole.
    other.ok("STORE 1 -FLAGS.SILENT (\\Flagged)").await;
    client
        .check("S: * 1 FETCH (UID 1 FLAGS () MODSEQ (9))")
        .await;
}

/// The same for who hears of messages, but not of their flags (RFC 5465 §5.3).
#[tokio::test]
async fn flags_that_were_not_told_are_not_lost() {
    let world = World::new().await;
    let mut client = enabled(&world, "QRESYNC").await;
    for subject in ["a", "b"] {
        client
            .append("INBOX", "(\\Deleted) ", &message(subject))
            .await;
    }
    let mut other = world.selected("INBOX").await;
    client.ok("SELECT INBOX").await;
    client
        .ok("NOTIFY SET (selected (MessageNew MessageExpunge))")
        .await;
    other.ok("STORE 1 FLAGS.SILENT (\\Flagged)").await;
    client
        .check(
            r"C: a EXPUNGE
            S: * VANISHED 2
            S: a OK [HIGHESTMODSEQ 3] EXPUNGE completed",
        )
        .await;
    let told = missed(&mut client, 3).await;
    assert_eq!(
        told,
        [
            "* VANISHED (EARLIER) 2",
            "* 1 FETCH (UID 1 FLAGS (\\Flagged) MODSEQ (4))"
        ]
    );
}

/// RFC 5465 §6.1.2 with RFC 7162 §3.2: a notice with a higher modseq than that of a removal which waits.
#[tokio::test]
async fn delayed_removals_lower_the_highest_modseq() {
    let world = World::new().await;
    let mut client = enabled(&world, "QRESYNC").await;
    for subject in ["a", "b"] {
        client.append("INBOX", "", &message(subject)).await;
    }
    let mut other = world.selected("INBOX").await;
    client.ok("SELECT INBOX").await;
    client
        .ok("NOTIFY SET (selected-delayed (MessageNew MessageExpunge FlagChange))")
        .await;
    other.ok("UID STORE 1 +FLAGS.SILENT (\\Deleted)").await;
    client
        .check("S: * 1 FETCH (UID 1 FLAGS (\\Deleted) MODSEQ (4))")
        .await;
    other.ok("EXPUNGE").await;
    other.ok("UID STORE 2 +FLAGS.SILENT (\\Flagged)").await;
    client
        .check(
            r"S: * 2 FETCH (UID 2 FLAGS (\Flagged) MODSEQ (6))
            S: * OK [HIGHESTMODSEQ 4] Something is still to be told
            C: a NOOP
            S: * VANISHED 1
            S: * OK [HIGHESTMODSEQ 6] Everything was told
            S: a OK NOOP completed",
        )
        .await;
}

/// RFC 4978 with RFC 5465: what is told between commands is compressed too, before and after a pause.
#[tokio::test]
async fn notices_through_compression() {
    let world = World::new().await;
    let mut other = world.client().await;
    let mut client = compressed(&world).await;
    client.ok("SELECT INBOX").await;
    client
        .ok("NOTIFY SET (selected (MessageNew (uid) MessageExpunge))")
        .await;
    for n in 1..=3 {
        other.append("INBOX", "", &message("a")).await;
        client
            .check(&format!(
                "S: * {n} EXISTS\nS: * {n} RECENT\nS: * {n} FETCH (UID {n})"
            ))
            .await;
    }
    client.check("C: i IDLE\nS: + idling").await;
    other.append("INBOX", "", &message("b")).await;
    client
        .check(
            r"S: * 4 EXISTS
            S: * 4 RECENT
            S: * 4 FETCH (UID 4)
            C: DONE
            S: i OK IDLE completed
            C: u UNAUTHENTICATE",
        )
        .await;
    assert!(client.line().await.starts_with("u OK "));
}

/// RFC 8437 §4.1: notices end with the sign-in they were asked for under.
#[tokio::test]
async fn notices_end_with_unauthenticate() {
    let world = World::new().await;
    let mut client = world.selected("INBOX").await;
    client
        .ok("NOTIFY SET (selected (MessageNew (uid) MessageExpunge)) (personal (MailboxName))")
        .await;
    client.ok("UNAUTHENTICATE").await;
    client.ok("LOGIN an \"Mat-khau 1@\"").await;
    client.ok("SELECT INBOX").await;
    let mut other = world.client().await;
    other.ok("CREATE new").await;
    other.append("INBOX", "", &message("a")).await;
    client
        .check(
            r"C: a NOOP
            S: * 1 EXISTS
            S: * 1 RECENT
            S: a OK NOOP completed",
        )
        .await;
}

/// RFC 5819, RFC 8440, RFC 9590 and RFC 8474 in one LIST, with names as RFC 9051 has them.
#[tokio::test]
async fn a_list_with_everything() {
    let world = World::new().await;
    let mut client = enabled(&world, "IMAP4rev2").await;
    client
        .check(
            "C: a CREATE \"Cơ quan/Văn phòng\"
            S: a OK [MAILBOXID (F…)] CREATE completed
            C: b SETMETADATA \"Cơ quan/Văn phòng\" (/private/comment \"y\")
            S: b OK SETMETADATA completed
            C: c LIST \"\" \"Cơ*/%\" RETURN (STATUS (MESSAGES MAILBOXID APPENDLIMIT) METADATA (/private/comment) MYRIGHTS)
            S: * LIST (\\HasNoChildren) \"/\" \"Cơ quan/Văn phòng\"
            S: * STATUS \"Cơ quan/Văn phòng\" (MESSAGES 0 MAILBOXID (F…) APPENDLIMIT 31457280)
            S: * MYRIGHTS \"Cơ quan/Văn phòng\" lrswipkxtecd
            S: * METADATA \"Cơ quan/Văn phòng\" (/private/comment \"y\")
            S: c OK LIST completed
            C: d DELETE \"Cơ quan\"
            S: d OK DELETE completed
            C: e LIST \"\" \"Cơ%\"
            S: * LIST (\\NonExistent \\HasChildren) \"/\" \"Cơ quan\"
            S: e OK LIST completed
            C: f MYRIGHTS \"Cơ quan/Va\u{306}n phòng\"
            S: * MYRIGHTS \"Cơ quan/Văn phòng\" lrswipkxtecd
            S: f OK MYRIGHTS completed
            C: g GETMETADATA \"Cơ quan/Văn phòng\" /private/comment
            S: * METADATA \"Cơ quan/Văn phòng\" (/private/comment \"y\")
            S: g OK GETMETADATA completed
            C: h GETQUOTAROOT \"Cơ quan/Văn phòng\"
            S: * QUOTAROOT \"Cơ quan/Văn phòng\" \"\"
            S: * QUOTA \"\" (STORAGE …
            S: h OK GETQUOTAROOT completed",
        )
        .await;
    // Who did not enable it is told of the same in modified UTF-7.
    let mut old = world.client().await;
    old.check(
        r#"C: a LIST "" "*ph%" RETURN (STATUS (MESSAGES) METADATA (/private/comment) MYRIGHTS)
        S: * LIST (\HasNoChildren) "/" "C&AaE- quan/V&AQM-n ph&API-ng"
        S: * STATUS "C&AaE- quan/V&AQM-n ph&API-ng" (MESSAGES 0)
        S: * MYRIGHTS "C&AaE- quan/V&AQM-n ph&API-ng" lrswipkxtecd
        S: * METADATA "C&AaE- quan/V&AQM-n ph&API-ng" (/private/comment "y")
        S: a OK LIST completed
        C: b LIST "" "C&AaE-%"
        S: * LIST (\Noselect \HasChildren) "/" "C&AaE- quan"
        S: b OK LIST completed"#,
    )
    .await;
}

/// RFC 3502 with RFC 6855 §4: each message in its own way, and the name told once (RFC 9051 §6.3.12).
#[tokio::test]
async fn several_messages_with_utf8() {
    let world = World::new().await;
    let mut client = world.client().await;
    // Not enabled: nothing is appended, and all that comes anyway is passed over.
    client
        .send(
            "a APPEND INBOX {12+}\r\nSubject: a\r\n UTF8 (~{14+}\r\nSubject: đ\r\n\r) {3+}\r\nabc\r\nb NOOP\r\n",
        )
        .await;
    client
        .check("S: a NO [CANNOT] Enable UTF8=ACCEPT first\nS: b OK NOOP completed")
        .await;
    client.ok("ENABLE IMAP4rev2").await;
    client.ok("CREATE \"Đến\"").await;
    client
        .send(
            "c APPEND \"Đe\u{302}\u{301}n\" (\\Seen) UTF8 (~{15+}\r\nSubject: đ\r\n\r\n) {14+}\r\nSubject: b\r\n\r\n \
             (\\Flagged) UTF8 (~{15}\r\n",
        )
        .await;
    client.check("S: + OK").await;
    client.send("Subject: ă\r\n\r\n)\r\n").await;
    client
        .check(
            "S: * LIST () \"/\" \"Đến\" (\"OLDNAME\" (\"Đe\u{302}\u{301}n\"))
            S: c OK [APPENDUID … 1:3] APPEND completed",
        )
        .await;
    client.ok("EXAMINE \"Đến\"").await;
    client
        .check(
            r#"C: d FETCH 1:* (FLAGS ENVELOPE)
            S: * 1 FETCH (FLAGS (\Seen) ENVELOPE (NIL "đ" …
            S: * 2 FETCH (FLAGS () ENVELOPE (NIL "b" …
            S: * 3 FETCH (FLAGS (\Flagged) ENVELOPE (NIL "ă" …
            S: d OK FETCH completed"#,
        )
        .await;
    // A parenthesis that is missing between two messages ends it, with nothing appended.
    client
        .send("e APPEND INBOX UTF8 (~{3+}\r\nabc {3+}\r\nabc\r\nf STATUS INBOX (MESSAGES)\r\n")
        .await;
    client
        .check(
            r#"S: e BAD Expected the end of the command
            S: * STATUS "INBOX" (MESSAGES 0)
            S: f OK STATUS completed"#,
        )
        .await;
}

/// RFC 8508 with RFC 7162 §3.2 and RFC 6855 §4.
#[tokio::test]
async fn a_replacement_for_who_enabled_qresync() {
    let world = World::new().await;
    let mut client = enabled(&world, "QRESYNC UTF8=ACCEPT").await;
    for subject in ["a", "b"] {
        client.append("INBOX", "", &message(subject)).await;
    }
    client.ok("SELECT INBOX").await;
    client
        .send("a UID REPLACE 1 INBOX (\\Draft) UTF8 (~{15+}\r\nSubject: đ\r\n\r\n)\r\n")
        .await;
    client
        .check(
            r#"S: * OK [APPENDUID … 3] Replacement message ready
            S: * 3 EXISTS
            S: * 3 RECENT
            S: * VANISHED 1
            S: a OK [HIGHESTMODSEQ 5] REPLACE completed
            C: b FETCH 2 (UID MODSEQ ENVELOPE)
            S: * 2 FETCH (UID 3 MODSEQ (4) ENVELOPE (NIL "đ" …
            S: b OK FETCH completed"#,
        )
        .await;
    let told = missed(&mut client, 3).await;
    assert_eq!(
        told,
        [
            "* VANISHED (EARLIER) 1",
            "* 2 FETCH (UID 3 FLAGS (\\Draft) MODSEQ (4))"
        ]
    );
    // One message alone (RFC 8508 §5), so not what was saved (RFC 5182).
    client
        .check(
            r"C: c REPLACE $ INBOX {1}
            S: c BAD …",
        )
        .await;
}

/// RFC 5182 with RFC 3516: `$` names what is shown decoded; what was replaced is no longer named.
#[tokio::test]
async fn saved_results_with_binary_and_replace() {
    let world = World::new().await;
    let mut client = world.client().await;
    for text in ["Q8O0bmc=", "xJHhur9u"] {
        let text = format!(
            "Subject: x\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n\r\n{text}\r\n"
        );
        client.append("INBOX", "", text.as_bytes()).await;
    }
    client.append("INBOX", "", &message("y")).await;
    client.ok("SELECT INBOX").await;
    client
        .check(
            r"C: a SEARCH RETURN (SAVE COUNT) SUBJECT x
            S: * ESEARCH …COUNT 2
            S: a OK SEARCH completed
            C: b FETCH $ (BINARY.SIZE[1] BINARY.PEEK[1] PREVIEW)
            S: * 1 FETCH (BINARY.SIZE[1] 5 BINARY[1] {5}
            S: Công PREVIEW {5}
            S: Công)
            S: * 2 FETCH (BINARY.SIZE[1] 6 BINARY[1] {6}
            S: đến PREVIEW {6}
            S: đến)
            S: b OK FETCH completed
            C: c REPLACE 1 INBOX {15+}
            C: Subject: x
            C:
            C: z
            S: * OK [APPENDUID … 4] Replacement message ready
            S: * 4 EXISTS
            S: * 4 RECENT
            S: * 1 EXPUNGE
            S: c OK REPLACE completed
            C: d UID FETCH $ BINARY.SIZE[1]
            S: * 1 FETCH (UID 2 BINARY.SIZE[1] 6)
            S: d OK FETCH completed",
        )
        .await;
}

/// RFC 9051 §6.3.2 with RFC 8474 §4.2.
#[tokio::test]
async fn what_selecting_tells() {
    let world = World::new().await;
    let mut client = enabled(&world, "IMAP4rev2").await;
    client.ok("CREATE \"Đi\"").await;
    let status = client.ok("STATUS \"Đi\" (MAILBOXID)").await;
    let id = status[0].strip_prefix("* STATUS \"Đi\" (").unwrap();
    let id = id.strip_suffix(')').unwrap();
    client
        .check(&format!(
            r#"C: a SELECT "Đi"
            S: * FLAGS …
            S: * 0 EXISTS
            S: * OK [UIDVALIDITY …] UIDs valid
            S: * OK [UIDNEXT 1] Next UID
            S: * OK [HIGHESTMODSEQ 1] Highest
            S: * OK [{id}] Mailbox
            S: * OK [PERMANENTFLAGS …
            S: * LIST (\HasNoChildren) "/" "Đi"
            S: a OK [READ-WRITE] SELECT completed"#
        ))
        .await;
}

/// RFC 7162 §3.2: an annotation that changed raises the modseq of its mailbox.
#[tokio::test]
async fn annotations_raise_the_modseq() {
    let world = World::new().await;
    let mut client = enabled(&world, "QRESYNC").await;
    client
        .check(
            r#"C: a STATUS INBOX (HIGHESTMODSEQ)
            S: * STATUS "INBOX" (HIGHESTMODSEQ 1)
            S: a OK STATUS completed
            C: b SETMETADATA INBOX (/private/comment "x")
            S: b OK SETMETADATA completed
            C: c SETMETADATA "" (/private/comment "x")
            S: c OK SETMETADATA completed
            C: d STATUS INBOX (HIGHESTMODSEQ)
            S: * STATUS "INBOX" (HIGHESTMODSEQ 2)
            S: d OK STATUS completed"#,
        )
        .await;
    client.ok("SELECT INBOX").await;
    client
        .check(
            r#"C: e SETMETADATA INBOX (/private/comment NIL)
            S: e OK SETMETADATA completed
            C: f STATUS INBOX (HIGHESTMODSEQ)
            S: * STATUS "INBOX" (HIGHESTMODSEQ 3)
            S: f OK STATUS completed"#,
        )
        .await;
}

/// No capability is announced twice, and none of what was built is left out.
#[tokio::test]
async fn capabilities() {
    let world = World::new().await;
    let mut client = world.client().await;
    let lines = client.ok("CAPABILITY").await;
    let names: Vec<&str> = lines[0].split(' ').skip(2).collect();
    let once: std::collections::BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(once.len(), names.len(), "{names:?}");
    for name in [
        "IMAP4rev1",
        "IMAP4rev2",
        "BINARY",
        "MULTIAPPEND",
        "REPLACE",
        "METADATA",
        "LIST-METADATA",
        "LIST-MYRIGHTS",
        "NOTIFY",
        "QRESYNC",
        "UTF8=ACCEPT",
        "UNAUTHENTICATE",
        "COMPRESS=DEFLATE",
        "SEARCHRES",
        "SORT",
        "THREAD=REFERENCES",
        "OBJECTID",
        "SAVEDATE",
        "PREVIEW",
        "PARTIAL",
        "INPROGRESS",
    ] {
        assert!(once.contains(name), "{name}");
    }
}
