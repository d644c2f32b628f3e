//! The configuration as the program uses it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::entries::Entries;
use super::identity::Identity;
use super::shown::{self, Shown};
use super::{Network, Outbound, Secret};

/// The whole configuration. Paths are ready to be opened; addresses do not clash; what must be set is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Config {
    /// `server.*`
    pub(crate) server: Server,
    /// `store.*`
    pub(crate) store: Store,
    /// `blobs.*`
    pub(crate) blobs: Blobs,
    /// `tls.*`; `None` where no certificate is set.
    pub(crate) tls: Option<TlsFiles>,
    /// `smtp.*`
    pub(crate) smtp: Smtp,
    /// `submission.*` and `submissions.*`
    pub(crate) submission: Submission,
    /// `outbound.*`
    pub(crate) outbound: Outbound,
    /// `imap.*` and `imaps.*`
    pub(crate) imap: Reading,
    /// `imap.admin`; none: not told.
    pub(crate) imap_admin: Option<String>,
    /// `pop3.*` and `pop3s.*`
    pub(crate) pop3: Reading,
    /// `limits.*`
    pub(crate) limits: Limits,
    /// `access.*`
    pub(crate) access: Access,
    /// `notices.*`
    pub(crate) notices: Notices,
    /// `governance.*`
    pub(crate) governance: Governance,
    /// The record of acts.
    pub(crate) audit: Audit,
    /// The e-government platform.
    pub(crate) identity: Identity,
    /// The directory.
    pub(crate) directory: Directory,
    /// `logs.*`
    pub(crate) logs: Logs,
    /// `web.*`
    pub(crate) web: Web,
    /// `operations.*`
    pub(crate) operations: Operations,
    /// All of them, as people read them.
    pub(crate) shown: Vec<Shown>,
}

/// The machine and the program as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Server {
    /// The full domain name.
    pub(crate) hostname: String,
    /// The folder of data.
    pub(crate) data: PathBuf,
    /// The folder of this installation's own regulations.
    pub(crate) profiles: PathBuf,
    /// How the program's log is written.
    pub(crate) log_format: LogFormat,
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub(crate) log_level: String,
    /// How long a stop waits for open sessions.
    pub(crate) shutdown_grace: Duration,
}

/// How the program's log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For collectors.
    Json,
}

/// The database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Store {
    /// Which one, and where.
    pub(crate) engine: Engine,
    /// Threads that read.
    pub(crate) readers: usize,
    /// Threads that write (PostgreSQL; SQLite has one).
    pub(crate) writers: usize,
    /// How long what people removed can be brought back; zero: not at all.
    pub(crate) undelete: Duration,
}

/// Which database, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Engine {
    /// SQLite in this file.
    Sqlite(PathBuf),
    /// PostgreSQL at this address.
    Postgres(Secret),
}

/// The store of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Blobs {
    /// Where large contents are.
    pub(crate) place: BlobPlace,
    /// Contents up to this many bytes, compressed, stay in the database.
    pub(crate) inline_max: u64,
}

/// Where large contents are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BlobPlace {
    /// In this folder.
    Folder(PathBuf),
    /// In an object store.
    S3(S3),
}

/// An object store that speaks S3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct S3 {
    /// Its address.
    pub(crate) endpoint: String,
    /// The bucket.
    pub(crate) bucket: String,
    /// The region.
    pub(crate) region: String,
    /// The access key.
    pub(crate) access_key: Secret,
    /// The secret key.
    pub(crate) secret_key: Secret,
    /// Whether `http://` may be used.
    pub(crate) allow_http: bool,
}

/// The certificate and its key, both PEM files that could be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TlsFiles {
    /// The certificate with its chain.
    pub(crate) certificate: PathBuf,
    /// The private key.
    pub(crate) key: PathBuf,
}

/// Mail from other servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Smtp {
    /// Addresses; none: off.
    pub(crate) listen: Vec<SocketAddr>,
    /// How long a command or a piece of data may take.
    pub(crate) timeout: Duration,
    /// Recipients of one message.
    pub(crate) max_recipients: usize,
    /// Bytes of one message; `None`: from the profile.
    pub(crate) max_message_size: Option<u64>,
    /// `Received` lines of one message.
    pub(crate) max_received: usize,
    /// Messages a minute from one address.
    pub(crate) messages_per_minute_per_address: u64,
}

