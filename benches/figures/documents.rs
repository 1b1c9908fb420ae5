//! The pilot's submission, made with the library alone, and its documents.

use std::collections::BTreeMap;
use std::path::Path;

use antragsassistent::cli::setup::definitions;
use antragsassistent::config::load::load;
use antragsassistent::document::daten::Daten;
use antragsassistent::document::outline::Outline;
use antragsassistent::document::{pdf, xml};
use antragsassistent::draft::check::{Context, Raw, take};
use antragsassistent::draft::{Answers, Draft, DraftId, Zugang};
use antragsassistent::form::text::Blank;
use antragsassistent::intake::finder::OfficeFinder;
use antragsassistent::office::resolution::resolve;
use antragsassistent::submission::{Application, Submission, Vorgangsnummer};
use jiff::Timestamp;

use super::citizen::{ANGABEN, ERKLAERUNGEN};

/// Paragraphs of a letter on one page.
const PARAGRAPHS: usize = 11;

/// The pilot's submission with its outline.
pub struct Pilot {
    submission: Submission,
    outline: Outline,
}

impl Pilot {
    /// The pilot: Kinderreisepass verlängern in Möckern, answered as the citizen of the journeys answers.
    pub fn new() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let settings =
            load(&[root.join("config/demo.toml")], std::iter::empty()).expect("the demo's settings are sound");
        let definitions = definitions(&settings).expect("the demo's definitions are sound");
        let form = definitions.catalogue.own("OZG-Antragsassistent").expect("the pilot's form").clone();
        let mandant = definitions.mandanten["OZG-Antragsassistent"].clone();
        let OfficeFinder::Directory(directory) = &definitions.finders["OZG-Antragsassistent"] else {
            unreachable!("the demo's directory is a file")
        };
        let leistung = directory.leistung("297492149").expect("the pilot's service").clone();
        let gebiet = directory.gebiet("38693732").expect("the pilot's place").clone();
        let stellen = resolve(directory.stellen(&leistung, &gebiet), &mandant.kontaktsysteme).found;
        let office = stellen.first().expect("an office decides").stelle.id.clone();
        let at: Timestamp = "2020-06-19T09:22:35.0065600+02:00".parse().expect("the pilot's moment");
        let mut draft = Draft {
            id: DraftId::from_bytes([7; 16]),
            mandant: mandant.id.clone(),
            zugang: Zugang::Standard,
            formular: form.id.clone(),
            formular_version: form.version.clone(),
            sprache: form.language.clone(),
            leistung,
            gebiet,
            stellen,
            answers: Answers::default(),
            pending: BTreeMap::new(),
            uploads: Vec::new(),
            begun: at,
            sent: None,
        };
        let fill = |blank: Blank| format!("{} der Stadt Möckern", blank.name());
        let context = Context { form: &form, now: at, fill: &fill };
        let answered = ANGABEN.iter().chain(ERKLAERUNGEN).copied().chain([("stelle", office.as_str())]);
        let raw: Raw = answered.map(|(field, value)| (field.to_owned(), vec![value.to_owned()])).collect();
        for step in &form.steps {
            let complaints = take(&mut draft, step, &raw, &context);
            assert!(complaints.is_empty(), "the pilot's answers are sound: {complaints:?}");
        }
        let application =
            Application::complete(form.clone(), draft, mandant.name.clone(), &context).expect("the pilot is complete");
        let submission = Submission { application, vorgangsnummer: Vorgangsnummer::at(at, 0), at };
        let outline = Outline { logo: mandant.logo.clone(), ..Outline::of_submission(&submission) };
        Self { submission, outline }
    }

    /// The XML.
    pub fn xml(&self) -> Vec<u8> {
        xml::print(&Daten::of(&self.submission, &self.outline)).expect("the XML is written")
    }

    /// The PDF with the XML inside.
    pub fn pdf(&self, xml: &[u8]) -> Vec<u8> {
        pdf::print(&self.outline, Some(xml)).expect("the PDF is printed")
    }

    /// The same application with a letter of so many pages in it.
    pub fn with_letter(&self, pages: usize) -> Self {
        let mut long = Self { submission: self.submission.clone(), outline: self.outline.clone() };
        let rows = long.outline.sections.iter_mut().flat_map(|section| &mut section.rows);
        let row = rows.into_iter().find(|row| row.field == "anliegen").expect("the pilot asks what it is about");
        // Names, dates and sums differ in every paragraph, as they do in a real letter.
        let paragraph = |number: usize| {
            let (day, month) = (number % 28 + 1, number % 12 + 1);
            format!(
                "Am {day}.{month}.2019 habe ich bei der Verwaltungsgemeinschaft vorgesprochen (Aktenzeichen {number}-{}/19) und um \
                 Verlängerung des Kinderreisepasses gebeten. Mir wurde ein Betrag von {},{:02} Euro genannt, den ich noch am selben \
                 Tag überwiesen habe; die Quittung Nummer {} liegt bei. Eine Antwort habe ich bis heute nicht erhalten.",
                number * 37,
                number * 3,
                number % 100,
                number * 7919,
            )
        };
        row.value = (1..=pages * PARAGRAPHS).map(paragraph).collect::<Vec<_>>().join("\n");
        row.long = true;
        long
    }
}

/// Number of pages of a finished PDF.
pub fn pages(pdf: &[u8]) -> usize {
    lopdf::Document::load_mem(pdf).expect("the PDF can be read").get_pages().len()
}
