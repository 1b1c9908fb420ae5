//! The outline: headings and rows of an application, told once; review page, PDF, mail and XML print it.

use jiff::Timestamp;

use crate::draft::Draft;
use crate::form::Form;
use crate::submission::Submission;

/// What `./.` stands for: asked, not answered.
pub const UNANSWERED: &str = "./.";

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
    /// Number from 1.
    pub number: usize,
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
    /// The readable answer, [`UNANSWERED`] if there is none. May hold several lines.
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

impl Outline {
    /// The outline of a draft in any state; numbers of sections skip those that are not asked.
    pub fn of_draft(form: &Form, draft: &Draft, mandant_name: &str) -> Self {
        let _ = (form, draft, mandant_name);
        todo!()
    }

    /// The outline of a submission: the draft's, with number and time.
    pub fn of_submission(submission: &Submission) -> Self {
        let application = &submission.application;
        let mut outline = Self::of_draft(&application.form, &application.draft, &application.mandant_name);
        outline.sealed = Some(Sealed { vorgangsnummer: submission.vorgangsnummer.to_string(), at: submission.at });
        outline
    }
}

/// A length as people read it: `12 KB`, `3,4 MB`.
pub fn readable_length(bytes: u64) -> String {
    let _ = bytes;
    todo!()
}
