//! A smart host that speaks LMTP (RFC 2033): one message, an answer for each of its recipients.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::{Far, Wanted, far};
use crate::harness::{Database, signal, tests, wait_until};

far!(
    each_recipient_has_its_own_answer,
    the_answers_break_off,
    dovecot_answers_for_each,
);

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
}

/// congvu, with an LMTP server of this machine that takes all that leaves.
fn congvu(database: Option<Database>, port: &str) -> Far {
    Far::start(
        database,
        &Wanted {
            outbound: &[
                ("SMART_HOST", "127.0.0.1"),
                ("SMART_HOST_PORT", port),
                ("SMART_HOST_TLS", "never"),
                ("SMART_HOST_PROTOCOL", "lmtp"),
                ("RETRIES", "1h"),
            ],
            ..Wanted::default()
        },
    )
}

/// A real server of LMTP.
struct Dovecot {
    child: Child,
    port: String,
    folder: TempDir,
}

impl Dovecot {
    /// `None` where it is not installed (`dovecot-lmtpd`).
    fn start() -> Option<Self> {
        if !Path::new("/usr/lib/dovecot/lmtp").exists() {
            eprintln!("skipped: Dovecot's LMTP is not installed");
            return None;
        }
        let folder = TempDir::with_prefix("congvu-dovecot-").unwrap();
        let root = folder.path();
        fs::set_permissions(root, Permissions::from_mode(0o755)).unwrap();
        for name in ["run", "mail"] {
            fs::create_dir(root.join(name)).unwrap();
        }
        fs::set_permissions(root.join("mail"), Permissions::from_mode(0o777)).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        drop(listener);
        let users = [("co", "100M"), ("day", "1K")].map(|(name, room)| {
            let home = root.join("mail").display().to_string();
            format!("{name}@x.example::65534:65534::{home}::userdb_quota_rule=*:storage={room}\n")
        });
        fs::write(root.join("users"), users.concat()).unwrap();
        let config = include_str!("dovecot/dovecot.conf")
            .replace("{root}", root.to_str().unwrap())
            .replace("{port}", &port);
        fs::write(root.join("dovecot.conf"), config).unwrap();
        let child = Command::new("/usr/sbin/dovecot")
            .args(["-F", "-c"])
            .arg(root.join("dovecot.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let dovecot = Self {
            child,
            port,
            folder,
        };
        wait_until(20, "Dovecot listens", || {
            TcpStream::connect(format!("127.0.0.1:{}", dovecot.port)).ok()
        });
        Some(dovecot)
    }

    fn mailbox(&self, name: &str) -> usize {
        let new = self.folder.path().join("mail").join(name).join("new");
        fs::read_dir(new).map_or(0, Iterator::count)
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = fs::read_to_string(self.folder.path().join("log"));
            eprintln!("--- Dovecot logged\n{}", log.unwrap_or_default());
        }
        // SIGTERM: it ends the processes it started.
        signal("TERM", &self.child.id().to_string());
        drop(self.child.wait());
    }
}

/// One mailbox has room, one is full, one does not exist.
fn dovecot_answers_for_each(database: Option<Database>) {
    let Some(dovecot) = Dovecot::start() else {
        return;
    };
    let far = congvu(database, &dovecot.port);
    let letter = far.letter(0, "qua LMTP", &"0123456789\r\n".repeat(500));
    let to = ["co@x.example", "day@x.example", "khong@x.example"];
    far.submit_octets(0, &to, &letter, &[], &[]);
    let sent = far.sent("co@x.example");
    assert!(
        sent.contains(" 250 sent: 127.0.0.1 (in clear): 2.0.0 <co@x.example> "),
        "{sent}"
    );
    let waits = far.put_off("day@x.example", "4.2.2");
    assert_eq!(waits["attempts"], 1);
    let reports = far.reports(0, 1);
    let recipients = reports[0]["recipients"].as_array().unwrap();
    assert_eq!(recipients.len(), 1);
    assert_eq!(recipients[0]["final-recipient"], "rfc822; khong@x.example");
    assert_eq!(recipients[0]["status"], "5.1.1");
    assert_eq!(
        (
            dovecot.mailbox("co@x.example"),
            dovecot.mailbox("day@x.example")
        ),
        (1, 0)
    );
    assert_eq!(far.queued().len(), 1);
}

impl Drop for Lmtp {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn each_recipient_has_its_own_answer(database: Option<Database>) {
    let lmtp = Lmtp::start();
    let far = congvu(database, &lmtp.port);
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
    wait_until(20, "a second attempt", || {
        let waits = far.put_off("full-1@x.example", "4.2.2");
        (waits["attempts"] == 2).then_some(())
    });
    assert_eq!(lmtp.stored(), ["ok-1@x.example", "ok-2@x.example"]);
}

/// Whoever was answered is settled; for the others it may come twice, and the mail log says so.
fn the_answers_break_off(database: Option<Database>) {
    let lmtp = Lmtp::start();
    let far = congvu(database, &lmtp.port);
    far.submit(
        0,
        &["ok-1@x.example", "break-1@x.example", "ok-2@x.example"],
        "nua chung",
    );
    far.sent("ok-1@x.example");
    wait_until(20, "two that may come twice", || {
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
