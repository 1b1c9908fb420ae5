//! Takes what is due, sends, writes down how it ended; never throws away.
//!
//! Delivery is at least once: what the other side took is written down before anything else, but if the machine dies between
//! the server's "250" and that line, the office gets the same bytes with the same Message-ID again. It never gets other bytes.

/// One delivery, from claim to outcome.
mod attempt;
/// When to try again.
mod backoff;

use std::sync::Arc;
use std::time::Duration;

use data_encoding::HEXLOWER;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::letter::Sender;
use super::transport::Transport;
use crate::clock::Clock;
use crate::randomness::Randomness;
use crate::store::{Store, StoreError};

/// Time kept free at the end of a claim to write down how the attempt ended.
const SETTLE_TIME: SignedDuration = SignedDuration::from_secs(10);
/// Shortest time between two looks that nobody asked for.
const SHORTEST_WAIT: Duration = Duration::from_millis(200);
/// While much is due, hands that get free wait so long for each other: one claim for several is one transaction for several.
const GATHER: Duration = Duration::from_millis(10);
/// Longest time between two looks while the database fails.
const LONGEST_TROUBLE_WAIT: Duration = Duration::from_mins(1);
/// Time after the grace time to release what is still in hand.
const RELEASE_TIME: Duration = Duration::from_secs(5);

/// How the courier works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who writes.
    pub sender: Sender,
    /// Deliveries at the same time, at least 1.
    pub parallel: u32,
    /// How long a claim holds; made longer where a whole conversation would not fit.
    pub lease: Duration,
    /// Time between two looks when nobody calls.
    pub poll: Duration,
    /// Time before the first repetition; doubles each time.
    pub first_retry: Duration,
    /// Longest time between two attempts.
    pub longest_retry: Duration,
    /// Time that deliveries in hand get at shutdown.
    pub grace: Duration,
    /// Most bytes of one mail before encoding, PDF and XML included; more needs a human.
    pub largest_mail: u64,
}

/// The courier. Any number of them may work on one store. Cheap to clone.
#[derive(Clone)]
pub struct Courier(Arc<Inner>);

struct Inner {
    store: Store,
    transport: Transport,
    clock: Clock,
    randomness: Randomness,
    settings: Settings,
    lease: SignedDuration,
    wake: Arc<Notify>,
    /// Kibibytes of mail, before encoding, that may be in memory at once.
    room: Semaphore,
    room_size: u32,
}

/// What a look brought.
struct Look {
    /// The next one.
    at: Instant,
    /// There may be more due than hands were free.
    more: bool,
}

impl Courier {
    /// A courier that does not run yet.
    pub fn new(store: Store, transport: Transport, clock: Clock, randomness: Randomness, settings: Settings) -> Self {
        metrics::counter!(attempt::UNSETTLED).increment(0); // an alarm that begins with 0 sees the first one
        let signed = |duration| SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
        let needed = signed(transport.timeout()).saturating_add(SETTLE_TIME).saturating_mul(2);
        let lease = signed(settings.lease).max(needed);
        // Two of the largest mails may be in memory at once, any number of small ones.
        let room_size = kibibytes(settings.largest_mail).saturating_mul(2).min(u32::MAX >> 4);
        Self(Arc::new(Inner {
            store,
            transport,
            clock,
            randomness,
            settings,
            lease,
            wake: Arc::default(),
            room: Semaphore::new(room_size as usize),
            room_size,
        }))
    }

    /// Rings the courier: something new is in the outbox.
    pub fn wake(&self) -> Arc<Notify> {
        Arc::clone(&self.0.wake)
    }

    /// Works until `shutdown`, then lets deliveries in hand finish within the grace time and releases the others. Dropping the
    /// future stops at once, as a crash would: the claims expire.
    pub async fn run(&self, shutdown: CancellationToken) {
        let release = CancellationToken::new();
        let mut in_hand: JoinSet<Option<Timestamp>> = JoinSet::new();
        let mut look = Look { at: Instant::now(), more: false };
        let mut failures = 0;
        while !shutdown.is_cancelled() {
            let hands = self.0.settings.parallel.max(1) as usize;
            let free = hands.saturating_sub(in_hand.len());
            if free > 0 && (look.at <= Instant::now() || (look.more && free * 2 >= hands)) {
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

    /// Claims what is due, as much as hands are free, and sets it going.
    async fn look(
        &self,
        free: usize,
        in_hand: &mut JoinSet<Option<Timestamp>>,
        release: &CancellationToken,
        failures: &mut u32,
    ) -> Look {
        let inner = &*self.0;
        let now = inner.clock.now();
        // A name of its own for every claim: after an expired lease, not even we may settle for the attempt before.
        let name = HEXLOWER.encode(&inner.randomness.bytes::<16>());
        let limit = u32::try_from(free).unwrap_or(u32::MAX);
        let claims = match inner.store.claim(&name, now, inner.lease, limit).await {
            Ok(claims) => claims,
            Err(error) => return trouble(&error, failures),
        };
        let more = claims.len() >= free;
        let nothing = claims.is_empty();
        let until = now.saturating_add(inner.lease).unwrap_or(Timestamp::MAX);
        for claim in claims {
            in_hand.spawn(self.clone().deliver(claim, until, release.clone()));
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
        // What others have claimed may look due to us for as long as they take.
        let wait = if nothing { wait.max(SHORTEST_WAIT) } else { wait };
        Look { at: Instant::now() + wait.min(inner.settings.poll).max(Duration::from_millis(1)), more }
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
            tracing::info!(count, "the courier finishes what is in hand");
        }
        let all = async |in_hand: &mut JoinSet<_>| while in_hand.join_next().await.is_some() {};
        if tokio::time::timeout(self.0.settings.grace, all(&mut in_hand)).await.is_err() {
            release.cancel();
            if tokio::time::timeout(RELEASE_TIME, all(&mut in_hand)).await.is_err() {
                tracing::warn!(count = in_hand.len(), "deliveries could not be released; their claims expire");
            }
        }
        in_hand.shutdown().await;
        self.0.transport.close().await;
    }
}

fn kibibytes(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX).max(1)
}

/// The database fails: wait, a little longer each time.
fn trouble(error: &StoreError, failures: &mut u32) -> Look {
    *failures = failures.saturating_add(1);
    let wait = Duration::from_millis(250).saturating_mul(1 << (*failures - 1).min(10)).min(LONGEST_TROUBLE_WAIT);
    metrics::counter!("antrag_courier_database_failures_total").increment(1);
    tracing::error!(%error, failures = *failures, "the courier cannot read the outbox; it goes on trying");
    Look { at: Instant::now() + wait, more: false }
}
