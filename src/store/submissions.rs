//! Submissions: accepted in one transaction with their deliveries; never updated, removed only by retention.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::drafts::{self, Revision};
use super::printed::Printed;
use super::uploads::UploadKey;
use super::vault::{DraftKey, Seal, sha256};
use super::{Store, StoreError, nanos};
use crate::draft::{Draft, DraftId, Zugang};
use crate::office::{Kanal, Zustellpunkt};
use crate::randomness::Randomness;
use crate::submission::Vorgangsnummer;

/// Everything that is posted, frozen: sealed with the master key (PDF and XML separately from the rest).
#[derive(Clone, Serialize, Deserialize)]
pub struct Package {
    /// What the letter says.
    pub cover: Cover,
    /// The PDF.
    #[serde(skip)]
    pub pdf: Printed,
    /// The XML.
    #[serde(skip)]
    pub xml: Printed,
    /// Further data files, in the order in which they are posted. Absent in packages from before there were any.
    #[serde(default)]
    pub further: Vec<DataFile>,
    /// The citizen's files, with the keys to their bytes.
    pub attachments: Vec<PackedUpload>,
    /// The office's FIT-Connect destination with the directory's signature, to be verified later. Is not posted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zustellpunkt: Option<Zustellpunkt>,
}

/// A data file besides the XML: the same content in another layout.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataFile {
    /// File name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Its text; data files are UTF-8.
    pub text: String,
    /// SHA-256 of the text, lower-case hex.
    pub sha256: String,
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
    /// File name of the XML. Absent in covers from before it could differ.
    #[serde(default = "usual_xml_name")]
    pub xml_name: String,
    /// SHA-256 of the PDF, lower-case hex.
    pub pdf_sha256: String,
    /// SHA-256 of the XML, lower-case hex.
    pub xml_sha256: String,
}

/// File name of the XML unless the tenant's offices need it for another layout.
pub const XML_NAME: &str = "XML-Daten.xml";

fn usual_xml_name() -> String {
    XML_NAME.to_owned()
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

/// What tells whether a document is the one that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprints {
    /// SHA-256 of the PDF, lower-case hex.
    pub pdf_sha256: String,
    /// SHA-256 of the XML, lower-case hex.
    pub xml_sha256: String,
}

/// What is told of a submission without its documents.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// What the letter says.
    pub cover: Cover,
    /// The office's FIT-Connect destination as the directory signed it, if it told one.
    pub zustellpunkt: Option<Zustellpunkt>,
    /// Length of the PDF in bytes.
    pub pdf_length: u64,
    /// Length of the XML in bytes.
    pub xml_length: u64,
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

/// Submissions forgotten in one transaction; small, because each may own many megabytes of uploads.
const BATCH: i64 = 16;

