use std::net::SocketAddr;

use crate::support::World;

#[tokio::test]
async fn greeting_and_small_commands() {
    let world = World::new().await;
    let mut client = world.connect();
    client
        .check(
            r#"S: * OK [CAPABILITY IMAP4rev1 IMAP4rev2 LITERAL+ ID ENABLE IDLE NAMESPACE SASL-IR AUTH=SCRAM-SHA-256 AUTH=PLAIN AUTH=LOGIN] imap.sonla.gov.vn IMAP ready
            C: a1 CAPABILITY
            S: * CAPABILITY IMAP4rev1 …AUTH=PLAIN…
            S: a1 OK CAPABILITY completed
            C: a2 NOOP
            S: a2 OK NOOP completed
            C: a3 ID ("name" "mutt")
            S: * ID ("name" "congvu" "version" "…")
            S: a3 OK ID completed
            C: a4 SELECT INBOX
            S: a4 BAD Sign in first
            C: a5 LOGIN an "Mat-khau 1@"
            S: a5 OK [CAPABILITY IMAP4rev1 …UIDPLUS MOVE …APPENDLIMIT=31457280] Signed in
            C: a6 LOGIN an "Mat-khau 1@"
            S: a6 BAD Already signed in
            C: a7 FETCH 1 FLAGS
            S: a7 BAD Select a mailbox first
            C: a8 NAMESPACE
            S: * NAMESPACE (("" "/")) NIL NIL
            S: a8 OK NAMESPACE completed
            C: a9 GETQUOTAROOT INBOX
            S: * QUOTAROOT "INBOX" ""
            S: * QUOTA "" (STORAGE 0 204800 MESSAGE 0 4294967295)
            S: a9 OK GETQUOTAROOT completed
            C: b1 SETQUOTA "" (STORAGE 1)
            S: b1 NO [NOPERM] …
            C: b2 GETQUOTA "x"
            S: b2 NO [NONEXISTENT] No such quota root
            C: b3 FROBNICATE
            S: b3 BAD unknown command
            C:
            S: * BAD …
            C: b4 ENABLE CONDSTORE X-UNKNOWN
            S: * ENABLED CONDSTORE
            S: b4 OK ENABLE completed
            C: b5 LOGOUT
            S: * BYE Logging out
            S: b5 OK LOGOUT completed"#,
        )
        .await;
    client.closed().await;
}

#[tokio::test]
async fn pipelined_commands_are_answered_in_order() {
    let world = World::new().await;
    let mut client = world.client().await;
    client
        .send("a NOOP\r\nb SELECT INBOX\r\nc STATUS INBOX (MESSAGES)\r\nd CREATE {3+}\r\nabc\r\ne NOOP\r\n")
        .await;
    client
        .check(
            r"S: a OK NOOP completed
            S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
            S: * 0 EXISTS
            S: * 0 RECENT
            S: * OK [UIDVALIDITY …] UIDs valid
            S: * OK [UIDNEXT 1] Next UID
            S: * OK [HIGHESTMODSEQ 1] Highest
            S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] Flags permitted
            S: b OK [READ-WRITE] SELECT completed
            S: * STATUS …INBOX… (MESSAGES 0)
            S: c OK STATUS completed
            S: d OK CREATE completed
            S: e OK NOOP completed",
        )
        .await;
}

#[tokio::test]
async fn literals_of_both_kinds() {
    let world = World::new().await;
    let mut client = world.connect();
    client.line().await;
    client
        .check(
            r"C: a1 LOGIN {2}
            S: + OK
            C: an {11+}
            C: Mat-khau 1@
            S: a1 OK …
            C: a2 CREATE {2000000}
            S: a2 BAD Command too long
            C: a3 NOOP
            S: a3 OK NOOP completed
            C: a4 CREATE {2000000+}
            S: * BYE Command too long",
        )
        .await;
    client.closed().await;
}

#[tokio::test]
async fn noise_before_sign_in_ends_soon() {
    let world = World::new().await;
    let mut client = world.connect_from(SocketAddr::from(([192, 0, 2, 1], 9)));
    client.line().await;
    client
        .send("GET / HTTP/1.1\r\nHost: x\r\nA: b\r\nC: d\r\nE: f\r\nG: h\r\n\r\n")
        .await;
    for _ in 0..7 {
        client.line().await;
    }
    client.closed().await;
}

#[tokio::test]
async fn a_stopping_server_says_bye() {
    let world = World::new().await;
    let mut idle = world.selected("INBOX").await;
    idle.check("C: i IDLE\nS: + idling").await;
    let mut quiet = world.connect();
    quiet.line().await;
    world.stopper.stop();
    idle.check("S: * BYE [UNAVAILABLE] The server is stopping")
        .await;
    quiet
        .check("S: * BYE [UNAVAILABLE] The server is stopping")
        .await;
    idle.closed().await;
}

#[tokio::test]
async fn silence_has_an_end() {
    let mut world = World::new().await;
    world.config.login_timeout = std::time::Duration::from_millis(200);
    let mut client = world.connect();
    client.line().await;
    client.check("S: * BYE Too long without a command").await;
    world.config.login_timeout = std::time::Duration::from_secs(10);
    world.config.idle_timeout = std::time::Duration::from_millis(300);
    let mut client = world.client().await;
    client
        .check("C: a IDLE\nS: + idling\nS: * BYE Idle for too long")
        .await;
    client.closed().await;
}

#[tokio::test]
async fn a_connection_is_small() {
    let world = World::new().await;
    let size = world.future_size();
    assert!(size <= 4096, "{size} bytes");
}

#[tokio::test]
async fn a_store_that_is_away_is_no_reason_to_hang_up() {
    let world = World::new().await;
    let mut client = world.selected("INBOX").await;
    let store = world.store.clone();
    tokio::task::spawn_blocking(move || store.close())
        .await
        .unwrap();
    client
        .check(
            r#"C: a LIST "" *
            S: a NO [UNAVAILABLE] Temporarily unavailable, try again later
            C: b CREATE x
            S: b NO [UNAVAILABLE] Temporarily unavailable, try again later
            C: c NOOP
            S: c OK NOOP completed"#,
        )
        .await;
}
