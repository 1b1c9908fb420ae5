//! The documents that a Leistung demands, as questions of their own in front of the files of a form.

use std::sync::Arc;

use super::{Answer, Answers};
use crate::form::{Field, Form, Kind, Text};
use crate::office::leistung::Unterlage;

/// What is sent and stored for "Ich habe dieses Dokument nicht".
pub const FEHLT: &str = "fehlt";
/// Most documents that become questions; further ones are still named on the start page and go to the files as such.
const MOST: usize = 20;

/// Whether the citizen said of this document that there is none.
pub fn fehlt(answers: &Answers, field: &str) -> bool {
    matches!(answers.get(field), Some(Answer::Code(code)) if code == FEHLT)
}

/// The form as it is asked for a Leistung with these documents: the same form if it asks for none of them.
///
/// See [`asked`](super::asked) for the ids of the questions.
pub(super) fn added(form: &Arc<Form>, unterlagen: &[Unterlage]) -> Arc<Form> {
    let is_each = |field: &Field| matches!(field.kind, Kind::Files { unterlagen: true, .. });
    if unterlagen.is_empty() || !form.fields().any(|(_, _, field)| is_each(field)) {
        return form.clone();
    }
    let mut form = Form::clone(form);
    for section in form.steps.iter_mut().flat_map(|step| &mut step.sections) {
        if let Some(place) = section.fields.iter().position(is_each) {
            let section = Arc::make_mut(section);
            let files = section.fields[place].clone();
            let questions = unterlagen.iter().take(MOST).filter_map(|unterlage| question(&files, unterlage));
            section.fields.splice(place..place, questions);
        }
    }
    Arc::new(form)
}

fn question(files: &Field, unterlage: &Unterlage) -> Option<Field> {
    let Kind::Files { max_bytes, max_count, max_total, .. } = files.kind else { return None };
    Some(Field {
        id: format!("{}-{}", files.id, unterlage.id),
        label: unterlage.name.clone(),
        help: unterlage.hinweis.clone().map(Text::plain),
        kind: Kind::Unterlage { max_bytes, max_count, max_total },
        optional: files.optional,
        when: files.when.clone(),
        autocomplete: None,
        fim: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::sample;

    fn named(names: &[&str]) -> Vec<Unterlage> {
        Unterlage::list(names.iter().map(|name| ((*name).to_owned(), Some(format!("{name}: im Original")))))
    }

    #[test]
    fn each_document_is_a_question_in_front_of_the_files() {
        let form = Arc::new(sample::authored());
        let asked = added(&form, &named(&["Geburtsurkunde", "Ausweis (beide Seiten)"]));
        let ids: Vec<&str> = asked.fields().map(|(_, _, field)| field.id.as_str()).collect();
        let place = ids.iter().position(|id| *id == "anlagen").unwrap();
        assert_eq!(ids[place - 2..place], ["anlagen-geburtsurkunde", "anlagen-ausweis-beide-seiten"]);
        assert_eq!(ids.len(), form.fields().count() + 2);
        let first = asked.field("anlagen-geburtsurkunde").unwrap();
        assert_eq!(first.label, "Geburtsurkunde");
        assert_eq!(first.help.as_ref().unwrap().filled(|_| String::new()), "Geburtsurkunde: im Original");
        assert!(first.optional, "as the form's own files are");
    }

    #[test]
    fn a_document_is_as_mandatory_as_the_files_and_asked_when_they_are() {
        let mut form = sample::authored();
        let section = form.steps[0].sections.iter_mut().find(|section| section.id == "anliegen").unwrap();
        let files = Arc::make_mut(section).fields.iter_mut().find(|field| field.id == "anlagen").unwrap();
        files.optional = false;
        *files = sample::when(files.clone(), "kinder", &["ja"]);
        let when = files.when.clone();
        let asked = added(&Arc::new(form), &named(&["Ausweis"]));
        let document = asked.field("anlagen-ausweis").unwrap();
        assert_eq!((document.optional, &document.when), (false, &when));
    }

    #[test]
    fn a_form_without_such_files_and_a_leistung_without_documents_change_nothing() {
        let form = Arc::new(sample::authored());
        assert!(Arc::ptr_eq(&added(&form, &[]), &form));
        let plain = Arc::new(sample::form_of(vec![sample::field("a", Kind::YesNo)]));
        assert!(Arc::ptr_eq(&added(&plain, &named(&["Ausweis"])), &plain));
    }

    #[test]
    fn nobody_is_asked_for_more_than_twenty_documents() {
        let names: Vec<String> = (0..50).map(|number| format!("Nachweis {number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let form = Arc::new(sample::authored());
        assert_eq!(added(&form, &named(&names)).fields().count(), form.fields().count() + 20);
    }
}
