//! RETR and TOP, octet by octet.

use congvu_store::StoreError;
use congvu_store::activity::{self, Kind};
use congvu_store::entry;
use congvu_store::keyword::flag;

use crate::support::World;

async fn check(message: &str, sent: &str) {
    let world = World::with(&[message]).await;
    let mut peer = world.signed_in().await;
    peer.talk(&format!("C: RETR 1\nS: +OK {} octets", message.len()))
        .await;
    let lines = String::from_utf8(peer.lines().await).unwrap();
    assert_eq!(lines, sent);
    peer.talk("C: NOOP\nS: +OK Nothing done").await;
}

#[tokio::test]
async fn dots_are_stuffed() {
    check(
        "Subject: .\r\n.odd: 1\r\n\r\n.\r\n..\r\na.\r\n.b\r\n\r\n.\r\n",
        "Subject: .\r\n..odd: 1\r\n\r\n..\r\n...\r\na.\r\n..b\r\n\r\n..\r\n.\r\n",
    )
    .await;
}

#[tokio::test]
async fn the_last_line_is_ended() {
    check("A: 1\r\n\r\nno end", "A: 1\r\n\r\nno end\r\n.\r\n").await;
}

#[tokio::test]
async fn a_lone_line_feed_hides_no_end() {
    check(
        "A: 1\n\nx\n.\nQUIT\n",
        "A: 1\r\n\r\nx\r\n..\r\nQUIT\r\n.\r\n",
    )
    .await;
}

#[tokio::test]
async fn octets_pass_unchanged() {
    check(
        "A: tiếng Việt\r\n\r\n\0\u{1}\r\u{7f}đ\r\n",
        "A: tiếng Việt\r\n\r\n\0\u{1}\r\u{7f}đ\r\n.\r\n",
    )
    .await;
}

#[tokio::test]
async fn the_recipients_own_lines_come_first_and_count() {
    let world = World::new().await;
    world
        .deliver("Return-Path: <>\r\n", ["A: 1\r\n\r\nx\r\n"])
        .await;
    let mut peer = world.signed_in().await;
    peer.talk("C: LIST 1\nS: +OK 1 28\nC: RETR 1\nS: +OK 28 octets")
        .await;
    assert_eq!(
        peer.lines().await,
        b"Return-Path: <>\r\nA: 1\r\n\r\nx\r\n.\r\n"
    );
    peer.talk("C: TOP 1 0\nS: +OK Top of message follows").await;
    assert_eq!(peer.lines().await, b"Return-Path: <>\r\nA: 1\r\n\r\n.\r\n");
}

#[tokio::test]
async fn top_sends_some_lines() {
    let world = World::with(&["A: 1\r\nB: 2\r\n\r\n.one\r\n\r\nthree\r\n"]).await;
    let mut peer = world.signed_in().await;
    let header = "A: 1\r\nB: 2\r\n\r\n";
    for (count, body) in [
        ("0", ""),
        ("1", "..one\r\n"),
        ("2", "..one\r\n\r\n"),
        ("3", "..one\r\n\r\nthree\r\n"),
        ("99999999999", "..one\r\n\r\nthree\r\n"),
    ] {
        peer.talk(&format!("C: TOP 1 {count}\nS: +OK Top of message follows"))
            .await;
        let lines = String::from_utf8(peer.lines().await).unwrap();
        assert_eq!(lines, format!("{header}{body}.\r\n"), "{count} lines");
    }
}

/// A program that copies mail does not read it; that it fetched some is noted.
#[tokio::test]
async fn retr_leaves_flags_alone_and_counts_as_fetched() {
    let world = World::with(&["A: 1\r\n\r\n"]).await;
    let mut peer = world.signed_in().await;
    peer.talk("C: RETR 1\nS: +OK 8 octets").await;
    peer.lines().await;
    peer.talk("C: QUIT\nS: +OK Bye").await;
    world.access.stop().await;
    let (inbox, mailbox) = (world.inbox, world.mailbox);
    let read = world.store.read(move |tx| {
        let mut flags = None;
        entry::scan(tx, inbox, (1, 1), entry::Want::Entry, |entry| {
            flags = Some(entry.flags()?);
            Ok(true)
        })?;
        Ok::<_, StoreError>((flags, activity::last(tx, mailbox, Kind::Fetched)?))
    });
    let (flags, fetched) = read.await.unwrap();
    assert_eq!(flags.unwrap() & flag::SEEN, 0);
    assert!(fetched.is_some());
}

/// Lines that do not compress, from a small generator (xorshift).
fn lines(total: usize) -> impl Iterator<Item = Vec<u8>> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let line = move || {
        let mut line: Vec<u8> = Vec::with_capacity(78);
        while line.len() < 76 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            line.extend(state.to_le_bytes().map(|byte| b'.' + byte % 64));
        }
        line.truncate(76);
        line.extend_from_slice(b"\r\n");
        line
    };
    std::iter::repeat_with(line).take(total / 78)
}

/// Resident memory of this process in kB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// The memory of a process is measured: where the tests are threads of one (`cargo test`, not
/// nextest), this one runs in a process of its own.
#[test]
fn a_large_message_takes_little_memory() {
    const ALONE: &str = "CONGVU_TEST_ALONE";
    if std::env::var_os("NEXTEST").is_some() || std::env::var_os(ALONE).is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        return runtime.unwrap().block_on(a_large_message());
    }
    let own = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "messages::a_large_message_takes_little_memory"])
        .env(ALONE, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&own.stdout);
    assert!(own.status.success() && said.contains("1 passed"), "{said}");
}

async fn a_large_message() {
    const SIZE: usize = 20 << 20;
    let world = World::new().await;
    let header = std::iter::once(b"Subject: large\r\n\r\n".to_vec());
    world.deliver("", header.chain(lines(SIZE))).await;
    let mut peer = world.signed_in().await;
    peer.talk("C: RETR 1\nS: +OK *").await;
    let before = resident();
    let mut most = before;
    peer.talk("S: Subject: large\nS:\x20").await;
    for (number, line) in lines(SIZE).enumerate() {
        let expected = String::from_utf8(line).unwrap();
        let stuffed = if expected.starts_with('.') { "." } else { "" };
        let got = peer.line().await;
        assert!(
            format!("{got}\r\n") == format!("{stuffed}{expected}"),
            "line {number}"
        );
        if number % 8192 == 0 {
            most = most.max(resident());
        }
    }
    peer.talk("S: .\nC: QUIT\nS: +OK Bye\nS: EOF").await;
    let grown = most - before;
    assert!(grown < 6 << 10, "{grown} kB for a message of {SIZE} octets");
}
