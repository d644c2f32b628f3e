//! SEARCHRES (RFC 5182): the RFC's examples, then its rules one by one.

use crate::support::{Client, World, message};

/// Five messages; 2, 4 and 5 are flagged, 4 is by Smith, 3 is junk, 1 is large.
async fn mailbox(client: &mut Client) {
    for n in 1..=5 {
        let flags = match n {
            2 | 4 | 5 => "(\\Flagged)",
            3 => "($Junk)",
            _ => "()",
        };
        let from = if n == 4 { "Smith" } else { "Nguyen" };
        let body = if n == 1 {
            "y".repeat(5000)
        } else {
            "đến".into()
        };
        let text = format!("From: {from} <a@b.vn>\r\nSubject: s{n}\r\n\r\n{body}\r\n");
        let date = "\"01-Mar-1994 10:00:00 +0700\"";
        client
            .append("INBOX", &format!("{flags} {date} "), text.as_bytes())
            .await;
    }
    client.ok("CREATE \"Other Messages\"").await;
    client.ok("SELECT INBOX").await;
}

#[tokio::test]
async fn examples_of_the_rfc() {
    let world = World::new().await;
    let mut client = world.client().await;
    mailbox(&mut client).await;
    client
        .check(
            r#"C: A282 SEARCH RETURN (SAVE) FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith"
            S: A282 OK SEARCH completed
            C: A283 FETCH $ (UID FLAGS)
            S: * 2 FETCH (UID 2 FLAGS (\Flagged \Recent))
            S: * 5 FETCH (UID 5 FLAGS (\Flagged \Recent))
            S: A283 OK FETCH completed
            C: A284 SEARCH RETURN (SAVE) FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith"
            C: A285 FETCH $ (UID INTERNALDATE)
            S: A284 OK SEARCH completed
            S: * 2 FETCH (UID 2 INTERNALDATE " 1-Mar-1994 10:00:00 +0700")
            S: * 5 FETCH (UID 5 INTERNALDATE " 1-Mar-1994 10:00:00 +0700")
            S: A285 OK FETCH completed
            C: A300 SEARCH RETURN (SAVE) SINCE 1-Feb-1994 NOT FROM "Smith"
            S: A300 OK SEARCH completed
            C: A301 UID SEARCH UID $ SMALLER 4096
            S: * SEARCH 2 3 5
            S: A301 OK SEARCH completed
            C: A302 UID SEARCH $ SMALLER 4096
            S: * SEARCH 2 3 5
            S: A302 OK SEARCH completed
            C: P282 SEARCH RETURN (SAVE) FLAGGED NOT FROM "Smith"
            S: P282 OK SEARCH completed
            C: P283 SEARCH CHARSET UTF-8 (OR $ 1,3000:3021) TEXT {6+}
            C: đến
            S: * SEARCH 2 5
            S: P283 OK SEARCH completed
            C: E282 SEARCH RETURN (SAVE) SINCE 28-Oct-2006 NOT FROM "Eric"
            C: E283 COPY $ "Other Messages"
            S: E282 OK SEARCH completed
            S: E283 OK COPY completed
            C: F282 SEARCH RETURN (SAVE) KEYWORD $Junk
            C: F283 COPY $ "Junk"
            C: F284 STORE $ +FLAGS.Silent (\Deleted)
            S: F282 OK SEARCH completed
            S: F283 OK [COPYUID …] COPY completed
            S: F284 OK STORE completed
            C: G282 SEARCH RETURN (SAVE) KEYWORD $Junk
            C: G283 SEARCH RETURN (ALL) SINCE 28-Oct-1990 FROM "Smith"
            S: G282 OK SEARCH completed
            S: * ESEARCH (TAG "G283") ALL 4
            S: G283 OK SEARCH completed
            C: H282 SEARCH RETURN (SAVE) KEYWORD $Junk
            C: H283 SEARCH RETURN (SAVE) FROM "Smith"
            S: H282 OK SEARCH completed
            S: H283 OK SEARCH completed
            C: H284 UID SEARCH $
            S: * SEARCH 4
            S: H284 OK SEARCH completed"#,
        )
        .await;
}

/// What `$` names, by UID.
async fn named(client: &mut Client) -> String {
    let lines = client.ok("UID SEARCH RETURN (ALL) $").await;
    let (_, found) = lines[0].split_once(") UID").unwrap();
    found.trim_start_matches(" ALL ").to_owned()
}

