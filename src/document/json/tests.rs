//! Tests of the JSON: valid after its schema whatever comes in, and the same content as the XML.

use std::sync::{Arc, LazyLock};

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::document::outline::Outline;
use crate::document::xml;
use crate::document::xml::reading::in_question;
use crate::draft::{Answer, Zugang, sample};
use crate::form::Kind;
use crate::latin::{self, Datatype};
use crate::office::{Gebiet, Leistung};
use crate::submission::{self, Submission};

const SCHEMA: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/antrag-1.schema.json"));

fn printed(submission: &Submission) -> Value {
    serde_json::from_slice(&print(&Daten::of(submission, &Outline::of_submission(submission))).unwrap()).unwrap()
}

fn valid(json: &Value) -> Result<(), String> {
    static VALIDATOR: LazyLock<Validator> =
        LazyLock::new(|| jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap());
    VALIDATOR.validate(json).map_err(|error| error.to_string())
}

fn question<'a>(json: &'a Value, id: &str) -> &'a Value {
    let sections = json["abschnitte"].as_array().unwrap();
    sections.iter().flat_map(|section| section["fragen"].as_array().unwrap()).find(|row| row["id"] == id).unwrap()
}

fn with(answers: &[(&str, Answer)]) -> Submission {
    let mut submission = submission::sample();
    for (field, answer) in answers {
        submission.application.draft.answers.0.insert((*field).to_owned(), answer.clone());
    }
    submission
}

#[test]
fn machines_and_people_find_their_values_side_by_side() {
    let json = printed(&submission::sample());
    let date = question(&json, "geburtsdatum");
    assert_eq!((date["wert"].as_str(), date["anzeige"].as_str()), (Some("1980-12-20"), Some("20.12.1980")));
    let country = question(&json, "geburtsland");
    assert_eq!((country["wert"].as_str(), country["anzeige"].as_str()), (Some("163"), Some("Türkei")));
    assert_eq!(country["listURI"], "urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:staat");
    assert_eq!(country["listVersionID"], "2024-08-01");
    let unanswered = question(&json, "geburtsname");
    assert_eq!((unanswered.get("wert"), unanswered["beantwortet"].as_bool()), (None, Some(false)));
    assert_eq!(unanswered["anzeige"], "./.");
    assert_eq!(question(&json, "nachname")["fim"], "F60000227");
    assert_eq!(json["anlagen"][0]["laenge"], 350_000);
    assert_eq!(json["erklaerungen"][0]["fassung"], "2");
}

#[test]
fn json_and_xml_tell_the_same_of_every_question() {
    let submission = submission::sample();
    let outline = Outline::of_submission(&submission);
    let xml = String::from_utf8(xml::print(&Daten::of(&submission, &outline)).unwrap()).unwrap();
    let json = printed(&submission);
    let rows: Vec<_> = outline.sections.iter().flat_map(|section| &section.rows).collect();
    assert_eq!(rows.len(), submission.application.form.fields().count());
    for row in rows {
        let told = question(&json, &row.field);
        assert_eq!(told["anzeige"].as_str(), Some(row.value.as_str()), "{}", row.field);
        for part in ["bezeichnung", "wert", "anzeige"] {
            assert_eq!(in_question(&xml, &row.field, part).as_deref(), told[part].as_str(), "{part} of {}", row.field);
        }
    }
}

#[test]
fn every_json_is_valid() {
    let mut test = submission::sample();
    test.application.draft.zugang = Zugang::Test;
    assert_eq!(printed(&test)["test"], true);
    let mut bare = submission::sample();
    bare.application.draft.uploads.clear();
    bare.application.draft.leistung = Leistung { leika: Some("kein Schlüssel".to_owned()), ..Leistung::default() };
    bare.application.draft.gebiet =
        Gebiet { ags: Some("15".to_owned()), ars: Some("x".to_owned()), ..Gebiet::default() };
    bare.application.draft.answers.0.clear();
    let mut many = submission::sample();
    many.application.draft.uploads = (0..50).map(|number| sample::upload("anlagen", number)).collect();
    for submission in [
        submission::sample(),
        test,
        bare,
        many,
        with(&[("anliegen", Answer::Text("ÄÖÜ <&> \"\\\"\n\t".repeat(1000)))]),
        with(&[("kinder", Answer::YesNo(false)), ("anzahl", Answer::Number(i64::MIN))]),
    ] {
        let json = printed(&submission);
        assert_eq!(valid(&json), Ok(()));
        assert!(!json.to_string().contains("buergerservice@moeckern.example"), "the mailbox is not told");
    }
}

/// A text of characters and sequences of datatype C in normal form.
fn datatype_c() -> impl Strategy<Value = String> {
    static PIECES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let singles: Vec<char> = ('\u{20}'..'\u{2fff}').chain(['\n', '\t']).collect();
        let marks = '\u{300}'..='\u{35f}';
        let permitted = |text: &String| latin::check(text, Datatype::C).is_ok() && latin::normalise(text) == *text;
        let letters: Vec<char> = singles.iter().copied().filter(|one| one.is_alphabetic()).collect();
        let pairs = letters.iter().flat_map(|letter| marks.clone().map(move |mark| format!("{letter}{mark}")));
        let triples = ["K\u{35f}H", "K\u{35f}h", "k\u{35f}h", "C\u{328}\u{306}", "s\u{31b}\u{304}"].map(str::to_owned);
        singles.iter().map(char::to_string).chain(pairs).chain(triples).filter(permitted).collect()
    });
    proptest::collection::vec(proptest::sample::select(PIECES.as_slice()), 1..120).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_of_datatype_c_comes_back_from_json_and_xml_in_any_field(text in datatype_c(), place in 0usize..64) {
        let text = latin::normalise(&text);
        prop_assume!(latin::check(&text, Datatype::C).is_ok());
        let form = sample::form();
        let texts: Vec<String> = form
            .fields()
            .filter(|(_, _, field)| {
                matches!(field.kind, Kind::Text { .. } | Kind::Area | Kind::Phone | Kind::Email | Kind::Postcode { .. })
            })
            .map(|(_, _, field)| field.id.clone())
            .collect();
        let field = &texts[place % texts.len()];
        let submission = with(&[(field, Answer::Text(text.clone()))]);
        let json = printed(&submission);
        prop_assert_eq!(valid(&json), Ok(()));
        let outline = Outline::of_submission(&submission);
        let xml = String::from_utf8(xml::print(&Daten::of(&submission, &outline)).unwrap()).unwrap();
        for part in ["wert", "anzeige"] {
            prop_assert_eq!(question(&json, field)[part].as_str(), Some(text.as_str()));
            prop_assert_eq!(in_question(&xml, field, part), Some(text.clone()));
        }
    }

    #[test]
    fn any_text_at_all_gives_a_valid_document(
        texts in proptest::collection::vec(proptest::collection::vec(any::<char>(), 0..40).prop_map(String::from_iter), 8)
    ) {
        let mut submission =
            with(&[("anliegen", Answer::Text(texts[0].clone())), ("anrede", Answer::Code(texts[1].clone()))]);
        let application = &mut submission.application;
        application.mandant_name.clone_from(&texts[2]);
        application.stelle.stelle.name.clone_from(&texts[3]);
        application.draft.leistung.name.clone_from(&texts[4]);
        application.draft.gebiet.ars = Some(texts[5].clone());
        application.draft.uploads[0].name.clone_from(&texts[6]);
        let mut form = sample::form();
        form.title.clone_from(&texts[7]);
        application.form = Arc::new(form);
        prop_assert_eq!(valid(&printed(&submission)), Ok(()));
    }
}
