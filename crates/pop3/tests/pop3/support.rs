//! What the tests share: a small system, and a peer that talks by transcripts.

use std::time::Duration;

use congvu_access::{Access, AccessConfig, hash_password};
use congvu_pop3::{Pop3Config, Pop3Server};
use congvu_store::account::{self, NewAccount};
use congvu_store::entry::{self, NewEntry};
use congvu_store::mailbox::{self, NewMailbox};
use congvu_store::message::{self, NewMessage};
use congvu_store::organisation::{self, NewOrganisation};
use congvu_store::{
    AccountId, BlobPlace, Engine, FolderId, MailboxId, Store, StoreConfig, StoreError, folder,
    now_ms,
};
use congvu_wire::{Conn, SelfSigned, Shutdown, Stopper, Tls, self_signed};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

pub(crate) const LOGIN: &str = "lan@so.example";
pub(crate) const PASSWORD: &str = "Mật khẩu@1";
/// Nothing a test waits for takes so long.
const LONG: Duration = Duration::from_secs(20);

/// An organisation with one account.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) access: Access,
    pub(crate) account: AccountId,
    pub(crate) mailbox: MailboxId,
    pub(crate) inbox: FolderId,
    pub(crate) config: Pop3Config,
    pub(crate) stopper: Stopper,
    pub(crate) shutdown: Shutdown,
    pub(crate) certificates: SelfSigned,
    _dir: TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let config = StoreConfig {
            engine: Engine::Sqlite {
                path: dir.path().join("congvu.db"),
            },
            readers: 2,
            blobs: BlobPlace::Folder(dir.path().join("blobs")),
            inline_max: 16 << 10,
            server: true,
            clock: congvu_store::Clock::default(),
            undelete: std::time::Duration::from_secs(30 * 86_400),
        };
        let opened = tokio::task::spawn_blocking(move || Store::open(&config));
        let store = opened.await.unwrap().unwrap();
        let phc = hash_password(PASSWORD);
        let (account, mailbox, inbox) = store
            .write(move |tx| {
                let domain = organisation::create_domain(tx, "so.example")?;
                let place = NewOrganisation {
                    parent: None,
                    kind: "province",
                    name: "Tỉnh A",
                    short_name: "a",
                    profile: None,
                };
                let organisation = organisation::create(tx, &place)?;
                let account = NewAccount {
                    login: LOGIN,
                    organisation,
                    person: None,
                    role: "user",
                    password: Some(&phc),
                    must_change: None,
                };
                let account = account::create(tx, &account)?;
                let mailbox = NewMailbox {
                    kind: "personal",
                    organisation,
                    account: Some(account),
                    person: None,
                    name: "Lan",
                    quota: 1 << 30,
                    local_part: "lan",
                    domain,
                };
                let mailbox = mailbox::create(tx, &mailbox)?;
                let inbox = folder::find(tx, mailbox, "INBOX")?.unwrap();
                Ok::<_, StoreError>((account, mailbox, inbox.id))
            })
            .await
            .unwrap();
        let access = Access::start(
            &store,
            AccessConfig {
                announce_scram: true,
                failures: 4,
                default_domain: Some("so.example".into()),
            },
        );
        let (stopper, shutdown) = Shutdown::new();
        Self {
            store,
            access,
            account,
            mailbox,
            inbox,
            config: Pop3Config {
                hostname: "mail.so.example".into(),
                idle_timeout: Duration::from_secs(600),
                sign_in_timeout: Duration::from_secs(60),
                write_timeout: LONG,
                cleartext_login: true,
            },
            stopper,
            shutdown,
            certificates: self_signed(&["mail.so.example".into()]).unwrap(),
            _dir: dir,
        }
    }

    /// A world whose INBOX holds these messages, with no lines of the recipient's own.
    pub(crate) async fn with(messages: &[&str]) -> Self {
        let world = Self::new().await;
        for text in messages {
            world.deliver("", [text.as_bytes()]).await;
        }
        world
    }

    /// Puts a message, given in pieces, into the INBOX; returns its UID.
    pub(crate) async fn deliver(
        &self,
        prefix: &'static str,
        pieces: impl IntoIterator<Item = impl AsRef<[u8]>>,
    ) -> u32 {
        let mut writer = self.store.blobs().writer();
        for piece in pieces {
            writer.write(piece.as_ref()).await.unwrap();
        }
        let staged = writer.finish().await.unwrap();
        let inbox = self.inbox;
        let new = NewMessage {
            header_len: 0,
            sent_at: None,
            message_id: None,
            subject: String::new(),
            preview: String::new(),
            references: String::new(),
            envelope: Vec::new(),
            structure: Vec::new(),
            marks: None,
        };
        let appended = self.store.write(move |tx| {
            let stored = message::put(tx, &staged, &new)?;
            let new = NewEntry {
                folder: inbox,
                message: stored.id,
                message_size: stored.size,
                flags: 0,
                internal_at: now_ms(),
                prefix: prefix.as_bytes(),
            };
            entry::append(tx, &new)
        });
        appended.await.unwrap().uid
    }

    /// UIDs in the INBOX.
    pub(crate) async fn uids(&self) -> Vec<u32> {
        let inbox = self.inbox;
        let read = self.store.read(move |tx| {
            let mut uids = Vec::new();
            entry::scan(tx, inbox, (1, u32::MAX), entry::Want::Entry, |entry| {
                uids.push(entry.uid()?);
                Ok(true)
            })?;
            Ok::<_, StoreError>(uids)
        });
        read.await.unwrap()
    }

    /// The INBOX's UIDVALIDITY.
    pub(crate) async fn uid_validity(&self) -> u32 {
        let inbox = self.inbox;
        let read = self.store.read(move |tx| folder::get(tx, inbox));
        read.await.unwrap().unwrap().uid_validity
    }

    pub(crate) fn server(&self) -> Pop3Server {
        Pop3Server::new(self.config.clone(), &self.access, &self.store)
    }

    pub(crate) fn tls(&self) -> Tls {
        let made = &self.certificates;
        Tls::from_pem(made.cert_pem.as_bytes(), made.key_pem.as_bytes()).unwrap()
    }

    /// A peer on this machine, greeted; the endpoint has no TLS.
    pub(crate) async fn connect(&self) -> Peer {
        self.connect_as([127, 0, 0, 1], None).await
    }

    /// A peer on another machine; the endpoint has TLS.
    pub(crate) async fn connect_from_afar(&self) -> Peer {
        self.connect_as([192, 0, 2, 1], Some(self.tls())).await
    }

    async fn connect_as(&self, peer: [u8; 4], tls: Option<Tls>) -> Peer {
        let (theirs, ours) = tokio::io::duplex(256 << 10);
        let mut conn = Conn::from_duplex(ours, (peer, 40_000).into());
        if let Some(tls) = tls {
            conn = conn.with_tls(tls);
        }
        let (server, shutdown) = (self.server(), self.shutdown.clone());
        tokio::spawn(async move { server.handle(conn, shutdown).await });
        let mut peer = Peer(BufReader::new(Box::new(theirs)));
        peer.talk("S: +OK mail.so.example POP3 server ready").await;
        peer
    }

    /// A peer that is signed in.
    pub(crate) async fn signed_in(&self) -> Peer {
        let mut peer = self.connect().await;
        peer.sign_in().await;
        peer
    }

    /// Asks for STLS and does the handshake.
    pub(crate) async fn start_tls(&self, mut peer: Peer) -> Peer {
        peer.talk("C: STLS\nS: +OK Begin TLS").await;
        self.handshake(peer).await
    }

    /// The handshake of a client that trusts this world's certificate.
    pub(crate) async fn handshake(&self, peer: Peer) -> Peer {
        assert!(
            peer.0.buffer().is_empty(),
            "nothing is left of the plain part"
        );
        let mut roots = RootCertStore::empty();
        let ca = self.certificates.ca_pem.as_bytes();
        roots
            .add(CertificateDer::from_pem_slice(ca).unwrap())
            .unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let name = ServerName::try_from("mail.so.example").unwrap();
        let connector = TlsConnector::from(Arc::new(config));
        let stream = connector.connect(name, peer.0.into_inner()).await.unwrap();
        Peer(BufReader::new(Box::new(stream)))
    }
}

pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for S {}

/// The other end of a connection.
pub(crate) struct Peer(BufReader<Box<dyn Stream>>);

impl Peer {
    /// Plays a transcript: sends what stands after `C: `, and expects lines that stand after `S: `;
    /// a `*` at the end of one stands for anything. `S: EOF` expects the end.
    pub(crate) async fn talk(&mut self, transcript: &str) {
        for step in transcript.lines().map(str::trim_start) {
            if step == "S: EOF" {
                assert_eq!(self.rest().await, b"", "nothing before the end");
            } else if let Some(line) = step.strip_prefix("C: ") {
                self.send(format!("{line}\r\n")).await;
            } else if let Some(expected) = step.strip_prefix("S: ") {
                let line = self.line().await;
                let fits = match expected.strip_suffix('*') {
                    Some(start) => line.starts_with(start),
                    None => line == expected,
                };
                assert!(fits, "expected {expected:?}, got {line:?}");
            } else {
                assert_eq!(step, "", "a transcript's lines begin with C: or S:");
            }
        }
    }

    pub(crate) async fn sign_in(&mut self) {
        self.talk(&format!("C: USER {LOGIN}\nS: +OK Send PASS"))
            .await;
        self.talk(&format!("C: PASS {PASSWORD}\nS: +OK Maildrop has *"))
            .await;
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.unwrap();
        self.0.flush().await.unwrap();
    }

    /// A line without its CR LF, both of which must be there.
    pub(crate) async fn line(&mut self) -> String {
        let mut line = Vec::new();
        timeout(LONG, self.0.read_until(b'\n', &mut line))
            .await
            .unwrap()
            .unwrap();
        let line = String::from_utf8(line).unwrap();
        line.strip_suffix("\r\n")
            .unwrap_or_else(|| panic!("not a line: {line:?}"))
            .to_owned()
    }

    /// A multi-line answer after its first line, up to and with the end.
    pub(crate) async fn lines(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        loop {
            let from = all.len();
            let read = timeout(LONG, self.0.read_until(b'\n', &mut all)).await;
            assert_ne!(
                read.unwrap().unwrap(),
                0,
                "ended early: {:?}",
                all.escape_ascii()
            );
            if &all[from..] == b".\r\n" {
                return all;
            }
        }
    }

    /// What one read of the transport gives.
    pub(crate) async fn at_once(&mut self) -> String {
        let mut bytes = vec![0; 256 << 10];
        let count = timeout(LONG, self.0.read(&mut bytes))
            .await
            .unwrap()
            .unwrap();
        bytes.truncate(count);
        String::from_utf8(bytes).unwrap()
    }

    /// Everything up to the end of the connection.
    pub(crate) async fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        timeout(LONG, self.0.read_to_end(&mut rest))
            .await
            .unwrap()
            .unwrap();
        rest
    }
}
