//! A small administration and servers for it.

use std::net::SocketAddr;
use std::sync::Arc;

use congvu_access::{Access, AccessConfig, AppSecret, hash_password};
use congvu_delivery::{Delivery, DeliveryConfig, SendingLimits};
use congvu_smtp::{BUSY, Role, SmtpConfig, SmtpServer};
use congvu_store::account::{self, NewAccount};
use congvu_store::address::{self, Holder};
use congvu_store::blob::BlobRef;
use congvu_store::delegation::{self, NewDelegation, Rights};
use congvu_store::entry::{self, Want};
use congvu_store::group::{self, Member, NewGroup};
use congvu_store::mail_log::{self, Logged};
use congvu_store::mailbox::{self, NewMailbox};
use congvu_store::organisation::{self, NewOrganisation};
use congvu_store::{
    AccountId, BlobPlace, DelegationId, DomainId, Engine, MailboxId, OrganisationId, Store,
    StoreConfig, StoreError, Tx, folder,
};
use congvu_wire::{
    Conn, Endpoint, Limiter, Limits, SelfSigned, Shutdown, Stopper, Tls, listen, self_signed, serve,
};
use tokio::io::{DuplexStream, duplex};

use crate::client::PATIENCE;
pub(crate) use crate::client::{Client, base64, message, plain};

pub(crate) const PASSWORD: &str = "Mat-khau-2026";
pub(crate) const DOMAIN: &str = "tinh.example";

/// Accounts an and binh; day (no room), dong (closed), khoa (locked), moi (must change the password),
/// thủ; groups anyone, insiders or members may write to.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) delivery: Delivery,
    pub(crate) access: Access,
    pub(crate) an: AccountId,
    pub(crate) an_app_password: AppSecret,
    pub(crate) certificates: SelfSigned,
    stopper: Stopper,
    shutdown: Shutdown,
    _folder: tempfile::TempDir,
}

fn mailbox(
    tx: &mut Tx<'_>,
    (organisation, domain): (OrganisationId, DomainId),
    name: &str,
    phc: &str,
) -> Result<(AccountId, MailboxId), StoreError> {
    let account = account::create(
        tx,
        &NewAccount {
            login: &format!("{name}@{DOMAIN}"),
            organisation,
            person: None,
            role: "user",
            password: Some(phc),
            must_change: (name == "moi").then_some(congvu_store::account::MustChange::Issued),
        },
    )?;
    let mailbox = mailbox::create(
        tx,
        &NewMailbox {
            kind: "personal",
            organisation,
            account: Some(account),
            person: None,
            name,
            quota: if name == "day" { 10 } else { 1 << 30 },
            local_part: name,
            domain,
        },
    )?;
    Ok((account, mailbox))
}

