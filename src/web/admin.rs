//! The separate listener: `/metrics` for Prometheus, `/healthz` (the program runs), `/readyz` (it can serve).

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::clock::Clock;
use crate::store::{Store, StoreError};

/// How long the database may take. Less than monitors wait: they shall read that it does not answer, not give up on us.
const PATIENCE: Duration = Duration::from_secs(2);

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
    match in_time(admin.store.ping()).await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(error) => {
            tracing::error!(error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}

/// What the database answers, or why it does not.
async fn in_time<T>(question: impl Future<Output = Result<T, StoreError>>) -> Result<T, String> {
    match tokio::time::timeout(PATIENCE, question).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer from the database within {} seconds", PATIENCE.as_secs())),
    }
}

async fn metrics(State(admin): State<Admin>) -> impl IntoResponse {
    match in_time(admin.store.outbox_figures(admin.clock.now())).await {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_silent_database_is_given_up_before_the_monitor_gives_up() {
        let began = tokio::time::Instant::now();
        assert!(in_time(std::future::pending::<Result<(), StoreError>>()).await.is_err());
        assert!(began.elapsed() < Duration::from_secs(3));
        assert!(in_time(std::future::ready(Err::<(), _>(StoreError::Url))).await.is_err());
        assert_eq!(in_time(std::future::ready(Ok(7))).await, Ok(7));
    }
}
