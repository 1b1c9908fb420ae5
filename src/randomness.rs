//! The only source of randomness: ids, keys and nonces.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ring::rand::{SecureRandom, SystemRandom};

/// Where random bytes come from: the machine, or a seed that a test gives.
#[derive(Clone, Debug)]
pub enum Randomness {
    /// The operating system's generator.
    System,
    /// A repeatable sequence for tests; never for real data.
    Seeded(Arc<AtomicU64>),
}

impl Randomness {
    /// A repeatable sequence that begins at `seed`.
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(AtomicU64::new(seed)))
    }

    /// `N` random bytes.
    ///
    /// # Panics
    /// If the operating system has no randomness at all, as before it is up: nothing safe can be done then.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            Self::System => SystemRandom::new()
                .fill(&mut bytes)
                .expect("the operating system's generator answers once the machine is up"),
            Self::Seeded(counter) => {
                let turn = counter.fetch_add(1, Ordering::Relaxed);
                let digest = ring::digest::digest(&ring::digest::SHA512, &turn.to_be_bytes());
                for (byte, source) in bytes.iter_mut().zip(digest.as_ref().iter().cycle()) {
                    *byte = *source;
                }
            }
        }
        bytes
    }
}
