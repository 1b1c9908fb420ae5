//! What was sealed: the complete application and its Vorgangsnummer.

/// The number by which office and citizen speak of an application.
pub mod vorgangsnummer;

use std::sync::Arc;

use jiff::Timestamp;

pub use vorgangsnummer::Vorgangsnummer;

use crate::draft::Draft;
use crate::draft::check::{self, Complaint, Context, Wrong};
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
    /// The draft as a complete application, or what is still missing. What hangs on no question that is asked is left out.
    pub fn complete(
        form: Arc<Form>,
        mut draft: Draft,
        mandant_name: String,
        context: &Context<'_>,
    ) -> Result<Self, Vec<Complaint>> {
        check::prune(&mut draft, &form);
        let complaints: Vec<Complaint> =
            form.steps.iter().flat_map(|step| check::complaints(&draft, step, context)).collect();
        if !complaints.is_empty() {
            return Err(complaints);
        }
        let Some(stelle) = draft.chosen(&form).cloned() else {
            return Err(no_office(&form));
        };
        Ok(Self { form, draft, stelle, mandant_name })
    }
}

/// The complaint about a form without an office question, or an office that is gone: never an empty list of reasons.
fn no_office(form: &Form) -> Vec<Complaint> {
    vec![Complaint {
        field: form.office().map_or_else(|| "stelle".to_owned(), |(_, field)| field.id.clone()),
        wrong: Wrong::Missing,
    }]
}

/// A submission of the sample draft, for the tests of several rooms.
#[cfg(test)]
pub(crate) fn sample() -> Submission {
    sample_of(crate::draft::sample::form())
}

/// The same with those kinds of question only that the first golden files know: such documents never change.
#[cfg(test)]
pub(crate) fn first_sample() -> Submission {
    let mut form = crate::draft::sample::form();
    for section in form.steps.iter_mut().flat_map(|step| &mut step.sections) {
        Arc::make_mut(section).fields.retain(|field| field.kind.name().spec().since <= 1);
    }
    sample_of(form)
}

#[cfg(test)]
fn sample_of(form: Form) -> Submission {
    use crate::draft::sample;
    let form = Arc::new(form);
    let draft = sample::filled(&form);
    let application = sample::within(&form, |context| {
        Application::complete(Arc::clone(&form), draft, "Musterland & Söhne".to_owned(), context)
    });
    Submission {
        application: application.expect("the sample is complete"),
        vorgangsnummer: Vorgangsnummer::at(sample::now(), 0),
        at: sample::now(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::sample;

    fn complete(draft: Draft) -> Result<Application, Vec<Complaint>> {
        let form = Arc::new(sample::form());
        sample::within(&form, |context| Application::complete(Arc::clone(&form), draft, "M".to_owned(), context))
    }

    #[test]
    fn a_draft_without_complaint_is_complete_and_goes_to_the_chosen_office() {
        let form = sample::form();
        let application = complete(sample::filled(&form)).unwrap();
        assert_eq!(application.stelle.stelle.id, "4711");
    }

    #[test]
    fn one_answer_that_is_missing_keeps_a_draft_from_being_complete() {
        let form = sample::form();
        for (_, _, field) in form.fields().filter(|(_, _, field)| !field.optional) {
            let mut draft = sample::filled(&form);
            if draft.answers.0.remove(&field.id).is_some() {
                let fields: Vec<String> = complete(draft).unwrap_err().into_iter().map(|one| one.field).collect();
                assert!(fields.contains(&field.id), "{fields:?}");
            }
        }
    }

    #[test]
    fn what_hangs_on_no_question_stays_out() {
        let form = sample::form();
        let mut draft = sample::filled(&form);
        draft.uploads.push(sample::upload("unbekannt", 5));
        draft.answers.0.insert("unbekannt".to_owned(), crate::draft::Answer::YesNo(true));
        let application = complete(draft).unwrap();
        assert_eq!(application.draft, sample::filled(&form));
    }

    #[test]
    fn an_empty_draft_tells_every_missing_answer_in_form_order() {
        let fields: Vec<String> =
            complete(sample::draft()).unwrap_err().into_iter().map(|complaint| complaint.field).collect();
        assert_eq!(fields.first().map(String::as_str), Some("nachname"));
        assert_eq!(fields.last().map(String::as_str), Some("datenschutz_stelle"));
        assert!(fields.contains(&"stelle".to_owned()));
    }

    #[test]
    fn no_chosen_office_is_never_an_empty_list_of_reasons() {
        let form = Arc::new(sample::form_of(Vec::new()));
        let without = sample::within(&form, |context| {
            Application::complete(Arc::clone(&form), sample::draft(), "M".to_owned(), context)
        });
        assert_eq!(without.unwrap_err().len(), 1);
    }
}
