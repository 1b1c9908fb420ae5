//! What is posted of a submission: printed once, packed with names and SHA-256, never printed again.

use std::sync::Arc;

use super::{IntakeError, Session};
use crate::document::daten::Daten;
use crate::document::intelliform::{self, Layout};
use crate::document::outline::Outline;
use crate::document::{json, pdf, xml};
use crate::draft::Upload;
use crate::logo::Logo;
use crate::store::printed::Printed;
use crate::store::submissions::{Cover, DataFile, Package, PackedUpload, XML_NAME};
use crate::store::vault::{DraftKey, sha256};
use crate::submission::Submission;

/// Name of the program's own XML where [`XML_NAME`] is the layout of intelliForm.
const OWN_XML_NAME: &str = "Antrag.xml";
/// Name of the JSON.
const JSON_NAME: &str = "JSON-Daten.json";

/// Prints and packs as a tenant wants it.
pub struct Packer {
    key: DraftKey,
    logo: Option<Arc<Logo>>,
    json: bool,
    intelliform: Option<Layout>,
}

impl Packer {
    /// For the application of a session.
    pub fn new(session: &Session) -> Self {
        let wanted = session.mandant.daten.clone();
        let sender = || url::Url::parse(&session.address).ok().and_then(|url| url.host_str().map(str::to_owned));
        let layout = wanted
            .intelliform
            .map(|intelliform| Layout { sender: sender().unwrap_or_default(), felder: intelliform.felder });
        Self { key: session.key.clone(), logo: session.mandant.logo.clone(), json: wanted.json, intelliform: layout }
    }

    /// Prints a submission and packs what is posted. The PDF encloses the bytes that are posted as [`XML_NAME`].
    pub fn pack(&self, submission: &Submission) -> Result<Package, IntakeError> {
        let Submission { application, vorgangsnummer, at } = submission;
        let draft = &application.draft;
        let outline = Outline { logo: self.logo.clone(), ..Outline::of_submission(submission) };
        let daten = Daten::of(submission, &outline);
        let own = xml::print(&daten).map_err(failed)?;
        let mut further = Vec::new();
        if let Some(layout) = &self.intelliform {
            let text = intelliform::print(&daten, layout).map_err(failed)?;
            further.push(data_file(XML_NAME, "application/xml; charset=utf-8", text)?);
        }
        let enclosed = further.first().map_or(own.as_slice(), |layout| layout.text.as_bytes());
        let pdf = Printed::new(pdf::print(&outline, Some(enclosed)).map_err(failed)?);
        if self.json {
            let text = json::print(&daten).map_err(failed)?;
            further.push(data_file(JSON_NAME, "application/json", text)?);
        }
        let own = Printed::new(own);
        Ok(Package {
            cover: Cover {
                vorgangsnummer: vorgangsnummer.to_string(),
                at: *at,
                mandant: draft.mandant.clone(),
                formular: application.form.title.clone(),
                pdf_name: application.form.pdf_name.clone(),
                zugang: draft.zugang,
                leistung: draft.leistung.name.clone(),
                bezugsort: draft.gebiet.full_name(),
                xml_name: if self.intelliform.is_some() { OWN_XML_NAME } else { XML_NAME }.to_owned(),
                pdf_sha256: pdf.sha256().to_owned(),
                xml_sha256: own.sha256().to_owned(),
            },
            pdf,
            xml: own,
            further,
            attachments: draft.uploads.iter().map(|upload| self.upload(upload)).collect(),
            zustellpunkt: application.stelle.stelle.zustellpunkt.clone(),
        })
    }

    fn upload(&self, upload: &Upload) -> PackedUpload {
        PackedUpload {
            id: upload.id.clone(),
            key: self.key.upload_key(&upload.id),
            name: upload.name.clone(),
            media_type: upload.media_type.clone(),
            length: upload.length,
        }
    }
}

fn data_file(name: &str, media_type: &str, content: Vec<u8>) -> Result<DataFile, IntakeError> {
    let sha256 = sha256(&content);
    let text = String::from_utf8(content).map_err(failed)?;
    Ok(DataFile { name: name.to_owned(), media_type: media_type.to_owned(), text, sha256 })
}

fn failed(error: impl std::fmt::Display) -> IntakeError {
    IntakeError::Document(error.to_string())
}
