//! A mailbox with mail, somebody who is signed in to it, and the pages.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::request::Builder;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::{Extension, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use congvu_access::{Access, AccessConfig};
use congvu_delivery::{BurstLimits, Delivery, DeliveryConfig, Intake};
use congvu_governance::Law;
use congvu_message::smime::Anchors;
use congvu_store::account::{self, NewAccount};
use congvu_store::entry::{self, NewEntry};
use congvu_store::mailbox::{self, NewMailbox};
use congvu_store::organisation::{self, NewOrganisation};
use congvu_store::web_session::{self, NewWebSession};
use congvu_store::{AccountId, FolderId, MailboxId, Store, StoreError, folder, message, random};
use congvu_web::api::{Api, Peer};
use congvu_web::{MailServer, Servers, Service, Site, SiteConfig, router};
use ring::digest;
use tower_service::Service as _;

/// Who certifies the signers of `crates/message/tests/smime`.
const AUTHORITIES: &[u8] = include_bytes!("../../../message/tests/smime/authorities.pem");

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) access: Access,
    pub(crate) router: Router,
    pub(crate) site: Site,
    pub(crate) mailbox: MailboxId,
    cookie: String,
}

/// What listens.
fn servers() -> Servers {
    let server = |service, implicit_tls, port| MailServer {
        service,
        implicit_tls,
        port,
    };
    Servers::new(vec![
        server(Service::Imap, false, 143),
        server(Service::Imap, true, 993),
        server(Service::Pop3, true, 995),
        server(Service::Submission, true, 465),
    ])
}

/// An account with a mailbox, and the cookie of a session.
async fn person(store: &Store, login: &'static str) -> (MailboxId, String) {
    let seal = random::<32>();
    let made = store.write(move |tx| {
        let organisation = match organisation::root(tx)? {
            Some(root) => root.id,
            None => organisation::create(
                tx,
                &NewOrganisation {
                    parent: None,
                    kind: "province",
                    name: "Tỉnh Sơn La",
                    short_name: "ubnd",
                    profile: Some("son-la"),
                },
            )?,
        };
        let domain = match organisation::domain(tx, "sonla.gov.vn")? {
            Some(domain) => domain,
            None => organisation::create_domain(tx, "sonla.gov.vn")?,
        };
        let account: AccountId = account::create(
            tx,
            &NewAccount {
                login,
                organisation,
                person: None,
                role: "user",
                password: None,
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
                name: "Lò Thị An",
                quota: 1 << 30,
                local_part: login.split('@').next().unwrap_or_default(),
                domain,
            },
        )?;
        let digest = digest::digest(&digest::SHA256, &seal);
        let (epoch, _) = account::epoch(tx, account)?.unwrap_or_default();
        let ends_at = tx.now() + 30 * 86_400_000;
        web_session::open(
            tx,
            &NewWebSession {
                account,
                digest: digest.as_ref(),
                epoch,
                idle_ms: 30 * 86_400_000,
                ends_at,
                limited: false,
                client_ip: "127.0.0.1",
                agent: "",
            },
        )?;
        Ok::<_, StoreError>(mailbox)
    });
    let mailbox = made.await.unwrap();
    (mailbox, format!("congvu={}", URL_SAFE_NO_PAD.encode(seal)))
}

impl World {
    pub(crate) async fn new(store: &Store) -> Self {
        Self::limited(store, 0).await
    }

    /// Where each sends at most so many messages in an hour; 0 for no limit.
    pub(crate) async fn limited(store: &Store, messages_per_hour: u32) -> Self {
        let (mailbox, cookie) = person(store, "an@sonla.gov.vn").await;
        Self::at(store, mailbox, cookie, messages_per_hour)
    }

    /// The same person on the pages of another node.
    pub(crate) fn on(&self, store: &Store) -> Self {
        Self::at(store, self.mailbox, self.cookie.clone(), 0)
    }

    fn at(store: &Store, mailbox: MailboxId, cookie: String, messages_per_hour: u32) -> Self {
        let access = Access::start(
            store,
            AccessConfig {
                announce_scram: false,
                failures: 20,
                default_domain: None,
            },
        );
        let delivery = Delivery::new(
            store,
            DeliveryConfig {
                hostname: "mx.sonla.gov.vn".to_owned(),
                max_received: 100,
                primary_domain: None,
                notice_sender: None,
                bursts: BurstLimits::default(),
                sending: congvu_delivery::SendingLimits {
                    messages_per_hour,
                    recipients_per_day: 0,
                },
            },
        );
        let law = Law::default();
        let config = SiteConfig {
            hostname: "mx.sonla.gov.vn".to_owned(),
            message_limit: 20 << 20,
            max_recipients: 100,
            phones: false,
            factor_demanded: true,
            proxies: Arc::new(|_| false),
            signers: Anchors::from_pem(AUTHORITIES).unwrap(),
        };
        let site = Site::new(&access, &delivery, law, config)
            .with_servers(servers())
            // Nobody answers there, and says so at once.
            .with_name_servers(vec!["127.0.0.1:1".parse().unwrap()]);
        let router = router(&site, &Api::new(store, law)).layer(Extension(Peer {
            ip: [127, 0, 0, 1].into(),
            is_tls: false,
        }));
        Self {
            store: store.clone(),
            access,
            router,
            site,
            mailbox,
            cookie,
        }
    }

