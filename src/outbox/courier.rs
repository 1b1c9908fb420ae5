//! Takes what is due, sends, writes down how it ended; never throws away.
//!
//! Any number of couriers, in any number of processes, work on one store. A courier *claims* a delivery for a limited time, its
//! *lease*: while that lasts nobody else claims it, and if the courier dies, another takes over when it ends. What fails for now is
//! repeated with growing pauses (exponential *backoff* with jitter).
//!
//! Delivery is *at least once*: that the other side took it is written down before anything else, but if the machine dies between a
//! mail server's "250" and that line, the office gets it again. A repetition is *idempotent* for whoever looks: the same bytes, with
//! the same Message-ID where it is a mail.

/// One delivery, from claim to outcome.
mod attempt;
/// How long to wait before the next attempt.
mod backoff;

use std::sync::Arc;
use std::time::Duration;

use data_encoding::HEXLOWER;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::channels::Channels;
use crate::clock::Clock;
use crate::office::kanal::Kanal;
use crate::randomness::Randomness;
use crate::store::{Store, StoreError};

/// Part of a lease, at its end, that is kept for writing down how the attempt ended.
const SETTLE_TIME: SignedDuration = SignedDuration::from_secs(10);
/// Shortest time between two looks into the outbox that nobody asked for.
const SHORTEST_WAIT: Duration = Duration::from_millis(200);
/// While more is due than can be sent at once: time between the end of a delivery and the next claim. Other deliveries that end
/// within it are replaced by the same claim, in one transaction instead of one each.
const GATHER: Duration = Duration::from_millis(10);
/// Longest time between two looks into the outbox while the database fails.
const LONGEST_TROUBLE_WAIT: Duration = Duration::from_mins(1);
/// Time after the grace time to give back the claims of what is still under way.
const RELEASE_TIME: Duration = Duration::from_secs(5);

/// How the courier works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Deliveries at the same time, at least 1.
    pub parallel: u32,
    /// How long a claim holds; made longer for a channel whose longest handing over would not fit twice.
    pub lease: Duration,
    /// Time between two looks into the outbox when nobody calls.
    pub poll: Duration,
    /// Pause before the first repetition; doubles each time.
    pub first_retry: Duration,
    /// Longest pause between two attempts.
    pub longest_retry: Duration,
    /// Time that deliveries under way get at shutdown.
    pub grace: Duration,
}

/// The courier. Cheap to clone.
#[derive(Clone)]
pub struct Courier(Arc<Inner>);

struct Inner {
    store: Store,
    channels: Channels,
    clock: Clock,
    randomness: Randomness,
    settings: Settings,
    wake: Arc<Notify>,
}

/// What a look into the outbox brought.
struct Look {
    /// When to look next.
    at: Instant,
    /// As many were claimed as could be sent: there may be more.
    more: bool,
}

impl Courier {
    /// A courier that does not run yet.
    pub fn new(store: Store, channels: Channels, clock: Clock, randomness: Randomness, settings: Settings) -> Self {
        metrics::counter!(attempt::UNSETTLED).increment(0); // an alarm that begins with 0 sees the first one
        Self(Arc::new(Inner { store, channels, clock, randomness, settings, wake: Arc::default() }))
    }

    /// Rings the courier: something new is in the outbox.
    pub fn wake(&self) -> Arc<Notify> {
        Arc::clone(&self.0.wake)
    }

    /// Works until `shutdown`, then lets deliveries under way finish within the grace time and gives the claims of the others back.
    /// Dropping the future stops at once, as a crash would: the leases end by themselves.
    pub async fn run(&self, shutdown: CancellationToken) {
        let release = CancellationToken::new();
        let mut in_hand: JoinSet<Option<Timestamp>> = JoinSet::new();
        let mut look = Look { at: Instant::now(), more: false };
        let mut failures = 0;
        while !shutdown.is_cancelled() {
            let parallel = self.0.settings.parallel.max(1) as usize;
            let free = parallel.saturating_sub(in_hand.len());
            if free > 0 && (look.at <= Instant::now() || (look.more && free * 2 >= parallel)) {
                look = self.look(free, &mut in_hand, &release, &mut failures).await;
                continue;
            }
            tokio::select! {
                biased;
                () = shutdown.cancelled() => {}
                Some(finished) = in_hand.join_next() => {
                    self.sooner(&mut look, finished.ok().flatten());
                    while let Some(finished) = in_hand.try_join_next() {
                        self.sooner(&mut look, finished.ok().flatten());
                    }
                    if look.more {
                        look.at = Instant::now() + GATHER;
                    }
                }
                () = self.0.wake.notified(), if free > 0 && failures == 0 => look.at = Instant::now(),
                () = tokio::time::sleep_until(look.at), if free > 0 => {}
            }
        }
        self.finish(in_hand, &release).await;
    }

