//! The channel `mail`: one mail with PDF, data files and the citizen's files; the server that takes it confirms it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::DeliveryError;
use super::letter::{self, Letter, Sender, enclosure};
use super::transport::Transport;
use crate::store::Store;
use crate::store::deliveries::Outcome;
use crate::store::submissions::Package;

/// Mail by one transport. Cheap to clone; all clones share connections and limits.
#[derive(Clone)]
pub struct Mail {
    transport: Transport,
    sender: Sender,
    largest: u64,
    /// Kibibytes of mail, before encoding, that may be in memory at once: two of the largest, any number of small ones.
    room: Arc<Semaphore>,
    room_size: u32,
}

/// A mail, ready to be sent, with its part of the memory.
pub(super) struct Packed {
    letter: Letter,
    _room: OwnedSemaphorePermit,
}

impl Mail {
    /// `largest`: most bytes of one mail before encoding, PDF and data files included; a larger one needs a human.
    pub fn new(transport: Transport, sender: Sender, largest: u64) -> Self {
        let room_size = kibibytes(largest).saturating_mul(2).min(u32::MAX >> 4);
        Self { transport, sender, largest, room: Arc::new(Semaphore::new(room_size as usize)), room_size }
    }

    /// The longest time that [`Mail::hand_over`] takes.
    pub(super) fn longest(&self) -> Duration {
        self.transport.timeout()
    }

    /// Composes the mail to this mailbox.
    pub(super) async fn pack(&self, an: &str, package: Package, store: &Store) -> Result<Packed, DeliveryError> {
        let size = kibibytes(enclosure::total(&package)).min(self.room_size);
        let room = Arc::clone(&self.room).acquire_many_owned(size).await.expect("nobody closes it");
        let enclosures = enclosure::fetch(store, &package, self.largest).await?;
        let (sender, an) = (self.sender.clone(), an.to_owned());
        // Encoding some megabytes takes its time; other deliveries and pages go on meanwhile.
        let letter = tokio::task::spawn_blocking(move || letter::write(&sender, &an, package, enclosures))
            .await
            .map_err(|_| DeliveryError::Later("composing the mail broke off with an internal error".to_owned()))??;
        Ok(Packed { letter, _room: room })
    }

    /// Sends it. Once the server has taken it, the office has it: there is no later word to wait for.
    pub(super) async fn hand_over(&self, packed: &Packed) -> Result<Outcome, DeliveryError> {
        self.transport.send(&packed.letter).await?;
        Ok(Outcome::Delivered)
    }

    /// Says goodbye on idle connections.
    pub(super) async fn close(&self) {
        self.transport.close().await;
    }
}

fn kibibytes(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX).max(1)
}
