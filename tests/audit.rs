//! The record of what the command line did, and what finds that somebody altered it.

use std::fs;

use crate::harness::{Database, Demo, Program, wait_until};

/// What was recorded last, newest first, without its number, time and segment.
fn recorded(demo: &Demo, subject: &str) -> Vec<serde_json::Value> {
    let arguments = ["list", "--format", "json", "--subject", subject];
    let lines = demo.tool("audit", &arguments).ok();
    let mut found = Vec::new();
    for line in lines.lines() {
        let mut value: serde_json::Value = serde_json::from_str(line).unwrap();
        for name in ["id", "at", "segment", "organisation", "account"] {
            value.as_object_mut().unwrap().remove(name);
        }
        assert!(value["actor"].as_str().unwrap().starts_with("console:"));
        found.push(value);
    }
    found
}

fn every_act_is_recorded(demo: &Demo) {
    let (address, alias) = ("moi@sonminh.gov.vn", "moi.phu@sonminh.gov.vn");
    demo.account(["add", address, "--name", "Cầm Thị Mới"]).ok();
    demo.account(["password", address]).ok();
    demo.account(["disable", address]).ok();
    demo.account(["enable", address]).ok();
    demo.account(["alias", address, alias]).ok();
    demo.account(["quota", address, "2 GB", "--approved", "12/STTTT-CNTT"])
        .ok();
    let list = demo
        .tool("audit", &["list", "--format", "json", "--limit", "2"])
        .ok();
    let newest: Vec<serde_json::Value> = list
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    // How much a mailbox holds is the mailbox's.
    let quota = &newest[0];
    assert_eq!(quota["action"], "mailbox.quota");
    assert_eq!(quota["subject_name"], address);
    assert_eq!(quota["document"], "12/STTTT-CNTT");
    assert_eq!(quota["detail"]["after"], 2_u64 << 30);
    assert!(quota["detail"]["before"].as_u64().unwrap() > 0);
    let subject = newest[1]["subject"].as_str().unwrap();
    let acts = recorded(demo, subject);
    let names: Vec<_> = acts
        .iter()
        .map(|act| act["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "address.alias",
            "account.enable",
            "account.disable",
            "account.password",
            "account.add"
        ]
    );
    for act in &acts {
        assert_eq!(act["subject_name"], address);
        assert_eq!(act["client_ip"], "");
    }
    assert_eq!(acts[0]["detail"]["alias"], alias);
    assert_eq!(acts[2]["detail"]["after"], true);
    // What was refused is no act.
    assert_ne!(
        demo.account(["add", address, "--name", "Ai đó"]).code,
        Some(0)
    );
    assert_eq!(recorded(demo, subject).len(), 5);
    // Who came in, and who did not.
    let imaps = format!("imaps://{}/", demo.address("imaps"));
    for (password, code) in [(demo.password(), Some(0)), ("sai", Some(67))] {
        let user = format!("{}:{password}", demo.person(0));
        let signed = Program::new("curl").args(["-s", "-k", "--user", &user, &imaps]);
        assert_eq!(signed.run().code, code);
    }
    let told = wait_until(20, "both sign-ins are recorded", || {
        let told = demo.tool("audit", &["list", "--chain", "sign-ins"]).ok();
        let of_ours = told.lines().filter(|line| line.contains(demo.person(0)));
        (of_ours.count() == 2).then_some(told)
    });
    assert!(told.contains("  Đăng nhập: "), "{told}");
    assert!(told.contains("  Sai tên hoặc mật khẩu: "), "{told}");
    assert!(told.contains("từ máy 127.0.0.1"), "{told}");
    // No secret is in it, in no form.
    let csv = demo.tool("audit", &["list", "--format", "csv"]).ok();
    assert!(csv.starts_with("id,time,"));
    assert!(
        !csv.contains("argon2") && !csv.contains(demo.password()),
        "{csv}"
    );
    let text = demo.tool("audit", &["list", "--limit", "1"]).ok();
    assert!(
        text.contains("Đặt dung lượng hộp thư: moi@sonminh.gov.vn"),
        "{text}"
    );
}

fn an_altered_record_is_found(demo: &mut Demo) {
    demo.account(["disable", demo.person(0)]).ok();
    demo.account(["enable", demo.person(0)]).ok();
    // The server seals as it starts, and each minute.
    demo.restart();
    let verified = wait_until(30, "the record is sealed", || {
        let said = demo.tool("audit", &["verify", "--json"]);
        let value: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
        let whole = value["unsealed"] == 0 && said.code == Some(0);
        whole.then_some(value)
    });
    assert!(verified["records"].as_u64().unwrap() >= 2, "{verified}");
    assert!(verified["checkpoints"].as_u64().unwrap() >= 1, "{verified}");
    assert_eq!(verified["findings"].as_array().unwrap().len(), 0);
    // What was copied away, and the key to check it with.
    let kept = demo.scratch().join("copy.jsonl");
    fs::copy(demo.data().join("data/nhat-ky-diem-kiem.jsonl"), &kept).unwrap();
    let key = demo.tool("audit", &["key"]).ok();
    let kept = kept.to_str().unwrap();
    let verify = ["verify", "--checkpoints", kept, "--public-key", key.trim()];
    demo.tool("audit", &verify).ok();
    let alter = "UPDATE audit SET actor = 'console:ai-do' WHERE action = 'account.disable'";
    alter_database(demo, alter);
    let said = demo.tool("audit", &verify);
    assert_eq!(said.code, Some(1), "{said}");
    assert!(
        said.stdout.contains("đã bị sửa sau khi niêm phong"),
        "{said}"
    );
}

pub(crate) fn alter_database(demo: &Demo, statement: &str) {
    if let Some(database) = &demo.database {
        database.execute(statement);
        return;
    }
    let file = demo.data().join("data/congvu.db");
    let program = format!(
        "import sqlite3\nwith sqlite3.connect({:?}) as db: db.execute({statement:?})",
        file.to_str().unwrap()
    );
    Program::new("python3").arg("-c").arg(program).run().ok();
}

both!(every_act_is_recorded);

mod altered {
    use super::{Database, Demo, an_altered_record_is_found};

    #[test]
    fn on_sqlite() {
        an_altered_record_is_found(&mut Demo::start());
    }

    #[test]
    fn on_postgres() {
        if crate::harness::postgres_wanted() {
            let database = Some(Database::create());
            an_altered_record_is_found(&mut Demo::start_with(database, &[]));
        }
    }
}
