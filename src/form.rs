//! What may be asked: form, steps, sections, fields and rules, as the form's author wrote them.

/// Reads all forms of a directory.
pub mod catalogue;
/// The kinds of question, one row each.
pub mod kinds;
/// The official lists of countries and nationalities.
pub mod laender;
/// TOML to form, or every problem with its place.
pub mod parse;
/// Texts with blanks from a closed set.
pub mod text;

pub use kinds::Kind;
pub use text::Text;

use std::sync::Arc;

/// One form in one version and language.
#[derive(Clone, Debug)]
pub struct Form {
    /// Directory name and part of the address, for example `OZG-Antragsassistent`.
    pub id: String,
    /// Version that goes into draft, PDF and XML.
    pub version: String,
    /// Title as citizens and clerks read it, for example `OZG Antragsassistent`.
    pub title: String,
    /// Language of the texts, BCP 47, for example `de`.
    pub language: String,
    /// File name of the PDF in the office's mail, for example `OZG-Antragsassistent.pdf`.
    pub pdf_name: String,
    /// The steps in order; the last is always the review.
    pub steps: Vec<Step>,
}

/// One page of the wizard.
#[derive(Clone, Debug)]
pub struct Step {
    /// Part of the address: `angaben`.
    pub id: String,
    /// Heading and name in the progress display.
    pub title: String,
    /// What the page does.
    pub kind: StepKind,
    /// Sections with their questions; the office step holds one with the office question, the review step none.
    /// Shared: most are the same for every Leistung.
    pub sections: Vec<Arc<Section>>,
}

/// What a step's page does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// Asks the questions of its sections.
    Questions,
    /// Shows the responsible offices and lets the citizen choose.
    Office,
    /// Shows everything and submits.
    Review,
}

/// Questions under one heading.
#[derive(Clone, Debug)]
pub struct Section {
    /// Stable id.
    pub id: String,
    /// Heading.
    pub title: String,
    /// Whether it continues the section before: its heading then has no number of its own.
    pub sub: bool,
    /// A sentence before the questions.
    pub intro: Option<Text>,
    /// Questions in order.
    pub fields: Vec<Field>,
    /// Rules over several questions.
    pub rules: Vec<Rule>,
}

/// One question.
#[derive(Clone, Debug)]
pub struct Field {
    /// Stable German ASCII id: name of the input and of the XML's `id`.
    pub id: String,
    /// Label in plain German.
    pub label: String,
    /// Help under the label.
    pub help: Option<Text>,
    /// What kind of answer.
    pub kind: Kind,
    /// Whether it may stay empty.
    pub optional: bool,
    /// Asked only if an earlier answer is one of these.
    pub when: Option<When>,
    /// HTML `autocomplete` token (WCAG 1.3.5).
    pub autocomplete: Option<String>,
    /// FIM id, for example `F60000227`.
    pub fim: Option<String>,
}

/// How a choice is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceStyle {
    /// Radio buttons.
    Radio,
    /// Select box.
    Select,
}

/// One possible answer of a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChoiceOption {
    /// Stable code that is sent and stored.
    pub code: String,
    /// What people read.
    pub label: String,
}

/// A condition on an earlier answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// The earlier question.
    pub field: String,
    /// The codes for which the condition holds.
    pub is: Vec<String>,
}

/// A rule over several questions.
#[derive(Clone, Debug)]
pub enum Rule {
    /// At least one of these questions is answered.
    AtLeastOneOf {
        /// The questions.
        fields: Vec<String>,
        /// What the citizen reads otherwise.
        message: String,
    },
}

impl Form {
    /// All questions in form order, with their step and section.
    pub fn fields(&self) -> impl Iterator<Item = (&Step, &Section, &Field)> {
        self.steps.iter().flat_map(|step| {
            step.sections
                .iter()
                .flat_map(move |section| section.fields.iter().map(move |field| (step, &**section, field)))
        })
    }

    /// The question with this id.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields().map(|(_, _, field)| field).find(|field| field.id == id)
    }

    /// The question for the responsible office, with its step.
    pub fn office(&self) -> Option<(&Step, &Field)> {
        self.fields().find(|(_, _, field)| matches!(field.kind, Kind::Office)).map(|(step, _, field)| (step, field))
    }

    /// The step with this id and its place.
    pub fn step(&self, id: &str) -> Option<(usize, &Step)> {
        self.steps.iter().enumerate().find(|(_, step)| step.id == id)
    }
}
