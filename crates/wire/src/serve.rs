//! The accept loop of one listening socket.

use crate::conn::Open;
use crate::listen::prepare;
use crate::refuse::Refuser;
use crate::{Conn, Limiter, Shutdown, Tls};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{sleep, timeout};

/// How long to wait after the system could not give us a connection (no descriptors, no memory).
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What connections of one listening socket have in common.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// A short name for metrics and logs, for example `imaps`.
    pub name: &'static str,
    /// Who is let in. Several endpoints may share one.
    pub limits: Arc<Limiter>,
    /// The certificate, for `implicit_tls` and [`Conn::start_tls`].
    pub tls: Option<Tls>,
    /// Whether a connection begins with a TLS handshake (RFC 8314 §3); needs `tls`.
    pub implicit_tls: bool,
    /// How long that handshake may take.
    pub tls_handshake_timeout: Duration,
}

/// Accepts connections and runs `handler` on each, in a task of its own, until `shutdown`.
///
/// * A connection over a limit gets `busy_line` (the words of the protocol, with their CR LF; not
///   on an endpoint with implicit TLS) and is closed.
/// * Trouble with accepting is logged and waited out; it never ends the loop.
/// * A handler that panics loses its connection and nothing else.
/// * At the stop the socket is closed first. Handlers learn of it through their own clone of
///   `shutdown`; those that have not ended after `grace` are aborted. Then this function returns.
///
/// An endpoint with `implicit_tls` and without `tls` serves nothing: that is logged as an error and
/// the function returns.
pub async fn serve<H, F>(
    listener: TcpListener,
    endpoint: Endpoint,
    busy_line: &'static [u8],
    shutdown: Shutdown,
    grace: Duration,
    handler: H,
) where
    H: Fn(Conn) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    if endpoint.implicit_tls && endpoint.tls.is_none() {
        tracing::error!(
            endpoint = endpoint.name,
            "implicit TLS without a certificate; not serving"
        );
        return;
    }
    let refuser = Refuser::new(if endpoint.implicit_tls {
        b""
    } else {
        busy_line
    });
    let mut tasks = JoinSet::new();
    let mut failures = 0;
    {
        let mut stopping = pin!(shutdown.stopping());
        loop {
            let accepted = tokio::select! {
                biased;
                () = &mut stopping => break,
                Some(ended) = tasks.join_next() => {
                    note_end(&endpoint, ended);
                    continue;
                }
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((tcp, peer)) => {
                    failures = 0;
                    if let Some(conn) = admit(&endpoint, &refuser, tcp, peer) {
                        tasks.spawn(run(
                            conn,
                            endpoint.clone(),
                            shutdown.clone(),
                            handler.clone(),
                        ));
                    }
                }
                Err(error) if is_of_one_connection(&error) => {
                    tracing::debug!(endpoint = endpoint.name, %error, "connection lost before accept");
                }
                Err(error) => {
                    failures += 1;
                    note_trouble(&endpoint, failures, &error);
                    tokio::select! {
                        () = &mut stopping => break,
                        () = sleep(ACCEPT_PAUSE) => {}
                    }
                }
            }
        }
    }
    drop(listener);
    finish(&endpoint, tasks, grace).await;
}

/// Counts a new connection, or turns it away.
fn admit(endpoint: &Endpoint, refuser: &Refuser, tcp: TcpStream, peer: SocketAddr) -> Option<Conn> {
    match endpoint.limits.admit(peer.ip()) {
        Ok(permit) => {
            let open = Open::new(endpoint.name, permit);
            // Both fail only if the peer is gone already.
            let local = tcp.local_addr().ok()?;
            prepare(&tcp).ok()?;
            Some(Conn::accepted(tcp, peer, local, endpoint.tls.clone(), open))
        }
        Err(refusal) => {
            let reason = refusal.as_str();
            metrics::counter!(
                "congvu_connections_refused_total", "endpoint" => endpoint.name, "reason" => reason
            )
            .increment(1);
            tracing::debug!(endpoint = endpoint.name, reason, "connection refused");
            refuser.refuse(tcp);
            None
        }
    }
}

/// The life of one connection.
async fn run<H, F>(mut conn: Conn, endpoint: Endpoint, shutdown: Shutdown, handler: H)
where
    H: Fn(Conn) -> F,
    F: Future<Output = ()>,
{
    let id = conn.id();
    tracing::debug!(endpoint = endpoint.name, conn = id, "connection opened");
    if endpoint.implicit_tls {
        let secured = Box::pin(async {
            tokio::select! {
                biased;
                () = shutdown.stopping() => false,
                result = conn.start_tls(endpoint.tls_handshake_timeout) => result.is_ok(),
            }
        })
        .await;
        if !secured {
            return;
        }
    }
    let name = endpoint.name;
    drop((endpoint, shutdown));
    handler(conn).await;
    tracing::debug!(endpoint = name, conn = id, "connection ended");
}

/// Lets connections end by themselves for `grace`, then aborts the rest.
async fn finish(endpoint: &Endpoint, mut tasks: JoinSet<()>, grace: Duration) {
    let waited = timeout(grace, async {
        while let Some(ended) = tasks.join_next().await {
            note_end(endpoint, ended);
        }
    })
    .await;
    if waited.is_err() {
        tracing::warn!(
            endpoint = endpoint.name,
            connections = tasks.len(),
            "stop: aborting connections"
        );
        tasks.shutdown().await;
    }
}

fn note_end(endpoint: &Endpoint, ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(endpoint = endpoint.name, "a connection's handler panicked");
    }
}

/// Errors of `accept` that concern the connection that was to be accepted, not the listener:
/// Linux reports errors already pending on the new socket (accept(2)).
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionRefused
            | ErrorKind::Interrupted
    )
}

/// Warns at the 1st, 2nd, 4th, 8th... failure in a row, not ten times a second.
fn note_trouble(endpoint: &Endpoint, failures: u32, error: &io::Error) {
    metrics::counter!("congvu_accept_failures_total", "endpoint" => endpoint.name).increment(1);
    if failures.is_power_of_two() {
        tracing::warn!(endpoint = endpoint.name, failures, %error, "cannot accept connections");
    }
}
