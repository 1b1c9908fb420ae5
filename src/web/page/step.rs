//! Any step of the wizard, printed from the form's definition, the draft and what is wrong with it.

use serde::Serialize;

use super::Page;
use super::field::{FieldContext, FieldView};
use super::frame::Frame;
use super::start::LeistungView;
use super::untouched::Untouched;
use crate::draft::Draft;
use crate::draft::check::{self, Complaint};
use crate::form::text::Blank;
use crate::form::{Field, Form, Kind, Rule, Section, Step};
use crate::words;

/// A step that asks: questions or the office.
#[derive(Debug, Serialize)]
pub struct StepPage {
    /// What surrounds it.
    pub frame: Frame,
    /// Where we are.
    pub fortschritt: Progress,
    /// Heading.
    pub titel: String,
    /// The service.
    pub leistung: String,
    /// Where the form posts.
    pub action: String,
    /// Token against forged requests (CSRF).
    pub csrf: String,
    /// Whether files can be sent: then the form is `multipart/form-data`.
    pub mit_dateien: bool,
    /// Whether a question may stay empty: then the page explains the mark.
    pub mit_optionalen: bool,
    /// Whether there is a way back.
    pub erster: bool,
    /// What is wrong, in the order of the page.
    pub fehler: Vec<SummaryLine>,
    /// Headings with questions.
    pub abschnitte: Vec<SectionView>,
}

/// The progress display.
#[derive(Debug, Serialize)]
pub struct Progress {
    /// Place from 1.
    pub nummer: usize,
    /// Number of steps.
    pub anzahl: usize,
    /// The steps in order.
    pub schritte: Vec<ProgressStep>,
}

/// One step in the progress display.
#[derive(Debug, Serialize)]
pub struct ProgressStep {
    /// Name.
    pub titel: String,
    /// Whether it lies behind.
    pub erledigt: bool,
    /// Whether it is the one shown.
    pub aktuell: bool,
}

/// One line of the error summary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SummaryLine {
    /// Leads to the field.
    pub href: String,
    /// What to do.
    pub text: String,
}

/// Questions under one heading.
#[derive(Debug, Serialize)]
pub struct SectionView {
    /// Id.
    pub id: String,
    /// Heading; empty if it would only repeat the step's.
    pub titel: String,
    /// A sentence before the questions.
    pub einleitung: Option<String>,
    /// What holds for several questions together.
    pub hinweise: Vec<String>,
    /// Whether it asks for documents that the service demands.
    pub unterlagen: bool,
    /// What the service says about itself, beside the files.
    pub leistung: Option<LeistungView>,
    /// Questions.
    pub felder: Vec<FieldView>,
}

impl Page for StepPage {
    const TEMPLATE: &'static str = "schritt.html";
}

impl Progress {
    /// The progress display with step `index` (from 0) as the one shown.
    pub fn new(form: &Form, index: usize) -> Self {
        let schritte = form.steps.iter().enumerate().map(|(place, step)| ProgressStep {
            titel: step.title.clone(),
            erledigt: place < index,
            aktuell: place == index,
        });
        Self { nummer: index + 1, anzahl: form.steps.len(), schritte: schritte.collect() }
    }
}

/// What a step's page shows.
pub struct StepOf<'a> {
    /// The form.
    pub form: &'a Form,
    /// Which of its steps, from 0; must be one of the form.
    pub index: usize,
    /// The draft.
    pub draft: &'a Draft,
    /// What is wrong with it.
    pub complaints: &'a [Complaint],
    /// Fills the blanks of texts.
    pub fill: &'a dyn Fn(Blank) -> String,
    /// Widgets that are printed already.
    pub untouched: &'a Untouched,
}

impl StepPage {
    /// A step of a draft, with what is wrong with it; questions that are not asked are left out.
    pub fn new(frame: Frame, of: &StepOf<'_>, csrf: String) -> Self {
        let StepOf { form, index, draft, complaints, fill, untouched } = *of;
        let step = &form.steps[index];
        let max_total_bytes = frame.max_total_bytes;
        let context = FieldContext { form, untouched, draft, complaints, fill, max_total_bytes };
        let abschnitte: Vec<SectionView> = step
            .sections
            .iter()
            .map(|section| SectionView::new(form, step, section, &context))
            .filter(|section| !section.felder.is_empty())
            .collect();
        let asked = || abschnitte.iter().flat_map(|section| &section.felder);
        Self {
            fortschritt: Progress::new(form, index),
            titel: step.title.clone(),
            leistung: draft.leistung.name.clone(),
            action: frame.addresses.within(&draft.id, &step.id),
            csrf,
            mit_dateien: asked().any(FieldView::takes_files),
            mit_optionalen: asked().any(|field| field.optional),
            erster: index == 0,
            fehler: summary(form, complaints, asked().map(|field| field.id.as_str())),
            abschnitte,
            frame,
        }
    }
}

/// The complaints in the order of the page; those about fields that are not shown come last.
fn summary<'a>(form: &Form, complaints: &[Complaint], shown: impl Iterator<Item = &'a str>) -> Vec<SummaryLine> {
    let order: Vec<&str> = shown.collect();
    let mut sorted: Vec<&Complaint> = complaints.iter().collect();
    sorted.sort_by_key(|complaint| order.iter().position(|id| *id == complaint.field).unwrap_or(usize::MAX));
    sorted
        .into_iter()
        .map(|complaint| SummaryLine {
            href: format!("#feld-{}", complaint.field),
            text: words::complaint::sentence(form, complaint),
        })
        .collect()
}

impl SectionView {
    fn new(form: &Form, step: &Step, section: &Section, context: &FieldContext<'_>) -> Self {
        let together: Vec<(&[String], &str)> = section
            .rules
            .iter()
            .map(|rule| match rule {
                Rule::AtLeastOneOf { fields, message } => (fields.as_slice(), message.as_str()),
            })
            .collect();
        let asks = |which: fn(&Kind) -> bool| section.fields.iter().any(|field| which(&field.kind));
        let leistung = asks(Kind::takes_files)
            .then(|| LeistungView::new(&context.draft.leistung))
            .filter(|leistung| leistung.has_terms() || !leistung.voraussetzungen.is_empty());
        let felder = section
            .fields
            .iter()
            .filter(|field| is_asked(form, field, context.draft))
            .map(|field| {
                let one_of_several = together.iter().any(|(fields, _)| fields.contains(&field.id));
                FieldView::new(field, one_of_several, context)
            })
            .collect();
        Self {
            id: section.id.clone(),
            titel: if section.title == step.title { String::new() } else { section.title.clone() },
            einleitung: section.intro.as_ref().map(|text| text.filled(context.fill)),
            // An introduction says it better than the words of the complaint.
            hinweise: if section.intro.is_some() {
                Vec::new()
            } else {
                together.iter().map(|(_, message)| (*message).to_owned()).collect()
            },
            unterlagen: asks(|kind| matches!(kind, Kind::Unterlage { .. })),
            leistung,
            felder,
        }
    }
}

fn is_asked(form: &Form, field: &Field, draft: &Draft) -> bool {
    let possible = !matches!(field.kind, Kind::Office) || !draft.stellen.is_empty();
    possible && (field.when.is_none() || check::is_asked(form, &field.id, &draft.answers))
}