fn fill(tx: &mut Tx<'_>, phc: &str, secret: &AppSecret) -> Result<AccountId, StoreError> {
    let organisation = organisation::create(
        tx,
        &NewOrganisation {
            parent: None,
            kind: "province",
            name: "Tỉnh",
            short_name: "tinh",
            profile: None,
        },
    )?;
    let domain = organisation::create_domain(tx, DOMAIN)?;
    let place = (organisation, domain);
    let (an, an_box) = mailbox(tx, place, "an", phc)?;
    let (_, binh_box) = mailbox(tx, place, "binh", phc)?;
    for name in ["day", "moi", "dong", "thủ"] {
        mailbox(tx, place, name, phc)?;
    }
    let (khoa, _) = mailbox(tx, place, "khoa", phc)?;
    account::set_disabled(tx, khoa, true)?;
    let alias = |tx: &mut Tx<'_>, name: &str| {
        address::create(tx, domain, name, "alias", Holder::Mailbox(an_box))
    };
    alias(tx, "vanthu")?;
    alias(tx, "postmaster")?;
    alias(tx, "abuse")?;
    for (name, posting, member) in [
        ("moinguoi", "anyone", an_box),
        ("noibo", "inside", an_box),
        ("lanhdao", "members", binh_box),
    ] {
        let group = group::create(
            tx,
            &NewGroup {
                organisation,
                name,
                posting,
                local_part: name,
                domain,
            },
        )?;
        group::add(tx, group, Member::Mailbox(member))?;
    }
    if let Some(account) = account::by_login(tx, &format!("an@{DOMAIN}"))? {
        secret.store(tx, an, &account.scram_salt, "test")?;
    }
    tx.execute(
        "UPDATE mailbox SET closed_at = $1 WHERE name = 'dong'",
        &[1_i64.into()],
    )?;
    Ok(an)
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::sending(SendingLimits::default()).await
    }

    pub(crate) async fn sending(sending: SendingLimits) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = StoreConfig {
            engine: Engine::Sqlite {
                path: folder.path().join("congvu.db"),
            },
            readers: 2,
            blobs: BlobPlace::Folder(folder.path().join("blobs")),
            inline_max: 4096,
            server: true,
            clock: congvu_store::Clock::default(),
            undelete: std::time::Duration::from_secs(30 * 86_400),
        };
        let store = tokio::task::spawn_blocking(move || Store::open(&config))
            .await
            .expect("ran")
            .expect("opens");
        let an_app_password = AppSecret::generate();
        let (phc, secret) = (hash_password(PASSWORD), an_app_password.clone());
        let an = store
            .write(move |tx| fill(tx, &phc, &secret))
            .await
            .expect("filled");
        let delivery = Delivery::new(
            &store,
            DeliveryConfig {
                hostname: "mx.tinh.example".into(),
                max_received: 5,
                primary_domain: Some(DOMAIN.into()),
                notice_sender: None,
                bursts: congvu_delivery::BurstLimits::default(),
                sending,
            },
        );
        let access = Access::start(
            &store,
            AccessConfig {
                announce_scram: true,
                failures: 5,
                default_domain: Some(DOMAIN.into()),
            },
        );
        let (stopper, shutdown) = Shutdown::new();
        Self {
            store,
            delivery,
            access,
            an,
            an_app_password,
            certificates: self_signed(&["mx.tinh.example".into()]).expect("certificates"),
            stopper,
            shutdown,
            _folder: folder,
        }
    }

    /// A unit mailbox, and what An may do in it.
    pub(crate) async fn unit(
        &self,
        name: &'static str,
        rights: Rights,
    ) -> (MailboxId, DelegationId) {
        let account = self.an;
        let made = self.store.write(move |tx| {
            let organisation = organisation::root(tx)?
                .ok_or(StoreError::NotFound("place"))?
                .id;
            let domain = organisation::domain(tx, DOMAIN)?.ok_or(StoreError::NotFound("domain"))?;
            let unit = mailbox::create(
                tx,
                &NewMailbox {
                    kind: "unit",
                    organisation,
                    account: None,
                    person: None,
                    name,
                    quota: 1 << 30,
                    local_part: name,
                    domain,
                },
            )?;
            let new = NewDelegation {
                mailbox: unit,
                account,
                rights,
                from_at: tx.now(),
                until_at: None,
                document: "",
                document_day: None,
                granted_by: "thủ trưởng",
            };
            Ok::<_, StoreError>((unit, delegation::grant(tx, &new)?))
        });
        made.await.expect("a unit mailbox")
    }

    pub(crate) fn stop(&self) {
        self.stopper.stop();
    }

    pub(crate) fn server(&self, role: Role, change: impl FnOnce(&mut SmtpConfig)) -> Server<'_> {
        let mut config = SmtpConfig::new(role, "mx.tinh.example");
        config.cleartext_login = true;
        change(&mut config);
        let access = (role == Role::Submission).then_some(&self.access);
        Server {
            world: self,
            server: SmtpServer::new(config, &self.delivery, access),
        }
    }

    pub(crate) fn mx(&self) -> Server<'_> {
        self.server(Role::Mx, |_| {})
    }

    pub(crate) fn submission(&self) -> Server<'_> {
        self.server(Role::Submission, |_| {})
    }

    /// The messages in somebody's INBOX, oldest first, as IMAP would show them.
    pub(crate) async fn inbox(&self, name: &str) -> Vec<String> {
        let login = format!("{name}@{DOMAIN}");
        let found: Vec<(Vec<u8>, BlobRef)> = self
            .store
            .read(move |tx| {
                let account = account::by_login(tx, &login)?.expect("an account");
                let mailbox = account.mailbox.expect("a mailbox");
                let inbox = folder::find(tx, mailbox, "INBOX")?.expect("an INBOX");
                let mut found = Vec::new();
                entry::scan(tx, inbox.id, (1, u32::MAX), Want::Blob, |view| {
                    found.push((view.prefix()?.to_vec(), view.blob()?));
                    Ok(true)
                })?;
                Ok::<_, StoreError>(found)
            })
            .await
            .expect("read");
        let mut messages = Vec::new();
        for (mut message, blob) in found {
            let mut reader = self.store.blobs().open_blob(&blob).await.expect("a blob");
            while let Some(chunk) = reader.next().await.expect("bytes") {
                message.extend_from_slice(&chunk);
            }
            messages.push(String::from_utf8_lossy(&message).into_owned());
        }
        messages
    }

    /// Opens somebody's mailbox to mail again.
    pub(crate) async fn open(&self, name: &str) {
        self.close(name, false).await;
    }

    async fn close(&self, name: &str, closed: bool) {
        let login = format!("{name}@{DOMAIN}");
        self.store
            .write(move |tx| {
                let account = account::by_login(tx, &login)?.expect("an account");
                mailbox::set_closed(tx, account.mailbox.expect("a mailbox"), closed)
            })
            .await
            .expect("written");
    }

    /// Retires an address, or closes the mailbox of dong.
    pub(crate) async fn retire(&self, name: &'static str) {
        if name == "dong" {
            return self.close(name, true).await;
        }
        self.store
            .write(move |tx| {
                let domain = organisation::domain(tx, DOMAIN)?.expect("a domain");
                address::retire(tx, domain, name)
            })
            .await
            .expect("written");
    }

    /// The mail log, newest first, refusals included.
    pub(crate) async fn log(&self) -> Vec<Logged> {
        self.delivery.flush_refusals().await;
        self.store
            .read(|tx| mail_log::page(tx, i64::MAX, 1000))
            .await
            .map_err(|error: StoreError| error)
            .expect("the log")
    }

    pub(crate) fn tls(&self) -> Tls {
        let made = &self.certificates;
        Tls::from_pem(made.cert_pem.as_bytes(), made.key_pem.as_bytes()).expect("fits")
    }
}