#[tokio::test]
async fn what_is_saved_depends_on_the_other_options() {
    let world = World::new().await;
    let mut client = world.client().await;
    mailbox(&mut client).await;
    for (options, answered, saved) in [
        // RFC 5182 §2.4
        ("SAVE", None, "2,4:5"),
        ("SAVE MIN", Some(" MIN 2"), "2"),
        ("SAVE MAX", Some(" MAX 5"), "5"),
        ("SAVE MIN MAX", Some(" MIN 2 MAX 5"), "2,5"),
        ("SAVE ALL", Some(" ALL 2,4:5"), "2,4:5"),
        ("SAVE COUNT MIN", Some(" MIN 2 COUNT 3"), "2,4:5"),
        // RFC 9394 §3.2
        ("SAVE PARTIAL 2:9", Some(" PARTIAL (2:9 4:5)"), "4:5"),
        (
            "SAVE PARTIAL -1:-1 MIN",
            Some(" MIN 2 PARTIAL (-1:-1 5)"),
            "2,5",
        ),
        (
            "SAVE PARTIAL 2:2 MAX",
            Some(" MAX 5 PARTIAL (2:2 4)"),
            "4:5",
        ),
        (
            "SAVE PARTIAL 2:2 MIN MAX",
            Some(" MIN 2 MAX 5 PARTIAL (2:2 4)"),
            "2,4:5",
        ),
        (
            "SAVE PARTIAL 2:2 COUNT",
            Some(" PARTIAL (2:2 4) COUNT 3"),
            "2,4:5",
        ),
        ("SAVE PARTIAL 9:9", Some(" PARTIAL (9:9 NIL)"), ""),
    ] {
        client.ok("SEARCH RETURN (SAVE) 1").await;
        let lines = client
            .ok(&format!("SEARCH RETURN ({options}) FLAGGED"))
            .await;
        let found: Vec<_> = lines
            .iter()
            .map(|line| line.split_once(')').unwrap().1)
            .collect();
        assert_eq!(found, answered.into_iter().collect::<Vec<_>>(), "{options}");
        assert_eq!(named(&mut client).await, saved, "{options}");
    }
    // A sort saves as well (RFC 5182 §1), the lowest and highest in its order.
    client
        .ok("SORT RETURN (SAVE MIN) (REVERSE SUBJECT) UTF-8 FLAGGED")
        .await;
    assert_eq!(named(&mut client).await, "5");
}

#[tokio::test]
async fn failures_selection_and_removal() {
    let world = World::new().await;
    let mut client = world.client().await;
    mailbox(&mut client).await;
    client.ok("SEARCH RETURN (SAVE) FLAGGED").await;
    // Neither BAD, nor searches that are not to be saved, failed or not.
    client
        .check(
            r#"C: a SEARCH RETURN (SAVE) FOO
            S: a BAD unknown search key
            C: b SEARCH RETURN (SAVE FOO) ALL
            S: b BAD unknown return option
            C: c SEARCH CHARSET KOI8-R (OR $ 1,3000:3021) TEXT x
            S: c NO [BADCHARSET (US-ASCII UTF-8)] charset not supported
            C: d SEARCH RETURN (COUNT) ALL
            S: * ESEARCH (TAG "d") COUNT 5
            S: d OK SEARCH completed"#,
        )
        .await;
    assert_eq!(named(&mut client).await, "2,4:5");
    // NO to one that was to be saved empties it.
    for command in [
        "SEARCH RETURN (SAVE) CHARSET KOI8-R TEXT x",
        "SORT RETURN (SAVE) (DATE) KOI8-R TEXT x",
    ] {
        client.ok("SEARCH RETURN (SAVE) FLAGGED").await;
        let answer = client.command(command).await;
        assert!(answer[0].starts_with("= NO [BADCHARSET"), "{answer:?}");
        assert_eq!(named(&mut client).await, "", "{command}");
    }
    // Empty, it is still valid, in every command that takes messages.
    client
        .check(
            r"C: a FETCH $ FLAGS
            S: a OK FETCH completed
            C: b UID STORE $ +FLAGS (\Seen)
            S: b OK STORE completed
            C: c MOVE $ Junk
            S: c OK MOVE completed
            C: d UID EXPUNGE $
            S: d OK EXPUNGE completed
            C: e SEARCH $
            S: * SEARCH
            S: e OK SEARCH completed
            C: f SEARCH NOT $
            S: * SEARCH 1 2 3 4 5
            S: f OK SEARCH completed
            C: g THREAD ORDEREDSUBJECT UTF-8 UID $
            S: * THREAD
            S: g OK THREAD completed",
        )
        .await;
    // What is expunged leaves it; what comes does not join it.
    client.ok("SEARCH RETURN (SAVE) 2:5").await;
    client.append("INBOX", "", &message("new")).await;
    let mut other = world.selected("INBOX").await;
    other.ok("STORE 3 +FLAGS.SILENT (\\Deleted)").await;
    other.ok("EXPUNGE").await;
    client.ok("NOOP").await;
    assert_eq!(named(&mut client).await, "2,4:5");
    client.ok("UID STORE 4 +FLAGS.SILENT (\\Deleted)").await;
    client
        .check("C: x UID EXPUNGE $\nS: * 3 EXPUNGE\nS: x OK EXPUNGE completed")
        .await;
    assert_eq!(named(&mut client).await, "2,5");
    client
        .check(
            r"C: y UID MOVE $ Junk
            S: * OK [COPYUID … 2,5 …] Moved
            S: * 3 EXPUNGE
            S: * 2 EXPUNGE
            S: y OK MOVE completed",
        )
        .await;
    assert_eq!(named(&mut client).await, "");
    // A mailbox that is selected begins with none.
    client.ok("SEARCH RETURN (SAVE) ALL").await;
    client.ok("SELECT INBOX").await;
    assert_eq!(named(&mut client).await, "");
    client.ok("SEARCH RETURN (SAVE) ALL").await;
    client.ok("EXAMINE Junk").await;
    assert_eq!(named(&mut client).await, "");
}
