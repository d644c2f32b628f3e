//! The life of a mailbox by the command line: locks, receipts, reasons, sweeps, what is proposed and decided, and what a new head takes
//! over.

use congvu_store::{BlobPlace, Engine, Store, StoreConfig, StoreError};
use serde_json::Value;

use crate::command_line::System;
use crate::harness::{Database, Demo, congvu, postgres_wanted};

const DOCUMENT: [&str; 2] = ["--document", "9/CV ngày 05/01/2026"];

/// Makes a system as if it had stood for so many days: what nobody uses falls due.
fn aged(system: &System, url: Option<&str>, days: i64) {
    let engine = match url {
        Some(url) => Engine::Postgres {
            url: url.to_owned(),
            writers: 1,
        },
        None => Engine::Sqlite {
            path: system.dir.join("data/congvu.db"),
        },
    };
    let config = StoreConfig {
        engine,
        readers: 1,
        blobs: BlobPlace::Folder(system.dir.join("data/blobs")),
        inline_max: 65_536,
        server: false,
        clock: congvu_store::Clock::default(),
        undelete: std::time::Duration::from_secs(30 * 86_400),
    };
    let store = Store::open(&config).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let older = store.write(move |tx| {
        let by = days * 86_400_000;
        tx.execute(
            "UPDATE mailbox SET created_at = created_at - $1",
            &[by.into()],
        )
    });
    let done: Result<_, StoreError> = runtime.block_on(older);
    done.unwrap();
    store.close();
}

/// A line of JSON for each thing.
fn lines(said: &str) -> Vec<Value> {
    let read = |line| serde_json::from_str(line).unwrap();
    said.lines().map(read).collect()
}

/// What a mailbox's record says, as actions and clauses.
fn acts(system: &System, action: &str) -> Vec<String> {
    let asked = ["list", "--format", "json", "--action", action];
    let all = lines(&system.tool("audit", &asked));
    all.iter()
        .map(|act| act["clause"].as_str().unwrap().to_owned())
        .collect()
}

fn locked_and_opened(database: Option<Database>) {
    let system = System::init(database);
    let an = "an@tinh.example";
    system.add(an, "Phạm Văn An");
    let mailbox = |arguments: &[&str]| system.program("mailbox", arguments).run();
    mailbox(&["violation", an, "spam", "--found", "thư quảng cáo"])
        .ended(0)
        .says(&["Đã ghi nhận"]);
    mailbox(&["violation", an, "khong-co"]).ended(1);
    let lock = ["lock", an, "--violation", "spam", "--reason", "thư rác"];
    mailbox(&lock).ended(0).says(&["Đã tạm khóa"]);
    mailbox(&lock).ended(1);
    mailbox(&["receipt", an, "--on", "2020-01-01"])
        .ended(1)
        .says(&["không thể trước ngày gửi"]);
    let now = congvu_regulation::Moment(congvu_store::now_ms());
    let today = now.to_string();
    mailbox(&["receipt", an, "--on", &today])
        .ended(0)
        .says(&["Đã ghi nhận"]);
    mailbox(&["restore", an]).ended(0).says(&["Đã khôi phục"]);
    let far = now.date().plus_days(60).to_string();
    let reason = ["exempt", an, "--reason", "đi học", "--until", &far];
    mailbox(&reason).ended(0);
    mailbox(&["exempt", an, "--reason", " ", "--until", &far]).ended(1);
    mailbox(&["show", an]).ended(0).says(&["Khôi phục hộp thư"]);
    // Taken back only where its address is said twice.
    mailbox(&["revoke", an, "--confirm", "ai@tinh.example"])
        .ended(1)
        .says(&["chưa làm gì"]);
    let revoke = ["revoke", an, "--confirm", an];
    mailbox(&[&revoke[..], &DOCUMENT].concat())
        .ended(0)
        .says(&["Đã thu hồi"]);
    for action in [
        "mailbox.violation",
        "mailbox.lock",
        "mailbox.lock-receipt",
        "mailbox.restore",
        "mailbox.exempt",
        "mailbox.revoke",
    ] {
        let clauses = acts(&system, action);
        assert!(!clauses.is_empty(), "{action}");
        assert!(
            clauses.iter().all(|clause| clause.starts_with("QN.")),
            "{action}: {clauses:?}"
        );
    }
}

