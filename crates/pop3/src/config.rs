//! Settings of the POP3 server.

use std::time::Duration;

/// Settings of the POP3 server.
#[derive(Clone, Debug)]
pub struct Pop3Config {
    /// The name in the greeting.
    pub hostname: String,
    /// How long a session may take for its next command: the autologout timer of RFC 1939 §3,
    /// which asks for 10 minutes at least.
    pub idle_timeout: Duration,
    /// From the connection to the sign-in, whatever is said meanwhile: before it, nobody has a claim
    /// to the ten minutes.
    pub sign_in_timeout: Duration,
    /// How long a peer may take for one buffer of what is sent.
    pub write_timeout: Duration,
    /// Let peers on this machine sign in without TLS; nobody else ever can.
    pub cleartext_login: bool,
}
