//! Signing in once for both systems (TQ.10.1.b, QN.5.1), with a browser and a provider that no one here wrote.

use std::fs;
use std::process::{Child, Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

use crate::harness::{Database, Demo, Program, postgres_wanted, tests, wait_until};
use crate::identity::{begins, issued, quang_ninh};

/// `tests/clients/identity/provider.mjs`, running in a folder of its own.
struct Provider {
    folder: TempDir,
    child: Child,
}

impl Provider {
    fn start() -> Self {
        let folder = TempDir::with_prefix("congvu-oidc-").unwrap();
        let script = tests().join("clients/identity/provider.mjs");
        assert!(
            script.with_file_name("node_modules/oidc-provider").exists(),
            "oidc-provider is not installed: run .ci/prepare"
        );
        let child = Command::new("node")
            .arg(script)
            .arg(folder.path())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        Self { folder, child }
    }

    fn issuer(&self) -> String {
        let file = self.folder.path().join("port");
        let port = wait_until(20, "the provider", || fs::read_to_string(&file).ok());
        format!("http://127.0.0.1:{port}")
    }

    /// It knows the pages of a demo, and of another.
    fn serves(&self, demos: &[&Demo]) {
        let clients: Vec<_> = demos
            .iter()
            .enumerate()
            .map(|(n, demo)| {
                let base = format!("http://{}", demo.address("web"));
                json!({
                    "client_id": format!("congvu-{n}"), "client_secret": SECRET,
                    "redirect_uris": [format!("{base}/dang-nhap/mot-lan/ve")],
                    "backchannel_logout_uri": format!("{base}/dang-nhap/mot-lan/ra"),
                    "backchannel_logout_session_required": true,
                })
            })
            .collect();
        let text = serde_json::to_vec(&clients).unwrap();
        fs::write(self.folder.path().join("clients.json"), text).unwrap();
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

const SECRET: &str = "bi mat: & + % cua-congvu";

fn settings<'s>(issuer: &'s str, client: &'s str) -> [(&'s str, &'s str); 4] {
    [
        ("CONGVU_IDENTITY__OIDC_ISSUER", issuer),
        ("CONGVU_IDENTITY__OIDC_CLIENT_ID", client),
        ("CONGVU_IDENTITY__OIDC_CLIENT_SECRET", SECRET),
        ("CONGVU_IDENTITY__ALLOW_HTTP", "true"),
    ]
}

#[track_caller]
fn browse(demo: &Demo, arguments: &[&str]) {
    Program::new("node")
        .arg(tests().join("clients/browser/sso.mjs"))
        .arg(demo.data().join("demo.json"))
        .args(arguments)
        .within(480)
        .run()
        .ok();
}

fn signs_in_once(database: Option<Database>) {
    let provider = Provider::start();
    let issuer = provider.issuer();
    let demo = Demo::start_with(database, &settings(&issuer, "congvu-0"));
    let mut only = settings(&issuer, "congvu-1").to_vec();
    only.push(("CONGVU_IDENTITY__LOCAL_SIGN_IN", "false"));
    let alone = Demo::start_with(None, &only);
    provider.serves(&[&demo, &alone]);
    quang_ninh(&demo);
    // One has the address that is the other's account (QN.5.1).
    let other = issued(&demo, "Phạm|Văn|A", &[]);
    let theirs = issued(&demo, "Phạm|Văn|A", &["--account", "phamvana"]);
    let own = "Mua-xuan-3-hoa-dao";
    begins(&demo, &theirs, own);
    begins(&demo, &other, own);
    browse(&demo, &["in", "phamvana", &theirs, &issuer]);
    // Who is known to the provider alone, or for the synchronisation alone (QN.5.2), has nothing here; no account is made.
    let only = ["give", &other, "--mail-only", "--document", "15/STTTT"];
    demo.tool("identity", &only).ended(0).says(&["phamvana1"]);
    let before = demo.account(["list", "--json"]).ok().lines().count();
    for account in [
        "nguoila",
        "phamvana1",
        "phamvana.sttvtt",
        "admin",
        "postmaster",
    ] {
        browse(
            &demo,
            &["refused", account, "chưa gắn với hộp thư", &issuer],
        );
    }
    assert_eq!(
        demo.account(["list", "--json"]).ok().lines().count(),
        before
    );
    // What shuts an account here shuts it whoever vouches (QN.7.1).
    demo.account(["disable", &theirs]).ok();
    browse(&demo, &["refused", "phamvana", "khóa đăng nhập", &issuer]);
    demo.account(["enable", &theirs]).ok();
    // Written a moment later.
    wait_until(20, "the record of sign-ins", || {
        let list = [
            "list", "--chain", "sign-ins", "--format", "json", "--limit", "500",
        ];
        let acts = demo.tool("audit", &list).ok();
        let told = ["sign-in.ok", "sign-in.wrong", "sign-in.disabled"];
        told.iter()
            .all(|outcome| acts.contains(outcome))
            .then_some(())
    });
    browse(
        &alone,
        &["only", alone.password(), alone.person(0), &issuer],
    );
    demo.verify();
    demo.stop();
    alone.stop();
}

mod sqlite {
    #[test]
    fn tq_10_1_b_qn_5_1_signs_in_once() {
        super::signs_in_once(None);
    }
}

mod postgres {
    use crate::harness::Database;

    #[test]
    #[ignore = "cargo xtask soak --pages"]
    fn tq_10_1_b_qn_5_1_signs_in_once() {
        if super::postgres_wanted() {
            super::signs_in_once(Some(Database::create()));
        }
    }
}
