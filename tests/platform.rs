//! The e-government platform is told of accounts (QN.5.1, QN.5.2): a foreign SCIM server, and another congvu.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{Database, Demo, postgres_wanted, tests, wait_until};
use crate::identity::{issued, quang_ninh};

const TOKEN: &str = "ma-cua-nen-tang";

/// `tests/clients/identity/platform.mjs`, running in a folder of its own.
struct Foreign {
    folder: TempDir,
    child: Child,
}

impl Foreign {
    fn start() -> Self {
        let folder = TempDir::with_prefix("congvu-nen-tang-").unwrap();
        let child = node(folder.path(), None);
        let it = Self { folder, child };
        it.port();
        it
    }

    fn port(&self) -> String {
        let file = self.folder.path().join("port");
        wait_until(20, "the platform", || fs::read_to_string(&file).ok())
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/scim", self.port())
    }

    fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn start_again(&mut self) {
        let port = self.port();
        self.child = node(self.folder.path(), Some(&port));
    }

    /// What files in its folder have it do.
    fn does(&self, what: &str, yes: bool) {
        let file = self.folder.path().join(what);
        if yes {
            fs::write(file, "").unwrap();
        } else {
            fs::remove_file(file).unwrap();
        }
    }

    fn state(&self) -> Value {
        let text = fs::read(self.folder.path().join("state.json"));
        text.ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default()
    }

