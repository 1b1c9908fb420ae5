//! One delivery, from claim to outcome.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::super::DeliveryError;
use super::{Courier, backoff, signed};
use crate::store::StoreError;
use crate::store::deliveries::{Claim, Outcome};

/// Counts outcomes that could not be written down: the other side may get such a delivery twice.
pub(super) const UNSETTLED: &str = "antrag_deliveries_unsettled_total";

impl Courier {
    /// Sends one claimed delivery and writes down how it ended. Returns when it is due again, if it failed for now.
    pub(super) async fn deliver(self, claim: Claim, release: CancellationToken) -> Option<Timestamp> {
        let result = tokio::select! {
            biased;
            result = contained(self.attempt(&claim)) => result,
            () = release.cancelled() => Ok(Outcome::Released),
        };
        let outcome = match result {
            Ok(outcome) => outcome,
            Err(DeliveryError::Never(reason)) => Outcome::Held { reason },
            Err(DeliveryError::Later(reason)) => Outcome::Later { next: self.next(claim.attempts), reason },
        };
        report(&claim, &outcome);
        self.settle(&claim, &outcome, &release).await;
        if let Outcome::Later { next, .. } = outcome { Some(next) } else { None }
    }

    async fn attempt(&self, claim: &Claim) -> Result<Outcome, DeliveryError> {
        let inner = &*self.0;
        let package = inner
            .store
            .package(&claim.vorgangsnummer)
            .await
            .map_err(|error| unreadable(&error))?
            .ok_or_else(|| DeliveryError::Never("the submission is not in the store".to_owned()))?;
        if package.cover.vorgangsnummer != claim.vorgangsnummer.as_str() {
            return Err(DeliveryError::Never("the stored cover names another Vorgangsnummer".to_owned()));
        }
        let parcel = inner.channels.pack(&claim.weg, package, &inner.store).await?;
        // When the lease ends another courier may send this: better not begin than send twice.
        if claim.until.duration_since(inner.clock.now()) < self.needed(claim.weg.kanal) {
            return Ok(Outcome::Released);
        }
        inner.channels.hand_over(&parcel).await
    }

    /// Writes the outcome down. While the database fails it is tried again until the lease ends: what is sent and not written
    /// down will be sent again.
    async fn settle(&self, claim: &Claim, outcome: &Outcome, release: &CancellationToken) {
        let mut wait = Duration::from_millis(100);
        loop {
            let now = self.0.clock.now();
            let number = &claim.vorgangsnummer;
            match self.0.store.settle(claim, outcome, now).await {
                Ok(true) => return,
                Ok(false) => {
                    tracing::error!(vorgangsnummer = %number, delivery = claim.id, ?outcome, "ALARM: an outcome belongs to no claim of ours any more and was not written down; the delivery may be made twice");
                    metrics::counter!(UNSETTLED).increment(1);
                    return;
                }
                Err(error) if now < claim.until && !release.is_cancelled() => {
                    tracing::warn!(vorgangsnummer = %number, %error, "an outcome cannot be written down; trying again");
                }
                Err(error) => {
                    tracing::error!(vorgangsnummer = %number, delivery = claim.id, %error, ?outcome, "ALARM: an outcome could not be written down; the delivery will be made again");
                    metrics::counter!(UNSETTLED).increment(1);
                    return;
                }
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => wait = (wait * 2).min(Duration::from_secs(5)),
                () = release.cancelled() => {}
            }
        }
    }

    fn next(&self, attempts: u32) -> Timestamp {
        let settings = &self.0.settings;
        let chance = u32::from_be_bytes(self.0.randomness.bytes());
        let wait = backoff::after(attempts, settings.first_retry, settings.longest_retry, chance);
        self.0.clock.now().saturating_add(signed(wait)).unwrap_or(Timestamp::MAX)
    }
}

/// A panic belongs to its delivery alone: nothing it touched is used afterwards, and the delivery is tried again.
async fn contained<T>(attempt: impl Future<Output = Result<T, DeliveryError>>) -> Result<T, DeliveryError> {
    AssertUnwindSafe(attempt)
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(DeliveryError::Later("the attempt broke off with an internal error".to_owned())))
}

/// A database that fails now may answer later; what does not open or read never will.
fn unreadable(error: &StoreError) -> DeliveryError {
    match error {
        StoreError::Database(_) => DeliveryError::Later(format!("the submission cannot be read: {error}")),
        _ => DeliveryError::Never("the stored submission is damaged or sealed with another key".to_owned()),
    }
}

fn report(claim: &Claim, outcome: &Outcome) {
    let (number, kanal, attempt) = (&claim.vorgangsnummer, claim.weg.kanal.name(), claim.attempts.saturating_add(1));
    let name = match outcome {
        Outcome::Delivered => {
            tracing::info!(vorgangsnummer = %number, kanal, attempt, "delivered");
            "delivered"
        }
        Outcome::Handed => {
            tracing::info!(vorgangsnummer = %number, kanal, attempt, "handed over, not confirmed yet");
            "handed"
        }
        Outcome::Later { next, reason } => {
            tracing::warn!(vorgangsnummer = %number, kanal, attempt, %next, reason, "not delivered, will be repeated");
            "later"
        }
        Outcome::Held { reason } => {
            tracing::error!(vorgangsnummer = %number, kanal, attempt, reason, "NOT DELIVERED: held until someone mends it and runs `outbox retry`");
            "held"
        }
        Outcome::Released => {
            tracing::info!(vorgangsnummer = %number, kanal, "released without an attempt");
            "released"
        }
    };
    metrics::counter!("antrag_deliveries_total", "outcome" => name, "kanal" => kanal).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_in_one_attempt_means_later_for_this_delivery() {
        let result: Result<(), _> = contained(async { panic!("of a library") }).await;
        assert!(matches!(result, Err(DeliveryError::Later(_))));
    }
}
