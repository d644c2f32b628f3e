//! EHLO (RFC 5321 §4.1.1.1): who the client is, and what this server can do.

use congvu_access::Access;

use super::helo;
use crate::Role;
use crate::reply::Reply;
use crate::session::{Hello, Session};

/// The client's name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ehlo(pub(crate) String);

impl Ehlo {
    pub(crate) fn parse(arguments: &str) -> Result<Self, Reply> {
        helo::name(arguments).map(Self)
    }
}

impl Session {
    /// RFC 3461: for people who sign in. Other servers tell their senders themselves that they handed the
    /// message to one without DSN (§5.2.2): did we, anybody could have notices of success, with all of a message,
    /// sent to whoever stands in a reverse path.
    pub(crate) fn speaks_dsn(&self) -> bool {
        self.server.config.role == Role::Submission
    }

    pub(crate) fn ehlo(&mut self, ehlo: Ehlo) -> Reply {
        self.reset();
        self.hello = Some(Hello {
            name: ehlo.0,
            extended: true,
        });
        let config = &self.server.config;
        let mut text = format!(
            "{}\nPIPELINING\nSIZE {}\n8BITMIME\nSMTPUTF8\nCHUNKING\nENHANCEDSTATUSCODES\nHELP",
            config.hostname, config.max_message_size
        );
        if self.speaks_dsn() {
            text.push_str("\nDSN");
        }
        if self.conn.can_start_tls() {
            text.push_str("\nSTARTTLS");
        }
        if self.signed_in.is_none() && self.may_authenticate().is_ok() {
            text.push_str("\nAUTH");
            for mechanism in self.server.access.iter().flat_map(Access::announced) {
                text.push(' ');
                text.push_str(mechanism.name());
            }
        }
        Reply::lines(250, text)
    }
}
