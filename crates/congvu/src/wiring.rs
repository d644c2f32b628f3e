//! From the configuration to what each room takes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use congvu_access::{Access, AccessConfig};
use congvu_delivery::outbound::{
    self, Credentials, DnsConfig, OutboundConfig, Protocol, Resolver, RouteConfig, Router, Routes,
    Schedule, SmartHost, Transport,
};
use congvu_delivery::{Delivery, DeliveryConfig};
use congvu_governance::audit::{Checkpoints, Key};
use congvu_governance::retention::Retention;
use congvu_imap::ImapConfig;
use congvu_message::smime::{AnchorError, Anchors};
use congvu_pop3::Pop3Config;
use congvu_regulation::MailboxKind;
use congvu_smtp::client::{ClientConfig, SmtpClient, Timeouts};
use congvu_smtp::{Role, SmtpConfig};
use congvu_store::blob::BucketError;
use congvu_store::{
    BlobPlace, Bucket, Engine, Store, StoreConfig, StoreError, organisation, place_limit,
};
use congvu_web::api::Api;
use congvu_web::{
    MailServer, Servers, Service, Setting, Settings, SettingsSection, Site, SiteConfig, Sso,
    SsoSettings,
};
use congvu_wire::{Limiter, Limits};

use crate::config::{self, Config, WayTls};
use crate::platform::{Platform, http_client};
use crate::profiles;

const WRITE_TIMEOUT: Duration = Duration::from_secs(120);
/// A whole message, however slowly it comes: 36 MB at 20 kB a second.
const MESSAGE_TIMEOUT: Duration = Duration::from_secs(30 * 60);
/// From the connection to the sign-in.
const SIGN_IN_TIMEOUT: Duration = Duration::from_secs(60);
/// Messages on their way in at the same time, for each of the two ways: 50 MB of memory with common
/// mail, 2.5 GB where all of them are made to hurt.
const MESSAGES_AT_ONCE: usize = 500;
const MB: u64 = 1 << 20;

/// Where checkpoints of the record of acts go, and the key that signs them.
pub(crate) fn checkpoints(config: &Config) -> Result<Arc<Checkpoints>> {
    let key = key(config)?;
    Ok(Arc::new(Checkpoints::new(key, &config.audit.checkpoints)))
}

fn key(config: &Config) -> Result<Key> {
    let file = &config.audit.key;
    Key::open(file).with_context(|| format!("không mở được khóa {}", file.display()))
}

/// How long logs are kept; refused where a regulation in force asks for more.
pub(crate) async fn retention(config: &Config, store: &Store) -> Result<Retention> {
    let bound = store
        .read(organisation::profiles)
        .await
        .map_err(|error: StoreError| error)?;
    let ids: BTreeSet<&str> = bound.iter().map(|(_, id)| id.as_str()).collect();
    let in_force = ids.into_iter().filter_map(profiles::find);
    let logs = &config.logs;
    Retention::new(logs.mail_months, logs.sign_in_months, in_force)
        .map_err(|refusal| anyhow!("logs.mail_months, logs.sign_in_months: {refusal}"))
}

/// The store's settings. `server`: false for a tool beside a running server.
pub(crate) fn store(config: &Config, server: bool) -> StoreConfig {
    StoreConfig {
        engine: match &config.store.engine {
            config::Engine::Sqlite(path) => Engine::Sqlite { path: path.clone() },
            config::Engine::Postgres(url) => Engine::Postgres {
                url: url.reveal().to_owned(),
                writers: if server { config.store.writers } else { 1 },
            },
        },
        readers: if server { config.store.readers } else { 1 },
        blobs: match &config.blobs.place {
            config::BlobPlace::Folder(path) => BlobPlace::Folder(path.clone()),
            config::BlobPlace::S3(s3) => BlobPlace::S3(Bucket {
                endpoint: s3.endpoint.clone(),
                name: s3.bucket.clone(),
                region: s3.region.clone(),
                access_key: s3.access_key.reveal().to_owned(),
                secret_key: s3.secret_key.reveal().to_owned(),
                allow_http: s3.allow_http,
            }),
        },
        inline_max: usize::try_from(config.blobs.inline_max).unwrap_or(usize::MAX),
        server,
        clock: congvu_store::Clock::default(),
        undelete: config.store.undelete,
    }
}

