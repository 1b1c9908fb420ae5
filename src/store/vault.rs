//! Sealing of what lies at rest: AES-256-GCM through ring, keys derived by HKDF-SHA-256.

use crate::randomness::Randomness;

/// The key to one draft; exists only in the browser's cookie.
#[derive(Clone)]
pub struct DraftKey([u8; 32]);

/// The key to submissions at rest, from `keys.file`.
pub struct MasterKey([u8; 32]);

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

impl std::fmt::Debug for DraftKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DraftKey(…)")
    }
}

impl DraftKey {
    /// A new key.
    pub fn new(randomness: &Randomness) -> Self {
        Self(randomness.bytes())
    }

    /// A key as the cookie holds it: 43 characters of base64url without padding.
    pub fn parse(text: &str) -> Option<Self> {
        let _ = text;
        todo!()
    }

    /// As the cookie holds it.
    pub fn to_cookie(&self) -> String {
        todo!()
    }

    /// The token that proves that a form was ours: HMAC-SHA-256 of `purpose`, base64url.
    pub fn token(&self, purpose: &str) -> String {
        let _ = purpose;
        todo!()
    }

    /// Whether `token` is [`DraftKey::token`] of `purpose`, in constant time.
    pub fn verify(&self, purpose: &str, token: &str) -> bool {
        let _ = (purpose, token);
        todo!()
    }
}

impl MasterKey {
    /// From 32 bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// From `keys.file`: 64 hex digits.
    pub fn parse(text: &str) -> Option<Self> {
        let _ = text;
        todo!()
    }
}
