//! PARTIAL (RFC 9394), on a mailbox whose UIDs have holes.

use crate::support::{Client, World, message};

/// 40 messages; UIDs divisible by 3 are gone, so 27 are left.
async fn mailbox(client: &mut Client) {
    client.append("INBOX", "", &message("m")).await;
    client.ok("SELECT INBOX").await;
    for _ in 0..3 {
        client.ok("COPY 1:* INBOX").await;
    }
    client.ok("COPY 1:* INBOX").await;
    client.ok("COPY 1:* INBOX").await;
    client.ok("COPY 1:8 INBOX").await;
    let gone: Vec<_> = (1..=13).map(|n| (n * 3).to_string()).collect();
    let gone = gone.join(",");
    client
        .ok(&format!("UID STORE {gone} +FLAGS.SILENT (\\Deleted)"))
        .await;
    client.ok("EXPUNGE").await;
}

#[tokio::test]
async fn windows_on_searches_and_fetches() {
    let world = World::new().await;
    let mut client = world.client().await;
    mailbox(&mut client).await;
    client
        .check(
            r#"C: A01 UID SEARCH RETURN (PARTIAL -1:-4) UNDELETED UNKEYWORD $Junk
            S: * ESEARCH (TAG "A01") UID PARTIAL (-1:-4 35,37:38,40)
            S: A01 OK SEARCH completed
            C: A02 UID SEARCH RETURN (PARTIAL 24:40) UNDELETED UNKEYWORD $Junk
            C: A03 UID SEARCH RETURN (PARTIAL 1:5) UNDELETED UNKEYWORD $Junk
            C: A04 UID SEARCH RETURN (PARTIAL 28:50) UNDELETED UNKEYWORD $Junk
            S: * ESEARCH (TAG "A02") UID PARTIAL (24:40 35,37:38,40)
            S: A02 OK SEARCH completed
            S: * ESEARCH (TAG "A03") UID PARTIAL (1:5 1:2,4:5,7)
            S: A03 OK SEARCH completed
            S: * ESEARCH (TAG "A04") UID PARTIAL (28:50 NIL)
            S: A04 OK SEARCH completed
            C: A05 SEARCH RETURN (COUNT PARTIAL 5:1) ALL
            S: * ESEARCH (TAG "A05") PARTIAL (5:1 1:5) COUNT 27
            S: A05 OK SEARCH completed
            C: A06 SEARCH RETURN (PARTIAL 1:5 ALL) ALL
            S: A06 BAD ALL and PARTIAL cannot stand together
            C: 10 UID FETCH 1:39 (UID) (PARTIAL -1:-3)
            S: * 24 FETCH (UID 35)
            S: * 25 FETCH (UID 37)
            S: * 26 FETCH (UID 38)
            S: 10 OK FETCH completed
            C: 11 UID FETCH 3:* (UID FLAGS) (PARTIAL 1:2)
            S: * 3 FETCH (UID 4 FLAGS (\Recent))
            S: * 4 FETCH (UID 5 FLAGS (\Recent))
            S: 11 OK FETCH completed
            C: 12 UID FETCH 1:* UID (PARTIAL 100:200)
            S: 12 OK FETCH completed
            C: 13 FETCH 1:* UID (PARTIAL 1:2)
            S: 13 BAD unknown modifier of FETCH"#,
        )
        .await;
    // RFC 9394 §3.4: the window first, then what changed in it.
    let lines = client.ok("UID STORE 1,35,38 +FLAGS (\\Flagged)").await;
    assert_eq!(lines.len(), 3);
    for modifiers in [
        "PARTIAL -1:-3 CHANGEDSINCE 1",
        "CHANGEDSINCE 1 PARTIAL -1:-3",
    ] {
        let lines = client
            .ok(&format!("UID FETCH 1:39 (UID) ({modifiers})"))
            .await;
        let shown: Vec<_> = lines.iter().filter(|line| line.contains("UID")).collect();
        assert_eq!(shown.len(), 3, "{lines:?}");
    }
    let highest = client.ok("STATUS INBOX (HIGHESTMODSEQ)").await;
    let modseq = highest[0].rsplit(' ').next().unwrap().trim_end_matches(')');
    let before = modseq.parse::<u64>().unwrap() - 1;
    let lines = client
        .ok(&format!(
            "UID FETCH 1:39 (UID) (PARTIAL -1:-3 CHANGEDSINCE {before})"
        ))
        .await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].starts_with("* 24 FETCH (UID 35") && lines[1].starts_with("* 26 FETCH (UID 38")
    );
    // A window on a sort is in the order of the sort.
    client
        .check(
            r#"C: s UID SORT RETURN (PARTIAL 1:3 COUNT) (REVERSE SIZE REVERSE ARRIVAL) UTF-8 UID 35:40
            S: * ESEARCH (TAG "s") UID PARTIAL (1:3 35,37:38) COUNT 4
            S: s OK SORT completed"#,
        )
        .await;
}
