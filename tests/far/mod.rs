//! congvu and a real Postfix, each the other's far side; a real name server between them.

mod dying;
mod extensions;
mod inward;
mod lmtp;
mod names;
mod plain;
mod refusing;
mod tls;
mod waiting;

use std::net::SocketAddr;

use serde_json::Value;

use crate::harness::{Database, Demo, Nsd, Postfix, congvu, own_address, wait_until};

/// `far!(case)`: a `fn case(database: Option<Database>)` as `sqlite::case` and `postgres::case`. Only root
/// can start Postfix; for others they do nothing and say so.
macro_rules! far {
    ($($case:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $case() {
                if crate::far::possible() {
                    super::$case(None);
                }
            })*
        }
        mod postgres {
            $(#[test] fn $case() {
                if crate::far::possible() && crate::harness::postgres_wanted() {
                    super::$case(Some(crate::harness::Database::create()));
                }
            })*
        }
    };
}
pub(crate) use far;

pub(crate) fn possible() -> bool {
    let root = crate::harness::is_root();
    if !root {
        eprintln!("skipped: only root can start Postfix");
    }
    root
}

/// Their domain, whose mailboxes are `a`, `b` and `c`.
pub(crate) const ZONE: &str = "
@   MX 10 mx
mx  A  {postfix}
";

/// congvu, Postfix and the names by which congvu finds it.
pub(crate) struct Far {
    pub(crate) demo: Demo,
    pub(crate) postfix: Postfix,
    pub(crate) names: Nsd,
    settings: Vec<(String, String)>,
}

/// What a case wants otherwise.
#[derive(Default)]
pub(crate) struct Wanted<'a> {
    /// Lines of main.cf, and of master.cf behind `master:`.
    pub(crate) postfix: &'a [&'a str],
    /// Settings of congvu below `outbound`: `("TIMEOUT", "2s")`.
    pub(crate) outbound: &'a [(&'a str, &'a str)],
    /// Zones besides `far.example`.
    pub(crate) zones: &'a [(&'a str, &'a str)],
    /// A name server to be put before the real one.
    pub(crate) through: Option<fn(SocketAddr) -> SocketAddr>,
}

impl Far {
    pub(crate) fn start(database: Option<Database>, wanted: &Wanted<'_>) -> Self {
        let address = own_address();
        let at = |text: &str| text.replace("{postfix}", &address.to_string());
        let mut zones = vec![("far.example", at(ZONE))];
        zones.extend(wanted.zones.iter().map(|(name, text)| (*name, at(text))));
        let zones: Vec<(&str, &str)> = zones.iter().map(|(n, text)| (*n, text.as_str())).collect();
        let names = Nsd::start(&zones);
        let server = wanted
            .through
            .map_or(names.address, |put| put(names.address));
        let server = server.to_string();
        let usual = [
            ("ENABLED", "true"),
            ("NAME_SERVERS", server.as_str()),
            ("ALLOWED_NETWORKS", "127.0.0.0/8,::1"),
            ("RETRIES", "1s"),
            ("BACKOFF", "1s"),
            ("BACKOFF_MOST", "1s"),
        ];
        let mut settings: Vec<(String, String)> = Vec::new();
        for (key, value) in usual.iter().chain(wanted.outbound) {
            let key = format!("CONGVU_OUTBOUND__{key}");
            settings.retain(|(known, _)| *known != key);
            settings.push((key, at(value)));
        }
        let borrowed: Vec<(&str, &str)> = settings
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        let demo = Demo::start_with(database, &borrowed);
        let postfix = Postfix::start(address, demo.port("smtp"), wanted.postfix);
        Self {
            demo,
            postfix,
            names,
            settings,
        }
    }

    /// Starts congvu anew on the same data, with the same settings and other ports.
    pub(crate) fn restart(&mut self) {
        let settings: Vec<(&str, &str)> = self
            .settings
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        self.demo.restart_with(&settings);
    }

    /// The same, on the SMTP port that Postfix knows.
    pub(crate) fn restart_at(&mut self, port: &str) {
        let own = (
            "CONGVU_SMTP__LISTEN".to_owned(),
            format!("127.0.0.1:{port}"),
        );
        self.settings.push(own);
        self.restart();
    }

