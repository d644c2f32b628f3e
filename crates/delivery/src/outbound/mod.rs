//! Mail to other servers: the durable queue's runner, its schedule, the notices it sends.
//!
//! [`crate::Delivery::accept`] puts recipients elsewhere into the queue in the transaction that accepts the message. A
//! [`Runner`] claims what is due under a lease, sends it by a [`Transport`] to the hops that [`Routes`] gives,
//! and settles the outcomes in one transaction with the mail log and the notices to the sender (RFC 3464).

mod attempt;
mod backoff;
mod config;
mod content;
mod dns;
mod dropped;
pub(crate) mod dsn;
mod lease;
pub(crate) mod notice;
mod outcome;
mod reachable;
mod ripe;
mod route;
mod routes;
mod runner;
mod schedule;
mod settle;
mod transport;
mod worker;

pub use config::{Limits, OutboundConfig};
pub use dns::{Dns, DnsConfig, DnsError, Family, Mx, Published, Resolver};
pub use dropped::Dropped;
pub use reachable::{Prefix, Reach};
pub use route::{RouteConfig, RouteError, Router, SmartHost};
pub use routes::{NoRoute, Routes};
pub use runner::{Clock, Runner};
pub use schedule::Schedule;
pub use transport::{
    Body, Connection, Content, Credentials, Hop, Notify, Outcome, Parcel, ParcelRecipient,
    Protocol, Reply, Return, Tls, Transport, TransportError,
};

use congvu_store::queue::notify;

impl Notify {
    /// As the store keeps it.
    pub(crate) fn bits(self) -> i64 {
        if self.never {
            return 0;
        }
        i64::from(self.success) * notify::SUCCESS
            + i64::from(self.failure) * notify::FAILURE
            + i64::from(self.delay) * notify::DELAY
    }

    pub(crate) fn from_bits(bits: i64) -> Self {
        Self {
            never: bits == 0,
            success: bits & notify::SUCCESS != 0,
            failure: bits & notify::FAILURE != 0,
            delay: bits & notify::DELAY != 0,
        }
    }
}

impl Return {
    pub(crate) fn code(self) -> i64 {
        match self {
            Self::Full => 1,
            Self::Headers => 2,
        }
    }

    pub(crate) fn from_code(code: i64) -> Option<Self> {
        match code {
            1 => Some(Self::Full),
            2 => Some(Self::Headers),
            _ => None,
        }
    }
}

/// Whether a sender wants to hear of this (bit of [`notify`]): of failures and delays unless it said
/// otherwise, of success only where it said so (RFC 3461 §4.1). Nobody is told of a null sender's mail.
pub(crate) fn wants(sender: &str, asked: Option<i64>, bit: i64) -> bool {
    !sender.is_empty() && asked.map_or(bit != notify::SUCCESS, |asked| asked & bit != 0)
}
