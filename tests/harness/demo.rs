//! `congvu demo`, running.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;
use tempfile::TempDir;

use super::database::Database;
use super::program::{Output, Program, congvu, wait_until};
use super::server::Server;

/// The demo's domain.
pub const DOMAIN: &str = "sonminh.gov.vn";

/// A running demo on a folder of its own. Stopped with SIGTERM in the end; that it then exits with 0
/// belongs to every case.
pub struct Demo {
    pub server: Server,
    pub database: Option<Database>,
    described: Value,
    empty: OnceLock<Vec<String>>,
    folder: TempDir,
}

/// A message as Python's `email` reads it.
#[derive(Debug)]
pub struct Letter {
    pub uid: u64,
    pub raw: Vec<u8>,
    pub subject: String,
    pub text: String,
    /// File names and contents.
    pub attachments: Vec<(String, Vec<u8>)>,
}

impl Demo {
    /// On SQLite.
    pub fn start() -> Self {
        Self::start_with(None, &[])
    }

    /// On this PostgreSQL database, or on SQLite; with settings as environment variables.
    pub fn start_with(database: Option<Database>, settings: &[(&str, &str)]) -> Self {
        let folder = TempDir::with_prefix("congvu-e2e-").unwrap();
        let (server, described) = run(&folder, database.as_ref(), settings);
        Self {
            server,
            database,
            described,
            empty: OnceLock::new(),
            folder,
        }
    }

    /// A province under a regulation with a year of history, of so many agencies and mailboxes.
    pub fn with_history(profile: &str, agencies: u32, mailboxes: u32) -> Self {
        let folder = TempDir::with_prefix("congvu-e2e-").unwrap();
        let (agencies, mailboxes) = (agencies.to_string(), mailboxes.to_string());
        let more = [
            "--history",
            "--profile",
            profile,
            "--agencies",
            &agencies,
            "--mailboxes",
            &mailboxes,
        ];
        let (server, described) = run_for(&folder, None, &[], &more, 600);
        Self {
            server,
            database: None,
            described,
            empty: OnceLock::new(),
            folder,
        }
    }

    /// Stops it and starts it on the same data, with other ports.
    pub fn restart(&mut self) {
        self.restart_with(&[]);
    }
    /// The same with settings as environment variables; it may have been stopped, or killed, before.
    pub fn restart_with(&mut self, settings: &[(&str, &str)]) {
        if self.server.ended().is_none() {
            self.server.stop();
        }
        fs::remove_file(self.data().join("demo.json")).unwrap();
        (self.server, self.described) = run(&self.folder, self.database.as_ref(), settings);
    }

    /// Stops it and looks at how it ended. Dropping does the same.
    #[track_caller]
    pub fn stop(mut self) {
        self.server.stop();
    }

    /// A folder for the case's files.
    pub fn scratch(&self) -> PathBuf {
        let scratch = self.folder.path().join("scratch");
        fs::create_dir_all(&scratch).unwrap();
        scratch
    }

