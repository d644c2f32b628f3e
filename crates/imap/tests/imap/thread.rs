//! THREAD (RFC 5256).

use crate::support::{Client, World};

/// A message: its identifier, subject, references; a minute after the one before.
async fn append(client: &mut Client, minute: u32, id: &str, subject: &str, references: &str) {
    let mut text = format!(
        "Date: Sun, 22 Nov 2026 09:{minute:02}:00 +0700\r\nSubject: {subject}\r\nMessage-ID: {id}\r\n"
    );
    if !references.is_empty() {
        text.push_str(&format!("References: {references}\r\n"));
    }
    let text = format!("{text}\r\nx\r\n");
    let done = client.append("INBOX", "", text.as_bytes()).await;
    assert!(done.starts_with("= OK"), "{done}");
}

async fn check(messages: &[(&str, &str, &str)], algorithm: &str, threads: &str) {
    let world = World::new().await;
    let mut client = world.client().await;
    for (minute, (id, subject, references)) in (0..).zip(messages) {
        append(&mut client, minute, id, subject, references).await;
    }
    client.ok("SELECT INBOX").await;
    let lines = client.ok(&format!("THREAD {algorithm} UTF-8 ALL")).await;
    let expected = format!("* THREAD {threads}");
    assert_eq!(lines, [expected.trim_end()], "{messages:?}");
}

#[tokio::test]
async fn ordered_subject() {
    // As in the RFC's example: alone, with one answer, with several.
    check(
        &[
            ("<1>", "a", ""),
            ("<2>", "Re: b", ""),
            ("<3>", "b", ""),
            ("<4>", "c", ""),
            ("<5>", "[x] RE: A (fwd)", ""),
            ("<6>", "fwd: C", ""),
            ("<7>", "c", ""),
        ],
        "ORDEREDSUBJECT",
        "(1 5)(2 3)(4 (6)(7))",
    )
    .await;
    check(&[], "ORDEREDSUBJECT", "").await;
    check(&[], "REFERENCES", "").await;
}

#[tokio::test]
async fn references() {
    // RFC 5256 §4: "(2)(3 6 (4 23)(44 7 96))", with numbers from 1.
    check(
        &[
            ("<2@x>", "a", ""),
            ("<3@x>", "b", ""),
            ("<4@x>", "b", "<3@x> <6@x>"),
            ("<6@x>", "b", "<3@x>"),
            ("<7@x>", "b", "<3@x> <6@x> <44@x>"),
            ("<23@x>", "b", "<6@x> <4@x>"),
            ("<44@x>", "b", "<6@x>"),
            ("<96@x>", "b", "<44@x> <7@x>"),
        ],
        "REFERENCES",
        "(1)(2 4 (3 6)(7 5 8))",
    )
    .await;
    // RFC 5256 §4: "((3)(5))", a parent that is not there.
    check(
        &[("<1@x>", "a", "<0@x>"), ("<2@x>", "b", "<0@x>")],
        "REFERENCES",
        "((1)(2))",
    )
    .await;
    // An only child of what is not there stands for it, however deep.
    check(
        &[("<1@x>", "a", "<8@x> <9@x>"), ("<2@x>", "b", "")],
        "REFERENCES",
        "(1)(2)",
    )
    .await;
    // The same identifier twice: the second is another message (step 1A).
    check(
        &[
            ("<1@x>", "a", ""),
            ("<1@x>", "b", ""),
            ("<2@x>", "c", "<1@x>"),
        ],
        "REFERENCES",
        "(1 3)(2)",
    )
    .await;
    // Quotes make no difference.
    check(
        &[
            ("<\"01KF8JCEOCBS0045PS\"@xxx.yyy.com>", "a", ""),
            ("<2@x>", "b", "<01KF8JCEOCBS0045PS@xxx.yyy.com>"),
        ],
        "REFERENCES",
        "(1 2)",
    )
    .await;
    // Loops: what closes one is left out.
    check(
        &[
            ("<1@x>", "a", "<2@x>"),
            ("<2@x>", "b", "<1@x>"),
            ("<3@x>", "c", "<3@x>"),
        ],
        "REFERENCES",
        "(2 1)(3)",
    )
    .await;
    // A message's own word on its parent outweighs others' (step 1B).
    check(
        &[
            ("<3@x>", "c", "<1@x> <2@x>"),
            ("<1@x>", "a", ""),
            ("<2@x>", "b", ""),
        ],
        "REFERENCES",
        "(2)(3 1)",
    )
    .await;
}

#[tokio::test]
async fn subjects_join_threads() {
    // An answer without references goes below what it answers.
    check(
        &[
            ("<1@x>", "Re: a", ""),
            ("<2@x>", "A", ""),
            ("<3@x>", "b", ""),
        ],
        "REFERENCES",
        "(2 1)(3)",
    )
    .await;
    // Two that are no answers become siblings; so do two answers.
    check(
        &[
            ("<1@x>", "a", ""),
            ("<2@x>", "a", ""),
            ("<3@x>", "re: b", ""),
            ("<4@x>", "fwd: b", ""),
        ],
        "REFERENCES",
        "((1)(2))((3)(4))",
    )
    .await;
    // A thread whose parent is missing takes what has its subject.
    check(
        &[
            ("<1@x>", "a", "<0@x>"),
            ("<2@x>", "re: a", "<0@x>"),
            ("<3@x>", "a", ""),
            ("<4@x>", "re: a", "<9@x>"),
            ("<5@x>", "re: a", "<9@x>"),
        ],
        "REFERENCES",
        "((1)(2)(3)(4)(5))",
    )
    .await;
    // Empty subjects join nothing.
    check(
        &[("<1@x>", "", ""), ("<2@x>", "Re:", ""), ("<3@x>", "", "")],
        "REFERENCES",
        "(1)(2)(3)",
    )
    .await;
}

#[tokio::test]
async fn in_reply_to_uids_and_what_is_not_found() {
    let world = World::new().await;
    let mut client = world.client().await;
    append(&mut client, 0, "<1@x>", "gone", "").await;
    append(&mut client, 1, "<2@x>", "a", "").await;
    let reply = "Date: Sun, 22 Nov 2026 09:05:00 +0700\r\nSubject: b\r\nIn-Reply-To: <2@x> (of a@b.vn <a@b.vn>)\r\n\
        References: none\r\nMessage-ID: <3@x>\r\n\r\nx\r\n";
    client.append("INBOX", "", reply.as_bytes()).await;
    append(&mut client, 6, "<4@x>", "c", "<2@x> <3@x>").await;
    client.ok("SELECT INBOX").await;
    client.ok("STORE 1 +FLAGS.SILENT (\\Deleted)").await;
    client.ok("EXPUNGE").await;
    client
        .check(
            "C: a THREAD REFERENCES UTF-8 ALL
            S: * THREAD (1 2 3)
            S: a OK THREAD completed
            C: b UID THREAD REFERENCES US-ASCII ALL
            S: * THREAD (2 3 4)
            S: b OK THREAD completed
            C: c UID THREAD REFERENCES US-ASCII NOT UID 2
            S: * THREAD (3 4)
            S: c OK THREAD completed
            C: d UID THREAD REFERENCES US-ASCII NOT UID 3
            S: * THREAD (2 4)
            S: d OK THREAD completed
            C: e THREAD REFERENCES KOI8-R ALL
            S: e NO [BADCHARSET (US-ASCII UTF-8)] charset not supported
            C: f THREAD JWZ UTF-8 ALL
            S: f BAD unknown threading algorithm",
        )
        .await;
}
