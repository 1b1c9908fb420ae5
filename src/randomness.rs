//! The only source of randomness: ids, keys and nonces.

use ring::rand::{SecureRandom, SystemRandom};

/// Where random bytes come from. Whoever needs them is given this: what is random in the program can be seen by its type.
#[derive(Clone, Debug)]
pub enum Randomness {
    /// The operating system's generator.
    System,
}

impl Randomness {
    /// `N` random bytes.
    ///
    /// # Panics
    /// If the operating system has no randomness at all, as before it is up: nothing safe can be done then.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        SystemRandom::new().fill(&mut bytes).expect("the operating system's generator answers once the machine is up");
        bytes
    }
}
