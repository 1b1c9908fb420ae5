//! Deliveries: their state is computed from timestamps; claims expire; nothing is ever dropped.

/// Claiming what is due and writing down how it ended.
mod claims;

use jiff::Timestamp;

use super::tx::values;
use super::{Store, StoreError, moment, nanos};
use crate::office::kanal::Zustellweg;
use crate::submission::Vorgangsnummer;

/// A delivery that this instance may send now.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The delivery.
    pub id: i64,
    /// The submission.
    pub vorgangsnummer: Vorgangsnummer,
    /// The way.
    pub weg: Zustellweg,
    /// How often it was tried before.
    pub attempts: u32,
    /// Names this claim; settling with another one's name does nothing.
    pub claimed_by: String,
    /// When its lease ends.
    pub until: Timestamp,
}

/// How an attempt ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The other side took it, and with that confirmed it.
    Delivered,
    /// The other side took it and will confirm it later: it is not sent again, and not done.
    Handed,
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
    /// Tells the deliveries of one submission apart; never given twice.
    pub id: i64,
    /// Vorgangsnummer.
    pub vorgangsnummer: String,
    /// Tenant.
    pub mandant: String,
    /// Id of the office.
    pub stelle: String,
    /// The way; empty if this version does not know its channel.
    #[serde(rename = "kanal")]
    pub weg: Option<Zustellweg>,
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
    /// Taken by the other side, where that confirms later.
    pub handed_at: Option<Timestamp>,
    /// Confirmed by the other side: done.
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
    /// Taken by the other side, which has yet to confirm it.
    Handed,
    /// Done.
    Delivered,
}

/// An entry of the audit trail.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What: `accepted`, `attempted`, `failed`, `held`, `handed`, `delivered`, `retried`, `swept`.
    pub what: String,
    /// Which delivery, if it is about one of them; events of former versions do not tell.
    pub delivery: Option<i64>,
    /// More, without personal data.
    pub detail: Option<String>,
}

/// Figures for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OutboxFigures {
    /// Still to be sent.
    pub waiting: u64,
    /// Held.
    pub held: u64,
    /// Age in seconds of the oldest of those that wait.
    pub oldest_waiting_seconds: i64,
}

impl Delivery {
    /// The state, from the timestamps.
    pub fn state(&self) -> State {
        if self.delivered_at.is_some() {
            State::Delivered
        } else if self.handed_at.is_some() {
            State::Handed
        } else if self.held_at.is_some() {
            State::Held
        } else if self.failed_at.is_some() {
            State::Retrying
        } else {
            State::Queued
        }
    }
}

type At = Option<i64>;
type Row = (i64, String, String, String, String, i64, i64, At, At, At, At, At, i64, Option<String>);

/// The columns of a [`Delivery`], in the order of [`Row`].
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, submission, mandant, stelle, kanal, queued_at, next_at, attempted_at, failed_at, held_at, handed_at, \
             delivered_at, attempts, reason FROM deliveries JOIN submissions ON submission = vorgangsnummer ",
            $rest
        )
    };
}

