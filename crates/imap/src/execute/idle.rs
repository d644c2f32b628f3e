//! IDLE (RFC 9051 §6.3.13).

use std::time::Duration;

use congvu_wire::WireError;
use tokio::time::Instant;

use crate::command::idle::is_done;
use crate::response::continuation;
use crate::session::{Done, End, Failure, REST, REVOKED, STOPPING, Session, Telling};

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
    /// It is quiet.
    Rest,
}

impl Session {
    pub(super) async fn idle(&mut self) -> Result<Done, Failure> {
        continuation(self.conn.out(), "idling");
        self.tell_overheard();
        // What a client may not hear between commands it may hear here.
        self.tell_until_input(true, Duration::ZERO).await?;
        let line = self.line(LINE).await?;
        if is_done(&line) {
            Ok(Done::plain("IDLE completed"))
        } else {
            Err(Failure::Bad("Expected DONE"))
        }
    }

    /// Tells of changes while no command is in progress (RFC 5465 §3.1).
    pub(crate) async fn listen(&mut self) -> Result<(), End> {
        let delayed = self.notify.as_ref().and_then(|n| n.selected.as_ref());
        let expunge = !delayed.is_some_and(|selected| selected.delayed);
        self.tell_until_input(expunge, REST).await
    }

    /// After `rest` without input the connection gives back what it can.
    async fn tell_until_input(&mut self, expunge: bool, rest: Duration) -> Result<(), End> {
        let telling = Telling {
            expunge,
            uid: false,
            heard: true,
        };
        let deadline = Instant::now() + self.patience();
        let mut told = None;
        loop {
            let told_now = match self.check_kept_idle().await {
                Ok(()) => self.tell_changes(telling).await,
                Err(failure) => Err(failure),
            };
            match told_now {
                Ok(()) => {}
                Err(Failure::End(end)) => return Err(end),
                // Nobody waits for an answer: it is tried again.
                Err(failure) => {
                    tracing::warn!(?failure, "an idle session cannot catch up");
                    told = Some(Instant::now() + AGAIN);
                }
            }
            self.tell_highest();
            self.flush().await?;
            let mut resting = Some(rest).filter(|_| self.conn.is_deflated());
            loop {
                match self.wake(deadline, told, resting).await? {
                    Wake::Input => return Ok(()),
                    Wake::Change => break,
                    Wake::Rest => {
                        self.conn.shrink();
                        resting = None;
                    }
                }
            }
            told = told.max(Some(Instant::now()));
        }
    }

    async fn wake(
        &mut self,
        deadline: Instant,
        told: Option<Instant>,
        rest: Option<Duration>,
    ) -> Result<Wake, End> {
        let (frozen, now) = (self.is_frozen(), self.server.store.now());
        let left = deadline.saturating_duration_since(Instant::now());
        let rest = rest.filter(|rest| *rest < left);
        let ended = async {
            match &mut self.user {
                Some(user) => drop(user.session.until_ended().await),
                None => std::future::pending().await,
            }
        };
        let changed = async {
            let here = async {
                match &mut self.selected {
                    Some(selected) => selected.something(frozen, now).await,
                    None => std::future::pending().await,
                }
            };
            let elsewhere = async {
                match &self.notify {
                    Some(notify) => notify.changed().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = here => {}
                () = elsewhere => {}
            }
            if let Some(told) = told {
                tokio::time::sleep_until(told + GATHER).await;
            }
        };
        tokio::select! {
            biased;
            () = self.shutdown.stopping() => Err(STOPPING),
            () = ended => Err(REVOKED),
            got = self.conn.readable(Some(rest.unwrap_or(left))) => match got {
                Ok(()) => Ok(Wake::Input),
                Err(WireError::TimedOut) if rest.is_some() => Ok(Wake::Rest),
                Err(WireError::TimedOut) => Err(End::Bye(None, "Idle for too long")),
                Err(error) => Err(error.into()),
            },
            () = changed => Ok(Wake::Change),
        }
    }
}
