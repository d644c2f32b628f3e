//! Webmail: what happens later to mail, in the browser: undo, send later, snooze, reminders, recall, redirecting.

use crate::harness::Demo;
use crate::webmail::browse;

/// TQ.8.1, TQ.12.8: see `crates/web/tests/mail/later.rs`; here what people see of it, with script and without.
fn sends_later_and_takes_back(demo: &Demo) {
    let (one, two) = (demo.person(0), demo.person(1));
    browse(demo, "later.mjs", &[one, two]);
    assert_eq!(demo.letters(two, "INBOX", "Hẹn giờ").len(), 1);
    assert_eq!(demo.letters(two, "INBOX", "Không hoàn tác").len(), 1);
    // What was taken back never came.
    assert_eq!(demo.letters(two, "INBOX", "").len(), 2);
    assert_eq!(demo.letters(one, "Sent", "").len(), 2);
    demo.verify();
}

/// A message leaves the inbox, for mail programs too, and comes back.
fn snoozes(demo: &Demo) {
    let address = demo.person(0);
    for n in 1..=4 {
        let letter = format!(
            "From: a@sonminh.gov.vn\r\nSubject: Viec {n}\r\nMessage-ID: <viec-{n}@sonminh.gov.vn>\r\n\r\nx {n}\r\n"
        );
        demo.append(address, "INBOX", letter.as_bytes());
    }
    browse(demo, "snooze.mjs", &[address]);
    assert_eq!(demo.letters(address, "INBOX", "").len(), 1);
    assert_eq!(demo.letters(address, "Snoozed", "").len(), 3);
    demo.verify();
}

/// Taken back from who has not read it; the sender sees what happened to each.
fn recalls(demo: &Demo) {
    let (one, two, three) = (demo.person(0), demo.person(1), demo.person(2));
    browse(demo, "recall.mjs", &[one, two, three]);
    assert!(demo.letters(two, "INBOX", "").is_empty());
    assert_eq!(demo.letters(three, "INBOX", "").len(), 1);
    let acts = demo
        .tool("audit", &["list", "--format", "json", "--limit", "500"])
        .ok();
    let recalled = acts.lines().filter(|line| line.contains("mail.recall"));
    assert_eq!(
        recalled.filter(|line| line.contains(one)).count(),
        1,
        "{acts}"
    );
    demo.verify();
}

/// TQ.4: a message goes on as it is inside alone.
fn tq_4_redirects(demo: &Demo) {
    let (one, two) = (demo.person(0), demo.person(1));
    let letter = format!(
        "From: Cong dan <cong-dan@ngoai.example>\r\nTo: {one}\r\nSubject: Don kien nghi\r\nMessage-ID: <don@ngoai.example>\r\n\r\nKinh gui.\r\n"
    );
    demo.append(one, "INBOX", letter.as_bytes());
    browse(demo, "redirect.mjs", &[one, two]);
    let got = demo.letter(two, "Don kien nghi");
    let raw = String::from_utf8_lossy(&got.raw).into_owned();
    assert!(
        raw.contains("\r\nResent-From: ") && raw.ends_with(&letter),
        "{raw}"
    );
    demo.verify();
}

pages!(sends_later_and_takes_back, snoozes, recalls, tq_4_redirects);
