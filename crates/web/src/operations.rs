//! `/healthz`, `/readyz`, `/metrics` and `/status`, on loopback for the machine's own watchers.

use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use congvu_store::{Store, StoreError, organisation};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::json;
use tokio::net::TcpListener;

use crate::status;

/// The store must answer a readiness check within this time.
const READY_WITHIN: Duration = Duration::from_secs(2);
/// How often the recorder tidies its histograms.
const UPKEEP: Duration = Duration::from_secs(5);

/// Collects what the program counts. One for each process.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}

impl Metrics {
    /// Starts collecting. `None` where this process collects already.
    #[must_use]
    pub fn install() -> Option<Self> {
        PrometheusBuilder::new().install_recorder().ok().map(Self)
    }

    /// Keeps the recorder's memory bounded; runs until dropped.
    pub async fn upkeep(self) {
        let mut tick = tokio::time::interval(UPKEEP);
        loop {
            tick.tick().await;
            self.0.run_upkeep();
        }
    }
}

#[derive(Clone)]
pub(crate) struct Operations {
    pub(crate) store: Store,
    metrics: Option<Metrics>,
}

/// Serves the endpoints until `stopping` completes.
pub async fn serve(
    listener: TcpListener,
    store: Store,
    metrics: Option<Metrics>,
    stopping: impl Future<Output = ()> + Send + 'static,
) {
    let router = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(render))
        .route("/status", get(status::page))
        .route("/status.json", get(status::data))
        .with_state(Operations { store, metrics });
    let served = axum::serve(listener, router)
        .with_graceful_shutdown(stopping)
        .await;
    if let Err(error) = served {
        tracing::error!(%error, "operations endpoint failed");
    }
}

/// Ready: the store answers, and this node hears of locks.
async fn ready(State(operations): State<Operations>) -> impl IntoResponse {
    let asked = operations
        .store
        .read(|tx| organisation::domains(tx).map(drop));
    let answers = match tokio::time::timeout(READY_WITHIN, asked).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            let error: StoreError = error;
            tracing::warn!(%error, "not ready");
            false
        }
        Err(_) => false,
    };
    let fresh = operations.store.is_fresh();
    let status = if answers && fresh {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(json!({ "store": answers, "changes": fresh })))
}

async fn render(State(operations): State<Operations>) -> impl IntoResponse {
    let text = operations
        .metrics
        .map(|metrics| metrics.0.render())
        .unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}
