//! "Einreichen erfolgreich": number, time, office, what happens next, copies to download.

use jiff::Timestamp;
use serde::Serialize;

use super::Page;
use super::frame::Frame;
use super::office::OfficeView;
use crate::clock;
use crate::draft::Draft;
use crate::office::Organisationseinheit;
use crate::words::tongue::GERMAN;
use crate::words::{dates, page};

/// The receipt; reload, back button and double click always show it again.
#[derive(Debug, Serialize)]
pub struct ReceiptPage {
    /// What surrounds it.
    pub frame: Frame,
    /// The number by which office and citizen speak of the application.
    pub vorgangsnummer: String,
    /// The number in groups, for reading aloud.
    pub vorgangsnummer_gruppen: Vec<String>,
    /// Local date, for example `19. Juni 2020`.
    pub datum: String,
    /// Local time with zone, for example `09:22 MESZ`.
    pub uhrzeit: String,
    /// The service.
    pub leistung: String,
    /// The place.
    pub gebiet: String,
    /// The office that decides.
    pub stelle: OfficeView,
    /// Copies to download.
    pub dateien: Vec<Download>,
    /// Attachments, for the record.
    pub anlagen: Vec<String>,
    /// Where a further application begins.
    pub neu: Option<String>,
}

/// A copy to download.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Download {
    /// What it is, for example `Ihr Antrag als PDF`.
    pub titel: String,
    /// Where it is.
    pub href: String,
    /// Kind and length, for example `PDF, 84 KB`.
    pub angaben: String,
    /// SHA-256, lower-case hex.
    pub sha256: String,
}

/// One stored document.
#[derive(Clone, Copy, Debug)]
pub struct StoredDocument<'a> {
    /// Length in bytes.
    pub length: u64,
    /// SHA-256, lower-case hex.
    pub sha256: &'a str,
}

/// What was accepted.
#[derive(Clone, Copy, Debug)]
pub struct ReceiptOf<'a> {
    /// The draft that was sent.
    pub draft: &'a Draft,
    /// Its number.
    pub vorgangsnummer: &'a str,
    /// When.
    pub at: Timestamp,
    /// The office.
    pub stelle: &'a Organisationseinheit,
    /// The PDF.
    pub pdf: StoredDocument<'a>,
    /// The XML.
    pub xml: StoredDocument<'a>,
}

impl Page for ReceiptPage {
    const TEMPLATE: &'static str = "quittung.html";
}

impl ReceiptPage {
    /// The receipt of what was accepted; `neu` is where a further application begins.
    pub fn new(frame: Frame, accepted: ReceiptOf<'_>, neu: Option<String>) -> Self {
        let draft = accepted.draft;
        let download = |title: &str, kind: &str, place: &str, stored: StoredDocument<'_>| Download {
            titel: title.to_owned(),
            href: frame.addresses.within(&draft.id, place),
            angaben: format!("{kind}, {}", GERMAN.length(stored.length)),
            sha256: stored.sha256.to_owned(),
        };
        let dateien = vec![
            download(page::COPY_TO_READ, "PDF", "antrag.pdf", accepted.pdf),
            download(page::COPY_AS_DATA, "XML", "antrag.xml", accepted.xml),
        ];
        let digits: Vec<char> = accepted.vorgangsnummer.chars().collect();
        Self {
            vorgangsnummer: accepted.vorgangsnummer.to_owned(),
            vorgangsnummer_gruppen: digits.chunks(4).map(|group| group.iter().collect()).collect(),
            datum: dates::long(clock::berlin(accepted.at).date()),
            uhrzeit: dates::time(accepted.at),
            leistung: draft.leistung.name.clone(),
            gebiet: draft.gebiet.full_name(),
            stelle: OfficeView::new(accepted.stelle),
            dateien,
            anlagen: draft
                .uploads
                .iter()
                .map(|upload| format!("{} ({})", upload.name, GERMAN.length(upload.length)))
                .collect(),
            neu,
            frame,
        }
    }
}