/// Opens the store; blocks, so before or beside the async threads.
pub(crate) fn open_store(config: &Config, server: bool) -> Result<Store> {
    Store::open(&store(config, server)).context("không mở được kho dữ liệu")
}

/// Whether the S3 bucket can be used as it is set up. Where it cannot be reached just now, the server
/// starts nevertheless: what does not lie in it is served, and large mail is refused for a while.
pub(crate) async fn check_bucket(config: &Config, store: &Store) -> Result<()> {
    let config::BlobPlace::S3(s3) = &config.blobs.place else {
        return Ok(());
    };
    match store.blobs().check().await {
        Ok(()) => Ok(()),
        Err(BucketError::Refused(said)) => bail!(
            "kho S3 {} không cho dùng bucket «{}»: {said}; xem các khóa blobs.s3_* trong cấu hình",
            s3.endpoint,
            s3.bucket
        ),
        Err(BucketError::Silent(said)) => {
            tracing::error!(
                endpoint = s3.endpoint,
                bucket = s3.bucket,
                error = said,
                "the S3 server cannot be reached: large messages are refused until it can"
            );
            Ok(())
        }
    }
}

/// What the organisations in the store add to the settings.
#[derive(Clone, Debug)]
pub(crate) struct Governed {
    /// The first domain.
    pub(crate) primary_domain: Option<String>,
    /// Bytes a message may have on the wire (FACTS 14: from the attachment limit of the profile).
    pub(crate) message_limit: u64,
}

impl Governed {
    /// Reads it.
    pub(crate) async fn read(store: &Store) -> Result<Self> {
        let (domains, profile_id, attached) = store
            .read(|tx| {
                let root = organisation::root(tx)?;
                let profile = match root {
                    Some(root) => organisation::profile(tx, root.id)?,
                    None => None,
                };
                let attached = place_limit::largest_attachment(tx)?;
                Ok::<_, StoreError>((organisation::domains(tx)?, profile, attached))
            })
            .await?;
        // A regulation that is not known would be one that nobody keeps.
        let profile = profile_id
            .map(|id| {
                profiles::find(&id).with_context(|| {
                    format!("không có quy chế “{id}” của cơ quan: đặt lại tệp {id}.toml vào thư mục server.profiles")
                })
            })
            .transpose()?;
        let mut limit = profile.map_or(36 * MB, |profile| {
            profile
                .message_limit(MailboxKind::Personal)
                .max(profile.message_limit(MailboxKind::Unit))
        });
        if let Some(attached) = attached {
            limit = limit.max(congvu_regulation::on_the_wire(attached));
        }
        Ok(Self {
            primary_domain: domains.into_iter().next(),
            message_limit: limit,
        })
    }
}

pub(crate) fn access(config: &Config, governed: &Governed) -> AccessConfig {
    AccessConfig {
        announce_scram: config.access.announce_scram,
        failures: u32::try_from(config.limits.sign_in_failures).unwrap_or(u32::MAX),
        default_domain: governed.primary_domain.clone(),
    }
}

pub(crate) fn delivery(config: &Config, governed: &Governed) -> DeliveryConfig {
    DeliveryConfig {
        hostname: config.server.hostname.clone(),
        max_received: u32::try_from(config.smtp.max_received).unwrap_or(u32::MAX),
        primary_domain: governed.primary_domain.clone(),
        notice_sender: config.notices.sender.clone(),
        bursts: congvu_delivery::BurstLimits {
            ten_minutes: config.submission.burst_ten_minutes,
            hour: config.submission.burst_hour,
        },
        sending: congvu_delivery::SendingLimits {
            messages_per_hour: u32::try_from(config.submission.messages_per_hour)
                .unwrap_or(u32::MAX),
            recipients_per_day: u32::try_from(config.submission.recipients_per_day)
                .unwrap_or(u32::MAX),
        },
    }
}

