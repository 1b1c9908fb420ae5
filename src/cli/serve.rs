//! `serve`: opens everything, listens, delivers, sweeps; drains on SIGTERM or SIGINT.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use jiff::SignedDuration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::OK;
use super::setup::{self, Definitions};
use crate::clock::Clock;
use crate::config::Settings;
use crate::intake::Counter;
use crate::intake::auskunft::Auskunft;
use crate::intake::finder::OfficeFinder;
use crate::intake::printers::Printers;
use crate::outbox::courier;
use crate::outbox::letter::Sender;
use crate::outbox::transport::Transport;
use crate::randomness::Randomness;
use crate::store::Store;
use crate::web::admin::{self, Admin};
use crate::web::{self, App, listener};
use crate::{telemetry, templates};

/// How often the sweeper goes round.
const SWEEP_EVERY: Duration = Duration::from_mins(15);
/// How often the metrics registry tidies up.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Runs until the program is told to stop; the result is the exit code.
pub async fn run(settings: Settings) -> anyhow::Result<u8> {
    telemetry::start_logs(&settings.log)?;
    let metrics = telemetry::start_metrics()?;
    quiet_panics();
    templates::names();
    let definitions = setup::definitions_or_all_problems(&settings)?;
    if definitions.mandanten.is_empty() {
        anyhow::bail!("mandanten.dir {} holds no tenant", settings.mandanten.dir.display());
    }
    let public = bind(settings.server.listen, "server.listen").await?;
    let private = bind(settings.server.admin_listen, "server.admin_listen").await?;
    let (clock, randomness) = (Clock::System, Randomness::System);
    let transport = Transport::open(&settings.mail.url, Duration::from_secs(settings.mail.timeout_seconds))?;
    let store = setup::store(&settings, &randomness).await?;
    let courier = courier::Courier::new(
        store.clone(),
        transport.clone(),
        clock.clone(),
        randomness.clone(),
        courier_settings(&settings)?,
    );
    tell_missing_imports(&definitions, &store).await?;
    let base = format!("{}{}", settings.server.public_url.as_str().trim_end_matches('/'), settings.server.path_prefix);
    let counter = Arc::new(Counter {
        clock: clock.clone(),
        randomness: randomness.clone(),
        catalogue: definitions.catalogue,
        auskunft: Auskunft::new(
            definitions.finders,
            &definitions.mandanten,
            Some(store.clone()),
            clock.clone(),
            randomness.clone(),
        ),
        mandanten: definitions.mandanten,
        store: store.clone(),
        bell: courier.wake(),
        printers: Printers::new(printers(settings.limits.concurrent_documents))?,
        draft_life: SignedDuration::from_hours(24 * i64::from(settings.store.draft_days)),
        address: base.as_str().into(),
    });

    let drain = Duration::from_secs(settings.server.drain_seconds);
    let stop = CancellationToken::new();
    let tasks = TaskTracker::new();
    let admin = Admin { metrics: metrics.clone(), store: store.clone(), clock, stop: stop.clone() };
    // The admin listener outlives the others: the load balancer learns from /readyz that this instance is leaving.
    let admin_stop = CancellationToken::new();
    let admin_task =
        tokio::spawn(listener::serve(private, admin::router(admin), admin_stop.clone(), Duration::from_secs(1)));
    let app = Arc::new(App::new(counter.clone(), settings));
    tasks.spawn(listener::serve(public, web::router(app), stop.clone(), drain));
    {
        let stop = stop.clone();
        tasks.spawn(async move { courier.run(stop).await });
    }
    tasks.spawn(sweep(counter, stop.clone()));
    tasks.spawn(every(UPKEEP_EVERY, stop.clone(), move || metrics.run_upkeep()));
    tasks.close();
    tracing::info!(version = env!("CARGO_PKG_VERSION"), address = base, "ready");

    told_to_stop().await?;
    tracing::info!("stopping: running requests and deliveries finish first");
    stop.cancel();
    tasks.wait().await;
    transport.close().await;
    admin_stop.cancel();
    let _ = admin_task.await;
    store.close().await;
    tracing::info!("stopped");
    Ok(OK)
}

/// A directory that was never imported: its citizens are asked to try later, everyone else is served.
async fn tell_missing_imports(definitions: &Definitions, store: &Store) -> anyhow::Result<()> {
    for (mandant, finder) in &definitions.finders {
        if let OfficeFinder::Imported(known) = finder
            && store.imported_at(&known.name).await?.is_none()
        {
            tracing::error!(
                mandant,
                verzeichnis = known.name,
                "the directory was never imported, citizens are asked to try later: run `antragsassistent directory import --mandant {mandant}`"
            );
        }
    }
    Ok(())
}

fn courier_settings(settings: &Settings) -> anyhow::Result<courier::Settings> {
    let seconds = |seconds: u32| Duration::from_secs(u64::from(seconds));
    Ok(courier::Settings {
        sender: Sender::parse(&settings.mail.from).map_err(anyhow::Error::msg)?,
        parallel: settings.courier.parallel,
        lease: seconds(settings.courier.lease_seconds),
        poll: seconds(settings.courier.poll_seconds),
        first_retry: seconds(settings.courier.first_retry_seconds),
        longest_retry: seconds(settings.courier.longest_retry_seconds),
        grace: Duration::from_secs(settings.server.drain_seconds),
        largest_mail: settings.mail.largest_bytes,
    })
}

fn printers(setting: usize) -> usize {
    match setting {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        some => some,
    }
}

async fn bind(address: SocketAddr, key: &str) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address} ({key}); is another program using the port?"))
}

/// A panic's words may hold an answer: only its place is logged.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "unknown".to_owned(), ToString::to_string);
        tracing::error!(place, "panic");
    }));
}

async fn told_to_stop() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

async fn sweep(counter: Arc<Counter>, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        match counter.sweep().await {
            Ok(swept) => {
                if swept.drafts + swept.submissions + swept.answers > 0 {
                    tracing::info!(swept.drafts, swept.submissions, swept.answers, "swept");
                }
                #[expect(clippy::cast_precision_loss, reason = "seconds fit for millions of years")]
                metrics::gauge!("antrag_sweeper_last_round_timestamp_seconds")
                    .set(counter.clock.now().as_second() as f64);
            }
            Err(error) => tracing::error!(%error, "the sweeper failed and tries again later"),
        }
    }
}

async fn every(period: Duration, stop: CancellationToken, work: impl Fn() + Send) {
    let mut ticks = tokio::time::interval(period);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => work(),
        }
    }
}
