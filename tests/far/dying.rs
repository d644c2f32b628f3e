//! A side that dies at a known moment. `kill.rs` and `cargo xtask soak` kill at random ones.

use std::fs;

use super::{Far, Wanted, far};
use crate::harness::{Database, signal, wait_until};

far!(
    postfix_dies_in_the_middle_of_a_message,
    postfix_dies_before_it_answers,
    congvu_dies_before_a_message,
    congvu_dies_before_it_hears_the_answer,
);

const POLICY: [&str; 2] = [
    "smtpd_data_restrictions = check_policy_service unix:private/policy",
    "smtpd_end_of_data_restrictions = check_policy_service unix:private/policy",
];

fn start(database: Option<Database>) -> Far {
    Far::start(
        database,
        &Wanted {
            postfix: &POLICY,
            outbound: &[("LEASE", "10s")],
            ..Wanted::default()
        },
    )
}

/// Octets that these processes have read.
fn read_by(processes: &[String]) -> u64 {
    let one = |process: &String| -> u64 {
        let io = fs::read_to_string(format!("/proc/{process}/io")).unwrap();
        let line = io.lines().find_map(|line| line.strip_prefix("rchar: "));
        line.unwrap().parse().unwrap()
    };
    processes.iter().map(one).sum()
}

/// SIGKILL; one that serves nobody may be among them.
fn kill_all(processes: &[String]) {
    for process in processes {
        signal("KILL", process);
    }
}

fn postfix_dies_in_the_middle_of_a_message(database: Option<Database>) {
    let far = start(database);
    far.postfix.hold("DATA", "");
    let letter = far.letter(
        0,
        "giua chung",
        &"0123456789 0123456789\r\n".repeat(300_000),
    );
    far.submit_octets(0, &["a@far.example"], &letter, &[], &[]);
    far.postfix.wait_held("DATA");
    // With cleanup(8) stopped, smtpd(8) can take some of the message and never its end.
    let (smtpd, cleanup) = (
        far.postfix.processes("smtpd"),
        far.postfix.process("cleanup"),
    );
    signal("STOP", &cleanup);
    let before = read_by(&smtpd);
    far.postfix.let_go("DATA");
    wait_until(20, "a part of the message", || {
        (read_by(&smtpd) > before + 10_000).then_some(())
    });
    kill_all(&smtpd);
    signal("CONT", &cleanup);
    far.postfix.wait_for("a", 1);
    far.drained();
    let left = far.left("a@far.example");
    let [waits, sent] = &left[..] else {
        panic!("{left:#?}");
    };
    assert!(
        waits.contains(" 421 waits: mx.far.example: 4.4.2 "),
        "{waits}"
    );
    assert!(sent.contains(" 250 sent: "), "{sent}");
    far.postfix.wait_for("a", 1);
}

/// The whole message was sent: it may have been taken, and the mail log says so.
fn postfix_dies_before_it_answers(database: Option<Database>) {
    let far = start(database);
    far.postfix.hold("END-OF-MESSAGE", "");
    far.submit(0, &["a@far.example"], "chua tra loi");
    far.postfix.wait_held("END-OF-MESSAGE");
    kill_all(&far.postfix.processes("smtpd"));
    far.postfix.let_go("END-OF-MESSAGE");
    far.postfix.wait_for("a", 1);
    far.drained();
    let left = far.left("a@far.example");
    let [twice, sent] = &left[..] else {
        panic!("{left:#?}");
    };
    assert!(twice.contains("may come twice"), "{twice}");
    assert!(sent.contains(" 250 sent: "), "{sent}");
    // What smtpd was asked to take it never gave on.
    far.postfix.wait_for("a", 1);
}

fn congvu_dies_before_a_message(database: Option<Database>) {
    let mut far = start(database);
    far.postfix.hold("DATA", "");
    far.submit(0, &["a@far.example"], "truoc thu");
    far.postfix.wait_held("DATA");
    kill(&mut far);
    far.postfix.let_go("DATA");
    far.restart();
    far.postfix.wait_for("a", 1);
    far.drained();
    far.postfix.wait_for("a", 1);
    far.demo.verify();
}

/// Nobody can know better than to send it again.
fn congvu_dies_before_it_hears_the_answer(database: Option<Database>) {
    let mut far = start(database);
    far.postfix.hold("END-OF-MESSAGE", "");
    far.submit(0, &["a@far.example"], "hai lan");
    far.postfix.wait_held("END-OF-MESSAGE");
    kill(&mut far);
    far.postfix.let_go("END-OF-MESSAGE");
    far.postfix.wait_for("a", 1);
    far.restart();
    far.postfix.wait_for("a", 2);
    far.drained();
    assert_eq!(far.left("a@far.example").len(), 1, "recorded once");
    far.postfix.wait_for("a", 2);
    far.demo.verify();
}

fn kill(far: &mut Far) {
    signal("KILL", &far.demo.server.id());
    wait_until(20, "congvu is gone", || far.demo.server.ended());
}
