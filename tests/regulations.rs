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

/// HCM.8.3.b: a request inside the five days tells its day, and is not granted.
#[test]
fn hcm_8_3_b_is_not_granted_before_its_day() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("facts.json");
    let case = r#"{"facts": {"mailbox": "thachtv.stnmt@tphcm.gov.vn", "kind": "personal", "issued": "2026-01-05",
        "must_change": {"since": "2026-01-05", "cause": "issue"}},
        "events": [{"at": "2026-01-06T08:00", "what": "sign-in"}, {"at": "2026-01-06T09:00", "what": "session-ended"},
        {"at": "2026-01-07", "what": "requested", "request": "restore"}, {"at": "2026-01-07T10:00", "what": "granted"},
        {"at": "2026-01-12T08:00", "what": "granted"}]}"#;
    std::fs::write(&file, case).unwrap();
    let said = congvu([
        "simulate",
        "--profile",
        "hcm-donre",
        "--facts",
        file.to_str().unwrap(),
        "--from",
        "2026-01-01",
        "--to",
        "2026-02-28",
        "--json",
    ])
    .run()
    .ok();
    let row = |at: &str| {
        let rows = said
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        rows.into_iter()
            .find(|row| row["at"] == at)
            .unwrap_or_else(|| panic!("{at}: {said}"))
    };
    assert_eq!(row("2026-01-07")["on"], "2026-01-12");
    let early = row("2026-01-07T10:00");
    assert_eq!(
        (&early["act"], &early["clause"]),
        (&"event-refused".into(), &"HCM.8.3.b".into())
    );
    assert!(
        early["text"]
            .as_str()
            .unwrap()
            .contains("(không thực hiện được)")
    );
    assert_eq!(row("2026-01-12T08:00")["act"], "event");
}

#[test]
fn facts_that_cannot_be_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("facts.json");
    let case = r#"{"facts": {"mailbox": "a@gmail.com", "kind": "personal", "issued": "2026-01-05"},
        "events": [{"at": "2026-02-01", "what": "locked", "clause": "QN.NONE"}]}"#;
    std::fs::write(&file, case.replace("NONE", "99")).unwrap();
    congvu([
        "simulate",
        "--profile",
        "qn",
        "--facts",
        file.to_str().unwrap(),
        "--from",
        "2026-01-01",
        "--to",
        "2026-12-31",
    ])
    .run()
    .ended(1)
    .says(&[
        "không thuộc tên miền quangninh.gov.vn",
        "không có điều khoản QN.",
    ]);
}

/// A stricter standard from any file is laid on, checked, and named where it wins.
#[test]
fn lays_any_standard_on_a_profile() {
    let level_3 = repository("regulations/overlays/level-3.toml");
    congvu(["profile", "check", &level_3])
        .run()
        .ended(0)
        .says(&["tiêu chuẩn", "TCVN 14423"]);
    let shown = |arguments: &[&str]| {
        let all = ["profile", "show", "sl", "--json"].iter().chain(arguments);
        let sections: serde_json::Value = serde_json::from_str(&congvu(all).run().ok()).unwrap();
        sections
    };
    assert_eq!(shown(&["--overlay", &level_3]), shown(&["--level-3"]));
    assert_ne!(shown(&["--level-3"]), shown(&[]));
    congvu(["profile", "show", "sl", "--overlay", &level_3])
        .run()
        .ended(0)
        .says(&["TCVN 14423"]);
    congvu([
        "profile",
        "check",
        &repository("regulations/son-la.toml"),
        "--overlay",
        &level_3,
    ])
    .run()
    .ended(0);
    let dir = tempfile::tempdir().unwrap();
    let bad = dir.path().join("bad.toml");
    std::fs::write(&bad, "name = \"A\"\n[password]\nminimum_length = 0\n").unwrap();
    congvu(["profile", "check", bad.to_str().unwrap()])
        .run()
        .ended(1)
        .says(&["dòng 3: password.minimum_length", "1 lỗi"]);
}

/// A sixth province is a file: an installation is made with it, keeps it, and no program is built for it.
#[test]
fn an_installation_has_a_regulation_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("congvu");
    let sixth = repository("crates/regulation/tests/sixth/sixth.toml");
    congvu([
        "init",
        place.to_str().unwrap(),
        "--domain",
        "sau.gov.vn",
        "--profile",
        &sixth,
    ])
    .run()
    .ok();
    let config = place.join("congvu.toml");
    let config = config.to_str().unwrap();
    congvu(["profile", "list", "--config", config])
        .run()
        .ended(0)
        .says(&["SAU", "SL"]);
    congvu(["profile", "show", "sau", "--config", config])
        .run()
        .ended(0);
    congvu(["config", "check", "--config", config])
        .run()
        .ended(0);
    // Passwords and quotas of new mailboxes are by it.
    congvu([
        "account",
        "add",
        "vha.sau@sau.gov.vn",
        "--name",
        "Vũ Hà",
        "--config",
        config,
        "--password-stdin",
    ])
    .input("ngan\n")
    .run()
    .ended(1)
    .says(&["SAU.5.1"]);
    // So are stops and incidents.
    let begins = congvu_regulation::Moment(congvu_store::now_ms()).date();
    let begins = format!("{} 22:00", begins.plus_days(1));
    let plan = ["stop", "plan", "--from", &begins, "--what", "Nâng cấp"];
    congvu(plan)
        .args(["--config", config])
        .run()
        .ended(1)
        .says(&["SAU.12"]);
    congvu(["incident", "report", "Mất điện", "--config", config])
        .run()
        .ended(0)
        .says(&["sự cố số 1"]);
    let own = std::fs::read_dir(place.join("quy-che"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    // Gone or bad, nothing runs on without it.
    let text = std::fs::read_to_string(&own).unwrap();
    std::fs::write(&own, text.replace("code = \"SAU\"", "code = \"SL\"")).unwrap();
    congvu(["config", "check", "--config", config])
        .run()
        .ended(1);
    std::fs::remove_file(&own).unwrap();
    congvu(["serve", "--config", config])
        .run()
        .ended(1)
        .says(&["không có quy chế"]);
}
