//! The running server: one task tree, started and stopped together.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use congvu_access::Access;
use congvu_delivery::Delivery;
use congvu_delivery::outbound::Runner;
use congvu_governance::audit::{self, Checkpoints};
use congvu_governance::mailbox;
use congvu_governance::retention::{self, Retention};
use congvu_governance::takedown;
use congvu_imap::ImapServer;
use congvu_pop3::Pop3Server;
use congvu_smtp::{Role, SmtpServer};
use congvu_store::{Store, StoreError, now_ms, queue};
use congvu_web::operations::{self, Metrics};
use congvu_web::{Servers, api};
use congvu_wire::{Conn, Endpoint, Limiter, Shutdown, Stopper, Tls};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::{JoinHandle, JoinSet};

use crate::arriving::ByLaw;
use crate::attaching::keep_attaching;
use crate::by_mail::keep_receiving;
use crate::config::{self, Config};
use crate::governing::{Schedule, keep_governing};
use crate::keepers::Regulated;
use crate::platform::keep_telling;
use crate::wiring::{self, Governed, WayOut};
use crate::{memory, profiles};

const HANDSHAKE: Duration = Duration::from_secs(20);
/// For what a stop does after its grace.
const AFTER_GRACE: Duration = Duration::from_secs(2);
/// For tasks that were told to end to reach a point where they can: an index of many messages is made in one go.
const ABORTED: Duration = Duration::from_secs(20);

/// Where each server listens.
#[derive(Clone, Debug, Default)]
pub(crate) struct Addresses(pub(crate) Vec<(&'static str, SocketAddr)>);

impl Addresses {
    /// The first address of the server called `name`.
    pub(crate) fn get(&self, name: &str) -> Option<SocketAddr> {
        self.0
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, addr)| *addr)
    }

    /// What mail programs are told to speak to: what listens, and is enciphered. What others reach comes before what this machine
    /// alone does.
    fn mail_servers(&self, has_tls: bool) -> Servers {
        let reached = |name: &str| {
            let mut all = self.0.iter().filter(|(known, _)| *known == name);
            let first = all.clone().find(|(_, address)| !address.ip().is_loopback());
            first
                .or_else(|| all.next())
                .map(|(_, address)| address.port())
        };
        wiring::servers_at(has_tls, reached)
    }
}

/// A running server.
pub(crate) struct Running {
    /// Where it listens.
    pub(crate) addresses: Addresses,
    stopper: Stopper,
    grace: Duration,
    servers: JoinSet<()>,
    background: Vec<JoinHandle<()>>,
    access: Access,
    delivery: Delivery,
    store: Store,
}

/// The listening part while it is put together.
struct Builder<'a> {
    config: &'a Config,
    tls: Option<Tls>,
    shutdown: Shutdown,
    /// For other servers.
    servers_limits: Arc<Limiter>,
    /// For people.
    people_limits: Arc<Limiter>,
    addresses: Addresses,
    servers: JoinSet<()>,
}

impl Builder<'_> {
    /// Listens on each address of one server.
    fn serve<H, F>(
        &mut self,
        name: &'static str,
        addresses: &[SocketAddr],
        implicit_tls: bool,
        busy: &'static [u8],
        handler: H,
    ) -> Result<()>
    where
        H: Fn(Conn) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        if implicit_tls && self.tls.is_none() && !addresses.is_empty() {
            tracing::warn!(
                server = name,
                "not started: there is no certificate (tls.certificate, tls.key)"
            );
            return Ok(());
        }
        for address in addresses {
            let listener = congvu_wire::listen(*address)
                .with_context(|| format!("{name} không mở được cổng {address}"))?;
            let bound = listener.local_addr()?;
            tracing::info!(server = name, address = %bound, "listening");
            self.addresses.0.push((name, bound));
            let endpoint = Endpoint {
                name,
                limits: match name {
                    "smtp" => self.servers_limits.clone(),
                    _ => self.people_limits.clone(),
                },
                tls: self.tls.clone(),
                implicit_tls,
                tls_handshake_timeout: HANDSHAKE,
            };
            self.servers.spawn(congvu_wire::serve(
                listener,
                endpoint,
                busy,
                self.shutdown.clone(),
                self.config.server.shutdown_grace,
                handler.clone(),
            ));
        }
        Ok(())
    }

    async fn operations(&mut self, store: &Store, metrics: Option<Metrics>) -> Result<()> {
        for address in &self.config.operations.listen {
            let listener = tokio::net::TcpListener::bind(address)
                .await
                .with_context(|| format!("metrics không mở được cổng {address}"))?;
            self.addresses.0.push(("metrics", listener.local_addr()?));
            let shutdown = self.shutdown.clone();
            let stopping = async move { shutdown.stopping().await };
            self.servers.spawn(operations::serve(
                listener,
                store.clone(),
                metrics.clone(),
                stopping,
            ));
        }
        Ok(())
    }
}