pub(crate) struct Server<'w> {
    world: &'w World,
    pub(crate) server: SmtpServer,
}

impl Server<'_> {
    /// A client on this machine, greeted.
    pub(crate) async fn connect(&self) -> Client<DuplexStream> {
        self.connect_from("127.0.0.1:50000").await
    }

    pub(crate) async fn connect_from(&self, peer: &str) -> Client<DuplexStream> {
        let peer: SocketAddr = peer.parse().expect("an address");
        self.connect_by(peer, false).await
    }

    /// A client of a server with a certificate.
    pub(crate) async fn connect_tls(&self, peer: &str) -> Client<DuplexStream> {
        self.connect_by(peer.parse().expect("an address"), true)
            .await
    }

    /// Serves on a port of its own.
    pub(crate) fn listen(&self, limits: Limits, implicit_tls: bool) -> SocketAddr {
        let listener = listen(([127, 0, 0, 1], 0).into()).expect("a free port");
        let addr = listener.local_addr().expect("bound");
        let endpoint = Endpoint {
            name: "test",
            limits: Arc::new(Limiter::new(limits)),
            tls: Some(self.world.tls()),
            implicit_tls,
            tls_handshake_timeout: PATIENCE,
        };
        let (server, shutdown) = (self.server.clone(), self.world.shutdown.clone());
        let told = shutdown.clone();
        let handler = move |conn| {
            let (server, told) = (server.clone(), told.clone());
            async move { server.handle(conn, told).await }
        };
        tokio::spawn(serve(listener, endpoint, BUSY, shutdown, PATIENCE, handler));
        addr
    }

    async fn connect_by(&self, peer: SocketAddr, tls: bool) -> Client<DuplexStream> {
        let (near, far) = duplex(64 << 10);
        let mut conn = Conn::from_duplex(far, peer);
        if tls {
            conn = conn.with_tls(self.world.tls());
        }
        let (server, shutdown) = (self.server.clone(), self.world.shutdown.clone());
        tokio::spawn(async move { server.handle(conn, shutdown).await });
        let mut client = Client::over(near);
        client.expect("220 mx.tinh.example ESMTP").await;
        client
    }

    /// A client that said EHLO.
    pub(crate) async fn greeted(&self) -> Client<DuplexStream> {
        let mut client = self.connect().await;
        client.say("EHLO client.example", "250").await;
        client
    }

    /// A client signed in as an.
    pub(crate) async fn signed_in(&self) -> Client<DuplexStream> {
        let mut client = self.greeted().await;
        client.say(&plain("an", PASSWORD), "235 2.7.0").await;
        client
    }
}
