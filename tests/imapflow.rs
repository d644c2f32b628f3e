//! imapflow (npm), the library behind many programs that read mail for others: scripts in
//! `tests/clients/imapflow` that assert by themselves, and that it logs no complaint about an answer.

use crate::harness::{Demo, Program, congvu, tests};

/// Runs `tests/clients/imapflow/SCRIPT DEMO_JSON ARGUMENTS`.
#[track_caller]
fn node(demo: &Demo, script: &str, arguments: &[&str]) {
    let folder = tests().join("clients/imapflow");
    assert!(
        folder.join("node_modules/imapflow").exists(),
        "imapflow is not installed: run .ci/prepare, or npm ci in {}",
        folder.display()
    );
    Program::new("node")
        .arg(folder.join(script))
        .arg(demo.data().join("demo.json"))
        .args(arguments)
        .within(180)
        .run()
        .ok();
}

/// TLS and STARTTLS, a chosen password, one with quotes and marks, an app password.
fn signs_in(demo: &Demo) {
    let (address, other) = (demo.person(0), demo.person(1));
    let odd = r#"Mật khẩu "lạ" \ {5} (2026) đó"#;
    let config = demo.config();
    let config = config.to_str().unwrap();
    // Their own: one that somebody else set would have to be changed first.
    congvu(["account", "--config", config, "own-password", other])
        .input(format!("{}\n{odd}\n", demo.password()))
        .run()
        .ok();
    let app_password = demo.app_password(address);
    node(demo, "sign_in.mjs", &[address, &app_password, other, odd]);
}

fn folders(demo: &Demo) {
    node(demo, "folders.mjs", &[demo.person(0)]);
    demo.verify();
}

fn reads(demo: &Demo) {
    node(demo, "reading.mjs", &[demo.person(0)]);
}

/// Each message of the corpus: its structure tells of each part as many octets as there are.
fn understands_every_letter(demo: &Demo) {
    let corpus = tests().join("corpus");
    node(
        demo,
        "corpus.mjs",
        &[demo.person(0), corpus.to_str().unwrap()],
    );
}

fn streams_a_large_attachment(demo: &Demo) {
    node(demo, "large.mjs", &[demo.person(0)]);
    demo.verify();
}

/// RFC 7162 §3.1: flags, and what changed since.
fn hears_of_changes(demo: &Demo) {
    node(demo, "changes.mjs", &[demo.person(0)]);
}

/// Another program reads what imapflow left behind.
fn moves(demo: &Demo) {
    let address = demo.person(0);
    node(demo, "moving.mjs", &[address]);
    assert!(demo.letters(address, "Nguồn", "").is_empty());
    let kept = demo.letters(address, "Đích/Lưu trữ", "");
    let subjects: Vec<&str> = kept.iter().map(|letter| letter.subject.as_str()).collect();
    let days = [1, 2, 10, 10, 9, 28];
    assert_eq!(subjects, days.map(|day| format!("Ngày {day}")));
    for (letter, day) in kept.iter().zip(days) {
        assert_eq!(letter.text, format!("Gửi ngày {day}\r\n.\r\n"));
    }
    demo.verify();
}

fn searches(demo: &Demo) {
    node(demo, "search.mjs", &[demo.person(0)]);
}

fn idles(demo: &Demo) {
    node(demo, "idle.mjs", &[demo.person(0)]);
}

/// RFC 7162 §3.2.5: what happened while it was away, and nothing else.
fn comes_back(demo: &Demo) {
    node(demo, "resync.mjs", &[demo.person(0)]);
}

/// QN.8.1: a mailbox has its size, and its user can see it.
fn quota(demo: &Demo) {
    let address = demo.person(0);
    demo.account(["quota", address, "500 MB"]).ok();
    let bytes = (500u64 << 20).to_string();
    node(demo, "quota.mjs", &[address, &bytes]);
}

both!(
    signs_in,
    folders,
    reads,
    understands_every_letter,
    streams_a_large_attachment,
    hears_of_changes,
    moves,
    searches,
    idles,
    comes_back,
    quota,
);
