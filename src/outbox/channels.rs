//! The channels of this instance, opened: what each makes of a submission, and how it hands that over.
//!
//! The courier knows claims, leases, repetitions and the trail, and no channel; a channel knows its transport, its limits and what
//! confirms a delivery, and no claim. `docs/contributing.md#add-a-channel` says how to add one.

use std::time::Duration;

use super::DeliveryError;
use super::mail::{Mail, Packed};
use crate::office::kanal::{Kanal, Zustellweg};
use crate::store::Store;
use crate::store::deliveries::Outcome;
use crate::store::submissions::Package;

/// The channels. Cheap to clone.
#[derive(Clone)]
pub struct Channels {
    /// Mail.
    pub mail: Mail,
}

/// A submission as one channel sends it. The same submission gives the same parcel, so that a repetition is recognised as one.
pub(super) enum Parcel {
    /// A mail.
    Mail(Packed),
}

impl Channels {
    /// The longest time that [`Channels::hand_over`] takes by this channel.
    pub(super) fn longest(&self, kanal: Kanal) -> Duration {
        match kanal {
            Kanal::Mail => self.mail.longest(),
        }
    }

    /// Makes ready what goes this way. May take its time and its memory; nothing leaves the house yet.
    pub(super) async fn pack(
        &self,
        weg: &Zustellweg,
        package: Package,
        store: &Store,
    ) -> Result<Parcel, DeliveryError> {
        match weg.kanal {
            Kanal::Mail => self.mail.pack(&weg.an, package, store).await.map(Parcel::Mail),
        }
    }

    /// Hands the parcel over. [`Outcome::Delivered`] where its being taken is what confirms it, [`Outcome::Handed`] where a word of
    /// the other side comes later; retention counts from the confirmation.
    pub(super) async fn hand_over(&self, parcel: &Parcel) -> Result<Outcome, DeliveryError> {
        match parcel {
            Parcel::Mail(packed) => self.mail.hand_over(packed).await,
        }
    }

    /// Says goodbye on idle connections.
    pub(super) async fn close(&self) {
        self.mail.close().await;
    }
}
