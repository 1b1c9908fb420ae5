//! The separate listener: `/metrics` for Prometheus, `/healthz` (the program runs), `/readyz` (it can serve).

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::clock::Clock;
use crate::store::Store;

/// What the answers need.
#[derive(Clone, Debug)]
pub struct Admin {
    /// The registry.
    pub metrics: PrometheusHandle,
    /// Pinged for readiness.
    pub store: Store,
    /// Now.
    pub clock: Clock,
    /// Cancelled once the program is told to stop: no new work, please.
    pub stop: tokio_util::sync::CancellationToken,
}

/// The admin addresses.
pub fn router(admin: Admin) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(admin)
}

async fn ready(State(admin): State<Admin>) -> impl IntoResponse {
    if admin.stop.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match admin.store.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}

async fn metrics(State(admin): State<Admin>) -> impl IntoResponse {
    match admin.store.outbox_figures(admin.clock.now()).await {
        #[expect(clippy::cast_precision_loss, reason = "gauges are floating point; counts this large do not occur")]
        Ok(figures) => {
            metrics::gauge!("antrag_outbox_waiting").set(figures.waiting as f64);
            metrics::gauge!("antrag_outbox_held").set(figures.held as f64);
            metrics::gauge!("antrag_outbox_oldest_waiting_seconds").set(figures.oldest_waiting_seconds as f64);
            metrics::gauge!("antrag_store_up").set(1.0);
        }
        Err(_) => metrics::gauge!("antrag_store_up").set(0.0),
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], admin.metrics.render())
}
