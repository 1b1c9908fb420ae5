//! The outline: headings and rows of an application, told once; review page, PDF, mail and XML print it.

use std::sync::Arc;

use jiff::Timestamp;

use crate::draft::{Answer, Draft, Upload, Zugang, check, unterlagen};
use crate::form::{Field, Form, Kind};
use crate::logo::Logo;
use crate::office::Organisationseinheit;
use crate::submission::Submission;
use crate::words::tongue::{GERMAN, Tongue};

/// A value of up to so many characters is short.
const SHORT: usize = 60;

/// A whole application, ready to print.
#[derive(Clone, Debug, PartialEq)]
pub struct Outline {
    /// Form title, for example `OZG Antragsassistent`.
    pub form_title: String,
    /// Name of the Leistung.
    pub leistung: String,
    /// Its pstId.
    pub pst_id: String,
    /// Tenant's name.
    pub mandant: String,
    /// Tenant's logo, for the head of the PDF. Whoever knows the tenant puts it in: drafts and submissions do not hold it.
    pub logo: Option<Arc<Logo>>,
    /// Name of the chosen office, if chosen.
    pub stelle: Option<String>,
    /// Its address, one line each.
    pub stelle_anschrift: Vec<String>,
    /// Language, BCP 47.
    pub language: String,
    /// Whether this is a test.
    pub test: bool,
    /// Number and time, once submitted; a preview has none.
    pub sealed: Option<Sealed>,
    /// `1. Angaben zur Person` and so on, in form order.
    pub sections: Vec<OutlineSection>,
    /// The files.
    pub attachments: Vec<Attachment>,
}

/// Number and time of a submission.
#[derive(Clone, Debug, PartialEq)]
pub struct Sealed {
    /// Vorgangsnummer.
    pub vorgangsnummer: String,
    /// When it was accepted.
    pub at: Timestamp,
}

/// One numbered heading with its rows.
#[derive(Clone, Debug, PartialEq)]
pub struct OutlineSection {
    /// The step it belongs to, for "Ändern".
    pub step: String,
    /// Id of the section.
    pub id: String,
    /// Number from 1; none for what continues the section before, and for what is only shown.
    pub number: Option<usize>,
    /// Heading without number.
    pub title: String,
    /// Questions and answers in form order, answered and unanswered.
    pub rows: Vec<Row>,
}

/// One question with its answer as people read it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Field id.
    pub field: String,
    /// Label.
    pub label: String,
    /// The readable answer; what the language says for "not answered" if there is none. May hold several lines.
    pub value: String,
    /// For declarations: the whole wording, printed above the answer.
    pub wording: Option<String>,
    /// Whether it is answered.
    pub answered: bool,
    /// Whether the value deserves the whole width of a page.
    pub long: bool,
}

/// One file of the application.
#[derive(Clone, Debug, PartialEq)]
pub struct Attachment {
    /// The question it answers.
    pub field: String,
    /// Safe file name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Length in bytes.
    pub length: u64,
    /// SHA-512, lower-case hex.
    pub sha512: String,
}

impl OutlineSection {
    /// The heading as documents print it: `1. Angaben zur Person`, or without number.
    pub fn heading(&self) -> String {
        match self.number {
            Some(number) => format!("{number}. {}", self.title),
            None => self.title.clone(),
        }
    }
}

impl Outline {
    /// The outline of a draft in any state, in the language of its page; numbers of sections skip those that are not asked.
    pub fn of_draft(form: &Form, draft: &Draft, mandant_name: &str, tongue: &Tongue) -> Self {
        let mut sections = Vec::new();
        let mut numbers = 1..;
        for step in &form.steps {
            for section in &step.sections {
                let asked = section.fields.iter().filter(|field| check::is_met(form, field, &draft.answers));
                let rows: Vec<Row> = asked.map(|field| row(field, draft, tongue)).collect();
                if !rows.is_empty() {
                    // What is only shown is no part of the citizen's answers.
                    let shown_only = section.fields.iter().all(|field| matches!(field.kind, Kind::Service));
                    let number = (!section.sub && !shown_only).then(|| numbers.next()).flatten();
                    sections.push(OutlineSection {
                        step: step.id.clone(),
                        id: section.id.clone(),
                        number,
                        title: section.title.clone(),
                        rows,
                    });
                }
            }
        }
        let chosen = draft.chosen(form).map(|found| &found.stelle);
        Self {
            form_title: form.title.clone(),
            leistung: draft.leistung.name.clone(),
            pst_id: draft.leistung.pst_id.clone(),
            mandant: mandant_name.to_owned(),
            logo: None,
            stelle: chosen.map(|stelle| stelle.name.clone()),
            stelle_anschrift: chosen.map(anschrift).unwrap_or_default(),
            language: form.language.clone(),
            test: draft.zugang == Zugang::Test,
            sealed: None,
            sections,
            attachments: draft.uploads.iter().map(Attachment::from).collect(),
        }
    }

