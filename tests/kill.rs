//! The server killed under load, briefly; `cargo xtask soak` does it for long.

use crate::harness::{Database, Program, is_root, postgres_wanted, tests};

fn killed_three_times(more: &[&str]) {
    Program::new("python3")
        .arg(tests().join("load/kill_loop.py"))
        .args(["--congvu", env!("CARGO_BIN_EXE_congvu"), "--kills", "3"])
        .args(["--senders", "4", "--pace", "0.02"])
        .args(more)
        .within(240)
        .run()
        .ended(0)
        .says(&["\"lost\": 0", "\"doubled\": 0", "\"torn\": 0"]);
}

#[test]
fn sqlite() {
    killed_three_times(&[]);
}

#[test]
fn postgres() {
    if postgres_wanted() {
        let database = Database::create();
        killed_three_times(&["--postgres", &database.url]);
    }
}

/// congvu and Postfix exchange mail; each is killed twice. Nothing is lost, and what came twice was in flight
/// at a kill.
fn both_sides_killed(more: &[&str]) {
    if !is_root() {
        eprintln!("skipped: only root can start Postfix");
        return;
    }
    Program::new("python3")
        .arg(tests().join("load/far_kills.py"))
        .args(["--congvu", env!("CARGO_BIN_EXE_congvu"), "--kills", "2"])
        .args(["--senders", "2", "--pace", "0.1"])
        .args(more)
        .within(180)
        .run()
        .ended(0)
        .says(&["\"lost\": 0", "\"unexplained\": 0"]);
}

#[test]
fn sqlite_and_postfix() {
    both_sides_killed(&[]);
}

#[test]
fn postgres_and_postfix() {
    if postgres_wanted() && is_root() {
        let database = Database::create();
        both_sides_killed(&["--postgres", &database.url]);
    }
}
