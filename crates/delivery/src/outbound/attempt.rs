//! One attempt: a message to one destination, over a connection that is open or over the hops in turn.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use congvu_store::queue::Job;
use tokio::time::timeout;

use super::content::QueuedContent;
use super::lease::Lease;
use super::runner::Sending;
use super::{
    Connection, Hop, Notify, Outcome, Parcel, ParcelRecipient, Reply, Return, TransportError,
};

/// An open connection.
pub(super) struct Line {
    connection: Box<dyn Connection>,
    server: Server,
    pub(super) sent: usize,
}

/// A server that was spoken to.
#[derive(Clone, Debug)]
pub(super) struct Server {
    pub(super) name: String,
    /// How the way to it was secured, for the mail log; `None` where it was not reached.
    pub(super) security: Option<String>,
}

/// What came of a recipient, and which server said so.
pub(super) type Said = (Outcome, Option<Server>);

impl Line {
    pub(super) fn is_usable(&self) -> bool {
        self.connection.is_usable()
    }

    pub(super) async fn quit(self) {
        self.connection.quit().await;
    }
}

/// How an attempt ended.
pub(super) struct Attempt {
    /// One for each recipient of the job.
    pub(super) outcomes: Vec<Said>,
    /// What stood in the way, apart from what was said of recipients.
    pub(super) trouble: Option<Trouble>,
}

/// Why servers could not be asked about a message; what is said is always a deferral.
pub(super) enum Trouble {
    /// None could be spoken to: no other message would fare better now.
    Closed(Said),
    /// Somebody answered, and the last one broke off: it may be this message's own fault.
    Broke(Said),
}

/// The hops of a destination, asked for once a connection.
#[derive(Default)]
pub(super) struct Way {
    hops: Option<Vec<Hop>>,
}

impl Way {
    /// Has the hops asked for again: a worker may live for days.
    pub(super) fn forget(&mut self) {
        self.hops = None;
    }
}

/// Sends `job`; `None` where the claim lapsed on the way: another may have it now.
pub(super) async fn send(
    sending: &Sending,
    lease: &Lease,
    way: &mut Way,
    line: &mut Option<Line>,
    job: &Job,
) -> Option<Attempt> {
    let count = job.recipients.len();
    let mut found: Vec<Option<Said>> = vec![None; count];
    let mut pending: Vec<usize> = (0..count).collect();
    let mut next = 0;
    let mut trouble = None;
    // A server that broke off before another was tried: not all of them refuse for good.
    let mut broken_off: Option<Said> = None;
    metrics::counter!("congvu_outbound_attempts_total").increment(1);
    while !pending.is_empty() {
        if line.is_none() {
            let opened = tokio::select! {
                opened = open(sending, way, &job.recipients[0].destination, &mut next) => opened,
                () = lease.lapsed() => return None,
            };
            match opened {
                Ok(open) => *line = Some(open),
                Err(closed) => {
                    let said = closed.said(broken_off.as_ref());
                    trouble = match &said.0 {
                        Outcome::Failed(_) => None,
                        _ if broken_off.is_some() => Some(Trouble::Broke(said.clone())),
                        _ => Some(Trouble::Closed(said.clone())),
                    };
                    for at in pending.drain(..) {
                        found[at].get_or_insert_with(|| said.clone());
                    }
                    break;
                }
            }
        }
        let Some(open) = line.as_mut() else { break };
        let ended = Arc::new(AtomicBool::new(false));
        let parcel = parcel(sending, job, &pending, &ended);
        let outcomes = {
            let mut sent = open.connection.send(&parcel);
            tokio::select! {
                biased;
                outcomes = &mut sent => Some(outcomes),
                // The server may have it: what it says is still settled, unless another node began anew.
                () = lease.lapsed() => match ended.load(Ordering::Relaxed) {
                    true => Some(sent.await),
                    // Dropped before its end: the server does not take it.
                    false => None,
                },
            }
        };
        let Some(outcomes) = outcomes else {
            *line = None;
            return None;
        };
        open.sent += 1;
        let usable = open.connection.is_usable();
        let server = Some(open.server.clone());
        let more = way.hops.as_ref().is_none_or(|hops| next < hops.len());
        let some_taken = outcomes
            .iter()
            .any(|outcome| matches!(outcome, Outcome::Delivered { .. }));
        let mut outcomes = outcomes.into_iter();
        let mut again = Vec::new();
        for at in pending.drain(..) {
            let outcome = outcomes.next().unwrap_or_else(|| {
                Outcome::Deferred(reply(451, "4.3.0", "the attempt ended without an answer"))
            });
            let broken = matches!(&outcome, Outcome::Deferred(reply) if reply.code == 421);
            let said = (outcome, server.clone());
            if broken && !usable && more {
                // Nothing of it was taken: the next server may take it.
                again.push(at);
                broken_off = Some(said);
                continue;
            }
            if usable && some_taken && was_one_too_many(&said.0) {
                again.push(at);
                continue;
            }
            if broken && !usable {
                trouble = Some(Trouble::Broke(said.clone()));
            }
            found[at] = Some(said);
        }
        pending = again;
        if !usable {
            *line = None;
        }
    }
    let outcomes = found.into_iter().map(|outcome| {
        outcome.unwrap_or_else(|| (Outcome::Deferred(reply(451, "4.3.0", "not tried")), None))
    });
    Some(Attempt {
        outcomes: outcomes.collect(),
        trouble,
    })
}

