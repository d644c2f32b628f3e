//! A smart host that speaks LMTP (RFC 2033): one message, an answer for each of its recipients.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::{Far, Wanted, far};
use crate::harness::{Database, tests};

far!(each_recipient_has_its_own_answer, the_answers_break_off);

struct Lmtp {
    child: Child,
    port: String,
    folder: TempDir,
}

impl Lmtp {
    fn start() -> Self {
        let folder = TempDir::with_prefix("congvu-lmtp-").unwrap();
        let mut child = Command::new("python3")
            .arg(tests().join("far/lmtp.py"))
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        let mut printed = BufReader::new(child.stdout.take().unwrap());
        printed.read_line(&mut port).unwrap();
        Self {
            child,
            port: port.trim().to_owned(),
            folder,
        }
    }

    /// Whom it has stored messages for, one for each message.
    fn stored(&self) -> Vec<String> {
        let found = std::fs::read_dir(self.folder.path()).unwrap();
        let names = found.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names
            .map(|name| name.split(' ').next().unwrap().to_owned())
            .collect();
        names.sort();
        names
    }

    fn congvu(&self, database: Option<Database>) -> Far {
        Far::start(
            database,
            &Wanted {
                outbound: &[
                    ("SMART_HOST", "127.0.0.1"),
                    ("SMART_HOST_PORT", &self.port),
                    ("SMART_HOST_TLS", "never"),
                    ("SMART_HOST_PROTOCOL", "lmtp"),
                    ("RETRIES", "1h"),
                ],
                ..Wanted::default()
            },
        )
    }
}

impl Drop for Lmtp {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn each_recipient_has_its_own_answer(database: Option<Database>) {
    let lmtp = Lmtp::start();
    let far = lmtp.congvu(database);
    let to = [
        "ok-1@x.example",
        "full-1@x.example",
        "nobody-1@x.example",
        "gone-1@x.example",
        "ok-2@x.example",
    ];
    far.submit(0, &to, "tung nguoi");
    let waits = far.put_off("full-1@x.example", "4.2.2");
    assert_eq!(waits["state"], "waiting");
    for taken in ["ok-1@x.example", "ok-2@x.example"] {
        let sent = far.sent(taken);
        assert!(sent.ends_with(&format!("2.1.5 <{taken}> stored")), "{sent}");
    }
    let reports = far.reports(0, 1);
    let recipients = reports[0]["recipients"].as_array().unwrap();
    let told: Vec<(&str, &str)> = recipients
        .iter()
        .map(|one| {
            (
                one["final-recipient"].as_str().unwrap(),
                one["status"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("rfc822; nobody-1@x.example", "5.1.1"),
            ("rfc822; gone-1@x.example", "5.2.1")
        ]
    );
    // Only the one that waits is tried again, and those that were taken get nothing more.
    far.queue(&["retry", "--all", "--confirm", "1"]);
    crate::harness::wait_until(20, "a second attempt", || {
        let waits = far.put_off("full-1@x.example", "4.2.2");
        (waits["attempts"] == 2).then_some(())
    });
    assert_eq!(lmtp.stored(), ["ok-1@x.example", "ok-2@x.example"]);
}

/// Whoever was answered is settled; for the others it may come twice, and the mail log says so.
fn the_answers_break_off(database: Option<Database>) {
    let lmtp = Lmtp::start();
    let far = lmtp.congvu(database);
    far.submit(
        0,
        &["ok-1@x.example", "break-1@x.example", "ok-2@x.example"],
        "nua chung",
    );
    far.sent("ok-1@x.example");
    crate::harness::wait_until(20, "two that may come twice", || {
        let log = far.demo.tool("mail-log", &[]).ok();
        (log.matches("may come twice").count() == 2).then_some(())
    });
    far.queue(&["retry", "--all", "--confirm", "2"]);
    far.sent("break-1@x.example");
    far.sent("ok-2@x.example");
    far.drained();
    // The first answer came: it is not sent again. The second was stored and not answered for.
    let stored = lmtp.stored();
    let twice = [
        "break-1@x.example",
        "break-1@x.example",
        "ok-1@x.example",
        "ok-2@x.example",
    ];
    assert_eq!(stored, twice);
}
