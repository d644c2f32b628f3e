//! Settings of a server.

use std::time::Duration;

use congvu_wire::Network;

/// Whom a server serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Other servers that bring mail for us (port 25).
    Mx,
    /// Persons that sign in and send (ports 587 and 465).
    Submission,
}

impl Role {
    /// A short name for metrics and logs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mx => "mx",
            Self::Submission => "submission",
        }
    }
}

/// Settings of a server.
#[derive(Clone, Debug)]
pub struct SmtpConfig {
    /// Whom it serves.
    pub role: Role,
    /// Its name in greetings.
    pub hostname: String,
    /// For a command to come (RFC 5321 §4.5.3.2.7: at least 5 minutes).
    pub timeout: Duration,
    /// From the connection to the sign-in, whatever is said meanwhile ([`Role::Submission`]).
    pub sign_in_timeout: Duration,
    /// From one accepted message (the sign-in, the connection) to the next, whatever is said
    /// meanwhile.
    pub fruitless_timeout: Duration,
    /// For the next block of a message to come (RFC 5321 §4.5.3.2.5: 3 minutes).
    pub data_timeout: Duration,
    /// For all of a message, however it trickles in.
    pub message_timeout: Duration,
    /// For the peer to take a reply.
    pub write_timeout: Duration,
    /// Recipients of one message (RFC 5321 §4.5.3.1.8: at least 100).
    pub max_recipients: usize,
    /// Octets of one message (RFC 1870).
    pub max_message_size: u64,
    /// Messages that may come in at the same time; 0 for no limit.
    pub messages_at_once: usize,
    /// Of these, from one address (an IPv6 /64); 0 for no limit.
    pub messages_at_once_per_address: usize,
    /// Refused commands without a message between them before the connection is ended; 0 for no
    /// limit.
    pub max_errors: u32,
    /// Sign-in without TLS, for peers on this machine only.
    pub cleartext_login: bool,
    /// Messages one address (an IPv6 /64) may bring in a minute ([`Role::Mx`]); 0 for no limit.
    pub messages_per_minute_per_address: u32,
    /// Networks without limits by address.
    pub exempt: Vec<Network>,
}

impl SmtpConfig {
    /// Settings that fit a server of this role and name.
    #[must_use]
    pub fn new(role: Role, hostname: impl Into<String>) -> Self {
        Self {
            role,
            hostname: hostname.into(),
            timeout: Duration::from_secs(5 * 60),
            sign_in_timeout: Duration::from_secs(2 * 60),
            fruitless_timeout: Duration::from_secs(30 * 60),
            data_timeout: Duration::from_secs(3 * 60),
            message_timeout: Duration::from_secs(30 * 60),
            write_timeout: Duration::from_secs(60),
            max_recipients: 500,
            max_message_size: 50 << 20,
            messages_at_once: 500,
            messages_at_once_per_address: 100,
            max_errors: 20,
            cleartext_login: false,
            messages_per_minute_per_address: 0,
            exempt: Vec::new(),
        }
    }
}
