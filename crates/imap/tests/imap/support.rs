//! A server, its clients, and transcripts.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use congvu_access::{Access, AccessConfig, hash_password};
use congvu_delivery::{Delivery, DeliveryConfig};
use congvu_imap::{ImapConfig, ImapServer, Keepers};
use congvu_store::account::{self, NewAccount};
use congvu_store::mailbox::{self, NewMailbox};
use congvu_store::organisation::{self, NewOrganisation};
use congvu_store::{AccountId, BlobPlace, Engine, MailboxId, Store, StoreConfig, StoreError};
use congvu_wire::{Conn, Shutdown, Stopper, Tls};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

pub(crate) const PASSWORD: &str = "Mat-khau 1@";
pub(crate) const QUOTA: u64 = 200 << 20;

pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) store: Store,
    pub(crate) access: Access,
    pub(crate) delivery: Delivery,
    pub(crate) config: ImapConfig,
    pub(crate) account: AccountId,
    pub(crate) mailbox: MailboxId,
    pub(crate) stopper: Stopper,
    pub(crate) shutdown: Shutdown,
    pub(crate) tls: Option<Tls>,
    pub(crate) keepers: Option<Arc<dyn Keepers>>,
    opening: StoreConfig,
    _database: Option<Database>,
}

/// A PostgreSQL database of its own, dropped at its end.
struct Database {
    admin: String,
    name: String,
}

impl Database {
    /// A client of the server must not run inside the test's runtime.
    fn run(admin: &str, sql: String) {
        let admin = admin.to_owned();
        let run = std::thread::spawn(move || {
            let mut client = postgres::Client::connect(&admin, postgres::NoTls).unwrap();
            client.batch_execute(&sql).unwrap();
        });
        run.join().unwrap();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        Self::run(
            &self.admin,
            format!("DROP DATABASE {} WITH (FORCE)", self.name),
        );
    }
}

async fn open(config: &StoreConfig) -> Store {
    let config = config.clone();
    let opened = tokio::task::spawn_blocking(move || Store::open(&config));
    opened.await.unwrap().unwrap()
}

fn people(store: &Store) -> (Access, Delivery) {
    let access = Access::start(
        store,
        AccessConfig {
            announce_scram: true,
            failures: 20,
            default_domain: Some("sonla.gov.vn".to_owned()),
        },
    );
    let delivery = Delivery::new(
        store,
        DeliveryConfig {
            hostname: "mx.sonla.gov.vn".to_owned(),
            max_received: 100,
            primary_domain: None,
            notice_sender: None,
            bursts: congvu_delivery::BurstLimits::default(),
            sending: congvu_delivery::SendingLimits::default(),
        },
    );
    (access, delivery)
}