fn swept_and_decided(database: Option<Database>) {
    let url = database.as_ref().map(|database| database.url.clone());
    let system = System::under("bim-son", database);
    let people =
        ["an.bimson", "binh.bimson", "chi.bimson"].map(|local| format!("{local}@tinh.example"));
    for who in &people {
        system.add(who, "Lò Thị An");
    }
    let sweep = |arguments: &[&str], most: &str| {
        system
            .program("sweep", arguments)
            .env("CONGVU_GOVERNANCE__SWEEP_MOST", most)
            .run()
    };
    sweep(&["--dry-run"], "100")
        .ended(0)
        .says(&["không có gì đến hạn"]);
    // BS.7.đ4: nobody uses them for three months; seen beforehand, and not done.
    let day = congvu_regulation::Moment(congvu_store::now_ms()).date();
    let later = day.plus_days(120).to_string();
    let seen = sweep(&["--dry-run", "--at", &later, "--json"], "100").ok();
    assert!(seen.contains("BS.7.đ4"), "{seen}");
    sweep(&["--at", &later], "100").ended(1);
    aged(&system, url.as_deref(), 120);
    // More than a run does by itself waits for somebody's word.
    sweep(&[], "1").ended(0).says(&["CHƯA LÀM GÌ"]);
    assert_eq!(system.tool("proposal", &["list", "--json"]), "");
    sweep(&["--confirm", "50"], "1")
        .ended(0)
        .says(&["đề xuất 4"]);
    let waiting = lines(&system.tool("proposal", &["list", "--json"]));
    // The three, and the administrator's own.
    assert_eq!(waiting.len(), 4);
    assert!(waiting.iter().all(|one| one["clause"] == "BS.7.đ4"));
    let ids: Vec<String> = waiting.iter().map(|one| one["id"].to_string()).collect();
    let until = day.plus_days(30).to_string();
    for id in [&ids[0], &ids[3]] {
        let put_off = ["put-off", id, "--reason", "đi học", "--until", &until];
        assert!(system.tool("proposal", &put_off).contains("chưa thu hồi"));
    }
    let confirm = [&["confirm", &ids[1]][..], &DOCUMENT].concat();
    assert!(system.tool("proposal", &confirm).contains("đã thực hiện"));
    // A reason came meanwhile.
    let third = waiting[2]["address"].as_str().unwrap();
    let reason = ["exempt", third, "--reason", "ốm", "--until", &until];
    system.tool("mailbox", &reason);
    assert!(
        system
            .tool("proposal", &["confirm", &ids[2]])
            .contains("không còn đến hạn")
    );
    system
        .program("proposal", &["confirm", &ids[2]])
        .run()
        .ended(1);
    assert_eq!(system.tool("proposal", &["list", "--json"]), "");
    for (action, count) in [
        ("mailbox.revoke", 1),
        ("mailbox.put-off", 2),
        ("mailbox.propose-lapse", 1),
    ] {
        assert_eq!(acts(&system, action), vec!["BS.7.đ4"; count], "{action}");
    }
}

#[test]
fn qn_7_1_bs_7_d4_locks_and_sweeps_by_the_command_line_on_sqlite() {
    locked_and_opened(None);
    swept_and_decided(None);
}

#[test]
fn qn_7_1_bs_7_d4_locks_and_sweeps_by_the_command_line_on_postgres() {
    if postgres_wanted() {
        locked_and_opened(Some(Database::create()));
        swept_and_decided(Some(Database::create()));
    }
}

both!(
    tq_11_3_hcm_12_2_a_new_head_takes_over_by_the_command_line,
    a_tree_comes_in_as_a_workbook,
);

/// TQ.11.3, HCM.12.2: counted, signed, and nobody who kept it keeps it.
fn tq_11_3_hcm_12_2_a_new_head_takes_over_by_the_command_line(demo: &Demo) {
    let unit = "skhcn@sonminh.gov.vn";
    let mut people = demo.everybody().into_iter();
    let head = people.find(|person| {
        let given = ["delegate", unit, person, "--rights", "read"];
        demo.tool("unit", &given).code == Some(0)
    });
    let head = head.unwrap();
    let config = demo.config();
    let handed = congvu([
        "unit",
        "--config",
        config.to_str().unwrap(),
        "hand-over",
        unit,
    ])
    .args(["--from", "Nguyễn Văn Cũ, Giám đốc", "--to", head, "--json"])
    .args(DOCUMENT)
    .run()
    .ok();
    let handed: Value = serde_json::from_str(handed.lines().next().unwrap()).unwrap();
    assert_eq!(handed["to"], head);
    assert!(handed["messages"].is_u64() && handed["forwards_ended"].is_array());
    let ended = handed["delegations_ended"].as_array().unwrap();
    assert!(ended.iter().any(|who| who == head), "{handed}");
    let again = congvu([
        "unit",
        "--config",
        config.to_str().unwrap(),
        "hand-over",
        unit,
    ])
    .args(["--from", "x", "--to", unit])
    .run();
    again.ended(1);
}

/// The list that goes out as CSV comes in as XLSX.
fn a_tree_comes_in_as_a_workbook(demo: &Demo) {
    use congvu_papers::lists;
    let csv = demo.tool("org", &["export"]).ok();
    let before = csv.lines().count() - 1;
    let row = congvu_governance::lists::Row {
        number: 2,
        ..congvu_governance::lists::Row::default()
    };
    let columns = congvu_governance::organisation::COLUMNS;
    let row = row
        .with("name", "Phòng Công nghệ số")
        .with("kind", "Phòng, ban")
        .with("parent", "skhcn");
    let file = demo.scratch().join("co-quan.xlsx");
    let book = lists::to_xlsx("Cơ quan", &[row], &columns).unwrap();
    std::fs::write(&file, book).unwrap();
    let file = file.to_str().unwrap();
    demo.tool("org", &["import", file, "--dry-run"])
        .ended(0)
        .says(&["Sẽ làm: thêm 1"]);
    demo.tool("org", &["import", file])
        .ended(0)
        .says(&["thêm 1"]);
    let after = demo.tool("org", &["list", "--json"]).ok().lines().count();
    assert_eq!(after, before + 1);
}
