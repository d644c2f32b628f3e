//! Settings of the client.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

/// Settings of the client.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    /// Our name in EHLO (RFC 5321 §4.1.1.1); it should lead back to us in the DNS.
    pub hostname: String,
    /// The address to speak from over IPv4; none: what the system chooses.
    pub source_v4: Option<Ipv4Addr>,
    /// The address to speak from over IPv6.
    pub source_v6: Option<Ipv6Addr>,
    /// Certificates of authorities to trust besides the system's, as PEM text.
    pub extra_roots_pem: Vec<u8>,
    /// How long to wait for what.
    pub timeouts: Timeouts,
}

/// How long to wait for a server; each bounds one whole step, however slowly it trickles in.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For the TCP connection.
    pub connect: Duration,
    /// For a TLS handshake.
    pub tls: Duration,
    /// For the greeting (RFC 5321 §4.5.3.2.1).
    pub greeting: Duration,
    /// For the reply to EHLO, HELO, STARTTLS, AUTH and RSET.
    pub hello: Duration,
    /// For the reply to MAIL (RFC 5321 §4.5.3.2.2).
    pub mail: Duration,
    /// For the reply to RCPT (RFC 5321 §4.5.3.2.3).
    pub rcpt: Duration,
    /// For the reply to DATA (RFC 5321 §4.5.3.2.4).
    pub data: Duration,
    /// For the server to take a block of the message (RFC 5321 §4.5.3.2.5).
    pub block: Duration,
    /// For the server to take all of the message, its last block included: a server that takes a block
    /// every few minutes would hold a large message for days.
    pub message: Duration,
    /// For the reply to the end of the message (RFC 5321 §4.5.3.2.6).
    pub done: Duration,
    /// For the reply to QUIT: nothing depends on it.
    pub quit: Duration,
}

impl Default for Timeouts {
    /// Those of RFC 5321 §4.5.3.2.
    fn default() -> Self {
        let minutes = |count: u64| Duration::from_secs(count * 60);
        Self {
            connect: Duration::from_secs(30),
            tls: minutes(1),
            greeting: minutes(5),
            hello: minutes(5),
            mail: minutes(5),
            rcpt: minutes(5),
            data: minutes(2),
            block: minutes(3),
            message: minutes(120),
            done: minutes(10),
            quit: Duration::from_secs(3),
        }
    }
}

impl Timeouts {
    /// Waits `reply` for a reply to a command and twice as long for the reply to a message, as RFC 5321
    /// §4.5.3.2 has it with five minutes and ten; what it gives less time to never waits longer than it
    /// says there.
    #[must_use]
    pub fn for_replies(reply: Duration) -> Self {
        let usual = Self::default();
        Self {
            connect: usual.connect.min(reply),
            tls: usual.tls.min(reply),
            greeting: reply,
            hello: reply,
            mail: reply,
            rcpt: reply,
            data: usual.data.min(reply),
            block: usual.block.min(reply),
            done: reply.saturating_mul(2),
            ..usual
        }
    }
}

impl ClientConfig {
    /// Settings with the time-outs of RFC 5321 for a server of this name.
    #[must_use]
    pub fn new(hostname: impl Into<String>) -> Self {
        Self {
            hostname: hostname.into(),
            source_v4: None,
            source_v6: None,
            extra_roots_pem: Vec::new(),
            timeouts: Timeouts::default(),
        }
    }
}
