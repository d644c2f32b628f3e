//! Accepted means durable: system calls traced, syncs that fail, a full disk
//! (`tests/load/durability.py`).

use crate::harness::Program;

fn check(case: &str) {
    let script =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/load/durability.py");
    Program::new("python3")
        .arg(script)
        .args(["--congvu", env!("CARGO_BIN_EXE_congvu"), case])
        .within(360)
        .run()
        .ended(0)
        .says(&[&format!("\"{case}\": true")]);
}

/// No 250 leaves before the log is synced, nor before an object the commit refers to is.
#[test]
fn no_reply_before_its_sync() {
    check("order");
}

/// After a failed fsync the server acknowledges nothing and stops; what it acknowledged is there.
#[test]
fn a_failing_sync_stops_the_server() {
    check("fsync");
}

/// A full disk is answered by 452; nothing is lost, and mail is taken again when there is room.
#[test]
fn a_full_disk_is_a_temporary_refusal() {
    check("full");
}
