//! Large messages: whole, and in little memory.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::Demo;

/// Kilobytes by which four messages of 25 MB at once may make the server grow.
const MAY_GROW_KB: u64 = 25 << 10;

/// QN.7.1: 20 MB of attachments pass; four at once, read back whole.
fn four_at_once(demo: &Demo) {
    let (from, to) = (demo.person(0), demo.person(1));
    // What a first message brings with it is not counted.
    demo.python("large.py", &[from, to, "1", "1"]);
    let before = demo.server.resident_kb();
    let start = Instant::now();
    let over = AtomicBool::new(false);
    let peak = thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut peak = before;
            while !over.load(Ordering::Relaxed) && start.elapsed() < Duration::from_secs(70) {
                peak = peak.max(demo.server.resident_kb());
                thread::sleep(Duration::from_millis(10));
            }
            peak
        });
        let script = demo.script("large.py", &[from, to, "4", "25"]).within(60);
        let done = script.run();
        over.store(true, Ordering::Relaxed);
        let said = done.ok();
        eprint!("{said}");
        watch.join().unwrap()
    });
    eprintln!("resident: {before} kB before, {peak} kB at most");
    assert!(
        peak < before + MAY_GROW_KB,
        "the server grew from {before} to {peak} kB"
    );
    demo.verify();
}

/// Over the limit of the profile: told by SIZE, and after the data if SIZE was not told.
fn too_large(demo: &Demo) {
    demo.python("too_large.py", &[demo.person(0), demo.person(1)]);
}

both!(four_at_once, too_large);