    /// Claims what is due, at most `free` deliveries, and sets them going.
    async fn look(
        &self,
        free: usize,
        in_hand: &mut JoinSet<Option<Timestamp>>,
        release: &CancellationToken,
        failures: &mut u32,
    ) -> Look {
        let inner = &*self.0;
        let now = inner.clock.now();
        // Every claim has a name of its own: once its lease ended, not even we may settle it in the place of a later one.
        let name = HEXLOWER.encode(&inner.randomness.bytes::<16>());
        let limit = u32::try_from(free).unwrap_or(u32::MAX);
        let courier = self.clone();
        let claims = match inner.store.claim(&name, now, move |kanal| courier.lease(kanal), limit).await {
            Ok(claims) => claims,
            Err(error) => return trouble(&error, failures),
        };
        let more = claims.len() >= free;
        let nothing = claims.is_empty();
        for claim in claims {
            in_hand.spawn(self.clone().deliver(claim, release.clone()));
        }
        let wait = if more {
            inner.settings.poll
        } else {
            match inner.store.next_due().await {
                Ok(next) => next.map_or(inner.settings.poll, |next| self.until(next)),
                Err(error) => return trouble(&error, failures),
            }
        };
        *failures = 0;
        #[expect(clippy::cast_precision_loss, reason = "seconds fit for millions of years")]
        metrics::gauge!("antrag_courier_last_round_timestamp_seconds").set(now.as_second() as f64);
        // What another courier is claiming this moment still looks due to us: do not ask for it again and again.
        let wait = if nothing { wait.max(SHORTEST_WAIT) } else { wait };
        Look { at: Instant::now() + wait.min(inner.settings.poll).max(Duration::from_millis(1)), more }
    }

    /// How long a claim of this channel holds: as set, and long enough to hand over twice, settling included.
    fn lease(&self, kanal: Kanal) -> SignedDuration {
        signed(self.0.settings.lease).max(self.needed(kanal).saturating_mul(2))
    }

    /// What must be left of a lease to begin handing over.
    fn needed(&self, kanal: Kanal) -> SignedDuration {
        signed(self.0.channels.longest(kanal)).saturating_add(SETTLE_TIME)
    }

    /// A repetition may be due before the next look.
    fn sooner(&self, look: &mut Look, next: Option<Timestamp>) {
        if let Some(next) = next {
            look.at = look.at.min(Instant::now() + self.until(next));
        }
    }

    fn until(&self, moment: Timestamp) -> Duration {
        let wait = moment.duration_since(self.0.clock.now());
        Duration::try_from(wait).unwrap_or_default().min(self.0.settings.poll)
    }

    async fn finish(&self, mut in_hand: JoinSet<Option<Timestamp>>, release: &CancellationToken) {
        let count = in_hand.len();
        if count > 0 {
            tracing::info!(count, "the courier finishes what is under way");
        }
        let all = async |in_hand: &mut JoinSet<_>| while in_hand.join_next().await.is_some() {};
        if tokio::time::timeout(self.0.settings.grace, all(&mut in_hand)).await.is_err() {
            release.cancel();
            if tokio::time::timeout(RELEASE_TIME, all(&mut in_hand)).await.is_err() {
                tracing::warn!(count = in_hand.len(), "claims could not be given back; their leases end by themselves");
            }
        }
        in_hand.shutdown().await;
        self.0.channels.close().await;
    }
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

/// The database fails: wait, a little longer each time.
fn trouble(error: &StoreError, failures: &mut u32) -> Look {
    *failures = failures.saturating_add(1);
    let wait = Duration::from_millis(250).saturating_mul(1 << (*failures - 1).min(10)).min(LONGEST_TROUBLE_WAIT);
    metrics::counter!("antrag_courier_database_failures_total").increment(1);
    tracing::error!(%error, failures = *failures, "the courier cannot read the outbox; it goes on trying");
    Look { at: Instant::now() + wait, more: false }
}
