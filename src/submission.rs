//! What was sealed: the complete application and its Vorgangsnummer.

/// The number by which office and citizen speak of an application.
pub mod vorgangsnummer;

use std::sync::Arc;

use jiff::Timestamp;

pub use vorgangsnummer::Vorgangsnummer;

use crate::draft::Draft;
use crate::draft::check::{self, Complaint, Context};
use crate::form::Form;
use crate::office::ZustaendigeStelle;

/// A complete, frozen application: every step without complaint, an office chosen.
#[derive(Clone, Debug)]
pub struct Application {
    /// The form it answers.
    pub form: Arc<Form>,
    /// The answers.
    pub draft: Draft,
    /// The office it goes to.
    pub stelle: ZustaendigeStelle,
    /// Tenant's name as documents and mails show it.
    pub mandant_name: String,
}

/// An application with number and time.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The application.
    pub application: Application,
    /// Its number.
    pub vorgangsnummer: Vorgangsnummer,
    /// When it was accepted.
    pub at: Timestamp,
}

impl Application {
    /// The draft as a complete application, or what is still missing.
    pub fn complete(
        form: Arc<Form>,
        draft: Draft,
        mandant_name: String,
        context: &Context<'_>,
    ) -> Result<Self, Vec<Complaint>> {
        let complaints: Vec<Complaint> =
            form.steps.iter().flat_map(|step| check::complaints(&draft, step, context)).collect();
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let Some(stelle) = draft.chosen(&form).cloned() else {
            return Err(Vec::new());
        };
        Ok(Self { form, draft, stelle, mandant_name })
    }
}
