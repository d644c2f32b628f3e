//! One connection from its greeting to its end (RFC 1939 §3).

use std::sync::Arc;

use congvu_access::{EndReason, Session as SignedInSession};
use congvu_store::{AccountId, MailboxId};
use congvu_wire::{Conn, Shutdown};
use tokio::time::Instant;

use crate::command::{self, Command};
use crate::input::{End, Input, next_line};
use crate::lock::Lock;
use crate::maildrop::Maildrop;
use crate::reply::{self, Code};
use crate::server::Shared;

/// The longest command line in octets, its ending included (RFC 2449 §4).
const MAX_LINE: usize = 255;
/// Answers gather up to so many octets before they are sent.
pub(crate) const FLUSH_AT: usize = 16 * 1024;
/// After so many commands that are none, the peer is not a mail program.
const MAX_FAULTS: u32 = 20;

/// What follows a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// The next command.
    Continue,
    /// The orderly end, after the answer is sent.
    Close,
}

/// What a command comes to.
pub(crate) type Outcome = Result<Flow, End>;

/// The TRANSACTION state.
#[derive(Debug)]
pub(crate) struct Transaction {
    pub(crate) account: AccountId,
    pub(crate) mailbox: MailboxId,
    pub(crate) session: SignedInSession,
    pub(crate) lock: Lock,
    pub(crate) maildrop: Maildrop,
}

impl Transaction {
    /// Waits until no further command may be carried out, and says why. Cancel-safe.
    pub(crate) async fn until_over(&mut self) -> End {
        tokio::select! {
            reason = self.session.until_ended() => End::Ended(reason),
            () = self.lock.until_lost() => End::LockLost,
        }
    }
}

/// One connection.
pub(crate) struct Session {
    pub(crate) shared: Arc<Shared>,
    pub(crate) conn: Conn,
    pub(crate) shutdown: Shutdown,
    /// What USER named (RFC 1939 §7).
    pub(crate) user: Option<String>,
    /// Sign-ins that came to nothing.
    pub(crate) failures: u32,
    faults: u32,
    since: Instant,
    pub(crate) open: Option<Box<Transaction>>,
}

impl Session {
    pub(crate) fn new(shared: Arc<Shared>, conn: Conn, shutdown: Shutdown) -> Self {
        Self {
            shared,
            conn,
            shutdown,
            user: None,
            failures: 0,
            faults: 0,
            since: Instant::now(),
            open: None,
        }
    }

    /// Talks until the end and gives the maildrop back.
    pub(crate) async fn run(mut self) {
        // No `<…>` in it: that would announce APOP (RFC 1939 §7).
        let greeting = format!("{} POP3 server ready", self.shared.config.hostname);
        reply::ok(&mut self.conn, greeting);
        let ended = self.talk().await;
        // Before the last answer is sent: the peer may be back at once.
        if let Some(open) = self.open.take() {
            open.lock.release().await;
        }
        if let Err(end) = ended {
            tracing::debug!(
                conn = self.conn.id(),
                ?end,
                "POP3 session ended without QUIT"
            );
            match end {
                End::Stopping => {
                    reply::err_code(&mut self.conn, Code::SysTemp, "Server is stopping");
                }
                End::Ended(EndReason::Revoked) => {
                    reply::err_code(&mut self.conn, Code::Auth, "Session ended, sign in again");
                }
                End::Ended(EndReason::Blind) | End::LockLost => {
                    reply::err_code(
                        &mut self.conn,
                        Code::SysTemp,
                        "Session ended, try again later",
                    );
                }
                // RFC 1939 §3: the autologout sends nothing.
                End::Idle => {}
                End::Lost => return,
            }
        }
        self.conn.close().await;
    }

    /// Reads and carries out commands.
    async fn talk(&mut self) -> Result<(), End> {
        loop {
            let input = self.next_line(MAX_LINE).await?;
            let flow = match input {
                Input::TooLong => self.fault("Line too long"),
                Input::Line(line) => match Command::parse(&line) {
                    Ok(command) => command::execute(self, command).await?,
                    Err(fault) => self.fault(fault.text()),
                },
            };
            if flow == Flow::Close {
                return Ok(());
            }
            let wait = self.shared.config.write_timeout;
            self.conn.flush_if_over(FLUSH_AT, wait).await?;
        }
    }

    /// The next line the peer sends, of at most `max` octets.
    pub(crate) async fn next_line(&mut self, max: usize) -> Result<Input, End> {
        let config = &self.shared.config;
        let open = self.open.as_deref_mut();
        let idle = Instant::now() + config.idle_timeout;
        let deadline = match &open {
            Some(_) => idle,
            None => idle.min(self.since + config.sign_in_timeout),
        };
        let (conn, shutdown) = (&mut self.conn, &self.shutdown);
        next_line(conn, config, shutdown, open, deadline, max).await
    }

    /// Refuses what is no command, or none in this state.
    pub(crate) fn fault(&mut self, text: &str) -> Flow {
        reply::err(&mut self.conn, text);
        self.faults += 1;
        if self.faults < MAX_FAULTS {
            Flow::Continue
        } else {
            Flow::Close
        }
    }

    /// Whether passwords may be sent on this connection.
    pub(crate) fn may_sign_in(&self) -> bool {
        self.conn.tls().is_some()
            || self.shared.config.cleartext_login && self.conn.peer().ip().is_loopback()
    }
}
