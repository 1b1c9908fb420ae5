//! A printed document with its SHA-256, which is taken once.

use super::vault::sha256;

/// Bytes that cannot change any more, and their SHA-256.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Printed {
    bytes: Vec<u8>,
    sha256: String,
}

impl Printed {
    /// Takes the SHA-256 of the bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        let sha256 = sha256(&bytes);
        Self { bytes, sha256 }
    }

    /// What was sealed together with its SHA-256 and opened: no bit of it can differ (GCM).
    pub(super) fn opened(bytes: Vec<u8>, sha256: String) -> Self {
        Self { bytes, sha256 }
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, for those who need nothing else of it.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// SHA-256 of the bytes, lower-case hex.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}
