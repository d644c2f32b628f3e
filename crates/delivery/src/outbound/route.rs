//! From a domain to the servers that take its mail, in order (RFC 5321 §5.1).

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use super::dns::{Dns, DnsError, Family, Mx};
use super::reachable::Reach;
use super::transport::{Credentials, Hop, Protocol, Reply, Tls};

/// Addresses of one host that are tried, so that one host does not fill the list.
const PER_HOST: usize = 4;
/// For all questions of one route.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server to which mail goes whatever the DNS says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmartHost {
    /// Its name or address.
    pub host: String,
    /// Where it listens.
    pub port: u16,
    /// What it speaks.
    pub protocol: Protocol,
    /// What is asked of TLS.
    pub tls: Tls,
    /// Who signs in.
    pub credentials: Option<Credentials>,
}

/// Settings of routes.
#[derive(Clone, Debug)]
pub struct RouteConfig {
    /// Our own names: an MX of one of them is this server.
    pub own_names: Vec<String>,
    /// Our own addresses, as the world sees them: an MX there is this server as well.
    pub own_addresses: Vec<IpAddr>,
    /// So is one at an address that the system calls its own, but for loopback.
    pub this_machine: bool,
    /// Whether IPv4 is spoken.
    pub ipv4: bool,
    /// Whether IPv6 is spoken; then it comes first.
    pub ipv6: bool,
    /// Where MX hosts listen: 25.
    pub port: u16,
    /// Servers tried for one message, at most.
    pub max_hops: usize,
    /// Takes everything that has no route of its own.
    pub smart_host: Option<SmartHost>,
    /// Servers of domains, by name in small letters: the home server of a shared domain (BS.2).
    pub domains: BTreeMap<String, SmartHost>,
    /// Where foreign domains may lead. Servers that are set here are not asked about.
    pub reach: Reach,
}

impl RouteConfig {
    /// By MX alone, for a server of this name.
    #[must_use]
    pub fn new(hostname: impl Into<String>) -> Self {
        Self {
            own_names: vec![hostname.into()],
            own_addresses: Vec::new(),
            this_machine: false,
            ipv4: true,
            ipv6: true,
            port: 25,
            max_hops: 10,
            smart_host: None,
            domains: BTreeMap::new(),
            reach: Reach::default(),
        }
    }
}

/// There is no way, now or ever.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", reply.text)]
pub struct RouteError {
    /// For the notice: 5xx for good, 4xx for now.
    pub reply: Reply,
}

impl RouteError {
    /// Whether it makes no sense to try again.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.reply.code >= 500
    }

    fn new(code: u16, status: &str, text: String) -> Self {
        Self {
            reply: Reply {
                code,
                status: status.into(),
                text,
            },
        }
    }

    fn unanswered(name: &str, why: &str) -> Self {
        Self::new(451, "4.4.3", format!("{name}: {why}"))
    }
}

/// Finds routes. Cheap to clone.
#[derive(Clone)]
pub struct Router {
    config: Arc<RouteConfig>,
    dns: Arc<dyn Dns>,
}

impl std::fmt::Debug for Router {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Router")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// What was learnt of hosts that gave no hop.
#[derive(Default)]
struct Missing {
    /// Nobody could say where a host is.
    unanswered: Option<String>,
    /// A host is only where foreign domains may not lead.
    forbidden: bool,
}

impl Router {
    /// A router that asks `dns`.
    #[must_use]
    pub fn new(config: RouteConfig, dns: Arc<dyn Dns>) -> Self {
        Self {
            config: Arc::new(config),
            dns,
        }
    }

    /// The servers for a domain, or an address literal such as `[192.0.2.1]`, in the order in which they
    /// are to be tried; never none.
    ///
    /// # Errors
    /// No server takes its mail, or the DNS did not answer.
    pub async fn hops(&self, domain: &str) -> Result<Vec<Hop>, RouteError> {
        match tokio::time::timeout(PATIENCE, self.find(domain)).await {
            Ok(found) => found,
            Err(_) => Err(RouteError::unanswered(
                domain,
                "the DNS does not answer in time",
            )),
        }
    }

    /// The smart host, where this domain's mail goes there.
    pub(super) fn shared_host(&self, domain: &str) -> Option<&str> {
        let host = self.config.smart_host.as_ref()?;
        let own = self.config.domains.contains_key(domain);
        (!own).then_some(host.host.as_str())
    }

