//! Any text of DIN 91379 in any field comes back unchanged from PDF, XML and JSON, read by other programs.

#![expect(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use antragsassistent::document::daten::Daten;
use antragsassistent::document::outline::Outline;
use antragsassistent::document::{json, pdf, xml};
use antragsassistent::draft::{Answer, Answers, Draft, DraftId, Zugang};
use antragsassistent::form::{Form, Kind};
use antragsassistent::latin::{self, Datatype};
use antragsassistent::office::{Gebiet, Leistung, Organisationseinheit, ZustaendigeStelle};
use antragsassistent::submission::{Application, Submission, Vorgangsnummer};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::documents::{structure_text, tells_all};
use crate::house::{BEGIN, Plan, settings};
use crate::schemas;

/// Fields whose answer is text, and the longest text that a page accepts for each.
fn text_fields(form: &Form) -> Vec<(String, usize)> {
    let length = |kind: &Kind| match kind {
        Kind::Text { max, .. } => Some(*max),
        Kind::Area | Kind::Phone | Kind::Email | Kind::Postcode { .. } => Some(60),
        _ => None,
    };
    form.fields().filter_map(|(_, _, field)| Some((field.id.clone(), length(&field.kind)?))).collect()
}

/// The pilot's form with these answers, unchecked.
fn submission(form: &Arc<Form>, answers: BTreeMap<String, Answer>) -> Submission {
    let stelle = ZustaendigeStelle {
        stelle: Organisationseinheit {
            id: "s".to_owned(),
            name: "Stadt".to_owned(),
            ..Organisationseinheit::default()
        },
        kontaktsystem_typ: "ozg-antragsassistent".to_owned(),
        kanaele: Vec::new(),
    };
    let at = BEGIN.parse().unwrap();
    let draft = Draft {
        id: DraftId::from_bytes([7; 16]),
        mandant: "M".to_owned(),
        zugang: Zugang::Standard,
        formular: form.id.clone(),
        formular_version: form.version.clone(),
        sprache: form.language.clone(),
        leistung: Leistung { pst_id: "1".to_owned(), name: "Leistung".to_owned(), ..Leistung::default() },
        gebiet: Gebiet { area_id: "2".to_owned(), name: "Ort".to_owned(), ..Gebiet::default() },
        stellen: vec![stelle.clone()],
        answers: Answers(answers),
        pending: BTreeMap::new(),
        uploads: Vec::new(),
        begun: at,
        sent: None,
    };
    let application = Application { form: form.clone(), draft, stelle, mandant_name: "Mandant".to_owned() };
    Submission { application, vorgangsnummer: Vorgangsnummer::at(at, 0), at }
}

/// Characters of datatype C but white space, and some of its sequences.
static PIECES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let singles = ('\u{21}'..'\u{2fff}').filter(|one| latin::check(&one.to_string(), Datatype::C).is_ok());
    let sequences = [
        "K\u{35f}h",
        "k\u{35f}h",
        "C\u{328}\u{306}",
        "s\u{31b}\u{304}",
        "c\u{304}",
        "Z\u{30c}\u{326}",
        "l\u{325}\u{304}",
    ];
    singles.map(String::from).chain(sequences.map(latin::normalise)).collect()
});

/// Letters and signs of datatype C with some of its sequences, single spaces between words.
fn datatype_c(most: usize) -> impl Strategy<Value = String> {
    let word =
        proptest::collection::vec(proptest::sample::select(PIECES.as_slice()), 1..9).prop_map(|pieces| pieces.concat());
    proptest::collection::vec(word, 1..40).prop_map(move |words| {
        let text = words.join(" ");
        let end =
            text.char_indices().map(|(place, _)| place).take(most).filter(|place| text[..*place].ends_with(' ')).last();
        latin::normalise(text[..end.unwrap_or(text.len())].trim())
    })
}

#[test]
#[ignore = "needs poppler; make test runs it"]
fn any_text_of_datatype_c_in_any_field_comes_back_from_pdf_xml_and_json() {
    let catalogue = antragsassistent::cli::setup::definitions(&settings(&Plan::default())).unwrap().catalogue;
    let form = catalogue.own("OZG-Antragsassistent").unwrap();
    let fields = text_fields(form);
    assert!(fields.len() > 15, "only {} fields take text", fields.len());
    let mut runner = TestRunner::deterministic();
    for _ in 0..12 {
        let answers: BTreeMap<String, Answer> = fields
            .iter()
            .map(|(id, most)| (id.clone(), datatype_c(*most).new_tree(&mut runner).unwrap().current()))
            .filter(|(_, text)| latin::check(text, Datatype::C).is_ok())
            .map(|(id, text)| (id, Answer::Text(text)))
            .collect();
        assert!(answers.len() > 15, "only {} texts are of datatype C", answers.len());
        let submission = submission(form, answers.clone());
        let outline = Outline::of_submission(&submission);
        let rows = outline.sections.iter().flat_map(|section| &section.rows);
        let rows: Vec<_> = rows.map(|row| (row.field.clone(), row.label.clone(), row.value.clone())).collect();

        let daten = Daten::of(&submission, &outline);
        let printed = xml::print(&daten).unwrap();
        assert_eq!(schemas::questions(std::str::from_utf8(&printed).unwrap()), rows);
        tells_all("the PDF", &structure_text(&pdf::print(&outline, Some(&printed)).unwrap()), &rows);
        let json = json::print(&daten).unwrap();
        schemas::valid(&json).unwrap();
        let json: Value = serde_json::from_slice(&json).unwrap();
        for row in json["abschnitte"].as_array().unwrap().iter().flat_map(|part| part["fragen"].as_array().unwrap()) {
            if let Some(Answer::Text(text)) = answers.get(row["id"].as_str().unwrap()) {
                assert_eq!(row["wert"].as_str(), Some(text.as_str()));
            }
        }
    }
}