    /// Submits a message of the demo's `n`th person; its subject is in its header.
    #[track_caller]
    pub(crate) fn submit(&self, n: usize, to: &[&str], subject: &str) {
        self.submit_octets(n, to, &self.letter(n, subject, "Nội dung.\r\n"), &[], &[]);
    }

    /// With parameters of MAIL and of RCPT.
    #[track_caller]
    pub(crate) fn submit_octets(
        &self,
        n: usize,
        to: &[&str],
        octets: &[u8],
        mail: &[&str],
        rcpt: &[&str],
    ) {
        let (to, mail, rcpt) = (to.join(" "), mail.join(" "), rcpt.join(" "));
        let arguments = [self.demo.person(n), &to, &mail, &rcpt];
        let script = self.demo.script("submit.py", &arguments);
        script.input(octets).run().ok();
    }

    /// A message of the `n`th person, 8 bit.
    pub(crate) fn letter(&self, n: usize, subject: &str, body: &str) -> Vec<u8> {
        let from = self.demo.person(n);
        format!(
            "From: <{from}>\r\nTo: <a@far.example>\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}"
        )
        .into_bytes()
    }

    /// Gives Postfix a message for `to`, as a program of its own users would.
    #[track_caller]
    pub(crate) fn give_postfix(&self, from: &str, to: &[&str], octets: &[u8]) {
        let place = format!("{}:25", self.postfix.address);
        let script = self.demo.script("give.py", &[&place, from, &to.join(" ")]);
        script.input(octets).run().ok();
    }

    /// The reports (RFC 3464) in a person's INBOX as Python's email package reads them, waited for.
    #[track_caller]
    pub(crate) fn reports(&self, n: usize, count: usize) -> Vec<Value> {
        let arguments = [self.demo.person(n), &count.to_string()];
        let lines = self.demo.script("reports.py", &arguments).within(120).run();
        let lines = lines.ok();
        lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// `congvu queue …` with the server's own settings.
    #[track_caller]
    pub(crate) fn queue(&self, arguments: &[&str]) -> String {
        let config = self.demo.config();
        let mut program = congvu(["queue", "--config", config.to_str().unwrap()]);
        for (key, value) in &self.settings {
            program = program.env(key, value);
        }
        program.args(arguments).run().ok()
    }

    /// What waits, as JSON.
    pub(crate) fn queued(&self) -> Vec<Value> {
        let lines = self.queue(&["list", "--json"]);
        lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Waits until nothing waits.
    #[track_caller]
    pub(crate) fn drained(&self) {
        wait_until(30, "the queue is empty", || {
            self.queued().is_empty().then_some(())
        });
    }

    /// Waits until the last answer about a recipient has this status; what waits of it.
    #[track_caller]
    pub(crate) fn put_off(&self, recipient: &str, status: &str) -> Value {
        wait_until(30, &format!("{recipient} put off with {status}"), || {
            let all = self.queued().into_iter();
            all.filter(|one| one["recipient"] == recipient)
                .find(|one| one["last"]["status"] == status)
        })
    }

    /// The mail log's lines of mail that left, about this recipient, oldest first.
    pub(crate) fn left(&self, recipient: &str) -> Vec<String> {
        let log = self.demo.tool("mail-log", &["--lines", "500"]).ok();
        let own = log.lines().filter(|line| line.contains("  out  "));
        own.filter(|line| line.contains(&format!("đến <{recipient}>")))
            .map(str::to_owned)
            .collect()
    }

    /// Waits for the one line that says that it was sent.
    #[track_caller]
    pub(crate) fn sent(&self, recipient: &str) -> String {
        wait_until(30, &format!("sent to {recipient}"), || {
            let left = self.left(recipient);
            left.into_iter().find(|line| line.contains(" sent: "))
        })
    }
}

/// What stands behind the header lines that others put before ours.
pub(crate) fn own_part(octets: &[u8]) -> Vec<u8> {
    let at = octets.windows(7).position(|seven| seven == b"From: <");
    let at = at.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(octets)));
    octets[at..].to_vec()
}

/// With the line ends of a Maildir.
pub(crate) fn lf(octets: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(octets)
        .replace("\r\n", "\n")
        .into_bytes()
}