pub(crate) fn outbound(config: &Config) -> OutboundConfig {
    let outbound = &config.outbound;
    OutboundConfig {
        homes: outbound
            .homes
            .iter()
            .map(|home| home.domain.clone())
            .collect(),
        schedule: Schedule {
            retries: outbound.retries.clone(),
            expire: outbound.expire,
            delay_notice: outbound.delay_notice,
            backoff: outbound.backoff,
            backoff_most: outbound.backoff_most,
        },
        limits: outbound::Limits {
            connections: outbound.connections,
            per_destination: outbound.per_destination,
            messages_per_connection: outbound.messages_per_connection,
            idle: outbound.idle,
            lease: outbound.lease,
            ..outbound::Limits::default()
        },
        return_full: outbound.return_full,
    }
}

/// How mail leaves: where a domain's servers are, and how they are spoken to.
#[derive(Clone)]
pub(crate) struct WayOut {
    pub(crate) routes: Arc<dyn Routes>,
    pub(crate) transport: Arc<dyn Transport>,
}

/// The way out; `None`: mail stays here, and recipients elsewhere are refused.
pub(crate) fn way_out(config: &Config) -> Result<Option<WayOut>> {
    let outbound = &config.outbound;
    if !outbound.enabled {
        return Ok(None);
    }
    let tls = |asked: WayTls| match asked {
        WayTls::Opportunistic => outbound::Tls::Opportunistic,
        WayTls::Required => outbound::Tls::Required,
        WayTls::Implicit => outbound::Tls::Implicit,
        WayTls::Never => outbound::Tls::Never,
    };
    let hostname = &config.server.hostname;
    let mut routes = RouteConfig::new(hostname.to_ascii_lowercase());
    routes.ipv6 = outbound.ipv6;
    routes.this_machine = true;
    let allowed = outbound.allowed_networks.iter();
    routes.reach.networks = allowed.map(|net| (net.addr(), net.prefix())).collect();
    routes.smart_host = outbound.smart_host.as_ref().map(|host| SmartHost {
        host: host.host.clone(),
        port: host.port,
        protocol: if host.lmtp {
            Protocol::Lmtp
        } else {
            Protocol::Smtp
        },
        tls: tls(host.tls),
        credentials: host.login.as_ref().map(|(user, password)| Credentials {
            user: user.clone(),
            password: password.reveal().to_owned(),
        }),
    });
    for home in &outbound.homes {
        let server = SmartHost {
            host: home.host.clone(),
            port: home.port,
            protocol: Protocol::Smtp,
            tls: tls(outbound.home_tls),
            credentials: None,
        };
        routes.domains.insert(home.domain.clone(), server);
    }
    let resolver = Resolver::new(&DnsConfig {
        servers: outbound.name_servers.clone(),
        ..DnsConfig::default()
    })
    .context("không biết hỏi máy chủ DNS nào; đặt outbound.name_servers, hoặc outbound.enabled = false nếu không gửi thư ra ngoài")?;
    let client = SmtpClient::new(client(config)?)?;
    Ok(Some(WayOut {
        routes: Arc::new(Router::new(routes, Arc::new(resolver))),
        transport: Arc::new(client),
    }))
}

fn client(config: &Config) -> Result<ClientConfig> {
    let outbound = &config.outbound;
    let mut client = ClientConfig::new(config.server.hostname.clone());
    client.timeouts = Timeouts::for_replies(outbound.timeout);
    if let Some(path) = &outbound.ca_file {
        client.extra_roots_pem = std::fs::read(path)
            .with_context(|| format!("không đọc được outbound.ca_file {}", path.display()))?;
    }
    Ok(client)
}

/// Who is let in: other servers, and people. Apart, so that a flood on port 25 leaves people theirs.
pub(crate) fn limiters(config: &Config) -> (Arc<Limiter>, Arc<Limiter>) {
    let limits = &config.limits;
    let limiter = |connections| {
        Arc::new(Limiter::new(Limits {
            connections,
            per_address: limits.connections_per_address,
            new_per_minute_per_address: u32::try_from(limits.new_per_minute_per_address)
                .unwrap_or(u32::MAX),
            exempt: limits.exempt_networks.clone(),
        }))
    };
    let servers = (limits.connections / 4).max(1);
    (limiter(servers), limiter(limits.connections - servers))
}

/// The e-government platform that is told of accounts, where one is.
pub(crate) fn platform(config: &Config) -> Result<Option<Platform>> {
    let identity = &config.identity;
    let Some((url, token)) = &identity.push else {
        return Ok(None);
    };
    let client = http_client(identity.ca_file.as_deref(), identity.allow_http)?;
    let platform = Platform::new(client, url.clone(), token.reveal());
    let platform = platform.context("identity.push_token có ký tự không gửi được")?;
    Ok(Some(platform))
}

