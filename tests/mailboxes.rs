//! The console's pages of mailboxes, and what everybody sees of their own: browsers on the real program.

use crate::harness::Demo;
use crate::webmail::browse;

/// QN.7.1, QN.7.1.đ, TQ.8.3, SL.8.3, TQ.11.2, BS.III.9: found without marks, locked for a violation, seen in its timeline, restored with a
/// document; several at once; a unit mailbox given by its head; an auditor looks and does nothing.
#[test]
fn qn_7_1_qn_7_1_đ_tq_11_2_mailboxes_are_found_locked_restored_and_given() {
    let demo = Demo::start();
    let roles = demo.tool("role", &["list"]).ok();
    let auditor = roles
        .lines()
        .find(|line| line.contains("kiểm tra") || line.contains("audit"))
        .and_then(|line| line.split_whitespace().find(|word| word.contains('@')))
        .unwrap_or_else(|| panic!("{roles}"));
    browse(&demo, "mailboxes.mjs", &[auditor]);
    let acts = demo
        .tool("audit", &["list", "--format", "json", "--limit", "500"])
        .ok();
    for action in [
        "mailbox.lock",
        "mailbox.restore",
        "unit.delegate",
        "unit.end",
    ] {
        assert!(acts.contains(action), "{action}: {acts}");
    }
    demo.verify();
    demo.stop();
}
