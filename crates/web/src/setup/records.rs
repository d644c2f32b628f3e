//! What the DNS has to say, so that mail comes and mail programs find the servers (RFC 5321 §5.1, RFC 6186, RFC 7208, RFC 8314 §5.1).

use std::fmt;

use congvu_delivery::outbound::Published;

use super::{Servers, Service};

/// A record to be declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its name, with the final dot.
    pub name: String,
    /// What it says.
    pub says: Says,
    /// Its value, as a zone file writes it.
    pub value: String,
}

/// What a record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// Where the server is: A, AAAA.
    Host,
    /// Where mail for a domain goes: MX.
    Exchange,
    /// Who sends mail of a domain: TXT (RFC 7208).
    Senders,
    /// Where a service is: SRV.
    Offered,
    /// That a service is not offered: SRV (RFC 6186 §3.4).
    NotOffered,
    /// Where mail programs ask how to set themselves up: CNAME.
    Alias,
}

impl Says {
    /// The type of the record, as a zone file writes it.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Host => "A/AAAA",
            Self::Exchange => "MX",
            Self::Senders => "TXT",
            Self::Offered | Self::NotOffered => "SRV",
            Self::Alias => "CNAME",
        }
    }

    /// What is asked for to see whether it is there. An alias is as good as what it leads to.
    pub(crate) fn published(self) -> Published {
        match self {
            Self::Host | Self::Alias => Published::Address,
            Self::Exchange => Published::Mx,
            Self::Senders => Published::Text,
            Self::Offered | Self::NotOffered => Published::Srv,
        }
    }

    /// Without it mail does not come, or is not taken by others.
    pub(crate) fn is_needed(self) -> bool {
        matches!(self, Self::Host | Self::Exchange | Self::Senders)
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.name, self.says.kind(), self.value)
    }
}

/// The record of the server itself; its value is for people to fill in.
#[must_use]
pub fn of_host(host: &str) -> Record {
    Record {
        name: format!("{host}."),
        says: Says::Host,
        value: "<địa chỉ máy chủ>".to_owned(),
    }
}

/// The records of a domain whose mail this server, called `host`, takes, with these servers for mail programs.
#[must_use]
pub fn of_domain(host: &str, servers: &Servers, domain: &str) -> Vec<Record> {
    let host = host.to_ascii_lowercase();
    let record = |name: String, says, value| Record { name, says, value };
    let mut records = vec![
        record(format!("{domain}."), Says::Exchange, format!("10 {host}.")),
        record(
            format!("{domain}."),
            Says::Senders,
            "\"v=spf1 mx -all\"".to_owned(),
        ),
    ];
    for (service, names) in [
        (Service::Imap, ["imaps", "imap"]),
        (Service::Submission, ["submissions", "submission"]),
        (Service::Pop3, ["pop3s", "pop3"]),
    ] {
        // What is enciphered from the start is told alone, where it listens.
        let best = servers.best(service);
        for (name, implicit_tls) in names.into_iter().zip([true, false]) {
            let name = format!("_{name}._tcp.{domain}.");
            records.push(match best {
                Some(server) if server.implicit_tls == implicit_tls => {
                    record(name, Says::Offered, format!("0 1 {} {host}.", server.port))
                }
                _ => record(name, Says::NotOffered, "0 0 0 .".to_owned()),
            });
        }
    }
    for name in ["autoconfig", "autodiscover"] {
        records.push(record(
            format!("{name}.{domain}."),
            Says::Alias,
            format!("{host}."),
        ));
    }
    records.push(record(
        format!("_autodiscover._tcp.{domain}."),
        Says::Offered,
        format!("0 0 443 {host}."),
    ));
    records
}

/// How a record stands in the DNS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// As it should.
    There,
    /// Not at all.
    Missing,
    /// With other values.
    Other(Vec<String>),
    /// Nobody could say.
    Unknown,
}

impl Record {
    /// How it stands, with what the DNS has at its name.
    pub(crate) fn against(&self, found: Vec<String>) -> Standing {
        let is_there = match self.says {
            Says::Host | Says::Alias => !found.is_empty(),
            // Whoever sends by others' servers lists them, too.
            Says::Senders => found.iter().any(|text| text.starts_with("v=spf1")),
            Says::Exchange => {
                let host = self.value.rsplit(' ').next().unwrap_or_default();
                found.iter().any(|mx| mx.rsplit(' ').next() == Some(host))
            }
            // What is not offered need not be said.
            Says::NotOffered => found.is_empty() || found.contains(&self.value),
            Says::Offered => found.contains(&self.value),
        };
        match is_there {
            true => Standing::There,
            false if found.is_empty() || self.says == Says::Senders => Standing::Missing,
            false => Standing::Other(found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::MailServer;

    fn ours() -> Vec<Record> {
        let server = |service, implicit_tls, port| MailServer {
            service,
            implicit_tls,
            port,
        };
        let servers = Servers::new(vec![
            server(Service::Imap, false, 143),
            server(Service::Imap, true, 993),
            server(Service::Submission, false, 587),
        ]);
        of_domain("mail.tinh.gov.vn", &servers, "tinh.gov.vn")
    }

    #[test]
    fn what_is_enciphered_from_the_start_is_told_alone() {
        let lines: Vec<String> = ours().iter().map(ToString::to_string).collect();
        for line in [
            "tinh.gov.vn. MX 10 mail.tinh.gov.vn.",
            "tinh.gov.vn. TXT \"v=spf1 mx -all\"",
            "_imaps._tcp.tinh.gov.vn. SRV 0 1 993 mail.tinh.gov.vn.",
            "_imap._tcp.tinh.gov.vn. SRV 0 0 0 .",
            "_submissions._tcp.tinh.gov.vn. SRV 0 0 0 .",
            "_submission._tcp.tinh.gov.vn. SRV 0 1 587 mail.tinh.gov.vn.",
            "_pop3s._tcp.tinh.gov.vn. SRV 0 0 0 .",
            "autoconfig.tinh.gov.vn. CNAME mail.tinh.gov.vn.",
        ] {
            assert!(lines.iter().any(|one| one == line), "{line}: {lines:#?}");
        }
    }

    #[test]
    fn a_record_is_there_missing_or_another() {
        let records = ours();
        let standing = |kind: Says, found: &[&str]| {
            let record = records.iter().find(|one| one.says == kind).unwrap();
            record.against(found.iter().map(|&text| text.to_owned()).collect())
        };
        let other = |found: &str| Standing::Other(vec![found.to_owned()]);
        assert_eq!(
            standing(Says::Exchange, &["5 mail.tinh.gov.vn."]),
            Standing::There
        );
        assert_eq!(
            standing(Says::Exchange, &["10 cu.tinh.gov.vn."]),
            other("10 cu.tinh.gov.vn.")
        );
        assert_eq!(standing(Says::Exchange, &[]), Standing::Missing);
        assert_eq!(
            standing(Says::Senders, &["ms=1", "v=spf1 ip4:1.2.3.4 -all"]),
            Standing::There
        );
        assert_eq!(standing(Says::Senders, &["ms=1"]), Standing::Missing);
        assert_eq!(
            standing(Says::Offered, &["0 1 993 mail.tinh.gov.vn."]),
            Standing::There
        );
        assert_eq!(standing(Says::NotOffered, &[]), Standing::There);
        assert_eq!(
            standing(Says::NotOffered, &["0 1 143 mail.tinh.gov.vn."]),
            other("0 1 143 mail.tinh.gov.vn.")
        );
        assert_eq!(standing(Says::Alias, &["10.0.0.1"]), Standing::There);
    }
}