/// The REST API.
pub(crate) fn api(config: &Config, store: &Store) -> Result<Api> {
    let (proxies, exempt) = (
        config.web.proxies.clone(),
        config.limits.exempt_networks.clone(),
    );
    Ok(Api::new(store, profiles::law())
        .with_phones(config.directory.phones)
        .signing(key(config)?, config.audit.checkpoints.clone())
        .sweeping(config.governance.sweep_most)
        .behind(Arc::new(move |ip| {
            proxies.iter().any(|network| network.contains(ip))
        }))
        .exempting(Arc::new(move |ip| {
            exempt.iter().any(|network| network.contains(ip))
        })))
}

/// The servers that people's programs speak to: by what name they listen, what for, and whether TLS begins with the connection.
const MAIL_SERVERS: [(&str, Service, bool); 6] = [
    ("imaps", Service::Imap, true),
    ("imap", Service::Imap, false),
    ("pop3s", Service::Pop3, true),
    ("pop3", Service::Pop3, false),
    ("submissions", Service::Submission, true),
    ("submission", Service::Submission, false),
];

/// What mail programs will be told to speak to, by the configuration alone.
pub(crate) fn mail_servers(config: &Config) -> Servers {
    let listens = |name: &str| match name {
        "imaps" => &config.imap.listen_tls,
        "imap" => &config.imap.listen,
        "pop3s" => &config.pop3.listen_tls,
        "pop3" => &config.pop3.listen,
        "submissions" => &config.submission.listen_tls,
        _ => &config.submission.listen,
    };
    servers_at(config.tls.is_some(), |name| {
        listens(name).first().map(std::net::SocketAddr::port)
    })
}

/// The servers of [`MAIL_SERVERS`] that have a port; none where nothing can be enciphered.
pub(crate) fn servers_at(has_tls: bool, port: impl Fn(&str) -> Option<u16>) -> Servers {
    let servers = MAIL_SERVERS.into_iter().filter(|_| has_tls);
    let known = servers.filter_map(|(name, service, implicit_tls)| {
        Some(MailServer {
            service,
            implicit_tls,
            port: port(name)?,
        })
    });
    Servers::new(known.collect())
}

/// The pages.
pub(crate) fn site(
    config: &Config,
    governed: &Governed,
    access: &Access,
    delivery: &Delivery,
) -> Result<Site> {
    let identity = &config.identity;
    let sso = match &identity.oidc {
        None => None,
        Some(oidc) => {
            let client = http_client(identity.ca_file.as_deref(), identity.allow_http)?;
            let settings = SsoSettings {
                issuer: oidc.issuer.clone(),
                client_id: oidc.client_id.clone(),
                client_secret: oidc.client_secret.reveal().to_owned(),
                claim: oidc.claim.clone(),
                scopes: oidc.scopes.clone(),
                label: oidc.label.clone(),
            };
            Some(Sso::new(client, settings))
        }
    };
    let proxies = config.web.proxies.clone();
    let pages = SiteConfig {
        hostname: config.server.hostname.clone(),
        message_limit: config
            .smtp
            .max_message_size
            .unwrap_or(governed.message_limit),
        max_recipients: config.smtp.max_recipients,
        phones: config.directory.phones,
        factor_demanded: config.access.second_factor == "roles",
        proxies: Arc::new(move |ip| proxies.iter().any(|network| network.contains(ip))),
        signers: signers(config)?,
    };
    let site = Site::new(access, delivery, profiles::law(), pages);
    let file = &config.audit.key;
    let key = Key::open(file).with_context(|| format!("không mở được khóa {}", file.display()))?;
    let site = site
        .with_settings(settings(config))
        .with_name_servers(config.outbound.name_servers.clone())
        .with_signer(key);
    Ok(site.with_sso(sso, identity.local_sign_in))
}

