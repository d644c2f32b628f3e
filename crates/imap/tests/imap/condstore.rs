use crate::support::{World, message};

#[tokio::test]
async fn modseqs() {
    let world = World::new().await;
    let mut client = world.client().await;
    for name in ["a", "b", "c"] {
        client.append("INBOX", "", &message(name)).await;
    }
    client.ok("SELECT INBOX (CONDSTORE)").await;
    client
        .check(
            r"C: a FETCH 1:* (UID MODSEQ)
            S: * 1 FETCH (UID 1 MODSEQ (2))
            S: * 2 FETCH (UID 2 MODSEQ (3))
            S: * 3 FETCH (UID 3 MODSEQ (4))
            S: a OK FETCH completed
            C: a0 UID FETCH 2:* (FLAGS) (CHANGEDSINCE 0)
            S: * 2 FETCH (UID 2 FLAGS (\Recent) MODSEQ (3))
            S: * 3 FETCH (UID 3 FLAGS (\Recent) MODSEQ (4))
            S: a0 OK FETCH completed
            C: b STORE 2 (UNCHANGEDSINCE 3) +FLAGS.SILENT (\Seen)
            S: * 2 FETCH (UID 2 MODSEQ (5))
            S: b OK STORE completed
            C: c UID STORE 1:3 (UNCHANGEDSINCE 4) +FLAGS (\Flagged)
            S: * 1 FETCH (UID 1 FLAGS (\Flagged \Recent) MODSEQ (6))
            S: * 3 FETCH (UID 3 FLAGS (\Flagged \Recent) MODSEQ (6))
            S: c OK [MODIFIED 2] …
            C: d UID FETCH 1:* FLAGS (CHANGEDSINCE 5)
            S: * 1 FETCH (UID 1 FLAGS (\Flagged \Recent) MODSEQ (6))
            S: * 3 FETCH (UID 3 FLAGS (\Flagged \Recent) MODSEQ (6))
            S: d OK FETCH completed
            C: e SEARCH MODSEQ 6
            S: * SEARCH 1 3 (MODSEQ 6)
            S: e OK SEARCH completed
            C: f SEARCH RETURN (ALL COUNT) MODSEQ 5
            S: * ESEARCH (TAG …f…) ALL 1:3 COUNT 3 MODSEQ 6
            S: f OK SEARCH completed
            C: g SEARCH MODSEQ 100
            S: * SEARCH
            S: g OK SEARCH completed
            C: h STATUS INBOX (HIGHESTMODSEQ)
            S: * STATUS …INBOX… (HIGHESTMODSEQ 6)
            S: h OK STATUS completed",
        )
        .await;
    let mut other = world.selected("INBOX").await;
    other
        .check(
            r"C: a ENABLE CONDSTORE
            S: * ENABLED CONDSTORE
            S: * OK [HIGHESTMODSEQ 6] CONDSTORE is on
            S: a OK ENABLE completed",
        )
        .await;
    client.ok("STORE 1 -FLAGS.SILENT (\\Flagged)").await;
    other
        .check("C: b NOOP\nS: * 1 FETCH (UID 1 FLAGS () MODSEQ (7))\nS: b OK NOOP completed")
        .await;
    // Reading a body changes \Seen: the new mod-sequence is told.
    other
        .check(
            r"C: c FETCH 1 BODY[TEXT]
            S: * 1 FETCH (BODY[TEXT] {11}
            S: Text of a
            S:  FLAGS (\Seen))
            S: * 1 FETCH (UID 1 FLAGS (\Seen) MODSEQ (8))
            S: c OK FETCH completed",
        )
        .await;
}
