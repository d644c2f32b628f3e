//! The allocator, and what it keeps.

use std::hint::black_box;
use std::time::Duration;

/// Gives memory back to the system: one password hash takes 19 MiB for 20 ms, and the system's
/// allocator would keep one such piece for each thread that ever hashed.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const EVERY: Duration = Duration::from_secs(2);
/// More than any piece that the allocator keeps for the next of its size.
const PIECE: usize = 8 << 20;

/// What was freed goes back to the system a second later, but only when the allocator is next at work
/// with a large piece: on a quiet server, hours later. So one is taken, never touched, and freed.
pub(crate) async fn give_back() {
    let mut every = tokio::time::interval(EVERY);
    loop {
        every.tick().await;
        drop(black_box(Vec::<u8>::with_capacity(PIECE)));
    }
}
