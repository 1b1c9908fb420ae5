//! `serve`: opens everything, lets the program work, stops it on SIGTERM or SIGINT.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::OK;
use super::program::{Program, World};
use super::setup;
use crate::clock::Clock;
use crate::config::Settings;
use crate::outbox::transport::Transport;
use crate::randomness::Randomness;
use crate::{telemetry, templates};

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
    let world = World { clock, randomness, store, transport, public, private, metrics };
    let program = Program::start(settings, definitions, world).await?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), address = %program.counter.address, "ready");

    told_to_stop().await?;
    tracing::info!("stopping: running requests and deliveries finish first");
    program.stop().await;
    tracing::info!("stopped");
    Ok(OK)
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