/// RFC 5321 §4.5.3.1.10: the server takes so many recipients at once; the others go in a transaction of
/// their own right away. Each takes some at least, so it ends.
fn was_one_too_many(outcome: &Outcome) -> bool {
    let Outcome::Deferred(reply) = outcome else {
        return false;
    };
    // A status that says something else, such as a full mailbox, is believed.
    reply.code == 452 && matches!(reply.status.as_str(), "4.5.3" | "4.0.0")
}

/// No server can be spoken to.
struct Closed {
    reply: Reply,
    /// Who said so.
    server: Option<Server>,
    /// All of those that were asked refuse for good.
    permanent: bool,
}

impl Closed {
    /// What is said of the recipients: where one server broke off, what it would have said is not known,
    /// whatever the others refuse.
    fn said(self, broken_off: Option<&Said>) -> Said {
        match broken_off {
            Some(said) if self.permanent => said.clone(),
            None if self.permanent => (Outcome::Failed(self.reply), self.server),
            _ => (Outcome::Deferred(self.reply), self.server),
        }
    }
}

/// Connects to the next hop that can be spoken to.
async fn open(
    sending: &Sending,
    way: &mut Way,
    destination: &str,
    next: &mut usize,
) -> Result<Line, Closed> {
    let hops = match &mut way.hops {
        Some(hops) => hops,
        empty => {
            let hops = sending.routes.hops(destination).await;
            let hops = hops.map_err(|error| Closed {
                reply: error.reply,
                server: None,
                permanent: error.permanent,
            })?;
            empty.insert(hops)
        }
    };
    let end = Instant::now() + sending.config.limits.open;
    let mut closed: Option<Closed> = None;
    while let Some(hop) = hops.get(*next) {
        *next += 1;
        // One that keeps us waiting leaves time for those behind it.
        let left = u32::try_from(hops.len() - *next + 1).unwrap_or(u32::MAX);
        let share = end.saturating_duration_since(Instant::now()) / left;
        let connecting = timeout(share, sending.transport.connect(hop));
        match connecting.await.unwrap_or_else(|_| Err(silent())) {
            Ok(connection) => {
                metrics::counter!("congvu_outbound_connections_total", "result" => "open")
                    .increment(1);
                let security = connection.security();
                return Ok(Line {
                    server: Server {
                        name: hop.name.clone(),
                        security: Some(security.unwrap_or_else(|| "in clear".into())),
                    },
                    connection,
                    sent: 0,
                });
            }
            Err(error) => {
                metrics::counter!("congvu_outbound_connections_total", "result" => "failed")
                    .increment(1);
                let (code, status) = (error.reply.code, &error.reply.status);
                tracing::debug!(code, status, "a server cannot be spoken to");
                // What may pass tells more than what a further one refuses for good.
                if !error.permanent || closed.as_ref().is_none_or(|closed| closed.permanent) {
                    closed = Some(Closed {
                        reply: error.reply,
                        server: Some(Server {
                            name: hop.name.clone(),
                            security: None,
                        }),
                        permanent: error.permanent,
                    });
                }
            }
        }
    }
    Err(closed.unwrap_or_else(|| Closed {
        reply: reply(451, "4.4.4", "no server is left to try"),
        server: None,
        permanent: false,
    }))
}

fn silent() -> TransportError {
    TransportError {
        reply: reply(421, "4.4.1", "the server did not answer in time"),
        permanent: false,
    }
}

fn parcel(sending: &Sending, job: &Job, pending: &[usize], ended: &Arc<AtomicBool>) -> Parcel {
    let queued = &job.queued;
    Parcel {
        sender: queued.sender.clone(),
        recipients: pending
            .iter()
            .map(|at| {
                let to = &job.recipients[*at];
                ParcelRecipient {
                    address: to.address.clone(),
                    notify: to.notify.map(Notify::from_bits),
                    original: to.original.clone(),
                }
            })
            .collect(),
        ret: queued.ret.and_then(Return::from_code),
        envelope_id: queued.envelope_id.clone(),
        size: queued.size,
        eight_bit: queued.eight_bit,
        utf8: queued.utf8,
        content: Box::new(QueuedContent::new(sending.delivery.store(), queued, ended)),
    }
}

fn reply(code: u16, status: &str, text: &str) -> Reply {
    Reply {
        code,
        status: status.into(),
        text: text.into(),
    }
}
