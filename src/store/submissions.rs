//! Submissions: accepted in one transaction with their deliveries; never updated, removed only by retention.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::drafts::{self, Revision};
use super::packed::{pack, unpack};
use super::printed::Printed;
use super::tx::{Tx, values};
use super::uploads::UploadKey;
use super::vault::{DraftKey, Seal, sha256};
use super::{Store, StoreError, nanos};
use crate::draft::{Draft, Zugang};
use crate::office::Zustellpunkt;
use crate::office::kanal::Zustellweg;
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
    /// Version of the form that was answered; the draft may have begun with another.
    pub formular_version: &'a str,
    /// The ways it goes; one delivery each.
    pub kanaele: &'a [Zustellweg],
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
        let sealed = self.seal_submission(&new, randomness)?;
        self.write(move |tx| sealed.accept(tx)).await
    }

    /// SHA-256 of PDF and XML of a submission, as the ledger holds them beside the sealed bytes; `None` where the submission is gone
    /// or older than these columns.
    pub async fn fingerprints(&self, vorgangsnummer: &Vorgangsnummer) -> Result<Option<Fingerprints>, StoreError> {
        let number = vorgangsnummer.to_string();
        let found = self.read(move |tx| {
            let text = "SELECT pdf_sha256, xml_sha256 FROM submissions WHERE vorgangsnummer = $1";
            tx.row::<(Option<String>, Option<String>)>(text, values![&number])
        });
        let Some((Some(pdf_sha256), Some(xml_sha256))) = found.await? else { return Ok(None) };
        Ok(Some(Fingerprints { pdf_sha256, xml_sha256 }))
    }

    /// The package of a submission, opened with the master key. The seal is bound to number and part, and no
    /// bit of it can differ (GCM): the bytes are those whose SHA-256 the cover tells, as was checked when they were sealed.
    pub async fn package(&self, vorgangsnummer: &Vorgangsnummer) -> Result<Option<Package>, StoreError> {
        let number = vorgangsnummer.as_str();
        let found = {
            let number = number.to_owned();
            self.read(move |tx| {
                let text = "SELECT package, pdf, xml FROM submissions WHERE vorgangsnummer = $1";
                tx.row::<(Vec<u8>, Vec<u8>, Vec<u8>)>(text, values![&number])
            })
        };
        let Some((package, pdf, xml)) = found.await? else { return Ok(None) };
        let seal = self.master().seal(number);
        let mut package: Package =
            serde_json::from_slice(&unpack(seal.open(&[b"package", number.as_bytes()], package)?)?)?;
        let opened = |part: &[u8], sealed| seal.open(&[part, number.as_bytes()], sealed);
        package.pdf = Printed::opened(opened(b"pdf", pdf)?, package.cover.pdf_sha256.clone());
        package.xml = Printed::opened(opened(b"xml", xml)?, package.cover.xml_sha256.clone());
        Ok(Some(package))
    }

    /// What a receipt tells of a submission. PDF and XML are not read.
    pub async fn accepted(&self, vorgangsnummer: &Vorgangsnummer) -> Result<Option<Accepted>, StoreError> {
        let number = vorgangsnummer.as_str();
        let found = {
            let number = number.to_owned();
            self.read(move |tx| {
                let text = "SELECT package, CAST(OCTET_LENGTH(pdf) AS BIGINT), CAST(OCTET_LENGTH(xml) AS BIGINT) \
                            FROM submissions WHERE vorgangsnummer = $1";
                tx.row::<(Vec<u8>, i64, i64)>(text, values![&number])
            })
        };
        let Some((package, pdf, xml)) = found.await? else { return Ok(None) };
        let package = unpack(self.master().seal(number).open(&[b"package", number.as_bytes()], package)?)?;
        let Package { cover, zustellpunkt, .. } = serde_json::from_slice(&package)?;
        let content = |sealed: i64| u64::try_from(sealed).unwrap_or_default().saturating_sub(Seal::ADDED);
        Ok(Some(Accepted { cover, zustellpunkt, pdf_length: content(pdf), xml_length: content(xml) }))
    }

    /// Forgets submissions of a tenant whose every delivery was confirmed before `before`, with uploads and deliveries; events stay,
    /// with one `swept` at `now`.
    pub async fn sweep_submissions(&self, mandant: &str, before: Timestamp, now: Timestamp) -> Result<u64, StoreError> {
        let mut swept = 0;
        loop {
            let mandant = mandant.to_owned();
            let batch = self.write(move |tx| {
                let text = "SELECT vorgangsnummer FROM submissions WHERE mandant = $1 AND accepted_at < $2 AND NOT EXISTS \
                     (SELECT 1 FROM deliveries WHERE submission = vorgangsnummer AND (delivered_at IS NULL OR delivered_at >= $2)) \
                     ORDER BY accepted_at LIMIT $3";
                let done: Vec<(String,)> = tx.locking(text, values![&mandant, nanos(before), BATCH])?;
                for (number,) in &done {
                    tx.execute("DELETE FROM submissions WHERE vorgangsnummer = $1", values![number])?;
                    tx.event(number, nanos(now), "swept", None, None)?;
                }
                Ok(done.len() as u64)
            });
            let batch = batch.await?;
            swept += batch;
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
        let cover = &new.package.cover;
        let uploads = new.package.attachments.iter();
        Ok(Sealed {
            draft: drafts::seal(new.draft, &row, new.key, Revision(new.revision.0 + 1), randomness)?,
            row,
            revision: new.revision.0,
            number: new.vorgangsnummer.to_string(),
            at: nanos(new.at),
            expires: nanos(drafts::end(new.at, new.life)),
            names: [
                &new.draft.mandant,
                new.draft.zugang.as_str(),
                new.stelle,
                &new.draft.formular,
                new.formular_version,
            ]
            .map(str::to_owned),
            package: seal.seal(&[b"package", number], &pack(&serde_json::to_vec(new.package)?), randomness),
            pdf: seal.seal(&[b"pdf", number], new.package.pdf.bytes(), randomness),
            xml: seal.seal(&[b"xml", number], new.package.xml.bytes(), randomness),
            sha256: [cover.pdf_sha256.clone(), cover.xml_sha256.clone()],
            kanaele: new.kanaele.iter().map(serde_json::to_string).collect::<Result<_, _>>()?,
            uploads: uploads
                .map(|upload| (upload.id.clone(), i64::try_from(upload.length).unwrap_or(i64::MAX)))
                .collect(),
        })
    }
}

