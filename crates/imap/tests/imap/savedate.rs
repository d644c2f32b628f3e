//! SAVEDATE (RFC 8514). When a message came is the server's clock, so the days are put back behind its back.

use congvu_message::date;

use crate::support::{World, message};

/// Vietnam's day so many days before today, as SEARCH takes it.
fn day(before: i64) -> String {
    let now = congvu_store::now_ms() / 1000 - before * 86_400;
    let text = date::imap(now, 7 * 60);
    text.split(' ')
        .find(|word| word.contains('-'))
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn what_a_folder_keeps_of_its_own() {
    let world = World::new().await;
    let mut client = world.client().await;
    for name in ["a", "b"] {
        let old = "\"01-Jan-2015 18:50:53 +0100\" ";
        client.append("INBOX", old, &message(name)).await;
    }
    client.ok("SELECT INBOX").await;
    // The internal date is what APPEND says, the save date is not; days may change while this runs.
    let today = [day(0), day(-1)];
    client.ok("COPY 1 Trash").await;
    for mailbox in ["INBOX", "Trash"] {
        client.ok(&format!("SELECT {mailbox}")).await;
        let lines = client.ok("FETCH 1 (SAVEDATE INTERNALDATE)").await;
        let (head, tail) = lines[0].split_once(" INTERNALDATE ").unwrap();
        assert_eq!(tail, "\" 2-Jan-2015 00:50:53 +0700\")");
        let saved = head.strip_prefix("* 1 FETCH (SAVEDATE \"").unwrap();
        assert!(
            today.iter().any(|day| saved.contains(day.as_str())),
            "{saved}"
        );
        assert!(saved.ends_with(" +0700\""), "{saved}");
    }
    client.ok("SELECT INBOX").await;
    for (keys, found) in [
        // RFC 8514 §4.3
        (format!("SAVEDSINCE {}", day(2)), " 1 2"),
        (format!("SAVEDBEFORE {}", day(2)), ""),
        (format!("SAVEDON {}", day(2)), ""),
        (format!("NOT SAVEDBEFORE {}", day(2)), " 1 2"),
        (format!("SAVEDSINCE {}", day(-2)), ""),
        (format!("SAVEDBEFORE {}", day(-2)), " 1 2"),
        (format!("OR SAVEDON {} SAVEDON {}", day(0), day(1)), " 1 2"),
        ("SAVEDATESUPPORTED".to_owned(), " 1 2"),
        ("NOT SAVEDATESUPPORTED".to_owned(), ""),
        (format!("BEFORE {} SAVEDSINCE {} 2", day(2), day(2)), " 2"),
    ] {
        let lines = client.ok(&format!("SEARCH {keys}")).await;
        assert_eq!(lines, [format!("* SEARCH{found}")], "{keys}");
    }
}
