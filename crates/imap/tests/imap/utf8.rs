//! UTF8=ACCEPT (RFC 6855).

use crate::support::World;

#[tokio::test]
async fn names_and_quoted_strings() {
    let world = World::new().await;
    let mut client = world.client().await;
    client
        .check(
            r#"C: a CREATE "đến"
            S: a BAD mailbox name is not valid modified UTF-7
            C: b ENABLE UTF8=ACCEPT
            S: * ENABLED UTF8=ACCEPT
            S: b OK ENABLE completed
            C: c CREATE "đến"
            S: c OK CREATE completed
            C: d LIST "" "đ*" RETURN (STATUS (MESSAGES RECENT))
            S: * LIST (\HasNoChildren) "/" "đến"
            S: * STATUS "đến" (MESSAGES 0 RECENT 0)
            S: d OK LIST completed
            C: e SUBSCRIBE "đến"
            S: e OK SUBSCRIBE completed
            C: f LSUB "" "đ*"
            S: * LSUB () "/" "đến"
            S: f OK LSUB completed
            C: g SELECT "đến"
            S: * FLAGS …
            S: * 0 EXISTS
            S: * 0 RECENT
            S: * OK [UIDVALIDITY …
            S: * OK [UIDNEXT …
            S: * OK [HIGHESTMODSEQ …
            S: * OK [PERMANENTFLAGS …
            S: g OK [READ-WRITE] SELECT completed
            C: h SEARCH CHARSET UTF-8 SUBJECT "đ"
            S: h BAD CHARSET has no place beside UTF8=ACCEPT
            C: i SEARCH SUBJECT "đ"
            S: * SEARCH
            S: i OK SEARCH completed
            C: j DELETE "đến/&ARE-"
            S: j NO [NONEXISTENT] No such mailbox"#,
        )
        .await;
    // §3: octets that are no UTF-8 are BAD, wherever they stand.
    client.send(b"k SEARCH SUBJECT \"\xc4\"\r\n").await;
    client
        .check("S: k BAD quoted string is not valid UTF-8")
        .await;
}

/// §4: the data extension of APPEND, with literals of both kinds.
#[tokio::test]
async fn appending() {
    let world = World::new().await;
    let mut client = world.client().await;
    let text = "Subject: Công văn\r\n\r\nx";
    let size = text.len();
    // Before it is enabled; a message that comes anyway is passed over.
    client
        .check(&format!(
            "C: a APPEND INBOX UTF8 (~{{{size}}}\nS: a NO [CANNOT] Enable UTF8=ACCEPT first"
        ))
        .await;
    client
        .send(format!(
            "b APPEND INBOX UTF8 (~{{{size}+}}\r\n{text})\r\nc NOOP\r\n"
        ))
        .await;
    client
        .check("S: b NO [CANNOT] Enable UTF8=ACCEPT first\nS: c OK NOOP completed")
        .await;
    client.ok("ENABLE UTF8=ACCEPT").await;
    client
        .check(&format!(
            "C: d APPEND INBOX (\\Seen) \" 7-Feb-2026 21:52:25 +0700\" UTF8 (~{{{size}}}\nS: + OK"
        ))
        .await;
    client.send(format!("{text})\r\n")).await;
    client
        .check("S: d OK [APPENDUID … 1] APPEND completed")
        .await;
    client
        .send(format!(
            "e APPEND INBOX UTF8 (~{{{size}+}}\r\n{text})\r\nf APPEND INBOX UTF8 (~{{{size}+}}\r\n{text}\r\n\
             g APPEND INBOX UTF8 ({{{size}+}}\r\n{text})\r\nh NOOP\r\n"
        ))
        .await;
    client
        .check(
            r"S: e OK [APPENDUID … 2] APPEND completed
            S: f BAD Expected the end of the command
            S: g BAD UTF8 needs ~{…}
            S: h OK NOOP completed",
        )
        .await;
    client.ok("EXAMINE INBOX").await;
    client
        .check(&format!(
            r#"C: i FETCH 1:2 (FLAGS ENVELOPE BODY[])
            S: * 1 FETCH (FLAGS (\Seen \Recent) ENVELOPE (NIL "Công văn" …) BODY[] {{{size}}}
            S: Subject: Công văn
            S:
            S: x)
            S: * 2 FETCH (FLAGS (\Recent) ENVELOPE (NIL "Công văn" …) BODY[] {{{size}}}
            S: Subject: Công văn
            S:
            S: x)
            S: i OK FETCH completed"#
        ))
        .await;
}
