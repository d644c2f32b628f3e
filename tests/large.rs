//! Large messages: whole, and in little memory.

use crate::harness::{Database, Demo, postgres_wanted};

/// Kilobytes by which four messages of 25 MB at once may make the server grow.
const MAY_GROW_KB: u64 = 25 << 10;

/// 20 MB of attachments pass; four at once, read back whole.
fn four_at_once(mut demo: Demo) {
    // Memory that making the province has left behind would hide what the messages take.
    demo.restart();
    let (from, to) = (demo.person(0), demo.person(1));
    // What a first message brings with it is not counted.
    demo.python("large.py", &[from, to, "1", "1"]);
    let before = demo.server.memory_kb("VmRSS");
    demo.server.forget_peak();
    let script = demo.script("large.py", &[from, to, "4", "25"]).within(180);
    eprint!("{}", script.run().ok());
    let peak = demo.server.memory_kb("VmHWM");
    eprintln!("resident: {before} kB before, {peak} kB at most");
    assert!(
        peak < before + MAY_GROW_KB,
        "the server grew from {before} to {peak} kB"
    );
    demo.verify();
    demo.stop();
}

/// QN.8.1: 20 MB of attachments pass.
#[test]
fn four_at_once_on_sqlite() {
    four_at_once(Demo::start());
}

#[test]
fn four_at_once_on_postgres() {
    if postgres_wanted() {
        four_at_once(Demo::start_with(Some(Database::create()), &[]));
    }
}

/// QN.8.1: over the limit of the profile: told by SIZE, and after the data if SIZE was not told.
fn too_large(demo: &Demo) {
    demo.python("too_large.py", &[demo.person(0), demo.person(1)]);
}

both!(too_large);
