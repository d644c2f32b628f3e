//! Regulations on the command line: checked, read, compared, simulated.

use crate::harness::congvu;

fn repository(path: &str) -> String {
    format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"))
}

fn golden(name: &str) -> String {
    repository(&format!(
        "crates/regulation/tests/lifecycle/golden/{name}.json"
    ))
}

/// SL.8.2.a, SL.8.1: the table and the objects tell the same days, acts and clauses.
#[test]
fn tells_the_future_of_a_mailbox() {
    let facts = golden("son-la-unused");
    let arguments = [
        "simulate",
        "--profile",
        "son-la",
        "--facts",
        &facts,
        "--from",
        "2026-01-05",
        "--to",
        "2026-12-31",
    ];
    let table = congvu(arguments).run().ok();
    assert!(table.contains("Tạm khóa hộp thư"), "{table}");
    let objects = congvu(arguments.iter().chain(&["--json"])).run().ok();
    let acts: Vec<(String, String, String)> = objects
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|row| {
            let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
            assert!(table.contains(&text("day")), "{row}");
            (text("day"), text("act"), text("clause"))
        })
        .collect();
    for (day, act, clause) in [
        ("2026-04-06", "expire-password", "SL.6.1"),
        ("2026-04-07", "lock", "SL.8.2.a"),
        ("2026-05-08", "propose-revoke", "SL.8.1"),
        ("2026-05-11", "event", ""),
    ] {
        let wanted = (day.to_owned(), act.to_owned(), clause.to_owned());
        assert!(acts.contains(&wanted), "{wanted:?} in {acts:?}");
    }
}

#[test]
fn facts_that_are_not_are_told_with_their_line() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("facts.json");
    std::fs::write(
        &file,
        "{\n  \"facts\": {\n    \"mailbox\": \"a@b.vn\",\n    \"kind\": \"group\"\n  }\n}\n",
    )
    .unwrap();
    let file = file.to_str().unwrap();
    let arguments = |from| {
        [
            "simulate",
            "--profile",
            "sl",
            "--facts",
            file,
            "--from",
            from,
            "--to",
            "2026-12-31",
        ]
    };
    congvu(arguments("2026-01-01"))
        .run()
        .ended(1)
        .says(&["docs/SIMULATE.md", "line 4"]);
    congvu(arguments("1/1/2026"))
        .run()
        .ended(1)
        .says(&["2026-12-31"]);
}

#[test]
fn checks_a_profile_and_tells_every_fault() {
    let good = repository("regulations/son-la.toml");
    congvu(["profile", "check", &good])
        .run()
        .ended(0)
        .says(&["SL"]);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("bad.toml");
    let text = std::fs::read_to_string(&good)
        .unwrap()
        .replace("after = \"90 days\"", "after = \"0 days\"")
        .replace("value = \"receives\"", "value = \"open\"");
    std::fs::write(&file, text).unwrap();
    congvu(["profile", "check", file.to_str().unwrap()])
        .run()
        .ended(1)
        .says(&[
            "sweep[1].after: cần một thời hạn ít nhất là 1",
            "lock_mode.value: cần \"receives\" hoặc \"closed\"",
            ": dòng ",
            "2 lỗi",
        ]);
}

#[test]
fn shows_a_profile_and_compares_two() {
    congvu(["profile", "list"])
        .run()
        .ended(0)
        .says(&["quang-ninh", "BS", "40/2022/QĐ-UBND"]);
    let shown = congvu(["profile", "show", "tuyen-quang", "--quotes", "--json"])
        .run()
        .ok();
    let sections: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let row = sections
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|section| section["rows"].as_array().unwrap())
        .find(|row| row["key"] == "sweep.locked")
        .unwrap();
    assert_eq!(row["clause"], "TQ.8.4");
    assert!(row["quote"].as_str().unwrap().contains("03 năm"));

    let pairs = |arguments: &[&str]| {
        let all = ["profile", "diff"]
            .iter()
            .chain(arguments)
            .chain(&["--json"]);
        let said = congvu(all).run().ok();
        serde_json::from_str::<Vec<serde_json::Value>>(&said).unwrap()
    };
    assert!(pairs(&["sl", "son-la"]).is_empty());
    assert!(!pairs(&["sl", "son-la", "--all"]).is_empty());
    let differs = pairs(&["sl", "tq"]);
    let unused = differs.iter().find(|pair| pair["key"] == "sweep.unused");
    assert_eq!(unused.unwrap()["other"]["source"], "TQ.8.2.a");
    congvu(["profile", "show", "ha-noi"])
        .run()
        .ended(1)
        .says(&["ha-noi", "quang-ninh"]);
}
