//! IDLE (RFC 9051 §6.3.13).

use std::time::Duration;

use congvu_wire::WireError;
use tokio::time::Instant;

use crate::command::idle::is_done;
use crate::response::continuation;
use crate::session::{Done, End, Failure, REVOKED, STOPPING, Session, Telling};

/// Changes that follow closer than this on one another are told together.
const GATHER: Duration = Duration::from_millis(50);
/// After the store could not be read, so long until the next attempt.
const AGAIN: Duration = Duration::from_secs(1);
/// The longest line that ends an IDLE.
const LINE: usize = 1 << 10;

/// What an idle session wakes up for.
enum Wake {
    Input,
    Change,
}

impl Session {
    pub(super) async fn idle(&mut self) -> Result<Done, Failure> {
        continuation(self.conn.out(), "idling");
        let telling = Telling {
            expunge: true,
            uid: false,
        };
        let deadline = Instant::now() + self.patience();
        let mut told = None;
        loop {
            match self.sync(telling).await {
                // Nobody waits for an answer: it is tried again.
                Err(Failure::Store(error)) => {
                    tracing::warn!(%error, "an idle session cannot catch up");
                    told = Some(Instant::now() + AGAIN);
                }
                told => told?,
            }
            self.flush().await?;
            self.conn.shrink();
            match self.wake(deadline, told).await? {
                Wake::Input => break,
                Wake::Change => told = told.max(Some(Instant::now())),
            }
        }
        let line = self.line(LINE).await?;
        if is_done(&line) {
            Ok(Done::plain("IDLE completed"))
        } else {
            Err(Failure::Bad("Expected DONE"))
        }
    }

    async fn wake(&mut self, deadline: Instant, told: Option<Instant>) -> Result<Wake, End> {
        let left = deadline.saturating_duration_since(Instant::now());
        let ended = async {
            match &mut self.user {
                Some(user) => drop(user.session.until_ended().await),
                None => std::future::pending().await,
            }
        };
        let changed = async {
            match &mut self.selected {
                Some(selected) => {
                    if !selected.stale {
                        selected.watch.changed().await;
                        selected.stale = true;
                    }
                    if let Some(told) = told {
                        tokio::time::sleep_until(told + GATHER).await;
                    }
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.shutdown.stopping() => Err(STOPPING),
            () = ended => Err(REVOKED),
            got = self.conn.readable(Some(left)) => match got {
                Ok(()) => Ok(Wake::Input),
                Err(WireError::TimedOut) => Err(End::Bye(None, "Idle for too long")),
                Err(error) => Err(error.into()),
            },
            () = changed => Ok(Wake::Change),
        }
    }
}
