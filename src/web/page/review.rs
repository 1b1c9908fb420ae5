//! The overview before submitting: everything the office will read, with ways to change it.

use serde::Serialize;

use super::Page;
use super::frame::Frame;
use super::linked::linked;
use super::step::{Progress, SummaryLine};
use crate::document::outline::{Outline, OutlineSection};
use crate::draft::Draft;
use crate::draft::check::Complaint;
use crate::form::Form;
use crate::templates::Html;
use crate::words;

/// The review step. Its form sends `csrf`, `stand` and `aktion`.
#[derive(Debug, Serialize)]
pub struct ReviewPage {
    /// What surrounds it.
    pub frame: Frame,
    /// Where we are.
    pub fortschritt: Progress,
    /// Heading.
    pub titel: String,
    /// Where the form posts.
    pub action: String,
    /// Token against forged requests (CSRF).
    pub csrf: String,
    /// Hash of what is shown; travels with the form, so that only what was seen is sent.
    pub stand: String,
    /// What is missing, if anything.
    pub fehler: Vec<SummaryLine>,
    /// The service.
    pub leistung: String,
    /// The office that decides.
    pub stelle: Option<String>,
    /// Its address lines.
    pub stelle_anschrift: Vec<String>,
    /// Numbered headings with answers.
    pub abschnitte: Vec<ReviewSection>,
    /// Address of the preview PDF.
    pub vorschau: String,
}

/// One heading with its answers.
#[derive(Debug, Serialize)]
pub struct ReviewSection {
    /// Id, for the heading.
    pub id: String,
    /// Heading, with its number if it has one.
    pub ueberschrift: String,
    /// Heading without number.
    pub titel: String,
    /// Where it is changed.
    pub aendern: String,
    /// Questions and answers.
    pub zeilen: Vec<ReviewRow>,
}

/// One question with its answer.
#[derive(Debug, Serialize)]
pub struct ReviewRow {
    /// Label.
    pub label: String,
    /// Lines of the answer.
    pub werte: Vec<String>,
    /// Wording of a declaration.
    pub wortlaut: Option<Html>,
    /// Whether it is answered.
    pub beantwortet: bool,
}

impl Page for ReviewPage {
    const TEMPLATE: &'static str = "bestaetigung.html";
}

impl ReviewPage {
    /// The review of a draft. `index` is the step's place; `outline` is what will be printed, `stand` its hash; complaints are
    /// those of submitting, and lead to the steps where they can be mended.
    pub fn new(
        frame: Frame,
        form: &Form,
        index: usize,
        draft: &Draft,
        outline: &Outline,
        complaints: &[Complaint],
        (csrf, stand): (String, String),
    ) -> Self {
        let step_address = |step: &str| frame.addresses.within(&draft.id, step);
        let step = &form.steps[index.min(form.steps.len().saturating_sub(1))];
        let fehler = complaints
            .iter()
            .map(|complaint| {
                let place = form.fields().find(|(_, _, field)| field.id == complaint.field);
                let address = place.map_or_else(String::new, |(step, ..)| step_address(&step.id));
                SummaryLine {
                    href: format!("{address}#feld-{}", complaint.field),
                    text: words::complaint::sentence(form, complaint),
                }
            })
            .collect();
        Self {
            fortschritt: Progress::new(form, index),
            titel: step.title.clone(),
            action: step_address(&step.id),
            csrf,
            stand,
            fehler,
            leistung: outline.leistung.clone(),
            stelle: outline.stelle.clone(),
            stelle_anschrift: outline.stelle_anschrift.clone(),
            abschnitte: outline
                .sections
                .iter()
                .map(|section| ReviewSection::new(section, step_address(&section.step)))
                .collect(),
            vorschau: frame.addresses.within(&draft.id, "vorschau.pdf"),
            frame,
        }
    }
}

impl ReviewSection {
    fn new(section: &OutlineSection, step: String) -> Self {
        let first = section.rows.first().map(|row| format!("#feld-{}", row.field)).unwrap_or_default();
        let zeilen = section.rows.iter().map(|row| ReviewRow {
            label: row.label.clone(),
            werte: row.value.lines().map(str::to_owned).collect(),
            wortlaut: row.wording.as_deref().map(linked),
            beantwortet: row.answered,
        });
        Self {
            id: section.id.clone(),
            ueberschrift: section.heading(),
            titel: section.title.clone(),
            aendern: step + &first,
            zeilen: zeilen.collect(),
        }
    }
}