/// Starts everything the configuration asks for.
pub(crate) async fn start(config: &Config, store: &Store, tls: Option<Tls>) -> Result<Running> {
    // Before anything listens: what comes from now on is new.
    let since = now_ms();
    let governed = Governed::read(store).await?;
    if governed.primary_domain.is_none() {
        tracing::warn!("no domain yet: no mail will be accepted (congvu init makes the first one)");
    }
    let kept = wiring::retention(config, store).await?;
    let metrics = Metrics::install();
    let exempt = config.limits.exempt_networks.clone();
    let exempt = move |ip| exempt.iter().any(|net| net.contains(ip));
    let access = Access::start_exempting(store, wiring::access(config, &governed), exempt);
    let way_out = wiring::way_out(config)?;
    let delivery_config = wiring::delivery(config, &governed);
    let delivery = match &way_out {
        Some(_) => Delivery::with_outbound(store, delivery_config, wiring::outbound(config)),
        None => Delivery::new(store, delivery_config),
    };
    // QN.14.8
    delivery.forward_by(Arc::new(|tx, mailbox, domain| {
        congvu_governance::order::may_forward(tx, profiles::law(), mailbox, domain)
    }));
    // QN.15.6, QN.11.2, QN.8.1
    delivery.judge_by(Arc::new(|tx, account, sender, message| {
        mailbox::judge(tx, profiles::law(), account, sender, message)
    }));
    // QN.15.6, QN.2.7, QN.2.8: what comes from outside, too.
    delivery.arrivals_by(Arc::new(ByLaw(profiles::law())));
    let (stopper, shutdown) = Shutdown::new();
    let (servers_limits, people_limits) = wiring::limiters(config);
    let mut builder = Builder {
        config,
        tls: tls.clone(),
        shutdown: shutdown.clone(),
        servers_limits,
        people_limits,
        addresses: Addresses::default(),
        servers: JoinSet::new(),
    };

    let mx = SmtpServer::new(wiring::smtp(config, &governed, Role::Mx), &delivery, None);
    let stop = shutdown.clone();
    let handler = move |conn| {
        let (server, stop) = (mx.clone(), stop.clone());
        async move { server.handle(conn, stop).await }
    };
    builder.serve(
        "smtp",
        &config.smtp.listen,
        false,
        congvu_smtp::BUSY,
        handler,
    )?;

    let submission = SmtpServer::new(
        wiring::smtp(config, &governed, Role::Submission),
        &delivery,
        Some(&access),
    );
    let stop = shutdown.clone();
    let handler = move |conn| {
        let (server, stop) = (submission.clone(), stop.clone());
        async move { server.handle(conn, stop).await }
    };
    builder.serve(
        "submission",
        &config.submission.listen,
        false,
        congvu_smtp::BUSY,
        handler.clone(),
    )?;
    builder.serve(
        "submissions",
        &config.submission.listen_tls,
        true,
        congvu_smtp::BUSY,
        handler,
    )?;

    let imap = ImapServer::new(wiring::imap(config, &governed), &access, &delivery)
        .with_keepers(Arc::new(Regulated(profiles::law())));
    let stop = shutdown.clone();
    let handler = move |conn| {
        let (server, stop) = (imap.clone(), stop.clone());
        async move { server.handle(conn, stop).await }
    };
    builder.serve(
        "imap",
        &config.imap.listen,
        false,
        congvu_imap::BUSY,
        handler.clone(),
    )?;
    builder.serve(
        "imaps",
        &config.imap.listen_tls,
        true,
        congvu_imap::BUSY,
        handler,
    )?;

    let pop3 = Pop3Server::new(wiring::pop3(config), &access, store);
    let stop = shutdown.clone();
    let handler = move |conn| {
        let (server, stop) = (pop3.clone(), stop.clone());
        async move { server.handle(conn, stop).await }
    };
    builder.serve(
        "pop3",
        &config.pop3.listen,
        false,
        congvu_pop3::BUSY,
        handler.clone(),
    )?;
    builder.serve(
        "pop3s",
        &config.pop3.listen_tls,
        true,
        congvu_pop3::BUSY,
        handler,
    )?;

    let checkpoints = wiring::checkpoints(config)?;
    let site = wiring::site(config, &governed, &access, &delivery)?
        .with_checkpoints(Arc::clone(&checkpoints))
        .with_servers(builder.addresses.mail_servers(builder.tls.is_some()));
    let site = wiring::push(config, site).await?;
    let web = congvu_web::router(&site, &wiring::api(config, store)?);
    let stop = shutdown.clone();
    let handler = move |conn| api::handle(web.clone(), conn, stop.clone());
    let listen = &config.web.listen;
    builder.serve("web", listen, false, api::BUSY, handler.clone())?;
    let listen = &config.web.listen_tls;
    builder.serve("web-tls", listen, true, api::BUSY, handler)?;

    if matches!(config.store.engine, config::Engine::Sqlite(_)) {
        // SQLite has one server, and the ports are ours by now: whoever claimed something is gone.
        let forgotten = store
            .write(|tx| queue::forget_claims(tx, now_ms()))
            .await
            .map_err(|error: StoreError| error)?;
        if forgotten > 0 {
            tracing::info!(
                recipients = forgotten,
                "a server that was killed was sending to them; they are tried again"
            );
        }
    }
    if let Some(way_out) = way_out {
        let sending = keep_sending(delivery.clone(), way_out, shutdown.clone());
        builder.servers.spawn(sending);
    }
    builder.operations(store, metrics.clone()).await?;
    let mut background = vec![
        tokio::spawn(keep_running(delivery.clone())),
        tokio::spawn(site.clone().keep_pushing()),
        tokio::spawn(site.clone().keep_expiring()),
        tokio::spawn(site.keep_sending_later()),
        tokio::spawn(keep_sealing(store.clone(), checkpoints)),
        tokio::spawn(keep_shortening(store.clone(), kept)),
        tokio::spawn(keep_governing(
            store.clone(),
            profiles::law(),
            Schedule {
                sweep_at: config.governance.sweep_at,
                sweep_most: config.governance.sweep_most,
            },
        )),
        tokio::spawn(keep_attaching(store.clone(), profiles::law())),
        tokio::spawn(keep_receiving(
            store.clone(),
            profiles::law(),
            config.governance.request_mailboxes.clone(),
            since,
        )),
        tokio::spawn(keep_following(store.clone())),
        tokio::spawn(memory::give_back()),
    ];
    background.extend(
        wiring::platform(config)?
            .map(|platform| tokio::spawn(keep_telling(store.clone(), platform))),
    );
    background.extend(tls.map(|tls| tokio::spawn(reload(tls))));
    background.extend(metrics.map(|metrics| tokio::spawn(metrics.upkeep())));
    Ok(Running {
        addresses: builder.addresses,
        servers: builder.servers,
        stopper,
        grace: config.server.shutdown_grace,
        background,
        access,
        delivery,
        store: store.clone(),
    })
}

