//! `outbound.*`: mail to other servers.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use congvu_wire::Network;

use super::Secret;
use super::check::{Checks, is_domain_name};
use super::entries::Entries;

/// Mail to other servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outbound {
    /// Whether there is any.
    pub(crate) enabled: bool,
    /// Home servers of domains that are shared (BS.2).
    pub(crate) homes: Vec<Home>,
    /// What is asked of TLS on the way to them.
    pub(crate) home_tls: WayTls,
    /// Takes all that leaves.
    pub(crate) smart_host: Option<SmartHost>,
    /// Authorities to trust besides the system's, as a PEM file.
    pub(crate) ca_file: Option<PathBuf>,
    /// Networks of this machine that foreign domains may lead to all the same.
    pub(crate) allowed_networks: Vec<Network>,
    /// Whom to ask for MX and addresses; none: as the system does.
    pub(crate) name_servers: Vec<SocketAddr>,
    /// Whether IPv6 is spoken.
    pub(crate) ipv6: bool,
    /// Connections in all.
    pub(crate) connections: usize,
    /// Connections to one destination.
    pub(crate) per_destination: usize,
    /// Messages over one connection.
    pub(crate) messages_per_connection: usize,
    /// How long an open connection waits for the next message.
    pub(crate) idle: Duration,
    /// How long a reply is waited for.
    pub(crate) timeout: Duration,
    /// How long a destination that cannot be reached is left alone at first.
    pub(crate) backoff: Duration,
    /// And at most.
    pub(crate) backoff_most: Duration,
    /// How long what a killed node was about to send waits.
    pub(crate) lease: Duration,
    /// Waits before each further attempt.
    pub(crate) retries: Vec<Duration>,
    /// When a message is given up.
    pub(crate) expire: Duration,
    /// When its sender is told that it waits.
    pub(crate) delay_notice: Duration,
    /// Bytes of a message that a notice gives back whole.
    pub(crate) return_full: u64,
}

/// A shared domain and the server that knows its other addresses: `tinh.gov.vn=mail.tinh.gov.vn:25`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Home {
    /// The domain, in lower case.
    pub(crate) domain: String,
    /// The server.
    pub(crate) host: String,
    /// Its port.
    pub(crate) port: u16,
}

/// A server that takes all mail that leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SmartHost {
    /// Its name.
    pub(crate) host: String,
    /// Its port.
    pub(crate) port: u16,
    /// It speaks LMTP.
    pub(crate) lmtp: bool,
    /// What is asked of TLS.
    pub(crate) tls: WayTls,
    /// Who signs in: a name, a password.
    pub(crate) login: Option<(String, Secret)>,
}

/// What is asked of TLS on the way to a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WayTls {
    /// Where it is offered, whatever the certificate.
    Opportunistic,
    /// STARTTLS with a valid certificate.
    Required,
    /// From the first octet.
    Implicit,
    /// Never.
    Never,
}

impl WayTls {
    fn of(word: &str) -> Self {
        match word {
            "required" => Self::Required,
            "implicit" => Self::Implicit,
            "never" => Self::Never,
            _ => Self::Opportunistic,
        }
    }
}

impl FromStr for Home {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (domain, server) = text.split_once('=').ok_or(())?;
        let (host, port) = server.rsplit_once(':').ok_or(())?;
        let domain = domain.trim().to_ascii_lowercase();
        let host = host.trim().to_ascii_lowercase();
        let port = port.trim().parse().ok().filter(|port| *port != 0);
        let literal = host.trim_start_matches('[').trim_end_matches(']');
        let is_address = literal.parse::<std::net::IpAddr>().is_ok();
        if !is_domain_name(&domain) || !(is_address || is_domain_name(&host)) {
            return Err(());
        }
        Ok(Self {
            domain,
            host: literal.to_owned(),
            port: port.ok_or(())?,
        })
    }
}

impl Outbound {
    pub(super) fn of(entries: &Entries) -> Self {
        let host = entries.text("outbound.smart_host");
        let user = entries.text("outbound.smart_host_user");
        let smart_host = (!host.is_empty()).then(|| SmartHost {
            host: host.to_ascii_lowercase(),
            port: u16::try_from(entries.int("outbound.smart_host_port")).unwrap_or(587),
            lmtp: entries.text("outbound.smart_host_protocol") == "lmtp",
            tls: WayTls::of(&entries.text("outbound.smart_host_tls")),
            login: (!user.is_empty())
                .then(|| (user, entries.secret("outbound.smart_host_password"))),
        });
        Self {
            enabled: entries.bool("outbound.enabled"),
            homes: entries.homes("outbound.homes"),
            home_tls: WayTls::of(&entries.text("outbound.home_tls")),
            smart_host,
            ca_file: entries.path("outbound.ca_file"),
            allowed_networks: entries.networks("outbound.allowed_networks"),
            name_servers: entries.sockets("outbound.name_servers"),
            ipv6: entries.bool("outbound.ipv6"),
            connections: entries.count("outbound.connections"),
            per_destination: entries.count("outbound.connections_per_destination"),
            messages_per_connection: entries.count("outbound.messages_per_connection"),
            idle: entries.span("outbound.idle"),
            timeout: entries.span("outbound.timeout"),
            backoff: entries.span("outbound.backoff"),
            backoff_most: entries.span("outbound.backoff_most"),
            lease: entries.span("outbound.lease"),
            retries: entries.spans("outbound.retries"),
            expire: entries.span("outbound.expire"),
            delay_notice: entries.span("outbound.delay_notice"),
            return_full: entries.int("outbound.return_full"),
        }
    }
}