impl Store {
    /// When the next delivery is due, if any waits. One that is claimed is due when its claim ends.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let text = "SELECT MIN(CASE WHEN claimed_until > next_at THEN claimed_until ELSE next_at END) FROM deliveries \
                    WHERE delivered_at IS NULL AND handed_at IS NULL AND held_at IS NULL";
        let (due,) = self.read(move |tx| tx.one::<(Option<i64>,)>(text, &[])).await?;
        Ok(due.map(moment))
    }

    /// Deliveries, newest first, at most `limit`; `open_only` leaves out what is delivered.
    pub async fn deliveries(&self, open_only: bool, limit: u32) -> Result<Vec<Delivery>, StoreError> {
        let text = if open_only {
            select!("WHERE delivered_at IS NULL ORDER BY queued_at DESC, id DESC LIMIT $1")
        } else {
            select!("ORDER BY queued_at DESC, id DESC LIMIT $1")
        };
        let rows = self.search(move |tx| tx.rows::<Row>(text, values![i64::from(limit)])).await?;
        Ok(rows.into_iter().map(delivery).collect())
    }

    /// The deliveries and the trail of one submission. The trail outlives the submission.
    pub async fn delivery_trail(
        &self,
        vorgangsnummer: &Vorgangsnummer,
    ) -> Result<(Vec<Delivery>, Vec<Event>), StoreError> {
        let number = vorgangsnummer.to_string();
        let found = self.read(move |tx| {
            let rows: Vec<Row> = tx.rows(select!("WHERE submission = $1 ORDER BY id"), values![&number])?;
            let text = "SELECT at, what, delivery, detail FROM events WHERE submission = $1 ORDER BY number";
            Ok((rows, tx.rows::<(i64, String, Option<i64>, Option<String>)>(text, values![&number])?))
        });
        let (rows, events) = found.await?;
        let events =
            events.into_iter().map(|(at, what, delivery, detail)| Event { at: moment(at), what, delivery, detail });
        Ok((rows.into_iter().map(delivery).collect(), events.collect()))
    }

    /// Makes the deliveries of a submission that are still to be sent due now, held ones too; returns how many.
    pub async fn retry(&self, vorgangsnummer: &Vorgangsnummer, now: Timestamp) -> Result<u64, StoreError> {
        let number = vorgangsnummer.to_string();
        self.write(move |tx| {
            // What was held failed: it does not look as if it had never been tried.
            let text = "UPDATE deliveries SET next_at = $1, failed_at = COALESCE(held_at, failed_at), held_at = NULL \
                        WHERE submission = $2 AND delivered_at IS NULL AND handed_at IS NULL RETURNING id";
            let freed: Vec<(i64,)> = tx.rows(text, values![nanos(now), &number])?;
            for (id,) in &freed {
                tx.event(&number, nanos(now), "retried", Some(*id), None)?;
            }
            Ok(freed.len() as u64)
        })
        .await
    }

    /// Figures for metrics.
    pub async fn outbox_figures(&self, now: Timestamp) -> Result<OutboxFigures, StoreError> {
        let text = "SELECT COUNT(*) FILTER (WHERE held_at IS NULL), COUNT(held_at), \
                    MIN(CASE WHEN held_at IS NULL THEN queued_at END) FROM deliveries \
                    WHERE delivered_at IS NULL AND handed_at IS NULL";
        let (waiting, held, oldest) = self.search(move |tx| tx.one::<(i64, i64, Option<i64>)>(text, &[])).await?;
        Ok(OutboxFigures {
            waiting: waiting.unsigned_abs(),
            held: held.unsigned_abs(),
            oldest_waiting_seconds: oldest.map_or(0, |at| now.duration_since(moment(at)).as_secs().max(0)),
        })
    }
}

fn delivery(row: Row) -> Delivery {
    let (id, vorgangsnummer, mandant, stelle, kanal, queued, next, ..) = row;
    let (.., attempted, failed, held, handed, delivered, attempts, reason) = row;
    Delivery {
        id,
        vorgangsnummer,
        mandant,
        stelle,
        weg: read_way(&kanal),
        queued_at: moment(queued),
        next_at: moment(next),
        attempted_at: attempted.map(moment),
        failed_at: failed.map(moment),
        held_at: held.map(moment),
        handed_at: handed.map(moment),
        delivered_at: delivered.map(moment),
        attempts: count(attempts),
        reason,
    }
}

/// The way as it is stored, unless a newer version wrote it for a channel that this one does not have.
fn read_way(text: &str) -> Option<Zustellweg> {
    serde_json::from_str(text).ok()
}

fn count(attempts: i64) -> u32 {
    u32::try_from(attempts).unwrap_or(u32::MAX)
}
