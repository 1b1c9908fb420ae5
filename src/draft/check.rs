//! One step's raw answers to typed answers and complaints; parsing never fails.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Answers, Draft};
use crate::form::{Form, Step};

/// What a page sent, by field id; check boxes and files may repeat.
pub type Raw = BTreeMap<String, Vec<String>>;

/// What is wrong with an answer, in words for the citizen. Data, not an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The question, where the summary's link leads.
    pub field: String,
    /// A whole German sentence that says what to do.
    pub message: String,
}

/// Everything a check needs to know besides the answers.
pub struct Context<'a> {
    /// The form.
    pub form: &'a Form,
    /// Now, for "not in the future" and the time of a declaration.
    pub now: Timestamp,
    /// Fills the blanks of a declaration's wording.
    pub fill: &'a dyn Fn(crate::form::text::Blank) -> String,
}

/// Takes a step's raw answers into the draft: valid ones typed, invalid ones kept as typed, empty ones removed, and the
/// answers of branches no longer taken pruned from the whole draft. Returns what is wrong with this step.
/// Fields that the page did not send count as empty, except those that are only shown.
pub fn take(draft: &mut Draft, step: &Step, raw: &Raw, context: &Context<'_>) -> Vec<Complaint> {
    let _ = (draft, step, raw, context);
    todo!()
}

/// What is missing or wrong in a step, judged by the draft alone (after resuming, before submitting).
pub fn complaints(draft: &Draft, step: &Step, context: &Context<'_>) -> Vec<Complaint> {
    let _ = (draft, step, context);
    todo!()
}

/// Whether a question is asked, given the answers.
pub fn is_asked(form: &Form, field: &str, answers: &Answers) -> bool {
    let _ = (form, field, answers);
    todo!()
}
