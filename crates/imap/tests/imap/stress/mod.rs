//! Sessions on the same folders, doing at random what mail programs do while mail comes in. Each
//! has a mirror of what it was told; the mirrors must be what the store holds. Some know CONDSTORE,
//! IMAP4rev2, QRESYNC; those come back with what they knew and hear only what they missed.
//!
//! `CONGVU_STRESS_SECONDS` makes it last, `CONGVU_STRESS_SESSIONS` says how many sessions,
//! `CONGVU_STRESS_POSTGRES=1` runs it on PostgreSQL, `CONGVU_STRESS_SEED` repeats one, `CONGVU_STRESS_HISTORY`
//! says how many lines of a session are shown where it failed.

mod cache;
mod compare;
mod mirror;
mod random;
mod script;
mod told;

use std::time::{Duration, Instant};

use crate::compress::squeezed;
use crate::support::{Client, World};
use mirror::Mirror;
use random::Random;

const FOLDERS: [&str; 3] = ["INBOX", "Archive", "Work"];
const FLAGS: [&str; 6] = [
    "\\Seen",
    "\\Answered",
    "\\Flagged",
    "\\Deleted",
    "\\Draft",
    "$Label",
];
/// One of each kind.
const KINDS: usize = 6;

/// What a session has switched on; changes are told in another way to each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ways {
    condstore: bool,
    qresync: bool,
    rev2: bool,
}

impl Ways {
    fn of(session: usize) -> Self {
        let kind = session % KINDS;
        Self {
            condstore: matches!(kind, 1 | 3 | 4),
            qresync: matches!(kind, 3 | 4),
            rev2: matches!(kind, 2 | 4),
        }
    }

    /// A connection that is signed in and has all that switched on. One kind compresses, too.
    async fn connect(self, world: &World) -> Client {
        let mut client = world.client().await;
        if let Some(enable) = self.enable() {
            client.ok(enable).await;
        }
        if self.qresync && !self.rev2 {
            client.ok("COMPRESS DEFLATE").await;
            return squeezed(client);
        }
        client
    }

    fn enable(self) -> Option<&'static str> {
        match (self.condstore, self.qresync, self.rev2) {
            (_, true, true) => Some("ENABLE IMAP4rev2 QRESYNC"),
            (_, true, false) => Some("ENABLE QRESYNC CONDSTORE"),
            (true, false, _) => Some("ENABLE CONDSTORE"),
            (false, false, true) => Some("ENABLE IMAP4rev2"),
            (false, false, false) => None,
        }
    }
}

struct Stress {
    world: World,
    sessions: Vec<Mirror>,
    random: Random,
    count: u32,
    steps: u64,
    resynced: u64,
}

impl Stress {
    async fn new(seed: u64, sessions: usize) -> Self {
        let world = match number("CONGVU_STRESS_POSTGRES") {
            Some(1) => World::on_postgres().await.unwrap(),
            _ => World::new().await,
        };
        let count = sessions;
        let mut sessions = Vec::new();
        for number in 0..count {
            let ways = Ways::of(number);
            let mut client = ways.connect(&world).await;
            if number == 0 {
                client.ok("CREATE Work").await;
            }
            sessions.push(Mirror::new(number, ways, client));
        }
        Self {
            world,
            sessions,
            random: Random(seed | 1),
            count: 0,
            steps: 0,
            resynced: 0,
        }
    }

    /// The connection breaks, whatever was under way; the session comes back with what it knew.
    async fn reconnect(&mut self, n: usize) {
        let client = self.sessions[n].ways.connect(&self.world).await;
        self.sessions[n].broken(client);
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mirrors_are_what_the_store_holds() {
    let seconds = number("CONGVU_STRESS_SECONDS").unwrap_or(5);
    let sessions = number("CONGVU_STRESS_SESSIONS").map_or(KINDS, |number| number as usize);
    let seed = number("CONGVU_STRESS_SEED").unwrap_or_else(|| {
        let bytes = congvu_store::random::<8>();
        u64::from_ne_bytes(bytes)
    });
    eprintln!("CONGVU_STRESS_SEED={seed}");
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut random = Random(seed | 1);
    let (mut steps, mut resynced) = (0, 0);
    while Instant::now() < end {
        let mut stress = Stress::new(random.below(usize::MAX) as u64, sessions).await;
        for _ in 0..150 {
            // What is lost in one step must show before the next ones cover it up.
            for _ in 0..=random.below(6) {
                stress.step().await;
            }
            stress.compare().await;
            if Instant::now() >= end {
                break;
            }
        }
        steps += stress.steps;
        resynced += stress.resynced;
    }
    eprintln!("{sessions} sessions, {steps} steps, {resynced} times resynchronised");
}