/// Mail from users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Submission {
    /// Addresses with STARTTLS; none: off.
    pub(crate) listen: Vec<SocketAddr>,
    /// Addresses with TLS from the start; none: off.
    pub(crate) listen_tls: Vec<SocketAddr>,
    /// How long a session may be silent.
    pub(crate) idle_timeout: Duration,
    /// Whether sign-in without TLS is allowed (on loopback).
    pub(crate) cleartext_login: bool,
    /// Messages an account may send in an hour.
    pub(crate) messages_per_hour: u64,
    /// Recipients an account may write to in a day.
    pub(crate) recipients_per_day: u64,
    /// Recipients of an account in ten minutes that are told as an incident; 0: none.
    pub(crate) burst_ten_minutes: u64,
    /// As that, in an hour.
    pub(crate) burst_hour: u64,
}

/// A protocol by which users read their mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Addresses with STARTTLS or STLS; none: off.
    pub(crate) listen: Vec<SocketAddr>,
    /// Addresses with TLS from the start; none: off.
    pub(crate) listen_tls: Vec<SocketAddr>,
    /// How long a session may be silent.
    pub(crate) idle_timeout: Duration,
    /// Whether sign-in without TLS is allowed (on loopback).
    pub(crate) cleartext_login: bool,
}

/// Limits on connections and sign-ins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Open at once, all together.
    pub(crate) connections: usize,
    /// Open at once from one address.
    pub(crate) connections_per_address: usize,
    /// New ones a minute from one address.
    pub(crate) new_per_minute_per_address: u64,
    /// Networks without limits by address.
    pub(crate) exempt_networks: Vec<Network>,
    /// Failed sign-ins in 15 minutes for an address and an account.
    pub(crate) sign_in_failures: u64,
}

/// Signing in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Access {
    /// Whether SCRAM-SHA-256 is announced.
    pub(crate) announce_scram: bool,
    /// `optional` or `roles`: who must have a second factor.
    pub(crate) second_factor: String,
}

/// `[governance]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Governance {
    /// Minutes after midnight in Vietnam.
    pub(crate) sweep_at: u16,
    pub(crate) sweep_most: usize,
    /// Addresses of mailboxes that take requests, beside those that regulations name.
    pub(crate) request_mailboxes: Vec<String>,
}

impl Governance {
    fn of(entries: &Entries) -> Self {
        Self {
            // What cannot be read is told by the check.
            sweep_at: minute(&entries.text("governance.sweep_at")).unwrap_or(90),
            sweep_most: entries.count("governance.sweep_most"),
            request_mailboxes: words(&entries.text("governance.request_mailboxes")),
        }
    }
}

/// A list parted by commas or spaces.
pub(super) fn words(text: &str) -> Vec<String> {
    let words = text.split([',', ' ']).map(str::trim);
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A time of day, `01:30`, as minutes after midnight.
pub(super) fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |part: &str, below: u16| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.then(|| part.parse::<u16>().ok()).flatten();
        number.filter(|number| *number < below)
    };
    Some(two(hours, 24)? * 60 + two(minutes, 60)?)
}

/// The record of acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Audit {
    /// The file of the key that signs checkpoints.
    pub(crate) key: PathBuf,
    /// The file of checkpoints.
    pub(crate) checkpoints: PathBuf,
}

/// The directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Directory {
    /// Whether telephone numbers are shown.
    pub(crate) phones: bool,
}

/// What the system tells its people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Notices {
    /// Whom it is from; none: postmaster.
    pub(crate) sender: Option<String>,
}

/// How long logs are kept, in months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Logs {
    /// The mail log.
    pub(crate) mail_months: u32,
    /// The record of sign-ins.
    pub(crate) sign_in_months: u32,
}

/// HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Web {
    /// Addresses without TLS, for this machine and the proxies; none: off.
    pub(crate) listen: Vec<SocketAddr>,
    /// Addresses with TLS from the start; none: off.
    pub(crate) listen_tls: Vec<SocketAddr>,
    /// Reverse proxies that are believed.
    pub(crate) proxies: Vec<Network>,
    /// Browsers may be told of new mail while no page is open.
    pub(crate) push: bool,
    /// Authorities that are trusted to certify who signs mail (S/MIME), as PEM.
    pub(crate) smime_ca_file: Option<PathBuf>,
}

/// Health and metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Operations {
    /// Loopback addresses; none: off.
    pub(crate) listen: Vec<SocketAddr>,
}

