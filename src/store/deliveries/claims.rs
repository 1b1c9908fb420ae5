//! Claims: a delivery belongs to one courier until it is settled or its lease ends.

use jiff::{SignedDuration, Timestamp};

use super::{Claim, Outcome, count, read_way};
use crate::office::kanal::Kanal;
use crate::store::tx::values;
use crate::store::{Store, StoreError, drafts, nanos};
use crate::submission::Vorgangsnummer;

/// What the operator reads about a way that this program does not know (it was written by a newer one).
const UNREADABLE: &str = "this version does not know the channel";

impl Store {
    /// Claims up to `limit` deliveries that are due and unclaimed. Each claim is a lease: no other instance gets the delivery before
    /// `now` and the time that `lease` gives its channel have passed.
    ///
    /// The claim's name is `claimed_by` with the end of its lease, so that a courier whose lease ended does not settle a later
    /// claim of the same name. Taking over a claim that nobody settled leaves the event `attempted`: it may have been sent.
    pub async fn claim(
        &self,
        claimed_by: &str,
        now: Timestamp,
        lease: impl Fn(Kanal) -> SignedDuration + Send + 'static,
        limit: u32,
    ) -> Result<Vec<Claim>, StoreError> {
        let (claimed_by, begun, now) = (claimed_by.to_owned(), now, nanos(now));
        let text = "SELECT id, submission, kanal, attempts, claimed_by FROM deliveries \
                    WHERE delivered_at IS NULL AND handed_at IS NULL AND held_at IS NULL \
                    AND next_at <= $1 AND (claimed_until IS NULL OR claimed_until <= $1) ORDER BY next_at LIMIT $2";
        self.write(move |tx| {
            let due: Vec<(i64, String, String, i64, Option<String>)> =
                tx.locking(text, values![now, i64::from(limit)])?;
            let mut claims = Vec::with_capacity(due.len());
            for (id, submission, kanal, attempts, before) in due {
                let (Some(vorgangsnummer), Some(weg)) = (Vorgangsnummer::parse(&submission), read_way(&kanal)) else {
                    // To a human with it, so that it does not stand in the way of the others.
                    let text = "UPDATE deliveries SET held_at = $1, reason = $2, claimed_by = NULL, claimed_until = NULL \
                                WHERE id = $3";
                    tx.execute(text, values![now, UNREADABLE, id])?;
                    tx.event(&submission, now, "held", Some(id), Some(UNREADABLE))?;
                    continue;
                };
                let until = drafts::end(begun, lease(weg.kanal));
                let name = format!("{claimed_by}@{}", nanos(until));
                let text = "UPDATE deliveries SET claimed_by = $1, claimed_until = $2 WHERE id = $3";
                tx.execute(text, values![&name, nanos(until), id])?;
                if before.is_some() {
                    tx.event(&submission, now, "attempted", Some(id), Some("the claim ended without a word"))?;
                }
                claims.push(Claim { id, vorgangsnummer, weg, attempts: count(attempts), claimed_by: name, until });
            }
            Ok(claims)
        })
        .await
    }

    /// Writes down how a claimed attempt ended. Returns false if the claim is not ours any more: nothing was written down.
    pub async fn settle(&self, claim: &Claim, outcome: &Outcome, now: Timestamp) -> Result<bool, StoreError> {
        let now = nanos(now);
        let (claim, outcome) = (claim.clone(), outcome.clone());
        self.write(move |tx| {
            let Settled { attempted, failed, held, handed, delivered, next, reason, what } = Settled::from(&outcome, now);
            let text = "UPDATE deliveries SET attempts = attempts + $1, attempted_at = COALESCE($2, attempted_at), \
                 failed_at = COALESCE($3, failed_at), held_at = $4, handed_at = $5, delivered_at = $6, \
                 next_at = COALESCE($7, next_at), reason = COALESCE($8, reason), claimed_by = NULL, claimed_until = NULL \
                 WHERE id = $9 AND claimed_by = $10";
            let more = i64::from(attempted.is_some());
            let values =
                values![more, attempted, failed, held, handed, delivered, next, reason, claim.id, &claim.claimed_by];
            let ours = tx.execute(text, values)? == 1;
            if let (true, Some(what)) = (ours, what) {
                tx.event(claim.vorgangsnummer.as_str(), now, what, Some(claim.id), reason)?;
            }
            Ok(ours)
        })
        .await
    }
}

/// An outcome in the words of the table.
#[derive(Default)]
struct Settled<'a> {
    attempted: Option<i64>,
    failed: Option<i64>,
    held: Option<i64>,
    handed: Option<i64>,
    delivered: Option<i64>,
    next: Option<i64>,
    reason: Option<&'a str>,
    what: Option<&'static str>,
}

impl<'a> Settled<'a> {
    fn from(outcome: &'a Outcome, now: i64) -> Self {
        let attempted = Self { attempted: Some(now), ..Self::default() };
        match outcome {
            Outcome::Handed => Self { handed: Some(now), what: Some("handed"), ..attempted },
            Outcome::Delivered => Self { delivered: Some(now), what: Some("delivered"), ..attempted },
            Outcome::Later { next, reason } => Self {
                failed: Some(now),
                next: Some(nanos(*next)),
                reason: Some(reason),
                what: Some("failed"),
                ..attempted
            },
            Outcome::Held { reason } => Self { held: Some(now), reason: Some(reason), what: Some("held"), ..attempted },
            Outcome::Released => Self::default(),
        }
    }
}
