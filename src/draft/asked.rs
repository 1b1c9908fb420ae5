//! Which questions there are for one application: those of its form, and those that the application itself brings along.
//!
//! Nothing else may add questions. Today the Leistung brings one for each document that it demands (`unterlagen`); entries of
//! repeats (one child after the other) will be the second.
//!
//! # Ids of questions that a form does not write
//!
//! | Question | Id |
//! |---|---|
//! | of the form | `vorname` |
//! | for a document | `anlagen-geburtsurkunde`: the id of the files' question, the id of the document |
//! | of an entry | `kinder-k7m2q4xa-vorname`: the id of the repeat, eight random letters and digits, the question's id in the form |
//!
//! Ids that authors write have no hyphen, so none of these can be the id of another; a repeat's id is no question's and no
//! section's. The random part stays with its entry, so that removing one never renames another. All of them are valid
//! `frage/@id` in the schemas and names of elements. What that means for those who read the data stands in `schemas/README.md`.

use std::sync::Arc;

use super::{Draft, unterlagen};
use crate::form::Form;

/// The form with every question that there is for this application; the same form if there are no others.
pub fn asked(form: &Arc<Form>, draft: &Draft) -> Arc<Form> {
    unterlagen::added(form, &draft.leistung.unterlagen)
}
