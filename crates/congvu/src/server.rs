//! The running server: one task tree, started and stopped together.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use congvu_access::Access;
use congvu_delivery::Delivery;
use congvu_imap::ImapServer;
use congvu_pop3::Pop3Server;
use congvu_smtp::{Role, SmtpServer};
use congvu_store::Store;
use congvu_web::operations::{self, Metrics};
use congvu_wire::{Conn, Endpoint, Shutdown, Stopper, Tls};
use tokio::task::{JoinHandle, JoinSet};

use crate::config::Config;
use crate::wiring::{self, Governed};

const HANDSHAKE: Duration = Duration::from_secs(20);

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
}

/// A running server.
pub(crate) struct Running {
    /// Where it listens.
    pub(crate) addresses: Addresses,
    stopper: Stopper,
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
    limits: std::sync::Arc<congvu_wire::Limiter>,
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
                limits: self.limits.clone(),
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
    let governed = Governed::read(store).await?;
    if governed.primary_domain.is_none() {
        tracing::warn!("no domain yet: no mail will be accepted (congvu init makes the first one)");
    }
    let metrics = Metrics::install();
    let access = Access::start(store, wiring::access(config, &governed));
    let delivery = Delivery::new(store, wiring::delivery(config, &governed));
    let (stopper, shutdown) = Shutdown::new();
    let mut builder = Builder {
        config,
        tls,
        shutdown: shutdown.clone(),
        limits: wiring::limiter(config),
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

    let imap = ImapServer::new(wiring::imap(config, &governed), &access, &delivery);
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

    builder.operations(store, metrics.clone()).await?;
    let behind = delivery.clone();
    let mut background = vec![tokio::spawn(async move { behind.run().await })];
    background.extend(metrics.map(|metrics| tokio::spawn(metrics.upkeep())));
    Ok(Running {
        addresses: builder.addresses,
        servers: builder.servers,
        stopper,
        background,
        access,
        delivery,
        store: store.clone(),
    })
}

impl Running {
    /// Runs until SIGTERM or SIGINT, then stops in order; a second signal stops at once.
    pub(crate) async fn until_stopped(self) -> Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping; a second signal stops at once");
        tokio::select! {
            () = self.stop() => Ok(()),
            _ = terminate.recv() => at_once(),
            _ = interrupt.recv() => at_once(),
        }
    }

    async fn stop(mut self) {
        self.stopper.stop();
        while self.servers.join_next().await.is_some() {}
        for task in &self.background {
            task.abort();
        }
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