    /// The outline of a submission: the draft's, with number and time. Offices read German, whatever the citizen read.
    pub fn of_submission(submission: &Submission) -> Self {
        let application = &submission.application;
        let mut outline = Self::of_draft(&application.form, &application.draft, &application.mandant_name, &GERMAN);
        outline.sealed = Some(Sealed { vorgangsnummer: submission.vorgangsnummer.to_string(), at: submission.at });
        outline
    }
}

impl From<&Upload> for Attachment {
    fn from(upload: &Upload) -> Self {
        Self {
            field: upload.field.clone(),
            name: upload.name.clone(),
            media_type: upload.media_type.clone(),
            length: upload.length,
            sha512: upload.sha512.clone(),
        }
    }
}

/// One question that is asked, with its answer as people read it.
fn row(field: &Field, draft: &Draft, tongue: &Tongue) -> Row {
    let answer = draft.answers.get(&field.id);
    let value = match &field.kind {
        Kind::Service => Some(draft.leistung.name.clone()),
        Kind::Files { .. } => files(&field.id, &draft.uploads, tongue),
        Kind::Unterlage { .. } => files(&field.id, &draft.uploads, tongue)
            .or_else(|| unterlagen::fehlt(&draft.answers, &field.id).then(|| tongue.lacking.to_owned())),
        kind => answer.map(|answer| readable(kind, answer, draft, tongue)),
    };
    let value = value.filter(|value| !value.is_empty());
    let answered = value.is_some();
    let value = value.unwrap_or_else(|| tongue.unanswered.to_owned());
    Row {
        field: field.id.clone(),
        label: field.label.clone(),
        wording: match answer {
            Some(Answer::Declared { wording, .. }) => Some(wording.clone()),
            _ => None,
        },
        answered,
        long: value.contains('\n') || value.chars().nth(SHORT).is_some(),
        value,
    }
}

/// An answer as people read it: labels for codes, dates and countries as the language has them.
fn readable(kind: &Kind, answer: &Answer, draft: &Draft, tongue: &Tongue) -> String {
    match answer {
        Answer::Declared { .. } => tongue.confirmed.to_owned(),
        Answer::YesNo(true) => tongue.yes.to_owned(),
        Answer::YesNo(false) => tongue.no.to_owned(),
        Answer::Date(date) => date.strftime(tongue.date).to_string(),
        Answer::Text(_) | Answer::Number(_) => check::shown(kind, answer),
        Answer::Code(code) => match kind {
            Kind::Choice { options, .. } => {
                options.iter().find(|option| option.code == *code).map(|option| option.label.clone())
            }
            Kind::Country => (tongue.country)(code).map(str::to_owned),
            Kind::Nationality => (tongue.nationality)(code).map(str::to_owned),
            Kind::Office => draft.stellen.iter().find(|found| found.stelle.id == *code).map(|found| {
                let mut lines = vec![found.stelle.name.clone()];
                lines.extend(anschrift(&found.stelle));
                lines.join("\n")
            }),
            _ => None,
        }
        // A code without label cannot pass the checks; shown as it is, it is at least not hidden.
        .unwrap_or_else(|| code.clone()),
    }
}

/// The office's address, one line each: that of the house if it is known, else the first.
fn anschrift(stelle: &Organisationseinheit) -> Vec<String> {
    let house = stelle.anschriften.iter().find(|one| one.art.eq_ignore_ascii_case("Hausanschrift"));
    let Some(address) = house.or_else(|| stelle.anschriften.first()) else { return Vec::new() };
    let place = format!("{} {}", address.plz, address.ort);
    let zusatz = address.zusatz.as_deref().unwrap_or_default();
    let lines = [zusatz.trim(), address.strasse.trim(), place.trim()];
    lines.into_iter().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The files of a question, one line each.
fn files(field: &str, uploads: &[Upload], tongue: &Tongue) -> Option<String> {
    let lines: Vec<String> = uploads
        .iter()
        .filter(|upload| upload.field == field)
        .map(|upload| format!("{} ({})", upload.name, tongue.length(upload.length)))
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

#[cfg(test)]
mod tests;
