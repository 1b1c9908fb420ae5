//! The questions of a submission with their answers, for people and for machines.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Abschnitt, Frage, Liste, clean};
use crate::document::outline::{Outline, OutlineSection, Row};
use crate::draft::Answer;
use crate::form::{Field, Kind, laender};
use crate::latin::{self, Datatype};
use crate::submission::Submission;

/// Beginning of the `listURI` of a choice whose codes the form itself defines.
const FORM_LISTS: &str = "urn:ozg-antragsassistent:codeliste";

/// All questions in form order, answered and unanswered.
pub(super) fn abschnitte<'a>(submission: &'a Submission, outline: &'a Outline) -> Vec<Abschnitt<'a>> {
    let form = &submission.application.form;
    let fields: HashMap<&str, &Field> = form.fields().map(|(_, _, field)| (field.id.as_str(), field)).collect();
    let abschnitt = |section: &'a OutlineSection| Abschnitt {
        id: clean::text(&section.id),
        nummer: section.number,
        schritt: clean::text(&section.step),
        titel: clean::text(&section.title),
        fragen: section
            .rows
            .iter()
            .filter_map(|row| fields.get(row.field.as_str()).map(|field| frage(submission, field, row)))
            .collect(),
    };
    outline.sections.iter().map(abschnitt).collect()
}

fn frage<'a>(submission: &'a Submission, field: &'a Field, row: &'a Row) -> Frage<'a> {
    let draft = &submission.application.draft;
    let value = match &field.kind {
        Kind::Service => Some(Cow::Borrowed(draft.leistung.pst_id.as_str())),
        Kind::Files { .. } => None,
        _ => draft.answers.get(&field.id).map(|answer| match answer {
            Answer::Text(text) | Answer::Code(text) => Cow::Borrowed(text.as_str()),
            // Machines expect ISO 8601, as xs:date and JSON's `date` do.
            Answer::Date(date) => Cow::Owned(date.to_string()),
            other => Cow::Owned(other.raw()),
        }),
    };
    let clean = |value: Cow<'_, str>| clean::answer(&value).into_owned();
    let wert = value.filter(|value| row.answered && !value.is_empty()).map(clean);
    let narrow = match field.kind {
        Kind::Text { datatype: narrow @ (Datatype::A | Datatype::B), .. } => Some(narrow),
        _ => None,
    };
    // The checks have seen to it that it holds; a document stays valid even if they should fail.
    let holds = |datatype: &Datatype| wert.as_ref().is_some_and(|wert| latin::check(wert, *datatype).is_ok());
    Frage {
        id: clean::text(&field.id),
        art: field.kind.name(),
        beantwortet: row.answered,
        fim: field.fim.as_deref().map(clean::text),
        datatype: narrow.filter(holds),
        bezeichnung: clean::text(&field.label),
        liste: wert.as_ref().and_then(|_| liste(field, submission)),
        wert,
        anzeige: clean::text(&row.value),
    }
}

/// The official or the form's own code list of a question, with its version.
fn liste<'a>(field: &Field, submission: &'a Submission) -> Option<Liste<'a>> {
    let form = &submission.application.form;
    match field.kind {
        Kind::Country | Kind::Nationality => {
            Some(Liste { uri: Cow::Borrowed(laender::LIST_URI), version: Cow::Borrowed(laender::LIST_VERSION) })
        }
        Kind::Choice { .. } => Some(Liste {
            uri: Cow::Owned(clean::text(&format!("{FORM_LISTS}:{}:{}", form.id, field.id)).into_owned()),
            version: clean::text(&form.version),
        }),
        _ => None,
    }
}
