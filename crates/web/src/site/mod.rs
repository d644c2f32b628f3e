//! What all pages share: who looks at them, how they look, what they may do.

mod assets;
mod fields;
mod frame;
mod headers;
mod lang;
mod oops;
mod session;
mod when;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::response::Redirect;
use axum::routing::get;
use congvu_access::Access;
use congvu_delivery::Delivery;
use congvu_governance::Law;
use congvu_governance::audit::{Checkpoints, Key};
use congvu_message::smime::Anchors;
use congvu_store::{Store, StoreError, halfway, organisation, passkey, web_session};

use crate::api::{self, Among, Api};
use crate::{console, door, help, mail, order, people, public, push, setup};

pub(crate) use fields::Fields;
pub(crate) use frame::{Frame, html};
pub(crate) use headers::{EDITOR_POLICY, FRAME_POLICY};
pub(crate) use lang::Lang;
pub(crate) use oops::{Oops, Page, not_found};
pub(crate) use session::{
    BELOW, BY_MESSAGE, DENSITIES, DENSITY, KEYS, LOOK, NO_KEYS, PANE, Seal, User, Visitor,
    clear_cookie, clear_half_cookie, cookie, new_seal, set_cookie, set_half_cookie,
};
pub(crate) use when::{full, hour, named_day, short};

/// How often sessions that are over by time are looked for.
const EXPIRE: Duration = Duration::from_secs(60);
/// So many are removed in one transaction.
const EXPIRE_AT_ONCE: i64 = 500;

/// What the pages stand on. Cheap to clone.
#[derive(Clone)]
pub struct Site {
    pub(crate) store: Store,
    pub(crate) access: Access,
    pub(crate) delivery: Delivery,
    pub(crate) law: Law,
    pub(crate) config: Arc<SiteConfig>,
    /// Browsers that are told what changes.
    pub(crate) live: mail::Open,
    /// What mail programs are told to speak to.
    pub(crate) servers: Arc<setup::Servers>,
    /// Who is asked what the DNS says of us.
    pub(crate) name_servers: Arc<[SocketAddr]>,
    /// Browsers are told of new mail while no page is open.
    pub(crate) push: Option<Arc<push::Push>>,
    /// What records of hand-overs are signed with.
    pub(crate) signer: Option<Arc<Key>>,
    /// Where people are signed in for both systems.
    pub(crate) sso: Option<door::Sso>,
    /// Whether they sign in with a password here, too.
    pub(crate) local_sign_in: bool,
    /// What the console counted some minutes ago.
    pub(crate) figures: console::Figures,
    /// What the records are held against, and what the last check of them told.
    pub(crate) verifying: Arc<console::Verifying>,
    /// The settings in force, which the console tells.
    pub(crate) settings: Arc<console::Settings>,
}

/// Settings of the pages.
pub struct SiteConfig {
    /// This server's name, in Message-IDs and trace lines.
    pub hostname: String,
    /// The largest message that may be sent, in bytes as it goes.
    pub message_limit: u64,
    /// The most recipients of one message.
    pub max_recipients: usize,
    /// Telephone numbers are shown and found inside (`directory.phones`); outside the regulation says so.
    pub phones: bool,
    /// Who has a role of administration sets a second factor up before anything else (`access.second_factor`).
    pub factor_demanded: bool,
    /// Reverse proxies of ours.
    pub proxies: Among,
    /// Whom is trusted to say who signed a message (`web.smime_ca_file`).
    pub signers: Anchors,
}

impl std::fmt::Debug for SiteConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SiteConfig")
    }
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Site")
    }
}

impl Site {
    /// Pages on a store, for those whom `access` lets in, whose mail `delivery` takes.
    #[must_use]
    pub fn new(access: &Access, delivery: &Delivery, law: Law, config: SiteConfig) -> Self {
        Self {
            store: delivery.store().clone(),
            access: access.clone(),
            delivery: delivery.clone(),
            law,
            config: Arc::new(config),
            live: mail::Open::default(),
            servers: Arc::default(),
            name_servers: Arc::default(),
            push: None,
            signer: None,
            sso: None,
            local_sign_in: true,
            figures: console::Figures::default(),
            verifying: Arc::default(),
            settings: Arc::default(),
        }
    }

    /// With the checkpoints that the record of acts is held against.
    #[must_use]
    pub fn with_checkpoints(self, checkpoints: Arc<Checkpoints>) -> Self {
        Self {
            verifying: Arc::new(console::Verifying::with(checkpoints)),
            ..self
        }
    }

    /// People are signed in by another system (TQ.10.1.b), and with a password here as well, or not.
    #[must_use]
    pub fn with_sso(self, sso: Option<door::Sso>, local_sign_in: bool) -> Self {
        Self {
            sso,
            local_sign_in,
            ..self
        }
    }

    /// With the settings in force, which the console tells.
    #[must_use]
    pub fn with_settings(mut self, settings: console::Settings) -> Self {
        self.settings = Arc::new(settings);
        self
    }

    /// Records of hand-overs are signed with this key (TQ.11.3, HCM.12.2).
    #[must_use]
    pub fn with_signer(self, key: Key) -> Self {
        Self {
            signer: Some(Arc::new(key)),
            ..self
        }
    }

    /// With the servers that mail programs are told of.
    #[must_use]
    pub fn with_servers(mut self, servers: setup::Servers) -> Self {
        self.servers = Arc::new(servers);
        self
    }

    /// With the name servers that are asked what the DNS says of us; none: those of the machine.
    #[must_use]
    pub fn with_name_servers(mut self, servers: Vec<SocketAddr>) -> Self {
        self.name_servers = servers.into();
        self
    }

    /// Removes sessions that are over by time, until dropped.
    pub async fn keep_expiring(self) {
        let mut tick = tokio::time::interval(EXPIRE);
        loop {
            tick.tick().await;
            let ended = self.store.write_bulk(|tx| {
                halfway::expire(tx, EXPIRE_AT_ONCE)?;
                passkey::expire(tx, EXPIRE_AT_ONCE)?;
                web_session::expire(tx, EXPIRE_AT_ONCE)
            });
            let ended: Result<u64, StoreError> = ended.await;
            if let Err(error) = ended {
                tracing::warn!(%error, "sessions that are over could not be removed");
            }
        }
    }

    /// Does what people asked to be done to their mail later, until dropped.
    pub async fn keep_sending_later(self) {
        mail::keep_sending_later(&self).await;
    }

    /// What the place is called whose mail this is: the top of the tree.
    pub(crate) async fn place(&self) -> Result<String, Oops> {
        let root = self.store.read(organisation::root).await;
        Ok(root?.map_or_else(String::new, |root| root.name))
    }
}

/// Everything that is served: pages, and the API under `/api`.
pub fn router(site: &Site, api: &Api) -> Router {
    Router::new()
        .route("/", get(|| async { Redirect::to("/thu") }))
        .route("/a/{version}/{name}", get(assets::serve))
        .merge(door::routes())
        .merge(mail::routes())
        .merge(console::routes())
        .merge(people::routes())
        .merge(public::routes())
        .merge(order::routes())
        .merge(help::routes())
        .merge(push::routes())
        .merge(setup::routes())
        .fallback(setup::elsewhere)
        .layer(DefaultBodyLimit::max(fields::LARGEST))
        .layer(from_fn_with_state(site.clone(), headers::guard))
        .with_state(site.clone())
        .merge(api::part(api))
        .merge(crate::scim::part(api))
}
