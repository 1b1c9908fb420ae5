//! Logs and metrics: one subscriber, one Prometheus registry, no personal data.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// What libraries tell below their warnings: answers, addresses with the ids of applications, mails.
const QUIET: &str =
    "axum=warn,hyper=warn,hyper_util=warn,lettre=warn,multer=warn,reqwest=warn,rustls=warn,sqlx=warn,tower_http=warn";

/// Why logging or metrics cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// `log.filter` does not read.
    #[error("log.filter: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// A second subscriber or registry.
    #[error("logging was set up twice")]
    Twice,
    /// The metrics registry.
    #[error("metrics: {0}")]
    Metrics(#[from] BuildError),
}

/// Sends logs to standard error.
pub fn start_logs(log: &Log) -> Result<(), TelemetryError> {
    // Last, so that no `filter` of the settings makes them talk.
    let filter = EnvFilter::try_new(format!("{},{QUIET}", log.filter))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match log.format {
        LogFormat::Text => builder.with_ansi(false).try_init(),
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
    }
    .map_err(|_| TelemetryError::Twice)
}

/// Makes the registry that `/metrics` prints.
pub fn start_metrics() -> Result<PrometheusHandle, TelemetryError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(
            Matcher::Suffix("_seconds".to_owned()),
            &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0],
        )?
        .install_recorder()?;
    metrics::describe_counter!("antrag_requests_total", "Requests by route, method and status.");
    metrics::describe_histogram!("antrag_request_seconds", "Seconds from request to response head, by route.");
    metrics::describe_counter!("antrag_drafts_begun_total", "Applications begun, by tenant.");
    metrics::describe_counter!("antrag_submissions_total", "Applications accepted, by tenant.");
    metrics::describe_counter!("antrag_deliveries_total", "Delivery attempts, by outcome.");
    metrics::describe_counter!(
        "antrag_deliveries_unsettled_total",
        "Deliveries whose outcome could not be written down: they may be made twice."
    );
    metrics::describe_counter!("antrag_errors_total", "Error pages shown, by kind.");
    metrics::describe_gauge!("antrag_outbox_waiting", "Deliveries neither delivered nor held.");
    metrics::describe_gauge!("antrag_outbox_held", "Deliveries that need a human.");
    metrics::describe_gauge!("antrag_outbox_oldest_waiting_seconds", "Age of the oldest waiting delivery.");
    metrics::describe_gauge!(
        "antrag_courier_last_round_timestamp_seconds",
        "When the courier last looked into the outbox."
    );
    metrics::describe_counter!(
        "antrag_courier_database_failures_total",
        "Looks into the outbox that the database refused."
    );
    metrics::describe_counter!("antrag_directory_questions_total", "Questions to directories, by tenant and outcome.");
    metrics::describe_gauge!(
        "antrag_directory_answer_age_seconds",
        "Age of the last answer given: 0 while the directory answers, more while its last good answer serves."
    );
    metrics::describe_gauge!("antrag_store_up", "Whether the database answered: 1 or 0.");
    metrics::describe_gauge!("antrag_sweeper_last_round_timestamp_seconds", "When the sweeper last ran.");
    Ok(handle)
}