/// The settings in force, for the page that tells them.
fn settings(config: &Config) -> Settings {
    let mut sections: Vec<SettingsSection> = Vec::new();
    for shown in &config.shown {
        let (name, title) = shown.section;
        let setting = Setting {
            key: shown.key,
            help: shown.help,
            value: shown.value.clone(),
            default: shown.default.clone(),
            place: shown.place.clone(),
        };
        match sections.last_mut().filter(|section| section.name == name) {
            Some(section) => section.settings.push(setting),
            None => sections.push(SettingsSection {
                name,
                title,
                settings: vec![setting],
            }),
        }
    }
    Settings {
        sections,
        certificate: config.tls.as_ref().map(|files| files.certificate.clone()),
    }
}

/// Who is trusted to certify those who sign mail.
fn signers(config: &Config) -> Result<Anchors> {
    let Some(path) = &config.web.smime_ca_file else {
        return Ok(Anchors::default());
    };
    let shown = path.display();
    let pem =
        std::fs::read(path).with_context(|| format!("không đọc được web.smime_ca_file {shown}"))?;
    Anchors::from_pem(&pem).map_err(|error| {
        let why = match error {
            AnchorError::Empty => "không có chứng thư nào (-----BEGIN CERTIFICATE-----)".to_owned(),
            AnchorError::Damaged(at) => format!("chứng thư thứ {at} hỏng"),
            AnchorError::NoAuthority(at, name) => {
                format!("chứng thư thứ {at} ({name}) không phải của cơ quan chứng thực")
            }
        };
        anyhow!("web.smime_ca_file {shown}: {why}")
    })
}

/// The pages, which tell browsers of new mail where that is asked for.
pub(crate) async fn push(config: &Config, site: Site) -> Result<Site> {
    if !config.web.push {
        return Ok(site);
    }
    let outbound = &config.outbound;
    let allowed = outbound.allowed_networks.iter();
    let networks = allowed.map(|net| (net.addr(), net.prefix())).collect();
    let roots = match &outbound.ca_file {
        Some(path) => std::fs::read(path)
            .with_context(|| format!("không đọc được outbound.ca_file {}", path.display()))?,
        None => Vec::new(),
    };
    let pushing = site.with_push(networks, &roots).await;
    pushing.context("không bật được tin báo thư mới (web.push)")
}

pub(crate) fn smtp(config: &Config, governed: &Governed, role: Role) -> SmtpConfig {
    let timeout = match role {
        Role::Mx => config.smtp.timeout,
        Role::Submission => config.submission.idle_timeout,
    };
    SmtpConfig {
        role,
        hostname: config.server.hostname.clone(),
        timeout,
        sign_in_timeout: SIGN_IN_TIMEOUT,
        fruitless_timeout: MESSAGE_TIMEOUT,
        data_timeout: Duration::from_secs(180).min(timeout),
        message_timeout: MESSAGE_TIMEOUT,
        write_timeout: WRITE_TIMEOUT,
        max_recipients: config.smtp.max_recipients,
        max_message_size: config
            .smtp
            .max_message_size
            .unwrap_or(governed.message_limit),
        messages_at_once: MESSAGES_AT_ONCE,
        messages_at_once_per_address: MESSAGES_AT_ONCE / 5,
        max_errors: 20,
        cleartext_login: config.submission.cleartext_login,
        messages_per_minute_per_address: u32::try_from(config.smtp.messages_per_minute_per_address)
            .unwrap_or(u32::MAX),
        exempt: config.limits.exempt_networks.clone(),
    }
}

pub(crate) fn imap(config: &Config, governed: &Governed) -> ImapConfig {
    ImapConfig {
        hostname: config.server.hostname.clone(),
        login_timeout: SIGN_IN_TIMEOUT,
        idle_timeout: config.imap.idle_timeout,
        write_timeout: WRITE_TIMEOUT,
        cleartext_login: config.imap.cleartext_login,
        append_limit: config
            .smtp
            .max_message_size
            .unwrap_or(governed.message_limit),
        admin: config.imap_admin.clone(),
        ..ImapConfig::default()
    }
}

pub(crate) fn pop3(config: &Config) -> Pop3Config {
    Pop3Config {
        hostname: config.server.hostname.clone(),
        idle_timeout: config.pop3.idle_timeout,
        sign_in_timeout: SIGN_IN_TIMEOUT,
        write_timeout: WRITE_TIMEOUT,
        cleartext_login: config.pop3.cleartext_login,
    }
}
