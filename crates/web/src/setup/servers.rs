//! The servers that mail programs of people speak to.

/// What a server is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Reading, with folders (RFC 9051).
    Imap,
    /// Fetching (RFC 1939).
    Pop3,
    /// Sending (RFC 6409).
    Submission,
}

impl Service {
    /// What people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Imap => "IMAP",
            Self::Pop3 => "POP3",
            Self::Submission => "SMTP",
        }
    }
}

/// A server as a program has to be told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailServer {
    /// What it is for.
    pub service: Service,
    /// TLS begins with the connection; otherwise by STARTTLS.
    pub implicit_tls: bool,
    /// Its port.
    pub port: u16,
}

impl MailServer {
    /// As pages name how it is enciphered.
    pub(crate) fn tls(&self) -> &'static str {
        if self.implicit_tls {
            "SSL/TLS"
        } else {
            "STARTTLS"
        }
    }
}

/// All servers that programs may be told of, what is enciphered from the start first (RFC 8314 §3); POP3 after IMAP.
#[derive(Clone, Debug, Default)]
pub struct Servers(Vec<MailServer>);

impl Servers {
    /// Puts them in order; one of a kind.
    #[must_use]
    pub fn new(mut servers: Vec<MailServer>) -> Self {
        servers.sort_by_key(|server| (server.service as u8, !server.implicit_tls));
        servers.dedup_by_key(|server| (server.service, server.implicit_tls));
        Self(servers)
    }

    /// All of them, in order.
    pub(crate) fn all(&self) -> &[MailServer] {
        &self.0
    }

    /// Those of a service, the best first.
    pub(crate) fn of(&self, service: Service) -> impl Iterator<Item = &MailServer> {
        self.0
            .iter()
            .filter(move |server| server.service == service)
    }

    /// The best of a service.
    pub(crate) fn best(&self, service: Service) -> Option<&MailServer> {
        self.of(service).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_enciphered_from_the_start_comes_first() {
        let server = |service, implicit_tls, port| MailServer {
            service,
            implicit_tls,
            port,
        };
        let servers = Servers::new(vec![
            server(Service::Submission, false, 587),
            server(Service::Pop3, true, 995),
            server(Service::Imap, false, 143),
            server(Service::Submission, true, 465),
            server(Service::Imap, true, 993),
            server(Service::Imap, true, 9993),
        ]);
        let ports: Vec<u16> = servers.all().iter().map(|server| server.port).collect();
        assert_eq!(ports, [993, 143, 995, 465, 587]);
        assert_eq!(servers.best(Service::Submission).unwrap().port, 465);
    }
}
