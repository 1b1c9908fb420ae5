//! The sweeper: expired drafts, answers of directories, and submissions whose delivery was confirmed longer ago than the tenant keeps them.

use jiff::{SignedDuration, Timestamp};

use super::Counter;
use crate::store::StoreError;

/// What a round forgot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Drafts.
    pub drafts: u64,
    /// Submissions.
    pub submissions: u64,
    /// Answers of directories that are too old to serve.
    pub answers: u64,
}

impl Counter {
    /// One round. All by timestamps: a round that is missed is made up for by the next.
    pub async fn sweep(&self) -> Result<Swept, StoreError> {
        let now = self.clock.now();
        let mut swept = Swept { drafts: self.store.sweep_drafts(now).await?, submissions: 0, answers: 0 };
        for mandant in self.mandanten.values() {
            let kept = SignedDuration::from_hours(24 * i64::from(mandant.retention_days));
            let before = now.saturating_sub(kept).unwrap_or(Timestamp::MIN);
            swept.submissions += self.store.sweep_submissions(&mandant.id, before, now).await?;
            swept.answers += self.auskunft.sweep(&mandant.id).await?;
        }
        Ok(swept)
    }
}