    async fn find(&self, domain: &str) -> Result<Vec<Hop>, RouteError> {
        let domain = domain.trim_end_matches('.').to_lowercase();
        let set = self.config.domains.get(&domain);
        if let Some(server) = set.or(self.config.smart_host.as_ref()) {
            return self.set(server).await;
        }
        if let Some(literal) = domain.strip_prefix('[') {
            return self.literal(&domain, literal);
        }
        let hosts = self.exchangers(&domain).await?;
        self.resolve(&domain, hosts).await
    }

    /// A server of the settings: its name is looked up and nothing else asked.
    async fn set(&self, server: &SmartHost) -> Result<Vec<Hop>, RouteError> {
        let mut missing = Missing::default();
        let addresses = self.addresses(&server.host, &mut missing).await;
        if addresses.is_empty() {
            // Its name is in our settings: that it cannot be found is no fault of the message.
            let why = missing
                .unanswered
                .unwrap_or_else(|| "it has no address".into());
            return Err(RouteError::unanswered(&server.host, &why));
        }
        let hop = |address| Hop {
            name: server.host.clone(),
            address: SocketAddr::new(address, server.port),
            protocol: server.protocol,
            tls: server.tls,
            credentials: server.credentials.clone(),
        };
        Ok(addresses
            .into_iter()
            .take(self.config.max_hops)
            .map(hop)
            .collect())
    }

    /// `[192.0.2.1]`, `[IPv6:2001:db8::1]` (RFC 5321 §4.1.3).
    fn literal(&self, domain: &str, literal: &str) -> Result<Vec<Hop>, RouteError> {
        let address =
            literal
                .strip_suffix(']')
                .and_then(|inside| match inside.strip_prefix("ipv6:") {
                    Some(v6) => v6.parse().ok().map(IpAddr::V6),
                    None => inside.parse().ok().map(IpAddr::V4),
                });
        let Some(address) = address else {
            return Err(RouteError::new(
                550,
                "5.1.2",
                format!("{domain} is no address"),
            ));
        };
        if self.is_ours(address) {
            return Err(loops(domain));
        }
        if !self.config.reach.allows(address) {
            return Err(forbidden(domain));
        }
        Ok(vec![self.hop(address.to_string(), address)])
    }

    /// The hosts that take a domain's mail, most preferred first.
    async fn exchangers(&self, domain: &str) -> Result<Vec<Mx>, RouteError> {
        let mut found = match self.dns.mx(domain).await {
            Ok(found) => found,
            Err(DnsError::NoSuchName) => return Err(no_such_domain(domain)),
            Err(DnsError::Temporary(why)) => return Err(RouteError::unanswered(domain, &why)),
        };
        if found.is_empty() {
            // RFC 5321 §5.1: the domain's own address is its implicit MX.
            return Ok(vec![Mx {
                preference: 0,
                exchange: domain.to_owned(),
            }]);
        }
        found.retain(|mx| !mx.exchange.is_empty());
        if found.is_empty() {
            let text = format!("{domain} takes no mail (RFC 7505)");
            return Err(RouteError::new(556, "5.1.10", text));
        }
        shuffle(&mut found);
        // Stable: equal ones stay as they were shuffled.
        found.sort_by_key(|mx| mx.preference);
        Ok(found)
    }

