//! Settings of mail to other servers.

use std::collections::HashSet;
use std::time::Duration;

use super::Schedule;

/// Settings of mail to other servers.
#[derive(Clone, Debug)]
pub struct OutboundConfig {
    /// BS.2: domains of ours, in lower case, whose other local parts a home server knows.
    pub homes: HashSet<String>,
    /// When what could not be sent is tried again, and when it is given up.
    pub schedule: Schedule,
    /// How much at once.
    pub limits: Limits,
    /// A notice gives back the whole message up to so many bytes, where the sender asked for it.
    pub return_full: u64,
}

/// How much at once.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections in all.
    pub connections: usize,
    /// Connections to one destination.
    pub per_destination: usize,
    /// Messages sent over one connection.
    pub messages_per_connection: usize,
    /// How long an open connection waits for the next message.
    pub idle: Duration,
    /// How long a claim lasts unless it is renewed: what a killed node was about to send waits so long.
    pub lease: Duration,
    /// How long one of a destination's servers is waited for, all of them together.
    pub open: Duration,
    /// A message that took longer leaves the others claimed with it to other connections.
    pub slow: Duration,
    /// How often the queue is looked at without being woken.
    pub poll: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 64,
            per_destination: 4,
            messages_per_connection: 100,
            idle: Duration::from_secs(3),
            lease: Duration::from_secs(120),
            open: Duration::from_secs(180),
            slow: Duration::from_secs(60),
            poll: Duration::from_secs(5),
        }
    }
}

impl Default for OutboundConfig {
    fn default() -> Self {
        Self {
            homes: HashSet::new(),
            schedule: Schedule::default(),
            limits: Limits::default(),
            return_full: 1 << 20,
        }
    }
}