    /// The demo's data.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("demo")
    }

    pub fn config(&self) -> PathBuf {
        self.data().join("congvu.toml")
    }

    pub fn ca(&self) -> &str {
        self.described["ca"].as_str().unwrap()
    }

    /// `127.0.0.1:PORT` of a server: `smtp`, `imaps`, `metrics` …
    pub fn address(&self, server: &str) -> &str {
        self.described[server].as_str().unwrap()
    }

    pub fn port(&self, server: &str) -> &str {
        self.address(server).rsplit_once(':').unwrap().1
    }

    /// All accounts share it.
    pub fn password(&self) -> &str {
        self.described["accounts"][0]["password"].as_str().unwrap()
    }

    /// The addresses of all accounts.
    pub fn everybody(&self) -> Vec<&str> {
        let accounts = self.described["accounts"].as_array().unwrap();
        accounts
            .iter()
            .map(|account| account["address"].as_str().unwrap())
            .collect()
    }

    /// The address of the `n`th user whose mailbox was empty when first asked.
    pub fn person(&self, n: usize) -> &str {
        let empty = self.empty.get_or_init(|| {
            let list = self.account(["list", "--json"]).ok();
            let accounts = list.lines().map(|line| {
                serde_json::from_str::<Value>(line)
                    .unwrap_or_else(|error| panic!("account list --json: {error}: {line}"))
            });
            accounts
                .filter(|a| a["role"] == "user" && a["kind"] == "personal" && a["used_bytes"] == 0)
                .map(|a| a["address"].as_str().unwrap().to_owned())
                .collect()
        });
        &empty[n]
    }

    /// `congvu account … ARGUMENTS` beside the running server.
    #[track_caller]
    pub fn account<const N: usize>(&self, arguments: [&str; N]) -> Output {
        self.tool("account", &arguments)
    }

    /// `congvu WHAT --config … ARGUMENTS` beside the running server.
    #[track_caller]
    pub fn tool(&self, what: &str, arguments: &[&str]) -> Output {
        congvu([what, "--config", self.config().to_str().unwrap()])
            .args(arguments)
            .run()
    }

    /// A new app password.
    pub fn app_password(&self, address: &str) -> String {
        let said = self
            .account(["app-password", address, "--label", "Thử nghiệm"])
            .ok();
        said.trim().rsplit(' ').next().unwrap().to_owned()
    }

    /// Runs `tests/clients/SCRIPT DEMO_JSON ARGUMENTS`; it asserts by itself.
    #[track_caller]
    pub fn python(&self, script: &str, arguments: &[&str]) -> String {
        self.script(script, arguments).run().ok()
    }

    /// The same before it is run.
    pub fn script(&self, script: &str, arguments: &[&str]) -> Program {
        self::script(script, &self.data().join("demo.json")).args(arguments)
    }

    /// The messages with this subject in a folder, waited for; an empty subject: all there are.
    #[track_caller]
    pub fn letters(&self, address: &str, folder: &str, subject: &str) -> Vec<Letter> {
        let lines = self.python("fetch.py", &[address, folder, subject]);
        lines.lines().map(letter).collect()
    }

    /// The one message with this subject in INBOX, waited for.
    #[track_caller]
    pub fn letter(&self, address: &str, subject: &str) -> Letter {
        let mut all = self.letters(address, "INBOX", subject);
        assert_eq!(all.len(), 1, "messages “{subject}” of {address}");
        all.remove(0)
    }

    /// Appends octets by imaplib; their UID.
    #[track_caller]
    pub fn append(&self, address: &str, folder: &str, octets: &[u8]) -> u64 {
        let script = self.script("append.py", &[address, folder]);
        script.input(octets).run().ok().trim().parse().unwrap()
    }

    /// `congvu verify` finds nothing wrong.
    #[track_caller]
    pub fn verify(&self) {
        self.tool("verify", &[]).ok();
    }
}

/// Starts the demo in a folder and waits until it is described.
fn run(
    folder: &TempDir,
    database: Option<&Database>,
    settings: &[(&str, &str)],
) -> (Server, Value) {
    run_for(folder, database, settings, &[], 30)
}

/// As [`run`], with more arguments; described within so many seconds.
fn run_for(
    folder: &TempDir,
    database: Option<&Database>,
    settings: &[(&str, &str)],
    more: &[&str],
    seconds: u64,
) -> (Server, Value) {
    let data = folder.path().join("demo");
    let mut arguments = vec!["demo", "--data", data.to_str().unwrap(), "--base-port", "0"];
    if let Some(database) = database {
        arguments.extend(["--postgres", &database.url]);
    }
    arguments.extend(more);
    let mut server = Server::start(&arguments, settings, &folder.path().join("log"));
    let file = data.join("demo.json");
    let text = wait_until(seconds, "demo.json", || {
        if let Some(status) = server.ended() {
            panic!("the demo ended with {status}:\n{}", server.printed());
        }
        fs::read_to_string(&file).ok()
    });
    (server, serde_json::from_str(&text).unwrap())
}

/// `tests/clients/SCRIPT` on the system a file describes as `demo.json` does.
pub fn script(script: &str, described: &Path) -> Program {
    let script = tests().join("clients").join(script);
    Program::new("python3").arg(script).arg(described)
}

/// This folder.
pub fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests")
}

fn letter(line: &str) -> Letter {
    let value: Value = serde_json::from_str(line).unwrap();
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let bytes = |value: &Value| BASE64.decode(value.as_str().unwrap()).unwrap();
    let attachments = value["attachments"].as_array().unwrap();
    Letter {
        uid: value["uid"].as_u64().unwrap(),
        raw: bytes(&value["raw"]),
        subject: text("subject"),
        text: text("text"),
        attachments: attachments
            .iter()
            .map(|part| {
                let name = part["name"].as_str().unwrap_or_default().to_owned();
                (name, bytes(&part["bytes"]))
            })
            .collect(),
    }
}
