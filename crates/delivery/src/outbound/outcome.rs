//! From what a server said to what becomes of a recipient. Pure.

use congvu_store::queue::{Claimed, LastReply, Queued, Settlement, Verdict, notify};

use super::attempt::Server;
use super::dsn::{Action, Told};
use super::schedule::ms;
use super::{Outcome, Reply, Schedule, wants};

/// One recipient's outcome, and what its sender is told.
#[derive(Clone, Debug)]
pub(super) struct Decided {
    pub(super) settlement: Settlement,
    pub(super) told: Option<Told>,
    /// For the metrics.
    pub(super) name: &'static str,
}

/// What may have been taken is asked about for so long beyond the end.
const ONCE_MORE_MS: i64 = 24 * 3_600_000;
/// Characters of a reply that are kept.
const WORDS: usize = 400;

pub(super) fn last_reply(reply: &Reply, server: Option<&Server>, at: i64) -> LastReply {
    LastReply {
        at,
        code: reply.code,
        status: reply.status.clone(),
        text: reply
            .text
            .chars()
            .filter(|c| !c.is_control())
            .take(WORDS)
            .collect(),
        host: server.map(|server| server.name.clone()),
        security: server.and_then(|server| server.security.clone()),
    }
}

/// What becomes of a recipient after an attempt at `now` (ms).
pub(super) fn decide(
    schedule: &Schedule,
    queued: &Queued,
    recipient: &Claimed,
    (outcome, server): (&Outcome, Option<&Server>),
    now: i64,
    jitter: u8,
) -> Decided {
    let context = Context {
        schedule,
        queued,
        recipient,
        now,
    };
    match outcome {
        Outcome::Delivered { reply, dsn } => {
            let reply = last_reply(reply, server, now);
            // A server that speaks DSN answers for it now (RFC 3461 §5.2.1, §5.2.2).
            let told = (!dsn && context.wants(notify::SUCCESS))
                .then(|| context.told(Action::Relayed, "2.0.0".into(), Some(&reply)));
            context.decided(Verdict::Delivered, Some(reply), told, "delivered")
        }
        Outcome::Failed(reply) => context.failed(last_reply(reply, server, now)),
        Outcome::Deferred(reply) => context.later(last_reply(reply, server, now), jitter, false),
        Outcome::InFlight(reply) => context.later(last_reply(reply, server, now), jitter, true),
    }
}

/// What becomes of a recipient whose time came without an attempt.
pub(super) fn decide_untried(
    schedule: &Schedule,
    queued: &Queued,
    recipient: &Claimed,
    now: i64,
) -> Decided {
    let context = Context {
        schedule,
        queued,
        recipient,
        now,
    };
    if now >= queued.expires_at {
        return context.expired(recipient.last.clone());
    }
    // What was to be tried at another time still is.
    let (next_at, notice_at) = (recipient.due_at, queued.expires_at);
    let told = (!recipient.told && context.wants(notify::DELAY)).then(|| context.delayed(None));
    context.decided(Verdict::Told { next_at, notice_at }, None, told, "delayed")
}

struct Context<'a> {
    schedule: &'a Schedule,
    queued: &'a Queued,
    recipient: &'a Claimed,
    now: i64,
}

impl Context<'_> {
    fn wants(&self, bit: i64) -> bool {
        wants(&self.queued.sender, self.recipient.notify, bit)
    }

    fn told(&self, action: Action, status: String, reply: Option<&LastReply>) -> Told {
        Told {
            address: self.recipient.address.clone(),
            original: self.recipient.original.clone(),
            action,
            status,
            last: reply.cloned(),
            retry_until: None,
        }
    }

    fn delayed(&self, reply: Option<&LastReply>) -> Told {
        let reply = reply.or(self.recipient.last.as_ref());
        let status = reply.map_or_else(|| "4.4.7".to_owned(), |reply| reply.status.clone());
        Told {
            retry_until: Some(self.queued.expires_at),
            ..self.told(Action::Delayed, status, reply)
        }
    }

    fn decided(
        &self,
        verdict: Verdict,
        reply: Option<LastReply>,
        told: Option<Told>,
        name: &'static str,
    ) -> Decided {
        Decided {
            settlement: Settlement {
                recipient: self.recipient.id,
                reply,
                verdict,
            },
            told,
            name,
        }
    }

    fn failed(&self, reply: LastReply) -> Decided {
        let told = self
            .wants(notify::FAILURE)
            .then(|| self.told(Action::Failed, reply.status.clone(), Some(&reply)));
        self.decided(Verdict::Failed, Some(reply), told, "failed")
    }

    fn expired(&self, reply: Option<LastReply>) -> Decided {
        let told = self
            .wants(notify::FAILURE)
            .then(|| self.told(Action::Failed, "4.4.7".into(), reply.as_ref()));
        self.decided(Verdict::Expired, reply, told, "expired")
    }

    fn later(&self, reply: LastReply, jitter: u8, in_flight: bool) -> Decided {
        let (queued, now) = (self.queued, self.now);
        // One that may have been taken is asked about once more rather than called lost.
        let last = queued.expires_at + if in_flight { ONCE_MORE_MS } else { 0 };
        if now >= last {
            return self.expired(Some(reply));
        }
        let delay = self.wants(notify::DELAY);
        let waited = now.saturating_sub(queued.created_at) >= ms(self.schedule.delay_notice);
        let tell = delay && waited && !self.recipient.told;
        let attempts = self.recipient.attempts.saturating_add(1);
        let verdict = Verdict::Deferred {
            next_at: self
                .schedule
                .next_at(attempts, now, queued.expires_at, jitter),
            // What nobody tries any more is called lost, but not before then.
            notice_at: self.schedule.notice_at(
                queued.created_at,
                last,
                delay && !tell && !self.recipient.told,
            ),
            told: tell,
            in_flight,
        };
        let told = tell.then(|| self.delayed(Some(&reply)));
        let name = if in_flight { "in_flight" } else { "deferred" };
        self.decided(verdict, Some(reply), told, name)
    }
}

#[cfg(test)]
#[path = "outcome_tests.rs"]
mod tests;
