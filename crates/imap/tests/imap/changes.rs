use crate::support::{World, message};

#[tokio::test]
async fn two_sessions_see_each_other_at_once() {
    let world = World::new().await;
    let mut one = world.selected("INBOX").await;
    let mut two = world.selected("INBOX").await;
    two.check("C: i IDLE\nS: + idling").await;
    one.append("INBOX", "", &message("a")).await;
    two.check("S: * 1 EXISTS\nS: * 1 RECENT").await;
    one.append("INBOX", "", &message("b")).await;
    two.check("S: * 2 EXISTS\nS: * 2 RECENT").await;
    one.check(
        r"C: a STORE 1 +FLAGS (\Deleted)
        S: * 1 FETCH (FLAGS (\Deleted \Recent))
        S: a OK STORE completed",
    )
    .await;
    two.check(r"S: * 1 FETCH (FLAGS (\Deleted \Recent))").await;
    one.check("C: b EXPUNGE\nS: * 1 EXPUNGE\nS: b OK EXPUNGE completed")
        .await;
    two.check("S: * 1 EXPUNGE\nC: DONE\nS: i OK IDLE completed")
        .await;
    two.silent().await;
    two.check("C: j IDLE\nS: + idling\nC: NOOP\nS: j BAD Expected DONE\nC: k NOOP\nS: k OK NOOP completed").await;
}

/// Thunderbird looks for new mail in the answers to SELECT, NOOP and IDLE alone.
#[tokio::test]
async fn what_a_fetch_told_of_new_mail_an_idle_repeats() {
    let world = World::new().await;
    let mut one = world.selected("INBOX").await;
    let mut two = world.selected("INBOX").await;
    one.append("INBOX", "", &message("a")).await;
    two.check(
        r"C: a UID FETCH 1:* (FLAGS)
        S: * 1 EXISTS
        S: * 1 RECENT
        S: * 1 FETCH (UID 1 FLAGS (\Recent))
        S: a OK FETCH completed
        C: b IDLE
        S: + idling
        S: * 1 EXISTS
        S: * 1 RECENT
        C: DONE
        S: b OK IDLE completed
        C: c IDLE
        S: + idling
        C: DONE
        S: c OK IDLE completed",
    )
    .await;
    // What a client put there itself it knows of, and what NOOP told it of.
    two.append("INBOX", "", &message("b")).await;
    one.append("INBOX", "", &message("c")).await;
    two.check("C: d NOOP\nS: * 3 EXISTS\nS: * 3 RECENT\nS: d OK NOOP completed\nC: e IDLE\nS: + idling\nC: DONE\nS: e OK IDLE completed")
        .await;
}

#[tokio::test]
async fn numbers_stay_while_commands_use_them() {
    let world = World::new().await;
    let mut one = world.client().await;
    for name in ["a", "b", "c"] {
        one.append("INBOX", "", &message(name)).await;
    }
    one.ok("SELECT INBOX").await;
    let mut two = world.selected("INBOX").await;
    one.check(
        r"C: a STORE 1 +FLAGS.SILENT \Deleted
        S: a OK STORE completed
        C: b EXPUNGE
        S: * 1 EXPUNGE
        S: b OK EXPUNGE completed",
    )
    .await;
    // No EXPUNGE in answers to FETCH, STORE, SEARCH by number (RFC 3501 §7.4.1).
    two.check(
        r"C: a FETCH 1:3 UID
        S: * 2 FETCH (UID 2)
        S: * 3 FETCH (UID 3)
        S: a OK [EXPUNGEISSUED] Some messages are gone
        C: b STORE 3 +FLAGS (\Flagged)
        S: * 3 FETCH (FLAGS (\Flagged))
        S: b OK STORE completed
        C: c SEARCH FLAGGED
        S: * SEARCH 3
        S: c OK SEARCH completed
        C: d UID FETCH 2:* FLAGS
        S: * 2 FETCH (UID 2 FLAGS ())
        S: * 3 FETCH (UID 3 FLAGS (\Flagged))
        S: * 1 EXPUNGE
        S: d OK FETCH completed
        C: e FETCH 3 UID
        S: e BAD No such message number",
    )
    .await;
    one.check(
        r"C: c NOOP
        S: * 2 FETCH (FLAGS (\Flagged \Recent))
        S: c OK NOOP completed",
    )
    .await;
}

#[tokio::test]
async fn a_message_that_came_and_went_unseen() {
    let world = World::new().await;
    let mut quiet = world.selected("INBOX").await;
    let mut busy = world.selected("INBOX").await;
    busy.append("INBOX", "(\\Deleted) ", &message("a")).await;
    busy.append("INBOX", "", &message("b")).await;
    busy.ok("EXPUNGE").await;
    quiet
        .check(
            r"C: a NOOP
            S: * 1 EXISTS
            S: * 1 RECENT
            S: a OK NOOP completed
            C: b FETCH 1 (UID FLAGS)
            S: * 1 FETCH (UID 2 FLAGS (\Recent))
            S: b OK FETCH completed",
        )
        .await;
}

#[tokio::test]
async fn new_mail_is_found_without_noop() {
    let world = World::new().await;
    let mut client = world.selected("INBOX").await;
    let mut other = world.client().await;
    other.append("INBOX", "", &message("a")).await;
    client
        .check("C: a UID SEARCH ALL\nS: * 1 EXISTS\nS: * 1 RECENT\nS: * SEARCH 1\nS: a OK SEARCH completed")
        .await;
}

/// What another session changes just before a silent STORE of the same message is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silent_stores_at_once() {
    let world = World::new().await;
    let mut one = world.client().await;
    one.append("INBOX", "", &message("a")).await;
    one.ok("SELECT INBOX").await;
    let mut two = world.selected("INBOX").await;
    for round in 0..50 {
        let sign = ["+", "-"][round % 2];
        one.send(format!("x STORE 1 {sign}FLAGS.SILENT (\\Flagged)\r\n"))
            .await;
        two.send(format!("x STORE 1 {sign}FLAGS.SILENT (\\Answered)\r\n"))
            .await;
        let mut first = one.answer("x ").await;
        let mut second = two.answer("x ").await;
        first.extend(one.ok("NOOP").await);
        second.extend(two.ok("NOOP").await);
        for (told, other) in [(first, "\\Answered"), (second, "\\Flagged")] {
            let heard = told
                .iter()
                .any(|line| line.contains("FETCH") && line.contains(other) == (sign == "+"));
            assert!(heard, "round {round}: {told:?}");
        }
    }
}