    /// Somebody else in the same place, on the same pages.
    pub(crate) async fn other(&self) -> Self {
        self.named("binh@sonla.gov.vn").await
    }

    /// As [`Self::other`], with a name.
    pub(crate) async fn named(&self, login: &'static str) -> Self {
        let (mailbox, cookie) = person(&self.store, login).await;
        Self {
            store: self.store.clone(),
            access: self.access.clone(),
            router: self.router.clone(),
            site: self.site.clone(),
            mailbox,
            cookie,
        }
    }

    /// A folder of this name, made where it is missing.
    pub(crate) async fn folder(
        &self,
        name: &'static str,
        special_use: Option<&'static str>,
    ) -> FolderId {
        let mailbox = self.mailbox;
        let made = self.store.write(move |tx| {
            if folder::find(tx, mailbox, name)?.is_none() {
                folder::create(tx, mailbox, name, special_use)?;
            }
            Ok::<_, StoreError>(folder::find(tx, mailbox, name)?.unwrap().id)
        });
        made.await.unwrap()
    }

    /// Puts a message into a folder; its UID.
    pub(crate) async fn put(&self, folder: FolderId, at: i64, flags: i64, letter: &str) -> u32 {
        let mut intake = Intake::new(&self.store, 1 << 20, None);
        let letter = letter.replace('\n', "\r\n");
        intake.write(letter.as_bytes()).await.unwrap();
        let incoming = intake.finish().await.unwrap();
        let put = self.store.write(move |tx| {
            let stored = message::put(tx, &incoming.staged, &incoming.new_message())?;
            let new = NewEntry {
                folder,
                message: stored.id,
                message_size: stored.size,
                flags,
                internal_at: at,
                prefix: b"",
            };
            Ok::<_, StoreError>(entry::append(tx, &new)?.uid)
        });
        put.await.unwrap()
    }

    /// As the browser asks that holds the session.
    pub(crate) fn request(&self, method: &str, path: &str) -> Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, &self.cookie)
    }

    /// As somebody asks who is not signed in.
    pub(crate) async fn send(&self, request: Request<Body>) -> (StatusCode, String) {
        let response = self.router.clone().call(request).await.unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 16 << 20).await.unwrap();
        (status, String::from_utf8(bytes.to_vec()).unwrap())
    }

    async fn ask(&self, method: &str, path: &str, body: String) -> (StatusCode, String, String) {
        let request = self
            .request(method, path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        let response = self.router.clone().call(request).await.unwrap();
        let status = response.status();
        let to = response.headers().get(header::LOCATION);
        let to = to.map_or_else(String::new, |to| to.to_str().unwrap().to_owned());
        let bytes = to_bytes(response.into_body(), 16 << 20).await.unwrap();
        (status, to, String::from_utf8(bytes.to_vec()).unwrap())
    }

    pub(crate) async fn get(&self, path: &str) -> (StatusCode, String, String) {
        self.ask("GET", path, String::new()).await
    }

    /// The same browser with other cookies beside the session's.
    pub(crate) fn with_cookie(&self, more: &str) -> Self {
        Self {
            cookie: format!("{}; {more}", self.cookie),
            ..self.clone()
        }
    }

    /// Sends a form; the headers of the answer.
    pub(crate) async fn headers(&self, path: &str, fields: &[(&str, &str)]) -> HeaderMap {
        let request = self
            .request("POST", path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(self.form(fields).await))
            .unwrap();
        let response = self.router.clone().call(request).await.unwrap();
        response.headers().clone()
    }

    /// Sends a form that is answered with a file; its headers and its bytes, where they come to their end.
    pub(crate) async fn download(
        &self,
        path: &str,
        fields: &[(&str, &str)],
    ) -> (HeaderMap, Option<Vec<u8>>) {
        let request = self
            .request("POST", path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(self.form(fields).await))
            .unwrap();
        let response = self.router.clone().call(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let headers = response.headers().clone();
        let bytes = to_bytes(response.into_body(), 64 << 20).await;
        (headers, bytes.ok().map(Into::into))
    }

    /// Sends a form, as a page of ours has it.
    pub(crate) async fn post(
        &self,
        path: &str,
        fields: &[(&str, &str)],
    ) -> (StatusCode, String, String) {
        self.ask("POST", path, self.form(fields).await).await
    }

    /// A form with its token.
    async fn form(&self, fields: &[(&str, &str)]) -> String {
        let (_, _, page) = self.get("/tai-khoan").await;
        let (_, rest) = page.split_once("name=\"csrf\" value=\"").unwrap();
        let (token, _) = rest.split_once('"').unwrap();
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("csrf", token);
        body.extend_pairs(fields);
        body.finish()
    }
}
