//! Submissions: accepted in one transaction with their deliveries; never updated, removed only by retention.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::drafts::Revision;
use super::uploads::UploadKey;
use super::vault::DraftKey;
use super::{Store, StoreError};
use crate::draft::{Draft, DraftId, Zugang};
use crate::office::Kanal;
use crate::randomness::Randomness;
use crate::submission::Vorgangsnummer;

/// Everything that is posted, frozen: sealed with the master key (PDF and XML separately from the rest).
#[derive(Clone, Serialize, Deserialize)]
pub struct Package {
    /// What the letter says.
    pub cover: Cover,
    /// The PDF.
    #[serde(skip)]
    pub pdf: Vec<u8>,
    /// The XML.
    #[serde(skip)]
    pub xml: Vec<u8>,
    /// The citizen's files, with the keys to their bytes.
    pub attachments: Vec<PackedUpload>,
}

/// What the letter to the office says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cover {
    /// Vorgangsnummer.
    pub vorgangsnummer: String,
    /// When it was accepted.
    pub at: Timestamp,
    /// Tenant's id.
    pub mandant: String,
    /// Form title.
    pub formular: String,
    /// File name of the PDF.
    pub pdf_name: String,
    /// "Freigeschaltet für".
    pub zugang: Zugang,
    /// Name of the Leistung.
    pub leistung: String,
    /// Bezugsort.
    pub bezugsort: String,
    /// SHA-256 of the PDF, lower-case hex.
    pub pdf_sha256: String,
    /// SHA-256 of the XML, lower-case hex.
    pub xml_sha256: String,
}

/// A file of the package.
#[derive(Clone, Serialize, Deserialize)]
pub struct PackedUpload {
    /// Name of the upload in the store.
    pub id: String,
    /// Key to its bytes.
    pub key: UploadKey,
    /// Safe file name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Length in bytes.
    pub length: u64,
}

/// What [`Store::submit`] commits.
pub struct NewSubmission<'a> {
    /// The draft, with `sent` already set to the number.
    pub draft: &'a Draft,
    /// Its key.
    pub key: &'a DraftKey,
    /// The revision that was read.
    pub revision: Revision,
    /// The number.
    pub vorgangsnummer: &'a Vorgangsnummer,
    /// Id of the office.
    pub stelle: &'a str,
    /// The package.
    pub package: &'a Package,
    /// The ways it goes; one delivery each.
    pub kanaele: &'a [Kanal],
    /// Now.
    pub at: Timestamp,
    /// How long the receipt may be opened with the browser's key.
    pub life: SignedDuration,
}

impl Store {
    /// One transaction: submission, deliveries, draft sealed as sent, uploads handed to the submission, event `accepted`.
    /// [`StoreError::NumberTaken`]: nothing was written, try the next tick. [`StoreError::AlreadySent`]: the draft has its submission.
    /// [`StoreError::Conflict`]: the draft was changed since it was read.
    pub async fn submit(&self, new: NewSubmission<'_>, randomness: &Randomness) -> Result<(), StoreError> {
        let _ = (new, randomness);
        todo!()
    }

    /// The Vorgangsnummer of a draft that was submitted.
    pub async fn vorgangsnummer_of(&self, draft: &DraftId) -> Result<Option<Vorgangsnummer>, StoreError> {
        let _ = draft;
        todo!()
    }

    /// The package of a submission, opened with the master key; the bytes are checked against their SHA-256.
    pub async fn package(&self, vorgangsnummer: &Vorgangsnummer) -> Result<Option<Package>, StoreError> {
        let _ = vorgangsnummer;
        todo!()
    }

    /// Forgets submissions of a tenant whose every delivery was confirmed before `before`, with uploads and deliveries; events stay.
    pub async fn sweep_submissions(&self, mandant: &str, before: Timestamp) -> Result<u64, StoreError> {
        let _ = (mandant, before);
        todo!()
    }
}
