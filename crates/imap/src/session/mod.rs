//! One connection from its greeting to its end.

pub(crate) mod enabled;
pub(crate) mod flags;
mod input;
mod kept;
pub(crate) mod notify;
mod outcome;
mod progress;
pub(crate) mod selected;
mod sync;

use std::sync::Arc;
use std::time::Instant;

use congvu_store::{AccountId, MailboxId};
use congvu_wire::{Conn, Shutdown};

pub(crate) use enabled::Enabled;
pub(crate) use input::{REST, REVOKED, STOPPING};
pub(crate) use kept::KeptOpen;
pub(crate) use outcome::{Done, End, Failure};
pub(crate) use selected::Selected;
pub(crate) use sync::{Telling, vanished};

use crate::command::{self, Command, CommandBody, Stage};
use crate::parse::{Denormalized, Fault, Framer, Limits, Need, ParseError};
use crate::response::{Code, Condition, Status, tagged, tagged_rendered, untagged_status};
use crate::server::Shared;
use crate::types::Tag;
use progress::Progress;

/// Answers gather up to so many bytes while commands wait that came together.
const GATHER: usize = 32 << 10;
/// Malformed commands taken before sign-in, and after it, one after another.
const BAD_BEFORE: u32 = 5;
const BAD_AFTER: u32 = 50;

/// Who is signed in.
pub(crate) struct User {
    pub(crate) account: AccountId,
    pub(crate) login: String,
    pub(crate) mailbox: MailboxId,
    pub(crate) session: congvu_access::Session,
}

/// One connection.
pub(crate) struct Session {
    pub(crate) server: Arc<Shared>,
    pub(crate) conn: Conn,
    pub(crate) shutdown: Shutdown,
    framer: Framer,
    opened: Instant,
    pub(crate) condstore: bool,
    pub(crate) enabled: Enabled,
    /// Names in the command under way that were not in their one form.
    pub(crate) denormalized: Vec<Denormalized>,
    pub(crate) failures: u32,
    bad: u32,
    progress: Progress,
    pub(crate) user: Option<User>,
    pub(crate) selected: Option<Box<Selected>>,
    /// Since the first NOTIFY.
    pub(crate) notify: Option<Box<notify::Notify>>,
}

impl Session {
    pub(crate) fn new(server: Arc<Shared>, conn: Conn, shutdown: Shutdown) -> Self {
        Self {
            server,
            conn,
            shutdown,
            framer: Framer::new(Limits::BEFORE_SIGN_IN),
            opened: Instant::now(),
            condstore: false,
            enabled: Enabled::default(),
            denormalized: Vec::new(),
            failures: 0,
            bad: 0,
            progress: Progress::default(),
            user: None,
            selected: None,
            notify: None,
        }
    }

    /// Serves the connection until it ends.
    pub(crate) async fn run(mut self) {
        self.greet();
        let end = loop {
            if let Err(end) = self.turn().await {
                break end;
            }
        };
        if let End::Bye(code, text) = end {
            untagged_status(self.conn.out(), Condition::Bye, code.as_ref(), text);
        }
        Box::pin(self.deselect()).await;
        // The account's session is over before the last words are taken.
        self.user = None;
        self.conn.close().await;
    }

    /// The connection is at the beginning of a command again, as after TLS.
    pub(crate) fn restart_framer(&mut self) {
        self.framer.reset();
    }

    /// Somebody signed in.
    pub(crate) fn admit(&mut self, user: User) {
        self.framer.set_limits(Limits::AFTER_SIGN_IN);
        self.user = Some(user);
        self.bad = 0;
    }

    /// Nobody is signed in any more (RFC 8437 §4.1): whatever the session was told or has kept is forgotten.
    /// Failed sign-ins count on, so that one good password buys no more guesses.
    pub(crate) fn reset(&mut self) {
        self.framer.set_limits(Limits::BEFORE_SIGN_IN);
        self.opened = Instant::now();
        self.user = None;
        self.selected = None;
        self.condstore = false;
        self.enabled = Enabled::default();
        self.denormalized = Vec::new();
        self.notify = None;
        self.bad = 0;
    }

    /// One command.
    async fn turn(&mut self) -> Result<(), End> {
        let (parsed, literal) = match self.next_need().await? {
            Need::Complete(len) => (self.parse(len), None),
            Need::AppendLiteral {
                consumed,
                size,
                sync,
            } => (self.parse(consumed), Some((size, sync))),
            Need::TooLong { skip } => return self.refuse_long(skip),
            Need::More | Need::Continuation { .. } | Need::NonSync { .. } => return Ok(()),
        };
        self.check_alive()?;
        let answered = match parsed {
            Ok(Command {
                tag,
                body,
                denormalized,
            }) => match self.check_stage(&body) {
                Ok(()) => {
                    self.denormalized = denormalized;
                    return Box::pin(self.execute(&tag, body)).await;
                }
                Err((status, text)) => {
                    tagged(self.conn.out(), Some(&tag), status, None, text);
                    Ok(())
                }
            },
            Err(error) => {
                if let (Fault::BadCharset { save: true }, Some(selected)) =
                    (&error.fault, &mut self.selected)
                {
                    selected.saved.clear();
                }
                error.write(self.conn.out());
                self.count_bad()
            }
        };
        // A client that does not wait for our word sends its message anyway.
        if let Some((size, false)) = literal {
            Box::pin(self.discard(size)).await?;
        }
        answered
    }

