//! curl as a mail program.

use std::fs;

use crate::harness::{Demo, Output, Program};

/// curl on `SERVER://127.0.0.1:PORT/PATH` as `USER:PASSWORD`.
pub fn fetch(demo: &Demo, user: &str, server: &str, path: &str) -> Output {
    with(demo, user, server, path, &[])
}

fn with(demo: &Demo, user: &str, server: &str, path: &str, more: &[&str]) -> Output {
    let scheme = if server == "submissions" {
        "smtps"
    } else {
        server
    };
    let url = format!("{scheme}://{}/{path}", demo.address(server));
    Program::new("curl")
        .args([
            "-sS",
            "--max-time",
            "15",
            "--cacert",
            demo.ca(),
            "--user",
            user,
        ])
        .args(more)
        .arg(url)
        .run()
}

fn reads_and_writes(demo: &Demo) {
    let (address, friend) = (demo.person(0), demo.person(1));
    let user = format!("{address}:{}", demo.password());
    let file = demo.scratch().join("thu.eml");
    let letter = format!(
        "From: <{address}>\r\nTo: <{friend}>\r\nSubject: bang curl\r\nMessage-ID: <c@curl.example>\r\nDate: Mon, 05 Oct 2026 \
         08:30:00 +0700\r\n\r\nKính gửi\r\n.\r\nHết\r\n"
    );
    fs::write(&file, &letter).unwrap();
    let file = file.to_str().unwrap();

    with(demo, &user, "imaps", "INBOX", &["-T", file]).ok();
    let got = fetch(demo, &user, "imaps", "INBOX;UID=1").ended(0);
    assert_eq!(got.bytes, letter.as_bytes());
    let found = fetch(demo, &user, "imaps", "INBOX?SUBJECT%20curl").ok();
    assert_eq!(found.trim(), "* SEARCH 1");
    let none = fetch(demo, &user, "imaps", "INBOX?SUBJECT%20khong").ok();
    assert_eq!(none.trim(), "* SEARCH");
    let list = fetch(demo, &user, "imaps", "").ok();
    assert!(
        list.contains("\"INBOX\"") || list.contains(" INBOX"),
        "{list}"
    );
    let got = fetch(demo, &user, "pop3s", "1").ended(0);
    assert_eq!(got.bytes, letter.as_bytes());
    let list = fetch(demo, &user, "pop3s", "").ok();
    assert_eq!(list.trim(), format!("1 {}", letter.len()));

    let envelope = ["--mail-from", address, "--mail-rcpt", friend, "-T", file];
    with(demo, &user, "submissions", "may.example", &envelope).ok();
    let arrived = demo.letter(friend, "bang curl");
    let (_, own) = split(&arrived.raw, b"From: <");
    assert_eq!(
        String::from_utf8_lossy(own),
        letter,
        "below the trace lines it is as it was sent"
    );
    // A wrong password is told as such (67: login denied).
    let wrong = format!("{address}:sai");
    fetch(demo, &wrong, "imaps", "").ended(67);
}

/// Before and from the first place of `what`.
fn split<'a>(all: &'a [u8], what: &[u8]) -> (&'a [u8], &'a [u8]) {
    let at = all.windows(what.len()).position(|part| part == what);
    all.split_at(at.unwrap())
}

both!(reads_and_writes);
