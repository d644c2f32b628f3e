//! Questions to the DNS, behind a trait so that tests give the answers.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures_util::future::BoxFuture;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError as Negative, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};

/// A mail exchanger (RFC 1035 §3.3.9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mx {
    /// Lower ones come first.
    pub preference: u16,
    /// Its name in ASCII without a final dot; empty for the root (RFC 7505).
    pub exchange: String,
}

/// Which addresses are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// A
    V4,
    /// AAAA (RFC 3596)
    V6,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DnsError {
    /// There is no such name (NXDOMAIN), or the text can be none.
    #[error("no such domain")]
    NoSuchName,
    /// Nobody could say: SERVFAIL, no answer in time.
    #[error("the DNS does not answer: {0}")]
    Temporary(String),
}

/// What a zone publishes for mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// A and AAAA, at the end of aliases.
    Address,
    /// MX
    Mx,
    /// SRV (RFC 2782)
    Srv,
    /// TXT
    Text,
}

/// Answers of the DNS. A name without records of the kind asked for is an empty answer.
pub trait Dns: Send + Sync {
    /// The mail exchangers of a domain, in any order.
    fn mx<'a>(&'a self, domain: &'a str) -> BoxFuture<'a, Result<Vec<Mx>, DnsError>>;

    /// The addresses of a host.
    fn addresses<'a>(
        &'a self,
        host: &'a str,
        family: Family,
    ) -> BoxFuture<'a, Result<Vec<IpAddr>, DnsError>>;
}

/// Settings of the resolver.
#[derive(Clone, Debug)]
pub struct DnsConfig {
    /// Whom to ask; empty: the name servers of `/etc/resolv.conf`, after `/etc/hosts`.
    pub servers: Vec<SocketAddr>,
    /// For one answer of one server.
    pub timeout: Duration,
    /// How often a question is asked again.
    pub attempts: usize,
}

impl Default for DnsConfig {
    fn default() -> Self {
        Self {
            servers: Vec::new(),
            timeout: Duration::from_secs(5),
            attempts: 2,
        }
    }
}

/// A resolver with a cache, in front of recursive name servers. Cheap to clone.
#[derive(Clone)]
pub struct Resolver(TokioResolver);

impl std::fmt::Debug for Resolver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Resolver")
    }
}

impl Resolver {
    /// A resolver.
    ///
    /// # Errors
    /// The system tells no name servers.
    pub fn new(config: &DnsConfig) -> Result<Self, DnsError> {
        let temporary = |error: NetError| DnsError::Temporary(error.to_string());
        let provider = TokioRuntimeProvider::default();
        let mut builder = if config.servers.is_empty() {
            TokioResolver::builder(provider).map_err(temporary)?
        } else {
            let servers = config.servers.iter().map(server).collect();
            let servers = ResolverConfig::from_name_servers(servers);
            let mut options = ResolverOpts::default();
            options.use_hosts_file = ResolveHosts::Never;
            TokioResolver::builder_with_config(servers, provider).with_options(options)
        };
        let options = builder.options_mut();
        options.timeout = config.timeout;
        options.attempts = config.attempts;
        builder.build().map(Self).map_err(temporary)
    }

    /// What is published at a name, each as a zone file writes it, names in small letters: `10 mail.tinh.gov.vn.`. Empty where
    /// there is nothing of the kind.
    ///
    /// # Errors
    /// Nobody could say.
    pub async fn published(&self, name: &str, kind: Published) -> Result<Vec<String>, DnsError> {
        let kinds: &[RecordType] = match kind {
            Published::Address => &[RecordType::A, RecordType::AAAA],
            Published::Mx => &[RecordType::MX],
            Published::Srv => &[RecordType::SRV],
            Published::Text => &[RecordType::TXT],
        };
        let mut found = Vec::new();
        for kind in kinds {
            match self.ask(name, *kind).await {
                Ok(answers) => found.extend(answers.iter().filter_map(|one| written(&one.data))),
                Err(DnsError::NoSuchName) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    async fn ask(&self, name: &str, kind: RecordType) -> Result<Vec<Record>, DnsError> {
        // Other forms than ASCII become it here (RFC 5890). Search lists are for people at keyboards.
        let mut name = Name::from_utf8(name).map_err(|_| DnsError::NoSuchName)?;
        name.set_fqdn(true);
        match self.0.lookup(name, kind).await {
            Ok(found) => Ok(found.answers().to_vec()),
            Err(NetError::Dns(Negative::NoRecordsFound(none))) => match none.response_code {
                ResponseCode::NXDomain => Err(DnsError::NoSuchName),
                ResponseCode::NoError => Ok(Vec::new()),
                other => Err(DnsError::Temporary(other.to_string())),
            },
            Err(error) => Err(DnsError::Temporary(error.to_string())),
        }
    }
}

fn server(address: &SocketAddr) -> NameServerConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()]
        .into_iter()
        .map(|mut connection| {
            connection.port = address.port();
            connection
        })
        .collect();
    NameServerConfig::new(address.ip(), true, connections)
}

/// `mx.example.vn`, in small letters and without the final dot.
fn host(name: &Name) -> String {
    name.to_ascii().trim_end_matches('.').to_ascii_lowercase()
}

fn written(data: &RData) -> Option<String> {
    Some(match data {
        RData::A(a) => a.0.to_string(),
        RData::AAAA(aaaa) => aaaa.0.to_string(),
        RData::MX(mx) => format!("{} {}.", mx.preference, host(&mx.exchange)),
        RData::SRV(srv) => {
            let target = host(&srv.target);
            format!("{} {} {} {target}.", srv.priority, srv.weight, srv.port)
        }
        RData::TXT(text) => String::from_utf8_lossy(&text.txt_data.concat()).into_owned(),
        _ => return None,
    })
}

impl Dns for Resolver {
    fn mx<'a>(&'a self, domain: &'a str) -> BoxFuture<'a, Result<Vec<Mx>, DnsError>> {
        Box::pin(async move {
            let answers = self.ask(domain, RecordType::MX).await?;
            let exchangers = answers.iter().filter_map(|record| match &record.data {
                RData::MX(mx) => Some(Mx {
                    preference: mx.preference,
                    exchange: host(&mx.exchange),
                }),
                _ => None,
            });
            Ok(exchangers.collect())
        })
    }

    fn addresses<'a>(
        &'a self,
        host: &'a str,
        family: Family,
    ) -> BoxFuture<'a, Result<Vec<IpAddr>, DnsError>> {
        Box::pin(async move {
            let kind = match family {
                Family::V4 => RecordType::A,
                Family::V6 => RecordType::AAAA,
            };
            let answers = self.ask(host, kind).await?;
            let addresses = answers.iter().filter_map(|record| match &record.data {
                RData::A(a) => Some(IpAddr::V4(a.0)),
                RData::AAAA(aaaa) => Some(IpAddr::V6(aaaa.0)),
                _ => None,
            });
            Ok(addresses.collect())
        })
    }
}
