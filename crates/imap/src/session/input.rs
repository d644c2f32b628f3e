//! Waiting for the client: whatever it waits for, a session hears when it is
//! to end.

use std::time::{Duration, Instant};

use congvu_wire::{Conn, WireError};

use super::{End, Session};
use crate::parse::{Limits, Need, frame_line};
use crate::response::Code;

/// Beyond the longest command, room for what follows it.
const AHEAD: usize = 16 << 10;

/// After so long without input a compressor is given back.
const REST: Duration = Duration::from_secs(5);

pub(crate) const REVOKED: End = End::Bye(
    Some(Code::Unavailable),
    "This session was ended, sign in again",
);
pub(crate) const STOPPING: End = End::Bye(Some(Code::Unavailable), "The server is stopping");
const TOO_SLOW: End = End::Bye(None, "Too long without a command");

/// Takes more input. A compressed connection that is silent for a while gives back what it can.
async fn receive(conn: &mut Conn, max: usize, patience: Duration) -> Result<usize, WireError> {
    let mut wait = patience;
    if conn.is_deflated() {
        wait = wait.min(REST);
    }
    loop {
        match conn.fill(max, wait).await {
            Err(WireError::TimedOut) if wait < patience => {
                conn.shrink();
                wait = patience;
            }
            got => return got,
        }
    }
}

impl Session {
    /// Sends what waits to be sent.
    pub(crate) async fn flush(&mut self) -> Result<(), End> {
        let wait = self.server.config.write_timeout;
        Ok(self.conn.flush(wait).await?)
    }

    /// Sends if much waits to be sent.
    pub(crate) async fn flush_if_over(&mut self, bytes: usize) -> Result<(), End> {
        let wait = self.server.config.write_timeout;
        Ok(self.conn.flush_if_over(bytes, wait).await?)
    }

    /// How long the client may still be silent.
    pub(crate) fn patience(&self) -> Duration {
        match self.user {
            Some(_) => self.server.config.idle_timeout,
            None => {
                let end = self.opened + self.server.config.login_timeout;
                end.saturating_duration_since(Instant::now())
            }
        }
    }

    /// Whether the session may go on: asked before each command and between
    /// the pages of a long one.
    pub(crate) fn check_alive(&self) -> Result<(), End> {
        if self.shutdown.is_stopping() {
            return Err(STOPPING);
        }
        match &self.user {
            Some(user) if user.session.ended().is_some() => Err(REVOKED),
            _ => Ok(()),
        }
    }

    /// Waits for more input, at most `max` bytes in all, after sending what
    /// waits to be sent.
    pub(crate) async fn receive(&mut self, max: usize) -> Result<(), End> {
        self.flush().await?;
        let patience = self.patience();
        let ended = async {
            match &mut self.user {
                Some(user) => drop(user.session.until_ended().await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.shutdown.stopping() => Err(STOPPING),
            () = ended => Err(REVOKED),
            got = receive(&mut self.conn, max, patience) => match got {
                Ok(_) => Ok(()),
                Err(WireError::TimedOut) => Err(TOO_SLOW),
                Err(error) => Err(error.into()),
            },
        }
    }

    /// What comes next, once enough of it is here.
    pub(crate) async fn next_need(&mut self) -> Result<Need, End> {
        loop {
            match self.framer.next(self.conn.buffered()) {
                Need::More | Need::NonSync { .. } => {
                    let max = self.limits().total + AHEAD;
                    self.receive(max).await?;
                }
                Need::Continuation { .. } => self.conn.put(b"+ OK\r\n"),
                need => return Ok(need),
            }
        }
    }

    fn limits(&self) -> Limits {
        match self.user {
            Some(_) => Limits::AFTER_SIGN_IN,
            None => Limits::BEFORE_SIGN_IN,
        }
    }

    /// A line that is no command, with its CRLF.
    pub(crate) async fn line(&mut self, max: usize) -> Result<Vec<u8>, End> {
        loop {
            match frame_line(self.conn.buffered(), max) {
                Need::Complete(len) => {
                    let line = self.conn.buffered()[..len].to_vec();
                    self.conn.consume(len);
                    return Ok(line);
                }
                Need::TooLong { .. } => return Err(End::Bye(None, "Line too long")),
                _ => self.receive(max + AHEAD).await?,
            }
        }
    }

    /// Drops a literal that the client sends anyway, and the end of its line.
    pub(crate) async fn discard(&mut self, mut size: u64) -> Result<(), End> {
        while size > 0 {
            if self.conn.buffered().is_empty() {
                self.receive(AHEAD).await?;
            }
            let some = usize::try_from(size).unwrap_or(usize::MAX);
            let some = some.min(self.conn.buffered().len());
            self.conn.consume(some);
            size -= some as u64;
        }
        self.line(self.limits().line).await.map(drop)
    }
}
