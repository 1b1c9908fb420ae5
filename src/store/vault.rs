//! Sealing of what lies at rest: AES-256-GCM (NIST SP 800-38D) through ring, keys derived by HKDF-SHA-256 (RFC 5869).
//!
//! Every seal is bound to its place (purpose, row, revision or number) by additional authenticated data (AAD): sealed content that was
//! moved elsewhere does not open.

use std::sync::LazyLock;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER, HEXLOWER_PERMISSIVE};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::{digest, hkdf, hmac};

use super::StoreError;
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
        BASE64URL_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok().map(Self)
    }

    /// As the cookie holds it.
    pub fn to_cookie(&self) -> String {
        BASE64URL_NOPAD.encode(&self.0)
    }

    /// The token that proves that a form was ours: HMAC-SHA-256 of `purpose`, base64url.
    pub fn token(&self, purpose: &str) -> String {
        BASE64URL_NOPAD.encode(hmac::sign(&self.token_key(), purpose.as_bytes()).as_ref())
    }

    /// Whether `token` is [`DraftKey::token`] of `purpose`, in constant time.
    pub fn verify(&self, purpose: &str, token: &str) -> bool {
        BASE64URL_NOPAD
            .decode(token.as_bytes())
            .is_ok_and(|token| hmac::verify(&self.token_key(), purpose.as_bytes(), &token).is_ok())
    }

    /// What seals the draft's content.
    pub(super) fn seal(&self) -> Seal {
        Seal::new(&derive(&self.0, &[b"draft"]))
    }

    /// The key to one of the draft's uploads, as bytes.
    pub(super) fn derive_upload(&self, upload_id: &str) -> [u8; 32] {
        derive(&self.0, &[b"upload", upload_id.as_bytes()])
    }

    fn token_key(&self) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, &derive(&self.0, &[b"token"]))
    }
}

impl MasterKey {
    /// From 32 bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// From `keys.file`: 64 hex digits, white space around them ignored.
    pub fn parse(text: &str) -> Option<Self> {
        HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).ok()?.try_into().ok().map(Self)
    }

    /// What seals one submission. A key of its own for each, so that random nonces never grow too many for one key.
    pub(super) fn seal(&self, vorgangsnummer: &str) -> Seal {
        Seal::new(&derive(&self.0, &[b"submission", vorgangsnummer.as_bytes()]))
    }
}

impl MasterKey {
    /// What seals the answers of directories. They are fetched at most some thousand times a day: nonces do not run out.
    pub(super) fn seal_answers(&self) -> Seal {
        Seal::new(&derive(&self.0, &[b"answers"]))
    }
}

/// A key ready for sealing and opening. Sealed content is nonce (12 bytes, random), ciphertext, tag (16 bytes).
pub(super) struct Seal(LessSafeKey);

impl Seal {
    /// Bytes that sealing adds to the content.
    pub(super) const ADDED: u64 = 12 + 16;

    pub(super) fn new(key: &[u8; 32]) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, key).expect("AES-256 takes 32 bytes");
        Self(LessSafeKey::new(key))
    }

    /// Seals content to its place.
    pub(super) fn seal(&self, place: &[&[u8]], content: &[u8], randomness: &Randomness) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = randomness.bytes();
        let mut sealed = Vec::with_capacity(NONCE_LEN + content.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(content);
        let tag = self
            .0
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(joined(place)),
                &mut sealed[NONCE_LEN..],
            )
            .expect("content is far below 64 GiB");
        sealed.extend_from_slice(tag.as_ref());
        sealed
    }

    /// Opens what was sealed to this place; [`StoreError::Sealed`] if key, place or any bit differ.
    pub(super) fn open(&self, place: &[&[u8]], mut sealed: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        let nonce: [u8; NONCE_LEN] = *sealed.first_chunk().ok_or(StoreError::Sealed)?;
        let length = self
            .0
            .open_within(Nonce::assume_unique_for_key(nonce), Aad::from(joined(place)), &mut sealed, NONCE_LEN..)
            .map_err(|_| StoreError::Sealed)?
            .len();
        sealed.truncate(length);
        Ok(sealed)
    }
}