pub(super) fn check(checks: &mut Checks<'_>) {
    let config = &checks.config.outbound;
    if checks.entries.are_known(&["outbound.retries"]) && config.retries.is_empty() {
        let expected = "ít nhất một khoảng chờ, ví dụ [\"5m\", \"1h\"]";
        checks.find("outbound.retries", "danh sách rỗng".to_owned(), expected);
    }
    if checks
        .entries
        .are_known(&["outbound.expire", "outbound.delay_notice"])
        && config.delay_notice >= config.expire
    {
        checks.find_beside(
            "outbound.delay_notice",
            "outbound.expire",
            "không nhỏ hơn outbound.expire".to_owned(),
            "nhỏ hơn outbound.expire",
        );
    }
    if checks
        .entries
        .are_known(&["outbound.backoff", "outbound.backoff_most"])
        && config.backoff > config.backoff_most
    {
        checks.find_beside(
            "outbound.backoff",
            "outbound.backoff_most",
            "lớn hơn outbound.backoff_most".to_owned(),
            "không lớn hơn outbound.backoff_most",
        );
    }
    homes(checks);
    smart_host(checks);
    lmtp(checks);
}

/// RFC 2033 §5: never on port 25, where somebody who speaks SMTP would be answered wrongly.
fn lmtp(checks: &mut Checks<'_>) {
    let keys = ["outbound.smart_host_protocol", "outbound.smart_host_port"];
    let is_25 = checks.config.outbound.smart_host.as_ref();
    let is_25 = is_25.is_some_and(|host| host.lmtp && host.port == 25);
    if checks.entries.are_known(&keys) && is_25 {
        let wrong = "LMTP không được dùng ở cổng 25 (RFC 2033 §5)".to_owned();
        checks.find_beside(keys[1], keys[0], wrong, "cổng khác, thường là 24");
    }
}

fn homes(checks: &mut Checks<'_>) {
    let key = "outbound.homes";
    let homes = &checks.config.outbound.homes;
    if !checks.entries.are_known(&[key]) {
        return;
    }
    for (at, home) in homes.iter().enumerate() {
        if homes[..at].iter().any(|other| other.domain == home.domain) {
            let wrong = format!("tên miền {} có hai máy chủ chủ quản", home.domain);
            checks.find(key, wrong, "mỗi tên miền một lần");
        }
        // Mail for those that nobody here has would go round until its Received lines end it.
        if home
            .host
            .eq_ignore_ascii_case(&checks.config.server.hostname)
        {
            let wrong = format!("máy chủ chủ quản của {} là chính máy này", home.domain);
            checks.find(key, wrong, "máy chủ khác với server.hostname");
        }
    }
}

fn smart_host(checks: &mut Checks<'_>) {
    let (host, user) = ("outbound.smart_host", "outbound.smart_host_user");
    let (password, tls) = ("outbound.smart_host_password", "outbound.smart_host_tls");
    if !checks.entries.are_known(&[host, user, password, tls]) {
        return;
    }
    let name = checks.entries.text(host);
    let is_address = name.parse::<std::net::IpAddr>().is_ok();
    if !name.is_empty() && !is_address && !is_domain_name(&name) {
        let wrong = format!("«{name}» không giống một tên miền");
        checks.find(
            host,
            wrong,
            "tên máy chủ, ví dụ mail.tinh.gov.vn; cổng đặt riêng",
        );
    }
    let has_user = !checks.entries.text(user).is_empty();
    let has_password = !checks.entries.secret(password).is_empty();
    if has_user != has_password {
        let (missing, other) = if has_user {
            (password, user)
        } else {
            (user, password)
        };
        let wrong = format!("chưa đặt trong khi {other} đã đặt");
        checks.find_beside(missing, other, wrong, "đặt cả hai, hoặc bỏ cả hai");
    }
    if has_user && checks.entries.text(tls) == "never" {
        let wrong = "không được gửi mật khẩu trên đường không mã hóa".to_owned();
        checks.find_beside(tls, user, wrong, "required hoặc implicit");
    }
}
