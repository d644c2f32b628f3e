//! The server killed under load, briefly; `cargo xtask soak` does it for long.

use crate::harness::{Database, Program, postgres_wanted};

fn killed_three_times(more: &[&str]) {
    let script =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/load/kill_loop.py");
    Program::new("python3")
        .arg(script)
        .args(["--congvu", env!("CARGO_BIN_EXE_congvu"), "--kills", "3"])
        .args(["--senders", "4", "--pace", "0.02"])
        .args(more)
        .within(90)
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