impl World {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("congvu.db");
        Self::over(folder, Engine::Sqlite { path }, None).await
    }

    /// `None` where there is no server (see the storage suite).
    pub(crate) async fn on_postgres() -> Option<Self> {
        let Ok(admin) = std::env::var("CONGVU_TEST_PG") else {
            assert!(
                std::env::var("CONGVU_TEST_SKIP_PG").is_ok_and(|skip| skip == "1"),
                "PostgreSQL is missing: run through `cargo xtask test`, or set CONGVU_TEST_PG"
            );
            return None;
        };
        let bytes = congvu_store::random::<8>();
        let name = format!("congvu_test_{:016x}", u64::from_ne_bytes(bytes));
        Database::run(
            &admin,
            format!("CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"),
        );
        let (server, _) = admin.rsplit_once('/').unwrap();
        let url = format!("{server}/{name}");
        let engine = Engine::Postgres { url, writers: 2 };
        let folder = tempfile::tempdir().unwrap();
        Some(Self::over(folder, engine, Some(Database { admin, name })).await)
    }

    /// The store ends and begins again, as after a crash; sessions are over.
    pub(crate) async fn reopen(&mut self) {
        let store = self.store.clone();
        tokio::task::spawn_blocking(move || store.close())
            .await
            .unwrap();
        self.store = open(&self.opening).await;
        (self.access, self.delivery) = people(&self.store);
    }

    async fn over(folder: tempfile::TempDir, engine: Engine, database: Option<Database>) -> Self {
        let opening = StoreConfig {
            engine,
            readers: 2,
            blobs: BlobPlace::Folder(folder.path().join("blobs")),
            inline_max: 16 << 10,
            server: true,
            clock: congvu_store::Clock::default(),
            undelete: std::time::Duration::from_secs(30 * 86_400),
        };
        let store = open(&opening).await;
        let (access, delivery) = people(&store);
        let phc = hash_password(PASSWORD);
        let made = store.write(move |tx| {
            let organisation = organisation::create(
                tx,
                &NewOrganisation {
                    parent: None,
                    kind: "province",
                    name: "Tỉnh Sơn La",
                    short_name: "ubnd",
                    profile: Some("son-la"),
                },
            )?;
            let domain = organisation::create_domain(tx, "sonla.gov.vn")?;
            let account = account::create(
                tx,
                &NewAccount {
                    login: "an@sonla.gov.vn",
                    organisation,
                    person: None,
                    role: "user",
                    password: Some(&phc),
                    must_change: None,
                },
            )?;
            let mailbox = mailbox::create(
                tx,
                &NewMailbox {
                    kind: "personal",
                    organisation,
                    account: Some(account),
                    person: None,
                    name: "An",
                    quota: QUOTA,
                    local_part: "an",
                    domain,
                },
            )?;
            Ok::<_, StoreError>((account, mailbox))
        });
        let (account, mailbox) = made.await.unwrap();
        let (stopper, shutdown) = Shutdown::new();
        Self {
            folder,
            store,
            access,
            delivery,
            config: ImapConfig {
                hostname: "imap.sonla.gov.vn".to_owned(),
                cleartext_login: true,
                write_timeout: Duration::from_secs(10),
                append_limit: 30 << 20,
                ..ImapConfig::default()
            },
            account,
            mailbox,
            stopper,
            shutdown,
            tls: None,
            keepers: None,
            opening,
            _database: database,
        }
    }

    /// A new connection, its greeting still to be read.
    pub(crate) fn connect(&self) -> Client {
        self.connect_from(SocketAddr::from(([127, 0, 0, 1], 4000)))
    }

    pub(crate) fn connect_from(&self, peer: SocketAddr) -> Client {
        let (ours, theirs) = tokio::io::duplex(64 << 10);
        let mut conn = Conn::from_duplex(theirs, peer);
        if let Some(tls) = &self.tls {
            conn = conn.with_tls(tls.clone());
        }
        let mut server = ImapServer::new(self.config.clone(), &self.access, &self.delivery);
        if let Some(keepers) = &self.keepers {
            server = server.with_keepers(Arc::clone(keepers));
        }
        let shutdown = self.shutdown.clone();
        tokio::spawn(async move { server.handle(conn, shutdown).await });
        Client::over(Box::new(ours))
    }

    /// A connection to another server program on the same database, its greeting still to be read.
    pub(crate) async fn connect_to_another_node(&self) -> Client {
        let store = open(&self.opening).await;
        let (access, delivery) = people(&store);
        let (ours, theirs) = tokio::io::duplex(64 << 10);
        let conn = Conn::from_duplex(theirs, SocketAddr::from(([127, 0, 0, 1], 4001)));
        let mut server = ImapServer::new(self.config.clone(), &access, &delivery);
        if let Some(keepers) = &self.keepers {
            server = server.with_keepers(keepers.clone());
        }
        let shutdown = self.shutdown.clone();
        tokio::spawn(async move { server.handle(conn, shutdown).await });
        Client::over(Box::new(ours))
    }

    /// The same, signed in.
    pub(crate) async fn client_of_another_node(&self) -> Client {
        let mut client = self.connect_to_another_node().await;
        client.line().await;
        client.ok("LOGIN an \"Mat-khau 1@\"").await;
        client
    }

    /// How many bytes the future of one connection takes as long as it lives.
    pub(crate) fn future_size(&self) -> usize {
        let (_ours, theirs) = tokio::io::duplex(64);
        let conn = Conn::from_duplex(theirs, SocketAddr::from(([127, 0, 0, 1], 4000)));
        let server = ImapServer::new(self.config.clone(), &self.access, &self.delivery);
        size_of_val(&server.handle(conn, self.shutdown.clone()))
    }

    /// A connection that is signed in.
    pub(crate) async fn client(&self) -> Client {
        let mut client = self.connect();
        client.line().await;
        let done = client.command("LOGIN an \"Mat-khau 1@\"").await;
        assert!(done.last().unwrap().contains(" OK "), "{done:?}");
        client
    }

    /// A connection with a mailbox selected.
    pub(crate) async fn selected(&self, mailbox: &str) -> Client {
        let mut client = self.client().await;
        client.ok(&format!("SELECT {mailbox}")).await;
        client
    }
}

pub(crate) trait Pipe: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Pipe for T {}

pub(crate) struct Client {
    pub(crate) stream: Box<dyn Pipe>,
    pub(crate) buffer: Vec<u8>,
    tags: u32,
}