impl Store {
    /// One transaction: submission, deliveries, draft sealed as sent, uploads handed to the submission, event `accepted`.
    /// [`StoreError::NumberTaken`]: nothing was written, try the next tick. [`StoreError::AlreadySent`]: the draft has its submission.
    /// [`StoreError::Conflict`]: the draft was changed since it was read, or an upload of the package is not there.
    /// [`StoreError::NoChannel`]: no way to an office. [`StoreError::Sealed`]: the cover does not fit its package.
    pub async fn submit(&self, new: NewSubmission<'_>, randomness: &Randomness) -> Result<(), StoreError> {
        if new.kanaele.is_empty() {
            return Err(StoreError::NoChannel);
        }
        let Sealed { row, draft, package, pdf, xml } = self.seal_submission(&new, randomness)?;
        let number = new.vorgangsnummer.as_str();
        let at = nanos(new.at);
        transaction!(self, connection => {
            let taken = sqlx::query(
                "UPDATE drafts SET revision = revision + 1, touched = $1, sent = $1, expires = $2, sealed = $3 \
                 WHERE id = $4 AND revision = $5 AND sent IS NULL",
            )
            .bind(at)
            .bind(nanos(drafts::end(new.at, new.life)))
            .bind(draft)
            .bind(&row)
            .bind(new.revision.0)
            .execute(&mut *connection)
            .await?
            .rows_affected();
            if taken == 0 {
                return Err(why_not!(connection, &row));
            }
            let inserted = sqlx::query(
                "INSERT INTO submissions (vorgangsnummer, draft, mandant, zugang, stelle, formular, formular_version, \
                 accepted_at, package, xml, pdf, pdf_sha256, xml_sha256) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING",
            )
            .bind(number)
            .bind(&row)
            .bind(&new.draft.mandant)
            .bind(new.draft.zugang.as_str())
            .bind(new.stelle)
            .bind(&new.draft.formular)
            .bind(&new.draft.formular_version)
            .bind(at)
            .bind(package)
            .bind(xml)
            .bind(pdf)
            .bind(&new.package.cover.pdf_sha256)
            .bind(&new.package.cover.xml_sha256)
            .execute(&mut *connection)
            .await?
            .rows_affected();
            if inserted == 0 {
                let (sent,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM submissions WHERE draft = $1")
                    .bind(&row)
                    .fetch_one(&mut *connection)
                    .await?;
                return Err(if sent > 0 { StoreError::AlreadySent } else { StoreError::NumberTaken });
            }
            for kanal in new.kanaele {
                sqlx::query(
                    "INSERT INTO deliveries (submission, kanal, queued_at, next_at) VALUES ($1, $2, $3, $3) \
                     ON CONFLICT DO NOTHING", // the same way named twice is one way
                )
                .bind(number)
                .bind(serde_json::to_string(kanal)?)
                .bind(at)
                .execute(&mut *connection)
                .await?;
            }
            for upload in &new.package.attachments {
                let handed = sqlx::query(
                    "UPDATE uploads SET draft = NULL, submission = $1 WHERE id = $2 AND draft = $3 AND length = $4",
                )
                .bind(number)
                .bind(&upload.id)
                .bind(&row)
                .bind(i64::try_from(upload.length).unwrap_or(i64::MAX))
                .execute(&mut *connection)
                .await?
                .rows_affected();
                if handed == 0 {
                    return Err(StoreError::Conflict);
                }
            }
            // What the draft does not name any more, or what still streams in, goes.
            sqlx::query("DELETE FROM uploads WHERE draft = $1").bind(&row).execute(&mut *connection).await?;
            event!(connection, number, at, "accepted");
        });
        Ok(())
    }

    /// The Vorgangsnummer of a draft that was submitted.
    pub async fn vorgangsnummer_of(&self, draft: &DraftId) -> Result<Option<Vorgangsnummer>, StoreError> {
        let found: Option<(String,)> = reading!(self, connection => {
            sqlx::query_as("SELECT vorgangsnummer FROM submissions WHERE draft = $1")
                .bind(drafts::row(draft))
                .fetch_optional(&mut *connection)
                .await?
        });
        Ok(found.and_then(|(number,)| Vorgangsnummer::parse(&number)))
    }

    /// SHA-256 of PDF and XML of a submission, as the ledger holds them beside the sealed bytes; `None` where the submission is gone
    /// or older than these columns.
    pub async fn fingerprints(&self, vorgangsnummer: &Vorgangsnummer) -> Result<Option<Fingerprints>, StoreError> {
        let found: Option<(Option<String>, Option<String>)> = reading!(self, connection => {
            sqlx::query_as("SELECT pdf_sha256, xml_sha256 FROM submissions WHERE vorgangsnummer = $1")
                .bind(vorgangsnummer.as_str())
                .fetch_optional(&mut *connection)
                .await?
        });
        let Some((Some(pdf_sha256), Some(xml_sha256))) = found else { return Ok(None) };
        Ok(Some(Fingerprints { pdf_sha256, xml_sha256 }))
    }

    /// The package of a submission, opened with the master key. The seal is bound to number and part, and no
    /// bit of it can differ (GCM): the bytes are those whose SHA-256 the cover tells, as was checked when they were sealed.
    pub async fn package(&self, vorgangsnummer: &Vorgangsnummer) -> Result<Option<Package>, StoreError> {
        let number = vorgangsnummer.as_str();
        let found: Option<(Vec<u8>, Vec<u8>, Vec<u8>)> = reading!(self, connection => {
            sqlx::query_as("SELECT package, pdf, xml FROM submissions WHERE vorgangsnummer = $1")
                .bind(number)
                .fetch_optional(&mut *connection)
                .await?
        });
        let Some((package, pdf, xml)) = found else { return Ok(None) };
        let seal = self.master().seal(number);
        let mut package: Package = serde_json::from_slice(&seal.open(&[b"package", number.as_bytes()], package)?)?;
        let opened = |part: &[u8], sealed| seal.open(&[part, number.as_bytes()], sealed);
        package.pdf = Printed::opened(opened(b"pdf", pdf)?, package.cover.pdf_sha256.clone());
        package.xml = Printed::opened(opened(b"xml", xml)?, package.cover.xml_sha256.clone());
        Ok(Some(package))
    }

    /// What a receipt tells of a submission. PDF and XML are not read.
    pub async fn accepted(&self, vorgangsnummer: &Vorgangsnummer) -> Result<Option<Accepted>, StoreError> {
        let number = vorgangsnummer.as_str();
        let found: Option<(Vec<u8>, i64, i64)> = reading!(self, connection => {
            sqlx::query_as(
                "SELECT package, CAST(OCTET_LENGTH(pdf) AS BIGINT), CAST(OCTET_LENGTH(xml) AS BIGINT) \
                 FROM submissions WHERE vorgangsnummer = $1",
            )
            .bind(number)
            .fetch_optional(&mut *connection)
            .await?
        });
        let Some((package, pdf, xml)) = found else { return Ok(None) };
        let package = self.master().seal(number).open(&[b"package", number.as_bytes()], package)?;
        let Package { cover, zustellpunkt, .. } = serde_json::from_slice(&package)?;
        let content = |sealed: i64| u64::try_from(sealed).unwrap_or_default().saturating_sub(Seal::ADDED);
        Ok(Some(Accepted { cover, zustellpunkt, pdf_length: content(pdf), xml_length: content(xml) }))
    }

    /// Forgets submissions of a tenant whose every delivery was confirmed before `before`, with uploads and deliveries; events stay,
    /// with one `swept` at `now`.
    pub async fn sweep_submissions(&self, mandant: &str, before: Timestamp, now: Timestamp) -> Result<u64, StoreError> {
        let mut swept = 0;
        loop {
            let batch = transaction!(self, connection => {
                let done: Vec<(String,)> = sqlx::query_as(locking!(
                    self,
                    "SELECT vorgangsnummer FROM submissions WHERE mandant = $1 AND accepted_at < $2 AND NOT EXISTS \
                     (SELECT 1 FROM deliveries WHERE submission = vorgangsnummer AND (delivered_at IS NULL OR delivered_at >= $2)) \
                     ORDER BY accepted_at LIMIT $3"
                ))
                .bind(mandant)
                .bind(nanos(before))
                .bind(BATCH)
                .fetch_all(&mut *connection)
                .await?;
                for (number,) in &done {
                    sqlx::query("DELETE FROM submissions WHERE vorgangsnummer = $1")
                        .bind(number)
                        .execute(&mut *connection)
                        .await?;
                    event!(connection, number, nanos(now), "swept");
                }
                done.len()
            });
            swept += batch as u64;
            if batch == 0 {
                return Ok(swept);
            }
        }
    }

    fn seal_submission(&self, new: &NewSubmission<'_>, randomness: &Randomness) -> Result<Sealed, StoreError> {
        if !fits(new.package, new.vorgangsnummer) {
            return Err(StoreError::Sealed); // once stored it could never be opened again
        }
        let number = new.vorgangsnummer.as_str().as_bytes();
        let seal = self.master().seal(new.vorgangsnummer.as_str());
        let row = drafts::row(&new.draft.id);
        let draft = drafts::seal(new.draft, &row, new.key, Revision(new.revision.0 + 1), randomness)?;
        Ok(Sealed {
            row,
            draft,
            package: seal.seal(&[b"package", number], &serde_json::to_vec(new.package)?, randomness),
            pdf: seal.seal(&[b"pdf", number], new.package.pdf.bytes(), randomness),
            xml: seal.seal(&[b"xml", number], new.package.xml.bytes(), randomness),
        })
    }
}

/// What a submission writes, sealed before the transaction begins.
struct Sealed {
    row: String,
    draft: Vec<u8>,
    package: Vec<u8>,
    pdf: Vec<u8>,
    xml: Vec<u8>,
}

/// Whether cover and bytes belong together; asked once, before they are sealed together.
fn fits(package: &Package, vorgangsnummer: &Vorgangsnummer) -> bool {
    package.cover.vorgangsnummer == vorgangsnummer.as_str()
        && package.cover.pdf_sha256 == package.pdf.sha256()
        && package.cover.xml_sha256 == package.xml.sha256()
        && package.further.iter().all(|file| file.sha256 == sha256(file.text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_from_before_there_were_further_data_files_still_opens() {
        let text = r#"{"cover":{"vorgangsnummer":"20200619337550065600","at":"2020-06-19T07:22:35Z","mandant":"M",
            "formular":"F","pdf_name":"F.pdf","zugang":"standard","leistung":"L","bezugsort":"B","pdf_sha256":"a",
            "xml_sha256":"b"},"attachments":[]}"#;
        let package: Package = serde_json::from_str(text).unwrap();
        assert_eq!(package.cover.xml_name, "XML-Daten.xml");
        assert!(package.further.is_empty() && package.zustellpunkt.is_none());
    }
}
