//! One attempt: a message to one destination, over a connection that is open or over the hops in turn.

use congvu_store::queue::Job;

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
    /// No server could be spoken to, or the last one broke off.
    pub(super) unreachable: bool,
}

/// The hops of a destination, asked for once a worker.
#[derive(Default)]
pub(super) struct Way {
    hops: Option<Vec<Hop>>,
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
    let mut unreachable = false;
    metrics::counter!("congvu_outbound_attempts_total").increment(1);
    while !pending.is_empty() {
        if line.is_none() {
            let opened = tokio::select! {
                opened = open(sending, way, &job.recipients[0].destination, &mut next) => opened,
                () = lease.lapsed() => return None,
            };
            match opened {
                Ok(open) => *line = Some(open),
                Err((outcome, server, reached)) => {
                    unreachable = !reached;
                    for at in pending.drain(..) {
                        found[at].get_or_insert_with(|| (outcome.clone(), server.clone()));
                    }
                    break;
                }
            }
        }
        let Some(open) = line.as_mut() else { break };
        let parcel = parcel(sending, job, &pending);
        let outcomes = tokio::select! {
            outcomes = open.connection.send(&parcel) => outcomes,
            // Dropped before its end: the server does not take it.
            () = lease.lapsed() => {
                *line = None;
                return None;
            }
        };
        open.sent += 1;
        let usable = open.connection.is_usable();
        let server = Some(open.server.clone());
        let more = way.hops.as_ref().is_none_or(|hops| next < hops.len());
        let mut outcomes = outcomes.into_iter();
        let mut again = Vec::new();
        for at in pending.drain(..) {
            let outcome = outcomes.next().unwrap_or_else(|| {
                Outcome::Deferred(reply(451, "4.3.0", "the attempt ended without an answer"))
            });
            let broken = matches!(&outcome, Outcome::Deferred(reply) if reply.code == 421);
            if broken && !usable {
                unreachable = !more;
                if more {
                    // Nothing of it was taken: the next server may take it.
                    again.push(at);
                }
            }
            found[at] = Some((outcome, server.clone()));
        }
        for at in &again {
            found[*at] = None;
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
        unreachable,
    })
}

/// What stands in the way: the outcome for all, who said so, and whether somebody answered at all.
type Closed = (Outcome, Option<Server>, bool);

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
            let hops = sending.routes.hops(destination).await.map_err(|error| {
                let outcome = if error.permanent {
                    Outcome::Failed(error.reply)
                } else {
                    Outcome::Deferred(error.reply)
                };
                (outcome, None, error.permanent)
            })?;
            empty.insert(hops)
        }
    };
    let mut last: Option<(TransportError, Server)> = None;
    let mut all_permanent = true;
    while let Some(hop) = hops.get(*next) {
        *next += 1;
        match sending.transport.connect(hop).await {
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
                tracing::debug!(%error, "a server cannot be spoken to");
                all_permanent &= error.permanent;
                let server = Server {
                    name: hop.name.clone(),
                    security: None,
                };
                last = Some((error, server));
            }
        }
    }
    Err(match last {
        Some((error, server)) if all_permanent => {
            (Outcome::Failed(error.reply), Some(server), true)
        }
        Some((error, server)) => (Outcome::Deferred(error.reply), Some(server), false),
        None => {
            let none = reply(451, "4.4.4", "no server is left to try");
            (Outcome::Deferred(none), None, false)
        }
    })
}

fn parcel(sending: &Sending, job: &Job, pending: &[usize]) -> Parcel {
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
        content: Box::new(QueuedContent::new(sending.delivery.store(), queued)),
    }
}

fn reply(code: u16, status: &str, text: &str) -> Reply {
    Reply {
        code,
        status: status.into(),
        text: text.into(),
    }
}
