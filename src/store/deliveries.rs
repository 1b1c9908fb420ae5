//! Deliveries: their state is computed from timestamps; claims expire; nothing is ever dropped.

use jiff::{SignedDuration, Timestamp};

use super::{Store, StoreError};
use crate::office::Kanal;
use crate::submission::Vorgangsnummer;

/// A delivery that this instance may send now.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The submission.
    pub vorgangsnummer: Vorgangsnummer,
    /// The way.
    pub kanal: Kanal,
    /// How often it was tried before.
    pub attempts: u32,
    /// Names this claim; settling with another one's name does nothing.
    pub claimed_by: String,
}

/// How an attempt ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The other side took it.
    Delivered,
    /// Try again then; the reason is for the operator and holds no personal data.
    Later {
        /// When.
        next: Timestamp,
        /// Why.
        reason: String,
    },
    /// A human has to look.
    Held {
        /// Why.
        reason: String,
    },
    /// Not attempted (shutdown): free at once for others, does not count as an attempt.
    Released,
}

/// A delivery as the operator sees it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Delivery {
    /// Vorgangsnummer.
    pub vorgangsnummer: String,
    /// Tenant.
    pub mandant: String,
    /// Id of the office.
    pub stelle: String,
    /// The way.
    pub kanal: Kanal,
    /// Put into the outbox.
    pub queued_at: Timestamp,
    /// Next attempt.
    pub next_at: Timestamp,
    /// Last attempt.
    pub attempted_at: Option<Timestamp>,
    /// Last temporary failure.
    pub failed_at: Option<Timestamp>,
    /// Given to a human.
    pub held_at: Option<Timestamp>,
    /// Taken by the other side.
    pub delivered_at: Option<Timestamp>,
    /// Attempts so far.
    pub attempts: u32,
    /// Last reason.
    pub reason: Option<String>,
}

/// State of a delivery, computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Waits for its first attempt.
    Queued,
    /// Failed for now, waits for the next.
    Retrying,
    /// Needs a human.
    Held,
    /// Done.
    Delivered,
}

/// An entry of the audit trail.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What: `accepted`, `attempted`, `failed`, `held`, `delivered`, `retried`, `swept`.
    pub what: String,
    /// More, without personal data.
    pub detail: Option<String>,
}

/// Figures for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OutboxFigures {
    /// Not delivered, not held.
    pub waiting: u64,
    /// Held.
    pub held: u64,
    /// Age in seconds of the oldest delivery that is neither delivered nor held.
    pub oldest_waiting_seconds: i64,
}

impl Delivery {
    /// The state, from the timestamps.
    pub fn state(&self) -> State {
        if self.delivered_at.is_some() {
            State::Delivered
        } else if self.held_at.is_some() {
            State::Held
        } else if self.failed_at.is_some() {
            State::Retrying
        } else {
            State::Queued
        }
    }
}

impl Store {
    /// Claims up to `limit` deliveries that are due and unclaimed, until `now + lease`. No other instance gets them before.
    pub async fn claim(
        &self,
        claimed_by: &str,
        now: Timestamp,
        lease: SignedDuration,
        limit: u32,
    ) -> Result<Vec<Claim>, StoreError> {
        let _ = (claimed_by, now, lease, limit);
        todo!()
    }

    /// Writes down how a claimed attempt ended. Returns false if the claim was no longer ours.
    pub async fn settle(&self, claim: &Claim, outcome: &Outcome, now: Timestamp) -> Result<bool, StoreError> {
        let _ = (claim, outcome, now);
        todo!()
    }

    /// When the next delivery is due, if any waits.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        todo!()
    }

    /// Deliveries, newest first, at most `limit`; `open_only` leaves out what is delivered.
    pub async fn deliveries(&self, open_only: bool, limit: u32) -> Result<Vec<Delivery>, StoreError> {
        let _ = (open_only, limit);
        todo!()
    }

    /// The deliveries and the trail of one submission.
    pub async fn delivery_trail(
        &self,
        vorgangsnummer: &Vorgangsnummer,
    ) -> Result<(Vec<Delivery>, Vec<Event>), StoreError> {
        let _ = vorgangsnummer;
        todo!()
    }

    /// Makes the open deliveries of a submission due now, held ones too; returns how many.
    pub async fn retry(&self, vorgangsnummer: &Vorgangsnummer, now: Timestamp) -> Result<u64, StoreError> {
        let _ = (vorgangsnummer, now);
        todo!()
    }

    /// Figures for metrics.
    pub async fn outbox_figures(&self, now: Timestamp) -> Result<OutboxFigures, StoreError> {
        let _ = now;
        todo!()
    }
}