    /// The addresses of exchangers, as many as are tried.
    async fn resolve(&self, domain: &str, hosts: Vec<Mx>) -> Result<Vec<Hop>, RouteError> {
        let implicit = matches!(&hosts[..], [only] if only.exchange == domain);
        let mut hops: Vec<(u16, Hop)> = Vec::new();
        let mut missing = Missing::default();
        let mut ours = None;
        for mx in hosts.into_iter().take(self.config.max_hops.max(1)) {
            // RFC 5321 §5.1: where we are one of them, those as preferred as we are or less would only
            // send it back.
            if hops.len() >= self.config.max_hops || ours.is_some_and(|ours| mx.preference >= ours)
            {
                break;
            }
            if self.is_our_name(&mx.exchange) {
                ours = Some(mx.preference);
                continue;
            }
            let mut addresses = self.addresses(&mx.exchange, &mut missing).await;
            if addresses.iter().any(|address| self.is_ours(*address)) {
                ours = Some(mx.preference);
                continue;
            }
            let before = addresses.len();
            addresses.retain(|address| self.config.reach.allows(*address));
            missing.forbidden |= before > 0 && addresses.is_empty();
            for address in addresses.into_iter().take(PER_HOST) {
                hops.push((mx.preference, self.hop(mx.exchange.clone(), address)));
            }
        }
        hops.retain(|(preference, _)| ours.is_none_or(|ours| *preference < ours));
        if !hops.is_empty() {
            let hops = hops.into_iter().map(|(_, hop)| hop);
            return Ok(hops.take(self.config.max_hops).collect());
        }
        Err(match missing {
            // A host that stands before us may take it once it is found.
            Missing {
                unanswered: Some(why),
                ..
            } => RouteError::unanswered(domain, &why),
            _ if ours.is_some() => loops(domain),
            Missing {
                forbidden: true, ..
            } => forbidden(domain),
            _ if implicit => no_such_domain(domain),
            _ => {
                let text = format!("no mail server of {domain} has an address");
                RouteError::new(550, "5.4.4", text)
            }
        })
    }

    /// The addresses of a host, the families by turns with IPv6 first, so that a family that leads
    /// nowhere costs one attempt and not all of them.
    async fn addresses(&self, host: &str, missing: &mut Missing) -> Vec<IpAddr> {
        // An MX that is an address is against RFC 1035 and not rare; Postfix takes it too.
        if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
            return vec![address];
        }
        let ask = async |wanted: bool, family| match wanted {
            true => self.dns.addresses(host, family).await,
            false => Ok(Vec::new()),
        };
        let (v6, v4) = tokio::join!(
            ask(self.config.ipv6, Family::V6),
            ask(self.config.ipv4, Family::V4)
        );
        let mut known = |answer: Result<Vec<IpAddr>, DnsError>| match answer {
            Ok(addresses) => addresses,
            Err(DnsError::NoSuchName) => Vec::new(),
            Err(DnsError::Temporary(why)) => {
                missing.unanswered.get_or_insert(why);
                Vec::new()
            }
        };
        let (v6, v4) = (known(v6), known(v4));
        let longest = v6.len().max(v4.len());
        (0..longest)
            .flat_map(|at| [v6.get(at), v4.get(at)])
            .flatten()
            .copied()
            .collect()
    }

    fn hop(&self, name: String, address: IpAddr) -> Hop {
        Hop {
            name,
            address: SocketAddr::new(address, self.config.port),
            protocol: Protocol::Smtp,
            tls: Tls::Opportunistic,
            credentials: None,
        }
    }

    fn is_our_name(&self, name: &str) -> bool {
        let own = self.config.own_names.iter();
        own.map(|own| own.trim_end_matches('.'))
            .any(|own| own.eq_ignore_ascii_case(name))
    }

    fn is_ours(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.config.own_addresses.contains(&address)
            || (self.config.this_machine && is_this_machines(address))
    }
}

/// Whether the system would speak to itself; nothing is sent. What lies beside this server on one machine
/// may be reached by a loopback address all the same.
fn is_this_machines(address: IpAddr) -> bool {
    if address.is_loopback() {
        return false;
    }
    let any: SocketAddr = match address {
        IpAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        IpAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let from = UdpSocket::bind(any).and_then(|socket| {
        socket.connect((address, 25))?;
        socket.local_addr()
    });
    from.is_ok_and(|from| from.ip() == address)
}

fn no_such_domain(domain: &str) -> RouteError {
    RouteError::new(550, "5.1.2", format!("{domain} is no domain that has mail"))
}

fn loops(domain: &str) -> RouteError {
    let text = format!("mail for {domain} would come back to this server");
    RouteError::new(554, "5.4.6", text)
}

fn forbidden(domain: &str) -> RouteError {
    let text = format!("{domain} leads to an address where no mail is sent");
    RouteError::new(550, "5.4.4", text)
}

/// RFC 5321 §5.1: equally preferred ones are tried in random order, so that load is shared.
fn shuffle(found: &mut [Mx]) {
    use std::hash::{BuildHasher, RandomState};
    // Keys that nobody knows; nothing here needs more than that.
    let keys = RandomState::new();
    found.sort_by_cached_key(|mx| keys.hash_one(&mx.exchange));
}

#[cfg(test)]
#[path = "route_tests.rs"]
mod tests;