    fn users(&self) -> Vec<Value> {
        self.state()["users"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }

    fn asked(&self, how: &str) -> usize {
        let log = self.state()["log"].as_array().cloned().unwrap_or_default();
        log.iter()
            .filter(|line| line.as_str().is_some_and(|line| line.starts_with(how)))
            .count()
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn node(folder: &Path, port: Option<&str>) -> Child {
    let script = tests().join("clients/identity/platform.mjs");
    assert!(
        script.with_file_name("node_modules/scimmy").exists(),
        "scimmy is not installed: run .ci/prepare"
    );
    Command::new("node")
        .arg(script)
        .arg(folder)
        .args(port)
        .stdin(Stdio::null())
        .spawn()
        .unwrap()
}

fn settings<'s>(url: &'s str, token: &'s str) -> [(&'s str, &'s str); 3] {
    [
        ("CONGVU_IDENTITY__PUSH_URL", url),
        ("CONGVU_IDENTITY__PUSH_TOKEN", token),
        ("CONGVU_IDENTITY__ALLOW_HTTP", "true"),
    ]
}

/// Who waits, as `congvu sync list` says.
fn waiting(demo: &Demo) -> Vec<Value> {
    let said = demo.tool("sync", &["list", "--json"]).ok();
    said.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[track_caller]
fn told_all(demo: &Demo) {
    // A node that was killed keeps its turn for a minute.
    wait_until(90, "the platform knows all", || {
        waiting(demo).is_empty().then_some(())
    });
}

/// QN.5.1, QN.5.2: told in order, once in effect, whatever is killed.
fn qn_5_1_a_foreign_platform_is_told(database: Option<Database>) {
    let mut foreign = Foreign::start();
    let url = foreign.url();
    let settings = settings(&url, TOKEN);
    let mut demo = Demo::start_with(database, &settings);
    quang_ninh(&demo);
    // It takes the new user and never says so; the program is killed while it waits.
    foreign.does("hang", true);
    let more = ["--new-account", "--document", "15/STTTT ngày 05/01/2026"];
    let address = issued(&demo, "Phạm|Văn|A", &more);
    wait_until(30, "the user at the platform", || {
        (foreign.users().len() == 1).then_some(())
    });
    demo.server.kill();
    foreign.does("hang", false);
    demo.restart_with(&settings);
    told_all(&demo);
    let users = foreign.users();
    assert_eq!(
        (users.len(), foreign.asked("POST")),
        (1, 1),
        "{}",
        foreign.state()
    );
    assert!(foreign.asked("PUT") >= 1);
    assert_eq!(users[0]["userName"], "phamvana");
    assert_eq!(users[0]["active"], true);
    assert_eq!(users[0]["emails"][0]["value"], address.as_str());
    assert_eq!(users[0]["name"]["familyName"], "Phạm");
    // QN.5.2: from now on they use nothing but mail; whoever knows no mark of ours shuts the account.
    let only = [
        "give",
        &address,
        "--mail-only",
        "--document",
        "16/STTTT ngày 05/01/2026",
    ];
    demo.tool("identity", &only).ok();
    told_all(&demo);
    assert_eq!(foreign.users()[0]["active"], false);
    // It is away for a while: tried again, and told as things stand then.
    foreign.stop();
    issued(&demo, "Phạm|Văn|B", &more);
    let waits = wait_until(30, "a failure", || {
        let waits = waiting(&demo);
        waits
            .iter()
            .any(|one| one["attempts"].as_u64() > Some(0))
            .then_some(waits)
    });
    assert_eq!(
        (waits.len(), &waits[0]["stopped"]),
        (1, &Value::Bool(false)),
        "{waits:?}"
    );
    foreign.start_again();
    demo.tool("sync", &["retry", "phamvanb"]).ok();
    told_all(&demo);
    assert_eq!(foreign.users().len(), 2);
    // What it refuses is tried no more, and operators see it; no answer leads anywhere else.
    for (what, name) in [("refuse", "Phạm|Văn|C"), ("redirect", "Phạm|Văn|D")] {
        foreign.does(what, true);
        issued(&demo, name, &more);
        let said = wait_until(30, what, || {
            let said = demo.tool("sync", &["list", "--stopped"]).ok();
            said.contains("đã thôi thử").then_some(said)
        });
        let expected = match what {
            "refuse" => "400",
            _ => "307",
        };
        assert!(said.contains(expected), "{said}");
        foreign.does(what, false);
        demo.tool("sync", &["retry"])
            .ended(0)
            .says(&["Gửi lại: 1 người"]);
        told_all(&demo);
    }
    assert_eq!(
        foreign.asked("GET /noi-khac") + foreign.asked("POST /noi-khac"),
        0
    );
    assert_eq!(foreign.users().len(), 4);
    let acts = demo
        .tool("audit", &["list", "--format", "json", "--limit", "500"])
        .ok();
    assert_eq!(acts.matches("identity.retry").count(), 3, "{acts}");
    demo.verify();
    demo.stop();
}

/// QN.5.3: what one congvu tells another is decided on there.
fn qn_5_3_another_congvu_decides(database: Option<Database>) {
    let platform = Demo::start();
    quang_ninh(&platform);
    let who = platform.person(0).to_owned();
    platform
        .tool(
            "role",
            &["grant", &who, "decide", "--organisation", "sttvtt"],
        )
        .ok();
    let issue = [
        "issue",
        &who,
        "--label",
        "Hệ thống thư",
        "--scope",
        "read:identities,write:identities",
        "--organisation",
        "sttvtt",
    ];
    let said = platform.tool("token", &issue).ok();
    let token = said.lines().last().unwrap().trim().to_owned();
    let url = format!("http://{}/scim/v2", platform.address("web"));
    let demo = Demo::start_with(database, &settings(&url, &token));
    quang_ninh(&demo);
    let grant = || {
        let id = wait_until(30, "a request", || {
            let said = platform
                .tool("request", &["list", "--state", "open", "--json"])
                .ok();
            let open: Value = serde_json::from_str(said.lines().next()?).ok()?;
            open["id"].as_i64().or(open["number"].as_i64())
        });
        platform.tool("request", &["grant", &id.to_string()]).ok();
    };
    let more = ["--new-account", "--document", "15/STTTT ngày 05/01/2026"];
    let address = issued(&demo, "Phạm|Văn|A", &more);
    grant();
    demo.tool("sync", &["retry", "phamvana"]).ok();
    told_all(&demo);
    let known = |what: &str| {
        let shown = platform
            .tool("identity", &["show", "phamvana", "--json"])
            .ok();
        assert!(shown.contains(what), "{what}: {shown}");
    };
    known("\"mailOnly\":false");
    known(&address);
    // QN.5.2
    let only = [
        "give",
        &address,
        "--mail-only",
        "--document",
        "16/STTTT ngày 05/01/2026",
    ];
    demo.tool("identity", &only).ok();
    grant();
    demo.tool("sync", &["retry", "phamvana"]).ok();
    told_all(&demo);
    known("\"mailOnly\":true");
    // Their mailbox at the platform is in use still.
    known("\"active\":true");
    demo.verify();
    demo.stop();
    platform.verify();
    platform.stop();
}

mod sqlite {
    #[test]
    fn qn_5_1_a_foreign_platform_is_told() {
        super::qn_5_1_a_foreign_platform_is_told(None);
    }

    #[test]
    fn qn_5_3_another_congvu_decides() {
        super::qn_5_3_another_congvu_decides(None);
    }
}

mod postgres {
    use crate::harness::Database;

    #[test]
    fn qn_5_1_a_foreign_platform_is_told() {
        if super::postgres_wanted() {
            super::qn_5_1_a_foreign_platform_is_told(Some(Database::create()));
        }
    }

    #[test]
    fn qn_5_3_another_congvu_decides() {
        if super::postgres_wanted() {
            super::qn_5_3_another_congvu_decides(Some(Database::create()));
        }
    }
}
