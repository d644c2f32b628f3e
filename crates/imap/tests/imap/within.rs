//! WITHIN (RFC 5032).

use crate::support::{World, message};

#[tokio::test]
async fn how_long_ago() {
    let world = World::new().await;
    let mut client = world.client().await;
    let ago = |seconds: i64| {
        let at = congvu_store::now_ms() / 1000 - seconds;
        format!("\"{}\" ", congvu_message::date::imap(at, 7 * 60))
    };
    for (n, seconds) in [500_000, 300_000, 200_000, 100].into_iter().enumerate() {
        let flags = if n == 3 { "(\\Seen) " } else { "" };
        let date = ago(seconds);
        client
            .append("INBOX", &format!("{flags}{date}"), &message("x"))
            .await;
    }
    client.ok("SELECT INBOX").await;
    for (keys, found) in [
        // RFC 5032 §3
        ("UNSEEN YOUNGER 259200", " 3"),
        ("YOUNGER 259200", " 3 4"),
        ("OLDER 259200", " 1 2"),
        ("OLDER 259200 YOUNGER 400000", " 2"),
        ("NOT YOUNGER 259200", " 1 2"),
        ("YOUNGER 10", ""),
        ("OLDER 4294967295", ""),
        ("YOUNGER 4294967295", " 1 2 3 4"),
    ] {
        let lines = client.ok(&format!("SEARCH {keys}")).await;
        assert_eq!(lines, [format!("* SEARCH{found}")], "{keys}");
    }
    let wrong = client.command("SEARCH YOUNGER 0").await;
    assert!(wrong[0].starts_with("= BAD"), "{wrong:?}");
}