/// Carries delivery's background work on, whatever becomes of one round of it: a broadcast that was
/// accepted must be carried out.
async fn keep_running(delivery: Delivery) {
    loop {
        let behind = delivery.clone();
        // Aborted with this task.
        let mut round = JoinSet::new();
        round.spawn(async move { behind.run().await });
        if let Some(Err(error)) = round.join_next().await {
            tracing::error!(%error, "background work failed; it begins anew");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Seals the record of acts, whatever becomes of one round of it.
async fn keep_sealing(store: Store, checkpoints: Arc<Checkpoints>) {
    loop {
        let (store, checkpoints) = (store.clone(), Arc::clone(&checkpoints));
        // Aborted with this task.
        let mut round = JoinSet::new();
        round.spawn(async move { audit::run(&store, &checkpoints).await });
        if let Some(Err(error)) = round.join_next().await {
            tracing::error!(%error, "sealing failed; it begins anew");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Removes what logs need not keep any longer, whatever becomes of one round of it.
async fn keep_shortening(store: Store, kept: Retention) {
    loop {
        let store = store.clone();
        // Aborted with this task.
        let mut round = JoinSet::new();
        round.spawn(async move { retention::run(&store, kept).await });
        if let Some(Err(error)) = round.join_next().await {
            tracing::error!(%error, "shortening the logs failed; it begins anew");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Follows the cases of takedown, whatever becomes of one round of it.
async fn keep_following(store: Store) {
    loop {
        let store = store.clone();
        // Aborted with this task.
        let mut round = JoinSet::new();
        round.spawn(async move { takedown::follow(&store).await });
        if let Some(Err(error)) = round.join_next().await {
            tracing::error!(%error, "following takedowns failed; it begins anew");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Sends what is queued for other servers until the stop, whatever becomes of one round of it; then
/// finishes the messages under way.
async fn keep_sending(delivery: Delivery, way_out: WayOut, shutdown: Shutdown) {
    loop {
        let (routes, transport) = (way_out.routes.clone(), way_out.transport.clone());
        let Some(runner) = Runner::new(&delivery, routes, transport) else {
            return;
        };
        let stop = shutdown.clone();
        // Aborted with this task.
        let mut round = JoinSet::new();
        round.spawn(async move { runner.run(stop.stopping()).await });
        match round.join_next().await {
            Some(Err(error)) => tracing::error!(%error, "sending failed; it begins anew"),
            _ => return,
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Reads the certificate anew at each SIGHUP: it is renewed every few weeks, and sessions last days.
async fn reload(tls: Tls) {
    let mut hangup = match signal(SignalKind::hangup()) {
        Ok(hangup) => hangup,
        Err(error) => return tracing::warn!(%error, "SIGHUP will not be heard"),
    };
    while hangup.recv().await.is_some() {
        let fresh = tls.clone();
        match tokio::task::spawn_blocking(move || fresh.reload()).await {
            Ok(Ok(())) => tracing::info!("certificate read anew"),
            Ok(Err(error)) => tracing::error!(%error, "the old certificate stays in use"),
            Err(error) => tracing::error!(%error, "certificate not read"),
        }
    }
}

/// The signals that stop a server. Listened to before anybody is told that it runs: who hears that may stop it at once.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// SIGTERM and SIGINT do not end the process from now on.
    pub(crate) fn listen() -> Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

impl Running {
    /// Runs until SIGTERM or SIGINT, then stops in order; a second signal stops at once.
    pub(crate) async fn until(self, mut signals: Signals) -> Result<()> {
        signals.next().await;
        tracing::info!("stopping; a second signal stops at once");
        tokio::select! {
            () = self.stop() => Ok(()),
            () = signals.next() => at_once(),
        }
    }

    async fn stop(mut self) {
        self.stopper.stop();
        // The mail servers end by themselves within the grace; what else is left (a half request to
        // the operations endpoint) must not hold the stop up.
        let all = async { while self.servers.join_next().await.is_some() {} };
        if tokio::time::timeout(self.grace + AFTER_GRACE, all)
            .await
            .is_err()
        {
            tracing::warn!("stop: not everything ended by itself");
            self.servers.shutdown().await;
        }
        for task in &self.background {
            task.abort();
        }
        // Until they are gone: nothing of theirs is to come when the store is closed.
        let background = &mut self.background;
        let ended = async {
            for task in background {
                drop(task.await);
            }
        };
        drop(tokio::time::timeout(ABORTED, ended).await);
        self.delivery.flush_refusals().await;
        self.access.stop().await;
        let store = self.store.clone();
        drop(tokio::task::spawn_blocking(move || store.close()).await);
        tracing::info!("stopped");
    }
}

/// What is committed is on the disk; what is not was never acknowledged.
fn at_once() -> ! {
    tracing::warn!("stopping at once");
    std::process::exit(130)
}
