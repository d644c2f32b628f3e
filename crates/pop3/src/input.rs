//! Waiting for the peer, and for everything that may end a session meanwhile.

use std::time::Duration;

use congvu_access::EndReason;
use congvu_wire::{Conn, Shutdown, WireError};
use tokio::time::Instant;

use crate::Pop3Config;
use crate::session::Transaction;

/// Octets read ahead at most: pipelined commands (RFC 2449 §6.6).
const READ_AHEAD: usize = 4096;

/// Why a session ends other than by QUIT.
#[derive(Debug)]
pub(crate) enum End {
    /// The program stops.
    Stopping,
    /// The account was locked and the like.
    Ended(EndReason),
    /// Another session has the maildrop.
    LockLost,
    /// No command came in time.
    Idle,
    /// The connection failed, or must not be used any more.
    Lost,
}

impl From<WireError> for End {
    fn from(_: WireError) -> Self {
        Self::Lost
    }
}

/// What came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// A line, without its ending.
    Line(Vec<u8>),
    /// A line longer than allowed. It was skipped.
    TooLong,
}

/// Takes the next line of at most `max` octets, its ending included, until `deadline`.
///
/// Answers are sent only once no further line is there, so that pipelined commands are answered
/// in one write. An LF alone ends a line too: old programs and people at a terminal send it, and
/// no command carries content in which it could stand for something else.
///
/// Whatever ends the session is seen first: no command is taken after it.
pub(crate) async fn next_line(
    conn: &mut Conn,
    config: &Pop3Config,
    shutdown: &Shutdown,
    open: Option<&mut Transaction>,
    deadline: Instant,
    max: usize,
) -> Result<Input, End> {
    let over = async {
        match open {
            Some(open) => open.until_over().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        biased;
        () = shutdown.stopping() => Err(End::Stopping),
        end = over => Err(end),
        input = receive(conn, config, deadline, max) => input,
    }
}

/// Cancel-safe: what was received stays buffered.
async fn receive(
    conn: &mut Conn,
    config: &Pop3Config,
    deadline: Instant,
    max: usize,
) -> Result<Input, End> {
    loop {
        if Instant::now() >= deadline {
            return Err(End::Idle);
        }
        if conn.buffered().contains(&b'\n') {
            return match conn.read_line(max, Duration::ZERO).await {
                Ok(line) => Ok(Input::Line(line.bytes)),
                Err(WireError::TooLong) => skip_line(conn, deadline).await,
                Err(error) => Err(error.into()),
            };
        }
        if conn.buffered().len() >= max {
            return skip_line(conn, deadline).await;
        }
        conn.flush(config.write_timeout).await?;
        let wait = deadline.saturating_duration_since(Instant::now());
        match conn.fill(READ_AHEAD.max(max), wait).await {
            Ok(_) => {}
            Err(WireError::TimedOut) => return Err(End::Idle),
            Err(error) => return Err(error.into()),
        }
    }
}

async fn skip_line(conn: &mut Conn, deadline: Instant) -> Result<Input, End> {
    let wait = deadline.saturating_duration_since(Instant::now());
    match conn.discard_line(wait).await {
        Ok(()) => Ok(Input::TooLong),
        Err(WireError::TimedOut) => Err(End::Idle),
        Err(error) => Err(error.into()),
    }
}