impl Config {
    /// Puts the values where they belong. What the checks have still to refuse (an empty hostname) goes in as it is.
    pub(super) fn of(entries: &Entries) -> Self {
        let data = entries.path("server.data").unwrap_or_default();
        // What is not set lies in the folder of data, wherever that was put.
        let within = |key: &str, name: &str| {
            if entries.is_set(key) {
                entries.path(key).unwrap_or_default()
            } else {
                data.join(name)
            }
        };
        let engine = match entries.text("store.engine").as_str() {
            "postgres" => Engine::Postgres(entries.secret("store.postgres_url")),
            _ => Engine::Sqlite(within("store.sqlite_path", "congvu.db")),
        };
        let place = match entries.text("blobs.kind").as_str() {
            "s3" => BlobPlace::S3(S3 {
                endpoint: entries.text("blobs.s3_endpoint"),
                bucket: entries.text("blobs.s3_bucket"),
                region: entries.text("blobs.s3_region"),
                access_key: entries.secret("blobs.s3_access_key"),
                secret_key: entries.secret("blobs.s3_secret_key"),
                allow_http: entries.bool("blobs.s3_allow_http"),
            }),
            _ => BlobPlace::Folder(within("blobs.path", "blobs")),
        };
        let months = |key: &str| u32::try_from(entries.int(key)).unwrap_or(u32::MAX);
        let tls = entries.path("tls.certificate").zip(entries.path("tls.key"));
        Self {
            shown: shown::shown(entries),
            server: Server {
                hostname: entries.text("server.hostname").to_ascii_lowercase(),
                log_format: match entries.text("server.log_format").as_str() {
                    "json" => LogFormat::Json,
                    _ => LogFormat::Text,
                },
                log_level: entries.text("server.log_level"),
                shutdown_grace: entries.span("server.shutdown_grace"),
                profiles: entries.path("server.profiles").unwrap_or_default(),
                data: data.clone(),
            },
            store: Store {
                engine,
                readers: entries.count("store.readers"),
                writers: entries.count("store.writers"),
                undelete: entries.span("store.undelete"),
            },
            blobs: Blobs {
                place,
                inline_max: entries.int("blobs.inline_max"),
            },
            tls: tls.map(|(certificate, key)| TlsFiles { certificate, key }),
            smtp: Smtp {
                listen: entries.sockets("smtp.listen"),
                timeout: entries.span("smtp.timeout"),
                max_recipients: entries.count("smtp.max_recipients"),
                max_message_size: Some(entries.int("smtp.max_message_size"))
                    .filter(|size| *size > 0),
                max_received: entries.count("smtp.max_received"),
                messages_per_minute_per_address: entries
                    .int("smtp.messages_per_minute_per_address"),
            },
            submission: Submission {
                listen: entries.sockets("submission.listen"),
                listen_tls: entries.sockets("submissions.listen"),
                idle_timeout: entries.span("submission.idle_timeout"),
                cleartext_login: entries.bool("submission.cleartext_login"),
                messages_per_hour: entries.int("submission.messages_per_hour"),
                recipients_per_day: entries.int("submission.recipients_per_day"),
                burst_ten_minutes: entries.int("submission.burst_ten_minutes"),
                burst_hour: entries.int("submission.burst_hour"),
            },
            outbound: Outbound::of(entries),
            imap: Reading {
                listen: entries.sockets("imap.listen"),
                listen_tls: entries.sockets("imaps.listen"),
                idle_timeout: entries.span("imap.idle_timeout"),
                cleartext_login: entries.bool("imap.cleartext_login"),
            },
            imap_admin: Some(entries.text("imap.admin")).filter(|uri| !uri.is_empty()),
            pop3: Reading {
                listen: entries.sockets("pop3.listen"),
                listen_tls: entries.sockets("pop3s.listen"),
                idle_timeout: entries.span("pop3.idle_timeout"),
                cleartext_login: entries.bool("pop3.cleartext_login"),
            },
            limits: Limits {
                connections: entries.count("limits.connections"),
                connections_per_address: entries.count("limits.connections_per_address"),
                new_per_minute_per_address: entries.int("limits.new_per_minute_per_address"),
                exempt_networks: entries.networks("limits.exempt_networks"),
                sign_in_failures: entries.int("limits.sign_in_failures"),
            },
            access: Access {
                announce_scram: entries.bool("access.announce_scram"),
                second_factor: entries.text("access.second_factor"),
            },
            notices: Notices {
                sender: Some(entries.text("notices.sender")).filter(|sender| !sender.is_empty()),
            },
            logs: Logs {
                mail_months: months("logs.mail_months"),
                sign_in_months: months("logs.sign_in_months"),
            },
            governance: Governance::of(entries),
            audit: Audit {
                key: within("audit.key", "nhat-ky.key"),
                checkpoints: within("audit.checkpoints", "nhat-ky-diem-kiem.jsonl"),
            },
            identity: Identity::of(entries),
            directory: Directory {
                phones: entries.bool("directory.phones"),
            },
            web: Web {
                listen: entries.sockets("web.listen"),
                listen_tls: entries.sockets("web.listen_tls"),
                proxies: entries.networks("web.proxies"),
                push: entries.bool("web.push"),
                smime_ca_file: entries.path("web.smime_ca_file"),
            },
            operations: Operations {
                listen: entries.sockets("operations.listen"),
            },
        }
    }
}