/// SHA-256 as the tables and the cover hold it: lower-case hex.
pub fn sha256(content: &[u8]) -> String {
    HEXLOWER.encode(digest::digest(&digest::SHA256, content).as_ref())
}

fn derive(key: &[u8; 32], purpose: &[&[u8]]) -> [u8; 32] {
    static SALT: LazyLock<hkdf::Salt> = LazyLock::new(|| hkdf::Salt::new(hkdf::HKDF_SHA256, b"antragsassistent 1"));
    let mut derived = [0; 32];
    SALT.extract(key)
        .expand(&[&joined(purpose)], hkdf::HKDF_SHA256)
        .and_then(|material| material.fill(&mut derived))
        .expect("HKDF-SHA-256 gives up to 8,160 bytes");
    derived
}

/// The parts, each behind its length, so that no two lists give the same bytes.
fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(128);
    for part in parts {
        joined.extend_from_slice(&(part.len() as u64).to_be_bytes());
        joined.extend_from_slice(part);
    }
    joined
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(byte: u8) -> DraftKey {
        DraftKey([byte; 32])
    }

    #[test]
    fn a_key_survives_the_cookie() {
        let text = key(7).to_cookie();
        assert_eq!(text.len(), 43);
        assert_eq!(DraftKey::parse(&text).unwrap().0, key(7).0);
        for wrong in ["", "short", &format!("{text}A"), &format!("{text}="), &text.replace('w', "+")] {
            assert!(DraftKey::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_token_holds_for_its_key_and_purpose_only() {
        let token = key(1).token("weiter");
        assert!(key(1).verify("weiter", &token));
        assert!(!key(1).verify("einreichen", &token));
        assert!(!key(2).verify("weiter", &token));
        assert!(!key(1).verify("weiter", &token[1..]));
        assert!(!key(1).verify("weiter", ""));
    }

    #[test]
    fn the_master_key_is_64_hex_digits() {
        assert!(MasterKey::parse(&format!("{}\n", "0aF9".repeat(16))).is_some());
        assert!(MasterKey::parse(&"0".repeat(63)).is_none());
        assert!(MasterKey::parse(&"g".repeat(64)).is_none());
    }

    #[test]
    fn keys_do_not_show_in_debug() {
        assert_eq!(format!("{:?} {:?}", key(65), MasterKey([65; 32])), "DraftKey(…) MasterKey(…)");
    }

    #[test]
    fn equal_content_is_sealed_differently_each_time() {
        let (seal, randomness) = (key(1).seal(), Randomness::System);
        assert_ne!(seal.seal(&[b"a"], b"text", &randomness), seal.seal(&[b"a"], b"text", &randomness));
    }

    #[test]
    fn a_place_is_not_its_parts_glued_together() {
        let seal = key(1).seal();
        let sealed = seal.seal(&[b"ab", b"c"], b"text", &Randomness::System);
        assert!(seal.open(&[b"a", b"bc"], sealed.clone()).is_err());
        assert_eq!(seal.open(&[b"ab", b"c"], sealed).unwrap(), b"text");
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_unless_a_bit_changed(content: Vec<u8>, place: Vec<u8>, at: prop::sample::Index, bit in 0..8u8) {
            let seal = key(3).seal();
            let sealed = seal.seal(&[&place], &content, &Randomness::System);
            prop_assert_eq!(sealed.len() as u64, content.len() as u64 + Seal::ADDED);
            prop_assert_eq!(&seal.open(&[&place], sealed.clone()).unwrap(), &content);
            prop_assert!(key(4).seal().open(&[&place], sealed.clone()).is_err());
            let mut damaged = sealed;
            let at = at.index(damaged.len());
            damaged[at] ^= 1 << bit;
            prop_assert!(seal.open(&[&place], damaged).is_err());
        }

        #[test]
        fn opening_anything_never_panics(sealed: Vec<u8>) {
            prop_assert!(key(5).seal().open(&[], sealed).is_err());
        }
    }
}