/// What a submission writes, sealed before the transaction begins.
struct Sealed {
    row: String,
    draft: Vec<u8>,
    revision: i64,
    number: String,
    at: i64,
    expires: i64,
    /// Tenant, access, office, form and its version.
    names: [String; 5],
    package: Vec<u8>,
    pdf: Vec<u8>,
    xml: Vec<u8>,
    /// Of PDF and XML.
    sha256: [String; 2],
    kanaele: Vec<String>,
    /// Ids and lengths.
    uploads: Vec<(String, i64)>,
}

impl Sealed {
    /// The draft's row is the idempotency key: of any number of these for one draft, one is written.
    fn accept(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let Self { row, number, at, names: [mandant, zugang, stelle, formular, version], .. } = self;
        let text = "UPDATE drafts SET revision = revision + 1, touched = $1, sent = $1, expires = $2, sealed = $3 \
                    WHERE id = $4 AND revision = $5 AND sent IS NULL";
        if tx.execute(text, values![*at, self.expires, &self.draft, row, self.revision])? == 0 {
            return Err(drafts::why_not(tx, row)?);
        }
        let text = "INSERT INTO submissions (vorgangsnummer, draft, mandant, zugang, stelle, formular, formular_version, \
                    accepted_at, package, xml, pdf, pdf_sha256, xml_sha256) \
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING";
        let (Self { package, pdf, xml, .. }, [pdf_sha256, xml_sha256]) = (self, &self.sha256);
        let values = values![
            number, row, mandant, zugang, stelle, formular, version, *at, package, xml, pdf, pdf_sha256, xml_sha256
        ];
        if tx.execute(text, values)? == 0 {
            let (sent,): (i64,) = tx.one("SELECT COUNT(*) FROM submissions WHERE draft = $1", values![row])?;
            return Err(if sent > 0 { StoreError::AlreadySent } else { StoreError::NumberTaken });
        }
        for kanal in &self.kanaele {
            let text = "INSERT INTO deliveries (submission, kanal, queued_at, next_at) VALUES ($1, $2, $3, $3) \
                        ON CONFLICT DO NOTHING"; // the same way named twice is one way
            tx.execute(text, values![number, kanal, *at])?;
        }
        for (upload, length) in &self.uploads {
            let text = "UPDATE uploads SET draft = NULL, submission = $1 WHERE id = $2 AND draft = $3 AND length = $4";
            if tx.execute(text, values![number, upload, row, *length])? == 0 {
                return Err(StoreError::Conflict);
            }
        }
        // What the draft does not name any more, or what still streams in, goes.
        tx.execute("DELETE FROM uploads WHERE draft = $1", values![row])?;
        tx.event(number, *at, "accepted", None, None)
    }
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