impl Client {
    pub(crate) fn over(stream: Box<dyn Pipe>) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
            tags: 0,
        }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Reads more; false at the end.
    async fn more(&mut self) -> bool {
        let read = self.stream.read_buf(&mut self.buffer);
        let count = timeout(Duration::from_secs(20), read).await;
        count.expect("the server answers in time").unwrap() > 0
    }

    /// The next line without its CRLF.
    pub(crate) async fn line(&mut self) -> String {
        self.maybe_line().await.expect("the connection is open")
    }

    pub(crate) async fn maybe_line(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|two| two == b"\r\n") {
                let line: Vec<u8> = self.buffer.drain(..end + 2).collect();
                return Some(String::from_utf8_lossy(&line[..end]).into_owned());
            }
            if !self.more().await {
                return None;
            }
        }
    }

    /// Nothing more comes.
    pub(crate) async fn closed(&mut self) {
        assert_eq!(self.maybe_line().await, None);
    }

    pub(crate) async fn octets(&mut self, count: usize) -> Vec<u8> {
        while self.buffer.len() < count {
            assert!(self.more().await, "the literal ends early");
        }
        self.buffer.drain(..count).collect()
    }

    /// Nothing is said for a while.
    pub(crate) async fn silent(&mut self) {
        let read = self.stream.read_buf(&mut self.buffer);
        let got = timeout(Duration::from_millis(150), read).await;
        assert!(got.is_err(), "{:?}", String::from_utf8_lossy(&self.buffer));
    }

    /// Sends a command and gives all lines up to its tagged answer, which
    /// comes without its tag.
    pub(crate) async fn command(&mut self, command: &str) -> Vec<String> {
        self.tags += 1;
        let tag = format!("t{} ", self.tags);
        self.send(format!("{tag}{command}\r\n")).await;
        self.answer(&tag).await
    }

    pub(crate) async fn answer(&mut self, tag: &str) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line = self.line().await;
            if let Some(done) = line.strip_prefix(tag) {
                lines.push(format!("= {done}"));
                return lines;
            }
            lines.push(line);
        }
    }

    /// A command that must succeed; its untagged lines.
    pub(crate) async fn ok(&mut self, command: &str) -> Vec<String> {
        let mut lines = self.command(command).await;
        let done = lines.pop().unwrap();
        assert!(done.starts_with("= OK"), "{command}: {done}");
        lines
    }

    /// Appends a message with a non-synchronising literal.
    pub(crate) async fn append(&mut self, mailbox: &str, flags: &str, message: &[u8]) -> String {
        self.tags += 1;
        let tag = format!("t{} ", self.tags);
        let head = format!("{tag}APPEND {mailbox} {flags}{{{}+}}\r\n", message.len());
        self.send(head).await;
        self.send(message).await;
        self.send("\r\n").await;
        self.answer(&tag).await.pop().unwrap()
    }

    /// Plays a transcript. A line `C: …` is sent with CRLF; a line `S: …` is
    /// what must come, `…` in it standing for anything.
    pub(crate) async fn check(&mut self, transcript: &str) {
        for line in transcript.lines().map(str::trim_start) {
            if let Some(sent) = line.strip_prefix("C:") {
                let sent = sent.strip_prefix(' ').unwrap_or(sent);
                self.send(format!("{sent}\r\n")).await;
            } else if let Some(expected) = line.strip_prefix("S:") {
                let expected = expected.strip_prefix(' ').unwrap_or(expected);
                let got = self.line().await;
                assert!(
                    like(expected, &got),
                    "expected {expected:?}\n     got {got:?}"
                );
            } else if !line.is_empty() {
                panic!("neither C: nor S: in {line:?}");
            }
        }
    }
}

fn like(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('…');
    let first = pieces.next().unwrap();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let pieces: Vec<&str> = pieces.collect();
    let Some((last, middle)) = pieces.split_last() else {
        return rest.is_empty();
    };
    for piece in middle {
        let Some(at) = rest.find(piece) else {
            return false;
        };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

/// A small message.
pub(crate) fn message(subject: &str) -> Vec<u8> {
    format!(
        "From: Nguyen Van An <an@sonla.gov.vn>\r\nTo: binh@sonla.gov.vn\r\nSubject: {subject}\r\n\
         Date: Sun, 22 Nov 2026 09:00:00 +0700\r\nMessage-ID: <{subject}@sonla.gov.vn>\r\n\r\nText of {subject}\r\n"
    )
    .into_bytes()
}

/// Bytes that no compression makes small, after a small header.
pub(crate) fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let mut out = b"Subject: big\r\nX-Big: yes\r\n\r\n".to_vec();
    while out.len() < len {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        out.push(b'!' + (state % 90) as u8);
        if out.len().is_multiple_of(76) {
            out.extend_from_slice(b"\r\n");
        }
    }
    out
}