    fn parse(&mut self, len: usize) -> Result<Command, ParseError> {
        let parsed = command::parse(&self.conn.buffered()[..len], self.enabled.parse_options());
        self.conn.consume(len);
        parsed
    }

    fn refuse_long(&mut self, skip: Option<usize>) -> Result<(), End> {
        let Some(skip) = skip else {
            return Err(End::Bye(None, "Command too long"));
        };
        let tag = Framer::tag(self.conn.buffered());
        self.conn.consume(skip);
        let out = self.conn.out();
        tagged(out, tag.as_ref(), Status::Bad, None, "Command too long");
        self.count_bad()
    }

    fn count_bad(&mut self) -> Result<(), End> {
        self.bad += 1;
        let most = if self.user.is_some() {
            BAD_AFTER
        } else {
            BAD_BEFORE
        };
        if self.bad > most {
            return Err(End::Bye(None, "Too many malformed commands"));
        }
        Ok(())
    }

    fn check_stage(&self, body: &CommandBody) -> Result<(), (Status, &'static str)> {
        match body.stage() {
            Stage::NotAuthenticated if self.user.is_some() => {
                Err((Status::Bad, "Already signed in"))
            }
            Stage::Authenticated | Stage::Selected if self.user.is_none() => {
                Err((Status::Bad, "Sign in first"))
            }
            Stage::Selected if self.selected.is_none() => {
                Err((Status::Bad, "Select a mailbox first"))
            }
            _ => Ok(()),
        }
    }

    /// Carries out a command, tells what changed, and answers.
    async fn execute(&mut self, tag: &Tag, body: CommandBody) -> Result<(), End> {
        let started = Instant::now();
        let (name, telling) = (body.name(), telling(&body));
        self.progress = Progress::of(tag);
        let result = match self.check_kept(body.stage()).await {
            Ok(()) => self.carry_out(tag, body).await,
            Err(failure) => Err(failure),
        };
        metrics::counter!("congvu_imap_commands_total", "command" => name).increment(1);
        metrics::histogram!("congvu_imap_command_seconds", "command" => name)
            .record(started.elapsed().as_secs_f64());
        self.bad = 0;
        let told = match &result {
            Err(Failure::End(_)) => Ok(()),
            _ => self.tell_changes(telling).await,
        };
        self.progress = Progress::default();
        if let Err(Failure::End(end)) = told {
            return Err(end);
        }
        self.tell_highest();
        let out = self.conn.out();
        match result.map_err(Failure::answer) {
            Ok(Done {
                code,
                text,
                highest,
            }) => {
                let code = match &self.selected {
                    Some(selected) if highest && self.enabled.qresync => {
                        Done::with(&Code::HighestModSeq(selected.safe_modseq()), text).code
                    }
                    _ => code,
                };
                tagged_rendered(out, tag, Status::Ok, code.as_deref(), text);
            }
            Err(Ok(Some((status, code, text)))) => {
                tagged(out, Some(tag), status, code.as_ref(), &text);
            }
            Err(Ok(None)) => {}
            Err(Err(end)) => return Err(end),
        }
        self.flush_if_over(GATHER).await
    }
}

/// What may be told while a command is answered.
fn telling(body: &CommandBody) -> Telling {
    use crate::types::MessageSet;
    use CommandBody as B;
    let by_uid = |set: &MessageSet| set.is_uid();
    let uid = match body {
        B::Fetch(fetch) => by_uid(&fetch.messages),
        B::Store(store) => by_uid(&store.messages),
        B::Copy(copy) | B::Move(copy) => by_uid(&copy.messages),
        B::Replace(replace) => by_uid(&replace.old),
        B::Search(search) => search.uid,
        B::Sort(sort) => sort.uid,
        B::Thread(thread) => thread.uid,
        B::Expunge(expunge) => expunge.uids.is_some(),
        _ => false,
    };
    let numbers = match body {
        B::Search(search) => search.key.has_numbers(),
        B::Sort(sort) => sort.key.has_numbers(),
        B::Thread(thread) => thread.key.has_numbers(),
        _ => false,
    };
    let held = numbers
        || !uid
            && matches!(
                body,
                B::Fetch(_) | B::Store(_) | B::Search(_) | B::Sort(_) | B::Thread(_)
            );
    Telling {
        expunge: !held,
        uid,
        heard: matches!(body, B::Select(_) | B::Noop | B::Check | B::Idle),
    }
}
