//! HTTP on a connection of `wire`, which counts it, bounds the TLS handshake and has the certificate.

use std::time::Duration;

use axum::{Extension, Router};
use congvu_wire::{Conn, Shutdown};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;

use super::Peer;

/// What a connection over a limit is told.
pub const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 30\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
/// How long the head of a request may take, and how long a connection may wait for the next one.
const HEAD: Duration = Duration::from_secs(30);
/// The largest head, in octets.
const LARGEST_HEAD: usize = 32 << 10;

/// Serves a connection to its end, or to the stop: the request under way is finished.
pub async fn handle(router: Router, conn: Conn, shutdown: Shutdown) {
    let peer = Peer {
        ip: conn.peer().ip(),
        is_tls: conn.tls().is_some(),
    };
    let layered = router
        .layer(Extension(peer))
        .layer(Extension(shutdown.clone()));
    let service = TowerToHyperService::new(layered);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(LARGEST_HEAD);
    let serving = http.serve_connection(TokioIo::new(conn.into_io()), service);
    let mut serving = std::pin::pin!(serving);
    tokio::select! {
        served = serving.as_mut() => return ended(served),
        () = shutdown.stopping() => serving.as_mut().graceful_shutdown(),
    }
    ended(serving.await);
}

fn ended(served: Result<(), hyper::Error>) {
    if let Err(error) = served {
        tracing::debug!(%error, "HTTP connection ended");
    }
}
