//! Refused mail is logged too: result or error of every message (TQ.9.1, SL.11.1). Lines gather in
//! memory and are written once a second, behind everything interactive; how many is bounded, so
//! that nobody outside fills the disk with them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use congvu_store::mail_log::{self, Line};
use congvu_store::{AccountId, Store, StoreError, now_ms};
use parking_lot::Mutex;

use crate::{Delivery, Direction, TraceId};

/// Lines are written this often.
const EVERY: Duration = Duration::from_secs(1);
/// Lines of one address (an IPv6 /64) in a minute.
const PER_ADDRESS: u32 = 120;
/// Lines in a minute in all; also how many wait in memory at most, and how many addresses are
/// counted.
const TOTAL: usize = 6_000;
/// Lines written in one transaction.
const CHUNK: usize = 500;
/// Characters kept of each text.
const LONGEST: usize = 400;
const WINDOW: Duration = Duration::from_secs(60);

/// A message or a recipient that was not accepted.
#[derive(Clone, Copy, Debug)]
pub struct Refused<'a> {
    /// Which way it came.
    pub direction: Direction,
    /// Names the transaction, where there was one.
    pub trace: Option<&'a TraceId>,
    /// Reverse path; empty for the null sender.
    pub sender: &'a str,
    /// The recipient; empty where the sender was refused.
    pub recipient: &'a str,
    /// Where it came from.
    pub client_ip: IpAddr,
    /// Bytes, as far as they are known.
    pub size: u64,
    /// The code of the reply.
    pub code: u16,
    /// The words of the reply.
    pub result: &'a str,
    /// Who is signed in.
    pub account: Option<AccountId>,
}

/// A refusal that waits to be written.
#[derive(Debug)]
struct Waiting {
    at: i64,
    direction: &'static str,
    trace: String,
    sender: String,
    recipient: String,
    client_ip: String,
    size: u64,
    code: u16,
    result: String,
    account: Option<AccountId>,
}

impl Waiting {
    fn write(&self, tx: &mut congvu_store::Tx<'_>) -> Result<(), StoreError> {
        mail_log::add(
            tx,
            &Line {
                at: self.at,
                direction: self.direction,
                trace: &self.trace,
                sender: &self.sender,
                recipient: &self.recipient,
                client_ip: &self.client_ip,
                size: self.size,
                code: self.code,
                result: &self.result,
                account: self.account,
            },
        )
    }
}

/// Refusals on their way to the mail log.
#[derive(Debug, Default)]
pub(crate) struct Refusals(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    waiting: Vec<Waiting>,
    since: Option<Instant>,
    total: usize,
    by_address: HashMap<IpAddr, u32>,
}

impl State {
    /// Whether one more line of this address may be written in this minute.
    fn admit(&mut self, address: IpAddr, now: Instant) -> bool {
        if self
            .since
            .is_none_or(|since| now.saturating_duration_since(since) >= WINDOW)
        {
            self.since = Some(now);
            self.total = 0;
            self.by_address.clear();
        }
        if self.total >= TOTAL || self.waiting.len() >= TOTAL {
            return false;
        }
        let lines = self.by_address.entry(network(address)).or_insert(0);
        if *lines >= PER_ADDRESS {
            return false;
        }
        *lines += 1;
        self.total += 1;
        true
    }
}

impl Refusals {
    fn add(&self, refused: &Refused<'_>, now: Instant) -> bool {
        let mut state = self.0.lock();
        if !state.admit(refused.client_ip, now) {
            return false;
        }
        state.waiting.push(Waiting {
            at: now_ms(),
            direction: refused.direction.name(),
            trace: refused
                .trace
                .map_or_else(String::new, |t| t.as_str().to_owned()),
            sender: short(refused.sender),
            recipient: short(refused.recipient),
            client_ip: refused.client_ip.to_string(),
            size: refused.size,
            code: refused.code,
            result: short(refused.result),
            account: refused.account,
        });
        true
    }

    async fn flush(&self, store: &Store) {
        let mut waiting = std::mem::take(&mut self.0.lock().waiting);
        while !waiting.is_empty() {
            let rest = waiting.split_off(waiting.len().min(CHUNK));
            let chunk = std::mem::replace(&mut waiting, rest);
            let written = store
                .write_bulk(move |tx| chunk.iter().try_for_each(|line| line.write(tx)))
                .await;
            if let Err(error) = written {
                let error: StoreError = error;
                tracing::warn!(%error, "refusals are missing from the mail log");
            }
        }
    }

    pub(crate) async fn run(&self, store: &Store) {
        loop {
            tokio::time::sleep(EVERY).await;
            self.flush(store).await;
        }
    }
}

impl Delivery {
    /// Notes in the mail log that something was refused (TQ.9.1, SL.11.1); written within a second
    /// while [`Delivery::run`] runs. Beyond so many lines a minute, of one address and in all, they
    /// are only counted.
    pub fn log_refusal(&self, refused: &Refused<'_>) {
        if !self.0.refusals.add(refused, Instant::now()) {
            metrics::counter!("congvu_refusals_not_logged_total").increment(1);
        }
    }

    /// Writes the refusals that wait: at the stop, after [`Delivery::run`] was dropped.
    pub async fn flush_refusals(&self) {
        self.0.refusals.flush(&self.0.store).await;
    }
}

fn short(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(LONGEST)
        .collect()
}

/// An IPv6 subscriber holds at least a /64 (RFC 6177 §2).
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(client_ip: IpAddr) -> Refused<'static> {
        Refused {
            direction: Direction::In,
            trace: None,
            sender: "a@example.org",
            recipient: "b@example.vn",
            client_ip,
            size: 0,
            code: 550,
            result: "unknown\r\nrecipient",
            account: None,
        }
    }

    #[test]
    fn one_address_writes_so_many_lines_a_minute() {
        let refusals = Refusals::default();
        let now = Instant::now();
        let here: IpAddr = "192.0.2.1".parse().expect("address");
        let line = refused(here);
        let written = (0..1000).filter(|_| refusals.add(&line, now)).count();
        assert_eq!(written, PER_ADDRESS as usize);
        assert!(refusals.add(&line, now + WINDOW));
        let waiting = &refusals.0.lock().waiting;
        assert_eq!(waiting[0].result, "unknownrecipient", "one line");
    }

    #[test]
    fn all_together_write_so_many_lines_a_minute() {
        let refusals = Refusals::default();
        let now = Instant::now();
        let written = (0..100_000_u32)
            .filter(|n| refusals.add(&refused(IpAddr::V4((*n).into())), now))
            .count();
        assert_eq!(written, TOTAL);
        let state = refusals.0.lock();
        assert!(state.by_address.len() <= TOTAL && state.waiting.len() <= TOTAL);
    }
}
