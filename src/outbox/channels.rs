//! The channels of this instance, opened: what each makes of a submission, and how it hands that over.
//!
//! The courier knows claims, leases, repetitions and the trail, and no channel; a channel knows its transport, its limits and what
//! confirms a delivery, and no claim. To add one:
//!
//! 1. `office::kanal`: the variant of [`Kanal`], its name in `ALL` and its row of facts.
//! 2. A file of its own beside `mail.rs` with the two halves of a delivery, `pack` and `hand_over`, and `longest`, the time that the
//!    second half takes at most; the lease follows from it.
//! 3. Here: a field of [`Channels`], a variant of [`Parcel`], and the arms that the compiler asks for.
//! 4. What it needs to be told, as a section of the settings; `cli::program` opens it where the compiler misses the field.
//!
//! Tenants name it in `[kontaktsysteme]` from then on. Nothing else knows how many channels there are.

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
