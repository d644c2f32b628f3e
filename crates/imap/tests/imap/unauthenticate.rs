//! UNAUTHENTICATE (RFC 8437).

use crate::support::{World, message};

#[tokio::test]
async fn everything_is_reset() {
    let world = World::new().await;
    let mut client = world.client().await;
    client.append("INBOX", "(\\Deleted) ", &message("a")).await;
    client
        .check(
            r#"C: a ENABLE QRESYNC UTF8=ACCEPT IMAP4rev2
            S: * ENABLED QRESYNC UTF8=ACCEPT IMAP4rev2
            S: a OK ENABLE completed
            C: b CREATE "đ"
            S: b OK CREATE completed"#,
        )
        .await;
    client.ok("SELECT INBOX").await;
    // §3: no expunge, and the next sign-in may come at once.
    client
        .send(
            b"c UNAUTHENTICATE\r\nd SELECT INBOX\r\ne AUTHENTICATE PLAIN AGFuAE1hdC1raGF1IDFA\r\n",
        )
        .await;
    client
        .check(
            r#"S: c OK [CAPABILITY …SASL-IR…AUTH=PLAIN…] Signed out
            S: d BAD Sign in first
            S: e OK [CAPABILITY …UNAUTHENTICATE…] Signed in
            C: f FETCH 1 FLAGS
            S: f BAD Select a mailbox first
            C: g CREATE "đ2"
            S: g BAD …
            C: h LIST "" "&ARE-"
            S: * LIST (\HasNoChildren) "/" "&ARE-"
            S: h OK LIST completed
            C: i SELECT INBOX (QRESYNC (1 1))
            S: i BAD Enable QRESYNC first
            C: j SELECT INBOX
            S: * FLAGS …
            S: * 1 EXISTS
            S: * 1 RECENT
            S: * OK [UNSEEN 1] First unseen
            S: * OK [UIDVALIDITY …
            S: * OK [UIDNEXT 2] Next UID
            S: * OK [HIGHESTMODSEQ 2] Highest
            S: * OK [PERMANENTFLAGS …
            S: j OK [READ-WRITE] SELECT completed
            C: k STORE 1 -FLAGS (\Deleted)
            S: * 1 FETCH (FLAGS (\Recent))
            S: k OK STORE completed
            C: l UNAUTHENTICATE x
            S: l BAD unexpected text after the command
            C: m UNAUTHENTICATE
            S: m OK …
            C: n UNAUTHENTICATE
            S: n BAD Sign in first
            C: o NOOP
            S: o OK NOOP completed"#,
        )
        .await;
}

/// The limits are those of a stranger again: of input, of time, and of guesses.
#[tokio::test]
async fn limits_are_reset() {
    let mut world = World::new().await;
    let mut client = world.client().await;
    client
        .check(
            r"C: a UNAUTHENTICATE
            S: a OK …
            C: b LOGIN {9000}
            S: b BAD Command too long",
        )
        .await;
    // One good password between them buys no more guesses.
    for tag in ["c", "d"] {
        client
            .check(&format!(
                "C: {tag} LOGIN an wrong\nS: {tag} NO [AUTHENTICATIONFAILED] …"
            ))
            .await;
    }
    client
        .check(
            r#"C: e LOGIN an "Mat-khau 1@"
            S: e OK …
            C: f UNAUTHENTICATE
            S: f OK …
            C: g LOGIN an wrong
            S: * BYE [AUTHENTICATIONFAILED] Too many failed sign-ins"#,
        )
        .await;
    client.closed().await;
    world.config.login_timeout = std::time::Duration::from_millis(300);
    let mut client = world.client().await;
    client
        .check("C: a UNAUTHENTICATE\nS: a OK …\nS: * BYE Too long without a command")
        .await;
}
