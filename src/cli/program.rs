//! The composition root: the one place that builds the running program, for `serve` and for the tests.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::setup::Definitions;
use crate::clock::Clock;
use crate::config::Settings;
use crate::intake::Counter;
use crate::intake::auskunft::Auskunft;
use crate::intake::finder::OfficeFinder;
use crate::intake::printers::Printers;
use crate::outbox::channels::Channels;
use crate::outbox::courier::{self, Courier};
use crate::outbox::letter::Sender;
use crate::outbox::mail::Mail;
use crate::outbox::transport::Transport;
use crate::randomness::Randomness;
use crate::store::Store;
use crate::web::admin::{self, Admin};
use crate::web::{self, App, listener};

/// How often the sweeper goes round.
const SWEEP_EVERY: Duration = Duration::from_mins(15);
/// How often the metrics registry tidies up.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// What the program finds outside of itself; tests bring their own.
pub struct World {
    /// Now.
    pub clock: Clock,
    /// Ids, keys and nonces.
    pub randomness: Randomness,
    /// What survives a power cut.
    pub store: Store,
    /// Where mail goes.
    pub transport: Transport,
    /// Where citizens come in.
    pub public: TcpListener,
    /// Where monitors ask.
    pub private: TcpListener,
    /// The registry, of which a process has one.
    pub metrics: PrometheusHandle,
}

/// The program at work: door, courier, sweeper, upkeep. It works on until it is stopped.
pub struct Program {
    /// Its use cases.
    pub counter: Arc<Counter>,
    stop: CancellationToken,
    tasks: TaskTracker,
    admin_stop: CancellationToken,
    admin: JoinHandle<()>,
}

impl Program {
    /// Builds everything from the settings and sets it to work.
    pub async fn start(settings: Settings, definitions: Definitions, world: World) -> anyhow::Result<Self> {
        let World { clock, randomness, store, transport, public, private, metrics } = world;
        let Definitions { catalogue, mandanten, finders } = definitions;
        let sender = Sender::parse(&settings.mail.from).map_err(anyhow::Error::msg)?;
        let channels = Channels { mail: Mail::new(transport, sender, settings.mail.largest_bytes) };
        let courier =
            Courier::new(store.clone(), channels, clock.clone(), randomness.clone(), courier_settings(&settings));
        for (mandant, finder) in &finders {
            tell_missing_import(mandant, finder, &store).await?;
        }
        let auskunft = Auskunft::new(finders, &mandanten, Some(store.clone()), clock.clone(), randomness.clone());
        let base = settings.server.public_url.as_str().trim_end_matches('/');
        let counter = Arc::new(Counter {
            clock: clock.clone(),
            randomness,
            catalogue,
            mandanten,
            auskunft,
            store: store.clone(),
            bell: courier.wake(),
            printers: Printers::new(printers(settings.limits.concurrent_documents))?,
            draft_life: SignedDuration::from_hours(24 * i64::from(settings.store.draft_days)),
            address: format!("{base}{}", settings.server.path_prefix).into(),
        });

        let drain = Duration::from_secs(settings.server.drain_seconds);
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        // The admin listener outlives the others: the load balancer learns from /readyz that this instance is leaving.
        let admin_stop = CancellationToken::new();
        let admin = Admin { metrics: metrics.clone(), store, clock, stop: stop.clone() };
        let admin =
            tokio::spawn(listener::serve(private, admin::router(admin), admin_stop.clone(), Duration::from_secs(1)));
        let app = Arc::new(App::new(counter.clone(), settings));
        tasks.spawn(listener::serve(public, web::router(app), stop.clone(), drain));
        let courier_stop = stop.clone();
        tasks.spawn(async move { courier.run(courier_stop).await });
        tasks.spawn(sweep(counter.clone(), stop.clone()));
        tasks.spawn(every(UPKEEP_EVERY, stop.clone(), move || metrics.run_upkeep()));
        tasks.close();
        Ok(Self { counter, stop, tasks, admin_stop, admin })
    }

    /// Ends as SIGTERM does: running requests and deliveries finish first, the store is closed last.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.wait().await;
        self.admin_stop.cancel();
        let _ = self.admin.await;
        self.counter.store.close().await;
    }
}

/// A directory that was never imported: its citizens are asked to try later, everyone else is served.
async fn tell_missing_import(mandant: &str, finder: &OfficeFinder, store: &Store) -> anyhow::Result<()> {
    if let OfficeFinder::Imported(known) = finder
        && store.imported_at(&known.name).await?.is_none()
    {
        tracing::error!(
            mandant,
            verzeichnis = known.name,
            "the directory was never imported, citizens are asked to try later: run `antragsassistent directory import --mandant {mandant}`"
        );
    }
    Ok(())
}

fn courier_settings(settings: &Settings) -> courier::Settings {
    let seconds = |seconds: u32| Duration::from_secs(u64::from(seconds));
    courier::Settings {
        parallel: settings.courier.parallel,
        lease: seconds(settings.courier.lease_seconds),
        poll: seconds(settings.courier.poll_seconds),
        first_retry: seconds(settings.courier.first_retry_seconds),
        longest_retry: seconds(settings.courier.longest_retry_seconds),
        grace: Duration::from_secs(settings.server.drain_seconds),
    }
}

fn printers(setting: usize) -> usize {
    match setting {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        some => some,
    }
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
